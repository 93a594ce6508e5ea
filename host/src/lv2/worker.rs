//! `worker:schedule`: work that a plugin wants done outside its `run`.
//!
//! Offline there is nothing to miss, so the work is done between two `run` calls on the same
//! thread: results then depend on no scheduling, and a block waits for the work it asked for. Live a thread
//! of its own does it, which the audio thread wakes and never waits for.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;

use lv2_raw::LV2Handle;
use lv2_sys::{
    LV2_Worker_Interface, LV2_Worker_Status, LV2_Worker_Status_LV2_WORKER_ERR_NO_SPACE,
    LV2_Worker_Status_LV2_WORKER_SUCCESS,
};
use rustix::thread::futex;

use super::packets::{Packets, WORDS};
use crate::protocol::Mode;

/// How often work may beget work within one block.
const ROUNDS: usize = 64;

/// The bit of [`Worker::bell`] that ends the thread; the others count.
const END: u32 = 1 << 31;

/// What is shared between the feature, which outlives the plugin, the audio thread and the worker's.
pub(super) struct Worker {
    requests: Packets,
    responses: Packets,
    /// Changes with each request that a thread is to see.
    bell: AtomicU32,
}

impl Worker {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { requests: Packets::new(), responses: Packets::new(), bell: AtomicU32::new(0) })
    }

    /// The feature's data; it points into the worker.
    pub(super) fn schedule(self: &Arc<Self>) -> lv2_sys::LV2_Worker_Schedule {
        lv2_sys::LV2_Worker_Schedule {
            handle: Arc::as_ptr(self).cast_mut().cast(),
            schedule_work: Some(schedule),
        }
    }

    fn ring(&self, change: impl FnOnce(&AtomicU32)) {
        change(&self.bell);
        // Fails only where nobody sleeps.
        let _ = futex::wake(&self.bell, futex::Flags::PRIVATE, 1);
    }
}

unsafe fn bytes<'a>(size: u32, data: *const c_void) -> &'a [u8] {
    if size == 0 || data.is_null() {
        return &[];
    }
    // SAFETY: the plugin passes `size` readable bytes by the extension's contract.
    unsafe { std::slice::from_raw_parts(data.cast(), size as usize) }
}

fn status(sent: bool) -> LV2_Worker_Status {
    if sent { LV2_Worker_Status_LV2_WORKER_SUCCESS } else { LV2_Worker_Status_LV2_WORKER_ERR_NO_SPACE }
}

unsafe extern "C" fn schedule(handle: *mut c_void, size: u32, data: *const c_void) -> LV2_Worker_Status {
    // SAFETY: the handle is a `Worker` that the features keep alive as long as the plugin.
    let worker = unsafe { &*handle.cast::<Worker>() };
    // SAFETY: as the plugin promises.
    let sent = worker.requests.push(unsafe { bytes(size, data) });
    if sent {
        // Bit 31 stays: a count that runs into it would end the thread.
        worker.ring(|bell| {
            let _ = bell.try_update(Ordering::Release, Ordering::Relaxed, |bell| {
                Some((bell & END) | (bell.wrapping_add(1) & !END))
            });
        });
    }
    status(sent)
}

unsafe extern "C" fn respond(handle: *mut c_void, size: u32, data: *const c_void) -> LV2_Worker_Status {
    // SAFETY: the handle is a `Worker`, which the runner keeps alive.
    let worker = unsafe { &*handle.cast::<Worker>() };
    // SAFETY: as the plugin promises.
    status(worker.responses.push(unsafe { bytes(size, data) }))
}

/// The plugin's side of the work, for whichever thread does it.
struct Doer {
    worker: Arc<Worker>,
    interface: LV2_Worker_Interface,
    handle: LV2Handle,
    scratch: Vec<u64>,
}

// SAFETY: by the extension's contract `work` may be called from any thread but the audio thread while `run`
// is going on; one doer at a time does it.
unsafe impl Send for Doer {}

impl Doer {
    /// Does all work that is waiting.
    fn work(&mut self) -> bool {
        let mut any = false;
        while let Some(len) = self.worker.requests.pop(&mut self.scratch) {
            any = true;
            let Some(work) = self.interface.work else { continue };
            let responses = Arc::as_ptr(&self.worker).cast_mut().cast();
            // SAFETY: by `WorkerRunner::new` the interface belongs to the living instance; the scratch memory
            // holds `len` bytes of this request.
            crate::count::unarmed(|| unsafe {
                work(self.handle, Some(respond), responses, len, self.scratch.as_ptr().cast());
            });
        }
        any
    }

    /// The thread's life.
    fn live(mut self) {
        loop {
            // Acquire: pairs with the bell's ringing.
            let seen = self.worker.bell.load(Ordering::Acquire);
            if seen & END != 0 {
                return;
            }
            if !self.work() {
                let _ = futex::wait(&self.worker.bell, futex::Flags::PRIVATE, seen, None);
            }
        }
    }
}

/// Has the work done, and brings the answers.
pub(super) struct WorkerRunner {
    worker: Arc<Worker>,
    interface: LV2_Worker_Interface,
    handle: LV2Handle,
    scratch: Vec<u64>,
    /// Offline it is done here, live by the thread.
    doer: Option<Doer>,
    thread: Option<JoinHandle<()>>,
}

impl WorkerRunner {
    /// `None` where there can't be a thread.
    ///
    /// # Safety
    /// `interface` must be the worker interface of the plugin instance `handle`, and the instance
    /// must live as long as the runner.
    pub(super) unsafe fn new(
        worker: Arc<Worker>,
        interface: LV2_Worker_Interface,
        handle: LV2Handle,
        mode: Mode,
    ) -> Option<Self> {
        let scratch = || vec![0; WORDS];
        let doer = Doer { worker: Arc::clone(&worker), interface, handle, scratch: scratch() };
        worker.bell.fetch_and(!END, Ordering::Relaxed);
        let (doer, thread) = match mode {
            Mode::Offline => (Some(doer), None),
            Mode::Live => {
                let thread = std::thread::Builder::new().name("worker".into());
                (None, Some(thread.spawn(move || doer.live()).ok()?))
            }
        };
        Some(Self { worker, interface, handle, scratch: scratch(), doer, thread })
    }

    /// Delivers the answers and tells the plugin that the run is complete. Offline it first does the work.
    pub(super) fn after_run(&mut self) {
        for _ in 0..ROUNDS {
            let worked = self.doer.as_mut().is_some_and(Doer::work);
            let answered = self.respond();
            if !worked && (!answered || self.doer.is_none()) {
                break;
            }
        }
        if let Some(end_run) = self.interface.end_run {
            // SAFETY: by `new` the interface belongs to the living instance; no `run` is going on.
            unsafe { end_run(self.handle) };
        }
    }

    fn respond(&mut self) -> bool {
        let mut any = false;
        while let Some(len) = self.worker.responses.pop(&mut self.scratch) {
            any = true;
            if let Some(respond) = self.interface.work_response {
                // SAFETY: as in `after_run`; the scratch memory holds `len` bytes of this answer.
                unsafe { respond(self.handle, len, self.scratch.as_ptr().cast()) };
            }
        }
        any
    }
}

impl Drop for WorkerRunner {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.worker.ring(|bell| {
                bell.fetch_or(END, Ordering::Release);
            });
            let _ = thread.join();
        }
        // What waits belongs to a run that is over.
        self.worker.requests.clear();
        self.worker.responses.clear();
    }
}
