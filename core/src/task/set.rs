//! The tasks of one run, as the framework polls them.

use std::fmt;
use std::sync::Arc;
#[expect(
    clippy::disallowed_types,
    reason = "never on the audio thread, except where it renders offline"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::monitor::lock;
use super::service::{Poll, Service};
use super::tasks::{Declared, Job, Tasks};
use crate::sync::gate::Gate;
use crate::sync::queue::Dropped;

/// The tasks of a run, as an instance and its adaptor have them.
///
/// A trait object, and what it needs is reached only through it: a plugin that declares no task has
/// none, and its binary has none of the code.
pub trait Run: Poll {
    /// Does the background tasks that wait; true where there were any. Where another thread is at it,
    /// leaves at once, and that thread does what came. `[any thread, not audio]`
    fn poll_background(&self) -> bool;

    /// Does the main-thread tasks that wait; true where there were any. `[main-thread]`
    fn poll_main(&self) -> bool;

    /// How many background tasks wait or are being done. `[any thread]`
    fn pending(&self) -> usize;

    /// How many main-thread tasks wait or are being done. `[any thread]`
    fn pending_main(&self) -> usize;

    /// Does the background tasks that wait, and those that they send, on this thread; waits for another
    /// thread that is at it. `[audio-thread]`, but only offline, where a block may take its time and
    /// must not depend on how fast other threads are. Never from within a task.
    fn wait_idle(&self);

    /// How many tasks were refused because too many waited. `[any thread]`
    fn dropped(&self) -> u64;

    /// Has the module's service thread poll, until what is returned is dropped; where the host has a
    /// worker, only for what nobody has done for 200 ms. `[main-thread]`
    #[must_use = "dropping it ends the polling"]
    fn serve(self: Arc<Self>, worker: Worker) -> Box<dyn Send>;
}

/// Who does a run's background tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// The host, which the adaptor asks for it.
    Host,
    /// The module's service thread.
    Service,
}

/// The tasks of a run. Dropping it does no more of them; it can't be dropped while one is being done,
/// because who does it holds it.
pub struct TaskSet {
    background: Lane,
    main: Lane,
}

/// The tasks of one kind of thread.
struct Lane {
    gate: Gate,
    /// Whoever is inside the gate has it.
    #[expect(clippy::disallowed_types, reason = "as above")]
    jobs: Mutex<Box<[Box<dyn Job>]>>,
    pending: Box<[Arc<AtomicUsize>]>,
    dropped: Box<[Dropped]>,
    /// How often somebody did tasks.
    served: AtomicU64,
}

impl Lane {
    fn new(declared: Vec<Declared>) -> Self {
        let pending = declared.iter().map(|declared| Arc::clone(&declared.pending)).collect();
        let dropped = declared.iter().map(|declared| declared.dropped.clone()).collect();
        let jobs: Box<[_]> = declared.into_iter().map(|declared| declared.job).collect();
        Self { gate: Gate::new(), jobs: jobs.into(), pending, dropped, served: AtomicU64::new(0) }
    }

    fn pending(&self) -> usize {
        // Acquire, paired with the Release where a task is done: with the number comes what it did.
        self.pending.iter().map(|pending| pending.load(Ordering::Acquire)).sum()
    }

    /// Does what waits. `None` where another thread is at it.
    fn poll(&self) -> Option<bool> {
        let mut done = 0;
        let entered = self.gate.enter(|| {
            done += lock(&self.jobs).iter_mut().map(|job| job.run_waiting()).sum::<usize>();
        });
        if done > 0 {
            // Relaxed: only tells that somebody was here.
            self.served.fetch_add(1, Ordering::Relaxed);
        }
        entered.then_some(done > 0)
    }
}

impl TaskSet {
    /// What was declared.
    pub(super) fn finish(tasks: Tasks) -> Arc<dyn Run> {
        let [background, main] = tasks.into_parts().map(Lane::new);
        Arc::new(Self { background, main })
    }
}

impl Run for TaskSet {
    fn poll_background(&self) -> bool {
        self.background.poll().unwrap_or(false)
    }

    fn poll_main(&self) -> bool {
        self.main.poll().unwrap_or(false)
    }

    fn pending(&self) -> usize {
        self.background.pending()
    }

    fn pending_main(&self) -> usize {
        self.main.pending()
    }

    fn wait_idle(&self) {
        while self.background.pending() > 0 {
            if self.background.poll().is_none() {
                // Another thread is at it, and has this while it is.
                drop(lock(&self.background.jobs));
            }
        }
    }

    fn dropped(&self) -> u64 {
        let lanes = [&self.background, &self.main].into_iter();
        lanes.flat_map(|lane| &lane.dropped).map(|dropped| dropped.get() as u64).sum()
    }

    fn serve(self: Arc<Self>, worker: Worker) -> Box<dyn Send> {
        let poll: Arc<dyn Poll> = match worker {
            Worker::Host => Arc::new(Late(self)),
            Worker::Service => self,
        };
        Box::new(Service::shared().register(poll))
    }
}

/// Tasks that a host's worker does. Should it never come, they are late like those of the main thread.
struct Late(Arc<TaskSet>);

impl Poll for Late {
    fn has_background(&self) -> bool {
        false
    }

    fn background(&self) {}

    fn main_waiting(&self) -> Option<u64> {
        let TaskSet { background, main } = &*self.0;
        // Relaxed: hints.
        let served = [background, main].map(|lane| lane.served.load(Ordering::Relaxed));
        (background.pending() + main.pending() > 0).then(|| served[0].wrapping_add(served[1]))
    }

    fn late_main(&self) {
        self.0.poll_main();
        // Leaves at once where the worker is at it.
        self.0.poll_background();
    }
}

impl Poll for TaskSet {
    fn has_background(&self) -> bool {
        !self.background.pending.is_empty()
    }

    fn background(&self) {
        self.poll_background();
    }

    fn main_waiting(&self) -> Option<u64> {
        // Relaxed: a hint.
        (self.pending_main() > 0).then(|| self.main.served.load(Ordering::Relaxed))
    }

    fn late_main(&self) {
        self.poll_main();
    }
}

impl fmt::Debug for TaskSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskSet({} pending, {} on the main thread)", self.pending(), self.pending_main())
    }
}

#[cfg(all(test, not(loom)))]
#[path = "set_tests.rs"]
mod tests;
