//! From a source to a response that is ready, and to what the editor shows of it.

use std::path::Path;
#[expect(clippy::disallowed_types, reason = "main threads and tasks take it, never the audio thread")]
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use dyad::show::{Message, Severity};

use super::shape::{Shape, apply, channels_in_words, height, prepare};
use super::wav::{Stamp, Wav, WavError};
use super::{Sound, builtin, resample, wav};
use crate::engine::{Plans, Response, Route};
use crate::params::Source;

/// The file that is wanted, as every thread sees it.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Counts up with every file that is named.
    generation: AtomicU64,
    #[expect(clippy::disallowed_types, reason = "as above")]
    file: Mutex<WantedFile>,
}

#[derive(Clone, Debug, Default)]
struct WantedFile {
    path: String,
    /// The hash of the content with which it was saved, and the path that it had.
    saved: Option<(String, String)>,
    /// The hash of what was read last.
    read: Option<String>,
}

impl WantedFile {
    /// The hash with which a path was saved.
    fn saved_hash(&self, path: &str) -> Option<&str> {
        self.saved.as_ref().filter(|(of, _)| of == path).map(|(_, hash)| hash.as_str())
    }
}

impl Wanted {
    fn file(&self) -> MutexGuard<'_, WantedFile> {
        // Whole between any two statements.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names a file; where it is the same, it is looked at again. `[main-thread]`
    pub(crate) fn set(&self, path: &str) {
        let mut file = self.file();
        path.clone_into(&mut file.path);
        file.read = None;
        // Relaxed: the lock orders what comes with it.
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// The content that a file had when its path was saved; to be said before [`set`](Self::set). `[main-thread]`
    pub(crate) fn expect(&self, path: &str, hash: &str) {
        self.file().saved = Some((path.to_owned(), hash.to_owned()));
    }

    /// The hash of what was read of the present file, to be saved: from now on that is what the session knows.
    /// `[main-thread]`
    pub(crate) fn hash(&self) -> Option<String> {
        let mut file = self.file();
        let saved = file.saved_hash(&file.path).map(str::to_owned);
        // Not read yet, or gone: what the session knew of it stays.
        let Some(read) = file.read.clone() else { return saved };
        if saved.as_ref() != Some(&read) {
            file.saved = Some((file.path.clone(), read.clone()));
            if saved.is_some() {
                // Asked for anew, so that the warning goes.
                self.generation.fetch_add(1, Ordering::Relaxed);
            }
        }
        Some(read)
    }

    /// A file's content was read, and has this hash.
    fn was_read(&self, path: &str, hash: &str) {
        let mut file = self.file();
        if file.path == path {
            file.read = Some(hash.to_owned());
        }
    }

    /// Which file it is now. `[any thread, audio too]`
    #[inline]
    pub(crate) fn generation(&self) -> u64 {
        // Relaxed: whoever needs the path takes the lock.
        self.generation.load(Ordering::Relaxed)
    }
}

/// What the audio thread asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Work {
    pub(crate) shape: Shape,
    /// Of the file.
    pub(crate) generation: u64,
}

/// What it gets.
pub(crate) struct Parcel {
    /// `None` where there is none, so that the sound passes.
    pub(crate) response: Option<Box<Response>>,
    /// Delay lines for it, where those of the audio thread are too short.
    pub(crate) longer: Box<[Vec<Box<[f32]>>]>,
    /// Messages for the editor: a notice and a waveform.
    pub(crate) shown: [Vec<u8>; 2],
}

/// For which channels a response is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channels {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
}

/// What responses are made for.
#[derive(Clone)]
pub(crate) struct Run {
    /// Counts the runs of an instance.
    pub(crate) number: u64,
    /// Frames per second.
    pub(crate) rate: f64,
    pub(crate) channels: Channels,
    /// Partitions that the convolver has room for.
    pub(crate) capacity: Arc<AtomicUsize>,
    pub(crate) plans: Arc<Plans>,
}

/// Makes responses, and keeps what it has read. One for each instance, over all its runs.
pub(crate) struct Loader {
    wanted: Arc<Wanted>,
    kept: Option<Kept>,
    /// The same at the run's rate.
    converted: Option<(Origin, [f64; 2], Vec<Vec<f32>>)>,
}

/// The last sound.
struct Kept {
    origin: Origin,
    /// The run in which it was made, or its file looked at.
    run: u64,
    sound: Result<Sound, String>,
    file: Option<KeptFile>,
}

/// The file that was read.
struct KeptFile {
    path: String,
    stamp: Stamp,
    hash: String,
}

/// Where a sound is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The file of this generation.
    File(u64),
    Made(Source),
}

impl Origin {
    fn of(work: &Work) -> Self {
        match work.shape.source {
            Source::File => Self::File(work.generation),
            made => Self::Made(made),
        }
    }
}

/// Frames of a response for whose conversion a main thread may wait.
const QUICK: f64 = 250_000.0;

/// What stands in the place of a response.
struct Nothing(Severity, String);

impl Loader {
    /// `[any thread]`
    pub(crate) fn new(wanted: Arc<Wanted>) -> Self {
        Self { wanted, kept: None, converted: None }
    }

    /// Whether a response can be made without reading a file, and without much conversion: then a main thread may wait
    /// for it. It looks whether a file that was read has changed.
    pub(crate) fn is_quick(&mut self, run: &Run, work: &Work) -> bool {
        let size = f64::from(work.shape.size);
        let origin = Origin::of(work);
        let kept = if self.has(run, work) { self.kept.as_ref() } else { None };
        let (rate, seconds) = match (kept.map(|kept| &kept.sound), work.shape.source) {
            (Some(Ok(sound)), _) => (sound.rate, sound.seconds()),
            (_, Source::File) => return self.wanted.file().path.is_empty(),
            (_, made) => (builtin::RATE, builtin::seconds(made)),
        };
        matches!(&self.converted, Some((of, with, _)) if *of == origin && *with == [run.rate, size])
            || rate == run.rate && size == 1.0
            || seconds * size * run.rate < QUICK
    }

    /// Whether the sound is there. A file is looked at once for each run and each time that it is named: it may have
    /// changed, or come back.
    fn has(&mut self, run: &Run, work: &Work) -> bool {
        let origin = Origin::of(work);
        let Some(kept) = &mut self.kept else { return false };
        if kept.origin == origin && (kept.run == run.number || matches!(origin, Origin::Made(_))) {
            return true;
        }
        let (Origin::File(_), Some(file)) = (origin, &kept.file) else { return false };
        // Not within the lock: a drive may be slow.
        let is_wanted = self.wanted.file().path == file.path;
        if !is_wanted || Stamp::of(Path::new(&file.path)) != Some(file.stamp) {
            return false;
        }
        if let Some((of, ..)) = self.converted.as_mut().filter(|(of, ..)| *of == kept.origin) {
            *of = origin;
        }
        (kept.origin, kept.run) = (origin, run.number);
        self.wanted.was_read(&file.path, &file.hash);
        true
    }

    /// Makes a response. `[any thread, not audio]`
    pub(crate) fn make(&mut self, run: &Run, work: &Work) -> Parcel {
        match self.find(run, work).and_then(|origin| self.build(run, origin, &work.shape)) {
            Ok(parcel) => parcel,
            Err(Nothing(severity, text)) => {
                let notice = Message::notice(0, severity, &text);
                let nothing = Message::waveform(0, 0, run.rate as f32, 1);
                let shown = [notice.bytes().to_vec(), nothing.bytes().to_vec()];
                Parcel { response: None, longer: Box::default(), shown }
            }
        }
    }

    /// Sees to it that the sound is there.
    fn find(&mut self, run: &Run, work: &Work) -> Result<Origin, Nothing> {
        let origin = Origin::of(work);
        if !self.has(run, work) {
            let (sound, file) = match builtin::make(work.shape.source) {
                Some(sound) => (Ok(sound), None),
                None => match self.read()? {
                    Ok((sound, file)) => (Ok(sound), Some(file)),
                    Err(text) => (Err(text), None),
                },
            };
            // Of the same file before it changed.
            self.converted.take_if(|(of, ..)| *of == origin);
            self.kept = Some(Kept { origin, run: run.number, sound, file });
        }
        match &self.kept {
            Some(Kept { sound: Err(text), .. }) => Err(Nothing(Severity::Error, text.clone())),
            _ => Ok(origin),
        }
    }

    /// Reads the file that is wanted.
    fn read(&self) -> Result<Result<(Sound, KeptFile), String>, Nothing> {
        let path = self.wanted.file().path.clone();
        if path.is_empty() {
            return Err(Nothing(
                Severity::Info,
                "Choose a file, or one of the sources that are built in.".into(),
            ));
        }
        let name = name_of(&path);
        let Wav { stamp, sound, hash } = match wav::read(Path::new(&path)) {
            Ok(wav) => wav,
            Err(WavError::Missing) => return Ok(Err(format!("File missing: {name}"))),
            Err(error) => return Ok(Err(format!("{name} {error}."))),
        };
        self.wanted.was_read(&path, &hash);
        Ok(Ok((sound, KeptFile { path, stamp, hash })))
    }

    fn build(&mut self, run: &Run, origin: Origin, shape: &Shape) -> Result<Parcel, Nothing> {
        let Some(Kept { sound: Ok(sound), file, .. }) = &self.kept else {
            return Err(Nothing(Severity::Error, String::new()));
        };
        let at = [run.rate, f64::from(shape.size)];
        if self.converted.as_ref().is_none_or(|(of, with, _)| *of != origin || *with != at) {
            let [rate, size] = at;
            let converted = resample::resample(sound, rate, size)
                .ok_or_else(|| Nothing(Severity::Error, "Its sample rate can't be converted.".into()))?;
            self.converted = Some((origin, at, converted));
        }
        let mut channels =
            self.converted.as_ref().map(|(_, _, channels)| channels.clone()).unwrap_or_default();
        prepare(&mut channels, shape);
        let waveform = waveform(&channels, run.rate);
        apply(&mut channels, &shape.envelope);
        let (filters, routes) = arrange(channels, run.channels);
        let response = Response::new(&run.plans, &filters, &routes);
        // Relaxed: it only grows, and what comes too often is freed again.
        let room = run.capacity.load(Ordering::Relaxed);
        let needed = if response.big() > room { response.big() } else { 0 };
        let longer = Response::delay_lines(run.channels.inputs, needed);
        let notice = self.notice(sound, file.as_ref());
        Ok(Parcel { response: Some(Box::new(response)), longer, shown: [notice, waveform] })
    }

    /// What there is to say of a response.
    fn notice(&self, sound: &Sound, file: Option<&KeptFile>) -> Vec<u8> {
        let (what, length) = (channels_in_words(sound), sound.seconds());
        let length =
            if length < 1.0 { format!("{:.0} ms", length * 1e3) } else { format!("{length:.2} s") };
        let changed = |file: &KeptFile| {
            self.wanted.file().saved_hash(&file.path).is_some_and(|saved| saved != file.hash)
        };
        let (severity, text) = match file {
            Some(file) if changed(file) => {
                let name = name_of(&file.path);
                (Severity::Warning, format!("{name} has changed since the session was saved."))
            }
            Some(_) => (Severity::Fine, format!("{what}, {} kHz, {length}", sound.rate / 1000.0)),
            None => (Severity::Fine, format!("{what}, {length}")),
        };
        Message::notice(0, severity, &text).bytes().to_vec()
    }
}

/// The name of a file without its folders.
fn name_of(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

/// Which responses stand between which channels. One input counts as the same sound left and right, and one output is
/// the mean of left and right.
fn arrange(channels: Vec<Vec<f32>>, run: Channels) -> (Vec<Vec<f32>>, Vec<Route>) {
    let route = |input, output, filter| Route { input, output, filter };
    // From left, right to left, right: the responses' numbers.
    let routes = match channels.len() {
        1 => vec![route(0, 0, 0), route(1, 1, 0)],
        2 => vec![route(0, 0, 0), route(1, 1, 1)],
        _ => vec![route(0, 0, 0), route(0, 1, 1), route(1, 0, 2), route(1, 1, 3)],
    };
    if run.inputs > 1 && run.outputs > 1 {
        return (channels, routes);
    }
    let gain = if run.outputs > 1 { 1.0 } else { 0.5 };
    let sums = (0..run.outputs).map(|output| {
        let mut sum = vec![0.0; channels.first().map_or(0, Vec::len)];
        for Route { filter, .. } in routes.iter().filter(|route| run.outputs < 2 || route.output == output)
        {
            for (sum, tap) in sum.iter_mut().zip(&channels[*filter]) {
                *sum += gain * tap;
            }
        }
        sum
    });
    (sums.collect(), (0..run.outputs).map(|output| route(0, output, output)).collect())
}

/// The message that shows a response by [heights](height): of four channels the two that do not cross.
fn waveform(channels: &[Vec<f32>], rate: f64) -> Vec<u8> {
    let shown: Vec<&Vec<f32>> = match channels {
        [left, _, _, right] => vec![left, right],
        others => others.iter().collect(),
    };
    let frames = shown.first().map_or(0, |channel| channel.len());
    let mut message = Message::waveform(0, frames as u32, rate as f32, shown.len() as u8);
    let pairs = Message::waveform_pairs(shown.len() as u8).min(frames);
    let loudest =
        shown.iter().flat_map(|channel| channel.iter()).fold(1e-9_f32, |peak, tap| peak.max(tap.abs()));
    for channel in shown {
        for n in 0..pairs {
            let stretch =
                &channel[n * frames / pairs..((n + 1) * frames / pairs).max(n * frames / pairs + 1)];
            let ends = |(least, most): (f32, f32), tap: &f32| (least.min(*tap), most.max(*tap));
            let (least, most) = stretch.iter().fold((0.0, 0.0), ends);
            message.extreme(-height(least / loudest), height(most / loudest));
        }
    }
    message.bytes().to_vec()
}
