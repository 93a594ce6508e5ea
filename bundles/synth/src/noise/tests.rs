use super::*;
use crate::first_order::REFERENCE;
use crate::measure::{decibels, density, rms};

fn render(seed: u32, colour: f32, rate: f64, seconds: f64) -> [Vec<f64>; 2] {
    let mut noise = Noise::new();
    noise.start(seed);
    let frames = (seconds * rate) as usize / RUN * RUN;
    let mut sides = [vec![0.0_f32; frames], vec![0.0; frames]];
    let [left, right] = &mut sides;
    for (left, right) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)) {
        noise.render(rate, colour, (1.0, 1.0), left, right);
    }
    sides.map(|side| side.into_iter().map(f64::from).collect())
}

#[test]
fn the_same_from_the_same_seed() {
    assert_eq!(render(5, 0.3, 48_000.0, 0.2), render(5, 0.3, 48_000.0, 0.2));
    let [a, b] = [5, 6].map(|seed| render(seed, 0.0, 48_000.0, 1.4));
    for (a, b) in [(&a[0], &b[0]), (&a[1], &b[1]), (&a[0], &a[1])] {
        let alike = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (a.len() as f64 * rms(a) * rms(b));
        assert!(alike.abs() < 0.015, "{alike}");
    }
}

/// Power stays; the spectrum's slope is the colour's. Neighbours' likeness says how dark it is: 1 − pace for a low pass.
#[test]
fn colours() {
    let rate = REFERENCE;
    for colour in [-1.0, -0.5, -0.01, 0.0, 0.01, 0.5, 1.0] {
        let [left, right] = render(1, colour, rate, 1.4);
        for side in [&left, &right] {
            let level = decibels(rms(side) / 0.4);
            assert!(level.abs() < 0.7, "colour {colour}: {level:.2} dB");
            let mean = side.iter().sum::<f64>() / side.len() as f64;
            assert!(mean.abs() < 0.05, "colour {colour}: {mean}");
        }
        let likeness =
            left.windows(2).map(|w| w[0] * w[1]).sum::<f64>() / left.iter().map(|x| x * x).sum::<f64>();
        let expected = match colour {
            -1.0 => (-TAU * 150.0 / rate).exp(),
            0.0 => 0.0,
            // Of x − y with the memory b: −(1 − b) / 2.
            1.0 => -(1.0 - (-TAU * 8000.0 / rate).exp()) / 2.0,
            _ => continue,
        };
        assert!((likeness - expected).abs() < 0.01, "colour {colour}: {likeness}, not {expected}");
    }
}

/// Every band that is heard is as loud at every rate.
#[test]
fn as_loud_at_every_rate() {
    let bands = [(100.0, 1000.0), (1000.0, 4000.0), (4000.0, 10_000.0), (10_000.0, 18_000.0)];
    for colour in [-1.0, -0.1, 0.0, 1.0] {
        let levels = |rate: f64| {
            let sides = render(1, colour, rate, 1.5);
            bands.map(|(from, to)| {
                let power: f64 = sides.iter().map(|side| density(side, rate, from, to)).sum();
                decibels((power / (rate * sides[0].len() as f64)).sqrt())
            })
        };
        let usual = levels(REFERENCE);
        for rate in [44_100.0, 96_000.0, 384_000.0] {
            for (band, (level, usual)) in bands.into_iter().zip(levels(rate).into_iter().zip(usual)) {
                let apart = level - usual;
                assert!(apart.abs() < 0.5, "colour {colour} at {rate} Hz: {apart:.2} dB in {band:?}");
            }
        }
    }
}
