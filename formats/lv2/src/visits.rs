//! The visits of a host's worker: asked for by the audio thread, made on whatever thread the host has for it.
//!
//! A visit is short: texts and tasks for the main thread are done in it, and the module's service thread is woken for
//! tasks in the background. Ardour frees a plugin, and unloads its code, while its worker still runs, so a plugin
//! does not go before the visits that it has asked for are over. A worker that takes longer than anybody can wait for
//! finds what is here, which says that the plugin is gone, and its code.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dyad_core::task::here;

/// Visits of one instance.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    /// Asked for, and not begun.
    expected: AtomicUsize,
    /// Begun, and not over.
    present: AtomicUsize,
    /// The thread that is asking at this moment, by a mark of its own; 0 for none.
    asking: AtomicUsize,
    /// How many of those expected were waited for in vain. They may still come.
    given_up: AtomicUsize,
    /// The plugin is gone, and a visit does nothing.
    over: AtomicBool,
}

/// How often an end is looked for, and how many times at most where a host may have lost what it was asked.
const LOOK: Duration = Duration::from_millis(1);
const LOOKS: u32 = 200;

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
        // Release, paired with the Acquire in `count_expected`: who sees that it is expected no more also sees that it
        // is present, which was written before.
        let _ = self.expected.fetch_update(Ordering::Release, Ordering::Relaxed, fewer);
    }

    /// A visit: `body` is told whether the host makes it within the call that asks for it. Where the plugin is gone,
    /// nothing is done. `[any thread]`
    pub(crate) fn visit<R>(&self, body: impl FnOnce(bool) -> R) -> Option<R> {
        struct Leave<'a>(&'a AtomicUsize);
        impl Drop for Leave<'_> {
            fn drop(&mut self) {
                // Release, paired with the load in `wait_for_present`. Nothing of the instance is used after this.
                self.0.fetch_sub(1, Ordering::Release);
            }
        }
        // SeqCst, with the load after it, and the store and load in `close`: either the visit sees that all is over, or
        // `close` sees the visit. And before it is expected no more, so that at any time one of the two counts it.
        self.present.fetch_add(1, Ordering::SeqCst);
        let _leave = Leave(&self.present);
        self.begin();
        if self.over.load(Ordering::SeqCst) {
            return None;
        }
        // Relaxed: only this thread could have written its own mark.
        Some(body(self.asking.load(Ordering::Relaxed) == here()))
    }

    /// How many are expected. Those that are not any more are seen to be present until they are over.
    fn count_expected(&self) -> usize {
        // Acquire, paired with the Release in `begin`.
        self.expected.load(Ordering::Acquire)
    }

    /// Waits until nobody is present.
    #[expect(clippy::disallowed_methods, reason = "the run has ended, and no audio thread is near")]
    fn wait_for_present(&self) {
        // SeqCst for `close`; it is an Acquire too, so that what a visit has done is seen.
        while self.present.load(Ordering::SeqCst) > 0 {
            std::thread::sleep(LOOK);
        }
    }

    /// Waits until visits that were asked for are over. One that a host has lost, or comes late with, is waited for a
    /// fifth of a second, once. `[main-thread & !active]`
    #[expect(clippy::disallowed_methods, reason = "as above")]
    pub(crate) fn settle(&self) {
        // Relaxed: only this function writes it, and never beside itself.
        let given_up = self.given_up.load(Ordering::Relaxed);
        let mut looks = 0;
        while self.count_expected() > given_up && looks < LOOKS {
            std::thread::sleep(LOOK);
            looks += 1;
        }
        self.given_up.store(self.count_expected(), Ordering::Relaxed);
        self.wait_for_present();
    }

    /// Waits as [`Visits::settle`] does, and lets no visit do anything any more. Whether none will come: only then may
    /// this, and the code, go. `[main-thread & !active]`
    pub(crate) fn close(&self) -> bool {
        self.settle();
        // SeqCst: see `visit`.
        self.over.store(true, Ordering::SeqCst);
        // Before those present are waited for: one that comes in between is still expected here, or waited for.
        let none = self.count_expected() == 0;
        self.wait_for_present();
        none
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
        // Long enough to be told from no wait on a busy machine.
        let start = std::time::Instant::now();
        for _ in 0..100 {
            visits.settle();
        }
        assert!(start.elapsed() < LOOK * LOOKS * 50, "waited for once");
    }

    #[test]
    fn the_plugin_goes_when_nobody_comes_any_more() {
        let visits = Visits::default();
        assert!(visits.ask(|| true));
        assert_eq!(visits.visit(|_| 1), Some(1));
        assert!(visits.close());
        assert_eq!(visits.visit(|_| 1), None, "gone");
    }

    #[test]
    fn what_a_late_visit_needs_stays() {
        let visits = Visits::default();
        assert!(visits.ask(|| true));
        assert!(!visits.close());
        assert_eq!(visits.visit(|_| 1), None, "it finds that all is over");
    }

    #[test]
    fn a_host_that_comes_at_once_is_known() {
        let visits = Visits::default();
        let mut seen = None;
        visits.ask(|| {
            seen = visits.visit(|at_once| at_once);
            true
        });
        assert_eq!(seen, Some(true));
        visits.settle();
        std::thread::scope(|scope| {
            visits.ask(|| {
                scope.spawn(|| visits.visit(|at_once| !at_once)).join().is_ok_and(|away| away == Some(true))
            });
        });
    }
}
