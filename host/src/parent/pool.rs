//! Children that are started before they are needed, so that a plugin, or the replacement of one that has
//! failed, need not wait for a process.
#![allow(clippy::disallowed_types, reason = "nothing of it runs on an audio thread")]

use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::host::{Host, Setup};
use super::process::Process;

/// Some children in waiting, of one rate and block size.
pub struct Pool {
    setup: Setup,
    spares: Mutex<Receiver<Process>>,
}

impl Pool {
    /// A pool that keeps `spares` children of `host` ready; a thread of its own starts them. Dropping the
    /// last handle ends those that are left.
    #[must_use]
    pub fn new(host: &Host, setup: Setup, spares: usize) -> Arc<Self> {
        // One more waits for room.
        let (sender, receiver) = sync_channel(spares.saturating_sub(1));
        let host = host.clone();
        let fill = move || {
            // Whoever finds none starts a child and hears why that fails.
            while let Ok(process) = host.spare(setup) {
                if sender.send(process).is_err() {
                    return;
                }
            }
        };
        if spares > 0 {
            // Without the thread there are no spares, and no more than that.
            let _ = std::thread::Builder::new().name("dyad-pool".into()).spawn(fill);
        }
        Arc::new(Self { setup, spares: Mutex::new(receiver) })
    }

    /// A child that is ready, where there is one of this setup.
    pub(super) fn take(&self, setup: Setup) -> Option<Process> {
        if setup != self.setup {
            return None;
        }
        let spares = self.spares.lock().unwrap_or_else(PoisonError::into_inner);
        // One may have died while it waited, or been stopped.
        std::iter::from_fn(|| spares.try_recv().ok())
            .filter_map(Process::alive)
            .find_map(Process::responding)
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("setup", &self.setup).finish_non_exhaustive()
    }
}
