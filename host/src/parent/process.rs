//! One child process: how it is started, watched and ended.

use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use rustix::process::{Pid, PidfdFlags};

use crate::child::Arguments;
use crate::error::{Error, Result, one_line};
use crate::protocol::{Hello, Reply, Request, frame};
use crate::shared::{Memory, Sizes, Status};

/// How long a child that has closed its channel may take to be gone.
const END_LIMIT: Duration = Duration::from_secs(2);

/// A running child with everything shared with it.
pub(super) struct Process {
    child: Child,
    control: UnixStream,
    wake: OwnedFd,
    done: OwnedFd,
    memory: Memory,
    /// The plugin as the user named it, for messages.
    name: String,
    limit: Duration,
    ended: bool,
}

/// How a child is to be started.
pub(super) struct Launch<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: &'a Arguments,
    pub(super) name: &'a str,
    pub(super) sizes: Sizes,
    pub(super) limit: Duration,
    pub(super) verbose: bool,
}

impl Process {
    /// Starts a child and hands it the shared memory; its greeting is still to come.
    pub(super) fn start(launch: &Launch<'_>) -> Result<Self> {
        let (memory, memory_fd) = Memory::create(launch.sizes).map_err(|e| Error::System {
            doing: "make shared memory",
            source: io::Error::other(e.to_string()),
        })?;
        let event =
            |flags| rustix::event::eventfd(0, flags).map_err(Error::system("make an event descriptor"));
        let wake = event(EventfdFlags::CLOEXEC)?;
        // Only polled, then emptied: reading must never block the parent.
        let done = event(EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let (control, theirs) = UnixStream::pair().map_err(Error::system("make the control channel"))?;
        // A zero limit would mean "for ever" to the system.
        let limit = launch.limit.max(Duration::from_millis(1));
        control
            .set_read_timeout(Some(limit))
            .and_then(|()| control.set_write_timeout(Some(limit)))
            .map_err(Error::system("set the control channel's time limit"))?;
        let child = Command::new(launch.program)
            .arg0("dyad-host")
            .arg(crate::child::SUBCOMMAND)
            .args(launch.arguments.to_command_line())
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(if launch.verbose { Stdio::inherit() } else { Stdio::null() })
            .spawn()
            .map_err(Error::system("start the plugin's process"))?;
        let mut process =
            Self { child, control, wake, done, memory, name: launch.name.to_owned(), limit, ended: false };
        process.send_hello(&memory_fd)?;
        Ok(process)
    }

    fn send_hello(&mut self, memory: &OwnedFd) -> Result<()> {
        let doing = "starting";
        let bytes = frame::encode(&Hello::OURS).map_err(|e| self.broken(e, doing))?;
        let fds = [memory.as_fd(), self.wake.as_fd(), self.done.as_fd()];
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        ancillary.push(SendAncillaryMessage::ScmRights(&fds));
        let sent = rustix::net::sendmsg(
            &self.control,
            &[io::IoSlice::new(&bytes)],
            &mut ancillary,
            SendFlags::NOSIGNAL,
        );
        match sent {
            Ok(count) if count == bytes.len() => Ok(()),
            Ok(_) => Err(self.broken(io::ErrorKind::WriteZero.into(), doing)),
            Err(e) => Err(self.broken(e.into(), doing)),
        }
    }

    /// Waits for the child's greeting.
    pub(super) fn receive_hello(&mut self) -> Result<()> {
        let hello: Hello = frame::read(&mut self.control).map_err(|e| self.broken(e, "starting"))?;
        hello.check().map_err(|reason| self.protocol(reason))
    }

    /// Waits for the child to end by itself, which is what the self-test does.
    pub(super) fn wait_for_end(&mut self) -> Result<ExitStatus> {
        match self.end_within(self.limit)? {
            Some(status) => Ok(status),
            None => Err(self.hung("ending")),
        }
    }

    /// The shared memory.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The plugin as the user named it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Asks one thing and waits for the answer.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Reply> {
        let doing = request.doing();
        if self.ended {
            return Err(self.protocol("it has ended already".into()));
        }
        frame::write(&mut self.control, request).map_err(|e| self.broken(e, doing))?;
        match frame::read(&mut self.control).map_err(|e| self.broken(e, doing))? {
            Reply::Failed(reason) => {
                let (plugin, reason) = (self.name.clone(), one_line(&reason));
                Err(match request {
                    Request::Scan | Request::Load { .. } => Error::Load { plugin, reason },
                    _ => Error::Plugin { plugin, reason },
                })
            }
            reply => Ok(reply),
        }
    }

    /// An answer that does not belong to its question.
    pub(super) fn unexpected(&mut self, reply: &Reply) -> Error {
        let reply: String = format!("{reply:?}").chars().take(60).collect();
        self.protocol(format!("unexpected answer {}", one_line(&reply)))
    }

    /// Runs the block that lies in the shared memory.
    pub(super) fn run_block(&mut self, doing: impl Fn() -> String) -> Result<()> {
        if self.ended {
            return Err(self.protocol("it has ended already".into()));
        }
        let number = self.memory.ask();
        rustix::io::write(&self.wake, &1_u64.to_ne_bytes())
            .map_err(Error::system("wake the plugin's process"))?;
        loop {
            let mut fds =
                [PollFd::new(&self.done, PollFlags::IN), PollFd::new(&self.control, PollFlags::IN)];
            match rustix::event::poll(&mut fds, Some(&timespec(self.limit))) {
                Ok(0) => return Err(self.hung(&doing())),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(Error::system("wait for the plugin's process")(e)),
            }
            let [done, control] = fds.map(|fd| !fd.revents().is_empty());
            if done {
                let _ = rustix::io::read(&self.done, &mut [0; 8]);
                match self.memory.answered(number) {
                    Some(Status::Ok) => return Ok(()),
                    Some(Status::Refused) => {
                        return Err(Error::Plugin {
                            plugin: self.name.clone(),
                            reason: format!("the plugin returned an error while {}", doing()),
                        });
                    }
                    Some(Status::BadBlock) => {
                        return Err(self.protocol(format!("it refused a block while {}", doing())));
                    }
                    None => {}
                }
            }
            if control {
                // Nothing is asked meanwhile, so anything but the end is out of turn.
                return match frame::read::<Reply>(&mut self.control) {
                    Ok(reply) => Err(self.unexpected(&reply)),
                    Err(e) => Err(self.broken(e, &doing())),
                };
            }
        }
    }

    /// Lets the plugin go and waits for the process to end.
    pub(super) fn shut_down(&mut self) -> Result<()> {
        self.ask(&Request::Shutdown)?;
        let status = match self.end_within(self.limit)? {
            Some(status) => status,
            None => return Err(self.hung(Request::Shutdown.doing())),
        };
        match self.ending(status, Request::Shutdown.doing()) {
            Error::Exited { code: 0, .. } => Ok(()),
            error => Err(error),
        }
    }

    /// What a failed read or write on the control channel means.
    fn broken(&mut self, error: io::Error, doing: &str) -> Error {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.hung(doing),
            io::ErrorKind::Other => self.protocol(error.to_string()),
            _ => {
                let status = match self.end_within(END_LIMIT) {
                    Ok(Some(status)) => status,
                    Ok(None) => {
                        self.kill();
                        return self.protocol(format!("it closed its channel while {doing}"));
                    }
                    Err(error) => return error,
                };
                self.ending(status, doing)
            }
        }
    }

    fn ending(&self, status: ExitStatus, doing: &str) -> Error {
        let (plugin, doing) = (self.name.clone(), doing.to_owned());
        match status.signal() {
            Some(number) => Error::Crashed { plugin, signal: signal_name(number), doing },
            None => Error::Exited { plugin, code: status.code().unwrap_or(-1), doing },
        }
    }

    fn hung(&mut self, doing: &str) -> Error {
        self.kill();
        Error::Hung { plugin: self.name.clone(), limit: self.limit, doing: doing.to_owned() }
    }

    fn protocol(&mut self, reason: String) -> Error {
        self.kill();
        Error::Protocol { plugin: self.name.clone(), reason }
    }

    /// Waits for the end of the process, at most `limit`.
    fn end_within(&mut self, limit: Duration) -> Result<Option<ExitStatus>> {
        let doing = "wait for the plugin's process to end";
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| !self.ended) {
            let handle =
                rustix::process::pidfd_open(pid, PidfdFlags::empty()).map_err(Error::system(doing))?;
            let mut fds = [PollFd::new(&handle, PollFlags::IN)];
            while let Err(rustix::io::Errno::INTR) = rustix::event::poll(&mut fds, Some(&timespec(limit))) {
            }
        }
        let status = self.child.try_wait().map_err(Error::system(doing))?;
        self.ended |= status.is_some();
        Ok(status)
    }

    fn kill(&mut self) {
        if !self.ended {
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

fn timespec(limit: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
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
        libc::SIGPIPE => "SIGPIPE, broken pipe",
        _ => return format!("signal {number}"),
    };
    name.to_owned()
}
