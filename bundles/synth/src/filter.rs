//! A voice's filter: one or two state-variable sections for both sides, with a drive before them.
//!
//! A section is two trapezoidal integrators in a loop without delay (A. Simper, "Solving the continuous SVF equations using
//! trapezoidal integration and equivalent currents"; V. Zavalishin, "The Art of VA Filter Design", 2018), so it keeps the
//! analogue filter's shape, tuned by tan(π f / rate). Its memory goes through a matrix that never lengthens it, whatever
//! cutoff and damping ≥ 0 are; nor does any mean of two such, so coefficients may go in straight lines as fast as they
//! like. Resonance near its end makes the damping negative: then, and only as far as resonance is turned up, a loud
//! band-pass state is damped more, by its square. That holds the oscillation at about the level of a wave.

#[cfg(test)]
mod tests;

use std::f64::consts::{PI, SQRT_2};

use wide::f64x2;

use crate::choices::FilterKind;
use crate::oscillator::RUN;

/// 1/Q of the second section, always, and what it leaves for the first: with it, 24 dB are a Butterworth filter at
/// resonance 0, and at any other one as resonant at the cutoff as 12 dB are.
const CALM: f64 = 1.847_759_065_022_573_5;
/// The least damping, at resonance 1 and low cutoffs; at high ones less is enough, and detunes less.
const SINGING: f64 = -0.02;
/// The band-pass state that is not damped, and how much more is.
const QUIET: f64 = 0.8;
const HOLD: f64 = 0.5;
/// The level that drive leaves as it is.
const DRIVEN: f32 = 0.6;

/// The filter of one voice, both sides.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    first: Section,
    second: Section,
    /// Where the last run ended.
    last: Option<(Setting, [Coefficients; 2])>,
    drive: Drive,
}

/// What coefficients follow from.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Setting {
    kind: FilterKind,
    rate: f64,
    hertz: f32,
    resonance: f32,
}

/// Elements of the memory's matrix, `s₁' = a·s₁ + b·e`, `s₂' = s₂ + b·s₁ + c·e` with `e = x − s₂`, and of the output,
/// `direct·x + band·(s₁ + s₁') + low·(s₂ + s₂')`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Coefficients<T = f64> {
    a: T,
    b: T,
    c: T,
    direct: T,
    band: T,
    low: T,
    /// How much a loud state is damped.
    hold: T,
}

#[derive(Clone, Copy, Debug, Default)]
struct Section {
    s1: f64x2,
    s2: f64x2,
}

impl Filter {
    pub(crate) fn new() -> Self {
        Self { first: Section::default(), second: Section::default(), last: None, drive: Drive::default() }
    }

    /// Forgets all sound. A note that begins from silence calls it.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }

    /// Filters a run of at most [`RUN`] frames. Pairs are values of the frame before and of the last frame, with a straight
    /// line between: cutoff in hertz (any; what can't be is brought into what can), resonance 0 to 1 (it sings by itself
    /// near 1), drive as a factor from 1 (none) on. Kinds change within a run.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn run(
        &mut self,
        kind: FilterKind,
        rate: f64,
        hertz: (f32, f32),
        resonance: (f32, f32),
        drive: (f32, f32),
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len().min(right.len()).min(RUN);
        if frames == 0 {
            return;
        }
        let (left, right) = (&mut left[..frames], &mut right[..frames]);
        self.drive.run(drive, left, right);

        let to = Setting { kind, rate, hertz: hertz.1, resonance: resonance.1 };
        let to_coefficients = match self.last {
            Some((last, coefficients)) if last == to => coefficients,
            _ => to.coefficients(),
        };
        let old = self.last.map_or(kind, |(last, _)| last.kind);
        let from = Setting { kind: old, rate, hertz: hertz.0, resonance: resonance.0 };
        let from_coefficients = match self.last {
            Some((last, coefficients)) if last == from => coefficients,
            _ => from.coefficients(),
        };
        self.last = Some((to, to_coefficients));

        let line = Line::new(&from_coefficients, &to_coefficients, frames);
        match (kind.steep() || old.steep(), line.holds()) {
            (true, true) => self.run_as::<true, true>(line, left, right),
            (true, false) => self.run_as::<true, false>(line, left, right),
            (false, true) => self.run_as::<false, true>(line, left, right),
            (false, false) => self.run_as::<false, false>(line, left, right),
        }
        if !(self.first.is_sane() && self.second.is_sane()) {
            self.reset();
            left.fill(0.0);
            right.fill(0.0);
        }
        self.first.hush();
        self.second.hush();
    }

    /// Both sections in one loop, because each waits for itself.
    fn run_as<const STEEP: bool, const HOLDS: bool>(
        &mut self,
        line: Line,
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let mut now = line.from;
        let (mut first, mut second) = (self.first, self.second);
        for (left, right) in left.iter_mut().zip(right) {
            now = now.zip(&line.step, |now, step| now + step);
            let x = f64x2::new([f64::from(*left), f64::from(*right)]);
            let mut y = first.step::<HOLDS>(&now.map(|pair| f64x2::splat(pair.to_array()[0])), x);
            if STEEP {
                y = second.step::<false>(&now.map(|pair| f64x2::splat(pair.to_array()[1])), y);
            }
            let [l, r] = y.to_array();
            (*left, *right) = (l as f32, r as f32);
        }
        (self.first, self.second) = (first, if STEEP { second } else { Section::default() });
    }
}

impl FilterKind {
    fn steep(self) -> bool {
        matches!(self, Self::Low24 | Self::High24)
    }
}

impl Setting {
    /// Of both sections.
    fn coefficients(&self) -> [Coefficients; 2] {
        let hertz = f64::from(self.hertz).max(5.0).min(0.49 * self.rate);
        let g = tan(PI * hertz / self.rate);
        let resonance = if self.resonance > 0.0 { f64::from(self.resonance).min(1.0) } else { 0.0 };
        let hold = HOLD * resonance * resonance * g;
        let [(k, first), (calm, second)] = sections(self.kind, resonance, g);
        [Coefficients::new(g, k, hold, first), Coefficients::new(g, calm, 0.0, second)]
    }
}

/// Of both sections the damping (1/Q), and how much of input, band pass and low pass comes out. `g` is the cutoff as
/// tan(π f / rate).
fn sections(kind: FilterKind, resonance: f64, g: f64) -> [(f64, [f64; 3]); 2] {
    let free = 1.0 - resonance;
    let damping = SQRT_2 * free * free.sqrt() + SINGING / (1.0 + 2.0 * g) * resonance.powi(8);
    let k = if kind.steep() { damping / CALM } else { damping };
    let output = |k: f64| match kind {
        FilterKind::Low12 | FilterKind::Low24 => [0.0, 0.0, 1.0],
        // As much of a noise at any resonance.
        FilterKind::Band => [0.0, (SQRT_2 * k.max(0.05)).sqrt(), 0.0],
        FilterKind::High12 | FilterKind::High24 => [1.0, -k, -1.0],
        FilterKind::Notch => [1.0, -k, 0.0],
    };
    let second = if kind.steep() { output(CALM) } else { [1.0, 0.0, 0.0] };
    [(k, output(k)), (CALM, second)]
}

/// What an undriven filter leaves of a frequency that is `ratio` times the cutoff, as a factor: the analogue filter's
/// |H(jω)|, for pictures.
pub(crate) fn response(kind: FilterKind, resonance: f64, ratio: f64) -> f64 {
    let all = sections(kind, resonance, 0.0);
    let used = if kind.steep() { &all[..] } else { &all[..1] };
    let w = ratio;
    let one = |(k, [input, band, low]): &(f64, [f64; 3])| {
        // Both times s² + k·s + 1.
        let over = (input * (1.0 - w * w) + low).hypot((input * k + band) * w);
        over / (1.0 - w * w).hypot(k * w).max(1e-6)
    };
    used.iter().map(one).product()
}

impl Coefficients {
    fn new(g: f64, k: f64, hold: f64, [direct, band, low]: [f64; 3]) -> Self {
        let a1 = 1.0 / (1.0 + g * (g + k));
        let a2 = g * a1;
        Self {
            a: 2.0 * a1 - 1.0,
            b: 2.0 * a2,
            c: 2.0 * g * a2,
            direct,
            band: band / 2.0,
            low: low / 2.0,
            hold,
        }
    }
}

impl<T: Copy> Coefficients<T> {
    #[inline]
    fn zip<U: Copy, V>(&self, other: &Coefficients<U>, f: impl Fn(T, U) -> V) -> Coefficients<V> {
        Coefficients {
            a: f(self.a, other.a),
            b: f(self.b, other.b),
            c: f(self.c, other.c),
            direct: f(self.direct, other.direct),
            band: f(self.band, other.band),
            low: f(self.low, other.low),
            hold: f(self.hold, other.hold),
        }
    }

    #[inline]
    fn map<V>(&self, f: impl Fn(T) -> V) -> Coefficients<V> {
        self.zip(self, |value, _| f(value))
    }
}

/// Both sections' coefficients on their way through a run.
struct Line {
    from: Coefficients<f64x2>,
    step: Coefficients<f64x2>,
}

impl Line {
    fn new(from: &[Coefficients; 2], to: &[Coefficients; 2], frames: usize) -> Self {
        let pair = |[first, second]: &[Coefficients; 2]| first.zip(second, |a, b| f64x2::new([a, b]));
        let part = f64x2::splat(1.0 / frames as f64);
        let (from, to) = (pair(from), pair(to));
        Self { from, step: from.zip(&to, |from, to| (to - from) * part) }
    }

    fn holds(&self) -> bool {
        self.from.hold != f64x2::ZERO || self.step.hold != f64x2::ZERO
    }
}

impl Section {
    #[inline]
    fn step<const HOLDS: bool>(&mut self, now: &Coefficients<f64x2>, x: f64x2) -> f64x2 {
        let Self { s1, s2 } = *self;
        let (mut a, mut b) = (now.a, now.b);
        let e = x - s2;
        self.s2 = s2 + b * s1 + now.c * e;
        if HOLDS {
            let loud = (s1 * s1 - f64x2::splat(QUIET * QUIET)).fast_max(f64x2::ZERO);
            let kept = f64x2::ONE - (loud * now.hold).fast_min(f64x2::HALF);
            a *= kept;
            b *= kept;
        }
        self.s1 = a * s1 + b * e;
        now.direct * x + now.band * (s1 + self.s1) + now.low * (s2 + self.s2)
    }

    /// What nobody hears would only become slow numbers.
    fn hush(&mut self) {
        let audible = |s: f64x2| s.abs().simd_lt(f64x2::splat(1e-30)).select(f64x2::ZERO, s);
        *self = Self { s1: audible(self.s1), s2: audible(self.s2) };
    }

    fn is_sane(&self) -> bool {
        let [a, b] = self.s1.to_array();
        let [c, d] = self.s2.to_array();
        [a, b, c, d].iter().all(|s| s.abs() < 1e12)
    }
}

/// tan x for 0 ≤ x ≤ 0.49 π, as of an x within 2·10⁻⁵ (Padé approximant of order 5/4).
fn tan(x: f64) -> f64 {
    let y = x * x;
    x * (945.0 + y * (y - 105.0)) / (945.0 + y * (15.0 * y - 420.0))
}

/// A saturation y = g·x / √(1 + c·x²) with c such that one level stays what it is; g = 1 does nothing. It is made of means
/// between frames, (F(x) − F(x₀)) / (x − x₀) with F the integral of y, for fewer aliases (J. Parker, V. Zavalishin,
/// E. Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution", 2016); with roots a
/// and a₀ of both frames, that is g·(x + x₀) / (a + a₀). As that is dull where little is driven, x − x₀ is added to g·(x + x₀).
#[derive(Clone, Copy, Debug, Default)]
struct Drive {
    before: [f32; 2],
    root: [f32; 2],
}

impl Drive {
    fn run(&mut self, gain: (f32, f32), left: &mut [f32], right: &mut [f32]) {
        let gain = (gain.0.max(1.0), gain.1.max(1.0));
        let idle = gain == (1.0, 1.0);
        for (side, samples) in [left, right].into_iter().enumerate() {
            let before = self.before[side];
            let Some(last) = samples.last() else { return };
            self.before[side] = *last;
            if idle {
                self.root[side] = 1.0;
                continue;
            }
            let step = (gain.1 - gain.0) / samples.len() as f32;
            let gains: [f32; RUN] = std::array::from_fn(|i| gain.0 + step * (i + 1) as f32);
            let (mut x, mut roots) = ([0.0; RUN + 1], [0.0; RUN + 1]);
            x[0] = before;
            x[1..=samples.len()].copy_from_slice(samples);
            for i in 0..RUN {
                let c = (gains[i] * gains[i] - 1.0) * (1.0 / (DRIVEN * DRIVEN));
                roots[i + 1] = (1.0 + c * x[i + 1] * x[i + 1]).sqrt();
            }
            roots[0] = self.root[side].max(1.0);
            self.root[side] = roots[samples.len()];
            let mut out = [0.0; RUN];
            for i in 0..RUN {
                let (now, then) = (x[i + 1], x[i]);
                out[i] = (gains[i] * (now + then) + (now - then)) / (roots[i + 1] + roots[i]);
            }
            samples.copy_from_slice(&out[..samples.len()]);
        }
    }
}
