//! Envelopes, frame by frame: what is heard of a note with one, divided by what is heard of the same note without.

use super::song::Song;
use super::{RATE, plain, set};

/// One envelope, times in milliseconds.
#[derive(Clone, Copy, Debug)]
struct Envelope {
    attack: f64,
    decay: f64,
    sustain: f64,
    release: f64,
    curve: f64,
}

impl Envelope {
    /// The level at a frame after the note's start, its key let go after `held` frames. The closed form of the README,
    /// written down once more.
    fn level(&self, frame: i64, held: i64, rate: u32) -> f64 {
        let frames = |ms: f64| (ms * f64::from(rate) / 1000.0).round();
        let way = |n: f64, of: f64| match self.curve {
            0.0 => n / of,
            curve => (1.0 - (-8.0 * curve * n / of).exp()) / (1.0 - (-8.0 * curve).exp()),
        };
        let while_held = |n: f64| {
            let (attack, decay) = (frames(self.attack), frames(self.decay));
            if n < 0.0 {
                0.0
            } else if n < attack {
                way(n, attack)
            } else if n < attack + decay {
                1.0 - (1.0 - self.sustain) * way(n - attack, decay)
            } else {
                self.sustain
            }
        };
        if frame < held {
            return while_held(frame as f64);
        }
        let (gone, release) = ((frame - held) as f64, frames(self.release));
        if gone >= release { 0.0 } else { while_held(held as f64) * (1.0 - way(gone, release)) }
    }
}

/// What is heard of the amplifier's envelope: a level where the note is loud enough to tell.
fn heard(rate: u32, envelope: Envelope, start: usize, held: usize, frames: usize) -> Vec<Option<f64>> {
    let Envelope { attack, decay, sustain, release, curve } = envelope;
    let settings = [
        ("attack", attack),
        ("decay", decay),
        ("sustain", sustain * 100.0),
        ("release", release),
        ("curve", curve * 100.0),
    ];
    let settings = settings.map(|(name, value)| format!("env_1_{name}={value}"));
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let note = |held: usize, more: &[&str]| {
        let mut song = Song::new(rate);
        song.on(start, 0, 81, 100);
        song.off(start + held, 0, 81);
        let arguments = [plain(&[]), set(more), vec!["--tail", "1"]].concat();
        song.render_both(&arguments).swap_remove(0)
    };
    let (is, whole) = (note(held, &settings), note(frames, &[]));
    let level = |n: usize| {
        let (is, whole) = (f64::from(is[start + n]), f64::from(whole[start + n]));
        (whole.abs() > 0.1).then(|| is / whole)
    };
    (0..frames).map(level).collect()
}

#[test]
fn every_level_is_the_closed_forms_of_its_frame() {
    let usual = Envelope { attack: 31.0, decay: 52.5, sustain: 0.4, release: 73.25, curve: 0.7 };
    for (rate, envelope, held) in [
        (RATE, usual, 9_000),
        (RATE, Envelope { curve: 0.0, ..usual }, 9_000),
        (RATE, Envelope { curve: 1.0, ..usual }, 9_000),
        // Let go on the way up, and on the way down.
        (RATE, usual, 701),
        (RATE, usual, 2_222),
        (44_100, usual, 7_001),
        (RATE, Envelope { attack: 0.0, sustain: 1.0, ..usual }, 5_000),
        (RATE, Envelope { sustain: 0.0, decay: 200.0, ..usual }, 14_000),
    ] {
        let what = format!("{rate} Hz, {envelope:?}, {held} frames");
        let levels = heard(rate, envelope, 333, held, 16_000);
        assert!(levels.iter().flatten().count() > 10_000, "{what}: enough is heard");
        for (n, level) in levels.iter().enumerate() {
            let Some(level) = level else { continue };
            // No more than a frame early or late.
            let near = [-1, 0, 1].map(|by| envelope.level(n as i64 + by, held as i64, rate));
            let (least, most) =
                near.iter().fold((1.0_f64, 0.0_f64), |(least, most), x| (least.min(*x), most.max(*x)));
            assert!(
                (least - 1e-5..=most + 1e-5).contains(level),
                "{what}: frame {n} is {level}, not {near:?}"
            );
        }
    }
}

#[test]
fn a_note_begins_and_ends_at_its_very_frames() {
    let envelope = Envelope { attack: 5.0, decay: 10.0, sustain: 0.5, release: 20.0, curve: 0.0 };
    let levels = heard(RATE, envelope, 333, 2_000, 4_000);
    for (n, level) in levels.iter().enumerate() {
        let Some(level) = level else { continue };
        let exact = envelope.level(n as i64, 2_000, RATE);
        assert!((level - exact).abs() < 1e-5, "frame {n}: {level}, not {exact}");
        assert_eq!(n >= 2_000 + 960, *level == 0.0, "frame {n}");
    }
}
