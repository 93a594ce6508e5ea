//! The socket to the editor, in the main loop. Nothing waits for it but a last word.

use std::cell::{Cell, RefCell};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::{Duration, Instant};

use dyad_web_wire::{FromProgram, MAX_MESSAGE, Reader, Writer};
use gtk::glib::{self, ControlFlow, IOCondition};
use rustix::event::{PollFd, PollFlags, Timespec};

use crate::confine::{self, leave};

/// How the program ends.
pub(crate) mod code {
    pub(crate) const BY_HAND: u8 = 2;
    pub(crate) const DISPLAY: u8 = 3;
    pub(crate) const WEB_PROCESS: u8 = 4;
    pub(crate) const PAGE: u8 = 5;
    pub(crate) const PROTOCOL: u8 = 6;
    pub(crate) const NETWORK: u8 = 7;
    pub(crate) const BUG: u8 = 101;
}

/// The most bytes that wait for the editor; beyond, a page's messages are left out.
const MAX_PENDING: usize = 1 << 20;

/// How long the last word is waited for.
const LAST: Duration = Duration::from_millis(500);

pub(crate) struct Link {
    socket: UnixStream,
    writer: RefCell<Writer>,
    /// Messages that were left out and not told of.
    dropped: Cell<u32>,
    /// The main loop looks for room in the socket.
    waits: Cell<bool>,
}

impl Link {
    pub(crate) fn new(socket: UnixStream) -> Rc<Self> {
        let (writer, dropped, waits) = Default::default();
        Rc::new(Self { socket, writer, dropped, waits })
    }

    /// Says something, of what is always said.
    pub(crate) fn send(self: &Rc<Self>, frame: &FromProgram<'_>) {
        frame.encode(self.writer.borrow_mut().buffer());
        self.flush();
    }

    /// Hands a message of the page's on, or counts it where it can't.
    pub(crate) fn forward(self: &Rc<Self>, text: &str) {
        if text.len() > MAX_MESSAGE || self.writer.borrow().pending() > MAX_PENDING {
            self.dropped.set(self.dropped.get().saturating_add(1));
        } else {
            self.tell_dropped();
            FromProgram::Message(text).encode(self.writer.borrow_mut().buffer());
        }
        self.flush();
    }

    fn tell_dropped(&self) {
        let dropped = self.dropped.take();
        if dropped > 0 {
            FromProgram::Dropped(dropped).encode(self.writer.borrow_mut().buffer());
        }
    }

    /// Writes what there is room for, and the rest later.
    fn flush(self: &Rc<Self>) {
        let mut writer = self.writer.borrow_mut();
        if writer.flush(&mut &self.socket).is_err() {
            leave(0);
        }
        if writer.pending() == 0 && self.dropped.get() > 0 {
            drop(writer);
            self.tell_dropped();
            writer = self.writer.borrow_mut();
            if writer.flush(&mut &self.socket).is_err() {
                leave(0);
            }
        }
        if writer.pending() > 0 && !self.waits.replace(true) {
            let link = Rc::clone(self);
            glib::source::unix_fd_add_local(self.socket.as_raw_fd(), IOCondition::OUT, move |_, _| {
                link.waits.set(false);
                link.flush();
                ControlFlow::Break
            });
        }
    }

    /// Says why there is no page, or not any more, and ends the program.
    pub(crate) fn fail(&self, code: u8, why: &str) -> ! {
        // First, as the editor may end the program as soon as it has heard.
        confine::do_last_things();
        // While a panic is told of, it may have come from anywhere.
        if let Ok(mut writer) = self.writer.try_borrow_mut() {
            FromProgram::Failed(why).encode(writer.buffer());
            let deadline = Instant::now() + LAST;
            while writer.flush(&mut &self.socket).is_ok() && writer.pending() > 0 {
                let left = Timespec::try_from(deadline.saturating_duration_since(Instant::now()));
                let mut room = [PollFd::new(&self.socket, PollFlags::OUT)];
                if !matches!(rustix::event::poll(&mut room, left.ok().as_ref()), Ok(1)) {
                    break;
                }
            }
        }
        leave(code)
    }

    /// Gives what the editor says to `take`, as much of it as is there at a time, and whether it is all
    /// there will be. Then the program ends.
    pub(crate) fn listen(self: &Rc<Self>, mut take: impl FnMut(&mut Reader, bool) + 'static) {
        let (link, mut reader) = (Rc::clone(self), Reader::default());
        let condition = IOCondition::IN | IOCondition::HUP | IOCondition::ERR;
        glib::source::unix_fd_add_local(self.socket.as_raw_fd(), condition, move |_, _| {
            let end = !matches!(reader.fill(&mut &link.socket), Ok(true));
            take(&mut reader, end);
            if end {
                leave(0);
            }
            ControlFlow::Continue
        });
    }
}

thread_local! {
    static TELLS: RefCell<Option<Rc<Link>>> = const { RefCell::new(None) };
}

/// Has a panic end the program, with the reason said. It never comes to C code that called it.
pub(crate) fn tell_of_panics(link: &Rc<Link>) {
    TELLS.set(Some(Rc::clone(link)));
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        print(panic);
        // Other threads are not this program's, and have no link.
        let _ = TELLS.try_with(|link| {
            if let Ok(link) = link.try_borrow()
                && let Some(link) = link.as_ref()
            {
                link.fail(code::BUG, &format!("a bug: {panic}"));
            }
        });
        leave(code::BUG);
    }));
}
