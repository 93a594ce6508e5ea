//! One child process: how it is started and watched.

mod ending;

use std::io;
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags};
use rustix::process::{Pid, PidfdFlags};

use serde::de::DeserializeOwned;

use super::files::Files;
use super::link::{Broken, Link};
use crate::child::Arguments;
use crate::error::{Error, Result, one_line};
use crate::poll::{self, timespec};
use crate::protocol::{Hello, Reply, Request, Said, frame};
use crate::shared::{Memory, Sizes};

/// How long a block is awaited before the child is looked at.
const SLICE: Duration = Duration::from_millis(20);
/// How long a spare child is waited for before another one is started.
const SPARE_LIMIT: Duration = Duration::from_secs(1);

/// A running child with everything shared with it.
pub(super) struct Process {
    child: Child,
    /// Readable when the child has ended, even where another process holds its end of the channel.
    handle: OwnedFd,
    control: UnixStream,
    memory: Arc<Memory>,
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
            .map_err(|e| Error::SharedMemory(Arc::new(io::Error::other(e.to_string()))))?;
        let (control, theirs) = UnixStream::pair().map_err(Error::system("make the control channel"))?;
        let limit = usable(launch.limit);
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
        let memory = Arc::new(memory);
        let mut process = Self { child, handle, control, memory, name, limit, ended: false, files };
        process.set_limit(limit)?;
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
        let fds = [memory.as_fd()];
        let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
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
    pub(super) fn memory(&self) -> &Arc<Memory> {
        &self.memory
    }

    /// The process's number.
    pub(super) fn id(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap_or(0)
    }

    /// Itself, unless it has ended.
    pub(super) fn alive(mut self) -> Option<Self> {
        matches!(self.end_within(Duration::ZERO), Ok(None)).then_some(self)
    }

    /// Itself, if it says at once that no editor is open. For a spare, which does nothing else.
    pub(super) fn responding(mut self) -> Option<Self> {
        self.set_limit(SPARE_LIMIT).ok()?;
        matches!(self.ask(&Request::CloseEditor), Ok(Reply::Done)).then_some(self)
    }

    /// Gives a spare child its plugin's name and limit.
    pub(super) fn rename(&mut self, name: &str, limit: Duration) -> Result<()> {
        name.clone_into(&mut self.name);
        self.set_limit(limit)
    }

    fn set_limit(&mut self, limit: Duration) -> Result<()> {
        self.limit = usable(limit);
        let timed = self.control.set_read_timeout(Some(self.limit));
        timed
            .and_then(|()| self.control.set_write_timeout(Some(self.limit)))
            .map_err(Error::system("set the control channel's time limit"))
    }

    /// The plugin as the user named it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Asks one thing and waits for the answer.
    pub(super) fn ask(&mut self, request: &Request) -> Result<Reply> {
        self.send(request)?;
        let doing = request.doing();
        loop {
            match self.receive(doing)? {
                Said::Answer(reply) => return self.judged(request.is_loading(), reply),
                // Whoever asks things one by one asks for what matters.
                Said::Notice(_) => {}
            }
        }
    }

    /// A reply, or the error that it is.
    pub(super) fn judged(&self, loading: bool, reply: Reply) -> Result<Reply> {
        let plugin = self.name.clone();
        match reply {
            Reply::Failed(reason) if loading => Err(Error::Load { plugin, reason: one_line(&reason) }),
            Reply::Failed(reason) => Err(Error::Plugin { plugin, reason: one_line(&reason) }),
            Reply::NoEditor(reason) => Err(Error::Editor { plugin, reason }),
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
            let mut fds = [&self.control.as_fd(), &self.handle.as_fd()]
                .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN));
            let ready = rustix::event::poll(&mut fds, Some(&timespec(self.limit)));
            let control = !fds[0].revents().is_empty();
            match ready {
                Ok(0) => return Err(self.hung(doing)),
                Ok(_) if control => {
                    return frame::read(&mut self.control).map_err(|e| self.broken(e, doing));
                }
                Ok(_) => return Err(self.gone(doing)),
                Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(Error::system("wait for the plugin's process")(e)),
            }
        }
    }

    /// What the child says, where it has said something: without waiting, but for the rest of a message that
    /// has begun. An error where the child has ended.
    pub(super) fn hear(&mut self, doing: &str) -> Result<Option<Said>> {
        if self.ended {
            return Err(self.protocol("it has ended already".into()));
        }
        let fds = [self.control.as_raw_fd(), self.handle.as_raw_fd()];
        let ready = poll::readable(&fds, Some(Duration::ZERO)).ready;
        if ready.contains(&fds[0]) {
            return frame::read(&mut self.control).map(Some).map_err(|e| self.broken(e, doing));
        }
        if ready.contains(&fds[1]) {
            return Err(self.gone(doing));
        }
        Ok(None)
    }

    /// Readable when the child has something to say, and when it has ended.
    pub(super) fn sockets(&self) -> [RawFd; 2] {
        [self.control.as_raw_fd(), self.handle.as_raw_fd()]
    }

    /// How long it may go without progress.
    pub(super) fn limit(&self) -> Duration {
        self.limit
    }

    /// The folder for files that the plugin makes.
    pub(super) fn files(&self) -> Option<&Files> {
        self.files.as_ref()
    }

    /// An answer that does not belong to its question.
    pub(super) fn unexpected(&mut self, reply: &Reply) -> Error {
        let reply: String = format!("{reply:?}").chars().take(60).collect();
        self.protocol(format!("unexpected answer {}", one_line(&reply)))
    }

    /// Waits for the answer to a block that was asked for.
    pub(super) fn await_block(&mut self, link: &mut Link, doing: impl Fn() -> String) -> Result<()> {
        let end = Instant::now() + self.limit;
        loop {
            let slice = (Instant::now() + SLICE).min(end);
            match link.wait(slice) {
                Ok(true) => return Ok(()),
                Ok(false) if Instant::now() >= end => return Err(self.hung(&doing())),
                Ok(false) => {}
                Err(Broken) => return Err(self.protocol(format!("it wrote nonsense while {}", doing()))),
            }
            // A child that has died is noticed within a slice.
            while let Some(said) = self.hear(&doing())? {
                match said {
                    // Whoever asks things one by one asks for what matters.
                    Said::Notice(_) => {}
                    Said::Answer(reply) => return Err(self.unexpected(&reply)),
                }
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

/// A zero limit would mean "for ever" to the system.
fn usable(limit: Duration) -> Duration {
    limit.max(Duration::from_millis(1))
}
