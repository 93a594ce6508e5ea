//! The analogue filters, from the textbooks' transfer functions in s and nothing of the plugin's.

use std::f64::consts::{PI, SQRT_2};

/// What a filter does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    Bell,
    LowShelf,
    HighShelf,
    LowCut,
    HighCut,
    Notch,
    BandPass,
    Tilt,
}

/// A filter; `order` counts for cuts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    pub(super) shape: Shape,
    pub(super) order: usize,
    pub(super) hertz: f64,
    pub(super) gain: f64,
    pub(super) q: f64,
}

/// A polynomial in s at s = jω, as a complex number; constant term first.
fn at(omega: f64, [zeroth, first, second]: [f64; 3]) -> (f64, f64) {
    (zeroth - second * omega * omega, first * omega)
}

fn size((re, im): (f64, f64)) -> f64 {
    re.hypot(im)
}

impl Filter {
    /// Its gain in decibels; frequencies count from the filter's own.
    pub(super) fn decibels(&self, hertz: f64) -> f64 {
        let omega = hertz / self.hertz;
        let q = self.q;
        let a = 10.0_f64.powf(self.gain / 40.0);
        let ratio = |above: [f64; 3], below: [f64; 3]| size(at(omega, above)) / size(at(omega, below));
        let factor = match self.shape {
            Shape::Bell => ratio([1.0, a / q, 1.0], [1.0, 1.0 / (a * q), 1.0]),
            Shape::LowShelf => a * ratio([a, a.sqrt() / q, 1.0], [1.0, a.sqrt() / q, a]),
            Shape::HighShelf => a * ratio([1.0, a.sqrt() / q, a], [a, a.sqrt() / q, 1.0]),
            Shape::Notch => ratio([1.0, 0.0, 1.0], [1.0, 1.0 / q, 1.0]),
            Shape::BandPass => ratio([0.0, 1.0 / q, 0.0], [1.0, 1.0 / q, 1.0]),
            // By the whole gain up above and down below.
            Shape::Tilt => ratio([1.0, a * a, 0.0], [a * a, 1.0, 0.0]),
            Shape::LowCut => self.butterworth(omega.recip()),
            Shape::HighCut => self.butterworth(omega),
        };
        20.0 * factor.log10()
    }

    /// From the places of the poles on the unit circle; the sharpest pair has its Q in proportion to 1/√2.
    fn butterworth(&self, omega: f64) -> f64 {
        let n = self.order;
        let mut factor = if n % 2 == 1 { 1.0 / size(at(omega, [1.0, 1.0, 0.0])) } else { 1.0 };
        for pair in 0..n / 2 {
            let real = -(PI * (2 * pair + 1) as f64 / (2 * n) as f64).sin();
            let sharper = if pair == 0 { self.q * SQRT_2 } else { 1.0 };
            factor /= size(at(omega, [1.0, -2.0 * real / sharper, 1.0]));
        }
        factor
    }
}
