//! Whatever hosts and players do: nothing hangs, and blocks make no difference.

use dyad::event::{EventKind, Expression, Note, NoteId};
use dyad::prelude::Variants;

use super::Rig;
use crate::arp::Song;
use crate::params::{Loudness, Order, Restart, Step};
use crate::settings::Settings;

/// A generator of its own, so that a failure repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A thing that happens at a frame.
#[derive(Clone, Copy)]
enum Happens {
    Event(EventKind),
    /// By the seed of other settings.
    Settings(u64),
    Song(Song),
}

fn random_settings(random: &mut Random) -> Settings {
    let mut settings = Settings {
        order: Order::from_index(random.below(10) as usize),
        octaves: 1 + random.below(4) as usize,
        quarters: [1.0 / 24.0, 0.125, 0.25, 1.0 / 3.0, 1.5][random.below(5) as usize],
        gate: [0.05, 0.5, 1.0, 2.0][random.below(4) as usize],
        swing: [0.5, 0.61, 0.75][random.below(3) as usize],
        latch: random.below(3) == 0,
        restart: Restart::from_index(random.below(2) as usize),
        loudness: Loudness::from_index(random.below(2) as usize),
        chance: [1.0, 0.7][random.below(2) as usize],
        loose: [0.0, 0.8][random.below(2) as usize],
        steps: 1 + random.below(16) as usize,
        ..Settings::default()
    };
    for step in &mut settings.step {
        step.kind = Step::from_index(random.below(3) as usize);
        step.transpose = random.below(49) as i32 - 24;
    }
    settings
}

/// What a host and a player do wrong, in order of frames.
fn story(seed: u64, count: usize) -> Vec<(i64, Happens)> {
    let mut random = Random(seed);
    let mut frame = 0;
    let mut notes: Vec<Note> = Vec::new();
    let mut id = 0;
    (0..count)
        .map(|_| {
            frame += random.below(900) as i64;
            let channel = random.below(3) as u8;
            let happens = match random.below(20) {
                0..8 => {
                    let note = Note { id: NoteId(id), channel, key: random.below(128) as u8 };
                    id += 1;
                    notes.push(note);
                    Happens::Event(EventKind::NoteOn {
                        note,
                        velocity: 0.1 + random.below(9) as f32 / 10.0,
                    })
                }
                8..15 if !notes.is_empty() => {
                    let note = notes.swap_remove(random.below(notes.len() as u64) as usize);
                    Happens::Event(EventKind::NoteOff { note, velocity: 0.0 })
                }
                15 => Happens::Event(EventKind::Controller {
                    channel,
                    controller: [64, 64, 64, 123, 121][random.below(5) as usize],
                    value: random.below(2) as f32,
                }),
                16 => Happens::Settings(random.below(1 << 30)),
                17 => Happens::Song(Song {
                    playing: random.below(4) > 0,
                    place: (random.below(5) > 0).then(|| random.below(64) as f64 / 3.0 - 4.0),
                    tempo: [None, Some(999.0), Some(97.3), Some(0.0)][random.below(4) as usize],
                    looped: (random.below(2) == 0).then_some((1.0, 2.3)),
                }),
                _ => {
                    let note = Note { id: NoteId(id + 99), channel, key: 60 };
                    let value = random.below(100) as f32 / 100.0;
                    Happens::Event(EventKind::Expression { note, expression: Expression::Pressure, value })
                }
            };
            (frame, happens)
        })
        .collect()
}

/// Plays a story in pieces of at most so many frames.
fn tell(story: &[(i64, Happens)], mut most: impl FnMut() -> i64) -> Rig {
    let mut rig = Rig::new();
    for (frame, happens) in story {
        while rig.arp.now() < *frame {
            let frames = most().min(frame - rig.arp.now());
            rig.piece(frames, &[]);
        }
        match happens {
            Happens::Event(kind) => rig.piece(0, &[(0, *kind)]),
            Happens::Settings(seed) => rig.settings = random_settings(&mut Random(*seed)),
            Happens::Song(song) => {
                let tempo = song.tempo.or(rig.song.tempo).or(Some(120.0));
                rig.song =
                    Song { tempo: tempo.map(|tempo| if tempo > 0.0 { tempo } else { 120.0 }), ..*song };
            }
        }
    }
    rig
}

#[test]
fn ten_thousand_random_events_leave_nothing_hanging() {
    for seed in 0..4 {
        let story = story(seed, 10_000);
        let mut rig = tell(&story, || 512);
        assert!(rig.ons().len() > 5000, "{}", rig.ons().len());
        // What the framework makes of all notes off: the ends of what is down, then the controllers.
        let mut ends: Vec<_> = story
            .iter()
            .filter_map(|(_, happens)| match happens {
                Happens::Event(EventKind::NoteOn { note, velocity }) => {
                    Some((0, EventKind::NoteOff { note: *note, velocity: *velocity }))
                }
                _ => None,
            })
            .collect();
        for channel in 0..16 {
            ends.push((0, EventKind::Controller { channel, controller: 123, value: 0.0 }));
        }
        rig.piece(1, &ends);
        assert!(rig.sounding.is_empty(), "{:?}", rig.sounding);
        assert_eq!((rig.arp.held.len(), rig.arp.voices.keys.sounding()), (0, 0));
    }
}

#[test]
fn it_plays_the_same_however_blocks_are_cut() {
    let mut heard = 0;
    for seed in 0..20 {
        let story = story(seed, 400);
        let whole = tell(&story, || 1 << 20).heard;
        heard += whole.len();
        let mut random = Random(seed);
        assert_eq!(whole, tell(&story, || 1 + random.below(3) as i64 * random.below(300) as i64).heard);
        assert_eq!(whole, tell(&story, || 64).heard, "{seed}");
    }
    assert!(heard > 2000, "{heard}");
}
