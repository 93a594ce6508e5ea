//! Who has the keyboard. It is the host's: its keys play notes and start the transport.
//!
//! - As long as no control has the toolkit's focus, the window asks for no key events, and the display
//!   gives them to the host's window by itself.
//! - While a control has it, the window takes keys with the pointer in it, and gives those that the
//!   control has no use for to the host's window.
//! - Only while a text is being typed the window has the display's focus, and then gives it back to who
//!   had it before.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use dyad_gui::egui::{Event, Modifiers};
use keyboard_types::{Code, KeyState, KeyboardEvent};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConnectionExt as _, EventMask, InputFocus, KEY_PRESS_EVENT,
    KEY_RELEASE_EVENT, KeyPressEvent, Window,
};

use super::{Link, keys};
use crate::clipboard;
use crate::exchange::Exchange;

/// The keyboard, as one window has it.
pub(super) struct Keyboard {
    link: Rc<Link>,
    window: Window,
    exchange: Arc<Exchange>,
    /// What the window hears of in any case.
    events: EventMask,
    /// It hears of keys.
    takes: bool,
    /// Who had the display's focus before; none while it is not here.
    before: Option<Window>,
    typing: bool,
    /// Keys whose press went to the editor, and those whose press went to the host.
    held: Vec<Code>,
    passed: Vec<Code>,
}

impl Keyboard {
    pub(super) fn new(link: Rc<Link>, window: Window, exchange: Arc<Exchange>, events: EventMask) -> Self {
        Self {
            link,
            window,
            exchange,
            events,
            takes: false,
            before: None,
            typing: false,
            held: Vec::new(),
            passed: Vec::new(),
        }
    }

    /// Takes the keyboard as far as the editor has a use for it now.
    pub(super) fn follow(&mut self, takes: bool, typing: bool) {
        let connection = self.link.connection();
        if takes != self.takes {
            let keys = EventMask::KEY_PRESS | EventMask::KEY_RELEASE;
            let events = if takes { self.events | keys } else { self.events };
            let attributes = ChangeWindowAttributesAux::new().event_mask(events);
            let _ = connection.change_window_attributes(self.window, &attributes);
            let _ = connection.flush();
            self.takes = takes;
        }
        if typing != self.typing {
            self.typing = typing;
            if typing { self.take_focus() } else { self.give_back() }
        }
    }

    fn focus(&self) -> Option<Window> {
        let reply = self.link.connection().get_input_focus().ok()?.reply().ok()?;
        Some(reply.focus)
    }

    fn take_focus(&mut self) {
        let Some(before) = self.focus().filter(|focus| *focus != self.window) else { return };
        let connection = self.link.connection();
        if let Ok(cookie) = connection.set_input_focus(InputFocus::PARENT, self.window, CURRENT_TIME)
            && cookie.check().is_ok()
        {
            self.before = Some(before);
        }
    }

    /// Gives the display's focus back, if it is still here.
    pub(super) fn give_back(&mut self) {
        let Some(before) = self.before.take() else { return };
        if self.focus() != Some(self.window) {
            return;
        }
        let connection = self.link.connection();
        let give = |to: Window| {
            Some(connection.set_input_focus(InputFocus::PARENT, to, CURRENT_TIME).ok()?.check())
        };
        // Who had it may be gone; then whoever is under the pointer gets it.
        if !matches!(give(before), Some(Ok(()))) {
            give(u32::from(InputFocus::POINTER_ROOT));
        }
    }

    /// The window has lost the display's focus, it is said. `true` where it was taken away while a text
    /// was being typed: then the user has turned to something else.
    pub(super) fn lost(&mut self) -> bool {
        if self.before.is_none() || self.focus() == Some(self.window) {
            return false;
        }
        self.before = None;
        self.held.clear();
        true
    }

    /// Takes what a key did: into `events`, or to the host.
    pub(super) fn key(
        &mut self,
        event: &KeyboardEvent,
        modifiers: Modifiers,
        wants: impl FnOnce(dyad_gui::egui::Key) -> bool,
        events: &mut Vec<Event>,
    ) {
        let key = keys::key(event).filter(|_| !keys::is_modifier(event.code));
        if event.state == KeyState::Down {
            if !self.typing && !key.is_some_and(wants) {
                remember(&mut self.passed, event.code);
                self.pass(event);
                return;
            }
            let repeat = !remember(&mut self.held, event.code);
            if let Some(key) = key {
                press(key, true, repeat, modifiers, events);
            }
            if self.typing
                && let Some(text) = self.text(event)
            {
                write(&text, modifiers, events);
            }
        } else if forget(&mut self.held, event.code) {
            if let Some(key) = key {
                press(key, false, false, modifiers, events);
            }
        } else {
            // Also one that was pressed when the keyboard was still the host's.
            forget(&mut self.passed, event.code);
            self.pass(event);
        }
    }

    /// Gives a key to the host's window.
    fn pass(&self, event: &KeyboardEvent) {
        // Relaxed: it orders nothing.
        let host = self.exchange.host_window.load(Ordering::Relaxed);
        let Some(detail) = keys::keycode(event.code).filter(|_| host != 0) else { return };
        let connection = self.link.connection();
        let (kind, mask) = match event.state {
            KeyState::Down => (KEY_PRESS_EVENT, EventMask::KEY_PRESS),
            KeyState::Up => (KEY_RELEASE_EVENT, EventMask::KEY_RELEASE),
        };
        let event = KeyPressEvent {
            response_type: kind,
            detail,
            sequence: 0,
            time: CURRENT_TIME,
            root: connection.setup().roots.first().map_or(0, |screen| screen.root),
            event: host,
            child: x11rb::NONE,
            root_x: 0,
            root_y: 0,
            event_x: 0,
            event_y: 0,
            state: keys::state(event.modifiers),
            same_screen: true,
        };
        let _ = connection.send_event(true, host, mask, event);
        let _ = connection.flush();
    }

    /// What a key writes: what the display has on it. Of the modifiers, baseview leaves out those that
    /// choose other signs; the display knows how they are.
    fn text(&self, event: &KeyboardEvent) -> Option<String> {
        use keyboard_types::Modifiers;
        let connection = self.link.connection();
        let code = keys::keycode(event.code)?;
        let signs = connection.get_keyboard_mapping(code, 1).ok()?.reply().ok()?.keysyms;
        let held = connection.query_pointer(self.window).ok()?.reply().ok()?.mask;
        let [shift, caps, numbers] = [Modifiers::SHIFT, Modifiers::CAPS_LOCK, Modifiers::NUM_LOCK]
            .map(|modifier| event.modifiers.contains(modifier));
        keys::written(&signs, u16::from(held), shift, caps, numbers).map(String::from)
    }
}

/// What a key means, besides what it writes.
pub(super) fn press(
    key: dyad_gui::egui::Key,
    pressed: bool,
    repeat: bool,
    modifiers: Modifiers,
    events: &mut Vec<Event>,
) {
    use dyad_gui::egui::Key;
    let (command, shift) = (modifiers.command && !modifiers.alt, modifiers.shift);
    let copies = match key {
        Key::C if command => Some(Event::Copy),
        Key::X if command => Some(Event::Cut),
        Key::Insert if command => Some(Event::Copy),
        Key::V if command => clipboard::paste().map(Event::Paste),
        Key::Insert if shift => clipboard::paste().map(Event::Paste),
        _ => None,
    };
    match copies {
        Some(event) if pressed => events.push(event),
        Some(_) => {}
        None => events.push(Event::Key { key, physical_key: None, pressed, repeat, modifiers }),
    }
}

/// What a key writes.
pub(super) fn write(text: &str, modifiers: Modifiers, events: &mut Vec<Event>) {
    if !modifiers.command && !modifiers.alt {
        events.push(Event::Text(text.to_owned()));
    }
}

/// Adds a key. `false` where it was there.
fn remember(list: &mut Vec<Code>, code: Code) -> bool {
    let new = !list.contains(&code);
    if new {
        list.push(code);
    }
    new
}

/// Takes a key away. `false` where it was not there.
fn forget(list: &mut Vec<Code>, code: Code) -> bool {
    let place = list.iter().position(|known| *known == code);
    place.map(|place| list.swap_remove(place)).is_some()
}
