//! The host's buffer pointers, made safe to view.
//!
//! Good hosts give one valid buffer for each channel, each its own or in place, and nothing is
//! copied. Others give null for what is not connected, one buffer for two channels, or channels
//! crossed. Then the block runs in short pieces through buffers of our own.
#![allow(unsafe_code)]

use crate::audio::{Audio, Sample, SilenceMask};
use crate::layout::Layout;

use super::{Mode, PIECE};
use crate::transport::Transport;

/// A block as the host gives it. `S` is `f32`, or `f64` for plugins that process it.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a, S = f32> {
    /// Number of frames; 0 only takes parameter changes.
    pub frames: usize,
    /// One pointer for each input channel of the layout, bus after bus; null reads silence.
    pub inputs: &'a [*const S],
    /// One pointer for each output channel of the layout, bus after bus; null is thrown away.
    pub outputs: &'a [*mut S],
    /// Whether any pointer may differ from the last block's; `false` saves looking at them again.
    pub moved: bool,
    /// How the host runs the plugin now.
    pub mode: Mode,
    /// The input channels that the host knows to hold nothing but zeros.
    pub silent: SilenceMask,
    /// The host's transport at the first frame, where it says so with the block.
    pub transport: Option<&'a Transport>,
}

impl<'a, S: Sample> Block<'a, S> {
    /// A block in real time of which the host says nothing more; the pointers may have moved.
    #[must_use]
    pub fn new(frames: usize, inputs: &'a [*const S], outputs: &'a [*mut S]) -> Self {
        Self { frames, inputs, outputs, moved: true, mode: Mode::Realtime, silent: 0, transport: None }
    }
}

impl<S: Sample> Block<'_, S> {
    /// Fills every output with silence. `[audio-thread]`
    ///
    /// # Safety
    /// The non-null outputs are valid for the block's frames.
    pub unsafe fn silence(&self) {
        for output in self.outputs.iter().filter(|output| !output.is_null()) {
            // SAFETY: the caller's contract; bytes, because it may be unaligned.
            unsafe { std::ptr::write_bytes(output.cast::<u8>(), 0, self.frames * size_of::<S>()) };
        }
    }
}

#[derive(Debug)]
pub(super) struct Buffers<S> {
    layout: Layout,
    /// The pointers of the piece, where they are not simply the block's.
    inputs: Box<[*const S]>,
    outputs: Box<[*mut S]>,
    own: Box<[S]>,
    /// Whether the host's pointers keep what [`Audio::new`] asks for, for blocks up to `checked`.
    tidy: bool,
    checked: usize,
    /// Input channels for which the host has no buffer.
    missing: SilenceMask,
}

// SAFETY: the pointers are written and used within one call of `Engine::run` only; between calls
// nobody looks at them.
unsafe impl<S: Send> Send for Buffers<S> {}

impl<S: Sample> Buffers<S> {
    pub(super) fn new(layout: &Layout) -> Self {
        let (ins, outs) = (layout.input_channels(), layout.output_channels());
        Self {
            layout: *layout,
            inputs: vec![std::ptr::null(); ins].into(),
            outputs: vec![std::ptr::null_mut(); outs].into(),
            own: vec![S::default(); (ins + outs) * PIECE].into(),
            checked: 0,
            tidy: false,
            missing: 0,
        }
    }

    /// For samples that are not in use: a block of them finds no channels.
    pub(super) fn none() -> Self {
        let layout = Layout { id: "none", name: "", inputs: &[], outputs: &[] };
        Self::new(&layout)
    }

    /// Looks at a block's pointers, where it has not yet. Gives the longest piece that `piece` may be
    /// asked for.
    #[inline]
    pub(super) fn begin(&mut self, block: &Block<'_, S>) -> usize {
        if block.moved || block.frames > self.checked {
            self.checked = block.frames;
            self.tidy = block.inputs.len() == self.inputs.len()
                && block.outputs.len() == self.outputs.len()
                && self.is_tidy(block);
            self.missing = if self.tidy { 0 } else { self.missing(block) };
        }
        if self.tidy { usize::MAX } else { PIECE }
    }

    /// Whether the pointers keep what [`Audio::new`] asks for.
    #[inline]
    fn is_tidy(&self, block: &Block<'_, S>) -> bool {
        let bytes = block.frames.saturating_mul(size_of::<S>());
        let apart = |a: usize, b: usize| a.abs_diff(b) >= bytes;
        let pairs = self.layout.main_inputs().min(self.layout.main_outputs());
        let usable = |p: usize| p != 0 && p.is_multiple_of(align_of::<S>());
        if !block.inputs.iter().all(|p| usable(p.addr())) {
            return false;
        }
        block.outputs.iter().enumerate().all(|(n, output)| {
            let output = output.addr();
            usable(output)
                && block.outputs[..n].iter().all(|other| apart(output, other.addr()))
                && block.inputs.iter().enumerate().all(|(m, input)| {
                    let input = input.addr();
                    apart(output, input) || (m == n && m < pairs && input == output)
                })
        })
    }

    /// The input channels that the host has no buffer for.
    #[cold]
    fn missing(&self, block: &Block<'_, S>) -> SilenceMask {
        let is_missing = |n: &usize| block.inputs.get(*n).is_none_or(|pointer| pointer.is_null());
        (0..self.inputs.len().min(64)).filter(is_missing).fold(0, |mask, n| mask | 1 << n)
    }

    /// Runs `body` on the frames `start..end` of the block.
    ///
    /// # Safety
    /// The non-null pointers of `block` are valid for its frames, and `begin` was called with it.
    #[inline]
    pub(super) unsafe fn piece(
        &mut self,
        block: &Block<'_, S>,
        start: usize,
        end: usize,
        body: impl FnOnce(&mut Audio<'_, S>),
    ) {
        let frames = end - start;
        let (inputs, outputs, first);
        if self.tidy {
            (inputs, outputs, first) = (block.inputs, block.outputs, start);
        } else {
            // SAFETY: the caller's contract.
            unsafe { self.copy_in(block, start, frames) };
            (inputs, outputs, first) = (&*self.inputs, &*self.outputs, 0);
        }
        // SAFETY: `is_tidy` has checked what `Audio::new` asks for, or the pointers are to
        // separate pieces of `own`.
        let audio = unsafe { Audio::new(first, frames, &self.layout, inputs, outputs, block.silent) };
        body(&mut audio.without(self.missing));
        if !self.tidy {
            // SAFETY: the caller's contract.
            unsafe { self.copy_out(block, start, frames) };
        }
    }

    /// # Safety
    /// As for `piece`; `frames` is at most [`PIECE`].
    unsafe fn copy_in(&mut self, block: &Block<'_, S>, start: usize, frames: usize) {
        assert!(frames <= PIECE);
        let ins = self.inputs.len();
        let base = self.own.as_mut_ptr();
        for (n, own) in self.inputs.iter_mut().enumerate() {
            // SAFETY: n < ins, so this is within `own`.
            let to = unsafe { base.add(n * PIECE) };
            match block.inputs.get(n) {
                // SAFETY: valid for the block's frames; bytes, because it may be unaligned.
                Some(from) if !from.is_null() => unsafe {
                    let from = from.cast::<u8>().add(start * size_of::<S>());
                    std::ptr::copy(from, to.cast::<u8>(), frames * size_of::<S>());
                },
                // SAFETY: PIECE samples of `own`.
                _ => unsafe { std::ptr::write_bytes(to, 0, frames) },
            }
            *own = to;
        }
        for (n, own) in self.outputs.iter_mut().enumerate() {
            // SAFETY: `own` has room for ins + outs pieces.
            *own = unsafe { base.add((ins + n) * PIECE) };
        }
    }

    /// # Safety
    /// As for `copy_in`.
    unsafe fn copy_out(&self, block: &Block<'_, S>, start: usize, frames: usize) {
        for (from, to) in self.outputs.iter().zip(block.outputs) {
            if !to.is_null() {
                // SAFETY: valid for the block's frames; bytes, because it may be unaligned.
                unsafe {
                    let to = to.cast::<u8>().add(start * size_of::<S>());
                    std::ptr::copy(from.cast::<u8>(), to, frames * size_of::<S>());
                }
            }
        }
    }
}
