//! The tasks of one run, as the framework polls them.

use std::fmt;
use std::sync::Arc;
#[expect(
    clippy::disallowed_types,
    reason = "never on the audio thread, except where it renders offline"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::monitor::lock;
use super::service::{Poll, Service};
use super::tasks::{Count, Declared, Job, Tasks};
use crate::cycle::FlushToZero;
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

    /// How many tasks of either kind were ever sent; it wraps. Where it has changed, something new is pending or was,
    /// however many tasks were done meanwhile. `[audio-thread]`
    fn sent(&self) -> usize;

    /// Does the background tasks that wait, and those that they send, on this thread; waits for another
    /// thread that is at it. `[audio-thread]`, but only offline, where a block may take its time and
    /// must not depend on how fast other threads are. Never from within a task.
    fn wait_idle(&self);

    /// How many tasks were refused because too many waited. `[any thread]`
    fn dropped(&self) -> u64;

    /// Has the module's service thread poll, until what is returned is dropped; where the host's worker wakes
    /// it, it looks for background tasks only then, and for what has waited too long. `[main-thread]`
    #[must_use = "dropping it ends the polling"]
    fn serve(self: Arc<Self>, worker: Worker) -> Box<dyn Send>;

    /// The host's worker has come: has the service thread do the background tasks that wait.
    /// `[any thread, not audio]`
    fn wake(&self);

    /// The host has no worker worth the name, so the service thread has to look by itself. `[any thread]`
    fn look_yourself(&self);
}

impl fmt::Debug for dyn Run + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Run({} pending, {} on the main thread)", self.pending(), self.pending_main())
    }
}

/// How the service thread learns of background tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// The host has a worker, which the audio thread may ask to come, and which [wakes](Run::wake) it.
    ///
    /// It does not do the tasks itself: Ardour frees plugins, and their code, before it waits for its worker, and
    /// has it work within a session's loading; Carla's is its window's thread.
    Host,
    /// It looks every 5 ms.
    Service,
}

/// The tasks of a run. Dropping it does no more of them; it can't be dropped while one is being done,
/// because who does it holds it.
pub struct TaskSet {
    background: Lane,
    main: Lane,
    /// A host's worker wakes the service thread.
    by_worker: AtomicBool,
    woken: AtomicBool,
}

/// The tasks of one kind of thread.
struct Lane {
    gate: Gate,
    /// Whoever is inside the gate has it.
    #[expect(clippy::disallowed_types, reason = "as above")]
    jobs: Mutex<Box<[Box<dyn Job>]>>,
    counts: Box<[Arc<Count>]>,
    dropped: Box<[Dropped]>,
    /// How often somebody did tasks.
    served: AtomicU64,
}

impl Lane {
    fn new(declared: Vec<Declared>) -> Self {
        let counts = declared.iter().map(|declared| Arc::clone(&declared.count)).collect();
        let dropped = declared.iter().map(|declared| declared.dropped.clone()).collect();
        let jobs: Box<[_]> = declared.into_iter().map(|declared| declared.job).collect();
        Self { gate: Gate::new(), jobs: jobs.into(), counts, dropped, served: AtomicU64::new(0) }
    }

    fn pending(&self) -> usize {
        self.counts.iter().map(|count| count.pending()).sum()
    }

    fn sent(&self) -> usize {
        self.counts.iter().fold(0, |sum, count| sum.wrapping_add(count.sent()))
    }

    /// Does what waits. `None` where another thread is at it.
    fn poll(&self) -> Option<bool> {
        let mut done = 0;
        // As in a block: what a task makes does not depend on which thread does it.
        let _flush = FlushToZero::new();
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
        let (by_worker, woken) = (AtomicBool::new(false), AtomicBool::new(false));
        Arc::new(Self { background, main, by_worker, woken })
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

    fn sent(&self) -> usize {
        self.background.sent().wrapping_add(self.main.sent())
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
        // Relaxed: the service learns of it with the registration.
        self.by_worker.store(worker == Worker::Host, Ordering::Relaxed);
        Box::new(Service::shared().register(self))
    }

    fn wake(&self) {
        // Release, paired with the Acquire in `has_background`: who sees it sees the tasks too.
        self.woken.store(true, Ordering::Release);
        Service::shared().wake();
    }

    fn look_yourself(&self) {
        // Relaxed: a hint, seen with the next look.
        self.by_worker.store(false, Ordering::Relaxed);
    }
}

impl Poll for TaskSet {
    fn has_background(&self) -> bool {
        // Relaxed: a hint. Acquire: see `wake`.
        let looks = || !self.by_worker.load(Ordering::Relaxed) || self.woken.load(Ordering::Acquire);
        !self.background.counts.is_empty() && looks()
    }

    fn background(&self) {
        // Before the tasks: what comes meanwhile is worth another visit.
        self.woken.store(false, Ordering::Relaxed);
        self.poll_background();
    }

    fn main_waiting(&self) -> Option<u64> {
        let Self { background, main, by_worker, .. } = self;
        // Relaxed: hints. A worker that never comes must not keep background tasks for ever.
        let unasked = if by_worker.load(Ordering::Relaxed) { background.pending() } else { 0 };
        let served = [background, main].map(|lane| lane.served.load(Ordering::Relaxed));
        (unasked + main.pending() > 0).then(|| served[0].wrapping_add(served[1]))
    }

    fn late_main(&self) {
        self.poll_main();
        if self.by_worker.load(Ordering::Relaxed) {
            // Leaves at once where somebody is at it.
            self.poll_background();
        }
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
