//! MIDI as LV2 has it: whole messages, and notes that end as ends. Its readers may rely on that.

use crate::shared::Midi;

/// The message as a plugin may get it; `None` for what is no message.
pub(super) fn proper(message: &Midi) -> Option<Midi> {
    let (status, data) = message.bytes().split_first()?;
    let seven_bits = |data: &[u8]| data.iter().all(|byte| *byte < 0x80);
    let length = match status {
        0x80..=0xbf | 0xe0..=0xef | 0xf2 => 2,
        0xc0..=0xdf | 0xf1 | 0xf3 => 1,
        0xf6 | 0xf8 | 0xfa..=0xfc | 0xfe | 0xff => 0,
        0xf0 => {
            let (end, inner) = data.split_last()?;
            return (*end == 0xf7 && seven_bits(inner)).then_some(*message);
        }
        _ => return None,
    };
    if data.len() != length || !seven_bits(data) {
        return None;
    }
    match message.bytes() {
        [start @ 0x90..=0x9f, key, 0] => {
            let end = Midi::new(message.offset, &[start & 0x8f, *key, 0])?;
            Some(end.on_port(message.port))
        }
        _ => Some(*message),
    }
}
