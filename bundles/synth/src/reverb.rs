//! A plate over all voices: eight delays that feed each other (a feedback delay network: J.-M. Jot, A. Chaigne, "Digital delay
//! networks for designing artificial reverberators", 1991), behind four all-passes on each side (M. R. Schroeder, 1962, with
//! the lengths of J. Dattorro, "Effect design, part 1", 1997) that make one sound many at once. A Hadamard matrix spreads
//! each delay over all. Delays swing slowly, so that no tone of their own stays.

#[cfg(test)]
mod tests;

use std::f64::consts::TAU;

use dyad::param::Ramp;
use wide::f32x8;

use crate::blend::{COME_IN, blend};
use crate::first_order::{FirstOrder, REFERENCE, turned};

/// Delays.
const LINES: usize = 8;
/// Their lengths in seconds; in frames of the reference rate they become primes.
const LENGTHS: [f64; LINES] = [0.0229, 0.0283, 0.0337, 0.0401, 0.0473, 0.0561, 0.0667, 0.0793];
/// How far they swing, in seconds, and how often in a second: half of them so, half so.
const SWING: f64 = 0.0003;
const SWINGS: [f64; 2] = [0.41, 0.67];
/// All-passes: lengths in seconds on the left and on the right, and their coefficients.
const DIFFUSERS: [[f64; 4]; 2] =
    [[0.00477, 0.00360, 0.01273, 0.00931], [0.00513, 0.00331, 0.01187, 0.01009]];
const DIFFUSION: [f32; 4] = [0.75, 0.75, 0.625, 0.625];
/// Each side hears four delays at their ends and the other four at this part, so that no length stands out.
const TAP: f64 = 0.382;
/// What makes these eight as loud as one, and for what damping takes.
const LEVEL: f32 = 0.4;
/// What is left of the sound before the delays.
const EARLY: f32 = 0.35;
/// What is below is kept out, in hertz.
const LOW_CUT: f64 = 60.0;
/// Corners of the low pass in each delay, in hertz, at damping 0 and at damping 100.
const DAMPING: (f64, f64) = (16_000.0, 900.0);
/// How fast new settings are taken, in seconds.
const SETTLE: f64 = 0.03;
/// The level as a whole takes its time, as what sounds in the room does.
const LEVEL_SETTLE: f32 = 0.2;
/// What nobody hears.
const SILENCE: f32 = 1e-7;
/// The tail ends when it is so far down, in decibels.
const TAIL: f64 = 100.0;

/// A plate.
#[derive(Debug)]
pub(crate) struct Reverb {
    rate: f64,
    lines: [Ring; LINES],
    lengths: [f64; LINES],
    taps: [usize; LINES],
    /// See [`stride`], and 1 by it.
    stride: usize,
    per_frame: f64,
    diffusers: [[(Ring, usize); 4]; 2],
    /// Where the next frame goes in all of them, and how many there are since all was forgotten.
    head: usize,
    age: usize,
    low_cut: f32,
    below: [f32; 2],
    damped: f32x8,
    /// Turning points on the unit circle, and by what they are turned in each frame.
    hands: [[f64; 2]; 2],
    turns: [[f64; 2]; 2],
    now: Room,
    wanted: Room,
    /// What that was made of.
    asked: (f32, f32),
    settle: f32,
    /// For how many frames nothing has been heard.
    quiet: usize,
    asleep: bool,
    /// How much of the sound goes in, and what that grows by in each frame.
    open: f32,
    opens: f32,
}

/// Frames that were, as many as a power of two.
#[derive(Debug)]
struct Ring(Vec<f32>);

impl Ring {
    fn new(frames: usize) -> Self {
        Self(vec![0.0; (frames + 2).next_power_of_two()])
    }

    #[inline]
    fn put(&mut self, head: usize, value: f32) {
        let mask = self.0.len() - 1;
        self.0[head & mask] = value;
    }

    /// What was put so many frames ago; nothing from before `age`.
    #[inline]
    fn get(&self, head: usize, ago: usize, age: usize) -> f32 {
        let value = self.0[head.wrapping_sub(ago) & (self.0.len() - 1)];
        if ago <= age { value } else { 0.0 }
    }
}

/// What decay and damping make.
#[derive(Clone, Copy, Debug)]
struct Room {
    /// What each delay leaves of a sound.
    gains: f32x8,
    /// Its low pass: what the frame before adds, and what stays of its own.
    late: f32,
    stays: f32,
    /// What makes the whole as loud as what comes in.
    level: f32,
}

impl Room {
    fn new(rate: f64, lengths: &[f64; LINES], decay: f32, damping: f32) -> Self {
        let decay = if decay.is_finite() { f64::from(decay).clamp(0.05, 60.0) } else { 1.0 };
        let damping = if damping.is_finite() { f64::from(damping).clamp(0.0, 100.0) / 100.0 } else { 0.0 };
        // 60 dB in that time.
        let gains = lengths.map(|length| 10_f64.powf(-3.0 * length / (rate * decay)));
        let corner = DAMPING.0 * (DAMPING.1 / DAMPING.0).powf(damping);
        // A low pass of the reference rate, and what straight lines leave of a sound there and here, on average over the places
        // between two points.
        let pace = 1.0 - (-TAU * corner / REFERENCE).exp();
        let lines = |hertz, rate| 1.0 - turned(hertz, rate) / 3.0;
        let low_pass = FirstOrder::matching(rate, corner, |hertz| {
            let passed = pace * pace / (pace * pace + 2.0 * (1.0 - pace) * turned(hertz, REFERENCE));
            (passed * lines(hertz, REFERENCE) / lines(hertz, rate / stride(rate) as f64)).min(1.0)
        });
        // What the low pass leaves of the power of a sound between white and dark: of those that are heard, at any rate.
        let kept = (pace / (2.0 - pace)).sqrt();
        let lost = gains.iter().map(|gain| 1.0 - gain * gain * kept).sum::<f64>() / LINES as f64;
        Self {
            gains: f32x8::new(gains.map(|gain| gain as f32)),
            late: low_pass.b1 as f32,
            stays: low_pass.a as f32,
            level: LEVEL * lost.sqrt() as f32,
        }
    }
}

impl Reverb {
    /// For a sample rate in Hz. `[main-thread]`
    pub(crate) fn new(rate: f64) -> Self {
        let swing = (SWING * rate) as usize + 1 + stride(rate);
        // The times of the reference rate, so that a tone meets the same resonances.
        let there = LENGTHS.map(|seconds| prime((seconds * REFERENCE) as usize) as f64);
        let here = |frames: f64| frames * rate / REFERENCE;
        let lengths = there.map(here);
        let turn = |hertz: f64| {
            let (sin, cos) = (TAU * hertz / rate).sin_cos();
            [cos, sin]
        };
        let room = Room::new(rate, &lengths, 1.0, 0.0);
        let mut new = Self {
            rate,
            lines: lengths.map(|length| Ring::new(length as usize + 1 + swing)),
            lengths,
            stride: stride(rate),
            per_frame: 1.0 / stride(rate) as f64,
            taps: there.map(|length| here(prime((TAP * length) as usize) as f64).round() as usize),
            diffusers: DIFFUSERS.map(|side| {
                side.map(|seconds| {
                    let length = here(prime((seconds * REFERENCE) as usize) as f64).round() as usize;
                    (Ring::new(length), length)
                })
            }),
            head: 0,
            age: 0,
            low_cut: (1.0 - (-TAU * LOW_CUT / rate).exp()) as f32,
            below: [0.0; 2],
            damped: f32x8::ZERO,
            hands: [[1.0, 0.0]; 2],
            turns: SWINGS.map(turn),
            now: room,
            wanted: room,
            asked: (f32::NAN, f32::NAN),
            settle: (1.0 - (-1.0 / (SETTLE * rate)).exp()) as f32,
            quiet: 0,
            asleep: true,
            open: 1.0,
            opens: (1.0 / (COME_IN * rate)) as f32,
        };
        new.reset();
        new
    }

    /// Forgets all sound.
    pub(crate) fn reset(&mut self) {
        (self.age, self.quiet, self.asleep, self.open) = (0, 0, true, 1.0);
        (self.below, self.damped, self.hands) = ([0.0; 2], f32x8::ZERO, [[1.0, 0.0]; 2]);
    }

    fn forget(&mut self) {
        self.reset();
        self.open = 0.0;
    }

    /// Runs any number of frames in place. Mix and damping are in percent, as the parameters are. At mix 0 all is forgotten,
    /// so that costs nothing; nor does silence after the tail.
    pub(crate) fn run(
        &mut self,
        mix: Ramp,
        decay_seconds: f32,
        damping: f32,
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len().min(right.len());
        if mix.constant() == Some(0.0) || frames == 0 {
            self.forget();
            return;
        }
        if (decay_seconds, damping) != self.asked {
            self.wanted = Room::new(self.rate, &self.lengths, decay_seconds, damping);
            self.asked = (decay_seconds, damping);
        }
        for i in 0..frames {
            let input = [left[i], right[i]];
            if self.asleep {
                if input == [0.0; 2] {
                    continue;
                }
                self.asleep = false;
                if mix.at(i) == mix.at(i + 1) {
                    self.open = 1.0;
                }
                self.now = self.wanted;
            }
            self.open = (self.open + self.opens).min(1.0);
            let wet = self.step(input.map(|x| if x.abs() < 1e6 { x * self.open } else { 0.0 }));
            let (dry, much) = blend(mix.at(i));
            left[i] = dry * input[0] + much * wet[0];
            right[i] = dry * input[1] + much * wet[1];
        }
        if mix.at(frames - 1) == 0.0 {
            self.forget();
        }
    }

    fn step(&mut self, input: [f32; 2]) -> [f32; 2] {
        self.now = Room {
            gains: self.now.gains + f32x8::splat(self.settle) * (self.wanted.gains - self.now.gains),
            late: self.now.late + self.settle * (self.wanted.late - self.now.late),
            stays: self.now.stays + self.settle * (self.wanted.stays - self.now.stays),
            level: self.now.level + self.settle * LEVEL_SETTLE * (self.wanted.level - self.now.level),
        };
        let mut dense = [0.0; 2];
        for (side, dense) in dense.iter_mut().enumerate() {
            self.below[side] += self.low_cut * (input[side] - self.below[side]);
            *dense = self.diffuse(side, input[side] - self.below[side]);
        }

        let (delayed, tapped) = (self.delayed(), self.tapped());
        let Room { late, stays, .. } = self.now;
        // Nothing changes at 0 Hz.
        let damped = f32x8::splat(1.0 - stays - late) * delayed + self.damped;
        self.damped = f32x8::splat(late) * delayed + f32x8::splat(stays) * damped;
        let heard = damped.to_array();
        let [l, r] = dense;
        let fed = hadamard((damped * self.now.gains).to_array());
        let into = [l, r, -l, r, l, -r, l, r];
        let mut loudest: f32 = 0.0;
        for (line, (fed, into)) in self.lines.iter_mut().zip(fed.into_iter().zip(into)) {
            let value = fed + into;
            loudest = loudest.max(value.abs());
            line.put(self.head, value);
        }
        self.head = self.head.wrapping_add(1);
        self.age = self.age.saturating_add(1);
        for ([x, y], [cos, sin]) in self.hands.iter_mut().zip(self.turns) {
            let length = 1.5 - 0.5 * (*x * *x + *y * *y);
            (*x, *y) = (length * (cos * *x - sin * *y), length * (sin * *x + cos * *y));
        }

        self.quiet = if input == [0.0; 2] && loudest < SILENCE { self.quiet + 1 } else { 0 };
        if self.quiet > self.lines[LINES - 1].0.len() {
            self.reset();
            return [0.0; 2];
        }
        let ([a, b, c, d, e, f, g, h], [i, j, k, m, n, o, p, q]) = (heard, tapped);
        let level = self.now.level;
        [
            level * (EARLY * l + (a + c - e + g) + (j - m - o - q)),
            level * (EARLY * r + (b - d + f + h) + (k - i - n - p)),
        ]
    }

    fn diffuse(&mut self, side: usize, mut value: f32) -> f32 {
        for ((ring, length), gain) in self.diffusers[side].iter_mut().zip(DIFFUSION) {
            let late = ring.get(self.head, *length, self.age);
            let into = value - gain * late;
            ring.put(self.head, into);
            value = late + gain * into;
        }
        value
    }

    /// What comes out of the delays, in straight lines between points.
    fn delayed(&self) -> f32x8 {
        let swing = SWING * self.rate;
        let [[a, b], [c, d]] = self.hands;
        let swings = [a, c, -b, -d, -a, -c, b, d];
        let mut out = [0.0; LINES];
        for (i, out) in out.iter_mut().enumerate() {
            let delay = (self.lengths[i] + swing * swings[i]) * self.per_frame;
            let whole = delay as usize;
            let x = (delay - whole as f64) as f32;
            let (near, far) = (
                self.lines[i].get(self.head, whole * self.stride, self.age),
                self.lines[i].get(self.head, (whole + 1) * self.stride, self.age),
            );
            *out = near + x * (far - near);
        }
        f32x8::new(out)
    }

    fn tapped(&self) -> [f32; LINES] {
        std::array::from_fn(|i| self.lines[i].get(self.head, self.taps[i], self.age))
    }

    /// How long it sounds on with this decay.
    pub(crate) fn tail_frames(&self, decay_seconds: f32) -> usize {
        let seconds = f64::from(decay_seconds.clamp(0.0, 60.0)) * TAIL / 60.0 + LENGTHS[LINES - 1];
        (seconds * self.rate) as usize
    }
}

/// How many frames apart the points are between which delays are read: as far as frames of the reference rate, about, so that
/// the straight lines take the same from high sounds.
fn stride(rate: f64) -> usize {
    (rate / REFERENCE).round().max(1.0) as usize
}

/// The product with a matrix whose elements are all ±1/√8 and whose columns are at right angles.
fn hadamard(mut x: [f32; LINES]) -> [f32; LINES] {
    for half in [1, 2, 4] {
        for i in (0..LINES).filter(|i| i & half == 0) {
            (x[i], x[i + half]) = (x[i] + x[i + half], x[i] - x[i + half]);
        }
    }
    x.map(|x| x * std::f32::consts::FRAC_1_SQRT_2 * 0.5)
}

/// The least prime from there on.
fn prime(from: usize) -> usize {
    let is_prime = |n: &usize| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    (from.max(2)..).find(is_prime).unwrap_or(from)
}
