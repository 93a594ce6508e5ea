//! Lists whose links lie in tables, so that a note is found, moved and taken out without a search.

/// No place.
const NONE: u16 = u16::MAX;

/// The ends of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct List {
    head: u16,
    tail: u16,
}

impl List {
    pub(super) const EMPTY: Self = Self { head: NONE, tail: NONE };

    pub(super) fn first(self) -> Option<u16> {
        (self.head != NONE).then_some(self.head)
    }
}

/// The neighbours of each place in the list that it is in.
#[derive(Debug)]
pub(super) struct Links(Box<[Link]>);

#[derive(Clone, Copy, Debug)]
struct Link {
    previous: u16,
    next: u16,
}

impl Links {
    pub(super) fn new(places: u16) -> Self {
        Self(vec![Link { previous: NONE, next: NONE }; usize::from(places)].into())
    }

    pub(super) fn next(&self, place: u16) -> Option<u16> {
        Some(self.0[usize::from(place)].next).filter(|next| *next != NONE)
    }

    pub(super) fn push_back(&mut self, list: &mut List, place: u16) {
        self.0[usize::from(place)] = Link { previous: list.tail, next: NONE };
        match list.tail {
            NONE => list.head = place,
            tail => self.0[usize::from(tail)].next = place,
        }
        list.tail = place;
    }

    /// `place` is in `list`.
    pub(super) fn remove(&mut self, list: &mut List, place: u16) {
        let Link { previous, next } = self.0[usize::from(place)];
        match previous {
            NONE => list.head = next,
            previous => self.0[usize::from(previous)].next = next,
        }
        match next {
            NONE => list.tail = previous,
            next => self.0[usize::from(next)].previous = previous,
        }
    }
}

/// Notes by their age, and by channel and key. The links are those of the table that the notes are in.
#[derive(Debug)]
pub(super) struct Group {
    ages: List,
    /// A list for each key of each channel, its oldest note first.
    keys: Box<[List]>,
    /// Per channel a bit for each key that has notes.
    used: [u128; 16],
    len: usize,
}

/// The links of all notes of a table.
#[derive(Debug)]
pub(super) struct NoteLinks {
    ages: Links,
    keys: Links,
}

impl NoteLinks {
    pub(super) fn new(places: u16) -> Self {
        Self { ages: Links::new(places), keys: Links::new(places) }
    }
}

/// Channel and key of notes; `None` is any. What MIDI does not have fits no note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub(super) channel: Option<u8>,
    pub(super) key: Option<u8>,
}

impl Pattern {
    /// Each channel that fits.
    fn channels(self) -> std::ops::Range<usize> {
        match self.channel {
            None => 0..16,
            Some(channel @ 0..16) => usize::from(channel)..usize::from(channel) + 1,
            Some(_) => 0..0,
        }
    }

    /// A bit for each key that fits.
    fn keys(self) -> u128 {
        self.key.map_or(u128::MAX, |key| 1_u128.checked_shl(key.into()).unwrap_or(0))
    }
}

impl Group {
    pub(super) fn new() -> Self {
        Self { ages: List::EMPTY, keys: vec![List::EMPTY; 16 * 128].into(), used: [0; 16], len: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// `channel` is below 16 and `key` below 128, here and in `remove`.
    pub(super) fn add(&mut self, links: &mut NoteLinks, channel: u8, key: u8, place: u16) {
        links.ages.push_back(&mut self.ages, place);
        links.keys.push_back(&mut self.keys[index(channel, key)], place);
        self.used[usize::from(channel)] |= 1 << key;
        self.len += 1;
    }

    pub(super) fn remove(&mut self, links: &mut NoteLinks, channel: u8, key: u8, place: u16) {
        links.ages.remove(&mut self.ages, place);
        let list = &mut self.keys[index(channel, key)];
        links.keys.remove(list, place);
        if list.first().is_none() {
            self.used[usize::from(channel)] &= !(1 << key);
        }
        self.len -= 1;
    }

    /// The one that was added before all others.
    pub(super) fn oldest(&self) -> Option<u16> {
        self.ages.first()
    }

    /// The oldest note of the lowest key in the lowest channel that fits.
    pub(super) fn first(&self, pattern: Pattern) -> Option<u16> {
        let keys = pattern.keys();
        pattern.channels().find_map(|channel| match self.used[channel] & keys {
            0 => None,
            found => self.keys[channel * 128 + found.trailing_zeros() as usize].first(),
        })
    }

    /// Every note that fits: by channel, key and age.
    pub(super) fn each(&self, links: &NoteLinks, pattern: Pattern, mut visit: impl FnMut(u16)) {
        let keys = pattern.keys();
        for channel in pattern.channels() {
            let mut found = self.used[channel] & keys;
            while found != 0 {
                let mut next = self.keys[channel * 128 + found.trailing_zeros() as usize].first();
                found &= found - 1;
                while let Some(place) = next {
                    visit(place);
                    next = links.keys.next(place);
                }
            }
        }
    }
}

fn index(channel: u8, key: u8) -> usize {
    usize::from(channel) * 128 + usize::from(key)
}
