use std::f64::consts::{PI, TAU};

use super::*;
use crate::measure::{Spectrum, decibels, line, rms};

const RATE: f64 = 48_000.0;

const WAVES: [Wave; 8] =
    [Wave::Sine, Wave::Triangle, Wave::Saw, Wave::Pulse, Wave::Organ, Wave::Reed, Wave::Voice, Wave::Glass];

fn tune(wave: Wave, hertz: f64) -> Tune {
    Tune { wave, hertz, width: 0.5, unison: 1, detune_cents: 0.0, spread: 0.0 }
}

/// Both sides of a note, run by run; `at` says what it sounds like at a run's end, counted in frames.
fn render_both(frames: usize, rate: f64, at: impl Fn(usize) -> Tune) -> (Vec<f64>, Vec<f64>) {
    let mut oscillator = Oscillator::new();
    oscillator.start(false, 1, at(0).unison);
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    for (i, (left, right)) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)).enumerate() {
        let to = at(i * RUN + left.len());
        oscillator.render(Tables::shared(), rate, &to, (1.0, 1.0), &[], left, right);
    }
    let wide = |side: Vec<f32>| side.into_iter().map(f64::from).collect();
    (wide(left), wide(right))
}

fn render(frames: usize, rate: f64, to: Tune) -> Vec<f64> {
    let (left, right) = render_both(frames, rate, |_| to);
    assert_eq!(left, right);
    left
}

/// Frequencies of the harmonics below half the rate.
fn harmonics(hertz: f64, rate: f64) -> Vec<f64> {
    (1..).map(|k| f64::from(k) * hertz).take_while(|line| *line < 0.5 * rate).collect()
}

/// How far below the greatest harmonic all is that isn't one: aliases, images, a constant part.
fn worst(wave: Wave, width: f32, hertz: f64, rate: f64) -> (f64, f64) {
    let frames = if hertz < 100.0 { 1 << 16 } else { 1 << 14 };
    let sound = render(frames, rate, Tune { width, ..tune(wave, hertz) });
    let lines = harmonics(hertz, rate);
    let greatest = lines.iter().take(12).map(|at| line(&sound, *at, rate).0).fold(0.0, f64::max);
    let (level, at) = Spectrum::of(&sound, rate).greatest_besides(&lines, rate);
    (decibels(level / greatest), at)
}

#[test]
fn nothing_but_harmonics() {
    let (level, at) = worst(Wave::Saw, 0.5, 5000.0, RATE);
    assert!(level < -100.0, "5 kHz: {level:.1} dB at {at:.0} Hz");
    let pitches = [31.7, 108.3, 440.0, 1234.5, 2093.0, 4186.0, 7902.1, 12_001.0];
    for (i, hertz) in pitches.into_iter().enumerate() {
        for (wave, width) in
            [(Wave::Saw, 0.5), (Wave::Pulse, 0.23), (WAVES[i], 0.5), (WAVES[(i + 4) % 8], 0.5)]
        {
            let (level, at) = worst(wave, width, hertz, RATE);
            assert!(level < -100.0, "{wave:?} of {hertz} Hz: {level:.1} dB at {at:.0} Hz");
        }
    }
    for rate in [8000.0, 44_100.0, 96_000.0, 384_000.0] {
        let (level, at) = worst(Wave::Saw, 0.5, 997.0, rate);
        assert!(level < -100.0, "at {rate} Hz: {level:.1} dB at {at:.0} Hz");
    }
}

/// The waves of closed form, by their Fourier series, up to what the ear reaches.
#[test]
fn harmonics_as_computed() {
    let saw = |k: f64| 1.0 / k;
    let pulse = |k: f64| (PI * k * 0.3).sin().abs() / k;
    let triangle = |k: f64| if k % 2.0 == 1.0 { 1.0 / (k * k) } else { 0.0 };
    let check = |wave, hertz, level: &dyn Fn(f64) -> f64| {
        let sound = render(1 << 14, RATE, Tune { width: 0.3, ..tune(wave, hertz) });
        let first = line(&sound, hertz, RATE).0;
        for (k, at) in
            (1..).zip(harmonics(hertz, RATE)).filter(|(k, at)| *at < 20_000.0 && (*k < 20 || k % 9 == 0))
        {
            let expected = level(f64::from(k)) / level(1.0);
            let error = decibels(line(&sound, at, RATE).0 / first) - decibels(expected);
            assert!(
                expected < 1e-4 || error.abs() < 0.02,
                "{wave:?} of {hertz} Hz: harmonic {k} by {error:.3} dB"
            );
        }
    };
    for hertz in [61.0, 220.5, 1000.1, 1999.0, 4999.9, 6650.0, 9990.0] {
        check(Wave::Saw, hertz, &saw);
        check(Wave::Pulse, hertz, &pulse);
        check(Wave::Triangle, hertz, &triangle);
    }
    // The whole of the lowest notes too.
    let sound = render(1 << 16, RATE, tune(Wave::Saw, 20.0));
    let error = decibels(line(&sound, 20_000.0, RATE).0 / line(&sound, 20.0, RATE).0) + decibels(1000.0);
    assert!(error.abs() < 0.02, "20 Hz, harmonic 1000 by {error:.3} dB");
}

#[test]
fn in_tune() {
    for (rate, hertz) in [
        (44_100.0, 8.1758),
        (48_000.0, 27.5),
        (48_000.0, 440.0),
        (96_000.0, 4186.009),
        (384_000.0, 61.7354),
        (8000.0, 3000.0),
    ] {
        // The phase that it has gained after a long time.
        let length = 1 << 15;
        let apart = 1 << 17;
        let mut oscillator = Oscillator::new();
        oscillator.start(false, 0, 1);
        let (mut sound, mut other) = (vec![0.0; apart + length], vec![0.0; apart + length]);
        for (left, right) in sound.chunks_mut(RUN).zip(other.chunks_mut(RUN)) {
            oscillator.render(
                Tables::shared(),
                rate,
                &tune(Wave::Sine, hertz),
                (1.0, 1.0),
                &[],
                left,
                right,
            );
        }
        let sound: Vec<f64> = sound.into_iter().map(f64::from).collect();
        let phase = |from: usize| line(&sound[from..from + length], hertz, rate).1;
        let expected = TAU * (hertz / rate * apart as f64).fract();
        let turned = (phase(apart) - phase(0) - expected).rem_euclid(TAU);
        let error = if turned > PI { turned - TAU } else { turned } / (TAU * hertz / rate * apart as f64);
        let cents = 1200.0 * error.ln_1p() / std::f64::consts::LN_2;
        assert!(cents.abs() < 0.001, "{hertz} Hz at {rate} Hz by {cents} cents");
    }
}

/// A saw that glides is at each moment the sum of its harmonics, also where tables change: what is left without the lowest
/// ones has nothing below the next one. In the middle of the second glide the third harmonic goes.
#[test]
fn a_glide_without_steps() {
    for (from, to, count, below) in [(700.0, 1500.0, 11, 8000.0), (7100.0, 8900.0, 2, 12_000.0)] {
        let frames = 1 << 14;
        let at = |frame: usize| from + (to - from) * frame as f64 / frames as f64;
        let (sound, _) = render_both(frames, RATE, |frame| tune(Wave::Saw, at(frame)));
        let mut phase = 0.0;
        let rest: Vec<f64> = (0..frames)
            .map(|i| {
                if i > 0 {
                    phase += at(i.max(RUN)) / RATE;
                }
                let sum: f64 = (1..=count).map(|k| (TAU * phase * f64::from(k)).sin() / f64::from(k)).sum();
                sound[i] - 2.0 / PI * 0.8 * sum
            })
            .collect();
        let (level, at) = Spectrum::of(&rest, RATE).greatest_besides(&[], below);
        assert!(decibels(level) < -95.0, "{from} Hz: {:.1} dB at {at:.0} Hz", decibels(level));
    }
}

/// A pulse whose width swings: against its Fourier series.
#[test]
fn a_width_that_moves() {
    let hertz = 1501.3;
    let frames = 1 << 14;
    let width = |at: f64| 0.5 + 0.4 * (TAU * 5.0 * at / RATE).sin();
    let (sound, _) =
        render_both(frames, RATE, |at| Tune { width: width(at as f64) as f32, ..tune(Wave::Pulse, hertz) });
    let scale = line(&render(frames, RATE, tune(Wave::Pulse, hertz)), hertz, RATE).0;
    let rest: Vec<f64> = (0..frames)
        .map(|i| {
            // In straight lines: from the end of a run to the next.
            let (run, part) = (i / RUN, (i % RUN + 1) as f64 / RUN as f64);
            let (a, b) = (width((run * RUN) as f64), width(((run + 1) * RUN) as f64));
            let width = if run == 0 { b } else { a + (b - a) * part };
            let phase = hertz / RATE * i as f64;
            let sum: f64 = (1..=13)
                .map(f64::from)
                .map(|k| ((TAU * k * phase).sin() - (TAU * k * (phase - width)).sin()) / k)
                .sum();
            sound[i] - scale / 2.0 * sum
        })
        .collect();
    let (level, at) = Spectrum::of(&rest, RATE).greatest_besides(&[], 20_000.0);
    assert!(decibels(level) < -85.0, "{:.1} dB at {at:.0} Hz", decibels(level));
}

#[test]
fn a_moved_phase() {
    let (carrier, moving, depth) = (440.0, 660.0, 0.3);
    let level = line(&render(1 << 12, RATE, tune(Wave::Sine, carrier)), carrier, RATE).0;
    let mut oscillator = Oscillator::new();
    oscillator.start(false, 0, 1);
    for run in 0..100 {
        let at = |i: usize| depth * (TAU * moving * (run * RUN + i) as f64 / RATE).sin();
        let by: [f32; RUN] = std::array::from_fn(|i| at(i) as f32);
        let (mut left, mut right) = ([0.0; RUN], [0.0; RUN]);
        oscillator.render(
            Tables::shared(),
            RATE,
            &tune(Wave::Sine, carrier),
            (0.5, 0.5),
            &by,
            &mut left,
            &mut right,
        );
        for (i, value) in left.into_iter().enumerate() {
            let expected = 0.5 * (TAU * (carrier * (run * RUN + i) as f64 / RATE + at(i))).sin();
            let peak = f64::from(value) / expected;
            assert!(
                expected.abs() < 0.01 || (peak / level - 1.0).abs() < 1e-3,
                "frame {i} of {run}: {value}"
            );
        }
    }
}

#[test]
fn waves_are_about_equally_loud() {
    for wave in WAVES {
        let sound = render(1 << 13, RATE, tune(wave, 220.0));
        let peak = sound.iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        let level = decibels(rms(&sound));
        assert!((-8.5..-5.5).contains(&level) && peak < 1.3, "{wave:?}: {level:.1} dB, peak {peak:.2}");
    }
}

#[test]
fn a_unison_has_the_power_of_one() {
    let one = rms(&render(1 << 14, RATE, tune(Wave::Saw, 440.0)));
    for unison in 2..=UNISON {
        for spread in [0.0, 1.0] {
            let to = Tune { unison, spread, detune_cents: 50.0, ..tune(Wave::Saw, 440.0) };
            let (left, right) = render_both(1 << 15, RATE, |_| to);
            let (left, right) = (decibels(rms(&left) / one), decibels(rms(&right) / one));
            assert!(
                left.abs() < 1.5 && right.abs() < 1.5,
                "{unison} spread {spread}: {left:.2}, {right:.2} dB"
            );
            assert!((left - right).abs() < 1.2, "{unison} spread {spread}: {left:.2}, {right:.2} dB");
        }
    }
}

#[test]
fn a_unison_is_as_wide_as_asked() {
    let to = Tune { unison: 2, spread: 1.0, detune_cents: 40.0, ..tune(Wave::Sine, 1000.0) };
    let (left, right) = render_both(1 << 16, RATE, |_| to);
    let at = |cents: f64| 1000.0 * (cents / 1200.0).exp2();
    assert!(line(&left, at(-20.0), RATE).0 > 0.6 && line(&left, at(20.0), RATE).0 < 1e-4);
    assert!(line(&right, at(20.0), RATE).0 > 0.6 && line(&right, at(-20.0), RATE).0 < 1e-4);
}

/// Where a note begins depends on its seed alone, unless phases run on.
#[test]
fn starts() {
    let begin = |oscillator: &mut Oscillator, free, seed, unison| {
        oscillator.start(free, seed, unison);
        let (mut left, mut right) = ([0.0; RUN], [0.0; RUN]);
        let to = Tune { unison, detune_cents: 30.0, ..tune(Wave::Saw, 300.0) };
        oscillator.render(Tables::shared(), RATE, &to, (1.0, 1.0), &[], &mut left, &mut right);
        left
    };
    let mut used = Oscillator::new();
    begin(&mut used, true, 9, 7);
    for unison in [1, 5] {
        let new = begin(&mut Oscillator::new(), false, 3, unison);
        assert_eq!(new, begin(&mut used, false, 3, unison));
        assert_eq!(new == begin(&mut used, false, 4, unison), unison == 1);
        assert_ne!(new, begin(&mut used, true, 3, unison));
    }
}

/// Nothing that is asked for does harm, and changes of wave and unison are not heard as clicks.
#[test]
fn all_can_change_at_any_time() {
    let mut oscillator = Oscillator::new();
    oscillator.start(false, 0, 1);
    let mut before: Option<f32> = None;
    for run in 0..400 {
        let to =
            Tune { unison: 1 + run / 3 % 7, spread: 0.5, ..tune(WAVES[[0, 1, 4][run / 5 % 3]], 100.0) };
        let (mut left, mut right) = ([0.0; RUN], [0.0; RUN]);
        oscillator.render(Tables::shared(), RATE, &to, (1.0, 1.0), &[], &mut left, &mut right);
        for value in left {
            assert!(
                before.is_none_or(|before| (value - before).abs() < 0.25),
                "run {run}: a step to {value}"
            );
            before = Some(value);
        }
    }
    for hertz in [0.0, 24_001.0, 1e9, -5.0, f64::INFINITY, f64::NAN] {
        let to = Tune { detune_cents: f32::NAN, width: f32::NAN, ..tune(Wave::Pulse, hertz) };
        for by in [&[f32::NAN; RUN][..], &[1e30; RUN], &[]] {
            let (mut left, mut right) = ([0.0; RUN], [0.0; RUN]);
            oscillator.render(Tables::shared(), RATE, &to, (1.0, 1.0), by, &mut left, &mut right);
            assert!(left.iter().all(|x| x.abs() < 3.0), "{hertz} Hz: {left:?}");
        }
    }
    let last = render(1024, RATE, tune(Wave::Saw, 24_001.0));
    assert!(last.iter().all(|x| *x == 0.0), "above half the rate");
}
