//! Convolution without latency, in partitions that grow, the work of each spread over time.
//!
//! A response is cut into a head and three kinds of partitions:
//!
//! | taps | partitions | how | ready |
//! |---|---|---|---|
//! | 0 to 63 | – | directly, frame by frame | at once |
//! | 64 to 1023 | 15 of 64 | transforms of 128 | with the next slot |
//! | 1024 to 8191 | 14 of 512 | transforms of 1024, over 8 slots | after 1024 frames |
//! | from 8192 on | of 4096 | transforms of 8192, over 64 slots | after 8192 frames |
//!
//! A *slot* is 64 frames, counted by the engine itself; the host's blocks do not matter. A block of input of a level is
//! complete at a slot's end; its transform, products and the way back are divided among the slots until the next
//! one, and are heard from then on. That is why a level begins at two of its blocks: one to gather, one to work.
//! Each slot has about the same work: `cargo test --release -p dyad-convolver cost -- --ignored --nocapture`.
//!
//! | module | holds |
//! |---|---|
//! | [`plans`] | the Fourier transforms |
//! | [`eightfold`] | the longest one, in sixteen equal steps |
//! | [`products`] | spectra, and products of them |
//! | [`history`] | what came in: the last samples, and the spectra of the last blocks |
//! | [`response`] | what to convolve with, as spectra |
//! | [`voice`] | what comes out with one response |
//! | [`convolver`] | both together, and the way from one response to another |
//!
//! The spectra of the input do not depend on the response, so another response begins with all that is known of the
//! past: where it takes over, it sounds as if it had been there always.
//!
//! Sources: W. G. Gardner, "Efficient Convolution without Input-Output Delay", JAES 43 (3), 1995, for zero latency and
//! partitions that grow; F. Wefers, "Partitioned convolution algorithms for real-time auralization", 2015, for
//! frequency-domain delay lines in each level; J. Hurchalla, "A time distributed FFT for efficient low latency
//! convolution", AES 129, 2010, for transforms in steps.

mod convolver;
mod eightfold;
mod history;
mod plans;
mod products;
mod response;
#[cfg(test)]
mod tests;
mod voice;

pub(crate) use convolver::{Convolver, Frames};
pub(crate) use plans::Plans;
pub(crate) use response::{Response, Route};

/// Frames of a slot, taps of the head, and frames of the smallest partitions.
pub(crate) const SLOT: usize = 64;
/// Louder samples are cut off: 120 dB above full scale. So nothing that they go through can become infinite.
pub(crate) const LOUDEST: f32 = 1e6;

/// A sample as the sound can bear it.
#[inline]
pub(crate) fn bearable(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-LOUDEST, LOUDEST) } else { 0.0 }
}

/// Frames of the partitions of the middle level.
pub(crate) const MID: usize = 512;
/// Frames of the largest partitions.
pub(crate) const BIG: usize = 4096;
/// Slots in which the middle level does the work of a block.
const MID_SLOTS: usize = MID / SLOT;
/// The same of the largest level.
const BIG_SLOTS: usize = BIG / SLOT;
/// Partitions of 64 frames: up to where the middle level begins.
const SMALL_PARTITIONS: usize = (2 * MID - SLOT) / SLOT;
/// Partitions of 512 frames: up to where the largest level begins.
const MID_PARTITIONS: usize = (2 * BIG - 2 * MID) / MID;
