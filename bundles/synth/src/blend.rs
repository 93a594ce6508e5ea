//! How effects are mixed in.

/// How long sound comes in once a mix leaves 0, in seconds: without that its beginning would be heard as a click.
pub(crate) const COME_IN: f64 = 0.01;

/// The factors of the sound itself and of the effect at a mix in percent: a quarter of a circle, so that their power
/// together is the same, and neither jumps at an end.
pub(crate) fn blend(percent: f32) -> (f32, f32) {
    let x = percent * 0.01;
    if x > 0.0 { (quarter(1.0 - x.min(1.0)), quarter(x.min(1.0))) } else { (1.0, 0.0) }
}

/// sin(π x / 2) for 0 to 1, within 10⁻⁴; exact at both ends.
fn quarter(x: f32) -> f32 {
    let y = x * x;
    x * (1.570_796_3 + y * (-0.645_964_1 + y * (0.079_692_6 - y * 0.004_524_8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_stays() {
        assert_eq!(blend(0.0), (1.0, 0.0));
        assert_eq!(blend(f32::NAN), (1.0, 0.0));
        for percent in 0..=100 {
            let (dry, wet) = blend(percent as f32);
            assert!((dry * dry + wet * wet - 1.0).abs() < 5e-4, "{percent}: {dry}, {wet}");
        }
        let (dry, wet) = blend(100.0);
        assert!(dry == 0.0 && (wet - 1.0).abs() < 1e-6, "{dry}, {wet}");
    }
}
