//! What the integration tests share: files, bundles, and running the program.
#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod display;
pub(crate) mod gates;
pub(crate) mod playing;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_dyad-host");

/// Frames per second of every test file.
pub(crate) const RATE: u32 = 48_000;

/// The class of the fixture that works.
pub(crate) const FIXTURE: &str = "D7AD0001111122223333444455556666";

/// A folder that vanishes, with the test's files.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Names of all files in the folder.
    pub(crate) fn files(&self) -> Vec<String> {
        names(self.folder.path())
    }

    /// Writes a file of 32-bit floats, one signal per channel.
    pub(crate) fn wav(&self, name: &str, channels: &[Vec<f32>]) -> String {
        let path = self.path(name);
        let spec = WavSpec {
            channels: channels.len() as u16,
            sample_rate: RATE,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut writer = WavWriter::create(&path, spec).unwrap();
        for frame in 0..channels[0].len() {
            for channel in channels {
                writer.write_sample(channel[frame]).unwrap();
            }
        }
        writer.finalize().unwrap();
        path
    }

    /// A file with a second of noise in each channel.
    pub(crate) fn noise(&self, name: &str, channels: u64) -> (String, Vec<Vec<f32>>) {
        let signals: Vec<_> = (1..=channels).map(|seed| noise(seed, RATE as usize)).collect();
        (self.wav(name, &signals), signals)
    }

    /// Runs the program with words and expects success.
    pub(crate) fn good(&self, words: &[&str]) -> String {
        let output = run(words);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{words:?}: {error}");
        assert_eq!(error, "", "{words:?}: nothing to complain about");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program with words and expects exactly one line of complaint, which it gives, and no new
    /// file. After a complaint about the command line there is its usage too.
    pub(crate) fn bad(&self, words: &[&str]) -> String {
        let before = self.files();
        let output = run(words);
        assert!(!output.status.success(), "{words:?} succeeded");
        let (_, error) = complaint(&output);
        assert_eq!(self.files(), before, "{words:?} left something behind");
        error
    }

    /// A shell script to be run as a program.
    ///
    /// A shell writes it: were it open in this process, one that another test starts at that moment would keep
    /// it open, and the system runs no file that somebody can write to.
    pub(crate) fn script(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        let words = ["-c", "printf '%s' \"$1\" > \"$2\" && chmod 755 \"$2\"", "sh", text, &path];
        assert!(Command::new("sh").args(words).status().unwrap().success());
        path
    }

    /// An LV2 bundle with this manifest and, under its own name, a copy of a library.
    pub(crate) fn lv2_bundle(&self, name: &str, manifest: &str, library: Option<&Path>) -> String {
        let bundle = self.path(name);
        std::fs::create_dir(&bundle).unwrap();
        std::fs::write(Path::new(&bundle).join("manifest.ttl"), manifest).unwrap();
        if let Some(library) = library {
            std::fs::copy(library, Path::new(&bundle).join("plugin.so")).unwrap();
        }
        bundle
    }

    /// A bundle with one plugin of the LV2 fixture.
    pub(crate) fn lv2_fixture(&self, plugin: &str) -> String {
        let port = |index: u32, kinds: &str, symbol: &str, more: &str| {
            format!(
                "[ a {kinds} ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; lv2:name \"{symbol}\" ; {more} ]"
            )
        };
        let manifest = format!(
            "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
             @prefix doap: <http://usefulinc.com/ns/doap#> .\n\
             <urn:dyad:fixture:{plugin}#mono> a lv2:Plugin ; lv2:binary <plugin.so> ; doap:name \"Fixture\" ;\n\
             lv2:port {} , {} , {} , {} , {} .\n",
            port(0, "lv2:InputPort, lv2:AudioPort", "in", ""),
            port(1, "lv2:OutputPort, lv2:AudioPort", "out", ""),
            port(
                2,
                "lv2:InputPort, lv2:ControlPort",
                "tail",
                "lv2:default 0 ; lv2:minimum -1 ; lv2:maximum 10000000 ; lv2:portProperty lv2:integer"
            ),
            port(
                3,
                "lv2:InputPort, lv2:ControlPort",
                "claim",
                "lv2:default 0 ; lv2:minimum -9 ; lv2:maximum 100000000"
            ),
            port(4, "lv2:OutputPort, lv2:ControlPort", "late", "lv2:portProperty lv2:reportsLatency"),
        );
        self.lv2_bundle(&format!("{plugin}.lv2"), &manifest, Some(&example("fixture_lv2")))
    }

    /// A bundle with the LV2 fixture, a port to be shown, two for atoms, and one of its editors.
    pub(crate) fn lv2_editor(&self, ui: &str) -> String {
        self.lv2_editor_of("shy", ui)
    }

    /// The same with another plugin of the fixture.
    pub(crate) fn lv2_editor_of(&self, plugin: &str, ui: &str) -> String {
        let port = |index: u32, kinds: &str, symbol: &str, more: &str| {
            format!(
                "[ a {kinds} ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; lv2:name \"{symbol}\" ; {more} ]"
            )
        };
        let (control, atom) = ("lv2:ControlPort", "<http://lv2plug.in/ns/ext/atom#AtomPort>");
        let sequence =
            "<http://lv2plug.in/ns/ext/atom#bufferType> <http://lv2plug.in/ns/ext/atom#Sequence>";
        let manifest = format!(
            "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
             @prefix doap: <http://usefulinc.com/ns/doap#> .\n\
             @prefix ui: <http://lv2plug.in/ns/extensions/ui#> .\n\
             <urn:dyad:fixture:{plugin}#mono> a lv2:Plugin ; lv2:binary <plugin.so> ; doap:name \"Fixture\" ;\n\
             ui:ui <urn:dyad:fixture:ui#{ui}> ;\n\
             lv2:port {} , {} , {} , {} , {} , {} , {} , {} .\n\
             <urn:dyad:fixture:ui#{ui}> a ui:X11UI ; ui:binary <ui.so> .\n",
            port(0, "lv2:InputPort, lv2:AudioPort", "in", ""),
            port(1, "lv2:OutputPort, lv2:AudioPort", "out", ""),
            port(2, &format!("lv2:InputPort, {control}"), "tail", "lv2:default 0"),
            port(3, &format!("lv2:InputPort, {control}"), "claim", "lv2:default 0"),
            port(4, &format!("lv2:OutputPort, {control}"), "late", ""),
            port(
                5,
                &format!("lv2:InputPort, {control}"),
                "level",
                "lv2:default 0.25 ; lv2:minimum 0 ; lv2:maximum 1"
            ),
            port(6, &format!("lv2:InputPort, {atom}"), "events", sequence),
            port(7, &format!("lv2:OutputPort, {atom}"), "answers", sequence),
        );
        let bundle = self.lv2_bundle(&format!("{ui}.lv2"), &manifest, Some(&example("fixture_lv2")));
        std::fs::copy(example("fixture_ui"), Path::new(&bundle).join("ui.so")).unwrap();
        bundle
    }

    /// A VST3 bundle with a copy of a module.
    pub(crate) fn vst3_bundle(&self, name: &str, module: &Path) -> String {
        let bundle = PathBuf::from(self.path(name));
        let folder = bundle.join(format!("Contents/{}-linux", std::env::consts::ARCH));
        std::fs::create_dir_all(&folder).unwrap();
        let stem = bundle.file_stem().unwrap().to_str().unwrap();
        std::fs::copy(module, folder.join(format!("{stem}.so"))).unwrap();
        bundle.to_str().unwrap().to_owned()
    }
}

/// Names of everything in a folder.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The exit code and the line of complaint of a run that failed.
#[track_caller]
pub(crate) fn complaint(output: &Output) -> (i32, String) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("the program itself died: {error}"));
    let (first, more) = error.split_once('\n').unwrap_or_else(|| panic!("no whole line: {error:?}"));
    assert!(first.starts_with("dyad-host: "), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    if code == 1 {
        assert!(more.starts_with("Usage: dyad-host") && more.ends_with('\n'), "{error}");
    } else {
        assert_eq!(more, "", "one line: {error}");
    }
    (code, first.to_owned())
}

/// Runs the program with words and one environment variable.
pub(crate) fn run_with(variable: (&str, &str), words: &[&str]) -> Output {
    Command::new(PROGRAM).env(variable.0, variable.1).args(words).output().unwrap()
}

pub(crate) fn run(words: &[&str]) -> Output {
    Command::new(PROGRAM).args(words).output().unwrap()
}

/// White noise within ±0.5 (xorshift, Marsaglia 2003): the same on every run.
pub(crate) fn noise(seed: u64, len: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let step = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32 - 0.5
    };
    (0..len).map(step).collect()
}

/// All channels of a file.
pub(crate) fn read(path: &str) -> Vec<Vec<f32>> {
    let mut reader = WavReader::open(path).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.sample_format, spec.bits_per_sample), (SampleFormat::Float, 32));
    assert_eq!(spec.sample_rate, RATE);
    let mut channels = vec![vec![]; spec.channels.into()];
    for (at, sample) in reader.samples::<f32>().enumerate() {
        channels[at % spec.channels as usize].push(sample.unwrap());
    }
    channels
}

/// A module from this crate's examples, which `cargo test` builds too.
pub(crate) fn example(name: &str) -> PathBuf {
    let folder = Path::new(PROGRAM).parent().unwrap().join("examples");
    let path = folder.join(format!("lib{name}.so"));
    assert!(path.is_file(), "{} is missing: run `cargo build --examples`", path.display());
    path
}

/// The largest difference between a signal and what it should be.
pub(crate) fn difference(got: &[f32], want: impl IntoIterator<Item = f32>) -> f32 {
    let mut want = want.into_iter();
    let largest = got
        .iter()
        .map(|sample| (sample - want.next().expect("longer than it should be")).abs())
        .fold(0.0, f32::max);
    assert!(want.next().is_none(), "shorter than it should be");
    largest
}
