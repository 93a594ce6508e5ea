//! Shorter views: pieces of a piece, and single frames.
#![allow(unsafe_code)]

use super::{Audio, Sample};

/// Pieces of a view one after another; see [`Audio::sub_blocks`].
#[derive(Debug)]
pub struct SubBlocks<'s, 'a, S> {
    audio: &'s mut Audio<'a, S>,
    at: usize,
    most: usize,
}

impl<S: Sample> SubBlocks<'_, '_, S> {
    /// The next piece with the number of its first frame; `None` after the last.
    #[expect(clippy::should_implement_trait, reason = "a piece ends before the next one begins")]
    pub fn next(&mut self) -> Option<(usize, Audio<'_, S>)> {
        let left = self.audio.frames - self.at;
        if left == 0 {
            return None;
        }
        let (start, frames) = (self.at, left.min(self.most));
        self.at += frames;
        let whole = &*self.audio;
        // SAFETY: a part of a valid view, which nobody can use while this one lives.
        let part = unsafe {
            Audio::new(
                whole.start + start,
                frames,
                whole.layout,
                whole.inputs,
                whole.outputs,
                whole.silent_inputs,
            )
        };
        Some((start, part.without(whole.missing)))
    }
}

impl<'a, S: Sample> Audio<'a, S> {
    /// The same audio in pieces of at most `most` frames (at least 1). Each piece has all buses.
    #[must_use]
    pub fn sub_blocks(&mut self, most: usize) -> SubBlocks<'_, 'a, S> {
        SubBlocks { audio: self, at: 0, most: most.max(1) }
    }

    /// Calls `f` for each frame in order, with its number and the samples of all main channels.
    #[inline]
    pub fn for_each_frame(&mut self, mut f: impl FnMut(usize, &mut Frame<'_, S>)) {
        let ins = self.layout.main_inputs();
        let outs = self.layout.main_outputs();
        for n in 0..self.frames {
            let mut frame =
                Frame { at: self.start + n, inputs: &self.inputs[..ins], outputs: &self.outputs[..outs] };
            f(n, &mut frame);
        }
    }
}

/// The samples of all main channels at one frame.
#[derive(Debug)]
pub struct Frame<'a, S> {
    at: usize,
    inputs: &'a [*const S],
    outputs: &'a [*mut S],
}

impl<S: Sample> Frame<'_, S> {
    /// The input of a channel (after [`Frame::set`] in place, what was set), 0 where there is none.
    #[must_use]
    #[inline]
    pub fn get(&self, channel: usize) -> S {
        // SAFETY: `Audio::new`'s contract: valid at every frame of the view, and the view is borrowed
        // exclusively while frames exist.
        self.inputs.get(channel).map_or(S::default(), |input| unsafe { *input.add(self.at) })
    }

    /// Writes the output of a channel; nothing where there is none.
    #[inline]
    pub fn set(&mut self, channel: usize, sample: S) {
        if let Some(output) = self.outputs.get(channel) {
            // SAFETY: as in `get`.
            unsafe { *output.add(self.at) = sample };
        }
    }

    /// Number of input channels.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// Number of output channels.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }
}
