//! A chorus over all voices.

use dyad::param::Ramp;

/// Two delays, one for each side, that swing.
#[derive(Debug)]
pub(crate) struct Chorus {}

impl Chorus {
    /// `[main-thread]`
    pub(crate) fn new(_rate: f64) -> Self {
        Self {}
    }

    /// Forgets all sound.
    pub(crate) fn reset(&mut self) {}

    /// Runs any number of frames in place. Mix and depth are in percent, as the parameters are. Costs nothing while the mix
    /// is 0.
    pub(crate) fn run(
        &mut self,
        _mix: Ramp,
        _rate_hertz: f32,
        _depth: Ramp,
        _left: &mut [f32],
        _right: &mut [f32],
    ) {
    }

    /// How long it sounds on.
    pub(crate) fn tail_frames(&self) -> usize {
        0
    }
}
