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
//!
//! What the types exclude, and the compiler's answer to it:
//!
//! ```compile_fail,E0521
//! # use dyad_core::{Activation, task::Tasks};
//! // Declaring tasks once the run has begun: the place to do it ends with `activate`.
//! struct Later(&'static mut Tasks);
//! fn activate(activation: &mut Activation<'_>) -> Later {
//!     Later(activation.tasks())
//! }
//! ```
//!
//! ```compile_fail,E0521
//! # use dyad_core::{Audio, Context};
//! // Keeping a host's buffer beyond the call: another thread might own it then.
//! struct Keeps(&'static mut [f32]);
//! fn process(audio: &mut Audio<'_>) -> Keeps {
//!     Keeps(audio.channel(0).unwrap().samples())
//! }
//! ```
//!
//! ```compile_fail,E0277
//! # use dyad_core::sync::{Receiver, handover};
//! // Two threads taking from one hand-over slot.
//! let (_sender, receiver) = handover::<Vec<f32>>();
//! let shared = std::sync::Arc::new(receiver);
//! let other = std::sync::Arc::clone(&shared);
//! std::thread::spawn(move || other.get());
//! ```
//!
//! ```compile_fail,E0277
//! # use dyad_core::{Audio, Context, Processor};
//! # use dyad_core::param::Params;
//! // A processor with something that belongs to one thread: hosts start and stop it on another one.
//! struct Sound(std::rc::Rc<f32>);
//! impl Processor for Sound {
//!     type Params = ();
//!     fn process(&mut self, _: &mut (), _: &mut Audio<'_>, _: &mut Context<'_>) {}
//! }
//! ```
//!
//! ```compile_fail,E0499
//! # use dyad_core::Audio;
//! // Two writers of one channel.
//! fn process(audio: &mut Audio<'_>) {
//!     let mut a = audio.channel(0).unwrap();
//!     let mut b = audio.channel(0).unwrap();
//!     a.samples()[0] = b.samples()[0];
//! }
//! ```

use std::ops::Deref;
use std::sync::Arc;

use crate::audio::Audio;
use crate::cycle::Context;
use crate::event::{EventPorts, MpeReading};
use crate::layout::Layout;
use crate::message::{MessageReceiver, MessageSender, Messages};
use crate::param::{Params, Property};
use crate::preset::Preset;
use crate::state::{Draft, FieldError, Fields, Migration};
use crate::task::Tasks;
use crate::track::Track;

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
    /// Makes notes from notes.
    NoteEffect,
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
    /// The samples that the host gives; `F64` only where the plugin has [`Plugin::DOUBLE`].
    pub format: SampleFormat,
}

/// A type of samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SampleFormat {
    /// 32 bits: [`Processor::process`].
    #[default]
    F32,
    /// 64 bits: [`Processor::process_f64`].
    F64,
}

/// What [`Plugin::activate`] gets: the [`Setup`] of the run, and a place to declare tasks at.
#[derive(Debug)]
pub struct Activation<'a> {
    setup: Setup,
    tasks: &'a mut Tasks,
    messages: &'a Arc<Messages>,
}

impl<'a> Activation<'a> {
    pub(crate) fn new(setup: Setup, tasks: &'a mut Tasks, messages: &'a Arc<Messages>) -> Self {
        Self { setup, tasks, messages }
    }

    /// Work for other threads during this run: [`Tasks::background`] and [`Tasks::main_thread`] give
    /// a sender each for the processor to keep.
    pub fn tasks(&mut self) -> &mut Tasks {
        self.tasks
    }

    /// The ways to the editor and back, for plugins with [`Plugin::MESSAGES`]. The first call of a run
    /// gets them; they work until they are dropped, and then are the next run's.
    pub fn messages(&mut self) -> (MessageSender, MessageReceiver) {
        self.messages.sound()
    }
}

impl Deref for Activation<'_> {
    type Target = Setup;

    fn deref(&self) -> &Setup {
        &self.setup
    }
}

/// How long a processor sounds on after its input fell silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tail {
    /// Not at all.
    #[default]
    None,
    /// For this many frames.
    Frames(u32),
    /// For ever, or nobody knows: the host is asked to keep processing (an oscillator, a frozen
    /// delay).
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
pub trait Plugin: Default + Send + 'static {
    /// Parameters and meters, normally with `#[derive(Params)]`.
    type Params: Params;
    /// The half that lives on the audio thread.
    type Processor: Processor<Params = Self::Params>;

    /// Who it is.
    const INFO: Info;
    /// The layouts it can run with, at least one; the first is the default.
    const LAYOUTS: &'static [Layout];
    /// Which events it takes and sends: none, unless it says so.
    const EVENTS: EventPorts = EventPorts::NONE;
    /// Text and paths that a host can set, beside the parameters.
    const PROPERTIES: &'static [Property] = &[];
    /// Factory presets, normally `dyad::presets!("presets")`.
    const PRESETS: &'static [Preset] = &[];
    /// A block is cut where sample-accurate parameters change, but not into pieces of fewer frames
    /// than this; the last piece of a block may be shorter. 1 = exactly at the change. Whatever it says,
    /// pieces have 64 frames at most while the bypass fades, and where a host's buffers overlap or lack.
    const MIN_PIECE: usize = 1;
    /// Whether it has a [`Processor::process_f64`].
    const DOUBLE: bool = false;
    /// Whether it reads the [transport](crate::Transport). Hosts give it to those that ask: in VST3 by what
    /// a processor says it requires, in LV2 by what its `control` port takes. There MIDI is said to be
    /// taken too, because Reaper sends the transport along with it alone.
    const TRANSPORT: bool = false;
    /// Whether it declares [tasks](Tasks) when it is activated. In LV2 the host's worker is asked then to wake the
    /// module's service thread; without it that thread looks every 5 ms in every host.
    const TASKS: bool = false;
    /// Bytes of [messages](crate::message) between sound and editor that can wait, each way: room for
    /// the longest message (4 KB) at least, unless it is 0. 0 = there are no messages.
    const MESSAGES: usize = 0;

    /// Makes the processor for the next run. `[main-thread & !active]`
    fn activate(&mut self, activation: &mut Activation<'_>) -> Self::Processor;

    /// What belongs to the state beside parameters and properties, as named fields; called while the
    /// instance runs, rests, or was never activated. `[main-thread]`
    ///
    /// ```
    /// # use dyad_core::state::{FieldError, Fields};
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// #[serde(default)]
    /// struct Pattern {
    ///     steps: Vec<u8>,
    /// }
    /// # struct Arp { pattern: Pattern }
    /// # impl Arp {
    /// fn save(&self) -> Fields {
    ///     Fields::of(&self.pattern).unwrap_or_default()
    /// }
    /// fn load(&mut self, fields: &Fields) -> Result<(), FieldError> {
    ///     self.pattern = fields.decode()?;
    ///     Ok(())
    /// }
    /// # }
    /// ```
    fn save(&self) -> Fields {
        Fields::none()
    }

    /// Takes what [`Plugin::save`] gave, perhaps in an older version. Decode first and assign last: on
    /// an error the session's state is refused as a whole, and nothing may have changed. How the
    /// processor learns of it is the plugin's affair: a [`handover`](crate::sync::handover) of a
    /// finished object. `[main-thread]`
    ///
    /// # Errors
    /// Where the fields make no sense.
    fn load(&mut self, _fields: &Fields) -> Result<(), FieldError> {
        Ok(())
    }

    /// Turns the state that another version of the plugin wrote into one of this version, before it is
    /// read. `[main-thread]`
    fn migrate(_old: &mut Migration<'_>) {}

    /// Reads a state that is not Dyad's: of the same plugin made with another framework, say. `None`
    /// where it makes no sense; then nothing changes. `[main-thread]`
    fn foreign(_bytes: &[u8]) -> Option<Draft> {
        None
    }

    /// A property has a new value, by the host or by a session; at the start of an instance's life it
    /// has its default and this is not called. A path that is not empty is told with every state, also where it is
    /// the same: the file may have changed. `index` counts [`Plugin::PROPERTIES`]. `[main-thread]`
    fn property_changed(&mut self, _index: usize, _value: &str) {}

    /// A hash of what the file of a path property holds, with its name (`sha256:…`), as far as it is known: it is
    /// saved beside the path, so that a session can say later whether the file is still the same. Should not read the
    /// file: hosts save often. `[main-thread]`
    fn property_hash(&self, _index: usize) -> Option<String> {
        None
    }

    /// A path was saved with the hash of its file; called before [`Plugin::property_changed`], also where the path is
    /// the same as before. `[main-thread]`
    fn property_hash_loaded(&mut self, _index: usize, _path: &str, _hash: &str) {}

    /// The host says which track the instance is on, or that its name or colour has changed; VST3 hosts alone do.
    /// `[main-thread]`
    fn track_changed(&mut self, _track: &Track) {}
}

/// One plugin instance: the half that makes the sound.
///
/// Nothing here may allocate, lock, or call the system.
pub trait Processor: Send + 'static {
    /// The same parameters as the plugin's.
    type Params: Params;

    /// Called once before all else, with the parameters at their values: for what the first block must
    /// find done, and for a latency that depends on parameters. Memory is better taken in
    /// [`Plugin::activate`], but may be here too. `[main-thread & !active]`
    fn prepare(&mut self, _params: &mut Self::Params) {}

    /// Forgets all sound: delay lines, filter memory, envelopes. `[audio-thread]`
    ///
    /// Called before the first block of a run and when a bypass ends.
    fn reset(&mut self) {}

    /// Processes one piece of a block. `[audio-thread]`
    ///
    /// A block of the host is cut where parameters change, so values are constant (or ramp) over
    /// a piece. Pieces have 1 to [`Setup::max_frames`] frames.
    fn process(&mut self, params: &mut Self::Params, audio: &mut Audio<'_>, context: &mut Context<'_>);

    /// The same with samples of 64 bits, for plugins with [`Plugin::DOUBLE`]. `[audio-thread]`
    fn process_f64(
        &mut self,
        _params: &mut Self::Params,
        audio: &mut Audio<'_, f64>,
        _context: &mut Context<'_>,
    ) {
        audio.silence();
    }

    /// Whether channels are an MPE controller's, for plugins that [can read it](crate::event::EventPorts::mpe). It is
    /// asked before the events of each piece are read, with the parameters as they are in that piece: so it is so from
    /// the very frame on where a parameter changes, however the host cuts its blocks. Where it changes, held notes end
    /// on the channels whose part is another one. `[audio-thread]`
    fn read_mpe(&self, _params: &Self::Params) -> MpeReading {
        MpeReading::Always
    }

    /// Ends a block of the host's, of which [`Processor::process`] saw the pieces: for what is sent once
    /// in a block, such as [`MeterSender::finish`](crate::meter::MeterSender::finish). Called while
    /// bypassed too. `[audio-thread]`
    fn end_block(&mut self, _params: &mut Self::Params, _frames: usize) {}

    /// How many frames the output lags behind the input. It is asked for before the first block and
    /// after each; where it changes, the host is told. `[audio-thread | main-thread & !active]`
    fn latency(&self) -> u32 {
        0
    }

    /// The most that [`Processor::latency`] will be in this run: memory for the bypass is set aside
    /// by it. `[main-thread & !active]`
    fn max_latency(&self) -> u32 {
        self.latency()
    }

    /// How long it sounds on; asked for as latency is. `[audio-thread | main-thread & !active]`
    fn tail(&self) -> Tail {
        Tail::None
    }
}
