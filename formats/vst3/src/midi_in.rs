//! What comes in beside parameters: the host's events, and controllers in the form of parameters,
//! merged by their frames.
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use dyad_core::event::{Address, Cursor, Event as CoreEvent, EventKind, Expression, Incoming, Merge, midi};
use vst3::ComRef;
use vst3::Steinberg::Vst::DataEvent_::DataTypes_::kMidiSysEx;
use vst3::Steinberg::Vst::Event_::EventTypes_::{
    kDataEvent, kNoteExpressionValueEvent, kNoteOffEvent, kNoteOnEvent, kPolyPressureEvent,
};
use vst3::Steinberg::Vst::{Event, IEventList, IEventListTrait, IParamValueQueue};
use vst3::Steinberg::{int32, kResultOk};

use crate::controllers::Controller;
use crate::expressions;
use crate::queue::Points;

/// The events of a block, in the order of frames.
#[derive(Debug)]
pub(crate) struct MidiIn {
    merge: Merge<List>,
    /// Places for controllers.
    queues: usize,
    used: usize,
}

/// A list of the host's.
#[derive(Debug)]
enum List {
    Controller(Points, Controller),
    Events(Events),
}

/// The host's event list, at an event.
#[derive(Debug)]
struct Events {
    list: *mut IEventList,
    next: int32,
    count: int32,
    frame: u32,
    item: Item,
}

/// An event that plugins get.
#[derive(Clone, Copy, Debug)]
enum Item {
    /// With the detune of a note on, in semitones.
    Kind(EventKind<Address>, f32),
    SysEx(*const u8, usize),
}

impl MidiIn {
    /// Room for so many queues of controllers, beside the event list. `[main-thread]`
    pub(crate) fn new(queues: usize) -> Self {
        Self { merge: Merge::new(queues + 1), queues, used: 0 }
    }

    /// Starts on a block. `[audio-thread]`
    pub(crate) fn clear(&mut self) {
        self.merge.clear();
        self.used = 0;
    }

    /// Adds a controller's queue; `false` where there is no room for it. `[audio-thread]`
    ///
    /// # Safety
    /// The queue is valid until the next [`MidiIn::clear`] or [`MidiIn::drain`] of the last event.
    pub(crate) unsafe fn push_queue(
        &mut self,
        queue: ComRef<'_, IParamValueQueue>,
        controller: Controller,
    ) -> bool {
        if self.used == self.queues {
            return false;
        }
        // SAFETY: the caller's contract.
        let Some(points) = (unsafe { Points::new(queue) }) else { return true };
        self.used += 1;
        self.merge.push(List::Controller(points, controller))
    }

    /// Adds the host's events. `[audio-thread]`
    ///
    /// # Safety
    /// `list` is null, or valid as long as a queue.
    pub(crate) unsafe fn push_events(&mut self, list: *mut IEventList) {
        // SAFETY: the caller's contract.
        let Some(valid) = (unsafe { ComRef::from_raw(list) }) else { return };
        // SAFETY: valid.
        let count = unsafe { valid.getEventCount() };
        let mut events = Events { list, next: 0, count, frame: 0, item: Item::SysEx(std::ptr::null(), 0) };
        if events.read() {
            self.merge.push(List::Events(events));
        }
    }

    /// Hands out the events at and before `frame`. `[audio-thread]`
    pub(crate) fn drain(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        self.merge.drain(frame, |list| match list {
            List::Controller(points, controller) => {
                let kind = controller.event(points.value);
                take(Incoming::Event(CoreEvent { frame: points.frame, kind }));
            }
            List::Events(events) => events.hand_out(take),
        });
    }
}

impl Cursor for List {
    fn frame(&self) -> u32 {
        match self {
            Self::Controller(points, _) => points.frame,
            Self::Events(events) => events.frame,
        }
    }

    fn advance(&mut self) -> bool {
        match self {
            // SAFETY: valid, see `push_queue`.
            Self::Controller(points, _) => unsafe { points.advance() },
            Self::Events(events) => events.read(),
        }
    }
}

impl Events {
    /// Goes on to the next event that plugins get; `false` at the end.
    fn read(&mut self) -> bool {
        // SAFETY: valid, see `push_events`.
        let list = unsafe { ComRef::from_raw_unchecked(self.list) };
        while self.next < self.count {
            // SAFETY: an event is numbers and pointers, for which zeros are fine.
            let mut event: Event = unsafe { std::mem::zeroed() };
            // SAFETY: valid, with a place for the answer.
            let result = unsafe { list.getEvent(self.next, &mut event) };
            self.next += 1;
            if result == kResultOk
                && let Some(item) = item(&event)
            {
                // Events that go back in time count as late ones.
                self.frame = self.frame.max(u32::try_from(event.sampleOffset).unwrap_or(0));
                self.item = item;
                return true;
            }
        }
        false
    }

    fn hand_out(&self, take: &mut impl FnMut(Incoming<'_>)) {
        let frame = self.frame;
        match self.item {
            Item::Kind(kind, detune) => {
                take(Incoming::Event(CoreEvent { frame, kind }));
                if let EventKind::NoteOn { note, .. } = kind
                    && detune != 0.0
                {
                    let kind =
                        EventKind::Expression { note, expression: Expression::Tuning, value: detune };
                    take(Incoming::Event(CoreEvent { frame, kind }));
                }
            }
            Item::SysEx(data, len) => {
                // SAFETY: not null, see `item`; so long by the host's word, until the block's end.
                let data = unsafe { std::slice::from_raw_parts(data, len) };
                // Only whole messages.
                if let Some(message @ Incoming::SysEx { .. }) = midi::parse(frame, data) {
                    take(message);
                }
            }
        }
    }
}

/// What an event says, if it is one that plugins get.
fn item(event: &Event) -> Option<Item> {
    let address = |id: int32, channel: i16, pitch: i16| {
        let channel = u8::try_from(channel).ok().filter(|channel| *channel < 16)?;
        let key = u8::try_from(pitch).ok().filter(|pitch| *pitch < 128)?;
        Some(Address { id: (id != -1).then_some(id), ..Address::key(channel, key) })
    };
    let level = |value: f32| if value > 0.0 { value.min(1.0) } else { 0.0 };
    let mut detune = 0.0;
    let kind = match u32::from(event.r#type) {
        kind if kind == kNoteOnEvent as u32 => {
            // SAFETY: the type says that this part of the union is meant; all are plain numbers.
            let note = unsafe { event.__field0.noteOn };
            // In cents.
            detune = if note.tuning.is_finite() { note.tuning / 100.0 } else { 0.0 };
            let velocity = level(note.velocity);
            EventKind::NoteOn { note: address(note.noteId, note.channel, note.pitch)?, velocity }
        }
        kind if kind == kNoteOffEvent as u32 => {
            // SAFETY: as above.
            let note = unsafe { event.__field0.noteOff };
            let velocity = level(note.velocity);
            EventKind::NoteOff { note: address(note.noteId, note.channel, note.pitch)?, velocity }
        }
        kind if kind == kPolyPressureEvent as u32 => {
            // SAFETY: as above.
            let note = unsafe { event.__field0.polyPressure };
            let (expression, value) = (Expression::Pressure, level(note.pressure));
            EventKind::Expression {
                note: address(note.noteId, note.channel, note.pitch)?,
                expression,
                value,
            }
        }
        kind if kind == kNoteExpressionValueEvent as u32 => {
            // SAFETY: as above.
            let change = unsafe { event.__field0.noteExpressionValue };
            let expression = expressions::of_type(change.typeId)?;
            if change.noteId == -1 || change.value.is_nan() {
                return None;
            }
            let note = Address { id: Some(change.noteId), channel: None, key: None };
            let value = expressions::value_of(expression, change.value);
            EventKind::Expression { note, expression, value }
        }
        kind if kind == kDataEvent as u32 => {
            // SAFETY: as above.
            let data = unsafe { event.__field0.data };
            let sysex = data.r#type == kMidiSysEx as u32 && !data.bytes.is_null();
            return sysex.then_some(Item::SysEx(data.bytes, data.size as usize));
        }
        _ => return None,
    };
    Some(Item::Kind(kind, detune))
}
