//! Messages between the editor and the plugin's sound, as objects on the atom ports.
//!
//! Hosts have rings of some kilobytes for what an editor sends (Carla's has 8), and what finds no room there
//! is lost without a word. So little goes out at a time, and the rest waits here.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use dyad_core::editor::MAX_MESSAGE;
use dyad_lv2::object::{Object, Value};
use dyad_lv2::urids::{Map, Urids};

use crate::forge;

/// How often an editor says that it is open; the sound believes it for three times as long.
const RENEWED: Duration = Duration::from_secs(1);
/// Messages that can wait; a newer one is dropped and counted.
const WAITING: usize = 64;

/// One editor's messages.
#[derive(Debug)]
pub(crate) struct Messages {
    urids: Urids,
    watch: u32,
    message: u32,
    bytes: u32,
    /// When it was last said that the editor is open.
    said: Option<Instant>,
    waiting: VecDeque<Vec<u8>>,
    lost: usize,
}

impl Messages {
    /// `None` where the host does not map the URIs.
    pub(crate) fn new((map, urids): &(Map, Urids)) -> Option<Self> {
        Some(Self {
            watch: map.text(dyad_ttl::WATCH)?,
            message: map.text(dyad_ttl::MESSAGE)?,
            bytes: map.text(dyad_ttl::MESSAGE_BYTES)?,
            urids: *urids,
            said: None,
            waiting: VecDeque::new(),
            lost: 0,
        })
    }

    /// The message that an object carries.
    pub(crate) fn hear<'a>(&self, object: &Object<'a>) -> Option<&'a [u8]> {
        if object.kind != self.message {
            return None;
        }
        let mut message: Option<Value<'a>> = None;
        object.each(|key, value| {
            if key == self.bytes && value.kind == self.urids.chunk {
                message = Some(value);
            }
        })?;
        message.map(|value| value.body).filter(|bytes| bytes.len() <= MAX_MESSAGE)
    }

    /// The editor sends a message.
    pub(crate) fn send(&mut self, message: &[u8]) {
        if message.len() > MAX_MESSAGE || self.waiting.len() >= WAITING {
            self.lost += 1;
        } else {
            self.waiting.push_back(message.to_vec());
        }
    }

    /// What goes to the sound now: as many messages as one of the longest would take, and whether the
    /// editor is open.
    pub(crate) fn due(&mut self, open: bool, now: Instant) -> Vec<Vec<u8>> {
        let mut due = Vec::new();
        if open && self.said.is_none_or(|said| now.duration_since(said) >= RENEWED) {
            self.said = Some(now);
            due.push(forge::Object::new(self.watch, &self.urids).bytes());
        }
        let mut left = MAX_MESSAGE;
        while let Some(message) = self.waiting.front().filter(|message| message.len() <= left) {
            // Each has a head, so that empty ones are not for nothing.
            left = left.saturating_sub(message.len() + 32);
            let object = forge::Object::new(self.message, &self.urids);
            due.push(object.with(self.bytes, self.urids.chunk, &[message]).bytes());
            self.waiting.pop_front();
            if left == 0 {
                break;
            }
        }
        due
    }

    /// How many messages were dropped since this was last asked.
    pub(crate) fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }
}
