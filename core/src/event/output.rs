//! Notes that a plugin sent on, and not off yet.

use super::{Event, EventKind, Note, NoteId, RELEASE_VELOCITY};

/// Remembers which notes a plugin has sent on without off, so that they can be ended when it is
/// bypassed or stops: whoever plays them would never hear of their ends.
///
/// A sorted table of fixed size, found by bisection. A note on that it has no place for must not be
/// sent on, because nobody could end it.
#[derive(Debug)]
pub struct SoundingOutputs {
    /// Channel, key and id, see `pack`.
    notes: Vec<u64>,
    capacity: usize,
    refused: u64,
}

/// So that notes of a channel, and of a key in it, lie together.
fn pack(note: Note) -> u64 {
    u64::from(note.channel) << 40 | u64::from(note.key) << 32 | u64::from(note.id.0)
}

fn unpack(packed: u64) -> Note {
    Note { id: NoteId(packed as u32), channel: (packed >> 40) as u8, key: (packed >> 32) as u8 }
}

impl SoundingOutputs {
    /// Remembers so many notes at a time. `[main-thread]`
    #[must_use]
    pub fn new(notes: u16) -> Self {
        let capacity = usize::from(notes);
        Self { notes: Vec::with_capacity(capacity), capacity, refused: 0 }
    }

    /// Takes note of an event that the plugin sends. False for a note on that there is no place for:
    /// do not pass it on. `[audio-thread]`
    ///
    /// A note off or choke ends the note of its id, channel and key; or else, since plugins may
    /// number their notes as they like, any note of its channel and key. Controllers 120 and 123 to
    /// 127 end the notes of their channel.
    #[must_use]
    pub fn note(&mut self, event: &Event<Note>) -> bool {
        match event.kind {
            EventKind::NoteOn { note, .. } => {
                if self.notes.len() >= self.capacity {
                    self.refused += 1;
                    return false;
                }
                let packed = pack(note);
                let at = self.notes.partition_point(|other| *other < packed);
                self.notes.insert(at, packed);
            }
            EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                let packed = pack(note);
                let at = self.notes.binary_search(&packed).unwrap_or_else(|_| {
                    self.notes.partition_point(|other| *other < pack(Note { id: NoteId(0), ..note }))
                });
                if self.notes.get(at).is_some_and(|found| found >> 32 == packed >> 32) {
                    self.notes.remove(at);
                }
            }
            EventKind::Controller { channel, controller: 120 | 123..=127, .. } => {
                let first = self.notes.partition_point(|note| note >> 40 < u64::from(channel));
                let end = self.notes.partition_point(|note| note >> 40 <= u64::from(channel));
                self.notes.drain(first..end);
            }
            _ => {}
        }
        true
    }

    /// Ends all notes: a note off at `frame` for each. `[audio-thread]`
    pub fn end_all(&mut self, frame: u32, mut out: impl FnMut(Event<Note>)) {
        for packed in &self.notes {
            let kind = EventKind::NoteOff { note: unpack(*packed), velocity: RELEASE_VELOCITY };
            out(Event { frame, kind });
        }
        self.notes.clear();
    }

    /// How many notes sound.
    #[must_use]
    pub fn len(&self) -> usize {
        self.notes.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.notes.is_empty()
    }

    /// How many note ons had no place since this was made.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn note(id: u32, channel: u8, key: u8) -> Note {
        Note { id: NoteId(id), channel, key }
    }

    fn on(note: Note) -> Event {
        Event { frame: 0, kind: EventKind::NoteOn { note, velocity: 1.0 } }
    }

    fn off(note: Note) -> Event {
        Event { frame: 0, kind: EventKind::NoteOff { note, velocity: 0.0 } }
    }

    fn ended(outputs: &mut SoundingOutputs) -> Vec<Note> {
        let mut notes = Vec::new();
        outputs.end_all(9, |event| match event {
            Event { frame: 9, kind: EventKind::NoteOff { note, .. } } => notes.push(note),
            other => panic!("{other:?}"),
        });
        notes
    }

    #[test]
    fn only_hanging_notes_are_ended_and_only_once() {
        let mut outputs = SoundingOutputs::new(8);
        let sent = [
            on(note(1, 0, 60)),
            on(note(2, 0, 60)),
            on(note(3, 15, 127)),
            on(note(u32::MAX, 4, 64)),
            off(note(2, 0, 60)),
            off(note(7, 4, 64)),
            off(note(3, 15, 126)),
            Event { frame: 0, kind: EventKind::NoteEnd { note: note(1, 0, 60) } },
        ];
        assert!(sent.iter().all(|event| outputs.note(event)));
        assert_eq!(ended(&mut outputs), [note(1, 0, 60), note(3, 15, 127)]);
        assert_eq!(ended(&mut outputs), []);
    }

    #[test]
    fn notes_without_ids_are_told_by_their_keys() {
        let mut outputs = SoundingOutputs::new(8);
        for event in [on(note(0, 1, 60)), on(note(0, 1, 60)), on(note(0, 1, 61)), off(note(0, 1, 60))] {
            assert!(outputs.note(&event));
        }
        assert_eq!(ended(&mut outputs), [note(0, 1, 60), note(0, 1, 61)]);
    }

    #[test]
    fn a_note_that_cannot_be_remembered_is_not_sent() {
        let mut outputs = SoundingOutputs::new(1);
        assert!(outputs.note(&on(note(1, 0, 60))) && !outputs.note(&on(note(2, 0, 62))));
        assert_eq!((outputs.len(), outputs.refused()), (1, 1));
        assert!(outputs.note(&off(note(1, 0, 60))) && outputs.note(&on(note(3, 0, 62))));
    }

    #[test]
    fn all_notes_off_ends_the_notes_of_its_channel() {
        let mut outputs = SoundingOutputs::new(8);
        for channel in 0..4 {
            assert!(outputs.note(&on(note(1, channel, 60))) && outputs.note(&on(note(2, channel, 0))));
        }
        let kind = EventKind::Controller { channel: 2, controller: 123, value: 0.0 };
        assert!(outputs.note(&Event { frame: 0, kind }));
        let channels: Vec<_> = ended(&mut outputs).iter().map(|note| note.channel).collect();
        assert_eq!(channels, [0, 0, 1, 1, 3, 3]);
    }

    proptest! {
        #[test]
        fn what_is_ended_is_what_hangs(sent in prop::collection::vec((any::<bool>(), 0_u32..3, 0_u8..3, 0_u8..3), 0..200)) {
            let mut outputs = SoundingOutputs::new(200);
            let mut hanging: Vec<Note> = Vec::new();
            for (is_on, id, channel, key) in sent {
                let note = note(id, channel, key);
                let event = if is_on { on(note) } else { off(note) };
                prop_assert!(outputs.note(&event));
                if is_on {
                    hanging.push(note);
                    continue;
                }
                let same = hanging.iter().position(|other| *other == note);
                let key = |other: &Note| (other.channel, other.key) == (channel, key);
                let least = || (0..hanging.len()).filter(|n| key(&hanging[*n])).min_by_key(|n| hanging[*n].id);
                if let Some(at) = same.or_else(least) {
                    hanging.remove(at);
                }
            }
            hanging.sort_by_key(|note| (note.channel, note.key, note.id));
            prop_assert_eq!(ended(&mut outputs), hanging);
        }
    }
}
