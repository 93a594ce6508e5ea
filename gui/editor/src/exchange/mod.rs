//! What the host's thread and the window's thread tell each other.
//!
//! Both boxes are bounded, however long the other side does not look: of values and sizes the last one
//! counts, messages have a fixed room, and gestures are never torn. Beside them lies where everything is in
//! the picture, for whoever asks: the last frame's answer, so that nobody waits for the next one.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use dyad_core::Description;
use dyad_core::editor::MAX_MESSAGE;
use dyad_editor_abi::{FromEditor, ToEditor};
use dyad_gui::egui::Pos2;
use dyad_gui::spots::{self, Spot};

/// Messages on their way, in each direction.
pub(crate) const MESSAGES: usize = 64;
/// From here on older gestures of a parameter make room for a new one; and the most of anything else.
pub(crate) const MANY: usize = 1024;

/// Both boxes, and what needs none.
pub(crate) struct Exchange {
    inbox: Mutex<Inbox>,
    outbox: Mutex<Outbox>,
    spots: Mutex<Vec<Spot>>,
    /// A pipe's end and not a socket, which could always be written to: Carla's loop would never rest.
    listener: PipeReader,
    /// The window in which everything is drawn is gone.
    pub(crate) gone: AtomicBool,
    /// The window is to be closed.
    pub(crate) closing: AtomicBool,
    /// The host's window, for keys that have no use here; 0 for none.
    pub(crate) host_window: AtomicU32,
    /// Which keys the editor has a use for: bits of `window::keys`.
    pub(crate) wanted_keys: AtomicU32,
}

/// A key that came through the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostKey {
    pub(crate) character: Option<char>,
    pub(crate) code: u32,
    pub(crate) modifiers: u32,
    pub(crate) down: bool,
}

/// For the window.
#[derive(Default)]
pub(crate) struct Inbox {
    /// By position; `None` where nothing new was said.
    pub(crate) values: Vec<Option<f64>>,
    /// As above.
    pub(crate) properties: Vec<Option<String>>,
    pub(crate) messages: VecDeque<Vec<u8>>,
    pub(crate) scale: Option<f64>,
    pub(crate) pings: Vec<u32>,
    pub(crate) keys: Vec<HostKey>,
    /// Whether there is anything.
    pub(crate) news: bool,
}

/// For the host.
struct Outbox {
    queue: VecDeque<Said>,
    /// Messages among them.
    messages: usize,
    bell: PipeWriter,
    /// A byte is on its way, and never more than one: so neither end ever waits.
    rung: bool,
}

/// A [`FromEditor`] that owns its content.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said {
    Begin(u32),
    Set { index: u32, plain: f64 },
    End(u32),
    Property { index: u32, text: String },
    Message(Vec<u8>),
    Size { width: u32, height: u32 },
    Browse(u32),
    Menu { index: u32, x: i32, y: i32 },
    Painted(u32),
    NoteOn { key: u8, velocity: f32 },
    NoteOff(u8),
}

impl Said {
    pub(crate) fn frame(&self) -> FromEditor<'_> {
        match *self {
            Self::Begin(index) => FromEditor::Begin(index),
            Self::Set { index, plain } => FromEditor::Set { index, plain },
            Self::End(index) => FromEditor::End(index),
            Self::Property { index, ref text } => FromEditor::Property { index, text },
            Self::Message(ref bytes) => FromEditor::Message(bytes),
            Self::Size { width, height } => FromEditor::Size { width, height },
            Self::Browse(index) => FromEditor::Browse(index),
            Self::Menu { index, x, y } => FromEditor::Menu { index, x, y },
            Self::Painted(tag) => FromEditor::Painted(tag),
            Self::NoteOn { key, velocity } => {
                FromEditor::NoteOn { key: key.into(), velocity: velocity.into() }
            }
            Self::NoteOff(key) => FromEditor::NoteOff(key.into()),
        }
    }

    /// The parameter whose gesture it belongs to.
    fn gesture(&self) -> Option<u32> {
        match *self {
            Self::Begin(index) | Self::Set { index, .. } | Self::End(index) => Some(index),
            _ => None,
        }
    }

    /// The key whose note it begins or ends.
    fn key(&self) -> Option<u8> {
        match *self {
            Self::NoteOn { key, .. } | Self::NoteOff(key) => Some(key),
            _ => None,
        }
    }

    /// Whether `new` makes this one, which nobody has heard yet, superfluous.
    fn replaced_by(&self, new: &Self) -> bool {
        match (self, new) {
            (Self::Set { index: a, .. }, Self::Set { index: b, .. })
            | (Self::Property { index: a, .. }, Self::Property { index: b, .. })
            | (Self::Browse(a), Self::Browse(b)) => a == b,
            (Self::Size { .. }, Self::Size { .. }) | (Self::Menu { .. }, Self::Menu { .. }) => true,
            _ => false,
        }
    }
}

impl Exchange {
    pub(crate) fn new(description: &Description) -> std::io::Result<Self> {
        let (listener, bell) = std::io::pipe()?;
        let inbox = Inbox {
            values: vec![None; description.params.len()],
            properties: vec![None; description.properties.len()],
            ..Inbox::default()
        };
        let outbox = Outbox { queue: VecDeque::new(), messages: 0, bell, rung: false };
        Ok(Self {
            inbox: inbox.into(),
            outbox: outbox.into(),
            spots: Mutex::default(),
            listener,
            gone: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            host_window: AtomicU32::new(0),
            wanted_keys: AtomicU32::new(0),
        })
    }

    /// What can be read while there is something to [`hear`](Self::hear). `[main-thread]`
    pub(crate) fn fd(&self) -> i32 {
        self.listener.as_raw_fd()
    }

    /// Puts a frame into the window's box. `true` where the window has to be woken. `[main-thread]`
    pub(crate) fn tell(&self, frame: &ToEditor<'_>) -> bool {
        let mut inbox = lock(&self.inbox);
        let inbox = &mut *inbox;
        match *frame {
            ToEditor::Value { index, plain } => {
                let Some(place) = inbox.values.get_mut(index as usize) else { return false };
                if plain.is_nan() {
                    return false;
                }
                *place = Some(plain);
            }
            ToEditor::Property { index, text } => {
                let Some(place) = inbox.properties.get_mut(index as usize) else { return false };
                *place = Some(text.to_owned());
            }
            ToEditor::Message(bytes) => {
                if bytes.len() > MAX_MESSAGE {
                    return false;
                }
                // What a picture was late for is of no use any more.
                if inbox.messages.len() == MESSAGES {
                    inbox.messages.pop_front();
                }
                inbox.messages.push_back(bytes.to_vec());
            }
            // The container's business.
            ToEditor::Size { .. } => return false,
            ToEditor::Scale(scale) => inbox.scale = Some(scale),
            ToEditor::Ping(tag) => {
                inbox.pings.truncate(MANY);
                inbox.pings.push(tag);
            }
        }
        !std::mem::replace(&mut inbox.news, true)
    }

    /// Puts a key into the window's box. `[main-thread]`
    pub(crate) fn press(&self, key: HostKey) {
        let mut inbox = lock(&self.inbox);
        if inbox.keys.len() < MANY {
            inbox.keys.push(key);
        }
        inbox.news = true;
    }

    /// The window's box, if there is anything in it. `[window-thread]`
    pub(crate) fn inbox(&self) -> Option<MutexGuard<'_, Inbox>> {
        let mut inbox = lock(&self.inbox);
        std::mem::take(&mut inbox.news).then_some(inbox)
    }

    /// Says something to the host. `false` where a message found no room. `[window-thread]`
    pub(crate) fn say(&self, new: Said) -> bool {
        lock(&self.outbox).say(new)
    }

    /// Has the host look, though nothing was said. `[window-thread]`
    pub(crate) fn ring(&self) {
        lock(&self.outbox).ring();
    }

    /// Says where everything is in the picture from now on. `[window-thread]`
    pub(crate) fn publish(&self, spots: Vec<Spot>) {
        // The old ones are freed when the lock is open again.
        let _old = std::mem::replace(&mut *lock(&self.spots), spots);
    }

    /// The parameter at a place of the picture, in physical pixels. `[main-thread]`
    pub(crate) fn find(&self, x: i32, y: i32) -> Option<usize> {
        spots::find(&lock(&self.spots), Pos2::new(x as f32, y as f32))
    }

    /// Takes what was said. `[main-thread]`
    pub(crate) fn hear(&self) -> VecDeque<Said> {
        let mut outbox = lock(&self.outbox);
        if std::mem::take(&mut outbox.rung) {
            // It goes on where a signal has come between.
            let _ = (&self.listener).read_exact(&mut [0]);
        }
        outbox.messages = 0;
        std::mem::take(&mut outbox.queue)
    }
}

impl Outbox {
    fn say(&mut self, new: Said) -> bool {
        match &new {
            Said::Message(_) if self.messages == MESSAGES => return false,
            Said::Message(_) => self.messages += 1,
            // Whole gestures of the same parameter: this one's values come after theirs. One whose begin
            // was heard keeps its end.
            Said::Begin(index) if self.queue.len() >= MANY => {
                let mut whole = false;
                self.queue.retain(|said| {
                    whole |= *said == Said::Begin(*index);
                    !whole || said.gesture() != Some(*index)
                });
            }
            // The last word on a key counts: a note that begins ends the one before.
            Said::NoteOn { key, .. } | Said::NoteOff(key) if self.queue.len() >= MANY => {
                self.queue.retain(|said| said.key() != Some(*key));
            }
            Said::Painted(_) if self.queue.len() >= MANY => {
                self.queue.retain(|said| !matches!(said, Said::Painted(_)));
            }
            _ => {}
        }
        // A value may replace one before it only within the same gesture.
        let border = match new {
            Said::Set { index, .. } => self.queue.iter().rposition(|said| *said == Said::Begin(index)),
            _ => None,
        };
        let old = self.queue.iter().rposition(|said| said.replaced_by(&new));
        if let Some(old) = old.filter(|old| border.is_none_or(|border| *old > border)) {
            self.queue.remove(old);
        }
        self.queue.push_back(new);
        self.ring();
        true
    }

    fn ring(&mut self) {
        self.rung = self.rung || self.bell.write_all(&[1]).is_ok();
    }
}

impl Exchange {
    /// The window is gone: nothing is to be drawn any more.
    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is whole between any two statements.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
