//! What an author implements.
//!
//! # Threads
//!
//! Two types share the work, and the types say on which thread each lives:
//!
//! | type | thread | made | dropped |
//! |---|---|---|---|
//! | [`Plugin`] | `[main-thread]` | when the host creates an instance | with the instance |
//! | [`Processor`] | `[audio-thread]` | by [`Plugin::activate`], on the main thread | on the main thread, when the host deactivates |
//!
//! They share no reference. A processor gets its parameters as `&mut Params` for the length of
//! one call, so no other thread can see them then, and nothing on the audio thread can reach the
//! plugin object: a slow main-thread function cannot be called from `process` by accident.

use crate::audio::Audio;
use crate::cycle::Context;
use crate::layout::Layout;
use crate::param::Params;

/// What kind of plugin it is. Hosts sort their menus by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Category {
    /// Changes level: gain, panner, mixer.
    Amplifier,
    /// Compressor, limiter, gate, expander.
    Dynamics,
    /// Delay and echo.
    Delay,
    /// Reverberation.
    Reverb,
    /// Filters.
    Filter,
    /// Equalisers.
    Equaliser,
    /// Distortion, saturation, wave shaping.
    Distortion,
    /// Chorus, flanger, phaser, tremolo.
    Modulation,
    /// Pitch, frequency and spectrum.
    Spectral,
    /// Meters and analysers.
    Analyser,
    /// Anything else that treats sound.
    Utility,
    /// Makes sound from notes.
    Instrument,
}

/// Who a plugin is.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    /// A URI, the plugin's identity in every format and in saved state, for example
    /// `urn:example:gain`. Never changes once released.
    pub id: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// Who makes it.
    pub vendor: &'static str,
    /// The plugin's or vendor's page; may be empty.
    pub url: &'static str,
    /// Where to write to; may be empty.
    pub email: &'static str,
    /// `major.minor.patch`, normally `env!("CARGO_PKG_VERSION")`.
    pub version: &'static str,
    /// Licence as an SPDX expression, normally `env!("CARGO_PKG_LICENSE")`.
    pub license: &'static str,
    /// One or two sentences for the host's plugin list.
    pub description: &'static str,
    /// What kind of plugin it is.
    pub category: Category,
}

/// The conditions under which a processor will run.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Frames per second, finite and above 0.
    pub sample_rate: f64,
    /// The most frames a call of [`Processor::process`] will get.
    pub max_frames: usize,
    /// The audio layout in use, one of [`Plugin::LAYOUTS`].
    pub layout: Layout,
}

/// How long a processor sounds on after its input fell silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// Not at all.
    #[default]
    None,
    /// For this many frames.
    Frames(u32),
    /// For ever, or nobody knows.
    Infinite,
}

impl Tail {
    /// The length in frames, `u32::MAX` for ever: VST3's way to say it.
    #[must_use]
    pub fn frames(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Frames(frames) => frames,
            Self::Infinite => u32::MAX,
        }
    }
}

/// One plugin instance: the half that lives on the main thread.
///
/// `Default` makes the instance; hosts create instances while scanning, so it should be quick and
/// leave buffers to [`Plugin::activate`].
pub trait Plugin: Default + 'static {
    /// Parameters and meters, normally with `#[derive(Params)]`.
    type Params: Params;
    /// The half that lives on the audio thread.
    type Processor: Processor<Params = Self::Params>;

    /// Who it is.
    const INFO: Info;
    /// The layouts it can run with, at least one; the first is the default.
    const LAYOUTS: &'static [Layout];
    /// Whether `process` wants notes and other MIDI input.
    const MIDI_INPUT: bool = false;

    /// Makes the processor for the next run. `[main-thread & !active]`
    fn activate(&mut self, setup: &Setup) -> Self::Processor;
}

/// One plugin instance: the half that makes the sound.
///
/// Nothing here may allocate, lock, or call the system.
pub trait Processor: Send + 'static {
    /// The same parameters as the plugin's.
    type Params: Params;

    /// Forgets all sound: delay lines, filter memory, envelopes. `[audio-thread]`
    ///
    /// Called before the first block of a run and when a bypass ends.
    fn reset(&mut self) {}

    /// Processes one piece of a block. `[audio-thread]`
    ///
    /// A block of the host is cut where parameters change, so values are constant (or ramp) over
    /// a piece. Pieces have 1 to [`Setup::max_frames`] frames.
    fn process(&mut self, params: &mut Self::Params, audio: &mut Audio<'_>, context: &mut Context<'_>);

    /// How many frames the output lags behind the input: the same from activation to deactivation.
    /// `[audio-thread | main-thread & active]`
    fn latency(&self) -> u32 {
        0
    }

    /// How long it sounds on. `[audio-thread | main-thread & active]`
    fn tail(&self) -> Tail {
        Tail::None
    }
}
