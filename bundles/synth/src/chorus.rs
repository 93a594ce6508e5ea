//! A chorus over all voices: on each side one delay that swings around 7 ms, a quarter of a period apart.

#[cfg(test)]
mod tests;

use std::f64::consts::{SQRT_2, TAU};

use dyad::param::Ramp;

use crate::blend::{COME_IN, blend};

/// What delays swing around, in seconds.
const MIDDLE: f64 = 0.007;
/// How far at most, in seconds.
const SWING: f64 = 0.0045;
/// The most that they move pitch, as a part of it: 30 cents. Fast swings are so much smaller.
const BEND: f64 = 0.0175;
/// How fast a swing takes a new size, in seconds.
const SETTLE: f64 = 0.03;
/// More frames than a delay reaches beyond its whole part.
const EDGE: f64 = 4.0;

/// Two delays, one for each side, that swing.
#[derive(Debug)]
pub(crate) struct Chorus {
    rate: f64,
    /// What came in lately, of both sides.
    past: Vec<[f32; 2]>,
    /// Where the next frame goes.
    head: usize,
    /// How many frames there are in the past.
    age: usize,
    /// A turning point on the unit circle, and by what it is turned in each frame.
    hand: [f64; 2],
    turn: [f64; 2],
    turn_hertz: f32,
    /// How far delays swing, in frames.
    swing: f64,
    settle: f64,
    /// How much of the sound goes in, and what that grows by in each frame.
    open: f32,
    opens: f32,
}

impl Chorus {
    /// For a sample rate in Hz. `[main-thread]`
    pub(crate) fn new(rate: f64) -> Self {
        let longest = ((MIDDLE + SWING) * rate + EDGE) as usize;
        let mut new = Self {
            rate,
            past: vec![[0.0; 2]; longest.next_power_of_two()],
            head: 0,
            age: 0,
            hand: [1.0, 0.0],
            turn: [1.0, 0.0],
            turn_hertz: f32::NAN,
            swing: f64::NAN,
            settle: 1.0 - (-1.0 / (SETTLE * rate)).exp(),
            open: 1.0,
            opens: (1.0 / (COME_IN * rate)) as f32,
        };
        new.reset();
        new
    }

    /// Forgets all sound.
    pub(crate) fn reset(&mut self) {
        (self.age, self.hand, self.swing, self.open) = (0, [SQRT_2 / 2.0; 2], f64::NAN, 1.0);
    }

    fn forget(&mut self) {
        self.reset();
        self.open = 0.0;
    }

    /// Runs any number of frames in place. Mix and depth are in percent, as the parameters are. At mix 0 all is forgotten, so
    /// that costs nothing.
    pub(crate) fn run(
        &mut self,
        mix: Ramp,
        rate_hertz: f32,
        depth: Ramp,
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len().min(right.len());
        if mix.constant() == Some(0.0) || frames == 0 {
            self.forget();
            return;
        }
        if self.age == 0 && mix.constant().is_some() {
            self.open = 1.0;
        }
        let hertz = if rate_hertz.is_finite() { f64::from(rate_hertz).clamp(0.01, 20.0) } else { 1.0 };
        if rate_hertz != self.turn_hertz {
            let (sin, cos) = (TAU * hertz / self.rate).sin_cos();
            (self.turn, self.turn_hertz) = ([cos, sin], rate_hertz);
        }
        let reach = SWING.min(BEND / (TAU * hertz)) * self.rate / 100.0;
        for i in 0..frames {
            let wanted = reach * f64::from(depth.at(i).clamp(0.0, 100.0));
            self.swing =
                if self.swing.is_nan() { wanted } else { self.swing + self.settle * (wanted - self.swing) };
            let input = [left[i], right[i]];
            self.open = (self.open + self.opens).min(1.0);
            let wet = self.step(input.map(|x| x * self.open));
            let (dry, much) = blend(mix.at(i));
            left[i] = dry * input[0] + much * wet[0];
            right[i] = dry * input[1] + much * wet[1];
        }
        if mix.at(frames - 1) == 0.0 {
            self.forget();
        }
    }

    fn step(&mut self, input: [f32; 2]) -> [f32; 2] {
        let mask = self.past.len() - 1;
        self.past[self.head & mask] = input;
        self.age = (self.age + 1).min(self.past.len());
        let [x, y] = self.hand;
        let middle = MIDDLE * self.rate;
        let wet = [self.read(middle + self.swing * x, 0), self.read(middle + self.swing * y, 1)];
        self.head = self.head.wrapping_add(1);
        let [cos, sin] = self.turn;
        // What rounding does to the length is undone.
        let length = 1.5 - 0.5 * (x * x + y * y);
        self.hand = [length * (cos * x - sin * y), length * (sin * x + cos * y)];
        wet
    }

    /// The sound so many frames ago, by a cubic through four of them (Catmull and Rom).
    #[inline]
    fn read(&self, delay: f64, side: usize) -> f32 {
        let whole = delay as usize;
        let x = (delay - whole as f64) as f32;
        let at = |ago: usize| {
            let frame = self.past[self.head.wrapping_sub(ago) & (self.past.len() - 1)][side];
            if ago < self.age { frame } else { 0.0 }
        };
        let (a, b, c, d) = (at(whole - 1), at(whole), at(whole + 1), at(whole + 2));
        let slope = 0.5 * (c - a);
        let bend = a - 2.5 * b + 2.0 * c - 0.5 * d;
        let twist = 0.5 * (d - a) + 1.5 * (b - c);
        b + x * (slope + x * (bend + x * twist))
    }

    /// How long it sounds on.
    pub(crate) fn tail_frames(&self) -> usize {
        ((MIDDLE + SWING) * self.rate + EDGE) as usize
    }
}
