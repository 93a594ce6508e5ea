//! True peak: the level between the samples.
//!
//! After ITU-R BS.1770-5, annex 2: the signal is interpolated to four times its rate by the FIR
//! filter of 48 taps that the Recommendation prints, and the largest magnitude counts. That filter
//! has no phase that passes the samples themselves, so they are taken into account as well: a true
//! peak is never below the sample peak. At rates above 48 kHz the ratio stays 4, which the
//! Recommendation allows.

use wide::f32x4;

use super::{Held, Largest, describe_level};
use crate::param::{Field, ParamInfo};

/// Taps of each phase.
const TAPS: usize = 12;
/// Samples before the present one that the filter needs.
const MEMORY: usize = TAPS - 1;
/// Samples that are filtered in one go.
const CHUNK: usize = 64;

/// The Recommendation's table: a column for each phase, a row for each tap, the newest sample's
/// first.
const FILTER: [[f32; 4]; TAPS] = [
    [0.001_708_984_4, -0.029_174_805, -0.018_920_898, -0.008_300_781],
    [0.010_986_328, 0.029_296_875, 0.033_081_055, 0.014_892_578],
    [-0.019_653_32, -0.051_757_812, -0.058_227_54, -0.026_611_328],
    [0.033_203_125, 0.089_111_33, 0.101_562_5, 0.047_607_422],
    [-0.059_448_242, -0.166_503_9, -0.200_317_38, -0.102_294_92],
    [0.137_329_1, 0.465_087_9, 0.779_785_16, 0.972_167_97],
    [0.972_167_97, 0.779_785_16, 0.465_087_9, 0.137_329_1],
    [-0.102_294_92, -0.200_317_38, -0.166_503_9, -0.059_448_242],
    [0.047_607_422, 0.101_562_5, 0.089_111_33, 0.033_203_125],
    [-0.026_611_328, -0.058_227_54, -0.051_757_812, -0.019_653_32],
    [0.014_892_578, 0.033_081_055, 0.029_296_875, 0.010_986_328],
    [-0.008_300_781, -0.018_920_898, -0.029_174_805, 0.001_708_984_4],
];

/// The true peak of `CHANNELS` channels as a linear factor, 1 = 0 dBTP; it rises at once and falls
/// by 20 dB/s. A peak is shown up to 11 samples late.
#[derive(Clone, Debug)]
pub struct TruePeakMeter<const CHANNELS: usize = 2> {
    held: Held,
    /// The peak of this block so far.
    block: Largest,
    /// The last samples of each channel, the oldest first.
    memory: [[f32; MEMORY]; CHANNELS],
}

impl<const CHANNELS: usize> TruePeakMeter<CHANNELS> {
    /// Takes the samples of a channel of this piece into account; the first channel is 0. Of a
    /// channel from `CHANNELS` on only the sample peak counts. `[audio-thread]`
    pub fn add(&mut self, channel: usize, samples: &[f32]) {
        self.block.add(samples);
        let Some(memory) = self.memory.get_mut(channel) else { return };
        let mut line = [0.0; MEMORY + CHUNK];
        for chunk in samples.chunks(CHUNK) {
            line[..MEMORY].copy_from_slice(memory);
            line[MEMORY..][..chunk.len()].copy_from_slice(chunk);
            for window in line[..MEMORY + chunk.len()].array_windows::<TAPS>() {
                self.block.add_vector(interpolate(window));
            }
            memory.copy_from_slice(&line[chunk.len()..][..MEMORY]);
        }
    }

    /// The peak of this block so far as a linear factor, 0 at its start: for what keeps the largest of
    /// all blocks. `[audio-thread]`
    #[must_use]
    pub fn block_peak(&self) -> f32 {
        self.block.value()
    }
}

/// The four values that belong to a sample; `window` ends with it.
#[inline]
fn interpolate(window: &[f32; TAPS]) -> f32x4 {
    // Two sums, so that one addition need not wait for the one before it.
    let (mut even, mut odd) = (f32x4::ZERO, f32x4::ZERO);
    for n in (0..TAPS).step_by(2) {
        even += f32x4::new(FILTER[n]) * f32x4::splat(window[MEMORY - n]);
        odd += f32x4::new(FILTER[n + 1]) * f32x4::splat(window[MEMORY - n - 1]);
    }
    even + odd
}

impl<const CHANNELS: usize> Field for TruePeakMeter<CHANNELS> {
    fn describe(id: &'static str) -> ParamInfo {
        describe_level(id)
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { held: Held::NONE, block: Largest::NONE, memory: [[0.0; MEMORY]; CHANNELS] }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.held.prepare(sample_rate);
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.held.level = 0.0;
        self.block = Largest::NONE;
        self.memory = [[0.0; MEMORY]; CHANNELS];
    }

    fn finish(&mut self, frames: usize) -> f32 {
        let peak = self.block.value();
        self.block = Largest::NONE;
        self.held.finish(frames, peak)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a meter shows of a sine that fades in, in dBTP.
    fn shown(frequency: f64, degrees: f64, level: f64, block: usize) -> f64 {
        let mut meter = TruePeakMeter::<1>::create(&TruePeakMeter::<1>::describe("peak"));
        meter.prepare(48_000.0);
        let sine: Vec<f32> = (0..4800)
            .map(|n| {
                let phase = std::f64::consts::TAU * frequency * f64::from(n) + degrees.to_radians();
                (level * phase.sin() * (f64::from(n) / 2400.0).min(1.0)) as f32
            })
            .collect();
        let mut value = 0.0;
        for piece in sine.chunks(block) {
            meter.add(0, piece);
            value = meter.finish(piece.len());
        }
        20.0 * f64::from(value).log10()
    }

    #[test]
    fn ebu_tech_3341_cases_15_to_19() {
        let cases = [
            (1.0 / 4.0, 0.0, 0.5, -6.0),
            (1.0 / 4.0, 45.0, 0.5, -6.0),
            (1.0 / 6.0, 60.0, 0.5, -6.0),
            (1.0 / 8.0, 67.5, 0.5, -6.0),
            (1.0 / 4.0, 45.0, 1.41, 3.0),
        ];
        for (frequency, degrees, level, expected) in cases {
            let value = shown(frequency, degrees, level, 512);
            let error = value - expected;
            assert!((-0.4..=0.2).contains(&error), "{frequency} at {degrees}°: {value:.3} dBTP");
        }
    }

    #[test]
    fn the_filter_is_the_recommendations() {
        // Printed there with 13 digits, which are exact: all are multiples of 2^-13.
        assert!(FILTER.iter().flatten().all(|tap| (tap * 8192.0).fract() == 0.0));
        for (row, mirrored) in FILTER.iter().zip(FILTER.iter().rev()) {
            assert!(row.iter().eq(mirrored.iter().rev()), "symmetric");
        }
        let sums = FILTER.iter().fold(f32x4::ZERO, |sum, row| sum + f32x4::new(*row));
        assert_eq!(sums.to_array().map(|sum| sum * 8192.0), [8205.0, 7971.0, 7971.0, 8205.0]);
    }

    #[test]
    fn a_peak_between_samples_is_seen_at_any_block_size() {
        // Samples at ±0.707, the sine's own peak is 1.
        let whole = shown(0.25, 45.0, 1.0, 4800);
        assert!(whole.abs() < 0.2, "{whole:.3}");
        for block in [1, 5, 11, 12, 63, 64, 65] {
            assert!((shown(0.25, 45.0, 1.0, block) - whole).abs() < 0.01, "pieces of {block}");
        }
    }

    #[test]
    fn it_is_never_below_the_sample_peak_and_channels_are_apart() {
        let mut meter = TruePeakMeter::<2>::create(&TruePeakMeter::<2>::describe("peak"));
        meter.prepare(48_000.0);
        meter.add(0, &[0.0, 1.0]);
        let peak = meter.block_peak();
        assert!(peak >= 1.0 && meter.finish(2) == peak);
        assert_eq!(meter.block_peak(), 0.0, "another block");
        meter.snap();
        // The same alternation, but in two channels that are constant: nothing lies between.
        for _ in 0..100 {
            meter.add(0, &[0.5]);
            meter.add(1, &[-0.5]);
        }
        meter.add(2, &[0.75]);
        assert_eq!(meter.finish(1), 0.75, "a channel too many counts with its samples");
    }

    #[test]
    fn a_bad_sample_does_not_stay() {
        let mut meter = TruePeakMeter::<1>::create(&TruePeakMeter::<1>::describe("peak"));
        meter.prepare(48_000.0);
        meter.add(0, &[f32::NAN]);
        assert_eq!(meter.finish(1), 0.0);
        meter.add(0, &[0.0; 20]);
        assert_eq!(meter.finish(20), 0.0);
        meter.add(0, &[f32::INFINITY]);
        assert_eq!(meter.finish(1), 4.0);
        meter.add(0, &[0.0; 20]);
        assert!(meter.finish(20) <= 4.0);
        meter.snap();
        meter.add(0, &[0.25; 64]);
        assert!(meter.finish(64) < 0.35);
        meter.add(0, &[]);
        assert!(meter.finish(0) < 0.35, "an empty piece is nothing");
    }
}
