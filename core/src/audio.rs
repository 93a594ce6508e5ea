//! Views over the host's audio buffers.
//!
//! A view borrows the host's memory for one piece of a block and copies nothing. Hosts may give
//! the same buffer as input and output of a channel ("in place"); [`Channel`] says which it is.
//! Whatever else hosts do with pointers (none at all, one buffer twice, channels crossed) the
//! audio cycle has already made harmless by the time a plugin sees a view.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::slice;

use crate::layout::Layout;
use crate::param::Ramp;

/// The channels of all buses for one piece of a block.
#[derive(Debug)]
pub struct Audio<'a> {
    frames: usize,
    layout: &'a Layout,
    inputs: &'a [*const f32],
    outputs: &'a [*mut f32],
    borrow: PhantomData<&'a mut [f32]>,
}

impl<'a> Audio<'a> {
    /// # Safety
    ///
    /// `inputs` and `outputs` hold one pointer for each channel of `layout`, bus after bus. For
    /// the lifetime `'a` each is aligned and valid for `frames` samples, inputs for reading and
    /// outputs for reading and writing, and nobody else writes there. No output overlaps another
    /// output or any input, but for the main output's channel *n*, which may be the very same
    /// pointer as the main input's channel *n*.
    #[must_use]
    pub(crate) unsafe fn new(
        frames: usize,
        layout: &'a Layout,
        inputs: &'a [*const f32],
        outputs: &'a [*mut f32],
    ) -> Self {
        debug_assert_eq!(inputs.len(), layout.input_channels());
        debug_assert_eq!(outputs.len(), layout.output_channels());
        Self { frames, layout, inputs, outputs, borrow: PhantomData }
    }

    /// Number of frames of this piece.
    #[must_use]
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
    pub fn channels(&mut self) -> impl Iterator<Item = Channel<'_>> {
        let ins = self.layout.main_inputs();
        let outs = self.layout.main_outputs();
        let frames = self.frames;
        let inputs = &self.inputs[..ins];
        let outputs = &self.outputs[..outs];
        outputs.iter().enumerate().map(move |(n, &output)| {
            let input = inputs.get(n).copied();
            match input {
                // SAFETY: `new`'s contract: valid for `frames`, and disjoint from every other
                // channel that this iterator or `aux_input` hands out. The borrow of `self` ends
                // the iterator before another one can be made.
                Some(input) if std::ptr::eq(input, output.cast_const()) => unsafe {
                    Channel(View::InPlace(slice::from_raw_parts_mut(output, frames)))
                },
                // SAFETY: as above; input and output differ, so they do not overlap.
                Some(input) => unsafe {
                    Channel(View::Apart {
                        input: slice::from_raw_parts(input, frames),
                        output: slice::from_raw_parts_mut(output, frames),
                    })
                },
                // SAFETY: as above; the cycle has filled it with silence.
                None => unsafe { Channel(View::InPlace(slice::from_raw_parts_mut(output, frames))) },
            }
        })
    }

    /// Makes every auxiliary output silent.
    pub(crate) fn silence_aux_outputs(&mut self) {
        self.silence_outputs_from(self.layout.main_outputs());
    }

    /// Makes every output silent that no main input feeds.
    pub(crate) fn silence_unfed_outputs(&mut self) {
        self.silence_outputs_from(self.layout.main_inputs().min(self.layout.main_outputs()));
    }

    fn silence_outputs_from(&mut self, first: usize) {
        for &output in self.outputs.iter().skip(first) {
            // SAFETY: `new`'s contract: valid for `frames`, no overlap, and `self` is borrowed
            // exclusively.
            unsafe { slice::from_raw_parts_mut(output, self.frames) }.fill(0.0);
        }
    }

    /// One channel of an auxiliary input bus (a sidechain); `bus` counts all input buses, so the
    /// first one beside a main input is 1. `None` for the main bus and beyond the last.
    #[must_use]
    pub fn aux_input(&self, bus: usize, channel: usize) -> Option<&'a [f32]> {
        let info = self.layout.inputs.get(bus)?;
        if info.main || channel >= info.channels {
            return None;
        }
        let before: usize = self.layout.inputs[..bus].iter().map(|bus| bus.channels).sum();
        let pointer = self.inputs[before + channel];
        // SAFETY: `new`'s contract: valid for `'a`, and no output overlaps an auxiliary input.
        Some(unsafe { slice::from_raw_parts(pointer, self.frames) })
    }
}

/// One channel of the main bus: its input and its output.
#[derive(Debug)]
pub struct Channel<'a>(View<'a>);

#[derive(Debug)]
enum View<'a> {
    InPlace(&'a mut [f32]),
    Apart { input: &'a [f32], output: &'a mut [f32] },
}

impl Channel<'_> {
    /// Writes `f(input)` for each sample.
    #[inline]
    pub fn map(&mut self, f: impl Fn(f32) -> f32) {
        match &mut self.0 {
            View::InPlace(samples) => samples.iter_mut().for_each(|x| *x = f(*x)),
            View::Apart { input, output } => {
                output.iter_mut().zip(input.iter()).for_each(|(y, x)| *y = f(*x));
            }
        }
    }

    /// Writes `f(input, value)` for each sample, where `value` follows the ramp.
    #[inline]
    pub fn map_with(&mut self, ramp: &Ramp, f: impl Fn(f32, f32) -> f32) {
        if let Some(value) = ramp.constant() {
            return self.map(|x| f(x, value));
        }
        match &mut self.0 {
            View::InPlace(samples) => {
                samples.iter_mut().enumerate().for_each(|(i, x)| *x = f(*x, ramp.at(i)));
            }
            View::Apart { input, output } => {
                let pairs = output.iter_mut().zip(input.iter());
                pairs.enumerate().for_each(|(i, (y, x))| *y = f(*x, ramp.at(i)));
            }
        }
    }

    /// The input; after the output was written in place, that.
    #[must_use]
    #[inline]
    pub fn input(&self) -> &[f32] {
        match &self.0 {
            View::InPlace(samples) => samples,
            View::Apart { input, .. } => input,
        }
    }

    /// What was written so far.
    #[must_use]
    #[inline]
    pub fn output(&self) -> &[f32] {
        match &self.0 {
            View::InPlace(samples) => samples,
            View::Apart { output, .. } => output,
        }
    }

    /// What was written so far, for writing again.
    #[inline]
    pub fn written(&mut self) -> &mut [f32] {
        match &mut self.0 {
            View::InPlace(samples) => samples,
            View::Apart { output, .. } => output,
        }
    }

    /// The output for reading and writing, the input copied into it first where they are apart.
    #[inline]
    pub fn samples(&mut self) -> &mut [f32] {
        match &mut self.0 {
            View::InPlace(samples) => samples,
            View::Apart { input, output } => {
                output.copy_from_slice(input);
                output
            }
        }
    }
}
