//! Measurements for tests.

use std::f64::consts::TAU;

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// How far from a line's bin its window reaches.
const SKIRT: f64 = 8.0;

/// A window whose side lobes are below −170 dB: seven terms of Blackman and Harris (Albrecht, "A family of cosine-sum
/// windows for high-resolution measurements", 2001).
fn window(i: usize, length: usize) -> f64 {
    const TERMS: [f64; 7] = [
        2.712_203_605_850_388e-1,
        -4.334_446_123_274_422e-1,
        2.180_041_228_929_303e-1,
        -6.578_534_329_560_609e-2,
        1.076_186_730_534_183e-2,
        -7.700_127_105_808_265e-4,
        1.368_088_305_992_921e-5,
    ];
    let x = TAU * i as f64 / length as f64;
    (0..).zip(TERMS).map(|(k, term)| term * (f64::from(k) * x).cos()).sum()
}

/// What a sound holds.
pub(crate) struct Spectrum {
    /// Amplitudes: a sine of peak 1 on a bin has 1.
    bins: Vec<f64>,
    hertz_per_bin: f64,
}

impl Spectrum {
    pub(crate) fn of(sound: &[f64], rate: f64) -> Self {
        let length = sound.len();
        let mut input: Vec<f64> = (0..length).map(|i| sound[i] * window(i, length)).collect();
        let mut bins = vec![Complex::default(); length / 2 + 1];
        RealFftPlanner::new().plan_fft_forward(length).process(&mut input, &mut bins).expect("a transform");
        let scale = 2.0 / (length as f64 * window_sum());
        Self {
            bins: bins.iter().map(|bin| bin.norm() * scale).collect(),
            hertz_per_bin: rate / length as f64,
        }
    }

    /// Where the greatest amplitude is between two frequencies.
    pub(crate) fn peak(&self, from: f64, to: f64) -> f64 {
        let hertz = |i: usize| i as f64 * self.hertz_per_bin;
        let bins = (0..self.bins.len()).filter(|i| (from..to).contains(&hertz(*i)));
        hertz(bins.max_by(|a, b| self.bins[*a].total_cmp(&self.bins[*b])).expect("a bin"))
    }

    /// The greatest amplitude that isn't at one of these frequencies, below a frequency, and where it is.
    pub(crate) fn greatest_besides(&self, lines: &[f64], below: f64) -> (f64, f64) {
        let mut out = (0.0, 0.0);
        for (i, bin) in self.bins.iter().enumerate() {
            let hertz = i as f64 * self.hertz_per_bin;
            let near = |line: &f64| (hertz - line).abs() < SKIRT * self.hertz_per_bin;
            if hertz < below && *bin > out.0 && !lines.iter().any(near) {
                out = (*bin, hertz);
            }
        }
        out
    }
}

fn window_sum() -> f64 {
    (0..64).map(|i| window(i, 64)).sum::<f64>() / 64.0
}

/// The mean power of a sound's transform in a band.
pub(crate) fn density(sound: &[f64], rate: f64, from: f64, to: f64) -> f64 {
    let mut bins = vec![Complex::default(); sound.len() / 2 + 1];
    let mut input = sound.to_vec();
    RealFftPlanner::new()
        .plan_fft_forward(sound.len())
        .process(&mut input, &mut bins)
        .expect("a transform");
    let bin = |hertz: f64| (hertz / rate * sound.len() as f64) as usize;
    let band = &bins[bin(from)..bin(to)];
    band.iter().map(|bin| bin.norm_sqr()).sum::<f64>() / band.len() as f64
}

/// Amplitude and phase (of a cosine, at the first sample) of the line at a frequency.
pub(crate) fn line(sound: &[f64], hertz: f64, rate: f64) -> (f64, f64) {
    let length = sound.len();
    let sum: Complex<f64> = (0..length)
        .map(|i| {
            let angle = TAU * (hertz / rate * i as f64).fract();
            Complex::from_polar(sound[i] * window(i, length), -angle)
        })
        .sum();
    (2.0 * sum.norm() / (length as f64 * window_sum()), sum.arg())
}

pub(crate) fn decibels(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-30).log10()
}

pub(crate) fn rms(sound: &[f64]) -> f64 {
    (sound.iter().map(|x| x * x).sum::<f64>() / sound.len() as f64).sqrt()
}

/// The sharpest bend of a curve. A click is one.
pub(crate) fn bend(sound: &[f32]) -> f32 {
    sound.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).abs()).fold(0.0, f32::max)
}
