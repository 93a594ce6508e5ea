//! The delay that lets the gain move before the sound does, and how its length changes.
//!
//! A new length counts once the control has rested for 0.1 s: each one is a new latency, for which hosts
//! rearrange what they play. The sound then moves there in a cross-fade of 5 ms.

use crate::chain::CHUNK;

/// The longest look-ahead, in milliseconds.
pub(crate) const LONGEST_MS: f32 = 20.0;
/// How long the control rests before the length follows, in seconds.
const REST_SECONDS: f64 = 0.1;
/// How long the cross-fade takes, in seconds.
const FADE_SECONDS: f64 = 0.005;

/// Delay lines of one changing length.
#[derive(Clone, Debug)]
pub(crate) struct LookAhead {
    /// Each a power of two long.
    lines: Box<[Box<[f32]>]>,
    mask: usize,
    /// Where the present chunk begins.
    at: usize,
    /// The length in frames, and while it changes, the one before.
    late: usize,
    before: usize,
    /// Frames left of the cross-fade, of `fade`.
    moving: usize,
    fade: usize,
    /// The length that the control says, and how long it has to rest yet before it counts.
    wanted: usize,
    resting: usize,
    rest: usize,
}

/// The most frames of look-ahead at a sample rate in Hz.
#[must_use]
pub(crate) fn longest(sample_rate: f64) -> usize {
    frames_of(LONGEST_MS, sample_rate)
}

/// Whole frames of a time.
#[must_use]
pub(crate) fn frames_of(milliseconds: f32, sample_rate: f64) -> usize {
    (f64::from(milliseconds) * 1e-3 * sample_rate).round() as usize
}

impl LookAhead {
    /// So many lines, for a sample rate in Hz. `[main-thread]`
    #[must_use]
    pub(crate) fn new(lines: usize, sample_rate: f64) -> Self {
        let len = (longest(sample_rate) + CHUNK).next_power_of_two();
        let frames = |seconds: f64| ((seconds * sample_rate).round() as usize).max(1);
        Self {
            lines: vec![vec![0.0; len].into_boxed_slice(); lines].into(),
            mask: len - 1,
            at: 0,
            late: 0,
            before: 0,
            moving: 0,
            fade: frames(FADE_SECONDS),
            wanted: 0,
            resting: 0,
            rest: frames(REST_SECONDS),
        }
    }

    /// Takes a length at once: before the first sound.
    pub(crate) fn jump(&mut self, frames: usize) {
        let frames = frames.min(self.mask + 1 - CHUNK);
        (self.late, self.before, self.wanted) = (frames, frames, frames);
        (self.moving, self.resting) = (0, 0);
    }

    /// Takes a length once it has rested.
    #[inline]
    pub(crate) fn want(&mut self, frames: usize) {
        let frames = frames.min(self.mask + 1 - CHUNK);
        if frames != self.wanted {
            (self.wanted, self.resting) = (frames, self.rest);
        }
    }

    /// The length, in frames: the latency.
    #[must_use]
    pub(crate) fn frames(&self) -> usize {
        self.late
    }

    /// Forgets what is in the lines. A change that is under way is done.
    pub(crate) fn clear(&mut self) {
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        self.moving = 0;
    }

    /// Begins a chunk: the most frames that it may have.
    #[inline]
    pub(crate) fn begin(&mut self) -> usize {
        if self.moving > 0 {
            return self.moving;
        }
        if self.wanted == self.late {
            return usize::MAX;
        }
        if self.resting > 0 {
            return self.resting;
        }
        (self.before, self.late, self.moving) = (self.late, self.wanted, self.fade);
        self.moving
    }

    /// Writes a line's samples of this chunk; what is no finite number becomes silence.
    #[inline]
    pub(crate) fn write(&mut self, line: usize, samples: &[f32]) {
        let ring = &mut self.lines[line];
        let first = self.at & self.mask;
        let until_end = samples.len().min(ring.len() - first);
        let (head, tail) = samples.split_at(until_end);
        copy_finite(&mut ring[first..first + until_end], head);
        copy_finite(&mut ring[..tail.len()], tail);
    }

    /// A line's delayed samples of this chunk, which have been written before.
    #[inline]
    pub(crate) fn read(&self, line: usize, out: &mut [f32]) {
        self.tap(line, self.late, out);
        if self.moving > 0 {
            let mut old = [0.0; CHUNK];
            let old = &mut old[..out.len()];
            self.tap(line, self.before, old);
            let share = 1.0 / self.fade as f32;
            for (i, (new, old)) in out.iter_mut().zip(&*old).enumerate() {
                *new += (*old - *new) * (share * (self.moving - 1 - i) as f32);
            }
        }
    }

    fn tap(&self, line: usize, late: usize, out: &mut [f32]) {
        let ring = &self.lines[line];
        let first = self.at.wrapping_sub(late) & self.mask;
        let until_end = out.len().min(ring.len() - first);
        let (head, tail) = out.split_at_mut(until_end);
        head.copy_from_slice(&ring[first..first + until_end]);
        tail.copy_from_slice(&ring[..tail.len()]);
    }

    /// Ends a chunk of so many frames.
    #[inline]
    pub(crate) fn advance(&mut self, frames: usize) {
        self.at = self.at.wrapping_add(frames);
        self.moving = self.moving.saturating_sub(frames);
        self.resting = self.resting.saturating_sub(frames);
    }
}

fn copy_finite(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        // False for NaN too.
        *to = if from.abs() < f32::INFINITY { *from } else { 0.0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes a signal through one line; `control` says the wanted length at the start of each chunk.
    fn pass(line: &mut LookAhead, cut: usize, input: &[f32], control: impl Fn(usize) -> usize) -> Vec<f32> {
        let mut out = vec![0.0; input.len()];
        let mut at = 0;
        while at < input.len() {
            line.want(control(at));
            let n = line.begin().min(cut).min(CHUNK).min(input.len() - at);
            line.write(0, &input[at..at + n]);
            line.read(0, &mut out[at..at + n]);
            line.advance(n);
            at += n;
        }
        out
    }

    fn ramp(frames: usize) -> Vec<f32> {
        (0..frames).map(|n| n as f32).collect()
    }

    #[test]
    fn it_is_late_by_the_very_frame() {
        for rate in [8_000.0, 44_100.0, 384_000.0] {
            for frames in [0, 1, 63, 64, 65, longest(rate)] {
                let mut line = LookAhead::new(1, rate);
                line.jump(frames);
                let out = pass(&mut line, 50, &ramp(20_000), |_| frames);
                assert!(out.iter().enumerate().all(|(n, x)| *x == n.saturating_sub(frames) as f32));
            }
        }
    }

    #[test]
    fn a_new_length_counts_once_it_has_rested_and_comes_without_a_step() {
        let mut line = LookAhead::new(1, 48_000.0);
        // Dragged over 1000 frames, then left at 480.
        let control = |n: usize| if n < 1000 { n / 4 } else { 480 };
        let input: Vec<f32> = (0..20_000).map(|n| (n as f32 * 0.01).sin()).collect();
        let out = pass(&mut line, 64, &input, control);
        assert_eq!(out[..5800], input[..5800], "while it is dragged and rests");
        assert_eq!(out[6200..], input[6200 - 480..20_000 - 480], "then it is there");
        let step = out.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(step < 0.02, "a sine's own step is 0.01: {step}");
        assert_eq!(line.frames(), 480);
    }

    #[test]
    fn how_it_is_cut_does_not_matter() {
        let input: Vec<f32> = (0..9000).map(|n| (n as f32 * 0.3).sin()).collect();
        let control = |n: usize| if n < 700 { 10 } else { 900 };
        let whole = pass(&mut LookAhead::new(1, 48_000.0), 50, &input, control);
        for cut in [1, 2, 5, 25] {
            assert_eq!(
                pass(&mut LookAhead::new(1, 48_000.0), cut, &input, control),
                whole,
                "pieces of {cut}"
            );
        }
    }

    #[test]
    fn what_is_no_number_becomes_silence() {
        let mut line = LookAhead::new(1, 48_000.0);
        let out =
            pass(&mut line, 64, &[1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 2.0, f32::MAX], |_| 0);
        assert_eq!(out, [1.0, 0.0, 0.0, 0.0, 2.0, f32::MAX]);
    }
}
