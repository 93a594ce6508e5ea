//! Waiting for descriptors that belong to somebody else.
#![allow(unsafe_code)]

use std::os::fd::{BorrowedFd, RawFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Ready {
    /// Those that can be read, or have ended.
    pub(crate) ready: Vec<RawFd>,
    /// Those that are no open descriptors.
    pub(crate) lost: Vec<RawFd>,
}

/// Waits until one of them can be read, for `limit` at most.
pub(crate) fn readable(fds: &[RawFd], limit: Option<Duration>) -> Ready {
    let end = limit.map(|limit| Instant::now() + limit);
    let fds: Vec<RawFd> = fds.iter().copied().filter(|fd| *fd >= 0).collect();
    loop {
        let rest = end.map(|end| timespec(end.saturating_duration_since(Instant::now())));
        // SAFETY: it is not negative, and it is only given to `poll`, which takes any number and reports
        // those that are no descriptors.
        let borrow = |fd: &RawFd| unsafe { BorrowedFd::borrow_raw(*fd) };
        let mut polled: Vec<_> =
            fds.iter().map(borrow).map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
        match rustix::event::poll(&mut polled, rest.as_ref()) {
            Err(rustix::io::Errno::INTR) => continue,
            // Out of memory, and no more: as if nothing had happened.
            Err(_) => return Ready::default(),
            Ok(_) => {}
        }
        let mut found = Ready::default();
        for (fd, polled) in fds.iter().zip(&polled) {
            let told = polled.revents();
            if told.contains(PollFlags::NVAL) {
                found.lost.push(*fd);
            } else if !told.is_empty() {
                found.ready.push(*fd);
            }
        }
        return found;
    }
}

/// A limit as the system counts it.
pub(crate) fn timespec(limit: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    }
}
