//! Holds a reduction for as long as the look-ahead: the release begins when the sound that is turned down has passed,
//! not before it has come.
//!
//! The largest of the last frames, by a queue in which each value is larger than all that came after it: D. Lemire,
//! "Streaming Maximum-Minimum Filter Using No More than Three Comparisons per Element", 2006.

use crate::look_ahead::longest;

/// A value, and at which frame it came.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    value: f32,
    frame: u32,
}

/// The largest value of a window that ends now.
#[derive(Clone, Debug)]
pub(crate) struct Hold {
    /// A power of two long.
    queue: Box<[Entry]>,
    first: usize,
    len: usize,
    now: u32,
}

impl Hold {
    /// For windows up to the longest look-ahead at a sample rate in Hz. `[main-thread]`
    #[must_use]
    pub(crate) fn new(sample_rate: f64) -> Self {
        // The newest is there before the oldest goes.
        let room = (longest(sample_rate) + 2).next_power_of_two();
        Self { queue: vec![Entry::default(); room].into(), first: 0, len: 0, now: 0 }
    }

    /// Forgets all values.
    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    /// Puts in the place of each value the largest of it and the `window` ones before it.
    #[inline]
    pub(crate) fn hold(&mut self, window: usize, values: &mut [f32]) {
        let mask = self.queue.len() - 1;
        let window = window.min(mask - 1) as u32;
        for value in values {
            self.now = self.now.wrapping_add(1);
            while self.len > 0 && self.queue[(self.first + self.len - 1) & mask].value <= *value {
                self.len -= 1;
            }
            self.queue[(self.first + self.len) & mask] = Entry { value: *value, frame: self.now };
            self.len += 1;
            // The newest stays, so there is always one.
            while self.now.wrapping_sub(self.queue[self.first & mask].frame) > window {
                self.first = self.first.wrapping_add(1);
                self.len -= 1;
            }
            *value = self.queue[self.first & mask].value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_largest_of_the_window() {
        let noise = |n: u32| f32::from((n.wrapping_mul(2_654_435_761) >> 20) as u16 % 50);
        let input: Vec<f32> = (0..3000).map(noise).collect();
        for window in [0, 1, 7, 160] {
            let (mut hold, mut out) = (Hold::new(8_000.0), input.clone());
            out.chunks_mut(37).for_each(|chunk| hold.hold(window, chunk));
            for (n, given) in out.iter().enumerate() {
                let wanted = input[n.saturating_sub(window)..=n].iter().fold(0.0, |a: f32, b| a.max(*b));
                assert_eq!(*given, wanted, "window {window}, frame {n}");
            }
        }
    }

    #[test]
    fn falling_values_fill_it_and_a_window_may_change() {
        let mut hold = Hold::new(8_000.0);
        let mut out: Vec<f32> = (0..1000).map(|n| 2000.0 - n as f32).collect();
        let (first, rest) = out.split_at_mut(500);
        hold.hold(160, first);
        hold.hold(3, rest);
        assert_eq!((out[499], out[500], out[999]), (2000.0 - 339.0, 2000.0 - 497.0, 2000.0 - 996.0));
    }
}
