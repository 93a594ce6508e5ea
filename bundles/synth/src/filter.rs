//! A voice's filter.

use crate::choices::FilterKind;

/// The filter of one voice, both sides.
#[derive(Clone, Debug)]
pub(crate) struct Filter {}

impl Filter {
    pub(crate) fn new() -> Self {
        Self {}
    }

    /// Forgets all sound. A note that begins from silence calls it.
    pub(crate) fn reset(&mut self) {}

    /// Filters a run of at most [`RUN`](crate::oscillator::RUN) frames. Pairs are values of the frame before and of the last
    /// frame, with a straight line between: cutoff in hertz (any; what can't be is brought into what can), resonance 0 to 1
    /// (from 0.97 on it sings by itself), drive as a factor from 1 (none) on.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn run(
        &mut self,
        _kind: FilterKind,
        _rate: f64,
        _hertz: (f32, f32),
        _resonance: (f32, f32),
        _drive: (f32, f32),
        _left: &mut [f32],
        _right: &mut [f32],
    ) {
    }
}
