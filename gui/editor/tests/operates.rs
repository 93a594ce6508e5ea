//! Mouse and keyboard in an editor's window: what the host hears, and what it keeps.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Heard, Rig, gain, probe, until};
use dyad_editor_abi::ToEditor;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};

/// Keys as the display counts them.
const SPACE: u8 = 65;
const UP: u8 = 111;
const SHIFT: u8 = 50;
const ENTER: u8 = 36;
const ESCAPE: u8 = 9;
const CONTROL: u8 = 37;
const KEY_C: u8 = 54;
const KEY_V: u8 = 55;
const MINUS: u8 = 20;
const DIGIT_6: u8 = 15;

/// Drags a parameter's control upwards.
fn drag(rig: &mut Rig, id: &str, by: i32) {
    let [[x, y], _] = rig.places(id);
    rig.screen.point([x, y]);
    rig.painted();
    rig.screen.button(1, true);
    for step in 1..=10 {
        rig.screen.point([x, y - (by * step / 10) as f32]);
        rig.painted();
    }
}

fn gestures(heard: &[Heard]) -> Vec<Heard> {
    let gesture = |heard: &&Heard| matches!(heard, Heard::Begin(_) | Heard::Set(..) | Heard::End(_));
    heard.iter().filter(gesture).cloned().collect()
}

#[test]
fn a_drag_is_one_gesture() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    drag(&mut rig, "gain", 60);
    rig.screen.button(1, false);
    rig.hears("the end", |heard| matches!(heard, Heard::End(_)));
    let said = gestures(&rig.heard);
    assert_eq!(said.first(), Some(&Heard::Begin(index)));
    assert_eq!(said.last(), Some(&Heard::End(index)));
    let values: Vec<f64> = said
        .iter()
        .filter_map(|heard| if let Heard::Set(_, plain) = heard { Some(*plain) } else { None })
        .collect();
    assert_eq!(values.len() + 2, said.len(), "{said:?}");
    assert!(values.len() >= 3 && values.is_sorted(), "{values:?}");
}

#[test]
fn what_the_host_says_while_the_user_drags_does_not_move_the_knob() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    drag(&mut rig, "gain", 60);
    rig.hears("a value", |heard| matches!(heard, Heard::Set(..)));
    let held = rig.picture();
    rig.session.tell(&ToEditor::Value { index, plain: -60.0 });
    rig.painted();
    assert_eq!(rig.picture().differences(&held), 0);
    rig.screen.button(1, false);
    // A while later the host's last word counts.
    rig.screen.motion(2390, 1790);
    let mut model = rig.model();
    model.host.values[index as usize] = -60.0;
    let wanted = model.picture();
    let [[x, y], _] = rig.places("gain");
    // Focus is still drawn around the knob, so only its pointer is looked at.
    let cap = |picture: &common::Picture| picture.part([x as u32 - 20, y as u32 - 20], [40, 40]);
    until("the host's value", || {
        rig.painted();
        cap(&rig.picture()).differences(&cap(&wanted)) == 0
    });
}

#[test]
fn a_value_of_the_hosts_moves_the_knob() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    let before = rig.picture();
    let mut model = rig.model();
    for plain in [-30.0, 12.0] {
        rig.session.tell(&ToEditor::Value { index, plain });
        model.host.values[index as usize] = plain;
        let wanted = model.picture();
        rig.shows("told", &wanted);
        assert!(rig.picture().differences(&before) > 50);
    }
    assert_eq!(gestures(&rig.heard), []);
}

#[test]
fn a_wheel_is_a_gesture_for_each_notch() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    let [place, _] = rig.places("gain");
    rig.screen.point(place);
    rig.painted();
    rig.screen.button(4, true);
    rig.screen.button(4, false);
    rig.hears("the end", |heard| matches!(heard, Heard::End(_)));
    let said = gestures(&rig.heard);
    assert!(
        matches!(said[..], [Heard::Begin(a), Heard::Set(b, plain), Heard::End(c)]
            if [a, b, c] == [index; 3] && plain > 0.0),
        "{said:?}"
    );
}

/// Gives the host's window the keyboard, as a click on it would.
fn focus(rig: &Rig) {
    let connection = &rig.screen.connection;
    connection
        .set_input_focus(InputFocus::PARENT, rig.parent, x11rb::CURRENT_TIME)
        .unwrap()
        .check()
        .unwrap();
}

fn focused(rig: &Rig) -> u32 {
    rig.screen.connection.get_input_focus().unwrap().reply().unwrap().focus
}

/// Whether a key has reached the host's window.
fn host_got(rig: &Rig, code: u8) -> bool {
    let mut got = false;
    while let Some(event) = rig.screen.connection.poll_for_event().unwrap() {
        got |= matches!(event, Event::KeyPress(key) if key.detail == code);
    }
    got
}

fn tap(rig: &Rig, code: u8) {
    rig.screen.key(code, true);
    rig.screen.key(code, false);
}

#[test]
fn keys_are_the_hosts_until_a_control_has_a_use_for_them() {
    let mut rig = Rig::open(gain());
    focus(&rig);
    let [place, _] = rig.places("gain");
    rig.screen.point(place);
    rig.painted();
    tap(&rig, UP);
    until("the key in the host", || host_got(&rig, UP));
    // The knob is clicked: arrows are its own, the space bar is not.
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    rig.painted();
    until("the arrow in the knob", || {
        tap(&rig, UP);
        rig.painted();
        rig.heard.iter().any(|heard| matches!(heard, Heard::Set(_, plain) if *plain > 0.0))
    });
    host_got(&rig, UP);
    tap(&rig, UP);
    tap(&rig, SPACE);
    until("the space bar in the host", || {
        rig.poll();
        let got = host_got(&rig, SPACE);
        assert!(!got || !host_got(&rig, UP));
        got
    });
    assert_eq!(focused(&rig), rig.parent, "the display's focus was never taken");
}

#[test]
fn a_value_is_typed_with_the_focus_that_is_given_back() {
    let mut rig = Rig::open(gain());
    focus(&rig);
    let index = rig.index("gain");
    let [_, value] = rig.places("gain");
    rig.screen.point(value);
    rig.painted();
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the focus", || {
        rig.poll();
        focused(&rig) != rig.parent
    });
    tap(&rig, MINUS);
    tap(&rig, DIGIT_6);
    rig.painted();
    rig.painted();
    rig.picture().save("typing");
    assert!(!host_got(&rig, DIGIT_6), "what is typed is not the host's");
    tap(&rig, ENTER);
    rig.hears("what was typed", |heard| *heard == Heard::Set(index, -6.0));
    until("the focus back", || {
        rig.poll();
        focused(&rig) == rig.parent
    });
    assert_eq!(gestures(&rig.heard).len(), 3);
    tap(&rig, SPACE);
    until("the space bar in the host", || host_got(&rig, SPACE));
}

#[test]
fn a_shift_that_was_let_go_elsewhere_does_not_spoil_digits() {
    let mut rig = Rig::open(gain());
    focus(&rig);
    let index = rig.index("gain");
    let [knob, value] = rig.places("gain");
    rig.screen.point(knob);
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    rig.painted();
    rig.painted();
    rig.screen.key(SHIFT, true);
    rig.painted();
    rig.screen.motion(2390, 1790);
    rig.screen.key(SHIFT, false);
    rig.screen.point(value);
    rig.painted();
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the focus", || {
        rig.poll();
        focused(&rig) != rig.parent
    });
    tap(&rig, DIGIT_6);
    tap(&rig, ENTER);
    rig.hears("six", |heard| *heard == Heard::Set(index, 6.0));
}

#[test]
fn whoever_takes_the_focus_away_keeps_it() {
    let mut rig = Rig::open(gain());
    focus(&rig);
    let [_, value] = rig.places("gain");
    rig.screen.point(value);
    rig.painted();
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the focus", || {
        rig.poll();
        focused(&rig) != rig.parent
    });
    tap(&rig, DIGIT_6);
    rig.painted();
    let other = rig.screen.window([50, 50]);
    let connection = &rig.screen.connection;
    connection.set_input_focus(InputFocus::PARENT, other, x11rb::CURRENT_TIME).unwrap().check().unwrap();
    rig.hears("what was typed", |heard| matches!(heard, Heard::Set(_, plain) if *plain == 6.0));
    rig.painted();
    assert_eq!(focused(&rig), other);
}

#[test]
fn a_value_is_copied_and_pasted() {
    let mut rig = Rig::open(gain());
    focus(&rig);
    let index = rig.index("gain");
    let [_, value] = rig.places("gain");
    let with_control = |rig: &Rig, code| {
        rig.screen.key(CONTROL, true);
        tap(rig, code);
        rig.screen.key(CONTROL, false);
    };
    let open = |rig: &mut Rig| {
        rig.screen.point(value);
        rig.painted();
        rig.screen.button(1, true);
        rig.screen.button(1, false);
        until("the focus", || {
            rig.poll();
            focused(rig) != rig.parent
        });
    };
    rig.session.tell(&ToEditor::Value { index, plain: -7.5 });
    open(&mut rig);
    with_control(&rig, KEY_C);
    rig.painted();
    tap(&rig, ESCAPE);
    until("the focus back", || {
        rig.poll();
        focused(&rig) == rig.parent
    });
    assert_eq!(gestures(&rig.heard), []);
    rig.session.tell(&ToEditor::Value { index, plain: 0.0 });
    rig.painted();
    open(&mut rig);
    with_control(&rig, KEY_V);
    tap(&rig, ENTER);
    rig.hears("what was pasted", |heard| *heard == Heard::Set(index, -7.5));
}

#[test]
fn keys_that_come_through_the_host_are_taken_only_where_they_are_wanted() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    // VST3's codes: 12 is the arrow upwards, 7 the space bar, 4 is Return.
    assert!(!rig.session.key(0, 12, 0, true));
    let [knob, value] = rig.places("gain");
    rig.screen.point(knob);
    rig.painted();
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the knob's arrows", || {
        rig.painted();
        rig.session.key(0, 12, 0, true)
    });
    assert!(rig.session.key(0, 12, 0, false));
    assert!(!rig.session.key(0, 12, 0, false), "its end comes once");
    assert!(!rig.session.key(0x20, 7, 0, true));
    rig.hears("the step", |heard| matches!(heard, Heard::Set(_, plain) if *plain > 0.0));
    rig.heard.clear();
    rig.screen.point(value);
    rig.painted();
    rig.screen.button(1, true);
    rig.screen.button(1, false);
    until("the field", || {
        rig.painted();
        rig.session.key('9'.into(), 0, 0, true)
    });
    assert!(rig.session.key(0, 4, 0, true));
    rig.hears("nine", |heard| *heard == Heard::Set(index, 9.0));
}

#[test]
fn a_gesture_under_way_is_ended_when_the_editor_is_closed() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    drag(&mut rig, "gain", 40);
    rig.hears("a value", |heard| matches!(heard, Heard::Set(..)));
    assert!(!rig.heard.contains(&Heard::End(index)));
    let heard = rig.close();
    assert_eq!(gestures(&heard).last(), Some(&Heard::End(index)));
}

#[test]
fn what_the_host_lacks_is_not_asked_of_it() {
    let mut rig = Rig::with(probe(), |request| dyad_editor::Request {
        flags: dyad_editor_abi::Flags::default(),
        ..request
    });
    let [place, _] = rig.places("gain");
    rig.screen.point(place);
    rig.painted();
    rig.screen.button(3, true);
    rig.screen.button(3, false);
    rig.painted();
    rig.painted();
    assert!(!rig.heard.iter().any(|heard| matches!(heard, Heard::Menu(..))), "{:?}", rig.heard);
}

#[test]
fn the_other_button_asks_for_the_hosts_menu() {
    let mut rig = Rig::open(gain());
    let [[x, y], _] = rig.places("gain");
    rig.screen.point([x, y]);
    rig.painted();
    rig.screen.button(3, true);
    rig.screen.button(3, false);
    let index = rig.index("gain");
    rig.hears("the menu", |heard| *heard == Heard::Menu(index, x as i32, y as i32));
}
