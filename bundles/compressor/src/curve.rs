//! The static curve: by how much a level is turned down.
//!
//! After Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor Design – A Tutorial and Analysis", JAES
//! 60 (6), 2012, section 2.2: straight lines below and above the threshold, and between them, over the knee's width,
//! the parabola that meets both without a corner.

/// The ratio from which on a level above the knee stays at the threshold: ∞ : 1, the end of the parameter's range.
pub const INFINITE: f32 = 50.0;

/// A curve, ready for many levels.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// dBFS.
    threshold: f32,
    /// `1 − 1/ratio`, 0 to 1: how much of what is above the threshold goes.
    slope: f32,
    /// Half the knee's width, in decibels.
    half: f32,
    /// `1 / (2 · width)`; 0 without a knee.
    bend: f32,
}

impl Curve {
    /// From the threshold in dBFS, the ratio (1 and more; [`INFINITE`] is what it says) and the width of the knee in
    /// decibels, 0 and more.
    #[must_use]
    #[inline]
    pub fn new(threshold: f32, ratio: f32, knee: f32) -> Self {
        let slope = if ratio >= INFINITE { 1.0 } else { 1.0 - 1.0 / ratio };
        let bend = if knee > 0.0 { 0.5 / knee } else { 0.0 };
        Self { threshold, slope, half: 0.5 * knee, bend }
    }

    /// By how many decibels a level in dBFS is turned down, 0 and more.
    #[must_use]
    #[inline]
    pub fn reduction(self, level: f32) -> f32 {
        let over = level - self.threshold;
        // The parabola goes on with its last value, and the straight line begins where it ends.
        let in_knee = greater(over + self.half, 0.0);
        let in_knee = lesser(in_knee, self.half + self.half);
        let beyond = greater(over - self.half, 0.0);
        self.slope * (in_knee * in_knee * self.bend + beyond)
    }

    /// The make-up gain that goes with the curve, in decibels: half of what it takes from a level of 0 dBFS.
    #[must_use]
    pub fn make_up(self) -> f32 {
        0.5 * self.reduction(0.0)
    }
}

#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

#[inline]
fn lesser(a: f32, b: f32) -> f32 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Equation 4 of the paper as it is printed: the output's level.
    fn printed(threshold: f64, ratio: f64, width: f64, x: f64) -> f64 {
        let over = x - threshold;
        if 2.0 * over < -width {
            x
        } else if 2.0 * over.abs() <= width && width > 0.0 {
            x + (1.0 / ratio - 1.0) * (over + width / 2.0).powi(2) / (2.0 * width)
        } else {
            threshold + over / ratio
        }
    }

    #[test]
    fn it_is_the_papers_with_every_knee_and_ratio() {
        for threshold in [-60.0, -26.0, -3.0, 0.0] {
            for ratio in [1.0, 1.5, 4.0, 20.0, f64::INFINITY] {
                for width in [0.0, 0.5, 6.0, 24.0] {
                    let curve = Curve::new(threshold as f32, ratio as f32, width as f32);
                    for tenth in -1000..=200 {
                        let level = f64::from(tenth) * 0.1;
                        let wanted = printed(threshold, ratio, width, level);
                        let given = level - f64::from(curve.reduction(level as f32));
                        assert!(
                            (wanted - given).abs() < 1e-4,
                            "{threshold} dB, {ratio} : 1, knee {width}: {level} gives {given}, not {wanted}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_end_of_the_ratios_range_is_a_limiter() {
        let curve = Curve::new(-20.0, INFINITE, 0.0);
        assert_eq!(curve.reduction(0.0), 20.0);
        assert_eq!(curve.make_up(), 10.0);
    }
}
