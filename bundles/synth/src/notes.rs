//! Which note is which voice, found by bisection.

use dyad::event::NoteId;

/// Things by their notes' ids, in the order of ids, which is the order in which notes began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Notes<T, const N: usize> {
    entries: [(NoteId, T); N],
    len: usize,
}

impl<T: Copy, const N: usize> Notes<T, N> {
    pub(crate) const fn new(empty: T) -> Self {
        Self { entries: [(NoteId(0), empty); N], len: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.len = 0;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len == N
    }

    fn find(&self, id: NoteId) -> Result<usize, usize> {
        self.entries[..self.len].binary_search_by(|entry| order(entry.0, id))
    }

    /// Puts something in; `false` where there is no room.
    pub(crate) fn insert(&mut self, id: NoteId, what: T) -> bool {
        let (Err(at), false) = (self.find(id), self.is_full()) else { return false };
        self.entries.copy_within(at..self.len, at + 1);
        self.entries[at] = (id, what);
        self.len += 1;
        true
    }

    pub(crate) fn get(&mut self, id: NoteId) -> Option<&mut T> {
        let at = self.find(id).ok()?;
        Some(&mut self.entries[at].1)
    }

    pub(crate) fn remove(&mut self, id: NoteId) -> Option<T> {
        let at = self.find(id).ok()?;
        let what = self.entries[at].1;
        self.entries.copy_within(at + 1..self.len, at);
        self.len -= 1;
        Some(what)
    }

    /// The one that began first.
    pub(crate) fn first(&self) -> Option<&T> {
        self.entries[..self.len].first().map(|entry| &entry.1)
    }

    /// The one that began last.
    pub(crate) fn last(&self) -> Option<&T> {
        self.entries[..self.len].last().map(|entry| &entry.1)
    }
}

/// Ids have 31 bits and begin again at 0.
fn order(a: NoteId, b: NoteId) -> std::cmp::Ordering {
    ((a.0 << 1).wrapping_sub(b.0 << 1) as i32).cmp(&0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_found_in_the_order_of_notes() {
        let mut notes = Notes::<u8, 3>::new(0);
        // Over the end of all ids.
        let ids = [NoteId((1 << 31) - 2), NoteId((1 << 31) - 1), NoteId(0), NoteId(1)];
        for (n, id) in ids[..3].iter().enumerate() {
            assert!(notes.insert(*id, n as u8));
        }
        assert!(!notes.insert(ids[3], 3), "full");
        assert_eq!((notes.first(), notes.last()), (Some(&0), Some(&2)));
        assert_eq!(notes.remove(ids[1]), Some(1));
        assert_eq!(notes.remove(ids[1]), None);
        assert!(notes.insert(ids[3], 3));
        assert_eq!((notes.get(ids[2]).copied(), notes.last()), (Some(2), Some(&3)));
    }
}
