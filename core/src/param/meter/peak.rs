//! Sample peak.

use super::{Held, Largest, describe_level};
use crate::param::{Field, ParamInfo};

/// The peak level of all channels as a linear factor; it rises at once and falls by 20 dB/s, so a
/// reader at any rate misses no peak by more than that.
#[derive(Clone, Debug)]
pub struct PeakMeter {
    held: Held,
    /// The peak of this block so far.
    block: Largest,
}

impl PeakMeter {
    /// Takes the samples of one channel of this piece into account. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, samples: &[f32]) {
        self.block.add(samples);
    }
}

impl Field for PeakMeter {
    fn describe(id: &'static str) -> ParamInfo {
        describe_level(id)
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { held: Held::NONE, block: Largest::NONE }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.held.prepare(sample_rate);
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.held.level = 0.0;
        self.block = Largest::NONE;
    }

    fn finish(&mut self, frames: usize) -> f32 {
        let peak = self.block.value();
        self.block = Largest::NONE;
        self.held.finish(frames, peak)
    }
}
