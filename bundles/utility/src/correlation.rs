//! How alike left and right are.

/// How long it looks back, in seconds.
const SECONDS: f64 = 0.3;
/// Powers below count as silence (−100 dB).
const SILENCE: f64 = 1e-10;

/// A correlation meter: 1 where left and right are alike, 0 where they have nothing in common, −1 where they are
/// opposite and cancel in mono.
#[derive(Clone, Debug)]
pub(crate) struct Correlation {
    share: f64,
    both: f64,
    left: f64,
    right: f64,
}

impl Correlation {
    /// For a sample rate in hertz.
    pub(crate) fn new(sample_rate: f64) -> Self {
        let share = 1.0 - (-1.0 / (SECONDS * sample_rate)).exp();
        Self { share, both: 0.0, left: 0.0, right: 0.0 }
    }

    /// Takes a piece into account. `[audio-thread]`
    pub(crate) fn add(&mut self, left: &[f32], right: &[f32]) {
        let Self { share, mut both, left: mut l, right: mut r } = *self;
        for (x, y) in left.iter().zip(right) {
            let (x, y) = (f64::from(*x), f64::from(*y));
            both += share * (x * y - both);
            l += share * (x * x - l);
            r += share * (y * y - r);
        }
        (self.both, self.left, self.right) = (both, l, r);
    }

    /// From −1 to 1; 0 where a side is silent. `[audio-thread]`
    pub(crate) fn value(&self) -> f32 {
        if self.left < SILENCE || self.right < SILENCE {
            return 0.0;
        }
        (self.both / (self.left * self.right).sqrt()).clamp(-1.0, 1.0) as f32
    }

    /// Forgets all. `[audio-thread]`
    pub(crate) fn reset(&mut self) {
        (self.both, self.left, self.right) = (0.0, 0.0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::TAU;

    use super::*;

    fn correlation(degrees: f32, level: f32) -> f32 {
        let mut meter = Correlation::new(48_000.0);
        let wave = |n: usize, degrees: f32| (TAU * n as f32 / 48.0 + degrees.to_radians()).sin();
        for n in (0..96_000).step_by(480) {
            let left: Vec<_> = (n..n + 480).map(|n| wave(n, 0.0)).collect();
            let right: Vec<_> = (n..n + 480).map(|n| level * wave(n, degrees)).collect();
            meter.add(&left, &right);
        }
        meter.value()
    }

    #[test]
    fn it_is_the_cosine_of_the_angle_whatever_the_levels() {
        for (degrees, expected) in [(0.0, 1.0), (60.0, 0.5), (90.0, 0.0), (120.0, -0.5), (180.0, -1.0)] {
            for level in [1.0, 0.01] {
                let value = correlation(degrees, level);
                assert!((value - expected).abs() < 0.01, "{degrees}°, {level}: {value}");
            }
        }
        assert_eq!(correlation(0.0, 0.0), 0.0, "one side silent");
    }
}
