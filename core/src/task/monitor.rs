//! Waiting, for threads that may.

#![expect(clippy::disallowed_types, reason = "never on the audio thread, except where it renders offline")]

#[cfg(not(dyad_tsan))]
use std::sync::PoisonError;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Has the mutex, even after a panic: what they hold here is right between any two statements.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // ThreadSanitizer can't see how the standard library waits, only how it tries.
    #[cfg(dyad_tsan)]
    loop {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => std::thread::yield_now(),
        }
    }
    #[cfg(not(dyad_tsan))]
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A value that threads have one at a time, and can wait for changes of.
pub(super) struct Monitor<T> {
    value: Mutex<T>,
    bell: Condvar,
}

impl<T> Monitor<T> {
    pub(super) const fn new(value: T) -> Self {
        Self { value: Mutex::new(value), bell: Condvar::new() }
    }

    pub(super) fn enter(&self) -> MutexGuard<'_, T> {
        lock(&self.value)
    }

    /// Lets others have it until somebody [rings](Monitor::ring), the time is over, or for no reason.
    pub(super) fn wait<'a>(
        &'a self,
        guard: MutexGuard<'a, T>,
        longest: Option<Duration>,
    ) -> MutexGuard<'a, T> {
        // As above; and then there is no bell to wait for.
        #[cfg(dyad_tsan)]
        {
            let _ = longest;
            drop(guard);
            std::thread::yield_now();
            self.enter()
        }
        #[cfg(not(dyad_tsan))]
        match longest {
            Some(time) => self.bell.wait_timeout(guard, time).unwrap_or_else(PoisonError::into_inner).0,
            None => self.bell.wait(guard).unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Wakes all who wait.
    pub(super) fn ring(&self) {
        self.bell.notify_all();
    }
}
