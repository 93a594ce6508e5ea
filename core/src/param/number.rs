//! Numbers as text. The library's own ways are 30 KB of tables and code in every plugin, for digits
//! that nobody reads.

/// A number with so many digits after the point (at most 9); never "-0.0". Beyond ±10⁹ the digits
/// after the point are not all true.
#[must_use]
pub fn fixed(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    let scale = 10u64.pow(digits.min(9) as u32);
    // A cast beyond the ends gives the ends.
    let scaled = (value.abs() * scale as f64).round() as u64;
    let (whole, part) = (scaled / scale, scaled % scale);
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part:0digits$}") }
}

/// Reads `-12`, `.5`, `3.`, `1e-3`; nothing else. Exact to the last bit or the one before it.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let (negative, text) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (number, exponent) = match text.split_once('e') {
        Some((number, exponent)) => (number, exponent.parse::<i16>().ok()?),
        None => (text, 0),
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let (mut mantissa, mut power, mut digits) = (0u64, i32::from(exponent), 0);
    for (n, byte) in whole.bytes().chain(part.bytes()).enumerate() {
        if !byte.is_ascii_digit() {
            return None;
        }
        digits += 1;
        let is_part = n >= whole.len();
        if mantissa < u64::MAX / 10 - 1 {
            mantissa = mantissa * 10 + u64::from(byte - b'0');
            power -= i32::from(is_part);
        } else {
            // More digits than a number can hold: only their count matters.
            power += i32::from(!is_part);
        }
    }
    if digits == 0 {
        return None;
    }
    let ten = 10f64.powi(power.abs());
    let value = if power < 0 { mantissa as f64 / ten } else { mantissa as f64 * ten };
    let value = if value.is_nan() { 0.0 } else { value };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn as_people_write_them() {
        assert_eq!(
            [fixed(-6.0, 1), fixed(-0.04, 1), fixed(0.05, 1), fixed(1234.5, 0)],
            ["-6.0", "0.0", "0.1", "1235"]
        );
        assert_eq!((fixed(f64::NAN, 2), fixed(0.007, 3)), ("nan".into(), "0.007".into()));
        for (text, value) in
            [("-12", -12.0), (".5", 0.5), ("3.", 3.0), ("+1e-3", 1e-3), ("2e3", 2000.0), ("0e999", 0.0)]
        {
            assert_eq!(parse(text), Some(value), "{text}");
        }
        for text in ["", "-", ".", "e3", "1e", "--1", "1.2.3", "1 2", "nan", "inf", "0x1", "1e99999"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("1e400"), Some(f64::INFINITY));
        assert_eq!(parse("123456789012345678901234567890"), Some(1.234_567_890_123_456_8e29));
    }

    proptest! {
        #[test]
        fn they_agree_with_the_library(value in -1e7f64..1e7, digits in 0usize..7) {
            let text = fixed(value, digits);
            let ours: f64 = text.parse().unwrap();
            prop_assert!((ours - value).abs() <= 0.501 / 10f64.powi(digits as i32), "{value}: {text}");
            let read = parse(&text).unwrap();
            prop_assert!((read - ours).abs() <= ours.abs() * 3e-16, "{text}: {read}");
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[-+0-9.e]{0,12}") {
            if let (Some(ours), Ok(library)) = (parse(&text), text.parse::<f64>()) {
                prop_assert!(ours == library || (ours - library).abs() <= library.abs() * 1e-14, "{text}");
            }
        }
    }
}
