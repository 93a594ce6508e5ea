use dyad::param::{Smooth, Smoother};

use super::*;
use crate::first_order::REFERENCE;
use crate::measure::{bend, decibels, density, line, rms};

const RATE: f64 = 48_000.0;

/// What a click on both sides becomes.
fn response(rate: f64, decay: f32, damping: f32, seconds: f64) -> [Vec<f64>; 2] {
    let mut reverb = Reverb::new(rate);
    let frames = (seconds * rate) as usize;
    let mut sides = [vec![0.0; frames], vec![0.0; frames]];
    let [left, right] = &mut sides;
    (left[0], right[0]) = (1.0, 1.0);
    reverb.run(Ramp::resting_at(100.0), decay, damping, left, right);
    sides.map(|side| side.into_iter().map(f64::from).collect())
}

/// Level around a frequency in a stretch of sound, in decibels: the mean of some lines.
fn level(sound: &[f64], hertz: f64, rate: f64) -> f64 {
    let lines =
        [0.83, 0.91, 0.97, 1.0, 1.06, 1.13, 1.19].map(|part| line(sound, hertz * part, rate).0.powi(2));
    10.0 * (lines.iter().sum::<f64>() / 7.0).log10()
}

/// How long a frequency takes to fall by 60 dB, from how far it falls between two stretches.
fn decay(sound: &[f64], hertz: f64, rate: f64, from: f64, apart: f64) -> f64 {
    let length = (0.12 * rate) as usize;
    let steps = 6;
    let at = |i: usize| {
        let start = ((from + apart * i as f64 / steps as f64) * rate) as usize;
        level(&sound[start..start + length], hertz, rate)
    };
    // The line of least squares.
    let middle = steps as f64 / 2.0;
    let levels: Vec<f64> = (0..=steps).map(at).collect();
    let (above, below) = levels.iter().enumerate().fold((0.0, 0.0), |(above, below), (i, level)| {
        let x = i as f64 - middle;
        (above + x * level, below + x * x)
    });
    -60.0 / (above / below / (apart / steps as f64))
}

#[test]
fn decays_in_the_time_set() {
    for (rate, seconds) in [(48_000.0, 0.6_f64), (48_000.0, 2.0), (16_000.0, 4.0)] {
        let [left, right] = response(rate, seconds as f32, 0.0, 0.3 + seconds * 0.9);
        for side in [&left, &right] {
            let measured = decay(side, 500.0, rate, 0.1, seconds * 0.6);
            assert!((measured / seconds - 1.0).abs() < 0.15, "{seconds} s at {rate} Hz: {measured:.2} s");
        }
    }
}

#[test]
fn damping_shortens_what_is_high() {
    let [left, _] = response(RATE, 2.0, 60.0, 1.4);
    let (low, high) = (decay(&left, 250.0, RATE, 0.1, 0.9), decay(&left, 5000.0, RATE, 0.1, 0.3));
    assert!(low > 1.2 && high < 0.35 * low, "{low:.2} s, {high:.2} s");
}

/// Echoes soon are as dense as noise: as many values beyond one deviation (J. Abel, P. Huang, "A simple, robust measure of
/// reverberation echo density", 2006), and none repeats.
#[test]
fn dense_and_without_a_tone() {
    let [left, right] = response(RATE, 3.0, 20.0, 1.0);
    let window = (0.02 * RATE) as usize;
    for (from, least) in [(0.06, 0.6), (0.12, 0.8), (0.3, 0.9)] {
        let stretch = &left[(from * RATE) as usize..][..window];
        let deviation = rms(stretch);
        let beyond = stretch.iter().filter(|x| x.abs() > deviation).count() as f64 / window as f64;
        assert!(beyond / 0.3173 > least, "after {from} s: {}", beyond / 0.3173);
    }
    // What is alike after some time, without the slope of the decay.
    let flat: Vec<f64> = (0..).zip(&left).map(|(i, x)| x * 10_f64.powf(f64::from(i) / RATE)).collect();
    let part = &flat[(0.2 * RATE) as usize..(0.8 * RATE) as usize];
    let likeness = |lag: usize| {
        part.windows(lag + 1).map(|w| w[0] * w[lag]).sum::<f64>()
            / ((part.len() - lag) as f64 * rms(part).powi(2))
    };
    let greatest = (120..4000)
        .step_by(7)
        .map(|lag| (likeness(lag).abs(), lag))
        .fold((0.0, 0), |a, b| if b.0 > a.0 { b } else { a });

    assert!(greatest.0 < 0.15, "{greatest:?}");
    let alike = left.iter().zip(&right).map(|(l, r)| l * r).sum::<f64>()
        / (left.len() as f64 * rms(&left) * rms(&right));
    assert!(alike.abs() < 0.3, "sides: {alike}");
}

/// The click's power comes back, whatever the decay is.
#[test]
fn as_loud_as_what_comes_in() {
    for seconds in [0.3, 1.0, 4.0] {
        let sides = response(RATE, seconds, 20.0, f64::from(seconds));
        for side in sides {
            let power = decibels(side.iter().map(|x| x * x).sum::<f64>().sqrt());

            assert!(power.abs() < 3.0, "{seconds} s: {power:.1} dB");
        }
    }
}

/// Every band that is heard comes back as loud at every rate.
#[test]
fn as_loud_at_every_rate() {
    let bands = [(100.0, 1000.0), (1000.0, 4000.0), (4000.0, 10_000.0), (10_000.0, 18_000.0)];
    for (decay, damping) in [(0.5, 0.0), (4.0, 0.0), (2.0, 100.0)] {
        let levels = |rate: f64| {
            let sides = response(rate, decay, damping, 0.5);
            bands.map(|(from, to)| {
                let power: f64 = sides.iter().map(|side| density(side, rate, from, to)).sum();
                decibels(power.sqrt())
            })
        };
        let usual = levels(REFERENCE);
        for rate in [44_100.0, 96_000.0, 384_000.0] {
            for (band, (level, usual)) in bands.into_iter().zip(levels(rate).into_iter().zip(usual)) {
                let apart = level - usual;
                assert!(
                    apart.abs() < 0.5,
                    "{decay} s, {damping} % at {rate} Hz: {apart:.2} dB in {band:?}"
                );
            }
        }
    }
}

/// A reverb with all that can move, in pieces of `cut` frames.
fn run(cut: usize) -> (Vec<f32>, Vec<f32>) {
    let mut reverb = Reverb::new(16_000.0);
    let mut mix = Smoother::new(Smooth::Linear(20.0), None, 0.0);
    mix.prepare(16_000.0);
    // When, mix, decay, damping.
    let changes = [
        (300, 60.0, 1.0, 0.0),
        (1500, 60.0, 0.1, 80.0),
        (14_000, 0.0, 3.0, 0.0),
        (15_000, 100.0, 3.0, 0.0),
    ];
    let frames = 22_000;
    let mut left: Vec<f32> = (0..frames)
        .map(|i| if i % 4001 < 100 && !(4100..16_000).contains(&i) { (i as f32).sin() } else { 0.0 })
        .collect();
    let mut right: Vec<f32> = left.iter().map(|x| x * 0.5).collect();
    let (mut at, mut decay, mut damping) = (0, 1.0, 0.0);
    while at < frames {
        for (_, m, t, d) in changes.iter().filter(|change| change.0 == at) {
            mix.set(*m);
            (decay, damping) = (*t, *d);
        }
        let next =
            changes.iter().map(|change| change.0).filter(|frame| *frame > at).min().unwrap_or(frames);
        let end = next.min(at + cut);
        reverb.run(mix.advance(end - at), decay, damping, &mut left[at..end], &mut right[at..end]);
        at = end;
    }
    (left, right)
}

#[test]
fn the_same_however_blocks_are_cut() {
    let whole = run(22_000);
    assert!(whole.0[..100].iter().zip(0_u16..).all(|(x, i)| *x == f32::from(i).sin()), "nothing at mix 0");
    assert!(whole.0[15_000..16_000].iter().all(|x| *x == 0.0), "asleep after its tail");
    assert!(whole.0[16_300..16_500].iter().any(|x| x.abs() > 1e-3), "awake again");
    for cut in [1, 64, 333] {
        assert!(run(cut) == whole, "pieces of {cut}");
    }
}

/// Longest decay, no damping, loud noise, no numbers: it stays, and ends.
#[test]
fn holds_at_any_rate() {
    for rate in [8000.0, 384_000.0] {
        let mut reverb = Reverb::new(rate);
        let mut loudest: f32 = 0.0;
        for block in 0..200 {
            let mut left = [0.0; 256];
            let mut right = [0.0; 256];
            if block < 100 {
                left = std::array::from_fn(|i| if (i * 7 + block) % 5 < 2 { 1.0 } else { -1.0 });
            }
            if block == 3 {
                (left[0], right[9]) = (f32::NAN, f32::INFINITY);
            }
            let decay = [20.0, 0.2, f32::NAN][block % 3];
            reverb.run(Ramp::resting_at(100.0), decay, 0.0, &mut left, &mut right);
            if block > 3 {
                loudest = left.iter().chain(&right).fold(loudest, |loudest, x| loudest.max(x.abs()));
                assert!(left.iter().chain(&right).all(|x| x.is_finite()), "{rate} Hz, block {block}");
            }
        }
        assert!((0.05..20.0).contains(&loudest), "{rate} Hz: {loudest}");
        assert!(reverb.tail_frames(2.0) > (3.0 * rate) as usize);
    }
}

/// The mix comes and goes under a tone, and the room changes.
#[test]
fn nothing_clicks() {
    let mut reverb = Reverb::new(RATE);
    let mut mix = Smoother::new(Smooth::Linear(20.0), None, 0.0);
    mix.prepare(RATE);
    let tone = |i: usize| (TAU * 150.0 * i as f64 / RATE).sin() as f32;
    let mut sound = Vec::new();
    for block in 0..240 {
        let (m, decay, damping) =
            [(0.0, 1.0, 0.0), (100.0, 1.0, 0.0), (100.0, 8.0, 90.0), (50.0, 0.3, 10.0)][block / 40 % 4];
        mix.set(m);
        let mut left: [f32; 256] = std::array::from_fn(|i| tone(block * 256 + i));
        let mut right = left;
        reverb.run(mix.advance(256), decay, damping, &mut left, &mut right);
        sound.extend(left);
    }
    let dry = bend(&(0..1000).map(tone).collect::<Vec<f32>>());
    // A tone may become some times as loud as a room changes around it.
    assert!(bend(&sound) < 4.0 * dry, "{} against {dry}", bend(&sound));
}
