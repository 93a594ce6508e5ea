//! The plugin itself, as the COM object sees it: the one place where the adaptor knows an author's types.
//!
//! Everything a host calls is the same code for all plugins, compiled for size; what is here is made for each
//! plugin, at full speed, because sound is made here.

use std::cell::UnsafeCell;
use std::sync::Arc;

use dyad_core::guard::log;
use dyad_core::preset::{self, Program};
use dyad_core::state::StateError;
use dyad_core::task::Worker;
use dyad_core::{Content, Description, Engine, Instance, Plugin, Setup, Shared, Track};
use vst3::Steinberg::Vst::ProcessData;
use vst3::Steinberg::tresult;

use crate::changes::Cursors;
use crate::notices::Notices;
use crate::processor::Audio;

/// What a component asks of its plugin.
pub(crate) trait Half: Send + Sync {
    /// The state as one document. `[main-thread]`
    fn save(&self) -> Vec<u8>;
    /// Loads a document; see [`Instance::load`]. `[main-thread]`
    fn load(&self, document: &[u8]) -> Result<Vec<String>, StateError>;
    /// Says what [`Half::load`] has refused. `[main-thread]`
    fn log_refused(&self, refused: &[String]);
    /// Sets a text or path; whether it can have this value. `[main-thread]`
    fn set_property(&self, index: usize, text: &str) -> bool;
    /// Does what waits for the main thread. `[main-thread]`
    fn poll_main(&self);
    /// Whether the plugin has a use for a list of programs.
    fn has_programs(&self) -> bool;
    /// Presets as programs; none where the plugin has no use for a list. `[main-thread]`
    fn programs(&self) -> Vec<Program>;
    /// Loads a program; what is wrong with it is logged. Whether it is loaded. `[main-thread]`
    fn load_program(&self, program: &Program) -> bool;
    /// Says which track the instance is on. `[main-thread]`
    fn set_track(&self, track: &Track);

    /// Makes an audio half; gives its latency and tail, in frames. `[main-thread & !active]`
    fn start(&self, setup: &Setup) -> (u32, u32);
    /// Drops the audio half. `[main-thread & !active]`
    fn stop(&self);

    /// Forgets all sound. `[audio-thread]`
    ///
    /// # Safety
    /// Started; nothing else processes, starts or stops meanwhile.
    unsafe fn reset(&self);
    /// Plays a block. `[audio-thread]`
    ///
    /// # Safety
    /// As for [`Half::reset`]; `data` is what a host passes to `process`: its pointers are null or valid for the
    /// numbers beside them, and its samples are of the size that it says.
    unsafe fn process(&self, data: &ProcessData, notices: &Notices) -> tresult;
}

/// A plugin of an author's type.
pub(crate) struct Typed<P: Plugin> {
    instance: Instance<P>,
    description: &'static Description,
    /// Of the audio thread while the instance is active, and of the main thread while not.
    audio: UnsafeCell<Audio<P>>,
}

// SAFETY: `audio` follows VST3's rule that setActive and setupProcessing never run beside process or
// setProcessing, and the component's `active`. The rest is made for several threads.
unsafe impl<P: Plugin> Sync for Typed<P> {}
// SAFETY: hosts may move the object between threads; plugins stay on whichever is the main one.
unsafe impl<P: Plugin> Send for Typed<P> {}

impl<P: Plugin> Typed<P> {
    /// The list carries names of notes, too. Known to the compiler, so that plugins with neither do not carry what reads
    /// presets.
    const HAS_PROGRAMS: bool = !(P::PRESETS.is_empty() && P::EVENTS.note_names.is_empty());

    /// With all parameters at their defaults, and what other threads can see of it. `[main-thread]`
    pub(crate) fn create(description: &'static Description) -> (Arc<dyn Half>, Arc<Shared>) {
        let instance = Instance::<P>::new(description);
        let shared = Arc::clone(instance.shared());
        let audio = Audio::new(&description.layouts[0], Cursors::new(description.params.len()));
        (Arc::new(Self { instance, description, audio: UnsafeCell::new(audio) }), shared)
    }

    fn with_idle_audio<R>(&self, body: impl FnOnce(&mut Audio<P>) -> R) -> R {
        // SAFETY: not active, and VST3 lets nobody process while the host changes that.
        body(unsafe { &mut *self.audio.get() })
    }
}

impl<P: Plugin> Half for Typed<P> {
    fn save(&self) -> Vec<u8> {
        self.instance.save(Content::All, &str::to_owned)
    }

    fn load(&self, document: &[u8]) -> Result<Vec<String>, StateError> {
        self.instance.load(document, Content::All, &str::to_owned)
    }

    fn log_refused(&self, refused: &[String]) {
        self.instance.log_refused(refused, &log);
    }

    fn set_property(&self, index: usize, text: &str) -> bool {
        self.instance.set_property(index, text).is_ok()
    }

    fn poll_main(&self) {
        self.instance.poll_main();
    }

    fn has_programs(&self) -> bool {
        Self::HAS_PROGRAMS
    }

    fn programs(&self) -> Vec<Program> {
        if Self::HAS_PROGRAMS { preset::programs::<P>() } else { Vec::new() }
    }

    fn load_program(&self, program: &Program) -> bool {
        if !Self::HAS_PROGRAMS {
            return false;
        }
        match self.instance.load_program(program) {
            Ok(refused) => self.instance.log_refused(&refused, &log),
            Err(error) => {
                log(&[self.description.info.id, ": no preset loaded: ", &error].concat());
                return false;
            }
        }
        true
    }

    fn set_track(&self, track: &Track) {
        self.instance.with_plugin(|plugin| plugin.track_changed(track));
    }

    fn start(&self, setup: &Setup) -> (u32, u32) {
        let engine = self.instance.activate(*setup, Worker::Service);
        let numbers = (engine.latency(), engine.tail().frames());
        self.with_idle_audio(|audio| audio.start(engine, setup, self.description.params.len()));
        numbers
    }

    fn stop(&self) {
        let old = self.with_idle_audio(|audio| audio.finish(self.description.info.id));
        drop::<Option<Engine<P>>>(old);
        self.instance.deactivate();
    }

    unsafe fn reset(&self) {
        // SAFETY: the caller's contract.
        if let Some(engine) = unsafe { &mut (*self.audio.get()).engine } {
            engine.reset();
        }
    }

    unsafe fn process(&self, data: &ProcessData, notices: &Notices) -> tresult {
        // SAFETY: the caller's contract: we are the only one at it.
        let audio = unsafe { &mut *self.audio.get() };
        // SAFETY: a block as VST3 has it.
        unsafe { audio.process(data, self.description, &self.instance.shared().store, notices) }
    }
}
