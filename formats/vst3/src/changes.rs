//! A block's changes and events, read where they are: nothing is copied and nothing sorted.

use std::marker::PhantomData;

use dyad_core::event::{Change, Incoming, Sink, Source};
use dyad_core::identity::FIRST_RESERVED_VST3_ID;
use dyad_core::{Description, Plugin};
use vst3::ComRef;
use vst3::Steinberg::Vst::{IEventList, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait};

use crate::controllers::Controllers;
use crate::midi_in::MidiIn;
use crate::queue::Points;

/// A queue of a parameter.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    points: Points,
    /// Parameter index.
    param: usize,
    /// The block is cut at its points.
    cuts: bool,
}

/// Places for all queues that a block may have; made before audio starts.
#[derive(Debug)]
pub(crate) struct Cursors<P> {
    list: Vec<Cursor>,
    midi: MidiIn,
    dropped: u64,
    _plugin: PhantomData<fn() -> P>,
}

// SAFETY: the pointers are written and used within one call of `process` only.
unsafe impl<P> Send for Cursors<P> {}

impl<P: Plugin> Cursors<P> {
    /// Room for one queue of each parameter, and some for hosts that send a second one. `[main-thread]`
    pub(crate) fn new(params: usize) -> Self {
        let midi = if P::EVENTS.input { Controllers::of(P::EVENTS).params() + 8 } else { 0 };
        Self {
            list: Vec::with_capacity(params + 8),
            midi: MidiIn::new(midi),
            dropped: 0,
            _plugin: PhantomData,
        }
    }

    /// Queues that found no place since the last time this was asked; their changes were lost.
    /// `[main-thread & !active]`
    pub(crate) fn take_dropped(&mut self) -> u64 {
        std::mem::take(&mut self.dropped)
    }

    /// Starts on a block. `[audio-thread]`
    ///
    /// # Safety
    /// Both pointers are null or valid until the events are dropped.
    pub(crate) unsafe fn begin<'a>(
        &'a mut self,
        changes: *mut IParameterChanges,
        events: *mut IEventList,
        description: &'a Description,
    ) -> BlockEvents<'a, P> {
        self.list.clear();
        if P::EVENTS.input {
            self.midi.clear();
        }
        // SAFETY: null or valid.
        if let Some(changes) = unsafe { ComRef::from_raw(changes) } {
            // SAFETY: valid.
            for n in 0..unsafe { changes.getParameterCount() } {
                // SAFETY: valid; what it gives is null or valid.
                let Some(queue) = (unsafe { ComRef::from_raw(changes.getParameterData(n)) }) else {
                    continue;
                };
                // SAFETY: valid.
                let id = unsafe { queue.getParameterId() };
                if P::EVENTS.input && id >= FIRST_RESERVED_VST3_ID {
                    if let Some(controller) = Controllers::of(P::EVENTS).find(id) {
                        // SAFETY: valid.
                        let kept = unsafe { self.midi.push_queue(queue, controller) };
                        self.dropped += u64::from(!kept);
                    }
                    continue;
                }
                let Some(param) = description.index_of_vst3_id(id) else { continue };
                // SAFETY: valid.
                let Some(points) = (unsafe { Points::new(queue) }) else { continue };
                if self.list.len() < self.list.capacity() {
                    let cuts = description.params[param].info.sample_accurate;
                    self.list.push(Cursor { points, param, cuts });
                } else {
                    self.dropped += 1;
                }
            }
        }
        if P::EVENTS.input {
            // Behind the controllers: what a note starts with (bend, pressure) comes before it.
            // SAFETY: null or valid.
            unsafe { self.midi.push_events(events) };
        }
        BlockEvents { cursors: &mut self.list, midi: &mut self.midi, description, _plugin: PhantomData }
    }
}

/// The changes and events of one block.
pub(crate) struct BlockEvents<'a, P> {
    cursors: &'a mut Vec<Cursor>,
    midi: &'a mut MidiIn,
    description: &'a Description,
    _plugin: PhantomData<fn() -> P>,
}

impl<P: Plugin> Source for BlockEvents<'_, P> {
    #[inline]
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32> {
        let mut next = None;
        let mut n = 0;
        // Each queue is in the order of its frames, so a cursor on each is enough.
        while let Some(cursor) = self.cursors.get_mut(n) {
            let range = &self.description.params[cursor.param].info.range;
            let mut more = true;
            while more && cursor.points.frame <= frame {
                sink.change(Change::plain(cursor.param, range.plain(cursor.points.value)));
                // SAFETY: the queue is valid for the block.
                more = unsafe { cursor.points.advance() };
            }
            if more {
                if cursor.cuts {
                    let at = cursor.points.frame;
                    next = Some(next.map_or(at, |next: u32| next.min(at)));
                }
                n += 1;
            } else {
                // Order among queues means nothing: each is another parameter's.
                self.cursors.swap_remove(n);
            }
        }
        next
    }

    fn events(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        if P::EVENTS.input {
            self.midi.drain(frame, take);
        }
    }
}
