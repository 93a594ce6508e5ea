//! The parameters as voices need them: in frames, octaves and factors, read once for a piece.

use crate::choices::{FilterKind, Glide, LfoShape, LfoStart, VoiceMode, Wave};
use crate::envelope::{EnvelopeSettings, Times};
use crate::lfo::Pace;
use crate::matrix::Matrix;
use crate::params::{
    ENVELOPES, EnvelopeParams, LFOS, LfoParams, OSCILLATORS, OscillatorParams, SynthParams,
};

#[derive(Clone, Copy, Debug)]
pub(crate) struct OscillatorPatch {
    pub(crate) wave: Wave,
    /// 0 to 1.
    pub(crate) level: f32,
    /// Semitones, in steps.
    pub(crate) pitch: f32,
    /// Semitones.
    pub(crate) fine: f32,
    /// 0.05 to 0.95.
    pub(crate) width: f32,
    pub(crate) unison: usize,
    pub(crate) detune_cents: f32,
    /// 0 to 1.
    pub(crate) spread: f32,
    pub(crate) free: bool,
}

impl OscillatorPatch {
    fn new(params: &OscillatorParams, tune: f32) -> Self {
        let semitones = params.octave.value() * 12 + params.semitone.value();
        Self {
            wave: params.wave.value(),
            level: params.level.value() * 0.01,
            pitch: semitones as f32,
            fine: (params.fine.value() + tune) * 0.01,
            width: params.width.value() * 0.01,
            unison: params.unison.value().max(1) as usize,
            detune_cents: params.detune.value(),
            spread: params.spread.value() * 0.01,
            free: params.free.value(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct FilterPatch {
    pub(crate) kind: FilterKind,
    /// Octaves above 1 Hz.
    pub(crate) cutoff: f32,
    /// 0 to 1.
    pub(crate) resonance: f32,
    /// Decibels.
    pub(crate) drive: f32,
    /// Octaves for an octave of the key.
    pub(crate) key: f32,
    /// Octaves.
    pub(crate) envelope: f32,
    /// 0 to 1.
    pub(crate) velocity: f32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct LfoPatch {
    pub(crate) shape: LfoShape,
    pub(crate) pace: Pace,
    pub(crate) free: bool,
    /// Periods.
    pub(crate) phase: f64,
    /// Frames.
    pub(crate) fade: f32,
}

impl LfoPatch {
    fn new(params: &LfoParams, rate: f64) -> Self {
        Self {
            shape: params.shape.value(),
            pace: Pace {
                hertz: f64::from(params.rate.value()),
                quarters: params.sync.value().then(|| params.note.value().quarters()),
            },
            free: params.start.value() == LfoStart::Free,
            phase: f64::from(params.phase.value()) / 360.0,
            fade: params.fade.value() * 1e-3 * rate as f32,
        }
    }
}

impl LfoPatch {
    /// Whether another setting leaps from where this one is, instead of going on from there.
    pub(crate) fn leaps_to(&self, other: &Self) -> bool {
        self.phase != other.phase
            || self.shape != other.shape
            || self.free != other.free
            || self.pace.quarters != other.pace.quarters
    }
}

/// All of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patch {
    pub(crate) osc: [OscillatorPatch; OSCILLATORS],
    pub(crate) sub: f32,
    pub(crate) noise: f32,
    /// −1 to 1.
    pub(crate) colour: f32,
    pub(crate) fm: f32,
    pub(crate) filter: FilterPatch,
    pub(crate) env: [Times; ENVELOPES],
    pub(crate) lfo: [LfoPatch; LFOS],
    pub(crate) matrix: Matrix,
    pub(crate) mode: VoiceMode,
    pub(crate) voices: usize,
    /// Frames.
    pub(crate) glide: u32,
    pub(crate) glides_always: bool,
    pub(crate) velocity: f32,
    pub(crate) drift: f32,
}

impl Patch {
    pub(crate) fn new(params: &SynthParams, rate: f64) -> Self {
        let tune = params.tune.value();
        let filter = &params.filter;
        Self {
            osc: [OscillatorPatch::new(&params.osc_1.0, tune), OscillatorPatch::new(&params.osc_2.0, tune)],
            sub: params.sub.value() * 0.01,
            noise: params.noise.value() * 0.01,
            colour: params.noise_colour.value() * 0.01,
            fm: params.fm.value() * 0.01,
            filter: FilterPatch {
                kind: filter.kind.value(),
                cutoff: filter.cutoff.value().log2(),
                resonance: filter.resonance.value() * 0.01,
                drive: filter.drive.value(),
                key: filter.key.value() * 0.01,
                envelope: filter.envelope.value() / 12.0,
                velocity: filter.velocity.value() * 0.01,
            },
            env: params.env.each_ref().map(|env| Times::new(&env.settings(), rate)),
            lfo: params.lfo.each_ref().map(|lfo| LfoPatch::new(lfo, rate)),
            matrix: Matrix::new(&params.matrix),
            mode: params.mode.value(),
            voices: params.voices.value().max(1) as usize,
            glide: (f64::from(params.glide.value()) * 1e-3 * rate).round() as u32,
            glides_always: params.glide_of.value() == Glide::Always,
            velocity: params.velocity.value() * 0.01,
            drift: params.drift.value() * 0.01,
        }
    }
}

impl EnvelopeParams {
    fn settings(&self) -> EnvelopeSettings {
        EnvelopeSettings {
            attack: f64::from(self.attack.value()),
            decay: f64::from(self.decay.value()),
            sustain: f64::from(self.sustain.value()) * 0.01,
            release: f64::from(self.release.value()),
            curve: f64::from(self.curve.value()) * 0.01,
        }
    }
}
