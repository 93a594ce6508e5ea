//! How effects are mixed in.

/// How long sound comes in once a mix leaves 0, in seconds: without that its beginning would be heard as a click.
pub(crate) const COME_IN: f64 = 0.01;

/// The factors of the sound itself and of the effect at a mix in percent. Their power together is always the same and, but
/// for the ends, about divided as the mix says: √(1 − x) and √x would be that, but would jump at 0 and 1. Instead it goes
/// along a quarter of a circle, faster near its ends.
pub(crate) fn blend(percent: f32) -> (f32, f32) {
    let x = (percent * 0.01).min(1.0);
    if x > 0.0 {
        let way = x * (2.0 + x * (2.0 * x - 3.0));
        (quarter(1.0 - way), quarter(way))
    } else {
        (1.0, 0.0)
    }
}

/// sin(π x / 2) for 0 to 1, within 2·10⁻⁴; exact at both ends.
fn quarter(x: f32) -> f32 {
    let y = x * x;
    x * (std::f32::consts::FRAC_PI_2 + y * (-0.645_964_1 + y * (0.079_692_6 - y * 0.004_524_8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_stays() {
        assert_eq!(blend(0.0), (1.0, 0.0));
        assert!((blend(20.0).1.powi(2) - 0.2).abs() < 0.01);
        for percent in 0..=100 {
            let (dry, wet) = blend(percent as f32);
            assert!((dry * dry + wet * wet - 1.0).abs() < 5e-4, "{percent}: {dry}, {wet}");
        }
        let (dry, wet) = blend(100.0);
        assert!(dry == 0.0 && (wet - 1.0).abs() < 1e-6, "{dry}, {wet}");
    }
}
