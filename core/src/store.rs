//! The parameter values that every thread can see.
//!
//! Each parameter has three values here, in plain units, because three sides have a say:
//!
//! | value | written by | meaning |
//! |---|---|---|
//! | sound | audio thread | what the sound side has |
//! | loaded | main thread | what a session or preset wants it to have; counted, so that one knows what was taken |
//! | shown | all | what the host's controls show; late values of an automation end up here |
//!
//! What is saved, and what the next run starts with, is [`Store::value`]: a loaded value that was not
//! taken yet, or else one that a control was set to since the last block, or else what the sound has.
//! There is no lock: each value is an atomic number. Loads are counted for each parameter, and the audio
//! side notes the count of the load that it took; marks only tell it where to look.
//!
//! What this does not promise: two values that were loaded together may reach the sound in two
//! neighbouring blocks if the load happens exactly while a block starts.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Values of all parameters, by their position in the description.
#[derive(Debug)]
pub struct Store {
    params: Box<[Values]>,
    /// A bit for each parameter that may have a loaded value to take.
    marks: Box<[AtomicU64]>,
    any_mark: AtomicBool,
    /// Blocks processed so far.
    blocks: AtomicU64,
}

#[derive(Debug)]
struct Values {
    sound: AtomicU64,
    loaded: AtomicU64,
    /// How many loads there were.
    loads: AtomicU64,
    /// The number of the load that `sound` has, or had before it moved on.
    taken: AtomicU64,
    shown: AtomicU64,
    /// `blocks` when a control was last set.
    shown_at: AtomicU64,
}

/// No block has this number.
const NEVER: u64 = u64::MAX;

fn read(value: &AtomicU64) -> f64 {
    // Relaxed: the counts order what must be ordered.
    f64::from_bits(value.load(Ordering::Relaxed))
}

impl Values {
    /// Whether there is a loaded value that the sound side does not have yet.
    fn is_waiting(&self) -> bool {
        // Acquire, paired with the Release in `take_marked`: with the number comes the value in
        // `sound`. Read first: a load that comes in between counts as waiting.
        let taken = self.taken.load(Ordering::Acquire);
        // Acquire, paired with the Release in `load`: with the number comes the loaded value.
        taken != self.loads.load(Ordering::Acquire)
    }
}

impl Store {
    /// A store with these values. `[main-thread]`
    #[must_use]
    pub fn new(values: impl Iterator<Item = f64>) -> Self {
        let new = |value: f64| AtomicU64::new(value.to_bits());
        let params: Box<[_]> = values
            .map(|v| Values {
                sound: new(v),
                loaded: new(v),
                loads: AtomicU64::new(0),
                taken: AtomicU64::new(0),
                shown: new(v),
                shown_at: AtomicU64::new(NEVER),
            })
            .collect();
        let marks = (0..params.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Self { params, marks, any_mark: AtomicBool::new(false), blocks: AtomicU64::new(0) }
    }

    /// Number of parameters.
    #[must_use]
    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// Whether there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// The value that counts: to be saved, and for the next run. NaN where there is no such
    /// parameter. `[thread-safe]`
    #[must_use]
    pub fn value(&self, index: usize) -> f64 {
        let Some(param) = self.params.get(index) else { return f64::NAN };
        if param.is_waiting() {
            return read(&param.loaded);
        }
        // Relaxed: a block more or less is no difference, see `show`.
        let blocks = self.blocks.load(Ordering::Relaxed);
        if param.shown_at.load(Ordering::Relaxed) == blocks {
            return read(&param.shown);
        }
        read(&param.sound)
    }

    /// The value that a control shows, NaN where there is no such parameter. `[thread-safe]`
    #[must_use]
    pub fn shown(&self, index: usize) -> f64 {
        self.params.get(index).map_or(f64::NAN, |param| read(&param.shown))
    }

    /// Notes what the sound side has now. `[audio-thread]`
    #[inline]
    pub fn note(&self, index: usize, plain: f64) {
        if let Some(param) = self.params.get(index) {
            // Relaxed: values mean nothing beside each other; `take_marked` orders what must be.
            param.sound.store(plain.to_bits(), Ordering::Relaxed);
            param.shown.store(plain.to_bits(), Ordering::Relaxed);
        }
    }

    /// Notes that a block was processed. `[audio-thread]`
    #[inline]
    pub fn count_block(&self) {
        // Relaxed, and no read-modify-write: only the audio thread writes it.
        let blocks = self.blocks.load(Ordering::Relaxed);
        self.blocks.store(blocks.wrapping_add(1) & (NEVER >> 1), Ordering::Relaxed);
    }

    /// Sets what a control shows. The sound side gets its values by another way; so this counts for
    /// [`Store::value`] only until the next block, by which time the host has sent the value to the
    /// sound side too, if it meant it. `[main-thread]`
    pub fn show(&self, index: usize, plain: f64) {
        if let Some(param) = self.params.get(index) {
            if param.is_waiting() {
                // A session was loaded and nobody has processed since: the edit goes with it.
                return self.load(index, plain);
            }
            param.shown.store(plain.to_bits(), Ordering::Relaxed);
            param.shown_at.store(self.blocks.load(Ordering::Relaxed), Ordering::Relaxed);
        }
    }

    /// Sets a value from a session or preset, and marks it for the audio cycle. `[main-thread]`
    pub fn load(&self, index: usize, plain: f64) {
        let Some(param) = self.params.get(index) else { return };
        param.shown.store(plain.to_bits(), Ordering::Relaxed);
        param.shown_at.store(NEVER, Ordering::Relaxed);
        param.loaded.store(plain.to_bits(), Ordering::Relaxed);
        // Release: who sees the number sees the value, or a newer one.
        param.loads.fetch_add(1, Ordering::Release);
        // Release: who sees the mark sees the number.
        self.marks[index / 64].fetch_or(bit(index), Ordering::Release);
        // Release: who sees the flag sees the mark.
        self.any_mark.store(true, Ordering::Release);
    }

    /// Hands out the loaded values that were not taken yet; `apply` must [`note`](Store::note) what
    /// it makes of each. Costs one plain load where there are none. `[audio-thread]`
    #[inline]
    pub fn take(&self, apply: impl FnMut(usize, f64)) {
        // Relaxed: only a hint; `take_marked` synchronises.
        if self.any_mark.load(Ordering::Relaxed) {
            self.take_marked(apply);
        }
    }

    #[cold]
    fn take_marked(&self, mut apply: impl FnMut(usize, f64)) {
        // Acquire, paired with the Release in `load`. Cleared before the marks are read, so a mark
        // that is set meanwhile raises the flag again.
        self.any_mark.swap(false, Ordering::Acquire);
        for (n, word) in self.marks.iter().enumerate() {
            // Acquire, paired with the Release in `load`.
            let mut bits = word.swap(0, Ordering::Acquire);
            while bits != 0 {
                let index = n * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let Some(param) = self.params.get(index) else { continue };
                // Acquire, paired with the Release in `load`.
                let number = param.loads.load(Ordering::Acquire);
                // Taken already where the value came before its mark; taking it again would undo
                // what the sound side did since.
                if number != param.taken.load(Ordering::Relaxed) {
                    apply(index, read(&param.loaded));
                    // Release: who sees the number sees what `apply` noted.
                    param.taken.store(number, Ordering::Release);
                }
            }
        }
    }

    /// Makes [`Store::value`] of each parameter what the sound has, for a run that starts with it.
    /// `[main-thread & !active]`
    pub fn settle(&self) {
        for index in 0..self.len() {
            let value = self.value(index);
            let param = &self.params[index];
            param.sound.store(value.to_bits(), Ordering::Relaxed);
            param.shown_at.store(NEVER, Ordering::Relaxed);
            param.taken.store(param.loads.load(Ordering::Relaxed), Ordering::Release);
        }
    }
}

fn bit(index: usize) -> u64 {
    1 << (index % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(store: &Store) -> Vec<(usize, f64)> {
        let mut taken = Vec::new();
        store.take(|index, value| {
            store.note(index, value);
            taken.push((index, value));
        });
        taken
    }

    #[test]
    fn loaded_values_are_taken_once() {
        let store = Store::new((0..130).map(f64::from));
        store.note(3, -3.0);
        store.load(0, 0.5);
        store.load(129, 7.0);
        assert_eq!((store.value(3), store.value(129)), (-3.0, 7.0), "it counts before it is taken");
        assert_eq!(take(&store), [(0, 0.5), (129, 7.0)]);
        assert_eq!(take(&store), []);
        assert_eq!((store.value(0), store.value(129), store.shown(129)), (0.5, 7.0, 7.0));
        assert!(store.value(130).is_nan() && store.shown(130).is_nan());
        store.load(130, 1.0);
        assert_eq!(take(&store), [], "no such parameter");
    }

    #[test]
    fn what_a_control_shows_counts_until_the_next_block_only() {
        let store = Store::new([0.0].into_iter());
        store.note(0, -20.0);
        store.show(0, -3.0);
        assert_eq!((store.value(0), store.shown(0)), (-3.0, -3.0), "nobody processes: it is an edit");
        store.count_block();
        assert_eq!((store.value(0), store.shown(0)), (-20.0, -3.0), "a late value of an automation");
        store.show(0, -6.0);
        store.settle();
        store.count_block();
        assert_eq!(store.value(0), -6.0, "an edit between two runs is the next one's value");
        store.show(0, 5.0);
        store.load(0, 1.0);
        assert_eq!((store.value(0), store.shown(0)), (1.0, 1.0), "a session wins");
        store.show(0, 2.0);
        assert_eq!((store.value(0), store.shown(0)), (2.0, 2.0), "and an edit after it");
        assert_eq!(take(&store), [(0, 2.0)]);
    }

    #[test]
    fn the_last_load_wins_whatever_the_sound_side_does_meanwhile() {
        let store = Store::new((0..64).map(|_| 0.0));
        let mut seen = [0.0; 64];
        std::thread::scope(|scope| {
            let loader = scope.spawn(|| {
                for round in 1..=20_000 {
                    for index in 0..64 {
                        store.load(index, f64::from(round));
                        assert_eq!(store.value(index), f64::from(round), "never an older one");
                    }
                }
            });
            while !loader.is_finished() {
                store.take(|index, value| {
                    seen[index] = value;
                    store.note(index, value);
                });
                store.count_block();
            }
        });
        take(&store).into_iter().for_each(|(index, value)| seen[index] = value);
        assert_eq!(seen, [20_000.0; 64]);
        assert!((0..64).all(|index| store.value(index) == 20_000.0));
    }
}
