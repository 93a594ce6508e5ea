//! The audio side of texts and paths: the host's `patch:Set` and `patch:Get` go to
//! [`Home`](crate::home::Home), answers come back and are written as `patch:Set`.
//!
//! Nothing is looked at here beyond the message: values are checked and kept off the audio thread. A text
//! of more than 4 KB, and a message for which the queue has no place, is dropped and counted, and the host is told
//! what the values are. Answers are a snapshot of all values, so none is lost: what finds no room in the host's buffer waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use dyad_core::param::{Property, PropertyKind};
use dyad_core::sync::{Producer, Receiver};

use crate::atom::number;
use crate::object::{Object, Value};
use crate::urids::{Map, Urids};
use crate::writer::Writer;

/// Bytes of a text on its way.
const TEXT: usize = 4096;

/// What the host wants.
pub(crate) struct Message {
    what: What,
    len: usize,
    text: [u8; TEXT],
}

#[derive(Clone, Copy)]
enum What {
    /// Sets the property with this index.
    Set(usize),
    /// Asks for values; questions are numbered.
    Get(u64),
}

impl Message {
    /// The text, where it is one to set.
    pub(crate) fn text(&self) -> Option<&[u8]> {
        matches!(self.what, What::Set(_)).then(|| self.text.get(..self.len).unwrap_or_default())
    }

    pub(crate) fn index(&self) -> usize {
        if let What::Set(index) = self.what { index } else { usize::MAX }
    }

    pub(crate) fn question(&self) -> u64 {
        if let What::Get(question) = self.what { question } else { 0 }
    }
}

/// All values at one moment.
pub(crate) struct Answer {
    pub(crate) values: Vec<String>,
    /// The last question that is answered with it.
    pub(crate) question: u64,
    /// How often the host was to be told all values unasked.
    pub(crate) told: u64,
}

/// The numbers of a plugin's properties.
pub(crate) struct PropertyUrids {
    plugin: u32,
    properties: Box<[u32]>,
    /// The type of each: `atom:String` or `atom:Path`.
    kinds: Box<[u32]>,
}

/// The audio side.
pub(crate) struct Patch {
    urids: PropertyUrids,
    outbox: Producer<Message>,
    waiting: Arc<AtomicUsize>,
    /// A message was lost.
    missed: Arc<AtomicBool>,
    answers: Receiver<Answer>,
    /// The properties whose values are to be written, each with the question that must have been taken
    /// before.
    asked: Box<[Option<u64>]>,
    any_asked: bool,
    question: u64,
    told: u64,
    too_long: u64,
    /// How often there was something new for the other side; it wraps.
    sent: usize,
    /// How many losses were said already.
    said: u64,
}

impl Patch {
    /// `None` where the host does not map the URIs.
    #[expect(clippy::new_ret_no_self, reason = "made in two steps")]
    pub(crate) fn new(
        plugin: &str,
        properties: &[Property],
        uri: &str,
        urids: &Urids,
        map: &Map,
    ) -> Option<PropertyUrids> {
        let number = |property: &Property| map.text(&dyad_ttl::property_uri(plugin, property.id));
        let kind = |property: &Property| match property.kind {
            PropertyKind::Text => urids.string,
            PropertyKind::Path => urids.path,
        };
        Some(PropertyUrids {
            plugin: map.text(uri)?,
            properties: properties.iter().map(number).collect::<Option<_>>()?,
            kinds: properties.iter().map(kind).collect(),
        })
    }

    /// Sends the host's message on. `[audio-thread]`
    pub(crate) fn hear(&mut self, object: &Object<'_>, urids: &Urids) {
        if ![urids.patch_set, urids.patch_get, urids.patch_put].contains(&object.kind) {
            return;
        }
        let (mut subject, mut property, mut value, mut body) = (None, None, None, None);
        let whole = object.each(|key, found| {
            if key == urids.patch_subject {
                subject = Some(found);
            } else if key == urids.patch_property {
                property = Some(found);
            } else if key == urids.patch_value {
                value = Some(found);
            } else if key == urids.patch_body {
                body = Some(found);
            }
        });
        let urid = |value: Value<'_>| {
            (value.kind == urids.urid && value.body.len() == 4).then(|| number(value.body, 0))
        };
        let others = subject.is_some_and(|subject| urid(subject) != Some(self.urids.plugin));
        if whole.is_none() || others {
            return;
        }
        if object.kind == urids.patch_put {
            let body = body.and_then(|body| body.object(urids));
            // What lies behind a fault of the body is not known; what lies before it was meant.
            let _ = body.and_then(|body| {
                body.each(|key, value| {
                    if let Some(index) = self.index(key) {
                        self.set(index, value, urids);
                    }
                })
            });
            return;
        }
        let index = match property.map(urid) {
            None => None,
            Some(wanted) => {
                let at = wanted.and_then(|wanted| self.index(wanted));
                if at.is_none() {
                    return;
                }
                at
            }
        };
        if object.kind == urids.patch_get {
            self.get(index);
        } else if let (Some(index), Some(value)) = (index, value) {
            self.set(index, value, urids);
        }
    }

    /// Which property has this URI. A few; each is one comparison.
    fn index(&self, property: u32) -> Option<usize> {
        self.urids.properties.iter().position(|known| *known == property)
    }

    fn set(&mut self, index: usize, value: Value<'_>, urids: &Urids) {
        if value.kind != urids.string && value.kind != urids.path {
            return;
        }
        let body = value.body;
        // Strings have a 0 at their end, where a host does not forget it.
        let len = body.iter().position(|byte| *byte == 0).unwrap_or(body.len());
        if len > TEXT {
            self.too_long += 1;
            self.sent = self.sent.wrapping_add(1);
            // Relaxed: a hint.
            self.missed.store(true, Ordering::Relaxed);
            return;
        }
        let mut message = Message { what: What::Set(index), len, text: [0; TEXT] };
        message.text[..len].copy_from_slice(&body[..len]);
        self.send(message);
    }

    fn get(&mut self, index: Option<usize>) {
        self.question += 1;
        let question = self.question;
        if self.send(Message { what: What::Get(question), len: 0, text: [0; TEXT] }) {
            self.ask(index, question);
        }
    }

    fn ask(&mut self, index: Option<usize>, question: u64) {
        let asked = match index {
            Some(index) => self.asked.get_mut(index..=index).unwrap_or_default(),
            None => &mut self.asked[..],
        };
        for asked in asked {
            *asked = Some(asked.unwrap_or(0).max(question));
        }
        self.any_asked = true;
    }

    fn send(&mut self, message: Message) -> bool {
        // One that is lost is news as well: the host is told what the values still are.
        self.sent = self.sent.wrapping_add(1);
        // Before the push, so that it is never below the truth. Relaxed: the queue orders the message.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let sent = self.outbox.push(message).is_ok();
        if !sent {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.missed.store(true, Ordering::Relaxed);
        }
        sent
    }

    /// Writes the answers that have come, as far as there is room. `[audio-thread]`
    pub(crate) fn write(&mut self, writer: &mut Writer<'_>, frame: u32, urids: &Urids) {
        if self.answers.take()
            && let Some(told) = self.answers.get().map(|answer| answer.told)
            && told != self.told
        {
            self.told = told;
            self.ask(None, 0);
        }
        if !self.any_asked {
            return;
        }
        let Some(answer) = self.answers.get() else { return };
        self.any_asked = false;
        for (index, asked) in self.asked.iter_mut().enumerate() {
            let (Some(question), Some(value)) = (*asked, answer.values.get(index)) else { continue };
            let text = value.as_bytes();
            let word = |words: &[u32], out: &mut [u8]| {
                for (word, out) in words.iter().zip(out.chunks_exact_mut(4)) {
                    out.copy_from_slice(&word.to_ne_bytes());
                }
            };
            // The object's head, the property, and the head of the value.
            let mut head = [0; 48];
            word(&[0, urids.patch_set], &mut head[..8]);
            word(
                &[urids.patch_property, 0, 4, urids.urid, self.urids.properties[index], 0],
                &mut head[8..32],
            );
            word(&[urids.patch_value, 0, text.len() as u32 + 1, self.urids.kinds[index]], &mut head[32..]);
            let padding = &[0; 8][..(text.len() + 1).next_multiple_of(8) - text.len()];
            if answer.question >= question && writer.event(frame, urids.object, &[&head, text, padding]) {
                *asked = None;
            } else {
                self.any_asked = true;
            }
        }
    }

    /// How often there was something new for the host's worker, or whoever takes messages; it wraps. `[audio-thread]`
    pub(crate) fn sent(&self) -> usize {
        self.sent
    }

    /// How many messages were dropped since this was last asked.
    pub(crate) fn take_lost(&mut self) -> u64 {
        let lost = self.outbox.dropped() as u64 + self.too_long;
        lost - std::mem::replace(&mut self.said, lost)
    }
}

impl PropertyUrids {
    /// The audio side with its ways.
    pub(crate) fn connected(
        self,
        outbox: Producer<Message>,
        waiting: &Arc<AtomicUsize>,
        missed: &Arc<AtomicBool>,
        answers: Receiver<Answer>,
    ) -> Patch {
        Patch {
            outbox,
            waiting: Arc::clone(waiting),
            missed: Arc::clone(missed),
            answers,
            asked: vec![None; self.properties.len()].into(),
            urids: self,
            any_asked: false,
            question: 0,
            told: 0,
            too_long: 0,
            sent: 0,
            said: 0,
        }
    }
}
