//! Filters of second order, after R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients".

use super::RATE;

/// What a filter does at its frequency.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    LowPass,
    HighPass,
    /// Lifts or lowers by its gain.
    Peak,
}

/// Filters a sound at [`RATE`]; `gain` in decibels is for peaks.
pub(super) fn filter(samples: &mut [f32], kind: Kind, hertz: f64, q: f64, gain: f64) {
    let (sin, cos) = (std::f64::consts::TAU * hertz / RATE).sin_cos();
    let alpha = sin / (2.0 * q);
    let level = 10.0_f64.powf(gain / 40.0);
    let (b, a) = match kind {
        Kind::LowPass => {
            ([(1.0 - cos) / 2.0, 1.0 - cos, (1.0 - cos) / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
        }
        Kind::HighPass => {
            ([(1.0 + cos) / 2.0, -1.0 - cos, (1.0 + cos) / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
        }
        Kind::Peak => (
            [1.0 + alpha * level, -2.0 * cos, 1.0 - alpha * level],
            [1.0 + alpha / level, -2.0 * cos, 1.0 - alpha / level],
        ),
    };
    let (mut first, mut second) = (0.0, 0.0);
    for sample in samples {
        let x = f64::from(*sample);
        let y = (b[0] * x + first) / a[0];
        first = b[1] * x - a[1] * y + second;
        second = b[2] * x - a[2] * y;
        *sample = y as f32;
    }
}
