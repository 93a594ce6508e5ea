//! A tank of springs. A spring lets low tones through sooner than high ones, the more so the nearer they are to the highest
//! that it carries, and echoes.

use super::filter::{Kind, filter};
use super::{RATE, close};

/// Frames of one spring.
const FRAMES: usize = (1.5 * RATE) as usize;
/// Frames of what one way through a spring makes of an impulse.
const CHIRP: usize = (0.3 * RATE) as usize;
/// All-pass filters for one way.
const CHAIN: usize = 32;
/// Frames of each filter's delay: its tones end at 24 kHz divided by this.
const STRETCH: usize = 5;
const COEFFICIENT: f32 = 0.62;
const ECHOES: i32 = 24;
/// What is left of an echo after one more.
const LOSS: f32 = 0.78;

/// Left and right: the third spring is heard on both sides.
pub(super) fn make() -> Vec<Vec<f32>> {
    let [a, b, c] = [0.0331, 0.0413, 0.0377].map(spring);
    let mix = |own: &[f32]| own.iter().zip(&c).map(|(own, both)| own + 0.7 * both).collect();
    [mix(&a), mix(&b)]
        .map(|mut taps: Vec<f32>| {
            filter(&mut taps, Kind::LowPass, 4200.0, 0.7, 0.0);
            filter(&mut taps, Kind::LowPass, 4600.0, 1.1, 0.0);
            filter(&mut taps, Kind::HighPass, 110.0, 0.7, 0.0);
            close(&mut taps);
            taps
        })
        .into()
}

/// A spring with so many seconds from end to end.
fn spring(seconds: f64) -> Vec<f32> {
    let mut taps = vec![0.0; FRAMES];
    let mut echo = vec![0.0; CHIRP];
    echo[0] = 1.0;
    for n in 0..ECHOES {
        for _ in 0..CHAIN {
            all_pass(&mut echo);
        }
        // The highest tones are late, and are cut off.
        close(&mut echo);
        // The first way once, then to and fro.
        let start = (seconds * RATE * f64::from(2 * n + 1) * 0.5) as usize;
        let level = (-LOSS).powi(n);
        for (to, from) in taps.iter_mut().skip(start).zip(&echo) {
            *to += level * from;
        }
    }
    taps
}

/// A stretched all-pass filter of first order.
fn all_pass(samples: &mut [f32]) {
    let (mut inputs, mut outputs, mut at) = ([0.0; STRETCH], [0.0; STRETCH], 0);
    for sample in samples {
        let x = *sample;
        let y = COEFFICIENT * (x - outputs[at]) + inputs[at];
        (inputs[at], outputs[at]) = (x, y);
        at = (at + 1) % STRETCH;
        *sample = y;
    }
}
