//! Names of keys: baseview's, the toolkit's, the display's and VST3's.

use dyad_gui::egui::{Key, Modifiers};
use keyboard_types::{Code, KeyboardEvent};
use x11rb::protocol::xproto::KeyButMask;

use crate::exchange::HostKey;

/// The toolkit's name of a key.
pub(super) fn key(event: &KeyboardEvent) -> Option<Key> {
    let named = match &event.key {
        keyboard_types::Key::Named(name) => Key::from_name(&name.to_string()),
        keyboard_types::Key::Character(text) => Key::from_name(text),
    };
    // By its place, where another script than Latin is written.
    named.or_else(|| Key::from_name(&event.code.to_string()))
}

/// Whether it only changes what other keys mean.
pub(super) fn is_modifier(code: Code) -> bool {
    matches!(
        code,
        Code::ShiftLeft
            | Code::ShiftRight
            | Code::ControlLeft
            | Code::ControlRight
            | Code::AltLeft
            | Code::AltRight
            | Code::MetaLeft
            | Code::MetaRight
            | Code::CapsLock
            | Code::NumLock
    )
}

/// Which modifier it is, if it is one that holds while it is down.
pub(super) fn modifier(code: Code) -> Option<keyboard_types::Modifiers> {
    Some(match code {
        Code::ShiftLeft | Code::ShiftRight => keyboard_types::Modifiers::SHIFT,
        Code::ControlLeft | Code::ControlRight => keyboard_types::Modifiers::CONTROL,
        Code::AltLeft | Code::AltRight => keyboard_types::Modifiers::ALT,
        _ => return None,
    })
}

/// Where the rows of a keyboard begin, as the display counts keys, and what stands there.
const ROWS: [(u8, &[Code]); 5] = {
    use Code::*;
    [
        (
            9,
            &[
                Escape,
                Digit1,
                Digit2,
                Digit3,
                Digit4,
                Digit5,
                Digit6,
                Digit7,
                Digit8,
                Digit9,
                Digit0,
                Minus,
                Equal,
                Backspace,
                Tab,
                KeyQ,
                KeyW,
                KeyE,
                KeyR,
                KeyT,
                KeyY,
                KeyU,
                KeyI,
                KeyO,
                KeyP,
                BracketLeft,
                BracketRight,
                Enter,
                ControlLeft,
                KeyA,
                KeyS,
                KeyD,
                KeyF,
                KeyG,
                KeyH,
                KeyJ,
                KeyK,
                KeyL,
                Semicolon,
                Quote,
                Backquote,
                ShiftLeft,
                Backslash,
                KeyZ,
                KeyX,
                KeyC,
                KeyV,
                KeyB,
                KeyN,
                KeyM,
                Comma,
                Period,
                Slash,
                ShiftRight,
                NumpadMultiply,
                AltLeft,
                Space,
                CapsLock,
                F1,
                F2,
                F3,
                F4,
                F5,
                F6,
                F7,
                F8,
                F9,
                F10,
                NumLock,
                ScrollLock,
                Numpad7,
                Numpad8,
                Numpad9,
                NumpadSubtract,
                Numpad4,
                Numpad5,
                Numpad6,
                NumpadAdd,
                Numpad1,
                Numpad2,
                Numpad3,
                Numpad0,
                NumpadDecimal,
            ],
        ),
        (94, &[IntlBackslash, F11, F12, IntlRo]),
        (104, &[NumpadEnter, ControlRight, NumpadDivide, PrintScreen, AltRight]),
        (110, &[Home, ArrowUp, PageUp, ArrowLeft, ArrowRight, End, ArrowDown, PageDown, Insert, Delete]),
        (133, &[MetaLeft, MetaRight, ContextMenu]),
    ]
};

/// The display's number of a key, as all keyboards under Linux have it.
pub(super) fn keycode(code: Code) -> Option<u8> {
    ROWS.iter().find_map(|(first, row)| {
        row.iter().position(|known| *known == code).map(|place| first + place as u8)
    })
}

/// Modifiers as the display writes them.
pub(super) fn state(modifiers: keyboard_types::Modifiers) -> KeyButMask {
    use keyboard_types::Modifiers as M;
    let all = [
        (M::SHIFT, KeyButMask::SHIFT),
        (M::CONTROL, KeyButMask::CONTROL),
        (M::ALT, KeyButMask::MOD1),
        (M::NUM_LOCK, KeyButMask::MOD2),
        (M::META, KeyButMask::MOD4),
        (M::CAPS_LOCK, KeyButMask::LOCK),
    ];
    let held = all.into_iter().filter(|(modifier, _)| modifiers.contains(*modifier));
    held.fold(KeyButMask::default(), |all, (_, bit)| all | bit)
}

/// Bits of the display's state: a third sign is wanted, and which of the user's layouts it is.
const THIRD: u16 = 1 << 7;
const LAYOUT: u16 = 3 << 13;

/// What a key writes that has these signs: without and with Shift, the same in the second layout, and
/// then the third and fourth sign.
pub(super) fn written(signs: &[u32], state: u16, shift: bool, caps: bool, numbers: bool) -> Option<char> {
    let sign = |place: usize| {
        signs.get(place).map(|sign| xkeysym::Keysym::new(*sign)).filter(|sign| sign.raw() != 0)
    };
    let first = match (state & THIRD != 0, state & LAYOUT != 0) {
        (true, false) if sign(4).is_some() => 4,
        (false, true) if sign(2).is_some() => 2,
        _ => 0,
    };
    let (plain, shifted) = (sign(first)?, sign(first + 1));
    // A keypad's digits are its second signs.
    let keypad = shifted.is_some_and(|sign| sign.is_keypad_key());
    let chosen = if shift != (keypad && numbers) { shifted.unwrap_or(plain) } else { plain };
    let character = chosen.key_char().filter(|character| !character.is_control())?;
    // A letter may be there once, and capitals lock only letters.
    let upper = shift != caps;
    let mut other: Box<dyn Iterator<Item = char>> = match character.is_alphabetic() {
        true if upper => Box::new(character.to_uppercase()),
        true => Box::new(character.to_lowercase()),
        false => return Some(character),
    };
    // Letters that become two stay as they are.
    let changed = other.next();
    if other.next().is_none() { changed } else { Some(character) }
}

impl HostKey {
    /// As VST3 writes it.
    pub(crate) fn new(character: u32, code: u32, modifiers: u32, down: bool) -> Self {
        let character = char::from_u32(character).filter(|character| *character != '\0');
        Self { character, code, modifiers, down }
    }

    /// The toolkit's name of it.
    pub(crate) fn key(&self) -> Option<Key> {
        let function = |number: u32| Key::from_name(&format!("F{number}"));
        Some(match self.code {
            1 => Key::Backspace,
            2 => Key::Tab,
            4 | 19 => Key::Enter,
            6 => Key::Escape,
            7 => Key::Space,
            9 => Key::End,
            10 => Key::Home,
            11 => Key::ArrowLeft,
            12 => Key::ArrowUp,
            13 => Key::ArrowRight,
            14 => Key::ArrowDown,
            15 => Key::PageUp,
            16 => Key::PageDown,
            21 => Key::Insert,
            22 => Key::Delete,
            40..=51 => return function(self.code - 39),
            _ => return Key::from_name(self.text()?.encode_utf8(&mut [0; 4])),
        })
    }

    /// What it writes.
    pub(crate) fn text(&self) -> Option<char> {
        const DIGITS: std::ops::RangeInclusive<u32> = 24..=33;
        match (self.character, self.code) {
            (Some(character), _) => Some(character).filter(|character| !character.is_control()),
            (None, 7) => Some(' '),
            (None, 34) => Some('*'),
            (None, 35) => Some('+'),
            (None, 37) => Some('-'),
            (None, 38) => Some('.'),
            (None, 39) => Some('/'),
            (None, code) if DIGITS.contains(&code) => char::from_digit(code - 24, 10),
            _ => None,
        }
    }

    /// The name that it has in a page.
    pub(crate) fn dom_name(&self) -> Option<String> {
        let name = match self.code {
            1 => "Backspace",
            2 => "Tab",
            4 | 19 => "Enter",
            6 => "Escape",
            9 => "End",
            10 => "Home",
            11 => "ArrowLeft",
            12 => "ArrowUp",
            13 => "ArrowRight",
            14 => "ArrowDown",
            15 => "PageUp",
            16 => "PageDown",
            21 => "Insert",
            22 => "Delete",
            40..=51 => return Some(format!("F{}", self.code - 39)),
            _ => return self.text().map(String::from),
        };
        Some(name.into())
    }

    pub(crate) fn modifiers(&self) -> Modifiers {
        // What VST3 calls command is the control key here.
        let ctrl = self.modifiers & 0b1100 != 0;
        Modifiers {
            alt: self.modifiers & 2 != 0,
            ctrl,
            shift: self.modifiers & 1 != 0,
            mac_cmd: false,
            command: ctrl,
        }
    }
}

/// Keys with which a control is operated that has the keyboard: each has a bit.
const OPERATING: [Key; 14] = [
    Key::ArrowUp,
    Key::ArrowDown,
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::PageUp,
    Key::PageDown,
    Key::Home,
    Key::End,
    Key::Delete,
    Key::Backspace,
    Key::Enter,
    Key::Escape,
    Key::Tab,
    Key::Space,
];

/// The bit of what undoes and redoes, while a control has the keyboard.
const UNDOING: u32 = 1 << 30;
/// The bit of everything: a text is being typed.
const TYPING: u32 = 1 << 31;

/// Which keys an editor has a use for now, for a thread that can't ask it.
pub(crate) fn wanted(typing: bool, wants: impl Fn(Key, Modifiers) -> bool) -> u32 {
    let bits = OPERATING.iter().enumerate().filter(|(_, key)| wants(**key, Modifiers::NONE));
    let bits = bits.fold(0, |all: u32, (bit, _)| all | 1 << bit);
    let undoes = wants(Key::Z, Modifiers::CTRL | Modifiers::COMMAND);
    bits | if typing { TYPING } else { 0 } | if undoes { UNDOING } else { 0 }
}

/// Whether a key is among them.
pub(crate) fn is_wanted(bits: u32, key: &HostKey) -> bool {
    if bits & TYPING != 0 {
        return true;
    }
    let (named, modifiers) = (key.key(), key.modifiers());
    if bits & UNDOING != 0 && dyad_gui::editor::undoes(named, modifiers) {
        return true;
    }
    let bit = OPERATING.iter().position(|known| Some(*known) == named);
    bit.is_some_and(|bit| bits & 1 << bit != 0) && !modifiers.command && !modifiers.alt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_the_displays_numbers() {
        for (code, number) in [
            (Code::Space, 65),
            (Code::KeyA, 38),
            (Code::Slash, 61),
            (Code::F10, 76),
            (Code::NumpadDecimal, 91),
            (Code::F12, 96),
            (Code::NumpadEnter, 104),
            (Code::Delete, 119),
            (Code::ContextMenu, 135),
        ] {
            assert_eq!(keycode(code), Some(number), "{code}");
        }
        assert_eq!(keycode(Code::BrowserHome), None);
    }

    #[test]
    fn keys_write_what_the_display_has_on_them() {
        let plain = |signs: &[u32], shift| written(signs, 0, shift, false, false);
        // 6 and ^; a and A, or a alone; Cyrillic a; the euro.
        assert_eq!(plain(&[0x36, 0x5e], false), Some('6'));
        assert_eq!(plain(&[0x36, 0x5e], true), Some('^'));
        assert_eq!(plain(&[0x61, 0x41], true), Some('A'));
        assert_eq!(plain(&[0x61], true), Some('A'));
        assert_eq!(plain(&[0x6c1, 0x6e1], false), Some('\u{430}'));
        let german = [0x65, 0x45, 0x65, 0x45, 0x20ac, 0];
        assert_eq!(written(&german, THIRD, false, false, false), Some('\u{20ac}'));
        assert_eq!(written(&german, 0, false, true, false), Some('E'));
        assert_eq!(written(&german, 0, true, true, false), Some('e'));
        assert_eq!(plain(&[0xdf, 0x3f], false), Some('\u{df}'));
        // The second layout.
        assert_eq!(written(&[0x61, 0x41, 0x6c6, 0x6e6], 1 << 13, false, false, false), Some('\u{444}'));
        // A keypad's key is End or 1.
        assert_eq!(written(&[0xff9c, 0xffb1], 0, false, false, true), Some('1'));
        assert_eq!(written(&[0xff9c, 0xffb1], 0, false, false, false), None);
        // Return, nothing, and what is no sign at all.
        assert_eq!(plain(&[0xff0d], false), None);
        assert_eq!(plain(&[0, 0], false), None);
        assert_eq!(plain(&[], true), None);
        assert_eq!(plain(&[u32::MAX, u32::MAX], true), None);
    }

    #[test]
    fn keys_through_the_host_have_names() {
        let key = |character, code| HostKey::new(character, code, 0, true);
        assert_eq!(key(0, 12).key(), Some(Key::ArrowUp));
        assert_eq!(key('a'.into(), 0).key(), Some(Key::A));
        assert_eq!(key('a'.into(), 0).text(), Some('a'));
        assert_eq!(key(0, 27).text(), Some('3'));
        assert_eq!(key(0, 12).dom_name().as_deref(), Some("ArrowUp"));
        assert_eq!(key('a'.into(), 0).dom_name().as_deref(), Some("a"));
        assert_eq!(key(0, 41).dom_name().as_deref(), Some("F2"));
        assert_eq!(key(0, 7).dom_name().as_deref(), Some(" "));
        assert_eq!(key(0, 3).dom_name(), None);
        assert_eq!(key(0, 41).key(), Some(Key::F2));
        assert_eq!(key(13, 4).text(), None);
        assert_eq!(key(0, u32::MAX).key(), None);
        assert_eq!(key(0xd800, 0).text(), None);
    }

    #[test]
    fn only_wanted_keys_are_taken() {
        let arrows = wanted(false, |key, _| key == Key::ArrowUp);
        let up = |modifiers| HostKey::new(0, 12, modifiers, true);
        assert!(is_wanted(arrows, &up(0)) && is_wanted(arrows, &up(1)));
        assert!(!is_wanted(arrows, &up(4)) && !is_wanted(arrows, &up(2)));
        assert!(!is_wanted(arrows, &HostKey::new(' '.into(), 7, 0, true)));
        assert!(!is_wanted(0, &up(0)));
        let control = wanted(false, |key, modifiers| key == Key::Z && modifiers.command);
        let z = |modifiers| HostKey::new('z'.into(), 0, modifiers, true);
        assert!(is_wanted(control, &z(4)) && is_wanted(control, &z(5)), "undo and redo");
        assert!(!is_wanted(control, &z(0)) && !is_wanted(control, &z(6)) && !is_wanted(arrows, &z(4)));
        assert!(is_wanted(wanted(true, |_, _| false), &HostKey::new('x'.into(), 0, 0, true)));
    }
}
