//! Low-frequency oscillators: their shapes, and the clock of those that all voices share.

use dyad::prelude::*;
use dyad_dsp::note::{USUAL_TEMPO, usable_tempo};

use crate::choices::LfoShape;

/// The value of a shape, −1 to 1. `phase` counts periods since the start; `seed` is for the shapes that are drawn by
/// lot.
pub(crate) fn value(shape: LfoShape, phase: f64, seed: u32) -> f32 {
    let period = phase.floor();
    let x = (phase - period) as f32;
    let lot = |n: f64| drawn(seed, n as i64);
    match shape {
        LfoShape::Sine => (x * std::f32::consts::TAU).sin(),
        LfoShape::Triangle => 1.0 - (4.0 * (x + 0.25).fract() - 2.0).abs(),
        LfoShape::SawUp => 2.0 * x - 1.0,
        LfoShape::SawDown => 1.0 - 2.0 * x,
        LfoShape::Square => {
            if x < 0.5 {
                1.0
            } else {
                -1.0
            }
        }
        LfoShape::Steps => lot(period),
        LfoShape::Drift => {
            let (from, to) = (lot(period), lot(period + 1.0));
            from + (to - from) * x * x * (3.0 - 2.0 * x)
        }
    }
}

/// A number of −1 to 1 that looks like chance and is always the same for the same two: a mixer of 32 bits after
/// C. Wellons, *Prospecting for Hash Functions*, 2018 (`lowbias32`).
pub(crate) fn drawn(seed: u32, n: i64) -> f32 {
    let mut x = seed ^ (n as u32).wrapping_mul(0x9E37_79B9);
    x = (x ^ (x >> 16)).wrapping_mul(0x7FEB_352D);
    x = (x ^ (x >> 15)).wrapping_mul(0x846C_A68B);
    x ^= x >> 16;
    // 24 bits, all of which a float holds.
    (x >> 8) as f32 * (2.0 / 16_777_215.0) - 1.0
}

/// A quantity that grows evenly. What it is at a frame follows from that frame alone, not from the blocks on the way.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    frame: u64,
    value: f64,
    step: f64,
}

impl Line {
    fn at(&self, frame: u64) -> f64 {
        self.value + (frame.saturating_sub(self.frame)) as f64 * self.step
    }

    /// Goes on from what it is at a frame, with another step.
    fn bend(&mut self, frame: u64, step: f64) {
        if step != self.step {
            *self = Self { frame, value: self.at(frame), step };
        }
    }
}

/// How a low-frequency oscillator's time runs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Pace {
    /// Periods in a second, unless it is in time with the song.
    pub(crate) hertz: f64,
    /// Quarter notes of a period, where it is.
    pub(crate) quarters: Option<f64>,
}

/// Where the song is, and where the oscillators are that run on from note to note.
#[derive(Clone, Debug)]
pub(crate) struct Clock<const N: usize> {
    rate: f64,
    playing: bool,
    tempo: f64,
    /// Quarter notes since the song's start.
    beats: Line,
    /// Periods, of those that are not in time with the song.
    phases: [Line; N],
}

/// The song has jumped where its position is further than this from what was reckoned, in quarter notes. Less are the
/// host's roundings.
const JUMP: f64 = 1e-3;
/// Where the song jumps to is brought to a multiple of this, an eighth of a millisecond at 120: formats tell positions
/// with different precision, and both are to sound the same.
const GRID: f64 = 1.0 / 4096.0;

impl<const N: usize> Clock<N> {
    pub(crate) fn new(rate: f64) -> Self {
        Self {
            rate,
            playing: false,
            tempo: USUAL_TEMPO,
            beats: Line::default(),
            phases: [Line::default(); N],
        }
    }

    /// What the host says at a frame, which counts from the reset.
    pub(crate) fn follow(&mut self, frame: u64, transport: &Transport, paces: &[Pace; N]) {
        if let Some(tempo) = transport.tempo {
            self.tempo = usable_tempo(tempo);
        }
        self.beats.bend(frame, self.tempo / 60.0 / self.rate);
        let mut jumped = None;
        if let Some(beats) = transport.position_beats.filter(|_| transport.playing)
            && (!self.playing || (beats - self.beats.at(frame)).abs() > JUMP)
        {
            let beats = (beats / GRID).round() * GRID;
            self.beats = Line { frame, value: beats, ..self.beats };
            jumped = Some(beats * 60.0 / self.tempo);
        }
        self.playing = transport.playing;
        for (line, pace) in self.phases.iter_mut().zip(paces) {
            line.bend(frame, pace.hertz / self.rate);
            if let Some(seconds) = jumped {
                *line = Line { frame, value: seconds * pace.hertz, ..*line };
            }
        }
    }

    /// Periods that oscillator `n` has behind it at a frame.
    pub(crate) fn phase(&self, n: usize, frame: u64, pace: &Pace) -> f64 {
        match pace.quarters {
            Some(quarters) => self.beats.at(frame) / quarters,
            None => self.phases[n].at(frame),
        }
    }

    /// Periods in a frame.
    pub(crate) fn step(&self, pace: &Pace) -> f64 {
        match pace.quarters {
            Some(quarters) => self.beats.step / quarters,
            None => pace.hertz / self.rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_begin_and_turn_where_they_should() {
        let at = |shape, phase| value(shape, phase, 1);
        for (shape, wanted) in [
            (LfoShape::Sine, [0.0, 1.0, 0.0, -1.0]),
            (LfoShape::Triangle, [0.0, 1.0, 0.0, -1.0]),
            (LfoShape::SawUp, [-1.0, -0.5, 0.0, 0.5]),
            (LfoShape::SawDown, [1.0, 0.5, 0.0, -0.5]),
            (LfoShape::Square, [1.0, 1.0, -1.0, -1.0]),
        ] {
            for (quarter, wanted) in wanted.into_iter().enumerate() {
                for period in [0.0, 7.0, -3.0] {
                    let is = at(shape, period + quarter as f64 / 4.0);
                    assert!((is - wanted).abs() < 1e-5, "{shape:?} {quarter}: {is}");
                }
            }
        }
        assert_eq!(at(LfoShape::Steps, 3.0), at(LfoShape::Steps, 3.99));
        assert_ne!(at(LfoShape::Steps, 3.0), at(LfoShape::Steps, 4.0));
        assert_eq!(at(LfoShape::Drift, 4.0), at(LfoShape::Steps, 4.0), "through the same values");
        assert!((at(LfoShape::Drift, 3.999) - at(LfoShape::Drift, 4.0)).abs() < 1e-3, "without a jump");
    }

    #[test]
    fn what_is_drawn_is_spread_evenly() {
        let all: Vec<f32> = (0..10_000).map(|n| drawn(5, n)).collect();
        assert!(all.iter().all(|x| (-1.0..=1.0).contains(x)));
        let mean = all.iter().sum::<f32>() / 1e4;
        let power = all.iter().map(|x| x * x).sum::<f32>() / 1e4;
        assert!(mean.abs() < 0.02 && (power - 1.0 / 3.0).abs() < 0.01, "{mean} {power}");
    }

    fn playing(beats: f64) -> Transport {
        Transport { playing: true, tempo: Some(120.0), position_beats: Some(beats), ..Transport::default() }
    }

    #[test]
    fn the_clock_is_the_songs_and_blocks_do_not_matter() {
        let paces = [Pace { hertz: 3.0, quarters: Some(1.0) }, Pace { hertz: 3.0, quarters: None }];
        let run = |block: u64| {
            let mut clock = Clock::<2>::new(48_000.0);
            let mut seen = Vec::new();
            for frame in 0..48_000 {
                if frame % block == 0 {
                    clock.follow(frame, &playing(8.0 + frame as f64 / 24_000.0), &paces);
                }
                seen.push([0, 1].map(|n| clock.phase(n, frame, &paces[n])));
            }
            seen
        };
        let first = run(64);
        assert_eq!(first, run(1));
        assert_eq!(first, run(480));
        let close = |is: f64, wanted: f64| assert!((is - wanted).abs() < 1e-9, "{is} {wanted}");
        close(first[0][0], 8.0);
        close(first[24_000][0], 9.0);
        close(first[0][1], 4.0 * 3.0);
        close(first[24_000][1], 4.5 * 3.0);
    }

    #[test]
    fn it_follows_a_jump_and_runs_on_while_the_song_stands() {
        let paces = [Pace { hertz: 3.0, quarters: Some(2.0) }];
        let mut clock = Clock::<1>::new(48_000.0);
        clock.follow(0, &playing(0.0), &paces);
        clock.follow(100, &playing(6.0), &paces);
        assert_eq!(clock.phase(0, 100, &paces[0]), 3.0);
        clock.follow(200, &Transport::default(), &paces);
        let before = clock.phase(0, 200, &paces[0]);
        assert!(clock.phase(0, 48_200, &paces[0]) - before > 0.99);
        // Tempo 0 is none.
        clock.follow(300, &Transport { tempo: Some(0.0), ..Transport::default() }.checked(), &paces);
        assert!(clock.phase(0, 400, &paces[0]).is_finite());
    }
}
