//! Events of a block: what happens at which frame.
//!
//! From a host's bytes to a plugin's notes, and back:
//!
//! ```text
//! LV2 ── midi::parse ──┐                                                        ┌─ plugin
//! VST3 ─ Merge of its ─┴→ Mpe::translate → NoteMap::resolve → EventList (in) ───┘
//!        queues            (if it is MPE)   (gives ids)
//! LV2 ←─ midi::encode ─┐
//! VST3 ←───────────────┴─ SoundingOutputs ← EventList (out) ←─────────────────── plugin
//! ```

mod kinds;
mod list;
mod merge;
pub mod midi;
mod mpe;
mod notes;
mod output;
mod ports;

pub use kinds::{Address, Event, EventKind, Expression, Incoming, Note, NoteId, SysEx};
pub use list::EventList;
pub use merge::{Cursor, Merge};
pub use mpe::Mpe;
pub use notes::NoteMap;
pub use output::SoundingOutputs;
pub use ports::{Controllers, EventPorts};

/// The release velocity of a note off that does not have one: MIDI's 64.
pub const RELEASE_VELOCITY: f32 = 64.0 / 127.0;

/// A parameter's new value, in plain units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// Position in [`Description::params`](crate::Description::params).
    pub index: usize,
    /// The new plain value; the cycle clamps it and refuses NaN.
    pub plain: f64,
}

/// A short MIDI message at its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Midi {
    /// Frame within the block, later within the piece.
    pub frame: u32,
    /// Status byte and up to two data bytes; unused ones are 0.
    pub bytes: [u8; 3],
}

/// Where the cycle gets a block's events from. Each adaptor implements it over the host's own
/// structures, so nothing is copied or sorted on the way.
pub trait Source {
    /// Hands out every parameter change at or before `frame` that was not handed out yet, in the
    /// order of frames, and gives the frame of the next one, if there is any. `[audio-thread]`
    fn changes(&mut self, frame: u32, apply: &mut impl FnMut(Change)) -> Option<u32>;

    /// Hands out the MIDI messages at or before `frame` that were not handed out yet, in the order
    /// of frames. `[audio-thread]`
    fn midi(&mut self, _frame: u32, _take: &mut impl FnMut(Midi)) {}
}

/// A block in which nothing happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoEvents;

impl Source for NoEvents {
    fn changes(&mut self, _frame: u32, _apply: &mut impl FnMut(Change)) -> Option<u32> {
        None
    }
}

/// A list of fixed capacity. When it is full, further events are dropped and counted: later ones
/// would come too late anyway, and the count tells that it happened.
#[derive(Debug)]
pub struct MidiList {
    events: Vec<Midi>,
    dropped: u64,
}

impl MidiList {
    /// A list with room for `capacity` events. `[main-thread]`
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { events: Vec::with_capacity(capacity), dropped: 0 }
    }

    /// Appends an event; a full list drops and counts it. `[audio-thread]`
    pub fn push(&mut self, event: Midi) {
        if self.events.len() < self.events.capacity() {
            self.events.push(event);
        } else {
            self.dropped += 1;
        }
    }

    /// Empties the list. `[audio-thread]`
    pub fn clear(&mut self) {
        self.events.clear();
    }

    /// The events, in the order of frames.
    #[must_use]
    pub fn as_slice(&self) -> &[Midi] {
        &self.events
    }

    /// How many events were dropped since the list was made.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_list_drops_counts_and_does_not_grow() {
        let mut list = MidiList::with_capacity(4);
        let room = list.events.capacity();
        for frame in 0..room as u32 + 3 {
            list.push(Midi { frame, bytes: [0x90, 60, 100] });
        }
        assert_eq!((list.as_slice().len(), list.dropped()), (room, 3));
        assert_eq!(list.events.capacity(), room);
        assert_eq!(list.as_slice()[0].frame, 0);
    }
}
