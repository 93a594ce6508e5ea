//! Levels that the sound side shows: read-only parameters in VST3, output ports in LV2.

use wide::f32x4;

use super::field::Field;
use super::info::{ParamInfo, Role, ValueKind};
use super::range::Range;
use super::unit::Unit;

/// How fast a peak falls, in decibels per second.
const FALL_DB_PER_SECOND: f64 = 20.0;
/// How long an RMS meter looks back, in seconds.
const RMS_SECONDS: f64 = 0.3;
/// Levels below are shown as 0, so that a meter comes to rest (−100 dBFS).
const FLOOR: f32 = 1e-5;
/// The largest level shown, as a factor (+12 dBFS).
const CEILING: f32 = 4.0;

/// The greater of two numbers; `b` is never taken when it is NaN.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// Folds whole sixteens of samples into `lanes`, side by side and written as vectors: the order of
/// floating-point operations is part of the result, so the compiler may not choose a faster one
/// itself. Gives the samples that are left.
#[inline]
fn fold_vectors<'a>(
    lanes: &mut f32x4,
    samples: &'a [f32],
    fold: impl Fn(f32x4, f32x4) -> f32x4,
    join: impl Fn(f32x4, f32x4) -> f32x4,
) -> &'a [f32] {
    let (chunks, rest) = samples.as_chunks::<16>();
    if !chunks.is_empty() {
        let mut sums = [*lanes, f32x4::ZERO, f32x4::ZERO, f32x4::ZERO];
        for chunk in chunks {
            for (sum, quarter) in sums.iter_mut().zip(chunk.as_chunks::<4>().0) {
                *sum = fold(*sum, f32x4::new(*quarter));
            }
        }
        let [a, b, c, d] = sums;
        *lanes = join(join(a, b), join(c, d));
    }
    rest
}

fn describe(id: &'static str) -> ParamInfo {
    let mut info =
        ParamInfo::new(id, ValueKind::Float).range(Range::linear(0.0, CEILING)).unit(Unit::Factor);
    info.role = Role::Meter;
    info
}

/// The peak level of all channels as a linear factor; it rises at once and falls by 20 dB/s, so a
/// reader at any rate misses no peak by more than that.
#[derive(Clone, Debug)]
pub struct PeakMeter {
    held: f32,
    /// The peak of this block so far: of most samples, and of those that made no whole vectors.
    lanes: f32x4,
    single: f32,
    fall_per_frame: f32,
}

impl PeakMeter {
    /// Takes the samples of one channel of this piece into account. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, samples: &[f32]) {
        // `fast_max` gives its second argument where one is NaN, so a NaN sample is passed over.
        let rest =
            fold_vectors(&mut self.lanes, samples, |peak, x| x.abs().fast_max(peak), f32x4::fast_max);
        for sample in rest {
            self.single = greater(self.single, sample.abs());
        }
    }
}

impl Field for PeakMeter {
    fn describe(id: &'static str) -> ParamInfo {
        describe(id)
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { held: 0.0, lanes: f32x4::ZERO, single: 0.0, fall_per_frame: 0.0 }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.fall_per_frame = (FALL_DB_PER_SECOND / 20.0 * std::f64::consts::LN_10 / sample_rate) as f32;
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.held = 0.0;
        self.lanes = f32x4::ZERO;
        self.single = 0.0;
    }

    fn finish(&mut self, frames: usize) -> f32 {
        // 1 / (1 + x) is close enough to e^-x for blocks, and stays in 0…1 for any length.
        let fallen = self.held / (1.0 + self.fall_per_frame * frames as f32);
        let peak = self.lanes.to_array().into_iter().fold(self.single, greater);
        self.held = greater(fallen, peak).min(CEILING);
        self.lanes = f32x4::ZERO;
        self.single = 0.0;
        if self.held < FLOOR {
            self.held = 0.0;
        }
        self.held
    }
}

/// The RMS level over about 300 ms, the mean power of all channels, as a linear factor.
#[derive(Clone, Debug)]
pub struct RmsMeter {
    power: f32,
    /// The squares of this block so far: of most samples, and of those that made no whole vectors.
    lanes: f32x4,
    single: f32,
    count: usize,
    frames_back: f32,
}

impl RmsMeter {
    /// Takes the samples of one channel of this piece into account. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, samples: &[f32]) {
        let rest = fold_vectors(&mut self.lanes, samples, |sum, x| sum + x * x, |a, b| a + b);
        for sample in rest {
            self.single += sample * sample;
        }
        self.count += samples.len();
    }
}

impl Field for RmsMeter {
    fn describe(id: &'static str) -> ParamInfo {
        describe(id)
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { power: 0.0, lanes: f32x4::ZERO, single: 0.0, count: 0, frames_back: 1.0 }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.frames_back = (RMS_SECONDS * sample_rate) as f32;
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.power = 0.0;
        self.lanes = f32x4::ZERO;
        self.single = 0.0;
        self.count = 0;
    }

    fn finish(&mut self, frames: usize) -> f32 {
        let sum = self.lanes.reduce_add() + self.single;
        let mean = if self.count > 0 { sum / self.count as f32 } else { 0.0 };
        let frames = frames as f32;
        self.power += (mean - self.power) * (frames / (frames + self.frames_back));
        // Written so that NaN, which a plugin may have produced, does not stay for ever.
        if !(self.power >= FLOOR * FLOOR && self.power.is_finite()) {
            self.power = 0.0;
        }
        self.lanes = f32x4::ZERO;
        self.single = 0.0;
        self.count = 0;
        self.power.sqrt().min(CEILING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meters() -> (PeakMeter, RmsMeter) {
        let mut peak = PeakMeter::create(&PeakMeter::describe("peak"));
        let mut rms = RmsMeter::create(&RmsMeter::describe("rms"));
        peak.prepare(48_000.0);
        rms.prepare(48_000.0);
        (peak, rms)
    }

    #[test]
    fn a_steady_level_is_shown_at_any_block_size() {
        for block in [1, 7, 64, 1024] {
            let (mut peak, mut rms) = meters();
            let samples = vec![-0.5; block];
            let (mut p, mut r) = (0.0, 0.0);
            for _ in 0..(48_000 * 3 / block) {
                peak.add(&samples);
                rms.add(&samples);
                (p, r) = (peak.finish(block), rms.finish(block));
            }
            assert_eq!(p, 0.5, "block {block}");
            assert!((r - 0.5).abs() < 1e-3, "block {block}: {r}");
        }
    }

    #[test]
    fn a_peak_falls_by_20_db_a_second_and_comes_to_rest() {
        let (mut peak, mut rms) = meters();
        peak.add(&[1.0]);
        rms.add(&[f32::NAN]);
        peak.finish(1);
        rms.finish(1);
        let mut value = 0.0;
        for _ in 0..750 {
            value = peak.finish(64);
        }
        assert!((value - 0.1).abs() < 2e-3, "{value}");
        for _ in 0..5000 {
            value = peak.finish(64) + rms.finish(64);
        }
        assert_eq!(value, 0.0);
    }

    #[test]
    fn not_a_number_is_not_shown() {
        let (mut peak, mut rms) = meters();
        peak.add(&[f32::NAN; 20]);
        rms.add(&[f32::NAN; 20]);
        assert_eq!((peak.finish(20), rms.finish(20)), (0.0, 0.0));
    }
}
