//! From a bare process to one that waits for requests.

use std::fs::File;
use std::io::Read as _;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};

use super::stage::Stage;
use super::telling::Telling;
use super::{Arguments, Exit, confine, control, priority, probe, serve};
use crate::protocol::{Hello, frame};
use crate::shared::{Memory, SELF_TEST};

pub(super) type Failure = (Exit, String);

pub(super) fn run(words: &[String]) -> Result<(), Failure> {
    confine::forget_the_parent();
    let arguments = Arguments::parse(words)?;
    arguments.confines.enter()?;
    if arguments.plugin.as_deref() == Some(probe::PRIORITY_NAME) {
        priority::show(&arguments);
        return Ok(());
    }
    let mut control = take_standard_streams()
        .map_err(|e| (Exit::Protocol, format!("cannot take over standard input: {e}")))?;
    // A panic of ours on any thread must end the process: a silent thread would look like a hang.
    std::panic::set_hook(Box::new(|info| {
        eprintln!("dyad-host child: {info}");
        std::process::abort();
    }));
    let memory = receive_hello(&mut control)?;
    let memory = Memory::attach(memory.as_fd())
        .map_err(|e| (Exit::SharedMemory, format!("cannot use the shared memory: {e}")))?;
    memory
        .test_futex()
        .map_err(|e| (Exit::Wake, format!("cannot be woken through the shared memory: {e}")))?;
    if arguments.plugin.as_deref() == Some(probe::SELF_TEST_NAME) {
        memory.scratch().store(SELF_TEST, Ordering::Release);
        return Ok(());
    }
    frame::write(&mut control, &Hello::OURS)
        .map_err(|e| (Exit::Protocol, format!("cannot answer the parent: {e}")))?;
    let requests = control
        .try_clone()
        .and_then(control::listen)
        .map_err(|e| (Exit::Protocol, format!("cannot listen to the parent: {e}")))?;
    let telling =
        Telling::start(control).map_err(|e| (Exit::Protocol, format!("cannot answer the parent: {e}")))?;
    serve::run(&arguments, &requests, Stage::new(Arc::new(memory), telling, arguments.realtime))
}

/// Takes the control channel from standard input and gives the plugin harmless streams: nothing to
/// read, and everything it prints goes where standard error goes.
fn take_standard_streams() -> std::io::Result<UnixStream> {
    let control = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(UnixStream::from(control))
}

/// Receives the parent's greeting and the shared memory that comes with it.
fn receive_hello(control: &mut UnixStream) -> Result<OwnedFd, Failure> {
    let protocol = |reason: String| (Exit::Protocol, reason);
    let mut prefix = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::net::recvmsg(
        &*control,
        &mut [std::io::IoSliceMut::new(&mut prefix)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )
    .map_err(|e| protocol(format!("standard input is no control channel: {e}")))?;
    let mut fds = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            fds.extend(rights);
        }
    }
    control
        .read_exact(&mut prefix[received.bytes..])
        .map_err(|e| protocol(format!("the parent did not greet: {e}")))?;
    let hello: Hello = frame::read_body(control, prefix)
        .map_err(|e| protocol(format!("the parent did not greet: {e}")))?;
    hello.check().map_err(|e| protocol(format!("the parent does not fit: {e}")))?;
    let found = fds.len();
    fds.pop().filter(|_| found == 1).ok_or_else(|| {
        (Exit::SharedMemory, format!("expected one descriptor from the parent, got {found}"))
    })
}
