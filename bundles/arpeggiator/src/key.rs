//! A key of a channel.

use dyad::event::{Note, NoteId};

/// A key of a channel, ordered by pitch first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u16);

/// The keys of all channels.
pub(crate) const KEYS: usize = 128 * 16;

impl Key {
    pub(crate) const fn new(channel: u8, key: u8) -> Self {
        Self((key as u16 & 127) << 4 | channel as u16 & 15)
    }

    pub(crate) const fn of(note: Note) -> Self {
        Self::new(note.channel, note.key)
    }

    pub(crate) const fn channel(self) -> u8 {
        self.0 as u8 & 15
    }

    pub(crate) const fn key(self) -> u8 {
        (self.0 >> 4) as u8
    }

    /// Its place in tables of [`KEYS`].
    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }

    pub(crate) const fn note(self, id: u32) -> Note {
        Note { id: NoteId(id), channel: self.channel(), key: self.key() }
    }

    /// So many semitones away; by octaves within what MIDI has.
    pub(crate) fn moved(self, semitones: i32) -> Self {
        let key = i32::from(self.key()) + semitones;
        let folded = match key {
            ..0 => key.rem_euclid(12),
            0..=127 => key,
            _ => 116 + (key - 116).rem_euclid(12),
        };
        Self::new(self.channel(), folded as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_beyond_midi_fold_by_octaves() {
        for (key, by, is) in [
            (60, 12, 72),
            (127, 0, 127),
            (127, 1, 116),
            (120, 36, 120),
            (115, 13, 116),
            (0, -1, 11),
            (3, -24, 3),
            (127, 60, 127),
        ] {
            let moved = Key::new(9, key).moved(by);
            assert_eq!((moved.channel(), moved.key()), (9, is), "{key} by {by}");
        }
        assert!(Key::new(15, 60) < Key::new(0, 61), "pitch counts before the channel");
    }
}
