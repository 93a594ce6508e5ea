//! In which order places were taken, without a search.

/// No place.
const NONE: u8 = u8::MAX;

/// Lists of places `0..N`, at most one of which each place is in; the oldest is first.
#[derive(Clone, Debug)]
pub(crate) struct Order<const N: usize, const LISTS: usize> {
    lists: [List; LISTS],
    links: [Link; N],
}

#[derive(Clone, Copy, Debug)]
struct List {
    first: u8,
    last: u8,
    len: u8,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    list: u8,
    before: u8,
    after: u8,
}

impl<const N: usize, const LISTS: usize> Order<N, LISTS> {
    pub(crate) const fn new() -> Self {
        assert!(N < NONE as usize && LISTS < NONE as usize);
        Self {
            lists: [List { first: NONE, last: NONE, len: 0 }; LISTS],
            links: [Link { list: NONE, before: NONE, after: NONE }; N],
        }
    }

    pub(crate) fn len(&self, list: usize) -> usize {
        usize::from(self.lists[list].len)
    }

    /// The place that has been in a list for the longest time.
    pub(crate) fn first(&self, list: usize) -> Option<usize> {
        place(self.lists[list].first)
    }

    /// The one that came into the same list next.
    pub(crate) fn after(&self, at: usize) -> Option<usize> {
        place(self.links[at].after)
    }

    /// Puts a place at a list's end, out of the one that it was in.
    pub(crate) fn put(&mut self, at: usize, list: usize) {
        self.take(at);
        let last = std::mem::replace(&mut self.lists[list].last, at as u8);
        self.links[at] = Link { list: list as u8, before: last, after: NONE };
        match place(last) {
            Some(last) => self.links[last].after = at as u8,
            None => self.lists[list].first = at as u8,
        }
        self.lists[list].len += 1;
    }

    /// Takes a place out of the list that it is in.
    pub(crate) fn take(&mut self, at: usize) {
        let none = Link { list: NONE, before: NONE, after: NONE };
        let Link { list, before, after } = std::mem::replace(&mut self.links[at], none);
        let Some(list) = place(list) else { return };
        match place(before) {
            Some(before) => self.links[before].after = after,
            None => self.lists[list].first = after,
        }
        match place(after) {
            Some(after) => self.links[after].before = before,
            None => self.lists[list].last = before,
        }
        self.lists[list].len -= 1;
    }
}

fn place(at: u8) -> Option<usize> {
    (at != NONE).then_some(usize::from(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(order: &Order<5, 2>, list: usize) -> Vec<usize> {
        std::iter::successors(order.first(list), |at| order.after(*at)).collect()
    }

    #[test]
    fn places_come_out_in_the_order_in_which_they_went_in() {
        let mut order = Order::<5, 2>::new();
        for at in [3, 0, 4, 1] {
            order.put(at, 0);
        }
        order.put(0, 1);
        order.put(3, 1);
        order.put(1, 1);
        assert_eq!((all(&order, 0), all(&order, 1)), (vec![4], vec![0, 3, 1]));
        order.put(3, 0);
        order.put(0, 0);
        assert_eq!((all(&order, 0), all(&order, 1)), (vec![4, 3, 0], vec![1]));
        assert_eq!((order.len(0), order.len(1)), (3, 1));
        order.put(1, 1);
        assert_eq!(all(&order, 1), [1], "again into the same");
        order.take(3);
        order.take(3);
        assert_eq!((all(&order, 0), order.len(0)), (vec![4, 0], 2));
    }
}
