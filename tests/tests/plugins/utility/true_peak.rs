//! The true-peak meters, as a host sees them: EBU Tech 3341 (November 2023), cases 15 to 19, and signals after the
//! recipe of cases 20 to 23: a tone with a louder period in it that is synthesised at a multiple of the rate, so
//! that its peak lies between the samples at a known height.

use std::f64::consts::{PI, TAU};

use dyad_tests::shown::{self, Play};
use dyad_tests::sound::Format;

const RATE: f64 = 48_000.0;

/// The maximum true peak, and the left bar, in dBTP. The right channel is at half the level.
fn shown(format: Format, sound: &[f32]) -> (f64, f64, f64) {
    let both = vec![sound.to_vec(), sound.iter().map(|x| 0.5 * x).collect()];
    let play = Play { plugin: "utility", layout: "stereo", rate: RATE, changes: &[] };
    let (mut most, mut left, mut right) = (f64::NAN, 0f64, 0f64);
    shown::play::<utility::Bundle>(format, play, &both, |_, value| {
        most = value("true_peak_max");
        left = left.max(value("true_peak_l"));
        right = right.max(value("true_peak_r"));
    });
    (most, 20.0 * left.log10(), 20.0 * right.log10())
}

#[track_caller]
fn assert_peak(sound: &[f32], expected: f64, what: &str) {
    for format in Format::ALL {
        let (most, left, right) = shown(format, sound);
        assert!(
            (-0.4..=0.2).contains(&(most - expected)),
            "{format:?}, {what}: {most:.2} dBTP for {expected:.2}"
        );
        assert!((most - left).abs() < 0.01, "the bar of the louder side: {left:.2}");
        assert!((left - right - 6.02).abs() < 0.01, "the sides are apart: {right:.2}");
    }
}

#[test]
fn ebu_tech_3341_cases_15_to_19() {
    let cases = [
        (15, 4.0, 0.0, 0.5, -6.0),
        (16, 4.0, 45.0, 0.5, -6.0),
        (17, 6.0, 60.0, 0.5, -6.0),
        (18, 8.0, 67.5, 0.5, -6.0),
        (19, 4.0, 45.0, 1.41, 3.0),
    ];
    for (case, part, degrees, level, expected) in cases {
        // It fades in and out: a cut would have peaks of its own.
        let frames = 48_128;
        let fade = |n: usize| (n.min(frames - n) as f64 / 4_800.0).min(1.0);
        let sine = |n: usize| level * fade(n) * (TAU * n as f64 / part + f64::to_radians(degrees)).sin();
        let sound: Vec<f32> = (0..frames).map(|n| sine(n) as f32).collect();
        assert_peak(&sound, expected, &format!("case {case}"));
    }
}

/// Times the rate at which the peaks between samples are made.
const OVER: usize = 16;

/// A tone of a sixth of the rate with one period of a fourth of it, twice as loud, in its middle; at [`OVER`] times
/// the rate, and limited to what the rate can carry.
fn burst() -> Vec<f64> {
    let (before, period) = (2_400 * OVER, 4 * OVER);
    let length = 2 * before + period;
    let tone = |n: f64| 0.5 * (TAU * n / (6 * OVER) as f64).sin();
    let fade = |n: usize| (n.min(length - n) as f64 / (400 * OVER) as f64).min(1.0);
    let raw: Vec<f64> = (0..length)
        .map(|n| match n.checked_sub(before) {
            None => fade(n) * tone(n as f64),
            Some(m) if m < period => (TAU * m as f64 / period as f64).sin(),
            Some(m) => fade(n) * tone((m - period) as f64),
        })
        .collect();
    // A windowed sinc with its corner at 0.45 times the rate.
    let half = 48 * OVER as i64;
    let tap = |n: i64| {
        let x = 0.9 * n as f64 / OVER as f64;
        let sinc = if n == 0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let at = PI * n as f64 / half as f64;
        sinc * 0.9 / OVER as f64 * (0.42 + 0.5 * at.cos() + 0.08 * (2.0 * at).cos())
    };
    let taps: Vec<f64> = (-half..=half).map(tap).collect();
    let filtered = |n: usize| {
        let from = n as i64 - half;
        taps.iter().zip(from..).map(|(tap, at)| tap * raw.get(at as usize).unwrap_or(&0.0)).sum::<f64>()
    };
    (0..length).map(filtered).collect()
}

#[test]
fn a_peak_between_the_samples_is_seen_wherever_it_lies() {
    let fine = burst();
    let highest = fine.iter().map(|x| x.abs()).fold(0.0, f64::max);
    // A peak of 1, at four places between two samples.
    for quarter in 0..4 {
        let at = quarter * OVER / 4;
        let mut sound: Vec<f32> =
            fine.iter().skip(at).step_by(OVER).map(|x| (x / highest) as f32).collect();
        sound.resize(sound.len().next_multiple_of(512) + 512, 0.0);
        let samples = 20.0 * f64::from(sound.iter().map(|x| x.abs()).fold(0.0, f32::max)).log10();
        assert!(samples < 0.0, "no sample is at the peak");
        assert_peak(&sound, 0.0, &format!("{quarter} quarters, samples up to {samples:.2} dB"));
    }
}
