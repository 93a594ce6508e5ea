//! A delay before the convolution, whose length may change while it sounds.

use crate::engine::{Frames, SLOT};

/// The delay lines of all channels. `[audio-thread]`
pub(crate) struct PreDelay {
    lines: Vec<Box<[f32]>>,
    /// Where the next frame goes.
    at: usize,
    /// Frames of delay that are heard, and before that.
    delay: usize,
    before: usize,
    /// Frames of the way from one to the other that are left, and all of them.
    left: usize,
    fade: usize,
    /// Nothing has come yet.
    fresh: bool,
}

impl PreDelay {
    /// For up to `most` frames of delay, and `fade` frames from one length to another.
    pub(crate) fn new(channels: usize, most: usize, fade: usize) -> Self {
        let line = || vec![0.0; (most + 1).next_power_of_two()].into();
        let lines = (0..channels).map(|_| line()).collect();
        Self { lines, at: 0, delay: 0, before: 0, left: 0, fade: fade.max(1), fresh: true }
    }

    pub(crate) fn reset(&mut self) {
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        (self.left, self.fresh) = (0, true);
    }

    /// Delays some frames by `wanted` frames.
    pub(crate) fn process(&mut self, wanted: usize, input: &Frames, output: &mut Frames, frames: usize) {
        debug_assert!(frames <= SLOT);
        if std::mem::take(&mut self.fresh) {
            self.delay = wanted;
        }
        for n in 0..frames {
            if self.left == 0 && wanted != self.delay {
                (self.before, self.delay, self.left) = (self.delay, wanted, self.fade);
            }
            let new = (self.fade - self.left) as f32 / self.fade as f32;
            for (channel, line) in self.lines.iter_mut().enumerate() {
                let mask = line.len() - 1;
                line[self.at & mask] = input[channel][n];
                let read = |delay: usize| line[self.at.wrapping_sub(delay) & mask];
                let sample = read(self.delay);
                output[channel][n] =
                    if self.left == 0 { sample } else { new * sample + (1.0 - new) * read(self.before) };
            }
            self.at = self.at.wrapping_add(1);
            self.left = self.left.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(pre_delay: &mut PreDelay, wanted: usize, input: &[f32], piece: usize) -> Vec<f32> {
        let mut output = Vec::new();
        for piece in input.chunks(piece) {
            let (mut from, mut to): (Frames, Frames) = ([[0.0; SLOT]; 2], [[0.0; SLOT]; 2]);
            from[0][..piece.len()].copy_from_slice(piece);
            pre_delay.process(wanted, &from, &mut to, piece.len());
            output.extend_from_slice(&to[0][..piece.len()]);
        }
        output
    }

    #[test]
    fn it_delays_by_whole_frames_and_by_none() {
        let input: Vec<f32> = (0..500).map(|n| n as f32).collect();
        for (delay, piece) in [(0, 64), (1, 63), (100, 64), (300, 1)] {
            let output = run(&mut PreDelay::new(1, 300, 10), delay, &input, piece);
            let want = (0..500_usize).map(|n| n.saturating_sub(delay) as f32);
            assert!(output.iter().copied().eq(want), "{delay}");
        }
    }

    #[test]
    fn another_length_comes_without_a_jump_and_at_the_same_frames() {
        let input: Vec<f32> = (0..4000).map(|n| (n as f32 * 0.02).sin()).collect();
        let render = |piece| {
            let mut pre_delay = PreDelay::new(1, 300, 500);
            let mut output = run(&mut pre_delay, 10, &input[..1000], piece);
            output.extend(run(&mut pre_delay, 250, &input[1000..], piece));
            output
        };
        let output = render(64);
        assert!(output.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.03));
        assert_eq!(output[2000], input[1750]);
        assert_eq!(output, render(7));
    }
}
