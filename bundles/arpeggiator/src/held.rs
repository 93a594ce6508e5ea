//! Which keys are played from.

use dyad::event::{Expression, Note};
use dyad::show::Keys;

use crate::key::{KEYS, Key};

/// The most keys that are taken at a time; further ones are not.
pub(crate) const MOST: usize = 128;

/// What is known of a key.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Notes of it that the player holds.
    holds: u16,
    taken: bool,
    velocity: f32,
    /// When it was pressed, as a number in order.
    pressed: u32,
    expressions: [f32; Expression::ALL.len()],
}

/// The keys that are played from: those that are down, and those that are kept, by Latch or the pedal, after their
/// release. Sorted tables, found by bisection. `[audio-thread]`
#[derive(Debug)]
pub(crate) struct Held {
    entries: Box<[Entry]>,
    by_pitch: Vec<Key>,
    by_time: Vec<(u32, Key)>,
    /// The ids of notes that are down, so that no other note's end counts.
    ids: Vec<u32>,
    next: u32,
    pub(crate) keys: Keys,
}

impl Held {
    /// `[main-thread]`
    pub(crate) fn new(sample_rate: f64) -> Self {
        let expressions = Expression::ALL.map(|expression| expression.range().2);
        let entry = Entry { holds: 0, taken: false, velocity: 0.0, pressed: 0, expressions };
        Self {
            entries: vec![entry; KEYS].into(),
            by_pitch: Vec::with_capacity(MOST),
            by_time: Vec::with_capacity(MOST),
            ids: Vec::with_capacity(2 * MOST),
            next: 0,
            keys: Keys::new(0, sample_rate),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.by_pitch.len()
    }

    /// Whether the player's fingers hold any.
    pub(crate) fn any_down(&self) -> bool {
        !self.ids.is_empty()
    }

    /// The keys from the lowest to the highest.
    pub(crate) fn by_pitch(&self, n: usize) -> Option<Key> {
        self.by_pitch.get(n).copied()
    }

    /// The keys as they were pressed.
    pub(crate) fn by_time(&self, n: usize) -> Option<Key> {
        self.by_time.get(n).map(|(_, key)| *key)
    }

    pub(crate) fn velocity(&self, key: Key) -> f32 {
        self.entries[key.place()].velocity
    }

    /// What the player did to a key, where it is not the neutral value.
    pub(crate) fn expressions(&self, key: Key) -> impl Iterator<Item = (Expression, f32)> {
        let values = self.entries[key.place()].expressions;
        Expression::ALL.into_iter().zip(values).filter(|(expression, value)| *value != expression.range().2)
    }

    pub(crate) fn express(&mut self, key: Key, expression: Expression, value: f32) {
        let entry = &mut self.entries[key.place()];
        if let Some(at) = Expression::ALL.iter().position(|other| *other == expression)
            && entry.taken
        {
            entry.expressions[at] = value;
        }
    }

    /// A key goes down. Where none was, what was kept goes, and a new chord begins. False where there is no room.
    pub(crate) fn press(&mut self, note: Note, velocity: f32) -> bool {
        if !self.any_down() {
            self.drop_kept();
        }
        let key = Key::of(note);
        let entry = &mut self.entries[key.place()];
        if self.ids.len() == self.ids.capacity() || (!entry.taken && self.by_pitch.len() == MOST) {
            return false;
        }
        let at = self.ids.partition_point(|id| *id < note.id.0);
        self.ids.insert(at, note.id.0);
        entry.holds += 1;
        entry.velocity = velocity;
        if entry.taken {
            return true;
        }
        entry.taken = true;
        entry.pressed = self.next;
        entry.expressions = Expression::ALL.map(|expression| expression.range().2);
        self.by_time.push((self.next, key));
        self.next = self.next.wrapping_add(1);
        let at = self.by_pitch.partition_point(|other| *other < key);
        self.by_pitch.insert(at, key);
        self.keys.on(key.key());
        true
    }

    /// A key goes up, and is kept or not.
    pub(crate) fn release(&mut self, note: Note, keep: bool) {
        let Ok(at) = self.ids.binary_search(&note.id.0) else { return };
        self.ids.remove(at);
        let key = Key::of(note);
        let entry = &mut self.entries[key.place()];
        entry.holds = entry.holds.saturating_sub(1);
        if entry.holds == 0 && !keep {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: Key) {
        let entry = &mut self.entries[key.place()];
        if !std::mem::take(&mut entry.taken) {
            return;
        }
        entry.holds = 0;
        let pressed = entry.pressed;
        if let Ok(at) = self.by_pitch.binary_search(&key) {
            self.by_pitch.remove(at);
        }
        if let Ok(at) = self.by_time.binary_search_by_key(&pressed, |entry| entry.0) {
            self.by_time.remove(at);
        }
        self.keys.off(key.key());
        if self.by_time.is_empty() {
            // So that the numbers never come round.
            self.next = 0;
        }
    }

    /// Removes those that only Latch or the pedal kept.
    pub(crate) fn drop_kept(&mut self) {
        for n in (0..self.by_pitch.len()).rev() {
            let key = self.by_pitch[n];
            if self.entries[key.place()].holds == 0 {
                self.remove(key);
            }
        }
    }

    /// Removes those that only Latch or the pedal kept on a channel: its notes are all off.
    pub(crate) fn drop_kept_of(&mut self, channel: u8) {
        for n in (0..self.by_pitch.len()).rev() {
            let key = self.by_pitch[n];
            if key.channel() == channel && self.entries[key.place()].holds == 0 {
                self.remove(key);
            }
        }
    }

    /// Nothing is held any more.
    pub(crate) fn clear(&mut self) {
        for key in self.by_pitch.drain(..) {
            let entry = &mut self.entries[key.place()];
            (entry.taken, entry.holds) = (false, 0);
        }
        self.by_time.clear();
        self.ids.clear();
        self.keys.clear();
        self.next = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad::event::NoteId;

    fn note(id: u32, channel: u8, key: u8) -> Note {
        Note { id: NoteId(id), channel, key }
    }

    fn pitches(held: &Held) -> Vec<u8> {
        (0..held.len()).map(|n| held.by_pitch(n).unwrap().key()).collect()
    }

    fn times(held: &Held) -> Vec<u8> {
        (0..held.len()).map(|n| held.by_time(n).unwrap().key()).collect()
    }

    #[test]
    fn keys_are_sorted_by_pitch_and_by_time() {
        let mut held = Held::new(48_000.0);
        for (id, key) in [(0, 64), (1, 60), (2, 67), (3, 61)] {
            assert!(held.press(note(id, 0, key), 0.5));
        }
        held.release(note(1, 0, 60), false);
        assert_eq!((pitches(&held), times(&held)), (vec![61, 64, 67], vec![64, 67, 61]));
        held.release(note(1, 0, 60), false);
        held.release(note(77, 0, 64), false);
        assert_eq!(held.len(), 3, "ends of notes that are not down mean nothing");
        assert_eq!(held.keys.sounding(), 1 << 61 | 1 << 64 | 1 << 67);
    }

    #[test]
    fn a_key_that_is_down_twice_goes_with_its_last_release() {
        let mut held = Held::new(48_000.0);
        held.press(note(0, 0, 60), 0.2);
        held.press(note(1, 0, 60), 0.9);
        assert_eq!((held.len(), held.velocity(Key::new(0, 60))), (1, 0.9));
        held.release(note(0, 0, 60), false);
        assert_eq!(held.len(), 1);
        held.release(note(1, 0, 60), false);
        assert_eq!((held.len(), held.any_down()), (0, false));
    }

    #[test]
    fn kept_keys_make_room_for_a_new_chord() {
        let mut held = Held::new(48_000.0);
        held.press(note(0, 0, 60), 0.5);
        held.press(note(1, 0, 64), 0.5);
        held.release(note(0, 0, 60), true);
        held.press(note(2, 0, 67), 0.5);
        assert_eq!(pitches(&held), [60, 64, 67], "the chord is not over");
        held.release(note(1, 0, 64), true);
        held.release(note(2, 0, 67), true);
        assert_eq!((held.len(), held.any_down()), (3, false));
        held.press(note(3, 0, 50), 0.5);
        assert_eq!(pitches(&held), [50]);
    }

    #[test]
    fn more_keys_than_there_is_room_for_are_left_out() {
        let mut held = Held::new(48_000.0);
        let pressed = (0..200).filter(|n| held.press(note(*n, (n / 100) as u8, (n % 100) as u8), 0.5));
        assert_eq!(pressed.count(), MOST);
        (0..200).for_each(|n| held.release(note(n, (n / 100) as u8, (n % 100) as u8), false));
        assert_eq!((held.len(), held.any_down(), held.keys.sounding()), (0, false, 0));
    }
}
