//! What can be chosen.

use dyad::prelude::*;

/// An oscillator's waveform. All are made of whole harmonics of their key, and none of those is above half the sample
/// rate.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wave {
    /// The first harmonic alone.
    Sine,
    /// Odd harmonics, falling by 12 dB an octave.
    Triangle,
    /// All harmonics, falling by 6 dB an octave.
    #[default]
    Saw,
    /// Two saws against each other; its width is a parameter. 50 % is a square.
    Pulse,
    /// Drawbars: harmonics 1, 2, 3, 4, 6, 8.
    Organ,
    /// Odd harmonics with a peak, like a reed.
    Reed,
    /// A vowel: two peaks among the harmonics.
    Voice,
    /// Few and far harmonics, like glass.
    Glass,
}

/// What the filter lets through.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilterKind {
    /// Below the cutoff, 12 dB an octave.
    #[choice(name = "Low pass 12")]
    Low12,
    /// Below the cutoff, 24 dB an octave.
    #[default]
    #[choice(name = "Low pass 24")]
    Low24,
    /// Around the cutoff.
    #[choice(name = "Band pass")]
    Band,
    /// Above the cutoff, 12 dB an octave.
    #[choice(name = "High pass 12")]
    High12,
    /// Above the cutoff, 24 dB an octave.
    #[choice(name = "High pass 24")]
    High24,
    /// All but the cutoff.
    Notch,
}

/// The shape of a low-frequency oscillator.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LfoShape {
    /// A sine.
    #[default]
    Sine,
    /// Up and down in straight lines.
    Triangle,
    /// Up in a straight line, then back at once.
    #[choice(name = "Saw up")]
    SawUp,
    /// Down in a straight line, then back at once.
    #[choice(name = "Saw down")]
    SawDown,
    /// Up for one half, down for the other.
    Square,
    /// A new value in each period, held.
    Steps,
    /// A new value in each period, with smooth ways between.
    Drift,
}

/// When a low-frequency oscillator starts.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LfoStart {
    /// Each voice has its own, from its note's start.
    #[default]
    Note,
    /// All voices have the same, which runs on; while the song plays, by the song's position.
    Free,
}

/// How keys become voices.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VoiceMode {
    /// A voice for each note.
    #[default]
    Poly,
    /// One voice; each key starts it afresh.
    Mono,
    /// One voice; a key pressed while another is held only changes its pitch.
    Legato,
}

/// Which notes glide.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glide {
    /// Those that begin while another is held.
    #[default]
    Legato,
    /// All.
    Always,
}

/// Whether channels are an MPE controller's.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MpeMode {
    /// Once the controller says that they are (MPE Configuration Message).
    #[default]
    Auto,
    /// From the start: one lower zone of 15 channels.
    On,
    /// Never: bends and pressure are their channels'.
    Off,
}

/// Where a modulation comes from.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nowhere.
    #[default]
    Off,
    /// How hard the key was struck, 0 to 1.
    Velocity,
    /// How fast the key was let go, 0 to 1; 0 while it is held.
    #[choice(name = "Release velocity")]
    Release,
    /// The key: ±1 = five octaves above and below middle C.
    Key,
    /// Envelope 1, the amplifier's, 0 to 1.
    #[choice(id = "env_1", name = "Envelope 1")]
    Env1,
    /// Envelope 2, 0 to 1.
    #[choice(id = "env_2", name = "Envelope 2")]
    Env2,
    /// Envelope 3, 0 to 1.
    #[choice(id = "env_3", name = "Envelope 3")]
    Env3,
    /// LFO 1, −1 to 1.
    #[choice(id = "lfo_1", name = "LFO 1")]
    Lfo1,
    /// LFO 2, −1 to 1.
    #[choice(id = "lfo_2", name = "LFO 2")]
    Lfo2,
    /// The channel's pitch wheel, −1 to 1.
    #[choice(name = "Pitch wheel")]
    Bend,
    /// The modulation wheel, 0 to 1.
    #[choice(name = "Mod wheel")]
    Wheel,
    /// Pressure on the key or, without that, on the whole channel, 0 to 1.
    Pressure,
    /// The note's brightness (MPE's slide, or controller 74), −1 to 1.
    #[choice(name = "Slide")]
    Slide,
    /// The note's vibrato expression, 0 to 1.
    Vibrato,
    /// The note's expression (and controller 11), 0 to 1.
    Expression,
    /// A value for each note, −1 to 1.
    Random,
    /// 1 and −1 in turn.
    Alternate,
}

/// Where a modulation goes. In brackets is what 100 % of a source's 1 does.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Target {
    /// Nowhere.
    #[default]
    Off,
    /// Pitch of all (±24 semitones; the amount is cubed, so that small ones are fine).
    Pitch,
    /// Pitch of oscillator 1 (as above).
    #[choice(name = "Pitch 1")]
    Pitch1,
    /// Pitch of oscillator 2 (as above).
    #[choice(name = "Pitch 2")]
    Pitch2,
    /// Pulse width of both (±45 %).
    Width,
    /// Level of oscillator 1 (±100 %).
    #[choice(name = "Level 1")]
    Level1,
    /// Level of oscillator 2 (±100 %).
    #[choice(name = "Level 2")]
    Level2,
    /// Level of the noise (±100 %).
    Noise,
    /// Frequency modulation (±100 %).
    #[choice(name = "FM")]
    Fm,
    /// Detune of unison (±100 %).
    Detune,
    /// The filter's cutoff (±8 octaves).
    Cutoff,
    /// The filter's resonance (±100 %).
    Resonance,
    /// The filter's drive (±24 dB).
    Drive,
    /// The voice's level (±100 %: −1 is silence, 0 what it is, 1 twice).
    Level,
    /// The voice's place (±100 %).
    Pan,
    /// Rate of LFO 1 (±4 octaves).
    #[choice(name = "LFO 1 rate")]
    LfoRate1,
    /// Rate of LFO 2 (±4 octaves).
    #[choice(name = "LFO 2 rate")]
    LfoRate2,
}
