//! A host's event list, and its events in words.

use std::cell::RefCell;

use vst3::Steinberg::Vst::Event_::EventTypes_::{
    kDataEvent, kLegacyMIDICCOutEvent, kNoteExpressionValueEvent, kNoteOffEvent, kNoteOnEvent,
    kPolyPressureEvent,
};
use vst3::Steinberg::Vst::{
    DataEvent, Event, Event__type0, IEventList, IEventListTrait, LegacyMIDICCOutEvent,
    NoteExpressionValueEvent, NoteOffEvent, NoteOnEvent, PolyPressureEvent,
};
use vst3::Steinberg::{int32, kInvalidArgument, kOutOfMemory, kResultOk, tresult};
use vst3::{Class, ComWrapper};

/// What an event says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Channel, key, velocity, detune in cents, id.
    On(i16, i16, f32, f32, i32),
    /// Channel, key, velocity, id.
    Off(i16, i16, f32, i32),
    /// Channel, key, pressure, id.
    Pressure(i16, i16, f32, i32),
    /// Type, position 0…1, id.
    Expression(u32, f64, i32),
    /// Number, channel, both values.
    Controller(u8, i8, i8, i8),
    /// A message's bytes.
    SysEx(Vec<u8>),
    /// Something else, by its type.
    Other(u16),
}

/// The events of a block, each with its frame. Made beforehand: nothing here allocates while a block
/// is processed.
pub struct Events {
    list: RefCell<Vec<Event>>,
    /// The bytes of the messages in it.
    _bytes: Vec<Vec<u8>>,
}

impl Class for Events {
    type Interfaces = (IEventList,);
}

impl Events {
    /// Events for a plugin.
    #[must_use]
    pub fn new(events: &[(i32, Said)]) -> ComWrapper<Self> {
        let mut bytes = Vec::new();
        let list = events.iter().map(|(frame, said)| event(*frame, said, &mut bytes)).collect();
        ComWrapper::new(Self { list: RefCell::new(list), _bytes: bytes })
    }

    /// Room for so many events of a plugin.
    #[must_use]
    pub fn room(count: usize) -> ComWrapper<Self> {
        ComWrapper::new(Self { list: RefCell::new(Vec::with_capacity(count)), _bytes: Vec::new() })
    }

    /// What is in it; of a plugin's messages only while their bytes are there.
    #[must_use]
    pub fn all(&self) -> Vec<(i32, Said)> {
        self.list.borrow().iter().map(|event| (event.sampleOffset, said(event))).collect()
    }

    /// Makes room again.
    pub fn clear(&self) {
        self.list.borrow_mut().clear();
    }

    /// The pointer for a plugin, which lives as long as the events.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(events: &ComWrapper<Self>) -> *mut IEventList {
        events.as_com_ref::<IEventList>().expect("they are events").as_ptr()
    }
}

impl IEventListTrait for Events {
    unsafe fn getEventCount(&self) -> int32 {
        self.list.borrow().len() as int32
    }

    unsafe fn getEvent(&self, index: int32, event: *mut Event) -> tresult {
        let list = self.list.borrow();
        let known = usize::try_from(index).ok().and_then(|index| list.get(index));
        // SAFETY: null or a place for the answer.
        let (Some(known), Some(event)) = (known, unsafe { event.as_mut() }) else {
            return kInvalidArgument;
        };
        *event = *known;
        kResultOk
    }

    unsafe fn addEvent(&self, event: *mut Event) -> tresult {
        let mut list = self.list.borrow_mut();
        if list.len() == list.capacity() {
            return kOutOfMemory;
        }
        // SAFETY: null or an event.
        let Some(event) = (unsafe { event.as_ref() }) else { return kInvalidArgument };
        list.push(*event);
        kResultOk
    }
}

fn event(frame: i32, said: &Said, kept: &mut Vec<Vec<u8>>) -> Event {
    let (kind, data) = match *said {
        Said::On(channel, pitch, velocity, tuning, id) => {
            let on = NoteOnEvent { channel, pitch, tuning, velocity, length: 0, noteId: id };
            (kNoteOnEvent as u16, Event__type0 { noteOn: on })
        }
        Said::Off(channel, pitch, velocity, id) => {
            let off = NoteOffEvent { channel, pitch, velocity, noteId: id, tuning: 0.0 };
            (kNoteOffEvent as u16, Event__type0 { noteOff: off })
        }
        Said::Pressure(channel, pitch, pressure, id) => {
            let pressure = PolyPressureEvent { channel, pitch, pressure, noteId: id };
            (kPolyPressureEvent as u16, Event__type0 { polyPressure: pressure })
        }
        Said::Expression(kind, value, id) => {
            let change = NoteExpressionValueEvent { typeId: kind, noteId: id, value };
            (kNoteExpressionValueEvent as u16, Event__type0 { noteExpressionValue: change })
        }
        Said::Controller(number, channel, value, value2) => {
            let out = LegacyMIDICCOutEvent { controlNumber: number, channel, value, value2 };
            (kLegacyMIDICCOutEvent as u16, Event__type0 { midiCCOut: out })
        }
        Said::SysEx(ref bytes) => {
            kept.push(bytes.clone());
            let bytes = kept.last().map_or(std::ptr::null(), |bytes| bytes.as_ptr());
            let size = kept.last().map_or(0, Vec::len) as u32;
            (kDataEvent as u16, Event__type0 { data: DataEvent { size, r#type: 0, bytes } })
        }
        // SAFETY: numbers and pointers, for which zeros are fine.
        Said::Other(kind) => (kind, unsafe { std::mem::zeroed() }),
    };
    Event { busIndex: 0, sampleOffset: frame, ppqPosition: 0.0, flags: 0, r#type: kind, __field0: data }
}

fn said(event: &Event) -> Said {
    let is = |kind| event.r#type == kind as u16;
    // SAFETY: the type says which part of the union is meant; bytes of a message are there, by `all`.
    unsafe {
        match event.__field0 {
            Event__type0 { noteOn: e } if is(kNoteOnEvent) => {
                Said::On(e.channel, e.pitch, e.velocity, e.tuning, e.noteId)
            }
            Event__type0 { noteOff: e } if is(kNoteOffEvent) => {
                Said::Off(e.channel, e.pitch, e.velocity, e.noteId)
            }
            Event__type0 { polyPressure: e } if is(kPolyPressureEvent) => {
                Said::Pressure(e.channel, e.pitch, e.pressure, e.noteId)
            }
            Event__type0 { noteExpressionValue: e } if is(kNoteExpressionValueEvent) => {
                Said::Expression(e.typeId, e.value, e.noteId)
            }
            Event__type0 { midiCCOut: e } if is(kLegacyMIDICCOutEvent) => {
                Said::Controller(e.controlNumber, e.channel, e.value, e.value2)
            }
            Event__type0 { data: e } if is(kDataEvent) => {
                Said::SysEx(std::slice::from_raw_parts(e.bytes, e.size as usize).to_vec())
            }
            _ => Said::Other(event.r#type),
        }
    }
}
