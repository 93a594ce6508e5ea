//! Where a delay line is read, and how the place moves when the time changes.

use dyad::prelude::*;

use crate::line::{Line, NEAREST};

/// What happens when the time changes.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A second read head takes over in a cross-fade: no change of pitch.
    #[choice(name = "Fade")]
    Fade,
    /// The read head travels to its new place as on a tape machine, and the pitch moves with it.
    #[choice(name = "Tape")]
    Tape,
}

/// A cross-fade's length, in seconds.
const FADE_SECONDS: f64 = 0.03;
/// On tape, the way that is left falls to 1/e in this time, in seconds.
const GLIDE_SECONDS: f64 = 0.12;
/// Samples of delay that the tape's head gains or loses in a sample at most: an octave down, an octave up.
const GLIDE: (f64, f64) = (-1.0, 0.5);
/// And at least this much (a cent) until it is there, so that it arrives.
const SLOWEST: f64 = 5e-4;

/// A read head of a line, or two of them while one fades into the other. Everything goes by frames, so the
/// sound does not depend on how blocks are cut.
#[derive(Debug)]
pub(crate) struct Head {
    /// Samples behind the newest one.
    place: f64,
    /// The head that fades away.
    old: f64,
    /// Frames of the fade that are over, `length` when there is none.
    faded: u32,
    length: u32,
    glide: f64,
    /// The furthest that it has been since it last rested.
    reach: f64,
}

impl Head {
    pub(crate) fn new(sample_rate: f64) -> Self {
        let length = (FADE_SECONDS * sample_rate).round().max(1.0) as u32;
        Self {
            place: NEAREST,
            old: NEAREST,
            faded: length,
            length,
            glide: (GLIDE_SECONDS * sample_rate).recip(),
            reach: NEAREST,
        }
    }

    /// Is at a place at once.
    pub(crate) fn put(&mut self, place: f64) {
        self.place = place.max(NEAREST);
        self.faded = self.length;
        self.reach = self.place;
    }

    /// Begins a piece in which it goes to `target`.
    pub(crate) fn aim(&mut self, target: f64) {
        let rests = self.place == target && self.faded >= self.length;
        self.reach = if rests { target } else { self.reach.max(self.place).max(target) };
    }

    /// The most samples between a sound and its echo, now and on its way.
    pub(crate) fn reach(&self) -> f64 {
        self.reach
    }

    /// Where it is, or will be after a fade.
    pub(crate) fn place(&self) -> f64 {
        self.place
    }

    /// Moves on by a frame towards `target`, and reads there, `swing` (−1 to 1) times `depth` samples further away: a
    /// modulation, which never brings a head closer than [`NEAREST`].
    #[inline]
    pub(crate) fn read(&mut self, line: &Line, target: f64, change: Change, swing: f64, depth: f64) -> f32 {
        let target = target.max(NEAREST);
        // Each head by itself: one that comes or goes must not change how far the other swings.
        let at = |place: f64| line.between((place + swing * depth.min(place - NEAREST)).max(NEAREST));
        let fading = self.faded < self.length;
        match change {
            Change::Tape => self.travel(target),
            // A target that moves on meanwhile waits for the fade's end.
            Change::Fade if !fading && target != self.place => {
                self.old = self.place;
                self.place = target;
                self.faded = 0;
            }
            Change::Fade => {}
        }
        let new = at(self.place);
        if self.faded >= self.length {
            return new;
        }
        self.faded += 1;
        let x = self.faded as f32 / self.length as f32;
        let old = at(self.old);
        // Level at both ends: no corner in the sound.
        old + (new - old) * (x * x * (3.0 - 2.0 * x))
    }

    #[inline]
    fn travel(&mut self, target: f64) {
        let way = target - self.place;
        if way == 0.0 {
            return;
        }
        let step = (way * self.glide).max(GLIDE.0).min(GLIDE.1);
        let step = step.abs().max(SLOWEST).copysign(way);
        self.place = if way.abs() <= step.abs() { target } else { self.place + step };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    /// A sine through a head whose target changes from 4800 to 12345 samples after a second.
    fn changed(change: Change, hertz: f64) -> Vec<f32> {
        let mut line = Line::new(20_000);
        let mut head = Head::new(RATE);
        head.put(4800.0);
        (0..144_000)
            .map(|n| {
                let target = if n < 48_000 { 4800.0 } else { 12_345.0 };
                let out = head.read(&line, target, change, 0.0, 0.0);
                line.push((f64::from(n) * std::f64::consts::TAU * hertz / RATE).sin() as f32);
                out
            })
            .collect()
    }

    #[test]
    fn a_change_makes_no_step_that_the_sound_itself_does_not_make() {
        for hertz in [60.0, 440.0, 1000.0] {
            // Both heads' slopes together are no steeper, and the fade adds the difference of their
            // levels, 2 at most, times its own slope, 1.5 / length at most.
            let slope = std::f64::consts::TAU * hertz / RATE;
            let fade = 2.0 * 1.5 / (FADE_SECONDS * RATE);
            let limit = (slope * slope + fade * fade).sqrt() as f32 * 1.001;
            let out = changed(Change::Fade, hertz);
            // The sine begins with a corner of its own.
            let steepest = out[4900..].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
            assert!(steepest <= limit, "{hertz} Hz: {steepest}, not {limit}");
            // On tape it is up to an octave higher meanwhile, but this change makes it lower.
            let out = changed(Change::Tape, hertz);
            let steepest = out[4900..].windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f32::max);
            assert!(steepest <= slope as f32 * 1.001, "{hertz} Hz on tape: {steepest}");
        }
    }

    #[test]
    fn it_arrives_and_then_is_exact() {
        for change in [Change::Fade, Change::Tape] {
            let out = changed(change, 440.0);
            for (n, heard) in out.iter().enumerate().skip(120_000) {
                let then = (n - 12_345) as f64 * std::f64::consts::TAU * 440.0 / RATE;
                assert_eq!(*heard, then.sin() as f32, "{change:?}, frame {n}");
            }
        }
    }

    #[test]
    fn tape_moves_the_pitch_by_an_octave_at_most() {
        let out = changed(Change::Tape, 440.0);
        // An octave lower: half as many times through zero, while the head travels at full speed.
        let rises =
            |from: usize| out[from..from + 4800].windows(2).filter(|w| w[0] < 0.0 && w[1] >= 0.0).count();
        assert!(
            rises(30_000).abs_diff(44) <= 1 && rises(49_000).abs_diff(22) <= 1,
            "{} {}",
            rises(30_000),
            rises(49_000)
        );
        // And the other way round it is an octave higher.
        let mut line = Line::new(20_000);
        let mut head = Head::new(RATE);
        head.put(12_345.0);
        for n in 0..100_000 {
            let target = if n < 20_000 { 12_345.0 } else { 100.0 };
            let before = head.place();
            head.read(&line, target, Change::Tape, 0.0, 0.0);
            line.push(0.0);
            assert!(head.place() - before >= -1.000_001, "it never reads backwards");
        }
        assert_eq!(head.place(), 100.0, "and gets there");
    }

    #[test]
    fn targets_that_move_all_the_time_are_followed_in_fades() {
        let mut line = Line::new(20_000);
        let mut head = Head::new(RATE);
        head.put(1000.0);
        let mut last = 0.0;
        let mut steepest: f32 = 0.0;
        for n in 0..48_000 {
            let target = 1000.0 + f64::from(n / 32) * 5.0;
            let out = head.read(&line, target, Change::Fade, 0.0, 0.0);
            line.push((f64::from(n) * std::f64::consts::TAU * 100.0 / RATE).sin() as f32);
            if n > 1100 {
                steepest = steepest.max((out - last).abs());
            }
            last = out;
        }
        let slope = std::f64::consts::TAU * 100.0 / RATE;
        let fade = 2.0 * 1.5 / (FADE_SECONDS * RATE);
        assert!(f64::from(steepest) <= (slope * slope + fade * fade).sqrt() * 1.001, "{steepest}");
        assert!((head.place() - 8495.0).abs() <= 1440.0 / 32.0 * 5.0, "{}", head.place());
    }

    #[test]
    fn a_shorter_time_than_the_swing_is_deep_makes_no_step_either() {
        let radians = std::f64::consts::TAU * 100.0 / RATE;
        for (before, after) in [(4800.0, 60.0), (60.0, 4800.0)] {
            let (mut line, mut head) = (Line::new(20_000), Head::new(RATE));
            head.put(before);
            let (mut last, mut steepest) = (0.0, 0.0f32);
            for n in 0..24_000 {
                let target = if n < 12_000 { before } else { after };
                // 480 samples and 1 Hz: the pitch moves by 2π · 480 / 48,000 at most.
                let swing = (f64::from(n) * std::f64::consts::TAU / RATE + 1.0).sin();
                let out = head.read(&line, target, Change::Fade, swing, 480.0);
                line.push((f64::from(n) * radians).sin() as f32);
                if n > 6000 {
                    steepest = steepest.max((out - last).abs());
                }
                last = out;
            }
            let slope = radians * (1.0 + std::f64::consts::TAU * 480.0 / RATE);
            let limit = slope.hypot(2.0 * 1.5 / (FADE_SECONDS * RATE)) * 1.001;
            assert!(f64::from(steepest) <= limit, "{before} to {after}: {steepest}, not {limit}");
        }
    }
}
