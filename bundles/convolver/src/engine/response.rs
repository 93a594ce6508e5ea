//! What to convolve with, as spectra. Made off the audio thread, only read on it.

use super::eightfold::Eighths;
use super::history::BigSpectrum;
use super::plans::Plans;
use super::{BIG, MID, MID_PARTITIONS, SLOT, SMALL_PARTITIONS};

/// What goes from an input channel to an output channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) input: usize,
    pub(crate) output: usize,
    /// Which of the responses.
    pub(crate) filter: usize,
}

/// Responses ready to be used, and where they stand between inputs and outputs.
pub(crate) struct Response {
    pub(super) routes: Box<[Route]>,
    pub(super) filters: Box<[Filter]>,
    frames: usize,
}

/// One response, cut into partitions.
pub(super) struct Filter {
    /// The first taps, the last of them first.
    pub(super) head: [f32; SLOT],
    pub(super) small: Box<[BigSpectrum]>,
    pub(super) mid: Box<[BigSpectrum]>,
    pub(super) big: Box<[BigSpectrum]>,
}

impl Response {
    /// Transforms responses. `[any thread, not audio]`
    pub(crate) fn new(plans: &Plans, filters: &[Vec<f32>], routes: &[Route]) -> Self {
        let frames = filters.iter().map(Vec::len).max().unwrap_or(0);
        let mut eighths = Eighths::new();
        let filters = filters.iter().map(|taps| Filter::new(plans, &mut eighths, taps)).collect();
        Self { routes: routes.into(), filters, frames }
    }

    /// The longest response.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Partitions of the largest level in the longest response.
    pub(crate) fn big(&self) -> usize {
        self.filters.iter().map(|filter| filter.big.len()).max().unwrap_or(0)
    }

    /// Delay lines for one response's partitions of the largest level. `[any thread, not audio]`
    pub(crate) fn delay_lines(channels: usize, partitions: usize) -> Box<[Vec<BigSpectrum>]> {
        // No zeros: memory that the system only promises would be fetched by the audio thread.
        let spectrum = || vec![1.0; 2 * BIG].into();
        (0..channels).map(|_| (0..partitions).map(|_| spectrum()).collect()).collect()
    }
}

impl Filter {
    fn new(plans: &Plans, eighths: &mut Eighths, taps: &[f32]) -> Self {
        let mut head = [0.0; SLOT];
        for (to, tap) in head.iter_mut().rev().zip(taps) {
            *to = *tap;
        }
        let level = |first: usize, size: usize, most: usize| {
            let end = taps.len().min(first.saturating_add(most.saturating_mul(size)));
            taps.get(first..end).unwrap_or_default().chunks(size)
        };
        let scaled = |tap: &f32, size: usize| tap / (2 * size) as f32;
        let mut small = plans.small.scratch();
        let mut spectra = |chunk: &[f32]| {
            small.frames.fill(0.0);
            for (to, tap) in small.frames.iter_mut().zip(chunk) {
                *to = scaled(tap, SLOT);
            }
            let mut spectrum: BigSpectrum = vec![0.0; 2 * SLOT].into();
            plans.small.forward_packed(&mut small, &mut spectrum);
            spectrum
        };
        let small = level(SLOT, SLOT, SMALL_PARTITIONS).map(&mut spectra).collect();
        let mut scratch = plans.mid.scratch();
        let mut spectra = |chunk: &[f32]| {
            scratch.frames.fill(0.0);
            for (to, tap) in scratch.frames.iter_mut().zip(chunk) {
                *to = scaled(tap, MID);
            }
            let mut spectrum: BigSpectrum = vec![0.0; 2 * MID].into();
            plans.mid.forward_packed(&mut scratch, &mut spectrum);
            spectrum
        };
        let mid = level(2 * MID, MID, MID_PARTITIONS).map(&mut spectra).collect();
        let mut block = vec![0.0; BIG];
        let rest = vec![0.0; BIG];
        let mut spectra = |chunk: &[f32]| {
            block.fill(0.0);
            for (to, tap) in block.iter_mut().zip(chunk) {
                *to = scaled(tap, BIG);
            }
            let mut spectrum: BigSpectrum = vec![0.0; 2 * BIG].into();
            for step in 0..8 {
                eighths.gather(plans, &mut scratch, step, &block, &rest);
            }
            for step in 0..8 {
                eighths.join(plans, step, &mut spectrum);
            }
            spectrum
        };
        let big = level(2 * BIG, BIG, usize::MAX).map(&mut spectra).collect();
        Self { head, small, mid, big }
    }
}
