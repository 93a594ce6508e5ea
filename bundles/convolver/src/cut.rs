//! The low cut and the high cut of what was convolved: Butterworth filters of second order.
//!
//! State-variable filters after A. Simper, "Linear trapezoidal integrated SVF", 2013, whose frequency may move while
//! they sound. In 64 bits, for 20 Hz at high sample rates. At the end of its range a cut is not there at all.

use dyad::prelude::Ramp;

use crate::engine::{Frames, SLOT};

/// Which side it takes away.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Low,
    High,
}

/// Frames after which the frequency is looked at again.
const STEP: usize = 16;
/// Frames in which it comes and goes.
const FADE: f32 = 1024.0;

/// A cut for up to two channels. `[audio-thread]`
pub(crate) struct Cut {
    side: Side,
    rate: f64,
    /// The frequency at which it is not there, in hertz.
    off: f32,
    hertz: f32,
    a: [f64; 3],
    memory: [[f64; 2]; 2],
    /// How far it is there, from 0 to 1.
    part: f32,
    wanted: bool,
    fresh: bool,
}

impl Cut {
    pub(crate) fn new(side: Side, rate: f64, off: f32) -> Self {
        let mut new = Self {
            side,
            rate,
            off,
            hertz: 0.0,
            a: [0.0; 3],
            memory: [[0.0; 2]; 2],
            part: 0.0,
            wanted: false,
            fresh: true,
        };
        new.tune(off);
        new
    }

    pub(crate) fn reset(&mut self) {
        self.memory = [[0.0; 2]; 2];
        self.fresh = true;
    }

    /// How long it sounds on, about, in frames.
    pub(crate) fn tail(&self) -> f64 {
        // −120 dB at 20 Hz.
        if self.wanted || self.part > 0.0 { 0.16 * self.rate } else { 0.0 }
    }

    /// Filters some frames of a slot, of which `at` is the first; their frequency is the ramp's from `start` on.
    pub(crate) fn process(
        &mut self,
        ramp: &Ramp,
        start: usize,
        at: usize,
        frames: &mut Frames,
        count: usize,
    ) {
        for n in 0..count {
            if (at + n).is_multiple_of(STEP) || self.fresh {
                self.look(ramp.at(start + n));
            }
            let part = if self.wanted { self.part + 1.0 / FADE } else { self.part - 1.0 / FADE };
            self.part = part.clamp(0.0, 1.0);
            if self.part == 0.0 {
                continue;
            }
            for (samples, memory) in frames.iter_mut().zip(&mut self.memory) {
                let x = f64::from(samples[n]);
                let [a1, a2, a3] = self.a;
                let v3 = x - memory[1];
                let v1 = a1 * memory[0] + a2 * v3;
                let v2 = memory[1] + a2 * memory[0] + a3 * v3;
                memory[0] = 2.0 * v1 - memory[0];
                memory[1] = 2.0 * v2 - memory[1];
                let y = match self.side {
                    Side::High => v2,
                    Side::Low => x - std::f64::consts::SQRT_2 * v1 - v2,
                };
                samples[n] = (x + f64::from(self.part) * (y - x)) as f32;
            }
        }
        debug_assert!(at + count <= SLOT);
    }

    fn look(&mut self, hertz: f32) {
        let wanted = hertz != self.off;
        if wanted && !self.wanted && self.part == 0.0 {
            self.memory = [[0.0; 2]; 2];
        }
        self.wanted = wanted;
        // Where it goes it stays where it is, until it is gone.
        if wanted && hertz != self.hertz {
            self.tune(hertz);
        }
        if std::mem::take(&mut self.fresh) {
            self.part = f32::from(u8::from(wanted));
        }
    }

    fn tune(&mut self, hertz: f32) {
        self.hertz = hertz;
        let most = 0.49 * self.rate;
        let g = (std::f64::consts::PI * f64::from(hertz).min(most) / self.rate).tan();
        let a1 = 1.0 / (1.0 + g * (g + std::f64::consts::SQRT_2));
        self.a = [a1, g * a1, g * g * a1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The level of a tone behind a cut, in decibels.
    fn level(side: Side, cut: f32, tone: f32) -> f32 {
        let (rate, off) = (48_000.0, if side == Side::Low { 20.0 } else { 20_000.0 });
        let mut filter = Cut::new(side, rate, off);
        let mut sum = 0.0;
        for slot in 0..1500 {
            let frame =
                |n: usize| ((slot * SLOT + n) as f32 / 48_000.0 * tone * std::f32::consts::TAU).sin();
            let mut frames: Frames = [std::array::from_fn(frame), [0.0; SLOT]];
            filter.process(&Ramp::resting_at(cut), 0, 0, &mut frames, SLOT);
            if slot >= 750 {
                sum += frames[0].iter().map(|x| x * x).sum::<f32>();
            }
        }
        10.0 * (sum / 48_000.0 * 2.0).log10()
    }

    #[test]
    fn they_cut_with_twelve_decibels_an_octave() {
        for (side, cut, tone, want) in [
            (Side::Low, 1000.0, 1000.0, -3.0),
            (Side::Low, 1000.0, 125.0, -36.1),
            (Side::Low, 1000.0, 8000.0, 0.0),
            (Side::High, 1000.0, 1000.0, -3.0),
            (Side::High, 1000.0, 8000.0, -37.8),
            (Side::High, 1000.0, 125.0, 0.0),
        ] {
            let level = level(side, cut, tone);
            assert!((level - want).abs() < 0.3, "{tone} Hz: {level} dB");
        }
    }

    #[test]
    fn at_the_end_of_its_range_nothing_is_touched() {
        let mut filter = Cut::new(Side::Low, 48_000.0, 20.0);
        let before: Frames = [[0.1; SLOT], [-0.7; SLOT]];
        let mut frames = before;
        filter.process(&Ramp::resting_at(20.0), 0, 0, &mut frames, SLOT);
        assert_eq!(frames, before);
    }

    #[test]
    fn a_frequency_above_what_there_is_does_no_harm() {
        let mut filter = Cut::new(Side::High, 8000.0, 20_000.0);
        let mut frames: Frames = [[1.0; SLOT]; 2];
        for _ in 0..100 {
            filter.process(&Ramp::resting_at(15_000.0), 0, 0, &mut frames, SLOT);
        }
        assert!(frames.iter().flatten().all(|x| x.is_finite() && x.abs() < 2.0));
    }
}
