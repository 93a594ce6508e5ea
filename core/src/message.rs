//! Messages between the sound and its editor: bytes whose meaning is the plugin's own, such as a
//! spectrum one way and the name of what to analyse the other.
//!
//! Each way has a ring of [`Plugin::MESSAGES`](crate::Plugin::MESSAGES) bytes. Sending never waits and
//! takes no memory; a message for which there is no room is refused and counted, because those before it
//! may be what it builds on. While no editor is open, what the sound sends goes nowhere and costs one
//! relaxed load.
//!
//! In LV2 they cross from process to process as atoms, so a message means the same to every build of the
//! plugin, or says its version.

#[expect(clippy::disallowed_types, reason = "the audio thread never locks it")]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use rtrb::{Consumer, Producer, RingBuffer};

use crate::editor::{MAX_MESSAGE, SendError};

/// Bytes before each message: its length.
const HEAD: usize = 4;

/// What the sound half, the editor's side and the instance share. `[any thread]`
#[derive(Debug)]
pub struct Messages {
    watched: AtomicBool,
    /// Messages for which there was no room, each way.
    lost: AtomicUsize,
    #[expect(clippy::disallowed_types, reason = "as above")]
    desk: Mutex<Desk>,
}

/// The ends that nobody holds at the moment.
#[derive(Debug, Default)]
struct Desk {
    sender: Option<Writer>,
    receiver: Option<Reader>,
    editor: Option<(Writer, Reader)>,
}

impl Messages {
    /// Rings of `room` bytes; of none where the plugin has no messages. `[main-thread]`
    pub(crate) fn new(room: usize) -> Arc<Self> {
        let mut desk = Desk::default();
        if room > 0 {
            // Room for the longest message at least.
            let ring = || RingBuffer::new(room.clamp(MAX_MESSAGE + HEAD, 1 << 24));
            let ((to_editor, from_sound), (to_sound, from_editor)) = (ring(), ring());
            desk = Desk {
                sender: Some(Writer(to_editor)),
                receiver: Some(Reader::new(from_editor)),
                editor: Some((Writer(to_sound), Reader::new(from_sound))),
            };
        }
        #[expect(clippy::disallowed_types, reason = "as above")]
        let desk = Mutex::new(desk);
        Arc::new(Self { watched: AtomicBool::new(false), lost: AtomicUsize::new(0), desk })
    }

    fn with_desk<R>(&self, body: impl FnOnce(&mut Desk) -> R) -> R {
        // Whole between any two statements.
        body(&mut self.desk.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the editor's side; `None` while another has it, and for plugins without messages. Adaptors
    /// take it. `[any thread but audio]`
    #[must_use]
    pub fn attach(self: &Arc<Self>) -> Option<EditorEnd> {
        let (writer, reader) = self.with_desk(|desk| desk.editor.take())?;
        Some(EditorEnd { writer: Some(writer), reader: Some(reader), messages: Arc::clone(self) })
    }

    /// The sound's ends, for a run. They do nothing where an older run still has them.
    pub(crate) fn sound(self: &Arc<Self>) -> (MessageSender, MessageReceiver) {
        let (writer, reader) = self.with_desk(|desk| (desk.sender.take(), desk.receiver.take()));
        let messages = || Arc::clone(self);
        (MessageSender { writer, messages: messages() }, MessageReceiver { reader, messages: messages() })
    }

    /// How many messages were refused since this was last asked, each way together. `[any thread]`
    pub fn take_lost(&self) -> usize {
        // Relaxed: a number for people.
        self.lost.swap(0, Ordering::Relaxed)
    }

    fn lose(&self) {
        // Relaxed: as above.
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether an editor listens. `[any thread, audio too]`
    #[inline]
    fn watched(&self) -> bool {
        // Relaxed: whoever sees the old answer sends a little too much or too little.
        self.watched.load(Ordering::Relaxed)
    }
}

/// The sound's way to its editor. The processor keeps it, or a task that works something out.
#[derive(Debug)]
pub struct MessageSender {
    writer: Option<Writer>,
    messages: Arc<Messages>,
}

impl MessageSender {
    /// Whether an editor listens, and working something out for it is worth while. `[one thread, audio too]`
    #[must_use]
    #[inline]
    pub fn watched(&self) -> bool {
        self.writer.is_some() && self.messages.watched()
    }

    /// Sends a message. `[one thread, audio too]`
    ///
    /// # Errors
    /// Where it is too long, where the editor has not taken those before (both counted), and where no
    /// editor is open.
    pub fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        let Some(writer) = self.writer.as_mut().filter(|_| self.messages.watched()) else {
            return Err(SendError::Unsupported);
        };
        writer.write(message).inspect_err(|_| self.messages.lose())
    }
}

impl Drop for MessageSender {
    fn drop(&mut self) {
        if let Some(writer) = self.writer.take() {
            self.messages.with_desk(|desk| desk.sender = Some(writer));
        }
    }
}

/// Where the messages of the editor come out. The processor keeps it.
#[derive(Debug)]
pub struct MessageReceiver {
    reader: Option<Reader>,
    messages: Arc<Messages>,
}

impl MessageReceiver {
    /// The oldest message that waits. `[one thread, audio too]`
    #[inline]
    pub fn receive(&mut self) -> Option<&[u8]> {
        self.reader.as_mut()?.read()
    }
}

impl Drop for MessageReceiver {
    fn drop(&mut self) {
        if let Some(reader) = self.reader.take() {
            self.messages.with_desk(|desk| desk.receiver = Some(reader));
        }
    }
}

/// The editor's side, for adaptors. Dropped, it goes back, and nobody listens any more.
#[derive(Debug)]
pub struct EditorEnd {
    writer: Option<Writer>,
    reader: Option<Reader>,
    messages: Arc<Messages>,
}

impl EditorEnd {
    /// Says whether an editor listens. What was sent to the one before is forgotten when a new one comes.
    /// `[one thread, audio too]`
    pub fn watch(&mut self, watched: bool) {
        if watched
            && !self.messages.watched()
            && let Some(reader) = &mut self.reader
        {
            reader.forget();
        }
        // Relaxed: see `Messages::watched`.
        self.messages.watched.store(watched, Ordering::Relaxed);
    }

    /// Sends a message to the sound. `[one thread, audio too]`
    ///
    /// # Errors
    /// Where it is too long, or the sound has not taken those before; both are counted.
    pub fn send(&mut self, message: &[u8]) -> Result<(), SendError> {
        let Some(writer) = &mut self.writer else { return Err(SendError::Unsupported) };
        writer.write(message).inspect_err(|_| self.messages.lose())
    }

    /// The oldest message of the sound, left where it is. `[one thread, audio too]`
    #[inline]
    pub fn peek(&mut self) -> Option<&[u8]> {
        self.reader.as_mut()?.peek()
    }

    /// Takes the oldest message of the sound. `[one thread, audio too]`
    #[inline]
    pub fn receive(&mut self) -> Option<&[u8]> {
        self.reader.as_mut()?.read()
    }
}

impl Drop for EditorEnd {
    fn drop(&mut self) {
        self.messages.watched.store(false, Ordering::Relaxed);
        if let (Some(writer), Some(reader)) = (self.writer.take(), self.reader.take()) {
            self.messages.with_desk(|desk| desk.editor = Some((writer, reader)));
        }
    }
}

/// The end of a ring where messages go in.
#[derive(Debug)]
struct Writer(Producer<u8>);

impl Writer {
    fn write(&mut self, message: &[u8]) -> Result<(), SendError> {
        if message.len() > MAX_MESSAGE {
            return Err(SendError::TooLong(message.len()));
        }
        if self.0.slots() < HEAD + message.len() {
            return Err(SendError::Full);
        }
        // There is room for both; the reader waits for the whole of a message that it sees the head of.
        let head = (message.len() as u32).to_ne_bytes();
        let written = self.0.push_entire_slice(&head).and_then(|()| self.0.push_entire_slice(message));
        written.map_err(|_| SendError::Full)
    }
}

/// The end where they come out, with room for one.
struct Reader {
    ring: Consumer<u8>,
    message: Box<[u8; MAX_MESSAGE]>,
    /// Bytes of the message that was peeked at and waits in `message`.
    peeked: Option<usize>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Reader {
    fn new(ring: Consumer<u8>) -> Self {
        Self { ring, message: Box::new([0; MAX_MESSAGE]), peeked: None }
    }

    fn peek(&mut self) -> Option<&[u8]> {
        if self.peeked.is_none() {
            let mut bytes = self.head()?;
            let len = u32::from_ne_bytes(bytes) as usize;
            if self.ring.slots() < HEAD + len {
                return None;
            }
            self.ring.pop_entire_slice(&mut bytes).ok()?;
            self.ring.pop_entire_slice(self.message.get_mut(..len)?).ok()?;
            self.peeked = Some(len);
        }
        self.message.get(..self.peeked?)
    }

    /// The bytes before the next message. They stay until all of it is there.
    fn head(&mut self) -> Option<[u8; HEAD]> {
        let head = self.ring.read_chunk(HEAD).ok()?;
        let (first, second) = head.as_slices();
        let mut bytes = [0; HEAD];
        for (to, from) in bytes.iter_mut().zip(first.iter().chain(second)) {
            *to = *from;
        }
        Some(bytes)
    }

    fn read(&mut self) -> Option<&[u8]> {
        self.peek()?;
        let len = self.peeked.take()?;
        self.message.get(..len)
    }

    /// Forgets what has come so far, and no more: a sender that never rests does not hold it up.
    fn forget(&mut self) {
        let mut left = self.ring.slots();
        self.peeked = None;
        while left > 0
            && let Some(message) = self.read()
        {
            left = left.saturating_sub(HEAD + message.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_both_ways_in_order() {
        let messages = Messages::new(64);
        let (mut sender, mut receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        assert!(messages.attach().is_none(), "one at a time");
        assert_eq!((sender.watched(), sender.send(b"nobody")), (false, Err(SendError::Unsupported)));
        editor.watch(true);
        assert!(sender.watched());
        for text in ["a", "", "ccc"] {
            sender.send(text.as_bytes()).unwrap();
            editor.send(text.as_bytes()).unwrap();
        }
        assert_eq!(editor.peek(), Some(&b"a"[..]));
        for text in ["a", "", "ccc"] {
            assert_eq!(editor.receive(), Some(text.as_bytes()));
            assert_eq!(receiver.receive(), Some(text.as_bytes()));
        }
        assert_eq!((editor.receive(), receiver.receive(), messages.take_lost()), (None, None, 0));
    }

    #[test]
    fn what_finds_no_room_is_refused_and_counted() {
        let messages = Messages::new(1);
        let (mut sender, _receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        let longest = vec![7; MAX_MESSAGE];
        assert_eq!(sender.send(&longest), Ok(()), "there is room for the longest at least");
        assert_eq!(sender.send(&[]), Err(SendError::Full));
        assert_eq!(sender.send(&vec![0; MAX_MESSAGE + 1]), Err(SendError::TooLong(MAX_MESSAGE + 1)));
        assert_eq!((messages.take_lost(), messages.take_lost()), (2, 0));
        assert_eq!(editor.receive(), Some(&longest[..]));
        assert_eq!(sender.send(b"again"), Ok(()));
    }

    #[test]
    fn a_new_editor_gets_nothing_of_the_old_ones() {
        let messages = Messages::new(100);
        let (mut sender, receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        sender.send(b"old").unwrap();
        assert_eq!(editor.peek(), Some(&b"old"[..]));
        sender.send(b"old too").unwrap();
        drop(editor);
        assert!(!sender.watched(), "nobody listens to what was dropped");
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        sender.send(b"new").unwrap();
        assert_eq!(editor.receive(), Some(&b"new"[..]));
        // The next run.
        drop((sender, receiver));
        let (mut sender, mut receiver) = messages.sound();
        sender.send(b"next").unwrap();
        editor.send(b"back").unwrap();
        assert_eq!((editor.receive(), receiver.receive()), (Some(&b"next"[..]), Some(&b"back"[..])));
        let (second, _) = messages.sound();
        assert!(!second.watched(), "the ends are with the older run");
    }

    #[test]
    fn plugins_without_messages_have_no_ends() {
        let messages = Messages::new(0);
        let (mut sender, mut receiver) = messages.sound();
        assert!(messages.attach().is_none());
        assert_eq!((sender.send(b"x"), receiver.receive()), (Err(SendError::Unsupported), None));
    }

    #[test]
    fn threads_see_whole_messages() {
        let messages = Messages::new(3 * MAX_MESSAGE);
        let (mut sender, receiver) = messages.sound();
        let mut editor = messages.attach().unwrap();
        editor.watch(true);
        let writer = std::thread::spawn(move || {
            let mut sent = 0;
            for n in 0..20_000_u32 {
                let message = vec![n as u8; n as usize * 7 % 600];
                sent += usize::from(sender.send(&message).is_ok());
            }
            (sent, sender)
        });
        let mut seen = 0;
        loop {
            let done = writer.is_finished();
            while let Some(message) = editor.receive() {
                assert!(message.iter().all(|byte| *byte == message[0]));
                seen += 1;
            }
            if done {
                break;
            }
        }
        let (sent, sender) = writer.join().unwrap();
        assert_eq!((seen, messages.take_lost()), (sent, 20_000 - sent));
        drop((sender, receiver));
    }
}
