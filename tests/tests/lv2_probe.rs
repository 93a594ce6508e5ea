//! Everything of the core through the LV2 binary of the test plugin: events both ways, and the transport.
#![allow(unsafe_code)]

use dyad_tests::lv2::{Offers, Rig};

fn active() -> Rig {
    let rig = Rig::probe("stereo", Offers::default(), 512);
    rig.activate();
    rig
}

#[test]
fn midi_comes_in_at_its_frames() {
    let mut rig = active();
    let events =
        [rig.midi(0, &[0x93, 60, 100]), rig.midi(40, &[0xB3, 1, 127]), rig.midi(511, &[0xE3, 0, 0])];
    rig.cycle(512, &events);
    assert_eq!([rig.get("key"), rig.get("held")], [60.0, 1.0]);
    assert_eq!(rig.get("velocity"), 100.0 / 127.0);
    assert_eq!([rig.get("wheel"), rig.get("bend")], [1.0, -1.0]);
    let off = [rig.midi(3, &[0x93, 60, 0])];
    rig.cycle(512, &off);
    assert_eq!(rig.get("held"), 0.0, "velocity 0 ends a note");
}

#[test]
fn midi_goes_out_at_its_frames() {
    let mut rig = active();
    let sysex: Vec<u8> =
        [0xF0].into_iter().chain((0..1000).map(|n| n as u8 & 0x7F)).chain([0xF7]).collect();
    let events = [
        rig.midi(0, &[0x93, 60, 100]),
        rig.midi(17, &[0xA3, 60, 33]),
        rig.midi(17, &[0xB3, 64, 127]),
        rig.midi(18, &sysex),
        rig.midi(100, &[0xD3, 5]),
        rig.midi(100, &[0xE3, 1, 2]),
        rig.midi(200, &[0xC3, 9]),
        rig.midi(511, &[0x83, 60, 11]),
    ];
    // A parameter that changes makes no difference: the block is one for the host.
    rig.set("gain", -3.0);
    let out = rig.cycle(512, &events);
    let expected: [(i64, &[u8]); 8] = [
        (0, &[0x93, 72, 100]),
        (17, &[0xA3, 72, 33]),
        (17, &[0xB3, 64, 127]),
        (18, &sysex),
        (100, &[0xD3, 5]),
        (100, &[0xE3, 1, 2]),
        (200, &[0xC3, 9]),
        (511, &[0x83, 72, 11]),
    ];
    let expected: Vec<_> = expected.iter().map(|(frame, bytes)| (*frame, bytes.to_vec())).collect();
    assert_eq!(rig.midi_of(&out), expected);
    let out = rig.cycle(512, &[]);
    assert_eq!(rig.midi_of(&out), [], "each goes out once");
}

#[test]
fn what_midi_cannot_be_is_passed_over() {
    let mut rig = active();
    let events = [
        rig.midi(0, &[]),
        rig.midi(0, &[0x90]),
        rig.midi(0, &[60, 100]),
        rig.midi(0, &[0x90, 200, 1]),
        rig.midi(0, &[0xF8]),
        rig.midi(0, &[0xF0, 1, 2]),
        rig.midi(0, &[0xB0, 7, 1]),
        rig.midi(5, &[0x90, 62, 1]),
    ];
    let out = rig.cycle(64, &events);
    assert_eq!(rig.midi_of(&out), [(5, vec![0x90, 74, 1])], "CC 7 is not one that the probe takes");
}

#[test]
fn odd_frames_count_as_the_blocks_own() {
    let mut rig = active();
    let events = [
        rig.midi(i64::MIN, &[0x90, 1, 1]),
        rig.midi(-1, &[0x90, 2, 1]),
        rig.midi(40, &[0x90, 3, 1]),
        rig.midi(7, &[0x90, 4, 1]),
        rig.midi(64, &[0x90, 5, 1]),
        rig.midi(i64::MAX, &[0x90, 6, 1]),
    ];
    let out = rig.cycle(64, &events);
    let out: Vec<_> = rig.midi_of(&out).iter().map(|(frame, bytes)| (*frame, bytes[1] - 12)).collect();
    assert_eq!(out, [(0, 1), (0, 2), (7, 4), (40, 3), (63, 5), (63, 6)]);
    // A block without frames: they wait.
    let out = rig.cycle(0, &events[2..3]);
    assert_eq!(rig.midi_of(&out), []);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.midi_of(&out), [(0, vec![0x90, 15, 1])]);
}

#[test]
fn a_sidechain_and_a_second_output() {
    let mut rig = Rig::probe("sidechained", Offers::default(), 64);
    rig.activate();
    for (input, sample) in rig.ins.iter_mut().zip([0.25, 0.5, -0.125]) {
        input.fill(sample);
    }
    rig.cycle(64, &[]);
    let firsts: Vec<_> = rig.outs.iter().map(|out| out[63]).collect();
    assert_eq!(firsts, [0.125, 0.375, -0.125], "each with the sidechain, and that alone");
    rig.wire("sidechain", std::ptr::null_mut());
    rig.wire("cue", std::ptr::null_mut());
    rig.cycle(64, &[]);
    let firsts: Vec<_> = rig.outs.iter().map(|out| out[63]).collect();
    assert_eq!(firsts, [0.25, 0.5, -0.125], "silence where nothing is connected");
}

#[test]
fn in_a_small_buffer_the_ends_of_notes_come_first() {
    let mut rig = active();
    let mut events: Vec<_> = (0..4).map(|n| rig.midi(0, &[0x90, 60 + n, 1])).collect();
    events.extend((0..4).map(|n| rig.midi(9, &[0x80, 60 + n, 0])));
    for room in [0, 8, 16, 31, 32, 103, 104, 128, 200] {
        let out = rig.cycle_within(64, &events, room);
        let out = rig.midi_of(&out);
        let places = (room as usize).saturating_sub(8) / 24;
        assert_eq!(out.len(), places.min(8), "{room} bytes");
        let ends = out.iter().filter(|(_, bytes)| bytes[0] == 0x80).count();
        assert_eq!(ends, places.min(4), "{room} bytes");
    }
    rig.cycle_within(64, &[rig.midi(0, &[0x90, 60, 1])], 1000);
    rig.deactivate();
    rig.activate();
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.midi_of(&out), [], "a new run begins in silence");
}

#[test]
fn a_bypassed_plugin_passes_events_on_as_they_are() {
    let mut rig = active();
    rig.set("enabled", 0.0);
    rig.deactivate();
    rig.activate();
    let events =
        [rig.midi(7, &[0x90, 60, 100]), rig.midi(9, &[0xF0, 1, 0xF7]), rig.midi(9, &[0x80, 60, 1])];
    let out = rig.cycle(64, &events);
    let expected = [(7, vec![0x90, 60, 100]), (9, vec![0xF0, 1, 0xF7]), (9, vec![0x80, 60, 1])];
    assert_eq!(rig.midi_of(&out), expected);
}

#[test]
fn one_buffer_for_both_ports_and_none_at_all() {
    let mut rig = active();
    let events = [rig.midi(3, &[0x90, 60, 100])];
    rig.cycle(64, &events);
    // The buffer still holds the note: it comes out of what it came in.
    rig.wire("notify", rig.control.ptr());
    rig.run(64);
    assert_eq!(rig.control[8 + 8 + 16..][..3], [0x90, 72, 100]);
    rig.wire("notify", std::ptr::null_mut());
    rig.wire("control", std::ptr::null_mut());
    rig.run(64);
    assert_eq!(rig.get("held"), 2.0);
}
