//! One voice: from what is played and set to sound, run by run.
//!
//! A voice renders [`RUN`] frames at a time, counted from its own start, and hands them out as they are asked for. Pitch,
//! filter and levels move in straight lines over a run, so nothing depends on the host's blocks. The amplifier's envelope
//! comes behind that, frame by frame: attack and release begin at their very frames.

mod control;

#[cfg(test)]
mod tests;

use dyad::prelude::*;

use crate::channels::Channels;
use crate::choices::{Target, Wave};
use crate::envelope::Envelope;
use crate::expressions::Expressions;
use crate::filter::Filter;
use crate::glide::Glide;
use crate::lfo::{Clock, drawn};
use crate::matrix::{Change, Matrix, Sums};
use crate::noise::Noise;
use crate::oscillator::{Oscillator, RUN, Tune};
use crate::params::{ENVELOPES, LFOS, OSCILLATORS};
use crate::patch::{LfoPatch, Patch};
use crate::smooth::{NOTHING, Slow, Values, follow};
use crate::wave::Tables;
pub(crate) use control::FM_PERIODS;
use control::{Ends, STRAY};

/// A voice whose place is needed, or that is to be silent at once, goes in this time.
pub(crate) const FADE_SECONDS: f64 = 0.003;

/// What all voices have in common while a piece is rendered.
pub(crate) struct Common<'a> {
    pub(crate) patch: &'a Patch,
    pub(crate) channels: &'a Channels,
    pub(crate) clock: &'a Clock<LFOS>,
    pub(crate) tables: &'a Tables,
    pub(crate) rate: f64,
    /// As [`share`](crate::smooth::share) says.
    pub(crate) share: f32,
}

/// What is drawn by lot for each note.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lot {
    seed: u32,
    random: f32,
    alternate: f32,
    /// Of pitch and cutoff.
    stray: (f32, f32),
}

impl Lot {
    /// Of the note with this number since the reset.
    pub(crate) fn new(number: u32) -> Self {
        let draw = |n| drawn(number, n);
        Self {
            seed: number,
            random: draw(1),
            alternate: if number & 1 == 0 { 1.0 } else { -1.0 },
            stray: (draw(2), draw(3)),
        }
    }
}

/// A voice. It sounds from [`start`](Self::start) until [`mix`](Self::mix) says that it is over.
#[derive(Clone, Debug)]
pub(crate) struct Voice {
    pub(crate) note: Note,
    /// The key is up, so fast, and a pedal holds the note.
    pub(crate) pedalled: Option<f32>,
    /// The key is down, or counts as such for who looks at the keyboard.
    pub(crate) key_down: bool,
    pub(crate) expressions: Expressions,
    velocity: f32,
    release_velocity: f32,
    lot: Lot,
    /// Frames since the start.
    age: u64,
    glide: Glide,
    /// The pitch is to be the new note's at once, bends and all.
    jumps: bool,
    env: [Envelope; ENVELOPES],
    /// Periods that each LFO has behind it, beside those of the clock.
    lfo: [f64; LFOS],
    lfo_factor: [f32; LFOS],
    /// How they were set, and what is left of the difference.
    lfo_set: [(Option<LfoPatch>, f32); LFOS],
    rows: Change,
    values: Values,
    osc: [Oscillator; OSCILLATORS],
    sub: Oscillator,
    noise: Noise,
    filter: Filter,
    /// At the end of the last run; none before the first.
    ends: Option<Ends>,
    left: [f32; RUN],
    right: [f32; RUN],
    /// How much of the run has been handed out.
    at: usize,
    /// Frames until it is silent, of how many.
    fade: Option<(u32, u32)>,
}

impl Voice {
    pub(crate) fn new() -> Self {
        Self {
            note: Note { id: NoteId(0), channel: 0, key: 0 },
            pedalled: None,
            key_down: false,
            expressions: Expressions::NEUTRAL,
            velocity: 0.0,
            release_velocity: 0.0,
            lot: Lot::new(0),
            age: 0,
            glide: Glide::at(60.0),
            jumps: false,
            env: [Envelope::new(); ENVELOPES],
            lfo: [0.0; LFOS],
            lfo_factor: [1.0; LFOS],
            lfo_set: [(None, 0.0); LFOS],
            rows: Change::to(Matrix::NONE),
            values: NOTHING,
            osc: [Oscillator::new(), Oscillator::new()],
            sub: Oscillator::new(),
            noise: Noise::new(),
            filter: Filter::new(),
            ends: None,
            left: [0.0; RUN],
            right: [0.0; RUN],
            at: RUN,
            fade: None,
        }
    }

    /// Begins a note in silence, gliding from a pitch if there is one.
    pub(crate) fn start(&mut self, note: Note, velocity: f32, lot: Lot, from: Option<f64>, patch: &Patch) {
        self.expressions = Expressions::NEUTRAL;
        self.env = [Envelope::new(); ENVELOPES];
        self.glide = Glide::at(from.unwrap_or(f64::from(note.key)));
        self.filter.reset();
        (self.ends, self.at, self.fade) = (None, RUN, None);
        for (n, (osc, patch)) in self.osc.iter_mut().zip(&patch.osc).enumerate() {
            osc.start(patch.free, lot.seed.wrapping_mul(2).wrapping_add(n as u32), patch.unison);
        }
        self.sub.start(false, lot.seed, 1);
        self.noise.start(lot.seed);
        self.take(note, f64::from(note.key), if from.is_some() { patch.glide } else { 0 });
        self.again(velocity, lot, patch);
    }

    /// Another note is heard from now on, by its pitch alone.
    pub(crate) fn take(&mut self, note: Note, key: f64, glide: u32) {
        self.note = note;
        self.pedalled = None;
        self.key_down = true;
        self.jumps |= glide == 0;
        self.glide.go(key, glide);
    }

    /// Envelopes and LFOs begin, from where the envelopes are.
    pub(crate) fn again(&mut self, velocity: f32, lot: Lot, patch: &Patch) {
        (self.velocity, self.release_velocity, self.lot, self.age) = (velocity, 0.0, lot, 0);
        (self.lfo, self.lfo_factor) = ([0.0; LFOS], [1.0; LFOS]);
        self.env.iter_mut().zip(&patch.env).for_each(|(env, times)| env.start(times));
    }

    /// The key is let go, and no pedal holds the note.
    pub(crate) fn release(&mut self, velocity: f32, patch: &Patch) {
        self.pedalled = None;
        self.release_velocity = velocity;
        self.env.iter_mut().zip(&patch.env).for_each(|(env, times)| env.release(times));
    }

    /// Goes within a moment.
    pub(crate) fn fade(&mut self, rate: f64) {
        if self.fade.is_none() {
            let frames = ((FADE_SECONDS * rate) as u32).max(1);
            self.fade = Some((frames, frames));
        }
    }

    /// Nothing of it has been heard yet.
    pub(crate) fn is_unheard(&self) -> bool {
        self.ends.is_none()
    }

    /// Adds frames, the first of which is `frame` since the reset. Whether it is over.
    pub(crate) fn mix(
        &mut self,
        common: &Common<'_>,
        frame: u64,
        left: &mut [f32],
        right: &mut [f32],
    ) -> bool {
        let frames = left.len();
        let mut done = 0;
        while done < frames {
            if self.at == RUN {
                self.run(common, frame + done as u64);
                self.at = 0;
            }
            let len = (RUN - self.at).min(frames - done);
            let mut gain = [0.0; RUN];
            let gain = &mut gain[..len];
            self.env[0].fill(&common.patch.env[0], gain);
            let faded = self.fade_out(gain);
            let run = self.at..self.at + len;
            let sides = [(&mut *left, &self.left), (&mut *right, &self.right)];
            for (out, side) in sides {
                for ((out, side), gain) in
                    out[done..done + len].iter_mut().zip(&side[run.clone()]).zip(&*gain)
                {
                    *out += side * gain;
                }
            }
            self.at += len;
            done += len;
            if faded || self.env[0].is_over() || self.env[0].rests_at_zero(&common.patch.env[0]) {
                return true;
            }
        }
        false
    }

    /// Whether the fade has come to its end.
    fn fade_out(&mut self, gain: &mut [f32]) -> bool {
        let Some((left, whole)) = &mut self.fade else { return false };
        for gain in gain {
            *left = left.saturating_sub(1);
            let x = *left as f32 / *whole as f32;
            *gain *= x * x * (3.0 - 2.0 * x);
        }
        *left == 0
    }

    /// Renders the next run.
    fn run(&mut self, common: &Common<'_>, frame: u64) {
        let wanted = self.wanted(common);
        let from = match self.ends {
            Some(ends) => {
                follow(&mut self.values, &wanted, common.share);
                if std::mem::take(&mut self.jumps) {
                    self.values[Slow::Tuning as usize] = wanted[Slow::Tuning as usize];
                }
                ends
            }
            None => {
                self.values = wanted;
                self.rows = Change::to(common.patch.matrix);
                self.lfo_set = common.patch.lfo.map(|lfo| (Some(lfo), 0.0));
                let sums = self.modulate(common, frame);
                self.ends(&sums)
            }
        };
        let mut skipped = [0.0; RUN];
        for (env, times) in self.env.iter_mut().zip(&common.patch.env).skip(1) {
            env.fill(times, &mut skipped);
        }
        self.glide.advance(RUN as u32);
        for (n, lfo) in common.patch.lfo.iter().enumerate() {
            let factor = f64::from(self.lfo_factor[n]) - if lfo.free { 1.0 } else { 0.0 };
            self.lfo[n] += common.clock.step(&lfo.pace) * factor * RUN as f64;
        }
        self.age += RUN as u64;
        let sums = self.modulate(common, frame + RUN as u64);
        let to = self.ends(&sums);
        self.ends = Some(to);
        self.render(common, &sums, &from, &to);
    }

    fn render(&mut self, common: &Common<'_>, sums: &Sums, from: &Ends, to: &Ends) {
        let patch = common.patch;
        let rate = common.rate;
        let (left, right) = (&mut self.left, &mut self.right);
        left.fill(0.0);
        right.fill(0.0);
        let pitch = self.glide.pitch()
            + f64::from(self.values[Slow::Tuning as usize])
            + f64::from(self.values[Slow::Drift as usize] * STRAY.0 * self.lot.stray.0)
            + f64::from(sums.of(Target::Pitch));
        let at = |slow: [Slow; OSCILLATORS], n: usize| self.values[slow[n] as usize];
        let tune = |n: usize, target| {
            let osc = &patch.osc[n];
            let fine = at([Slow::Fine1, Slow::Fine2], n);
            let width = at([Slow::Width1, Slow::Width2], n);
            let detune = at([Slow::Detune1, Slow::Detune2], n);
            Tune {
                wave: osc.wave,
                hertz: hertz(pitch + f64::from(osc.pitch + fine) + f64::from(sums.of(target))),
                width: (width + sums.of(Target::Width)).clamp(0.05, 0.95),
                unison: osc.unison,
                detune_cents: (detune + 100.0 * sums.of(Target::Detune)).clamp(0.0, 100.0),
                spread: at([Slow::Spread1, Slow::Spread2], n),
            }
        };
        let first = tune(0, Target::Pitch1);
        let second = tune(1, Target::Pitch2);
        let [osc_1, osc_2] = &mut self.osc;
        let heard = |from: f32, to: f32| from != 0.0 || to != 0.0;
        let mut phases = [0.0; RUN];
        let modulates = heard(from.fm, to.fm);
        if modulates {
            let (mut own_left, mut own_right) = ([0.0; RUN], [0.0; RUN]);
            osc_2.render(common.tables, rate, &second, (1.0, 1.0), &[], &mut own_left, &mut own_right);
            for i in 0..RUN {
                let level = line(from.levels[1], to.levels[1], i);
                left[i] += level * own_left[i];
                right[i] += level * own_right[i];
                phases[i] = 0.5 * (own_left[i] + own_right[i]) * line(from.fm, to.fm, i);
            }
        } else if heard(from.levels[1], to.levels[1]) {
            let gain = (from.levels[1], to.levels[1]);
            osc_2.render(common.tables, rate, &second, gain, &[], left, right);
        }
        if heard(from.levels[0], to.levels[0]) {
            let phases = if modulates { &phases[..] } else { &[] };
            osc_1.render(common.tables, rate, &first, (from.levels[0], to.levels[0]), phases, left, right);
        }
        if heard(from.sub, to.sub) {
            let sub = Tune { wave: Wave::Sine, hertz: first.hertz * 0.5, unison: 1, ..first };
            self.sub.render(common.tables, rate, &sub, (from.sub, to.sub), &[], left, right);
        }
        if heard(from.noise, to.noise) {
            self.noise.render(
                rate,
                self.values[Slow::Colour as usize],
                (from.noise, to.noise),
                left,
                right,
            );
        }
        self.filter.run(
            patch.filter.kind,
            rate,
            (from.hertz, to.hertz),
            (from.resonance, to.resonance),
            (from.drive, to.drive),
            left,
            right,
        );
        for i in 0..RUN {
            left[i] *= line(from.left, to.left, i);
            right[i] *= line(from.right, to.right, i);
        }
    }
}

/// The value at frame `i` of a run that ends at `to`.
#[inline]
fn line(from: f32, to: f32, i: usize) -> f32 {
    from + (to - from) * ((i + 1) as f32 / RUN as f32)
}

/// The frequency of a pitch in keys: 69 is 440 Hz.
fn hertz(pitch: f64) -> f64 {
    440.0 * ((pitch - 69.0) / 12.0).exp2()
}
