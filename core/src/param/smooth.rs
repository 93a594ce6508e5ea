//! Moving to a new value without a click.
//!
//! A ramp is a straight line over a fixed number of frames, and the value of a frame follows from
//! the frame's number in the ramp alone. So the sound does not depend on how blocks are cut.

/// How a float parameter moves to a new value on the sound side.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Smooth {
    /// At once.
    #[default]
    None,
    /// A straight line in plain units over this many milliseconds.
    Linear(f32),
    /// For decibels: the sound side sees the linear factor `10^(dB/20)`, and moves to a new one in a
    /// straight line over this many milliseconds. A parameter that is silent at its minimum gives 0
    /// there.
    Gain(f32),
}

impl Smooth {
    fn milliseconds(self) -> f32 {
        match self {
            Self::None => 0.0,
            Self::Linear(ms) | Self::Gain(ms) => ms,
        }
    }
}

/// A line to `target`, of which `position` of `length` frames are over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    start: f32,
    target: f32,
    step: f32,
    position: i32,
    length: i32,
}

impl Ramp {
    /// A value that does not move.
    #[must_use]
    pub const fn resting_at(value: f32) -> Self {
        Self { start: value, target: value, step: 0.0, position: 0, length: 0 }
    }

    /// The value, where it does not move.
    #[must_use]
    #[inline]
    pub fn constant(&self) -> Option<f32> {
        (self.position >= self.length).then_some(self.target)
    }

    /// The value at a frame counted from the start of the piece.
    #[must_use]
    #[inline]
    pub fn at(&self, frame: usize) -> f32 {
        let k = self.position + 1 + frame as i32;
        let moving = self.start + self.step * k as f32;
        if k < self.length { moving } else { self.target }
    }

    /// The value of the frame before the piece.
    fn now(&self) -> f32 {
        match self.position {
            0 if self.length > 0 => self.start,
            k if k < self.length => self.start + self.step * k as f32,
            _ => self.target,
        }
    }
}

/// The present value of a smoothed parameter.
#[derive(Clone, Debug)]
pub struct Smoother {
    smooth: Smooth,
    /// Plain value at and below which the factor is 0.
    silence: f32,
    length: i32,
    ramp: Ramp,
}

impl Smoother {
    /// A smoother that rests at `plain`; `silence` is the plain value that means no sound at all.
    #[must_use]
    pub fn new(smooth: Smooth, silence: Option<f32>, plain: f32) -> Self {
        let mut new = Self {
            smooth,
            silence: silence.unwrap_or(f32::NEG_INFINITY),
            length: 0,
            ramp: Ramp::resting_at(0.0),
        };
        new.ramp = Ramp::resting_at(new.domain(plain));
        new
    }

    /// Fits the length to the sample rate, in Hz, and ends any movement. `[main-thread & !active]`
    pub fn prepare(&mut self, sample_rate: f64) {
        let frames = f64::from(self.smooth.milliseconds()) * 1e-3 * sample_rate;
        self.length = frames.round().clamp(0.0, 1e9) as i32;
        self.snap();
    }

    /// Starts to move to a plain value. `[audio-thread]`
    pub fn set(&mut self, plain: f32) {
        let target = self.domain(plain);
        let start = self.ramp.now();
        self.ramp = if self.length == 0 {
            Ramp::resting_at(target)
        } else {
            let step = (target - start) / self.length as f32;
            Ramp { start, target, step, position: 0, length: self.length }
        };
    }

    /// Jumps to where it was going. `[audio-thread]`
    pub fn snap(&mut self) {
        self.ramp = Ramp::resting_at(self.ramp.target);
    }

    /// The values of the next `frames` frames; the smoother moves on by as many. `[audio-thread]`
    #[inline]
    pub fn advance(&mut self, frames: usize) -> Ramp {
        let ramp = self.ramp;
        if ramp.position < ramp.length {
            let frames = frames.min(i32::MAX as usize) as i32;
            self.ramp.position = ramp.position.saturating_add(frames).min(ramp.length);
        }
        ramp
    }

    fn domain(&self, plain: f32) -> f32 {
        match self.smooth {
            Smooth::Gain(_) if plain <= self.silence => 0.0,
            Smooth::Gain(_) => (plain * (std::f32::consts::LN_10 / 20.0)).exp(),
            Smooth::None | Smooth::Linear(_) => plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders 500 frames with the target changing at fixed frames, in pieces of `cut` frames.
    fn render(cut: usize) -> Vec<f32> {
        let mut smoother = Smoother::new(Smooth::Linear(2.0), None, 0.0);
        smoother.prepare(48_000.0);
        let changes = [(7, 1.0), (50, -0.3), (51, 0.7), (300, 2.0)];
        let mut out = Vec::new();
        while out.len() < 500 {
            for (_, value) in changes.iter().filter(|(frame, _)| *frame == out.len()) {
                smoother.set(*value);
            }
            let next = changes.iter().map(|c| c.0).filter(|f| *f > out.len()).min().unwrap_or(500);
            let frames = cut.min(next - out.len());
            let ramp = smoother.advance(frames);
            out.extend((0..frames).map(|i| ramp.at(i)));
        }
        out
    }

    #[test]
    fn sound_does_not_depend_on_how_blocks_are_cut() {
        let whole = render(500);
        for cut in [1, 2, 3, 16, 64, 333] {
            assert_eq!(render(cut), whole, "pieces of {cut}");
        }
        assert_eq!(whole[6], 0.0);
        assert_eq!(whole[499], 2.0, "arrives exactly");
        let largest = whole.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
        assert!(largest < 0.03, "no jump: {largest}");
    }

    #[test]
    fn a_gain_is_a_factor_and_silent_at_its_minimum() {
        let mut gain = Smoother::new(Smooth::Gain(0.0), Some(-60.0), -6.0);
        gain.prepare(48_000.0);
        assert!((gain.advance(1).at(0) - 0.501_187).abs() < 1e-6);
        gain.set(-60.0);
        assert_eq!(gain.advance(1).constant(), Some(0.0));
        gain.set(0.0);
        assert_eq!(gain.advance(1).constant(), Some(1.0));
    }
}
