//! A room over all voices.

use dyad::param::Ramp;

/// A plate.
#[derive(Debug)]
pub(crate) struct Reverb {}

impl Reverb {
    /// `[main-thread]`
    pub(crate) fn new(_rate: f64) -> Self {
        Self {}
    }

    /// Forgets all sound.
    pub(crate) fn reset(&mut self) {}

    /// Runs any number of frames in place. Mix and damping are in percent, as the parameters are. Costs nothing at mix 0 as
    /// soon as the tail is over.
    pub(crate) fn run(
        &mut self,
        _mix: Ramp,
        _decay_seconds: f32,
        _damping: f32,
        _left: &mut [f32],
        _right: &mut [f32],
    ) {
    }

    /// How long it sounds on with this decay.
    pub(crate) fn tail_frames(&self, _decay_seconds: f32) -> usize {
        0
    }
}
