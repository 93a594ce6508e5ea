//! Messages from one thread to one other, over a ring of a fixed size.
//!
//! The ring is [`rtrb`]'s: pushing and popping never wait and never call the system. Where it is full
//! the new message is refused, because those before it may be what it builds on, and the refusal is
//! counted.

use std::fmt;

use rtrb::{PushError, RingBuffer};

use super::atomic::{Arc, AtomicUsize, Ordering};

/// How many messages a queue refused; a copy counts the same ones. `[any thread]`
#[derive(Clone, Debug)]
pub struct Dropped(Arc<AtomicUsize>);

impl Dropped {
    /// The number so far.
    #[must_use]
    pub fn get(&self) -> usize {
        // Relaxed: a number for people.
        self.0.load(Ordering::Relaxed)
    }
}

/// The end where messages go in. `[one thread, audio too]`
pub struct Producer<T> {
    ring: rtrb::Producer<T>,
    dropped: Dropped,
}

/// The end where they come out. `[one thread, audio too]`
pub struct Consumer<T> {
    ring: rtrb::Consumer<T>,
    dropped: Dropped,
}

/// A queue for `capacity` messages, at least 1. `[main-thread]`
///
/// ```
/// let (mut producer, mut consumer) = dyad_core::sync::queue(2);
/// assert_eq!((producer.push(1), producer.push(2), producer.push(3)), (Ok(()), Ok(()), Err(3)));
/// assert_eq!((consumer.pop(), consumer.pop(), consumer.pop()), (Some(1), Some(2), None));
/// assert_eq!(consumer.dropped(), 1);
/// ```
#[must_use]
pub fn queue<T: Send>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    let (producer, consumer) = RingBuffer::new(capacity.max(1));
    let dropped = Dropped(Arc::new(AtomicUsize::new(0)));
    (Producer { ring: producer, dropped: dropped.clone() }, Consumer { ring: consumer, dropped })
}

impl<T: Send> Producer<T> {
    /// Puts a message in. `[one thread, audio too]`
    ///
    /// # Errors
    /// Gives the message back where the queue is full, and counts it. A message that owns memory must
    /// not be dropped on the audio thread then: keep it and push it with a later block, or let messages
    /// be plain numbers, which is best.
    #[inline]
    pub fn push(&mut self, message: T) -> Result<(), T> {
        self.ring.push(message).map_err(|PushError::Full(message)| {
            // Relaxed: a number for people.
            self.dropped.0.fetch_add(1, Ordering::Relaxed);
            message
        })
    }

    /// How many messages there is room for at least. `[one thread, audio too]`
    #[must_use]
    pub fn room(&self) -> usize {
        self.ring.slots()
    }

    /// How many messages were refused. `[any thread]`
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped.get()
    }
}

impl<T: Send> Consumer<T> {
    /// Takes the oldest message out. `[one thread, audio too]`
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.ring.pop().ok()
    }

    /// How many messages wait at least. `[one thread, audio too]`
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.ring.slots()
    }

    /// How many messages were refused. `[any thread]`
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.dropped.get()
    }

    /// The counter itself, for those who report it elsewhere.
    #[must_use]
    pub fn dropped_counter(&self) -> Dropped {
        self.dropped.clone()
    }
}

impl<T> fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("queue::Producer")
    }
}

impl<T> fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("queue::Consumer")
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_refuses_the_new_one_and_counts_it() {
        let (mut producer, mut consumer) = queue(3);
        assert_eq!(producer.room(), 3);
        let refused: Vec<_> = (0..5).filter_map(|n| producer.push(n).err()).collect();
        assert_eq!((refused, producer.dropped(), producer.room()), (vec![3, 4], 2, 0));
        assert_eq!((consumer.waiting(), consumer.pop(), consumer.dropped()), (3, Some(0), 2));
        assert_eq!(producer.push(5), Ok(()), "there is room again");
        assert_eq!(std::iter::from_fn(|| consumer.pop()).collect::<Vec<_>>(), [1, 2, 5]);
        let counter = consumer.dropped_counter();
        drop(consumer);
        assert_eq!(producer.push(6), Ok(()), "nobody listens, and nothing happens");
        assert_eq!(counter.get(), 2);
    }

    #[test]
    fn no_capacity_is_one() {
        let (mut producer, mut consumer) = queue(0);
        assert_eq!((producer.push('a'), producer.push('b'), consumer.pop()), (Ok(()), Err('b'), Some('a')));
    }

    #[test]
    fn two_threads_see_the_same_messages_in_order() {
        let (mut producer, mut consumer) = queue::<u32>(7);
        let writer = std::thread::spawn(move || {
            let accepted: Vec<u32> = (0..100_000).filter(|n| producer.push(*n).is_ok()).collect();
            (accepted, producer.dropped())
        });
        let mut seen = Vec::new();
        while !writer.is_finished() {
            seen.extend(std::iter::from_fn(|| consumer.pop()));
        }
        let (accepted, dropped) = writer.join().unwrap();
        seen.extend(std::iter::from_fn(|| consumer.pop()));
        assert_eq!(seen, accepted);
        assert_eq!(dropped, 100_000 - seen.len());
    }
}
