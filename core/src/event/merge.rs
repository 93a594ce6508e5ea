//! Several sorted lists as one.

/// A place in a list of a host, at an item.
pub trait Cursor {
    /// The item's frame. A cursor never goes back: if an item's frame lies before the last one's, it
    /// says the last one's, because that item is late anyway. [`Merge`] hands out an item as
    /// soon as it is the earliest, and no sooner. `[audio-thread]`
    fn frame(&self) -> u32;

    /// Goes to the next item; false if there is none. `[audio-thread]`
    fn advance(&mut self) -> bool;
}

/// Hands out the items of several cursors in the order of frames; those of one frame in the order in
/// which the cursors were pushed. A binary heap of fixed size; with one cursor there is nothing to do.
#[derive(Debug)]
pub struct Merge<C> {
    heap: Vec<Entry<C>>,
    capacity: usize,
    pushed: u32,
    refused: u64,
}

#[derive(Debug)]
struct Entry<C> {
    /// Frame in the upper half, order of pushes in the lower.
    rank: u64,
    cursor: C,
}

impl<C: Cursor> Entry<C> {
    fn update(&mut self) {
        self.rank = u64::from(self.cursor.frame()) << 32 | self.rank & u64::from(u32::MAX);
    }
}

impl<C: Cursor> Merge<C> {
    /// Room for so many cursors. `[main-thread]`
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { heap: Vec::with_capacity(capacity), capacity, pushed: 0, refused: 0 }
    }

    /// Forgets all cursors. `[audio-thread]`
    pub fn clear(&mut self) {
        self.heap.clear();
        self.pushed = 0;
    }

    /// Adds a cursor, which is at an item. A full merge drops and counts it, and says false.
    /// `[audio-thread]`
    pub fn push(&mut self, cursor: C) -> bool {
        if self.heap.len() >= self.capacity {
            self.refused += 1;
            return false;
        }
        let mut entry = Entry { rank: u64::from(self.pushed), cursor };
        entry.update();
        self.pushed += 1;
        self.heap.push(entry);
        let mut at = self.heap.len() - 1;
        while at > 0 {
            let parent = (at - 1) / 2;
            if self.heap[parent].rank <= self.heap[at].rank {
                break;
            }
            self.heap.swap(parent, at);
            at = parent;
        }
        true
    }

    /// The frame of the next item, if there is any. `[audio-thread]`
    #[must_use]
    pub fn peek(&self) -> Option<u32> {
        self.heap.first().map(|entry| (entry.rank >> 32) as u32)
    }

    /// Hands out the items at and before `until`, each as the cursor that is at it, and gives the
    /// frame of the next one, if there is any. `[audio-thread]`
    pub fn drain(&mut self, until: u32, mut take: impl FnMut(&C)) -> Option<u32> {
        while let Some(first) = self.heap.first_mut() {
            let frame = (first.rank >> 32) as u32;
            if frame > until {
                return Some(frame);
            }
            take(&first.cursor);
            if first.cursor.advance() {
                first.update();
            } else {
                self.heap.swap_remove(0);
            }
            self.sift();
        }
        None
    }

    /// Moves the first entry down to where it belongs.
    #[inline]
    fn sift(&mut self) {
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            let Some(mut least) = self.heap.get(left).map(|entry| entry.rank) else { return };
            let mut child = left;
            if let Some(right) = self.heap.get(left + 1)
                && right.rank < least
            {
                (child, least) = (left + 1, right.rank);
            }
            if self.heap[at].rank <= least {
                return;
            }
            self.heap.swap(at, child);
            at = child;
        }
    }

    /// How many cursors were dropped since the merge was made.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Frames, and which list it is.
    struct List<'a>(&'a [u32], usize);

    impl Cursor for List<'_> {
        fn frame(&self) -> u32 {
            self.0[0]
        }

        fn advance(&mut self) -> bool {
            self.0 = &self.0[1..];
            !self.0.is_empty()
        }
    }

    fn taken(merge: &mut Merge<List<'_>>, until: u32) -> (Vec<(u32, usize)>, Option<u32>) {
        let mut items = Vec::new();
        let next = merge.drain(until, |list| items.push((list.frame(), list.1)));
        (items, next)
    }

    #[test]
    fn items_come_when_they_are_due() {
        let mut merge = Merge::new(2);
        assert_eq!((merge.peek(), taken(&mut merge, u32::MAX)), (None, (vec![], None)));
        assert!(merge.push(List(&[4, 9], 0)) && merge.push(List(&[0, 4, u32::MAX], 1)));
        assert!(!merge.push(List(&[0], 2)), "full");
        assert_eq!((merge.refused(), merge.peek()), (1, Some(0)));
        assert_eq!(taken(&mut merge, 3), (vec![(0, 1)], Some(4)));
        assert_eq!(taken(&mut merge, 3), (vec![], Some(4)));
        assert_eq!(taken(&mut merge, 4), (vec![(4, 0), (4, 1)], Some(9)));
        assert_eq!(taken(&mut merge, u32::MAX), (vec![(9, 0), (u32::MAX, 1)], None));
        assert!(merge.push(List(&[1], 0)));
        merge.clear();
        assert_eq!(merge.peek(), None);
    }

    proptest! {
        #[test]
        fn the_merge_is_a_stable_sort(
            mut lists in prop::collection::vec(prop::collection::vec(0_u32..50, 1..20), 0..12),
            mut steps in prop::collection::vec(0_u32..60, 0..5),
        ) {
            lists.iter_mut().for_each(|list| list.sort_unstable());
            steps.sort_unstable();
            steps.push(u32::MAX);
            let mut merge = Merge::new(lists.len());
            let memory = merge.heap.as_ptr();
            let mut expected = Vec::new();
            for (n, list) in lists.iter().enumerate() {
                prop_assert!(merge.push(List(list, n)));
                expected.extend(list.iter().map(|frame| (*frame, n)));
            }
            expected.sort_by_key(|item| item.0);
            let mut items = Vec::new();
            for until in steps {
                let (some, next) = taken(&mut merge, until);
                items.extend(some);
                prop_assert_eq!(next, expected.get(items.len()).map(|item| item.0));
                prop_assert!(items.last().is_none_or(|item| item.0 <= until));
                prop_assert!(next.is_none_or(|next| next > until));
            }
            prop_assert_eq!(items, expected);
            prop_assert_eq!(merge.heap.as_ptr(), memory);
        }
    }
}
