//! Ctrl-C as something that can be waited for.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use rustix::event::EventfdFlags;

use crate::error::{Error, Result};
use crate::poll;

/// The descriptor that the handler raises; -1 for none.
static RAISED: AtomicI32 = AtomicI32::new(-1);

const SIGNALS: [libc::c_int; 3] = [libc::SIGINT, libc::SIGTERM, libc::SIGHUP];

/// While it lives, the first of these signals is told by [`is_raised`](Self::is_raised) and the second one ends the
/// program, which takes the child with it.
pub(super) struct Interrupt {
    raised: OwnedFd,
}

impl Interrupt {
    pub(super) fn new() -> Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let raised = rustix::event::eventfd(0, flags).map_err(Error::events("make an event descriptor"))?;
        RAISED.store(raised.as_raw_fd(), Ordering::Relaxed);
        for signal in SIGNALS {
            // SAFETY: all-zero is a valid value of this plain structure; the handler only makes calls that
            // are allowed there, and once called gives way to the system's own.
            unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                action.sa_sigaction = raise as extern "C" fn(libc::c_int) as usize;
                action.sa_flags = libc::SA_RESETHAND;
                libc::sigaction(signal, &action, std::ptr::null_mut());
            }
        }
        Ok(Self { raised })
    }

    /// Whether a signal has come.
    pub(super) fn is_raised(&self) -> bool {
        self.rest(Duration::ZERO)
    }

    /// Waits for `time` at most until a signal comes; whether one has.
    pub(super) fn rest(&self, time: Duration) -> bool {
        !poll::readable(&[self.raised.as_raw_fd()], Some(time)).ready.is_empty()
    }
}

impl Drop for Interrupt {
    fn drop(&mut self) {
        RAISED.store(-1, Ordering::Relaxed);
        for signal in SIGNALS {
            // SAFETY: the system's own action, which every process begins with.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
}

extern "C" fn raise(_signal: libc::c_int) {
    let one = 1_u64;
    // SAFETY: `write` may be called in a handler, and the buffer is as long as said. A descriptor that is
    // gone is an error and no more.
    unsafe { libc::write(RAISED.load(Ordering::Relaxed), (&raw const one).cast(), 8) };
}
