//! Values that come in steps, from players' fingers and from automation, made smooth for one voice.

use crate::oscillator::RUN;

/// What is made smooth, by its place.
#[derive(Clone, Copy, Debug)]
#[repr(usize)]
pub(crate) enum Slow {
    /// Semitones off the key: bends and tuning.
    Tuning,
    Bend,
    Wheel,
    Pressure,
    Slide,
    Vibrato,
    Expression,
    /// A factor.
    Volume,
    Pan,
    Level1,
    Level2,
    Width1,
    Width2,
    Sub,
    Noise,
    Fm,
    /// Octaves above 1 Hz.
    Cutoff,
    Resonance,
    /// Decibels.
    Drive,
    Velocity,
    Release,
    /// How much softer a soft note is.
    Softer,
    /// Semitones.
    Fine1,
    Fine2,
    /// Cents.
    Detune1,
    Detune2,
    Spread1,
    Spread2,
    Colour,
    FilterKey,
    /// Octaves.
    FilterEnvelope,
    FilterVelocity,
    Drift,
}

/// How many there are.
const COUNT: usize = Slow::Drift as usize + 1;

/// The values, all at once.
pub(crate) type Values = [f32; COUNT];

pub(crate) const NOTHING: Values = [0.0; COUNT];

/// 1 − 1/e of a way is done in this time.
const SECONDS: f64 = 0.004;

/// How much of its way a value goes in a run.
pub(crate) fn share(rate: f64) -> f32 {
    (1.0 - (-(RUN as f64) / (SECONDS * rate)).exp()) as f32
}

/// Goes on by a run.
#[inline]
pub(crate) fn follow(values: &mut Values, wanted: &Values, share: f32) {
    for (value, wanted) in values.iter_mut().zip(wanted) {
        let way = *wanted - *value;
        // It arrives, in the end.
        *value = if way.abs() < 1e-5 { *wanted } else { *value + share * way };
    }
}

/// What is left of a difference after a run.
#[inline]
pub(crate) fn fallen(rest: f32, share: f32) -> f32 {
    if rest.abs() < 1e-5 { 0.0 } else { rest - share * rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_arrives_exactly_and_without_steps() {
        let share = share(48_000.0);
        let mut values = [0.0; COUNT];
        let wanted = [12.0; COUNT];
        let mut last = 0.0;
        for _ in 0..400 {
            follow(&mut values, &wanted, share);
            assert!(values[0] >= last && values[0] - last < 12.0 * 0.09);
            last = values[0];
        }
        assert_eq!(values, wanted);
    }
}
