//! How a child ends, and what that means.

use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, Signal};

use super::Process;
use crate::error::{Error, Result};
use crate::poll::timespec;

/// How long a child that has closed its channel may take to be gone.
const END_LIMIT: Duration = Duration::from_secs(2);

impl Process {
    /// What a failed read or write on the control channel means.
    pub(super) fn broken(&mut self, error: io::Error, doing: &str) -> Error {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.hung(doing),
            io::ErrorKind::Other => self.protocol(error.to_string()),
            _ => self.gone(doing),
        }
    }

    /// What the end of the process means.
    pub(super) fn gone(&mut self, doing: &str) -> Error {
        match self.end_within(END_LIMIT) {
            Ok(Some(status)) => self.ending(status, doing),
            Ok(None) => {
                self.kill();
                self.protocol(format!("it closed its channel while {doing}"))
            }
            Err(error) => error,
        }
    }

    pub(super) fn ending(&self, status: ExitStatus, doing: &str) -> Error {
        let (plugin, doing) = (self.name.clone(), doing.to_owned());
        match status.signal() {
            Some(number) => Error::Crashed { plugin, signal: signal_name(number), doing },
            None => Error::Exited { plugin, code: status.code().unwrap_or(-1), doing },
        }
    }

    pub(in crate::parent) fn hung(&mut self, doing: &str) -> Error {
        self.kill();
        Error::Hung { plugin: self.name.clone(), limit: self.limit, doing: doing.to_owned() }
    }

    /// It has left blocks unanswered for so long.
    pub(in crate::parent) fn stalled(&mut self, limit: Duration, doing: &str) -> Error {
        self.kill();
        Error::Hung { plugin: self.name.clone(), limit, doing: doing.to_owned() }
    }

    pub(in crate::parent) fn protocol(&mut self, reason: String) -> Error {
        self.kill();
        Error::Protocol { plugin: self.name.clone(), reason }
    }

    /// Waits for the end of the process, at most `limit`.
    pub(in crate::parent) fn end_within(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let doing = "wait for the plugin's process to end";
        if !self.ended {
            let mut fds = [PollFd::new(&self.handle, PollFlags::IN)];
            while let Err(rustix::io::Errno::INTR) = rustix::event::poll(&mut fds, Some(&timespec(limit))) {
            }
            if fds[0].revents().is_empty() {
                return Ok(None);
            }
            self.kill_group();
        }
        let status = self.child.try_wait().map_err(Error::system(doing))?;
        self.ended |= status.is_some();
        Ok(status)
    }

    /// Ends what the plugin has started. The child itself must not have been waited for yet: until
    /// then nobody else can have its number.
    fn kill_group(&self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| !self.ended) {
            // Fails only where nothing of the group is left.
            let _ = rustix::process::kill_process_group(pid, Signal::KILL);
        }
    }

    pub(in crate::parent) fn kill(&mut self) {
        if !self.ended {
            self.kill_group();
            // Both fail only for a process that is gone, and that is what is wanted.
            let _ = self.child.kill();
            let _ = self.child.wait();
            self.ended = true;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn signal_name(number: i32) -> String {
    let name = match number {
        libc::SIGSEGV => "SIGSEGV, invalid memory access",
        libc::SIGABRT => "SIGABRT, it gave up",
        libc::SIGILL => "SIGILL, illegal instruction",
        libc::SIGFPE => "SIGFPE, arithmetic error",
        libc::SIGBUS => "SIGBUS, bus error",
        libc::SIGTRAP => "SIGTRAP, trap",
        libc::SIGSYS => "SIGSYS, forbidden system call",
        libc::SIGKILL => "SIGKILL, killed from outside",
        libc::SIGTERM => "SIGTERM, ended from outside",
        libc::SIGXCPU => "SIGXCPU, it kept the processor for too long",
        libc::SIGPIPE => "SIGPIPE, broken pipe",
        _ => return format!("signal {number}"),
    };
    name.to_owned()
}
