//! Looking for the other side instead of sleeping, where that is the shorter way.

use std::time::{Duration, Instant};

/// How long one side looks out for the other before it goes to sleep: waking up costs more than a short wait, where
/// the other side runs on another core, and nothing is gained where it does not. It learns which of the two it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookOut {
    now: Duration,
    /// How often it was left out since the last one.
    rested: u32,
}

impl LookOut {
    /// About what it costs to put a thread to sleep and to wake it on another core.
    const LONGEST: Duration = Duration::from_micros(50);
    /// Shorter ones are left out.
    const SHORTEST: Duration = Duration::from_micros(1);
    /// After so many times without a look-out one is tried again.
    const RETRY: u32 = 512;
    /// So often between two looks at the clock, which costs more than a look at a number.
    const LOOKS: u32 = 64;

    pub(crate) fn new() -> Self {
        Self { now: Self::LONGEST, rested: 0 }
    }

    /// Looks until `is_there`, for as long as that seems to pay and not beyond `until`; whether it is.
    pub(crate) fn keep(&mut self, until: Option<Instant>, is_there: impl Fn() -> bool) -> bool {
        if is_there() {
            return true;
        }
        if self.now < Self::SHORTEST {
            self.rested += 1;
            if self.rested < Self::RETRY {
                return false;
            }
            self.now = Self::LONGEST;
        }
        let end = Instant::now() + self.now;
        let end = until.map_or(end, |until| until.min(end));
        let found = look_out(end, &is_there);
        self.now = match (found, self.rested) {
            (true, _) => Self::LONGEST,
            (false, 0) => self.now / 4,
            // Tried again in vain.
            (false, _) => Duration::ZERO,
        };
        self.rested = 0;
        found
    }
}

/// Looks until `is_there`, or until `end`; whether it is.
pub(crate) fn look_out(end: Instant, is_there: impl Fn() -> bool) -> bool {
    loop {
        for _ in 0..LookOut::LOOKS {
            if is_there() {
                return true;
            }
            std::hint::spin_loop();
        }
        if Instant::now() >= end {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn it_is_kept_as_long_as_it_pays_and_tried_again() {
        let mut look_out = LookOut::new();
        let looks = Cell::new(0);
        let never = || {
            looks.set(looks.get() + 1);
            false
        };
        // 50, 12.5 and 3.1 microseconds, and none any more.
        (0..3).for_each(|_| assert!(!look_out.keep(None, never)));
        for _ in 1..LookOut::RETRY {
            looks.set(0);
            assert!(!look_out.keep(None, never));
            assert_eq!(looks.get(), 1);
        }
        let soon = || {
            looks.set(looks.get() + 1);
            looks.get() > 2
        };
        looks.set(0);
        assert!(look_out.keep(None, soon), "tried again, and found");
        looks.set(0);
        assert!(look_out.keep(None, soon), "so it is kept");
    }

    #[test]
    fn nobody_looks_beyond_the_end() {
        let mut look_out = LookOut::new();
        let looks = Cell::new(0);
        let never = || {
            looks.set(looks.get() + 1);
            false
        };
        assert!(!look_out.keep(Some(Instant::now()), never));
        assert_eq!(looks.get(), 1 + LookOut::LOOKS);
    }
}
