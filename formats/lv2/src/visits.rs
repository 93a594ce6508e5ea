//! The visits of a host's worker: asked for by the audio thread, made on whatever thread the host has for it.
//!
//! A visit is short: texts and tasks for the main thread are done in it, and the module's service thread is woken for
//! tasks in the background. Ardour frees a plugin, and unloads its code, while its worker still runs, so a plugin
//! does not go before the visits that it has asked for are over.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Visits of one instance.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    /// Asked for, and not begun.
    expected: AtomicUsize,
    /// Begun, and not over.
    present: AtomicUsize,
    /// The thread that is asking at this moment, by a mark of its own; 0 for none.
    asking: AtomicUsize,
}

/// How often an end is looked for, and how many times at most where a host may have lost what it was asked.
const LOOK: Duration = Duration::from_millis(1);
const LOOKS: u32 = 200;

/// A mark of this thread. Without a destructor, which would keep the module in memory until the host's thread ends.
fn here() -> usize {
    std::thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

impl Visits {
    /// Asks for a visit by `ask`, which says whether the host will come. `[audio-thread]`
    pub(crate) fn ask(&self, ask: impl FnOnce() -> bool) -> bool {
        // Before the host hears of it, so that it is never below the truth. Relaxed: nothing else comes with it.
        self.expected.fetch_add(1, Ordering::Relaxed);
        self.asking.store(here(), Ordering::Relaxed);
        let comes = ask();
        self.asking.store(0, Ordering::Relaxed);
        if !comes {
            self.begin();
        }
        comes
    }

    /// One that was expected is no more. A host may come unasked.
    fn begin(&self) {
        let fewer = |expected: usize| expected.checked_sub(1);
        let _ = self.expected.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer);
    }

    /// A visit: `body` is told whether the host makes it within the call that asks for it. `[any thread]`
    pub(crate) fn visit<R>(&self, body: impl FnOnce(bool) -> R) -> R {
        struct Leave<'a>(&'a AtomicUsize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                // Release, paired with the Acquire in `settle`. Nothing of the instance is used after this.
                self.0.fetch_sub(1, Ordering::Release);
            }
        }
        self.present.fetch_add(1, Ordering::Relaxed);
        let _leave = Leave(&self.present);
        self.begin();
        // Relaxed: only this thread could have written its own mark.
        body(self.asking.load(Ordering::Relaxed) == here())
    }

    /// Waits until visits that were asked for are over. One that a host has lost is waited for a fifth of a second.
    /// `[main-thread & !active]`
    #[expect(clippy::disallowed_methods, reason = "the run has ended, and no audio thread is near")]
    pub(crate) fn settle(&self) {
        let mut looks = 0;
        while self.expected.load(Ordering::Relaxed) > 0 && looks < LOOKS {
            std::thread::sleep(LOOK);
            looks += 1;
        }
        self.expected.store(0, Ordering::Relaxed);
        while self.present.load(Ordering::Acquire) > 0 {
            std::thread::sleep(LOOK);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "as above")]
    fn what_was_asked_for_is_waited_for() {
        let (visits, done) = (Visits::default(), AtomicBool::new(false));
        assert!(visits.ask(|| true));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                visits.visit(|at_once| {
                    assert!(!at_once);
                    std::thread::sleep(Duration::from_millis(20));
                    done.store(true, Ordering::Relaxed);
                });
            });
            visits.settle();
            assert!(done.load(Ordering::Relaxed));
        });
    }

    #[test]
    fn a_visit_that_is_refused_lost_or_unasked_hangs_nobody() {
        let visits = Visits::default();
        assert!(!visits.ask(|| false));
        visits.settle();
        visits.visit(|_| {});
        visits.settle();
        assert!(visits.ask(|| true));
        visits.settle();
        assert_eq!(visits.expected.load(Ordering::Relaxed), 0, "forgotten");
    }

    #[test]
    fn a_host_that_comes_at_once_is_known() {
        let visits = Visits::default();
        let mut seen = None;
        visits.ask(|| {
            seen = Some(visits.visit(|at_once| at_once));
            true
        });
        assert_eq!(seen, Some(true));
        visits.settle();
        std::thread::scope(|scope| {
            visits.ask(|| scope.spawn(|| visits.visit(|at_once| !at_once)).join().unwrap_or(false));
        });
    }
}
