//! The program's own connection to the display: what happens to the window that the page is in, who has
//! the keyboard, and keys for the host. GTK's connection would end the program with the first error.

use std::cell::{Cell, OnceCell};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::Arc;

use gtk::glib::{self, ControlFlow, IOCondition};
use rustix::event::{PollFd, PollFlags, Timespec};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, InputFocus, KEY_PRESS_EVENT,
    KEY_RELEASE_EVENT, KeyPressEvent, Window,
};
use x11rb::rust_connection::{ConnectError, ReplyError, RustConnection};

use crate::confine::leave;

type Listener = Box<dyn Fn(Happens)>;

/// A connection to the display.
pub(crate) struct Display {
    connection: Arc<RustConnection>,
    root: Window,
    /// The window that the page is in, and who is told.
    listener: OnceCell<(Window, Listener)>,
    /// The main loop will look for events.
    looks: Cell<bool>,
}

/// What happens to windows.
pub(crate) enum Happens {
    /// The window of the page has another size.
    Size([u32; 2]),
    /// The page's window has lost the display's focus, it is said.
    Lost,
}

/// To whom the display's focus is given back.
#[derive(Clone, Copy)]
pub(crate) struct Back {
    /// Who had it before.
    before: Window,
    /// The window of the screen that the page is in.
    home: Option<Window>,
}

/// A key, as the display has it.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) code: u8,
    pub(crate) state: u16,
    pub(crate) down: bool,
    pub(crate) time: u32,
}

impl Display {
    pub(crate) fn open() -> Result<Self, ConnectError> {
        let (connection, screen) = x11rb::connect(None)?;
        let root = connection.setup().roots[screen].root;
        Ok(Self {
            connection: Arc::new(connection),
            root,
            listener: OnceCell::new(),
            looks: Cell::new(false),
        })
    }

    /// Asks for what happens to a window.
    fn watch(&self, window: Window, events: EventMask) -> Result<(), ReplyError> {
        let attributes = ChangeWindowAttributesAux::new().event_mask(events);
        self.connection.change_window_attributes(window, &attributes)?.check()
    }

    /// Asks for what happens to the window that the page is to be in, and for its size.
    pub(crate) fn watch_parent(&self, window: Window) -> Result<[u32; 2], ReplyError> {
        self.watch(window, EventMask::STRUCTURE_NOTIFY)?;
        let geometry = self.connection.get_geometry(window)?.reply()?;
        Ok([geometry.width, geometry.height].map(u32::from))
    }

    /// Asks when the page's own window loses the focus.
    pub(crate) fn watch_focus(&self, window: Window) {
        let _ = self.watch(window, EventMask::FOCUS_CHANGE);
    }

    /// Tells `take` what happens, from the main loop. The program ends with `parent`.
    pub(crate) fn listen(self: &Rc<Self>, parent: Window, take: impl Fn(Happens) + 'static) {
        let _ = self.listener.set((parent, Box::new(take)));
        let display = Rc::clone(self);
        let condition = IOCondition::IN | IOCondition::HUP | IOCondition::ERR;
        glib::source::unix_fd_add_local(self.connection.stream().as_raw_fd(), condition, move |_, _| {
            display.look();
            ControlFlow::Continue
        });
        self.look_soon();
    }

    /// Events that came together with an answer are read already: the main loop does not see them.
    fn look_soon(self: &Rc<Self>) {
        if !self.looks.replace(true) {
            let display = Rc::clone(self);
            glib::idle_add_local_full(glib::Priority::DEFAULT, move || {
                display.looks.set(false);
                display.look();
                ControlFlow::Break
            });
        }
    }

    fn look(&self) {
        let Some((parent, take)) = self.listener.get() else { return };
        let (mut size, mut lost) = (None, false);
        loop {
            match self.connection.poll_for_event() {
                Ok(Some(Event::DestroyNotify(event))) if event.window == *parent => leave(0),
                Ok(Some(Event::ConfigureNotify(event))) if event.window == *parent => {
                    size = Some([event.width, event.height].map(u32::from));
                }
                Ok(Some(Event::FocusOut(_))) => lost = true,
                Ok(Some(_)) => {}
                Ok(None) => break,
                // The display is gone.
                Err(_) => leave(0),
            }
        }
        if let Some(size) = size {
            take(Happens::Size(size));
        }
        if lost {
            take(Happens::Lost);
        }
    }

    /// Who has the display's focus.
    pub(crate) fn focus(self: &Rc<Self>) -> Option<Window> {
        self.look_soon();
        focus(&self.connection)
    }

    /// Whether the page, in one of its windows, may take the display's focus from who has it now: from
    /// what is in one window of the screen with the page or with the host's window, or from nobody, where
    /// the pointer is in the page.
    fn may_take(&self, page: Window, host: Window, focus: Window) -> bool {
        if focus == x11rb::NONE || focus == u32::from(InputFocus::POINTER_ROOT) || focus == self.root {
            return self.has_pointer(page);
        }
        let outermost = |window| line(&self.connection, window).last().copied();
        let of_focus = outermost(focus);
        of_focus.is_some() && [page, host].map(outermost).contains(&of_focus)
    }

    /// Whether the pointer is in a window, and nothing of others in front of it there.
    fn has_pointer(&self, window: Window) -> bool {
        let mut next = self.root;
        while next != x11rb::NONE && next != window {
            let pointer = self.connection.query_pointer(next).ok().and_then(|pointer| pointer.reply().ok());
            next = pointer.map_or(x11rb::NONE, |pointer| pointer.child);
        }
        next == window
    }

    /// Takes the display's focus for the page, as of the time of an event: to whom it is to be given back.
    /// `None` where it is not to be had. `soon` after the event, another
    /// of the host's windows may have it by the click itself: some give it to them at no time but now.
    pub(crate) fn take_focus(
        self: &Rc<Self>,
        page: Window,
        host: Window,
        time: u32,
        soon: bool,
    ) -> Option<Back> {
        let before = self.focus()?;
        if before == page || !self.may_take(page, host, before) {
            return None;
        }
        let take = |time| set_focus(&self.connection, page, time) && self.focus() == Some(page);
        let taken = take(time) || soon && self.focus() == Some(before) && take(CURRENT_TIME);
        taken.then(|| Back { before, home: top(&self.connection, page) })
    }

    /// Gives the display's focus back, if it is still the page's.
    pub(crate) fn give_focus_back(self: &Rc<Self>, page: Window, back: Back, host: Window, time: u32) {
        self.look_soon();
        give_back(&self.connection, page, back, host, time);
    }

    /// The same, before the program ends: a display that does not answer is not waited for.
    pub(crate) fn give_focus_back_at_end(&self, page: Window, back: Back, host: Window, time: u32) {
        const LONGEST: Timespec = Timespec { tv_sec: 0, tv_nsec: 200_000_000 };
        let Ok((done, does)) = UnixStream::pair() else { return };
        let connection = Arc::clone(&self.connection);
        let thread = std::thread::Builder::new().spawn(move || {
            give_back(&connection, page, back, host, time);
            drop(does);
        });
        if thread.is_ok() {
            let _ = rustix::event::poll(&mut [PollFd::new(&done, PollFlags::IN)], Some(&LONGEST));
        }
    }

    /// Whether the display has gone, which the main loop may not have seen yet.
    pub(crate) fn is_gone(&self) -> bool {
        let mut end = [PollFd::new(self.connection.stream(), PollFlags::RDHUP)];
        let none = Timespec { tv_sec: 0, tv_nsec: 0 };
        let _ = rustix::event::poll(&mut end, Some(&none));
        end[0].revents().intersects(PollFlags::HUP | PollFlags::RDHUP | PollFlags::ERR)
    }

    /// Gives a key to a window of the host's.
    pub(crate) fn send_key(&self, window: Window, key: Key) {
        let (kind, mask) = if key.down {
            (KEY_PRESS_EVENT, EventMask::KEY_PRESS)
        } else {
            (KEY_RELEASE_EVENT, EventMask::KEY_RELEASE)
        };
        let event = KeyPressEvent {
            response_type: kind,
            detail: key.code,
            sequence: 0,
            time: key.time,
            root: self.root,
            event: window,
            child: x11rb::NONE,
            root_x: 0,
            root_y: 0,
            event_x: 0,
            event_y: 0,
            state: key.state.into(),
            same_screen: true,
        };
        let _ = self.connection.send_event(true, window, mask, event);
        let _ = self.connection.flush();
    }

    /// Whether screen readers' bus has left its address on the root window.
    pub(crate) fn has_reader_bus(&self) -> bool {
        let read = || -> Result<bool, ReplyError> {
            let name = self.connection.intern_atom(true, b"AT_SPI_BUS")?.reply()?.atom;
            if name == x11rb::NONE {
                return Ok(false);
            }
            let kind = AtomEnum::STRING;
            let property = self.connection.get_property(false, self.root, name, kind, 0, 1)?.reply()?;
            Ok(!property.value.is_empty())
        };
        read().unwrap_or(false)
    }
}

fn focus(connection: &RustConnection) -> Option<Window> {
    Some(connection.get_input_focus().ok()?.reply().ok()?.focus)
}

/// Gives the display's focus to a window, as of a time; the display does nothing if it was given to another
/// later. `false` where the window is not there, or not to be seen.
fn set_focus(connection: &RustConnection, window: Window, time: u32) -> bool {
    let set = connection.set_input_focus(InputFocus::PARENT, window, time);
    set.is_ok_and(|cookie| cookie.check().is_ok())
}

/// Gives it, if a page has it, to who had it before, or else to the host's window; to whoever is under the
/// pointer where all are gone, as with no focus at all the keyboard would be dead. As of the time of the
/// page's last event: so it can be taken again as of that time, if nobody else had it since.
fn give_back(connection: &RustConnection, page: Window, back: Back, host: Window, time: u32) {
    let others = || [top(connection, host), Some(host), back.home, Some(InputFocus::POINTER_ROOT.into())];
    for time in [time, CURRENT_TIME] {
        if focus(connection) != Some(page) {
            return;
        }
        let there = |window: Window| window != x11rb::NONE && set_focus(connection, window, time);
        if !there(back.before) {
            others().into_iter().flatten().any(there);
        }
    }
}

/// A window and those that it is in, up to that of the screen. None where it is gone.
fn line(connection: &RustConnection, window: Window) -> Vec<Window> {
    let (mut line, mut next) = (Vec::new(), window);
    while next != x11rb::NONE {
        let tree = connection.query_tree(next).ok().and_then(|tree| tree.reply().ok());
        let Some(tree) = tree else { return Vec::new() };
        // The root, at the end, is in none.
        if tree.parent != x11rb::NONE {
            line.push(next);
        }
        next = tree.parent;
    }
    line
}

/// The window of the screen that one is in, as the user sees it: what a window manager puts around it
/// is not asked for.
fn top(connection: &RustConnection, window: Window) -> Option<Window> {
    let line = line(connection, window);
    let named = || {
        let name = connection.intern_atom(true, b"WM_STATE").ok()?.reply().ok()?.atom;
        line.iter().copied().find(|window| {
            let any = AtomEnum::ANY;
            let state = connection.get_property(false, *window, name, any, 0, 0).ok();
            let state = state.and_then(|state| state.reply().ok());
            name != x11rb::NONE && state.is_some_and(|state| state.type_ != x11rb::NONE)
        })
    };
    named().or_else(|| line.last().copied())
}
