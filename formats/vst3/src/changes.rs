//! A block's parameter queues, read where they are.
//!
//! Each queue is in the order of its frames, so a cursor on each is enough to hand out all points
//! in order: nothing is copied and nothing sorted.

use dyad_core::Description;
use dyad_core::event::{Change, Incoming, Sink, Source};
use vst3::ComRef;
use vst3::Steinberg::Vst::{
    IEventList, IParamValueQueue, IParamValueQueueTrait, IParameterChanges, IParameterChangesTrait,
};
use vst3::Steinberg::{int32, kResultOk};

use crate::notes::Notes;

/// Where a queue is read.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    queue: *mut IParamValueQueue,
    next: int32,
    count: int32,
    frame: u32,
    value: f64,
    /// Parameter index.
    param: usize,
}

impl Cursor {
    /// Reads points until one is good; `false` at the end.
    ///
    /// # Safety
    /// `queue` is valid.
    unsafe fn read(&mut self) -> bool {
        while self.next < self.count {
            // SAFETY: the caller's contract.
            let queue = unsafe { ComRef::from_raw_unchecked(self.queue) };
            let (mut offset, mut value) = (0, 0.0);
            // SAFETY: as above, with places for its results.
            let result = unsafe { queue.getPoint(self.next, &mut offset, &mut value) };
            self.next += 1;
            if result == kResultOk && !value.is_nan() {
                // Points that go back in time count as late ones.
                self.frame = self.frame.max(u32::try_from(offset).unwrap_or(0));
                self.value = value;
                return true;
            }
        }
        false
    }
}

/// Cursors for all queues that a block may have; made before audio starts.
#[derive(Debug)]
pub(crate) struct Cursors {
    list: Vec<Cursor>,
    dropped: u64,
}

// SAFETY: the pointers are written and used within one call of `process` only.
unsafe impl Send for Cursors {}

impl Cursors {
    /// Room for one queue of each parameter, and some for hosts that send a second one. `[main-thread]`
    pub(crate) fn new(params: usize) -> Self {
        Self { list: Vec::with_capacity(params + 8), dropped: 0 }
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
    ) -> BlockEvents<'a> {
        self.list.clear();
        // SAFETY: null or valid.
        if let Some(changes) = unsafe { ComRef::from_raw(changes) } {
            // SAFETY: valid.
            for n in 0..unsafe { changes.getParameterCount() } {
                // SAFETY: valid; what it gives is null or valid.
                let Some(queue) = (unsafe { ComRef::from_raw(changes.getParameterData(n)) }) else {
                    continue;
                };
                // SAFETY: valid.
                let (id, count) = unsafe { (queue.getParameterId(), queue.getPointCount()) };
                let Some(param) = description.index_of_vst3_id(id) else { continue };
                let mut cursor =
                    Cursor { queue: queue.as_ptr(), next: 0, count, frame: 0, value: 0.0, param };
                // SAFETY: valid.
                if !unsafe { cursor.read() } {
                    continue;
                }
                if self.list.len() < self.list.capacity() {
                    self.list.push(cursor);
                } else {
                    self.dropped += 1;
                }
            }
        }
        // SAFETY: null or valid.
        let notes = unsafe { Notes::new(events) };
        BlockEvents { cursors: &mut self.list, description, notes }
    }
}

/// The events of one block.
pub(crate) struct BlockEvents<'a> {
    cursors: &'a mut Vec<Cursor>,
    description: &'a Description,
    notes: Notes<'a>,
}

impl Source for BlockEvents<'_> {
    #[inline]
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32> {
        let mut next = None;
        let mut n = 0;
        while let Some(cursor) = self.cursors.get_mut(n) {
            let range = &self.description.params[cursor.param].info.range;
            let mut more = true;
            while more && cursor.frame <= frame {
                sink.change(Change::plain(cursor.param, range.plain(cursor.value)));
                // SAFETY: the queue is valid for the block.
                more = unsafe { cursor.read() };
            }
            if more {
                next = Some(next.map_or(cursor.frame, |next: u32| next.min(cursor.frame)));
                n += 1;
            } else {
                // Order among queues means nothing: each is another parameter's.
                self.cursors.swap_remove(n);
            }
        }
        next
    }

    fn events(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        self.notes.until(frame, take);
    }
}
