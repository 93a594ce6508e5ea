//! How much a dynamics processor turns down.

use super::FALL_DB_PER_SECOND;
use crate::param::{Field, ParamInfo, Range, Role, Unit, ValueKind};

/// The strongest reduction shown, in decibels.
const STRONGEST: f32 = -60.0;

/// The gain reduction of a compressor, limiter or gate in decibels, −60 to 0, where 0 is none. It
/// shows the strongest reduction of a block at once and goes back to 0 by 20 dB/s.
#[derive(Clone, Debug)]
pub struct GainReductionMeter {
    held: f32,
    /// The strongest of this block so far: given as a factor, and given in decibels.
    factor: f32,
    decibels: f32,
    return_per_frame: f32,
}

/// The lesser of two numbers; `b` is never taken when it is NaN.
#[inline]
fn lesser(a: f32, b: f32) -> f32 {
    if b < a { b } else { a }
}

impl GainReductionMeter {
    /// Takes the gain factors of a piece into account, one for each frame or as many as there are.
    /// Factors above 1 count as no reduction, the sign does not matter. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, factors: &[f32]) {
        for factor in factors {
            self.add_factor(*factor);
        }
    }

    /// Takes one gain factor into account. `[audio-thread]`
    #[inline]
    pub fn add_factor(&mut self, factor: f32) {
        self.factor = lesser(self.factor, factor.abs());
    }

    /// Takes a gain in decibels into account, below 0 where it reduces. `[audio-thread]`
    #[inline]
    pub fn add_decibels(&mut self, decibels: f32) {
        self.decibels = lesser(self.decibels, decibels);
    }

    fn start_block(&mut self) {
        self.factor = 1.0;
        self.decibels = 0.0;
    }
}

impl Field for GainReductionMeter {
    fn describe(id: &'static str) -> ParamInfo {
        let range = Range::linear(STRONGEST, 0.0);
        let mut info = ParamInfo::new(id, ValueKind::Float).range(range).unit(Unit::Decibels);
        info.default = 0.0;
        info.role = Role::Meter;
        info
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { held: 0.0, factor: 1.0, decibels: 0.0, return_per_frame: 0.0 }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.return_per_frame = (FALL_DB_PER_SECOND / sample_rate) as f32;
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.held = 0.0;
        self.start_block();
    }

    fn finish(&mut self, frames: usize) -> f32 {
        // One logarithm for a block; a factor of 0 gives −∞.
        let block = lesser(20.0 * self.factor.log10(), self.decibels);
        let returned = (self.held + self.return_per_frame * frames as f32).min(0.0);
        self.held = lesser(returned, block).max(STRONGEST);
        self.start_block();
        self.held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter() -> GainReductionMeter {
        let mut meter = GainReductionMeter::create(&GainReductionMeter::describe("reduction"));
        meter.prepare(48_000.0);
        meter
    }

    #[test]
    fn the_strongest_reduction_of_a_block_is_shown_and_returns_by_20_db_a_second() {
        let mut meter = meter();
        meter.add(&[1.0, 0.9]);
        meter.add(&[0.1, 0.5, f32::NAN]);
        meter.add_decibels(-3.0);
        assert!((meter.finish(64) + 20.0).abs() < 1e-4);
        let mut value = 0.0;
        for _ in 0..750 {
            value = meter.finish(32);
        }
        assert!((value + 10.0).abs() < 0.01, "half a second later: {value}");
        meter.add_decibels(-12.0);
        assert_eq!(meter.finish(64), -12.0);
        assert_eq!(meter.finish(48_000), 0.0, "and rests there");
    }

    #[test]
    fn what_is_no_reduction_is_not_shown_and_silence_is_the_end_of_the_range() {
        let mut meter = meter();
        meter.add(&[1.5, f32::INFINITY, f32::NAN, -1.0]);
        meter.add_decibels(6.0);
        meter.add_decibels(f32::NAN);
        assert_eq!(meter.finish(64), 0.0);
        meter.add_factor(0.0);
        assert_eq!(meter.finish(1), -60.0);
        meter.snap();
        meter.add_decibels(f32::NEG_INFINITY);
        assert_eq!(meter.finish(1), -60.0);
        meter.snap();
        assert_eq!(meter.finish(0), 0.0);
    }

    #[test]
    fn its_description_is_sound() {
        let info = GainReductionMeter::describe("reduction").name("Reduction");
        assert_eq!((info.fault(), info.default, info.role), (None, 0.0, Role::Meter));
    }
}
