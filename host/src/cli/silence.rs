//! A plugin at work while nobody plays: silence, in time with the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::info::main_channels;
use crate::parent::{Audio, Block, Dry, Live, Outcome};
use crate::planar::Planar;
use crate::shared::{Change, Transport};

/// Frames of a block.
pub(super) const FRAMES: u32 = 256;

/// The thread; dropping it ends it.
pub(super) struct Silence {
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    refused: Arc<AtomicBool>,
}

impl Silence {
    /// Starts it; the first block has these changes.
    pub(super) fn start(mut audio: Audio, plugin: &Live, mut changes: Vec<Change>) -> Result<Self> {
        let (stop, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (inputs, outputs) = plugin
            .active()
            .map_or((0, 0), |active| (main_channels(&active.inputs), main_channels(&active.outputs)));
        let length =
            Duration::from_secs_f64(f64::from(FRAMES) / f64::from(plugin.options().setup.sample_rate));
        let (stopped, told) = (Arc::clone(&stop), Arc::clone(&refused));
        let work = move || {
            let input = Planar::new(inputs as usize, FRAMES as usize);
            let mut output = Planar::new(outputs as usize, FRAMES as usize);
            // A song that stands: an editor at rest shows what it would in a host at rest.
            let transport = Transport { playing: false, ..Transport::playing_at(0) };
            let mut due = Instant::now();
            loop {
                // Seen before the block, so that what was done before the end still comes in.
                let last = stopped.load(Ordering::Acquire);
                let block = Block {
                    frames: FRAMES,
                    transport,
                    input: &input,
                    aux: &[],
                    changes: &changes,
                    midi: &[],
                };
                if audio.process(&block, &mut output) == Outcome::Dry(Dry::Refused) {
                    told.store(true, Ordering::Relaxed);
                }
                if last {
                    return;
                }
                changes.clear();
                due += length;
                let now = Instant::now();
                match due.checked_duration_since(now) {
                    Some(rest) => std::thread::park_timeout(rest),
                    // After a long stop time goes on from here.
                    None if now - due > Duration::from_millis(500) => due = now,
                    None => {}
                }
            }
        };
        let thread = std::thread::Builder::new().name("silence".into()).spawn(work);
        let thread = Some(thread.map_err(Error::system("start a thread"))?);
        Ok(Self { thread, stop, refused })
    }

    /// Whether the plugin has refused a block.
    pub(super) fn refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
