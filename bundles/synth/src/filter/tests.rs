use std::f64::consts::TAU;

use proptest::prelude::*;
use realfft::num_complex::Complex;

use super::*;
use crate::measure::{Spectrum, decibels, line};

const RATE: f64 = 48_000.0;
const KINDS: [FilterKind; 6] = [
    FilterKind::Low12,
    FilterKind::Low24,
    FilterKind::Band,
    FilterKind::High12,
    FilterKind::High24,
    FilterKind::Notch,
];

/// One side of what comes out of a filter that stays as it is.
fn filter(kind: FilterKind, rate: f64, hertz: f32, resonance: f32, drive: f32, sound: &[f64]) -> Vec<f64> {
    let mut filter = Filter::new();
    let mut out = Vec::new();
    for run in sound.chunks(RUN) {
        let mut left: Vec<f32> = run.iter().map(|x| *x as f32).collect();
        let mut right: Vec<f32> = left.iter().map(|x| -x).collect();
        filter.run(
            kind,
            rate,
            (hertz, hertz),
            (resonance, resonance),
            (drive, drive),
            &mut left,
            &mut right,
        );
        assert!(left.iter().zip(&right).all(|(l, r)| *l == -r), "both sides are filtered alike");
        out.extend(left.into_iter().map(f64::from));
    }
    out
}

fn impulse(level: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|i| if i == 0 { level } else { 0.0 }).collect()
}

fn sine(hertz: f64, level: f64, frames: usize) -> Vec<f64> {
    (0..frames).map(|i| level * (TAU * hertz / RATE * i as f64).sin()).collect()
}

/// What an impulse response does to a frequency.
fn response(sound: &[f64], hertz: f64, rate: f64) -> f64 {
    (0..)
        .zip(sound)
        .map(|(i, x)| Complex::from_polar(*x, -TAU * hertz / rate * f64::from(i)))
        .sum::<Complex<f64>>()
        .norm()
}

/// The analogue filter's, at a frequency moved as the bilinear transform does: Q = 1/√2 · (1 − r)^−1.5 at the cutoff.
fn analogue(kind: FilterKind, resonance: f64, hertz: f64, cutoff: f64, rate: f64) -> f64 {
    let s = Complex::new(0.0, (PI * hertz / rate).tan() / (PI * cutoff / rate).tan());
    let k = (1.0 - resonance).powf(1.5) * SQRT_2 - 0.02 * resonance.powi(8);
    let section = |k: f64| (s * s + s * k + 1.0).inv();
    // Those of a Butterworth filter of fourth order at resonance 0.
    let (calm, sharp) = (2.0 * (PI / 8.0).cos(), k / (2.0 * (PI / 8.0).cos()));
    match kind {
        FilterKind::Low12 => section(k),
        FilterKind::Low24 => section(sharp) * section(calm),
        FilterKind::Band => s * section(k) * (SQRT_2 * k).sqrt(),
        FilterKind::High12 => s * s * section(k),
        FilterKind::High24 => s * s * section(sharp) * s * s * section(calm),
        FilterKind::Notch => (s * s + 1.0) * section(k),
    }
    .norm()
}

#[test]
fn the_analogue_shapes() {
    for kind in KINDS {
        for (rate, cutoff, resonance) in [
            (48_000.0, 1000.0, 0.0),
            (48_000.0, 9000.0, 0.5),
            (44_100.0, 150.0, 0.7),
            (8000.0, 3600.0, 0.2),
        ] {
            let sound = filter(kind, rate, cutoff as f32, resonance as f32, 1.0, &impulse(0.01, 1 << 13));
            for octave in [-3.0, -1.0, -0.2, 0.0, 0.1, 1.0, 2.0] {
                let hertz = cutoff * f64::exp2(octave);
                let expected = analogue(kind, resonance, hertz, cutoff, rate);
                let error = decibels(response(&sound, hertz, rate) / 0.01) - decibels(expected);
                let nothing = expected < 1e-3 || hertz > 0.45 * rate;
                assert!(
                    nothing || error.abs() < 0.05,
                    "{kind:?} {cutoff} Hz {resonance}, at {hertz} Hz: {error:.3} dB"
                );
            }
        }
    }
}

/// Where a resonance peaks, from 20 Hz to 20 kHz.
#[test]
fn in_tune() {
    for x in 0..200 {
        let x = f64::from(x) / 200.0 * 0.49 * PI;
        assert!((tan(x).atan() - x).abs() < 2e-5, "tan {x}");
    }
    for hertz in [20.0, 440.0, 5000.0, 15_000.0, 20_000.0] {
        let sound = filter(FilterKind::Band, RATE, hertz as f32, 0.9, 1.0, &impulse(0.01, 1 << 16));
        let at = |part: f64| response(&sound, hertz * part, RATE);
        assert!(at(1.0) > at(0.99) && at(1.0) > at(1.01), "{hertz} Hz");
    }
}

#[test]
fn sings_in_tune_at_the_level_of_a_wave() {
    for kind in
        [FilterKind::Low12, FilterKind::Low24, FilterKind::High12, FilterKind::High24, FilterKind::Band]
    {
        for hertz in [220.0, 1000.0, 9000.0] {
            let sound = filter(kind, RATE, hertz as f32, 1.0, 1.0, &impulse(1.0, 3 << 15));
            let end = &sound[2 << 15..];
            let peak = end.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
            assert!((0.2..1.6).contains(&peak), "{kind:?} at {hertz} Hz: {peak}");
            let spectrum = Spectrum::of(end, RATE);
            let at = spectrum.peak(0.5 * hertz, 2.0 * hertz);
            assert!((at / hertz - 1.0).abs() < 0.01, "{kind:?} at {hertz} Hz: {at} Hz");
            let (rest, at) = spectrum.greatest_besides(&[at], 0.5 * RATE);
            assert!(rest < 0.05 * peak, "{kind:?} at {hertz} Hz: {rest} at {at} Hz");
        }
    }
}

/// A resonance holds a loud sound back, and leaves it clean without resonance.
#[test]
fn loud_sounds() {
    let loud = filter(FilterKind::Low12, RATE, 1000.0, 0.95, 1.0, &sine(1000.0, 1.0, 1 << 15));
    let peak = loud[1 << 14..].iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
    assert!((1.0..4.0).contains(&peak), "{peak}");
    let clean = filter(FilterKind::Low24, RATE, 3000.0, 0.0, 1.0, &sine(1000.0, 4.0, 1 << 15));
    let rest = Spectrum::of(&clean[1 << 14..], RATE).greatest_besides(&[1000.0], RATE);
    assert!(decibels(rest.0 / 4.0) < -110.0, "{rest:?}");
}

#[test]
fn drive_makes_dense_but_not_loud() {
    let level = |drive: f32, level: f64| {
        let sound = filter(FilterKind::Low12, RATE, 20_000.0, 0.0, drive, &sine(500.0, level, 1 << 15));
        let end = &sound[1 << 14..];
        (line(end, 500.0, RATE).0 / level, line(end, 1500.0, RATE).0 / level, crate::measure::rms(end))
    };
    let db = |drive: f64| 10_f64.powf(drive / 20.0) as f32;
    // Small sounds are amplified, loud ones stay what they are.
    for drive in [6.0, 12.0, 24.0] {
        assert!((decibels(level(db(drive), 0.001).0) - drive).abs() < 0.2, "{drive} dB");
        let (first, third, rms) = level(db(drive), 0.6);
        assert!(
            (-1.0..3.0).contains(&decibels(first)) && third > 0.02,
            "{drive} dB: {first} {third} {rms}"
        );
        assert!(rms < 0.65, "{drive} dB: {rms}");
    }
    let (first, third, _) = level(1.0, 2.0);
    assert!((first - 1.0).abs() < 1e-3 && third < 1e-6, "no drive is none: {first} {third}");
}

/// Against the same curve without any care.
#[test]
fn drive_aliases_less_than_its_curve() {
    let (hertz, drive) = (1109.0, 8.0);
    let lines: Vec<f64> = (1..22).map(|k| hertz * f64::from(k)).collect();
    let aliases = |sound: &[f64]| {
        let level = Spectrum::of(&sound[1 << 14..], RATE).greatest_besides(&lines, 10_000.0).0;
        decibels(level / line(&sound[1 << 14..], hertz, RATE).0)
    };
    let input = sine(hertz, 0.6, 1 << 15);
    let bare: Vec<f64> = input
        .iter()
        .map(|x| drive * x / (1.0 + (drive * drive - 1.0) * (x / 0.6).powi(2)).sqrt())
        .collect();
    let (bare, careful) =
        (aliases(&bare), aliases(&filter(FilterKind::Low12, RATE, 20_000.0, 0.0, 8.0, &input)));
    assert!(careful < -55.0 && careful < bare - 12.0, "{careful:.1} dB against {bare:.1} dB");
}

#[test]
fn kinds_change_without_a_click() {
    let mut filter = Filter::new();
    let mut before = (0.0, 0.0);
    for run in 0..600 {
        let at = |i: usize| (TAU * 200.0 * (run * RUN + i) as f64 / RATE).sin() as f32;
        let (mut left, mut right): ([f32; RUN], [f32; RUN]) = (std::array::from_fn(at), [0.0; RUN]);
        let kind = KINDS[run / 50 % 6];
        filter.run(kind, RATE, (400.0, 400.0), (0.3, 0.3), (1.0, 1.0), &mut left, &mut right);
        for value in left {
            let step = value - before.0;
            assert!((step - before.1).abs() < 0.1, "run {run}: a bend at {value}");
            before = (value, step);
        }
    }
}

#[test]
fn what_is_no_number_is_gone_in_the_next_run() {
    for bad in [f32::NAN, f32::INFINITY, -f32::INFINITY, 3e38] {
        for drive in [1.0, 8.0] {
            let mut filter = Filter::new();
            for run in 0..60 {
                let mut left = [0.1; RUN];
                let mut right = [0.1; RUN];
                if run == 10 {
                    left[3] = bad;
                }
                filter.run(
                    FilterKind::Low24,
                    RATE,
                    (1000.0, 900.0),
                    (0.5, 0.5),
                    (drive, drive),
                    &mut left,
                    &mut right,
                );
                let fine = left.iter().chain(&right).all(|x| x.abs() < 1.0);
                assert!(fine || run == 10, "{bad} drive {drive}, run {run}: {left:?}");
                assert!(left.iter().all(|x| x.is_finite()), "{bad} drive {drive}, run {run}: {left:?}");
                assert!(
                    run < 50 || drive > 1.0 || (left[15] - 0.1).abs() < 0.01,
                    "it filters again: {left:?}"
                );
            }
        }
    }
}

fn any_setting() -> impl Strategy<Value = (usize, f32, f32, f32)> {
    let hertz = prop_oneof![1.0_f32..30_000.0, Just(f32::NAN), Just(f32::INFINITY), Just(-1.0_f32)];
    let resonance = prop_oneof![0.0_f32..=1.0, Just(1.0_f32), Just(f32::NAN), Just(5.0_f32)];
    (0..6_usize, hertz, resonance, 1.0_f32..16.0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Settings that jump in each run, as fast as they can: it never grows beyond what resonance makes.
    #[test]
    fn stable_whatever_is_done(
        rate in prop_oneof![Just(8000.0), Just(48_000.0), Just(384_000.0)],
        settings in prop::collection::vec(any_setting(), 40),
        seed: u32,
    ) {
        let mut filter = Filter::new();
        let mut chance = seed;
        let mut from = settings[0];
        for round in 0..400 {
            let to = settings[round % settings.len()];
            let mut side = || -> [f32; RUN] { std::array::from_fn(|_| {
                chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if round < 300 { chance as i32 as f32 / i32::MAX as f32 } else { 0.0 }
            })};
            let (mut left, mut right) = (side(), side());
            filter.run(KINDS[to.0], rate, (from.1, to.1), (from.2, to.2), (from.3, to.3), &mut left, &mut right);
            for value in left.into_iter().chain(right) {
                prop_assert!(value.abs() < 30.0, "round {}: {}", round, value);
            }
            from = to;
        }
    }
}
