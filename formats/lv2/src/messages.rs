//! Messages between the sound and its editor: objects of our own on the atom ports.
//!
//! Nobody tells a sound when its editor is closed, or killed with its process. So an open editor says every
//! second that it listens, and is believed for three.
//!
//! A host hands messages on through a ring of some kilobytes (Carla's has 8), and empties it 30 times a
//! second. What a plugin sends faster waits here, and then is refused where the plugin sends it.

use std::sync::Arc;

use dyad_core::editor::MAX_MESSAGE;
use dyad_core::message::{EditorEnd, Messages};

use crate::object::Object;
use crate::urids::{Map, Urids};
use crate::writer::Writer;

/// Seconds for which an editor is believed to be open.
const LEASE: f64 = 3.0;
/// Bytes of messages in one second, with all that is around them.
const PER_SECOND: f64 = 96_000.0;
/// What is around a message: head, type, the property, and the event's head.
const AROUND: usize = 48;
/// Bytes of messages at one time.
const AT_ONCE: f64 = (MAX_MESSAGE + AROUND) as f64;

/// The editor's end, carried by atoms. `[audio-thread]`
pub(crate) struct Carrier {
    end: EditorEnd,
    watch: u32,
    message: u32,
    bytes: u32,
    rate: f64,
    /// Seconds for which the editor is still believed to be open.
    lease: f64,
    /// Bytes that may be written now.
    budget: f64,
}

impl Carrier {
    /// `None` where the plugin has no messages, or the host does not map the URIs. `[main-thread]`
    pub(crate) fn new(messages: &Arc<Messages>, rate: f64, map: &Map) -> Option<Self> {
        Some(Self {
            watch: map.text(dyad_ttl::WATCH)?,
            message: map.text(dyad_ttl::MESSAGE)?,
            bytes: map.text(dyad_ttl::MESSAGE_BYTES)?,
            end: messages.attach()?,
            rate,
            lease: 0.0,
            budget: AT_ONCE,
        })
    }

    /// Time passes at another rate from now on. `[main-thread, not beside run]`
    pub(crate) fn set_rate(&mut self, rate: f64) {
        self.rate = rate;
    }

    /// Hands on what the editor says.
    pub(crate) fn hear(&mut self, object: &Object<'_>, urids: &Urids) {
        if object.kind == self.watch {
            self.lease = LEASE;
            self.end.watch(true);
        } else if object.kind == self.message {
            let mut message = None;
            let whole = object.each(|key, value| {
                if key == self.bytes && value.kind == urids.chunk {
                    message = Some(value.body);
                }
            });
            if let (Some(()), Some(message)) = (whole, message) {
                // One that finds no room is counted there.
                let _ = self.end.send(message);
            }
        }
    }

    /// Writes what the sound has to say, as far as there is room, and passes time.
    pub(crate) fn write(&mut self, writer: &mut Writer<'_>, frame: u32, frames: usize, urids: &Urids) {
        if self.lease <= 0.0 {
            return;
        }
        let seconds = frames as f64 / self.rate;
        self.lease -= seconds;
        if self.lease <= 0.0 {
            self.end.watch(false);
            return;
        }
        self.budget = (self.budget + seconds * PER_SECOND).min(AT_ONCE);
        while let Some(message) = self.end.peek() {
            let cost = (message.len() + AROUND) as f64;
            if cost > self.budget || !put(writer, frame, message, [self.message, self.bytes], urids) {
                return;
            }
            self.budget -= cost;
            self.end.receive();
        }
    }
}

fn put(writer: &mut Writer<'_>, frame: u32, message: &[u8], [kind, key]: [u32; 2], urids: &Urids) -> bool {
    // The object's head, the property, and the head of its value.
    let mut head = [0; 24];
    for (to, word) in head.chunks_exact_mut(4).zip([0, kind, key, 0, message.len() as u32, urids.chunk]) {
        to.copy_from_slice(&word.to_ne_bytes());
    }
    let padding = &[0; 8][..message.len().next_multiple_of(8) - message.len()];
    writer.event(frame, urids.object, &[&head, message, padding])
}
