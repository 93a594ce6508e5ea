//! What editors draw of the sound: one or two periods of its waves, its filter, its envelopes. From the numbers that
//! make the sound.

use std::f64::consts::PI;
use std::sync::OnceLock;

use crate::choices::{FilterKind, LfoShape, Wave};
use crate::envelope::EnvelopeSettings;
use crate::wave::harmonic;
use crate::{filter, lfo};

/// Periods of an oscillator, or of an LFO, in its picture.
pub const PERIODS: f64 = 2.0;

/// Harmonics of a drawn wave, and points of its period. More would not be seen.
const HARMONICS: usize = 96;
const POINTS: usize = 512;
/// All that are drawn.
const WAVES: [Wave; 8] =
    [Wave::Sine, Wave::Triangle, Wave::Saw, Wave::Pulse, Wave::Organ, Wave::Reed, Wave::Voice, Wave::Glass];

/// One period of a wave, with a peak of 1.
struct Period(Vec<f64>);

impl Period {
    /// From the harmonics of the sound, weighted so that a sum that ends does not ring (Lanczos' sigma factors).
    fn new(wave: Wave) -> Self {
        let levels: Vec<f64> = (1..=HARMONICS)
            .map(|k| {
                let x = PI * k as f64 / (HARMONICS + 1) as f64;
                harmonic(wave, k) * x.sin() / x
            })
            .collect();
        let at = |n: usize| {
            let sine = |k: usize| (2.0 * PI * ((k * n) % POINTS) as f64 / POINTS as f64).sin();
            levels.iter().zip(1..).map(|(level, k)| level * sine(k)).sum::<f64>()
        };
        let values: Vec<f64> = (0..POINTS).map(at).collect();
        let peak = values.iter().fold(0.0, |peak: f64, value| peak.max(value.abs()));
        Self(values.iter().map(|value| value / peak).collect())
    }

    fn of(wave: Wave) -> &'static Self {
        static ALL: OnceLock<Vec<Period>> = OnceLock::new();
        &ALL.get_or_init(|| WAVES.into_iter().map(Self::new).collect())[wave as usize]
    }

    /// At a phase in periods.
    fn at(&self, phase: f64) -> f64 {
        let place = phase.rem_euclid(1.0) * POINTS as f64;
        let (first, part) = (place as usize % POINTS, place.fract());
        self.0[first] + (self.0[(first + 1) % POINTS] - self.0[first]) * part
    }
}

/// A wave at a phase in periods, −1 to 1. `width` is the part of a period for which a pulse is up.
fn wave_at(wave: Wave, width: f64, phase: f64) -> f64 {
    let period = Period::of(wave);
    if wave == Wave::Pulse {
        // Two saws against each other as in the sound, its two levels at the same distance from the middle.
        period.at(phase) - period.at(phase - width) + 2.0 * width - 1.0
    } else {
        period.at(phase)
    }
}

/// Draws [`PERIODS`] of an oscillator's wave, −1 to 1. `width` is a pulse's, 0 to 1.
pub fn wave(wave: Wave, width: f64, y: &mut [f32]) {
    for (y, x) in evenly(y) {
        *y = wave_at(wave, width, within(x) * PERIODS) as f32;
    }
}

/// An oscillator among others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// Its wave.
    pub wave: Wave,
    /// A pulse's width, 0 to 1.
    pub width: f64,
    /// 0 to 1.
    pub level: f64,
    /// How much higher it sounds than the key.
    pub semitones: f64,
}

/// What goes into the filter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mix {
    /// Both oscillators; the second moves the first one's phase.
    pub parts: [Part; 2],
    /// Level of the sine an octave below the first, 0 to 1.
    pub sub: f64,
    /// Level of the noise, 0 to 1.
    pub noise: f64,
    /// How far the phase is moved, 0 to 1.
    pub fm: f64,
}

impl Mix {
    /// Draws [`PERIODS`] of the key's own period. What would be higher than 1 is drawn smaller as a whole.
    pub fn draw(&self, y: &mut [f32]) {
        let [first, second] = self.parts;
        let ratio = |part: &Part| (part.semitones / 12.0).exp2();
        let moved = self.fm * self.fm * f64::from(crate::voice::FM_PERIODS);
        let mut peak: f64 = 1.0;
        let mut values = Vec::with_capacity(y.len());
        for n in 0..y.len() {
            let x = PERIODS * within(n as f64 / (y.len().max(2) - 1) as f64);
            let other = wave_at(second.wave, second.width, x * ratio(&second));
            let phase = x * ratio(&first);
            let sum = first.level * wave_at(first.wave, first.width, phase + moved * other)
                + second.level * other
                + self.sub * (PI * phase).sin()
                + self.noise * f64::from(lfo::drawn(1, n as i64));
            peak = peak.max(sum.abs());
            values.push(sum);
        }
        for (y, value) in y.iter_mut().zip(values) {
            *y = (value / peak) as f32;
        }
    }
}

/// Draws [`PERIODS`] of a low-frequency oscillator, −1 to 1, from a phase in periods on.
pub fn slow(shape: LfoShape, phase: f64, y: &mut [f32]) {
    for (y, x) in evenly(y) {
        *y = lfo::value(shape, within(x) * PERIODS + phase, SEED);
    }
}

/// Which of all random shapes is drawn: one that goes up and down.
const SEED: u32 = 7;

/// Draws an envelope in three stretches of equally many points: attack, decay and release, each from its beginning to
/// its end, 0 to 1.
pub fn envelope(settings: &EnvelopeSettings, y: &mut [f32]) {
    let third = y.len() / 3;
    let sustain = settings.sustain;
    for (stretch, (from, to)) in
        y.chunks_exact_mut(third.max(1)).zip([(0.0, 1.0), (1.0, sustain), (sustain, 0.0)])
    {
        for (y, time) in evenly(stretch) {
            *y = (from + (to - from) * settings.share(time)) as f32;
        }
    }
}

/// What the filter leaves of a frequency, in decibels. `resonance` is 0 to 1.
#[must_use]
pub fn response(kind: FilterKind, cutoff: f64, resonance: f64, hertz: f64) -> f64 {
    20.0 * filter::response(kind, resonance, hertz / cutoff).max(1e-9).log10()
}

/// A place in a picture, a little within: waves that jump do so where their periods begin.
fn within(x: f64) -> f64 {
    0.003 + 0.994 * x
}

/// Each value with its place, from 0 to 1.
fn evenly(y: &mut [f32]) -> impl Iterator<Item = (&mut f32, f64)> {
    let last = y.len().saturating_sub(1).max(1) as f64;
    y.iter_mut().enumerate().map(move |(n, y)| (y, n as f64 / last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oscillator::{Oscillator, RUN, Tune};
    use crate::wave::Tables;

    fn drawn(points: usize, draw: impl FnOnce(&mut [f32])) -> Vec<f32> {
        let mut y = vec![0.0; points];
        draw(&mut y);
        y
    }

    /// 200 frames of what an oscillator sounds like.
    fn one_period(wave: Wave, width: f32) -> Vec<f32> {
        let tune = Tune { wave, hertz: 240.0, width, unison: 1, detune_cents: 0.0, spread: 0.0 };
        let (mut oscillator, mut left, mut right) = (Oscillator::new(), vec![0.0; 200], vec![0.0; 200]);
        oscillator.start(false, 1, 1);
        for (left, right) in left.chunks_mut(RUN).zip(right.chunks_mut(RUN)) {
            oscillator.render(Tables::shared(), 48_000.0, &tune, (1.0, 1.0), &[], left, right);
        }
        left
    }

    fn near(a: f32, b: f32, what: &str) {
        assert!((a - b).abs() < 0.03, "{what}: {a} and {b}");
    }

    #[test]
    fn waves_are_the_shapes_that_they_are_called() {
        let at = |kind, width, x: f64| {
            let y = drawn(401, |y| wave(kind, width, y));
            y[(x * 200.0) as usize]
        };
        for (x, sine, triangle) in [(0.25, 1.0, 1.0), (0.125, 0.707, 0.5), (0.75, -1.0, -1.0)] {
            near(at(Wave::Sine, 0.5, x), sine, "sine");
            near(at(Wave::Triangle, 0.5, x), triangle, "triangle");
        }
        for x in [0.25, 0.5, 0.75] {
            near(at(Wave::Saw, 0.5, x), 1.0 - 2.0 * x as f32, "a saw that falls");
        }
        for width in [0.2, 0.5, 0.9] {
            let y = drawn(401, |y| wave(Wave::Pulse, width, y));
            let up = y.iter().filter(|y| **y > 0.0).count() as f32 / 401.0;
            assert!((up - width as f32).abs() < 0.02, "{width}: {up}");
            // The sound itself, which has no direct current.
            let sounding = one_period(Wave::Pulse, width as f32);
            for n in [20, 80, 120, 190] {
                let (is, drawn) = (sounding[n], y[n]);
                assert!((is > 0.0) == (drawn > 0.0), "{width} at {n}: {drawn}, sounds {is}");
            }
            assert!(y.iter().all(|y| (y.abs() - 1.0).abs() < 0.05 || y.abs() < 1.0));
        }
        for kind in WAVES {
            let y = drawn(401, |y| wave(kind, 0.5, y));
            let peak = y.iter().fold(0.0f32, |peak, y| peak.max(y.abs()));
            assert!((0.95..1.06).contains(&peak), "{kind:?}: {peak}");
        }
        let sine = drawn(400, |y| wave(Wave::Sine, 0.5, y));
        let turns = sine.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count();
        assert_eq!(turns, 3, "two periods, without the turns at their ends");
    }

    #[test]
    fn a_mix_is_what_is_turned_up() {
        let part = Part { wave: Wave::Sine, width: 0.5, level: 0.0, semitones: 0.0 };
        let silent = Mix { parts: [part; 2], sub: 0.0, noise: 0.0, fm: 0.0 };
        assert!(drawn(101, |y| silent.draw(y)).iter().all(|y| *y == 0.0));
        let mut one = silent;
        one.parts[1] = Part { level: 0.5, semitones: 12.0, ..part };
        let y = drawn(401, |y| one.draw(y));
        near(y[25], 0.5, "an octave higher it is twice as fast");
        let sub = drawn(401, |y| Mix { sub: 1.0, ..silent }.draw(y));
        near(sub[100], 1.0, "one period of the sub is two of the key");
        near(sub[300], -1.0, "one period of the sub is two of the key");
        let full = Mix { parts: [Part { level: 1.0, ..part }; 2], sub: 1.0, noise: 1.0, fm: 1.0 };
        assert!(drawn(401, |y| full.draw(y)).iter().all(|y| y.abs() <= 1.0));
        let plain = Mix { fm: 0.0, ..full };
        assert_ne!(drawn(401, |y| full.draw(y)), drawn(401, |y| plain.draw(y)));
    }

    #[test]
    fn an_envelope_is_its_closed_form() {
        let settings =
            EnvelopeSettings { attack: 10.0, decay: 50.0, sustain: 0.4, release: 30.0, curve: 0.7 };
        let y = drawn(96, |y| envelope(&settings, y));
        for n in 0..31 {
            let time = n as f64 / 31.0;
            for (stretch, milliseconds) in
                [time * 10.0, 10.0 + time * 50.0, 1000.0 + time * 30.0].into_iter().enumerate()
            {
                let wanted = settings.level_at(milliseconds, 1000.0) as f32;
                assert!((y[stretch * 32 + n] - wanted).abs() < 1e-6, "{stretch} {n}");
            }
        }
        assert_eq!((y[0], y[31], y[32], y[95]), (0.0, 1.0, 1.0, 0.0));
    }

    #[test]
    fn a_slow_wave_begins_at_its_phase() {
        let y = drawn(401, |y| slow(LfoShape::Sine, 0.25, y));
        near(y[0], 1.0, "a quarter on");
        let y = drawn(401, |y| slow(LfoShape::SawUp, 0.0, y));
        near(y[400], 1.0, "it ends before it jumps");
    }

    #[test]
    fn a_filter_leaves_what_its_name_says() {
        let at = |kind, resonance, hertz| response(kind, 1000.0, resonance, hertz);
        for (kind, low, high) in [
            (FilterKind::Low12, 0.0, -40.0),
            (FilterKind::Low24, 0.0, -80.0),
            (FilterKind::High12, -40.0, 0.0),
            (FilterKind::High24, -80.0, 0.0),
        ] {
            assert!((at(kind, 0.0, 100.0) - low).abs() < 0.5, "{kind:?} {}", at(kind, 0.0, 100.0));
            assert!((at(kind, 0.0, 10_000.0) - high).abs() < 0.5, "{kind:?}");
            assert!((at(kind, 0.0, 1000.0) + 3.0).abs() < 0.1, "{kind:?} {}", at(kind, 0.0, 1000.0));
            assert!(at(kind, 0.9, 1000.0) > 15.0, "{kind:?} resonates");
        }
        assert!(at(FilterKind::Notch, 0.5, 1000.0) < -40.0 && at(FilterKind::Notch, 0.5, 50.0) > -0.5);
        assert!(at(FilterKind::Band, 0.5, 1000.0) > at(FilterKind::Band, 0.5, 300.0) + 6.0);
    }
}
