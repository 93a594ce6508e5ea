//! Columns of levels, as they came, and how far the picture has moved along.

use std::cell::Cell;
use std::collections::VecDeque;

use dyad_core::show::level;

/// The most columns that are kept: half a minute of the fastest.
pub(crate) const MAX_COLUMNS: usize = 3600;
/// The most fields of a column.
const MAX_FIELDS: usize = 8;
/// Seconds by which the picture is behind what came, so that it moves evenly where columns come in heaps.
const BEHIND: f64 = 0.08;

/// Columns by number.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    fields: usize,
    /// The number of the column after the last.
    next: u64,
    /// Column after column.
    levels: VecDeque<u8>,
    /// Whether a column came.
    there: VecDeque<bool>,
    /// Seconds that the picture has not moved by yet.
    elapsed: Cell<f64>,
    /// The number up to which the picture has moved along, with parts.
    head: Cell<f64>,
}

impl History {
    pub(super) fn take(&mut self, first: u32, fields: usize, levels: &[u8]) {
        let (first, fields_kept) = (u64::from(first), fields.min(MAX_FIELDS));
        // Numbers that go back, or far ahead, begin anew.
        let begins = fields_kept != self.fields || first < self.next || self.there.is_empty();
        if begins || first - self.next > MAX_COLUMNS as u64 {
            *self = Self { fields: fields_kept, next: first, ..Self::default() };
            self.head.set(first as f64);
        }
        for _ in self.next..first {
            self.push(false, &[]);
        }
        for column in levels.chunks_exact(fields.max(1)) {
            self.push(true, column);
        }
    }

    fn push(&mut self, there: bool, column: &[u8]) {
        if self.there.len() == MAX_COLUMNS {
            self.there.pop_front();
            self.levels.drain(..self.fields);
        }
        self.there.push_back(there);
        let levels = column.iter().copied().chain(std::iter::repeat(0));
        self.levels.extend(levels.take(self.fields));
        self.next += 1;
    }

    /// Notes that time has gone by.
    pub(super) fn advance(&mut self, elapsed: f64) {
        self.elapsed.set(self.elapsed.get() + elapsed);
    }

    /// Moves the picture along, with so many columns a second, and gives the number at its right edge.
    pub(crate) fn head(&self, pace: f64) -> f64 {
        let (elapsed, last) = (self.elapsed.take(), self.next as f64);
        let behind = last - self.head.get();
        let head = if behind > pace * (BEHIND + 0.5) {
            last - pace * BEHIND
        } else {
            // Faster where it has fallen back, slower where it runs out of columns.
            let speed = (pace + (behind - pace * BEHIND) * 4.0).max(pace * 0.5);
            (self.head.get() + speed * elapsed).min(last)
        };
        self.head.set(head);
        head
    }

    /// The level of a field in a column, in decibels; none where it did not come, or is kept no more.
    pub(crate) fn level(&self, column: u64, field: usize) -> Option<f32> {
        let back = self.next.checked_sub(column).filter(|back| *back > 0)?;
        let at = self.there.len().checked_sub(usize::try_from(back).ok()?)?;
        let there = *self.there.get(at)? && field < self.fields;
        there.then(|| self.levels.get(at * self.fields + field).copied().map(level)).flatten()
    }

    /// The number of the column after the last.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::show::code;

    fn columns(levels: &[f32]) -> Vec<u8> {
        levels.iter().map(|level| code(*level)).collect()
    }

    #[test]
    fn a_gap_in_the_numbers_is_a_gap_and_an_old_number_begins_anew() {
        let mut history = History::default();
        history.take(10, 2, &columns(&[-6.0, 0.0, -12.0, -3.0]));
        history.take(14, 2, &columns(&[-20.0, -1.0]));
        let levels: Vec<_> = (9..16).map(|column| history.level(column, 1)).collect();
        assert_eq!(levels, [None, Some(0.0), Some(-3.0), None, None, Some(-1.0), None]);
        assert_eq!((history.level(11, 0), history.level(11, 2)), (Some(-12.0), None));
        history.take(0, 2, &columns(&[-30.0, 0.0]));
        assert_eq!((history.next(), history.level(0, 0), history.level(14, 0)), (1, Some(-30.0), None));
        history.take(1, 1, &columns(&[-5.0]));
        assert_eq!((history.level(0, 0), history.level(1, 0)), (None, Some(-5.0)), "other fields");
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut history = History::default();
        for block in 0..2000 {
            history.take(block * 10, 1, &[block as u8; 10]);
        }
        assert_eq!((history.there.len(), history.levels.len()), (MAX_COLUMNS, MAX_COLUMNS));
        assert!(history.level(19_999, 0).is_some() && history.level(16_399, 0).is_none());
        history.take(u32::MAX, 200, &[0; 200]);
        assert!(history.there.len() <= 1 && history.levels.len() <= MAX_FIELDS);
    }

    #[test]
    fn the_picture_moves_evenly_and_stops_at_the_last_column() {
        let mut history = History::default();
        let (mut number, mut heads) = (0, Vec::new());
        for frame in 0..300 {
            // Sixty columns a second, that come in heaps of four.
            if frame % 4 == 0 {
                history.take(number, 1, &[100; 4]);
                number += 4;
            }
            history.advance(1.0 / 60.0);
            heads.push(history.head(60.0));
        }
        let steps = heads.windows(2).skip(60).map(|pair| pair[1] - pair[0]);
        let (least, most) = steps.fold((f64::MAX, 0.0_f64), |(a, b), step| (a.min(step), b.max(step)));
        assert!(least > 0.7 && most < 1.3, "{least} to {most} columns in a frame");
        let mut frames = 0;
        while history.head(60.0) < history.next() as f64 {
            history.advance(1.0 / 60.0);
            frames += 1;
            assert!(frames < 60, "never at rest");
        }
        assert_eq!(history.head(60.0), 300.0);
    }
}
