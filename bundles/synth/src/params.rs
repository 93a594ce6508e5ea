//! What the host can set and show.

use dyad::param::ParamInfo;
use dyad::prelude::*;
use dyad_dsp::note::NoteValue;

use crate::choices::{FilterKind, Glide, LfoShape, LfoStart, MpeMode, Source, Target, VoiceMode, Wave};

/// Oscillators.
pub const OSCILLATORS: usize = 2;
/// Envelopes; the first is the amplifier's.
pub const ENVELOPES: usize = 3;
/// Low-frequency oscillators.
pub const LFOS: usize = 2;
/// Rows of the modulation matrix.
pub const ROWS: usize = 8;
/// The most voices.
pub const VOICES: usize = 32;
/// The most voices of an oscillator's unison.
pub const UNISON: usize = 7;

/// One oscillator.
#[derive(Params)]
pub(crate) struct OscillatorParams {
    #[param(name = "Wave", default = Wave::Saw)]
    pub(crate) wave: Choice<Wave>,
    #[param(name = "Level", range = Range::linear(0.0, 100.0), default = 70.0, unit = Unit::Percent)]
    pub(crate) level: Float,
    #[param(name = "Octave", range = Range::stepped(-3.0, 3.0, 1.0), default = 0)]
    pub(crate) octave: Int,
    #[param(name = "Semitone", range = Range::stepped(-12.0, 12.0, 1.0), default = 0, unit = Unit::Semitones)]
    pub(crate) semitone: Int,
    #[param(name = "Fine", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Cents)]
    pub(crate) fine: Float,
    #[param(name = "Width", range = Range::linear(5.0, 95.0), default = 50.0, unit = Unit::Percent)]
    pub(crate) width: Float,
    #[param(name = "Unison", range = Range::stepped(1.0, UNISON as f32, 1.0), default = 1)]
    pub(crate) unison: Int,
    #[param(name = "Detune", range = Range::linear(0.0, 100.0), default = 20.0, unit = Unit::Cents)]
    pub(crate) detune: Float,
    #[param(name = "Spread", range = Range::linear(0.0, 100.0), default = 60.0, unit = Unit::Percent)]
    pub(crate) spread: Float,
    // The wave runs on from note to note, instead of starting with each.
    #[param(name = "Free phase")]
    pub(crate) free: Bool,
}

/// An oscillator with defaults of its own: the second is silent until it is turned up.
pub(crate) struct Oscillator<const N: usize>(pub(crate) OscillatorParams);

impl<const N: usize> Params for Oscillator<N> {
    const COUNT: usize = OscillatorParams::COUNT;

    fn describe() -> Vec<ParamInfo> {
        let fresh = |info: ParamInfo| match &*info.id {
            "level" if N > 1 => info.default(0.0),
            _ => info,
        };
        OscillatorParams::describe().into_iter().map(fresh).collect()
    }

    fn create(infos: &[ParamInfo]) -> Self {
        Self(OscillatorParams::create(infos))
    }

    fn prepare(&mut self, sample_rate: f64) {
        self.0.prepare(sample_rate);
    }

    fn snap(&mut self) {
        self.0.snap();
    }

    fn set(&mut self, index: usize, plain: f32) {
        self.0.set(index, plain);
    }

    fn finish(&mut self, index: usize, frames: usize) -> f32 {
        self.0.finish(index, frames)
    }
}

/// The filter.
#[derive(Params)]
pub(crate) struct FilterParams {
    #[param(name = "Type", default = FilterKind::Low24)]
    pub(crate) kind: Choice<FilterKind>,
    #[param(name = "Cutoff", range = Range::log(20.0, 20_000.0), default = 20_000.0, unit = Unit::Hertz)]
    pub(crate) cutoff: Float,
    #[param(name = "Resonance", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) resonance: Float,
    #[param(name = "Drive", range = Range::linear(0.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    pub(crate) drive: Float,
    #[param(name = "Key tracking", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) key: Float,
    // Of envelope 2.
    #[param(name = "Envelope", range = Range::linear(-96.0, 96.0), default = 0.0, unit = Unit::Semitones)]
    pub(crate) envelope: Float,
    #[param(name = "Velocity", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) velocity: Float,
}

/// An envelope. Times are whole lengths: an attack from 0 to 1, a decay to the sustain, a release to 0.
#[derive(Params)]
pub(crate) struct EnvelopeParams {
    #[param(name = "Attack", range = Range::skewed(0.0, 10_000.0, 625.0), default = 2.0, unit = Unit::Milliseconds)]
    pub(crate) attack: Float,
    #[param(name = "Decay", range = Range::skewed(1.0, 20_000.0, 1250.0), default = 400.0, unit = Unit::Milliseconds)]
    pub(crate) decay: Float,
    #[param(name = "Sustain", range = Range::linear(0.0, 100.0), default = 80.0, unit = Unit::Percent)]
    pub(crate) sustain: Float,
    #[param(name = "Release", range = Range::skewed(1.0, 20_000.0, 1250.0), default = 200.0, unit = Unit::Milliseconds)]
    pub(crate) release: Float,
    // 0 is straight lines, 100 steep at first and then slow, as a capacitor is charged.
    #[param(name = "Curve", range = Range::linear(0.0, 100.0), default = 70.0, unit = Unit::Percent)]
    pub(crate) curve: Float,
}

/// A low-frequency oscillator.
#[derive(Params)]
pub(crate) struct LfoParams {
    #[param(name = "Shape", default = LfoShape::Sine)]
    pub(crate) shape: Choice<LfoShape>,
    #[param(name = "Sync")]
    pub(crate) sync: Bool,
    #[param(name = "Rate", range = Range::log(0.02, 40.0), default = 4.0, unit = Unit::Hertz)]
    pub(crate) rate: Float,
    #[param(name = "Note", default = NoteValue::N4)]
    pub(crate) note: Choice<NoteValue>,
    #[param(name = "Start", default = LfoStart::Note)]
    pub(crate) start: Choice<LfoStart>,
    #[param(name = "Phase", range = Range::linear(0.0, 360.0), default = 0.0, unit = Unit::Degrees)]
    pub(crate) phase: Float,
    // How long it takes to come in after the note's start.
    #[param(name = "Fade in", range = Range::skewed(0.0, 10_000.0, 625.0), default = 0.0, unit = Unit::Milliseconds)]
    pub(crate) fade: Float,
}

/// A row of the matrix: source × via × amount → target.
#[derive(Params)]
pub(crate) struct RowParams {
    #[param(name = "Source", default = Source::Off)]
    pub(crate) source: Choice<Source>,
    // What scales it; off = nothing does.
    #[param(name = "Via", default = Source::Off)]
    pub(crate) via: Choice<Source>,
    #[param(name = "Target", default = Target::Off)]
    pub(crate) target: Choice<Target>,
    #[param(name = "Amount", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) amount: Float,
}

/// Two detuned delays, one for each side.
#[derive(Params)]
pub(crate) struct ChorusParams {
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) mix: Float,
    #[param(name = "Rate", range = Range::log(0.05, 8.0), default = 0.6, unit = Unit::Hertz)]
    pub(crate) rate: Float,
    #[param(name = "Depth", range = Range::linear(0.0, 100.0), default = 50.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) depth: Float,
}

/// A room.
#[derive(Params)]
pub(crate) struct ReverbParams {
    #[param(name = "Mix", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    #[param(smooth = Smooth::Linear(20.0))]
    pub(crate) mix: Float,
    #[param(name = "Decay", range = Range::log(0.2, 20.0), default = 2.0, unit = Unit::Seconds)]
    pub(crate) decay: Float,
    #[param(name = "Damping", range = Range::linear(0.0, 100.0), default = 40.0, unit = Unit::Percent)]
    pub(crate) damping: Float,
}

/// What the host can set and show.
#[derive(Params)]
pub struct SynthParams {
    #[group(name = "Oscillator 1", id = "osc_1")]
    pub(crate) osc_1: Oscillator<1>,
    #[group(name = "Oscillator 2", id = "osc_2")]
    pub(crate) osc_2: Oscillator<2>,
    // A sine an octave below oscillator 1.
    #[param(name = "Sub", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) sub: Float,
    #[param(name = "Noise", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) noise: Float,
    // 0 is white; less is darker, more is brighter.
    #[param(name = "Noise colour", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) noise_colour: Float,
    // Oscillator 2 moves the phase of oscillator 1. It makes new harmonics above half the sample rate too.
    #[param(name = "FM", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) fm: Float,
    #[group(name = "Filter")]
    pub(crate) filter: FilterParams,
    #[group(name = "Envelope", id = "env")]
    pub(crate) env: [EnvelopeParams; ENVELOPES],
    #[group(name = "LFO")]
    pub(crate) lfo: [LfoParams; LFOS],
    #[group(name = "Modulation", id = "mod")]
    pub(crate) matrix: [RowParams; ROWS],
    #[group(name = "Chorus")]
    pub(crate) chorus: ChorusParams,
    #[group(name = "Reverb")]
    pub(crate) reverb: ReverbParams,
    #[param(name = "Mode", default = VoiceMode::Poly)]
    pub(crate) mode: Choice<VoiceMode>,
    #[param(name = "Voices", range = Range::stepped(1.0, VOICES as f32, 1.0), default = 16)]
    pub(crate) voices: Int,
    #[param(name = "Glide", range = Range::skewed(0.0, 5000.0, 312.5), default = 0.0, unit = Unit::Milliseconds)]
    #[param(off_at_min)]
    pub(crate) glide: Float,
    #[param(name = "Glide of", default = Glide::Legato)]
    pub(crate) glide_of: Choice<Glide>,
    #[param(name = "Bend range", range = Range::stepped(0.0, 48.0, 1.0), default = 2, unit = Unit::Semitones)]
    pub(crate) bend: Int,
    #[param(name = "MPE", default = MpeMode::Auto)]
    pub(crate) mpe: Choice<MpeMode>,
    // How much softer a soft note is.
    #[param(name = "Velocity", range = Range::linear(0.0, 100.0), default = 60.0, unit = Unit::Percent)]
    pub(crate) velocity: Float,
    // How far notes stray from each other in pitch and cutoff.
    #[param(name = "Drift", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) drift: Float,
    #[param(name = "Tune", range = Range::linear(-100.0, 100.0), default = 0.0, unit = Unit::Cents)]
    pub(crate) tune: Float,
    #[param(name = "Volume", range = Range::linear(-60.0, 6.0), default = -12.0, unit = Unit::Decibels)]
    #[param(smooth = Smooth::Gain(20.0), silent_at_min)]
    pub(crate) volume: Float,
    #[meter(name = "Voices sounding", range = Range::stepped(0.0, VOICES as f32, 1.0))]
    pub(crate) sounding: Output,
    #[meter(name = "Left")]
    pub(crate) left_level: PeakMeter,
    #[meter(name = "Right")]
    pub(crate) right_level: PeakMeter,
}
