//! The whole way of a pair of channels.

use std::f64::consts::TAU;

use super::*;
use crate::matrix::{Channels, Routing};
use crate::pan::PanLaw;

const PLAIN: Settings = Settings {
    routing: Routing { invert: [false; 2], channels: Channels::Stereo, width: 1.0 },
    place: 0.0,
    law: PanLaw::Balance,
    mute: false,
    dc_filter: false,
    bass_mono: false,
    bass_hertz: 120.0,
};

const RATES: [f64; 6] = [8_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 384_000.0];

/// Renders two channels in pieces of this many frames; the settings change where the frames say.
fn render(
    rate: f64,
    cut: usize,
    changes: &[(usize, Settings)],
    input: impl Fn(usize) -> (f32, f32),
    frames: usize,
) -> Vec<(f32, f32)> {
    let (mut chain, mut pair) = (Chain::new(rate), Pair::default());
    let mut settings = PLAIN;
    let mut out = Vec::new();
    while out.len() < frames {
        let now = out.len();
        if let Some((_, new)) = changes.iter().find(|(frame, _)| *frame == now) {
            settings = *new;
        }
        let next = changes.iter().map(|change| change.0).find(|frame| *frame > now).unwrap_or(frames);
        let length = cut.min(next - now);
        let (mut left, mut right): (Vec<_>, Vec<_>) = (now..now + length).map(&input).unzip();
        chain.piece(&settings, Ramp::resting_at(1.0), length).pair(&mut pair, &mut left, &mut right);
        out.extend(left.into_iter().zip(right));
    }
    out
}

fn sine(rate: f64, hertz: f64) -> impl Fn(usize) -> f32 {
    move |n| (TAU * hertz * n as f64 / rate).sin() as f32
}

fn everything() -> Settings {
    Settings {
        routing: Routing { invert: [true, false], channels: Channels::Swap, width: 1.6 },
        place: 0.4,
        law: PanLaw::ConstantPower,
        mute: false,
        dc_filter: true,
        bass_mono: true,
        bass_hertz: 200.0,
    }
}

#[test]
fn at_its_defaults_it_is_the_input_to_the_bit() {
    let input = |n: usize| (((n * 7919) % 1000) as f32 * 1e-3 - 0.37, ((n * 104_729) % 997) as f32 * -1e-3);
    let out = render(48_000.0, 64, &[], input, 500);
    assert!(out.iter().enumerate().all(|(n, sample)| *sample == input(n)));
}

#[test]
fn the_sound_does_not_depend_on_how_blocks_are_cut() {
    let tone = sine(48_000.0, 330.0);
    let changes = [
        (0, PLAIN),
        (333, everything()),
        (700, Settings { bass_hertz: 90.0, ..everything() }),
        (2500, PLAIN),
    ];
    let input = |n: usize| (tone(n) + 0.1, 0.5 * tone(n + 40));
    let whole = render(48_000.0, 5000, &changes, input, 5000);
    for cut in [1, 7, 64, 1024] {
        let differs =
            render(48_000.0, cut, &changes, input, 5000).iter().zip(&whole).position(|(a, b)| a != b);
        assert_eq!(differs, None, "first frame that is not the same, in pieces of {cut}");
    }
}

#[test]
fn nothing_that_is_switched_or_turned_clicks() {
    let routing = PLAIN.routing;
    let others = [
        Settings { mute: true, ..PLAIN },
        Settings { place: -1.0, ..PLAIN },
        Settings { law: PanLaw::Linear, ..PLAIN },
        Settings { routing: Routing { invert: [true; 2], ..routing }, ..PLAIN },
        Settings { routing: Routing { channels: Channels::Swap, ..routing }, ..PLAIN },
        Settings { routing: Routing { width: 0.0, ..routing }, ..PLAIN },
        Settings { dc_filter: true, ..PLAIN },
        Settings { bass_mono: true, ..PLAIN },
    ];
    for rate in RATES {
        // A slow tone with an offset: whatever steps is not the tone.
        let (left, right) = (sine(rate, 20.0), sine(rate, 31.0));
        let input = |n: usize| (0.3 + 0.7 * left(n), 0.2 - 0.7 * right(n));
        // As fast as the tones, and twice the whole range within a glide.
        let most =
            0.7 * TAU * 31.0 / rate + 2.0 * 2.0 / (f64::from(crate::controls::GLIDE_MS) * 1e-3 * rate);
        let frames = (rate * 0.3) as usize;
        for (n, other) in others.iter().enumerate() {
            let changes = [(frames / 3, *other), (frames / 2, PLAIN)];
            let out = render(rate, 512, &changes, input, frames);
            let step = out.windows(2).map(|w| (w[1].0 - w[0].0).abs().max((w[1].1 - w[0].1).abs()));
            let largest = f64::from(step.fold(0.0, f32::max));
            assert!(largest < most, "setting {n} at {rate}: a step of {largest}, {most} allowed");
            let before = &out[frames / 3 + 1];
            assert!(out.iter().any(|sample| sample != before), "it is no silence");
        }
    }
}

#[test]
fn what_is_no_sound_is_gone_with_its_sample() {
    for rate in RATES {
        let tone = sine(rate, 440.0);
        let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e30];
        let changes = [(0, everything())];
        let frames = (rate * 0.05) as usize;
        let broken =
            |n: usize| if (200..205).contains(&n) { (bad[n - 200], f32::NAN) } else { (tone(n), 0.2) };
        // What ought to come: as if those samples were silent.
        let silent = |n: usize| if (200..205).contains(&n) { (0.0, 0.0) } else { (tone(n), 0.2) };
        let out = render(rate, 128, &changes, broken, frames);
        assert!(out == render(rate, 128, &changes, silent, frames), "{rate}");
        assert!(out.iter().all(|(l, r)| l.is_finite() && r.is_finite()), "{rate}");
        assert!(out[frames / 2..].iter().any(|(l, _)| l.abs() > 0.1), "it sounds on");
    }
}

#[test]
fn a_mono_sum_is_half_of_both_and_bass_mono_is_mono_below_and_stereo_above() {
    for rate in RATES {
        let (low, high) = (sine(rate, 30.0), sine(rate, 997.0));
        let mono = Settings { routing: Routing { width: 0.0, ..PLAIN.routing }, ..PLAIN };
        let out = render(rate, 256, &[(0, mono)], |n| (high(n), low(n)), 2000);
        for (n, (left, right)) in out.iter().enumerate() {
            assert!(left == right && (left - 0.5 * (high(n) + low(n))).abs() < 1e-6);
        }
        // Opposite in left and right: all side.
        let bass = Settings { bass_mono: true, bass_hertz: 120.0, ..PLAIN };
        let settled = (rate * 0.3) as usize;
        let peak = |tone: &dyn Fn(usize) -> f32| {
            let out = render(rate, 256, &[(0, bass)], |n| (tone(n), -tone(n)), settled * 2);
            out[settled..].iter().map(|(l, _)| l.abs()).fold(0.0, f32::max)
        };
        assert!(peak(&low) < 0.02, "two octaves below the corner: {}", peak(&low));
        assert!((peak(&high) - 1.0).abs() < 0.03, "three above: {}", peak(&high));
    }
}

#[test]
fn channels_without_a_side_have_the_gain_and_no_pan() {
    let mut chain = Chain::new(48_000.0);
    let settings = Settings { dc_filter: false, bass_mono: false, ..everything() };
    let piece = chain.piece(&settings, Ramp::resting_at(0.5), 2);
    let mut single = Single::default();
    let (mut center, mut mono) = ([1.0, -0.5], [1.0, f32::NAN]);
    piece.center(&mut single, &mut center);
    piece.mono(&mut single, &mut mono);
    assert_eq!((center, mono), ([0.5, -0.25], [-0.5, 0.0]), "mono has the polarity of left");
    let muted = chain.piece(&Settings { mute: true, ..settings }, Ramp::resting_at(0.5), 960);
    let mut center = [1.0; 960];
    muted.center(&mut single, &mut center);
    assert_eq!(center[959], 0.0);
}
