//! What the audio end, the supervisor and the user of a live plugin have in common.

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};

use crate::info::PluginInfo;
use crate::shared::Values;

/// Counts since the start; each only goes up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Blocks that came back in time.
    pub processed: u64,
    /// Blocks that passed dry because the answer was late; the plugin still worked on them.
    pub late: u64,
    /// Late answers that were dropped when they came.
    pub dropped: u64,
    /// Blocks that passed dry without being sent, because too many were on their way; their events went with
    /// a later one.
    pub behind: u64,
    /// Blocks that passed dry while the plugin took in a state or was restarting itself.
    pub paused: u64,
    /// Blocks that the plugin refused, or that made no sense.
    pub refused: u64,
    /// Blocks that passed dry while there was no plugin.
    pub absent: u64,
    /// Events for which there was no room.
    pub lost_events: u64,
    /// Times that the plugin's process was replaced.
    pub replaced: u64,
}

pub(super) struct Shared {
    pub(super) processed: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) behind: AtomicU64,
    pub(super) paused: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) absent: AtomicU64,
    pub(super) lost_events: AtomicU64,
    pub(super) replaced: AtomicU64,
    /// The audio end has found nonsense in the shared memory.
    pub(super) broken: AtomicBool,
    /// Number of the child's process.
    pub(super) process: AtomicI32,
    /// The last value of each parameter that host, editor or plugin has set, but for those that only show something.
    pub(super) values: Values,
    settable: Box<[bool]>,
    /// Whether the plugin takes MIDI at all.
    pub(super) takes_midi: bool,
}

impl Shared {
    pub(super) fn new(info: &PluginInfo) -> Self {
        Self {
            processed: AtomicU64::new(0),
            late: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            behind: AtomicU64::new(0),
            paused: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            absent: AtomicU64::new(0),
            lost_events: AtomicU64::new(0),
            replaced: AtomicU64::new(0),
            broken: AtomicBool::new(false),
            process: AtomicI32::new(0),
            values: Values::new(info.parameters.len()),
            settable: info.parameters.iter().map(|p| !p.flags.output && !p.flags.read_only).collect(),
            takes_midi: !info.event_inputs.is_empty(),
        }
    }

    /// Notes a value that a replacement is to have. `[audio-thread]`
    pub(super) fn note(&self, index: u32, native: f64) {
        // What a plugin shows is nothing to be set: it would refuse the block.
        if self.settable.get(index as usize).copied().unwrap_or(false) {
            self.values.set(index, native);
        }
    }

    pub(super) fn counters(&self) -> Counters {
        // Each stands for itself.
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters {
            processed: get(&self.processed),
            late: get(&self.late),
            dropped: get(&self.dropped),
            behind: get(&self.behind),
            paused: get(&self.paused),
            refused: get(&self.refused),
            absent: get(&self.absent),
            lost_events: get(&self.lost_events),
            replaced: get(&self.replaced),
        }
    }
}

/// Counts; only one thread writes each counter, so no read-modify-write is needed.
pub(super) fn count(counter: &AtomicU64, more: u64) {
    counter.store(counter.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}
