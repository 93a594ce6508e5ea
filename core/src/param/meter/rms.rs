//! Mean power.

use super::{CEILING, FLOOR, Squares, describe_level};
use crate::param::{Field, ParamInfo};

/// How long an RMS meter looks back, in seconds.
const RMS_SECONDS: f64 = 0.3;

/// The RMS level over about 300 ms, the mean power of all channels, as a linear factor.
#[derive(Clone, Debug)]
pub struct RmsMeter {
    power: f32,
    /// The squares of this block so far, of this many samples.
    block: Squares,
    count: usize,
    frames_back: f32,
}

impl RmsMeter {
    /// Takes the samples of one channel of this piece into account. `[audio-thread]`
    #[inline]
    pub fn add(&mut self, samples: &[f32]) {
        self.block.add(samples);
        self.count += samples.len();
    }
}

impl Field for RmsMeter {
    fn describe(id: &'static str) -> ParamInfo {
        describe_level(id)
    }

    fn create(_info: &ParamInfo) -> Self {
        Self { power: 0.0, block: Squares::NONE, count: 0, frames_back: 1.0 }
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.frames_back = (RMS_SECONDS * sample_rate) as f32;
        self.snap();
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {
        self.power = 0.0;
        self.block = Squares::NONE;
        self.count = 0;
    }

    fn finish(&mut self, frames: usize) -> f32 {
        let mean = if self.count > 0 { self.block.sum() / self.count as f32 } else { 0.0 };
        let frames = frames as f32;
        self.power += (mean - self.power) * (frames / (frames + self.frames_back));
        // Written so that NaN, which a plugin may have produced, does not stay for ever.
        if !(self.power >= FLOOR * FLOOR && self.power.is_finite()) {
            self.power = 0.0;
        }
        self.block = Squares::NONE;
        self.count = 0;
        self.power.sqrt().min(CEILING)
    }
}
