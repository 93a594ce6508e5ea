//! What is set, as the player of steps reads it.

use dyad::prelude::Params;

use crate::params::{ArpeggiatorParams, Loudness, Order, Restart, STEPS, Step};

/// A step of the pattern.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepSettings {
    pub(crate) kind: Step,
    /// 1 to 127.
    pub(crate) velocity: f32,
    /// Semitones.
    pub(crate) transpose: i32,
    /// Of the gate, 0.05 to 1.
    pub(crate) length: f64,
}

/// The parameters of a piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) order: Order,
    /// 1 to 4.
    pub(crate) octaves: usize,
    /// A step's length in quarter notes.
    pub(crate) quarters: f64,
    /// Of a step, 0.05 to 2.
    pub(crate) gate: f64,
    /// 0.5 to 0.75.
    pub(crate) swing: f64,
    pub(crate) latch: bool,
    pub(crate) restart: Restart,
    pub(crate) loudness: Loudness,
    /// 0 to 1.
    pub(crate) chance: f64,
    /// 0 to 1.
    pub(crate) loose: f64,
    pub(crate) steps: usize,
    pub(crate) step: [StepSettings; STEPS],
}

impl Default for Settings {
    fn default() -> Self {
        Self::of(&ArpeggiatorParams::create(&ArpeggiatorParams::describe()))
    }
}

impl Settings {
    pub(crate) fn of(params: &ArpeggiatorParams) -> Self {
        let share = |percent: f32| f64::from(percent) / 100.0;
        Self {
            order: params.order.value(),
            octaves: params.octaves.value().clamp(1, 4) as usize,
            quarters: params.rate.value().quarters(),
            gate: share(params.gate.value()),
            swing: share(params.swing.value()),
            latch: params.latch.value(),
            restart: params.restart.value(),
            loudness: params.loudness.value(),
            chance: share(params.chance.value()),
            loose: share(params.humanise.value()),
            steps: params.steps.value().clamp(1, STEPS as i32) as usize,
            step: params.step.each_ref().map(|step| StepSettings {
                kind: step.kind.value(),
                velocity: step.velocity.value(),
                transpose: step.transpose.value(),
                length: share(step.length.value()),
            }),
        }
    }

    /// A step of the pattern, which goes round.
    pub(crate) fn index(&self, number: i64) -> usize {
        number.rem_euclid(self.steps as i64) as usize
    }

    /// How many notes the pattern has played before a step, counted from step 0.
    pub(crate) fn plays_before(&self, number: i64) -> i64 {
        let plays =
            |steps: &[StepSettings]| steps.iter().filter(|step| step.kind == Step::Play).count() as i64;
        let rounds = number.div_euclid(self.steps as i64);
        rounds * plays(&self.step[..self.steps]) + plays(&self.step[..self.index(number)])
    }
}
