//! Who has the keyboard. It is the host's: its keys play notes and start the transport.
//!
//! - As long as no control of the page has its focus, the page's windows ask for no key events, and the
//!   display gives them to the host's window by itself.
//! - While a control has it, they take keys with the pointer in them, and give those that a control has no
//!   use for to the host's window.
//! - Only while a text is being typed the page has the display's focus, and then gives it back to who had
//!   it before, at the latest when the program ends.
//!
//! The page says itself that a text is being typed, and would have the keyboard of every program if that
//! were enough. So the focus is only taken from the host, or from nobody, and only once the user has
//! pressed a button or a key in the page; after the user has turned away from it, a button.
//!
//! The page itself is told once that it has the keyboard, and never that it has lost it: else it would not
//! say which of its controls has the focus.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use gtk::gdk::{self, EventMask, EventType, ModifierType, keys::Key as Sign, keys::constants as sign};
use gtk::glib::Propagation;
use gtk::prelude::*;

use crate::confine;
use crate::parent::{Back, Display, Key};

/// For how long what was pressed is the reason for a change of the focus.
const SOON: Duration = Duration::from_secs(1);

/// The keyboard, as the page has it.
pub(crate) struct Keyboard {
    display: Rc<Display>,
    /// What the page is drawn in, and its number.
    window: gdk::Window,
    id: u32,
    host_window: Cell<u32>,
    typing: Cell<bool>,
    operating: Cell<bool>,
    /// To whom the display's focus is given back; none while it is not here.
    back: Cell<Option<Back>>,
    /// When a button or a key was last pressed in the page, as the display has it and as it was heard of.
    pressed: Cell<Option<(u32, Instant)>>,
    /// The display's focus was taken away, and no button pressed since.
    lost: Cell<bool>,
    /// Keys whose press went to the page, by their codes.
    held: RefCell<Vec<u16>>,
    /// The last key, if it was Tab.
    tab: RefCell<Option<gdk::EventKey>>,
}

impl Keyboard {
    /// `None` where the view is in no window of X11.
    pub(crate) fn new(
        view: &webkit2gtk::WebView,
        display: &Rc<Display>,
        host_window: u32,
    ) -> Option<Rc<Self>> {
        let window = view.window()?;
        let id = window.downcast_ref::<gdkx11::X11Window>()?.xid() as u32;
        let top = view.toplevel()?;
        let keyboard = Rc::new(Self {
            display: Rc::clone(display),
            window,
            id,
            host_window: Cell::new(host_window),
            typing: Cell::new(false),
            operating: Cell::new(false),
            back: Cell::new(None),
            pressed: Cell::new(None),
            lost: Cell::new(false),
            held: RefCell::default(),
            tab: RefCell::default(),
        });
        keyboard.ask(false);
        display.watch_focus(id);
        view.grab_focus();
        // GTK would say it where the window were the display's own idea of a window.
        top.emit_by_name::<bool>("focus-in-event", &[&gdk::Event::new(EventType::FocusChange)]);
        top.connect_focus_out_event(|_, _| Propagation::Stop);
        view.connect_focus_out_event(|_, _| Propagation::Stop);
        let hears = Rc::clone(&keyboard);
        view.connect_button_press_event(move |_, event| {
            hears.clicked(event.time());
            Propagation::Proceed
        });
        let hears = Rc::clone(&keyboard);
        view.connect_touch_event(move |_, event| {
            if event.event_type() == EventType::TouchBegin {
                hears.clicked(event.time());
            }
            Propagation::Proceed
        });
        let gives = Rc::clone(&keyboard);
        confine::before_the_end(move || gives.give_back_at_end());
        let hears = Rc::clone(&keyboard);
        top.connect_key_press_event(move |_, event| hears.key(event, true));
        let hears = Rc::clone(&keyboard);
        top.connect_key_release_event(move |_, event| hears.key(event, false));
        let hears = Rc::clone(&keyboard);
        top.connect_focus(move |top, _| {
            hears.go_round(top);
            Propagation::Stop
        });
        Some(keyboard)
    }

    /// Takes the keyboard as far as the page has a use for it now.
    pub(crate) fn follow(&self, typing: bool, operating: bool, host_window: u32) {
        self.host_window.set(host_window);
        self.operating.set(operating);
        self.ask(typing || operating);
        if self.typing.replace(typing) != typing {
            if typing { self.take_focus() } else { self.give_back() }
        }
    }

    /// Asks for key events, or for none.
    fn ask(&self, keys: bool) {
        let (events, of_keys) =
            (self.window.events(), EventMask::KEY_PRESS_MASK | EventMask::KEY_RELEASE_MASK);
        let wanted = if keys { events | of_keys } else { events - of_keys };
        if wanted != events {
            self.window.set_events(wanted);
            self.window.display().flush();
        }
    }

    /// The user has pressed a button in the page.
    fn clicked(&self, time: u32) {
        self.lost.set(false);
        self.pressed(time);
    }

    /// Or a key.
    fn pressed(&self, time: u32) {
        if self.lost.get() {
            return;
        }
        self.pressed.set(Some((time, Instant::now())));
        if self.typing.get() {
            self.take_focus();
        }
    }

    fn take_focus(&self) {
        let Some((time, when)) = self.pressed.get() else { return };
        if self.back.get().is_none() {
            let soon = when.elapsed() < SOON;
            self.back.set(self.display.take_focus(self.id, self.host_window.get(), time, soon));
        }
    }

    /// Gives the display's focus back, if it is still here.
    fn give_back(&self) {
        if let Some(back) = self.back.take() {
            self.display.give_focus_back(self.id, back, self.host_window.get(), self.time());
        }
    }

    fn give_back_at_end(&self) {
        if let Some(back) = self.back.take() {
            self.display.give_focus_back_at_end(self.id, back, self.host_window.get(), self.time());
        }
    }

    fn time(&self) -> u32 {
        self.pressed.get().map_or(0, |(time, _)| time)
    }

    /// The page has lost the display's focus, it is said. `true` where it was taken away while a text was
    /// being typed: then the user has turned to something else.
    pub(crate) fn lost(&self) -> bool {
        if self.back.get().is_none() || self.display.focus() == Some(self.id) {
            return false;
        }
        self.back.set(None);
        self.pressed.set(None);
        self.lost.set(true);
        self.held.borrow_mut().clear();
        true
    }

    /// Tab went beyond the page's last control, or its first one: none has the focus. As there is nothing
    /// else in the window, the same key again goes on to the one at the other end.
    fn go_round(&self, top: &gtk::Widget) {
        let Some(tab) = self.tab.take() else { return };
        let page = top.downcast_ref::<gtk::Window>().and_then(|top| top.focused_widget());
        if let Some(page) = page {
            // Past `key`: a page without a control would have it for ever.
            gtk::glib::idle_add_local_once(move || {
                page.event(&tab);
            });
        }
    }

    /// Lets the page have a key, or gives it to the host.
    fn key(&self, event: &gdk::EventKey, down: bool) -> Propagation {
        let (code, state) = (event.hardware_keycode(), event.state());
        if down {
            let tab = matches!(event.keyval(), sign::Tab | sign::ISO_Left_Tab);
            self.tab.replace(tab.then(|| event.clone()));
        }
        let mut held = self.held.borrow_mut();
        let known = held.iter().position(|key| *key == code);
        let for_page = if down {
            let wants = self.typing.get() || self.operating.get() && operates(event.keyval(), state);
            if wants && known.is_none() {
                held.push(code);
            }
            wants
        } else {
            // One that was pressed when the keyboard was still the host's is the host's.
            known.map(|known| held.swap_remove(known)).is_some()
        };
        drop(held);
        if for_page {
            if down {
                self.pressed(event.time());
            }
            return Propagation::Proceed;
        }
        let host = self.host_window.get();
        if host != 0
            && let Ok(code) = u8::try_from(code)
        {
            // Beyond its 16 bits, the state is GTK's.
            let state = (state.bits() & 0xffff) as u16;
            self.display.send_key(host, Key { code, state, down, time: event.time() });
        }
        Propagation::Stop
    }
}

/// Whether a control has a use for a key.
fn operates(key: Sign, state: ModifierType) -> bool {
    const OTHERS: ModifierType = ModifierType::CONTROL_MASK.union(ModifierType::MOD1_MASK);
    let known = [
        sign::Left,
        sign::Right,
        sign::Up,
        sign::Down,
        sign::Page_Up,
        sign::Page_Down,
        sign::Home,
        sign::End,
        sign::Delete,
        sign::BackSpace,
        sign::Return,
        sign::Escape,
        sign::Tab,
        sign::ISO_Left_Tab,
        sign::KP_Left,
        sign::KP_Right,
        sign::KP_Up,
        sign::KP_Down,
        sign::KP_Page_Up,
        sign::KP_Page_Down,
        sign::KP_Home,
        sign::KP_End,
        sign::KP_Delete,
        sign::KP_Enter,
    ];
    known.contains(&key) && !state.intersects(OTHERS) || undoes(key, state)
}

/// Whether it undoes or redoes something, wherever in the page the focus is.
fn undoes(key: Sign, state: ModifierType) -> bool {
    let ctrl = state.contains(ModifierType::CONTROL_MASK) && !state.contains(ModifierType::MOD1_MASK);
    ctrl && [sign::z, sign::Z, sign::y].contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_control_has_a_use_for_few_keys() {
        let none = ModifierType::empty();
        assert!(operates(sign::Left, none));
        assert!(operates(sign::ISO_Left_Tab, ModifierType::SHIFT_MASK));
        // Num lock is on.
        assert!(operates(sign::Up, ModifierType::MOD2_MASK));
        assert!(!operates(sign::space, none));
        assert!(!operates(sign::a, none));
        assert!(!operates(sign::Left, ModifierType::CONTROL_MASK));
        // Undo and redo.
        assert!(operates(sign::z, ModifierType::CONTROL_MASK));
        assert!(operates(sign::Z, ModifierType::CONTROL_MASK | ModifierType::SHIFT_MASK));
        assert!(!operates(sign::z, none));
        assert!(!operates(sign::z, ModifierType::CONTROL_MASK | ModifierType::MOD1_MASK));
        assert!(!operates(sign::Tab, ModifierType::MOD1_MASK));
    }
}
