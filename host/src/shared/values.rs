//! The last value of every parameter, between an audio thread and another one of the same process.
//!
//! Values and marks instead of a queue: nothing can overflow, and a parameter that moves a thousand times is
//! one value to the reader.

use std::sync::atomic::{AtomicU64, Ordering};

/// A table of native values with a mark at each one that is new.
pub(crate) struct Values {
    values: Box<[AtomicU64]>,
    /// One bit each: a value that was not taken yet.
    fresh: Box<[AtomicU64]>,
}

impl Values {
    /// A table for so many parameters, none of them known.
    pub(crate) fn new(parameters: usize) -> Self {
        Self {
            values: (0..parameters).map(|_| AtomicU64::new(f64::NAN.to_bits())).collect(),
            fresh: (0..parameters.div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
        }
    }

    /// Notes a value; one for no parameter is left out. `[audio-thread]`
    pub(crate) fn set(&self, index: u32, native: f64) {
        let index = index as usize;
        if let Some(value) = self.values.get(index) {
            value.store(native.to_bits(), Ordering::Relaxed);
            let (word, bit) = (&self.fresh[index / 64], 1 << (index % 64));
            // Release: pairs with `take`. Marked again even where it is marked, as the reader may be between
            // the mark and the value.
            word.fetch_or(bit, Ordering::Release);
        }
    }

    /// The value that a parameter was last set to.
    pub(crate) fn get(&self, index: u32) -> Option<f64> {
        let bits = self.values.get(index as usize)?.load(Ordering::Relaxed);
        Some(f64::from_bits(bits)).filter(|value| !value.is_nan())
    }

    /// Calls `found` with each value that is new since the last time.
    pub(crate) fn take(&self, mut found: impl FnMut(u32, f64)) {
        for (word, at) in self.fresh.iter().zip(0..) {
            if word.load(Ordering::Relaxed) == 0 {
                continue;
            }
            // Acquire: the values are at least as new as their marks.
            let mut marks = word.swap(0, Ordering::Acquire);
            while marks != 0 {
                let index = at * 64 + marks.trailing_zeros();
                marks &= marks - 1;
                if let Some(value) = self.get(index) {
                    found(index, value);
                }
            }
        }
    }

    /// For how many parameters it is.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Calls `found` with each value that is known.
    pub(crate) fn each_known(&self, mut found: impl FnMut(u32, f64)) {
        for index in 0..self.values.len() as u32 {
            if let Some(value) = self.get(index) {
                found(index, value);
            }
        }
    }

    /// All that is known.
    pub(crate) fn known(&self) -> Vec<(u32, f64)> {
        let mut known = Vec::new();
        self.each_known(|index, value| known.push((index, value)));
        known
    }

    /// Knows these again, but for those that were set since.
    pub(crate) fn remember(&self, known: &[(u32, f64)]) {
        for (index, native) in known {
            if self.get(*index).is_none() {
                self.set(*index, *native);
            }
        }
    }

    /// Knows nothing any more.
    pub(crate) fn forget(&self) {
        for value in &self.values {
            value.store(f64::NAN.to_bits(), Ordering::Relaxed);
        }
        for word in &self.fresh {
            word.store(0, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_taken() {
        let values = Values::new(130);
        for (index, value) in [(0, 0.5), (129, -1.0), (64, 2.0), (130, 9.0), (64, 3.0)] {
            values.set(index, value);
        }
        let mut taken = vec![];
        values.take(|index, value| taken.push((index, value)));
        assert_eq!(taken, [(0, 0.5), (64, 3.0), (129, -1.0)]);
        values.take(|index, _| panic!("{index} is not new"));
        assert_eq!(values.known(), taken);
        values.set(1, 1.0);
        values.take(|index, _| assert_eq!(index, 1));
        let known = values.known();
        values.forget();
        assert_eq!((values.known(), values.get(0)), (vec![], None));
        values.set(1, 7.0);
        values.remember(&known);
        assert_eq!((values.get(0), values.get(1)), (Some(0.5), Some(7.0)), "what came since is newer");
    }
}
