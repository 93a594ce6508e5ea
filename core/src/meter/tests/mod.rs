//! What an editor or task gets to see.

use std::sync::atomic::{AtomicBool, Ordering};

mod loudness;
mod stream;
mod tap;

/// Ends the other thread of a test, also where an assertion fails.
struct Stop<'a>(&'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
