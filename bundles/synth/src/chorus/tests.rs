use dyad::param::{Smooth, Smoother};

use super::*;
use crate::measure::{bend, decibels, rms};

const RATE: f64 = 48_000.0;

/// White noise with a gap.
fn noise(frames: usize) -> Vec<f32> {
    let mut chance = 1_u32;
    let mut next = || {
        chance = chance.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        chance as i32 as f32 / i32::MAX as f32
    };
    (0..frames).map(|i| if (2000..3000).contains(&i) { 0.0 } else { next() }).collect()
}

/// A chorus whose mix and depth move, in pieces of `cut` frames.
fn run(cut: usize) -> (Vec<f32>, Vec<f32>) {
    let mut chorus = Chorus::new(RATE);
    let smoother = |plain| {
        let mut new = Smoother::new(Smooth::Linear(5.0), None, plain);
        new.prepare(RATE);
        new
    };
    let (mut mix, mut depth) = (smoother(0.0), smoother(50.0));
    let changes =
        [(500, 80.0, 50.0, 0.6), (2500, 80.0, 100.0, 4.0), (4000, 0.0, 20.0, 0.6), (5000, 30.0, 20.0, 0.6)];
    let (mut left, mut right) = (noise(8000), noise(8000));
    let (mut at, mut hertz) = (0, 0.6);
    while at < left.len() {
        for (_, m, d, h) in changes.iter().filter(|change| change.0 == at) {
            mix.set(*m);
            depth.set(*d);
            hertz = *h;
        }
        let next =
            changes.iter().map(|change| change.0).filter(|frame| *frame > at).min().unwrap_or(left.len());
        let end = next.min(at + cut);
        chorus.run(
            mix.advance(end - at),
            hertz,
            depth.advance(end - at),
            &mut left[at..end],
            &mut right[at..end],
        );
        at = end;
    }
    (left, right)
}

#[test]
fn the_same_however_blocks_are_cut() {
    let whole = run(8000);
    assert_eq!(whole.0[..500], noise(8000)[..500], "nothing at mix 0");
    assert_eq!(whole.0[4500..5000], noise(8000)[4500..5000], "nor after it was something else");
    for cut in [1, 7, 64, 333] {
        assert!(run(cut) == whole, "pieces of {cut}");
    }
}

/// Delays of an impulse against where the swing is at that time.
#[test]
fn delays_swing_as_said() {
    for (hertz, depth, swing) in
        [(0.6, 100.0, 0.0045), (0.6, 0.0, 0.0), (3.0, 50.0, 0.5 * 0.0175 / (TAU * 3.0))]
    {
        for start in [0, 9000, 20_000] {
            let mut chorus = Chorus::new(RATE);
            let frames = start + 1000;
            let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
            (left[start], right[start]) = (1.0, 1.0);
            chorus.run(Ramp::resting_at(100.0), hertz, Ramp::resting_at(depth), &mut left, &mut right);
            for (side, quarter) in [(&left, 0.125), (&right, 0.125 - 0.25)] {
                let sum: f32 = side[start..].iter().sum();
                let centre: f64 =
                    (0..).zip(&side[start..]).map(|(i, x)| f64::from(i) * f64::from(*x)).sum::<f64>()
                        / f64::from(sum);
                // When it comes out.
                let time = (start as f64 + centre) / RATE;
                let expected = 0.007 + swing * (TAU * (f64::from(hertz) * time + quarter)).cos();
                assert!(
                    (centre / RATE - expected).abs() < 0.000_02,
                    "{hertz} Hz, {depth} %: {centre} frames, not {}",
                    expected * RATE
                );
            }
        }
    }
}

#[test]
fn as_loud_and_wider_at_any_rate() {
    for rate in [8000.0, 44_100.0, 384_000.0] {
        let mut chorus = Chorus::new(rate);
        let (mut left, mut right) = (noise(40_000), noise(40_000));
        left[10] = f32::NAN;
        chorus.run(Ramp::resting_at(50.0), 0.8, Ramp::resting_at(70.0), &mut left, &mut right);
        let wide = |side: &[f32]| -> Vec<f64> { side[20_000..].iter().map(|x| f64::from(*x)).collect() };
        let (left, right, dry) = (wide(&left), wide(&right), wide(&noise(40_000)));
        for side in [&left, &right] {
            let change = decibels(rms(side) / rms(&dry));
            assert!(change.abs() < 0.5, "{rate} Hz: {change} dB");
        }
        let alike = left.iter().zip(&right).map(|(l, r)| l * r).sum::<f64>()
            / (left.len() as f64 * rms(&left) * rms(&right));
        assert!(alike < 0.8, "{rate} Hz: {alike}");
    }
}

/// The mix comes and goes under a tone, and the depth changes.
#[test]
fn nothing_clicks() {
    let mut chorus = Chorus::new(RATE);
    let mut mix = Smoother::new(Smooth::Linear(20.0), None, 0.0);
    let mut depth = Smoother::new(Smooth::Linear(20.0), None, 0.0);
    mix.prepare(RATE);
    depth.prepare(RATE);
    let tone = |i: usize| (TAU * 150.0 * i as f64 / RATE).sin() as f32;
    let mut sound = Vec::new();
    for block in 0..200 {
        let (m, d) = [(0.0, 0.0), (100.0, 0.0), (60.0, 100.0), (0.0, 100.0)][block / 40 % 4];
        mix.set(m);
        depth.set(d);
        let mut left: [f32; 256] = std::array::from_fn(|i| tone(block * 256 + i));
        let mut right = left;
        chorus.run(mix.advance(256), 0.6, depth.advance(256), &mut left, &mut right);
        sound.extend(left);
    }
    let dry = bend(&(0..1000).map(tone).collect::<Vec<f32>>());
    assert!(bend(&sound) < 2.5 * dry, "{} against {dry}", bend(&sound));
}
