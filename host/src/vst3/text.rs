//! Text in VST3's three shapes: fixed bytes, fixed UTF-16, class ids.

use vst3::Steinberg::TUID;
use vst3::Steinberg::Vst::{String128, TChar};

use std::ffi::c_char;

/// A fixed field of bytes up to its zero.
pub(super) fn from_bytes(field: &[c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|c| c.cast_unsigned()).take_while(|b| *b != 0).collect();
    String::from_utf8_lossy(&bytes).trim().to_owned()
}

/// A fixed field of UTF-16 up to its zero.
pub(super) fn from_wide(field: &[TChar]) -> String {
    let end = field.iter().position(|unit| *unit == 0).unwrap_or(field.len());
    String::from_utf16_lossy(&field[..end]).trim().to_owned()
}

/// A fixed UTF-16 field, cut to fit and always ended by a zero.
pub(super) fn to_string128(text: &str) -> String128 {
    let mut field = [0; 128];
    for (slot, unit) in field[..127].iter_mut().zip(text.encode_utf16()) {
        *slot = unit;
    }
    field
}

/// A class id as 32 hexadecimal digits.
pub(super) fn from_id(id: &TUID) -> String {
    id.iter().map(|byte| format!("{:02X}", byte.cast_unsigned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_at_their_zero_or_their_end() {
        assert_eq!(from_wide(&[104, 105, 0, 120]), "hi");
        assert_eq!(from_wide(&[104, 105]), "hi");
        assert_eq!(from_bytes(&[104, 105, 0, 120]), "hi");
        let long = "ä".repeat(200);
        let field = to_string128(&long);
        assert_eq!(field[127], 0);
        assert_eq!(from_wide(&field).chars().count(), 127);
    }

    #[test]
    fn class_ids() {
        assert_eq!(from_id(&vst3::uid(0x6E33_2252, 1, 2, 0xff)), "6E3322520000000100000002000000FF");
    }
}
