//! From floats to whole numbers, with dither.

use super::Depth;

/// The same on every run: a result depends on nothing but what went in.
const SEED: u64 = 0x6479_6164_2d68_6f73;

/// Rounds samples to whole numbers after adding triangular noise of ±1 of them, which makes the
/// rounding error independent of the signal.
pub(super) struct Quantiser {
    state: u64,
    full: f64,
    clipped: u64,
}

impl Quantiser {
    pub(super) fn new(depth: Depth) -> Self {
        Self { state: SEED, full: f64::from(1_u32 << (depth.bits() - 1)), clipped: 0 }
    }

    /// The whole number for a sample; what is too loud, or no number, is counted.
    pub(super) fn sample(&mut self, sample: f32) -> i32 {
        let dithered = (f64::from(sample) * self.full + self.noise()).round();
        let held = dithered.clamp(-self.full, self.full - 1.0);
        if held != dithered {
            self.clipped += 1;
        }
        // NaN becomes 0.
        held as i32
    }

    /// How many samples were too loud or no number.
    pub(super) fn clipped(&self) -> u64 {
        self.clipped
    }

    /// Triangular noise between −1 and 1: the difference of two even ones.
    fn noise(&mut self) -> f64 {
        // SplitMix64 (Steele, Lea and Flood 2014), its two halves as two numbers.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let even = |half: u64| (half & 0xffff_ffff) as f64 / 4_294_967_296.0;
        even(mixed) - even(mixed >> 32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_the_sample_and_the_error_is_triangular() {
        let mut quantiser = Quantiser::new(Depth::Bits16);
        // A third of a step, which rounding alone would lose.
        let step = 1.0 / 32_768.0;
        let count = 100_000;
        let values: Vec<f64> = (0..count).map(|_| f64::from(quantiser.sample(step as f32 / 3.0))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(count);
        assert!((mean - 1.0 / 3.0).abs() < 0.01, "{mean}");
        // Triangular dither and rounding: 1/6 + 1/12 of a squared step, whatever the signal is.
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(count);
        assert!((variance - 0.25).abs() < 0.01, "{variance}");
        assert!(values.iter().all(|v| (-1.0..=2.0).contains(v)));
        assert_eq!(quantiser.clipped(), 0);
    }

    #[test]
    fn too_loud_is_counted() {
        let mut quantiser = Quantiser::new(Depth::Bits24);
        assert_eq!(quantiser.sample(2.0), 8_388_607);
        assert_eq!(quantiser.sample(-2.0), -8_388_608);
        assert_eq!(quantiser.sample(f32::NAN), 0);
        assert_eq!(quantiser.sample(f32::INFINITY), 8_388_607);
        assert_eq!(quantiser.clipped(), 4);
        quantiser.sample(0.5);
        assert_eq!(quantiser.clipped(), 4);
    }
}
