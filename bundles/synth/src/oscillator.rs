//! An oscillator with its unison.

#[cfg(test)]
mod tests;

use crate::choices::Wave;
use crate::params::UNISON;
use crate::wave::{Sound, Tables};

/// How many frames at most are rendered at once. What is modulated moves in straight lines of this length, so a voice
/// renders whole runs, counted from its start, whatever the host's blocks are.
pub(crate) const RUN: usize = 16;

/// A period, in the unit of phases.
const PERIOD: f64 = 18_446_744_073_709_551_616.0;

/// Where the voices of a unison are between the lowest and the highest pitch. No two neighbours are equally far apart, so
/// that they don't beat together; the sum is 0, so that the pitch stays where it is.
const DETUNE: [&[f64]; UNISON] = [
    &[0.0],
    &[-1.0, 1.0],
    &[-1.0, 0.06, 0.94],
    &[-1.0, -0.33, 0.38, 0.95],
    &[-1.0, -0.46, 0.04, 0.50, 0.92],
    &[-1.0, -0.58, -0.17, 0.24, 0.62, 0.89],
    &[-1.0, -0.62, -0.27, 0.06, 0.36, 0.61, 0.86],
];

/// Unison voice u starts at this times u² periods: with quadratic phases the sum of n voices is about √n of one in each of
/// the lowest harmonics, for all n here, instead of a chance one.
const CHIRP: f64 = 0.327;
/// How far, in periods, a seed moves each of them.
const STRAY: f64 = 0.1;

/// What is left in each run of how fast the phase was moved.
const SWING_FALL: f32 = 0.98;

/// What an oscillator sounds like at a run's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tune {
    pub(crate) wave: Wave,
    pub(crate) hertz: f64,
    /// Of [`Wave::Pulse`], 0.05 to 0.95.
    pub(crate) width: f32,
    /// 1 to [`UNISON`].
    pub(crate) unison: usize,
    /// From the lowest of the unison to the highest, in cents, 0 to 200.
    pub(crate) detune_cents: f32,
    /// How far apart they are placed, 0 to 1.
    pub(crate) spread: f32,
}

impl Tune {
    fn units(&self) -> usize {
        self.unison.clamp(1, UNISON)
    }

    /// How loud unit `u` is on the left and on the right. All together have the power of one.
    fn place(&self, u: usize) -> (f32, f32) {
        let units = self.units();
        if units == 1 || u >= units {
            return if u == 0 { (1.0, 1.0) } else { (0.0, 0.0) };
        }
        // The farther from the middle in pitch, the farther in place; sides change from one to the next, so that both sides
        // together keep the pitch, and each has high ones and low ones.
        let x = 2.0 * u as f32 / (units - 1) as f32 - 1.0;
        let x = if u.min(units - 1 - u).is_multiple_of(2) { x } else { -x };
        let side = x * self.spread.clamp(0.0, 1.0);
        let share = 1.0 / units as f32;
        ((share * (1.0 - side)).sqrt(), (share * (1.0 + side)).sqrt())
    }
}

/// What sounds of an oscillator in one voice.
#[derive(Clone, Debug)]
pub(crate) struct Oscillator {
    units: [Unit; UNISON],
    /// How many units sound.
    sounding: usize,
    /// What their places are made of.
    placed: (usize, f32),
    sound: Sound,
    width: u32,
    /// The fastest unit at the end of the last run, in periods per frame.
    fastest: f64,
    /// How fast the phase was moved lately, in periods per frame, and where it was.
    swing: f32,
    moved: f32,
    /// Nothing has sounded since the start, so there is nothing to go from in a line.
    fresh: bool,
    /// Phases are nowhere yet.
    new: bool,
}

/// One voice of the unison.
#[derive(Clone, Copy, Debug, Default)]
struct Unit {
    /// In 2⁻⁶⁴ periods: exact within 0.001 cent at any pitch and rate.
    phase: u64,
    /// What the phase went on by after the last frame.
    step: i64,
    left: f32,
    right: f32,
}

impl Oscillator {
    pub(crate) fn new() -> Self {
        Self {
            units: [Unit::default(); UNISON],
            sounding: 0,
            placed: (0, 0.0),
            sound: Sound::default(),
            width: 0,
            fastest: 0.0,
            swing: 0.0,
            moved: 0.0,
            fresh: true,
            new: true,
        }
    }

    /// A note begins. `free`: phases stay as they are; otherwise one alone starts at 0, and a unison where the seed says.
    pub(crate) fn start(&mut self, free: bool, seed: u32, unison: usize) {
        let keep = free && !self.new;
        *self = Self { units: self.units, new: false, ..Self::new() };
        let alone = unison <= 1 && !free;
        let common = u64::from(hash(seed)) << 32;
        for (u, unit) in (0_u32..).zip(&mut self.units) {
            let stray = f64::from(hash(seed.wrapping_add(u + 1))) * (STRAY * PERIOD / 4_294_967_296.0);
            let chirp = (CHIRP * f64::from(u * u)).fract() * PERIOD;
            let spread = common.wrapping_add(chirp as u64).wrapping_add(stray as u64);
            let phase = if keep {
                unit.phase
            } else if alone {
                0
            } else {
                spread
            };
            *unit = Unit { phase, ..Unit::default() };
        }
    }

    /// Adds a run of at most [`RUN`] frames. Pitch, width, spread and gain go in straight lines from where the last run
    /// left them (after a start, all but the gain are there at once); the last frame has what `to` says. `phase_mod` is
    /// added to the phase, in periods: a value for each frame, or none at all. Gain's first is that of the frame before.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn render(
        &mut self,
        tables: &Tables,
        rate: f64,
        to: &Tune,
        gain: (f32, f32),
        phase_mod: &[f32],
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len().min(right.len()).min(RUN);
        if frames == 0 {
            return;
        }
        let units = to.units();
        let alone = units == 1 && (self.fresh || self.sounding == 1);
        let sounding = if self.fresh { units } else { units.max(self.sounding) };
        let offsets = self.move_phase(&phase_mod[..phase_mod.len().min(frames)]);
        let base = (to.hertz / rate).clamp(0.0, 0.5);
        let cents = std::f64::consts::LN_2 / 2400.0 * f64::from(to.detune_cents.clamp(0.0, 200.0));
        let sound = tables.sound(to.wave, self.fit(base * (1.0 + cents)));
        let before = if self.fresh { sound } else { self.sound };
        let widths = self.widths(to.width, frames, sound.pulse || before.pulse);
        let line = Line::of(frames);
        let moves = self.fresh || self.placed != (units, to.spread);
        self.placed = (units, to.spread);
        let (mut lefts, mut rights) = ([0.0; RUN], [0.0; RUN]);
        for (u, unit) in self.units[..sounding].iter_mut().enumerate() {
            let x = DETUNE[units - 1].get(u).map_or(0.0, |part| part * cents);
            // eˣ, within 10⁻⁵ cent.
            let step = PERIOD * base * (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0)))));
            let place = if moves { to.place(u) } else { (unit.left, unit.right) };
            if self.fresh || u >= self.sounding {
                unit.step = step as i64;
            }
            if self.fresh {
                (unit.left, unit.right) = place;
            }
            let phases = unit.advance(step as i64, 1.0 / frames as f64, frames, &offsets);
            let mut values = read(tables, sound, &phases, &widths);
            if before != sound {
                let old = read(tables, before, &phases, &widths);
                for i in 0..RUN {
                    values[i] = old[i] + (values[i] - old[i]) * line.0[i];
                }
            }
            if alone {
                lefts = values;
                continue;
            }
            for i in 0..RUN {
                lefts[i] += values[i] * (unit.left + (place.0 - unit.left) * line.0[i]);
                rights[i] += values[i] * (unit.right + (place.1 - unit.right) * line.0[i]);
            }
            (unit.left, unit.right) = place;
        }
        (self.sounding, self.sound, self.fresh) = (units, sound, false);
        let rights = if alone { &lefts } else { &rights };
        for i in 0..frames {
            let gain = gain.0 + (gain.1 - gain.0) * line.0[i];
            left[i] += gain * lefts[i];
            right[i] += gain * rights[i];
        }
    }

    /// How many harmonics are below half the rate, if the fastest unit goes at this pace at the run's end. A moved phase
    /// counts as what it makes of the pitch, and for some time after, so that the number doesn't follow each of its waves.
    fn fit(&mut self, fastest: f64) -> usize {
        let most = if self.fresh { fastest } else { fastest.max(self.fastest) };
        self.fastest = fastest;
        let room = 0.5 - 1e-6;
        if most > room {
            return 0;
        }
        ((room / (most + f64::from(self.swing))) as usize).max(1)
    }

    /// What is added to the phases.
    fn move_phase(&mut self, by: &[f32]) -> [u32; RUN] {
        let mut offsets = [0; RUN];
        let Some(last) = by.last() else {
            (self.swing, self.moved) = (0.0, 0.0);
            return offsets;
        };
        let mut swing = self.swing * SWING_FALL;
        let mut before = if self.fresh { by[0] } else { self.moved };
        for (offset, by) in offsets.iter_mut().zip(by) {
            swing = swing.max((by - before).abs());
            before = *by;
            // Half periods have 31 bits and a sign.
            let rest = by - (*by as i32) as f32;
            *offset = ((rest * 2_147_483_648.0) as i32 as u32) << 1;
        }
        (self.swing, self.moved) = (swing.min(1.0), *last);
        offsets
    }

    /// The way to a new width.
    fn widths(&mut self, width: f32, frames: usize, used: bool) -> [u32; RUN] {
        let to = (f64::from(width.clamp(0.0, 1.0)) * 4_294_967_295.0) as u32;
        let from = if self.fresh { to } else { self.width };
        self.width = to;
        if !used {
            return [0; RUN];
        }
        let step = (i64::from(to) - i64::from(from)) / frames as i64;
        let mut now = from;
        [(); RUN].map(|()| {
            now = now.wrapping_add(step as u32);
            now
        })
    }
}

impl Unit {
    /// The phases of a run in which the step changes in a straight line: phase + i·step + i·(i + 1)/2·change. From where a run
    /// starts, which is exact, half as many bits are enough.
    #[inline]
    fn advance(&mut self, step: i64, part: f64, frames: usize, offsets: &[u32; RUN]) -> [u32; RUN] {
        let change = ((step - self.step) as f64 * part) as i64;
        let upper = |bits: i64| (bits.wrapping_add(1 << 31) >> 32) as u32;
        let (p, s, c) = (upper(self.phase as i64), upper(self.step), upper(change));
        let at = |i: u32| p.wrapping_add(s.wrapping_mul(i)).wrapping_add(c.wrapping_mul(i * (i + 1) / 2));
        let ahead = |i: u32| s.wrapping_mul(4).wrapping_add(c.wrapping_mul(4 * i + 10));
        let (mut four, mut steps) =
            ([at(0), at(1), at(2), at(3)], [ahead(0), ahead(1), ahead(2), ahead(3)]);
        let mut phases = *offsets;
        for phases in phases.as_chunks_mut::<4>().0 {
            for i in 0..4 {
                phases[i] = phases[i].wrapping_add(four[i]);
                four[i] = four[i].wrapping_add(steps[i]);
                steps[i] = steps[i].wrapping_add(c.wrapping_mul(16));
            }
        }
        let frames = frames as i64;
        let way =
            self.step.wrapping_mul(frames).wrapping_add(change.wrapping_mul(frames * (frames + 1) / 2));
        self.phase = self.phase.wrapping_add(way as u64);
        self.step = step;
        phases
    }
}

/// A straight line from 0, in the frame before a run, to 1, in its last.
struct Line([f32; RUN]);

impl Line {
    fn of(frames: usize) -> Self {
        const WHOLE: [f32; RUN] = {
            let mut line = [0.0; RUN];
            let mut i = 0;
            while i < RUN {
                line[i] = (i + 1) as f32 / RUN as f32;
                i += 1;
            }
            line
        };
        if frames == RUN {
            return Self(WHOLE);
        }
        let stretch = RUN as f32 / frames as f32;
        Self(WHOLE.map(|at| (at * stretch).min(1.0)))
    }
}

#[inline]
fn read(tables: &Tables, sound: Sound, phases: &[u32; RUN], widths: &[u32; RUN]) -> [f32; RUN] {
    let table = tables.table(sound);
    let mut values = table.read(phases);
    if sound.pulse {
        let mut later = *phases;
        for i in 0..RUN {
            later[i] = phases[i].wrapping_sub(widths[i]);
        }
        let other = table.read(&later);
        for i in 0..RUN {
            values[i] = tables.pulse_gain() * (values[i] - other[i]);
        }
    }
    values
}

/// A number that looks like chance (finaliser of MurmurHash3, A. Appleby).
fn hash(seed: u32) -> u32 {
    let mut x = seed.wrapping_add(0x9e37_79b9);
    x = (x ^ (x >> 16)).wrapping_mul(0x85eb_ca6b);
    x = (x ^ (x >> 13)).wrapping_mul(0xc2b2_ae35);
    x ^ (x >> 16)
}
