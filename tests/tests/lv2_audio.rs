//! Buffers as LV2 hosts give them: any length, shared, crossed, at odd addresses; bypass and meters.
#![allow(unsafe_code)]

use dyad_tests::gain::{self, FADE, RATE, assert_close, noise};
use dyad_tests::lv2::{Event, Rig, room, sequence};
use dyad_tests::memory::{Guarded, Samples};

const SEQUENCE: &str = "http://lv2plug.in/ns/ext/atom#Sequence";
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
const MIDI: &str = "http://lv2plug.in/ns/ext/midi#MidiEvent";
/// −6 dB, at which every mistake with buffers is heard: applied twice it is −12 dB.
const HALF: f32 = -6.0;

fn halved() -> Rig {
    let mut rig = Rig::new("stereo", RATE, None, 512);
    rig.set("gain", HALF);
    rig.activate();
    rig
}

fn scaled(sound: &[f32]) -> Vec<f64> {
    sound.iter().map(|sample| f64::from(*sample) * gain::factor(f64::from(HALF))).collect()
}

#[test]
fn in_place_crossed_and_one_buffer_for_all_sound_the_same() {
    let (left, right) = (noise(512, 1), noise(512, 2));
    let rig = halved();
    for (ports, what) in [
        (["in_l", "in_r", "out_l", "out_r"], "in place"),
        (["in_l", "in_r", "out_r", "out_l"], "crossed in place"),
    ] {
        let (a, b) = (Samples::of(&left), Samples::of(&right));
        for (port, buffer) in ports.iter().zip([&a, &b, &a, &b]) {
            rig.wire(port, buffer.ptr().cast());
        }
        rig.run(512);
        let crossed = what.starts_with("crossed");
        let (first, second) = if crossed { (&right, &left) } else { (&left, &right) };
        assert_close(&a, &scaled(first), 1e-6, what);
        assert_close(&b, &scaled(second), 1e-6, what);
    }
    let a = Samples::of(&left);
    for port in ["in_l", "in_r", "out_l", "out_r"] {
        rig.wire(port, a.ptr().cast());
    }
    rig.run(512);
    assert_close(&a, &scaled(&left), 1e-6, "one buffer for all, applied once");
}

#[test]
fn two_outputs_in_one_buffer_hold_one_of_both() {
    let rig = halved();
    let (a, b, out) = (Samples::of(&[0.5; 64]), Samples::of(&[-0.25; 64]), Samples::unwritten(64));
    for (port, buffer) in ["in_l", "in_r", "out_l", "out_r"].iter().zip([&a, &b, &out, &out]) {
        rig.wire(port, buffer.ptr().cast());
    }
    rig.run(64);
    let factor = gain::factor(f64::from(HALF));
    let first = f64::from(out[0]);
    assert!([0.5 * factor, -0.25 * factor].iter().any(|x| (x - first).abs() < 1e-6), "{first}");
    assert_close(&out, &[first; 64], 1e-6, "one of both, all through");
}

#[test]
fn audio_buffers_at_odd_addresses_work() {
    let rig = halved();
    let sound = noise(100, 3);
    let bytes: Vec<u8> = sound.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
    for offset in 0..8 {
        let (input, output) = (Guarded::aligned(&bytes, offset), Guarded::aligned(&[0xff; 400], offset));
        rig.wire("in_l", input.ptr());
        rig.wire("out_l", output.ptr());
        rig.run(100);
        let out: Vec<_> =
            output.chunks_exact(4).map(|b| f32::from_ne_bytes(b.try_into().unwrap())).collect();
        assert_close(&out, &scaled(&sound), 1e-6, &format!("address {offset} mod 8"));
    }
}

#[test]
fn blocks_longer_than_promised_sound_like_short_ones() {
    let sound = noise(8192, 4);
    let mut whole: Option<Vec<f32>> = None;
    for (longest, block) in
        [(None, 8192), (Some(16), 8192), (Some(64), 1000), (Some(0), 8192), (None, 1), (None, 7)]
    {
        let mut rig = Rig::new("stereo", RATE, longest, 8192);
        rig.activate();
        rig.play(&[0.0; 8]);
        rig.set("gain", 12.0);
        let out: Vec<f32> = sound.chunks(block).flat_map(|piece| rig.play(piece)).collect();
        let first = whole.get_or_insert_with(|| out.clone());
        assert!(&out == first, "blocks of {block}, promised {longest:?}");
    }
}

#[test]
fn sequences_are_read_at_every_address_whatever_is_in_them() {
    let mut rig = halved();
    let (kind, midi) = (rig.host.urid(SEQUENCE), rig.host.urid(MIDI));
    let note = |frame| Event::new(frame, midi, &[0x90, 60, 100]);
    let lying = |size| Event { size, ..note(3) };
    let sequences = [
        vec![],
        vec![note(0), note(17), note(63)],
        vec![note(-5), note(i64::MAX), note(i64::MIN)],
        vec![note(63), note(0)],
        vec![note(0), lying(u32::MAX)],
        vec![lying(100), note(5)],
        vec![lying(u32::MAX - 15), note(5)],
        vec![Event::new(0, 0, &[]), Event::new(1, u32::MAX, &[0xff; 40])],
        vec![Event::new(0, midi, &[]), Event::new(0, midi, &[0xf0; 100])],
    ];
    let sound = noise(64, 5);
    for (n, events) in sequences.iter().enumerate() {
        for offset in 0..8 {
            let bytes = sequence(kind, events);
            rig.control = Guarded::aligned(&bytes, offset);
            rig.notify = Guarded::aligned(&room(rig.host.urid(CHUNK), 64), offset);
            rig.connect_all();
            let what = format!("sequence {n} at {offset} mod 8");
            assert_close(&rig.play(&sound), &scaled(&sound), 1e-6, &what);
            assert_eq!(rig.control[..], bytes[..], "{what}: an input port is not written to");
        }
    }
}

#[test]
fn sequences_that_end_early_or_are_none_are_harmless() {
    let mut rig = halved();
    let (kind, midi) = (rig.host.urid(SEQUENCE), rig.host.urid(MIDI));
    let whole = sequence(kind, &[Event::new(0, midi, &[0x90, 60, 1]), Event::new(9, midi, &[0x80, 60, 1])]);
    let sound = noise(64, 6);
    for end in 0..=whole.len() - 8 {
        let mut cut = whole[..8 + end].to_vec();
        cut[..4].copy_from_slice(&(end as u32).to_ne_bytes());
        rig.control = Guarded::aligned(&cut, 4);
        rig.connect_all();
        assert_close(&rig.play(&sound), &scaled(&sound), 1e-6, &format!("{end} bytes of body"));
    }
    for other in [0, kind + 1, u32::MAX] {
        let mut wrong = whole.clone();
        wrong[4..8].copy_from_slice(&other.to_ne_bytes());
        rig.control = Guarded::aligned(&wrong, 4);
        rig.connect_all();
        assert_close(&rig.play(&sound), &scaled(&sound), 1e-6, "another type of atom");
    }
}

#[test]
fn the_notify_port_holds_an_empty_sequence_within_its_room() {
    let mut rig = halved();
    let (kind, chunk) = (rig.host.urid(SEQUENCE), rig.host.urid(CHUNK));
    for bytes in [0, 4, 7, 8, 16, 100, 4096] {
        for offset in 0..8 {
            rig.notify = Guarded::aligned(&room(chunk, bytes), offset);
            rig.connect_all();
            rig.run(64);
            let what = format!("room for {bytes} bytes at {offset} mod 8");
            let word = |at: usize| u32::from_ne_bytes(rig.notify[at..at + 4].try_into().unwrap());
            assert_eq!((word(0), word(4)), (if bytes < 8 { 0 } else { 8 }, kind), "{what}");
            if bytes >= 8 {
                assert_eq!(rig.notify[8..16], [0; 8], "{what}: counted in frames");
            }
        }
    }
    // One buffer for both sequence ports, as in hosts that save memory.
    rig.control = Guarded::aligned(&room(chunk, 64), 4);
    rig.wire("control", rig.control.ptr());
    rig.wire("notify", rig.control.ptr());
    rig.run(64);
    assert_eq!(rig.control[4..8], kind.to_ne_bytes());
}

#[test]
fn the_enabled_port_bypasses_without_a_click_and_comes_back() {
    let mut rig = Rig::new("stereo", RATE, None, 1000);
    rig.set("gain", -20.0);
    rig.activate();
    rig.play(&[1.0; 64]);
    let fade = |from: f64, to: f64| -> Vec<f64> {
        let over = |i: usize| ((i + 1) as f64 / FADE as f64).min(1.0);
        (0..1000).map(|i| from + (to - from) * over(i)).collect()
    };
    rig.set("enabled", 0.0);
    assert_close(&rig.play(&[1.0; 1000]), &fade(0.1, 1.0), 1e-5, "to dry over 5 ms");
    let sound = noise(1000, 7);
    assert_eq!(rig.play(&sound), sound, "dry to the bit");
    rig.set("enabled", 1.0);
    assert_close(&rig.play(&[1.0; 1000]), &fade(1.0, 0.1), 1e-5, "back to wet over 5 ms");
    // Off and on again before the fade is over.
    rig.set("enabled", 0.0);
    let mut all = rig.play(&[1.0; 100]);
    rig.set("enabled", 1.0);
    all.extend(rig.play(&[1.0; 1000]));
    let largest = all.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
    assert!(largest < 0.9 / FADE as f32 * 1.01, "a step of {largest}");
    assert_close(&all[1000..], &[0.1; 100], 1e-6, "wet again");
    // A plugin that is activated while bypassed starts dry.
    rig.deactivate();
    rig.set("enabled", 0.0);
    rig.activate();
    assert_eq!(rig.play(&sound), sound, "dry from the first frame on");
}

#[test]
fn meters_latency_and_freewheeling() {
    let mut rig = halved();
    let factor = gain::factor(f64::from(HALF)) as f32;
    for _ in 0..300 {
        rig.play(&[0.5; 512]);
    }
    let expected = 0.5 * factor;
    assert!((rig.get("peak") - expected).abs() < 1e-6, "peak {}", rig.get("peak"));
    assert!((rig.get("rms") - expected).abs() < 1e-3, "rms {}", rig.get("rms"));
    assert_eq!(rig.get("latency"), 0.0);
    let sound = noise(512, 8);
    let live = rig.play(&sound);
    rig.set("freewheel", 1.0);
    assert_eq!(rig.play(&sound), live, "a rendered mix sounds as it did live");
    for _ in 0..2000 {
        rig.play(&[0.0; 512]);
    }
    assert_eq!([rig.get("peak"), rig.get("rms")], [0.0; 2], "meters come to rest");
}
