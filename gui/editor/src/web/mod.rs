//! The editor as a page: a thread of its own, which talks to the program that shows it.
//!
//! The thread stands where the native editor's window thread would stand, on the same
//! [`Exchange`] and with a mirror of the same kind. It ends by itself when no
//! page can be shown, and then leaves what it knew for the native editor.

mod focus;
mod live;
mod outgoing;
mod program;
mod talk;

use std::os::fd::OwnedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use dyad_core::guard;
use rustix::event::{EventfdFlags, eventfd};

use crate::exchange::Exchange;
use crate::mirror::Carried;
use crate::page::Page;
use crate::session::OpenError;
use crate::window::Make;
use live::Live;

/// A page that is being shown. `[main-thread]`
pub(crate) struct Inner {
    thread: Option<JoinHandle<()>>,
    /// Its last word: what it knew.
    carried: mpsc::Receiver<Carried>,
    bell: Arc<OwnedFd>,
    exchange: Arc<Exchange>,
    over: Arc<AtomicBool>,
}

/// How long the end of the thread is waited for, once it was told to end.
const PATIENCE: Duration = Duration::from_secs(1);

impl Inner {
    /// Starts the thread.
    pub(crate) fn open(make: &Make, page: Page) -> Result<Self, OpenError> {
        let refused = |error: std::io::Error| OpenError::Window(error.to_string());
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
        let bell = Arc::new(bell.map_err(|error| refused(error.into()))?);
        let over = Arc::new(AtomicBool::new(false));
        let (leave, carried) = mpsc::channel();
        let (theirs, ended, for_thread) = (Arc::clone(&bell), Arc::clone(&over), make.clone());
        let thread = std::thread::Builder::new().name("dyad web editor".into()).spawn(move || {
            let exchange = Arc::clone(&for_thread.exchange);
            let run = AssertUnwindSafe(|| Live::new(for_thread, page, theirs).run());
            match catch_unwind(run) {
                Ok(carried) => drop(leave.send(carried)),
                // Not dropped: its own drop might panic.
                Err(payload) => std::mem::forget(payload),
            }
            // Release: with Acquire where it is read, so that what was left is there.
            ended.store(true, Ordering::Release);
            exchange.ring();
        });
        let thread = Some(thread.map_err(refused)?);
        Ok(Self { thread, carried, bell, exchange: Arc::clone(&make.exchange), over })
    }

    /// Has the thread look into its box.
    pub(crate) fn wake(&self) {
        // Full, it has been rung already.
        let _ = rustix::io::write(&*self.bell, &1_u64.to_ne_bytes());
    }

    /// Whether no page is shown any more.
    pub(crate) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }

    /// Ends the page and its thread, and gives what they knew.
    pub(crate) fn close(&mut self) -> Option<Carried> {
        let thread = self.thread.take()?;
        // Relaxed: what wakes the thread orders it.
        self.exchange.closing.store(true, Ordering::Relaxed);
        self.wake();
        let carried = match self.carried.recv_timeout(PATIENCE) {
            Ok(carried) => Some(carried),
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                // Better than a host that waits with it.
                guard::log("a web editor's thread does not end; it is left alone");
                return None;
            }
        };
        let _ = thread.join().map_err(std::mem::forget);
        self.exchange.closing.store(false, Ordering::Relaxed);
        carried
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
