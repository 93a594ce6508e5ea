//! The keyboard that is played.

mod common;

use std::cell::Cell;
use std::rc::Rc;

use common::pictures::{check, save};
use common::{Own, Rig, hundred};
use dyad_core::show::Message;
use dyad_gui::Keyboard;
use dyad_gui::egui::{Event, Key, Modifiers, Pos2, Rect, Vec2, pos2, vec2};

/// A keyboard in a window of its own: 36 white keys from C2 on, 20 points each.
struct Piano {
    rig: Rig,
    shown: Rc<Cell<bool>>,
}

const SIZE: Vec2 = vec2(16.0 + 60.0 + 720.0 + 16.0, 120.0);
const TOP: f32 = 16.0;
const BOTTOM: f32 = 104.0;
/// The middles of the buttons.
const DOWN: Pos2 = pos2(28.0, 38.0);
const UP: Pos2 = pos2(54.0, 38.0);
const COMPUTER: Pos2 = pos2(42.0, 84.0);

impl Piano {
    fn new() -> Self {
        let shown = Rc::new(Cell::new(true));
        let is_shown = Rc::clone(&shown);
        let view = Own::new(SIZE, move |ui, context, shows| {
            let rect = Rect::from_min_max(pos2(16.0, TOP), pos2(SIZE.x - 16.0, BOTTOM));
            if is_shown.get() {
                Keyboard::new(shows, 0).second(shows, 1).put(ui, rect, context);
            }
        });
        let mut rig = Rig::own(&hundred(), view, &[]);
        rig.unseen = true;
        Self { rig, shown }
    }

    /// The front of a white key, by its number from the left.
    fn white(n: usize) -> Pos2 {
        pos2(16.0 + 60.0 + 20.0 * n as f32 + 10.0, BOTTOM - 1.0)
    }

    fn notes(&mut self) -> Vec<i32> {
        std::mem::take(&mut self.rig.host.notes).into_iter().map(|(key, _)| key).collect()
    }

    fn key(&mut self, key: Key, pressed: bool) -> Vec<i32> {
        let modifiers = self.rig.modifiers;
        self.rig.feed(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
        self.notes()
    }
}

#[test]
fn a_key_sounds_while_it_is_pressed_the_louder_the_lower() {
    let mut piano = Piano::new();
    let place = Piano::white(0);
    piano.rig.point(place);
    piano.rig.button(place, true);
    let [(36, velocity)] = piano.rig.host.notes[..] else { panic!("{:?}", piano.rig.host.notes) };
    assert!(velocity > 0.97 && velocity <= 1.0, "{velocity}");
    piano.rig.frames(3);
    piano.rig.button(place, false);
    assert_eq!(piano.notes(), [36, -36]);
    piano.rig.click(pos2(place.x - 4.0, TOP + 1.0));
    let (key, velocity) = piano.rig.host.notes[0];
    assert!(key == 36 && (0.24..0.3).contains(&velocity), "{velocity}");
    assert_eq!(piano.notes(), [36, -36]);
    // Black keys lie on the white ones.
    piano.rig.click(pos2(place.x + 10.0, TOP + 20.0));
    assert_eq!(piano.notes(), [37, -37]);
    piano.rig.click(Piano::white(35));
    assert_eq!(piano.notes(), [96, -96], "the last C");
}

#[test]
fn a_click_within_one_frame_is_a_note() {
    let mut piano = Piano::new();
    let pos = Piano::white(1);
    piano.rig.point(pos);
    let (button, modifiers) = (dyad_gui::egui::PointerButton::Primary, Modifiers::NONE);
    piano.rig.later(Event::PointerButton { pos, button, pressed: true, modifiers });
    piano.rig.later(Event::PointerButton { pos, button, pressed: false, modifiers });
    piano.rig.frames(2);
    assert_eq!(piano.notes(), [38, -38]);
}

#[test]
fn a_drag_plays_one_key_after_the_other_and_ends_outside() {
    let mut piano = Piano::new();
    piano.rig.point(Piano::white(0));
    piano.rig.button(Piano::white(0), true);
    for n in 1..4 {
        piano.rig.point(Piano::white(n));
    }
    assert_eq!(piano.notes(), [36, -36, 38, -38, 40, -40, 41]);
    piano.rig.point(pos2(400.0, BOTTOM + 10.0));
    assert_eq!(piano.notes(), [-41], "the pointer has left");
    piano.rig.point(Piano::white(2));
    assert_eq!(piano.notes(), [40], "and comes back");
    piano.rig.feed(Event::PointerGone);
    assert_eq!(piano.notes(), [-40]);
}

#[test]
fn the_computers_keys_play_while_they_have_the_focus() {
    let mut piano = Piano::new();
    assert_eq!(piano.key(Key::A, true), [0; 0], "nobody has asked for it");
    assert!(!piano.rig.editor.wants_key(Key::A, Modifiers::NONE));
    piano.key(Key::A, false);
    piano.rig.click(COMPUTER);
    piano.rig.frame();
    assert!(piano.rig.editor.wants_key(Key::A, Modifiers::NONE));
    // The middle octave's C.
    assert_eq!(piano.key(Key::A, true), [60]);
    assert_eq!(piano.key(Key::A, true), [0; 0], "it repeats");
    assert_eq!(piano.key(Key::W, true), [61]);
    assert_eq!(piano.key(Key::K, true), [72]);
    assert_eq!(piano.key(Key::W, false), [-61]);
    // Another octave: what is held ends, and what is let go later is nothing.
    let mut ended = piano.key(Key::X, true);
    ended.sort_unstable();
    assert_eq!(ended, [-72, -60]);
    assert_eq!(piano.key(Key::A, false), [0; 0]);
    assert_eq!(piano.key(Key::A, true), [72]);
    assert_eq!(piano.key(Key::Escape, true), [-72], "the keyboard is the host's again");
    piano.key(Key::A, false);
    assert_eq!(piano.key(Key::A, true), [0; 0]);
}

#[test]
fn the_pointer_and_a_key_may_hold_the_same() {
    let mut piano = Piano::new();
    piano.rig.click(COMPUTER);
    piano.rig.frame();
    assert_eq!(piano.key(Key::A, true), [60]);
    let c4 = Piano::white(14);
    piano.rig.point(c4);
    piano.rig.button(c4, true);
    assert_eq!(piano.notes(), [60], "struck anew");
    assert_eq!(piano.key(Key::A, false), [0; 0]);
    piano.rig.button(c4, false);
    assert_eq!(piano.notes(), [-60], "the last one to let go ends it");
}

#[test]
fn whatever_ends_it_ends_its_notes() {
    let hold = || {
        let mut piano = Piano::new();
        piano.rig.click(COMPUTER);
        piano.rig.frame();
        piano.key(Key::D, true);
        piano.rig.point(Piano::white(0));
        piano.rig.button(Piano::white(0), true);
        piano.rig.host.notes.clear();
        piano
    };
    let mut hidden = hold();
    hidden.shown.set(false);
    hidden.rig.frame();
    assert_eq!(hidden.notes(), [-36, -64], "another page of the view");
    let mut closed = hold();
    closed.rig.editor.close(&mut closed.rig.host);
    assert_eq!(closed.notes(), [-36, -64]);
    let mut left = hold();
    left.rig.editor.egui().memory_mut(|memory| {
        let id = memory.focused().expect("it has the focus");
        memory.surrender_focus(id);
    });
    left.rig.frame();
    assert_eq!(left.notes(), [-64], "the focus is elsewhere; the pointer still holds");
}

#[test]
fn octaves_go_down_and_up_as_far_as_there_are_keys() {
    let mut piano = Piano::new();
    for (button, lowest) in [(DOWN, 24), (DOWN, 12), (DOWN, 0), (DOWN, 0), (UP, 12)] {
        piano.rig.click(button);
        piano.rig.pause();
        piano.rig.click(Piano::white(0));
        assert_eq!(piano.notes()[0], lowest);
    }
    for _ in 0..10 {
        piano.rig.click(UP);
        piano.rig.pause();
    }
    piano.rig.click(Piano::white(35));
    assert_eq!(piano.notes()[0], 120);
}

#[test]
fn it_shows_what_sounds() {
    let mut piano = Piano::new();
    piano.rig.unseen = false;
    piano.rig.frames(2);
    check("keyboard", &piano.rig.raster);
    let bits = |keys: &[u8]| keys.iter().fold(0_u128, |all, key| all | 1 << key);
    let streams = [(0, bits(&[48, 51, 55, 60])), (1, bits(&[60, 72, 75, 79]))];
    for (stream, keys) in streams {
        piano.rig.host.messages.push_back(Message::keys(stream, keys).bytes().to_vec());
    }
    piano.rig.frames(2);
    save("keyboard-lit", &piano.rig.raster);
    piano.rig.click(COMPUTER);
    piano.rig.point(Piano::white(3));
    piano.rig.frames(2);
    save("keyboard-focused", &piano.rig.raster);
    piano.rig.scale = 2.0;
    piano.rig.frames(2);
    check("keyboard@2", &piano.rig.raster);
}
