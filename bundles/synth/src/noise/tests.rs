use super::*;
use crate::measure::{decibels, rms};

fn render(seed: u32, colour: f32, rate: f64) -> [Vec<f64>; 2] {
    let mut noise = Noise::new();
    noise.start(seed);
    let mut sides = [vec![0.0_f32; 1 << 16], vec![0.0; 1 << 16]];
    let [left, right] = &mut sides;
    for (left, right) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)) {
        noise.render(rate, colour, (1.0, 1.0), left, right);
    }
    sides.map(|side| side.into_iter().map(f64::from).collect())
}

#[test]
fn the_same_from_the_same_seed() {
    assert_eq!(render(5, 0.3, 48_000.0), render(5, 0.3, 48_000.0));
    let [a, b] = [render(5, 0.0, 48_000.0), render(6, 0.0, 48_000.0)];
    for (a, b) in [(&a[0], &b[0]), (&a[1], &b[1]), (&a[0], &a[1])] {
        let alike = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (a.len() as f64 * rms(a) * rms(b));
        assert!(alike.abs() < 0.015, "{alike}");
    }
}

/// Power stays; the spectrum's slope is the colour's. Neighbours' likeness says how dark it is: 1 − pace for a low pass.
#[test]
fn colours() {
    for rate in [44_100.0, 192_000.0] {
        for colour in [-1.0, -0.5, -0.01, 0.0, 0.01, 0.5, 1.0] {
            let [left, right] = render(1, colour, rate);
            for side in [&left, &right] {
                let level = decibels(rms(side) / 0.4);
                assert!(level.abs() < 0.7, "colour {colour} at {rate} Hz: {level:.2} dB");
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
            assert!(
                (likeness - expected).abs() < 0.01,
                "colour {colour} at {rate} Hz: {likeness}, not {expected}"
            );
        }
    }
}
