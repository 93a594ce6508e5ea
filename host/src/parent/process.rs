//! One child process: how it is started and watched.

mod ending;

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use rustix::process::{Pid, PidfdFlags};

use serde::de::DeserializeOwned;

use super::files::Files;
use crate::child::Arguments;
use crate::error::{Error, Result, one_line};
use crate::protocol::{Hello, Reply, Request, frame};
use crate::shared::{Memory, Sizes, Status};
use crate::state::PluginState;

/// A running child with everything shared with it.
pub(super) struct Process {
    child: Child,
    /// Readable when the child has ended, even where another process holds its end of the channel.
    handle: OwnedFd,
    control: UnixStream,
    wake: OwnedFd,
    done: OwnedFd,
    memory: Memory,
    /// The plugin as the user named it, for messages.
    name: String,
    limit: Duration,
    ended: bool,
    /// Goes last: nobody may use it any more.
    files: Option<Files>,
}

/// How a child is to be started.
pub(super) struct Launch<'a> {
    pub(super) program: &'a Path,
    pub(super) arguments: &'a Arguments,
    pub(super) files: Option<Files>,
    pub(super) name: &'a str,
    pub(super) sizes: Sizes,
    pub(super) limit: Duration,
    pub(super) verbose: bool,
}

impl Process {
    /// Starts a child and hands it the shared memory; its greeting is still to come.
    pub(super) fn start(launch: Launch<'_>) -> Result<Self> {
        let (memory, memory_fd) = Memory::create(launch.sizes)
            .map_err(|e| Error::SharedMemory(io::Error::other(e.to_string())))?;
        let event =
            |flags| rustix::event::eventfd(0, flags).map_err(Error::events("make an event descriptor"));
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
        let mut child = Command::new(launch.program)
            .arg0("dyad-host")
            .arg(crate::child::SUBCOMMAND)
            .args(launch.arguments.to_command_line())
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .stderr(if launch.verbose { Stdio::inherit() } else { Stdio::null() })
            // A group of its own, so that what the plugin starts can be ended with it. A terminal's
            // interrupt then reaches the parent alone, and the child ends because its channel does.
            .process_group(0)
            .spawn()
            .map_err(Error::system("start the plugin's process"))?;
        let handle = Self::handle_of(&child).inspect_err(|_| {
            // Fails only for a process that is gone, and that is what is wanted.
            let _ = child.kill();
        })?;
        let (name, files) = (launch.name.to_owned(), launch.files);
        let mut process =
            Self { child, handle, control, wake, done, memory, name, limit, ended: false, files };
        process.send_hello(&memory_fd)?;
        Ok(process)
    }

    fn handle_of(child: &Child) -> Result<OwnedFd> {
        let doing = "watch the plugin's process";
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or(io::ErrorKind::InvalidData).map_err(Error::system(doing))?;
        rustix::process::pidfd_open(pid, PidfdFlags::empty()).map_err(Error::system(doing))
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
        let hello: Hello = self.receive("starting")?;
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
        self.send(request)?;
        match self.receive(request.doing())? {
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

    /// Asks one thing.
    pub(super) fn send(&mut self, request: &Request) -> Result<()> {
        if self.ended {
            return Err(self.protocol("it has ended already".into()));
        }
        frame::write(&mut self.control, request).map_err(|e| self.broken(e, request.doing()))
    }

    /// Waits for a message, at most as long as the child lives.
    fn receive<T: DeserializeOwned>(&mut self, doing: &str) -> Result<T> {
        loop {
            if let Some(message) = self.receive_unless(doing, None)? {
                return Ok(message);
            }
        }
    }

    /// Waits for a reply; `None` where `other` can be read first.
    pub(super) fn hear(&mut self, doing: &str, other: Option<BorrowedFd<'_>>) -> Result<Option<Reply>> {
        self.receive_unless(doing, other)
    }

    fn receive_unless<T: DeserializeOwned>(
        &mut self,
        doing: &str,
        other: Option<BorrowedFd<'_>>,
    ) -> Result<Option<T>> {
        loop {
            let ours = [&self.control.as_fd(), &self.handle.as_fd()]
                .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN));
            let mut fds: Vec<_> = ours
                .into_iter()
                .chain(other.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)))
                .collect();
            let ready = rustix::event::poll(&mut fds, Some(&timespec(self.limit)));
            let control = !fds[0].revents().is_empty();
            let told = fds.get(2).is_some_and(|fd| !fd.revents().is_empty());
            match ready {
                Ok(0) => return Err(self.hung(doing)),
                Ok(_) if control => {
                    let message = frame::read(&mut self.control).map_err(|e| self.broken(e, doing))?;
                    return Ok(Some(message));
                }
                Ok(_) if told => return Ok(None),
                Ok(_) => return Err(self.gone(doing)),
                Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(Error::system("wait for the plugin's process")(e)),
            }
        }
    }

    /// Keeps the files that the plugin has made where this state needs them.
    pub(super) fn keep_files_of(&mut self, state: &PluginState) {
        if let Some(files) = &mut self.files {
            files.keep_for(state);
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
            .map_err(Error::events("wake the plugin's process"))?;
        loop {
            let mut fds = [
                PollFd::new(&self.done, PollFlags::IN),
                PollFd::new(&self.control, PollFlags::IN),
                PollFd::new(&self.handle, PollFlags::IN),
            ];
            match rustix::event::poll(&mut fds, Some(&timespec(self.limit))) {
                Ok(0) => return Err(self.hung(&doing())),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(Error::system("wait for the plugin's process")(e)),
            }
            let [done, control, ended] = fds.map(|fd| !fd.revents().is_empty());
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
            if ended {
                return Err(self.gone(&doing()));
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
}

fn timespec(limit: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    }
}
