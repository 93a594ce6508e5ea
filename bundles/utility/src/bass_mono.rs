//! Bass mono: takes the difference of left and right out of the bass.
//!
//! The side signal goes through a Linkwitz–Riley high-pass of the fourth order. The sum of such a high-pass and its
//! low-pass is an all-pass of the second order, so the mid signal goes through that: mid and side keep their phases
//! to each other, and above the corner nothing of the stereo picture turns.
//!
//! The filters are A. Simper's state variable filters (Cytomic, "Linear Trapezoidal Integrated SVF"), which
//! stay stable while their frequency moves.

use std::f64::consts::{PI, SQRT_2};

use dyad::prelude::*;

/// 1/Q of Butterworth filters: two of them are a Linkwitz–Riley filter.
const DAMPING: f64 = SQRT_2;

/// The filters' frequency as they count it: the tangent of half the angle.
pub(crate) fn warped(hertz: f64, sample_rate: f64) -> f32 {
    (PI * (hertz / sample_rate).clamp(0.0, 0.45)).tan() as f32
}

/// What a pair of channels has behind it.
#[derive(Clone, Debug, Default)]
pub(crate) struct BassMono {
    mid: Memory,
    side: [Memory; 2],
}

/// The two integrators of a filter.
#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    band: f64,
    low: f64,
}

/// A filter's factors.
#[derive(Clone, Copy, Debug)]
struct Factors {
    a1: f64,
    a2: f64,
    a3: f64,
}

impl Factors {
    fn new(g: f32) -> Self {
        let g = f64::from(g);
        let a1 = 1.0 / (1.0 + g * (g + DAMPING));
        let a2 = g * a1;
        Self { a1, a2, a3: g * a2 }
    }
}

impl Memory {
    /// The band and the low of the next sample.
    #[inline]
    fn step(&mut self, f: &Factors, x: f64) -> (f64, f64) {
        let v = x - self.low;
        let band = f.a1 * self.band + f.a2 * v;
        let low = self.low + f.a2 * self.band + f.a3 * v;
        self.band = 2.0 * band - self.band;
        self.low = 2.0 * low - self.low;
        (band, low)
    }

    #[inline]
    fn high_pass(&mut self, f: &Factors, x: f64) -> f64 {
        let (band, low) = self.step(f, x);
        x - DAMPING * band - low
    }

    #[inline]
    fn all_pass(&mut self, f: &Factors, x: f64) -> f64 {
        let (band, _) = self.step(f, x);
        x - 2.0 * DAMPING * band
    }
}

impl BassMono {
    /// Treats a piece of a pair, `amount` of it (0 to 1), at a [`warped`] frequency.
    pub(crate) fn process(&mut self, amount: &Ramp, frequency: &Ramp, left: &mut [f32], right: &mut [f32]) {
        if amount.constant() == Some(0.0) {
            *self = Self::default();
            return;
        }
        let steady = frequency.constant().map(Factors::new);
        for (n, (left, right)) in left.iter_mut().zip(right).enumerate() {
            let factors = steady.unwrap_or_else(|| Factors::new(frequency.at(n)));
            let amount = f64::from(amount.at(n));
            let (l, r) = (f64::from(*left), f64::from(*right));
            let (mid, side) = (0.5 * (l + r), 0.5 * (l - r));
            let turned = self.mid.all_pass(&factors, mid);
            let once = self.side[0].high_pass(&factors, side);
            let high = self.side[1].high_pass(&factors, once);
            // So none of it is the input to the bit, and all of it the filters' output.
            let blend = |dry: f64, wet: f64| ((1.0 - amount) * dry + amount * wet) as f32;
            (*left, *right) = (blend(l, turned + high), blend(r, turned - high));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// Amplitude and phase of what comes of a sine in the mid or the side, in that signal.
    fn response(rate: f64, corner: f64, hertz: f64, side: bool) -> (f64, f64) {
        let mut filter = BassMono::default();
        let (amount, frequency) = (Ramp::resting_at(1.0), Ramp::resting_at(warped(corner, rate)));
        let settle = rate as usize;
        let frames = (20.0 / hertz * rate).round() as usize;
        let (mut real, mut imaginary) = (0.0, 0.0);
        for n in 0..settle + frames {
            let phase = TAU * hertz * n as f64 / rate;
            let x = phase.sin() as f32;
            let (mut left, mut right) = ([x], [if side { -x } else { x }]);
            filter.process(&amount, &frequency, &mut left, &mut right);
            let (l, r) = (f64::from(left[0]), f64::from(right[0]));
            let (kept, other) = if side { (l - r, l + r) } else { (l + r, l - r) };
            assert!(other.abs() < 1e-6, "nothing of one gets into the other");
            if n >= settle {
                real += 0.5 * kept * phase.sin();
                imaginary += 0.5 * kept * phase.cos();
            }
        }
        let scale = 2.0 / frames as f64;
        ((real * real + imaginary * imaginary).sqrt() * scale, imaginary.atan2(real))
    }

    #[test]
    fn the_side_is_a_linkwitz_riley_high_pass_and_the_mid_is_whole() {
        for (rate, corner) in [(8_000.0, 120.0), (48_000.0, 120.0), (48_000.0, 500.0), (384_000.0, 50.0)] {
            for octave in [-2, -1, 0, 1, 2] {
                let hertz = corner * 2f64.powi(octave);
                let ratio = (PI * corner / rate).tan() / (PI * hertz / rate).tan();
                let expected = 1.0 / (1.0 + ratio.powi(4));
                let (side, side_phase) = response(rate, corner, hertz, true);
                let (mid, mid_phase) = response(rate, corner, hertz, false);
                assert!((side - expected).abs() < 2e-3, "{hertz} at {rate}: {side} for {expected}");
                assert!((mid - 1.0).abs() < 2e-3, "{hertz} at {rate}: {mid}");
                let apart = (side_phase - mid_phase).rem_euclid(TAU);
                assert!(apart.min(TAU - apart) < 0.01, "in phase at {hertz}: {apart}");
            }
        }
    }

    #[test]
    fn it_stays_stable_while_its_frequency_moves() {
        let mut filter = BassMono::default();
        let amount = Ramp::resting_at(1.0);
        let mut largest = 0f32;
        for n in 0..20_000 {
            let hertz = if n % 3 == 0 { 500.0 } else { 20.0 };
            let x = if n % 7 < 3 { 1.0 } else { -1.0 };
            let (mut left, mut right) = ([x], [-x]);
            filter.process(&amount, &Ramp::resting_at(warped(hertz, 8_000.0)), &mut left, &mut right);
            largest = largest.max(left[0].abs()).max(right[0].abs());
        }
        assert!(largest < 4.0, "{largest}");
    }
}
