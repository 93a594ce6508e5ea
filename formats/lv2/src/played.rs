//! Notes that are played in the editor: objects of our own on the atom port.
//!
//! Each says all keys that are held, so that one that a host loses is made up for by the next. Nobody tells a sound when
//! its editor is killed with its process, so what is held is said anew every second, and believed for three.

use std::sync::Arc;

use dyad_core::played::{EditorNotes, each};

use crate::object::Object;
use crate::urids::{Map, Urids};

/// Seconds for which keys are believed to be held.
const LEASE: f64 = 3.0;

/// What an editor plays. `[audio-thread]`
pub(crate) struct Player {
    notes: Arc<EditorNotes>,
    kind: u32,
    key: u32,
    held: u128,
    rate: f64,
    /// Seconds for which what is held is still believed.
    lease: f64,
}

impl Player {
    /// `None` where the host does not map the URIs. `[main-thread]`
    pub(crate) fn new(notes: &Arc<EditorNotes>, rate: f64, map: &Map) -> Option<Self> {
        let (kind, key) = (map.text(dyad_ttl::NOTES)?, map.text(dyad_ttl::NOTES_HELD)?);
        Some(Self { notes: Arc::clone(notes), kind, key, held: 0, rate, lease: 0.0 })
    }

    /// Time passes at another rate from now on. `[main-thread, not beside run]`
    pub(crate) fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// Takes what the editor says.
    pub(crate) fn hear(&mut self, object: &Object<'_>, urids: &Urids) {
        if object.kind != self.kind {
            return;
        }
        let mut said = None;
        let whole = object.each(|key, value| {
            if key == self.key && value.kind == urids.chunk {
                said = read(value.body);
            }
        });
        if let (Some(()), Some((mut held, velocity))) = (whole, said) {
            // What only says once more what is held strikes nothing: after a pause, that would be heard a second time.
            if velocity <= 0.0 {
                held &= self.held;
            }
            self.notes.release_all(self.held & !held);
            each(held & !self.held, |key| self.notes.press(key, velocity));
            (self.held, self.lease) = (held, LEASE);
        }
    }

    /// Passes time.
    #[inline]
    pub(crate) fn pass(&mut self, frames: usize) {
        if self.held != 0 {
            self.lease -= frames as f64 / self.rate;
            if self.lease <= 0.0 {
                self.notes.release_all(std::mem::take(&mut self.held));
            }
        }
    }
}

fn read(bytes: &[u8]) -> Option<(u128, f32)> {
    let (held, velocity) = bytes.split_first_chunk()?;
    Some((u128::from_le_bytes(*held), f32::from_le_bytes(velocity.try_into().ok()?)))
}
