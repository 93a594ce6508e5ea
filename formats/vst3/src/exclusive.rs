//! Data that one caller may use at a time, where nobody may ever wait.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// A cell for what VST3 lets only the main thread use. A host that comes in twice at once, from
/// another thread or from within a call, is turned away instead of being trusted.
#[derive(Debug)]
pub(crate) struct Exclusive<T> {
    busy: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `busy` lets one caller in at a time, whichever thread it is on.
unsafe impl<T: Send> Sync for Exclusive<T> {}

impl<T> Exclusive<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { busy: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Runs `body` on the value; `None`, and nothing done, where somebody else is at it.
    pub(crate) fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> Option<R> {
        // Acquire, paired with the Release in `drop`: who gets in sees what the last one wrote.
        if self.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        let _leave = Leave(&self.busy);
        // SAFETY: `busy` was clear and is set until `_leave` is dropped.
        Some(body(unsafe { &mut *self.value.get() }))
    }
}

struct Leave<'a>(&'a AtomicBool);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        // Release, paired with the Acquire in `with`.
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_caller_is_turned_away() {
        let cell = Exclusive::new(1);
        let inner = cell.with(|value| {
            *value += 1;
            cell.with(|_| ())
        });
        assert_eq!(inner, Some(None));
        assert_eq!(cell.with(|value| *value), Some(2));
        let _ =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cell.with(|_| panic!("on purpose"))));
        assert!(cell.with(|_| ()).is_some(), "also free after a panic");
    }
}
