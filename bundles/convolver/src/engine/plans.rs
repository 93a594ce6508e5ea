//! The Fourier transforms of one instance. Planning takes memory, so it is done before the sound begins.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::eightfold::{EIGHTH, twiddles};
use super::products::{pack, unpack};
use super::{MID, SLOT};

/// All transforms that are needed, forward and back, without scaling. `[any thread]`
pub(crate) struct Plans {
    pub(super) small: Both,
    /// For the middle level, and for each eighth of the largest.
    pub(super) mid: Both,
    /// For [`eightfold`](super::eightfold).
    pub(super) twiddles: Box<[Complex<f32>]>,
}

/// A transform and its way back.
pub(super) struct Both {
    forward: Arc<dyn RealToComplex<f32>>,
    back: Arc<dyn ComplexToReal<f32>>,
}

/// Memory for a transform at work.
pub(super) struct Scratch {
    pub(super) frames: Box<[f32]>,
    pub(super) bins: Box<[Complex<f32>]>,
    work: Box<[Complex<f32>]>,
}

impl Plans {
    /// Plans them. `[any thread, not audio]`
    pub(crate) fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let mut both = |frames| Both {
            forward: planner.plan_fft_forward(frames),
            back: planner.plan_fft_inverse(frames),
        };
        let (small, mid) = (both(2 * SLOT), both(2 * MID));
        debug_assert_eq!(EIGHTH, 2 * MID);
        Self { small, mid, twiddles: twiddles() }
    }
}

impl Both {
    /// Memory for it. `[any thread, not audio]`
    pub(super) fn scratch(&self) -> Scratch {
        let frames = self.forward.len();
        let work = self.forward.get_scratch_len().max(self.back.get_scratch_len());
        Scratch {
            frames: vec![0.0; frames].into(),
            bins: vec![Complex::ZERO; frames / 2 + 1].into(),
            work: vec![Complex::ZERO; work].into(),
        }
    }

    /// Transforms `scratch.frames`, which it spoils, into `scratch.bins`.
    #[inline]
    pub(super) fn forward(&self, scratch: &mut Scratch) {
        let Scratch { frames, bins, work } = scratch;
        // Fails only where lengths differ, and they come from the plan.
        let done = self.forward.process_with_scratch(frames, bins, work);
        debug_assert!(done.is_ok());
    }

    /// Transforms `scratch.bins`, which it spoils, back into `scratch.frames`.
    #[inline]
    pub(super) fn back(&self, scratch: &mut Scratch) {
        let Scratch { frames, bins, work } = scratch;
        // Real signals have real ends. Rounding leaves a little, which counts as a mistake otherwise.
        if let [first, .., last] = &mut **bins {
            (first.im, last.im) = (0.0, 0.0);
        }
        let done = self.back.process_with_scratch(bins, frames, work);
        debug_assert!(done.is_ok());
    }

    /// Transforms `scratch.frames` into a packed spectrum.
    #[inline]
    pub(super) fn forward_packed(&self, scratch: &mut Scratch, spectrum: &mut [f32]) {
        self.forward(scratch);
        pack(&scratch.bins, spectrum);
    }

    /// Transforms a packed spectrum into `scratch.frames`.
    #[inline]
    pub(super) fn back_packed(&self, scratch: &mut Scratch, spectrum: &[f32]) {
        unpack(spectrum, &mut scratch.bins);
        self.back(scratch);
    }
}
