//! A real-time priority for the audio thread, by whichever way the system grants one.

#![allow(unsafe_code)]

use std::fmt;
use std::io;
use std::time::Duration;

use rustix::process::{Resource, Rlimit};
use rustix::thread::Pid;
use serde::{Deserialize, Serialize};

use super::{Arguments, rtkit};
use crate::error::{one_line, why};

/// The priority that is asked for unless told otherwise: above what JACK's clients use of the default
/// 10, below the sound card's interrupt threads at 85 or 90.
pub(crate) const USUAL: u8 = 60;

/// How long a bus may take for all questions together.
const BUS_LIMIT: Duration = Duration::from_secs(1);

/// What the audio thread runs at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// Before everything that is not real-time.
    Realtime {
        /// 1 to 99; more comes first.
        priority: u8,
        /// Who has granted it.
        by: RaisedBy,
    },
    /// Like any other thread.
    Normal {
        /// Why it is no more than that: one line.
        reason: String,
    },
}

/// Who grants a real-time priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaisedBy {
    /// The kernel: by the limit `rtprio` or a capability.
    Limits,
    /// The service RealtimeKit. A thread that then runs for more than a fraction of a second without
    /// waiting for anything is ended, and its process with it.
    RtKit,
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Realtime { priority, by: RaisedBy::Limits } => {
                write!(f, "real-time, priority {priority}")
            }
            Self::Realtime { priority, by: RaisedBy::RtKit } => {
                write!(f, "real-time, priority {priority} by RealtimeKit")
            }
            Self::Normal { reason } => write!(f, "normal: {reason}"),
        }
    }
}

/// Raises the calling thread to `wanted`, or as near as is allowed. Threads that it starts are normal.
///
/// It may ask services and wait for them, for a second at most: it belongs before the first block.
pub(crate) fn raise(wanted: u8) -> Priority {
    let thread = rustix::thread::gettid();
    let by_limits = match by_limits(thread, wanted) {
        Ok(priority) => return Priority::Realtime { priority, by: RaisedBy::Limits },
        Err(reason) => reason,
    };
    match rtkit::raise(thread, wanted, BUS_LIMIT) {
        Ok(priority) => Priority::Realtime { priority, by: RaisedBy::RtKit },
        Err(by_service) => Priority::Normal { reason: one_line(&format!("{by_limits}, and {by_service}")) },
    }
}

fn by_limits(thread: Pid, wanted: u8) -> Result<u8, String> {
    // The soft limit is what the kernel looks at, and the hard one is free to be used.
    let Rlimit { maximum, .. } = rustix::process::getrlimit(Resource::Rtprio);
    let _ = rustix::process::setrlimit(Resource::Rtprio, Rlimit { current: maximum, maximum });
    let refused = match set_fifo(thread, wanted) {
        Ok(()) => return Ok(wanted),
        Err(error) => error,
    };
    let most = maximum.and_then(|most| u8::try_from(most).ok()).unwrap_or(u8::MAX);
    if most == 0 {
        return Err("the limit rtprio is 0".into());
    }
    let less = wanted.min(most);
    match set_fifo(thread, less) {
        Ok(()) => Ok(less),
        Err(_) => Err(format!("the kernel refused priority {less}: {}", why(&refused))),
    }
}

fn set_fifo(thread: Pid, priority: u8) -> io::Result<()> {
    let policy = libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK;
    // SAFETY: plain data, of which this is the only field that matters.
    let mut parameters = unsafe { std::mem::zeroed::<libc::sched_param>() };
    parameters.sched_priority = priority.into();
    // SAFETY: the thread is this process's own; the structure lives across the call.
    match unsafe { libc::sched_setscheduler(thread.as_raw_nonzero().get(), policy, &raw const parameters) }
    {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// The real-time priority that a thread of this process runs at, if any.
pub(super) fn realtime_of(thread: Pid) -> Option<u8> {
    let thread = thread.as_raw_nonzero().get();
    // SAFETY: no more than a question; it fails for threads that are gone.
    let policy = unsafe { libc::sched_getscheduler(thread) };
    if !matches!(policy & !libc::SCHED_RESET_ON_FORK, libc::SCHED_FIFO | libc::SCHED_RR) || policy < 0 {
        return None;
    }
    // SAFETY: as in `set_fifo`.
    let mut parameters = unsafe { std::mem::zeroed::<libc::sched_param>() };
    // SAFETY: fills in the structure, which lives across the call.
    let asked = unsafe { libc::sched_getparam(thread, &raw mut parameters) };
    (asked == 0).then(|| u8::try_from(parameters.sched_priority).ok()).flatten()
}

/// Raises this thread, says so on standard output, and stays until standard input ends.
pub(super) fn show(arguments: &Arguments) {
    println!("{}", raise(arguments.realtime.unwrap_or(USUAL)));
    let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}
