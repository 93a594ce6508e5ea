//! What an editor shows of its plugin: a copy of all values, kept by what the host says.

use std::collections::VecDeque;
use std::sync::Arc;

use dyad_core::editor::{MAX_MESSAGE, SendError};
use dyad_core::param::{PropertyError, Role};
use dyad_core::played::each;
use dyad_core::{Description, EditorHost};
use dyad_editor_abi::Flags;
use dyad_gui::session::Session;

use crate::exchange::{Exchange, Inbox, MESSAGES, Said};
use crate::size;

/// Seconds for which a parameter that the user let go of keeps the user's value, whatever the host says:
/// until then it may still speak of values that the user has long passed.
const ECHO: f64 = 0.25;

/// A copy of what the plugin has. `[window-thread]`
pub(crate) struct Mirror {
    description: Arc<Description>,
    exchange: Arc<Exchange>,
    flags: Flags,
    values: Vec<f64>,
    holds: Vec<Hold>,
    properties: Vec<String>,
    messages: VecDeque<Vec<u8>>,
    /// The keys that are held, a bit each.
    keys: u128,
    /// Whether a meter has moved since somebody said no.
    pub(crate) meters_moved: bool,
    /// Physical pixels for each logical one.
    pub(crate) scale: f64,
    /// Seconds since some moment.
    pub(crate) now: f64,
}

/// What one editor leaves for the next one in the same window.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    pub(crate) values: Vec<f64>,
    pub(crate) properties: Vec<String>,
    pub(crate) messages: VecDeque<Vec<u8>>,
    pub(crate) scale: Option<f64>,
    /// To be answered by whoever shows a picture next.
    pub(crate) pings: Vec<u32>,
    /// Presets, A and B, and what can be undone.
    pub(crate) session: Option<Session>,
    /// Why there is a next one.
    pub(crate) why: String,
}

/// How the user holds a parameter.
#[derive(Clone, Copy, Default)]
struct Hold {
    down: bool,
    until: f64,
    /// What the host said meanwhile.
    waiting: Option<f64>,
}

impl Mirror {
    pub(crate) fn new(
        description: Arc<Description>,
        exchange: Arc<Exchange>,
        flags: Flags,
        scale: f64,
    ) -> Self {
        let values = description.params.iter().map(|param| match param.info.role {
            Role::Meter => 0.0,
            _ => param.info.default,
        });
        let values: Vec<f64> = values.collect();
        Self {
            holds: vec![Hold::default(); values.len()],
            properties: description.properties.iter().map(|property| property.default.into()).collect(),
            messages: VecDeque::new(),
            keys: 0,
            meters_moved: false,
            values,
            description,
            exchange,
            flags,
            scale,
            now: 0.0,
        }
    }

    /// Goes on from where another editor has ended.
    pub(crate) fn resume(&mut self, mut carried: Carried) {
        if carried.values.len() == self.values.len() {
            self.values = std::mem::take(&mut carried.values);
        }
        if carried.properties.len() == self.properties.len() {
            self.properties = std::mem::take(&mut carried.properties);
        }
        self.messages = carried.messages;
        self.scale = carried.scale.unwrap_or(self.scale);
    }

    /// Ends with what the next editor goes on from. What the host said while the user held something is so now.
    pub(crate) fn carry(mut self) -> Carried {
        self.release();
        self.settle(f64::INFINITY);
        Carried {
            values: std::mem::take(&mut self.values),
            properties: std::mem::take(&mut self.properties),
            messages: std::mem::take(&mut self.messages),
            scale: Some(self.scale),
            pings: Vec::new(),
            session: None,
            why: String::new(),
        }
    }

    /// When a value is to be let through next, if one waits.
    pub(crate) fn settles_at(&self) -> Option<f64> {
        let waiting = self.holds.iter().filter(|hold| !hold.down && hold.waiting.is_some());
        waiting.map(|hold| hold.until).reduce(f64::min)
    }

    /// Takes what the host said. `true` where a frame has to follow even if all values are as before.
    pub(crate) fn take(&mut self, inbox: &mut Inbox) -> bool {
        for (index, value) in inbox.values.iter_mut().enumerate() {
            if let Some(plain) = value.take() {
                self.told(index, plain);
            }
        }
        for (mine, new) in self.properties.iter_mut().zip(&mut inbox.properties) {
            if let Some(text) = new.take() {
                *mine = text;
            }
        }
        if inbox.messages.is_empty() {
            return false;
        }
        self.messages.append(&mut inbox.messages);
        let over = self.messages.len().saturating_sub(MESSAGES);
        self.messages.drain(..over);
        true
    }

    /// The host says that a parameter has this value.
    fn told(&mut self, index: usize, plain: f64) {
        let Some(param) = self.description.params.get(index) else { return };
        let plain = match param.info.role {
            Role::Meter => plain,
            _ => param.info.range.sanitize(plain).unwrap_or(param.info.default),
        };
        self.meters_moved |= param.info.role == Role::Meter;
        let hold = &mut self.holds[index];
        if hold.down || self.now < hold.until {
            hold.waiting = Some(plain);
        } else {
            self.values[index] = plain;
        }
    }

    /// Lets the host's values through where the user's have had their time.
    pub(crate) fn settle(&mut self, now: f64) {
        self.now = now;
        for (hold, value) in self.holds.iter_mut().zip(&mut self.values) {
            if !hold.down
                && now >= hold.until
                && let Some(plain) = hold.waiting.take()
            {
                *value = plain;
            }
        }
    }

    /// Ends all gestures and notes.
    pub(crate) fn release(&mut self) {
        for index in 0..self.holds.len() {
            self.end(index);
        }
        each(self.keys, |key| self.release_note(key));
    }

    fn has(&self, index: usize) -> bool {
        self.description.params.get(index).is_some_and(|param| param.info.role != Role::Meter)
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.release();
    }
}

impl EditorHost for Mirror {
    fn value(&self, index: usize) -> f64 {
        self.values.get(index).copied().unwrap_or(0.0)
    }

    fn begin(&mut self, index: usize) {
        // Never two without an end between them.
        if self.has(index) && !std::mem::replace(&mut self.holds[index].down, true) {
            self.exchange.say(Said::Begin(index as u32));
        }
    }

    fn set(&mut self, index: usize, plain: f64) {
        if !self.has(index) {
            return;
        }
        let Some(plain) = self.description.params[index].info.range.sanitize(plain) else { return };
        self.values[index] = plain;
        self.holds[index].waiting = None;
        if self.holds[index].down {
            self.exchange.say(Said::Set { index: index as u32, plain });
        } else {
            self.begin(index);
            self.exchange.say(Said::Set { index: index as u32, plain });
            self.end(index);
        }
    }

    fn end(&mut self, index: usize) {
        if self.has(index) && std::mem::take(&mut self.holds[index].down) {
            self.holds[index].until = self.now + ECHO;
            self.exchange.say(Said::End(index as u32));
        }
    }

    fn meter(&self, index: usize) -> f64 {
        self.value(index)
    }

    fn resize(&mut self, width: u32, height: u32) -> bool {
        if !self.flags.has(Flags::RESIZE) {
            return false;
        }
        let [width, height] = [width, height].map(|side| size::physical(f64::from(side), self.scale));
        self.exchange.say(Said::Size { width, height })
    }

    fn property(&self, index: usize) -> String {
        self.properties.get(index).cloned().unwrap_or_default()
    }

    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError> {
        let property = self.description.properties.get(index).ok_or(PropertyError::Unknown(index))?;
        property.check(text)?;
        text.clone_into(&mut self.properties[index]);
        self.exchange.say(Said::Property { index: index as u32, text: text.to_owned() });
        Ok(())
    }

    fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        if message.len() > MAX_MESSAGE {
            return Err(SendError::TooLong(message.len()));
        }
        if !self.flags.has(Flags::MESSAGES) {
            return Err(SendError::Unsupported);
        }
        if self.exchange.say(Said::Message(message.to_vec())) { Ok(()) } else { Err(SendError::Full) }
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> bool {
        let Some(oldest) = self.messages.pop_front() else { return false };
        *message = oldest;
        true
    }

    fn play_note(&mut self, key: u8, velocity: f32) {
        if self.flags.has(Flags::NOTES) && key < 128 && !velocity.is_nan() {
            self.release_note(key);
            self.keys |= 1 << key;
            self.exchange.say(Said::NoteOn { key, velocity: velocity.clamp(0.0, 1.0) });
        }
    }

    fn release_note(&mut self, key: u8) {
        let bit = 1_u128.checked_shl(key.into()).unwrap_or(0);
        if self.keys & bit != 0 {
            self.keys &= !bit;
            self.exchange.say(Said::NoteOff(key));
        }
    }

    fn browse(&mut self, property: usize) -> bool {
        self.flags.has(Flags::BROWSE)
            && property < self.properties.len()
            && self.exchange.say(Said::Browse(property as u32))
    }

    fn menu(&mut self, index: usize, x: f32, y: f32) -> bool {
        let [x, y] = [x, y].map(|place| (f64::from(place) * self.scale) as i32);
        self.flags.has(Flags::MENU)
            && index < self.values.len()
            && self.exchange.say(Said::Menu { index: index as u32, x, y })
    }
}
