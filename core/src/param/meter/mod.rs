//! Levels that the sound side shows: read-only parameters in VST3, output ports in LV2.
//!
//! Each is a field of the parameter struct, described by `#[meter(…)]`. `process` gives it the
//! samples of each piece; the audio cycle closes it at the end of a block and shows the value.

mod fold;
mod gain_reduction;
mod output;
mod peak;
mod rms;
#[cfg(test)]
mod tests;
mod true_peak;

pub(crate) use fold::{Largest, Squares};
pub use gain_reduction::GainReductionMeter;
pub use output::Output;
pub use peak::PeakMeter;
pub use rms::RmsMeter;
pub use true_peak::TruePeakMeter;

use super::info::{ParamInfo, Role, ValueKind};
use super::range::Range;
use super::unit::Unit;
use fold::greater;

/// How fast a peak falls, in decibels per second.
const FALL_DB_PER_SECOND: f64 = 20.0;
/// Levels below are shown as 0, so that a meter comes to rest (−100 dBFS).
const FLOOR: f32 = 1e-5;
/// The largest level shown, as a factor (+12 dBFS).
const CEILING: f32 = 4.0;

/// A level as a linear factor from 0 to [`CEILING`].
fn describe_level(id: &'static str) -> ParamInfo {
    let mut info =
        ParamInfo::new(id, ValueKind::Float).range(Range::linear(0.0, CEILING)).unit(Unit::Factor);
    info.role = Role::Meter;
    info
}

/// A level that rises at once and falls by [`FALL_DB_PER_SECOND`].
#[derive(Clone, Copy, Debug)]
struct Held {
    level: f32,
    fall_per_frame: f32,
}

impl Held {
    const NONE: Self = Self { level: 0.0, fall_per_frame: 0.0 };

    /// Fits the fall to the sample rate in Hz, and begins at 0.
    fn prepare(&mut self, sample_rate: f64) {
        self.fall_per_frame = (FALL_DB_PER_SECOND / 20.0 * std::f64::consts::LN_10 / sample_rate) as f32;
        self.level = 0.0;
    }

    /// The level after a block of this many frames with this peak.
    fn finish(&mut self, frames: usize, peak: f32) -> f32 {
        // 1 / (1 + x) is close enough to e^-x for blocks, and stays in 0…1 for any length.
        let fallen = self.level / (1.0 + self.fall_per_frame * frames as f32);
        self.level = greater(fallen, peak).min(CEILING);
        if self.level < FLOOR {
            self.level = 0.0;
        }
        self.level
    }
}
