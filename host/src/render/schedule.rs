//! Which frames make a block, and which changes fall into it.

use crate::error::{Error, Result};
use crate::shared::Change;

use crate::shared::MAX_BLOCK;

/// Block sizes that follow each other, over and over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSizes(Vec<u32>);

impl BlockSizes {
    /// Reads `N` or `N,N,…`.
    ///
    /// # Errors
    /// [`Error::Usage`] where one is no size.
    pub fn parse(text: &str) -> Result<Self> {
        let size = |text: &str| {
            let size = text.trim().parse::<u32>().ok();
            size.filter(|size| (1..=MAX_BLOCK).contains(size)).ok_or_else(|| {
                Error::Usage(format!(
                    "--block {text:?}: expected a whole number of frames from 1 to {MAX_BLOCK}"
                ))
            })
        };
        text.split(',').map(size).collect::<Result<_>>().map(Self)
    }

    /// The longest of them.
    #[must_use]
    pub fn max(&self) -> u32 {
        self.0.iter().copied().max().unwrap_or(1)
    }

    /// The sizes from the first on, without end.
    pub fn cycle(&self) -> impl Iterator<Item = u32> {
        self.0.iter().copied().cycle()
    }
}

impl Default for BlockSizes {
    fn default() -> Self {
        Self(vec![512])
    }
}

/// Frames from one point of a ramp to the next.
pub(super) const RAMP: u64 = 32;

/// A parameter goes from one value to another in a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ramp {
    /// The parameter.
    pub(super) index: u32,
    /// The frame that has the first value.
    pub(super) from: u64,
    /// The frame that has the last value, which is a change of its own.
    pub(super) to: u64,
    /// Plain value at `from`.
    pub(super) start: f64,
    /// Plain value at `to`.
    pub(super) end: f64,
}

impl Ramp {
    /// The points between both ends that lie within these frames, with plain values.
    fn points(&self, within: std::ops::Range<u64>) -> impl Iterator<Item = (u64, f64)> + use<'_> {
        let first = within.start.saturating_sub(self.from).div_ceil(RAMP).max(1);
        let frames = (first..).map(|step| self.from + step * RAMP);
        let end = self.to.min(within.end);
        frames.take_while(move |frame| *frame < end).map(|frame| {
            let part = (frame - self.from) as f64 / (self.to - self.from) as f64;
            (frame, self.start + (self.end - self.start) * part)
        })
    }
}

/// Parameter changes of the whole rendering.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    /// `(frame, parameter, native value)`, in order once [`sort`](Self::sort) was called.
    changes: Vec<(u64, u32, f64)>,
    next: usize,
    ramps: Vec<Ramp>,
    next_ramp: usize,
    active: Vec<Ramp>,
}

impl Schedule {
    /// Adds a change.
    pub(super) fn change(&mut self, frame: u64, index: u32, native: f64) {
        self.changes.push((frame, index, native));
    }

    /// Adds what lies between two changes.
    pub(super) fn ramp(&mut self, ramp: Ramp) {
        self.ramps.push(ramp);
    }

    /// Brings everything into order; of several changes of one parameter at one frame the last
    /// counts.
    pub(super) fn sort(&mut self) {
        self.changes.reverse();
        self.changes.sort_by_key(|(frame, index, _)| (*frame, *index));
        self.changes.dedup_by_key(|(frame, index, _)| (*frame, *index));
        self.ramps.sort_by_key(|ramp| ramp.from);
    }

    /// Fills `block` with the changes among the `frames` from `start` on. `delay` is how late the
    /// audio is here: what comes later than the very start comes later by as much. `native` makes
    /// a plain value the format's own.
    pub(super) fn take(
        &mut self,
        start: u64,
        frames: u32,
        delay: u64,
        block: &mut Vec<Change>,
        mut native: impl FnMut(u32, f64) -> Result<f64>,
    ) -> Result<()> {
        block.clear();
        let end = start + u64::from(frames);
        let late = |frame: u64| if frame == 0 { 0 } else { frame + delay };
        while let Some((frame, index, native)) = self.changes.get(self.next).copied()
            && late(frame) < end
        {
            let offset = late(frame).saturating_sub(start) as u32;
            block.push(Change { index, offset, native });
            self.next += 1;
        }
        let here = start.saturating_sub(delay)..end.saturating_sub(delay);
        while let Some(ramp) = self.ramps.get(self.next_ramp)
            && ramp.from < here.end
        {
            self.active.push(*ramp);
            self.next_ramp += 1;
        }
        if self.active.is_empty() {
            return Ok(());
        }
        for ramp in &self.active {
            for (frame, plain) in ramp.points(here.clone()) {
                let offset = (frame + delay - start) as u32;
                block.push(Change { index: ramp.index, offset, native: native(ramp.index, plain)? });
            }
        }
        self.active.retain(|ramp| ramp.to > here.end);
        block.sort_by_key(|change| (change.offset, change.index));
        Ok(())
    }

    /// What every changed parameter has in the end.
    pub(super) fn last_values(&self) -> Vec<(u32, f64)> {
        let mut last: Vec<(u32, f64)> = Vec::new();
        for (_, index, native) in &self.changes {
            match last.iter_mut().find(|(other, _)| other == index) {
                Some((_, value)) => *value = *native,
                None => last.push((*index, *native)),
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let sizes = BlockSizes::parse("1,16,8192").unwrap();
        assert_eq!(sizes.max(), 8192);
        assert_eq!(sizes.cycle().take(4).collect::<Vec<_>>(), [1, 16, 8192, 1]);
        for bad in ["", "0", "8193", "64,", "-1", "x", "1.5", "99999999999"] {
            let error = BlockSizes::parse(bad).unwrap_err().to_string();
            assert!(error.contains("1 to 8192"), "{error}");
        }
    }

    fn schedule(changes: &[(u64, u32, f64)]) -> Schedule {
        let mut schedule = Schedule::default();
        for (frame, index, native) in changes {
            schedule.change(*frame, *index, *native);
        }
        schedule
    }

    fn take(schedule: &mut Schedule, start: u64, frames: u32, delay: u64) -> Vec<(u32, u32, f64)> {
        let mut block = vec![];
        schedule.take(start, frames, delay, &mut block, |_, plain| Ok(plain * 10.0)).unwrap();
        block.iter().map(|change| (change.offset, change.index, change.native)).collect()
    }

    #[test]
    fn changes_fall_into_their_blocks() {
        let mut schedule = schedule(&[(0, 1, 0.1), (70, 2, 0.5), (64, 1, 0.2), (64, 1, 0.3), (0, 1, 0.0)]);
        schedule.sort();
        let mut late = schedule.clone();
        assert_eq!(take(&mut schedule, 0, 64, 0), [(0, 1, 0.0)]);
        assert_eq!(take(&mut schedule, 64, 64, 0), [(0, 1, 0.3), (6, 2, 0.5)]);
        assert_eq!(take(&mut schedule, 128, 64, 0), []);
        assert_eq!(schedule.last_values(), [(1, 0.3), (2, 0.5)]);
        // What holds from the start on is never late.
        assert_eq!(take(&mut late, 0, 64, 60), [(0, 1, 0.0)]);
        assert_eq!(take(&mut late, 64, 64, 60), [(60, 1, 0.3)]);
        assert_eq!(take(&mut late, 128, 64, 60), [(2, 2, 0.5)]);
    }

    #[test]
    fn ramps_are_the_same_in_blocks_of_any_size() {
        let mut first = schedule(&[(10, 0, 0.0), (138, 0, 80.0), (74, 3, 1.0)]);
        first.ramp(Ramp { index: 0, from: 10, to: 138, start: 0.0, end: 8.0 });
        first.sort();
        let expected =
            [(10, 0, 0.0), (42, 0, 20.0), (74, 0, 40.0), (74, 3, 1.0), (106, 0, 60.0), (138, 0, 80.0)];
        for delay in [0, 7, 100] {
            for size in [1, 5, 32, 64, 1000] {
                let mut schedule = first.clone();
                let mut all = vec![];
                for start in (0..300).step_by(size) {
                    let block = take(&mut schedule, start, size as u32, delay);
                    all.extend(
                        block
                            .iter()
                            .map(|(at, index, value)| (start + u64::from(*at) - delay, *index, *value)),
                    );
                }
                assert_eq!(all, expected, "blocks of {size}, late by {delay}");
            }
        }
    }
}
