//! Names of presets as names of files, on every system.

use crate::identity;

/// The longest name of a file, in bytes. File systems allow 255; this leaves room for endings.
const MAX_LEN: usize = 200;

/// The name of a file for a name that a person typed: letters of all alphabets stay, what some
/// file system can't have becomes `%` and two hexadecimal digits. `None` for names that no file
/// should have: empty, with control characters, or too long.
pub(super) fn to_file(name: &str) -> Option<String> {
    if name.trim().is_empty() || name.chars().any(char::is_control) {
        return None;
    }
    let device = is_device(name);
    let mut file = String::with_capacity(name.len());
    for (at, c) in name.char_indices() {
        let (first, last) = (at == 0, at + c.len_utf8() == name.len());
        // A point at the front hides a file, and Windows drops points and spaces at the end.
        let outermost = (first || last) && matches!(c, '.' | ' ');
        if outermost || r#"/\:*?"<>|%"#.contains(c) || (first && device) {
            file += &format!("%{:02X}", u32::from(c));
        } else {
            file.push(c);
        }
    }
    (file.len() <= MAX_LEN).then_some(file)
}

/// The name that a file stands for.
pub(super) fn from_file(file: &str) -> String {
    let mut name = Vec::with_capacity(file.len());
    let mut rest = file.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.filter(|d| *first == b'%' && d.bytes().all(|b| b.is_ascii_hexdigit()));
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                name.push(byte);
                rest = &after[2..];
            }
            None => {
                name.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&name).into_owned()
}

/// The name of a plugin's folder: its id, or a hash where that is too long.
pub(super) fn plugin_folder(id: &str) -> String {
    to_file(id).unwrap_or_else(|| {
        let [a, b, c, d] = identity::vst3_class_words(id);
        format!("{a:08x}{b:08x}{c:08x}{d:08x}")
    })
}

/// Names that Windows keeps for devices, whatever follows the first point.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered = |prefix| stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1);
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_file_systems_can_not_have_are_escaped() {
        for (name, file) in [
            ("Deep sub", "Deep sub"),
            ("Größe 1.5", "Größe 1.5"),
            ("a/b\\c", "a%2Fb%5Cc"),
            ("..", "%2E%2E"),
            (".hidden", "%2Ehidden"),
            ("What?", "What%3F"),
            ("100% wet", "100%25 wet"),
            ("end. ", "end.%20"),
            ("aux", "%61ux"),
            ("Com1.x", "%43om1.x"),
            ("Combo", "Combo"),
        ] {
            assert_eq!(to_file(name).as_deref(), Some(file), "{name:?}");
            assert_eq!(from_file(file), name);
        }
        for name in ["", "  ", "a\0b", "a\nb", &"x".repeat(201), &"/".repeat(67)] {
            assert_eq!(to_file(name), None, "{name:?}");
        }
        assert_eq!(from_file("100% wet 5%"), "100% wet 5%", "made by hand");
        assert_eq!(plugin_folder("urn:dyad:gain"), "urn%3Adyad%3Again");
        assert_eq!(plugin_folder(&"urn:".repeat(99)).len(), 32);
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in "\\PC{1,40}") {
            let Some(file) = to_file(&name) else { return Ok(()) };
            prop_assert_eq!(from_file(&file), name);
            prop_assert!(!file.contains('/') && !file.starts_with('.') && !file.ends_with([' ', '.']));
        }
    }
}
