//! What the user does, as the toolkit wants to hear it.

use baseview::{MouseButton, MouseEvent, ScrollDelta};
use dyad_gui::egui::{self, Event, Modifiers, PointerButton, Pos2, Vec2};

/// Events since the last frame, and where the pointer is.
#[derive(Default)]
pub(crate) struct Input {
    pub(crate) events: Vec<Event>,
    pointer: Pos2,
    pub(crate) modifiers: Modifiers,
    /// Buttons that are down.
    down: u32,
    /// The pointer is elsewhere.
    outside: bool,
}

impl Input {
    /// Takes what the mouse did. `true` where it should be seen at once.
    pub(crate) fn mouse(&mut self, event: &MouseEvent, scale: f64) -> bool {
        match event {
            MouseEvent::CursorMoved { position, modifiers } => {
                self.modifiers(*modifiers);
                self.pointer = Pos2::new((position.x / scale) as f32, (position.y / scale) as f32);
                // Only the last place counts, unless something happened in between.
                if let Some(Event::PointerMoved(last)) = self.events.last_mut() {
                    *last = self.pointer;
                } else {
                    self.events.push(Event::PointerMoved(self.pointer));
                }
                false
            }
            MouseEvent::ButtonPressed { button, modifiers } => self.button(*button, true, *modifiers),
            MouseEvent::ButtonReleased { button, modifiers } => self.button(*button, false, *modifiers),
            MouseEvent::WheelScrolled { delta, modifiers } => {
                self.modifiers(*modifiers);
                let (unit, delta) = match *delta {
                    ScrollDelta::Lines { x, y } => (egui::MouseWheelUnit::Line, Vec2::new(x, y)),
                    ScrollDelta::Pixels { x, y } => {
                        (egui::MouseWheelUnit::Point, Vec2::new(x, y) / scale as f32)
                    }
                };
                self.events.push(Event::MouseWheel {
                    unit,
                    delta,
                    phase: egui::TouchPhase::Move,
                    source: egui::MouseWheelSource::Unknown,
                    modifiers: self.modifiers,
                });
                false
            }
            MouseEvent::CursorEntered => {
                self.outside = false;
                false
            }
            MouseEvent::CursorLeft => {
                self.outside = true;
                self.leave();
                false
            }
            _ => false,
        }
    }

    fn button(&mut self, button: MouseButton, pressed: bool, modifiers: keyboard_types::Modifiers) -> bool {
        self.modifiers(modifiers);
        let button = match button {
            MouseButton::Left => PointerButton::Primary,
            MouseButton::Middle => PointerButton::Middle,
            MouseButton::Right => PointerButton::Secondary,
            MouseButton::Back => PointerButton::Extra1,
            MouseButton::Forward => PointerButton::Extra2,
            _ => return false,
        };
        let (pos, modifiers) = (self.pointer, self.modifiers);
        self.events.push(Event::PointerButton { pos, button, pressed, modifiers });
        let bit = 1 << button as u32;
        self.down = if pressed { self.down | bit } else { self.down & !bit };
        self.leave();
        true
    }

    /// Says that the pointer is elsewhere. A drag goes on there until the button is let go.
    fn leave(&mut self) {
        if self.outside && self.down == 0 {
            self.events.push(Event::PointerGone);
        }
    }

    /// Notes which modifier keys are down.
    pub(crate) fn modifiers(&mut self, modifiers: keyboard_types::Modifiers) {
        let ctrl = modifiers.contains(keyboard_types::Modifiers::CONTROL);
        let new = Modifiers {
            alt: modifiers.contains(keyboard_types::Modifiers::ALT),
            ctrl,
            shift: modifiers.contains(keyboard_types::Modifiers::SHIFT),
            mac_cmd: false,
            command: ctrl,
        };
        if new != self.modifiers {
            self.modifiers = new;
            self.events.push(Event::ModifiersChanged(new));
        }
    }
}
