//! Who gets the keys.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Program, Screen, until};

/// Codes of an Xvfb's keys.
const SPACE: u8 = 65;
const LEFT: u8 = 113;
const UP: u8 = 111;
const TAB: u8 = 23;
const A: u8 = 38;
const CONTROL: u8 = 37;
const SHIFT: u8 = 50;

const HTML: &str = "<input id=a><input id=b type=range>";
/// Says which keys it gets, what has the focus, and what is typed.
const SCRIPT: &str = "window.dyadReceive = () => say('settled');
    for (const kind of ['keydown', 'keyup']) addEventListener(kind, (e) => say(kind + ' ' + e.key));
    addEventListener('focusin', (e) => say('focus ' + e.target.id));
    addEventListener('focusout', (e) => say('blur ' + e.target.id));
    addEventListener('input', (e) => say('value ' + e.target.value));
    painted();";

const TEXT: [f32; 2] = [50.0, 30.0];
const RANGE: [f32; 2] = [110.0, 120.0];

/// The page, its window within the host's, which has the display's focus and hears keys.
fn host(screen: &Screen) -> (Program, u32, u32) {
    let host = screen.window([500, 400]);
    let inner = screen.window_in(host, [400, 300]);
    screen.focus(host);
    let mut program = Program::start(Some(&screen.name));
    assert!(matches!(program.next(), common::Said::Hello(_)));
    program.assets(&common::page(HTML, SCRIPT));
    program.open(inner);
    program.wait("painted");
    screen.keys();
    (program, host, inner)
}

/// Waits for keys of the host's.
#[track_caller]
fn host_hears(screen: &Screen, expected: &[(u8, bool, bool)]) {
    let mut keys = Vec::new();
    until("the host's keys", || {
        keys.extend(screen.keys());
        keys.len() >= expected.len()
    });
    assert_eq!(keys, expected);
}

#[test]
fn the_host_has_them_all() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.point([300.0, 250.0]);
    for code in [SPACE, LEFT, A, TAB] {
        screen.type_key(code);
    }
    host_hears(&screen, &[SPACE, LEFT, A, TAB].map(|c| [(c, true, false), (c, false, false)]).concat());
    // Also once the page was clicked.
    screen.click(1, RANGE);
    program.wait("focus b");
    assert_eq!(screen.focused(), host);
    screen.type_key(SPACE);
    host_hears(&screen, &[(SPACE, true, false), (SPACE, false, false)]);
    program.message("0");
    loop {
        let heard = program.heard();
        assert!(!heard.starts_with("key"), "{heard}");
        if heard == "settled" {
            break;
        }
    }
}

#[test]
fn a_control_has_those_that_it_has_a_use_for() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.click(1, RANGE);
    program.wait("focus b");
    program.keyboard(false, true, host);
    assert_eq!(screen.focused(), host);
    screen.type_key(LEFT);
    program.wait("keydown ArrowLeft");
    program.wait("value 49");
    program.wait("keyup ArrowLeft");
    assert_eq!(screen.keys(), []);
    // The space bar, letters, and arrows with control are the host's, and are sent to it.
    screen.type_key(SPACE);
    screen.key(CONTROL, true);
    screen.type_key(UP);
    screen.key(CONTROL, false);
    screen.type_key(A);
    let sent = [(SPACE, true), (SPACE, false), (CONTROL, true), (UP, true), (UP, false), (CONTROL, false)];
    let sent = sent.into_iter().chain([(A, true), (A, false)]).map(|(code, down)| (code, down, true));
    host_hears(&screen, &sent.collect::<Vec<_>>());
    // Tab goes on to the next control, and back with shift.
    screen.key(SHIFT, true);
    screen.type_key(TAB);
    screen.key(SHIFT, false);
    // WebKit has no name for the key by which X means that.
    program.wait("focus a");
    host_hears(&screen, &[(SHIFT, true, true), (SHIFT, false, true)]);
    // Where the pointer is not in the window, they are the host's without it.
    screen.motion(1500, 1100);
    screen.type_key(LEFT);
    host_hears(&screen, &[(LEFT, true, false), (LEFT, false, false)]);
    // And all again when it is over.
    screen.point(RANGE);
    program.keyboard(false, false, host);
    screen.type_key(LEFT);
    host_hears(&screen, &[(LEFT, true, false), (LEFT, false, false)]);
}

/// A key that was pressed for the host is let go for the host.
#[test]
fn a_key_comes_up_where_it_went_down() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.click(1, RANGE);
    program.wait("focus b");
    screen.key(LEFT, true);
    host_hears(&screen, &[(LEFT, true, false)]);
    program.keyboard(false, true, host);
    screen.key(LEFT, false);
    host_hears(&screen, &[(LEFT, false, true)]);
}

#[test]
fn a_text_has_them_all_and_the_focus() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.click(1, TEXT);
    program.wait("focus a");
    assert_eq!(screen.focused(), host);
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), host);
    // Wherever the pointer is.
    screen.motion(1500, 1100);
    screen.type_key(A);
    program.wait("value a");
    screen.type_key(SPACE);
    program.wait("keydown  ");
    program.wait("value a ");
    screen.key(SHIFT, true);
    screen.type_key(A);
    screen.key(SHIFT, false);
    program.wait("value a A");
    assert_eq!(screen.keys(), []);
    // It is given back to who had it.
    program.keyboard(false, true, host);
    assert_eq!(screen.focused(), host);
    screen.type_key(SPACE);
    host_hears(&screen, &[(SPACE, true, false), (SPACE, false, false)]);
    // And again.
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), host);
    screen.type_key(A);
    program.wait("value a Aa");
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), host);
}

/// Who turns to another window while typing is done with it.
#[test]
fn focus_that_was_taken_is_not_given_back() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    screen.click(1, TEXT);
    program.wait("focus a");
    program.keyboard(true, true, host);
    screen.focus(other);
    program.wait("blur a");
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), other);
    // The page hears of the next click all the same.
    screen.click(1, TEXT);
    program.wait("focus a");
}

/// The window that had it is gone.
#[test]
fn focus_goes_somewhere_in_any_case() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    screen.focus(other);
    screen.click(1, TEXT);
    program.wait("focus a");
    program.keyboard(true, true, host);
    screen.destroy(other);
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), u32::from(x11rb::protocol::xproto::InputFocus::POINTER_ROOT));
}

/// There is no host window to send keys to: they are nobody's.
#[test]
fn without_a_host_window_none_is_sent() {
    let screen = Screen::new();
    let (mut program, _, _) = host(&screen);
    screen.click(1, RANGE);
    program.wait("focus b");
    program.keyboard(false, true, 0);
    screen.type_key(SPACE);
    screen.type_key(LEFT);
    program.wait("keyup ArrowLeft");
    assert_eq!(screen.keys(), []);
}

/// Behind the last control comes the first one, as there is nothing else in the window.
#[test]
fn tab_goes_round() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.click(1, RANGE);
    program.wait("focus b");
    program.keyboard(false, true, host);
    for _ in 0..2 {
        screen.type_key(TAB);
        program.wait("focus a");
        screen.type_key(TAB);
        program.wait("focus b");
    }
    assert_eq!(screen.keys(), []);
}
