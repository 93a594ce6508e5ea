//! What is heard beside the harmonics.

use super::song::Song;
use super::{RATE, hertz, plain};

/// Frames of a spectrum.
const LEN: usize = 1 << 15;

/// Decibels of each bin, the loudest at 0. The window is a Kaiser one, whose side lobes are below −140 dB and whose main
/// lobe is 16 bins wide.
fn spectrum(samples: &[f32]) -> Vec<f64> {
    const BETA: f64 = 17.0;
    let bessel = |x: f64| {
        let mut term = 1.0;
        (1..60).fold(1.0, |sum, n| {
            term *= (x / 2.0 / f64::from(n)).powi(2);
            sum + term
        })
    };
    let window = |n: usize| {
        let x = 2.0 * (n as f64 + 0.5) / LEN as f64 - 1.0;
        bessel(BETA * (1.0 - x * x).sqrt()) / bessel(BETA)
    };
    let mut bins: Vec<[f64; 2]> = samples[..LEN]
        .iter()
        .enumerate()
        .map(|(n, sample)| [f64::from(*sample) * window(n), 0.0])
        .collect();
    transform(&mut bins);
    let powers: Vec<f64> = bins[..LEN / 2].iter().map(|[re, im]| re * re + im * im).collect();
    let most = powers.iter().fold(0.0_f64, |most, power| most.max(*power));
    powers.iter().map(|power| 10.0 * (power / most).max(1e-30).log10()).collect()
}

/// Fourier's, in place (Cooley and Tukey, 1965).
fn transform(bins: &mut [[f64; 2]]) {
    let bits = bins.len().trailing_zeros();
    for n in 0..bins.len() {
        let mirrored = n.reverse_bits() >> (usize::BITS - bits);
        if n < mirrored {
            bins.swap(n, mirrored);
        }
    }
    let mut half = 1;
    while half < bins.len() {
        for k in 0..half {
            let (sin, cos) = (-std::f64::consts::PI * k as f64 / half as f64).sin_cos();
            for start in (0..bins.len()).step_by(2 * half) {
                let ([a, b], [c, d]) = (bins[start + k], bins[start + k + half]);
                let (re, im) = (c * cos - d * sin, c * sin + d * cos);
                bins[start + k] = [a + re, b + im];
                bins[start + k + half] = [a - re, b - im];
            }
        }
        half *= 2;
    }
}

/// The loudest that is no harmonic of `hertz`, in decibels below the loudest harmonic.
fn beside(samples: &[f32], hertz: f64) -> f64 {
    let spectrum = spectrum(samples);
    let bin = f64::from(RATE) / LEN as f64;
    let away = |n: usize| {
        let at = n as f64 * bin / hertz;
        (at - at.round()).abs() * hertz > 16.0 * bin && n > 16
    };
    let all = spectrum.iter().enumerate().filter(|(n, _)| away(*n));
    all.fold(f64::NEG_INFINITY, |most, (_, level)| most.max(*level))
}

fn note(key: u8, more: &[&str]) -> Vec<f32> {
    let mut song = Song::new(RATE);
    song.on(0, 0, key, 100);
    song.off(LEN + 8_000, 0, key);
    let out = song.render_both(&plain(more));
    out[0][4_000..4_000 + LEN].to_vec()
}

#[test]
fn a_saw_of_5_khz_has_no_aliases_above_minus_80_db() {
    // Key 111 is 7.6 cents below.
    let tune = 1200.0 * (5000.0 / hertz(111.0)).log2();
    for wave in ["saw", "pulse", "triangle", "reed"] {
        let sound =
            note(111, &[&format!("osc_1_wave={wave}"), &format!("tune={tune:.4}"), "osc_1_width=37"]);
        let is = super::frequency(&sound, RATE, 5000.0);
        assert!((is - 5000.0).abs() < 0.01, "{wave}: {is}");
        let aliases = beside(&sound, 5000.0);
        assert!(aliases < -80.0, "{wave}: {aliases}");
    }
}

#[test]
fn no_key_has_aliases() {
    for key in (9..127).step_by(9) {
        let aliases = beside(&note(key, &["osc_1_wave=saw"]), hertz(f64::from(key)));
        assert!(aliases < -80.0, "key {key}: {aliases}");
    }
}

#[test]
fn the_spectrum_would_show_an_alias() {
    let saw = |n: usize| (n as f64 * 4_987.3 / f64::from(RATE)).fract() as f32 - 0.5;
    let naive: Vec<f32> = (0..LEN).map(saw).collect();
    assert!(beside(&naive, 4_987.3) > -30.0);
    let sine = |n: usize| (n as f64 * std::f64::consts::TAU * 4_987.3 / f64::from(RATE)).sin();
    let pure: Vec<f32> = (0..LEN).map(|n| sine(n) as f32).collect();
    assert!(beside(&pure, 4_987.3) < -130.0);
}
