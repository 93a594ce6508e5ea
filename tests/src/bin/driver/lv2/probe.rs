//! Blocks of the test plugin's LV2 binary: events both ways, the transport, texts, requests.

use dyad_tests::gain::noise;
use dyad_tests::lv2::Value::{Bytes, Double, Float, Int, Long, Path, Text, Uri};
use dyad_tests::lv2::{Event, Offers, Rig, room, sequence};
use dyad_tests::memory::Guarded;
use dyad_ttl::{MESSAGE, MESSAGE_BYTES, WATCH};

use super::{CHUNK, SEQUENCE};
use crate::Report;

const PATCH: &str = "http://lv2plug.in/ns/ext/patch#";

fn active(layout: &str, offers: Offers) -> Rig {
    let mut rig = Rig::probe(layout, offers, 512);
    for (input, seed) in rig.ins.iter_mut().zip(1..) {
        input.copy_from_slice(&noise(512, seed));
    }
    rig.activate();
    rig
}

/// Watches blocks with these events, at every amount of room that is interesting.
fn watch(report: &mut Report, rig: &mut Rig, name: &str, events: &[Event], frames: usize) {
    let (kind, chunk) = (rig.urid(SEQUENCE), rig.urid(CHUNK));
    rig.control = Guarded::aligned(&sequence(kind, events), 4);
    for bytes in [0, 8, 100, 16_384] {
        let fresh = room(chunk, bytes);
        rig.notify = Guarded::aligned(&fresh, 4);
        rig.connect_all();
        let notify = rig.notify.ptr();
        report.watch(&format!("probe: {name}, {bytes} bytes of room"), || {
            // SAFETY: the port's own memory; a host makes it anew before each block.
            unsafe { std::ptr::copy_nonoverlapping(fresh.as_ptr(), notify.cast(), 8) };
            rig.run(frames);
        });
    }
}

pub(super) fn scenarios(report: &mut Report) {
    for layout in ["stereo", "sidechained", "mono"] {
        let mut rig = active(layout, Offers::default());
        watch(report, &mut rig, layout, &[], 512);
    }
    events(report);
    transport(report);
    texts(report);
    messages(report);
    controls(report);
}

fn events(report: &mut Report) {
    let mut rig = active("stereo", Offers::default());
    let all: Vec<_> = (0..=255u8)
        .flat_map(|status| [vec![status], vec![status, 60], vec![status, 60, 100], vec![status, 255, 255]])
        .collect();
    let all: Vec<_> = (0..).zip(&all).map(|(n, bytes)| rig.midi(n / 3, bytes)).collect();
    watch(report, &mut rig, "every message there is", &all, 512);
    let notes: Vec<_> = (0..4000i64)
        .map(|n| rig.midi(n / 8, &[0x80 | ((n % 3 != 0) as u8) << 4, (n % 128) as u8, 99]))
        .collect();
    watch(report, &mut rig, "more notes than there is room for", &notes, 512);
    let backwards: Vec<_> = (0..64).rev().map(|n| rig.midi(n * 8, &[0xB0, 1, n as u8])).collect();
    watch(report, &mut rig, "events out of order", &backwards, 512);
    watch(report, &mut rig, "events without frames", &notes[..100], 0);
    let sysex = |len: usize| {
        let mut bytes = vec![1; len];
        (bytes[0], bytes[len - 1]) = (0xF0, 0xF7);
        bytes
    };
    let messages = [2, 100, 4000, 65_536].map(|len| rig.midi(3, &sysex(len)));
    watch(report, &mut rig, "SysEx that fits and SysEx that does not", &messages, 512);
    rig.set("enabled", 0.0);
    watch(report, &mut rig, "events while bypassed", &notes, 512);
}

fn transport(report: &mut Report) {
    let mut rig = active("stereo", Offers::default());
    let position = |rig: &Rig, frame: i64| {
        rig.position(
            frame,
            &[
                ("frame", Long(frame)),
                ("speed", Float(1.0)),
                ("bar", Long(frame)),
                ("barBeat", Double(1.5)),
                ("beatUnit", Int(4)),
                ("beatsPerBar", Float(4.0)),
                ("beatsPerMinute", Float(120.0 + frame as f32)),
            ],
        )
    };
    let every: Vec<_> = (0..512).map(|frame| position(&rig, frame)).collect();
    watch(report, &mut rig, "a position for every frame", &every, 512);
    let junk = [
        rig.position(0, &[("bar", Float(f32::NAN)), ("beatUnit", Int(0)), ("speed", Text("x".into()))]),
        Event::new(5, every[0].kind, &every[0].body[..every[0].body.len() - 9]),
        Event::new(5, every[0].kind, &[]),
    ];
    watch(report, &mut rig, "positions that make no sense", &junk, 512);
}

fn texts(report: &mut Report) {
    let message = |rig: &Rig, kind: &str, properties: &[(&str, dyad_tests::lv2::Value)]| {
        let keys: Vec<_> = properties.iter().map(|(key, _)| format!("{PATCH}{key}")).collect();
        let all: Vec<_> =
            keys.iter().zip(properties).map(|(key, (_, value))| (key.as_str(), value.clone())).collect();
        rig.object(0, &format!("{PATCH}{kind}"), &all)
    };
    let title = || ("property", Uri("urn:dyad:probe#property/title".into()));
    for offers in [Offers::default(), Offers { worker: true, port_changes: true, ..Offers::default() }] {
        let mut rig = active("stereo", offers);
        let mut all = vec![message(&rig, "Get", &[]), message(&rig, "Get", &[title()])];
        for text in [String::new(), "x".repeat(4096), "x".repeat(5000)] {
            all.push(message(&rig, "Set", &[title(), ("value", Text(text.clone()))]));
            all.push(message(&rig, "Set", &[title(), ("value", Path(text))]));
        }
        watch(report, &mut rig, &format!("texts and questions, {offers:?}"), &all, 512);
        // Answers have come, and stay away: the rest of the blocks write them.
        rig.work();
        watch(report, &mut rig, &format!("answers, {offers:?}"), &[], 512);
    }
}

fn messages(report: &mut Report) {
    let mut rig = active("stereo", Offers::default());
    let say = |bytes: &[u8]| rig.object(0, MESSAGE, &[(MESSAGE_BYTES, Bytes(bytes.to_vec()))]);
    let watched = rig.object(0, WATCH, &[]);
    let some = [watched.clone(), say(b"hello"), say(b"stream"), say(&[1; 4096]), say(&[1; 4097])];
    let many: Vec<_> = (0..100).map(|n| say(&vec![n; usize::from(n) * 40])).collect();
    watch(report, &mut rig, "messages and a stream", &some, 512);
    watch(report, &mut rig, "more messages than there is room for", &many, 512);
    let kind = rig.urid(SEQUENCE);
    rig.control = Guarded::aligned(&sequence(kind, &[]), 4);
    rig.connect_all();
    report.watch("probe: the end of an editor that nobody told of", || {
        for _ in 0..400 {
            rig.run(512);
        }
    });
}

fn controls(report: &mut Report) {
    let mut rig = active("stereo", Offers { port_changes: true, worker: true, ..Offers::default() });
    let (press, delay) = (rig.index("press"), rig.index("delay"));
    let chunk = rig.urid(CHUNK);
    rig.notify = Guarded::aligned(&room(chunk, 4096), 4);
    rig.connect_all();
    report.watch("probe: a button, a changed state, a changing latency", || {
        rig.numbers[press] = 1.0 - rig.numbers[press];
        rig.numbers[delay] += 100.0;
        rig.run(512);
    });
}
