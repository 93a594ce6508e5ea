//! The state thread: encodes what the parent is told and sends it, so that the main thread never waits for
//! the channel, however large a state is.
#![allow(clippy::disallowed_types, reason = "nothing of it runs on an audio thread")]

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use super::control;
use crate::protocol::{Notice, Reply, Said, frame};

/// The way to the parent. Dropping it waits until everything is sent.
pub(super) struct Telling {
    queue: Option<Sender<Said>>,
    thread: Option<JoinHandle<()>>,
}

impl Telling {
    pub(super) fn start(mut stream: UnixStream) -> io::Result<Self> {
        let (queue, said) = channel::<Said>();
        let thread = std::thread::Builder::new().name("state".into()).spawn(move || {
            for said in said {
                match frame::encode(&said).or_else(|e| too_long(&said, &e)) {
                    Ok(bytes) if io::Write::write_all(&mut stream, &bytes).is_ok() => {}
                    // Nobody hears any more.
                    _ => control::end(),
                }
            }
        })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Answers the oldest request that has no answer.
    pub(super) fn answer(&self, reply: Reply) {
        self.say(Said::Answer(reply));
    }

    /// Tells something unasked.
    pub(super) fn tell(&self, notice: Notice) {
        self.say(Said::Notice(notice));
    }

    fn say(&self, said: Said) {
        if let Some(queue) = &self.queue {
            // The thread only ends with this value, or the process.
            let _ = queue.send(said);
        }
    }
}

/// What takes the place of a message that can't be sent.
fn too_long(said: &Said, error: &io::Error) -> io::Result<Vec<u8>> {
    match said {
        Said::Answer(_) => frame::encode(&Said::Answer(Reply::Failed(error.to_string()))),
        Said::Notice(_) => Ok(vec![]),
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
