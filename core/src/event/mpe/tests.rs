//! Facts of M1-100-UM v1.1; the numbers are its sections. Its channels count from 1, ours from 0.

use proptest::prelude::*;

use super::*;
use crate::event::{Incoming, Note, NoteMap, midi};

/// What the translator makes of MIDI messages at frame 5.
fn send(mpe: &mut Mpe, messages: &[&[u8]]) -> Vec<EventKind<Address>> {
    let mut events = Vec::new();
    for message in messages {
        let Some(Incoming::Event(event)) = midi::parse(5, message) else { panic!("{message:?}") };
        mpe.translate(event, &mut |event| {
            assert_eq!(event.frame, 5);
            events.push(event.kind);
        });
    }
    events
}

fn parsed(message: &[u8]) -> EventKind<Address> {
    match midi::parse(5, message) {
        Some(Incoming::Event(event)) => event.kind,
        other => panic!("{other:?}"),
    }
}

/// RPN `parameter` on a channel.
fn rpn(mpe: &mut Mpe, channel: u8, parameter: u8, data: u8) -> Vec<EventKind<Address>> {
    let status = 0xB0 | channel;
    send(mpe, &[&[status, 101, 0], &[status, 100, parameter], &[status, 6, data]])
}

fn expression(channel: u8, expression: Expression, value: f32) -> EventKind<Address> {
    EventKind::Expression { note: on(channel), expression, value }
}

/// A letter for each channel: managers large, members small, lower or upper.
fn parts(mpe: &Mpe) -> String {
    let letter = |channel| match mpe.zones().role(channel) {
        Role::None => '.',
        Role::Manager(0) => 'L',
        Role::Member(0) => 'l',
        Role::Manager(_) => 'U',
        Role::Member(_) => 'u',
    };
    (0..16).map(letter).collect()
}

#[test]
fn zones_lie_at_the_ends_and_the_later_one_wins() {
    // 2.2.1: managers are channels 1 and 16; members are the channels beside them; a message
    // that overlaps the other zone shrinks it, or ends it.
    let mut mpe = Mpe::new();
    assert_eq!(parts(&mpe), "Llllllllllllllll");
    for (channel, members, expected) in [
        (15, 4, "LlllllllllluuuuU"),
        (0, 4, "Lllll......uuuuU"),
        (0, 12, "LlllllllllllluuU"),
        (15, 14, ".uuuuuuuuuuuuuuU"),
        (15, 15, "uuuuuuuuuuuuuuuU"),
        (0, 1, "LluuuuuuuuuuuuuU"),
        (15, 0, "Ll.............."),
        (0, 0, "................"),
        (15, 15, "uuuuuuuuuuuuuuuU"),
        (0, 15, "Llllllllllllllll"),
    ] {
        let events = rpn(&mut mpe, channel, 6, members);
        assert!(
            events
                .iter()
                .all(|kind| !matches!(kind, EventKind::Controller { controller: 6 | 100 | 101, .. }))
        );
        assert_eq!(parts(&mpe), expected, "{members} members on channel {}", channel + 1);
    }
}

#[test]
fn a_configuration_on_another_channel_or_of_16_members_is_none() {
    let mut mpe = Mpe::new();
    let passed = rpn(&mut mpe, 3, 6, 5);
    assert_eq!(passed, [&[0xB3, 101, 0], &[0xB3, 100, 6], &[0xB3, 6, 5]].map(|bytes| parsed(bytes)));
    assert_eq!(rpn(&mut mpe, 0, 6, 16), []);
    assert_eq!(parts(&mpe), "Llllllllllllllll");
}

#[test]
fn what_members_say_is_about_their_notes() {
    // 2.2.5 to 2.2.8: bend over 48 semitones, channel pressure, controller 74.
    let mut mpe = Mpe::new();
    let events =
        send(&mut mpe, &[&[0xE1, 0, 96], &[0xE2, 0, 0], &[0xD3, 127], &[0xB4, 74, 64], &[0xBF, 74, 127]]);
    let bend = 4096.0 / 8191.0 * 48.0;
    assert_eq!(
        events,
        [
            expression(1, Expression::Tuning, bend),
            expression(2, Expression::Tuning, -48.0),
            expression(3, Expression::Pressure, 1.0),
            expression(4, Expression::Brightness, 0.5),
            expression(15, Expression::Brightness, 1.0),
        ]
    );
    // Values of the manager channel are about the zone; so are other controllers than 74.
    let others: [&[u8]; 8] = [
        &[0xE0, 0, 96],
        &[0xD0, 127],
        &[0xB0, 74, 64],
        &[0xB0, 64, 127],
        &[0xB1, 1, 64],
        &[0xA1, 60, 3],
        &[0xC1, 3],
        &[0x81, 60, 0],
    ];
    assert_eq!(send(&mut mpe, &others), others.map(parsed));
}

#[test]
fn a_note_starts_with_what_was_said_before_it() {
    let mut mpe = Mpe::new();
    let on: &[u8] = &[0x91, 60, 100];
    assert_eq!(send(&mut mpe, &[on]), [parsed(on)], "nothing but neutral values");
    send(&mut mpe, &[&[0xE1, 0, 0], &[0xD1, 127], &[0xB1, 74, 0], &[0xE0, 0, 0], &[0xD0, 127]]);
    let note = Address::key(1, 60);
    let of_note = |expression, value| EventKind::Expression { note, expression, value };
    assert_eq!(
        send(&mut mpe, &[on]),
        [
            parsed(on),
            of_note(Expression::Tuning, -48.0),
            of_note(Expression::Pressure, 1.0),
            of_note(Expression::Brightness, 0.0),
        ]
    );
    for other in [&[0x92, 60, 100], &[0x90, 60, 100], &[0x91, 60, 0]] {
        assert_eq!(send(&mut mpe, &[other]), [parsed(other)], "another channel, or a note off");
    }
    mpe.reset();
    assert_eq!(send(&mut mpe, &[on]), [parsed(on)]);
}

#[test]
fn a_bend_range_is_that_of_all_members_or_of_the_manager() {
    // 2.2.5: 48 and 2 semitones until RPN 0 says otherwise; 0 to 96.
    let mut mpe = Mpe::new();
    send(&mut mpe, &[&[0xE1, 127, 127], &[0xE4, 0, 0]]);
    assert_eq!(
        rpn(&mut mpe, 7, 0, 12),
        [expression(1, Expression::Tuning, 12.0), expression(4, Expression::Tuning, -12.0),]
    );
    let tuning = |mpe: &mut Mpe| send(mpe, &[&[0xE1, 127, 127]]);
    assert_eq!(send(&mut mpe, &[&[0xB7, 38, 50]])[0], expression(1, Expression::Tuning, 12.5));
    assert_eq!(send(&mut mpe, &[&[0xB7, 96, 0]])[0], expression(1, Expression::Tuning, 12.5));
    rpn(&mut mpe, 1, 0, 127);
    assert_eq!(tuning(&mut mpe), [expression(1, Expression::Tuning, 96.0)]);
    assert_eq!(
        (mpe.manager_range(0), mpe.manager_range(1), mpe.manager_range(15)),
        (None, None, None),
        "nobody has said anything of the manager"
    );
    let told = |bend_range| EventKind::Zone { channel: 0, manager: None, bend_range: Some(bend_range) };
    assert_eq!(rpn(&mut mpe, 0, 0, 7), [told(7.0)]);
    assert_eq!(mpe.manager_range(0), Some(7.0));
    assert_eq!(tuning(&mut mpe), [expression(1, Expression::Tuning, 96.0)]);
    // A configuration message brings the defaults back, even if it changes no channel.
    assert_eq!(rpn(&mut mpe, 0, 6, 15), [told(2.0)]);
    assert_eq!(rpn(&mut mpe, 0, 0, 2), [], "as it is");
    assert_eq!(
        (tuning(&mut mpe), mpe.manager_range(0)),
        (vec![expression(1, Expression::Tuning, 48.0)], Some(2.0))
    );
}

#[test]
fn members_have_a_manager() {
    let mut mpe = Mpe::new();
    assert_eq!([0, 1, 15, 16].map(|channel| mpe.manager(channel)), [None, Some(0), Some(0), None]);
    rpn(&mut mpe, 0, 6, 3);
    rpn(&mut mpe, 15, 6, 2);
    let managers = [0, 3, 4, 12, 13, 14, 15].map(|channel| mpe.manager(channel));
    assert_eq!(managers, [None, Some(0), None, None, Some(15), Some(15), None]);
}

#[test]
fn channels_in_no_zone_are_plain_midi() {
    let mut mpe = Mpe::new();
    rpn(&mut mpe, 0, 6, 3);
    let messages: [&[u8]; 8] = [
        &[0xE9, 0, 0],
        &[0xD9, 127],
        &[0xB9, 74, 3],
        &[0x99, 60, 100],
        &[0xB9, 99, 1],
        &[0xB9, 6, 1],
        &[0xEF, 0, 0],
        &[0xB9, 123, 0],
    ];
    assert_eq!(send(&mut mpe, &messages), messages.map(parsed));
    let range: [&[u8]; 3] = [&[0xB9, 101, 0], &[0xB9, 100, 0], &[0xB9, 6, 12]];
    assert_eq!(send(&mut mpe, &range), range.map(parsed), "their bend ranges are the plugin's affair");
}

#[test]
fn other_registered_parameters_pass_as_a_whole() {
    let mut mpe = Mpe::new();
    let messages: [&[u8]; 6] = [
        &[0xB1, 101, 0],
        &[0xB1, 100, 1],
        &[0xB1, 6, 64],
        &[0xB1, 38, 3],
        &[0xB1, 101, 127],
        &[0xB1, 100, 127],
    ];
    assert_eq!(
        send(&mut mpe, &messages),
        messages[..4].iter().map(|bytes| parsed(bytes)).collect::<Vec<_>>()
    );
    assert_eq!(send(&mut mpe, &[&[0xB1, 6, 1]]), [messages[4], messages[5], &[0xB1, 6, 1]].map(parsed));
}

#[test]
fn a_manager_ends_and_resets_its_members_too() {
    let mut mpe = Mpe::new();
    rpn(&mut mpe, 0, 6, 2);
    let off = |channel| EventKind::NoteOff { note: on(channel), velocity: RELEASE_VELOCITY };
    let choke = |channel| EventKind::Choke { note: on(channel) };
    assert_eq!(send(&mut mpe, &[&[0xB0, 123, 0]]), [off(1), off(2), parsed(&[0xB0, 123, 0])]);
    assert_eq!(send(&mut mpe, &[&[0xB0, 120, 0]]), [choke(1), choke(2), parsed(&[0xB0, 120, 0])]);
    assert_eq!(send(&mut mpe, &[&[0xB1, 123, 0]]), [parsed(&[0xB1, 123, 0])]);
    send(&mut mpe, &[&[0xE1, 0, 0], &[0xD2, 9], &[0xB2, 74, 0]]);
    assert_eq!(
        send(&mut mpe, &[&[0xB0, 121, 0]]),
        [
            expression(1, Expression::Tuning, 0.0),
            expression(2, Expression::Pressure, 0.0),
            parsed(&[0xB0, 121, 0]),
        ]
    );
}

#[test]
fn notes_on_channels_whose_part_changes_are_released() {
    // 2.2.3.
    let mut mpe = Mpe::new();
    rpn(&mut mpe, 0, 6, 3);
    let mut notes = NoteMap::new(16);
    let mut play = |message: &[u8]| {
        let Some(Incoming::Event(event)) = midi::parse(0, message) else { panic!() };
        let mut events = Vec::new();
        mpe.translate(event, &mut |event| notes.resolve(event, &mut |event| events.push(event.kind)));
        events
    };
    // The manager, two members, and two channels in no zone.
    for channel in [0, 1, 3, 4, 15] {
        play(&[0x90 | channel, 60, 100]);
    }
    play(&[0xE3, 0, 0]);
    let mut released = Vec::new();
    for message in [[0xB0, 101, 0], [0xB0, 100, 6], [0xB0, 6, 2]] {
        released.extend(play(&message).into_iter().filter_map(|kind| match kind {
            EventKind::NoteOff { note: Note { channel, .. }, .. } => Some(channel),
            _ => None,
        }));
    }
    assert_eq!(released, [3], "only channel 4 has another part than before");
    play(&[0xB0, 6, 15]);
    let tuned =
        |events: Vec<EventKind>| events.iter().any(|kind| matches!(kind, EventKind::Expression { .. }));
    assert!(!tuned(play(&[0x93, 60, 100])), "its bend went with its part");
    assert_eq!(notes.held(), 3, "the manager's, the first member's, and the new one");
}

/// What becomes of another reading.
fn read(mpe: &mut Mpe, reading: MpeReading) -> Vec<EventKind<Address>> {
    let mut events = Vec::new();
    mpe.read(reading, 7, &mut |event| {
        assert_eq!(event.frame, 7);
        events.push(event.kind);
    });
    events
}

#[test]
fn zones_are_those_of_the_reading() {
    let mut mpe = Mpe::new();
    assert_eq!(mpe.reading(), MpeReading::Always);
    read(&mut mpe, MpeReading::Asked);
    assert_eq!(parts(&mpe), "................", "nobody has asked");
    let plain: [&[u8]; 4] = [&[0xE1, 0, 0], &[0xD1, 127], &[0xB1, 74, 3], &[0x91, 60, 100]];
    assert_eq!(send(&mut mpe, &plain), plain.map(parsed));
    rpn(&mut mpe, 15, 6, 4);
    assert_eq!(parts(&mpe), "...........uuuuU");
    read(&mut mpe, MpeReading::Always);
    assert_eq!(parts(&mpe), "LlllllllllluuuuU", "the lower zone of old, without what the upper one took");
    read(&mut mpe, MpeReading::Never);
    assert_eq!(parts(&mpe), "................");
    let plain: [&[u8]; 3] = [&[0xEC, 0, 0], &[0xDC, 127], &[0x9C, 60, 100]];
    assert_eq!(send(&mut mpe, &plain), plain.map(parsed));
    // The message is another registered parameter now, but is remembered.
    let configuration: [&[u8]; 3] = [&[0xB0, 101, 0], &[0xB0, 100, 6], &[0xB0, 6, 2]];
    assert_eq!(send(&mut mpe, &configuration), configuration.map(parsed));
    read(&mut mpe, MpeReading::Asked);
    assert_eq!(parts(&mpe), "Lll........uuuuU", "as the controller has asked");
}

#[test]
fn bend_ranges_outlive_a_change_of_the_reading() {
    let mut mpe = Mpe::new();
    rpn(&mut mpe, 0, 6, 5);
    rpn(&mut mpe, 0, 0, 7);
    rpn(&mut mpe, 1, 0, 12);
    read(&mut mpe, MpeReading::Asked);
    assert_eq!(mpe.manager_range(0), Some(7.0));
    assert_eq!(send(&mut mpe, &[&[0xE1, 127, 127]]), [expression(1, Expression::Tuning, 12.0)]);
}

#[test]
fn another_reading_ends_notes_where_a_channel_has_another_part() {
    let mut mpe = Mpe::new();
    rpn(&mut mpe, 0, 6, 15);
    assert_eq!(read(&mut mpe, MpeReading::Always), [], "nothing has changed");
    assert_eq!(read(&mut mpe, MpeReading::Asked), [], "the same zones");
    send(&mut mpe, &[&[0xE3, 0, 0]]);
    let events = read(&mut mpe, MpeReading::Never);
    let off = |channel| EventKind::NoteOff { note: on(channel), velocity: RELEASE_VELOCITY };
    let reset = |channel| EventKind::Controller { channel, controller: 121, value: 0.0 };
    let alone = |channel| EventKind::Zone { channel, manager: None, bend_range: None };
    let parts = (0..16).flat_map(|channel| [off(channel), alone(channel), reset(channel)]);
    assert_eq!(events, parts.collect::<Vec<_>>());
    read(&mut mpe, MpeReading::Always);
    let on: &[u8] = &[0x93, 60, 100];
    assert_eq!(send(&mut mpe, &[on]), [parsed(on)], "the bend went with the channel's part");
}

#[test]
fn every_note_of_a_member_channel_is_tuned_and_no_other() {
    let mut mpe = Mpe::new();
    let mut notes = NoteMap::new(16);
    let mut play = |message: &[u8]| {
        let Some(Incoming::Event(event)) = midi::parse(0, message) else { panic!() };
        let mut events = Vec::new();
        mpe.translate(event, &mut |event| notes.resolve(event, &mut |event| events.push(event.kind)));
        events
    };
    for message in [[0x91, 60, 9], [0x91, 67, 9], [0x92, 60, 9]] {
        play(&message);
    }
    let keys = |events: Vec<EventKind>| -> Vec<(u8, u8, f32)> {
        let tuning = |kind: &EventKind| match *kind {
            EventKind::Expression { note, expression: Expression::Tuning, value } => {
                (note.channel, note.key, value)
            }
            ref other => panic!("{other:?}"),
        };
        events.iter().map(tuning).collect()
    };
    assert_eq!(keys(play(&[0xE1, 127, 127])), [(1, 60, 48.0), (1, 67, 48.0)]);
    play(&[0x81, 60, 0]);
    assert_eq!(keys(play(&[0xE1, 0, 64])), [(1, 67, 0.0)], "a tail keeps its pitch");
}

fn anything() -> impl Strategy<Value = EventKind<Address>> {
    let byte = || prop_oneof![4 => 0_u8..16, 1 => any::<u8>()];
    let number = || prop_oneof![4 => 0.0_f32..=1.0, 1 => any::<f32>()];
    let note = || {
        (prop::option::of(-1_i32..4), prop::option::of(byte()), prop::option::of(byte()))
            .prop_map(|(id, channel, key)| Address { id, channel, key })
    };
    // What there is to select zones and ranges with, often.
    let controller =
        prop_oneof![prop::sample::select(vec![6_u8, 38, 74, 100, 101, 120, 121, 123]), any::<u8>()];
    prop_oneof![
        1 => (note(), number()).prop_map(|(note, velocity)| EventKind::NoteOn { note, velocity }),
        1 => (note(), number()).prop_map(|(note, velocity)| EventKind::NoteOff { note, velocity }),
        1 => note().prop_map(|note| EventKind::Choke { note }),
        1 => (note(), prop::sample::select(Expression::ALL.to_vec()), number())
            .prop_map(|(note, expression, value)| EventKind::Expression { note, expression, value }),
        4 => (byte(), controller, prop_oneof![(0_u8..16).prop_map(|n| f32::from(n) / 127.0), number()])
            .prop_map(|(channel, controller, value)| EventKind::Controller { channel, controller, value }),
        1 => (byte(), number()).prop_map(|(channel, value)| EventKind::ChannelPressure { channel, value }),
        1 => (byte(), number()).prop_map(|(channel, value)| EventKind::PitchBend { channel, value }),
    ]
}

proptest! {
    #[test]
    fn whatever_a_host_says_a_plugin_sees_notes_in_range(said in prop::collection::vec(anything(), 0..200)) {
        let (mut mpe, mut notes) = (Mpe::new(), NoteMap::new(8));
        let mut seen = Vec::new();
        for kind in said {
            mpe.translate(Event { frame: 0, kind }, &mut |event| {
                notes.resolve(event, &mut |event| seen.push(event.kind));
            });
        }
        for kind in seen {
            match kind {
                EventKind::NoteOn { note, velocity } => {
                    prop_assert!(note.channel < 16 && note.key < 128 && velocity > 0.0 && velocity <= 1.0);
                }
                EventKind::NoteOff { velocity, .. } => prop_assert!((0.0..=1.0).contains(&velocity)),
                EventKind::Expression { expression, value, .. } => {
                    let (least, most, _) = expression.range();
                    prop_assert!((least..=most).contains(&value), "{:?} {}", expression, value);
                }
                _ => {}
            }
        }
    }
}
