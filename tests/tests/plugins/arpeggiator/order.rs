//! Which notes come, and how loud.

use super::song::{Note, Song, on, render};
use super::{PLAIN, chord, keys};

/// Pressed in this order.
const PRESSED: [u8; 4] = [64, 60, 71, 67];

#[test]
fn every_order_is_what_its_name_says() {
    for (order, octaves, wanted) in [
        ("up", 1, vec![60, 64, 67, 71, 60, 64]),
        ("up", 2, vec![60, 64, 67, 71, 72, 76, 79, 83, 60]),
        ("down", 1, vec![71, 67, 64, 60, 71]),
        ("down", 3, vec![95, 91, 88, 84, 83, 79, 76, 72, 71, 67, 64, 60, 95]),
        ("up_down", 1, vec![60, 64, 67, 71, 67, 64, 60, 64]),
        ("up_down", 2, vec![60, 64, 67, 71, 72, 76, 79, 83, 79, 76, 72, 71, 67, 64, 60]),
        ("down_up", 1, vec![71, 67, 64, 60, 64, 67, 71, 67]),
        ("converge", 1, vec![60, 71, 64, 67, 60]),
        ("diverge", 1, vec![67, 64, 71, 60, 67]),
        ("played", 1, vec![64, 60, 71, 67, 64]),
        ("played", 2, vec![64, 60, 71, 67, 76, 72, 83, 79, 64]),
    ] {
        let (order_set, octaves_set) = (format!("order={order}"), format!("octaves={octaves}"));
        let quarters = wanted.len() as f64 / 4.0 - 0.1;
        let heard = chord(&PRESSED, quarters, &[&order_set, &octaves_set]);
        assert_eq!(keys(&heard), wanted, "{order} over {octaves} octaves");
        for (n, note) in heard.iter().enumerate() {
            let start = n as u64 * 6000;
            assert_eq!((note.on, note.off, note.velocity), (start, start + 3000, 100), "{order}");
        }
    }
}

#[test]
fn a_chord_is_played_at_once_and_climbs_by_octaves() {
    let heard = chord(&PRESSED, 0.9, &["order=chord", "octaves=2"]);
    let wanted: Vec<_> = (0..4)
        .flat_map(|step| {
            [60, 64, 67, 71].map(|key| Note {
                on: step * 6000,
                off: step * 6000 + 3000,
                key: key + 12 * (step % 2) as u8,
                velocity: 100,
            })
        })
        .collect();
    assert_eq!(heard, wanted);
}

#[test]
fn random_and_walk_play_the_chord_and_repeat() {
    for (order, by_step) in [("order=random", false), ("order=walk", true)] {
        let once = chord(&PRESSED, 15.9, &[order]);
        assert_eq!(once, chord(&PRESSED, 15.9, &[order]), "an export repeats");
        assert_eq!(once.len(), 64);
        let row = [60, 64, 67, 71];
        let places: Vec<_> =
            keys(&once).iter().map(|key| row.iter().position(|k| k == key).unwrap()).collect();
        (0..4).for_each(|place| assert!(places.contains(&place), "{order}: {places:?}"));
        if by_step {
            assert!(places.windows(2).all(|pair| pair[0].abs_diff(pair[1]) == 1), "{places:?}");
        } else {
            assert!(places.windows(2).any(|pair| pair[0].abs_diff(pair[1]) > 1), "{places:?}");
        }
    }
}

#[test]
fn notes_are_as_loud_as_keys_or_steps_say() {
    let mut song = Song::chord(500_000, &[], 1.0);
    for (key, velocity) in [(60, 40), (64, 127)] {
        song.say(0.0, on(key, velocity));
    }
    for key in [60, 64] {
        song.say(0.9, super::song::off(key));
    }
    let steps = [
        "steps=4",
        "step_1_velocity=100",
        "step_2_velocity=50",
        "step_3_velocity=127",
        "step_4_velocity=1",
    ];
    let velocities = |loudness: &str| {
        let set = [&PLAIN[..], &steps, &[loudness]].concat();
        render(48_000, &song, &set, &[]).iter().map(|note| note.velocity).collect::<Vec<_>>()
    };
    // 40 × 100 %, 127 × 50 %, 40 × 127 %, 127 × 1 %.
    assert_eq!(velocities("loudness=played"), [40, 64, 51, 1]);
    assert_eq!(velocities("loudness=step"), [100, 50, 127, 1]);
}

#[test]
fn the_pattern_transposes_rests_ties_and_shortens() {
    let set = [
        "steps=6",
        "step_1_transpose=12",
        "step_2_kind=tie",
        "step_2_length=50",
        "step_3_kind=rest",
        "step_4_transpose=-24",
        "step_4_length=10",
        "step_5_kind=tie",
        "step_6_kind=rest",
    ];
    let heard = chord(&[60, 64], 2.9, &set);
    let note = |on, off, key| Note { on, off, key, velocity: 100 };
    // The gate is half of a step: a tie of half length ends after a quarter of its step, and what is tied does not
    // end before.
    let wanted =
        [note(0, 7500, 72), note(18_000, 27_000, 40), note(36_000, 43_500, 72), note(54_000, 63_000, 40)];
    assert_eq!(heard, wanted);
}

#[test]
fn keys_beyond_midi_stay_within_by_octaves() {
    let heard = chord(&[120, 125], 1.9, &["octaves=2"]);
    // 132 and 137 don't exist.
    assert_eq!(keys(&heard), [120, 125, 120, 125, 120, 125, 120, 125]);
}
