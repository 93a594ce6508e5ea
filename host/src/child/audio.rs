//! The audio thread: runs blocks, and waits for nobody but the parent.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use super::{Block, Exit, Output, Processor, float};
use crate::shared::{Change, Direction, EVENTS, LookOut, Memory, Midi, SLOTS, Status, Values, look_out};

/// Orders that may wait; each is answered before the next one.
const ORDERS: usize = 4;
/// Edits from the plugin's own editor that may wait for the next block; further ones are refused.
const EDITS: usize = 4096;
/// How long a spinning thread goes on without a block before it sleeps: a host at rest costs nothing.
const SPIN: Duration = Duration::from_millis(100);

/// A running audio thread, seen from the main thread.
pub(super) struct AudioThread {
    orders: Producer<Order>,
    returned: Consumer<Box<dyn Processor>>,
    edits: Producer<Change>,
    memory: Arc<Memory>,
    thread: Option<JoinHandle<()>>,
}

/// What the audio thread is told between two blocks.
enum Order {
    Take,
    /// With so many output channels.
    Put(Box<dyn Processor>, u32),
    End,
}

/// How the thread is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    /// Waits by looking, not by sleeping.
    pub(super) spin: bool,
    /// Notes all values for the main thread.
    pub(super) notes: bool,
}

impl AudioThread {
    /// Starts it without a plugin; `begin` is the first thing it does.
    pub(super) fn start(
        memory: Arc<Memory>,
        values: Arc<Values>,
        manner: Manner,
        begin: impl FnOnce() + Send + 'static,
    ) -> io::Result<Self> {
        let (orders, theirs) = RingBuffer::new(ORDERS);
        let (give_back, returned) = RingBuffer::new(ORDERS);
        let (edits, edited) = RingBuffer::new(EDITS);
        let role = Role {
            memory: Arc::clone(&memory),
            values,
            manner,
            look_out: LookOut::new(),
            orders: theirs,
            give_back,
            edited,
            processor: None,
            outputs: 0,
            // Edits come on top of what the parent may send.
            changes: Vec::with_capacity(EVENTS + EDITS),
            midi: Vec::with_capacity(EVENTS),
            output: Output { changes: Vec::with_capacity(EVENTS), midi: Vec::with_capacity(EVENTS) },
        };
        let thread = std::thread::Builder::new().name("audio".into()).spawn(move || {
            float::with(|| {
                begin();
                role.run();
            });
        })?;
        Ok(Self { orders, returned, edits, memory, thread: Some(thread) })
    }

    /// Hands a plugin over, with so many output channels; there must be none.
    pub(super) fn put(&mut self, processor: Box<dyn Processor>, outputs: u32) {
        self.order(Order::Put(processor, outputs));
    }

    /// Takes the plugin back, between two blocks; blocks that come meanwhile are answered as paused.
    pub(super) fn take(&mut self) -> Box<dyn Processor> {
        self.order(Order::Take);
        loop {
            if let Ok(processor) = self.returned.pop() {
                return processor;
            }
            self.patience();
        }
    }

    /// Gives the plugin an edit with its next block; false where too many are waiting.
    pub(super) fn edit(&mut self, index: u32, native: f64) -> bool {
        self.edits.push(Change { index, offset: 0, native }).is_ok()
    }

    fn order(&mut self, order: Order) {
        let mut order = Some(order);
        while let Some(next) = order.take() {
            if let Err(rtrb::PushError::Full(back)) = self.orders.push(next) {
                order = Some(back);
                self.patience();
            }
        }
        self.memory.nudge();
    }

    /// A nudge may come just before the thread falls asleep, so it is repeated.
    fn patience(&self) {
        self.memory.nudge();
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

impl Drop for AudioThread {
    fn drop(&mut self) {
        self.order(Order::End);
        let Some(thread) = self.thread.take() else { return };
        while !thread.is_finished() {
            self.patience();
        }
        // A panic on the audio thread has ended the process already.
        let _ = thread.join();
    }
}

/// Everything the audio thread touches.
struct Role {
    memory: Arc<Memory>,
    values: Arc<Values>,
    manner: Manner,
    look_out: LookOut,
    orders: Consumer<Order>,
    give_back: Producer<Box<dyn Processor>>,
    edited: Consumer<Change>,
    processor: Option<Box<dyn Processor>>,
    /// Its output channels.
    outputs: u32,
    changes: Vec<Change>,
    midi: Vec<Midi>,
    output: Output,
}

impl Role {
    fn run(mut self) {
        let mut seen = self.memory.answered();
        loop {
            self.wait(seen);
            // In this order: a plugin that was handed over before the parent asked is there for its block.
            let asked = self.memory.asked();
            if !self.obey() {
                return;
            }
            let ahead = asked.wrapping_sub(seen);
            if ahead > SLOTS {
                // Not what a parent does: the memory was overwritten.
                std::process::exit(Exit::Protocol as i32);
            }
            for _ in 0..ahead {
                seen = seen.wrapping_add(1);
                let status = self.block(seen);
                self.memory.answer(seen, status);
            }
        }
    }

    fn wait(&mut self, seen: u32) {
        let (memory, orders) = (&*self.memory, &self.orders);
        let is_there = || memory.asked() != seen || !orders.is_empty();
        let found = if self.manner.spin {
            look_out(Instant::now() + SPIN, is_there)
        } else {
            self.look_out.keep(None, is_there)
        };
        if !found {
            self.memory.await_block(seen);
        }
    }

    /// Does what the main thread wants; false where that is to end.
    fn obey(&mut self) -> bool {
        while let Ok(order) = self.orders.pop() {
            match order {
                Order::Put(processor, outputs) => {
                    (self.processor, self.outputs) =
                        (Some(processor), outputs.min(self.memory.sizes().outputs));
                }
                Order::Take => {
                    if let Some(processor) = self.processor.take() {
                        // There is always room: it is asked for one at a time.
                        let _ = self.give_back.push(processor);
                    }
                }
                Order::End => return false,
            }
        }
        true
    }

    fn block(&mut self, number: u32) -> Status {
        self.changes.clear();
        self.midi.clear();
        self.output.changes.clear();
        self.output.midi.clear();
        let status = self.run_block(number);
        self.memory.write_events(number, Direction::Output, &self.output.changes, &self.output.midi);
        status
    }

    fn run_block(&mut self, number: u32) -> Status {
        let Some(head) = self.memory.read_head(number) else { return Status::BadBlock };
        let Some(processor) = &mut self.processor else { return Status::Paused };
        while let Ok(edit) = self.edited.pop() {
            self.changes.push(edit);
        }
        let (changes, midi) = (&mut self.changes, &mut self.midi);
        let dropped = self.memory.read_events(number, Direction::Input, head.frames, changes, midi);
        if dropped != 0
            || !changes.is_sorted_by_key(|change| change.offset)
            || !midi.is_sorted_by_key(|message| message.offset)
        {
            return Status::BadBlock;
        }
        // What a plugin leaves unwritten must not be an earlier block. Here and not in the parent: the memory of what
        // is written next by this core had to come from the other one.
        for channel in 0..self.outputs {
            self.memory.silence(number, Direction::Output, channel, head.frames as usize);
        }
        let block = Block {
            number,
            frames: head.frames,
            transport: head.transport,
            fed: head.fed,
            changes: &self.changes,
            midi: &self.midi,
        };
        let status = float::with(|| processor.process(&block, &mut self.output));
        if self.manner.notes {
            for Change { index, native, .. } in self.changes.iter().chain(&self.output.changes) {
                self.values.set(*index, *native);
            }
        }
        status
    }
}
