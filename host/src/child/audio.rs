//! The audio thread.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use super::{Block, Output, Processor, float};
use crate::shared::{Change, Direction, EVENTS, Memory, Midi, Status};

/// A running audio thread.
pub(super) struct AudioThread {
    thread: JoinHandle<Box<dyn Processor>>,
    stop: Arc<AtomicBool>,
    wake: OwnedFd,
}

impl AudioThread {
    /// Starts it with the plugin's audio side.
    pub(super) fn start(
        memory: Arc<Memory>,
        processor: Box<dyn Processor>,
        wake: &OwnedFd,
        done: &OwnedFd,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut role = Role {
            memory,
            processor,
            wake: wake.try_clone()?,
            done: done.try_clone()?,
            stop: Arc::clone(&stop),
            changes: Vec::with_capacity(EVENTS),
            midi: Vec::with_capacity(EVENTS),
            output: Output { changes: Vec::with_capacity(EVENTS), midi: Vec::with_capacity(EVENTS) },
        };
        let thread = std::thread::Builder::new().name("audio".into()).spawn(move || {
            float::with(|| role.run());
            role.processor
        })?;
        Ok(Self { thread, stop, wake: wake.try_clone()? })
    }

    /// Ends it between two blocks and gives the audio side back.
    pub(super) fn stop(self) -> Box<dyn Processor> {
        // Release: pairs with the load after the wake-up.
        self.stop.store(true, Ordering::Release);
        signal(&self.wake);
        // A panic on the audio thread has ended the process already.
        self.thread.join().unwrap_or_else(|_| std::process::abort())
    }
}

/// Everything the audio thread touches.
struct Role {
    memory: Arc<Memory>,
    processor: Box<dyn Processor>,
    wake: OwnedFd,
    done: OwnedFd,
    stop: Arc<AtomicBool>,
    changes: Vec<Change>,
    midi: Vec<Midi>,
    output: Output,
}

impl Role {
    fn run(&mut self) {
        while await_signal(&self.wake) {
            // Acquire: pairs with `AudioThread::stop`.
            if self.stop.load(Ordering::Acquire) {
                return;
            }
            if let Some(number) = self.memory.waiting() {
                let status = self.block();
                self.memory.answer(number, status);
                signal(&self.done);
            }
        }
    }

    fn block(&mut self) -> Status {
        let Some((frames, transport)) = self.memory.read_block() else {
            return Status::BadBlock;
        };
        self.changes.clear();
        self.midi.clear();
        self.output.changes.clear();
        self.output.midi.clear();
        let dropped = self.memory.read_events(Direction::Input, frames, &mut self.changes, &mut self.midi);
        if dropped != 0
            || !self.changes.is_sorted_by_key(|change| change.offset)
            || !self.midi.is_sorted_by_key(|message| message.offset)
        {
            return Status::BadBlock;
        }
        let block = Block { frames, transport, changes: &self.changes, midi: &self.midi };
        let status = float::with(|| self.processor.process(&block, &mut self.output));
        self.memory.write_events(Direction::Output, &self.output.changes, &self.output.midi);
        status
    }
}

/// Waits for an event descriptor; false where it is broken.
fn await_signal(fd: impl AsFd) -> bool {
    let mut count = [0; 8];
    loop {
        match rustix::io::read(&fd, &mut count) {
            Ok(_) => return true,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}

/// Raises an event descriptor.
fn signal(fd: impl AsFd) {
    // Fails only with the counter full, and then the other side is awake anyway.
    let _ = rustix::io::write(fd, &1_u64.to_ne_bytes());
}
