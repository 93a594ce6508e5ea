//! The hand-over: who owns which block, and how the two sides wake each other.
//!
//! Each side has one number that it alone writes. The parent's says up to which block it has asked, the
//! child's up to which it has answered; a block belongs to the child from the one until the other. The
//! numbers are futex words, and a side that sleeps says so first, so that waking one that is awake costs no
//! system call.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::thread::futex;

use super::layout::Side;
use super::{Memory, Status, look_out};

/// Whether `number` has been reached by `now`, which counts up and around.
pub(crate) fn reached(now: u32, number: u32) -> bool {
    now.wrapping_sub(number) < u32::MAX / 2
}

impl Memory {
    /// Asks for the block that has been put in place.
    pub(crate) fn ask(&self, number: u32) {
        let header = self.header();
        publish(&header.parent, &header.child, number);
    }

    /// Number of the last block that was asked for.
    pub(crate) fn asked(&self) -> u32 {
        // Acquire: whoever sees the number sees the whole block.
        self.header().parent.number.load(Ordering::Acquire)
    }

    /// Answers a block.
    pub(crate) fn answer(&self, number: u32, status: Status) {
        self.write_status(number, status);
        let header = self.header();
        publish(&header.child, &header.parent, number);
    }

    /// Number of the last block that was answered.
    pub(crate) fn answered(&self) -> u32 {
        // Acquire: whoever sees the number sees the whole answer.
        self.header().child.number.load(Ordering::Acquire)
    }

    /// Whether a block is answered.
    pub(crate) fn is_answered(&self, number: u32) -> bool {
        reached(self.answered(), number)
    }

    /// The parent waits until `number` is answered; false where `until` comes first, at once where it is
    /// over. Spinning never sleeps.
    pub(crate) fn await_answer(&self, number: u32, until: Instant, spin: bool) -> bool {
        if spin {
            return look_out(until, || self.is_answered(number));
        }
        let header = self.header();
        loop {
            let now = self.answered();
            if reached(now, number) {
                return true;
            }
            let Some(rest) = until.checked_duration_since(Instant::now()).filter(|rest| !rest.is_zero())
            else {
                return false;
            };
            sleep(&header.parent, &header.child.number, now, Some(rest));
        }
    }

    /// The child waits until more than `seen` is asked, or it is [nudged](Self::nudge).
    pub(crate) fn await_block(&self, seen: u32) {
        let header = self.header();
        if self.asked() == seen {
            sleep(&header.child, &header.parent.number, seen, None);
        }
    }

    /// Whether the system lets processes wake each other here at all.
    pub(crate) fn test_futex(&self) -> Result<(), Errno> {
        futex::wake(&self.header().made.scratch, futex::Flags::empty(), 1).map(drop)
    }

    /// Ends the child's sleep without a block, if it sleeps; within the child.
    pub(crate) fn nudge(&self) {
        let _ = futex::wake(&self.header().parent.number, futex::Flags::empty(), 1);
    }
}

fn publish(ours: &Side, theirs: &Side, number: u32) {
    // In one order for both sides (SeqCst): either we see that they sleep, or they see the number.
    ours.number.store(number, Ordering::SeqCst);
    if theirs.asleep.load(Ordering::SeqCst) != 0 {
        // Fails only where nobody sleeps.
        let _ = futex::wake(&ours.number, futex::Flags::empty(), 1);
    }
}

/// Sleeps while `word` is `seen`, for `limit` at most; may end early.
fn sleep(ours: &Side, word: &AtomicU32, seen: u32, limit: Option<Duration>) {
    ours.asleep.store(1, Ordering::SeqCst);
    if word.load(Ordering::SeqCst) == seen {
        let limit = limit.map(|limit| rustix::event::Timespec {
            tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: limit.subsec_nanos().into(),
        });
        // Whatever ends it, the caller looks again.
        let _: Result<(), Errno> = futex::wait(word, futex::Flags::empty(), seen, limit.as_ref());
    }
    ours.asleep.store(0, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;
    use std::sync::Arc;

    use super::*;
    use crate::shared::Sizes;

    #[test]
    fn numbers_go_around() {
        assert!(reached(5, 5) && reached(6, 5) && !reached(5, 6));
        assert!(reached(2, u32::MAX) && !reached(u32::MAX, 2));
    }

    #[test]
    fn every_block_is_answered_once_and_in_order() {
        let (parent, fd) = Memory::create(Sizes { max_block: 1, inputs: 1, outputs: 1 }).unwrap();
        let child = Arc::new(Memory::attach(fd.as_fd()).unwrap());
        let thread = std::thread::spawn(move || {
            let mut seen = 0;
            while seen < 20_000 {
                child.await_block(seen);
                while seen != child.asked() {
                    seen += 1;
                    child.answer(seen, Status::Ok);
                }
            }
        });
        let forever = Instant::now() + Duration::from_secs(600);
        for number in 1..=20_000 {
            parent.ask(number);
            assert!(parent.await_answer(number, forever, number % 3 == 0));
            assert_eq!(parent.answered(), number);
        }
        thread.join().unwrap();
        assert!(!parent.await_answer(20_001, Instant::now(), false), "nobody is there any more");
    }
}
