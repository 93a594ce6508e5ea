//! Songs as MIDI files, in and out of the arpeggiator.

use std::path::Path;

use dyad_tests::sound::Format;
use dyad_tests::{bundle, command};
use midly::{Header, MetaMessage, MidiMessage, Smf, Timing, TrackEvent, TrackEventKind};

/// In a quarter note. At the tempos and rates of these tests a tick is shorter than a frame, so that ticks say frames.
pub(super) const TICKS: u64 = 24_000;

/// What happens in a channel, at a tick.
pub(super) type Said = (u64, u8, MidiMessage);

/// A song: tempos in microseconds for a quarter note, each from a tick on, and messages in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Song {
    pub(super) tempos: Vec<(u64, u32)>,
    pub(super) said: Vec<Said>,
    /// In ticks.
    pub(super) end: u64,
}

/// A note as it was heard, in frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) on: u64,
    pub(super) off: u64,
    pub(super) key: u8,
    pub(super) velocity: u8,
}

pub(super) fn ticks(quarters: f64) -> u64 {
    (quarters * TICKS as f64).round() as u64
}

pub(super) fn on(key: u8, velocity: u8) -> MidiMessage {
    MidiMessage::NoteOn { key: key.into(), vel: velocity.into() }
}

pub(super) fn off(key: u8) -> MidiMessage {
    MidiMessage::NoteOff { key: key.into(), vel: 64.into() }
}

pub(super) fn controller(controller: u8, value: u8) -> MidiMessage {
    MidiMessage::Controller { controller: controller.into(), value: value.into() }
}

impl Song {
    pub(super) fn at(micros: u32, quarters: f64) -> Self {
        Self { tempos: vec![(0, micros)], said: Vec::new(), end: ticks(quarters) }
    }

    /// Keys that are pressed at the start, one after the other at once, and released in the end.
    pub(super) fn chord(micros: u32, keys: &[u8], quarters: f64) -> Self {
        let mut song = Self::at(micros, quarters + 1.0);
        for key in keys {
            song.say(0.0, on(*key, 100));
        }
        for key in keys {
            song.say(quarters, off(*key));
        }
        song
    }

    /// Adds a message of the first channel, no earlier than the last.
    pub(super) fn say(&mut self, quarters: f64, message: MidiMessage) {
        self.said.push((ticks(quarters), 0, message));
    }

    fn write(&self, path: &Path) {
        let tempos = self
            .tempos
            .iter()
            .map(|(at, micros)| (*at, TrackEventKind::Meta(MetaMessage::Tempo((*micros).into()))));
        let said = self.said.iter().map(|(at, channel, message)| {
            (*at, TrackEventKind::Midi { channel: (*channel).into(), message: *message })
        });
        let mut all: Vec<_> = tempos.chain(said).collect();
        all.sort_by_key(|(at, _)| *at);
        let end = all.last().map_or(0, |last| last.0).max(self.end);
        all.push((end, TrackEventKind::Meta(MetaMessage::EndOfTrack)));
        let mut last = 0;
        let track = all.into_iter().map(|(at, kind)| {
            let delta = (at - std::mem::replace(&mut last, at)) as u32;
            TrackEvent { delta: delta.into(), kind }
        });
        let tracks = vec![track.collect()];
        let header = Header::new(midly::Format::SingleTrack, Timing::Metrical((TICKS as u16).into()));
        let mut bytes = Vec::new();
        Smf { header, tracks }.write_std(&mut bytes).expect("bytes can be written");
        std::fs::write(path, bytes).expect("a file can be written");
    }

    /// The exact time of a place, in frames.
    pub(super) fn frames(&self, quarters: f64, rate: u32) -> f64 {
        let (mut seconds, mut from, mut micros) = (0.0, 0.0, 500_000);
        for (at, next) in &self.tempos {
            let at = *at as f64 / TICKS as f64;
            if at >= quarters {
                break;
            }
            seconds += (at - from) * f64::from(micros) * 1e-6;
            (from, micros) = (at, *next);
        }
        (seconds + (quarters - from) * f64::from(micros) * 1e-6) * f64::from(rate)
    }
}

/// The messages that come out, each at a frame, in both formats the same.
pub(super) fn render_all(rate: u32, song: &Song, set: &[&str], more: &[&str]) -> Vec<Said> {
    let [lv2, vst3] = Format::ALL.map(|format| render_in(format, rate, song, set, more));
    let differ = lv2.iter().zip(&vst3).find(|(a, b)| a != b);
    assert_eq!(differ, None, "LV2 and VST3 with {set:?}");
    assert_eq!(lv2.len(), vst3.len(), "LV2 and VST3 with {set:?}");
    lv2
}

/// The messages that come out of a format.
pub(super) fn render_in(format: Format, rate: u32, song: &Song, set: &[&str], more: &[&str]) -> Vec<Said> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (from, to) = (folder.path().join("in.mid"), folder.path().join("out.mid"));
    song.write(&from);
    let mut program = bundle::host();
    program.arg("render").arg(format.bundle("arpeggiator")).args(["--rate", &rate.to_string()]);
    program.arg("--midi").arg(&from).arg("--midi-out").arg(&to);
    set.iter().for_each(|set| _ = program.args(["--set", set]));
    let said = command::run(program.args(more)).expect_success("dyad-host render of the arpeggiator");
    assert!(!said.all().contains("dropped"), "{}", said.all());
    let bytes = std::fs::read(to).expect("dyad-host wrote the notes");
    let smf = Smf::parse(&bytes).expect("a MIDI file");
    let mut tick = 0;
    let mut all = Vec::new();
    for event in &smf.tracks[0] {
        tick += u64::from(event.delta.as_int());
        if let TrackEventKind::Midi { channel, message } = event.kind {
            let frame = song.frames(tick as f64 / TICKS as f64, rate).round() as u64;
            all.push((frame, channel.as_int(), message));
        }
    }
    all
}

/// The notes that come out, in both formats the same, in the order of their beginnings and keys.
pub(super) fn render(rate: u32, song: &Song, set: &[&str], more: &[&str]) -> Vec<Note> {
    notes(&render_all(rate, song, set, more))
}

/// Notes of their messages. Each has to end, and none sounds twice.
pub(super) fn notes(said: &[Said]) -> Vec<Note> {
    let mut sounding = std::collections::BTreeMap::new();
    let mut notes = Vec::new();
    for (frame, channel, message) in said {
        match message {
            MidiMessage::NoteOn { key, vel } => {
                let before = sounding.insert((*channel, *key), (*frame, vel.as_int()));
                assert_eq!(before, None, "key {key} sounds twice at {frame}");
            }
            MidiMessage::NoteOff { key, .. } => {
                let (on, velocity) = sounding.remove(&(*channel, *key)).expect("it was begun");
                assert!(*frame > on, "a note has a frame at least");
                notes.push(Note { on, off: *frame, key: key.as_int(), velocity });
            }
            _ => {}
        }
    }
    assert!(sounding.is_empty(), "notes hang: {sounding:?}");
    notes.sort_by_key(|note| (note.on, note.key));
    notes
}
