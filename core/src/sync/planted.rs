//! Faults on purpose, which the tools of `ci/sanitize.sh` must report, or their silence means nothing.
#![allow(unsafe_code)]

/// For ThreadSanitizer: two threads write to one place.
#[cfg(dyad_tsan)]
#[test]
#[ignore = "a race on purpose"]
fn planted_race() {
    use std::cell::UnsafeCell;
    use std::sync::Arc;

    struct Racy(UnsafeCell<u64>);

    // SAFETY: none, and that is the purpose.
    unsafe impl Sync for Racy {}

    let racy = Arc::new(Racy(UnsafeCell::new(0)));
    let add = |racy: &Racy| {
        for _ in 0..1000 {
            // SAFETY: as above.
            unsafe { *racy.0.get() += 1 };
        }
    };
    let other = Arc::clone(&racy);
    let other = std::thread::spawn(move || add(&other));
    add(&racy);
    other.join().unwrap();
}

/// For loom: a value that is announced with too weak an ordering.
#[cfg(loom)]
#[test]
#[ignore = "a wrong order on purpose"]
fn planted_order() {
    use super::atomic::{Arc, AtomicUsize, Ordering};

    loom::model(|| {
        let shared = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
        let other = Arc::clone(&shared);
        let other = loom::thread::spawn(move || {
            other.0.store(7, Ordering::Relaxed);
            other.1.store(1, Ordering::Relaxed);
        });
        if shared.1.load(Ordering::Acquire) == 1 {
            assert_eq!(shared.0.load(Ordering::Relaxed), 7);
        }
        other.join().unwrap();
    });
}
