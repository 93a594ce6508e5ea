//! The one thread of a module that polls tasks where the host does not.
//!
//! It starts with the first registration and is joined with the last, so that a module without running
//! instances has no thread and can be unloaded. It wakes by itself: waking it would be a system call on
//! the audio thread. All runs of a module share it, so a task that takes long holds up the others'.

use std::cell::Cell;
use std::ffi::CStr;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use super::monitor::Monitor;
use super::patience::{PATIENCE, Patience};
use super::thread::Thread;
use crate::guard::{guard, log};

/// How often background work is looked for.
const BACKGROUND: Duration = Duration::from_millis(5);
/// As much as the standard library gives its threads.
const STACK: usize = 2 << 20;

/// What the service thread polls.
///
/// No two calls for one entry are made at once by the service, but others may poll the same thing at
/// the same time.
pub trait Poll: Send + Sync {
    /// Whether there can be background work at all; then it is looked for every 5 ms. Only says it,
    /// from numbers at hand: the service can't do anything else meanwhile.
    fn has_background(&self) -> bool {
        true
    }

    /// Does the background work that waits. `[background]`
    fn background(&self);

    /// Whether something waits for the host's main thread: then a number that changes whenever it is
    /// served, see [`Patience`]. Only says it, as above.
    fn main_waiting(&self) -> Option<u64> {
        None
    }

    /// What waited for the main thread has done so for 200 ms or more. `[background]`
    fn late_main(&self) {}
}

std::thread_local! {
    /// The entry that this thread is polling. Without a destructor, which would keep the module in
    /// memory until the host's thread ends.
    static POLLING: Cell<u64> = const { Cell::new(NONE) };
}

/// No entry has this number.
const NONE: u64 = 0;

/// A thread that polls.
pub struct Service {
    name: &'static CStr,
    stack: usize,
    state: Monitor<State>,
}

struct State {
    /// In the order of their ids.
    entries: Vec<Registered>,
    /// The last id that was given away.
    last_id: u64,
    thread: Option<Thread>,
    /// The number of the thread that is in charge. Another one ends as soon as it sees that.
    in_charge: u64,
    /// Whether the thread ended by itself, and only needs to be joined.
    ended: bool,
    /// How many wait for the end of a poll.
    leaving: usize,
    /// The thread is in a poll that has given up its own entry, as one does that calls a host: nobody waits for it.
    astray: bool,
    /// The thread is to look at once.
    woken: bool,
}

struct Registered {
    entry: Arc<Entry>,
    poll: Arc<dyn Poll>,
    patience: Patience,
}

struct Entry {
    id: u64,
    /// Whether a thread is polling it. Written under the state's lock.
    busy: AtomicBool,
}

impl Service {
    /// The module's service.
    #[must_use]
    pub fn shared() -> &'static Self {
        static SHARED: Service = Service::new(c"dyad-service", STACK);
        &SHARED
    }

    const fn new(name: &'static CStr, stack: usize) -> Self {
        let state = State {
            entries: Vec::new(),
            last_id: NONE,
            thread: None,
            in_charge: 0,
            ended: false,
            leaving: 0,
            astray: false,
            woken: false,
        };
        Self { name, stack, state: Monitor::new(state) }
    }

    /// Polls this from now on, until the registration is dropped. `[any thread, not audio]`
    ///
    /// Where the system gives no thread, says so once; then only the host's calls do the tasks.
    #[must_use = "dropping it ends the polling"]
    pub fn register(&'static self, poll: Arc<dyn Poll>) -> Registration {
        let mut state = self.settled();
        state.last_id += 1;
        let entry = Arc::new(Entry { id: state.last_id, busy: AtomicBool::new(false) });
        let patience = Patience::default();
        state.entries.push(Registered { entry: Arc::clone(&entry), poll, patience });
        if state.thread.is_none() {
            state.in_charge += 1;
            let number = state.in_charge;
            match Thread::spawn(self.name, self.stack, Box::new(move || self.run(number))) {
                Ok(thread) => state.thread = Some(thread),
                Err(error) => {
                    drop(state);
                    static SAID: AtomicBool = AtomicBool::new(false);
                    // Relaxed: it orders nothing.
                    if !SAID.swap(true, Ordering::Relaxed) {
                        log(&format!(
                            "no thread for background tasks (error {error}); the host's calls do them"
                        ));
                    }
                    return Registration { service: self, entry };
                }
            }
        }
        drop(state);
        // It may be asleep for as long as the entries before this one allowed.
        self.state.ring();
        Registration { service: self, entry }
    }

    /// Has the thread look at once, whatever it waits for. `[any thread, not audio]`
    pub fn wake(&self) {
        // Under the lock, or it would be lost where the thread is just about to wait.
        self.state.enter().woken = true;
        self.state.ring();
    }

    /// Joins a thread that ends or has ended by itself, as it does where the last registration is
    /// dropped on it. Registering and dropping on other threads do so too; for a module's exit.
    /// `[main-thread]`
    pub fn settle(&self) {
        let mut state = self.settled();
        if POLLING.get() != NONE || !state.entries.is_empty() {
            return;
        }
        let last = state.thread.take();
        state.in_charge += u64::from(last.is_some());
        drop(state);
        self.state.ring();
        last.into_iter().for_each(Thread::join);
    }

    /// The state, without a thread that only needs to be joined.
    fn settled(&self) -> MutexGuard<'_, State> {
        loop {
            let mut state = self.state.enter();
            if !std::mem::take(&mut state.ended) {
                return state;
            }
            let ended = state.thread.take();
            drop(state);
            // Without the lock: what the thread's thread-locals do in the end may need it.
            ended.into_iter().for_each(Thread::join);
        }
    }

    fn unregister(&self, entry: &Entry) {
        let mut state = self.state.enter();
        let at = state.entries.binary_search_by_key(&entry.id, |registered| registered.entry.id);
        let removed = at.ok().map(|at| state.entries.remove(at));
        if state.entries.is_empty() {
            // A module that is unloaded now leaves no memory behind.
            state.entries = Vec::new();
        }
        let here = POLLING.get();
        // Relaxed: under the lock. On the thread that polls it there is nothing to wait for.
        while here != entry.id && entry.busy.load(Ordering::Relaxed) {
            state.leaving += 1;
            state = self.state.wait(state, None);
            state.leaving -= 1;
        }
        state.astray |= here == entry.id;
        // A service thread can't join itself, and one that is in a host may be there until we have returned; it ends by
        // itself when it sees that nothing is left.
        let join = here == NONE && state.entries.is_empty() && !state.astray;
        let last = if join { state.thread.take() } else { None };
        if last.is_some() {
            state.in_charge += 1;
            state.ended = false;
        }
        drop(state);
        self.state.ring();
        // Without the lock: both may run what the author wrote.
        drop(removed);
        last.into_iter().for_each(Thread::join);
    }

    /// The service thread.
    fn run(&self, number: u64) {
        let mut next_look = Instant::now() + PATIENCE;
        loop {
            let look = Instant::now() >= next_look;
            let mut id = NONE;
            let mut background = false;
            loop {
                let mut state = self.state.enter();
                if state.in_charge != number {
                    return;
                }
                if state.entries.is_empty() {
                    state.ended = true;
                    return;
                }
                let at = state.entries.partition_point(|registered| registered.entry.id <= id);
                let Some(registered) = state.entries.get_mut(at) else {
                    if look {
                        // From the end of this look, so that the next one finds what has waited all the time.
                        next_look = Instant::now() + PATIENCE;
                    }
                    let sleep = next_look.saturating_duration_since(Instant::now());
                    let sleep = if background { sleep.min(BACKGROUND) } else { sleep };
                    if !std::mem::take(&mut state.woken) {
                        drop(self.state.wait(state, Some(sleep)));
                    }
                    break;
                };
                id = registered.entry.id;
                let has_background = registered.poll.has_background();
                background |= has_background;
                let Registered { patience, poll, .. } = registered;
                let late = look && patience.is_out(|| poll.main_waiting(), Instant::now);
                if !has_background && !late {
                    continue;
                }
                let (entry, poll) = (Arc::clone(&registered.entry), Arc::clone(&registered.poll));
                // Relaxed: under the lock.
                entry.busy.store(true, Ordering::Relaxed);
                drop(state);
                POLLING.set(id);
                guard("a poll", (), move || {
                    if has_background {
                        poll.background();
                    }
                    if late {
                        poll.late_main();
                    }
                    // Here `poll` goes, so nobody waits in vain for its last owner.
                });
                POLLING.set(NONE);
                let mut state = self.state.enter();
                state.astray = false;
                entry.busy.store(false, Ordering::Relaxed);
                if state.leaving > 0 {
                    self.state.ring();
                }
            }
        }
    }
}

/// Keeps an entry in the service. Dropping it waits for a poll of the entry that is under way, unless
/// that poll drops it; the last one to go joins the thread, unless that is in such a poll. `[any thread, not audio]`
#[must_use = "dropping it ends the polling"]
pub struct Registration {
    service: &'static Service,
    entry: Arc<Entry>,
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.service.unregister(&self.entry);
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({})", self.entry.id)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Service({:?})", self.name)
    }
}

#[cfg(all(test, not(loom)))]
#[path = "service_tests.rs"]
mod tests;
