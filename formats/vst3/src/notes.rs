//! The host's note events as short MIDI messages.
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use dyad_core::event::Midi;
use vst3::ComRef;
use vst3::Steinberg::Vst::Event_::EventTypes_::{kNoteOffEvent, kNoteOnEvent, kPolyPressureEvent};
use vst3::Steinberg::Vst::{Event, IEventList, IEventListTrait};
use vst3::Steinberg::{int32, kResultOk};

/// The event list of a block, read in order.
pub(crate) struct Notes<'a> {
    list: Option<ComRef<'a, IEventList>>,
    next: int32,
    count: int32,
    pending: Option<Midi>,
}

impl Notes<'_> {
    /// # Safety
    /// `list` is null or valid while the value lives.
    pub(crate) unsafe fn new(list: *mut IEventList) -> Self {
        // SAFETY: the caller's contract.
        let list = unsafe { ComRef::from_raw(list) };
        // SAFETY: valid.
        let count = list.map_or(0, |list| unsafe { list.getEventCount() });
        Self { list, next: 0, count, pending: None }
    }

    /// Hands out the messages at or before `frame`.
    pub(crate) fn until(&mut self, frame: u32, take: &mut impl FnMut(Midi)) {
        loop {
            if let Some(event) = self.pending {
                if event.frame > frame {
                    return;
                }
                take(event);
                self.pending = None;
            }
            let Some(list) = self.list.filter(|_| self.next < self.count) else { return };
            // SAFETY: an event is numbers and pointers, for which zeros are fine.
            let mut event: Event = unsafe { std::mem::zeroed() };
            // SAFETY: valid, see `new`.
            let result = unsafe { list.getEvent(self.next, &mut event) };
            self.next += 1;
            if result == kResultOk {
                self.pending = message(&event);
            }
        }
    }
}

/// What an event says in MIDI, if it is one that MIDI has.
fn message(event: &Event) -> Option<Midi> {
    let frame = u32::try_from(event.sampleOffset).unwrap_or(0);
    let level = |value: f32| (value.clamp(0.0, 1.0) * 127.0).round() as u8;
    let (status, channel, pitch, value) = match u32::from(event.r#type) {
        kNoteOnEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.noteOn };
            // MIDI takes a note on of velocity 0 for a note off.
            (0x90, note.channel, note.pitch, level(note.velocity).max(1))
        }
        kNoteOffEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.noteOff };
            (0x80, note.channel, note.pitch, level(note.velocity))
        }
        kPolyPressureEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.polyPressure };
            (0xa0, note.channel, note.pitch, level(note.pressure))
        }
        _ => return None,
    };
    let channel = u8::try_from(channel).ok().filter(|channel| *channel < 16)?;
    let pitch = u8::try_from(pitch).ok().filter(|pitch| *pitch < 128)?;
    Some(Midi { frame, bytes: [status | channel, pitch, value] })
}
