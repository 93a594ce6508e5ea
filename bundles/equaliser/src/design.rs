//! From an analogue filter to the coefficients of digital sections.

use crate::analogue::{self, MAX_STAGES, Prototype, Stage, Zeros};
use crate::section::Coefficients;
use crate::warp::{self, Factor};

/// Sections of second order for each section of the analogue filter.
pub(crate) const PER_STAGE: usize = 3;

/// The most sections of a band.
pub(crate) const MAX_SECTIONS: usize = MAX_STAGES * PER_STAGE;

/// The factors of one section of the analogue filter, as they were last: their order is kept while they move.
#[derive(Clone, Copy, Debug, Default)]
struct Last {
    zeros: [Factor; PER_STAGE],
    poles: [Factor; PER_STAGE],
}

/// Works out the sections of one filter, again and again while its settings move.
///
/// The factors of a polynomial have no order of their own, and where two of them pass each other sections would
/// change places at once, which is heard. So each goes to the section that had the one nearest to it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Designer {
    last: [Last; MAX_STAGES],
    /// Sections that were made; none yet, or as many as the filter has.
    known: usize,
}

impl Designer {
    /// Forgets what the factors were.
    pub(crate) fn restart(&mut self) {
        self.known = 0;
    }

    /// Writes the sections of a filter at so many frames per second, and gives their number. `[audio-thread]`
    pub(crate) fn design(
        &mut self,
        filter: &Prototype,
        rate: f64,
        sections: &mut [Coefficients; MAX_SECTIONS],
    ) -> usize {
        let stages = filter.stages();
        let moves = self.known == stages.len();
        let places = sections.as_chunks_mut::<PER_STAGE>().0;
        for ((stage, place), last) in stages.iter().zip(places).zip(&mut self.last) {
            design_stage(stage, rate, last, moves, place);
        }
        self.known = stages.len();
        if let (Some(first), false) = (sections.first_mut(), stages.is_empty()) {
            first.scale(filter.gain);
        }
        stages.len() * PER_STAGE
    }
}

fn design_stage(
    stage: &Stage,
    rate: f64,
    last: &mut Last,
    moves: bool,
    place: &mut [Coefficients; PER_STAGE],
) {
    let poles = factors(stage.poles, rate);
    last.poles = if moves { in_order_of(&last.poles, poles) } else { poles };
    let once = matches!(stage.poles, analogue::Factor::First { .. });
    // Of s/ω₀: its square is g(y)/square.
    let square = warp::prewarped(omega(stage.poles.hertz(), rate));
    let [z1, z2] = warp::ZEROS;
    let above: [Above; PER_STAGE] = match stage.zeros {
        // The poles of g are left over.
        Zeros::None if once => warp::POLES.map(|p| Above::of(Factor::once(p))),
        Zeros::None => warp::POLES.map(|p| Above::of(Factor::twice(p))),
        Zeros::Factor(zeros) => {
            let zeros = factors(zeros, rate);
            last.zeros = if moves { in_order_of(&last.zeros, zeros) } else { zeros };
            last.zeros.map(Above::of)
        }
        Zeros::Once if once => {
            [Above::rising_once(square, 1.0), Above::of(Factor::once(z1)), Above::of(Factor::once(z2))]
        }
        Zeros::Once => {
            let [p1, p2, p3] = warp::POLES;
            let both = |a: f64, b: f64| Above::of(Factor { sum: a + b, product: a * b });
            [Above::rising_once(square, p1), both(z1, p2), both(z2, p3)]
        }
        Zeros::Twice => {
            [Above::rising_twice(square), Above::of(Factor::twice(z1)), Above::of(Factor::twice(z2))]
        }
    };
    for ((to, above), poles) in place.iter_mut().zip(above).zip(last.poles) {
        *to = Coefficients::new([above.0, above.1, above.2], [1.0, poles.sum, poles.product]);
    }
}

/// `a + b·y + c·y²`
#[derive(Clone, Copy)]
struct Above(f64, f64, f64);

impl Above {
    fn of(factor: Factor) -> Self {
        Self(1.0, factor.sum, factor.product)
    }

    /// What is left of g(y)/square without the factors that stand in other sections; times `1 + root·y`.
    fn rising_once(square: f64, root: f64) -> Self {
        let scale = warp::SCALE / square;
        Self(0.0, scale, scale * root)
    }

    /// The same of (g(y)/square)².
    fn rising_twice(square: f64) -> Self {
        let scale = warp::SCALE / square;
        Self(0.0, 0.0, scale * scale)
    }
}

fn omega(hertz: f64, rate: f64) -> f64 {
    std::f64::consts::TAU * hertz / rate
}

fn factors(factor: analogue::Factor, rate: f64) -> [Factor; PER_STAGE] {
    let square = warp::prewarped(omega(factor.hertz(), rate));
    match factor {
        analogue::Factor::First { .. } => warp::first_order(square).map(Factor::once),
        analogue::Factor::Second { damping, .. } => warp::second_order(square, damping),
    }
}

/// The new factors, each at the place of the old one that is nearest to it.
fn in_order_of(old: &[Factor; PER_STAGE], new: [Factor; PER_STAGE]) -> [Factor; PER_STAGE] {
    const ORDERS: [[usize; PER_STAGE]; 6] =
        [[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]];
    let (from, to) = (old.map(place_of), new.map(place_of));
    let way = |order: &[usize; PER_STAGE]| -> f64 {
        order.iter().zip(&from).map(|(n, a)| (to[*n].0 - a.0).abs() + (to[*n].1 - a.1).abs()).sum()
    };
    let mut best = (way(&ORDERS[0]), &ORDERS[0]);
    for order in &ORDERS[1..] {
        let this = way(order);
        if this < best.0 {
            best = (this, order);
        }
    }
    best.1.map(|n| new[n])
}

/// Two numbers within −2 and 2 that say where a factor's roots are.
fn place_of(factor: Factor) -> (f64, f64) {
    let middle = factor.product.sqrt();
    (middle / (1.0 + middle), factor.sum / (1.0 + middle))
}
