//! What the audio thread counts and everybody may read.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

/// Counters since the start; only the audio thread and the driver's own write them. `[any thread]`
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Frames that were played.
    frames: AtomicU64,
    /// Time that went into them, and what was there for it, in nanoseconds.
    busy: AtomicU64,
    there: AtomicU64,
    /// The highest load of a block, in thousandths.
    peak: AtomicU32,
    /// Times that the driver lost sound.
    pub(super) xruns: Counter,
    /// MIDI messages that went to the plugins.
    pub(super) midi_in: Counter,
    /// MIDI messages that came from them.
    pub(super) midi_out: Counter,
    /// MIDI messages without room, or longer than plugins take.
    pub(super) midi_dropped: Counter,
    /// What the audio thread asked of the allocator. It is to be nothing.
    pub(super) allocations: Counter,
}

/// A number that only goes up.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, more: u64) {
        if more > 0 {
            // Each stands for itself.
            self.0.fetch_add(more, Ordering::Relaxed);
        }
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How much of the time there was has been needed, from one look to the next.
#[derive(Debug, Default)]
pub(super) struct Load {
    busy: u64,
    there: u64,
}

impl Meter {
    /// Notes a block. `[audio-thread]`
    pub(super) fn note(&self, frames: u32, rate: u32, busy: Duration) {
        let there = u64::from(frames) * 1_000_000_000 / u64::from(rate.max(1));
        let busy = u64::try_from(busy.as_nanos()).unwrap_or(u64::MAX);
        self.frames.fetch_add(frames.into(), Ordering::Relaxed);
        self.busy.fetch_add(busy, Ordering::Relaxed);
        self.there.fetch_add(there, Ordering::Relaxed);
        self.peak.fetch_max(thousandths(busy, there), Ordering::Relaxed);
    }

    pub(super) fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// How long the sound lasts that was played, whatever its rate.
    pub(super) fn played(&self) -> Duration {
        Duration::from_nanos(self.there.load(Ordering::Relaxed))
    }

    /// The load since the last look, in percent; `None` where nothing was played.
    pub(super) fn load(&self, last: &mut Load) -> Option<f64> {
        let now =
            Load { busy: self.busy.load(Ordering::Relaxed), there: self.there.load(Ordering::Relaxed) };
        let (busy, there) = (now.busy.wrapping_sub(last.busy), now.there.wrapping_sub(last.there));
        *last = now;
        (there > 0).then(|| busy as f64 * 100.0 / there as f64)
    }

    /// The highest load of any block, in percent.
    pub(super) fn peak(&self) -> f64 {
        f64::from(self.peak.load(Ordering::Relaxed)) / 10.0
    }
}

fn thousandths(part: u64, whole: u64) -> u32 {
    let thousandths = u128::from(part) * 1000 / u128::from(whole.max(1));
    u32::try_from(thousandths).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_that_since_the_last_look() {
        let (meter, mut last) = (Meter::default(), Load::default());
        assert_eq!(meter.load(&mut last), None);
        meter.note(480, 48_000, Duration::from_millis(1));
        assert_eq!(meter.load(&mut last), Some(10.0));
        meter.note(480, 48_000, Duration::from_millis(5));
        meter.note(480, 48_000, Duration::from_millis(7));
        assert_eq!(meter.load(&mut last), Some(60.0));
        assert_eq!((meter.peak(), meter.frames()), (70.0, 1440));
    }
}
