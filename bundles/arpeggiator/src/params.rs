//! What the host can set and show.

use dyad::prelude::*;
use dyad_dsp::note::{NoteValue, TEMPOS, USUAL_TEMPO};

/// The most steps of a pattern.
pub const STEPS: usize = 16;

/// In which order the held notes are played.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// From the lowest to the highest.
    #[default]
    Up,
    /// From the highest to the lowest.
    Down,
    /// Up, then down; the ends once each.
    #[choice(name = "Up and down")]
    UpDown,
    /// Down, then up; the ends once each.
    #[choice(name = "Down and up")]
    DownUp,
    /// Lowest, highest, second lowest, second highest …
    Converge,
    /// From the middle outwards.
    Diverge,
    /// As they were pressed.
    #[choice(name = "As played")]
    Played,
    /// Any, at random.
    Random,
    /// A step up or down, at random.
    Walk,
    /// All at once.
    Chord,
}

/// What a step of the pattern does.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// The next note.
    #[default]
    Play,
    /// Silence; the order does not move on.
    Rest,
    /// The note before sounds on.
    Tie,
}

/// How loud notes are.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loudness {
    /// As their keys were struck, times the step's.
    #[default]
    #[choice(name = "As played")]
    Played,
    /// As the step says.
    Step,
}

/// When the pattern starts from its first step.
#[derive(Choice, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Restart {
    /// With the first key of a new chord.
    #[default]
    Chord,
    /// By the song's position, while it plays; else with the first key.
    Song,
}

/// A step of the pattern.
#[derive(Params)]
pub(crate) struct StepParams {
    #[param(name = "Kind", default = Step::Play)]
    pub(crate) kind: Choice<Step>,
    #[param(name = "Velocity", range = Range::linear(1.0, 127.0), default = 100.0)]
    pub(crate) velocity: Float,
    #[param(name = "Transpose", range = Range::stepped(-24.0, 24.0, 1.0), default = 0, unit = Unit::Semitones)]
    pub(crate) transpose: Int,
    // Of the gate.
    #[param(name = "Length", range = Range::linear(5.0, 100.0), default = 100.0, unit = Unit::Percent)]
    pub(crate) length: Float,
}

/// What the host can set and show.
#[derive(Params)]
pub struct ArpeggiatorParams {
    #[param(name = "Order", default = Order::Up)]
    pub(crate) order: Choice<Order>,
    #[param(name = "Octaves", range = Range::stepped(1.0, 4.0, 1.0), default = 1)]
    pub(crate) octaves: Int,
    #[param(name = "Rate", default = NoteValue::N16)]
    pub(crate) rate: Choice<NoteValue>,
    // How long notes are, of a step; above 100 % they overlap.
    #[param(name = "Gate", range = Range::linear(5.0, 200.0), default = 60.0, unit = Unit::Percent)]
    pub(crate) gate: Float,
    // Where every second step stands between its neighbours: 50 is straight, 66.7 triplets.
    #[param(name = "Swing", range = Range::linear(50.0, 75.0), default = 50.0, unit = Unit::Percent)]
    pub(crate) swing: Float,
    #[param(name = "Latch")]
    pub(crate) latch: Bool,
    #[param(name = "Restart", default = Restart::Chord)]
    pub(crate) restart: Choice<Restart>,
    #[param(name = "Loudness", default = Loudness::Played)]
    pub(crate) loudness: Choice<Loudness>,
    // How likely a step is played at all.
    #[param(name = "Chance", range = Range::linear(0.0, 100.0), default = 100.0, unit = Unit::Percent)]
    pub(crate) chance: Float,
    #[param(name = "Humanise", range = Range::linear(0.0, 100.0), default = 0.0, unit = Unit::Percent)]
    pub(crate) humanise: Float,
    #[param(name = "Steps", range = Range::stepped(1.0, STEPS as f32, 1.0), default = 8)]
    pub(crate) steps: Int,
    #[group(name = "Step")]
    pub(crate) step: [StepParams; STEPS],
    // The step that sounds, for editors; 0 while there is none.
    #[meter(name = "Playing", range = Range::stepped(0.0, STEPS as f32, 1.0))]
    pub(crate) playing: Output,
    #[meter(name = "Tempo", range = Range::linear(TEMPOS.0, TEMPOS.1), default = USUAL_TEMPO as f32)]
    #[meter(unit = Unit::BeatsPerMinute)]
    pub(crate) tempo: Output,
}
