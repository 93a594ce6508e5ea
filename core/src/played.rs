//! Notes that are played in an editor, on their way to the sound.
//!
//! Not a queue, which could be full when a note is to end: what stands here is how each key is now, and how often it
//! was pressed. So nothing is ever lost but a note that began and was struck anew within one block.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::event::{Address, Event, EventKind, RELEASE_VELOCITY};

/// The softest note; 0 would be the end of one.
const SOFTEST: f32 = 1.0 / 127.0;
/// The channel that editors play on: MIDI's first.
const CHANNEL: u8 = 0;
/// Ids by which notes of editors are told from the same keys of the host's, with the key added. Hosts count from 0.
const IDS: i32 = i32::MIN;

/// The keys that editors hold, one bit and one word for each. `[any thread, audio too]`
#[derive(Debug)]
pub struct EditorNotes {
    /// The velocity's bits, whether the key is held, and how often it was pressed.
    keys: [AtomicU64; 128],
    /// A bit for each key that the sound has not looked at since it changed.
    changed: [AtomicU64; 2],
}

const HELD: u64 = 1 << 32;
const STRIKE: u64 = 1 << 33;

impl Default for EditorNotes {
    fn default() -> Self {
        Self { keys: [const { AtomicU64::new(0) }; 128], changed: Default::default() }
    }
}

impl EditorNotes {
    /// A key goes down; one that is down already begins anew. The velocity is 0 to 1; no number, and no MIDI key, does
    /// nothing.
    pub fn press(&self, key: u8, velocity: f32) {
        if velocity.is_nan() {
            return;
        }
        let velocity = u64::from(velocity.clamp(SOFTEST, 1.0).to_bits());
        self.change(key, |word| (word & !(HELD - 1)).wrapping_add(STRIKE) | HELD | velocity);
    }

    /// A key goes up.
    pub fn release(&self, key: u8) {
        self.change(key, |word| word & !HELD);
    }

    /// These keys go up, a bit each.
    pub fn release_all(&self, keys: u128) {
        each(keys, |key| self.release(key));
    }

    fn change(&self, key: u8, change: impl Fn(u64) -> u64) {
        let Some(word) = self.keys.get(usize::from(key)) else { return };
        // Relaxed: the bit below hands it over.
        let _ = word.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |word| Some(change(word)));
        // Release, paired with the Acquire in `take_changed`.
        self.changed[usize::from(key / 64)].fetch_or(1 << (key % 64), Ordering::Release);
    }

    #[inline]
    fn take_changed(&self) -> u128 {
        let take = |bits: &AtomicU64| match bits.load(Ordering::Relaxed) {
            0 => 0,
            _ => u128::from(bits.swap(0, Ordering::Acquire)),
        };
        take(&self.changed[0]) | take(&self.changed[1]) << 64
    }

    fn word(&self, key: u8) -> u64 {
        self.keys[usize::from(key)].load(Ordering::Relaxed)
    }
}

/// What the sound has heard of them. `[audio-thread]`
#[derive(Debug)]
pub(crate) struct Played {
    notes: Arc<EditorNotes>,
    /// How often each key had been pressed.
    strikes: [u32; 128],
    sounding: u128,
    /// Keys that were up again before the sound heard of them: their notes last one block.
    brief: u128,
}

impl Played {
    /// What is held already is not heard. `[main-thread]`
    pub(crate) fn new(notes: Arc<EditorNotes>) -> Self {
        let mut played = Self { notes, strikes: [0; 128], sounding: 0, brief: 0 };
        played.forget();
        played
    }

    /// Nothing sounds, and what is held begins anew when it is struck anew.
    pub(crate) fn forget(&mut self) {
        self.notes.take_changed();
        for (key, strikes) in (0..).zip(&mut self.strikes) {
            *strikes = strikes_of(self.notes.word(key));
        }
        (self.sounding, self.brief) = (0, 0);
    }

    /// Hands out what has begun and ended since the last block, at its first frame.
    #[inline]
    pub(crate) fn take(&mut self, mut out: impl FnMut(Event<Address>)) {
        let changed = self.notes.take_changed() | std::mem::take(&mut self.brief);
        if changed != 0 {
            each(changed, |key| self.key(key, &mut out));
        }
    }

    fn key(&mut self, key: u8, out: &mut impl FnMut(Event<Address>)) {
        let word = self.notes.word(key);
        let (strikes, held, bit) = (strikes_of(word), word & HELD != 0, 1 << key);
        let note = Address { id: Some(IDS + i32::from(key)), ..Address::key(CHANNEL, key) };
        let anew = std::mem::replace(&mut self.strikes[usize::from(key)], strikes) != strikes;
        if self.sounding & bit != 0 && (anew || !held) {
            self.sounding &= !bit;
            out(Event { frame: 0, kind: EventKind::NoteOff { note, velocity: RELEASE_VELOCITY } });
        }
        if anew {
            self.sounding |= bit;
            let velocity = f32::from_bits(word as u32);
            out(Event { frame: 0, kind: EventKind::NoteOn { note, velocity } });
            if !held {
                self.brief |= bit;
            }
        }
    }
}

fn strikes_of(word: u64) -> u32 {
    (word / STRIKE) as u32
}

/// Calls `f` for each key of a set.
pub fn each(mut keys: u128, mut f: impl FnMut(u8)) {
    while keys != 0 {
        f(keys.trailing_zeros() as u8);
        keys &= keys - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `key` and its velocity for what begins, `-key` for what ends.
    fn taken(played: &mut Played) -> Vec<(i32, f32)> {
        let mut all = Vec::new();
        played.take(|event| {
            assert_eq!(event.frame, 0);
            all.push(match event.kind {
                EventKind::NoteOn { note: Address { key: Some(key), channel: Some(0), .. }, velocity } => {
                    (i32::from(key), velocity)
                }
                EventKind::NoteOff { note: Address { key: Some(key), channel: Some(0), .. }, .. } => {
                    (-i32::from(key), 0.0)
                }
                other => panic!("{other:?}"),
            });
        });
        all
    }

    fn pair() -> (Arc<EditorNotes>, Played) {
        let notes = Arc::new(EditorNotes::default());
        (Arc::clone(&notes), Played::new(notes))
    }

    #[test]
    fn keys_sound_from_the_next_block_until_they_go_up() {
        let (notes, mut played) = pair();
        notes.press(60, 0.5);
        notes.press(127, 2.0);
        assert_eq!(taken(&mut played), [(60, 0.5), (127, 1.0)]);
        assert_eq!(taken(&mut played), [], "once");
        notes.release(60);
        notes.release(61);
        assert_eq!(taken(&mut played), [(-60, 0.0)], "only what sounds can end");
        notes.release_all(u128::MAX);
        assert_eq!(taken(&mut played), [(-127, 0.0)]);
    }

    #[test]
    fn what_is_struck_anew_ends_first_and_a_brief_note_lasts_a_block() {
        let (notes, mut played) = pair();
        notes.press(60, 0.25);
        taken(&mut played);
        notes.release(60);
        notes.press(60, 0.75);
        assert_eq!(taken(&mut played), [(-60, 0.0), (60, 0.75)]);
        notes.release(60);
        notes.press(60, 0.5);
        notes.release(60);
        assert_eq!(taken(&mut played), [(-60, 0.0), (60, 0.5)]);
        assert_eq!(taken(&mut played), [(-60, 0.0)]);
        assert_eq!(taken(&mut played), []);
    }

    #[test]
    fn nonsense_plays_nothing() {
        let (notes, mut played) = pair();
        notes.press(128, 0.5);
        notes.release(255);
        notes.press(60, f32::NAN);
        assert_eq!(taken(&mut played), []);
        notes.press(60, -1.0);
        assert_eq!(taken(&mut played), [(60, SOFTEST)], "a note on of velocity 0 would be an end");
    }

    #[test]
    fn a_new_run_is_silent_until_a_key_is_struck() {
        let (notes, mut played) = pair();
        notes.press(60, 0.5);
        taken(&mut played);
        notes.press(64, 0.5);
        played.forget();
        assert_eq!(taken(&mut played), []);
        notes.release(60);
        notes.press(64, 0.5);
        assert_eq!(taken(&mut played), [(64, 0.5)]);
    }

    #[test]
    fn whatever_two_threads_do_every_note_ends() {
        let (notes, mut played) = pair();
        let player = {
            let notes = Arc::clone(&notes);
            std::thread::spawn(move || {
                for n in 0..20_000_u32 {
                    let key = (n * 7 % 128) as u8;
                    if n % 3 == 0 { notes.release(key) } else { notes.press(key, 0.5) }
                }
                notes.release_all(u128::MAX);
            })
        };
        let mut sounding = std::collections::BTreeSet::new();
        let mut look = |played: &mut Played| {
            for (key, _) in taken(played) {
                let fits = if key > 0 || key == 0 && !sounding.contains(&0) {
                    sounding.insert(key)
                } else {
                    sounding.remove(&-key)
                };
                assert!(fits, "{key} begins once and ends once");
            }
        };
        while !player.is_finished() {
            look(&mut played);
        }
        player.join().unwrap();
        look(&mut played);
        look(&mut played);
        assert!(sounding.is_empty(), "{sounding:?}");
    }
}
