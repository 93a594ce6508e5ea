//! The plugin's events as MIDI.

use dyad_core::event::{EventKind, EventList, midi};

use crate::writer::{Writer, event_size};

/// Writes the events of a block, and gives how many found no room. `[audio-thread]`
///
/// Where the host offers too little for all, the ends of notes come first: everything else is left out
/// as long as it would take the room of an end that is still to come. What MIDI can't say (expressions
/// of a note other than pressure, the end of a voice) is not sent and not counted.
pub(crate) fn write(list: &EventList, writer: &mut Writer<'_>, midi_event: u32) -> u64 {
    if list.is_empty() || !writer.is_connected() {
        return 0;
    }
    let mut kept = list.iter().filter(|event| is_end(&event.kind)).count() * event_size(3);
    let mut lost = 0;
    for event in list {
        let mut bytes = [0; 3];
        let message = match event.kind {
            EventKind::SysEx(message) => list.sysex(message),
            _ => match midi::encode(event, &mut bytes) {
                Some(len) => &bytes[..len],
                None => continue,
            },
        };
        if is_end(&event.kind) {
            kept -= event_size(3);
        }
        let fits = kept == 0 || writer.room() >= kept + event_size(message.len());
        if !((fits || is_end(&event.kind)) && writer.event(event.frame, midi_event, &[message])) {
            lost += 1;
        }
    }
    lost
}

fn is_end(kind: &EventKind) -> bool {
    matches!(kind, EventKind::NoteOff { .. } | EventKind::Choke { .. })
}

#[cfg(test)]
mod tests {
    use dyad_core::event::{Event, Note, NoteId};

    use super::*;
    use crate::atom::Events;

    #[test]
    fn ends_of_notes_get_the_last_room() {
        let note = |key| Note { id: NoteId(u32::from(key)), channel: 0, key };
        let mut list = EventList::new(64, 64);
        list.push_sysex(0, &[0xF0, 1, 0xF7]);
        for key in 0..4 {
            list.push(Event { frame: 0, kind: EventKind::NoteOn { note: note(key), velocity: 1.0 } });
            list.push(Event { frame: 9, kind: EventKind::NoteOff { note: note(key), velocity: 0.0 } });
            list.push(Event { frame: 9, kind: EventKind::NoteEnd { note: note(key) } });
        }
        for (events, ends) in [(9, 4), (8, 4), (5, 4), (4, 4), (3, 3), (0, 0)] {
            let mut bytes = vec![0u8; 16 + events * 24];
            bytes[..4].copy_from_slice(&(8 + events as u32 * 24).to_ne_bytes());
            // SAFETY: so many bytes follow.
            let mut writer = unsafe { Writer::begin(bytes.as_mut_ptr().cast(), 7) };
            assert_eq!(write(&list, &mut writer, 1), 9 - events as u64);
            // SAFETY: a whole sequence.
            let read: Vec<_> = unsafe { Events::at(bytes.as_ptr().cast(), 7) }.collect();
            assert_eq!(read.len(), events);
            assert_eq!(read.iter().filter(|event| event.body[0] == 0x80).count(), ends);
        }
    }
}
