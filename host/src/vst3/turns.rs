//! `IRunLoop`: the sockets and timers that a plugin wants to have served on the main thread.
//!
//! They belong to the module, not to one view: the host context offers the same loop as the frame does.
//! What is called may register and unregister at will, so nothing is borrowed meanwhile.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::os::fd::RawFd;
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use vst3::Steinberg::Linux::*;
use vst3::Steinberg::*;
use vst3::{ComPtr, ComRef};

/// More than any plugin needs.
const MAX: usize = 1024;

/// Everything that takes its turn on the main thread.
pub(super) struct Turns {
    /// Only this thread may come here.
    main: ThreadId,
    sockets: RefCell<Vec<Socket>>,
    timers: RefCell<Vec<Timer>>,
}

#[derive(Clone)]
struct Socket {
    handler: ComPtr<IEventHandler>,
    fd: RawFd,
}

#[derive(Clone)]
struct Timer {
    handler: ComPtr<ITimerHandler>,
    every: Duration,
    due: Instant,
}

impl Turns {
    pub(super) fn new() -> Self {
        let main = std::thread::current().id();
        Self { main, sockets: RefCell::default(), timers: RefCell::default() }
    }

    /// How many sockets and timers there are.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.sockets.borrow().len(), self.timers.borrow().len())
    }

    pub(super) fn sockets(&self) -> Vec<RawFd> {
        let mut all: Vec<_> = self.sockets.borrow().iter().map(|socket| socket.fd).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Until the next timer.
    pub(super) fn due(&self) -> Option<Duration> {
        let now = Instant::now();
        self.timers.borrow().iter().map(|timer| timer.due.saturating_duration_since(now)).min()
    }

    /// Calls those whose turn it is.
    pub(super) fn serve(&self, ready: &[RawFd]) {
        let sockets: Vec<_> =
            self.sockets.borrow().iter().filter(|socket| ready.contains(&socket.fd)).cloned().collect();
        for Socket { handler, fd } in sockets {
            let same = |other: &Socket| other.fd == fd && other.handler.as_ptr() == handler.as_ptr();
            if self.sockets.borrow().iter().any(same) {
                // SAFETY: it is still registered, and the reference keeps it alive.
                unsafe { handler.onFDIsSet(fd) };
            }
        }
        let now = Instant::now();
        let due: Vec<_> = {
            let mut timers = self.timers.borrow_mut();
            let due = timers.iter_mut().filter(|timer| timer.due <= now);
            // Those that were missed are not made up for.
            due.map(|timer| {
                timer.due = now + timer.every;
                timer.handler.clone()
            })
            .collect()
        };
        for handler in due {
            if self.timers.borrow().iter().any(|other| other.handler.as_ptr() == handler.as_ptr()) {
                // SAFETY: it is still registered, and the reference keeps it alive.
                unsafe { handler.onTimer() };
            }
        }
    }

    /// Asks no more for a socket that was closed.
    pub(super) fn lose(&self, fd: RawFd) {
        // Released after the borrow: releasing may run the plugin's code.
        let (_gone, kept): (Vec<_>, Vec<_>) =
            self.sockets.take().into_iter().partition(|socket| socket.fd == fd);
        self.sockets.replace(kept);
    }

    fn is_main(&self) -> bool {
        std::thread::current().id() == self.main
    }
}

impl Turns {
    // The functions of `IRunLoop`, with its contract.
    pub(super) unsafe fn add_socket(&self, handler: *mut IEventHandler, fd: FileDescriptor) -> tresult {
        // SAFETY: null or an object of the plugin.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else { return kInvalidArgument };
        if fd < 0 || !self.is_main() {
            return kInvalidArgument;
        }
        let mut sockets = self.sockets.borrow_mut();
        if sockets.len() >= MAX {
            return kOutOfMemory;
        }
        sockets.push(Socket { handler: handler.to_com_ptr(), fd });
        kResultOk
    }

    pub(super) unsafe fn remove_socket(&self, handler: *mut IEventHandler) -> tresult {
        if handler.is_null() || !self.is_main() {
            return kInvalidArgument;
        }
        // Released after the borrow: releasing may run the plugin's code.
        let (gone, kept): (Vec<_>, Vec<_>) =
            self.sockets.take().into_iter().partition(|socket| socket.handler.as_ptr() == handler);
        self.sockets.replace(kept);
        if gone.is_empty() { kResultFalse } else { kResultOk }
    }

    pub(super) unsafe fn add_timer(
        &self,
        handler: *mut ITimerHandler,
        milliseconds: TimerInterval,
    ) -> tresult {
        // SAFETY: null or an object of the plugin.
        let Some(handler) = (unsafe { ComRef::from_raw(handler) }) else { return kInvalidArgument };
        if milliseconds == 0 || !self.is_main() {
            return kInvalidArgument;
        }
        let mut timers = self.timers.borrow_mut();
        if timers.len() >= MAX {
            return kOutOfMemory;
        }
        let every = Duration::from_millis(milliseconds);
        let due = Instant::now() + every.min(Duration::from_secs(86_400));
        timers.push(Timer { handler: handler.to_com_ptr(), every, due });
        kResultOk
    }

    pub(super) unsafe fn remove_timer(&self, handler: *mut ITimerHandler) -> tresult {
        if handler.is_null() || !self.is_main() {
            return kInvalidArgument;
        }
        let (gone, kept): (Vec<_>, Vec<_>) =
            self.timers.take().into_iter().partition(|timer| timer.handler.as_ptr() == handler);
        self.timers.replace(kept);
        if gone.is_empty() { kResultFalse } else { kResultOk }
    }
}

/// Makes something that has `turns` offer them to a plugin.
macro_rules! run_loop {
    ($kind:ty) => {
        impl IRunLoopTrait for $kind {
            unsafe fn registerEventHandler(
                &self,
                handler: *mut IEventHandler,
                fd: FileDescriptor,
            ) -> tresult {
                // SAFETY: as the caller promises.
                unsafe { self.turns.add_socket(handler, fd) }
            }

            unsafe fn unregisterEventHandler(&self, handler: *mut IEventHandler) -> tresult {
                // SAFETY: as the caller promises.
                unsafe { self.turns.remove_socket(handler) }
            }

            unsafe fn registerTimer(
                &self,
                handler: *mut ITimerHandler,
                milliseconds: TimerInterval,
            ) -> tresult {
                // SAFETY: as the caller promises.
                unsafe { self.turns.add_timer(handler, milliseconds) }
            }

            unsafe fn unregisterTimer(&self, handler: *mut ITimerHandler) -> tresult {
                // SAFETY: as the caller promises.
                unsafe { self.turns.remove_timer(handler) }
            }
        }
    };
}

pub(super) use run_loop;
