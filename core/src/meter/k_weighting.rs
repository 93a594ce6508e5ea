//! The filter before a loudness: a shelf for the head, then a high-pass.
//!
//! ITU-R BS.1770-5, annex 1, prints coefficients for 48 kHz only. Those for other rates come from the
//! analogue filters behind them, by the bilinear transform; the filters' parameters are those that
//! Brecht De Man worked out from the table ("Evaluation of Implementations of the EBU R128 Loudness
//! Measurement", AES 145, 2018).

use std::f64::consts::PI;

/// A filter of the second order: `b0`, `b1`, `b2`, `a1`, `a2`.
type Coefficients = [f64; 5];

/// Both filters, for one sample rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct KWeighting {
    shelf: Coefficients,
    high_pass: Coefficients,
}

/// What the filters remember of a channel.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    shelf: [f64; 2],
    high_pass: [f64; 2],
}

impl KWeighting {
    /// For a sample rate in Hz. Below 4 kHz the corner of the shelf moves down with the rate, so that
    /// the filter stays stable.
    pub(super) fn new(sample_rate: f64) -> Self {
        let warped = |hertz: f64| (PI * (hertz / sample_rate).min(0.42)).tan();
        let k = warped(1_681.974_450_955_533);
        let q = 0.707_175_236_955_419_6;
        let high = 10f64.powf(3.999_843_853_973_347 / 20.0);
        let band = high.powf(0.499_666_774_154_541_6);
        let a0 = 1.0 + k / q + k * k;
        let shelf = [
            (high + band * k / q + k * k) / a0,
            2.0 * (k * k - high) / a0,
            (high - band * k / q + k * k) / a0,
            2.0 * (k * k - 1.0) / a0,
            (1.0 - k / q + k * k) / a0,
        ];
        let k = warped(38.135_470_876_024_44);
        let q = 0.500_327_037_323_877_3;
        let a0 = 1.0 + k / q + k * k;
        let high_pass = [1.0, -2.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / q + k * k) / a0];
        Self { shelf, high_pass }
    }

    /// The sum of squares of the filtered samples. Samples that are not finite count as 0.
    #[inline]
    pub(super) fn energy(&self, memory: &mut Memory, samples: &[f32]) -> f64 {
        let mut now = *memory;
        let mut sum = 0.0;
        for sample in samples {
            let sample = if sample.is_finite() { f64::from(*sample) } else { 0.0 };
            let shelved = step(&self.shelf, &mut now.shelf, sample);
            let weighted = step(&self.high_pass, &mut now.high_pass, shelved);
            sum += weighted * weighted;
        }
        *memory = now;
        sum
    }
}

/// One sample through a filter, transposed direct form II.
#[inline]
fn step([b0, b1, b2, a1, a2]: &Coefficients, [s1, s2]: &mut [f64; 2], x: f64) -> f64 {
    let y = b0 * x + *s1;
    *s1 = b1 * x - a1 * y + *s2;
    *s2 = b2 * x - a2 * y;
    y
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_48_khz_it_is_the_recommendations_table() {
        let filter = KWeighting::new(48_000.0);
        let shelf = [
            1.535_124_859_586_97,
            -2.691_696_189_406_38,
            1.198_392_810_852_85,
            -1.690_659_293_182_41,
            0.732_480_774_215_85,
        ];
        let high_pass = [1.0, -2.0, 1.0, -1.990_047_454_833_98, 0.990_072_250_366_21];
        let pairs = filter.shelf.iter().zip(&shelf).chain(filter.high_pass.iter().zip(&high_pass));
        for (ours, printed) in pairs {
            assert!((ours - printed).abs() < 1e-12, "{ours} for {printed}");
        }
    }

    #[test]
    fn it_is_stable_at_any_rate_and_after_bad_samples() {
        for rate in [1.0, 100.0, 3_000.0, 8_000.0, 44_100.0, 192_000.0, 768_000.0] {
            let filter = KWeighting::new(rate);
            let mut memory = Memory::default();
            let loud = filter.energy(&mut memory, &[f32::MAX, f32::NAN, f32::INFINITY, -1.0]);
            assert!(loud.is_finite(), "{rate} Hz");
            let mut quiet = f64::MAX;
            for _ in 0..(rate as usize / 32).max(400) {
                quiet = filter.energy(&mut memory, &[0.0; 128]);
            }
            assert!(quiet < loud * 1e-12, "{rate} Hz: {quiet:e} of {loud:e}");
        }
    }
}
