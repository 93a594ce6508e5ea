//! The process at the far end of a floor.

use std::io::{self, IoSlice, IoSliceMut, Read as _, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage,
    SendFlags,
};

use super::way::{Descriptors, End, Side, Way};
use super::words::Words;
use crate::error::{Error, Result};

/// The hidden command that is the far end.
const COMMAND: &str = "floor-partner";

/// A process that says back every number; it ends when this is dropped, and with this process.
pub(crate) struct Partner {
    child: Child,
    end: End,
    /// The partner ends when this closes.
    control: UnixStream,
    number: u32,
}

impl Partner {
    /// Starts it, on the cores of the calling thread, and waits until it listens.
    pub(crate) fn start(way: Way) -> Result<Self> {
        Self::try_start(way).map_err(Error::system("start the other end of a floor"))
    }

    fn try_start(way: Way) -> io::Result<Self> {
        let (words, memory) = Words::create()?;
        let (near, far) = way.descriptors()?.map(|[near, far]| (near, far)).unzip();
        let (control, theirs) = UnixStream::pair()?;
        let child = Command::new("/proc/self/exe")
            .arg0("dyad-host")
            .args([COMMAND, &way.to_string()])
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::null())
            .spawn()?;
        // From here on it ends with this value.
        let mut partner = Self { child, end: End::new(way, Side::Near, words, near), control, number: 0 };
        let mut fds = vec![memory.as_fd()];
        if let Some(far) = &far {
            fds.extend([far.hear.as_fd(), far.speak.as_fd()]);
        }
        send(&partner.control, &fds)?;
        partner.control.read_exact(&mut [0])?;
        Ok(partner)
    }

    /// There and back.
    pub(crate) fn round_trip(&mut self) -> Result<()> {
        self.number += 1;
        let Self { end, number, .. } = self;
        let there_and_back = end.say(*number).and_then(|()| end.hear(*number));
        there_and_back.map_err(Error::system("exchange a number with the other end of a floor"))
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        // Both fail only for a process that is gone, and that is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn send(control: &UnixStream, fds: &[BorrowedFd<'_>]) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    ancillary.push(SendAncillaryMessage::ScmRights(fds));
    rustix::net::sendmsg(control, &[IoSlice::new(&[0])], &mut ancillary, SendFlags::NOSIGNAL)?;
    Ok(())
}

fn receive(control: &UnixStream) -> io::Result<Vec<OwnedFd>> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut byte = [0];
    rustix::net::recvmsg(
        control,
        &mut [IoSliceMut::new(&mut byte)],
        &mut ancillary,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    let rights = ancillary.drain().filter_map(|message| match message {
        RecvAncillaryMessage::ScmRights(rights) => Some(rights),
        _ => None,
    });
    Ok(rights.flatten().collect())
}

/// Is the far end, with the control channel as standard input; returns only where something fails.
pub(crate) fn be_partner(way: Way) -> Result<()> {
    echo(way).map_err(Error::system("be the other end of a floor"))
}

fn echo(way: Way) -> io::Result<()> {
    let mut control = UnixStream::from(rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?);
    let mut fds = receive(&control)?.into_iter();
    let memory = fds.next().ok_or_else(|| io::Error::other("no memory came with the first message"))?;
    let words = Words::attach(memory.as_fd())?;
    let descriptors = fds.next().zip(fds.next()).map(|(hear, speak)| Descriptors { hear, speak });
    let mut end = End::new(way, Side::Far, words, descriptors);
    control.write_all(&[0])?;
    std::thread::Builder::new().name("control".into()).spawn(move || {
        // Nothing is ever said here: the end of the channel is the end of the measuring process.
        let _ = control.read(&mut [0]);
        std::process::exit(0);
    })?;
    for number in 1.. {
        end.hear(number)?;
        end.say(number)?;
    }
    Ok(())
}
