//! The events of a piece, in the order of frames.

use std::sync::atomic::{AtomicU16, Ordering};

use super::{Event, EventKind, SysEx};

/// Numbers the lists, so that one does not take the other's [`SysEx`] for its own.
static LISTS: AtomicU16 = AtomicU16::new(0);

/// Events in the order of frames, with the bytes of their SysEx. It never grows.
///
/// What does not fit is dropped and counted: a later event would come too late anyway. But the last
/// quarter of the places is kept for [`EventKind::NoteOff`], [`EventKind::Choke`] and
/// [`EventKind::NoteEnd`], so that a flood of controllers leaves no note hanging.
///
/// ```
/// use dyad_core::event::{Event, EventKind, EventList};
/// let mut list = EventList::new(64, 256);
/// list.push(Event { frame: 8, kind: EventKind::PitchBend { channel: 0, value: 1.0 } });
/// list.push_sysex(3, &[0xF0, 0x7E, 0xF7]);
/// let EventKind::SysEx(first) = list.as_slice()[0].kind else { panic!("sorted by frame") };
/// assert_eq!(list.sysex(first), [0xF0, 0x7E, 0xF7]);
/// ```
#[derive(Debug)]
pub struct EventList {
    events: Vec<Event>,
    /// Places, as asked for: a `Vec` may have more.
    capacity: usize,
    bytes: Vec<u8>,
    byte_capacity: usize,
    number: u16,
    clears: u16,
    dropped: u64,
    dropped_sysex: u64,
}

impl EventList {
    /// A list with so many places, and so many bytes for SysEx. `[main-thread]`
    #[must_use]
    pub fn new(events: usize, sysex_bytes: usize) -> Self {
        let byte_capacity = sysex_bytes.min(u32::MAX as usize);
        Self {
            events: Vec::with_capacity(events),
            capacity: events,
            bytes: Vec::with_capacity(byte_capacity),
            byte_capacity,
            // Relaxed: only to be different.
            number: LISTS.fetch_add(1, Ordering::Relaxed),
            clears: 0,
            dropped: 0,
            dropped_sysex: 0,
        }
    }

    /// Adds an event behind those of its frame and before; false if it was dropped. A
    /// [`EventKind::SysEx`] is another list's or an old one, and is dropped: see
    /// [`push_from`](Self::push_from). `[audio-thread]`
    pub fn push(&mut self, event: Event) -> bool {
        if matches!(event.kind, EventKind::SysEx(_)) {
            self.dropped_sysex += 1;
            return false;
        }
        let kept = self.insert(event);
        self.dropped += u64::from(!kept);
        kept
    }

    /// Adds a SysEx message; false if it was dropped because it is empty, or does not fit as a
    /// whole. `[audio-thread]`
    pub fn push_sysex(&mut self, frame: u32, data: &[u8]) -> bool {
        let start = self.bytes.len();
        let fits = !data.is_empty() && data.len() <= self.byte_capacity - start;
        let handle =
            SysEx { start: start as u32, len: data.len() as u32, list: self.number, clears: self.clears };
        let kept = fits && self.insert(Event { frame, kind: EventKind::SysEx(handle) });
        if kept {
            self.bytes.extend_from_slice(data);
        }
        self.dropped_sysex += u64::from(!kept);
        kept
    }

    /// Adds an event of another list, with its bytes if it is SysEx. False if it was dropped.
    /// `[audio-thread]`
    pub fn push_from(&mut self, list: &Self, event: Event) -> bool {
        match event.kind {
            EventKind::SysEx(handle) => self.push_sysex(event.frame, list.sysex(handle)),
            _ => self.push(event),
        }
    }

    fn insert(&mut self, event: Event) -> bool {
        use EventKind::{Choke, NoteEnd, NoteOff};
        let ends = matches!(event.kind, NoteOff { .. } | Choke { .. } | NoteEnd { .. });
        let places = if ends { self.capacity } else { self.capacity - self.capacity / 4 };
        if self.events.len() >= places {
            return false;
        }
        match self.events.last() {
            Some(last) if event.frame < last.frame => {
                let at = self.events.partition_point(|other| other.frame <= event.frame);
                self.events.insert(at, event);
            }
            _ => self.events.push(event),
        }
        true
    }

    /// How many more events there are places for, those for the ends of notes included. `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn room(&self) -> usize {
        self.events.capacity() - self.events.len()
    }

    /// Empties the list; handles to its SysEx mean nothing from now on. `[audio-thread]`
    pub fn clear(&mut self) {
        self.events.clear();
        self.bytes.clear();
        self.clears = self.clears.wrapping_add(1);
    }

    /// The events in the order of frames; those of one frame as they were added.
    #[must_use]
    pub fn as_slice(&self) -> &[Event] {
        &self.events
    }

    /// The events in the order of frames; those of one frame as they were added.
    pub fn iter(&self) -> std::slice::Iter<'_, Event> {
        self.events.iter()
    }

    /// Number of events.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The bytes of a SysEx message in this list, from F0 to F7. Empty if it is not in this list, or
    /// not any more.
    #[must_use]
    pub fn sysex(&self, message: SysEx) -> &[u8] {
        if (message.list, message.clears) != (self.number, self.clears) {
            return &[];
        }
        let start = message.start as usize;
        self.bytes.get(start..start + message.len as usize).unwrap_or_default()
    }

    /// How many events other than SysEx were dropped since the list was made.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How many SysEx messages were dropped since the list was made.
    #[must_use]
    pub fn dropped_sysex(&self) -> u64 {
        self.dropped_sysex
    }
}

impl<'a> IntoIterator for &'a EventList {
    type Item = &'a Event;
    type IntoIter = std::slice::Iter<'a, Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{Note, NoteId};

    const NOTE: Note = Note { id: NoteId(1), channel: 0, key: 60 };

    fn controller(frame: u32, controller: u8) -> Event {
        Event { frame, kind: EventKind::Controller { channel: 0, controller, value: 0.0 } }
    }

    fn handles(list: &EventList) -> Vec<SysEx> {
        let sysex = |event: &Event| match event.kind {
            EventKind::SysEx(handle) => Some(handle),
            _ => None,
        };
        list.iter().filter_map(sysex).collect()
    }

    #[test]
    fn a_flood_of_controllers_leaves_places_for_what_ends_notes() {
        let mut list = EventList::new(16, 0);
        let kept = (0..100).filter(|frame| list.push(controller(*frame, 1))).count();
        assert_eq!((kept, list.dropped()), (12, 88));
        assert!(!list.push(Event { frame: 0, kind: EventKind::NoteOn { note: NOTE, velocity: 1.0 } }));
        let ends = [
            EventKind::NoteOff { note: NOTE, velocity: 0.0 },
            EventKind::Choke { note: NOTE },
            EventKind::NoteEnd { note: NOTE },
            EventKind::NoteOff { note: NOTE, velocity: 0.0 },
        ];
        assert!(ends.iter().all(|kind| list.push(Event { frame: 100, kind: *kind })));
        assert!(!list.push(Event { frame: 100, kind: ends[0] }), "it never grows");
        assert_eq!((list.len(), list.dropped()), (16, 90));
        list.clear();
        assert!(list.is_empty() && list.push(controller(0, 1)));
        assert!(!EventList::new(0, 0).push(Event { frame: 0, kind: ends[0] }));
    }

    #[test]
    fn sysex_that_does_not_fit_is_dropped_as_a_whole() {
        let mut list = EventList::new(8, 8);
        assert!(list.push_sysex(5, &[0xF0, 1, 2, 0xF7]));
        assert!(!list.push_sysex(5, &[0xF0, 1, 2, 3, 0xF7]));
        assert!(list.push_sysex(2, &[0xF0, 9, 9, 0xF7]));
        assert!(!list.push_sysex(5, &[0xF7]) && !list.push_sysex(5, &[]));
        assert_eq!((list.len(), list.dropped_sysex(), list.dropped()), (2, 3, 0));
        let bytes: Vec<_> = handles(&list).iter().map(|handle| list.sysex(*handle)).collect();
        assert_eq!(bytes, [[0xF0, 9, 9, 0xF7], [0xF0, 1, 2, 0xF7]]);
        let mut full = EventList::new(1, 8);
        assert!(full.push(controller(0, 1)) && !full.push_sysex(0, &[0xF0, 0xF7]));
        assert!(full.bytes.is_empty(), "a message without an event takes no bytes");
    }

    #[test]
    fn a_handle_of_another_list_or_another_time_is_empty() {
        let (mut list, mut other) = (EventList::new(8, 8), EventList::new(8, 8));
        list.push_sysex(0, &[0xF0, 1, 0xF7]);
        other.push_sysex(0, &[0xF0, 2, 0xF7]);
        let handle = handles(&other)[0];
        assert_eq!(list.sysex(handle), []);
        assert_eq!(list.sysex(SysEx { start: u32::MAX, len: u32::MAX, ..handles(&list)[0] }), []);
        let event = other.as_slice()[0];
        assert!(!list.push(event) && list.dropped_sysex() == 1, "its bytes are elsewhere");
        assert!(list.push_from(&other, event));
        assert_eq!(list.sysex(handles(&list)[1]), [0xF0, 2, 0xF7]);
        other.clear();
        other.push_sysex(0, &[0xF0, 3, 0xF7]);
        assert_eq!(other.sysex(handle), []);
    }

    proptest! {
        #[test]
        fn events_are_in_the_order_of_frames_then_of_pushes(frames in prop::collection::vec(0_u32..40, 0..300)) {
            let mut list = EventList::new(200, 0);
            let memory = list.events.as_ptr();
            let mut expected = Vec::new();
            for (n, frame) in frames.iter().enumerate() {
                let event = Event { frame: *frame, kind: EventKind::ProgramChange { channel: 0, program: n as u8 } };
                prop_assert_eq!(list.push(event), n < 150);
                if n < 150 {
                    expected.push(event);
                }
            }
            expected.sort_by_key(|event| event.frame);
            prop_assert_eq!(list.as_slice(), expected);
            prop_assert_eq!(list.events.as_ptr(), memory);
        }
    }
}
