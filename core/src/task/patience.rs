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
    /// `waiting` is `None` where nothing waits, and else a number that changes whenever somebody served
    /// what waited before; so a queue that is always full and always served is never late.
    pub fn is_out(&mut self, waiting: Option<u64>, now: Instant) -> bool {
        self.since = match (waiting, self.since) {
            (None, _) => None,
            (Some(served), Some(since)) if since.0 == served => Some(since),
            (Some(served), _) => Some((served, now)),
        };
        self.since.is_some_and(|(_, since)| now.saturating_duration_since(since) >= PATIENCE)
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
        assert!(!patience.is_out(None, at(0)));
        assert!(!patience.is_out(Some(0), at(500)), "seen for the first time");
        assert!(!patience.is_out(Some(0), at(699)));
        assert!(patience.is_out(Some(0), at(700)));
        assert!(patience.is_out(Some(0), at(900)), "still");
        assert!(!patience.is_out(Some(1), at(901)), "served, and more came");
        assert!(!patience.is_out(Some(2), at(1200)));
        assert!(!patience.is_out(None, at(1300)));
        assert!(!patience.is_out(Some(2), at(1500)), "nothing waited in between");
        assert!(patience.is_out(Some(2), at(1700)));
    }
}
