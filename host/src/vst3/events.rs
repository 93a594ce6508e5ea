//! `IEventList`, and MIDI to and from VST3's events.
#![allow(unsafe_code)]

use std::cell::RefCell;

use vst3::Steinberg::Vst::ControllerNumbers_::{kAfterTouch, kPitchBend};
use vst3::Steinberg::Vst::Event_::EventTypes;
use vst3::Steinberg::Vst::Event_::EventTypes_::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper};

use crate::shared::{EVENTS, Midi};

/// One block's events in one direction.
struct List {
    events: RefCell<Vec<Event>>,
}

impl Class for List {
    type Interfaces = (IEventList,);
}

impl IEventListTrait for List {
    unsafe fn getEventCount(&self) -> int32 {
        self.events.borrow().len() as int32
    }

    unsafe fn getEvent(&self, index: int32, event: *mut Event) -> tresult {
        let events = self.events.borrow();
        let Some(found) = usize::try_from(index).ok().and_then(|i| events.get(i)) else {
            return kInvalidArgument;
        };
        // SAFETY: null or a variable of the plugin.
        let Some(event) = (unsafe { event.as_mut() }) else { return kInvalidArgument };
        *event = *found;
        kResultOk
    }

    unsafe fn addEvent(&self, event: *mut Event) -> tresult {
        // SAFETY: null or a variable of the plugin.
        let Some(event) = (unsafe { event.as_ref() }) else { return kInvalidArgument };
        let mut events = self.events.borrow_mut();
        if events.len() >= EVENTS {
            return kOutOfMemory;
        }
        events.push(*event);
        kResultOk
    }
}

/// The host's end of a list.
pub(super) struct Events {
    list: ComWrapper<List>,
    pointer: ComPtr<IEventList>,
}

/// What a MIDI message is to VST3.
pub(super) enum Meaning {
    Event(Event),
    /// A controller of a channel: a parameter, where the plugin maps it to one.
    Controller {
        channel: u8,
        number: u16,
        value: f64,
    },
    /// Nothing VST3 has a form for.
    None,
}

impl Events {
    pub(super) fn new() -> Option<Self> {
        let list = ComWrapper::new(List { events: RefCell::new(Vec::with_capacity(EVENTS)) });
        let pointer = list.to_com_ptr()?;
        Some(Self { list, pointer })
    }

    pub(super) fn as_ptr(&self) -> *mut IEventList {
        self.pointer.as_ptr()
    }

    pub(super) fn clear(&self) {
        self.list.events.borrow_mut().clear();
    }

    pub(super) fn push(&self, event: Event) {
        self.list.events.borrow_mut().push(event);
    }

    /// Calls `found` with the events that have a form in MIDI.
    pub(super) fn midi(&self, frames: u32, mut found: impl FnMut(Midi)) {
        for event in self.list.events.borrow().iter() {
            if let Some(message) = to_midi(event, frames) {
                found(message.on_port(u8::try_from(event.busIndex).unwrap_or(0)));
            }
        }
    }
}

/// What a MIDI message means at its offset, whose musical position is `quarters`.
pub(super) fn from_midi(message: &Midi, quarters: f64) -> Meaning {
    let (status, data) = match message.bytes() {
        [status @ 0x80..=0xEF, data @ ..] => (*status, data),
        _ => return Meaning::None,
    };
    let channel = status & 0x0F;
    let low = u16::from(data.first().copied().unwrap_or(0) & 0x7F);
    let high = u16::from(data.get(1).copied().unwrap_or(0) & 0x7F);
    let unit = |value: u16| f64::from(value) / 127.0;
    let event = |kind: EventTypes, data: Event__type0| {
        Meaning::Event(Event {
            busIndex: message.port.into(),
            sampleOffset: message.offset as int32,
            ppqPosition: quarters,
            flags: 0,
            r#type: kind as uint16,
            __field0: data,
        })
    };
    match status & 0xF0 {
        0x90 if high > 0 => event(
            kNoteOnEvent,
            Event__type0 {
                noteOn: NoteOnEvent {
                    channel: channel.into(),
                    pitch: low as int16,
                    tuning: 0.0,
                    velocity: unit(high) as f32,
                    length: 0,
                    noteId: -1,
                },
            },
        ),
        0x80 | 0x90 => event(
            kNoteOffEvent,
            Event__type0 {
                noteOff: NoteOffEvent {
                    channel: channel.into(),
                    pitch: low as int16,
                    velocity: unit(high) as f32,
                    noteId: -1,
                    tuning: 0.0,
                },
            },
        ),
        0xA0 => event(
            kPolyPressureEvent,
            Event__type0 {
                polyPressure: PolyPressureEvent {
                    channel: channel.into(),
                    pitch: low as int16,
                    pressure: unit(high) as f32,
                    noteId: -1,
                },
            },
        ),
        0xB0 => Meaning::Controller { channel, number: low, value: unit(high) },
        0xD0 => Meaning::Controller { channel, number: kAfterTouch as u16, value: unit(low) },
        0xE0 => Meaning::Controller {
            channel,
            number: kPitchBend as u16,
            value: f64::from(high << 7 | low) / 16383.0,
        },
        _ => Meaning::None,
    }
}

fn to_midi(event: &Event, frames: u32) -> Option<Midi> {
    let offset = u32::try_from(event.sampleOffset).unwrap_or(0).min(frames.saturating_sub(1));
    let channel = |channel: i64| (channel & 0x0F) as u8;
    let key = |key: int16| (key & 0x7F) as u8;
    let seven = |value: f32| (value.clamp(0.0, 1.0) * 127.0).round() as u8;
    // SAFETY: the type says which member of the union was written; all members are plain numbers.
    let bytes = unsafe {
        match EventTypes::from(event.r#type) {
            kind if kind == kNoteOnEvent => {
                let note = event.__field0.noteOn;
                [0x90 | channel(note.channel.into()), key(note.pitch), seven(note.velocity).max(1)]
            }
            kind if kind == kNoteOffEvent => {
                let note = event.__field0.noteOff;
                [0x80 | channel(note.channel.into()), key(note.pitch), seven(note.velocity)]
            }
            kind if kind == kPolyPressureEvent => {
                let note = event.__field0.polyPressure;
                [0xA0 | channel(note.channel.into()), key(note.pitch), seven(note.pressure)]
            }
            kind if kind == kLegacyMIDICCOutEvent => {
                let out = event.__field0.midiCCOut;
                let (low, high) = ((out.value & 0x7F) as u8, (out.value2 & 0x7F) as u8);
                let channel = channel(out.channel.into());
                match u32::from(out.controlNumber) {
                    number if number == kAfterTouch => {
                        return Midi::new(offset, &[0xD0 | channel, low]);
                    }
                    number if number == kPitchBend => [0xE0 | channel, low, high],
                    number @ 0..128 => [0xB0 | channel, number as u8, low],
                    _ => return None,
                }
            }
            _ => return None,
        }
    };
    Midi::new(offset, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(bytes: &[u8]) -> Option<Vec<u8>> {
        match from_midi(&Midi::new(5, bytes)?, 0.0) {
            Meaning::Event(event) => {
                let message = to_midi(&event, 64)?;
                assert_eq!(message.offset, 5);
                Some(message.bytes().to_vec())
            }
            _ => None,
        }
    }

    #[test]
    fn notes_survive() {
        for bytes in [[0x93, 60, 1], [0x93, 60, 127], [0x80, 0, 64], [0xAF, 127, 3]] {
            assert_eq!(there_and_back(&bytes).as_deref(), Some(&bytes[..]));
        }
        assert_eq!(there_and_back(&[0x90, 60, 0]), Some(vec![0x80, 60, 0]), "running note off");
        assert_eq!(there_and_back(&[0xF8]), None);
    }

    #[test]
    fn controllers_become_values() {
        let bend = Midi::new(0, &[0xE2, 0x7F, 0x7F]).unwrap();
        let Meaning::Controller { channel, number, value } = from_midi(&bend, 0.0) else {
            panic!("not a controller");
        };
        assert_eq!((channel, number, value), (2, 129, 1.0));
    }
}
