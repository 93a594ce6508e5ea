//! Songs that make no sense: tempo 0 and none, time signatures of 0/0, jumps in the middle of notes. Nothing crashes, every
//! sound is a number, and every note that begins ends.

use std::collections::BTreeMap;

use dyad_core::Bundle;
use dyad_tests::player::{Key, LONGEST, Place, Player, plain};
use dyad_tests::sound::Format;

const USUAL: Place = Place { playing: true, tempo: 120.0, quarters: 0.0, frame: 0, signature: [4, 4] };

/// What a host might say in the worst case, each between two that make sense.
fn nonsense() -> Vec<Place> {
    let mut all = Vec::new();
    for tempo in [0.0, -120.0, f64::NAN, f64::INFINITY, 1e-30, 1e30] {
        all.push(Place { tempo, ..USUAL });
    }
    for signature in [[0, 0], [0, 4], [4, 0], [-3, -8], [i32::MAX, i32::MIN], [1, 1 << 30]] {
        all.push(Place { signature, ..USUAL });
    }
    for quarters in [-7.3, 1e15, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        all.push(Place { quarters, ..USUAL });
    }
    all.push(Place { frame: i64::MIN, quarters: -1e9, ..USUAL });
    all.push(Place { frame: i64::MAX, quarters: 1e9, ..USUAL });
    all.push(Place { tempo: 0.0, signature: [0, 0], quarters: f64::NAN, frame: -1, playing: true });
    all.push(Place { tempo: 0.0, signature: [0, 0], playing: false, ..USUAL });
    all
}

/// Numbers that are the same each time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % end
    }
}

/// Notes that sound, by channel and key.
#[derive(Default)]
struct Ledger(BTreeMap<(u8, u8), i64>);

impl Ledger {
    fn hear(&mut self, notes: &[(usize, Key)], what: &str) {
        for (_, Key { on, channel, key, .. }) in notes {
            let held = self.0.entry((*channel, *key)).or_default();
            *held += if *on { 1 } else { -1 };
            assert!(*held >= 0, "{what}: key {key} ends more often than it began");
        }
    }

    fn held(&self) -> Vec<(u8, u8)> {
        self.0.iter().filter(|(_, held)| **held > 0).map(|(key, _)| *key).collect()
    }
}

/// Plays notes at random through all nonsense and jumps, then lets go of them all; gives the player as it is then, and the
/// ledger.
fn torment<B: Bundle>(
    format: Format,
    plugin: &str,
    layout: &str,
    settings: &[(&str, f32)],
) -> (Player, Ledger) {
    let what = format!("{plugin}, {format:?}");
    let mut player = Player::new::<B>(format, plugin, layout);
    for (param, value) in settings {
        player.set(param, plain::<B>(param, *value));
    }
    let (mut dice, mut ledger, mut held) = (Dice(7), Ledger::default(), Vec::new());
    let mut quarters = 0.0;
    let (mut heard, mut played) = (0.0_f32, 0);
    for turn in 0..3 {
        for place in nonsense() {
            for blocks in 0..8 {
                let frames = [1, 64, 333, LONGEST][dice.below(4)];
                // A key at a time, also one that is held, or one that is not.
                let key = 48 + dice.below(24) as u8;
                let on = held.len() < 8 && dice.below(3) > 0;
                let note = if on { Key::on(key) } else { Key::off(held.pop().unwrap_or(key)) };
                if on {
                    held.push(key);
                }
                // Now and then the song jumps, or stands still; and now and then the host says nothing.
                let place = match (blocks, dice.below(6)) {
                    (3, _) => Some(place),
                    (_, 0) => None,
                    (_, 1) => Some(Place { quarters: dice.below(1000) as f64 / 7.0, ..USUAL }),
                    (_, 2) => Some(Place { quarters, playing: false, ..USUAL }),
                    _ => Some(Place { quarters, frame: (quarters * 24_000.0) as i64, ..USUAL }),
                };
                let block = player.block(frames, &[(frames / 2, note)], place);
                quarters += frames as f64 / 24_000.0;
                let bad =
                    block.sound.iter().flatten().find(|sample| !sample.is_finite() || sample.abs() > 100.0);
                assert_eq!(bad, None, "{what}, turn {turn}, {place:?}");
                heard = block.sound.iter().flatten().fold(heard, |most, sample| most.max(sample.abs()));
                played += block.notes.len();
                ledger.hear(&block.notes, &what);
            }
        }
    }
    assert!(
        heard > 0.01 || played > 100,
        "{what}: it has done something meanwhile: {heard}, {played} notes"
    );
    let ends: Vec<_> = (0..128).map(|key| (0, Key::off(key))).collect();
    for _ in 0..2 {
        let block = player.block(LONGEST, &ends, Some(Place { playing: false, ..USUAL }));
        ledger.hear(&block.notes, &what);
    }
    (player, ledger)
}

#[test]
fn the_synth_survives_songs_that_make_no_sense() {
    let settings = [
        ("lfo_1_sync", 1.0),
        ("lfo_1_start", 1.0),
        ("mod_1_source", 7.0),
        ("mod_1_target", 10.0),
        ("mod_1_amount", 50.0),
    ];
    for format in Format::ALL {
        let (mut player, _) = torment::<synth::Bundle>(format, "synth", "stereo", &settings);
        // All releases are over after two seconds.
        let mut last = f32::NAN;
        for _ in 0..200 {
            let block = player.block(LONGEST, &[], Some(USUAL));
            last = block.sound.iter().flatten().fold(0.0, |most, sample| most.max(sample.abs()));
        }
        assert!(last < 1e-6, "{format:?}: something hangs: {last}");
        assert_eq!(player.get("sounding"), 0.0, "{format:?}");
        // And it plays on.
        player.block(LONGEST, &[(0, Key::on(60))], Some(USUAL));
        let block = player.block(LONGEST, &[], Some(USUAL));
        assert!(block.sound[0].iter().any(|sample| sample.abs() > 0.01), "{format:?}: it still plays");
    }
}

#[test]
fn the_arpeggiator_survives_songs_that_make_no_sense() {
    for format in Format::ALL {
        // As it comes, and by the song's position with everything that can be strange about steps.
        let odd =
            [("restart", 1.0), ("swing", 75.0), ("gate", 200.0), ("humanise", 100.0), ("octaves", 4.0)];
        for settings in [&[][..], &odd] {
            let what = format!("{format:?}, {settings:?}");
            let (mut player, mut ledger) =
                torment::<arpeggiator::Bundle>(format, "arpeggiator", "notes", settings);
            for block in 0..200 {
                let quarters = block as f64 * LONGEST as f64 / 24_000.0;
                ledger.hear(&player.block(LONGEST, &[], Some(Place { quarters, ..USUAL })).notes, &what);
            }
            assert_eq!(ledger.held(), [], "{what}: notes hang");
            // And it plays on.
            let mut begun = 0;
            for block in 0..100 {
                let quarters = block as f64 * LONGEST as f64 / 24_000.0;
                let keys = if block == 0 { &[(0, Key::on(60))][..] } else { &[] };
                let block = player.block(LONGEST, keys, Some(Place { quarters, ..USUAL }));
                begun += block.notes.iter().filter(|(_, key)| key.on).count();
            }
            assert!(begun >= 8, "{what}: it still plays, {begun} notes");
        }
    }
}
