//! Packets of bytes between two threads of a plugin's worker: bounded, in order, and nobody waits.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

use rtrb::{Consumer, Producer, RingBuffer};

/// Room for queued packets, in 8-byte words: 256 KiB.
pub(super) const WORDS: usize = 32 * 1024;

/// A queue of packets whose ends may be used by one thread each at a time.
///
/// Either end is guarded without waiting: a second thread that comes in between, against the extension's
/// rules, is told that there is no space, or that nothing is there.
pub(super) struct Packets {
    sending: Guarded<Producer<u64>>,
    receiving: Guarded<Consumer<u64>>,
}

impl Packets {
    pub(super) fn new() -> Self {
        let (producer, consumer) = RingBuffer::new(WORDS);
        Self { sending: Guarded::new(producer), receiving: Guarded::new(consumer) }
    }

    /// Sends a packet as a whole, or not at all.
    pub(super) fn push(&self, bytes: &[u8]) -> bool {
        let words = bytes.len().div_ceil(8) + 1;
        let sent = self.sending.with(|queue| {
            let Ok(chunk) = queue.write_chunk_uninit(words) else { return false };
            let body = bytes.chunks(8).map(|chunk| {
                let mut full = [0; 8];
                full[..chunk.len()].copy_from_slice(chunk);
                u64::from_ne_bytes(full)
            });
            chunk.fill_from_iter(std::iter::once(bytes.len() as u64).chain(body)) == words
        });
        sent == Some(true)
    }

    /// Moves the oldest packet into `scratch`, 8-aligned as atoms need, and returns its length in bytes.
    pub(super) fn pop(&self, scratch: &mut [u64]) -> Option<u32> {
        let popped = self.receiving.with(|queue| {
            let bytes = queue.pop().ok()?;
            let len = usize::try_from(bytes).ok()?.div_ceil(8);
            // A packet was sent as a whole, so its body is there.
            queue.pop_entire_slice(scratch.get_mut(..len)?).ok()?;
            u32::try_from(bytes).ok()
        });
        popped.flatten()
    }

    /// Forgets everything that waits.
    pub(super) fn clear(&self) {
        self.receiving.with(|queue| while queue.pop().is_ok() {});
    }
}

/// A value for one thread at a time, which never waits for another.
struct Guarded<T> {
    busy: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `with` lets only one thread at a time reach the value.
unsafe impl<T: Send> Sync for Guarded<T> {}

impl<T> Guarded<T> {
    fn new(value: T) -> Self {
        Self { busy: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    fn with<R>(&self, action: impl FnOnce(&mut T) -> R) -> Option<R> {
        // Acquire and Release order one holder's accesses before the next one's.
        if self.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        // SAFETY: `busy` was false, so nobody else holds the value until it is false again; `action` runs no
        // plugin code that could come back here.
        let result = action(unsafe { &mut *self.value.get() });
        self.busy.store(false, Ordering::Release);
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_keep_order_and_bounds() {
        let packets = Packets::new();
        let mut scratch = vec![0; WORDS];
        assert!(packets.push(b"hello world"));
        assert!(packets.push(b""));
        assert_eq!(packets.pop(&mut scratch), Some(11));
        assert_eq!(&scratch[0].to_ne_bytes(), b"hello wo");
        assert_eq!(packets.pop(&mut scratch), Some(0));
        assert_eq!(packets.pop(&mut scratch), None);
        assert!(!packets.push(&vec![0; WORDS * 8]));
        assert!(packets.push(&vec![1; (WORDS - 1) * 8]));
        assert!(!packets.push(b"x"));
        assert_eq!(packets.pop(&mut scratch), Some(((WORDS - 1) * 8) as u32));
        assert!(packets.push(b"x"));
        packets.clear();
        assert_eq!(packets.pop(&mut scratch), None);
    }
}
