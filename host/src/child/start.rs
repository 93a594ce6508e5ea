//! From a bare process to one that waits for requests.

use std::fs::File;
use std::io::Read as _;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags};

use super::{Arguments, Exit, confine, control, priority, probe, serve};
use crate::protocol::{Hello, frame};
use crate::shared::{Memory, SELF_TEST};

pub(super) type Failure = (Exit, String);

pub(super) fn run(words: &[String]) -> Result<(), Failure> {
    confine::forget_the_parent();
    let arguments = Arguments::parse(words)?;
    arguments.confines.enter()?;
    if arguments.plugin == probe::PRIORITY_NAME {
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
    let [memory, wake, done] = receive_hello(&mut control)?;
    let memory = Memory::attach(memory.as_fd())
        .map_err(|e| (Exit::SharedMemory, format!("cannot use the shared memory: {e}")))?;
    for fd in [&wake, &done] {
        check_event_descriptor(fd.as_fd())?;
    }
    if arguments.plugin == probe::SELF_TEST_NAME {
        memory.scratch().store(SELF_TEST, Ordering::Release);
        return Ok(());
    }
    frame::write(&mut control, &Hello::OURS)
        .map_err(|e| (Exit::Protocol, format!("cannot answer the parent: {e}")))?;
    let requests = control
        .try_clone()
        .and_then(control::listen)
        .map_err(|e| (Exit::Protocol, format!("cannot listen to the parent: {e}")))?;
    let parent = serve::Parent { control, memory: Arc::new(memory), wake, done };
    serve::run(&arguments, &requests, parent)
}

/// Takes the control channel from standard input and gives the plugin harmless streams: nothing to
/// read, and everything it prints goes where standard error goes.
fn take_standard_streams() -> std::io::Result<UnixStream> {
    let control = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(UnixStream::from(control))
}

/// Receives the parent's greeting and the three descriptors that come with it.
fn receive_hello(control: &mut UnixStream) -> Result<[OwnedFd; 3], Failure> {
    let protocol = |reason: String| (Exit::Protocol, reason);
    let mut prefix = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
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
    <[OwnedFd; 3]>::try_from(fds).map_err(|fds| {
        let exit = if fds.is_empty() { Exit::SharedMemory } else { Exit::EventDescriptors };
        (exit, format!("expected 3 descriptors from the parent, got {}", fds.len()))
    })
}

fn check_event_descriptor(fd: BorrowedFd<'_>) -> Result<(), Failure> {
    use std::os::fd::AsRawFd as _;
    let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
    let kind = std::fs::read_link(&link)
        .map_err(|e| (Exit::EventDescriptors, format!("cannot look at an event descriptor: {e}")))?;
    if kind.to_string_lossy().contains("eventfd") {
        Ok(())
    } else {
        Err((Exit::EventDescriptors, format!("not an event descriptor: {}", kind.display())))
    }
}
