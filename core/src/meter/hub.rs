//! Where the two ends of a tap find each other.

#[expect(clippy::disallowed_types, reason = "the audio thread never locks it")]
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU32, Ordering};

/// The number of an attachment, odd. It comes again after two thousand million others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ticket(u32);

/// What the sending end, the tap and the reader of one tap share. `E` is the receiving end of the
/// ring; it rests here while no reader has it.
#[derive(Debug)]
pub(super) struct Hub<E> {
    /// Even while nobody is attached, odd otherwise; it only counts up.
    attachment: AtomicU32,
    #[expect(clippy::disallowed_types, reason = "the audio thread never locks it")]
    seat: Mutex<Seat<E>>,
}

#[derive(Debug)]
struct Seat<E> {
    taken: bool,
    end: Option<E>,
}

impl<E> Default for Hub<E> {
    #[expect(clippy::disallowed_types, reason = "the audio thread never locks it")]
    fn default() -> Self {
        Self { attachment: AtomicU32::new(0), seat: Mutex::new(Seat { taken: false, end: None }) }
    }
}

impl<E> Hub<E> {
    /// Who is attached. `[audio-thread]`
    #[inline]
    pub(super) fn attached(&self) -> Option<Ticket> {
        // Relaxed: whoever sees an old number sends for nobody a little longer. What is sent bears
        // the number, and the ring orders the rest.
        let number = self.attachment.load(Ordering::Relaxed);
        (number % 2 == 1).then_some(Ticket(number))
    }

    /// Takes the seat; `None` where it is taken. `[any thread but audio]`
    pub(super) fn attach(&self) -> Option<Ticket> {
        self.with_seat(|seat| {
            if std::mem::replace(&mut seat.taken, true) {
                return None;
            }
            Some(Ticket(self.count_up()))
        })
    }

    /// Leaves the seat, and the receiving end on it unless a newer one lies there. `[any thread but audio]`
    pub(super) fn detach(&self, end: Option<E>) {
        let old = self.with_seat(|seat| {
            seat.taken = false;
            self.count_up();
            if seat.end.is_none() { std::mem::replace(&mut seat.end, end) } else { end }
        });
        // Freed here, when nobody waits for the lock.
        drop(old);
    }

    /// Lays the receiving end of a new ring on the seat. `[main-thread & !active]`
    pub(super) fn offer(&self, end: E) {
        let old = self.with_seat(|seat| seat.end.replace(end));
        drop(old);
    }

    /// Takes the receiving end that lies on the seat: for the attached reader only. `[any thread but audio]`
    pub(super) fn fetch(&self) -> Option<E> {
        self.with_seat(|seat| seat.end.take())
    }

    fn count_up(&self) -> u32 {
        // Relaxed: the lock orders the writers, and readers need no order.
        self.attachment.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }

    fn with_seat<R>(&self, f: impl FnOnce(&mut Seat<E>) -> R) -> R {
        // A panic leaves the seat whole: nothing above can panic half-way.
        f(&mut self.seat.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
