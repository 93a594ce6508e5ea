//! An open editor, through the table of its binary.

use std::ffi::c_void;
#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while anything is called"
)]
use std::sync::Mutex;
use std::sync::PoisonError;

use dyad_core::guard::{guard, log};
use dyad_core::message::EditorEnd;
use dyad_editor_abi::{Colors, EditorV1, Flags, OpenV1, ToEditor};

/// More than any editor says between two polls; what comes then is not believed.
const MOST_HEARD: usize = 4 << 20;
/// Bytes of messages in one telling, about; the rest waits for the next one.
const MOST_MESSAGES: usize = 64 << 10;
/// The longest line that an editor can write to the log, in bytes.
const LONGEST_LINE: usize = 1 << 10;

/// How an editor is to be opened.
pub(crate) struct Request {
    pub(crate) parent: u64,
    /// 0 where the host did not say.
    pub(crate) scale: f64,
    /// 0 for what the editor wants.
    pub(crate) size: [u32; 2],
    pub(crate) flags: Flags,
}

/// An open editor; dropping it closes it. One call at a time.
pub(crate) struct Open {
    table: EditorV1,
    /// What the table's functions take; null once it is closed.
    editor: *mut c_void,
    ear: Box<Ear>,
    messages: Option<EditorEnd>,
    frames: Vec<u8>,
}

// SAFETY: the table's functions may be called from any thread, one at a time.
unsafe impl Send for Open {}

/// Where an editor's frames arrive; at a fixed place, because the editor knows it.
struct Ear {
    #[expect(clippy::disallowed_types, reason = "as above")]
    heard: Mutex<Vec<u8>>,
}

impl Ear {
    fn take(&self) -> Vec<u8> {
        // Whole between any two statements.
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

unsafe extern "C" fn hear(host: *mut c_void, frames: *const u8, len: usize) {
    guard("an editor's frames", (), || {
        if host.is_null() || frames.is_null() || len > MOST_HEARD {
            return;
        }
        // SAFETY: the ear that was given with this function, which lives as long as the editor is open;
        // so many bytes, by the editor's word.
        let (ear, frames) = unsafe { (&*host.cast::<Ear>(), std::slice::from_raw_parts(frames, len)) };
        let mut heard = ear.heard.lock().unwrap_or_else(PoisonError::into_inner);
        if heard.len() + len <= MOST_HEARD {
            heard.extend_from_slice(frames);
        }
    });
}

unsafe extern "C" fn say(_host: *mut c_void, text: *const u8, len: usize) {
    guard("an editor's log", (), || {
        if text.is_null() {
            return;
        }
        // SAFETY: so many bytes, by the editor's word.
        let text = unsafe { std::slice::from_raw_parts(text, len.min(LONGEST_LINE)) };
        // One line, whatever it says.
        let line = text.split(|byte| *byte < b' ').next().unwrap_or_default();
        log(std::str::from_utf8(line).unwrap_or("an editor says something that is no text"));
    });
}

impl Open {
    /// `None` where the editor can't be opened; why, it has said. `[main-thread]`
    pub(crate) fn new(
        table: &EditorV1,
        request: &Request,
        mut messages: Option<EditorEnd>,
    ) -> Option<Self> {
        #[expect(clippy::disallowed_types, reason = "as above")]
        let ear = Box::new(Ear { heard: Mutex::new(Vec::new()) });
        let flags = if messages.is_some() { request.flags.with(Flags::MESSAGES) } else { request.flags };
        let open = OpenV1 {
            size: size_of::<OpenV1>() as u32,
            flags: flags.0,
            parent: request.parent,
            scale: request.scale,
            width: request.size[0],
            height: request.size[1],
            colors: Colors::default(),
            rate: 0.0,
            reserved: 0,
            title: std::ptr::null(),
            host: std::ptr::from_ref::<Ear>(&ear).cast_mut().cast(),
            hear,
            log: say,
        };
        // SAFETY: a table that was checked; the functions above take what is given here.
        let editor = unsafe { (table.open)(&open) };
        if editor.is_null() {
            return None;
        }
        if let Some(messages) = &mut messages {
            messages.watch(true);
        }
        Some(Self { table: *table, editor, ear, messages, frames: Vec::new() })
    }

    /// Tells it what `news` adds and what the sound sends, and has it speak. `false` once its window is
    /// gone.
    pub(crate) fn exchange(&mut self, news: impl FnOnce(&mut Vec<u8>)) -> bool {
        self.frames.clear();
        news(&mut self.frames);
        let most = self.frames.len() + MOST_MESSAGES;
        while let Some(end) = &mut self.messages
            && self.frames.len() < most
            && let Some(message) = end.receive()
        {
            ToEditor::Message(message).encode(&mut self.frames);
        }
        self.tell_frames();
        // SAFETY: an open editor.
        unsafe { (self.table.poll)(self.editor) != 0 }
    }

    /// Tells it one thing.
    pub(crate) fn tell(&mut self, frame: &ToEditor<'_>) {
        self.frames.clear();
        frame.encode(&mut self.frames);
        self.tell_frames();
    }

    fn tell_frames(&mut self) {
        if !self.frames.is_empty() {
            // SAFETY: an open editor, and bytes that it reads before it returns.
            unsafe { (self.table.tell)(self.editor, self.frames.as_ptr(), self.frames.len()) };
        }
    }

    /// Sends a message of its to the sound; one for which there is no room is counted there.
    pub(crate) fn send(&mut self, message: &[u8]) {
        if let Some(end) = &mut self.messages {
            let _ = end.send(message);
        }
    }

    /// Frames that it said.
    pub(crate) fn heard(&self) -> Vec<u8> {
        self.ear.take()
    }

    /// Its socket, or −1.
    pub(crate) fn fd(&self) -> i32 {
        // SAFETY: an open editor.
        unsafe { (self.table.fd)(self.editor) }
    }

    /// Whether it uses a key that the host got.
    pub(crate) fn key(&self, character: u32, code: u32, modifiers: u32, down: bool) -> bool {
        // SAFETY: an open editor.
        unsafe { (self.table.key)(self.editor, character, code, modifiers, u32::from(down)) != 0 }
    }

    /// The position of the parameter at a place of its window, by its word.
    pub(crate) fn find(&self, x: i32, y: i32) -> Option<usize> {
        // SAFETY: an open editor.
        usize::try_from(unsafe { (self.table.find)(self.editor, x, y) }).ok()
    }

    /// Closes it; gives its last frames.
    pub(crate) fn close(mut self) -> Vec<u8> {
        self.shut();
        self.ear.take()
    }

    fn shut(&mut self) {
        let editor = std::mem::replace(&mut self.editor, std::ptr::null_mut());
        if !editor.is_null() {
            // SAFETY: an open editor, closed once; the ear is still there.
            unsafe { (self.table.close)(editor) };
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.shut();
    }
}
