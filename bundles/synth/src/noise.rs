//! Noise.

#[cfg(test)]
mod tests;

use std::f64::consts::TAU;

use crate::first_order::{FirstOrder, REFERENCE, turned};
use crate::oscillator::RUN;

/// What a dark noise ends at, in hertz, at colour 0 and at colour −1.
const DARK: (f64, f64) = (20_000.0, 150.0);
/// What a bright noise begins at, at colour 0 and at colour 1.
const BRIGHT: (f64, f64) = (20.0, 8000.0);
/// How loud each of them is at the reference rate, where √3 times this is the greatest value of white noise. At others it is
/// as loud in each band that is heard, so that more frames mean more noise.
const LEVEL: f64 = 0.4;

/// A source of noise; each side has its own. White noise is even between two values. A low pass of first order makes it
/// darker, a high pass brighter; the power stays.
#[derive(Clone, Debug)]
pub(crate) struct Noise {
    chance: u64,
    /// What the filter holds of each side.
    held: [f32; 2],
    /// Where the last run ended.
    tint: Option<Tint>,
    /// What that was made of.
    colour: f32,
    rate: f64,
}

/// The filter: y = now·x + held, held = late·x + stays·y.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tint {
    now: f32,
    late: f32,
    stays: f32,
}

impl Tint {
    fn new(colour: f32, rate: f64) -> Self {
        let colour = if colour.is_finite() { f64::from(colour).clamp(-1.0, 1.0) } else { 0.0 };
        let (from, to) = if colour < 0.0 { DARK } else { BRIGHT };
        let hertz = from * (to / from).powf(colour.abs());
        // At the reference rate: `y += pace·(x − y)`, and x − y. Of white noise of power 1, y has pace / (2 − pace), and
        // x − y has 2·(1 − pace)² / (2 − pace).
        let pace = 1.0 - (-TAU * hertz / REFERENCE).exp();
        let power = |hertz| {
            let u = turned(hertz, REFERENCE);
            let below = pace * pace + 2.0 * (1.0 - pace) * u;
            if colour == 0.0 {
                1.0
            } else if colour < 0.0 {
                pace * (2.0 - pace) / below
            } else {
                (2.0 - pace) * u / below
            }
        };
        let FirstOrder { b0, b1, a } = FirstOrder::matching(rate, hertz, power);
        let level = LEVEL * (3.0 * rate / REFERENCE).sqrt();
        Self { now: (level * b0) as f32, late: (level * b1) as f32, stays: a as f32 }
    }
}

impl Noise {
    pub(crate) fn new() -> Self {
        Self { chance: 0, held: [0.0; 2], tint: None, colour: 0.0, rate: 0.0 }
    }

    /// A note begins: the same seed gives the same noise.
    pub(crate) fn start(&mut self, seed: u32) {
        *self = Self { chance: (u64::from(seed) << 32) | 0x5dee_ce66, ..Self::new() };
        step(&mut self.chance);
    }

    /// Adds a run of at most [`RUN`] frames. Colour: −1 dark, 0 white, 1 bright. Gain and colour go in straight lines; the
    /// gain's first is that of the frame before.
    pub(crate) fn render(
        &mut self,
        rate: f64,
        colour: f32,
        gain: (f32, f32),
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len().min(right.len()).min(RUN);
        if frames == 0 {
            return;
        }
        let to = match self.tint {
            Some(tint) if self.colour == colour && self.rate == rate => tint,
            _ => Tint::new(colour, rate),
        };
        let from = self.tint.unwrap_or(to);
        (self.tint, self.colour, self.rate) = (Some(to), colour, rate);
        let part = 1.0 / frames as f32;
        let between = |from: f32, to: f32, at: f32| from + (to - from) * at;
        for i in 0..frames {
            let at = (i + 1) as f32 * part;
            let gain = between(gain.0, gain.1, at);
            let (now, late) = (between(from.now, to.now, at), between(from.late, to.late, at));
            let stays = between(from.stays, to.stays, at);
            for (side, held) in [&mut left[i], &mut right[i]].into_iter().zip(&mut self.held) {
                // A multiplier's high bits are the good ones (M. O'Neill, "PCG", 2014).
                let x = (step(&mut self.chance) >> 32) as u32 as i32 as f32 * (1.0 / 2_147_483_648.0);
                let y = now * x + *held;
                *held = late * x + stays * y;
                *side += gain * y;
            }
        }
    }
}

/// The next state of a linear congruential generator (constants of Knuth, MMIX).
#[inline]
fn step(chance: &mut u64) -> u64 {
    *chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *chance
}
