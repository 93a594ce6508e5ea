//! The pointer and the keys of a user, by the extension XTEST: programs can't tell them from real ones.

use x11rb::protocol::xproto::{
    BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _,
    EventMask, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;

use super::{HEIGHT, Screen, WIDTH, pause};

/// A button of the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Button {
    /// The left one.
    Left = 1,
    /// The right one.
    Right = 3,
    /// The wheel, away from the user.
    WheelUp = 4,
    /// The wheel, towards the user.
    WheelDown = 5,
}

impl Screen {
    /// Moves the pointer.
    ///
    /// # Panics
    /// Where the X server is gone, as with all that follow.
    pub fn point(&self, (x, y): (i32, i32)) {
        let moved = self.connection.xtest_fake_input(
            MOTION_NOTIFY_EVENT,
            0,
            x11rb::CURRENT_TIME,
            self.root,
            x as i16,
            y as i16,
            0,
        );
        moved.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Moves the pointer to where no window is.
    pub fn point_away(&self) {
        self.point((i32::from(WIDTH) - 1, i32::from(HEIGHT) - 1));
    }

    /// Presses a button or lets it go.
    pub fn button(&self, button: Button, down: bool) {
        let kind = if down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        let pressed =
            self.connection.xtest_fake_input(kind, button as u8, x11rb::CURRENT_TIME, self.root, 0, 0, 0);
        pressed.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Clicks somewhere.
    pub fn click(&self, at: (i32, i32)) {
        self.point(at);
        self.button(Button::Left, true);
        self.button(Button::Left, false);
    }

    /// Turns the wheel by one notch.
    pub fn wheel(&self, button: Button) {
        self.button(button, true);
        self.button(button, false);
    }

    /// Presses the left button, moves in steps as a hand does, and lets go.
    pub fn drag(&self, from: (i32, i32), by: (i32, i32)) {
        self.hold(from, by);
        self.button(Button::Left, false);
    }

    /// A drag that is not ended yet.
    pub fn hold(&self, from: (i32, i32), by: (i32, i32)) {
        self.point(from);
        // What a hand can't do faster: editors that look at the pointer once for each picture see it
        // arrive, press and move.
        pause();
        self.button(Button::Left, true);
        for step in 1..=10 {
            pause();
            self.point((from.0 + by.0 * step / 10, from.1 + by.1 * step / 10));
        }
        pause();
    }

    /// Presses keys together and lets them go, by their X11 keysyms: modifiers first.
    ///
    /// # Panics
    /// Where the keyboard has no such key.
    pub fn keys(&self, keysyms: &[u32]) {
        let codes: Vec<_> = keysyms.iter().map(|keysym| self.code(*keysym)).collect();
        for code in &codes {
            self.key(*code, true);
        }
        for code in codes.iter().rev() {
            self.key(*code, false);
        }
    }

    fn key(&self, code: u8, down: bool) {
        let kind = if down { KEY_PRESS_EVENT } else { KEY_RELEASE_EVENT };
        let pressed = self.connection.xtest_fake_input(kind, code, x11rb::CURRENT_TIME, self.root, 0, 0, 0);
        pressed.and_then(|_| self.synced()).expect("the X server is there");
    }

    fn code(&self, keysym: u32) -> u8 {
        let setup = x11rb::connection::Connection::setup(&self.connection);
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.connection.get_keyboard_mapping(first, last - first + 1).ok();
        let mapping = mapping.and_then(|cookie| cookie.reply().ok()).expect("the X server has a keyboard");
        let each = usize::from(mapping.keysyms_per_keycode).max(1);
        let place = mapping.keysyms.chunks(each).position(|keysyms| keysyms.first() == Some(&keysym));
        let place = place.unwrap_or_else(|| panic!("there is no key for {keysym:#x}"));
        first + place as u8
    }

    /// Gives a window the keyboard, as a window manager does.
    pub fn focus(&self, window: Window) {
        let given = self.connection.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME);
        given.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Which window has the keyboard.
    #[must_use]
    pub fn focused(&self) -> Window {
        let focus = self.connection.get_input_focus().ok().and_then(|cookie| cookie.reply().ok());
        focus.expect("the X server is there").focus
    }

    /// Gives a window another size, as a user or a window manager does.
    pub fn resize(&self, window: Window, width: u32, height: u32) {
        let size = ConfigureWindowAux::new().width(width).height(height);
        let told = self.connection.configure_window(window, &size);
        told.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Puts a window somewhere, in front of all others.
    pub fn put(&self, window: Window, x: i32, y: i32) {
        let place = ConfigureWindowAux::new().x(x).y(y);
        let place = place.stack_mode(x11rb::protocol::xproto::StackMode::ABOVE);
        let told = self.connection.configure_window(window, &place);
        told.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Destroys a window under its owner's feet.
    pub fn destroy(&self, window: Window) {
        let told = self.connection.destroy_window(window);
        told.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Asks a window to close, as the button in its frame does.
    pub fn close(&self, window: Window) {
        let atom = |name: &[u8]| {
            let atom = self.connection.intern_atom(false, name).ok().and_then(|atom| atom.reply().ok());
            atom.expect("the X server is there").atom
        };
        let (protocols, delete) = (atom(b"WM_PROTOCOLS"), atom(b"WM_DELETE_WINDOW"));
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        let sent = self.connection.send_event(false, window, EventMask::NO_EVENT, message);
        sent.and_then(|_| self.synced()).expect("the X server is there");
    }

    /// Waits until the server has done all that was asked of it.
    pub(super) fn synced(&self) -> Result<(), x11rb::errors::ConnectionError> {
        let _ = self.connection.get_input_focus()?.reply();
        Ok(())
    }
}
