//! Blocks of the LV2 binaries.

mod probe;

use std::process::ExitCode;

use dyad_tests::gain::{RATE, noise};
use dyad_tests::lv2::{Event, Module, Rig, room, sequence, sys};
use dyad_tests::memory::Guarded;

use crate::Report;

const SEQUENCE: &str = "http://lv2plug.in/ns/ext/atom#Sequence";
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
const MIDI: &str = "http://lv2plug.in/ns/ext/midi#MidiEvent";

/// Makes an instance without `urid:map`; succeeds where the plugin refuses.
pub(super) fn without_map() -> ExitCode {
    let descriptor = Module::gain().find("urn:dyad:gain#stereo");
    let none: [*const sys::LV2_Feature; 1] = [std::ptr::null()];
    let Some(instantiate) = descriptor.instantiate else { return ExitCode::FAILURE };
    // SAFETY: a descriptor of the binary, a path, and an empty list of features.
    let handle = unsafe { instantiate(descriptor, RATE, c"/".as_ptr(), none.as_ptr()) };
    if handle.is_null() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn fed(longest: Option<i32>, frames: usize) -> Rig {
    let mut rig = Rig::new("stereo", RATE, longest, frames);
    for (input, seed) in rig.ins.iter_mut().zip(1..) {
        input.copy_from_slice(&noise(frames, seed));
    }
    rig.activate();
    rig
}

pub(super) fn scenarios(report: &mut Report) {
    for longest in [None, Some(64), Some(1)] {
        for frames in [0, 1, 2, 3, 7, 16, 63, 64, 65, 100, 512, 1000, 1024, 4095, 4096] {
            let rig = fed(longest, frames);
            report.watch(&format!("{frames} frames, {longest:?} promised"), || rig.run(frames));
        }
    }
    controls(report);
    buffers(report);
    sequences(report);
    samples(report);
    probe::scenarios(report);
}

fn controls(report: &mut Report) {
    let mut rig = fed(None, 512);
    let gain = rig.index("gain");
    let mut value = -60.0;
    report.watch("the gain moves with every block", || {
        value += 7.0;
        rig.numbers[gain] = value;
        rig.run(512);
    });
    let mut rig = fed(None, 100);
    let enabled = rig.index("enabled");
    report.watch("bypass back and forth, within its fade", || {
        rig.numbers[enabled] = 1.0 - rig.numbers[enabled];
        rig.run(100);
    });
    let mut rig = fed(None, 512);
    report.watch("bypass back and forth, beyond its fade", || {
        rig.numbers[enabled] = 1.0 - rig.numbers[enabled];
        rig.run(512);
    });
    let mut junk = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 1e-40].into_iter().cycle();
    let mut rig = fed(None, 512);
    report.watch("controls that make no sense", || {
        rig.numbers.fill_with(|| junk.next().unwrap_or_default());
        rig.run(512);
    });
    let mut rig = fed(None, 512);
    rig.set("freewheel", 1.0);
    report.watch("free-wheeling", || rig.run(512));
    let rig = Rig::new("stereo", RATE, None, 512);
    report.watch("before activation", || rig.run(512));
    let mut rig = fed(None, 512);
    report.watch("every port connected anew", || {
        rig.connect_all();
        rig.connect(u32::MAX, std::ptr::null_mut());
        rig.run(512);
    });
}

fn buffers(report: &mut Report) {
    for port in 0..fed(None, 1).table.ports.len() {
        let rig = fed(None, 512);
        rig.connect(port as u32, std::ptr::null_mut());
        let symbol = rig.table.ports[port].symbol.clone();
        report.watch(&format!("without {symbol}"), || rig.run(512));
    }
    for (name, wires) in [
        ("in place", ["in_l", "in_r"]),
        ("crossed in place", ["in_r", "in_l"]),
        ("both outputs in one input", ["in_l", "in_l"]),
        ("one output for both", ["out_l", "out_l"]),
    ] {
        let mut rig = fed(None, 512);
        for (output, buffer) in ["out_l", "out_r"].into_iter().zip(wires) {
            let buffer = match buffer {
                "in_l" => rig.ins[0].ptr(),
                "in_r" => rig.ins[1].ptr(),
                _ => rig.outs[0].ptr(),
            };
            rig.wire(output, buffer.cast());
        }
        let gain = rig.index("gain");
        report.watch(name, || {
            rig.numbers[gain] -= 1.0;
            rig.run(512);
        });
    }
    let rig = fed(None, 512);
    let odd = Guarded::aligned(&[0; 2048], 3);
    rig.wire("in_l", odd.ptr());
    rig.wire("out_r", odd.ptr());
    report.watch("odd addresses", || rig.run(512));
}

fn sequences(report: &mut Report) {
    let mut rig = fed(None, 512);
    let [kind, chunk, midi] = [SEQUENCE, CHUNK, MIDI].map(|uri| rig.host.urid(uri));
    let notes: Vec<_> = (0..2000).map(|n| Event::new(n / 4, midi, &[0x90, 60, 1])).collect();
    let junk: Vec<_> = (0..200)
        .map(|n: u32| Event {
            size: n * 3,
            ..Event::new(i64::from(n) - 100, n, &vec![0xff; n as usize * 3])
        })
        .collect();
    let lying = [Event { size: u32::MAX, ..Event::new(0, midi, &[0x90, 60, 1]) }];
    for (name, control, space) in [
        ("no events", sequence(kind, &[]), 256),
        ("two thousand notes", sequence(kind, &notes), 256),
        ("events of unknown types", sequence(kind, &junk), 8),
        ("an event that is larger than its sequence", sequence(kind, &lying), 4),
        ("another type of atom", sequence(chunk, &notes), 0),
    ] {
        rig.control = Guarded::aligned(&control, 4);
        rig.notify = Guarded::aligned(&room(chunk, space), 4);
        rig.connect_all();
        report.watch(&format!("{name}, {space} bytes of room"), || rig.run(512));
    }
}

fn samples(report: &mut Report) {
    for (name, sample) in [
        ("NaN", f32::NAN),
        ("infinity", f32::INFINITY),
        ("the largest numbers", f32::MAX),
        ("denormals", 1e-40),
        ("silence", 0.0),
    ] {
        let mut rig = fed(None, 512);
        rig.ins.iter_mut().for_each(|input| input.fill(sample));
        let (gain, enabled) = (rig.index("gain"), rig.index("enabled"));
        report.watch(name, || {
            rig.numbers[gain] -= 3.0;
            rig.numbers[enabled] = 1.0 - rig.numbers[enabled];
            rig.run(512);
        });
    }
}
