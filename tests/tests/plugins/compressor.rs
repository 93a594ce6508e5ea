//! Dyad Compressor through its built bundles.
//!
//! Levels are held to the static curve of Giannoulis, Massberg and Reiss (JAES 60 (6), 2012), written down here once
//! more and independently of the plugin.

mod editor;
mod wired;

use std::f64::consts::TAU;

use dyad_tests::ardour::{self, Ardour, Subject, words};
use dyad_tests::bundle;
use dyad_tests::process::alone;
use dyad_tests::sound::{Format, assert_same, render};
use dyad_tests::wav::{self, Sound};

const RATE: u32 = 48_000;

/// Renders through the layout with a sidechain, with parameters (`id=value`) and more arguments, in both formats, which
/// have to give the same to the bit.
fn both(rate: u32, input: &Sound, values: &[&str], more: &[&str]) -> Sound {
    let [lv2, vst3] = Format::ALL.map(|format| {
        let mut arguments = more.to_vec();
        values.iter().for_each(|value| arguments.extend(["--set", value]));
        if format == Format::Lv2 {
            arguments.extend(["--class", "urn:dyad:compressor#stereo_sidechain"]);
        }
        render("compressor", format, rate, input, &arguments)
    });
    assert_same(&lv2, &vst3, &format!("LV2 and VST3 with {values:?} {more:?}"));
    lv2
}

fn amplitude(decibels: f64) -> f64 {
    10f64.powf(decibels / 20.0)
}

fn decibels(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).log10()
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, x| peak.max(x.abs()))
}

/// A second of sine for each level, in both channels. At 1 kHz and 48 kHz a sample is at the very peak.
fn stairs(levels: &[f64]) -> Sound {
    let step = RATE as usize;
    let sample = |n: usize| {
        let phase = TAU * 1000.0 / f64::from(RATE) * n as f64;
        (amplitude(levels[n / step]) * phase.sin()) as f32
    };
    let channel: Vec<f32> = (0..levels.len() * step).map(sample).collect();
    vec![channel.clone(), channel]
}

/// Equation 4 of the paper: the level that comes out.
fn curve(threshold: f64, ratio: f64, width: f64, level: f64) -> f64 {
    let over = level - threshold;
    if 2.0 * over < -width {
        level
    } else if 2.0 * over.abs() <= width && width > 0.0 {
        level + (1.0 / ratio - 1.0) * (over + width / 2.0).powi(2) / (2.0 * width)
    } else {
        threshold + over / ratio
    }
}

#[test]
fn a_sine_comes_out_where_the_curve_says() {
    let levels = [-50.0, -34.0, -30.0, -26.0, -22.0, -12.0, 0.0];
    let input = stairs(&levels);
    for (threshold, ratio, width) in [(-26.0, 4.0, 12.0), (-20.0, f64::INFINITY, 0.0), (-30.0, 1.5, 6.0)] {
        // The detectors see a sine at its peak, and 3.01 dB lower.
        for (detector, lower) in [("peak", 0.0), ("rms", 3.0103)] {
            // The end of the parameter's range is infinity.
            let ratio_set = if ratio.is_finite() { ratio } else { 50.0 };
            let values = [
                format!("threshold={threshold}"),
                format!("ratio={ratio_set}"),
                format!("knee={width}"),
                format!("detector={}", if detector == "peak" { 0 } else { 1 }),
                "attack=5".to_owned(),
                "release=300".to_owned(),
                "rms_time=30".to_owned(),
            ];
            let output = both(RATE, &input, &values.each_ref().map(String::as_str), &[]);
            for (n, level) in levels.iter().enumerate() {
                let end = (n + 1) * RATE as usize;
                let given = decibels(peak(&output[1][end - 960..end]));
                let wanted = level + curve(threshold, ratio, width, level - lower) - (level - lower);
                assert!(
                    (given - wanted).abs() < 0.1,
                    "{values:?}: {level} dB comes out at {given}, not at {wanted}"
                );
            }
        }
    }
}

#[test]
fn gain_follows_with_the_set_times() {
    let (loud, all) = (RATE as usize / 2, RATE as usize);
    let level = |n: usize| amplitude(if n < loud { -10.0 } else { -40.0 }) as f32;
    let input: Sound = vec![(0..all).map(level).collect(); 2];
    let values = ["threshold=-30", "ratio=2", "knee=0", "attack=20", "release=100"];
    for block in ["512", "1,16,64,333"] {
        let output = both(RATE, &input, &values, &["--block", block]);
        let reduction = |n: usize| decibels(input[0][n]) - decibels(output[0][n]);
        // 10 dB of reduction, of which 1 − 1/e is there after 20 ms; and of the release 1/e is left after 100 ms, with
        // the attack's filter behind it.
        for n in 0..loud {
            let wanted = 10.0 * (1.0 - (-(n as f64 + 1.0) / 960.0).exp());
            assert!((reduction(n) - wanted).abs() < 0.01, "frame {n}: {}, not {wanted}", reduction(n));
        }
        let [a, r] = [960.0, 4800.0].map(|frames: f64| (-1.0 / frames).exp());
        for n in loud..all {
            let k = (n - loud) as f64 + 1.0;
            let wanted = 10.0 * (a.powf(k) + (1.0 - a) * r * (r.powf(k) - a.powf(k)) / (r - a));
            assert!((reduction(n) - wanted).abs() < 0.01, "frame {n}: {}, not {wanted}", reduction(n));
        }
    }
}

/// Something that is nowhere the same.
fn noise(frames: usize) -> Vec<f32> {
    let mixed = |n: u32| (n ^ (n >> 15)).wrapping_mul(2_246_822_519) as i32 as f32 / (1u64 << 33) as f32;
    (1..=frames as u32).map(|n| mixed(n.wrapping_mul(2_654_435_761))).collect()
}

#[test]
fn the_latency_is_what_is_said_at_every_rate() {
    for rate in [8_000, 44_100, 48_000, 96_000, 384_000] {
        let input: Sound = vec![noise(rate as usize / 2), noise(rate as usize / 2)];
        for look_ahead in ["0", "0.13", "5", "20"] {
            // The host makes up for the latency that the plugin names: dry, nothing is left of it.
            let look_ahead = format!("look_ahead={look_ahead}");
            let output = both(rate, &input, &["mix=0", &look_ahead], &[]);
            assert_same(&input, &output, &format!("{rate} Hz, {look_ahead} ms"));
        }
    }
}

#[test]
fn look_ahead_turns_down_before_the_key_to_the_very_frame() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let key = folder.path().join("key.wav");
    let at = 20_000;
    wav::write_at(&key, RATE, &vec![(0..40_000).map(|n| if n < at { 0.0 } else { 0.5 }).collect()]);
    let input: Sound = vec![vec![0.25; 40_000]; 2];
    for (ms, frames) in [("0", 0), ("1", 48), ("20", 960)] {
        let look_ahead = format!("look_ahead={ms}");
        let values = ["external_key=1", "attack=0.05", &look_ahead];
        let output = both(RATE, &input, &values, &["--sidechain", key.to_str().expect("a text")]);
        let first = output[0].iter().position(|x| *x < 0.25);
        assert_eq!(first, Some(at - frames), "{ms} ms");
    }
}

#[test]
fn look_ahead_changes_without_a_click() {
    // A slow sine: no sample is far from the one before it.
    let sine: Vec<f32> = (0..3 * RATE).map(|n| (0.5 * (f64::from(n) * 0.01).sin()) as f32).collect();
    let input: Sound = vec![sine.clone(), sine];
    let change = ["--automate", "look_ahead@1.0=20", "--automate", "look_ahead@2.0=3"];
    let output = both(RATE, &input, &["mix=0"], &change);
    let step = |sound: &[f32]| sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(step(&input[0]) < 0.0051);
    // Across the fade of 5 ms the sine moves by 960 frames: 2 · 0.5 / 240 more at the very most.
    assert!(step(&output[0][..2 * RATE as usize + 20_000]) < 0.0051 + 1.0 / 240.0);
    // The latency at the end is what counts for the host: 3 ms.
    let (from, to) = (RATE as usize * 5 / 2, 3 * RATE as usize);
    assert_eq!(output[0][from..to], input[0][from..to], "in time again");
    // In between it was late by 20 ms, of which the host took 3.
    let (from, to) = (RATE as usize * 3 / 2, 2 * RATE as usize);
    assert_eq!(output[0][from..to], input[0][from - 816..to - 816], "late by 20 ms");
}

#[test]
fn a_sidechain_keys_when_it_is_asked_to() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let key = folder.path().join("key.wav");
    // Half a second of silence, then half a second at 0 dB.
    let frames = RATE as usize;
    let step: Vec<f32> = (0..frames).map(|n| if n < frames / 2 { 0.0 } else { 1.0 }).collect();
    wav::write_at(&key, RATE, &vec![step.clone(), step]);
    let input: Sound = vec![vec![0.01; frames], vec![0.01; frames]];
    let key = ["--sidechain", key.to_str().expect("a text")];
    let values = ["threshold=-20", "ratio=2", "knee=0", "attack=1", "external_key=1"];
    let ducked = both(RATE, &input, &values, &key);
    for channel in &ducked {
        assert_eq!(channel[..frames / 2], input[0][..frames / 2], "a silent key leaves it alone");
        assert!((decibels(channel[frames - 1]) + 50.0).abs() < 0.001, "10 dB down");
    }
    // The input itself is below the threshold, and keys where the switch is off.
    let off = ["threshold=-20", "ratio=2", "knee=0", "attack=1", "external_key=0"];
    assert_same(&input, &both(RATE, &input, &off, &key), "switched off");
    // Listening: the key and nothing else.
    let listen = ["threshold=-20", "external_key=1", "listen=1"];
    let heard = both(RATE, &input, &listen, &key);
    assert!(heard[0][..frames / 2].iter().all(|x| *x == 0.0), "{:?}", &heard[0][..4]);
    assert!(heard[1][frames / 2..].iter().all(|x| *x == 1.0));
}

#[test]
fn it_sounds_the_same_however_blocks_are_cut() {
    let input: Sound = vec![noise(50_000), noise(50_000).into_iter().rev().collect()];
    let values = [
        "threshold=-30",
        "look_ahead=4",
        "detector=1",
        "auto_release=1",
        "high_pass=80",
        "auto_make_up=1",
        "link=50",
    ];
    let moves =
        ["--automate", "threshold@0.2=-40", "--automate", "ratio@0.3=50", "--automate", "look_ahead@0.5=9"];
    let with = |blocks| both(RATE, &input, &values, &[&moves[..], &["--block", blocks]].concat());
    let [whole, cut] = ["4096", "1,16,64,333,1024"].map(with);
    assert_same(&whole, &cut, "blocks of 4096 and odd ones");
}

#[test]
fn make_up_and_mix_are_what_they_say() {
    let input = stairs(&[-60.0, 0.0]);
    let last = |values: &[&str]| decibels(peak(&both(RATE, &input, values, &[])[0][90_000..96_000]));
    // 20 dB above the threshold at 2 : 1 is 10 dB down; half of what the curve takes at 0 dBFS comes back.
    let base = ["threshold=-20", "ratio=2", "knee=0", "release=500"];
    let with = |more: &[&'static str]| last(&[&base[..], more].concat());
    assert!((with(&[]) + 10.0).abs() < 0.1);
    assert!((with(&["auto_make_up=1"]) + 5.0).abs() < 0.1);
    assert!((with(&["make_up=6"]) + 4.0).abs() < 0.1);
    // Half of 0 dB and half of −10 dB: (1 + 0.316) / 2.
    assert!((with(&["mix=50"]) + 3.635).abs() < 0.1);
}

#[test]
fn bypass_while_it_works_is_the_input_late_by_the_look_ahead() {
    let sine: Vec<f32> = (0..2 * RATE).map(|n| (0.5 * (f64::from(n) * 0.01).sin()) as f32).collect();
    let input: Sound = vec![sine.clone(), sine.clone()];
    let [lv2, vst3] = Format::ALL.map(|format| {
        // LV2's parameter says the opposite.
        let [off, on] = match format {
            Format::Lv2 => ["enabled@0.5=0", "enabled@1.0=1"],
            Format::Vst3 => ["bypass@0.5=1", "bypass@1.0=0"],
        };
        let mut arguments = vec!["--automate", off, "--automate", on];
        for value in ["threshold=-30", "ratio=4", "attack=1", "release=50", "look_ahead=7"] {
            arguments.extend(["--set", value]);
        }
        if format == Format::Lv2 {
            arguments.extend(["--class", "urn:dyad:compressor#stereo_sidechain"]);
        }
        render("compressor", format, RATE, &input, &arguments)
    });
    assert_same(&lv2, &vst3, "LV2 and VST3");
    let half = RATE as usize / 2;
    assert_eq!(lv2[0][half + 500..2 * half - 500], sine[half + 500..2 * half - 500], "bypassed");
    for (from, to) in [(half - 5000, half - 500), (3 * half, 4 * half)] {
        let turned_down = decibels(peak(&sine[from..to])) - decibels(peak(&lv2[0][from..to]));
        assert!(turned_down > 10.0, "it works before and after: {turned_down}");
    }
    let step = lv2[0].windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    // The sine's own step is 0.005; the fade over 240 frames adds 0.4 / 240.
    assert!(step < 0.0075, "no click: {step}");
}

#[test]
fn another_track_of_ardours_keys_it() {
    let _alone = alone();
    let subject = Subject::Effect("compressor");
    let ardour = Ardour::with(subject, "compressor keyed", ardour::Format::Lv2, bundle::folder());
    let keyed = [("DYAD_ID", "urn:dyad:compressor#stereo_sidechain"), ("DYAD_SET", "Sidechain=1,Listen=1")];
    let (said, sound) = ardour.render("sidechain.lua", &keyed);
    assert_eq!(words(&said, "sidechain"), ["2"]);
    // The plugin's own track is silent, and its key's left channel alone is connected.
    let key = Ardour::sound()[0].clone();
    wav::assert_same(&sound, &vec![key.clone(), vec![0.0; key.len()]], 1e-6, "the key, listened to");
}
