//! The one audio cycle: what happens in a block, the same for every format.
//!
//! In this order: flush-to-zero on; values that the main thread loaded are taken; parameter changes
//! at frame 0 are applied; up to the next change a piece is processed, and so on; meters are closed.
//! An adaptor only lends its host's pointers and events.
#![allow(unsafe_code)]

mod buffers;
mod bypass;
mod denormals;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use buffers::Block;
pub use denormals::FlushToZero;

use crate::describe::Description;
use crate::event::{Change, Midi, MidiList, Source};
use crate::guard::log;
use crate::param::{Params, Range, Role};
use crate::plugin::{Plugin, Processor, Setup, Tail};
use crate::store::Store;
use buffers::Buffers;
use bypass::{Bypass, Phase};

/// Frames of a piece where the cycle needs buffers of its own.
const PIECE: usize = 64;
/// MIDI messages that one piece can hold; more are dropped and counted.
const MIDI_CAPACITY: usize = 512;

/// What a processor can ask about the piece it processes.
#[derive(Debug)]
pub struct Context<'a> {
    midi: &'a [Midi],
    sample_rate: f64,
    offline: bool,
}

impl<'a> Context<'a> {
    /// MIDI messages of this piece in the order of frames; frame 0 is the piece's first.
    #[must_use]
    pub fn midi(&self) -> &'a [Midi] {
        self.midi
    }

    /// Frames per second.
    #[must_use]
    pub fn sample_rate(&self) -> f64 {
        self.sample_rate
    }

    /// Whether the host renders faster or slower than real time.
    #[must_use]
    pub fn offline(&self) -> bool {
        self.offline
    }
}

/// One parameter as the cycle needs it.
#[derive(Debug)]
struct Slot {
    range: Range,
    /// The value that the processor has.
    value: f32,
    /// Position in the author's struct; unused for the bypass and for removed parameters.
    field: usize,
    role: Role,
}

/// The audio half of an instance. Made by [`Instance::activate`](crate::Instance::activate) on the
/// main thread, run on the audio thread, dropped on the main thread.
#[derive(Debug)]
pub struct Engine<P: Plugin> {
    processor: P::Processor,
    sound: Sound<P::Params>,
    store: Arc<Store>,
    buffers: Buffers,
    midi: MidiList,
    meters: Box<[usize]>,
    setup: Setup,
    /// No audio has passed yet: values jump instead of moving.
    fresh: bool,
    /// Set while `run` is at work. Found set at its start, it tells of a panic.
    busy: bool,
}

/// What a parameter change touches.
#[derive(Debug)]
struct Sound<T> {
    params: T,
    slots: Box<[Slot]>,
    bypass: Bypass,
}

impl<T: Params> Sound<T> {
    #[inline]
    fn apply(&mut self, store: &Store, index: usize, plain: f64) {
        let Some(slot) = self.slots.get_mut(index) else { return };
        let Some(plain) = slot.range.sanitize(plain) else { return };
        // The one place where a value becomes what the sound side sees.
        let value = plain as f32;
        match slot.role {
            Role::Meter => return,
            Role::Normal if value != slot.value => self.params.set(slot.field, value),
            Role::Bypass => self.bypass.set(value >= 0.5),
            Role::Normal | Role::Removed => {}
        }
        slot.value = value;
        store.note(index, plain);
    }
}

impl<P: Plugin> Engine<P> {
    /// `[main-thread & !active]`
    pub(crate) fn new(
        processor: P::Processor,
        description: &Description,
        store: Arc<Store>,
        setup: Setup,
    ) -> Self {
        store.settle();
        let infos = P::Params::describe();
        let mut params = P::Params::create(&infos);
        let slots: Box<[Slot]> = description
            .params
            .iter()
            .enumerate()
            .map(|(index, param)| Slot {
                range: param.info.range,
                value: store.value(index) as f32,
                field: param.field.unwrap_or(usize::MAX),
                role: param.info.role,
            })
            .collect();
        let latency = processor.latency();
        let mut bypass = Bypass::new(&setup.layout, setup.sample_rate, latency);
        for slot in &slots {
            match slot.role {
                Role::Normal => params.set(slot.field, slot.value),
                Role::Bypass => bypass.set(slot.value >= 0.5),
                Role::Meter | Role::Removed => {}
            }
        }
        params.prepare(setup.sample_rate);
        bypass.snap();
        let meters = slots.iter().enumerate().filter(|(_, slot)| slot.role == Role::Meter);
        let meters = meters.map(|(index, _)| index).collect();
        Self {
            processor,
            buffers: Buffers::new(&setup.layout),
            midi: MidiList::with_capacity(if P::MIDI_INPUT { MIDI_CAPACITY } else { 0 }),
            sound: Sound { params, slots, bypass },
            store,
            meters,
            setup,
            fresh: true,
            busy: false,
        }
    }

    /// Frames that the output lags behind. `[audio-thread | main-thread]`
    #[must_use]
    pub fn latency(&self) -> u32 {
        self.processor.latency()
    }

    /// How long the plugin sounds on. `[audio-thread | main-thread]`
    #[must_use]
    pub fn tail(&self) -> Tail {
        self.processor.tail()
    }

    /// Says on stderr what was lost while the engine ran, if anything was. `[main-thread & !active]`
    pub fn log_losses(&self, plugin: &str) {
        let midi = self.midi.dropped();
        if midi > 0 {
            log(&format!(
                "{plugin}: more than {MIDI_CAPACITY} MIDI messages at a time; {midi} were dropped"
            ));
        }
    }

    /// Forgets all sound and ends all movements. `[audio-thread]`
    pub fn reset(&mut self) {
        self.processor.reset();
        self.fresh = true;
    }

    /// Processes a block. `[audio-thread]`
    ///
    /// Blocks of any length are accepted; longer ones than promised are cut. Changes beyond the
    /// block's last frame are applied after it. From a panic in `process` on, that block included,
    /// the output is silent until the next activation.
    ///
    /// # Safety
    /// The non-null pointers of `block` are valid for its frames: inputs for reading, outputs for
    /// reading and writing, and no other thread uses them meanwhile. Where `moved` is false, all
    /// pointers are those of the last block.
    #[inline]
    pub unsafe fn run(&mut self, block: &Block<'_>, source: &mut impl Source) {
        let _flush = FlushToZero::new();
        if std::mem::replace(&mut self.busy, true) {
            // SAFETY: the caller's contract.
            unsafe { block.silence() };
            return;
        }
        let panicked = SilenceOnPanic(block);
        self.store.take(|index, plain| self.sound.apply(&self.store, index, plain));
        let frames = block.frames;
        let longest = self.buffers.begin(block).min(self.setup.max_frames);
        let mut next = source.changes(0, &mut |change| self.change(change));
        let mut start = 0;
        if frames > 0 {
            self.settle();
        }
        while start < frames {
            let mut end = frames.min(start.saturating_add(longest));
            if self.sound.bypass.phase() == Phase::Fading {
                end = end.min(start + PIECE);
            }
            if let Some(next) = next {
                end = end.min((next as usize).max(start + 1));
            }
            // SAFETY: the caller's contract; `begin` was called above.
            unsafe { self.piece(block, start, end, source) };
            start = end;
            if next.is_some() && start < frames {
                next = source.changes(start as u32, &mut |change| self.change(change));
            }
        }
        if next.is_some() {
            source.changes(u32::MAX, &mut |change| self.change(change));
        }
        if frames > 0 {
            for index in &self.meters {
                let slot = &self.sound.slots[*index];
                let value = self.sound.params.finish(slot.field, frames);
                self.store.note(*index, f64::from(value));
            }
        }
        self.store.count_block();
        self.busy = false;
        std::mem::forget(panicked);
    }

    fn change(&mut self, change: Change) {
        self.sound.apply(&self.store, change.index, change.plain);
    }

    /// Before the first audio of a run: values are where they should be, nothing moves.
    #[inline]
    fn settle(&mut self) {
        if self.fresh {
            self.fresh = false;
            self.sound.params.snap();
            self.sound.bypass.snap();
        }
    }

    /// # Safety
    /// As for `run`.
    unsafe fn piece(&mut self, block: &Block<'_>, start: usize, end: usize, source: &mut impl Source) {
        if P::MIDI_INPUT {
            self.midi.clear();
            source.midi(end as u32 - 1, &mut |event| {
                let frame = event.frame.saturating_sub(start as u32);
                self.midi.push(Midi { frame, ..event });
            });
        }
        let (processor, sound) = (&mut self.processor, &mut self.sound);
        let mut context = Context {
            midi: self.midi.as_slice(),
            sample_rate: self.setup.sample_rate,
            offline: block.offline,
        };
        let body = |audio: &mut crate::audio::Audio<'_>| {
            let phase = sound.bypass.phase();
            audio.silence_unfed_outputs();
            match phase {
                Phase::Dry => return sound.bypass.pass(audio),
                Phase::Wet => sound.bypass.listen(audio),
                Phase::Fading => {
                    if sound.bypass.wakes() {
                        processor.reset();
                        sound.params.snap();
                    }
                    sound.bypass.keep(audio);
                }
            }
            processor.process(&mut sound.params, audio, &mut context);
            if phase == Phase::Fading {
                sound.bypass.mix(audio);
            }
        };
        // SAFETY: the caller's contract.
        unsafe { self.buffers.piece(block, start, end, body) };
    }
}

/// Dropped only while a panic passes by: then what the block holds so far must not be heard.
struct SilenceOnPanic<'a, 'b>(&'a Block<'b>);

impl Drop for SilenceOnPanic<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: made in `Engine::run`, whose caller gives valid pointers.
        unsafe { self.0.silence() };
    }
}
