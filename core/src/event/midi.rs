//! Bytes of MIDI 1.0 to events and back (MIDI Association, M1-0 *MIDI 1.0 Detailed Specification*).

use super::{Address, Event, EventKind, Expression, Incoming, Note, RELEASE_VELOCITY};

/// What a MIDI message says. `[any thread]`
///
/// `None` for whatever is not one whole message of a channel or one whole system exclusive message:
/// wrong length, data bytes above 127, running status, system common and real-time messages.
/// A note on of velocity 0 is a note off, of [`RELEASE_VELOCITY`].
#[must_use]
pub fn parse(frame: u32, bytes: &[u8]) -> Option<Incoming<'_>> {
    let (&status, data) = bytes.split_first()?;
    if status == 0xF0 {
        let (&last, body) = data.split_last()?;
        let whole = last == 0xF7 && is_data(body);
        return whole.then_some(Incoming::SysEx { frame, data: bytes });
    }
    if !is_data(data) {
        return None;
    }
    let channel = status & 0x0F;
    let kind = match (status >> 4, data) {
        (0x8, &[key, velocity]) => {
            EventKind::NoteOff { note: Address::key(channel, key), velocity: unit(velocity) }
        }
        (0x9, &[key, 0]) => {
            EventKind::NoteOff { note: Address::key(channel, key), velocity: RELEASE_VELOCITY }
        }
        (0x9, &[key, velocity]) => {
            EventKind::NoteOn { note: Address::key(channel, key), velocity: unit(velocity) }
        }
        (0xA, &[key, pressure]) => EventKind::Expression {
            note: Address::key(channel, key),
            expression: Expression::Pressure,
            value: unit(pressure),
        },
        (0xB, &[controller, value]) => EventKind::Controller { channel, controller, value: unit(value) },
        (0xC, &[program]) => EventKind::ProgramChange { channel, program },
        (0xD, &[pressure]) => EventKind::ChannelPressure { channel, value: unit(pressure) },
        (0xE, &[low, high]) => EventKind::PitchBend { channel, value: bend_from(low, high) },
        _ => return None,
    };
    Some(Incoming::Event(Event { frame, kind }))
}

/// The MIDI message of an event: how many bytes of `out` it has. `[any thread]`
///
/// Undoes [`parse`]. Pressure becomes polyphonic key pressure; a choke, which MIDI cannot say of one
/// note, a note off as fast as there is (velocity 127). `None` for other expressions, for
/// [`EventKind::NoteEnd`] and [`EventKind::Zone`], for SysEx, and for channels and keys that MIDI does not have. A note on
/// has velocity 1 at least, for 0 would be a note off.
#[must_use]
pub fn encode(event: &Event<Note>, out: &mut [u8; 3]) -> Option<usize> {
    let (status, channel, first, second) = match event.kind {
        EventKind::NoteOn { note, velocity } => (0x90, note.channel, note.key, seven_bits(velocity).max(1)),
        EventKind::NoteOff { note, velocity } => (0x80, note.channel, note.key, seven_bits(velocity)),
        EventKind::Choke { note } => (0x80, note.channel, note.key, 127),
        EventKind::Expression { note, expression: Expression::Pressure, value } => {
            (0xA0, note.channel, note.key, seven_bits(value))
        }
        EventKind::Controller { channel, controller, value } => {
            (0xB0, channel, controller, seven_bits(value))
        }
        EventKind::ProgramChange { channel, program } => (0xC0, channel, program, 0),
        EventKind::ChannelPressure { channel, value } => (0xD0, channel, seven_bits(value), 0),
        EventKind::PitchBend { channel, value } => {
            let bits = bend_bits(value);
            (0xE0, channel, (bits & 0x7F) as u8, (bits >> 7) as u8)
        }
        EventKind::Expression { .. }
        | EventKind::NoteEnd { .. }
        | EventKind::Zone { .. }
        | EventKind::SysEx(_) => return None,
    };
    if channel > 15 || first > 127 {
        return None;
    }
    *out = [status | channel, first, second];
    Some(if matches!(status, 0xC0 | 0xD0) { 2 } else { 3 })
}

fn is_data(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte < 0x80)
}

fn unit(byte: u8) -> f32 {
    f32::from(byte) / 127.0
}

/// A value of 0 to 1 in MIDI's steps, to the nearest; NaN is 0.
pub(super) fn seven_bits(value: f32) -> u8 {
    // The conversion cuts the fraction off, and stops at 0.
    ((value * 127.0 + 0.5) as u8).min(127)
}

// 8192 is the centre, so there is a step more below it than above; each half has a scale of its own,
// and 0 and both ends are exact.

fn bend_from(low: u8, high: u8) -> f32 {
    let steps = f32::from(u16::from(high) << 7 | u16::from(low)) - 8192.0;
    if steps < 0.0 { steps / 8192.0 } else { steps / 8191.0 }
}

fn bend_bits(value: f32) -> u16 {
    let value = if value.is_nan() { 0.0 } else { value };
    let steps = value * if value < 0.0 { 8192.0 } else { 8191.0 };
    ((steps + 8192.5) as u16).min(16383)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::NoteId;

    fn event(bytes: &[u8]) -> Option<EventKind<Address>> {
        match parse(7, bytes)? {
            Incoming::Event(event) => {
                assert_eq!(event.frame, 7);
                Some(event.kind)
            }
            Incoming::SysEx { .. } => None,
        }
    }

    /// As a note map does it.
    fn resolved(kind: EventKind<Address>) -> EventKind<Note> {
        let note = |at: Address| Note {
            id: NoteId(0),
            channel: at.channel.expect("MIDI says it"),
            key: at.key.expect("MIDI says it"),
        };
        match kind {
            EventKind::NoteOn { note: at, velocity } => EventKind::NoteOn { note: note(at), velocity },
            EventKind::NoteOff { note: at, velocity } => EventKind::NoteOff { note: note(at), velocity },
            EventKind::Expression { note: at, expression, value } => {
                EventKind::Expression { note: note(at), expression, value }
            }
            EventKind::Controller { channel, controller, value } => {
                EventKind::Controller { channel, controller, value }
            }
            EventKind::ChannelPressure { channel, value } => EventKind::ChannelPressure { channel, value },
            EventKind::PitchBend { channel, value } => EventKind::PitchBend { channel, value },
            EventKind::ProgramChange { channel, program } => EventKind::ProgramChange { channel, program },
            other => panic!("MIDI has no {other:?}"),
        }
    }

    fn encoded(kind: EventKind<Note>) -> Option<Vec<u8>> {
        let mut out = [0; 3];
        let len = encode(&Event { frame: 0, kind }, &mut out)?;
        Some(out[..len].to_vec())
    }

    #[test]
    fn a_note_on_of_velocity_0_is_a_note_off() {
        let note = Address::key(2, 60);
        assert_eq!(event(&[0x92, 60, 0]), Some(EventKind::NoteOff { note, velocity: RELEASE_VELOCITY }));
        assert_eq!(event(&[0x92, 60, 127]), Some(EventKind::NoteOn { note, velocity: 1.0 }));
        let note = Note { id: NoteId(9), channel: 2, key: 60 };
        for velocity in [0.0, 1e-9, -1.0, f32::NAN] {
            assert_eq!(encoded(EventKind::NoteOn { note, velocity }), Some(vec![0x92, 60, 1]));
        }
    }

    #[test]
    fn the_wheel_is_exact_in_the_centre_and_at_both_ends() {
        let bend = |low, high| event(&[0xE0, low, high]);
        let value = |value| Some(EventKind::PitchBend { channel: 0, value });
        assert_eq!(bend(0, 0), value(-1.0));
        assert_eq!(bend(0, 64), value(0.0));
        assert_eq!(bend(127, 127), value(1.0));
        for (value, bytes) in [(-5.0, [0xE3, 0, 0]), (5.0, [0xE3, 127, 127]), (f32::NAN, [0xE3, 0, 64])] {
            assert_eq!(encoded(EventKind::PitchBend { channel: 3, value }), Some(bytes.to_vec()));
        }
    }

    #[test]
    fn values_between_two_steps_go_to_the_nearer_one() {
        let bend = |steps: f32| encoded(EventKind::PitchBend { channel: 0, value: steps / 8192.0 });
        for (steps, low, high) in
            [(0.4, 0, 64), (-0.4, 0, 64), (0.6, 1, 64), (-0.6, 127, 63), (-8191.6, 0, 0), (-8191.4, 1, 0)]
        {
            assert_eq!(bend(steps), Some(vec![0xE0, low, high]), "{steps}");
        }
        let pressure = |steps: f32| {
            encoded(EventKind::ChannelPressure { channel: 0, value: steps / 127.0 }).expect("it has bytes")
                [1]
        };
        let steps = [-3.0, 0.4, 0.6, 63.6, 64.4, 126.4, 126.6, 300.0, f32::NAN];
        assert_eq!(steps.map(pressure), [0, 0, 1, 64, 64, 126, 127, 127, 0]);
    }

    #[test]
    fn what_is_not_one_whole_message_is_refused() {
        let refused: [&[u8]; 18] = [
            &[],
            &[60],
            &[60, 100],
            &[0x90],
            &[0x90, 60],
            &[0x90, 60, 128],
            &[0x90, 60, 1, 0],
            &[0xC0, 1, 0],
            &[0xD0],
            &[0xF8],
            &[0xF1, 0],
            &[0xF2, 0, 0],
            &[0xFF],
            &[0xF7],
            &[0xF0],
            &[0xF0, 1],
            &[0xF0, 0x80, 0xF7],
            &[0xF0, 1, 0xF7, 0xF7],
        ];
        for bytes in refused {
            assert_eq!(parse(0, bytes), None, "{bytes:02X?}");
        }
        let data: &[u8] = &[0xF0, 0x7E, 0x7F, 0xF7];
        assert_eq!(parse(3, data), Some(Incoming::SysEx { frame: 3, data }));
    }

    #[test]
    fn what_midi_cannot_say_is_not_said() {
        let note = Note { id: NoteId(9), channel: 2, key: 60 };
        let expression = |expression| EventKind::Expression { note, expression, value: 1.0 };
        assert_eq!(encoded(expression(Expression::Pressure)), Some(vec![0xA2, 60, 127]));
        assert_eq!(encoded(expression(Expression::Tuning)), None);
        assert_eq!(encoded(EventKind::NoteEnd { note }), None);
        assert_eq!(encoded(EventKind::Choke { note }), Some(vec![0x82, 60, 127]));
        assert_eq!(encoded(EventKind::Choke { note: Note { channel: 16, ..note } }), None);
        assert_eq!(encoded(EventKind::Choke { note: Note { key: 128, ..note } }), None);
    }

    #[test]
    fn every_channel_message_comes_back_as_it_was() {
        for status in 0x80..=0xEF_u8 {
            let short = matches!(status >> 4, 0xC | 0xD);
            for first in 0..128 {
                for second in 0..if short { 1 } else { 128 } {
                    let all = [status, first, second];
                    let bytes = &all[..if short { 2 } else { 3 }];
                    let kind = event(bytes).expect("a whole message");
                    let back = encoded(resolved(kind)).expect("it came from MIDI");
                    let expected =
                        if status >> 4 == 9 && second == 0 { &[status - 0x10, first, 64] } else { bytes };
                    assert_eq!(back, expected);
                    assert_eq!(event(&back), Some(kind));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..6)) {
            match parse(7, &bytes) {
                Some(Incoming::Event(event)) => {
                    let back = encoded(resolved(event.kind)).expect("it came from MIDI");
                    prop_assert_eq!(parse(7, &back), Some(Incoming::Event(event)));
                }
                Some(Incoming::SysEx { data, .. }) => prop_assert_eq!(data, &bytes[..]),
                None => {}
            }
        }
    }
}
