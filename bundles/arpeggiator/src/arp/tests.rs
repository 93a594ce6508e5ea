//! The song's time, and what players do, at the level of frames.

mod random;

use std::collections::BTreeMap;

use dyad::event::{Event, EventKind, Note, NoteId};

use super::{Arp, Song};
use crate::params::{Order, Restart, Step};
use crate::settings::Settings;

const RATE: f64 = 48_000.0;

/// Frame, key, and whether it begins.
type Heard = Vec<(i64, u8, bool)>;

/// An arpeggiator with a host.
struct Rig {
    arp: Arp,
    settings: Settings,
    song: Song,
    heard: Heard,
    /// Notes that sound, by channel and key.
    sounding: BTreeMap<(u8, u8), u32>,
    next: u32,
    down: Vec<Note>,
}

impl Rig {
    /// Sixteenths of 6000 frames, half of which sounds.
    fn new() -> Self {
        let settings = Settings { gate: 0.5, ..Settings::default() };
        Self {
            arp: Arp::new(RATE, 120.0),
            settings,
            song: Song::default(),
            heard: Vec::new(),
            sounding: BTreeMap::new(),
            next: 0,
            down: Vec::new(),
        }
    }

    fn playing(place: f64) -> Self {
        let mut rig = Self::new();
        rig.song = Song { playing: true, place: Some(place), tempo: Some(120.0), looped: None };
        rig
    }

    /// A piece with events, by their frames. The song goes on.
    fn piece(&mut self, frames: i64, events: &[(i64, EventKind)]) {
        let Self { arp, heard, sounding, .. } = self;
        let mut out = |frame: i64, kind: EventKind| {
            match kind {
                EventKind::NoteOn { note, .. } => {
                    heard.push((frame, note.key, true));
                    assert_eq!(sounding.insert((note.channel, note.key), note.id.0), None, "twice");
                }
                EventKind::NoteOff { note, .. } => {
                    heard.push((frame, note.key, false));
                    assert_eq!(sounding.remove(&(note.channel, note.key)), Some(note.id.0));
                }
                _ => {}
            }
            true
        };
        let first = arp.now();
        arp.begin(self.settings, self.song, &mut out);
        for (frame, kind) in events {
            arp.advance(first + frame, &mut out);
            arp.event(Event { frame: *frame as u32, kind: *kind }, &mut out);
        }
        arp.advance(first + frames, &mut out);
        if self.song.playing
            && let Some(place) = &mut self.song.place
        {
            let end = *place + frames as f64 / RATE * self.song.tempo.unwrap() / 60.0;
            *place = match self.song.looped {
                Some((start, last)) if *place < last && end >= last => {
                    start + (end - last) % (last - start)
                }
                _ => end,
            };
        }
    }

    fn on(&mut self, key: u8) -> EventKind {
        let note = Note { id: NoteId(self.next), channel: 0, key };
        self.next += 1;
        self.down.push(note);
        EventKind::NoteOn { note, velocity: 0.8 }
    }

    fn off(&mut self, key: u8) -> EventKind {
        let at = self.down.iter().position(|note| note.key == key).unwrap();
        EventKind::NoteOff { note: self.down.remove(at), velocity: 0.0 }
    }

    fn press(&mut self, keys: &[u8]) {
        let events: Vec<_> = keys.iter().map(|key| (0, self.on(*key))).collect();
        self.piece(0, &events);
    }

    fn release(&mut self, keys: &[u8]) {
        let events: Vec<_> = keys.iter().map(|key| (0, self.off(*key))).collect();
        self.piece(0, &events);
    }

    /// When notes begin, and which.
    fn ons(&self) -> Vec<(i64, u8)> {
        self.heard.iter().filter(|(.., on)| *on).map(|(frame, key, _)| (*frame, *key)).collect()
    }
}

const fn controller(controller: u8, value: f32) -> EventKind {
    EventKind::Controller { channel: 0, controller, value }
}

#[test]
fn without_a_song_time_runs_from_the_first_key() {
    let mut rig = Rig::new();
    rig.piece(1234, &[]);
    rig.press(&[60, 64]);
    rig.piece(12_001, &[]);
    let heard =
        [(1234, 60, true), (4234, 60, false), (7234, 64, true), (10_234, 64, false), (13_234, 60, true)];
    assert_eq!(rig.heard, heard);
    rig.release(&[60, 64]);
    assert_eq!(rig.heard.last(), Some(&(13_235, 60, false)), "the last key's release ends all");
    rig.piece(50_000, &[]);
    assert_eq!(rig.heard.len(), 6);
}

#[test]
fn a_tempo_that_changes_is_followed_from_where_time_is() {
    let mut rig = Rig::new();
    rig.press(&[60]);
    rig.piece(3000, &[]);
    rig.song.tempo = Some(60.0);
    rig.piece(20_000, &[]);
    // Half of a step has passed; the rest takes 6000 frames.
    assert_eq!(rig.ons(), [(0, 60), (9000, 60), (21_000, 60)]);
    rig.song.tempo = Some(0.0);
    rig.piece(1, &[]);
    assert_eq!(rig.arp.tempo(), 120.0, "a tempo that is none is the usual one");
}

#[test]
fn in_a_song_steps_lie_on_its_grid() {
    let mut rig = Rig::playing(0.2);
    // 0.05 quarter notes before the next step.
    rig.press(&[60]);
    rig.piece(8000, &[]);
    assert_eq!(rig.ons(), [(1200, 60), (7200, 60)]);
}

#[test]
fn a_key_that_is_a_little_late_is_played_at_once() {
    // 30 ms are 1440 frames.
    for (late, first) in [(0, 0), (1440, 1440), (1441, 6000), (3000, 6000)] {
        let mut rig = Rig::playing(4.0);
        rig.piece(late, &[]);
        rig.press(&[60]);
        rig.piece(6001, &[]);
        assert_eq!(rig.ons()[0], (first, 60), "{late} frames late");
        if first == late {
            assert_eq!(rig.heard[1], (first + 3000, 60, false), "with its whole length");
        }
        assert_eq!(rig.ons().last(), Some(&(6000, 60)));
    }
    // But never later than half of a step.
    let mut rig = Rig::playing(4.0);
    rig.settings.quarters = 1.0 / 16.0;
    rig.piece(1000, &[]);
    rig.press(&[60]);
    rig.piece(1000, &[]);
    assert_eq!(rig.ons()[0], (1500, 60));
}

#[test]
fn a_jump_ends_what_sounds_and_goes_on_from_the_new_grid() {
    let mut rig = Rig::playing(0.0);
    rig.press(&[60]);
    rig.piece(7000, &[]);
    rig.song.place = Some(100.125);
    rig.piece(9100, &[]);
    rig.song.place = Some(-3.0);
    rig.piece(1, &[]);
    let heard = [
        (0, 60, true),
        (3000, 60, false),
        (6000, 60, true),
        (7000, 60, false),
        (10_000, 60, true),
        (13_000, 60, false),
        (16_000, 60, true),
        (16_100, 60, false),
        (16_100, 60, true),
    ];
    assert_eq!(rig.heard, heard);
}

#[test]
fn a_step_at_a_loops_end_is_not_played_twice() {
    for (early, ends) in [(0, 12_000), (1, 12_000), (2, 12_000)] {
        let mut rig = Rig::playing(0.0);
        rig.press(&[60]);
        // The host goes round one or two frames after the step at the loop's end has begun.
        rig.piece(12_000 + early, &[]);
        rig.song.place = Some(early as f64 / 24_000.0 * 0.5);
        rig.piece(6001, &[]);
        let ons = rig.ons();
        assert_eq!(ons[..3], [(0, 60), (6000, 60), (ends, 60)], "{early}");
        assert_eq!(ons.len(), 4);
        assert!((17_998..=18_002).contains(&ons[3].0), "{ons:?}");
    }
}

#[test]
fn a_loop_that_the_host_tells_of_is_gone_round_within_a_piece() {
    // From 2.1 to 1.0: 1.1 quarter notes are 26,400 frames.
    let mut whole = Rig::playing(1.0);
    whole.song.looped = Some((1.0, 2.1));
    whole.settings.gate = 2.0;
    whole.press(&[60]);
    whole.piece(60_000, &[]);
    let frames: Vec<_> = whole.ons().iter().map(|on| on.0).collect();
    let wanted: Vec<i64> = (0..3).flat_map(|n| (0..5).map(move |step| n * 26_400 + step * 6000)).collect();
    assert_eq!(frames, wanted.into_iter().filter(|frame| *frame < 60_000).collect::<Vec<_>>());
    assert!(whole.heard.contains(&(26_400, 60, false)), "a loop's end ends notes");
    let mut cut = Rig::playing(1.0);
    cut.song.looped = Some((1.0, 2.1));
    cut.settings.gate = 2.0;
    cut.press(&[60]);
    for _ in 0..600 {
        cut.piece(100, &[]);
    }
    assert_eq!(whole.heard, cut.heard);
}

#[test]
fn a_small_correction_repeats_no_step_and_leaves_none_out() {
    let mut rig = Rig::playing(0.0);
    rig.press(&[60]);
    rig.piece(12_100, &[]);
    rig.song.place = Some(0.45);
    rig.piece(7_901, &[]);
    rig.song.place = Some(rig.song.place.unwrap() + 0.09);
    rig.piece(10_000, &[]);
    let frames: Vec<_> = rig.ons().iter().map(|on| on.0).collect();
    // Back by 1300 frames, then forward by 2160.
    assert_eq!(frames, [0, 6000, 12_000, 19_300, 23_140, 29_140]);
}

#[test]
fn the_songs_stop_ends_notes_and_lets_go_of_what_latch_kept() {
    let mut rig = Rig::playing(0.0);
    rig.settings.latch = true;
    rig.press(&[60, 64]);
    rig.release(&[60]);
    rig.piece(1000, &[]);
    assert_eq!(rig.arp.held.len(), 2);
    rig.song.playing = false;
    rig.piece(6001, &[]);
    // The finger that is still down plays on, free.
    let heard = [(0, 60, true), (1000, 60, false), (1000, 64, true), (4000, 64, false), (7000, 64, true)];
    assert_eq!(rig.heard, heard);
    rig.song = Song { playing: true, place: Some(8.0), ..rig.song };
    rig.piece(1, &[]);
    assert_eq!(rig.heard[5..], [(7001, 64, false), (7001, 64, true)], "and then with the song");
}

#[test]
fn latch_keeps_a_chord_until_the_next() {
    let mut rig = Rig::new();
    rig.settings.latch = true;
    rig.press(&[60, 64, 67]);
    rig.release(&[60, 64, 67]);
    rig.piece(18_000, &[]);
    assert_eq!(rig.ons(), [(0, 60), (6000, 64), (12_000, 67)]);
    rig.press(&[50, 53]);
    rig.piece(12_000, &[]);
    assert_eq!(rig.ons()[3..], [(18_000, 50), (24_000, 53)]);
    rig.release(&[50, 53]);
    rig.settings.latch = false;
    rig.piece(12_000, &[]);
    assert_eq!((rig.sounding.len(), rig.ons().len()), (0, 5), "without Latch nothing is left");
}

#[test]
fn the_pedal_keeps_like_latch() {
    let mut rig = Rig::new();
    rig.piece(0, &[(0, controller(64, 1.0))]);
    rig.press(&[60]);
    rig.release(&[60]);
    rig.piece(6001, &[]);
    assert_eq!(rig.ons(), [(0, 60), (6000, 60)]);
    rig.piece(10, &[(5, controller(64, 0.0))]);
    assert_eq!(rig.heard.last(), Some(&(6006, 60, false)));
    rig.piece(12_000, &[]);
    assert_eq!(rig.ons().len(), 2);
}

#[test]
fn all_notes_off_lets_go_of_everything() {
    for number in [120, 123, 127] {
        let mut rig = Rig::new();
        rig.settings.latch = true;
        rig.press(&[60]);
        rig.release(&[60]);
        rig.piece(100, &[]);
        rig.piece(6000, &[(7, controller(number, 0.0))]);
        assert_eq!(rig.heard, [(0, 60, true), (107, 60, false)], "{number}");
    }
}

#[test]
fn a_new_chord_begins_the_pattern_unless_the_song_does() {
    for (restart, third) in [(Restart::Chord, 62), (Restart::Song, 63)] {
        let mut rig = Rig::playing(0.0);
        rig.settings.restart = restart;
        rig.settings.steps = 4;
        (0..4).for_each(|n| rig.settings.step[n].transpose = n as i32);
        rig.piece(6000, &[]);
        rig.press(&[60]);
        rig.piece(12_001, &[]);
        let keys: Vec<_> = rig.ons().iter().map(|on| on.1).collect();
        assert_eq!(keys, [third - 2, third - 1, third], "{restart:?}");
    }
}

#[test]
fn ties_hold_and_rests_end() {
    use Step::{Play, Rest, Tie};
    let mut rig = Rig::new();
    rig.settings.steps = 6;
    for (n, kind) in [Play, Tie, Tie, Rest, Tie, Play].into_iter().enumerate() {
        rig.settings.step[n].kind = kind;
    }
    rig.press(&[60, 64]);
    rig.piece(36_001, &[]);
    let heard =
        [(0, 60, true), (15_000, 60, false), (30_000, 64, true), (33_000, 64, false), (36_000, 60, true)];
    assert_eq!(rig.heard, heard, "a tie after a rest has nothing to hold, and rests take no note");
    // A tie that becomes something else meanwhile.
    rig.settings.step[1].kind = Rest;
    rig.piece(6000, &[]);
    assert_eq!(rig.heard[5..], [(42_000, 60, false)]);
}

#[test]
fn fingers_that_are_late_join_the_chord() {
    let mut rig = Rig::new();
    rig.settings.order = Order::Chord;
    let (c, e, g) = (rig.on(60), rig.on(64), rig.on(67));
    rig.piece(6001, &[(0, c), (400, e), (1500, g)]);
    let ons = [(0, 60), (400, 64), (6000, 60), (6000, 64), (6000, 67)];
    assert_eq!(rig.ons(), ons, "30 ms are 1440 frames");
    assert_eq!(rig.heard[2..4], [(3000, 60, false), (3000, 64, false)], "and end with it");
}

#[test]
fn chance_and_humanise_repeat_where_the_song_does() {
    let bars = |bar: f64| {
        let mut rig = Rig::playing(bar);
        (rig.settings.chance, rig.settings.loose) = (0.5, 1.0);
        rig.settings.order = Order::Random;
        rig.press(&[60, 64, 67, 71]);
        rig.piece(48_000 * 8, &[]);
        rig.heard
    };
    let (once, again, elsewhere) = (bars(16.0), bars(16.0), bars(32.0));
    assert_eq!(once, again);
    assert_ne!(once, elsewhere);
    let ons: Vec<_> = once.iter().filter(|(.., on)| *on).collect();
    assert!((20..45).contains(&ons.len()), "about half of 64 steps: {}", ons.len());
    // 20 ms at most, and an eighth of a step.
    assert!(ons.iter().all(|(frame, ..)| frame % 6000 <= 750), "{ons:?}");
    assert!(ons.iter().any(|(frame, ..)| frame % 6000 > 300));
}

#[test]
fn the_fastest_steps_of_the_longest_notes_balance() {
    let mut rig = Rig::playing(0.0);
    rig.song.tempo = Some(999.0);
    rig.settings.quarters = 1.0 / 24.0;
    (rig.settings.gate, rig.settings.order, rig.settings.octaves) = (2.0, Order::Chord, 4);
    let keys: Vec<u8> = (0..128).collect();
    rig.press(&keys);
    (0..3000).for_each(|n| rig.piece(1 + n % 7, &[]));
    assert!(rig.ons().len() > 5000);
    rig.release(&keys);
    assert!(rig.sounding.is_empty());
}

#[test]
fn a_reset_forgets_all() {
    let mut rig = Rig::new();
    rig.settings.latch = true;
    rig.press(&[60, 64]);
    rig.piece(100, &[]);
    rig.arp.reset();
    rig.sounding.clear();
    rig.heard.clear();
    rig.piece(20_000, &[]);
    assert_eq!(rig.heard, []);
    rig.press(&[62]);
    assert_eq!(rig.arp.held.len(), 1);
    rig.piece(1, &[]);
    assert_eq!(rig.ons(), [(20_000, 62)]);
}
