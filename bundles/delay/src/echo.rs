//! The echoes: two lines with their heads, filters and ways back.
//!
//! ```text
//!            ┌────────────── mute while frozen
//! input ─────┴─→ + ──→ line ──→ head ──→ filter ──┬──→ ducking, width ──→ mix ──→ output
//!                ↑                                │
//!                └── bend ←── feedback ←──────────┘   the other side's where it is ping-pong
//! ```
//!
//! While frozen, a line gets its own samples back, unfiltered and unbent, from a whole number of samples ago.

#[cfg(test)]
mod tests;

use dyad::param::Smoother;
use dyad::prelude::*;

use crate::duck::Duck;
use crate::filter::{CutRamps, Cuts, Filter};
use crate::head::{Change, Head};
use crate::line::{Line, NEAREST};
use crate::swing::Swing;
use crate::time;

/// The largest deviation of the delay time by modulation, in milliseconds.
pub const DEEPEST_MS: f32 = 10.0;
/// What comes back is linear up to here (−3 dBFS), and never goes above 1 (0 dBFS).
pub const LINEAR: f32 = 0.7;

/// Frames that [`Echoes::run`] takes at once.
pub(crate) const RUN: usize = 64;
/// A channel of a run.
pub(crate) type Lane = [f32; RUN];

/// How long freezing and releasing take, in milliseconds.
const FREEZE_MS: f32 = 10.0;
/// How long the ways back take to change, in milliseconds.
const CROSS_MS: f32 = 20.0;

/// What the parameters ask for in a piece.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Left's and right's delay in samples, whole numbers.
    pub(crate) delays: [f64; 2],
    pub(crate) change: Change,
    pub(crate) ping_pong: bool,
    pub(crate) freeze: bool,
    /// The corners of the low cut and the high cut, in hertz.
    pub(crate) cuts: (f32, f32),
    /// Hertz.
    pub(crate) mod_rate: f32,
    /// In percent.
    pub(crate) feedback: Ramp,
    /// In milliseconds.
    pub(crate) mod_depth: Ramp,
    /// In percent.
    pub(crate) width: Ramp,
    /// In percent.
    pub(crate) duck: Ramp,
    /// In percent.
    pub(crate) mix: Ramp,
    /// A factor.
    pub(crate) output: Ramp,
}

/// What follows from [`Wanted`] for the piece's frames.
#[derive(Debug)]
pub(crate) struct Piece {
    wanted: Wanted,
    /// Where the heads go.
    targets: [f64; 2],
    cuts: CutRamps,
    frozen: Ramp,
    crossed: Ramp,
}

#[derive(Debug)]
struct Side {
    line: Line,
    head: Head,
    filter: Filter,
    /// How long the frozen loop is, in samples.
    loop_length: usize,
}

/// The sound of both sides; a mono layout leaves the right one alone.
#[derive(Debug)]
pub(crate) struct Echoes {
    sides: Box<[Side]>,
    swing: Swing,
    duck: Duck,
    cuts: Cuts,
    frozen: Smoother,
    crossed: Smoother,
    freeze: bool,
    /// The ways back lead to the other side, or will.
    cross: bool,
    sample_rate: f64,
    /// Nothing was heard yet: all is at once where it is wanted.
    fresh: bool,
}

impl Echoes {
    /// For one channel or two. `[main-thread]`
    pub(crate) fn new(channels: usize, sample_rate: f64) -> Self {
        let longest = f64::from(time::LONGEST_MS + DEEPEST_MS) * 1e-3 * sample_rate;
        let side = |_| Side {
            line: Line::new(longest.ceil() as usize),
            head: Head::new(sample_rate),
            filter: Filter::default(),
            loop_length: NEAREST as usize,
        };
        let smoother = |ms: f32| {
            let mut new = Smoother::new(Smooth::Linear(ms), None, 0.0);
            new.prepare(sample_rate);
            new
        };
        Self {
            sides: (0..channels.clamp(1, 2)).map(side).collect(),
            swing: Swing::new(),
            duck: Duck::new(sample_rate),
            cuts: Cuts::new(sample_rate),
            frozen: smoother(FREEZE_MS),
            crossed: smoother(CROSS_MS),
            freeze: false,
            cross: false,
            sample_rate,
            fresh: true,
        }
    }

    pub(crate) fn clear(&mut self) {
        for side in &mut self.sides {
            side.line.clear();
            side.filter = Filter::default();
        }
        self.swing.restart();
        self.duck.clear();
        self.fresh = true;
    }

    /// Begins a piece of `frames` frames.
    pub(crate) fn begin(&mut self, wanted: Wanted, frames: usize) -> Piece {
        let freezes = wanted.freeze && !self.freeze;
        // Released and frozen again at once, the loop is still the same.
        if self.fresh || (freezes && self.frozen.advance(0).constant() == Some(0.0)) {
            for (side, delay) in self.sides.iter_mut().zip(wanted.delays) {
                if self.fresh {
                    side.head.put(delay);
                }
                side.loop_length = side.head.place().round() as usize;
            }
        }
        if wanted.freeze != self.freeze {
            self.freeze = wanted.freeze;
            self.frozen.set(f32::from(u8::from(self.freeze)));
        }
        // A frozen loop keeps its length and its way.
        let cross = wanted.ping_pong && self.sides.len() == 2;
        if cross != self.cross && (self.fresh || !self.freeze) {
            self.cross = cross;
            self.crossed.set(f32::from(u8::from(cross)));
        }
        self.cuts.set(wanted.cuts.0, wanted.cuts.1);
        self.swing.set(wanted.mod_rate, self.sample_rate);
        if std::mem::take(&mut self.fresh) {
            self.cuts.snap();
            self.frozen.snap();
            self.crossed.snap();
        }
        let mut targets = wanted.delays;
        for (side, target) in self.sides.iter_mut().zip(&mut targets) {
            if self.freeze {
                *target = side.loop_length as f64;
            }
            side.head.aim(*target);
        }
        Piece {
            targets,
            cuts: self.cuts.advance(frames),
            frozen: self.frozen.advance(frames),
            crossed: self.crossed.advance(frames),
            wanted,
        }
    }

    /// Makes `frames` frames of a piece, [`RUN`] at most, from its frame `start` on.
    pub(crate) fn run(
        &mut self,
        piece: &Piece,
        start: usize,
        frames: usize,
        input: &[Lane; 2],
        output: &mut [Lane; 2],
    ) {
        for i in 0..frames.min(RUN) {
            let made = self.frame(piece, start + i, [input[0][i], input[1][i]]);
            (output[0][i], output[1][i]) = (made[0], made[1]);
        }
    }

    #[inline]
    fn frame(&mut self, piece: &Piece, at: usize, input: [f32; 2]) -> [f32; 2] {
        let Wanted { feedback, mod_depth, width, duck, mix, output, change, .. } = &piece.wanted;
        let input = input.map(|x| if x.is_finite() { x } else { 0.0 });
        let swing = self.swing.next();
        let depth = f64::from(mod_depth.at(at)) * 1e-3 * self.sample_rate;
        let cuts = piece.cuts.at(at);
        let mut echo = [0.0; 2];
        let mut kept = [0.0; 2];
        for (n, side) in self.sides.iter_mut().enumerate() {
            let read = side.head.read(&side.line, piece.targets[n], *change, swing[n], depth);
            echo[n] = side.filter.next(read, &cuts);
            kept[n] = side.line.tap(side.loop_length);
        }

        let cross = piece.crossed.at(at);
        let frozen = piece.frozen.at(at);
        let factor = feedback.at(at) / 100.0;
        let middle = 0.5 * (input[0] + input[1]);
        let inputs = [input[0] + cross * (middle - input[0]), input[1] * (1.0 - cross)];
        for (n, side) in self.sides.iter_mut().enumerate() {
            let turned = |pair: [f32; 2]| (1.0 - cross) * pair[n] + cross * pair[1 - n];
            let fed = inputs[n] + bend(factor * turned(echo));
            let next = if frozen == 0.0 { fed } else { (1.0 - frozen) * fed + frozen * turned(kept) };
            side.line.push(next);
        }

        let peak = input[0].abs().max(input[1].abs());
        let gain = self.duck.next(peak, duck.at(at) / 100.0);
        let wide = width.at(at) / 100.0;
        let (own, other) =
            if self.sides.len() == 2 { (0.5 + 0.5 * wide, 0.5 - 0.5 * wide) } else { (1.0, 0.0) };
        let [dry, wet] = balance(mix.at(at) / 100.0);
        let (wet, output) = (wet * gain, output.at(at));
        [0, 1].map(|n| (dry * input[n] + wet * (own * echo[n] + other * echo[1 - n])) * output)
    }

    /// The most samples between a sound and its echo on each side, now and while a change of time lasts.
    pub(crate) fn reach(&self) -> [f64; 2] {
        let of = |n: usize| self.sides.get(n).unwrap_or(&self.sides[0]).head.reach();
        [of(0), of(1)]
    }
}

/// The gains of input and echoes: at the middle both are whole, towards either end the other one goes. `mix` is 0
/// to 1.
#[must_use]
pub fn balance(mix: f32) -> [f32; 2] {
    [(2.0 - 2.0 * mix).min(1.0), (2.0 * mix).min(1.0)]
}

/// What comes back, bent softly towards 1: straight up to [`LINEAR`], and there without a corner or a jump in its
/// curvature. So feedback above 100 % settles, and a sound that goes on for ever does not pile up.
#[inline]
#[must_use]
pub fn bend(x: f32) -> f32 {
    let room = 1.0 - LINEAR;
    let over = (x.abs() - LINEAR) / room;
    if over <= 0.0 {
        return x;
    }
    (LINEAR + room * over / (1.0 + over * over).sqrt()).copysign(x)
}
