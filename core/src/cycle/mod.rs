//! The one audio cycle: what happens in a block, the same for every format.
//!
//! In this order: flush-to-zero on; values that the main thread loaded are taken; parameter changes
//! at frame 0 are applied; up to the next change a piece is processed, and so on; triggers go back and
//! meters are closed. An adaptor only lends its host's pointers and events, and takes what comes out.
#![allow(unsafe_code)]

mod buffers;
mod bypass;
mod context;
mod denormals;
mod edits;
mod events;
mod precision;
mod sound;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use buffers::Block;
pub use context::{Context, Mode};
pub use denormals::FlushToZero;
pub use edits::Edit;
pub use precision::Precision;

use crate::audio::{Audio, SilenceMask};
use crate::describe::Description;
use crate::event::{Change, EventList, Sink, Source};
use crate::param::{Params, Role};
use crate::plugin::{Plugin, Processor, Setup, Tail};
use crate::shared::Shared;
use crate::task::{Request, Run, Worker};
use crate::transport::Transport;
use bypass::{Phase, Switch};
use edits::Edits;
use events::Events;
use precision::{Both, Lanes};
use sound::Sound;

/// Frames of a piece where the cycle needs buffers of its own.
const PIECE: usize = 64;

/// The audio half of an instance. Made by [`Instance::activate`](crate::Instance::activate) on the
/// main thread, run on the audio thread, dropped on the main thread.
pub struct Engine<P: Plugin> {
    /// Ends the polling before the tasks go.
    polling: Option<Box<dyn Send>>,
    tasks: Option<Arc<dyn Run>>,
    processor: P::Processor,
    sound: Sound<P::Params>,
    shared: Arc<Shared>,
    /// What depends on the type of samples.
    lanes: Both,
    events: Events,
    edits: Edits,
    /// The description's position of each field of the author's struct.
    by_field: Box<[usize]>,
    meters: Box<[usize]>,
    setup: Setup,
    /// What the host said last of its transport, and at which frame of the block.
    transport: Transport,
    transport_frame: u32,
    latency: u32,
    tail: Tail,
    /// The latency was more than was declared.
    latency_too_large: bool,
    /// The plugin rested in the last piece.
    rested: bool,
    /// No audio has passed yet: values jump instead of moving.
    fresh: bool,
    /// Set while `run` is at work. Found set at its start, it tells of a panic.
    busy: bool,
}

impl<P: Plugin> std::fmt::Debug for Engine<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({}, polled: {})", P::INFO.id, self.polling.is_some())
    }
}

impl<P: Plugin> Engine<P> {
    /// `[main-thread & !active]`
    pub(crate) fn new(
        mut processor: P::Processor,
        description: &Description,
        shared: Arc<Shared>,
        tasks: Option<Arc<dyn Run>>,
        worker: Worker,
        setup: Setup,
    ) -> Self {
        shared.store.settle();
        let switch = Switch::new(&setup.layout, setup.sample_rate);
        let mut sound = Sound::new(description, &shared.store, switch, setup.sample_rate);
        {
            // As in a block: what is made here sounds like what is made there.
            let _flush = FlushToZero::new();
            processor.prepare(&mut sound.params);
        }
        let latency = processor.latency();
        let most = processor.max_latency();
        let meters = sound.slots.iter().enumerate().filter(|(_, slot)| slot.role == Role::Meter);
        let meters = meters.map(|(index, _)| index).collect();
        let mut by_field = vec![usize::MAX; P::Params::COUNT];
        for (index, slot) in sound.slots.iter().enumerate() {
            if let Some(field) = by_field.get_mut(slot.field) {
                *field = index;
            }
        }
        Self {
            polling: tasks.as_ref().map(|tasks| Arc::clone(tasks).serve(worker)),
            tasks,
            lanes: Both::new(&setup, latency, most, P::DOUBLE),
            events: Events::new(P::EVENTS, &shared.notes),
            edits: Edits::new(P::Params::COUNT),
            tail: processor.tail(),
            processor,
            sound,
            shared,
            by_field: by_field.into(),
            meters,
            setup,
            transport: Transport::default(),
            transport_frame: 0,
            latency,
            latency_too_large: false,
            rested: false,
            fresh: true,
            busy: false,
        }
    }

    /// Frames that the output lags behind, as of the last block. `[audio-thread | main-thread & idle]`
    #[must_use]
    #[inline]
    pub fn latency(&self) -> u32 {
        self.latency
    }

    /// How long the plugin sounds on, as of the last block. `[audio-thread | main-thread & idle]`
    #[must_use]
    #[inline]
    pub fn tail(&self) -> Tail {
        self.tail
    }

    /// Whether the plugin has tasks in the background, for hosts that have a worker of their own.
    #[must_use]
    pub fn tasks(&self) -> Option<&Arc<dyn Run>> {
        self.tasks.as_ref()
    }

    /// The events that the plugin sent in the last block, in the order of frames. `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn output_events(&self) -> &EventList {
        self.events.output()
    }

    /// The parameters that the plugin itself set in the last block. `[audio-thread]`
    #[must_use]
    #[inline]
    pub fn edits(&self) -> &[Edit] {
        self.edits.as_slice()
    }

    /// Says what was lost while the engine ran, if anything was, a line each. `[main-thread & !active]`
    pub fn log_losses(&self, plugin: &str, log: &dyn Fn(&str)) {
        let (input, output, refused) = self.events.losses();
        let say = |number: u64, what: &str| {
            if number > 0 {
                log(&format!("{plugin}: {number} {what}"));
            }
        };
        say(input, "events from the host found no room and were dropped");
        say(output, "events of the plugin found no room and were dropped");
        say(refused, "events were sent, but the plugin declares no event output");
        say(self.edits.missed(), "edits of the plugin's own were told to the host late");
        let tasks = self.tasks.as_ref().map_or(0, |tasks| tasks.dropped());
        say(tasks, "tasks found no room and were dropped");
        say(self.shared.messages.take_lost() as u64, "messages to or from the editor were dropped");
        if self.latency_too_large {
            log(&format!("{plugin}: its latency rose above its own max_latency; bypass is out of time"));
        }
    }

    /// Forgets all sound and ends all movements. `[audio-thread]`
    pub fn reset(&mut self) {
        self.processor.reset();
        self.lanes.clear();
        if P::EVENTS.input || P::EVENTS.output {
            self.events.reset();
        }
        self.fresh = true;
    }

    /// Processes a block, and says which outputs hold nothing but zeros. `[audio-thread]`
    ///
    /// Blocks of any length are accepted; longer ones than promised are cut. Changes and events beyond
    /// the block's last frame count as its last. From a panic in `process` on, that block included,
    /// the output is silent until the next activation; so it is with samples of another type than the
    /// set-up's.
    ///
    /// # Safety
    /// The non-null pointers of `block` are valid for its frames: inputs for reading, outputs for
    /// reading and writing, and no other thread uses them meanwhile. Where `moved` is false, all
    /// pointers are those of the last block.
    #[inline]
    pub unsafe fn run<S: Precision>(
        &mut self,
        block: &Block<'_, S>,
        source: &mut impl Source,
    ) -> SilenceMask {
        let _flush = FlushToZero::new();
        if !S::lanes(&mut self.lanes).used || std::mem::replace(&mut self.busy, true) {
            // SAFETY: the caller's contract.
            unsafe { block.silence() };
            self.edits.clear();
            if P::EVENTS.output {
                self.events.give_up();
            }
            return SilenceMask::MAX;
        }
        let panicked = SilenceOnPanic(block);
        if let Some(tasks) = &self.tasks
            && block.mode == Mode::Offline
        {
            // An export must not depend on how fast other threads are.
            tasks.wait_idle();
        }
        let store = &self.shared.store;
        store.take(|index, plain| self.sound.apply(store, index, plain));
        self.edits.begin(&mut self.sound.slots);
        if P::EVENTS.output {
            self.events.begin();
        }
        if let Some(transport) = block.transport {
            (self.transport, self.transport_frame) = (transport.checked(), 0);
        }
        let frames = block.frames;
        let longest = S::lanes(&mut self.lanes).buffers.begin(block).min(self.setup.max_frames);
        let mut silent = SilenceMask::MAX;
        let mut start = 0;
        loop {
            // At the end, all that is left: what comes later than the block counts as its end.
            let now = if start < frames { start as u32 } else { u32::MAX };
            let next = source.changes(now, self);
            if start >= frames {
                break;
            }
            if self.fresh {
                self.settle();
            }
            let mut end = frames.min(start.saturating_add(longest));
            if self.sound.switch.phase() == Phase::Fading {
                end = end.min(start + PIECE.min(self.sound.switch.left()));
            }
            if let Some(next) = next {
                end = end.min((next as usize).max(start.saturating_add(P::MIN_PIECE.max(1))));
            }
            // SAFETY: the caller's contract; `begin` was called above.
            silent &= unsafe { self.piece(block, start, end, source) };
            start = end;
        }
        if frames > 0 {
            self.finish(frames);
        } else {
            self.transport_frame = 0;
            if P::EVENTS.input {
                self.read_mpe();
                self.events.carry(source);
            }
        }
        self.shared.store.count_block();
        self.busy = false;
        std::mem::forget(panicked);
        silent
    }

    /// Asks how events are to be read.
    #[inline]
    fn read_mpe(&mut self) {
        if P::EVENTS.mpe {
            self.events.read_mpe(self.processor.read_mpe(&self.sound.params));
        }
    }

    /// After the last piece of a block.
    #[inline]
    fn finish(&mut self, frames: usize) {
        self.processor.end_block(&mut self.sound.params, frames);
        let Self { sound, edits, shared, .. } = self;
        sound.release_triggers(&shared.store, |slot, index| edits.push(slot, index, frames as u32 - 1));
        for index in &self.meters {
            let slot = &self.sound.slots[*index];
            let value = self.sound.params.finish(slot.field, frames);
            self.shared.store.note(*index, f64::from(value));
        }
        // The next block begins where this one ends, unless its host says otherwise.
        if self.transport.playing {
            let passed = (frames as u32).saturating_sub(self.transport_frame);
            self.transport = self.transport.after(passed, self.setup.sample_rate);
        }
        self.transport_frame = 0;
        let (latency, tail) = (self.processor.latency(), self.processor.tail());
        if latency != self.latency {
            self.latency = latency;
            self.latency_too_large |=
                !self.lanes.set_latency(latency, self.sound.switch.phase() != Phase::Wet);
            self.shared.requests.raise(Request::LatencyChanged);
        }
        if tail != self.tail {
            self.tail = tail;
            self.shared.requests.raise(Request::TailChanged);
        }
    }

    /// Before the first audio of a run: values are where they should be, nothing moves.
    #[cold]
    fn settle(&mut self) {
        self.fresh = false;
        self.sound.params.snap();
        self.sound.switch.snap();
        self.rested = false;
    }

    /// # Safety
    /// As for `run`.
    #[inline]
    unsafe fn piece<S: Precision>(
        &mut self,
        block: &Block<'_, S>,
        start: usize,
        end: usize,
        source: &mut impl Source,
    ) -> SilenceMask {
        let phase = self.sound.switch.phase();
        let (first, last) = (start as u32, end as u32);
        if P::EVENTS.input || P::EVENTS.output {
            // With the last piece comes whatever a host has put beyond the block.
            let until = if end < block.frames { last - 1 } else { u32::MAX };
            self.read_mpe();
            match phase {
                Phase::Dry => self.events.pass(source, first, last, until),
                _ => {
                    let leaving = phase == Phase::Fading && self.sound.switch.leaves();
                    self.events.gather(source, first, last, until, leaving);
                }
            }
        }
        if phase == Phase::Dry {
            self.rested = true;
        } else if std::mem::take(&mut self.rested) {
            self.processor.reset();
            self.sound.params.snap();
            self.sound.switch.hold(self.latency);
        }
        let Lanes { buffers, dry, .. } = S::lanes(&mut self.lanes);
        let (processor, sound) = (&mut self.processor, &mut self.sound);
        let mut context = Context {
            events: &mut self.events,
            slots: &mut sound.slots,
            by_field: &self.by_field,
            edits: &mut self.edits,
            store: &self.shared.store,
            requests: &self.shared.requests,
            transport: &self.transport,
            transport_frame: self.transport_frame,
            start: first,
            frames: last - first,
            sample_rate: self.setup.sample_rate,
            mode: block.mode,
            reads_transport: P::TRANSPORT,
            tasks: self.tasks.as_deref(),
            presentation: &self.shared.presentation,
        };
        let mut silent = 0;
        let body = |audio: &mut Audio<'_, S>| {
            audio.silence_unfed_outputs();
            match phase {
                Phase::Dry => {
                    dry.pass(audio);
                    silent = audio.silent_outputs();
                    return;
                }
                Phase::Wet => dry.listen(audio),
                Phase::Fading => dry.keep(audio),
            }
            S::process(processor, &mut sound.params, audio, &mut context);
            if phase == Phase::Fading {
                dry.mix(audio, &sound.switch);
                sound.switch.advance(end - start);
            }
            silent = audio.silent_outputs();
        };
        // SAFETY: the caller's contract.
        unsafe { buffers.piece(block, start, end, body) };
        silent
    }
}

impl<P: Plugin> Sink for Engine<P> {
    #[inline]
    fn change(&mut self, change: Change) {
        self.sound.change(&self.shared.store, change);
    }

    fn transport(&mut self, frame: u32, transport: &Transport) {
        (self.transport, self.transport_frame) = (transport.checked(), frame);
    }
}

/// Dropped only while a panic passes by: then what the block holds so far must not be heard.
struct SilenceOnPanic<'a, 'b, S: Precision>(&'a Block<'b, S>);

impl<S: Precision> Drop for SilenceOnPanic<'_, '_, S> {
    fn drop(&mut self) {
        // SAFETY: made in `Engine::run`, whose caller gives valid pointers.
        unsafe { self.0.silence() };
    }
}
