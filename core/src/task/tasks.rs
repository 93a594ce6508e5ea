//! How an author declares tasks, and sends them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::set::{Run, TaskSet};
use crate::guard::guard;
use crate::sync::queue::{Consumer, Dropped, Producer, queue};

/// Collects the tasks of a run while a processor is made. `[main-thread & !active]`
///
/// ```
/// use dyad_core::sync::{Receiver, handover};
/// use dyad_core::task::{TaskSender, Tasks};
///
/// struct Reverb {
///     wanted: TaskSender<f32>,
///     response: Receiver<Vec<f32>>,
/// }
///
/// fn activate(tasks: &mut Tasks) -> Reverb {
///     let (mut finished, response) = handover();
///     let wanted = tasks.background(4, move |seconds: f32| {
///         finished.send(vec![0.0; (seconds * 48_000.0) as usize]);
///     });
///     Reverb { wanted, response }
/// }
///
/// let mut tasks = Tasks::new();
/// let mut reverb = activate(&mut tasks);
/// let run = tasks.finish().expect("there are tasks");
/// // On the audio thread:
/// assert_eq!(reverb.wanted.send(0.5), Ok(()));
/// // On any other thread:
/// assert!(run.poll_background());
/// // On the audio thread again:
/// assert_eq!(reverb.response.get_mut().map(|response| response.len()), Some(24_000));
/// ```
#[derive(Default)]
pub struct Tasks {
    background: Vec<Declared>,
    main: Vec<Declared>,
    /// Set with the first task, so that a plugin without tasks does not carry the code.
    finish: Option<fn(Tasks) -> Arc<dyn Run>>,
}

impl Tasks {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a task that a background thread does: the module's service thread, or
    /// while the host renders offline, the thread that renders, between two blocks. `run` may take its
    /// time and memory. Up to `capacity` tasks wait.
    ///
    /// A run's background tasks are done one at a time, those of one declaration in the order in which
    /// they were sent. A panic in `run` is stopped, and the next task is given to the same `run`.
    pub fn background<T: Send + 'static>(
        &mut self,
        capacity: usize,
        run: impl FnMut(T) + Send + 'static,
    ) -> TaskSender<T> {
        self.finish = Some(TaskSet::finish);
        declare(&mut self.background, capacity, run)
    }

    /// The same for the host's main thread, for what must happen there: what touches an editor, or asks
    /// the host for something. `run` should be short. Where the host gives no main-thread call for 200 ms,
    /// the service thread does it, so `run` is `Send`; two of a run's main-thread tasks are never done
    /// at once.
    pub fn main_thread<T: Send + 'static>(
        &mut self,
        capacity: usize,
        run: impl FnMut(T) + Send + 'static,
    ) -> TaskSender<T> {
        self.finish = Some(TaskSet::finish);
        declare(&mut self.main, capacity, run)
    }

    /// The run's tasks, or nothing where none were declared.
    #[must_use]
    pub fn finish(self) -> Option<Arc<dyn Run>> {
        self.finish.map(|finish| finish(self))
    }

    /// What was declared for the background, and for the main thread.
    pub(super) fn into_parts(self) -> [Vec<Declared>; 2] {
        [self.background, self.main]
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tasks({} background, {} main)", self.background.len(), self.main.len())
    }
}

fn declare<T: Send + 'static>(
    list: &mut Vec<Declared>,
    capacity: usize,
    run: impl FnMut(T) + Send + 'static,
) -> TaskSender<T> {
    let (producer, consumer) = queue(capacity);
    let count = Arc::new(Count::default());
    let sender = TaskSender { queue: producer, count: Arc::clone(&count) };
    let dropped = consumer.dropped_counter();
    let job = Box::new(Waiting { queue: consumer, run, count: Arc::clone(&count) });
    list.push(Declared { job, count, dropped });
    sender
}

/// A declared task, its type forgotten.
pub(super) struct Declared {
    pub(super) job: Box<dyn Job>,
    pub(super) count: Arc<Count>,
    pub(super) dropped: Dropped,
}

/// How many tasks of one kind were sent, and how many of them are done; both wrap.
#[derive(Default)]
pub(super) struct Count {
    sent: AtomicUsize,
    done: AtomicUsize,
}

impl Count {
    /// Exact for the thread that sends.
    pub(super) fn sent(&self) -> usize {
        // Relaxed: the queue orders the tasks, and the number only says when to look.
        self.sent.load(Ordering::Relaxed)
    }

    /// How many wait or are being done: never fewer than that.
    pub(super) fn pending(&self) -> usize {
        // Acquire, paired with the Release in `run_waiting`: with the number comes what the tasks did, and that they
        // were sent.
        let done = self.done.load(Ordering::Acquire);
        self.sent().wrapping_sub(done)
    }
}

/// What waits in one queue, and what does it.
pub(super) trait Job: Send {
    /// Does the tasks that wait now, and not those that come meanwhile; gives how many it did.
    fn run_waiting(&mut self) -> usize;
}

struct Waiting<T, F> {
    queue: Consumer<T>,
    run: F,
    count: Arc<Count>,
}

impl<T: Send, F: FnMut(T) + Send> Job for Waiting<T, F> {
    fn run_waiting(&mut self) -> usize {
        let waiting = self.queue.waiting();
        for _ in 0..waiting {
            let Some(task) = self.queue.pop() else { break };
            guard("a task", (), || (self.run)(task));
            // Release, paired with the Acquire in `Count::pending`.
            self.count.done.fetch_add(1, Ordering::Release);
        }
        waiting
    }
}

/// Sends tasks of one kind; lives in the processor. `[audio-thread]`
///
/// One thread has it, so it can neither be copied nor be used through a shared reference:
///
/// ```compile_fail,E0599
/// # let mut tasks = dyad_core::task::Tasks::new();
/// let sender = tasks.background(4, |_: u32| {});
/// let another = sender.clone();
/// ```
///
/// ```compile_fail,E0596
/// # let mut tasks = dyad_core::task::Tasks::new();
/// let sender = tasks.background(4, |_: u32| {});
/// std::thread::scope(|scope| {
///     scope.spawn(|| (&sender).send(1));
///     scope.spawn(|| (&sender).send(2));
/// });
/// ```
///
/// What must stay on its thread can't be sent:
///
/// ```compile_fail,E0277
/// # let mut tasks = dyad_core::task::Tasks::new();
/// let sender = tasks.background(4, |_: std::rc::Rc<u32>| {});
/// ```
pub struct TaskSender<T> {
    queue: Producer<T>,
    count: Arc<Count>,
}

impl<T: Send> TaskSender<T> {
    /// Asks for a task; takes no memory and calls nobody. `[audio-thread]`
    ///
    /// # Errors
    /// Gives the task back where as many wait as were agreed on, and counts it
    /// ([`Run::dropped`]). A task that owns memory must not be dropped on the audio thread then; let
    /// tasks be plain numbers.
    #[inline]
    pub fn send(&mut self, task: T) -> Result<(), T> {
        // Before the push, so that what is pending is never below the truth. Relaxed: see `Count::sent`.
        self.count.sent.fetch_add(1, Ordering::Relaxed);
        self.queue.push(task).inspect_err(|_| {
            self.count.sent.fetch_sub(1, Ordering::Relaxed);
        })
    }

    /// How many tasks wait or are being done. `[audio-thread]`
    #[must_use]
    pub fn pending(&self) -> usize {
        self.count.pending()
    }
}

impl<T> fmt::Debug for TaskSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskSender")
    }
}
