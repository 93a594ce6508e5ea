//! The loudness meters, as a host sees them: EBU Tech 3341 (November 2023), cases 1 to 6, EBU Tech 3342, cases 1 to
//! 4, and the buttons that begin anew and match a target.

use std::f64::consts::TAU;

use dyad_tests::shown::{self, Play, Set};
use dyad_tests::sound::Format;
use dyad_tests::wav::Sound;

const RATE: f64 = 48_000.0;

/// What a host reads at the end.
#[derive(Debug)]
struct Read {
    momentary: f64,
    short_term: f64,
    integrated: f64,
    range: f64,
    true_peak: f64,
    out: Sound,
}

/// A sine of 1 kHz that goes through parts of so many decibels in each channel, for so many seconds.
fn sine(parts: &[(&[f64], f64)]) -> Sound {
    let mut sound: Sound = vec![Vec::new(); parts[0].0.len()];
    for (levels, seconds) in parts {
        let start = sound[0].len();
        let frames = (seconds * RATE).round() as usize;
        for (channel, level) in sound.iter_mut().zip(*levels) {
            let level = 10f64.powf(level / 20.0);
            let samples =
                (start..start + frames).map(|n| (level * (TAU * 1000.0 * n as f64 / RATE).sin()) as f32);
            channel.extend(samples);
        }
    }
    sound
}

fn stereo(parts: &[(f64, f64)]) -> Sound {
    let both: Vec<_> = parts.iter().map(|(level, seconds)| ([*level; 2], *seconds)).collect();
    let parts: Vec<(&[f64], f64)> = both.iter().map(|(levels, seconds)| (&levels[..], *seconds)).collect();
    sine(&parts)
}

fn read(format: Format, layout: &str, sound: &Sound, changes: &[Set<'_>]) -> Read {
    let play = Play { plugin: "utility", layout, rate: RATE, changes };
    let names = ["momentary", "short_term", "integrated", "loudness_range", "true_peak_max"];
    let mut last = [f64::NAN; 5];
    let out = shown::play::<utility::Bundle>(format, play, sound, |_, value| last = names.map(value));
    let [momentary, short_term, integrated, range, true_peak] = last;
    Read { momentary, short_term, integrated, range, true_peak, out }
}

#[track_caller]
fn assert_lufs(is: f64, should: f64, what: &str) {
    assert!((is - should).abs() <= 0.1, "{what}: {is:.3} LUFS for {should}");
}

#[test]
fn ebu_tech_3341_cases_1_and_2() {
    for format in Format::ALL {
        for level in [-23.0, -33.0] {
            let read = read(format, "stereo", &stereo(&[(level, 20.0)]), &[]);
            for (value, what) in [
                (read.momentary, "momentary"),
                (read.short_term, "short-term"),
                (read.integrated, "integrated"),
            ] {
                assert_lufs(value, level, what);
            }
        }
    }
}

#[test]
fn ebu_tech_3341_cases_3_to_5() {
    let cases: [&[(f64, f64)]; 3] = [
        &[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)],
        &[(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)],
        &[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)],
    ];
    for format in Format::ALL {
        for (n, parts) in cases.iter().enumerate() {
            let read = read(format, "stereo", &stereo(parts), &[]);
            assert_lufs(read.integrated, -23.0, &format!("{format:?}, case {}", n + 3));
        }
    }
}

#[test]
fn ebu_tech_3341_case_6() {
    // L, R, C, LFE, Ls, Rs: the case has no LFE, and what there is does not count.
    let levels = [-28.0, -28.0, -24.0, -10.0, -30.0, -30.0];
    for format in Format::ALL {
        let read = read(format, "surround_5_1", &sine(&[(&levels, 20.0)]), &[]);
        assert_lufs(read.integrated, -23.0, &format!("{format:?}"));
    }
}

#[test]
fn ebu_tech_3342_cases_1_to_4() {
    let cases: [(&[(f64, f64)], f64); 4] = [
        (&[(-20.0, 20.0), (-30.0, 20.0)], 10.0),
        (&[(-20.0, 20.0), (-15.0, 20.0)], 5.0),
        (&[(-40.0, 20.0), (-20.0, 20.0)], 20.0),
        (&[(-50.0, 20.0), (-35.0, 20.0), (-20.0, 20.0), (-35.0, 20.0), (-50.0, 20.0)], 15.0),
    ];
    for format in Format::ALL {
        for (parts, expected) in &cases {
            let range = read(format, "stereo", &stereo(parts), &[]).range;
            // The document allows 1 LU.
            assert!((range - expected).abs() < 0.3, "{format:?}: {range:.2} LU for {expected}");
        }
    }
}

#[test]
fn mono_counts_once_and_from_mono_to_stereo_twice() {
    for format in Format::ALL {
        for (layout, expected) in [("mono", -23.0), ("mono_to_stereo", -20.0)] {
            let read = read(format, layout, &sine(&[(&[-20.0], 4.0)]), &[]);
            assert_lufs(read.integrated, expected, layout);
        }
    }
}

#[test]
fn a_reset_measures_anew() {
    // At second 4, from loud to quiet, and a little later the button.
    let sound = stereo(&[(-10.0, 4.0), (-40.0, 4.0)]);
    for format in Format::ALL {
        let before = read(format, "stereo", &sound, &[]);
        assert!(
            before.integrated > -20.0 && (before.true_peak + 10.0).abs() < 0.2,
            "{format:?}: {before:?}"
        );
        let after = read(format, "stereo", &sound, &[(400, "reset_meters", 1.0)]);
        assert_lufs(after.integrated, -40.0, "after the reset");
        assert!((after.true_peak + 40.0).abs() < 0.2, "{format:?}: {} dBTP", after.true_peak);
        assert!(after.range < 0.1, "{format:?}: {} LU", after.range);
    }
}

#[test]
fn matching_a_target_makes_it_as_loud_as_that() {
    let sound = stereo(&[(-30.0, 8.0)]);
    let changes = [(0, "target", -16.0), (0, "gain", 3.0), (375, "match_target", 1.0)];
    for format in Format::ALL {
        let read = read(format, "stereo", &sound, &changes);
        assert_lufs(read.integrated, -16.0, "measured anew");
        let peak = read.out[0][360_000..].iter().map(|x| x.abs()).fold(0.0, f32::max);
        let level = 20.0 * f64::from(peak).log10();
        assert!((level + 16.0).abs() < 0.1, "{format:?}: a sine of {level} dB");
    }
}

#[test]
fn silence_reads_as_the_bottom_and_a_bypass_measures_nothing() {
    for format in Format::ALL {
        let silent = read(format, "stereo", &vec![vec![0.0; 48_128]; 2], &[]);
        let bottom = [silent.momentary, silent.short_term, silent.integrated, silent.true_peak];
        assert_eq!(bottom, [-70.0; 4], "{format:?}");
        let bypassed = read(format, "stereo", &stereo(&[(-20.0, 2.0)]), &[(94, "bypass", 1.0)]);
        assert_eq!([bypassed.momentary, bypassed.short_term], [-70.0; 2], "{format:?}");
        assert_lufs(bypassed.integrated, -20.0, "what was measured before stays");
    }
}
