//! The program's own connection to the display: what happens to the window that the page is in, who has
//! the keyboard, and keys for the host. GTK's connection would end the program with the first error.

use std::cell::{Cell, OnceCell};
use std::os::fd::AsRawFd;
use std::rc::Rc;

use gtk::glib::{self, ControlFlow, IOCondition};
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
    connection: RustConnection,
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
        Ok(Self { connection, root, listener: OnceCell::new(), looks: Cell::new(false) })
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
        Some(self.connection.get_input_focus().ok()?.reply().ok()?.focus)
    }

    /// Gives the display's focus to a window. `false` where it is not there, or not to be seen.
    pub(crate) fn set_focus(self: &Rc<Self>, window: Window) -> bool {
        self.look_soon();
        let set = self.connection.set_input_focus(InputFocus::PARENT, window, CURRENT_TIME);
        set.is_ok_and(|cookie| cookie.check().is_ok())
    }

    /// Gives it to whoever is under the pointer.
    pub(crate) fn set_focus_anywhere(self: &Rc<Self>) {
        self.set_focus(u32::from(InputFocus::POINTER_ROOT));
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
