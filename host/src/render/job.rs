//! What is to be rendered, and how it went.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::assignment::{Assignment, Automation};
use super::audio::{AudioFormat, Encoding};
use super::schedule::BlockSizes;
use crate::atomic;
use crate::error::{Error, Result};
use crate::target::Target;

/// What is to be rendered.
#[derive(Clone, Debug)]
pub struct Job {
    /// The audio that goes into the first plugin.
    pub input: Input,
    /// A MIDI file for the first plugin that takes MIDI; its tempo and time signatures are told to
    /// all of them.
    pub midi: Option<PathBuf>,
    /// The plugins, one after the other; at least one.
    pub stages: Vec<Stage>,
    /// Where the audio of the last plugin goes.
    pub output: Option<Output>,
    /// Where the MIDI of the last plugin goes.
    pub midi_output: Option<PathBuf>,
    /// Sizes of the blocks.
    pub blocks: BlockSizes,
    /// Seconds to render after the input's end, 0 to 3600; otherwise until it is silent.
    pub tail: Option<f64>,
}

/// The audio that goes into the first plugin.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A WAV or FLAC file.
    File(PathBuf),
    /// Nothing: for instruments and generators.
    Silence(Silence),
}

/// An input without a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silence {
    /// Frames per second.
    pub rate: u32,
    /// Channels of silence, for a plugin that has an input; otherwise as many as it has, where it
    /// plays the MIDI file.
    pub channels: Option<u32>,
    /// How long it lasts, in seconds; otherwise as long as the MIDI file.
    pub seconds: Option<f64>,
}

/// A file for the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The file.
    pub path: PathBuf,
    /// Kind of file and samples.
    pub encoding: Encoding,
}

/// One plugin of a chain.
#[derive(Clone, Debug)]
pub struct Stage {
    /// The plugin.
    pub target: Target,
    /// Which one, where the target holds several.
    pub class: Option<String>,
    /// Values from the start on.
    pub set: Vec<Assignment>,
    /// Values from later moments on.
    pub automate: Vec<Automation>,
    /// Files with more of them.
    pub automation: Vec<PathBuf>,
    /// A state to load first.
    pub state: Option<PathBuf>,
    /// A WAV or FLAC file for its sidechain, from the beginning of the input on.
    pub sidechain: Option<PathBuf>,
    /// Where to save the state in the end.
    pub save_state: Option<PathBuf>,
}

impl Stage {
    /// A plugin as it comes.
    #[must_use]
    pub fn new(target: Target) -> Self {
        Self {
            target,
            class: None,
            set: vec![],
            automate: vec![],
            automation: vec![],
            state: None,
            sidechain: None,
            save_state: None,
        }
    }
}

impl Job {
    /// One plugin, a file in and a file out.
    #[must_use]
    pub fn new(stage: Stage, input: PathBuf, output: PathBuf) -> Self {
        Self {
            input: Input::File(input),
            midi: None,
            stages: vec![stage],
            output: Some(Output { path: output, encoding: Encoding::default() }),
            midi_output: None,
            blocks: BlockSizes::default(),
            tail: None,
        }
    }

    /// Refuses one file for two things. A result may take the place of the input it is made from,
    /// and a state that of the one it began with: both appear only when everything is done, and the
    /// old files are read to their end first.
    pub(super) fn check_files(&self) -> Result<()> {
        let mut read: Vec<(&str, &Path)> = Vec::new();
        let mut written: Vec<(&str, &Path)> = Vec::new();
        if let Input::File(path) = &self.input {
            read.push(("--in", path));
        }
        read.extend(self.midi.iter().map(|path| ("--midi", path.as_path())));
        written.extend(self.output.iter().map(|output| ("--out", output.path.as_path())));
        written.extend(self.midi_output.iter().map(|path| ("--midi-out", path.as_path())));
        for stage in &self.stages {
            read.extend(stage.automation.iter().map(|path| ("--automation", path.as_path())));
            read.extend(stage.state.iter().map(|path| ("--state", path.as_path())));
            read.extend(stage.sidechain.iter().map(|path| ("--sidechain", path.as_path())));
            written.extend(stage.save_state.iter().map(|path| ("--save-state", path.as_path())));
        }
        let refuse = |path: &Path, one: &str, other: &str| {
            Err(Error::Usage(format!(
                "{}: {one} and {other} are the same file; expected two",
                path.display()
            )))
        };
        for (at, (name, path)) in written.iter().enumerate() {
            for (earlier, other) in &written[..at] {
                if atomic::same(path, other) {
                    return refuse(path, earlier, name);
                }
            }
            for (input, other) in &read {
                let may = [("--in", "--out"), ("--midi", "--midi-out"), ("--state", "--save-state")];
                if atomic::same(path, other) && !may.contains(&(input, name)) {
                    // The audio's end of it first, whichever that is.
                    let (one, two) = if *name == "--out" { (name, input) } else { (input, name) };
                    return refuse(path, one, two);
                }
            }
        }
        Ok(())
    }
}

/// How far a rendering is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Frames of the input that are done; the tail is not counted.
    pub done: u64,
    /// Frames of the input.
    pub all: u64,
    /// Frames per second.
    pub rate: u32,
}

/// How a rendering went.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// From starting the first child until the last plugin was ready.
    pub load_time: Duration,
    /// Time spent in processing, all processes included.
    pub process_time: Duration,
    /// Frames processed.
    pub processed: u64,
    /// Frames of the result; 0 without [`Job::output`].
    pub frames: u64,
    /// Channels and rate of the last plugin.
    pub format: AudioFormat,
    /// The largest sample, before it was encoded.
    pub peak: f32,
    /// Samples that were too loud for whole numbers.
    pub clipped: u64,
    /// The latency of all plugins in frames, made up for.
    pub latency: u64,
    /// MIDI messages that the last plugin gave out.
    pub messages: usize,
    /// What could not be carried over, one line each: values of a loaded state, and what of the MIDI
    /// has no way to a plugin or into a file.
    pub lost: Vec<String>,
}

impl Report {
    /// How many times faster than the music it was.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.processed as f64 / f64::from(self.format.rate) / self.process_time.as_secs_f64()
    }
}
