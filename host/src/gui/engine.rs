//! The plugin at work while its editor is open: silence, in time with the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::child::{Block, Output, Processor};
use crate::shared::{Change, Direction, EVENTS, Memory, Status, Transport};

/// Changes that may be on their way in each direction.
const CHANGES: usize = 4096;

/// A running plugin.
pub(super) struct Engine {
    thread: JoinHandle<Box<dyn Processor>>,
    stop: Arc<AtomicBool>,
    inward: Producer<Change>,
    outward: Consumer<Change>,
    refused: Arc<AtomicBool>,
}

impl Engine {
    /// Starts it with blocks of `frames`, `inputs` channels of silence and these first changes.
    pub(super) fn start(
        processor: Box<dyn Processor>,
        memory: &Arc<Memory>,
        inputs: u32,
        frames: u32,
        rate: u32,
    ) -> std::io::Result<Self> {
        for channel in 0..inputs {
            memory.silence(Direction::Input, channel, frames as usize);
        }
        let (inward, changes) = RingBuffer::new(CHANGES);
        let (outputs, outward) = RingBuffer::new(CHANGES);
        let (stop, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let role = Role {
            processor,
            frames,
            length: Duration::from_secs_f64(f64::from(frames) / f64::from(rate)),
            changes,
            outputs,
            stop: Arc::clone(&stop),
            refused: Arc::clone(&refused),
        };
        let thread = std::thread::Builder::new().name("audio".into()).spawn(move || role.run())?;
        Ok(Self { thread, stop, inward, outward, refused })
    }

    /// Sends the plugin a change; `false` where it takes none any more.
    pub(super) fn send(&mut self, index: u32, native: f64) -> bool {
        self.inward.push(Change { index, offset: 0, native }).is_ok()
    }

    /// What the plugin has put out.
    pub(super) fn outputs(&mut self) -> Vec<Change> {
        std::iter::from_fn(|| self.outward.pop().ok()).collect()
    }

    /// Whether the plugin has refused a block since the last time.
    pub(super) fn refused(&self) -> bool {
        self.refused.swap(false, Ordering::Relaxed)
    }

    /// Ends it between two blocks and gives the audio side back.
    pub(super) fn stop(self) -> Box<dyn Processor> {
        // Release: whoever sees it sees all that was sent before.
        self.stop.store(true, Ordering::Release);
        // A panic on the audio thread has ended the process already.
        self.thread.join().unwrap_or_else(|_| std::process::abort())
    }
}

/// Everything the audio thread has.
struct Role {
    processor: Box<dyn Processor>,
    frames: u32,
    length: Duration,
    changes: Consumer<Change>,
    outputs: Producer<Change>,
    stop: Arc<AtomicBool>,
    refused: Arc<AtomicBool>,
}

impl Role {
    fn run(mut self) -> Box<dyn Processor> {
        let mut changes = Vec::with_capacity(EVENTS);
        let mut output = Output { changes: Vec::with_capacity(EVENTS), midi: Vec::with_capacity(EVENTS) };
        // A song that stands: an editor at rest shows what it would in a host at rest.
        let transport = Transport { playing: false, ..Transport::playing_at(0) };
        let mut due = Instant::now();
        loop {
            // Seen before the block, so that what was sent before the end still comes in.
            let last = self.stop.load(Ordering::Acquire);
            changes.clear();
            output.changes.clear();
            output.midi.clear();
            while changes.len() < EVENTS
                && let Ok(change) = self.changes.pop()
            {
                changes.push(change);
            }
            let block = Block { frames: self.frames, transport, changes: &changes, midi: &[] };
            if self.processor.process(&block, &mut output) != Status::Ok {
                self.refused.store(true, Ordering::Relaxed);
            }
            for change in &output.changes {
                // Full only while the main thread is away, and then the newest values count less.
                let _ = self.outputs.push(*change);
            }
            if last {
                return self.processor;
            }
            due += self.length;
            let now = Instant::now();
            match due.checked_duration_since(now) {
                Some(rest) => wait(rest),
                // After a long stop time goes on from here.
                None if now - due > Duration::from_millis(500) => due = now,
                None => {}
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this thread's clock is time itself")]
fn wait(rest: Duration) {
    std::thread::sleep(rest);
}
