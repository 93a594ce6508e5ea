//! What the tests of `render` share: bundles of the notes fixture, MIDI files and FLAC files.
#![allow(dead_code, reason = "each test program uses its own part")]

use super::common::{Bench, example};

/// A bundle with the instrument of the notes fixture.
pub(crate) fn notes(bench: &Bench) -> String {
    let atom = "http://lv2plug.in/ns/ext/atom#";
    let events = |index: u32, direction: &str, symbol: &str| {
        format!(
            "[ a lv2:{direction}Port, <{atom}AtomPort> ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; \
             lv2:name \"{symbol}\" ; <{atom}bufferType> <{atom}Sequence> ; \
             <{atom}supports> <http://lv2plug.in/ns/ext/midi#MidiEvent> , \
             <http://lv2plug.in/ns/ext/time#Position> ]"
        )
    };
    let output = |index: u32, symbol: &str| {
        format!(
            "[ a lv2:OutputPort, lv2:AudioPort ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; \
             lv2:name \"{symbol}\" ]"
        )
    };
    let ports = [
        events(0, "Input", "events"),
        output(1, "notes"),
        output(2, "tempo"),
        events(3, "Output", "answers"),
    ];
    bundle(bench, "notes", &ports.join(" , "))
}

/// A bundle with the delay of the notes fixture.
pub(crate) fn late(bench: &Bench) -> String {
    let port = |index: u32, kinds: &str, symbol: &str, more: &str| {
        format!(
            "[ a {kinds} ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; lv2:name \"{symbol}\" ; {more} ]"
        )
    };
    let (input, output) = ("lv2:InputPort, lv2:", "lv2:OutputPort, lv2:");
    let ports = [
        port(0, &format!("{input}AudioPort"), "in", ""),
        port(1, &format!("{output}AudioPort"), "out", ""),
        port(
            2,
            &format!("{input}ControlPort"),
            "delay",
            "lv2:default 0 ; lv2:minimum 0 ; lv2:maximum 9999 ; lv2:portProperty lv2:integer",
        ),
        port(3, &format!("{input}ControlPort"), "gain", "lv2:default 1 ; lv2:minimum -8 ; lv2:maximum 8"),
        port(4, &format!("{output}ControlPort"), "latency", "lv2:portProperty lv2:reportsLatency"),
    ];
    bundle(bench, "late", &ports.join(" , "))
}

fn bundle(bench: &Bench, plugin: &str, ports: &str) -> String {
    let manifest = format!(
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
         @prefix doap: <http://usefulinc.com/ns/doap#> .\n\
         <urn:dyad:fixture:{plugin}> a lv2:Plugin ; lv2:binary <plugin.so> ; doap:name \"{plugin}\" ;\n\
         lv2:port {ports} .\n"
    );
    bench.lv2_bundle(&format!("{plugin}.lv2"), &manifest, Some(&example("fixture_notes")))
}

/// A MIDI file of these tracks, each ended properly.
pub(crate) fn midi(format: u8, ticks: u16, tracks: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"MThd\0\0\0\x06\0".to_vec();
    bytes.extend([format, 0, tracks.len() as u8]);
    bytes.extend(ticks.to_be_bytes());
    for track in tracks {
        bytes.extend(b"MTrk");
        bytes.extend((track.len() as u32 + 4).to_be_bytes());
        bytes.extend(track);
        bytes.extend([0, 0xff, 0x2f, 0]);
    }
    bytes
}

/// A track of events, each so many ticks after the start.
pub(crate) fn track(events: &[(u32, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut now = 0;
    for (tick, event) in events {
        let delta = tick - now;
        now = *tick;
        for shift in [21, 14, 7] {
            if delta >> shift > 0 {
                bytes.push((delta >> shift) as u8 | 0x80);
            }
        }
        bytes.push(delta as u8 & 0x7f);
        bytes.extend(*event);
    }
    bytes
}

/// A FLAC file that stores 16-bit samples as they are, one list per channel. Where the length is not
/// `told`, readers have to find it out.
pub(crate) fn flac(rate: u32, channels: &[Vec<i16>], told: bool) -> Vec<u8> {
    const BLOCK: usize = 1000;
    let frames = channels[0].len() as u64;
    let count = channels.len() as u64;
    let mut bytes = b"fLaC\x80\0\0\x22".to_vec();
    for _ in 0..2 {
        bytes.extend((BLOCK as u16).to_be_bytes());
    }
    bytes.extend([0; 6]);
    let told = if told { frames } else { 0 };
    bytes.extend((u64::from(rate) << 44 | (count - 1) << 41 | 15 << 36 | told).to_be_bytes());
    bytes.extend([0; 16]);
    for (number, start) in (0..channels[0].len()).step_by(BLOCK).enumerate() {
        let end = (start + BLOCK).min(channels[0].len());
        // Sync code, a block size of 16 bits, the rate of the head, so many channels of 16 bits.
        let mut frame = vec![0xff, 0xf8, 0x70, (count as u8 - 1) << 4 | 0b1000];
        frame.extend(char::from_u32(number as u32).unwrap().to_string().bytes());
        frame.extend((end as u16 - start as u16 - 1).to_be_bytes());
        frame.push(crc(&frame, 8, 0x07) as u8);
        for channel in channels {
            frame.push(0b10);
            frame.extend(channel[start..end].iter().flat_map(|sample| sample.to_be_bytes()));
        }
        let check = crc(&frame, 16, 0x8005);
        frame.extend((check as u16).to_be_bytes());
        bytes.extend(frame);
    }
    bytes
}

/// A cyclic redundancy check, bit by bit.
fn crc(bytes: &[u8], bits: u32, polynomial: u32) -> u32 {
    let mask = (1 << bits) - 1;
    bytes.iter().fold(0, |sum, byte| {
        (0..8).rev().fold(sum, |sum, bit| {
            let out = sum >> (bits - 1) ^ u32::from(byte >> bit & 1);
            (sum << 1 ^ if out & 1 == 1 { polynomial } else { 0 }) & mask
        })
    })
}
