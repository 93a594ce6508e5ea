//! The DC filter: a high-pass of the first order.
//!
//! It is the analogue RC filter by the bilinear transform with its corner in the right place, in the form that
//! V. Zavalishin calls one-pole TPT ("The Art of VA Filter Design", chapter 3). At frequency f its power is
//! 1 / (1 + (tan(π·corner/rate) / tan(π·f/rate))²).

use std::f64::consts::PI;

/// Where it lets half the power through, in hertz.
pub(crate) const CORNER_HERTZ: f64 = 5.0;

/// The filter for one sample rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DcFilter {
    gain: f64,
}

/// What the filter remembers of a channel: its low-pass.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Memory(f64);

impl DcFilter {
    /// For a sample rate in hertz.
    pub(crate) fn new(sample_rate: f64) -> Self {
        // A corner beyond half the rate would have no place.
        let g = (PI * (CORNER_HERTZ / sample_rate).min(0.45)).tan();
        Self { gain: g / (1.0 + g) }
    }

    /// The next sample without its DC.
    #[inline]
    pub(crate) fn step(&self, Memory(low): &mut Memory, sample: f32) -> f32 {
        let sample = f64::from(sample);
        let v = (sample - *low) * self.gain;
        let passed = v + *low;
        *low = passed + v;
        (sample - passed) as f32
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// The gain at a frequency, in decibels, once the filter has settled.
    fn measured(rate: f64, hertz: f64) -> f64 {
        let filter = DcFilter::new(rate);
        let mut memory = Memory::default();
        let settle = (rate * 0.6) as usize;
        // Whole periods, so that the correlation is exact.
        let frames = ((20.0f64.max((hertz * 0.25).round()) / hertz) * rate).round() as usize;
        let (mut real, mut imaginary) = (0.0, 0.0);
        for n in 0..settle + frames {
            let phase = TAU * hertz * n as f64 / rate;
            let y = f64::from(filter.step(&mut memory, phase.sin() as f32));
            if n >= settle {
                real += y * phase.sin();
                imaginary += y * phase.cos();
            }
        }
        10.0 * ((real * real + imaginary * imaginary) * (2.0 / frames as f64).powi(2)).log10()
    }

    #[test]
    fn its_response_is_the_closed_form_at_every_rate() {
        for rate in [8_000.0, 44_100.0, 48_000.0, 96_000.0, 384_000.0] {
            for hertz in [1.0, 2.5, CORNER_HERTZ, 20.0, 100.0, 1_000.0] {
                let warped = |f: f64| (PI * f / rate).tan();
                let expected = -10.0 * (1.0 + (warped(CORNER_HERTZ) / warped(hertz)).powi(2)).log10();
                let gain = measured(rate, hertz);
                assert!((gain - expected).abs() < 0.01, "{hertz} Hz at {rate}: {gain} for {expected}");
            }
            let corner = measured(rate, CORNER_HERTZ);
            assert!((corner + 3.01).abs() < 0.01, "half the power at the corner: {corner}");
        }
    }

    #[test]
    fn an_offset_goes_and_begins_without_a_step() {
        for rate in [8_000.0, 48_000.0, 384_000.0] {
            let filter = DcFilter::new(rate);
            let mut memory = Memory::default();
            let first = filter.step(&mut memory, 0.5);
            assert!((first - 0.5).abs() < 0.002, "as the input was: {first}");
            let last = (0..rate as usize).map(|_| filter.step(&mut memory, 0.5)).last().unwrap();
            assert!(last.abs() < 1e-6, "{rate}: {last} after a second");
        }
    }
}
