//! From samples to levels by frequency.

use std::f64::consts::TAU;
use std::sync::Arc;

use dyad::show::bin_hertz;
use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

/// A transform of some length to bins on a logarithmic scale, with a Hann window. `[not audio: it allocates when made]`
///
/// Where a bin is wider than the transform's steps it shows the highest within, so that a sine has its level at
/// every frequency; where it is narrower, it lies on a curve through the steps.
pub struct Transform {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    input: Vec<f32>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
    powers: Vec<f32>,
    bins: Vec<Bin>,
}

/// Where a bin lies among the transform's steps.
enum Bin {
    /// The highest of these.
    Highest { first: usize, last: usize },
    /// Between this one and the next, by this part.
    Between { step: usize, part: f32 },
    /// Beyond what the sample rate can tell.
    Beyond,
}

impl Transform {
    /// Of `size` samples (a power of two) at `rate` frames per second, to `bins` bins.
    #[must_use]
    pub fn new(size: usize, rate: f64, bins: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(size);
        // Divided so that a sine of full scale has a power of 1: its two halves, and the window's mean of 1/2.
        let scale = 4.0 / size as f64;
        let hann = |n: usize| (0.5 - 0.5 * (TAU * n as f64 / size as f64).cos()) * scale;
        let steps = size / 2;
        let at = |hertz: f64| hertz * size as f64 / rate;
        let bin = |n: usize| {
            let centre = at(bin_hertz(n, bins));
            let ratio = (bin_hertz(1, bins) / bin_hertz(0, bins)).sqrt();
            let (low, high) = ((centre / ratio).ceil(), (centre * ratio).floor());
            if centre > steps as f64 {
                Bin::Beyond
            } else if high > low {
                Bin::Highest { first: low as usize, last: (high as usize).min(steps) }
            } else {
                let step = (centre as usize).min(steps - 1);
                Bin::Between { step, part: (centre - step as f64) as f32 }
            }
        };
        Self {
            window: (0..size).map(|n| hann(n) as f32).collect(),
            input: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            powers: vec![0.0; steps + 1],
            bins: (0..bins).map(bin).collect(),
            fft,
        }
    }

    /// Adds the powers of these samples, times `part`, to those in `bins`.
    pub fn add_powers(&mut self, samples: &[f32], part: f32, bins: &mut [f32]) {
        for ((to, sample), window) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *to = sample * window;
        }
        let lengths = self.fft.process_with_scratch(&mut self.input, &mut self.spectrum, &mut self.scratch);
        debug_assert!(lengths.is_ok());
        for (power, value) in self.powers.iter_mut().zip(&self.spectrum) {
            *power = value.norm_sqr();
        }
        for (to, bin) in bins.iter_mut().zip(&self.bins) {
            *to += part * self.power(bin);
        }
    }

    fn power(&self, bin: &Bin) -> f32 {
        match *bin {
            Bin::Beyond => 0.0,
            Bin::Highest { first, last } => {
                self.powers[first..=last].iter().fold(0.0, |a: f32, b| a.max(*b))
            }
            // Straight in decibels: geometric in powers. Nothing at all has no logarithm.
            Bin::Between { step, part } => {
                let [a, b] = [self.powers[step], self.powers[step + 1]].map(|power| power.max(1e-20));
                a * (b / a).powf(part)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;
    const SIZE: usize = 4096;

    fn levels(transform: &mut Transform, sound: impl Fn(usize) -> f64) -> Vec<f32> {
        let samples: Vec<f32> = (0..SIZE).map(|n| sound(n) as f32).collect();
        let mut powers = vec![0.0; transform.bins.len()];
        transform.add_powers(&samples, 1.0, &mut powers);
        powers.iter().map(|power| 10.0 * power.log10()).collect()
    }

    #[test]
    fn a_sine_has_its_level_in_the_bin_of_its_frequency() {
        let mut transform = Transform::new(SIZE, RATE, 241);
        for (bin, db) in [(60, 0.0), (100, -6.0), (150, -20.0), (239, -60.0)] {
            let (hertz, peak) = (bin_hertz(bin, 241), 10_f64.powf(db / 20.0));
            let levels = levels(&mut transform, |n| peak * (TAU * hertz * n as f64 / RATE).sin());
            // Between two steps a Hann window is 1.42 dB too low.
            assert!((f64::from(levels[bin]) - db).abs() < 1.5, "{hertz} Hz: {} dB", levels[bin]);
            let highest = levels.iter().fold(f32::MIN, |a, b| a.max(*b));
            assert!(highest - levels[bin] < 0.5, "{hertz} Hz: {highest} dB elsewhere");
            let far = levels[if bin > 120 { 30 } else { 220 }];
            assert!(far < levels[bin] - 60.0, "{hertz} Hz: {far} dB far away");
        }
    }

    #[test]
    fn silence_and_what_lies_beyond_the_rate_have_no_level() {
        let mut slow = Transform::new(1024, 8000.0, 241);
        let mut powers = vec![0.0; 241];
        slow.add_powers(&[1.0; 1024], 1.0, &mut powers);
        assert!(powers[..180].iter().all(|power| power.is_finite()));
        let beyond = (0..241).filter(|n| bin_hertz(*n, 241) > 4000.0);
        beyond.for_each(|n| assert_eq!(powers[n], 0.0));
        let silent = levels(&mut Transform::new(SIZE, RATE, 241), |_| 0.0);
        assert!(silent.iter().all(|db| *db < -119.0), "{silent:?}");
    }
}
