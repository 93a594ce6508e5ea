//! Every note that begins ends, whatever is played.

use std::collections::BTreeMap;

use dyad::param::Params;
use proptest::prelude::*;

use super::*;
use crate::choices::{Source, Target};
use crate::params::SynthParams;

const RATE: f64 = 48_000.0;

/// Remembers what it hears, and fails where it makes no sense.
#[derive(Default)]
struct Witness {
    begun: u32,
    ended: Vec<u32>,
    down: BTreeMap<u8, i32>,
}

impl Ears for Witness {
    fn down(&mut self, key: u8) {
        *self.down.entry(key).or_default() += 1;
    }

    fn up(&mut self, key: u8) {
        let down = self.down.entry(key).or_default();
        *down -= 1;
        assert!(*down >= 0, "key {key} was not down");
    }

    fn ended(&mut self, note: Note) {
        assert!(note.id.0 < self.begun && !self.ended.contains(&note.id.0), "{note:?}");
        self.ended.push(note.id.0);
    }
}

struct Rig {
    player: Player,
    patch: Patch,
    clock: Clock<LFOS>,
    witness: Witness,
    frame: u64,
    held: Vec<Note>,
}

impl Rig {
    fn new(mode: VoiceMode, voices: usize) -> Self {
        let mut infos = SynthParams::describe();
        infos.iter_mut().enumerate().for_each(|(index, info)| info.index = index);
        let mut params = SynthParams::create(&infos);
        params.prepare(RATE);
        let mut patch = Patch::new(&params, RATE);
        (patch.mode, patch.voices) = (mode, voices);
        let mut rig = Self {
            player: Player::new(RATE),
            patch,
            clock: Clock::new(RATE),
            witness: Witness::default(),
            frame: 0,
            held: Vec::new(),
        };
        rig.player.follow(&rig.patch, &mut rig.witness);
        rig
    }

    fn event(&mut self, kind: EventKind) {
        self.player.event(&kind, &self.patch, &mut self.witness);
    }

    fn on(&mut self, key: u8) -> Note {
        let note = Note { id: NoteId(self.witness.begun), channel: key % 3, key };
        self.witness.begun += 1;
        self.held.push(note);
        self.event(EventKind::NoteOn { note, velocity: 0.8 });
        note
    }

    fn off(&mut self, note: Note) {
        self.held.retain(|held| held.id != note.id);
        self.event(EventKind::NoteOff { note, velocity: 0.5 });
    }

    fn pedal(&mut self, channel: u8, down: bool) {
        self.event(EventKind::Controller { channel, controller: 64, value: f32::from(u8::from(down)) });
    }

    /// The loudest sample of so many frames.
    fn run(&mut self, frames: usize) -> f32 {
        let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
        let Self { player, patch, clock, witness, frame, .. } = self;
        player.mix(patch, clock, *frame, &mut left, &mut right, witness);
        *frame += frames as u64;
        assert!(left.iter().chain(&right).all(|x| x.is_finite()));
        left.iter().map(|x| x.abs()).fold(0.0, f32::max)
    }

    fn keys_down(&self) -> Vec<u8> {
        let mut keys: Vec<u8> =
            self.witness.down.iter().filter(|(_, n)| **n > 0).map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys
    }
}

#[test]
fn the_note_that_was_let_go_first_gives_its_place_and_then_the_oldest() {
    let mut rig = Rig::new(VoiceMode::Poly, 3);
    let notes = [60, 62, 64].map(|key| rig.on(key));
    rig.run(100);
    rig.off(notes[1]);
    rig.off(notes[0]);
    rig.on(65);
    assert_eq!(rig.witness.ended, [notes[1].id.0]);
    rig.on(67);
    assert_eq!(rig.witness.ended, [1, 0]);
    rig.on(69);
    assert_eq!(rig.witness.ended, [1, 0, 2]);
    assert_eq!((rig.player.sounding(), rig.keys_down()), (3, vec![65, 67, 69]));
}

#[test]
fn more_notes_in_a_moment_than_places_do_no_harm() {
    let mut rig = Rig::new(VoiceMode::Poly, 32);
    for round in 0..5 {
        (0..32).for_each(|key| {
            rig.on(key + round);
        });
        rig.run(3);
    }
    assert_eq!((rig.player.sounding(), rig.witness.ended.len()), (32, 4 * 32));
}

#[test]
fn one_voice_goes_back_to_the_keys_that_are_held() {
    for mode in [VoiceMode::Mono, VoiceMode::Legato] {
        let mut rig = Rig::new(mode, 16);
        let notes = [60, 62, 64].map(|key| rig.on(key));
        rig.run(200);
        assert_eq!((rig.player.sounding(), rig.keys_down()), (1, vec![60, 62, 64]));
        rig.off(notes[1]);
        rig.off(notes[2]);
        assert_eq!((rig.witness.ended.clone(), rig.keys_down()), (vec![1, 2], vec![60]));
        let at = rig.player.lead.expect("it sounds");
        assert_eq!(rig.player.pool.voice(at).note, notes[0]);
        rig.off(notes[0]);
        assert_eq!(rig.player.sounding(), 1, "its release");
        rig.run(48_000);
        assert_eq!((rig.player.sounding(), rig.witness.ended.len()), (0, 3));
    }
}

#[test]
fn a_pedal_holds_what_it_finds_and_what_comes() {
    let mut rig = Rig::new(VoiceMode::Poly, 16);
    let first = rig.on(60);
    rig.pedal(0, true);
    rig.off(first);
    let other = rig.on(61);
    rig.off(other);
    rig.run(48_000);
    assert_eq!((rig.player.sounding(), rig.keys_down()), (1, vec![60]), "another channel's note goes");
    rig.pedal(0, false);
    rig.run(48_000);
    assert_eq!((rig.player.sounding(), rig.witness.ended.len()), (0, 2));
}

#[test]
fn a_pedal_keeps_how_fast_a_key_came_up() {
    // The faster, the louder the release.
    let loud = |velocity: f32, pedal: bool| {
        let mut rig = Rig::new(VoiceMode::Poly, 16);
        rig.patch.matrix = crate::matrix::row(Source::Release, Source::Off, Target::Level, 1.0);
        let note = rig.on(60);
        rig.run(1000);
        rig.pedal(0, pedal);
        rig.event(EventKind::NoteOff { note, velocity });
        rig.pedal(0, false);
        rig.run(1000);
        rig.run(1000)
    };
    assert!(loud(1.0, false) > 1.5 * loud(0.0, false));
    for velocity in [0.0, 1.0] {
        assert_eq!(loud(velocity, true), loud(velocity, false));
    }
}

#[test]
fn a_plucked_note_is_over_while_its_key_is_held() {
    for mode in [VoiceMode::Poly, VoiceMode::Mono] {
        let mut rig = Rig::new(mode, 16);
        let settings =
            crate::EnvelopeSettings { attack: 1.0, decay: 10.0, sustain: 0.0, release: 10.0, curve: 0.5 };
        rig.patch.env[0] = crate::envelope::Times::new(&settings, RATE);
        let note = rig.on(60);
        assert!(rig.run(1000) > 0.0);
        assert_eq!((rig.player.sounding(), rig.witness.ended.len()), (0, 1));
        rig.off(note);
        assert!(rig.on(62).key == 62 && rig.run(100) > 0.0);
    }
}

#[test]
fn sound_off_reaches_what_nobody_else_knows_of() {
    let mut rig = Rig::new(VoiceMode::Poly, 16);
    let note = rig.on(60);
    rig.pedal(0, true);
    rig.off(note);
    rig.run(100);
    rig.event(EventKind::Controller { channel: 0, controller: SOUND_OFF, value: 0.0 });
    rig.run(144);
    assert_eq!((rig.run(100), rig.player.is_silent()), (0.0, true));
}

#[derive(Clone, Debug)]
enum Play {
    On(u8),
    Off(usize),
    Choke(usize),
    Stranger(u8),
    Pedal(u8, bool),
    Controller(u8, u8, f32),
    Bend(u8, f32),
    Run(usize),
    Mode(usize),
    Voices(usize),
}

fn play() -> impl Strategy<Value = Play> {
    prop_oneof![
        8 => (0..128u8).prop_map(Play::On),
        6 => any::<usize>().prop_map(Play::Off),
        1 => any::<usize>().prop_map(Play::Choke),
        1 => (0..128u8).prop_map(Play::Stranger),
        2 => (0..3u8, any::<bool>()).prop_map(|(channel, down)| Play::Pedal(channel, down)),
        1 => (0..3u8, prop::sample::select(&[1u8, 11, 74, 120, 121][..]), 0.0..1.0f32)
            .prop_map(|(channel, controller, value)| Play::Controller(channel, controller, value)),
        1 => (0..3u8, -1.0..1.0f32).prop_map(|(channel, value)| Play::Bend(channel, value)),
        4 => (1..300usize).prop_map(Play::Run),
        1 => (0..3usize).prop_map(Play::Mode),
        1 => (1..8usize).prop_map(Play::Voices),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_note_ends_once_and_every_key_comes_up(plays in prop::collection::vec(play(), 1..200)) {
        let mut rig = Rig::new(VoiceMode::Poly, 4);
        for play in plays {
            match play {
                Play::On(key) => {
                    rig.on(key);
                }
                Play::Off(n) if !rig.held.is_empty() => {
                    let note = rig.held[n % rig.held.len()];
                    rig.off(note);
                }
                Play::Choke(n) if !rig.held.is_empty() => {
                    let n = n % rig.held.len();
                    let note = rig.held.remove(n);
                    rig.event(EventKind::Choke { note });
                }
                Play::Off(_) | Play::Choke(_) => {}
                Play::Stranger(key) => {
                    let note = Note { id: NoteId(1 << 20), channel: 0, key };
                    rig.event(EventKind::NoteOff { note, velocity: 0.5 });
                }
                Play::Pedal(channel, down) => rig.pedal(channel, down),
                Play::Controller(channel, controller, value) => {
                    rig.event(EventKind::Controller { channel, controller, value });
                }
                Play::Bend(channel, value) => rig.event(EventKind::PitchBend { channel, value }),
                Play::Run(frames) => {
                    rig.run(frames);
                }
                Play::Mode(n) => {
                    rig.patch.mode = [VoiceMode::Poly, VoiceMode::Mono, VoiceMode::Legato][n];
                    rig.player.follow(&rig.patch, &mut rig.witness);
                }
                Play::Voices(voices) => {
                    rig.patch.voices = voices;
                    rig.player.follow(&rig.patch, &mut rig.witness);
                }
            }
            let limit = rig.patch.voices;
            prop_assert!(rig.player.sounding() <= limit);
        }
        (0..3).for_each(|channel| rig.pedal(channel, false));
        while let Some(note) = rig.held.first().copied() {
            rig.off(note);
        }
        rig.run(12_000);
        prop_assert!(rig.player.is_silent());
        prop_assert_eq!(rig.witness.ended.len() as u32, rig.witness.begun);
        prop_assert_eq!(rig.keys_down(), Vec::<u8>::new());
    }
}
