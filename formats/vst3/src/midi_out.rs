//! The plugin's events on their way to the host.
#![allow(non_snake_case, reason = "Steinberg's names")]

use dyad_core::event::{Event as CoreEvent, EventKind, EventList, Expression, Note, midi};
use vst3::ComRef;
use vst3::Steinberg::Vst::ControllerNumbers_::{kAfterTouch, kCtrlProgramChange, kPitchBend};
use vst3::Steinberg::Vst::DataEvent_::DataTypes_::kMidiSysEx;
use vst3::Steinberg::Vst::Event_::EventTypes;
use vst3::Steinberg::Vst::Event_::EventTypes_::{
    kDataEvent, kLegacyMIDICCOutEvent, kNoteExpressionValueEvent, kNoteOffEvent, kNoteOnEvent,
    kPolyPressureEvent,
};
use vst3::Steinberg::Vst::{
    DataEvent, Event, Event__type0 as Data, IEventList, IEventListTrait, LegacyMIDICCOutEvent,
    NoteExpressionValueEvent, NoteOffEvent, NoteOnEvent, PolyPressureEvent,
};

use crate::expressions;

/// Hands the events of a block to the host; what it has no room for is lost. `[audio-thread]`
///
/// # Safety
/// `to` is null or valid.
pub(crate) unsafe fn send(events: &EventList, to: *mut IEventList) {
    if events.is_empty() {
        return;
    }
    // SAFETY: the caller's contract.
    let Some(to) = (unsafe { ComRef::from_raw(to) }) else { return };
    for event in events {
        let Some((kind, data)) = said(event, events) else { continue };
        let mut event = Event {
            busIndex: 0,
            sampleOffset: i32::try_from(event.frame).unwrap_or(i32::MAX),
            ppqPosition: 0.0,
            flags: 0,
            r#type: kind as u16,
            __field0: data,
        };
        // SAFETY: valid, and an event of ours, which the host copies; the bytes of SysEx stay until the
        // next block.
        unsafe { to.addEvent(&mut event) };
    }
}

/// How VST3 says an event. The end of a voice is nothing that it knows.
fn said(event: &CoreEvent, list: &EventList) -> Option<(EventTypes, Data)> {
    let id = |note: Note| note.id.0 as i32;
    let place = |note: Note| (i16::from(note.channel), i16::from(note.key));
    let off = |note: Note, velocity| {
        let (channel, pitch) = place(note);
        let noteOff = NoteOffEvent { channel, pitch, velocity, noteId: id(note), tuning: 0.0 };
        (kNoteOffEvent, Data { noteOff })
    };
    Some(match event.kind {
        EventKind::NoteOn { note, velocity } => {
            let (channel, pitch) = place(note);
            let noteId = id(note);
            let noteOn = NoteOnEvent { channel, pitch, tuning: 0.0, velocity, length: 0, noteId };
            (kNoteOnEvent, Data { noteOn })
        }
        EventKind::NoteOff { note, velocity } => off(note, velocity),
        // As fast as there is.
        EventKind::Choke { note } => off(note, 1.0),
        EventKind::NoteEnd { .. } | EventKind::Zone { .. } => return None,
        EventKind::Expression { note, expression: Expression::Pressure, value } => {
            let (channel, pitch) = place(note);
            let polyPressure = PolyPressureEvent { channel, pitch, pressure: value, noteId: id(note) };
            (kPolyPressureEvent, Data { polyPressure })
        }
        EventKind::Expression { note, expression, value } => {
            let typeId = expressions::type_of(expression)?;
            let value = expressions::position_of(expression, value);
            let noteExpressionValue = NoteExpressionValueEvent { typeId, noteId: id(note), value };
            (kNoteExpressionValueEvent, Data { noteExpressionValue })
        }
        EventKind::Controller { .. }
        | EventKind::ChannelPressure { .. }
        | EventKind::PitchBend { .. }
        | EventKind::ProgramChange { .. } => {
            let mut bytes = [0; 3];
            midi::encode(event, &mut bytes)?;
            let [status, first, second] = bytes;
            let (number, value, value2) = match status >> 4 {
                0xB => (first, second, 0),
                0xC => (kCtrlProgramChange as u8, first, 0),
                0xD => (kAfterTouch as u8, first, 0),
                _ => (kPitchBend as u8, first, second),
            };
            let midiCCOut = LegacyMIDICCOutEvent {
                controlNumber: number,
                channel: (status & 15) as i8,
                value: value as i8,
                value2: value2 as i8,
            };
            (kLegacyMIDICCOutEvent, Data { midiCCOut })
        }
        EventKind::SysEx(message) => {
            let bytes = list.sysex(message);
            let data =
                DataEvent { size: bytes.len() as u32, r#type: kMidiSysEx as u32, bytes: bytes.as_ptr() };
            (kDataEvent, Data { data })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::event::NoteId;

    #[test]
    fn what_no_input_of_vst3_can_make_is_said_too() {
        let note = Note { id: NoteId((1 << 31) - 1), channel: 2, key: 60 };
        let list = EventList::new(0, 0);
        let said = |kind| said(&CoreEvent { frame: 0, kind }, &list);
        let (kind, data) = said(EventKind::Choke { note }).unwrap();
        // SAFETY: numbers, and the part that the type says.
        let off = unsafe { data.noteOff };
        assert_eq!((kind, off.velocity, off.noteId), (kNoteOffEvent, 1.0, i32::MAX));
        let (kind, data) = said(EventKind::ProgramChange { channel: 2, program: 99 }).unwrap();
        // SAFETY: as above.
        let out = unsafe { data.midiCCOut };
        assert_eq!((kind, out.controlNumber), (kLegacyMIDICCOutEvent, kCtrlProgramChange as u8));
        assert_eq!((out.channel, out.value, out.value2), (2, 99, 0));
        assert!(said(EventKind::NoteEnd { note }).is_none());
        assert!(said(EventKind::ProgramChange { channel: 16, program: 0 }).is_none());
    }
}
