//! Ardour 7, a real DAW, without a window: its program `ardour7-lua` runs the scripts of `hosts/ardour`.
//!
//! Each [`Ardour`] has a home folder of its own, so that nothing of the user's is read or written, no
//! question is asked, and no plugin is there but the bundles under test.
//!
//! Known of Ardour 7.3: an export ends in a thread that still holds a lock of the export while the main
//! thread frees it (`ExportHandler::start_timespan_bg`). All samples are in the file by then, but one
//! process in ten dies of it, with any plugin. So an export is the last that its process does: the process
//! is ended where it says that it has exported, may have died by itself just before, and is not asked how
//! it ended; the sound must be whole. What follows an export in a user's life (saving, closing, unloading
//! the plugin) is done by processes that export nothing, and these must end well.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::command::run;
use crate::gain::noise;
use crate::process::{PATIENCE, Running};
use crate::song::Song;
use crate::wav::{self, Sound};
use crate::{bundle, lv2info};

/// Frames of the session's sound.
pub const FRAMES: usize = 96_000;
/// Frames of a block, as the configuration below says.
pub const BLOCK: usize = 1024;
/// The automation that `make.lua` writes: frames and decibels, with straight lines between.
pub const POINTS: [(usize, f64); 6] =
    [(0, -6.0), (24_000, -6.0), (48_000, -20.0), (72_000, -20.0), (84_000, -3.0), (96_000, -3.0)];
/// The folder of Ardour's libraries in Debian.
const LIBRARIES: &str = "/usr/lib/ardour7";

/// In which format Ardour gets the plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `NAME.lv2`.
    Lv2,
    /// `NAME.vst3`.
    Vst3,
}

/// Which plugin Ardour gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Dyad Gain.
    Gain,
    /// The plugin for tests.
    Probe,
    /// The instrument in the same bundle.
    Tone,
    /// One of the effects and instruments that come with Dyad, by the name of its library.
    Effect(&'static str),
    /// One with MIDI alone.
    Notes(&'static str),
}

impl Subject {
    /// The stem of its bundles' names.
    fn stem(self) -> &'static str {
        match self {
            Self::Gain => "gain",
            Self::Probe | Self::Tone => "probe",
            Self::Effect(name) | Self::Notes(name) => name,
        }
    }

    /// What a user reads.
    fn title(self) -> String {
        match self {
            Self::Gain => "Dyad Gain".to_owned(),
            Self::Probe => "Dyad Probe".to_owned(),
            Self::Tone => "Dyad Probe Tone".to_owned(),
            Self::Effect(name) | Self::Notes(name) => {
                format!("Dyad {}{}", name[..1].to_uppercase(), &name[1..])
            }
        }
    }

    /// The URI of its stereo layout, or of that with notes alone.
    fn uri(self) -> String {
        match self {
            Self::Gain => "urn:dyad:gain#stereo".to_owned(),
            Self::Probe => "urn:dyad:probe#stereo".to_owned(),
            Self::Tone => "urn:dyad:probe-tone#stereo".to_owned(),
            Self::Effect(name) => format!("urn:dyad:{name}#stereo"),
            Self::Notes(name) => format!("urn:dyad:{name}#notes"),
        }
    }
}

impl Format {
    /// As Ardour's scripts call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Lv2 => "LV2",
            Self::Vst3 => "VST3",
        }
    }

    /// The number by which sessions know the gain: its LV2 port, or its place in the VST3 list.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Lv2 => "9",
            Self::Vst3 => "1",
        }
    }

    /// The parameter that Ardour's bypass moves, and its value when the plugin is off.
    #[must_use]
    pub fn bypass(self) -> (&'static str, f64) {
        match self {
            Self::Lv2 => ("Enabled", 0.0),
            Self::Vst3 => ("Bypass", 1.0),
        }
    }
}

/// An installation of Ardour with a session in it.
#[derive(Debug)]
pub struct Ardour {
    home: PathBuf,
    format: Format,
    subject: Subject,
    /// The id that sessions know the plugin by.
    id: String,
}

impl Ardour {
    /// A new home with Dyad Gain's bundles of a folder; the name is the test's.
    ///
    /// # Panics
    /// Where it can't be made, or Ardour does not find the plugin.
    #[must_use]
    pub fn new(name: &str, format: Format, bundles: &Path) -> Self {
        Self::with(Subject::Gain, name, format, bundles)
    }

    /// The same with any of our plugins.
    ///
    /// # Panics
    /// Where it can't be made, or Ardour does not find the plugin.
    #[must_use]
    pub fn with(subject: Subject, name: &str, format: Format, bundles: &Path) -> Self {
        let home = bundle::target().join("tests/ardour").join(format!("{name} {}", format.name()));
        let _ = fs::remove_dir_all(&home);
        for folder in [".config/ardour7/export", "lv2", ".vst3"] {
            fs::create_dir_all(home.join(folder)).expect("the target folder can be written to");
        }
        let hosts = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/ardour");
        // An empty one says that the questions of a first start were answered.
        fs::write(home.join(".config/ardour7/.a7"), "").expect("the home can be written to");
        for (from, to) in [("config.xml", "config"), ("float.preset", "export/float.preset")] {
            fs::copy(hosts.join(from), home.join(".config/ardour7").join(to))
                .expect("the home can be written to");
        }
        for specification in lv2info::specifications() {
            let name = specification.file_name().expect("a bundle has a name");
            symlink(&specification, home.join("lv2").join(name)).expect("the home can be written to");
        }
        let mut ardour = Self { home, format, subject, id: String::new() };
        ardour.install(bundles);
        ardour
    }

    /// Puts the bundles of a folder in the place of those that were there.
    ///
    /// # Panics
    /// Where Ardour does not find the plugin in them.
    pub fn install(&mut self, bundles: &Path) {
        self.id = self.add(self.subject, bundles);
    }

    /// Puts the bundles of another of our plugins beside it; gives the id that sessions know it by.
    ///
    /// # Panics
    /// Where Ardour does not find the plugin in them.
    pub fn add(&mut self, subject: Subject, bundles: &Path) -> String {
        let stem = subject.stem();
        for (folder, name) in [("lv2", format!("{stem}.lv2")), (".vst3", format!("{stem}.vst3"))] {
            let place = self.home.join(folder).join(&name);
            let _ = fs::remove_file(&place);
            assert!(bundles.join(&name).exists(), "{} is missing", bundles.join(&name).display());
            symlink(bundles.join(&name), &place).expect("the home can be written to");
        }
        match self.format {
            Format::Lv2 => subject.uri(),
            Format::Vst3 => self.scan(subject),
        }
    }

    /// Adds another LV2 bundle, such as one with presets.
    ///
    /// # Panics
    /// Where the home can't be written to.
    pub fn add_lv2(&self, bundle: &Path) {
        let place = self.home.join("lv2").join(bundle.file_name().expect("a bundle has a name"));
        let _ = fs::remove_file(&place);
        symlink(bundle, &place).expect("the home can be written to");
    }

    /// Lets Ardour's scanner look at the VST3 bundle; gives the id under which it lists the plugin. The
    /// scanner says that all went well whatever it found, so what it writes is read.
    fn scan(&self, subject: Subject) -> String {
        let cache = self.home.join(".cache/ardour7/vst");
        let lists = || {
            let files = fs::read_dir(&cache).into_iter().flatten().flatten().map(|entry| entry.path());
            files.filter(|path| path.extension().is_some_and(|end| end == "v3i")).collect::<Vec<_>>()
        };
        let holds = |path: &PathBuf, what: &str| {
            fs::read_to_string(path).expect("what was written can be read").contains(what)
        };
        let title = format!("name=\"{}\"", subject.title());
        // What was found in older bundles of the same plugin.
        lists().iter().filter(|path| holds(path, &title)).for_each(|path| {
            fs::remove_file(path).expect("the home can be written to");
        });
        let before = lists();
        let scanner = Path::new(LIBRARIES).join("ardour-vst3-scanner");
        assert!(scanner.exists(), "{} is missing: run `ci/deps.sh test`", scanner.display());
        let there = self.home.join(".vst3").join(format!("{}.vst3", subject.stem()));
        let said = run(self.at_home(Command::new(scanner)).arg("-f").arg(there));
        let files: Vec<_> = lists().into_iter().filter(|path| !before.contains(path)).collect();
        assert_eq!(files.len(), 1, "Ardour's scanner lists one bundle:\n{}", said.all());
        // Ardour takes a list that is of the same second as its bundle for one that is out of date.
        let (list, later) = (File::options().append(true).open(&files[0]), SystemTime::now() + PATIENCE);
        list.and_then(|list| list.set_modified(later)).expect("what was written can be touched");
        let list = fs::read_to_string(&files[0]).expect("what was written can be read");
        let all: Vec<_> =
            list.split("<VST3Info uid=\"").skip(1).filter(|info| info.contains(&title)).collect();
        let [info] = all[..] else { panic!("not one plugin of {title} in {list}") };
        info.split('"').next().unwrap_or_default().to_owned()
    }

    /// The folder of its session.
    #[must_use]
    pub fn session(&self) -> PathBuf {
        self.home.join("session")
    }

    /// The id that sessions know the plugin by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The session's sound, which differs from channel to channel.
    #[must_use]
    pub fn sound() -> Sound {
        [5, 6].map(|seed| noise(FRAMES, seed).iter().map(|sample| sample * 0.9).collect()).into()
    }

    /// A new session; gives its first sound, with automation.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn make(&self) -> (Vec<String>, Sound) {
        self.render("make.lua", &[])
    }

    /// Opens a snapshot, saves it and closes it; gives what the script said.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn look(&self, snapshot: &str, more: &[(&str, &str)]) -> Vec<String> {
        self.perform("load.lua", &[&[("DYAD_SNAPSHOT", snapshot)], more].concat())
    }

    /// Runs a script of `hosts/ardour` that says "ready" and closes its session in the end; gives what it
    /// said.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn perform(&self, script: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let mut ardour = self.started(script, environment);
        let status = ardour.end();
        assert!(ardour.said().iter().any(|line| line == "closed"), "Ardour failed:\n{}", ardour.all());
        assert!(status.success(), "Ardour ended with {status}:\n{}", ardour.all());
        ardour.said().to_vec()
    }

    /// Runs a script that makes a session with a region of MIDI; gives what it said.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn compose(&self, script: &str, song: &Song, environment: &[(&str, &str)]) -> Vec<String> {
        let midi = self.home.join("song.mid");
        song.write(&midi);
        let more = [("DYAD_MIDI", &*midi.to_string_lossy()), ("DYAD_STEP", "make")];
        self.perform(script, &[environment, &more].concat())
    }

    /// The sound of a snapshot, and what the script said.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn play(&self, snapshot: &str, more: &[(&str, &str)]) -> (Vec<String>, Sound) {
        self.export("load.lua", &[&[("DYAD_SNAPSHOT", snapshot)], more].concat())
    }

    /// Runs a script that exports; gives what it said and the sound.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn render(&self, script: &str, environment: &[(&str, &str)]) -> (Vec<String>, Sound) {
        let sound = self.home.join("sound.wav");
        wav::write(&sound, &Self::sound());
        let _ = fs::remove_dir_all(self.home.join("session"));
        self.export(script, &[&[("DYAD_SOUND", &*sound.to_string_lossy())], environment].concat())
    }

    /// Runs a script that makes a session with [a sound](Self::sound), and exports nothing; gives what it said.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn prepare(&self, script: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let sound = self.home.join("sound.wav");
        wav::write(&sound, &Self::sound());
        self.perform(script, &[&[("DYAD_SOUND", &*sound.to_string_lossy())], environment].concat())
    }

    /// Runs a script that opens a session and exports it; gives what it said and the sound.
    ///
    /// # Panics
    /// Where Ardour fails.
    #[must_use]
    pub fn export(&self, script: &str, environment: &[(&str, &str)]) -> (Vec<String>, Sound) {
        let folder = self.home.join("out");
        let _ = fs::remove_dir_all(&folder);
        let to = folder.to_string_lossy();
        let mut ardour = self.started(script, &[environment, &[("DYAD_TO", &*to)]].concat());
        let _ = ardour.hear(|line| (line == "exported").then_some(()));
        ardour.kill();
        assert!(ardour.said().iter().any(|line| line == "exporting"), "Ardour failed:\n{}", ardour.all());
        let sound = wav::read(&folder.join("out.wav"))
            .unwrap_or_else(|error| panic!("no whole sound came ({error}):\n{}", ardour.all()));
        assert_eq!(sound.iter().map(Vec::len).collect::<Vec<_>>(), [FRAMES; 2], "{}", ardour.all());
        (ardour.said().to_vec(), sound)
    }

    /// Runs a script until its session is open. Where Ardour does not get as far, it gets one more try; and some more
    /// where it has registered a new track's port twice, and died of its own message about it.
    fn started(&self, script: &str, environment: &[(&str, &str)]) -> Running {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/ardour");
        let mut command = self.at_home(Command::new("ardour7-lua"));
        command.arg(scripts.join(script)).env("DYAD_SCRIPTS", &scripts);
        command.env("DYAD_SESSION", self.home.join("session"));
        command.env("DYAD_FORMAT", self.format.name()).env("DYAD_ID", &self.id);
        command.envs(environment.iter().copied());
        let mut failed = String::new();
        for attempt in 1..=5 {
            if attempt > 2 && !failed.contains("register_port: Port already exists") {
                break;
            }
            let mut ardour = Running::start(&mut command);
            if ardour.hear(|line| (line == "ready").then_some(())).is_some() {
                return ardour;
            }
            failed = ardour.all();
            if environment.iter().any(|(name, _)| *name == "DYAD_SOUND")
                || environment.contains(&("DYAD_STEP", "make"))
            {
                let _ = fs::remove_dir_all(self.home.join("session"));
            }
        }
        panic!("Ardour does not start:\n{failed}");
    }

    /// Nothing of the user's, no display, no plugins but ours, and the libraries' place for programs that
    /// Ardour starts through a script of its own.
    pub(crate) fn at_home(&self, mut command: Command) -> Command {
        for name in
            ["XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "DISPLAY", "VST3_PATH", "VST_PATH"]
        {
            command.env_remove(name);
        }
        command.env("HOME", &self.home).env("LV2_PATH", self.home.join("lv2"));
        command.env("JACK_NO_START_SERVER", "1").env("LD_LIBRARY_PATH", LIBRARIES);
        command.env("ARDOUR_DATA_PATH", "/usr/share/ardour7").env("ARDOUR_CONFIG_PATH", "/etc/ardour7");
        command.env("ARDOUR_DLL_PATH", LIBRARIES);
        command
    }
}

/// The words of the first line that begins with a word, without it.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn words<'a>(said: &'a [String], first: &str) -> Vec<&'a str> {
    let mut lines = said.iter().map(|line| line.split_whitespace());
    let line = lines.find_map(|mut words| (words.next() == Some(first)).then_some(words));
    line.unwrap_or_else(|| panic!("no line {first:?} in:\n{}", said.join("\n"))).collect()
}

/// Fails where a number that a script printed is not as expected.
///
/// # Panics
/// That is its purpose.
#[track_caller]
pub fn near(text: &str, expected: f64) {
    let close = text.parse::<f64>().is_ok_and(|value| (value - expected).abs() < 1e-5);
    assert!(close, "{text} instead of {expected}");
}

/// Fails where a session does not hold the value and the automation that `make.lua` wrote, on the gain.
///
/// # Panics
/// That is its purpose.
#[track_caller]
pub fn assert_automation(said: &[String], format: Format) {
    assert_eq!(words(said, "number"), [format.number()]);
    near(words(said, "value")[0], -6.0);
    assert_eq!(words(said, "playing"), ["true"]);
    let points = said.iter().filter_map(|line| line.strip_prefix("point"));
    let points: Vec<_> = points.map(|point| point.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(points.len(), POINTS.len(), "{points:?}");
    for (point, (frame, db)) in points.iter().zip(POINTS) {
        assert_eq!(point[0], frame.to_string());
        near(point[1], db);
    }
}
