//! Events both ways, through a plugin that sends on what it gets, notes an octave higher.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use dyad_tests::gain::id;
use dyad_tests::vst3::{Pass, Plugin, Said};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::MediaTypes_::kEvent;
use vst3::Steinberg::Vst::{IComponentTrait, IMidiMapping, IMidiMappingTrait};
use vst3::Steinberg::{kInvalidArgument, kResultFalse, kResultOk};

fn heard(plugin: &Plugin, events: &[(i32, Said)]) -> Vec<(i32, Said)> {
    Pass::<f32>::new(256, &[2], &[2]).hearing(events).sent_by(plugin)
}

fn controller(channel: u32, number: u32) -> u32 {
    FIRST_RESERVED_VST3_ID + channel * 130 + number
}

#[test]
fn there_is_one_event_bus_each_way() {
    for (plugin, count) in [(Plugin::probe(), 1), (Plugin::new(), 0)] {
        for direction in [kInput as i32, kOutput as i32] {
            // SAFETY: any numbers are allowed.
            assert_eq!(unsafe { plugin.component.getBusCount(kEvent as i32, direction) }, count);
        }
    }
}

#[test]
fn notes_keep_their_frames_and_have_ids_of_ours() {
    let plugin = Plugin::ready_probe(256);
    // Two notes of one key, told apart by the host's ids alone.
    let events = [
        (10, Said::On(3, 60, 0.5, 0.0, 700)),
        (20, Said::On(3, 60, 0.25, 0.0, 701)),
        (30, Said::Off(3, 60, 0.75, 701)),
    ];
    let sent = heard(&plugin, &events);
    let [(10, Said::On(3, 72, 0.5, 0.0, first)), (20, Said::On(3, 72, 0.25, 0.0, second)), last] =
        &sent[..]
    else {
        panic!("{sent:?}")
    };
    assert!(*first >= 0 && *second >= 0 && first != second);
    assert_eq!(*last, (30, Said::Off(3, 72, 0.75, *second)), "the one that the host meant");
    assert_eq!((plugin.plain("held"), plugin.plain("key")), (1.0, 60.0));
    assert!((plugin.plain("velocity") - 0.25).abs() < 1e-6);
    // Without an id: by channel and key, in a later block, and beyond the block's end.
    let sent = heard(&plugin, &[(999, Said::Off(3, 60, 0.0, -1))]);
    assert_eq!(sent, [(255, Said::Off(3, 72, 0.0, *first))]);
    assert_eq!(plugin.plain("held"), 0.0);
    let sent = heard(&plugin, &[(0, Said::On(0, 60, 0.0, 0.0, 1)), (1, Said::Off(0, 99, 0.0, -1))]);
    assert_eq!(sent, [], "a note on of velocity 0 is a note off; nobody is meant");
}

#[test]
fn a_detuned_note_says_so_right_behind_its_start() {
    let plugin = Plugin::ready_probe(256);
    let sent = heard(&plugin, &[(7, Said::On(0, 60, 0.5, 50.0, 1)), (7, Said::On(0, 61, 0.5, 0.0, 2))]);
    let [(7, Said::On(_, 72, _, _, id)), (7, tuning), (7, Said::On(_, 73, _, _, _))] = &sent[..] else {
        panic!("{sent:?}")
    };
    // Fifty cents are half a semitone.
    let Said::Expression(2, value, of) = tuning else { panic!("{tuning:?}") };
    assert!((value - (0.5 / 240.0 + 0.5)).abs() < 1e-9 && of == id, "{tuning:?}");
    assert!((plugin.plain("tuning") - 0.5).abs() < 1e-4);
    let sent = heard(&plugin, &[(0, Said::On(0, 62, 0.5, f32::NAN, 3))]);
    assert_eq!(sent.len(), 1, "no number is no tuning");
}

#[test]
fn expressions_reach_their_note_and_leave_as_they_came() {
    let plugin = Plugin::ready_probe(256);
    let mut events = vec![(0, Said::On(5, 60, 0.5, 0.0, 42)), (0, Said::On(5, 61, 0.5, 0.0, 43))];
    let values = [0.25, 0.75, 0.75, 0.5, 0.25, 1.0];
    let all = (0..6).map(|kind| (10 + kind as i32, Said::Expression(kind, values[kind as usize], 43)));
    events.extend(all);
    events.push((20, Said::Pressure(5, 61, 0.5, 43)));
    // What is no type, no note, no number.
    events.push((21, Said::Expression(6, 0.5, 43)));
    events.push((21, Said::Expression(2, 0.5, 9999)));
    events.push((21, Said::Expression(2, f64::NAN, 43)));
    events.push((21, Said::Other(99)));
    let sent = heard(&plugin, &events);
    let Said::On(_, _, _, _, id) = sent[1].1 else { panic!("{sent:?}") };
    let mut expected: Vec<_> =
        (0..6).map(|kind| (10 + kind as i32, Said::Expression(kind, values[kind as usize], id))).collect();
    expected.push((20, Said::Pressure(5, 73, 0.5, id)));
    assert_eq!(sent[2..], expected);
    assert!((plugin.plain("tuning") - 60.0).abs() < 1e-3, "0.75 is 60 semitones up");
}

#[test]
fn sysex_passes_with_its_bytes() {
    let plugin = Plugin::ready_probe(256);
    let long: Vec<u8> = [0xF0].into_iter().chain((0..2000).map(|n| n as u8 & 127)).chain([0xF7]).collect();
    let whole = vec![0xF0, 0x7E, 0x7F, 6, 1, 0xF7];
    let events = [
        (1, Said::SysEx(whole.clone())),
        (2, Said::SysEx(vec![0xF0, 1])),
        (3, Said::SysEx(vec![0x90, 60, 100])),
        (4, Said::SysEx(long.clone())),
        (5, Said::SysEx(Vec::new())),
        // More than the plugin has room for, so it is dropped as a whole.
        (6, Said::SysEx(vec![0x11; 10_000])),
    ];
    assert_eq!(heard(&plugin, &events), [(1, Said::SysEx(whole)), (4, Said::SysEx(long))]);
}

#[test]
fn controllers_come_as_parameters_at_their_frames_between_the_notes() {
    let plugin = Plugin::ready_probe(256);
    let before = plugin.save();
    let wheel = [(20, 64.0 / 127.0), (100, 1.0)];
    let changes = [
        (controller(4, 1), &wheel[..]),
        (controller(4, 129), &[(40, 0.5), (41, 1.0), (42, 0.0)]),
        (controller(4, 128), &[(30, 100.0 / 127.0)]),
        (controller(4, 2), &[(20, 0.9)]),
        (controller(16, 1), &[(20, 0.9)]),
        (u32::MAX, &[(20, 0.9)]),
    ];
    let events = [
        (10, Said::On(4, 60, 0.5, 0.0, 1)),
        (30, Said::On(4, 62, 0.5, 0.0, 2)),
        (100, Said::Off(4, 60, 0.5, 1)),
    ];
    let sent = Pass::<f32>::new(256, &[2], &[2]).with(&changes).hearing(&events).sent_by(&plugin);
    let Said::On(.., first) = sent[0].1 else { panic!("{sent:?}") };
    let Said::On(.., second) = sent[3].1 else { panic!("{sent:?}") };
    let expected = [
        (10, Said::On(4, 72, 0.5, 0.0, first)),
        (20, Said::Controller(1, 4, 64, 0)),
        // A note's own pressure and bend come before it, as MPE has them.
        (30, Said::Controller(128, 4, 100, 0)),
        (30, Said::On(4, 74, 0.5, 0.0, second)),
        (40, Said::Controller(129, 4, 0, 64)),
        (41, Said::Controller(129, 4, 127, 127)),
        (42, Said::Controller(129, 4, 0, 0)),
        (100, Said::Controller(1, 4, 127, 0)),
        (100, Said::Off(4, 72, 0.5, first)),
    ];
    assert_eq!(sent, expected);
    assert_eq!((plugin.plain("wheel"), plugin.plain("bend")), (1.0, -1.0));
    assert_eq!(plugin.save(), before, "no parameter has moved, and none is in the state");
}

#[test]
fn events_of_a_block_without_frames_are_not_lost() {
    let plugin = Plugin::ready_probe(256);
    let on = [(0, Said::On(0, 60, 0.5, 0.0, 1))];
    let mut flush = Pass::<f32>::new(0, &[2], &[2]).with(&[(controller(0, 1), &[(0, 1.0)])]).hearing(&on);
    assert_eq!(flush.run(&plugin), kResultOk);
    let sent = heard(&plugin, &[]);
    let [(0, Said::Controller(1, 0, 127, 0)), (0, Said::On(0, 72, ..))] = sent[..] else {
        panic!("{sent:?}")
    };
}

#[test]
fn a_host_without_room_for_events_loses_them_and_nothing_else() {
    let plugin = Plugin::ready_probe(256);
    let mut pass = Pass::<f32>::new(256, &[2], &[2]).hearing(&[(0, Said::On(0, 60, 0.5, 0.0, 1))]);
    pass.data.outputEvents = std::ptr::null_mut();
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!((plugin.plain("held"), pass.sent.all()), (1.0, vec![]));
}

#[test]
fn controllers_are_mapped_in_every_channel_of_the_one_bus() {
    let map = |plugin: &Plugin, bus: i32, channel: i16, number: i16| {
        let mapping = plugin.component.cast::<IMidiMapping>().expect("IMidiMapping");
        let mut id = 0;
        // SAFETY: any numbers are allowed; a place for the answer.
        let result = unsafe { mapping.getMidiControllerAssignment(bus, channel, number, &mut id) };
        if result == kResultOk { Some(id) } else { None }
    };
    let (probe, gain) = (Plugin::probe(), Plugin::new());
    for channel in 0..16 {
        for number in [1, 64, 128, 129] {
            let expected = controller(channel as u32, number as u32);
            assert_eq!(map(&probe, 0, channel, number), Some(expected));
        }
        assert_eq!(map(&probe, 0, channel, 7), Some(id("gain")), "a parameter that names it");
        assert_eq!(map(&probe, 0, channel, 2), None, "one that nobody asked for");
        assert!((0..130).all(|number| map(&gain, 0, channel, number).is_none()));
    }
    for (bus, channel, number) in
        [(1, 0, 1), (-1, 0, 1), (0, 16, 1), (0, -1, 1), (0, 0, 130), (0, 0, -1), (0, 0, i16::MAX)]
    {
        assert_eq!(map(&probe, bus, channel, number), None, "{bus} {channel} {number}");
    }
    let mapping = probe.component.cast::<IMidiMapping>().expect("IMidiMapping");
    // SAFETY: null is what this is about.
    unsafe {
        let null = std::ptr::null_mut();
        assert_eq!(mapping.getMidiControllerAssignment(0, 0, 1, null), kInvalidArgument);
        assert_eq!(mapping.getMidiControllerAssignment(0, 0, 2, &mut 0), kResultFalse);
    }
}
