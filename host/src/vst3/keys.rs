//! Keys as VST3 counts them.

use vst3::Steinberg::KeyModifier_::{kAlternateKey, kCommandKey, kShiftKey};
use vst3::Steinberg::VirtualKeyCodes_::*;
use vst3::Steinberg::*;

use crate::gui::Key;

/// Symbol and code of the keys that type nothing, in X11's numbers.
const CODES: [(u32, VirtualKeyCodes); 18] = [
    (0xff08, KEY_BACK),
    (0xff09, KEY_TAB),
    (0xff0d, KEY_RETURN),
    (0xff1b, KEY_ESCAPE),
    (0xff50, KEY_HOME),
    (0xff51, KEY_LEFT),
    (0xff52, KEY_UP),
    (0xff53, KEY_RIGHT),
    (0xff54, KEY_DOWN),
    (0xff55, KEY_PAGEUP),
    (0xff56, KEY_PAGEDOWN),
    (0xff57, KEY_END),
    (0xff63, KEY_INSERT),
    (0xff8d, KEY_ENTER),
    (0xffe1, KEY_SHIFT),
    (0xffe3, KEY_CONTROL),
    (0xffe9, KEY_ALT),
    (0xffff, KEY_DELETE),
];

/// Character, code and modifiers of a key.
pub(super) fn translate(key: &Key) -> (char16, int16, int16) {
    let mut units = [0; 2];
    let character = key.character.map(|character| &*character.encode_utf16(&mut units));
    let character = match character {
        Some([one]) => *one,
        // Beyond 16 bits there is no way to say it.
        _ => 0,
    };
    let code = match key.symbol {
        0x20 => KEY_SPACE,
        0xffbe..=0xffc9 => KEY_F1 + (key.symbol - 0xffbe) as VirtualKeyCodes,
        symbol => CODES.iter().find(|(other, _)| *other == symbol).map_or(0, |(_, code)| *code),
    };
    let held = [(key.shift, kShiftKey), (key.alt, kAlternateKey), (key.control, kCommandKey)];
    let modifiers = held.iter().filter(|(held, _)| *held).fold(0, |all, (_, one)| all | *one);
    (character as char16, code as int16, modifiers as int16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_codes() {
        let key = |symbol, character| Key {
            symbol,
            character,
            shift: true,
            alt: false,
            control: true,
            down: true,
        };
        let both = (kShiftKey | kCommandKey) as int16;
        assert_eq!(translate(&key(0x41, Some('A'))), (65, 0, both));
        assert_eq!(translate(&key(0x20, Some(' '))), (32, KEY_SPACE as int16, both));
        assert_eq!(translate(&key(0xff1b, None)), (0, KEY_ESCAPE as int16, both));
        assert_eq!(translate(&key(0xffc9, None)), (0, KEY_F12 as int16, both));
        assert_eq!(translate(&key(0x0101_f600, Some('😀'))).0, 0);
    }
}
