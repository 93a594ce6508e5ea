//! Frequencies of an analogue filter in a digital one.
//!
//! The bilinear transform turns an analogue filter into a digital one of the same order by putting
//! Ω = tan(ω/2) in the place of the frequency, and so squeezes all that is above into the octave below half
//! the sample rate. Here a rational function takes that back: with y = Ω²,
//!
//! ```text
//! ω² ≈ g(y) = G · y (1 + z₁y)(1 + z₂y) / ((1 + p₁y)(1 + p₂y)(1 + p₃y)),   0 < p₁ < z₁ < p₂ < z₂ < p₃
//! ```
//!
//! whose root is the frequency to within 0.016 % up to 0.907 of half the rate, 20 kHz at 44.1 kHz. An analogue
//! |H|² is a rational function of ω². With g(y) in that place it is one of y, and nowhere negative because g is
//! not: so there is a stable filter with stable inverse that has just this |H|², the analogue filter's on a
//! scale of frequencies that is off by 0.016 %. It has three times the order. There is no frequency, gain or Q
//! for which that fails.
//!
//! Where zeros and poles of g alternate as above, g maps either half of the complex plane to itself. So an
//! analogue root that is real has three real ones here, and a pair of complex ones has three pairs: the
//! structure of the filter does not depend on the settings.
//!
//! The six numbers are a least-squares fit with a high exponent to both the logarithm of g(y)/ω² and its slope.
//! `tests` holds them to what is said here.

use crate::complex::Complex;

/// G.
pub(crate) const SCALE: f64 = 3.998_730_984_716_247;

/// z, the larger first.
pub(crate) const ZEROS: [f64; 2] = [0.335_572_073_301_784_85, 0.032_661_195_968_743_964];

/// p, the largest first.
pub(crate) const POLES: [f64; 3] =
    [0.779_061_113_298_004_4, 0.223_433_395_536_996_5, 0.027_041_873_415_879_25];

/// Up to where g is fitted, in radians per sample.
const FITTED: f64 = 0.9072 * std::f64::consts::PI;

/// g(y).
fn warped(y: f64) -> f64 {
    let product = |roots: &[f64]| roots.iter().fold(1.0, |product, root| product * (1.0 + root * y));
    SCALE * y * product(&ZEROS) / product(&POLES)
}

/// What stands for ω₀² in the digital filter: by so much off that ω₀ itself is exact, as sharp filters need it.
pub(crate) fn prewarped(omega: f64) -> f64 {
    let known = omega.min(FITTED);
    let ratio = omega / known;
    let tan = (known / 2.0).tan();
    warped(tan * tan) * ratio * ratio
}

/// A quadratic factor `1 + sum·y + product·y²` of a polynomial in y; where `product` is 0, a linear one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Factor {
    pub(crate) sum: f64,
    pub(crate) product: f64,
}

impl Factor {
    fn pair(a: f64, b: f64) -> Self {
        Self { sum: a + b, product: a * b }
    }

    /// `(1 + root·y)²`
    pub(crate) fn twice(root: f64) -> Self {
        Self::pair(root, root)
    }

    /// `(1 + root·y)(1 + y)`: a section of first order, as one of second order with a pole at z = 0.
    pub(crate) fn once(root: f64) -> Self {
        Self::pair(root, 1.0)
    }
}

/// The three factors of `∏(1 + pₖy)·(1 + g(y)/square)`, of a section of first order.
pub(crate) fn first_order(square: f64) -> [f64; 3] {
    real_roots(-SCALE / square)
}

/// The three factors of `∏(1 + pₖy)²·|1 + damping·s + s²|²` where −s² is g(y)/square.
pub(crate) fn second_order(square: f64, damping: f64) -> [Factor; 3] {
    let scale = SCALE / square;
    // u² + (d² − 2)u + 1 = 0 for u = g(y)/square.
    let (middle, spread) =
        (1.0 - damping * damping / 2.0, damping * (1.0 - damping * damping / 4.0).abs().sqrt());
    if damping >= 2.0 {
        let far = middle - spread;
        let (far, near) = (real_roots(scale / far), real_roots(scale * far));
        return std::array::from_fn(|n| Factor::pair(far[n], near[n]));
    }
    // 1/u is its conjugate; which of the two does not matter.
    let roots = roots(Complex::new(scale * middle, scale * spread));
    roots.map(|c| Factor { sum: 2.0 * c.re, product: c.power() })
}

/// The roots of [`roots`] for a real number below 0: real, and the largest first.
fn real_roots(number: f64) -> [f64; 3] {
    roots(Complex::new(number, 0.0)).map(|c| c.re)
}

/// The roots c = −1/y of `∏(c − pₖ) + number·∏(c − zₖ)`, which is where `number·g(y)` has the value G; the
/// largest first.
fn roots(number: Complex) -> [Complex; 3] {
    let [z1, z2] = ZEROS;
    let [p1, p2, p3] = POLES;
    let a2 = number.minus(p1 + p2 + p3);
    let a1 = number.times(-(z1 + z2)).minus(-(p1 * p2 + p1 * p3 + p2 * p3));
    let a0 = number.times(z1 * z2).minus(p1 * p2 * p3);
    // One by Laguerre's method, which starts near the largest and ends at it; the others are what is left.
    let mut first = a2.times(-1.0);
    for _ in 0..24 {
        let value = first.add(a2).mul(first).add(a1).mul(first).add(a0);
        let slope = first.times(3.0).add(a2.times(2.0)).mul(first).add(a1);
        let bend = first.times(6.0).add(a2.times(2.0));
        let root = slope.mul(slope).times(4.0).add(value.mul(bend).times(-6.0)).sqrt();
        let (up, down) = (slope.add(root), slope.add(root.times(-1.0)));
        let below = if up.power() > down.power() { up } else { down };
        if below.power() == 0.0 {
            break;
        }
        let step = value.times(3.0).div(below);
        first = first.add(step.times(-1.0));
        if step.power() <= 1e-28 * first.power() {
            break;
        }
    }
    // From the constant term up: the other way small roots would be differences of large numbers.
    let b0 = a0.div(first).times(-1.0);
    let b1 = b0.add(a1.times(-1.0)).div(first);
    let root = b1.mul(b1).add(b0.times(-4.0)).sqrt();
    let (up, down) = (root.add(b1.times(-1.0)), root.add(b1).times(-1.0));
    let second = if up.power() > down.power() { up } else { down }.times(0.5);
    let third = if second.power() > 0.0 { b0.div(second) } else { second };
    let mut roots = [first, second, third];
    roots.sort_unstable_by(|a, b| b.power().total_cmp(&a.power()));
    roots
}
