//! Numbers in Turtle's form.

/// A decimal with the fewest digits that give this `f32` back, which is what LV2 ports carry.
/// Never an exponent, always a point, no negative zero.
pub(crate) fn decimal(value: f64) -> String {
    let value = value as f32;
    // Plugins with infinite or NaN ends are refused long before; the file stays valid regardless.
    let value = if value == 0.0 || !value.is_finite() { 0.0 } else { value };
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

/// A whole number where the value is one, else a decimal.
pub(crate) fn integer(value: f64) -> String {
    let whole = value.round();
    if whole == value && whole.abs() < 1e15 { format!("{}", whole as i64) } else { decimal(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shortest_and_valid() {
        for (value, text) in [
            (0.0, "0.0"),
            (-0.0, "0.0"),
            (0.1, "0.1"),
            (f64::from(0.1f32), "0.1"),
            (-60.0, "-60.0"),
            (20_000.0, "20000.0"),
            (1e-7, "0.0000001"),
            (f64::NAN, "0.0"),
        ] {
            assert_eq!(decimal(value), text);
        }
        assert_eq!([integer(3.0), integer(-12.0), integer(-0.0), integer(2.5)], ["3", "-12", "0", "2.5"]);
    }

    proptest! {
        #[test]
        fn decimals_give_the_same_f32_back(bits: u32) {
            let value = f32::from_bits(bits);
            prop_assume!(value.is_finite());
            let text = decimal(f64::from(value));
            prop_assert_eq!(text.parse::<f32>().unwrap(), value);
            let (whole, part) = text.trim_start_matches('-').split_once('.').unwrap();
            for digits in [whole, part] {
                prop_assert!(!digits.is_empty());
                prop_assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
            }
        }
    }
}
