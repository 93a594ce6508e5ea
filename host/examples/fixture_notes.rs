//! An LV2 library that the host's tests load: what it is told becomes samples, each on its frame.
//!
//! `notes` is an instrument: at its first output a note's start is its velocity and a note's end
//! its velocity below 0, both over 127; at its second output stands the tempo of the last
//! `time:Position`, over 1000. `late` passes its input on as many frames later as its port `delay`
//! says, scaled by its port `gain`, and tells that latency.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_void};

use lv2_raw::{LV2Descriptor, LV2Feature, LV2Handle};
use lv2_sys::LV2_URID_Map;

const URIS: [&CStr; 2] = [c"urn:dyad:fixture:notes", c"urn:dyad:fixture:late"];

struct Fixture {
    /// notes: events in, two outputs, events out. late: in, out, delay, gain, latency.
    ports: [*mut c_void; 5],
    late: bool,
    tempo: f32,
    line: Vec<f32>,
    midi: u32,
    beats_per_minute: u32,
}

extern "C" fn instantiate(
    descriptor: *const LV2Descriptor,
    _rate: f64,
    _bundle: *const c_char,
    features: *const *const LV2Feature,
) -> LV2Handle {
    // SAFETY: the host passes one of our own descriptors, and its features ended by a null, with the
    // data their URIs promise.
    unsafe {
        let late = CStr::from_ptr((*descriptor).uri) == URIS[1];
        let mut at = features;
        while !(*at).is_null() && CStr::from_ptr((**at).uri) != c"http://lv2plug.in/ns/ext/urid#map" {
            at = at.add(1);
        }
        if (*at).is_null() {
            return std::ptr::null_mut();
        }
        let map = (**at).data.cast::<LV2_URID_Map>();
        let number = |uri: &CStr| (*map).map.map_or(0, |function| function((*map).handle, uri.as_ptr()));
        Box::into_raw(Box::new(Fixture {
            ports: [std::ptr::null_mut(); 5],
            late,
            tempo: 0.0,
            line: Vec::new(),
            midi: number(c"http://lv2plug.in/ns/ext/midi#MidiEvent"),
            beats_per_minute: number(c"http://lv2plug.in/ns/ext/time#beatsPerMinute"),
        }))
        .cast()
    }
}

/// The instance behind a handle.
unsafe fn fixture<'a>(handle: LV2Handle) -> &'a mut Fixture {
    // SAFETY: the handle is what `instantiate` gave out, used by one thread at a time.
    unsafe { &mut *handle.cast::<Fixture>() }
}

extern "C" fn connect_port(handle: LV2Handle, port: u32, data: *mut c_void) {
    // SAFETY: as for `fixture`.
    unsafe { fixture(handle) }.ports[port as usize] = data;
}

extern "C" fn run(handle: LV2Handle, frames: u32) {
    // SAFETY: as for `fixture`; the host has connected all ports to memory that is long enough.
    unsafe {
        let fixture = fixture(handle);
        if fixture.late { delay(fixture, frames as usize) } else { play(fixture, frames as usize) }
    }
}

unsafe fn delay(fixture: &mut Fixture, frames: usize) {
    // SAFETY: as for `run`.
    unsafe {
        let [input, output, delay, gain, latency] = fixture.ports.map(|port| port.cast::<f32>());
        for frame in 0..frames {
            fixture.line.push(*input.add(frame));
            let late = fixture.line.len() > *delay as usize;
            *output.add(frame) = if late { fixture.line.remove(0) * *gain } else { 0.0 };
        }
        *latency = *delay;
    }
}

unsafe fn play(fixture: &mut Fixture, frames: usize) {
    // SAFETY: as for `run`; the host's sequence is as long as it says, and its events too.
    unsafe {
        let [events, notes, tempo, answers, _] = fixture.ports;
        let (notes, tempo) = (notes.cast::<f32>(), tempo.cast::<f32>());
        notes.write_bytes(0, frames);
        let size = *events.cast::<u32>() as usize;
        // All that comes in goes out.
        if size <= *answers.cast::<u32>() as usize {
            answers.cast::<u8>().copy_from_nonoverlapping(events.cast(), 8 + size);
        }
        let sequence = std::slice::from_raw_parts(events.cast::<u8>().add(8), size);
        let word = |bytes: &[u8], at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        // The sequence's own head, then time, size, type and body of each event.
        let mut at = 8;
        while at + 16 <= sequence.len() {
            let frame = i64::from_ne_bytes(sequence[at..at + 8].try_into().unwrap()) as usize;
            let (size, kind) = (word(sequence, at + 8) as usize, word(sequence, at + 12));
            let body = &sequence[at + 16..at + 16 + size];
            if kind == fixture.midi {
                match body {
                    [0x90..=0x9f, _, velocity] if *velocity > 0 => {
                        *notes.add(frame) += f32::from(*velocity) / 127.0
                    }
                    [0x80..=0x9f, _, velocity] => *notes.add(frame) -= f32::from(*velocity) / 127.0,
                    _ => {}
                }
            } else {
                // An object: its head, then key, context, size, type and value of each property.
                let mut at = 8;
                while at + 16 < body.len() {
                    if word(body, at) == fixture.beats_per_minute {
                        fixture.tempo = f32::from_bits(word(body, at + 16));
                    }
                    at += 16 + (word(body, at + 8) as usize).next_multiple_of(8);
                }
            }
            at += 16 + size.next_multiple_of(8);
        }
        for frame in 0..frames {
            *tempo.add(frame) = fixture.tempo / 1000.0;
        }
    }
}

extern "C" fn cleanup(handle: LV2Handle) {
    // SAFETY: the handle is what `instantiate` gave out, and the host is done with it.
    drop(unsafe { Box::from_raw(handle.cast::<Fixture>()) });
}

extern "C" fn extension_data(_uri: *const c_char) -> *const c_void {
    std::ptr::null()
}

/// LV2's entry point: the plugin with this number.
// SAFETY: the name is LV2's, and no other symbol of the library has it.
#[unsafe(no_mangle)]
pub extern "C" fn lv2_descriptor(index: u32) -> *const LV2Descriptor {
    let Some(uri) = URIS.get(index as usize) else { return std::ptr::null() };
    // Hosts ask a few times in all, and what they get must stay.
    Box::leak(Box::new(LV2Descriptor {
        uri: uri.as_ptr(),
        instantiate,
        connect_port,
        activate: None,
        run,
        deactivate: None,
        cleanup,
        extension_data: Some(extension_data),
    }))
}
