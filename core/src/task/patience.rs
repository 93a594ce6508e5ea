//! How long something has waited, noticed by looking at it now and then.
//!
//! The audio thread can't note the time when it asks for something, since reading a clock may be a
//! system call. So whoever looks remembers when it first saw the thing wait.

use std::time::{Duration, Instant};

/// How long others have to do what is theirs to do before somebody else steps in.
pub const PATIENCE: Duration = Duration::from_millis(200);

/// Since when something waits, as far as one onlooker knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    since: Option<(u64, Instant)>,
}

impl Patience {
    /// Looks once more: whether it has waited for [`PATIENCE`] now.
    ///
    /// `waiting` says `None` where nothing waits, and else a number that changes whenever somebody served
    /// what waited before; so a queue that is always full and always served is never late.
    ///
    /// The clock is read on both sides of a look, and what is between two looks alone counts: an onlooker
    /// that is kept from running within one must not take its own rest for somebody else's.
    pub fn is_out(
        &mut self,
        waiting: impl FnOnce() -> Option<u64>,
        mut clock: impl FnMut() -> Instant,
    ) -> bool {
        let before = clock();
        self.since = match (waiting(), self.since) {
            (None, _) => None,
            (Some(served), Some(since)) if since.0 == served => Some(since),
            (Some(served), _) => Some((served, clock())),
        };
        self.since.is_some_and(|(_, since)| before.saturating_duration_since(since) >= PATIENCE)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_unserved_is_late() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut patience = Patience::default();
        assert!(!patience.is_out(|| None, || at(0)));
        assert!(!patience.is_out(|| Some(0), || at(500)), "seen for the first time");
        assert!(!patience.is_out(|| Some(0), || at(699)));
        assert!(patience.is_out(|| Some(0), || at(700)));
        assert!(patience.is_out(|| Some(0), || at(900)), "still");
        assert!(!patience.is_out(|| Some(1), || at(901)), "served, and more came");
        assert!(!patience.is_out(|| Some(2), || at(1200)));
        assert!(!patience.is_out(|| None, || at(1300)));
        assert!(!patience.is_out(|| Some(2), || at(1500)), "nothing waited in between");
        assert!(patience.is_out(|| Some(2), || at(1700)));
    }

    #[test]
    fn a_rest_within_a_look_is_the_onlookers_own() {
        let start = Instant::now();
        let time = std::cell::Cell::new(start);
        let later = |ms| time.set(time.get() + Duration::from_millis(ms));
        let mut patience = Patience::default();
        let rests_first = || {
            later(500);
            Some(0)
        };
        assert!(!patience.is_out(rests_first, || time.get()));
        later(100);
        assert!(!patience.is_out(|| Some(0), || time.get()), "100 ms after it was first seen");
        later(99);
        assert!(!patience.is_out(rests_first, || time.get()), "and the look that ends later began at 199");
        assert!(patience.is_out(|| Some(0), || time.get()));
    }
}
