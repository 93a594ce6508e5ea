//! Between an editor's page and the plugin: JSON-RPC on one side (`docs/web-protocol.md`), an
//! [`EditorHost`] on the other. Needs no window, no process and no clock.
//!
//! A page's texts go into [`Bridge::receive`], which operates the host and answers. Whenever the host's
//! values may have changed, [`Bridge::update`] says what the page does not know yet. So nothing is ever
//! queued for a page that does not keep up: what counts is what it was told last, and what is so now.

mod call;
mod curves;
mod files;
mod info;
mod rpc;
mod session;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dyad_core::param::Role;
use dyad_core::{Description, EditorHost};
use egui::Color32;
use serde_json::{Value, json};

use crate::session::{Library, Recorder, Session, Status};
pub use info::PROTOCOL;
use rpc::{Call, Fault, answer, notice};

use crate::curves::{Curve, Curves};

/// What the host of an editor can do, beside values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Can {
    /// It follows a wish for another size.
    pub resize: bool,
    /// It has a menu for a parameter.
    pub menu: bool,
    /// It lets the user choose a file.
    pub browse: bool,
    /// The sound half takes messages.
    pub messages: bool,
    /// It takes notes.
    pub notes: bool,
}

/// What a page says of itself, for whoever shows it.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// It begins, for the first time or anew: what it held before, it holds no more.
    Hello,
    /// Its first picture is there.
    Painted,
    /// What came before the ping with this number is to be seen.
    Pong(u32),
    /// What it has a use for.
    Keyboard {
        /// A text is being typed: all keys.
        typing: bool,
        /// A control has the focus: some.
        operating: bool,
    },
    /// Where controls are, from the lowest to the topmost.
    Places(Vec<Place>),
    /// What was being typed has been taken.
    Closed,
}

/// Where a control is, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Left, top, right and bottom.
    pub sides: [f32; 4],
    /// The parameter or meter.
    pub index: usize,
}

/// A key that the host got, for the control that has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// As in DOM's `KeyboardEvent`: `ArrowUp`, or what it writes.
    pub key: &'a str,
    /// What it writes, if anything.
    pub text: Option<char>,
    /// Pressed, or let go.
    pub down: bool,
    /// Modifiers.
    pub shift: bool,
    /// As above.
    pub ctrl: bool,
    /// As above.
    pub alt: bool,
}

/// The most events that wait to be taken; of more, the oldest are forgotten.
const MAX_EVENTS: usize = 256;
/// Batches on their way to a page that has not said that it has them.
const IN_FLIGHT: u32 = 2;
/// The most notifications of one batch: the rest goes with the next.
const MAX_BATCH: usize = 512;
/// The most calls of one batch, and the most bytes of their answers together.
const MAX_CALLS: usize = 64;
const MAX_ANSWERS: usize = 4 << 20;

/// One page's view of a plugin. `[window-thread]`
pub struct Bridge {
    description: Arc<Description>,
    can: Can,
    /// The plugin's own accent.
    accent: Option<Color32>,
    curves: Curves,
    /// Something was set of which the page does not know all that follows: curves, or a file.
    due: bool,
    /// Whether the page has said hello.
    greeted: bool,
    /// The bits of what the page knows, by position.
    known: Vec<u64>,
    texts: Vec<String>,
    /// Where the next batch begins to look.
    cursor: usize,
    /// The last batch was full.
    behind: bool,
    /// When meters were told last, in milliseconds.
    time: f64,
    sent: u32,
    acknowledged: u32,
    /// To be said with the next batch.
    notices: VecDeque<Value>,
    events: VecDeque<Event>,
    /// Parameters that the page holds, each with the value that it has set last.
    gestures: Vec<(usize, Option<f64>)>,
    /// Keys that the page holds, a bit each.
    keys: u128,
    /// Whether the call that is being done is answered.
    answers: bool,
    session: Session,
    /// How the session stands, as the page was told last.
    told: Status,
    /// Seconds since some moment.
    now: f64,
}

impl Bridge {
    /// For a page of this plugin, which has not begun yet.
    #[must_use]
    pub fn new(description: Arc<Description>, can: Can) -> Self {
        let known = vec![0; description.params.len()];
        let texts = vec![String::new(); description.properties.len()];
        let session = Session::new(Arc::clone(&description), Library::of_factory(Arc::clone(&description)));
        Self {
            description,
            can,
            accent: None,
            curves: Curves::default(),
            due: false,
            greeted: false,
            known,
            texts,
            cursor: 0,
            behind: false,
            time: 0.0,
            sent: 0,
            acknowledged: 0,
            notices: VecDeque::new(),
            events: VecDeque::new(),
            gestures: Vec::new(),
            keys: 0,
            answers: true,
            session,
            told: Status::default(),
            now: 0.0,
        }
    }

    /// With the plugin's own accent in the theme.
    #[must_use]
    pub fn accent(self, accent: Option<Color32>) -> Self {
        Self { accent, ..self }
    }

    /// With what the plugin draws that follows from values.
    #[must_use]
    pub fn curves(self, list: &'static [Curve]) -> Self {
        Self { curves: Curves::new(list), ..self }
    }

    /// Forgets a page: another one begins. What the user can undo stays.
    pub fn restart(&mut self) {
        let list = self.curves.list();
        let new = Self::new(Arc::clone(&self.description), self.can).accent(self.accent).curves(list);
        let old = std::mem::replace(self, new);
        (self.session, self.now) = (old.session, old.now);
        // What it held it holds no more.
        self.session.let_go();
    }

    /// Takes a message of the page and gives the answer, if it wants one: JSON, bounded whatever is asked.
    pub fn receive(&mut self, text: &str, host: &mut dyn EditorHost) -> Option<String> {
        let calls = match serde_json::from_str(text) {
            Err(_) => return Some(answer(&Value::Null, Err(Fault::parse())).to_string()),
            Ok(Value::Array(calls)) if calls.len() > MAX_CALLS => {
                return Some(answer(&Value::Null, Err(Fault::too_many(MAX_CALLS))).to_string());
            }
            Ok(Value::Array(calls)) if !calls.is_empty() => calls,
            Ok(call) => return self.call(call, true, host).map(|answer| answer.to_string()),
        };
        let mut answers = String::new();
        for call in calls {
            let room = answers.len() < MAX_ANSWERS;
            if let Some(answer) = self.call(call, room, host) {
                answers.push(if answers.is_empty() { '[' } else { ',' });
                answers.push_str(&answer.to_string());
            }
        }
        if answers.is_empty() {
            return None;
        }
        answers.push(']');
        Some(answers)
    }

    /// Does a call, if there is `room` for its answer.
    fn call(&mut self, call: Value, room: bool, host: &mut dyn EditorHost) -> Option<Value> {
        let call = match Call::read(call) {
            Ok(call) => call,
            Err((id, fault)) => return Some(answer(&id, Err(fault))),
        };
        self.answers = call.id.is_some();
        if !room && self.answers {
            let fault = Fault::refused("the answers before fill a message");
            return call.id.map(|id| answer(&id, Err(fault)));
        }
        let result = self.do_call(&call, host);
        call.id.map(|id| answer(&id, result))
    }

    /// What the page sets by hand can be undone, so it goes by whoever takes note of it.
    fn do_call(&mut self, call: &Call, host: &mut dyn EditorHost) -> Result<Value, Fault> {
        if let Some(result) = self.session_call(&call.method, &call.params, host) {
            self.tell_session();
            return result;
        }
        let mut edits = Vec::new();
        let result = self.run(&call.method, &call.params, &mut Recorder { host, edits: &mut edits });
        if !edits.is_empty() {
            match call.method.as_str() {
                "setState" => self.session.note_together(edits),
                _ => self.session.note(edits),
            }
            self.session.observe(host, self.now);
            self.tell_session();
        }
        result
    }

    /// What the page says of itself.
    pub fn take_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn event(&mut self, event: Event) {
        // Of these the last one counts, and it comes where it was said.
        match event {
            Event::Keyboard { .. } => self.events.retain(|old| !matches!(old, Event::Keyboard { .. })),
            Event::Places(_) => self.events.retain(|old| !matches!(old, Event::Places(_))),
            _ => {}
        }
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// Whether the page takes another batch.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.greeted && self.in_flight() < IN_FLIGHT
    }

    /// Whether something is to be said that is no value.
    #[must_use]
    pub fn has_notices(&self) -> bool {
        !self.notices.is_empty() || self.due
    }

    /// Batches that the page has not said it has.
    #[must_use]
    pub fn in_flight(&self) -> u32 {
        self.sent.wrapping_sub(self.acknowledged)
    }

    /// Whether the last batch had no room for all that is to be told.
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Notes that all gestures and notes were ended by somebody else.
    pub fn let_go(&mut self) {
        self.gestures.clear();
        self.keys = 0;
        self.session.let_go();
    }

    /// A batch that only asks whether the page is there; none where it owes an answer anyway.
    pub fn beat(&mut self) -> Option<Value> {
        let silent = self.greeted && self.in_flight() == 0;
        silent.then(|| self.end_of(Vec::new()))
    }

    /// Has the page say when all that was told before is to be seen.
    pub fn ping(&mut self, tag: u32) {
        self.notice("ping", json!({ "tag": tag }));
    }

    /// Has the page take what is being typed. As any notice, it comes with the next batch.
    pub fn closing(&mut self) {
        self.notice("closing", Value::Null);
    }

    /// Gives the page a key that the host got.
    pub fn key(&mut self, key: Key<'_>) {
        let Key { key, text, down, shift, ctrl, alt } = key;
        let params =
            json!({ "key": key, "text": text, "down": down, "shift": shift, "ctrl": ctrl, "alt": alt });
        self.notice("key", params);
    }

    fn notice(&mut self, method: &str, params: Value) {
        if self.greeted && self.notices.len() < MAX_BATCH {
            self.notices.push_back(notice(method, params));
        }
    }

    /// What the page has to know now, `meters` included or not: a batch, and none where there is nothing,
    /// or where the page has not taken the ones before. `time` is in milliseconds.
    pub fn update(&mut self, host: &mut dyn EditorHost, meters: bool, time: f64) -> Option<Value> {
        if !self.is_listening() {
            return None;
        }
        self.session.observe(host, self.now);
        self.tell_session();
        let mut batch: Vec<Value> = Vec::new();
        self.due = false;
        self.properties(host, &mut batch);
        self.behind = self.parameters(host, &mut batch);
        if meters {
            self.time = time;
            self.meters(host, &mut batch);
        }
        self.curves_into(host, &mut batch);
        let mut message = Vec::new();
        while batch.len() < MAX_BATCH && host.receive(&mut message) {
            batch.push(notice("message", json!({ "data": STANDARD.encode(&message) })));
        }
        // After what they are about.
        if !self.behind {
            batch.extend(self.notices.drain(..));
        }
        if batch.is_empty() { None } else { Some(self.end_of(batch)) }
    }

    fn end_of(&mut self, mut batch: Vec<Value>) -> Value {
        self.sent = self.sent.wrapping_add(1);
        batch.push(notice("sync", json!({ "seq": self.sent })));
        batch.into()
    }

    /// `true` where there is no room for all of them.
    fn parameters(&mut self, host: &dyn EditorHost, batch: &mut Vec<Value>) -> bool {
        let count = self.description.params.len();
        for step in 0..count {
            // From where the last batch was full, so that none waits for ever.
            let index = (self.cursor + step) % count;
            let info = &self.description.params[index].info;
            let plain = host.value(index);
            if info::is_param(info) && plain.to_bits() != self.known[index] {
                if batch.len() >= MAX_BATCH {
                    self.cursor = index;
                    return true;
                }
                self.known[index] = plain.to_bits();
                batch.push(notice("paramUpdate", info::value(info, plain)));
            }
        }
        false
    }

    fn properties(&mut self, host: &dyn EditorHost, batch: &mut Vec<Value>) {
        for (index, property) in self.description.properties.iter().enumerate() {
            let text = host.property(index);
            if text != self.texts[index] {
                batch.push(notice("propertyUpdate", json!({ "id": property.id, "value": text })));
                self.texts[index] = text;
            }
        }
    }

    fn meters(&mut self, host: &dyn EditorHost, batch: &mut Vec<Value>) {
        let (mut meters, mut texts) = (serde_json::Map::new(), serde_json::Map::new());
        for (index, param) in self.description.params.iter().enumerate() {
            let bits = host.meter(index).to_bits();
            if param.info.role == Role::Meter && bits != self.known[index] {
                self.known[index] = bits;
                let plain = f64::from_bits(bits);
                meters.insert(param.info.id.as_ref().into(), info::finite(plain).into());
                if let Some(text) = info::meter_text(&param.info, plain) {
                    texts.insert(param.info.id.as_ref().into(), text.into());
                }
            }
        }
        if !meters.is_empty() {
            let mut frame = json!({ "time": self.time, "meters": meters });
            if !texts.is_empty() {
                frame["texts"] = texts.into();
            }
            batch.push(notice("meterFrame", frame));
        }
    }

    /// Notes that the page knows everything as it is now.
    fn knows_all(&mut self, host: &dyn EditorHost) {
        for (index, param) in self.description.params.iter().enumerate() {
            let now = match param.info.role {
                Role::Meter => host.meter(index),
                _ => host.value(index),
            };
            self.known[index] = now.to_bits();
        }
        for (index, text) in self.texts.iter_mut().enumerate() {
            *text = host.property(index);
        }
    }
}
