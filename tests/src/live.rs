//! jalv, LV2's reference host, with its windows: one made of GTK 3, one of Qt 5.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::gain::{assert_close, factor, rms};
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

    /// The name by which JACK knows the plugin. The one for Qt reads no options.
    fn name(self) -> &'static str {
        match self {
            Self::Gtk | Self::Own => "gain",
            Self::Qt => "Dyad Gain",
        }
    }

    /// A command that plays the plugin.
    fn command(self, gain: f64, world: &Path) -> Command {
        // Into a pipe jalv would print only at its end.
        let mut command = client("stdbuf");
        command.args(["-oL", self.program()]);
        match self {
            Self::Gtk => command.args(["-x", "--jack-name", self.name(), "-c", &format!("gain={gain}")]),
            Self::Own => command.args(["-s", "-x", "-n", self.name()]),
            Self::Qt => &mut command,
        };
        command.arg("urn:dyad:gain#stereo");
        command.env("LV2_PATH", format!("{}:{}", world.display(), presets().display()));
        command
    }
}

/// A folder with LV2's own bundles and ours.
#[must_use]
pub fn world() -> PathBuf {
    let world = lv2info::in_world("");
    world.get_envs().find_map(|(_, value)| value).unwrap_or_default().into()
}

/// A folder with LV2's own bundles and ours, whose editor binary is as wanted: what `spoil` leaves of it.
///
/// # Panics
/// Where it can't be made.
#[must_use]
pub fn world_with(name: &str, spoil: impl Fn(&Path)) -> PathBuf {
    let world = bundle::target().join("tests").join(name);
    let _ = fs::remove_dir_all(&world);
    let copy = world.join("gain.lv2");
    fs::create_dir_all(&copy).expect("the target folder can be written to");
    for specification in lv2info::specifications() {
        let name = specification.file_name().expect("a bundle has a name");
        symlink(&specification, world.join(name)).expect("the target folder can be written to");
    }
    for file in fs::read_dir(bundle::lv2()).expect("the bundle is there") {
        let file = file.expect("the bundle is there");
        fs::copy(file.path(), copy.join(file.file_name())).expect("the target folder can be written to");
    }
    spoil(&copy.join("gain_ui.so"));
    world
}

/// The gain of the preset "Quiet" that a user of jalv finds in its menu.
pub const QUIET: f64 = -12.0;

/// A folder of presets that a user has made.
fn presets() -> PathBuf {
    let folder = bundle::target().join("tests/presets");
    let bundle = folder.join("quiet.lv2");
    fs::create_dir_all(&bundle).expect("the target folder can be written to");
    let prefixes = "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
                    @prefix pset: <http://lv2plug.in/ns/ext/presets#> .\n\
                    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n";
    let preset = "a pset:Preset ; lv2:appliesTo <urn:dyad:gain#stereo> ; rdfs:label \"Quiet\"";
    let manifest = format!("{prefixes}<urn:dyad:tests:quiet> {preset} ; rdfs:seeAlso <quiet.ttl> .\n");
    let port = format!("lv2:port [ lv2:symbol \"gain\" ; pset:value {QUIET:.1} ]");
    let whole = format!("{prefixes}<urn:dyad:tests:quiet> {preset} ; {port} .\n");
    for (name, text) in [("manifest.ttl", manifest), ("quiet.ttl", whole)] {
        fs::write(bundle.join(name), text).expect("the target folder can be written to");
    }
    folder
}

/// A recording that goes on.
pub struct Recording {
    recorder: Running,
    file: PathBuf,
}

impl Recording {
    /// Frames at its beginning that may lack a port.
    const BEGINNING: usize = 4096;

    /// Waits until as much has been recorded again as there was.
    fn begin(&mut self, screen: &Screen) {
        // Two channels of 24 bits.
        let enough = (Self::BEGINNING * 2 * 6) as u64;
        screen.wait("a recording", &mut self.recorder, |_| {
            fs::metadata(&self.file).is_ok_and(|file| file.len() > enough).then_some(())
        });
    }

    /// Ends it; fails where one sample of it is not the tone with this gain.
    ///
    /// # Panics
    /// That is its purpose.
    #[track_caller]
    pub fn end(mut self, db: f64) {
        assert!(self.recorder.runs(), "jack_rec has ended:\n{}", self.recorder.all());
        // It says goodbye to JACK, or JACK would wait for it.
        self.recorder.interrupt();
        let _ = self.recorder.end();
        let sound = wav::read(&self.file).expect("jack_rec wrote sound");
        let (tone, out) = (&sound[0][Self::BEGINNING..], &sound[1][Self::BEGINNING..]);
        assert!(tone.chunks_exact(1024).all(|piece| rms(piece) > 0.05), "there is a tone all the time");
        let wanted: Vec<f64> = tone.iter().map(|sample| f64::from(*sample) * factor(db)).collect();
        assert_close(out, &wanted, 1e-5, "the sound of the plugin");
    }
}

/// A plugin in jalv, with its editor on a screen.
pub struct Live {
    window: Window,
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
    /// Starts a JACK server, a screen and jalv, which sets the gain where it can: in GTK's window.
    ///
    /// # Panics
    /// Where the plugin does not run, in two tries: JACK sometimes loses a client that is still starting.
    #[must_use]
    pub fn start(window: Window, gain: f64) -> Self {
        Self::start_in(window, gain, &world())
    }

    /// The same with the bundles of a folder, LV2's own among them.
    ///
    /// # Panics
    /// As above.
    #[must_use]
    pub fn start_in(window: Window, gain: f64, world: &Path) -> Self {
        Self::start_with(window, gain, world, |_| ())
    }

    /// The same with something changed about jalv's command.
    ///
    /// # Panics
    /// As above.
    #[must_use]
    pub fn start_with(window: Window, gain: f64, world: &Path, change: impl Fn(&mut Command)) -> Self {
        let set_up = || {
            let jack = Jack::start();
            let screen = Screen::bare();
            let mut command = window.command(gain, world);
            screen.prepare(&mut command);
            change(&mut command);
            let mut jalv = Running::start(&mut command);
            jack.wait_for(&format!("{}:out_l", window.name()), &mut jalv)?;
            Ok(Self { window, jalv, screen, tone: None, jack })
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

    /// Has a tone at the plugin's inputs from now on.
    ///
    /// # Panics
    /// Where there is no tone.
    pub fn play(&mut self) {
        let mut tone = Running::start(client("jack_simple_client").arg("tone"));
        let played = self.jack.wait_for("tone:output1", &mut tone).and_then(|()| {
            let name = self.window.name();
            self.jack.connect("tone:output1", &format!("{name}:in_l"))?;
            self.jack.connect("tone:output1", &format!("{name}:in_r"))
        });
        played.unwrap_or_else(|failed| panic!("{failed}"));
        self.tone = Some(tone);
    }

    /// Begins to record the tone, before the plugin and behind it.
    ///
    /// # Panics
    /// Where there is no tone.
    #[must_use]
    pub fn record(&self) -> Recording {
        let file = bundle::target().join("tests/jalv recording.wav");
        let _ = fs::remove_file(&file);
        let mut command = client("jack_rec");
        // For longer than any test, and with room for seconds in which nobody writes.
        command.arg("-f").arg(&file).args(["-d", "3600", "-b", "24", "-B", "960000", "tone:output1"]);
        command.arg(format!("{}:out_l", self.window.name()));
        let mut recording = Recording { recorder: Running::start(&mut command), file };
        recording.begin(&self.screen);
        recording
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
        recorder
            .arg("-f")
            .arg(&file)
            .args(["-d", "1", "-b", "24", "tone:output1"])
            .arg(format!("{}:out_l", self.window.name()));
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
