//! `worker:schedule`: work that a plugin wants done outside its `run`.
//!
//! Offline there is nothing to miss, so the work is done between two `run` calls on the same
//! thread: results then depend on no scheduling, and a block waits for the work it asked for.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lv2_raw::LV2Handle;
use lv2_sys::{
    LV2_Worker_Interface, LV2_Worker_Status, LV2_Worker_Status_LV2_WORKER_ERR_NO_SPACE,
    LV2_Worker_Status_LV2_WORKER_SUCCESS,
};

/// Room for queued work, in 8-byte words: 256 KiB.
const WORDS: usize = 32 * 1024;

/// How often work may beget work within one block.
const ROUNDS: usize = 64;

/// Packets of bytes, first in, first out. Payloads are 8-aligned, as atoms need.
struct Packets {
    words: Vec<u64>,
    start: usize,
    end: usize,
}

impl Packets {
    fn new() -> Self {
        Self { words: vec![0; WORDS], start: 0, end: 0 }
    }

    fn push(&mut self, bytes: &[u8]) -> bool {
        let len = bytes.len().div_ceil(8);
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        let Some(slot) = self.words.get_mut(self.end..self.end + 1 + len) else { return false };
        slot[0] = bytes.len() as u64;
        for (word, chunk) in slot[1..].iter_mut().zip(bytes.chunks(8)) {
            let mut full = [0; 8];
            full[..chunk.len()].copy_from_slice(chunk);
            *word = u64::from_ne_bytes(full);
        }
        self.end += 1 + len;
        true
    }

    /// Moves the oldest packet into `scratch` and returns its length in bytes.
    fn pop(&mut self, scratch: &mut [u64]) -> Option<u32> {
        if self.start == self.end {
            return None;
        }
        let bytes = self.words[self.start] as usize;
        let len = bytes.div_ceil(8);
        scratch[..len].copy_from_slice(&self.words[self.start + 1..][..len]);
        self.start += 1 + len;
        u32::try_from(bytes).ok()
    }
}

/// The queue that plugin callbacks write to. It is guarded without waiting: a second thread that
/// comes in between, against the extension's rules, is told that there is no space.
struct Queue {
    busy: AtomicBool,
    packets: UnsafeCell<Packets>,
}

// SAFETY: `with` lets only one thread at a time reach the packets.
unsafe impl Sync for Queue {}

impl Queue {
    fn new() -> Self {
        Self { busy: AtomicBool::new(false), packets: UnsafeCell::new(Packets::new()) }
    }

    fn with<T>(&self, action: impl FnOnce(&mut Packets) -> T) -> Option<T> {
        // Acquire and Release order one holder's accesses before the next one's.
        if self.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        // SAFETY: `busy` was false, so nobody else holds the packets until it is false again;
        // `action` runs no plugin code that could come back here.
        let result = action(unsafe { &mut *self.packets.get() });
        self.busy.store(false, Ordering::Release);
        Some(result)
    }

    unsafe extern "C" fn push_callback(
        handle: *mut c_void,
        size: u32,
        data: *const c_void,
    ) -> LV2_Worker_Status {
        let bytes: &[u8] = if size == 0 || data.is_null() {
            &[]
        } else {
            // SAFETY: the plugin passes `size` readable bytes by the extension's contract.
            unsafe { std::slice::from_raw_parts(data.cast(), size as usize) }
        };
        // SAFETY: the handle is a `Queue` that the worker keeps alive as long as the plugin.
        let queue = unsafe { &*handle.cast::<Queue>() };
        if queue.with(|packets| packets.push(bytes)) == Some(true) {
            LV2_Worker_Status_LV2_WORKER_SUCCESS
        } else {
            LV2_Worker_Status_LV2_WORKER_ERR_NO_SPACE
        }
    }
}

/// What is shared between the feature, which outlives the plugin, and the audio thread.
pub(super) struct Worker {
    requests: Queue,
    responses: Queue,
}

impl Worker {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { requests: Queue::new(), responses: Queue::new() })
    }

    /// The feature's data; it points into the worker.
    pub(super) fn schedule(self: &Arc<Self>) -> lv2_sys::LV2_Worker_Schedule {
        lv2_sys::LV2_Worker_Schedule {
            handle: std::ptr::from_ref(&self.requests).cast_mut().cast(),
            schedule_work: Some(Queue::push_callback),
        }
    }
}

/// Does the work between `run` calls.
pub(super) struct WorkerRunner {
    worker: Arc<Worker>,
    interface: LV2_Worker_Interface,
    handle: LV2Handle,
    scratch: Vec<u64>,
}

impl WorkerRunner {
    /// # Safety
    /// `interface` must be the worker interface of the plugin instance `handle`, and the instance
    /// must live as long as the runner is used.
    pub(super) unsafe fn new(
        worker: Arc<Worker>,
        interface: LV2_Worker_Interface,
        handle: LV2Handle,
    ) -> Self {
        Self { worker, interface, handle, scratch: vec![0; WORDS] }
    }

    /// Does all work that is waiting, delivers the answers and tells the plugin that the run is
    /// complete.
    pub(super) fn after_run(&mut self) {
        for _ in 0..ROUNDS {
            let worked = self.work();
            let answered = self.respond();
            if !worked && !answered {
                break;
            }
        }
        if let Some(end_run) = self.interface.end_run {
            // SAFETY: by `new` the interface belongs to the living instance; no `run` is going on.
            unsafe { end_run(self.handle) };
        }
    }

    fn work(&mut self) -> bool {
        let mut any = false;
        while let Some(Some(len)) = self.worker.requests.with(|packets| packets.pop(&mut self.scratch)) {
            any = true;
            let Some(work) = self.interface.work else { continue };
            let responses = std::ptr::from_ref(&self.worker.responses).cast_mut().cast();
            // SAFETY: as in `after_run`; the scratch memory holds `len` bytes of this request.
            crate::count::unarmed(|| unsafe {
                work(self.handle, Some(Queue::push_callback), responses, len, self.scratch.as_ptr().cast());
            });
        }
        any
    }

    fn respond(&mut self) -> bool {
        let mut any = false;
        while let Some(Some(len)) = self.worker.responses.with(|packets| packets.pop(&mut self.scratch)) {
            any = true;
            if let Some(respond) = self.interface.work_response {
                // SAFETY: as in `work`.
                unsafe { respond(self.handle, len, self.scratch.as_ptr().cast()) };
            }
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_keep_order_and_bounds() {
        let mut packets = Packets::new();
        let mut scratch = vec![0; WORDS];
        assert!(packets.push(b"hello world"));
        assert!(packets.push(b""));
        assert_eq!(packets.pop(&mut scratch), Some(11));
        assert_eq!(&scratch[0].to_ne_bytes(), b"hello wo");
        assert_eq!(packets.pop(&mut scratch), Some(0));
        assert_eq!(packets.pop(&mut scratch), None);
        assert!(!packets.push(&vec![0; WORDS * 8]));
        assert!(packets.push(&vec![1; (WORDS - 1) * 8]));
        assert!(!packets.push(b"x"));
        assert_eq!(packets.pop(&mut scratch), Some(((WORDS - 1) * 8) as u32));
        assert!(packets.push(b"x"));
    }
}
