//! The whole chain against closed forms.

use std::f64::consts::TAU;

use super::*;
use crate::curve::INFINITE;
use crate::detector::Measure;

const RATES: [f64; 4] = [8_000.0, 44_100.0, 96_000.0, 384_000.0];

fn at_rest(threshold: f32, ratio: f32, knee: f32) -> Moving {
    Moving {
        threshold: Ramp::resting_at(threshold),
        ratio: Ramp::resting_at(ratio),
        knee: Ramp::resting_at(knee),
        make_up: Ramp::resting_at(1.0),
        mix: Ramp::resting_at(100.0),
        listen: Ramp::resting_at(0.0),
    }
}

/// What comes of one channel, with a key of its own or without, in pieces of at most `cut` frames.
fn run(chain: &mut Chain, cut: usize, moving: &Moving, input: &[f32], key: Option<&[f32]>) -> Vec<f32> {
    let mut out = vec![0.0; input.len()];
    let mut at = 0;
    while at < input.len() {
        let n = chain.begin().min(cut).min(input.len() - at);
        chain.input(0, &input[at..at + n]);
        chain.key(0, &key.unwrap_or(input)[at..at + n]);
        chain.work(0, n, moving);
        chain.output(0, 0, moving, &mut out[at..at + n]);
        chain.end(n);
        at += n;
    }
    out
}

fn decibels(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).log10()
}

fn amplitude(decibels: f64) -> f32 {
    10f64.powf(decibels / 20.0) as f32
}

/// The paper's equation 4.
fn curve(threshold: f64, ratio: f64, width: f64, x: f64) -> f64 {
    let over = x - threshold;
    if 2.0 * over < -width {
        x
    } else if 2.0 * over.abs() <= width && width > 0.0 {
        x + (1.0 / ratio - 1.0) * (over + width / 2.0).powi(2) / (2.0 * width)
    } else {
        threshold + over / ratio
    }
}

#[test]
fn a_steady_sine_comes_out_where_the_curve_says_with_both_detectors() {
    let rate = 48_000.0;
    for (threshold, ratio, knee) in
        [(-26.0, 4.0, 8.0), (-40.0, 1.5, 0.0), (-20.0, f64::INFINITY, 0.0), (-12.0, f64::INFINITY, 12.0)]
    {
        for measure in [Measure::Peak, Measure::Rms(100.0)] {
            for level in [-60.0, -42.0, -30.0, -26.0, -22.0, -12.0, -3.0, 0.0, 6.0] {
                let mut chain = Chain::new(rate, 1);
                chain.detector.set(measure, None);
                chain.ballistics.set(10.0, 500.0, false);
                let printed = if ratio.is_finite() { ratio as f32 } else { INFINITE };
                let moving = at_rest(threshold as f32, printed, knee as f32);
                let input: Vec<f32> = (0..96_000)
                    .map(|n| amplitude(level) * (TAU * 1000.0 / rate * f64::from(n)).sin() as f32)
                    .collect();
                let out = run(&mut chain, 64, &moving, &input, None);
                // Of a sine of 48 samples one is at the very peak; its RMS is 3.01 dB lower.
                let given = decibels(out[91_200..].iter().fold(0.0, |peak, x| x.abs().max(peak)));
                let seen = if measure == Measure::Peak { level } else { level - 3.0103 };
                let wanted = level + curve(threshold, ratio, knee, seen) - seen;
                assert!(
                    (given - wanted).abs() < 0.1,
                    "{measure:?}, {threshold} dB, {ratio} : 1, knee {knee}: {level} dB gives {given}, not {wanted}"
                );
            }
        }
    }
}

#[test]
fn a_steady_level_comes_out_exactly_where_the_curve_says() {
    for rate in RATES {
        for measure in [Measure::Peak, Measure::Rms(5.0)] {
            for level in [-50.0, -30.0, -23.0, -10.0, 0.0] {
                let mut chain = Chain::new(rate, 1);
                chain.detector.set(measure, None);
                chain.ballistics.set(1.0, 5.0, false);
                let input: Vec<f32> = (0..(rate * 0.2) as usize)
                    .map(|n| if n % 6 < 3 { amplitude(level) } else { -amplitude(level) })
                    .collect();
                let out = run(&mut chain, 64, &at_rest(-26.0, 4.0, 8.0), &input, None);
                let given = decibels(out.last().expect("there are some").abs());
                let wanted = curve(-26.0, 4.0, 8.0, level);
                assert!((given - wanted).abs() < 1e-3, "{rate} Hz, {measure:?}, {level} dB: {given}");
            }
        }
    }
}

#[test]
fn a_step_is_turned_down_with_the_attack_and_let_go_with_the_release() {
    for rate in RATES {
        let mut chain = Chain::new(rate, 1);
        chain.ballistics.set(5.0, 80.0, false);
        let frames = |seconds: f64| (seconds * rate) as usize;
        let (loud, all) = (frames(0.2), frames(0.5));
        // 20 dB above the threshold, ratio 2: 10 dB of reduction; then 10 dB below it.
        let level = |n: usize| if n < loud { amplitude(-10.0) } else { amplitude(-40.0) };
        let input: Vec<f32> = (0..all).map(level).collect();
        let out = run(&mut chain, 64, &at_rest(-30.0, 2.0, 0.0), &input, None);
        let reduction = |n: usize| decibels(input[n]) - decibels(out[n]);
        let [attack, release] = [0.005, 0.08].map(|seconds| seconds * rate);
        for n in 0..loud {
            let wanted = 10.0 * (1.0 - (-(n as f64 + 1.0) / attack).exp());
            assert!((reduction(n) - wanted).abs() < 0.01, "{rate} Hz, frame {n}");
        }
        for n in loud..all {
            // The attack's filter lies behind the release's.
            let k = (n - loud) as f64 + 1.0;
            let [a, r] = [attack, release].map(|frames| (-1.0 / frames).exp());
            let wanted = 10.0 * (a.powf(k) + (1.0 - a) * r * (r.powf(k) - a.powf(k)) / (r - a));
            assert!((reduction(n) - wanted).abs() < 0.01, "{rate} Hz, frame {n}");
        }
    }
}

#[test]
fn look_ahead_moves_the_gain_ahead_by_the_very_frame() {
    for frames in [0, 1, 48, 480, 960] {
        let mut chain = Chain::new(48_000.0, 1);
        chain.ballistics.set(0.05, 50.0, false);
        chain.look_ahead.jump(frames);
        let key: Vec<f32> = (0..4000).map(|n| if n >= 2000 { 1.0 } else { 0.0 }).collect();
        let out = run(&mut chain, 50, &at_rest(-20.0, 4.0, 0.0), &[0.5; 4000], Some(&key));
        let first = out.iter().skip(frames).position(|x| *x != 0.5).expect("it is turned down");
        // The sound that is turned down first came so many frames before what keys it.
        assert_eq!(first, 2000 - frames, "look-ahead of {frames}");
        assert!(out[..frames].iter().all(|x| *x == 0.0), "and all of it is late by as many");
    }
}

#[test]
fn a_limiter_that_looks_ahead_lets_no_hit_through_and_holds_until_it_has_passed() {
    let mut chain = Chain::new(48_000.0, 1);
    // Ten time constants ahead: e⁻¹⁰ of the reduction is missing at most. A release much shorter than the look-ahead.
    chain.ballistics.set(0.3, 5.0, false);
    chain.look_ahead.jump(144);
    let hit = |n: usize| ((n / 700 + 1) % 5) as f32 * 0.4 * (-((n % 700) as f32) / 40.0).exp();
    let input: Vec<f32> = (0..20_000).map(|n| hit(n) * (n as f32 * 0.7).cos()).collect();
    let out = run(&mut chain, 64, &at_rest(-20.0, INFINITE, 0.0), &input, None);
    let most = decibels(out.iter().fold(0.0, |peak, x| x.abs().max(peak)));
    assert!((-20.1..-19.99).contains(&most), "{most}");
}

#[test]
fn another_key_turns_down_what_it_does_not_sound_in() {
    let mut chain = Chain::new(48_000.0, 1);
    chain.ballistics.set(1.0, 50.0, false);
    let loud = vec![1.0; 20_000];
    let out = run(&mut chain, 64, &at_rest(-20.0, 2.0, 0.0), &[0.001; 20_000], Some(&loud));
    assert!((decibels(out[19_999]) + 70.0).abs() < 0.001);
    let mut chain = Chain::new(48_000.0, 1);
    let out = run(&mut chain, 64, &at_rest(-20.0, 2.0, 0.0), &loud, Some(&[0.0; 20_000]));
    assert_eq!(out, loud, "a silent key does nothing");
}

/// The reductions of both channels in decibels, after half a second of two steady levels.
fn linked(link: f32, left: f32, right: f32) -> [f64; 2] {
    let mut chain = Chain::new(48_000.0, 2);
    chain.ballistics.set(1.0, 10.0, false);
    chain.link = link;
    let moving = at_rest(-20.0, f32::INFINITY, 0.0);
    let mut last = [0.0; 2];
    for _ in 0..400 {
        for (n, level) in [left, right].into_iter().enumerate() {
            chain.input(n, &[level; 60]);
            chain.key(n, &[level; 60]);
        }
        chain.work(0, 60, &moving);
        for (n, level) in [left, right].into_iter().enumerate() {
            let mut out = [0.0; 60];
            chain.output(n, 0, &moving, &mut out);
            last[n] = decibels(level) - decibels(out[59]);
        }
        chain.end(60);
    }
    last
}

#[test]
fn channels_are_turned_down_together_as_far_as_they_are_linked() {
    let near = |[a, b]: [f64; 2], [x, y]: [f64; 2]| {
        assert!((a - x).abs() < 1e-3 && (b - y).abs() < 1e-3, "{a} {b}, not {x} {y}");
    };
    near(linked(1.0, 1.0, 0.01), [20.0, 20.0]);
    near(linked(0.0, 1.0, 0.01), [20.0, 0.0]);
    near(linked(0.5, 0.01, 1.0), [10.0, 20.0]);
}

#[test]
fn dry_sound_is_the_input_to_the_bit_and_late_by_the_look_ahead() {
    let mut chain = Chain::new(48_000.0, 1);
    chain.look_ahead.jump(100);
    let input: Vec<f32> = (0..5000).map(|n| (n as f32 * 0.1).sin()).collect();
    let moving = Moving { mix: Ramp::resting_at(0.0), ..at_rest(-60.0, INFINITE, 0.0) };
    let out = run(&mut chain, 64, &moving, &input, None);
    assert_eq!(out[100..], input[..4900]);
}

#[test]
fn mix_and_make_up_are_what_they_say() {
    // 40 dB above the threshold and a limiter: 40 dB down, 6.02 up, and half of it.
    let moving = Moving {
        make_up: Ramp::resting_at(2.0),
        mix: Ramp::resting_at(50.0),
        ..at_rest(-40.0, INFINITE, 0.0)
    };
    let out = run(&mut Chain::new(48_000.0, 1), 64, &moving, &[1.0; 48_000], None);
    assert!((out[47_999] - (0.5 + 0.5 * 0.02)).abs() < 1e-5, "{}", out[47_999]);
}

#[test]
fn the_key_is_heard_as_late_as_the_sound_and_filtered() {
    let mut chain = Chain::new(48_000.0, 1);
    chain.look_ahead.jump(10);
    let key: Vec<f32> = (0..1000).map(|n| (n as f32 * 0.1).sin()).collect();
    let moving = Moving { listen: Ramp::resting_at(1.0), ..at_rest(-60.0, INFINITE, 0.0) };
    let out = run(&mut chain, 64, &moving, &[1.0; 1000], Some(&key));
    assert_eq!(out[10..], key[..990], "it is not turned down");
    let mut chain = Chain::new(48_000.0, 1);
    chain.detector.set(Measure::Peak, Some(500.0));
    let out = run(&mut chain, 64, &moving, &[1.0; 24_000], Some(&[1.0; 24_000]));
    assert!(out[0] > 0.9 && out[23_999].abs() < 1e-3, "a direct current is filtered out");
}

#[test]
fn how_it_is_cut_does_not_matter() {
    let input: Vec<f32> =
        (0..6000).map(|n| (n as f32 * 0.05).sin() * if n % 900 < 400 { 1.0 } else { 0.1 }).collect();
    let chain = || {
        let mut chain = Chain::new(48_000.0, 1);
        chain.detector.set(Measure::Rms(5.0), Some(60.0));
        chain.ballistics.set(2.0, 60.0, true);
        chain.look_ahead.jump(77);
        chain
    };
    let moving = at_rest(-30.0, 4.0, 10.0);
    let whole = run(&mut chain(), 64, &moving, &input, None);
    for cut in [1, 3, 16, 63] {
        assert_eq!(run(&mut chain(), cut, &moving, &input, None), whole, "pieces of {cut}");
    }
}

#[test]
fn what_is_no_number_does_no_harm() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for measure in [Measure::Peak, Measure::Rms(5.0)] {
            let (mut struck, mut sane) = (Chain::new(48_000.0, 1), Chain::new(48_000.0, 1));
            for chain in [&mut struck, &mut sane] {
                chain.detector.set(measure, Some(50.0));
                chain.ballistics.set(1.0, 20.0, true);
            }
            let moving = at_rest(-30.0, 4.0, 6.0);
            let out = run(&mut struck, 64, &moving, &[bad; 64], Some(&[bad; 64]));
            assert_eq!(out, [0.0; 64]);
            let silent = run(&mut sane, 64, &moving, &[0.0; 64], None);
            assert_eq!(out, silent);
            let input: Vec<f32> = (0..640).map(|n| (n as f32 * 0.2).sin()).collect();
            let next = run(&mut struck, 64, &moving, &input, None);
            assert_eq!(next, run(&mut sane, 64, &moving, &input, None), "as if it had been silence");
        }
    }
}
