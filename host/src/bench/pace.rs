//! How round trips follow one another.

use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::thread::{ClockId, Timespec, clock_nanosleep_absolute};
use rustix::time::clock_gettime;

use super::Summary;
use crate::error::{Error, Result};

/// How round trips follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// The next one at once: caches are warm and no core falls asleep.
    Hot,
    /// One in every such time, and both sides asleep between: as in an audio system.
    Paced(Duration),
}

impl Pace {
    /// One for every 64 frames at 48 kHz.
    pub(crate) const AUDIO: Self = Self::Paced(Duration::from_nanos(64 * 1_000_000_000 / 48_000));

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hot => "hot",
            Self::Paced(_) => "paced",
        }
    }

    /// Times `count` round trips, after a tenth as many that do not count.
    pub(crate) fn time(self, count: usize, mut trip: impl FnMut() -> Result<()>) -> Result<Summary> {
        let warm_up = count / 10;
        let mut times = Vec::with_capacity(count);
        let mut due = clock_gettime(ClockId::Monotonic);
        for number in 0..warm_up + count {
            if let Self::Paced(period) = self {
                due = later(due, period);
                sleep_until(&due)?;
            }
            let start = Instant::now();
            trip()?;
            let time = start.elapsed();
            if number >= warm_up {
                times.push(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
            }
        }
        Ok(Summary::of(times))
    }
}

fn later(time: Timespec, by: Duration) -> Timespec {
    let nanoseconds = time.tv_nsec + i64::from(by.subsec_nanos());
    let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
    Timespec {
        tv_sec: time.tv_sec.saturating_add(seconds).saturating_add(nanoseconds / 1_000_000_000),
        tv_nsec: nanoseconds % 1_000_000_000,
    }
}

fn sleep_until(due: &Timespec) -> Result<()> {
    loop {
        match clock_nanosleep_absolute(ClockId::Monotonic, due) {
            Ok(()) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(e) => return Err(Error::system("wait for the next round trip")(e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warm_up_is_left_out() {
        let mut trips = 0;
        let summary = Pace::Hot.time(50, || {
            trips += 1;
            Ok(())
        });
        assert!(summary.unwrap().max >= 0.0);
        assert_eq!(trips, 55);
    }

    #[test]
    fn seconds_carry() {
        let time = Timespec { tv_sec: 1, tv_nsec: 900_000_000 };
        let sum = later(time, Duration::from_millis(1200));
        assert_eq!((sum.tv_sec, sum.tv_nsec), (3, 100_000_000));
    }
}
