//! The control thread: hears the parent even while the plugin has the main thread.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};

use rustix::event::EventfdFlags;
use rustix::process::Signal;

use super::Exit;
use crate::protocol::{Request, frame};

/// The parent's requests, in order.
pub(super) struct Requests {
    queue: Receiver<Request>,
    ready: Arc<OwnedFd>,
}

impl Requests {
    /// The next one, where there is one.
    pub(super) fn next(&self) -> Option<Request> {
        let _ = rustix::io::read(&*self.ready, &mut [0; 8]);
        match self.queue.try_recv() {
            Ok(request) => {
                // Others may have come with it.
                raise(&self.ready);
                Some(request)
            }
            // The control thread never ends before the process without a last request.
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => None,
        }
    }

    /// Readable where there may be one.
    pub(super) fn socket(&self) -> BorrowedFd<'_> {
        self.ready.as_fd()
    }
}

fn raise(ready: &OwnedFd) {
    // Fails only with the counter full, and then it is readable anyway.
    let _ = rustix::io::write(ready, &1_u64.to_ne_bytes());
}

/// Starts the thread.
///
/// When the parent is gone the process kills itself, and what the plugin has started with it: the
/// plugin may be stuck anywhere, so nothing gentler is sure to end it, and nobody is left to whom it
/// would matter.
pub(super) fn listen(mut stream: UnixStream) -> io::Result<Requests> {
    let (sender, queue) = channel();
    let ready = Arc::new(rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?);
    let raised = Arc::clone(&ready);
    std::thread::Builder::new().name("control".into()).spawn(move || {
        loop {
            match frame::read::<Request>(&mut stream) {
                Ok(request) => {
                    let last = request == Request::Shutdown;
                    if sender.send(request).is_err() {
                        return;
                    }
                    raise(&raised);
                    if last {
                        return;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Other => {
                    eprintln!("dyad-host child: {e}");
                    std::process::exit(Exit::Protocol as i32);
                }
                Err(_) => end(),
            }
        }
    })?;
    Ok(Requests { queue, ready })
}

/// Ends the process and what the plugin has started.
pub(super) fn end() {
    let own = rustix::process::getpid();
    // Started by hand, it shares its group with others.
    if rustix::process::getpgrp() == own {
        let _ = rustix::process::kill_current_process_group(Signal::KILL);
    }
    let _ = rustix::process::kill_process(own, Signal::KILL);
}
