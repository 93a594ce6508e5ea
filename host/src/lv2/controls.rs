//! The memory of the control ports, seen by both threads and the plugin.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// One float per port of the plugin, by port index.
#[derive(Clone)]
pub(super) struct Controls(Arc<[AtomicU32]>);

impl Controls {
    pub(super) fn new(ports: usize) -> Self {
        Self((0..ports).map(|_| AtomicU32::new(0)).collect())
    }

    /// The address for `connect_port`; it stays the same as long as any clone lives.
    pub(super) fn as_ptr(&self, port: u32) -> *mut f32 {
        self.0[port as usize].as_ptr().cast()
    }

    // Each port stands for itself, so no order among them is needed.

    pub(super) fn get(&self, port: u32) -> f32 {
        f32::from_bits(self.0[port as usize].load(Ordering::Relaxed))
    }

    pub(super) fn set(&self, port: u32, value: f32) {
        self.0[port as usize].store(value.to_bits(), Ordering::Relaxed);
    }
}
