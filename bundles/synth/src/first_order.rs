//! Filters of first order that leave the same of a sound at every sample rate: what a rate of 48 kHz makes of them is what
//! other rates are given. The power response of any such filter is (T + αu) / (1 + βu), u = 1 − cos ω, so three frequencies
//! at which it is known determine it.

/// The rate whose sound counts, in Hz.
pub(crate) const REFERENCE: f64 = 48_000.0;
/// Where responses meet at the latest, in hertz, and as parts of a low rate.
const MEET: [(f64, f64); 2] = [(7000.0, 0.25), (16_000.0, 0.45)];

/// y = b0·x + b1·x′ + a·y′, with ′ for the frame before.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct FirstOrder {
    pub(crate) b0: f64,
    pub(crate) b1: f64,
    pub(crate) a: f64,
}

impl FirstOrder {
    /// The one whose power at 0 Hz, around `corner` and at the upper end of what is heard is `power` of these frequencies.
    pub(crate) fn matching(rate: f64, corner: f64, power: impl Fn(f64) -> f64) -> Self {
        let [first, second] = MEET.map(|(hertz, part)| hertz.min(part * rate));
        let still = power(0.0);
        let [(t1, s1), (t2, s2)] = [first.min(corner), second].map(|hertz| {
            let power = power(hertz);
            (power, (power - still) / turned(hertz, rate))
        });
        let beta = if (t2 - t1).abs() < 1e-12 { 0.0 } else { (s1 - s2) / (t2 - t1) };
        let beta = beta.max(-0.45);
        let alpha = s1 + t1 * beta;
        // β = 2a / (1 − a)². What is left at 0 Hz and at half the rate gives b0 + b1 and b0 − b1.
        let a = beta / (1.0 + beta + (1.0 + 2.0 * beta).sqrt());
        let sum = (1.0 - a) * still.max(0.0).sqrt();
        let difference = (1.0 + a) * ((still + 2.0 * alpha) / (1.0 + 2.0 * beta)).max(0.0).sqrt();
        Self { b0: 0.5 * (sum + difference), b1: 0.5 * (sum - difference), a }
    }

    /// What it leaves of the power of a frequency.
    #[cfg(test)]
    pub(crate) fn power(&self, hertz: f64, rate: f64) -> f64 {
        let u = turned(hertz, rate);
        ((self.b0 + self.b1).powi(2) - 2.0 * self.b0 * self.b1 * u)
            / ((1.0 - self.a).powi(2) + 2.0 * self.a * u)
    }
}

/// 1 − cos ω.
pub(crate) fn turned(hertz: f64, rate: f64) -> f64 {
    1.0 - (std::f64::consts::TAU * hertz / rate).cos()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::decibels;

    /// A low pass of the reference rate, `y += pace·(x − y)`, elsewhere.
    #[test]
    fn the_same_at_every_rate() {
        for rate in [44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0] {
            for corner in [150.0, 900.0, 4000.0, 16_000.0] {
                let left = 1.0 - pace(corner);
                let power = |hertz| {
                    pace(corner).powi(2) / (pace(corner).powi(2) + 2.0 * left * turned(hertz, REFERENCE))
                };
                let filter = FirstOrder::matching(rate, corner, power);
                if rate == REFERENCE {
                    assert!((filter.a - left).abs() < 1e-9 && filter.b1.abs() < 1e-9, "{filter:?}");
                }
                for step in 0..=180 {
                    let hertz = 20.0 + 100.0 * f64::from(step);
                    let apart = decibels((filter.power(hertz, rate) / power(hertz)).sqrt());
                    assert!(apart.abs() < 0.3, "{corner} at {rate} Hz: {apart} dB at {hertz} Hz");
                }
            }
        }
    }

    /// Whatever is wanted, a sound in it ends.
    #[test]
    fn always_stable() {
        for rate in [8000.0, 11_025.0, 48_000.0, 384_000.0] {
            for (middle, high) in
                [(1.0, 1.0), (1.0, 0.2), (0.2, 1.0), (0.0, 1.0), (1e-9, 0.0), (1.0, 0.9999)]
            {
                let at = |hertz: f64| match hertz {
                    0.0 => 1.0,
                    hertz if hertz < 0.3 * rate => middle,
                    _ => high,
                };
                let FirstOrder { b0, b1, a } = FirstOrder::matching(rate, 5000.0, at);
                assert!(a.abs() < 1.0 && b0.is_finite() && b1.is_finite(), "{rate} Hz: {a}, {b0}, {b1}");
            }
        }
    }

    fn pace(hertz: f64) -> f64 {
        1.0 - (-std::f64::consts::TAU * hertz / REFERENCE).exp()
    }
}
