//! EBU Tech 3341 (November 2023) and 3342, their cases that are made of sines, and what a user does.

use std::f64::consts::TAU;

use crate::meter::{LoudnessAnalyser, Weight};

/// A sine of 1 kHz that goes through parts of so many decibels for so many seconds; `each` sees the
/// analyser after each piece, with the time.
fn play(
    analyser: &mut LoudnessAnalyser,
    rate: f64,
    piece: usize,
    parts: &[(&[f64], f64)],
    mut each: impl FnMut(f64, &LoudnessAnalyser),
) {
    let (mut n, mut end) = (0usize, 0.0);
    for (decibels, seconds) in parts {
        end += seconds * rate;
        let last = f64::round(end) as usize;
        while n < last {
            let frames = piece.min(last - n);
            let sine: Vec<f64> = (n..n + frames).map(|n| (TAU * 1000.0 * n as f64 / rate).sin()).collect();
            for (channel, decibels) in decibels.iter().enumerate() {
                let level = 10f64.powf(decibels / 20.0);
                let samples: Vec<f32> = sine.iter().map(|x| (x * level) as f32).collect();
                analyser.add(channel, &samples);
            }
            analyser.finish();
            n += frames;
            each(n as f64 / rate, analyser);
        }
    }
}

fn integrated(parts: &[(f64, f64)]) -> f32 {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 512, 2);
    for (decibels, seconds) in parts {
        play(&mut analyser, 48_000.0, 512, &[(&[*decibels; 2], *seconds)], |_, _| {});
    }
    analyser.integrated()
}

fn assert_near(value: f32, expected: f32, what: &str) {
    assert!((value - expected).abs() <= 0.1, "{what}: {value:.3} LUFS for {expected}");
}

#[test]
fn cases_1_and_2_a_steady_sine_at_any_rate_and_piece() {
    for (rate, piece) in
        [(48_000.0, 512), (44_100.0, 480), (96_000.0, 4096), (22_050.0, 1), (192_000.0, 32)]
    {
        for level in [-23.0, -33.0] {
            let mut analyser = LoudnessAnalyser::new(rate, piece, 2);
            play(&mut analyser, rate, piece, &[(&[level; 2], 4.0)], |_, _| {});
            let level = level as f32;
            assert_near(analyser.momentary(), level, "momentary");
            assert_near(analyser.short_term(), level, "short-term");
            assert_near(analyser.integrated(), level, "integrated");
        }
    }
}

#[test]
fn cases_3_to_5_the_gates() {
    assert_near(integrated(&[(-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0)]), -23.0, "case 3");
    let case_4 = [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)];
    assert_near(integrated(&case_4), -23.0, "case 4");
    assert_near(integrated(&[(-26.0, 20.0), (-20.0, 20.1), (-26.0, 20.0)]), -23.0, "case 5");
    assert_eq!(integrated(&[(-72.0, 2.0)]), f32::NEG_INFINITY, "all below the absolute gate");
}

#[test]
fn case_6_surround_counts_more_and_effects_not_at_all() {
    let weights =
        [Weight::Front, Weight::Front, Weight::Front, Weight::Lfe, Weight::Surround, Weight::Surround];
    let mut analyser = LoudnessAnalyser::with_weights(48_000.0, 480, &weights);
    let levels = [-28.0, -28.0, -24.0, 0.0, -30.0, -30.0];
    play(&mut analyser, 48_000.0, 480, &[(&levels, 5.0)], |_, _| {});
    assert_near(analyser.integrated(), -23.0, "case 6");
}

#[test]
fn case_9_short_term_is_steady_over_3_seconds() {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 480, 2);
    let parts: Vec<(&[f64], f64)> =
        (0..5).flat_map(|_| [(&[-20.0; 2][..], 1.34), (&[-30.0; 2][..], 1.66)]).collect();
    play(&mut analyser, 48_000.0, 480, &parts, |time, analyser| {
        if time > 3.0 {
            assert_near(analyser.short_term(), -23.0, "short-term");
        }
    });
}

#[test]
fn cases_10_and_13_the_loudest_window_is_found_wherever_it_begins() {
    for n in 0..20 {
        let n = f64::from(n);
        for (offset, length, momentary) in [(0.15 * n, 3.0, false), (0.005 * n, 0.4, true)] {
            let mut analyser = LoudnessAnalyser::new(48_000.0, 512, 2);
            let mut loudest = f32::NEG_INFINITY;
            let silence = f64::NEG_INFINITY;
            let parts: [(&[f64], f64); 3] =
                [(&[silence; 2], offset), (&[-23.0; 2], length), (&[silence; 2], 0.5)];
            play(&mut analyser, 48_000.0, 64, &parts, |_, analyser| {
                let now = if momentary { analyser.momentary() } else { analyser.short_term() };
                loudest = loudest.max(now);
            });
            assert_near(loudest, -23.0, "loudest window");
        }
    }
}

#[test]
fn case_12_momentary_is_steady_over_400_ms() {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 480, 2);
    let parts: Vec<(&[f64], f64)> =
        (0..25).flat_map(|_| [(&[-20.0; 2][..], 0.18), (&[-30.0; 2][..], 0.22)]).collect();
    play(&mut analyser, 48_000.0, 480, &parts, |time, analyser| {
        if time > 1.0 {
            assert_near(analyser.momentary(), -23.0, "momentary");
        }
    });
}

#[test]
fn how_pieces_are_cut_makes_no_difference() {
    let readings = [1, 7, 480, 1000, 48_000].map(|piece| {
        let mut analyser = LoudnessAnalyser::new(48_000.0, piece, 2);
        let parts: [(&[f64], f64); 2] = [(&[-20.0, -35.0], 1.5), (&[-40.0, -30.0], 2.1)];
        play(&mut analyser, 48_000.0, piece, &parts, |_, _| {});
        (analyser.momentary(), analyser.short_term(), analyser.integrated())
    });
    assert!(readings.iter().all(|reading| *reading == readings[0]), "{readings:?}");
}

#[test]
fn silence_and_what_is_no_number_read_as_nothing() {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 512, 2);
    analyser.finish();
    analyser.add(0, &[]);
    analyser.finish();
    for _ in 0..200 {
        analyser.add(0, &[0.0; 512]);
        analyser.add(1, &[f32::NAN; 512]);
        analyser.add(2, &[1.0; 512]);
        analyser.finish();
    }
    let nothing = f32::NEG_INFINITY;
    assert_eq!((analyser.momentary(), analyser.short_term()), (nothing, nothing));
    assert_eq!(analyser.integrated(), nothing);
    for _ in 0..200 {
        analyser.add(0, &[f32::INFINITY; 512]);
        analyser.finish();
    }
    play(&mut analyser, 48_000.0, 512, &[(&[-23.0; 2], 4.0)], |_, _| {});
    assert_near(analyser.short_term(), -23.0, "bad samples do not stay");
    LoudnessAnalyser::new(48_000.0, 0, 0).finish();
}

#[test]
fn restart_begins_the_integration_anew_and_reset_forgets_all() {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 480, 2);
    play(&mut analyser, 48_000.0, 480, &[(&[-10.0; 2], 4.0)], |_, _| {});
    analyser.restart();
    assert_eq!(analyser.integrated(), f32::NEG_INFINITY);
    assert_near(analyser.short_term(), -10.0, "goes on");
    play(&mut analyser, 48_000.0, 480, &[(&[-10.0; 2], 1.0)], |_, _| {});
    assert_near(analyser.integrated(), -10.0, "after the restart");
    let expected = {
        let mut fresh = LoudnessAnalyser::new(48_000.0, 480, 2);
        play(&mut fresh, 48_000.0, 480, &[(&[-30.0; 2], 1.0)], |_, _| {});
        (fresh.momentary(), fresh.short_term(), fresh.integrated())
    };
    analyser.reset();
    play(&mut analyser, 48_000.0, 480, &[(&[-30.0; 2], 1.0)], |_, _| {});
    assert_eq!((analyser.momentary(), analyser.short_term(), analyser.integrated()), expected);
}

#[test]
fn a_channel_that_is_left_out_is_silent() {
    let mut one = LoudnessAnalyser::new(48_000.0, 480, 1);
    let mut two = LoudnessAnalyser::new(48_000.0, 480, 2);
    for analyser in [&mut one, &mut two] {
        play(analyser, 48_000.0, 480, &[(&[-20.0], 1.0)], |_, _| {});
    }
    assert_near(one.momentary(), -23.0, "mono counts once");
    assert_eq!(two.momentary(), one.momentary());
}

/// The loudness range of 20 seconds at each of these levels.
fn range(levels: &[f64]) -> f32 {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 480, 2);
    for level in levels {
        play(&mut analyser, 48_000.0, 480, &[(&[*level; 2], 20.0)], |_, _| {});
    }
    analyser.range()
}

#[test]
fn ebu_tech_3342_cases_1_to_4_the_loudness_range() {
    let cases: [(&[f64], f32); 4] = [
        (&[-20.0, -30.0], 10.0),
        (&[-20.0, -15.0], 5.0),
        (&[-40.0, -20.0], 20.0),
        (&[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ];
    for (levels, expected) in cases {
        let range = range(levels);
        // The document allows 1 LU.
        assert!((range - expected).abs() < 0.2, "{range:.3} LU for {expected}");
    }
}

#[test]
fn a_loudness_range_begins_anew_with_the_integration_and_needs_three_seconds() {
    let mut analyser = LoudnessAnalyser::new(48_000.0, 480, 2);
    let steps: [(&[f64], f64); 2] = [(&[-20.0; 2], 10.0), (&[-30.0; 2], 10.0)];
    play(&mut analyser, 48_000.0, 480, &steps, |_, _| {});
    assert!(analyser.range() > 9.0, "{}", analyser.range());
    analyser.restart();
    assert_eq!(analyser.range(), 0.0);
    play(&mut analyser, 48_000.0, 480, &[(&[-10.0; 2], 2.9)], |_, _| {});
    assert_eq!(analyser.range(), 0.0, "no short-term window is over yet");
    play(&mut analyser, 48_000.0, 480, &[(&[-10.0; 2], 3.0), (&[-22.0; 2], 3.0)], |_, _| {});
    assert!(analyser.range() > 5.0, "{}", analyser.range());
}
