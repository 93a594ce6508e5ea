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

/// Parameter changes of the whole rendering, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    changes: Vec<(u64, u32, f64)>,
    next: usize,
}

impl Schedule {
    /// Takes `(frame, parameter, native value)`; of several for one parameter at one frame the last
    /// counts.
    pub(super) fn new(mut changes: Vec<(u64, u32, f64)>) -> Self {
        changes.reverse();
        changes.sort_by_key(|(frame, index, _)| (*frame, *index));
        changes.dedup_by_key(|(frame, index, _)| (*frame, *index));
        Self { changes, next: 0 }
    }

    /// Fills `block` with the changes among the `frames` from `start` on.
    pub(super) fn take(&mut self, start: u64, frames: u32, block: &mut Vec<Change>) {
        block.clear();
        while let Some((frame, index, native)) = self.changes.get(self.next).copied()
            && frame < start + u64::from(frames)
        {
            let offset = frame.saturating_sub(start) as u32;
            block.push(Change { index, offset, native });
            self.next += 1;
        }
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

    #[test]
    fn changes_fall_into_their_blocks() {
        let mut schedule =
            Schedule::new(vec![(0, 1, 0.1), (70, 2, 0.5), (64, 1, 0.2), (64, 1, 0.3), (0, 1, 0.0)]);
        let mut block = vec![];
        schedule.take(0, 64, &mut block);
        assert_eq!(block, [Change { index: 1, offset: 0, native: 0.0 }]);
        schedule.take(64, 64, &mut block);
        let expected =
            [Change { index: 1, offset: 0, native: 0.3 }, Change { index: 2, offset: 6, native: 0.5 }];
        assert_eq!(block, expected);
        schedule.take(128, 64, &mut block);
        assert!(block.is_empty());
        assert_eq!(schedule.last_values(), [(1, 0.3), (2, 0.5)]);
    }
}
