//! The control thread: hears the parent even while the plugin has the main thread.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Receiver, channel};

use rustix::process::Signal;

use super::Exit;
use crate::protocol::{Request, frame};

/// Starts the thread; the requests come out of the returned queue.
///
/// When the parent is gone the process kills itself, and what the plugin has started with it: the
/// plugin may be stuck anywhere, so nothing gentler is sure to end it, and nobody is left to whom it
/// would matter.
pub(super) fn listen(mut stream: UnixStream) -> io::Result<Receiver<Request>> {
    let (sender, receiver) = channel();
    std::thread::Builder::new().name("control".into()).spawn(move || {
        loop {
            match frame::read::<Request>(&mut stream) {
                Ok(request) => {
                    let last = request == Request::Shutdown;
                    if sender.send(request).is_err() || last {
                        return;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Other => {
                    eprintln!("dyad-host child: {e}");
                    std::process::exit(Exit::Protocol as i32);
                }
                Err(_) => {
                    end();
                }
            }
        }
    })?;
    Ok(receiver)
}

fn end() {
    let own = rustix::process::getpid();
    // Started by hand, it shares its group with others.
    if rustix::process::getpgrp() == own {
        let _ = rustix::process::kill_current_process_group(Signal::KILL);
    }
    let _ = rustix::process::kill_process(own, Signal::KILL);
}
