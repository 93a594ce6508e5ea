//! A digital section of second order, for two channels at once.
//!
//! It is a state-variable filter of two trapezoidal integrators (A. Simper, "Solving the continuous SVF equations
//! using trapezoidal integration and equivalent currents"), because that is safe to move. Its memory (s₁, s₂)
//! follows the analogue filter ẋ = Mx with M = [−kg, −g; g, 0]. M + Mᵀ is nowhere positive, so what the
//! trapezoidal rule makes of it, (1 − M)⁻¹(1 + M), never lengthens a vector, whatever g > 0 and k ≥ 0 are. The
//! coefficients in use here are the elements of that matrix, and between two of them a straight line: a mean of
//! matrices that don't lengthen a vector is another one. So without input the memory never grows, however
//! fast and far the settings move.

use wide::f64x2;

/// What a section does to its input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Coefficients {
    /// Elements of the memory's matrix: `s₁' = a·s₁ + b·e`, `s₂' = s₂ + b·s₁ + c·e` with `e = x − s₂`.
    a: f64,
    b: f64,
    c: f64,
    /// `y = direct·x + first·(s₁ + s₁') + second·(s₂ + s₂')`
    direct: f64,
    first: f64,
    second: f64,
}

impl Coefficients {
    /// What lets all pass.
    pub(crate) const NOTHING: Self = Self { a: 0.0, b: 0.0, c: 0.0, direct: 1.0, first: 0.0, second: 0.0 };

    /// The section whose |H|² is the quotient of two polynomials in y = tan²(ω/2), the constant terms first.
    /// Neither is negative for y ≥ 0, and the lower one's first and last are above 0.
    pub(crate) fn new(above: [f64; 3], below: [f64; 3]) -> Self {
        // Of each the polynomial in s that has it as its |…|² at s = jΩ, y = Ω², without roots on the right.
        let half = |[a, b, c]: [f64; 3]| {
            let middle = (b + 2.0 * (a * c).sqrt()).max(0.0);
            [a.sqrt(), middle.sqrt(), c.sqrt()]
        };
        let (above, below) = (half(above), half(below));
        let g = (below[0] / below[2]).sqrt();
        let k = below[1] / (below[0] * below[2]).sqrt();
        // Of high, band and low pass.
        let high = above[2] / below[2];
        let band = above[1] * g / below[0];
        let low = above[0] / below[0];
        // Of the input, and of the two integrators' outputs.
        let (band, low) = (band - high * k, low - high);
        let a1 = 1.0 / (1.0 + g * (g + k));
        let a2 = g * a1;
        Self {
            a: 2.0 * a1 - 1.0,
            b: 2.0 * a2,
            c: 2.0 * g * a2,
            direct: high,
            first: band / 2.0,
            second: low / 2.0,
        }
    }

    /// Makes all that comes out louder.
    pub(crate) fn scale(&mut self, factor: f64) {
        self.direct *= factor;
        self.first *= factor;
        self.second *= factor;
    }

    fn zip(&self, other: &Self, f: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            a: f(self.a, other.a),
            b: f(self.b, other.b),
            c: f(self.c, other.c),
            direct: f(self.direct, other.direct),
            first: f(self.first, other.first),
            second: f(self.second, other.second),
        }
    }
}

/// A section and its memory.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    now: Coefficients,
    /// Where it is going, and what it goes in each frame.
    target: Coefficients,
    step: Coefficients,
    s1: f64x2,
    s2: f64x2,
}

impl Section {
    pub(crate) const NEW: Self = Self {
        now: Coefficients::NOTHING,
        target: Coefficients::NOTHING,
        step: Coefficients::NOTHING,
        s1: f64x2::ZERO,
        s2: f64x2::ZERO,
    };

    /// Forgets all sound, and takes coefficients at once.
    pub(crate) fn start(&mut self, coefficients: Coefficients) {
        *self = Self { now: coefficients, target: coefficients, ..Self::NEW };
    }

    /// Forgets all sound.
    pub(crate) fn clear(&mut self) {
        self.s1 = f64x2::ZERO;
        self.s2 = f64x2::ZERO;
    }

    /// Moves to other coefficients in a straight line over so many frames.
    pub(crate) fn go(&mut self, target: Coefficients, frames: f64) {
        let part = 1.0 / frames;
        self.step = self.now.zip(&target, |from, to| (to - from) * part);
        self.target = target;
    }

    /// Ends a line where it was to end, without what rounding has added up to.
    pub(crate) fn arrive(&mut self) {
        self.now = self.target;
    }

    /// Filters sound, with coefficients that move.
    #[inline]
    pub(crate) fn go_on(&mut self, sound: &mut [f64x2]) {
        let (mut now, step) = (self.now, self.step);
        let (mut s1, mut s2) = (self.s1, self.s2);
        for x in sound {
            now = now.zip(&step, |now, step| now + step);
            let Coefficients { a, b, c, direct, first, second } = now;
            let e = *x - s2;
            let (next1, next2) = (s1 * a + e * b, (s2 + s1 * b) + e * c);
            *x = (*x * direct + (s1 + next1) * first) + (s2 + next2) * second;
            (s1, s2) = (next1, next2);
        }
        (self.now, self.s1, self.s2) = (now, s1, s2);
    }

    /// The size of its memory.
    pub(crate) fn level(&self) -> f64 {
        let [a, b] = self.s1.abs().fast_max(self.s2.abs()).to_array();
        a.max(b)
    }
}

/// Filters sound with some sections one after the other, with coefficients that rest. Together they are faster: one
/// works on a frame while the next is still at the one before.
#[inline]
pub(crate) fn rest<const N: usize>(sections: &mut [Section; N], sound: &mut [f64x2]) {
    let coefficients: [_; N] = std::array::from_fn(|n| {
        let Coefficients { a, b, c, direct, first, second } = sections[n].now;
        [a, b, c, direct, first, second].map(f64x2::splat)
    });
    let mut memory: [_; N] = std::array::from_fn(|n| (sections[n].s1, sections[n].s2));
    for x in sound {
        for ([a, b, c, direct, first, second], (s1, s2)) in coefficients.iter().zip(&mut memory) {
            let e = *x - *s2;
            let (next1, next2) = (*a * *s1 + *b * e, (*s2 + *b * *s1) + *c * e);
            *x = (*direct * *x + *first * (*s1 + next1)) + *second * (*s2 + next2);
            (*s1, *s2) = (next1, next2);
        }
    }
    for (section, (s1, s2)) in sections.iter_mut().zip(memory) {
        (section.s1, section.s2) = (s1, s2);
    }
}

#[cfg(test)]
impl Coefficients {
    /// How far its numbers are from another one's, large ones in proportion.
    pub(crate) fn distance(&self, other: &Self) -> f64 {
        let Self { a, b, c, direct, first, second } =
            self.zip(other, |one, other| (one - other).abs() / (1.0 + one.abs()));
        [a, b, c, direct, first, second].into_iter().fold(0.0, f64::max)
    }

    /// The square of its magnitude at an angular frequency, in radians per sample.
    pub(crate) fn power(&self, omega: f64) -> f64 {
        use crate::complex::Complex;
        let z = Complex::new(omega.cos(), omega.sin());
        let around = Complex::new(z.re + 1.0, z.im);
        let (beside, below) = (z.minus(self.a), z.minus(1.0 - self.c));
        let det = beside.mul(below).minus(-self.b * self.b);
        let s1 = z.minus(1.0).times(self.b).div(det);
        let s2 = beside.times(self.c).minus(-self.b * self.b).div(det);
        s1.times(self.first).add(s2.times(self.second)).mul(around).minus(-self.direct).power()
    }
}

#[cfg(test)]
impl Section {
    /// The length of its memory as a vector, of the first channel.
    pub(crate) fn length(&self) -> f64 {
        self.s1.to_array()[0].hypot(self.s2.to_array()[0])
    }
}
