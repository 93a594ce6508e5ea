//! Keys that come to the host's window, in words that formats understand.

use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask, KeyPressEvent};
use x11rb::rust_connection::RustConnection;

/// A key that goes down or up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// X11's number for what is written on it, with shift regarded.
    pub(crate) symbol: u32,
    /// What it types; `None` for keys that type nothing.
    pub(crate) character: Option<char>,
    pub(crate) shift: bool,
    pub(crate) alt: bool,
    pub(crate) control: bool,
    pub(crate) down: bool,
}

/// What is on which key.
pub(super) struct Keyboard {
    first: u8,
    columns: usize,
    symbols: Vec<u32>,
}

impl Keyboard {
    pub(super) fn read(connection: &RustConnection) -> Result<Self, ReplyError> {
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let count = last.saturating_sub(first).saturating_add(1);
        let reply = connection.get_keyboard_mapping(first, count)?.reply()?;
        Ok(Self { first, columns: reply.keysyms_per_keycode.into(), symbols: reply.keysyms })
    }

    /// A key of an event.
    pub(super) fn key(&self, event: &KeyPressEvent, down: bool) -> Option<Key> {
        let held = |mask| event.state & mask != KeyButMask::default();
        let shift = held(KeyButMask::SHIFT);
        let row = usize::from(event.detail.checked_sub(self.first)?) * self.columns;
        let of = |column: usize| self.symbols.get(row + column).copied().filter(|symbol| *symbol != 0);
        let symbol = of(usize::from(shift && self.columns > 1)).or_else(|| of(0))?;
        let alt = held(KeyButMask::MOD1);
        let control = held(KeyButMask::CONTROL);
        Some(Key { symbol, character: character(symbol), shift, alt, control, down })
    }
}

/// What a symbol types: Latin 1 is numbered as it is, the rest of Unicode from 0x0100_0000.
fn character(symbol: u32) -> Option<char> {
    match symbol {
        0x20..=0x7e | 0xa0..=0xff => char::from_u32(symbol),
        0x0100_0100..=0x0110_ffff => char::from_u32(symbol - 0x0100_0000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_and_characters() {
        assert_eq!(character(0x61), Some('a'));
        assert_eq!(character(0xe4), Some('ä'));
        assert_eq!(character(0x0100_20ac), Some('€'));
        assert_eq!(character(0xff0d), None, "return types nothing");
    }
}
