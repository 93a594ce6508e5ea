//! The filters in the loop: a low cut and a high cut of first order (6 dB per octave), so that each echo is
//! thinner and darker than the one before.

use std::f64::consts::PI;

use dyad::param::Smoother;
use dyad::prelude::*;

/// Where the low cut is off, in hertz: the lowest that can be set.
pub const LOW_OFF: f32 = 20.0;
/// Where the high cut is off, in hertz: the highest that can be set.
pub const HIGH_OFF: f32 = 20_000.0;

/// How long a change takes, in milliseconds.
const SMOOTH: f32 = 20.0;

/// The settings of both filters, on their way to new ones.
#[derive(Debug)]
pub(crate) struct Cuts {
    sample_rate: f64,
    low: Cut,
    high: Cut,
}

/// One filter's: its coefficient, and how much of it is heard. A filter that is off is not there at all.
#[derive(Debug)]
struct Cut {
    off: f32,
    hertz: f32,
    coefficient: Smoother,
    share: Smoother,
}

/// What [`Cuts::advance`] gives: the settings of the next frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutRamps {
    low: (Ramp, Ramp),
    high: (Ramp, Ramp),
}

/// The settings at one frame: coefficient and share of each filter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CutsAt {
    low: (f64, f32),
    high: (f64, f32),
}

impl Cut {
    fn new(off: f32, sample_rate: f64) -> Self {
        let smoother = || {
            let mut new = Smoother::new(Smooth::Linear(SMOOTH), None, 0.0);
            new.prepare(sample_rate);
            new
        };
        Self { off, hertz: f32::NAN, coefficient: smoother(), share: smoother() }
    }

    fn set(&mut self, hertz: f32, sample_rate: f64) {
        if hertz == self.hertz {
            return;
        }
        self.hertz = hertz;
        self.coefficient.set(coefficient(f64::from(hertz), sample_rate) as f32);
        self.share.set(if hertz == self.off { 0.0 } else { 1.0 });
    }

    fn snap(&mut self) {
        self.coefficient.snap();
        self.share.snap();
    }

    fn advance(&mut self, frames: usize) -> (Ramp, Ramp) {
        (self.coefficient.advance(frames), self.share.advance(frames))
    }
}

/// G of a one-pole filter with the corner at `hertz`, by the bilinear transform with the corner met exactly
/// (Zavalishin, "The Art of VA Filter Design", 2018, chapter 3): g = tan(π f / rate), G = g / (1 + g). Corners from 0.49 of
/// the rate on are there.
fn coefficient(hertz: f64, sample_rate: f64) -> f64 {
    let g = (PI * (hertz / sample_rate).min(0.49)).tan();
    g / (1.0 + g)
}

impl Cuts {
    pub(crate) fn new(sample_rate: f64) -> Self {
        Self { sample_rate, low: Cut::new(LOW_OFF, sample_rate), high: Cut::new(HIGH_OFF, sample_rate) }
    }

    /// Moves to new corners, in hertz.
    pub(crate) fn set(&mut self, low: f32, high: f32) {
        self.low.set(low, self.sample_rate);
        self.high.set(high, self.sample_rate);
    }

    pub(crate) fn snap(&mut self) {
        self.low.snap();
        self.high.snap();
    }

    pub(crate) fn advance(&mut self, frames: usize) -> CutRamps {
        CutRamps { low: self.low.advance(frames), high: self.high.advance(frames) }
    }
}

impl CutRamps {
    #[inline]
    pub(crate) fn at(&self, frame: usize) -> CutsAt {
        let at = |(coefficient, share): &(Ramp, Ramp)| (f64::from(coefficient.at(frame)), share.at(frame));
        CutsAt { low: at(&self.low), high: at(&self.high) }
    }
}

/// One channel's memory of both filters.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    low: f64,
    high: f64,
}

impl Filter {
    /// Filters a sample; with both filters off, it is the very same.
    #[inline]
    pub(crate) fn next(&mut self, sample: f32, cuts: &CutsAt) -> f32 {
        let below = one_pole(&mut self.low, f64::from(sample), cuts.low.0);
        let cut = sample - cuts.low.1 * below;
        let below = one_pole(&mut self.high, f64::from(cut), cuts.high.0);
        // A share of 0 or 1 gives the one or the other to the bit.
        cut * (1.0 - cuts.high.1) + cuts.high.1 * below
    }
}

/// A low-pass filter's next sample (the same).
#[inline]
fn one_pole(memory: &mut f64, sample: f64, coefficient: f64) -> f32 {
    let v = (sample - *memory) * coefficient;
    let low = v + *memory;
    let next = low + v;
    // So far below all sound it would only cost time.
    *memory = if next.abs() < 1e-25 { 0.0 } else { next };
    low as f32
}

/// How much both filters leave of a frequency in one pass, as a factor: the closed form of what [`Filter`] does.
#[must_use]
pub fn response(hertz: f64, low: f32, high: f32, sample_rate: f64) -> f64 {
    // The bilinear transform takes a frequency to its tangent.
    let warp = |f: f64| (PI * (f / sample_rate).min(0.49)).tan();
    let at = (PI * (hertz / sample_rate).min(0.5)).tan();
    let low_pass = |corner: f32| 1.0 / (1.0 + (at / warp(f64::from(corner))).powi(2)).sqrt();
    let high = if high >= HIGH_OFF { 1.0 } else { low_pass(high) };
    let low = if low <= LOW_OFF { 1.0 } else { low_pass(low) * (at / warp(f64::from(low))) };
    low * high
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The steady level of a sine through the filters.
    fn measured(hertz: f64, low: f32, high: f32, rate: f64) -> f64 {
        let mut cuts = Cuts::new(rate);
        cuts.set(low, high);
        cuts.snap();
        let frames = rate as usize;
        let ramps = cuts.advance(2 * frames);
        let mut filter = Filter::default();
        let (mut sine, mut cosine) = (0.0, 0.0);
        for n in 0..2 * frames {
            let phase = n as f64 * std::f64::consts::TAU * hertz / rate;
            let out = f64::from(filter.next(phase.sin() as f32, &ramps.at(n)));
            if n >= frames {
                sine += out * phase.sin();
                cosine += out * phase.cos();
            }
        }
        // A whole second holds whole periods.
        2.0 * sine.hypot(cosine) / frames as f64
    }

    #[test]
    fn it_does_what_the_closed_form_says() {
        for rate in [44_100.0, 96_000.0, 384_000.0] {
            for (low, high) in [(200.0, 5000.0), (20.0, 1000.0), (1000.0, 20_000.0), (300.0, 300.0)] {
                for hertz in [50.0, 300.0, 1000.0, 5000.0, 15_000.0] {
                    let (got, expected) =
                        (measured(hertz, low, high, rate), response(hertz, low, high, rate));
                    assert!(
                        (got - expected).abs() < 1e-5,
                        "{low}-{high} Hz, {hertz} Hz: {got}, not {expected}"
                    );
                }
            }
        }
        // And the closed form is what everybody calls a corner.
        let half = 0.5f64.sqrt();
        assert!((response(1000.0, 20.0, 1000.0, 48_000.0) - half).abs() < 1e-9);
        assert!((response(1000.0, 1000.0, 20_000.0, 48_000.0) - half).abs() < 1e-9);
        assert!((response(100.0, 1000.0, 20_000.0, 48_000.0) - 0.0995).abs() < 1e-3, "6 dB per octave");
    }

    #[test]
    fn off_is_the_very_same_and_turning_it_on_makes_no_step() {
        let rate = 48_000.0;
        let mut cuts = Cuts::new(rate);
        cuts.set(LOW_OFF, HIGH_OFF);
        cuts.snap();
        let mut filter = Filter::default();
        let sine = |n: usize| (n as f64 * std::f64::consts::TAU * 440.0 / rate).sin() as f32;
        let ramps = cuts.advance(4800);
        for n in 0..4800 {
            assert_eq!(filter.next(sine(n), &ramps.at(n)), sine(n));
        }
        cuts.set(400.0, 500.0);
        let ramps = cuts.advance(4800);
        let mut last = sine(4799);
        let slope = (std::f64::consts::TAU * 440.0 / rate) as f32;
        for n in 0..4800 {
            let out = filter.next(sine(4800 + n), &ramps.at(n));
            assert!((out - last).abs() <= slope * 1.05, "frame {n}: {last} to {out}");
            last = out;
        }
    }

    #[test]
    fn every_rate_has_both_filters_and_silence_comes_to_rest() {
        for rate in [8000.0, 44_100.0, 384_000.0] {
            let mut cuts = Cuts::new(rate);
            cuts.set(25.0, 19_999.0);
            cuts.snap();
            let mut filter = Filter::default();
            let ramps = cuts.advance(8_000_000);
            filter.next(1.0, &ramps.at(0));
            (1..3 * rate as usize).for_each(|n| assert!(filter.next(0.0, &ramps.at(n)).abs() <= 1.0));
            assert_eq!((filter.low, filter.high), (0.0, 0.0), "at {rate} Hz");
        }
    }
}
