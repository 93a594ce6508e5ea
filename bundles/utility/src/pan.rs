//! Pan laws: how loud each side is for a place between the loudspeakers.

use std::f64::consts::FRAC_PI_2;

use dyad::prelude::*;

/// How much quieter each side is in the middle than at its own end.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanLaw {
    /// One side falls in a straight line, the other one stays as it is: a balance.
    #[choice(id = "balance", name = "0 dB")]
    Balance,
    /// Sine and cosine: the same power wherever the sound is.
    #[choice(id = "constant_power", name = "−3 dB")]
    ConstantPower,
    /// The geometric mean of the laws beside it.
    #[choice(id = "compromise", name = "−4.5 dB")]
    Compromise,
    /// Straight lines: the same sum wherever the sound is, for what is heard in mono.
    #[choice(id = "linear", name = "−6 dB")]
    Linear,
}

/// The factors of left and right for a place from −1 (left) to 1 (right).
pub(crate) fn gains(law: PanLaw, place: f64) -> [f64; 2] {
    let place = place.clamp(-1.0, 1.0);
    let right = 0.5 + 0.5 * place;
    let left = 1.0 - right;
    // The cosine of a quarter turn is no exact 0.
    let side = |share: f64| if share <= 0.0 { 0.0 } else { (share * FRAC_PI_2).sin() };
    match law {
        PanLaw::Balance => [(2.0 * left).min(1.0), (2.0 * right).min(1.0)],
        PanLaw::ConstantPower => [side(left), side(right)],
        PanLaw::Compromise => [(left * side(left)).sqrt(), (right * side(right)).sqrt()],
        PanLaw::Linear => [left, right],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAWS: [PanLaw; 4] = [PanLaw::Balance, PanLaw::ConstantPower, PanLaw::Compromise, PanLaw::Linear];

    fn decibels(factor: f64) -> f64 {
        20.0 * factor.log10()
    }

    #[test]
    fn the_middle_is_as_loud_as_the_law_is_named() {
        for (law, expected) in LAWS.into_iter().zip([0.0, -3.0, -4.5, -6.0]) {
            let [left, right] = gains(law, 0.0);
            assert!((left - right).abs() < 1e-12, "{law:?}");
            assert!((decibels(left) - expected).abs() < 0.1, "{law:?}: {}", decibels(left));
        }
        assert_eq!(gains(PanLaw::Balance, 0.0), [1.0, 1.0], "it changes nothing unless it is used");
    }

    #[test]
    fn the_ends_are_all_and_nothing_and_the_sides_mirror_each_other() {
        for law in LAWS {
            assert_eq!(gains(law, -1.0), [1.0, 0.0], "{law:?}");
            assert_eq!(gains(law, 1.0), [0.0, 1.0], "{law:?}");
            assert_eq!(gains(law, 7.0), [0.0, 1.0], "{law:?}");
            for n in 0..=100 {
                let place = f64::from(n) / 100.0;
                let ([a, b], [c, d]) = (gains(law, place), gains(law, -place));
                assert!((a - d).abs() < 1e-12 && (b - c).abs() < 1e-12, "{law:?} at {place}");
            }
        }
    }

    #[test]
    fn each_law_keeps_what_it_is_there_for() {
        for n in -100..=100 {
            let place = f64::from(n) / 100.0;
            let [left, right] = gains(PanLaw::ConstantPower, place);
            assert!((left * left + right * right - 1.0).abs() < 1e-12, "power at {place}");
            let [left, right] = gains(PanLaw::Linear, place);
            assert!((left + right - 1.0).abs() < 1e-12, "sum at {place}");
            let [left, right] = gains(PanLaw::Balance, place);
            assert!(left.max(right) == 1.0, "the louder side at {place}");
            let middle = gains(PanLaw::Compromise, place);
            let [power, line] = [PanLaw::ConstantPower, PanLaw::Linear].map(|law| gains(law, place));
            for side in 0..2 {
                let mean = (power[side] * line[side]).sqrt();
                assert!((middle[side] - mean).abs() < 1e-12, "between both at {place}");
            }
        }
    }
}
