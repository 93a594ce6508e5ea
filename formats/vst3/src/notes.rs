//! The host's note events as short MIDI messages.
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use dyad_core::event::{Address, Event as CoreEvent, EventKind, Expression, Incoming};
use vst3::ComRef;
use vst3::Steinberg::Vst::Event_::EventTypes_::{kNoteOffEvent, kNoteOnEvent, kPolyPressureEvent};
use vst3::Steinberg::Vst::{Event, IEventList, IEventListTrait};
use vst3::Steinberg::{int32, kResultOk};

/// The event list of a block, read in order.
pub(crate) struct Notes<'a> {
    list: Option<ComRef<'a, IEventList>>,
    next: int32,
    count: int32,
    pending: Option<CoreEvent<Address>>,
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
    pub(crate) fn until(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        loop {
            if let Some(event) = self.pending {
                if event.frame > frame {
                    return;
                }
                take(Incoming::Event(event));
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

/// What an event says, if it is one that plugins get.
fn message(event: &Event) -> Option<CoreEvent<Address>> {
    let frame = u32::try_from(event.sampleOffset).unwrap_or(0);
    let address = |id: int32, channel: i16, pitch: i16| {
        let channel = u8::try_from(channel).ok().filter(|channel| *channel < 16)?;
        let key = u8::try_from(pitch).ok().filter(|pitch| *pitch < 128)?;
        Some(Address { id: (id != -1).then_some(id), ..Address::key(channel, key) })
    };
    let level = |value: f32| if value > 0.0 { value.min(1.0) } else { 0.0 };
    let kind = match u32::from(event.r#type) {
        kNoteOnEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.noteOn };
            let velocity = level(note.velocity);
            EventKind::NoteOn { note: address(note.noteId, note.channel, note.pitch)?, velocity }
        }
        kNoteOffEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.noteOff };
            let velocity = level(note.velocity);
            EventKind::NoteOff { note: address(note.noteId, note.channel, note.pitch)?, velocity }
        }
        kPolyPressureEvent => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.polyPressure };
            let (expression, value) = (Expression::Pressure, level(note.pressure));
            EventKind::Expression {
                note: address(note.noteId, note.channel, note.pitch)?,
                expression,
                value,
            }
        }
        _ => return None,
    };
    Some(CoreEvent { frame, kind })
}
