//! Views over the host's audio buffers.
//!
//! A view borrows the host's memory for one piece of a block and copies nothing. Hosts may give
//! the same buffer as input and output of a channel ("in place"); [`Channel`] says which it is.
//! Whatever else hosts do with pointers (none at all, one buffer twice, channels crossed) the
//! audio cycle has already made harmless by the time a plugin sees a view.
//!
//! Four ways to go through the samples, from the fastest to the handiest:
//!
//! ```
//! # use dyad_core::{Audio};
//! # fn f(audio: &mut Audio<'_>) {
//! // Channel by channel: what compilers vectorise.
//! for mut channel in audio.channels() {
//!     channel.map(|sample| sample * 0.5);
//! }
//! // One channel in hand, and an auxiliary input (a sidechain) beside it.
//! let key = audio.aux_input(1, 0);
//! // In short pieces, for processors that recompute coefficients every 32 frames.
//! let mut blocks = audio.sub_blocks(32);
//! while let Some((start, mut block)) = blocks.next() {
//!     block.channels().for_each(|mut channel| channel.map(|sample| sample * 0.5));
//! }
//! // Frame by frame, all channels together.
//! audio.for_each_frame(|_n, frame| {
//!     let mid = 0.5 * (frame.get(0) + frame.get(1));
//!     frame.set(0, mid);
//! });
//! # }
//! ```
#![allow(unsafe_code)]

mod channel;
mod frame;
mod sample;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;
use std::slice;

use crate::layout::Layout;
pub use channel::Channel;
pub use frame::{Frame, SubBlocks};
pub use sample::Sample;

/// Which channels hold nothing but zeros: bit *n* is channel *n*, counted over all buses of a
/// direction. Channels from 64 on are never known to be silent.
pub type SilenceMask = u64;

/// The channels of all buses for one piece of a block. `S` is `f32`, or `f64` in
/// [`Processor::process_f64`](crate::Processor::process_f64).
#[derive(Debug)]
pub struct Audio<'a, S = f32> {
    /// First frame of the piece behind each pointer.
    start: usize,
    frames: usize,
    layout: &'a Layout,
    inputs: &'a [*const S],
    outputs: &'a [*mut S],
    silent_inputs: SilenceMask,
    silent_outputs: SilenceMask,
    /// Input channels for which the host has no buffer.
    missing: SilenceMask,
    borrow: PhantomData<&'a mut [S]>,
}

impl<'a, S: Sample> Audio<'a, S> {
    /// # Safety
    ///
    /// `inputs` and `outputs` hold one pointer for each channel of `layout`, bus after bus. For
    /// the lifetime `'a` each is aligned and valid from `start` on for `frames` samples, inputs for
    /// reading and outputs for reading and writing, and nobody else writes there. No output overlaps
    /// another output or any input, but for the main output's channel *n*, which may be the very same
    /// pointer as the main input's channel *n*.
    #[must_use]
    #[inline]
    pub(crate) unsafe fn new(
        start: usize,
        frames: usize,
        layout: &'a Layout,
        inputs: &'a [*const S],
        outputs: &'a [*mut S],
        silent_inputs: SilenceMask,
    ) -> Self {
        debug_assert_eq!(inputs.len(), layout.input_channels());
        debug_assert_eq!(outputs.len(), layout.output_channels());
        Self {
            start,
            frames,
            layout,
            inputs,
            outputs,
            silent_inputs,
            silent_outputs: 0,
            missing: 0,
            borrow: PhantomData,
        }
    }

    /// The same where the host has no buffers for these input channels.
    #[must_use]
    #[inline]
    pub(crate) fn without(self, missing: SilenceMask) -> Self {
        Self { missing, ..self }
    }

    /// Number of frames of this piece.
    #[must_use]
    #[inline]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// The layout in use.
    #[must_use]
    pub fn layout(&self) -> &'a Layout {
        self.layout
    }

    /// The main bus, channel by channel: input and output together. Where the main output has more
    /// channels than the main input, the further ones read silence.
    #[inline]
    pub fn channels(&mut self) -> impl Iterator<Item = Channel<'_, S>> {
        let ins = self.layout.main_inputs();
        let outs = self.layout.main_outputs();
        let (start, frames) = (self.start, self.frames);
        let inputs = &self.inputs[..ins];
        let outputs = &self.outputs[..outs];
        outputs.iter().enumerate().map(move |(n, &output)| {
            // SAFETY: `new`'s contract: valid for `frames` from `start` on, and disjoint from every
            // other channel that this iterator or `input` hands out. The borrow of `self` ends the
            // iterator before another one can be made.
            unsafe {
                let to = slice::from_raw_parts_mut(output.add(start), frames);
                match inputs.get(n) {
                    Some(input) if !std::ptr::eq(*input, output.cast_const()) => {
                        // Input and output differ, so they do not overlap.
                        Channel::apart(slice::from_raw_parts(input.add(start), frames), to)
                    }
                    // In place; or without an input, and then the cycle has filled it with silence.
                    _ => Channel::in_place(to),
                }
            }
        })
    }

    /// One channel of the main bus; `None` beyond the last output.
    #[must_use]
    pub fn channel(&mut self, channel: usize) -> Option<Channel<'_, S>> {
        self.channels().nth(channel)
    }

    /// One channel of an input bus that no output of the main bus may overwrite: any auxiliary bus
    /// (a sidechain), and main inputs beyond the last main output. `bus` counts all input buses, so
    /// the first one beside a main input is 1. `None` where there is no such channel, and for main
    /// inputs that have an output: they are in [`Audio::channels`].
    #[must_use]
    pub fn aux_input(&self, bus: usize, channel: usize) -> Option<&'a [S]> {
        let (before, info) = Self::find(self.layout.inputs, bus)?;
        if channel >= info.channels || (info.main && channel < self.layout.main_outputs()) {
            return None;
        }
        let pointer = self.inputs[before + channel];
        // SAFETY: `new`'s contract: valid for `'a`, and no output overlaps such an input.
        Some(unsafe { slice::from_raw_parts(pointer.add(self.start), self.frames) })
    }

    /// One channel of an auxiliary output bus; `bus` counts all output buses. It starts silent.
    /// `None` for the main bus and beyond the last.
    #[must_use]
    pub fn aux_output(&mut self, bus: usize, channel: usize) -> Option<&mut [S]> {
        let (before, info) = Self::find(self.layout.outputs, bus)?;
        if info.main || channel >= info.channels {
            return None;
        }
        let pointer = self.outputs[before + channel];
        // SAFETY: `new`'s contract: valid, no overlap, and `self` is borrowed exclusively.
        Some(unsafe { slice::from_raw_parts_mut(pointer.add(self.start), self.frames) })
    }

    /// Whether the host says that a channel of an input bus holds nothing but zeros. It need not
    /// say so, and LV2 hosts can't.
    #[must_use]
    pub fn is_silent(&self, bus: usize, channel: usize) -> bool {
        Self::find(self.layout.inputs, bus).is_some_and(|(before, info)| {
            channel < info.channels && bit(before + channel) & self.silent_inputs != 0
        })
    }

    /// Whether the host has connected an input bus: `false` where it has no buffer for any of its channels, which
    /// then read silence. A host may as well give a buffer of silence for what nobody has connected.
    #[must_use]
    pub fn is_connected(&self, bus: usize) -> bool {
        Self::find(self.layout.inputs, bus).is_some_and(|(before, info)| {
            (before..before + info.channels).any(|channel| bit(channel) & self.missing == 0)
        })
    }

    /// Whether the host says that all inputs hold nothing but zeros; true where there are none.
    #[must_use]
    pub fn all_silent(&self) -> bool {
        let all = mask(self.inputs.len());
        self.inputs.len() <= 64 && self.silent_inputs & all == all
    }

    /// Fills all outputs with zeros and lets the host know that they are: it may then save work.
    pub fn silence(&mut self) {
        self.silence_outputs_from(0);
        self.silent_outputs = mask(self.outputs.len());
    }

    /// A bus and the number of channels before it.
    fn find(buses: &[crate::Bus], bus: usize) -> Option<(usize, &crate::Bus)> {
        let info = buses.get(bus)?;
        Some((buses[..bus].iter().map(|bus| bus.channels).sum(), info))
    }

    /// Makes every auxiliary output silent.
    pub(crate) fn silence_aux_outputs(&mut self) {
        self.silence_outputs_from(self.layout.main_outputs());
    }

    /// Makes every output silent that no main input feeds.
    #[inline]
    pub(crate) fn silence_unfed_outputs(&mut self) {
        self.silence_outputs_from(self.layout.main_inputs().min(self.layout.main_outputs()));
    }

    #[inline]
    fn silence_outputs_from(&mut self, first: usize) {
        for &output in self.outputs.iter().skip(first) {
            // SAFETY: `new`'s contract: valid for `frames`, no overlap, and `self` is borrowed
            // exclusively.
            unsafe { slice::from_raw_parts_mut(output.add(self.start), self.frames) }.fill(S::default());
        }
    }

    /// Takes over what the host says of the inputs, for outputs that are copies of them.
    pub(crate) fn pass_silence(&mut self) {
        let mut fed = self.layout.main_inputs().min(self.layout.main_outputs());
        let mut silent = self.silent_inputs & mask(fed);
        if self.layout.spreads_mono() {
            fed = 2;
            silent |= silent << 1;
        }
        self.silent_outputs = silent | (mask(self.outputs.len()) & !mask(fed));
    }

    /// Takes back that any output is silent.
    pub(crate) fn not_silent(&mut self) {
        self.silent_outputs = 0;
    }

    /// The outputs that are known to be silent.
    #[inline]
    pub(crate) fn silent_outputs(&self) -> SilenceMask {
        self.silent_outputs
    }
}

/// The bit of a channel, none beyond the 64th.
fn bit(channel: usize) -> SilenceMask {
    if channel < 64 { 1 << channel } else { 0 }
}

/// The bits of the first `channels` channels.
fn mask(channels: usize) -> SilenceMask {
    if channels < 64 { (1 << channels) - 1 } else { SilenceMask::MAX }
}
