//! Dyad Utility through its built bundles.

#[path = "utility/loudness.rs"]
mod loudness;
#[path = "utility/scope.rs"]
mod scope;
#[path = "utility/true_peak.rs"]
mod true_peak;

use std::f64::consts::{FRAC_PI_2, TAU};

use dyad_tests::shown::{self, Play, Set};
use dyad_tests::sound::{Format, render_both};
use dyad_tests::wav::Sound;

const RATE: u32 = 48_000;

/// A sound of this many blocks of 512 frames in which each channel keeps one value.
fn steady(values: &[f32], blocks: usize) -> Sound {
    values.iter().map(|value| vec![*value; 512 * blocks]).collect()
}

/// Parameters and their plain values.
type Settings<'a> = &'a [(&'a str, f64)];

/// The last sample of each channel of a steady sound with these parameters, the same in both formats.
fn settled(layout: &str, values: &[f32], set: Settings<'_>) -> Vec<f32> {
    let changes: Vec<Set<'_>> = set.iter().map(|(id, plain)| (0, *id, *plain)).collect();
    let [lv2, vst3] = Format::ALL.map(|format| {
        let play = Play { plugin: "utility", layout, rate: f64::from(RATE), changes: &changes };
        let out = shown::play::<utility::Bundle>(format, play, &steady(values, 4), |_, _| {});
        out.iter().map(|channel| channel[channel.len() - 1]).collect::<Vec<_>>()
    });
    assert_eq!(lv2, vst3, "{layout} with {set:?}");
    lv2
}

fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| 0.5 * next()).collect()
}

fn decibels(factor: f64) -> f64 {
    20.0 * factor.log10()
}

#[test]
fn untouched_it_gives_the_input_to_the_bit() {
    let input = vec![noise(48_000, 1), noise(48_000, 2)];
    assert_eq!(render_both("utility", RATE, &input, &["--tail", "0"]), input);
}

#[test]
fn both_formats_give_the_same_bits_whatever_moves() {
    let input = vec![noise(96_000, 3), noise(96_000, 4)];
    let settings = [
        ("--set", "dc_filter=1"),
        ("--set", "bass_mono=1"),
        ("--set", "invert_left=1"),
        ("--set", "channels=1"),
        ("--set", "pan_law=2"),
        ("--automate", "pan@0.1=-100"),
        ("--automate", "pan@0.7=30"),
        ("--automate", "width@0.3=180"),
        ("--automate", "gain@0.31=6"),
        ("--automate", "gain@1.1=-60"),
        ("--automate", "gain@1.3=-3"),
        ("--automate", "bass_frequency@0.2=60"),
        ("--automate", "bass_mono@1.5=0"),
        ("--automate", "dc_filter@1.6=0"),
        ("--tail", "0"),
    ];
    let settings: Vec<&str> = settings.iter().flat_map(|(option, value)| [*option, *value]).collect();
    for blocks in ["512", "1,64,333,1024"] {
        let arguments = [&settings[..], &["--block", blocks]].concat();
        let output = render_both("utility", RATE, &input, &arguments);
        assert!(output.iter().flatten().all(|sample| sample.is_finite()));
        assert_ne!(output, input);
    }
}

#[test]
fn pan_laws_are_their_closed_forms_from_mono_to_stereo() {
    let square = |x: f64| x * x;
    for (law, middle) in [(0.0, 0.0), (1.0, -3.0), (2.0, -4.5), (3.0, -6.0)] {
        for percent in [-100.0, -70.0, -25.0, 0.0, 40.0, 100.0] {
            let right = 0.5 + percent / 200.0;
            let power = [(FRAC_PI_2 * right).cos(), (FRAC_PI_2 * right).sin()];
            let expected = match law as u32 {
                0 => [(2.0 - 2.0 * right).min(1.0), (2.0 * right).min(1.0)],
                1 => power,
                2 => [((1.0 - right) * power[0]).sqrt(), (right * power[1]).sqrt()],
                _ => [1.0 - right, right],
            };
            let out = settled("mono_to_stereo", &[0.5], &[("pan", percent), ("pan_law", law)]);
            for (side, expected) in out.iter().zip(expected) {
                let is = f64::from(*side) / 0.5;
                assert!((is - expected).abs() < 1e-3, "law {law} at {percent} %: {is} for {expected}");
                if percent == 0.0 {
                    assert!((decibels(is) - middle).abs() < 0.1, "law {law}: {} dB", decibels(is));
                }
            }
            if law == 1.0 {
                let sum: f64 = out.iter().map(|side| square(f64::from(*side) / 0.5)).sum();
                assert!((decibels(sum) / 2.0).abs() < 0.01, "constant power at {percent} %");
            }
        }
    }
}

#[test]
fn each_setting_does_to_the_channels_what_it_says() {
    // Mid 0.3, side 0.5.
    let (left, right) = (0.8, -0.2);
    let half = 10f32.powf(-6.0 / 20.0);
    let cases: &[(Settings<'_>, [f32; 2])] = &[
        (&[("gain", -6.0)], [left * half, right * half]),
        (&[("gain", -60.0)], [0.0, 0.0]),
        (&[("mute", 1.0)], [0.0, 0.0]),
        (&[("width", 0.0)], [0.3, 0.3]),
        (&[("width", 200.0)], [1.3, -0.7]),
        (&[("mono", 1.0), ("width", 200.0)], [0.3, 0.3]),
        (&[("invert_left", 1.0)], [-left, right]),
        (&[("invert_right", 1.0)], [left, -right]),
        (&[("channels", 1.0)], [right, left]),
        (&[("channels", 2.0)], [left, left]),
        (&[("channels", 3.0)], [right, right]),
        (&[("pan", -50.0)], [left, 0.5 * right]),
        (&[("pan", 100.0), ("pan_law", 1.0)], [0.0, right]),
    ];
    for (set, expected) in cases {
        let out = settled("stereo", &[left, right], set);
        let near = out.iter().zip(expected).all(|(is, should)| (is - should).abs() < 1e-6);
        assert!(near, "{set:?}: {out:?} for {expected:?}");
    }
    assert_eq!(
        settled("mono", &[left], &[("invert_left", 1.0), ("pan", -100.0)]),
        [-left],
        "mono has no side"
    );
    let surround = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    let out = settled("surround_5_1", &surround, &[("channels", 1.0)]);
    assert_eq!(out, [0.2, 0.1, 0.3, 0.4, 0.6, 0.5], "both pairs, and not the centre");
}

#[test]
fn the_dc_filter_takes_an_offset_and_half_the_power_at_5_hz() {
    for rate in [8_000, 48_000, 192_000] {
        let sine = |n: usize| (TAU * 5.0 * n as f64 / f64::from(rate)).sin();
        let frames = rate as usize * 2;
        let input = vec![(0..frames).map(|n| (0.25 * sine(n) + 0.5) as f32).collect::<Vec<_>>(); 2];
        let output = render_both("utility", rate, &input, &["--set", "dc_filter=1", "--tail", "0"]);
        // Five whole periods.
        let last = &output[0][rate as usize..];
        let mean = last.iter().map(|x| f64::from(*x)).sum::<f64>() / f64::from(rate);
        let power = last.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / f64::from(rate);
        assert!(mean.abs() < 1e-5, "{rate}: {mean}");
        let level = decibels(power.sqrt() / (0.25 / 2f64.sqrt()));
        assert!((level + 3.01).abs() < 0.01, "{rate}: {level} dB");
    }
}

#[test]
fn bass_mono_leaves_the_low_end_in_the_middle_and_the_rest_where_it_was() {
    let tone = |hertz: f64| {
        (0..RATE as usize).map(move |n| (TAU * hertz * n as f64 / f64::from(RATE)).sin() as f32)
    };
    let set = ["--set", "bass_mono=1", "--set", "bass_frequency=100", "--tail", "0"];
    let side = |hertz: f64| {
        let input = vec![tone(hertz).collect::<Vec<_>>(), tone(hertz).map(|x| -x).collect()];
        let output = render_both("utility", RATE, &input, &set);
        let settled = output[0][24_000..].iter().zip(&output[1][24_000..]);
        f64::from(settled.map(|(l, r)| 0.5 * (l - r).abs()).fold(0.0, f32::max))
    };
    // A Linkwitz–Riley filter of the fourth order: −6 dB at its corner, 24 dB an octave.
    for (hertz, expected) in [(25.0, -48.2), (50.0, -24.6), (100.0, -6.0), (200.0, -0.5), (1_000.0, 0.0)] {
        let level = decibels(side(hertz));
        assert!((level - expected).abs() < 0.2, "{hertz} Hz: {level} dB for {expected}");
    }
}

#[test]
fn a_bypass_passes_mono_to_both_sides() {
    let out = settled("mono_to_stereo", &[0.5], &[("bypass", 1.0), ("pan", -100.0), ("gain", -20.0)]);
    assert_eq!(out, [0.5, 0.5]);
}

#[test]
fn correlation_tells_mono_from_what_cancels_in_mono() {
    let tone: Vec<f32> = (0..48_128).map(|n| (TAU * 1000.0 * n as f64 / 48_000.0).sin() as f32).collect();
    for (set, expected) in [(&[][..], 1.0), (&[(0, "invert_right", 1.0)][..], -1.0)] {
        for format in Format::ALL {
            let mut last = 0.0;
            let play = Play { plugin: "utility", layout: "stereo", rate: 48_000.0, changes: set };
            shown::play::<utility::Bundle>(format, play, &vec![tone.clone(); 2], |_, value| {
                last = value("correlation");
            });
            assert!((last - expected).abs() < 0.01, "{format:?}: {last}");
        }
    }
}
