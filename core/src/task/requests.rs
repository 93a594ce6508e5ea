//! What a plugin wants of its host, noted by any thread and passed on by the main thread.
//!
//! A latency may change on the audio thread, but hosts want to hear of it on the main thread. So the one
//! sets a bit and the other takes all bits that are set.

use crate::sync::atomic::{AtomicU32, Ordering};

/// One thing that a host can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[non_exhaustive]
pub enum Request {
    /// The latency has changed; the host reads it again.
    LatencyChanged = 1 << 0,
    /// The tail has changed; the host reads it again.
    TailChanged = 1 << 1,
    /// There is something to save that no parameter shows.
    StateDirty = 1 << 2,
    /// The plugin set parameters by itself; the host reads all values again.
    ParamValuesChanged = 1 << 3,
    /// Names, units or texts of parameters have changed.
    ParamInfoChanged = 1 << 4,
    /// The editor wants another size.
    Resize = 1 << 5,
}

/// A set of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestSet(u32);

impl RequestSet {
    /// Whether it holds this one.
    #[must_use]
    pub fn has(self, request: Request) -> bool {
        self.0 & request as u32 != 0
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// With this one too.
    #[must_use]
    pub fn with(self, request: Request) -> Self {
        Self(self.0 | request as u32)
    }
}

/// The requests that the host has not heard of yet.
#[derive(Debug)]
pub struct Requests {
    raised: AtomicU32,
    /// How often requests were taken.
    taken: AtomicU32,
}

impl Requests {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self { raised: AtomicU32::new(0), taken: AtomicU32::new(0) }
    }

    /// Raises a request; again is the same as once. `[any thread]`
    ///
    /// What the request is about (the latency, say) is written before it is raised, and who takes the
    /// request sees it.
    #[inline]
    pub fn raise(&self, request: Request) {
        // Release, paired with the Acquire in `take`. Not left out where the bit seems to be set
        // already: it may just be on its way out, and who takes it would not see the newer value.
        self.raised.fetch_or(request as u32, Ordering::Release);
    }

    /// Takes all requests. A plain load where there are none. `[main-thread]`
    pub fn take(&self) -> RequestSet {
        // Relaxed: the swap synchronises.
        if self.raised.load(Ordering::Relaxed) == 0 {
            return RequestSet::default();
        }
        // Relaxed: only tells that somebody was here.
        self.taken.fetch_add(1, Ordering::Relaxed);
        // Acquire, paired with the Release in `raise`.
        RequestSet(self.raised.swap(0, Ordering::Acquire))
    }

    /// What waits to be taken. `[any thread]`
    #[must_use]
    pub fn peek(&self) -> RequestSet {
        // Relaxed: a hint.
        RequestSet(self.raised.load(Ordering::Relaxed))
    }

    /// For [`Poll::main_waiting`](super::Poll::main_waiting) and [`Patience`]. `[any thread]`
    #[must_use]
    pub fn waiting(&self) -> Option<u64> {
        // Relaxed: hints.
        let waits = self.raised.load(Ordering::Relaxed) != 0;
        waits.then(|| u64::from(self.taken.load(Ordering::Relaxed)))
    }
}

impl Default for Requests {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn each_is_taken_once_however_often_it_was_raised() {
        let requests = Requests::new();
        assert!(requests.take().is_empty());
        requests.raise(Request::LatencyChanged);
        requests.raise(Request::StateDirty);
        requests.raise(Request::LatencyChanged);
        let expected = RequestSet::default().with(Request::StateDirty).with(Request::LatencyChanged);
        assert_eq!(requests.peek(), expected);
        let taken = requests.take();
        assert_eq!(taken, expected);
        assert!(taken.has(Request::LatencyChanged) && !taken.has(Request::Resize));
        assert!(requests.take().is_empty());
    }

    #[test]
    fn what_waits_has_a_number_for_each_time_somebody_came() {
        let requests = Requests::new();
        assert_eq!(requests.waiting(), None);
        requests.raise(Request::Resize);
        assert_eq!((requests.waiting(), requests.waiting()), (Some(0), Some(0)));
        requests.take();
        assert_eq!(requests.waiting(), None);
        requests.raise(Request::Resize);
        assert_eq!(requests.waiting(), Some(1), "taken and raised anew");
    }
}

#[cfg(all(test, loom))]
mod every_order {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    #[test]
    fn loom_who_takes_a_request_last_sees_the_newest_value() {
        loom::model(|| {
            let shared = Arc::new((Requests::new(), AtomicU32::new(0)));
            let audio = {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    for latency in 1..=2 {
                        shared.1.store(latency, Ordering::Relaxed);
                        shared.0.raise(Request::LatencyChanged);
                    }
                })
            };
            let mut told = 0;
            let mut serve = || {
                if shared.0.take().has(Request::LatencyChanged) {
                    told = shared.1.load(Ordering::Relaxed);
                }
            };
            serve();
            audio.join().unwrap();
            serve();
            assert_eq!(told, 2, "the host has heard of the last one");
        });
    }
}
