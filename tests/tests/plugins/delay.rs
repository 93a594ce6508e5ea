//! Dyad Delay through its built bundles.

mod changes;
mod editor;
mod tail;
mod time;

use std::path::Path;

use dyad_tests::sound::{Format, render, render_both};
use dyad_tests::wav::Sound;

const RATE: u32 = 48_000;

/// A single sample on each side, and silence.
fn impulse(frames: usize, level: [f32; 2]) -> Sound {
    level
        .map(|level| {
            let mut channel = vec![0.0; frames];
            channel[0] = level;
            channel
        })
        .into()
}

fn sine(frames: usize, hertz: f64, level: f64) -> Sound {
    let at = |n: usize| ((n as f64 * std::f64::consts::TAU * hertz / f64::from(RATE)).sin() * level) as f32;
    vec![(0..frames).map(at).collect(); 2]
}

fn noise(frames: usize, level: f32) -> Sound {
    let mut seed = 1u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((seed >> 8) as f32 / (1 << 23) as f32 - 1.0) * level
    };
    let mut channel = || (0..frames).map(|_| next()).collect();
    vec![channel(), channel()]
}

/// Nothing but echoes, and whatever else is to be set.
fn only_echoes<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["--set", "mix=100"];
    for set in more {
        all.extend([if set.contains('@') { "--automate" } else { "--set" }, set]);
    }
    all
}

/// Where a channel is not silent, and what is there.
fn heard(channel: &[f32]) -> Vec<(usize, f32)> {
    channel.iter().copied().enumerate().filter(|(_, sample)| *sample != 0.0).collect()
}

fn steepest(channel: &[f32]) -> f64 {
    channel.windows(2).map(|pair| f64::from((pair[1] - pair[0]).abs())).fold(0.0, f64::max)
}

/// A MIDI file with nothing but tempos: from which quarter note on, and a quarter's microseconds.
fn write_tempos(path: &Path, tempos: &[(u32, u32)]) {
    let mut track = Vec::new();
    let mut last = 0;
    for (quarter, micros) in tempos {
        let ticks = (quarter - last) * 480;
        last = *quarter;
        // Variable length, two bytes.
        track.extend([0x80 | (ticks >> 7) as u8, (ticks & 0x7F) as u8, 0xFF, 0x51, 3]);
        track.extend(&micros.to_be_bytes()[1..]);
    }
    // A file has to last.
    track.extend([1, 0xFF, 0x2F, 0]);
    let mut bytes = b"MThd\0\0\0\x06\0\0\0\x01\x01\xE0MTrk".to_vec();
    bytes.extend((track.len() as u32).to_be_bytes());
    bytes.extend(track);
    std::fs::write(path, bytes).expect("a file can be written");
}

#[test]
fn both_formats_are_the_same_to_the_bit_at_every_block_size() {
    let moving = [
        "--set",
        "mix=60",
        "--set",
        "mod_depth=2",
        "--set",
        "low_cut=120",
        "--automate",
        "time_left@0.2=200",
        "--automate",
        "sync@0.31=0",
        "--automate",
        "ping_pong@0.4=1",
        "--automate",
        "feedback@0.5003=95",
        "--automate",
        "change@0.6=1",
        "--automate",
        "time_left@0.65=90",
        "--automate",
        "high_cut@0.7=3000",
        "--automate",
        "freeze@0.9=1",
        "--automate",
        "bypass@1.2=1",
        "--automate",
        "bypass@1.3=0",
        "--automate",
        "freeze@1.4=0",
        "--automate",
        "ducking@1.5=70",
        "--tail",
        "1",
    ];
    let input = noise(96_000, 0.3);
    let blocks = |blocks: &'static str| [&moving[..], &["--block", blocks]].concat();
    let first = render_both("delay", RATE, &input, &blocks("512"));
    assert!(first.iter().flatten().all(|sample| sample.is_finite()));
    for sizes in ["1", "64", "1,16,64,333,1024"] {
        let again = render_both("delay", RATE, &input, &blocks(sizes));
        dyad_tests::sound::assert_same(&first, &again, sizes);
    }
    // And so is a mono track.
    let mono = vec![input[0].clone()];
    let class = ["--class", "urn:dyad:delay#mono"];
    let lv2 = render("delay", Format::Lv2, RATE, &mono, &[&class[..], &blocks("512")].concat());
    let vst3 = render("delay", Format::Vst3, RATE, &mono, &blocks("512"));
    dyad_tests::sound::assert_same(&lv2, &vst3, "mono");
    assert_eq!(lv2.len(), 1);
}

#[test]
fn each_echo_is_the_feedbacks_share_of_the_one_before() {
    let set = only_echoes(&["sync=0", "time_left=100", "feedback=50"]);
    let out =
        render_both("delay", RATE, &impulse(24_000, [0.5, -0.25]), &[&set[..], &["--tail", "0"]].concat());
    let levels =
        |first: f32| (1..=4).map(|n| (n * 4800, first * 0.5f32.powi(n as i32 - 1))).collect::<Vec<_>>();
    assert_eq!([heard(&out[0]), heard(&out[1])], [levels(0.5), levels(-0.25)]);
}

#[test]
fn ping_pong_goes_from_side_to_side_and_width_narrows_it() {
    let set = ["sync=0", "link=0", "time_left=100", "time_right=50", "feedback=50", "ping_pong=1"];
    let input = impulse(12_000, [0.5, 0.5]);
    let end = ["--tail", "0"];
    let out = render_both("delay", RATE, &input, &[&only_echoes(&set)[..], &end].concat());
    assert_eq!(heard(&out[0]), [(4800, 0.5)]);
    assert_eq!(heard(&out[1]), [(7200, 0.25)]);
    let narrow = [&set[..], &["width=0"]].concat();
    let out = render_both("delay", RATE, &input, &[&only_echoes(&narrow)[..], &end].concat());
    assert_eq!(out[0], out[1]);
    assert_eq!(heard(&out[0]), [(4800, 0.25), (7200, 0.125)]);
}
