//! Text in the host's fixed arrays.

use std::ffi::c_char;

/// Copies text as bytes; cut to fit, always with a 0 at the end.
pub(crate) fn write_bytes(to: &mut [c_char], text: &str) {
    let room = to.len().saturating_sub(1);
    let mut end = text.len().min(room);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    to.fill(0);
    for (to, from) in to.iter_mut().zip(text[..end].bytes()) {
        *to = from as c_char;
    }
}

/// Copies text as UTF-16; cut between characters to fit, always with a 0 at the end.
pub(crate) fn write_utf16(to: &mut [u16], text: &str) {
    let room = to.len().saturating_sub(1);
    to.fill(0);
    let mut at = 0;
    for character in text.chars() {
        let mut units = [0; 2];
        let units = character.encode_utf16(&mut units);
        if at + units.len() > room {
            break;
        }
        to[at..at + units.len()].copy_from_slice(units);
        at += units.len();
    }
}

/// Reads UTF-16 up to its 0, at most 128 units (the host's `String128`).
///
/// # Safety
/// `text` is null or readable up to a 0 or for 128 units.
pub(crate) unsafe fn read_utf16(text: *const u16) -> Option<String> {
    if text.is_null() {
        return None;
    }
    let mut units = Vec::with_capacity(128);
    for n in 0..128 {
        // SAFETY: neither the 0 nor the end was reached yet.
        let unit = unsafe { text.add(n).read_unaligned() };
        if unit == 0 {
            break;
        }
        units.push(unit);
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        let mut bytes = [1 as c_char; 5];
        write_bytes(&mut bytes, "abcé");
        assert_eq!(bytes, [b'a' as c_char, b'b' as c_char, b'c' as c_char, 0, 0]);
        let mut units = [1; 4];
        write_utf16(&mut units, "ab\u{1f39b}");
        assert_eq!(units, [u16::from(b'a'), u16::from(b'b'), 0, 0]);
        // SAFETY: ends with 0.
        assert_eq!(unsafe { read_utf16(units.as_ptr()) }.as_deref(), Some("ab"));
        // SAFETY: null is allowed; the other has 128 units without a 0.
        unsafe {
            assert_eq!(read_utf16(std::ptr::null()), None);
            assert_eq!(read_utf16([u16::from(b'x'); 128].as_ptr()), Some("x".repeat(128)));
        }
    }
}
