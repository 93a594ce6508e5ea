//! What JACK is told of the plugins' latency.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jack::jack_sys::{
    JackCaptureLatency, jack_latency_callback_mode_t, jack_recompute_total_latencies,
    jack_set_latency_callback,
};
use jack::{Client, LatencyType, Port, Unowned};

/// Ports for sound, and for MIDI.
type Ports = [Vec<Port<Unowned>>; 2];

/// The ports between which the plugins are, and by how many frames they are late.
pub(super) struct Latency {
    inputs: Ports,
    outputs: Ports,
    frames: AtomicU32,
}

impl Latency {
    /// Has JACK ask `self` from now on, on a thread of its own. The client must not be active yet.
    pub(super) fn register(client: &Client, inputs: Ports, outputs: Ports, frames: u32) -> Arc<Self> {
        let this = Arc::new(Self { inputs, outputs, frames: AtomicU32::new(frames) });
        // The client keeps one for as long as the process lives: it may ask until it is closed.
        let told = Arc::into_raw(Arc::clone(&this)).cast_mut().cast::<c_void>();
        // SAFETY: an open client; what it hands to the function is never freed.
        unsafe { jack_set_latency_callback(client.raw(), Some(tell), told) };
        this
    }

    /// The plugins are late by another number of frames now.
    pub(super) fn change(&self, client: &Client, frames: u32) {
        if self.frames.swap(frames, Ordering::Relaxed) != frames {
            // SAFETY: an open client.
            unsafe { jack_recompute_total_latencies(client.raw()) };
        }
    }

    fn tell(&self, mode: LatencyType) {
        let (from, to) = match mode {
            LatencyType::Capture => (&self.inputs, &self.outputs),
            LatencyType::Playback => (&self.outputs, &self.inputs),
        };
        // MIDI counts where there is no sound: nobody plays an effect by it.
        let from = from.iter().find(|ports| !ports.is_empty());
        let ranges = from.into_iter().flatten().map(|port| port.get_latency_range(mode));
        let around = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0, 0));
        let more = self.frames.load(Ordering::Relaxed);
        let range = (around.0.saturating_add(more), around.1.saturating_add(more));
        to.iter().flatten().for_each(|port| port.set_latency_range(mode, range));
    }
}

unsafe extern "C" fn tell(mode: jack_latency_callback_mode_t, this: *mut c_void) {
    // SAFETY: what `register` has given, which is never freed; everything in it may be shared.
    let this = unsafe { &*this.cast_const().cast::<Latency>() };
    this.tell(if mode == JackCaptureLatency { LatencyType::Capture } else { LatencyType::Playback });
}
