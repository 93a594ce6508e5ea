//! Counts what a plugin's audio thread asks of the allocator.
//!
//! The program `dyad-host` defines `malloc` and its kin itself (`allocator.rs` beside `main.rs`), so that
//! every library in the process calls them; each call is noted here while the calling thread is armed, and
//! then goes on to the C library. In a program that does not define them nothing is counted, which
//! [`available`] tells.

use std::cell::Cell;

/// What was asked of the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that take memory: `malloc`, `calloc`, `realloc`, `memalign` and so on.
    pub taken: u32,
    /// Calls that give memory back.
    pub freed: u32,
    /// The bytes of the largest single request.
    pub largest: usize,
}

impl Counts {
    /// No call at all.
    pub const NONE: Self = Self { taken: 0, freed: 0, largest: 0 };

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            taken: self.taken.saturating_add(other.taken),
            freed: self.freed.saturating_add(other.freed),
            largest: self.largest.max(other.largest),
        }
    }

    /// Whether there was any call.
    #[must_use]
    pub fn any(self) -> bool {
        self.taken != 0 || self.freed != 0
    }
}

// Constant and without a destructor: reading it allocates nothing, on any thread and at any time.
thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
    static COUNTS: Cell<Counts> = const { Cell::new(Counts::NONE) };
}

/// Notes a call that takes memory. For the definitions of `malloc` and its kin only.
#[inline]
pub fn take(bytes: usize) {
    if ARMED.get() {
        COUNTS.set(COUNTS.get().plus(Counts { taken: 1, freed: 0, largest: bytes }));
    }
}

/// Notes a call that gives memory back. For the definition of `free` only.
#[inline]
pub fn give() {
    if ARMED.get() {
        COUNTS.set(COUNTS.get().plus(Counts { taken: 0, freed: 1, largest: 0 }));
    }
}

/// Begins to count on this thread, from zero.
pub(crate) fn arm() {
    COUNTS.set(Counts::NONE);
    ARMED.set(true);
}

/// What this thread has asked of the allocator since it was armed.
pub(crate) fn so_far() -> Counts {
    COUNTS.get()
}

/// Runs `action` and tells what it asked of the allocator on this thread. Not to be nested.
pub fn armed<T>(action: impl FnOnce() -> T) -> (T, Counts) {
    arm();
    let result = action();
    ARMED.set(false);
    (result, so_far())
}

/// Runs a part of what is [`armed`] without counting: what belongs on another thread and is only done on
/// this one because nobody listens.
pub fn unarmed<T>(action: impl FnOnce() -> T) -> T {
    let before = ARMED.replace(false);
    let result = action();
    ARMED.set(before);
    result
}

/// Whether this program's allocator is one that counts.
#[must_use]
pub fn available() -> bool {
    let ((), counts) = armed(|| drop(std::hint::black_box(Box::new(1_u8))));
    counts.taken == 1 && counts.freed == 1
}
