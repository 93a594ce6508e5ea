//! The parameter values that every thread can see.
//!
//! One number for each parameter, in plain units. The main thread reads them to show and save
//! them; the audio cycle writes what it applied. In the other direction, values that the main
//! thread *loads* (a session, a preset) are marked, and the cycle takes them at the start of the
//! next block. There is no lock: each value is an atomic number, and a mark says which to look at.
//!
//! What this does not promise: two values that were loaded together may reach the sound in two
//! neighbouring blocks if the load happens exactly while a block starts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Values of all parameters, by their position in the description.
#[derive(Debug)]
pub struct Store {
    values: Box<[AtomicU64]>,
    marked: Box<[AtomicU64]>,
    any_marked: AtomicBool,
}

impl Store {
    /// A store with these values. `[main-thread]`
    #[must_use]
    pub fn new(values: impl Iterator<Item = f64>) -> Self {
        let values: Box<[_]> = values.map(|v| AtomicU64::new(v.to_bits())).collect();
        let marked = (0..values.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { values, marked, any_marked: AtomicBool::new(false) }
    }

    /// Number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The plain value, NaN where there is no such parameter. `[thread-safe]`
    #[must_use]
    pub fn get(&self, index: usize) -> f64 {
        // Relaxed: a value means nothing beside another one.
        self.values.get(index).map_or(f64::NAN, |v| f64::from_bits(v.load(Ordering::Relaxed)))
    }

    /// Notes a value that the sound side has, or will get from the host by itself.
    /// `[thread-safe, wait-free]`
    pub fn note(&self, index: usize, plain: f64) {
        if let Some(value) = self.values.get(index) {
            // Relaxed: see `get`.
            value.store(plain.to_bits(), Ordering::Relaxed);
        }
    }

    /// Sets a value and marks it for the audio cycle. `[main-thread]`
    pub fn load(&self, index: usize, plain: f64) {
        if index >= self.values.len() {
            return;
        }
        self.note(index, plain);
        if let Some(word) = self.marked.get(index / 64) {
            // Release, paired with the Acquire in `take`: who sees the mark sees the value.
            word.fetch_or(1 << (index % 64), Ordering::Release);
            // Release: who sees the flag sees the mark.
            self.any_marked.store(true, Ordering::Release);
        }
    }

    /// Hands out the marked values and clears their marks. Costs one plain load where nothing is
    /// marked. `[audio-thread]`
    #[inline]
    pub fn take(&self, mut apply: impl FnMut(usize, f64)) {
        // Relaxed: only a hint; the swap below synchronises.
        if !self.any_marked.load(Ordering::Relaxed) {
            return;
        }
        // Acquire, paired with the Release in `load`. Cleared before the marks are read, so a mark
        // that is set meanwhile raises the flag again.
        self.any_marked.swap(false, Ordering::Acquire);
        for (n, word) in self.marked.iter().enumerate() {
            // Acquire, paired with the Release in `load`.
            let mut bits = word.swap(0, Ordering::Acquire);
            while bits != 0 {
                let index = n * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                apply(index, self.get(index));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_values_are_taken_once() {
        let store = Store::new((0..130).map(f64::from));
        store.note(3, -3.0);
        store.load(0, 0.5);
        store.load(129, 7.0);
        let mut taken = Vec::new();
        store.take(|index, value| taken.push((index, value)));
        assert_eq!(taken, [(0, 0.5), (129, 7.0)]);
        store.take(|_, _| panic!("nothing is marked any more"));
        assert_eq!((store.get(3), store.get(129)), (-3.0, 7.0));
        assert!(store.get(130).is_nan());
        store.load(130, 1.0);
        store.take(|_, _| panic!("no such parameter"));
    }

    #[test]
    fn nothing_that_is_loaded_while_another_thread_takes_is_lost() {
        let store = Store::new((0..64).map(|_| 0.0));
        let mut seen = [0.0; 64];
        std::thread::scope(|scope| {
            let loader = scope.spawn(|| {
                for round in 1..=1000 {
                    (0..64).for_each(|index| store.load(index, f64::from(round)));
                }
            });
            while !loader.is_finished() {
                store.take(|index, value| seen[index] = value);
            }
        });
        store.take(|index, value| seen[index] = value);
        assert_eq!(seen, [1000.0; 64]);
    }
}
