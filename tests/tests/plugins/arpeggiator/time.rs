//! When notes begin and end.

use super::song::{Song, TICKS, off, on, render, render_all};
use super::{PLAIN, chord};

/// Whether a frame is the nearest to an exact time. The plugin takes two that are about equally near for the same, and
/// the earlier.
fn is_nearest(frame: u64, exact: f64) -> bool {
    (frame as f64 - exact).abs() <= 0.511
}

#[test]
fn steps_lie_on_the_songs_grid_at_every_rate_and_tempo() {
    for (rate, micros, value, quarters) in [
        (48_000, 500_000, "n1_16", 0.25),
        (44_100, 500_000, "n1_16", 0.25),
        (44_100, 344_828, "n1_8t", 1.0 / 3.0),
        (48_000, 400_001, "n1_16d", 0.375),
        (16_000, 1_333_333, "n1_32", 0.125),
        (44_100, 60_060, "n1_64t", 1.0 / 24.0),
        (8000, 3_000_000, "n1_4t", 2.0 / 3.0),
        (48_000, 333_333, "n2_1d", 12.0),
    ] {
        let song = Song::chord(micros, &[60, 64], 41.0 * quarters - quarters / 10.0);
        let rate_set = format!("rate={value}");
        let heard = render(rate, &song, &[&rate_set, "gate=50"], &["--block", "512"]);
        assert_eq!(heard.len(), 41, "{value}");
        for (n, note) in heard.iter().enumerate() {
            let place = n as f64 * quarters;
            let exact = song.frames(place, rate);
            assert!(is_nearest(note.on, exact), "{value}: step {n} at {}, exactly {exact}", note.on);
            let end = song.frames(place + quarters / 2.0, rate);
            assert!(is_nearest(note.off, end), "{value}: step {n} ends at {}, exactly {end}", note.off);
        }
    }
}

#[test]
fn swing_moves_every_second_step() {
    for (swing, late) in [("50", 0.5), ("58", 0.58), ("66.66667", 2.0 / 3.0), ("75", 0.75)] {
        let set = format!("swing={swing}");
        let heard = chord(&[60, 64], 7.99, &[&set]);
        assert_eq!(heard.len(), 32);
        for (n, note) in heard.iter().enumerate() {
            let pair = (n / 2) as f64 * 12_000.0;
            let [begins, ends] = if n % 2 == 0 { [0.0, late] } else { [late, 1.0] };
            assert!(is_nearest(note.on, pair + begins * 12_000.0), "{swing}: {note:?}");
            let off = pair + (begins + (ends - begins) / 2.0) * 12_000.0;
            assert!(is_nearest(note.off, off), "{swing}: half of what it has: {note:?}");
        }
    }
}

#[test]
fn the_gate_is_a_share_of_the_step_and_overlaps_above_100() {
    for (gate, length) in
        [("gate=5", 300), ("gate=60", 3600), ("gate=100", 6000), ("gate=150", 9000), ("gate=200", 12_000)]
    {
        let heard = chord(&[60, 64, 67, 71], 3.0, &[gate]);
        for (n, note) in heard.iter().enumerate() {
            let on = n as u64 * 6000;
            // The release of all keys ends what is left.
            assert_eq!((note.on, note.off), (on, (on + length).min(72_000)), "{gate}");
        }
        // A key does not sound twice: with one alone the next note ends it.
        let heard = chord(&[60], 3.0, &[gate]);
        assert_eq!(heard.len(), 12);
        assert!(heard.iter().all(|note| note.off - note.on == length.min(6000)), "{gate}");
    }
}

#[test]
fn a_first_key_waits_for_the_grid_unless_it_is_a_little_late() {
    // Ticks are frames.
    for (pressed, first) in [(1, 1), (1440, 1440), (1441, 6000), (5999, 6000), (6000, 6000)] {
        let mut song = Song::at(500_000, 2.0);
        song.say(pressed as f64 / TICKS as f64, on(60, 100));
        song.say(0.9, off(60));
        let heard = render(48_000, &song, &PLAIN, &[]);
        assert_eq!(heard[0].on, first, "pressed at {pressed}");
        let grid = heard[1..].iter().all(|note| note.on % 6000 == 0);
        assert!(grid, "{heard:?}");
    }
}

#[test]
fn tempos_that_change_are_followed() {
    // On multiples of the block: that is when hosts tell of them.
    let block = 600;
    let mut song = Song::chord(500_000, &[60, 64], 15.9);
    song.tempos = vec![(0, 500_000)];
    for (quarter, micros) in [(2, 250_000), (5, 375_000), (9, 200_000)] {
        song.tempos.push((quarter * TICKS, micros));
        assert_eq!(song.frames(quarter as f64, 48_000) % f64::from(block), 0.0);
    }
    let heard = render(48_000, &song, &["rate=n1_8t", "gate=50"], &["--block", &block.to_string()]);
    assert_eq!(heard.len(), 48);
    for (n, note) in heard.iter().enumerate() {
        let exact = song.frames(n as f64 / 3.0, 48_000);
        assert!(is_nearest(note.on, exact), "step {n}: {note:?}, exactly {exact}");
    }
    // Where they come within blocks, no step is lost or doubled.
    let late = render(48_000, &song, &["rate=n1_8t", "gate=50"], &["--block", "1021"]);
    assert_eq!(super::keys(&late), super::keys(&heard));
    assert!(late.iter().zip(&heard).all(|(a, b)| a.on.abs_diff(b.on) < 1021), "{late:?}");
}

#[test]
fn block_sizes_make_no_difference() {
    let mut song = Song::at(380_000, 6.0);
    for (at, key) in [(0.03, 60), (0.05, 64), (0.3, 67), (1.77, 71)] {
        song.say(at, on(key, 90));
    }
    song.say(2.5, off(64));
    song.say(2.9, super::song::controller(1, 99));
    for key in [60, 67, 71] {
        song.say(4.5, off(key));
    }
    let set = [
        "order=random",
        "octaves=3",
        "rate=n1_16t",
        "gate=130",
        "swing=61",
        "chance=80",
        "humanise=70",
        "latch=1",
        "steps=5",
        "step_2_kind=tie",
        "step_4_kind=rest",
        "step_5_transpose=7",
    ];
    // Parameters that move cut blocks, too.
    let moves =
        ["--automate", "gate@0.5=40", "--automate", "octaves@0.7001=1", "--automate", "latch@2.0=0"];
    let all = |block: &str| render_all(44_100, &song, &set, &[&moves[..], &["--block", block]].concat());
    let whole = all("8192");
    assert!(whole.len() > 30, "{whole:?}");
    for block in ["1", "64", "511", "4096"] {
        assert_eq!(whole, all(block), "--block {block}");
    }
}
