//! What a user is told of a response.

use std::path::Path;
use std::sync::Arc;

use dyad::show::{Severity, Show};

use super::shape::{Envelope, Shape};
use super::{Channels, Loader, Parcel, Run, Wanted, Work};
use crate::engine::Plans;
use crate::params::Source;

const RATE: u32 = 48_000;

fn write(path: &Path, channels: u16, taps: &[f32]) {
    let sample_format = hound::SampleFormat::Float;
    let spec = hound::WavSpec { channels, sample_rate: RATE, bits_per_sample: 32, sample_format };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    taps.iter().for_each(|tap| writer.write_sample(*tap).unwrap());
    writer.finalize().unwrap();
}

/// An instance's loader, and how it learns of files.
struct Rig {
    wanted: Arc<Wanted>,
    loader: Loader,
    run: Run,
}

impl Rig {
    fn new() -> Self {
        let wanted = Arc::<Wanted>::default();
        let channels = Channels { inputs: 2, outputs: 2 };
        let (rate, plans) = (f64::from(RATE), Arc::new(Plans::new()));
        let run = Run { number: 1, rate, channels, capacity: Arc::default(), plans };
        Self { loader: Loader::new(Arc::clone(&wanted)), wanted, run }
    }

    fn is_quick(&mut self, source: Source) -> bool {
        let work = self.work(source);
        self.loader.is_quick(&self.run, &work)
    }

    fn work(&self, source: Source) -> Work {
        let envelope = Envelope { length: 1.0, fade: 0.0, decay: 0.0 };
        let shape = Shape { source, size: 1.0, envelope, reverse: false, trim: false, normalise: false };
        Work { shape, generation: self.wanted.generation() }
    }

    fn make(&mut self, source: Source) -> Parcel {
        self.loader.make(&self.run, &self.work(source))
    }
}

fn notice(parcel: &Parcel) -> (Severity, &str) {
    let Some(Show::Notice { severity, text, .. }) = Show::read(&parcel.shown[0]) else {
        panic!("a notice")
    };
    (severity, text)
}

/// Frames, channels, and the largest of what is shown.
fn waveform(parcel: &Parcel) -> (u32, usize, u8) {
    let Some(Show::Waveform { frames, channels, pairs, .. }) = Show::read(&parcel.shown[1]) else {
        panic!("a waveform")
    };
    let largest = pairs.iter().map(|byte| (*byte as i8).unsigned_abs()).max();
    (frames, channels, largest.unwrap_or(0))
}

#[test]
fn each_source_says_what_it_is_and_is_shown_at_its_full_height() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.wav");
    write(&path, 4, &[0.1; 4 * 24_000]);
    let mut rig = Rig::new();
    assert_eq!(notice(&rig.make(Source::Cabinet)), (Severity::Fine, "mono, 60 ms"));
    let hall = rig.make(Source::Hall);
    assert_eq!(notice(&hall), (Severity::Fine, "stereo, 2.60 s"));
    assert_eq!(waveform(&hall), (124_799, 2, 127));
    rig.wanted.set(path.to_str().unwrap());
    let file = rig.make(Source::File);
    assert_eq!(notice(&file), (Severity::Fine, "true stereo, 48 kHz, 500 ms"));
    assert_eq!((waveform(&file), file.response.is_some()), ((24_000, 2, 127), true));
}

#[test]
fn a_main_thread_waits_for_what_is_near_only() {
    let mut rig = Rig::new();
    assert!(rig.is_quick(Source::File), "there is none");
    assert!(rig.is_quick(Source::Cathedral), "it is made at this rate");
    rig.run.rate = 192_000.0;
    assert!(!rig.is_quick(Source::Cathedral), "its conversion takes long");
    rig.make(Source::Cathedral);
    assert!(rig.is_quick(Source::Cathedral), "it is converted");
    rig.wanted.set("/a file");
    assert!(!rig.is_quick(Source::File), "it has to be read");
}

#[test]
fn what_is_not_there_is_told_and_nothing_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.wav");
    let mut rig = Rig::new();
    let none = rig.make(Source::File);
    assert_eq!(notice(&none).0, Severity::Info);
    assert_eq!((waveform(&none).0, none.response.is_none()), (0, true));
    rig.wanted.set(path.to_str().unwrap());
    let gone = rig.make(Source::File);
    assert_eq!(notice(&gone), (Severity::Error, "File missing: gone.wav"));
    assert_eq!((waveform(&gone).0, gone.response.is_none()), (0, true));
    std::fs::write(&path, "no sound").unwrap();
    rig.wanted.set(path.to_str().unwrap());
    let broken = rig.make(Source::File);
    let said = "gone.wav is no WAV file, or is damaged.";
    assert_eq!(notice(&broken), (Severity::Error, said));
    // The next run looks again.
    write(&path, 1, &[0.5; 100]);
    assert_eq!(notice(&rig.make(Source::File)).0, Severity::Error, "read once in a run");
    rig.run.number += 1;
    assert_eq!(notice(&rig.make(Source::File)).0, Severity::Fine);
}

#[test]
fn a_file_that_has_changed_since_it_was_saved_is_told_of_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let path_text = path.to_str().unwrap();
    write(&path, 1, &[0.5; 100]);
    let mut rig = Rig::new();
    rig.wanted.set(path_text);
    assert_eq!(rig.wanted.hash(), None, "not read yet");
    assert!(!rig.is_quick(Source::File));
    rig.make(Source::File);
    assert!(rig.is_quick(Source::File), "it is kept");
    let hash = rig.wanted.hash().unwrap();

    let mut opened = Rig::new();
    opened.wanted.expect(path_text, &hash);
    opened.wanted.set(path_text);
    assert_eq!(opened.wanted.hash(), Some(hash.clone()), "what the session knew, until it is read");
    assert_eq!(notice(&opened.make(Source::File)).0, Severity::Fine);

    write(&path, 1, &[0.25; 100]);
    let mut opened = Rig::new();
    opened.wanted.expect(path_text, &hash);
    opened.wanted.set(path_text);
    let changed = opened.make(Source::File);
    assert_eq!(notice(&changed), (Severity::Warning, "a.wav has changed since the session was saved."));
    assert!(changed.response.is_some());
    assert!(opened.wanted.hash().is_some_and(|now| now != hash), "the next session has the new one");
}

#[test]
fn a_warning_of_that_is_gone_when_the_session_was_saved_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let path_text = path.to_str().unwrap();
    write(&path, 1, &[0.5; 100]);
    let mut rig = Rig::new();
    rig.wanted.expect(path_text, "sha256:00");
    rig.wanted.set(path_text);
    assert_eq!(notice(&rig.make(Source::File)).0, Severity::Warning);
    let before = rig.wanted.generation();
    rig.wanted.hash().unwrap();
    let now = rig.wanted.generation();
    assert_ne!(now, before, "the sound asks again, and with that the editor is told");
    assert_eq!(notice(&rig.make(Source::File)).0, Severity::Fine);
    rig.wanted.hash().unwrap();
    assert_eq!(rig.wanted.generation(), now, "there was nothing to clear");
    // The old session is opened again, of the same file.
    rig.wanted.expect(path_text, "sha256:00");
    rig.wanted.set(path_text);
    assert_eq!(notice(&rig.make(Source::File)).0, Severity::Warning);
}

#[test]
fn a_file_is_looked_at_with_each_state_and_each_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.wav");
    let path_text = path.to_str().unwrap();
    let frames = |rig: &mut Rig| waveform(&rig.make(Source::File)).0;
    write(&path, 1, &[0.5; 100]);
    let mut rig = Rig::new();
    rig.wanted.set(path_text);
    assert_eq!(frames(&mut rig), 100);
    let hash = rig.wanted.hash();

    write(&path, 1, &[0.5; 200]);
    assert_eq!(frames(&mut rig), 100, "in the midst of a run nothing changes by itself");
    rig.wanted.set(path_text);
    assert!(!rig.is_quick(Source::File), "it has to be read");
    assert_eq!(frames(&mut rig), 200, "with a state");
    assert_ne!(rig.wanted.hash(), hash);

    write(&path, 1, &[0.5; 300]);
    rig.run.number += 1;
    assert!(!rig.is_quick(Source::File));
    assert_eq!(frames(&mut rig), 300, "with a run");
    let hash = rig.wanted.hash();

    rig.wanted.set(path_text);
    assert!(rig.is_quick(Source::File), "the same file is not read again");
    rig.run.number += 1;
    assert!(rig.is_quick(Source::File));
    assert_eq!((frames(&mut rig), rig.wanted.hash()), (300, hash));

    std::fs::remove_file(&path).unwrap();
    rig.run.number += 1;
    assert_eq!(notice(&rig.make(Source::File)), (Severity::Error, "File missing: a.wav"));
}
