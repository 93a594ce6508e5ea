//! Notes that the user plays, on their way to the plugin's sound.

use std::time::{Duration, Instant};

use dyad_lv2::urids::{Map, Urids};

use crate::forge;

/// How often it is said what is held; the sound believes it for three times as long.
const RENEWED: Duration = Duration::from_secs(1);

/// The keys that are held in one editor.
#[derive(Debug)]
pub(crate) struct Played {
    urids: Urids,
    kind: u32,
    key: u32,
    held: u128,
    /// When what is held was said last.
    said: Option<Instant>,
}

impl Played {
    /// `None` where the host does not map the URIs.
    pub(crate) fn new((map, urids): &(Map, Urids)) -> Option<Self> {
        let (kind, key) = (map.text(dyad_ttl::NOTES)?, map.text(dyad_ttl::NOTES_HELD)?);
        Some(Self { urids: *urids, kind, key, held: 0, said: None })
    }

    /// A note begins: what is said of it. A key that is held already is let go first.
    pub(crate) fn press(&mut self, key: u32, velocity: f64, now: Instant) -> Vec<Vec<u8>> {
        let mut said: Vec<_> = self.release(key, now).into_iter().collect();
        if let Some(bit) = bit(key) {
            self.held |= bit;
            // Nothing is what has no new note.
            said.push(self.say((velocity as f32).max(f32::MIN_POSITIVE), now));
        }
        said
    }

    /// A note ends; nothing where none is held.
    pub(crate) fn release(&mut self, key: u32, now: Instant) -> Option<Vec<u8>> {
        let bit = bit(key).filter(|bit| self.held & bit != 0)?;
        self.held &= !bit;
        Some(self.say(0.0, now))
    }

    /// Nothing is held any more; nothing where nothing was.
    pub(crate) fn release_all(&mut self, now: Instant) -> Option<Vec<u8>> {
        (std::mem::take(&mut self.held) != 0).then(|| self.say(0.0, now))
    }

    /// What is held is said anew, where it is time for it.
    pub(crate) fn due(&mut self, now: Instant) -> Option<Vec<u8>> {
        let late = self.said.is_some_and(|said| now.duration_since(said) >= RENEWED);
        (self.held != 0 && late).then(|| self.say(0.0, now))
    }

    fn say(&mut self, velocity: f32, now: Instant) -> Vec<u8> {
        self.said = Some(now);
        let object = forge::Object::new(self.kind, &self.urids);
        let parts: [&[u8]; 2] = [&self.held.to_le_bytes(), &velocity.to_le_bytes()];
        object.with(self.key, self.urids.chunk, &parts).bytes()
    }
}

fn bit(key: u32) -> Option<u128> {
    1_u128.checked_shl(key)
}
