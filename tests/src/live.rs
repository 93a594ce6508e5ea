//! jalv, LV2's reference host, with its windows: one made of GTK 3, one of Qt 5.

use std::process::Command;

use crate::gain::rms;
use crate::jack::{Jack, client};
use crate::process::Running;
use crate::x11::{Screen, Seen};
use crate::{bundle, lv2info, wav};

/// Which of its windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// `jalv.gtk3`.
    Gtk,
    /// `jalv.qt5`.
    Qt,
    /// `jalv`, which has none: the editor shows a window of its own.
    Own,
}

impl Window {
    /// The program.
    #[must_use]
    pub fn program(self) -> &'static str {
        match self {
            Self::Gtk => "jalv.gtk3",
            Self::Qt => "jalv.qt5",
            Self::Own => "jalv",
        }
    }

    /// A command that plays a plugin under the JACK name `name`.
    fn command(self, name: &str, controls: &[&str], uri: &str) -> Command {
        // Into a pipe jalv would print only at its end.
        let mut command = client("stdbuf");
        command.args(["-oL", self.program(), "-x"]);
        match self {
            Self::Gtk => command.args(["--no-menu", "--jack-name", name]),
            Self::Qt => command.args(["-n", name]),
            Self::Own => command.args(["-s", "-n", name]),
        };
        command.args(controls.iter().flat_map(|control| ["-c", control])).arg(uri);
        if let Some((key, value)) = lv2info::in_world("").get_envs().next() {
            command.env(key, value.unwrap_or_default());
        }
        command
    }
}

/// A plugin in jalv, with its editor on a screen.
pub struct Live {
    /// The program.
    pub jalv: Running,
    /// What it shows.
    pub screen: Screen,
    /// A tone, once it was asked for.
    tone: Option<Running>,
    /// The server.
    pub jack: Jack,
}

impl Live {
    /// Starts a JACK server, a screen and jalv.
    ///
    /// # Panics
    /// Where the plugin does not run, in two tries: JACK sometimes loses a client that is still starting.
    #[must_use]
    pub fn start(window: Window, controls: &[&str]) -> Self {
        let set_up = || {
            let jack = Jack::start();
            let screen = Screen::bare();
            let mut command = window.command("gain", controls, "urn:dyad:gain#stereo");
            screen.prepare(&mut command);
            let mut jalv = Running::start(&mut command);
            jack.wait_for("gain:out_l", &mut jalv)?;
            Ok(Self { jalv, screen, tone: None, jack })
        };
        set_up().or_else(|_: String| set_up()).unwrap_or_else(|failed| panic!("{failed}"))
    }

    /// Waits for the editor's window.
    ///
    /// # Panics
    /// Where it does not come.
    pub fn editor(&mut self) -> Seen {
        self.screen.wait("the editor", &mut self.jalv, |screen| screen.editors().into_iter().next())
    }

    /// What jalv says of a control when it is asked for all of them; for the program that reads commands. It
    /// says some unasked, too; so it is asked for help first, and what comes after that is the answer.
    ///
    /// # Panics
    /// Where jalv ends.
    pub fn control(&mut self, symbol: &str) -> f64 {
        self.jalv.say("help");
        let helped = self.jalv.hear(|line| line.contains("Set control value by symbol").then_some(()));
        assert_eq!(helped, Some(()), "jalv ended:\n{}", self.jalv.all());
        self.jalv.say("controls");
        let value = self.jalv.hear(|line| {
            let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
            (name == symbol).then(|| value.parse::<f64>().ok()).flatten()
        });
        value.unwrap_or_else(|| panic!("jalv ended:\n{}", self.jalv.all()))
    }

    /// Has a tone at the plugin's inputs from now on.
    ///
    /// # Panics
    /// Where there is no tone.
    pub fn play(&mut self) {
        let mut tone = Running::start(client("jack_simple_client").arg("tone"));
        let played = self.jack.wait_for("tone:output1", &mut tone).and_then(|()| {
            self.jack.connect("tone:output1", "gain:in_l")?;
            self.jack.connect("tone:output1", "gain:in_r")
        });
        played.unwrap_or_else(|failed| panic!("{failed}"));
        self.tone = Some(tone);
    }

    /// How much louder the tone comes out of the plugin than it goes in, as a factor: the middle one of
    /// all pieces of a recording, because JACK drops some on a busy machine.
    ///
    /// # Panics
    /// Where there is no tone.
    #[must_use]
    pub fn loudness(&self) -> f64 {
        let file = bundle::target().join("tests/jalv editor.wav");
        let mut recorder = client("jack_rec");
        recorder.arg("-f").arg(&file).args(["-d", "1", "-b", "24", "tone:output1", "gain:out_l"]);
        let (well, said) = Jack::ask(&mut recorder);
        assert!(well, "jack_rec failed:\n{said}");
        let sound = wav::read(&file).expect("jack_rec wrote a whole file");
        let pieces = sound[0].chunks_exact(1024).zip(sound[1].chunks_exact(1024));
        let loud = pieces.filter(|(tone, _)| rms(tone) > 0.05);
        let mut ratios: Vec<_> = loud.map(|(tone, out)| rms(out) / rms(tone)).collect();
        ratios.sort_by(f64::total_cmp);
        assert!(ratios.len() >= 20, "there is a tone");
        ratios[ratios.len() / 2]
    }
}
