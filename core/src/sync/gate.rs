//! A gate for work that only one thread may do at a time, and none may wait for.
//!
//! Who finds somebody inside leaves at once. Its reason for coming is not forgotten: whoever is inside
//! goes round once more before leaving. So what was made ready before an [`enter`](Gate::enter) is
//! always done, by one thread or the other.

use super::atomic::{AtomicUsize, Ordering};

/// One thread at a time; the others leave.
#[derive(Debug)]
pub struct Gate {
    /// How many came since the gate was last empty.
    callers: AtomicUsize,
}

impl Gate {
    /// An empty gate.
    #[must_use]
    pub fn new() -> Self {
        Self { callers: AtomicUsize::new(0) }
    }

    /// Runs `body`, and again for each round in which others came, and gives true; or gives false where
    /// another thread is inside, which then runs its own `body` once more. `[any thread, not audio]`
    ///
    /// `body` must not panic: the gate would stay closed.
    pub fn enter(&self, mut body: impl FnMut()) -> bool {
        // Release: who is inside sees what this thread made ready. Acquire: this thread sees what the
        // last one inside did.
        if self.callers.fetch_add(1, Ordering::AcqRel) != 0 {
            return false;
        }
        let mut seen = 1;
        loop {
            body();
            // Release and Acquire: as above, in both directions.
            match self.callers.compare_exchange(seen, 0, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(now) => seen = now,
            }
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn who_comes_second_leaves_and_is_not_forgotten() {
        let (gate, mut rounds) = (Gate::new(), 0);
        assert!(gate.enter(|| {
            rounds += 1;
            if rounds <= 2 {
                assert!(!gate.enter(|| panic!("somebody is inside")));
                assert!(!gate.enter(|| panic!("somebody is inside")));
            }
        }));
        assert_eq!(rounds, 3);
        assert!(gate.enter(|| rounds += 1), "it is open again");
        assert_eq!(rounds, 4);
    }
}

#[cfg(all(test, loom))]
mod every_order {
    #![allow(unsafe_code)]

    use loom::cell::UnsafeCell;
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    struct Shared {
        gate: Gate,
        /// Set by each thread before it comes.
        ready: [AtomicUsize; 2],
        /// What was found ready. Only touched inside, which loom checks.
        done: UnsafeCell<[usize; 2]>,
    }

    impl Shared {
        fn come(&self, thread: usize) {
            // Relaxed, so that only the gate can order it.
            self.ready[thread].store(1, Ordering::Relaxed);
            self.gate.enter(|| {
                let found = [0, 1].map(|n| self.ready[n].load(Ordering::Relaxed));
                // SAFETY: one thread is inside.
                self.done.with_mut(|done| unsafe { *done = found });
            });
        }
    }

    #[test]
    fn loom_all_is_done_and_by_one_at_a_time() {
        loom::model(|| {
            let shared = Arc::new(Shared {
                gate: Gate::new(),
                ready: [AtomicUsize::new(0), AtomicUsize::new(0)],
                done: UnsafeCell::new([0; 2]),
            });
            let other = Arc::clone(&shared);
            let other = thread::spawn(move || other.come(1));
            shared.come(0);
            other.join().unwrap();
            // SAFETY: the other thread is gone.
            assert_eq!(shared.done.with(|done| unsafe { *done }), [1; 2], "nothing was forgotten");
        });
    }
}
