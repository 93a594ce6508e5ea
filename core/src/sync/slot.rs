//! A hand-over slot: finished objects go to the audio thread, and the old ones come back.
//!
//! An impulse response, a sample or a preset's tables are made on another thread, because making them
//! takes memory and time; and they are freed on another thread, because freeing takes time too.
//!
//! There is one place between the two sides, and whoever puts something in takes out what is there:
//!
//! | the place holds | put there by | then |
//! |---|---|---|
//! | nothing | | |
//! | a fresh value | the sender | the receiver swaps it for its old one, or the sender for a fresher one |
//! | a stale value | the receiver | the sender takes it out and frees it |
//!
//! So the way back can't be full: the fresh value leaves in the same swap that puts the stale one
//! there. A value that was never taken is freed by the sender that replaces it. The last side that is
//! dropped frees what the place holds.
//!
//! Two bounded queues would do it without `unsafe`, but then a value that waits could not be replaced,
//! and the way back would be a second place that can be full.
#![allow(unsafe_code)]

use std::fmt;
use std::marker::PhantomData;
use std::ptr;

use super::atomic::{Arc, AtomicPtr, Ordering};

/// The value on the heap. Its address is even, so the lowest bit is free to mark a stale one.
#[repr(align(2))]
struct Node<T>(T);

const STALE: usize = 1;

/// The place between the two sides: null, a fresh node, or a stale one.
struct Slot<T> {
    place: AtomicPtr<Node<T>>,
    owns: PhantomData<Node<T>>,
}

// SAFETY: a value is handed from one thread to the other and never seen by both.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    fn is_fresh(place: *mut Node<T>) -> bool {
        !place.is_null() && place.addr() & STALE == 0
    }

    fn is_stale(place: *mut Node<T>) -> bool {
        place.addr() & STALE != 0
    }

    /// Puts `node` in and gives what was there.
    fn swap(&self, node: *mut Node<T>) -> *mut Node<T> {
        // Release: who takes the node out sees all that was done to it. Acquire: the same for the
        // node that comes out.
        self.place.swap(node, Ordering::AcqRel)
    }

    /// Frees what came out of the place.
    ///
    /// # Safety
    /// `place` came from [`Slot::swap`] and goes nowhere else.
    unsafe fn free(place: *mut Node<T>) {
        let node = place.map_addr(|address| address & !STALE);
        if !node.is_null() {
            // SAFETY: all nodes come from `Box::into_raw`, and this one is the caller's alone.
            drop(unsafe { Box::from_raw(node) });
        }
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        let last = self.swap(ptr::null_mut());
        // SAFETY: just taken out.
        unsafe { Self::free(last) };
    }
}

/// The side that makes and frees values. `[main-thread or background]`
///
/// One thread at a time: all of it needs `&mut`.
///
/// ```compile_fail,E0596
/// let (sender, _receiver) = dyad_core::sync::handover::<u32>();
/// std::thread::scope(|scope| {
///     scope.spawn(|| (&sender).send(1));
///     scope.spawn(|| (&sender).send(2));
/// });
/// ```
///
/// What must stay on its thread can't be handed over:
///
/// ```compile_fail,E0277
/// dyad_core::sync::handover::<std::rc::Rc<u32>>();
/// ```
pub struct Sender<T> {
    slot: Arc<Slot<T>>,
}

/// The side that uses values. `[audio-thread]`
///
/// It takes no memory, frees none and never waits. Only dropping it frees the value that it has;
/// that belongs to the main thread, where processors are dropped.
///
/// One thread at a time, as a processor is:
///
/// ```compile_fail,E0499
/// let (mut sender, mut receiver) = dyad_core::sync::handover::<u32>();
/// sender.send(1);
/// std::thread::scope(|scope| {
///     scope.spawn(|| receiver.get_mut().is_some());
///     scope.spawn(|| receiver.get_mut().is_some());
/// });
/// ```
pub struct Receiver<T> {
    slot: Arc<Slot<T>>,
    value: Option<Box<Node<T>>>,
}

/// A hand-over slot's two sides. `[main-thread]`
///
/// ```
/// let (mut sender, mut receiver) = dyad_core::sync::handover();
/// assert!(receiver.get_mut().is_none());
/// sender.send(vec![0.5_f32; 64]);
/// sender.send(vec![0.25_f32; 64]);
/// std::thread::spawn(move || {
///     let response = receiver.get_mut().expect("one was sent");
///     assert_eq!(response[0], 0.25, "the newest");
/// });
/// ```
#[must_use]
pub fn handover<T: Send>() -> (Sender<T>, Receiver<T>) {
    let slot = Arc::new(Slot { place: AtomicPtr::new(ptr::null_mut()), owns: PhantomData });
    (Sender { slot: Arc::clone(&slot) }, Receiver { slot, value: None })
}

impl<T: Send> Sender<T> {
    /// Hands a value over. Frees the one before it where it was not taken, or else the one that came
    /// back. `[main-thread or background]`
    pub fn send(&mut self, value: T) {
        let old = self.slot.swap(Box::into_raw(Box::new(Node(value))));
        // SAFETY: just taken out.
        unsafe { Slot::free(old) };
    }

    /// Frees the value that came back, if one did, and says whether. For those who send seldom and
    /// want the memory back; [`Sender::send`] does it too. `[main-thread or background]`
    pub fn collect(&mut self) -> bool {
        // Relaxed: the swap synchronises. A stale value stays until this side takes it.
        let stale = Slot::is_stale(self.slot.place.load(Ordering::Relaxed));
        if stale {
            let old = self.slot.swap(ptr::null_mut());
            // SAFETY: just taken out.
            unsafe { Slot::free(old) };
        }
        stale
    }
}

impl<T: Send> Receiver<T> {
    /// Whether a new value waits. One plain load. `[audio-thread]`
    ///
    /// For those who fade the old one out first: while they do not take the new one, they keep the old.
    #[inline]
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        // Relaxed: the swap synchronises.
        Slot::is_fresh(self.slot.place.load(Ordering::Relaxed))
    }

    /// Takes the new value if there is one, gives the old one back to be freed, and says whether it
    /// did. A plain load where there is nothing new, and one swap where there is. `[audio-thread]`
    #[inline]
    pub fn take(&mut self) -> bool {
        let waiting = self.is_waiting();
        if waiting {
            self.exchange();
        }
        waiting
    }

    fn exchange(&mut self) {
        let old = self.value.take().map_or(ptr::null_mut(), Box::into_raw);
        let old = if old.is_null() { old } else { old.map_addr(|address| address | STALE) };
        // A fresh value stays until this side takes it, or becomes a fresher one.
        let new = self.slot.swap(old);
        debug_assert!(Slot::is_fresh(new));
        // SAFETY: fresh, so from `Box::into_raw` in `send`; just taken out, so ours alone.
        self.value = Some(unsafe { Box::from_raw(new) });
    }

    /// The newest value, which is taken first if it waits. `[audio-thread]`
    #[inline]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.take();
        self.value.as_deref_mut().map(|node| &mut node.0)
    }

    /// The value that was taken last. `[audio-thread]`
    #[inline]
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.value.as_deref().map(|node| &node.0)
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("handover::Sender")
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("handover::Receiver")
    }
}

#[cfg(test)]
#[path = "slot_tests.rs"]
mod tests;
