//! A race on purpose, which ThreadSanitizer must report (`ci/sanitize.sh`), or its silence means nothing.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::Arc;

struct Racy(UnsafeCell<u64>);

// SAFETY: it is not sound, and that is its purpose.
unsafe impl Sync for Racy {}

#[test]
#[ignore = "a race on purpose"]
fn planted_race() {
    let racy = Arc::new(Racy(UnsafeCell::new(0)));
    let add = |racy: &Racy| {
        for _ in 0..1000 {
            // SAFETY: none; two threads do it at once.
            unsafe { *racy.0.get() += 1 };
        }
    };
    let other = Arc::clone(&racy);
    let other = std::thread::spawn(move || add(&other));
    add(&racy);
    other.join().unwrap();
}
