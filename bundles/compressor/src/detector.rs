//! From the key to its level: high-pass filter, then peak or RMS.

use crate::ballistics::step_of;
use crate::chain::{CHANNELS, CHUNK};
use crate::decibels;

/// The loudest key, +120 dBFS: what is beyond has no effect of its own, and its square is a number.
const LOUDEST: f32 = 1e6;

/// What of the key counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure {
    /// The magnitude of each sample.
    Peak,
    /// The square root of the mean square, by a one-pole filter with this time constant in milliseconds.
    Rms(f32),
}

/// A high-pass filter of second order (Butterworth) as a trapezoidal state-variable filter, which stays in tune and
/// calm while it is tuned: A. Simper, "Linear Trapezoidal Integrated State Variable Filter", Cytomic, 2013.
#[derive(Clone, Copy, Debug, Default)]
struct Tuning {
    a: [f64; 3],
}

impl Tuning {
    const DAMPING: f64 = std::f64::consts::SQRT_2;

    fn new(hertz: f32, sample_rate: f64) -> Self {
        // Below half the rate, where the tangent ends.
        let g = (std::f64::consts::PI * (f64::from(hertz) / sample_rate).min(0.49)).tan();
        let first = 1.0 / (1.0 + g * (g + Self::DAMPING));
        Self { a: [first, g * first, g * g * first] }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    filter: [f64; 2],
    /// The mean square.
    power: f64,
}

/// The detector of all channels.
#[derive(Clone, Debug)]
pub(crate) struct Detector {
    sample_rate: f64,
    /// Of the filter, where it is on.
    tuning: Option<Tuning>,
    /// Of the mean square, where that counts.
    step: Option<f64>,
    memory: [Memory; CHANNELS],
}

impl Detector {
    /// For a sample rate in Hz: peaks, without a filter.
    #[must_use]
    pub(crate) fn new(sample_rate: f64) -> Self {
        Self { sample_rate, tuning: None, step: None, memory: Default::default() }
    }

    /// What counts, and from which frequency in Hz on; `None` is without a filter.
    pub(crate) fn set(&mut self, measure: Measure, filter: Option<f32>) {
        let step = match measure {
            Measure::Peak => None,
            Measure::Rms(ms) => Some(step_of(f64::from(ms) * 1e-3 * self.sample_rate)),
        };
        if step.is_some() != self.step.is_some() {
            self.memory.iter_mut().for_each(|memory| memory.power = 0.0);
        }
        self.step = step;
        if filter.is_some() != self.tuning.is_some() {
            self.memory.iter_mut().for_each(|memory| memory.filter = [0.0; 2]);
        }
        self.tuning = filter.map(|hertz| Tuning::new(hertz, self.sample_rate));
    }

    /// Forgets what was heard.
    pub(crate) fn clear(&mut self) {
        self.memory = Default::default();
    }

    /// The key of a channel, filtered: what is heard when the sidechain is listened to.
    #[inline]
    pub(crate) fn key(&mut self, channel: usize, input: &[f32], key: &mut [f32]) {
        for (key, x) in key.iter_mut().zip(input) {
            let x = if x.abs() < f32::INFINITY { *x } else { 0.0 };
            *key = x.clamp(-LOUDEST, LOUDEST);
        }
        let Some(Tuning { a: [a1, a2, a3] }) = self.tuning else { return };
        let [mut one, mut two] = self.memory[channel].filter;
        for x in key {
            let input = f64::from(*x);
            let v3 = input - two;
            let band = a1 * one + a2 * v3;
            let low = two + a2 * one + a3 * v3;
            one = 2.0 * band - one;
            two = 2.0 * low - two;
            *x = (input - Tuning::DAMPING * band - low) as f32;
        }
        self.memory[channel].filter = [one, two];
    }

    /// The level of a channel's key in dBFS, −200 and more.
    #[inline]
    pub(crate) fn level(&mut self, channel: usize, key: &[f32], level: &mut [f32]) {
        let Some(step) = self.step else {
            level.iter_mut().zip(key).for_each(|(level, x)| *level = x.abs());
            return decibels::of_amplitudes(level);
        };
        let mut power = self.memory[channel].power;
        for (level, x) in level.iter_mut().zip(key) {
            let x = f64::from(*x);
            power += step * (x * x - power);
            *level = power as f32;
        }
        self.memory[channel].power = power;
        decibels::of_powers(level);
    }
}

/// The magnitude of the loudest channel at each frame.
#[inline]
pub(crate) fn loudest(keys: &[[f32; CHUNK]], out: &mut [f32]) {
    out.fill(0.0);
    for key in keys {
        for (out, x) in out.iter_mut().zip(key) {
            let x = x.abs();
            *out = if x > *out { x } else { *out };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    const RATES: [f64; 4] = [8_000.0, 48_000.0, 96_000.0, 384_000.0];

    fn run(detector: &mut Detector, input: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let (mut keys, mut levels) = (vec![0.0; input.len()], vec![0.0; input.len()]);
        let chunks = keys.chunks_mut(CHUNK).zip(levels.chunks_mut(CHUNK));
        for (input, (key, level)) in input.chunks(CHUNK).zip(chunks) {
            detector.key(0, input, key);
            detector.level(0, key, level);
        }
        (keys, levels)
    }

    fn sine(hertz: f64, rate: f64, frames: usize) -> Vec<f32> {
        (0..frames).map(|n| (TAU * hertz / rate * n as f64).sin() as f32).collect()
    }

    #[test]
    fn the_filter_is_a_butterworth_at_every_rate() {
        for rate in RATES {
            for corner in [20.5, 80.0, 500.0] {
                for hertz in [corner / 4.0, corner, corner * 4.0] {
                    let mut detector = Detector::new(rate);
                    detector.set(Measure::Peak, Some(corner as f32));
                    let frames = (rate * (0.5 + 6.0 / hertz)) as usize;
                    let (key, _) = run(&mut detector, &sine(hertz, rate, frames));
                    // Four periods of it, by the frequency's own term of a Fourier transform.
                    let count = (4.0 * rate / hertz).round() as usize;
                    let (mut re, mut im) = (0.0, 0.0);
                    for (n, x) in key[frames - count..].iter().enumerate() {
                        let (sin, cos) = (TAU * hertz / rate * n as f64).sin_cos();
                        (re, im) = (re + f64::from(*x) * cos, im + f64::from(*x) * sin);
                    }
                    let given = 2.0 * re.hypot(im) / count as f64;
                    // The bilinear transform's own frequencies.
                    let warped = |f: f64| (std::f64::consts::PI * f / rate).tan();
                    let ratio = warped(corner) / warped(hertz);
                    let wanted = 1.0 / (1.0 + ratio.powi(4)).sqrt();
                    let error = 20.0 * (given / wanted).log10();
                    assert!(error.abs() < 0.02, "{rate} Hz, {corner} Hz at {hertz}: {error} dB");
                }
            }
        }
    }

    #[test]
    fn rms_of_a_sine_is_3_db_below_its_peak_and_of_a_square_the_same() {
        for rate in RATES {
            let mut detector = Detector::new(rate);
            detector.set(Measure::Rms(50.0), None);
            let (_, level) = run(&mut detector, &sine(1000.0, rate, rate as usize));
            let last = level.last().expect("there are some");
            assert!((last + 3.0103).abs() < 0.05, "{rate} Hz: {last}");
            detector.clear();
            let square: Vec<f32> = (0..rate as usize).map(|n| if n % 8 < 4 { 0.5 } else { -0.5 }).collect();
            let (_, level) = run(&mut detector, &square);
            assert!((level.last().expect("as above") + 6.0206).abs() < 1e-3, "{rate} Hz");
        }
    }

    #[test]
    fn rms_follows_with_its_time_constant() {
        for rate in RATES {
            let mut detector = Detector::new(rate);
            detector.set(Measure::Rms(20.0), None);
            let (_, level) = run(&mut detector, &vec![1.0; (rate * 0.1) as usize]);
            for (n, level) in level.iter().enumerate().skip(1) {
                let power = 1.0 - (-(n as f64 + 1.0) / (0.02 * rate)).exp();
                assert!((f64::from(*level) - 10.0 * power.log10()).abs() < 1e-3, "{rate} Hz, frame {n}");
            }
        }
    }

    #[test]
    fn no_sample_sticks() {
        for measure in [Measure::Peak, Measure::Rms(5.0)] {
            let mut detector = Detector::new(48_000.0);
            detector.set(measure, Some(100.0));
            let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 1.0];
            let (key, level) = run(&mut detector, &bad);
            assert!(key.iter().chain(&level).all(|x| x.is_finite()), "{key:?} {level:?}");
            let (_, level) = run(&mut detector, &vec![0.0; 48_000]);
            assert!(*level.last().expect("there are some") < -100.0, "{measure:?}");
        }
    }
}
