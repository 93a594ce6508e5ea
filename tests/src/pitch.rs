//! The pitch of a piece of sound.

use std::f64::consts::TAU;

/// The level of a sine of so many hertz in a sound, seen through a Hann window; a full one has 1.
#[must_use]
pub fn level(sound: &[f32], rate: f64, hertz: f64) -> f64 {
    let frames = sound.len() as f64;
    let (mut real, mut imaginary, mut all) = (0.0, 0.0, 0.0);
    for (n, sample) in (0..).map(f64::from).zip(sound) {
        let window = 0.5 - 0.5 * (TAU * (n + 0.5) / frames).cos();
        let (sine, cosine) = (TAU * hertz / rate * n).sin_cos();
        real += window * f64::from(*sample) * cosine;
        imaginary += window * f64::from(*sample) * sine;
        all += window;
    }
    2.0 * real.hypot(imaginary) / all
}

/// The frequency in hertz of the strongest partial within three semitones of `near`.
#[must_use]
pub fn pitch(sound: &[f32], rate: f64, near: f64) -> f64 {
    let of = |hertz: f64| level(sound, rate, hertz);
    // A quarter of the distance at which a Hann window sees two partials as two.
    let step = rate / sound.len() as f64 / 2.0;
    let (low, high) = (near / 1.1892, near * 1.1892);
    let count = ((high - low) / step).ceil() as usize;
    let best = (0..=count).map(|n| low + n as f64 * step).max_by(|a, b| of(*a).total_cmp(&of(*b)));
    let mut best = best.unwrap_or(near);
    let mut width = step;
    while width > 1e-5 {
        let tried = [best - width, best, best + width];
        best = tried.into_iter().max_by(|a, b| of(*a).total_cmp(&of(*b))).unwrap_or(best);
        width *= 0.6;
    }
    best
}

/// How far a frequency is from another, in cents.
#[must_use]
pub fn cents(hertz: f64, from: f64) -> f64 {
    1200.0 * (hertz / from).log2()
}

/// The frequency of a MIDI key, which may lie between two.
#[must_use]
pub fn of_key(key: f64) -> f64 {
    440.0 * ((key - 69.0) / 12.0).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sines_are_found() {
        for hertz in [55.3, 440.0, 2793.8] {
            let sound: Vec<f32> =
                (0..9600).map(|n| (TAU * hertz / 48_000.0 * f64::from(n)).sin() as f32 * 0.5).collect();
            let found = pitch(&sound, 48_000.0, hertz * 1.1);
            assert!(cents(found, hertz).abs() < 0.1, "{found} instead of {hertz}");
            assert!((level(&sound, 48_000.0, hertz) - 0.5).abs() < 1e-3);
        }
        assert!((cents(of_key(70.0), of_key(69.5)) - 50.0).abs() < 1e-9);
    }
}
