//! Who gets the keys.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Program, Said, Screen, until};
use dyad_web_wire::ToProgram;
use rustix::process::{Pid, Signal, kill_process};
use x11rb::protocol::xproto::InputFocus;

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
const SCRIPT: &str = "window.dyadReceive = (m) => m === 'a' || m === 'b' ? document.getElementById(m).focus() : say('settled');
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
    assert!(matches!(program.next(), Said::Hello(_)));
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

/// The window that had it is gone: the host has it then, and never nobody.
#[test]
fn focus_goes_to_the_host_in_any_case() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let field = screen.window_in(host, [10, 10]);
    screen.focus(field);
    screen.click(1, TEXT);
    program.wait("focus a");
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), field);
    screen.destroy(field);
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), host);
}

/// Whatever it says: a page that nobody has turned to leaves the host its keys.
#[test]
fn a_page_that_was_not_clicked_takes_no_focus() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.point(TEXT);
    program.message("\"a\"");
    program.wait("focus a");
    program.keyboard(true, true, host);
    assert_eq!(screen.focused(), host);
    // The click that comes then is in a text that has the page's focus already: nothing new is said.
    screen.click(1, TEXT);
    until("the page has the focus", || screen.focused() != host);
    screen.motion(1500, 1100);
    screen.type_key(A);
    program.wait("value a");
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), host);
}

/// A key in it is as good as a click.
#[test]
fn a_page_that_was_operated_by_keys_can_take_the_focus() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.point(RANGE);
    program.message("\"b\"");
    program.wait("focus b");
    program.keyboard(false, true, host);
    screen.key(SHIFT, true);
    screen.type_key(TAB);
    screen.key(SHIFT, false);
    program.wait("focus a");
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), host);
    program.keyboard(false, false, host);
    assert_eq!(screen.focused(), host);
}

/// Another program's window has it: there it stays, clicked or not.
#[test]
fn another_programs_focus_is_not_taken() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    let field = screen.window_in(other, [10, 10]);
    screen.click(1, TEXT);
    program.wait("focus a");
    for window in [other, field] {
        screen.focus(window);
        program.keyboard(true, true, host);
        assert_eq!(screen.focused(), window);
        program.keyboard(false, true, host);
    }
    // It is the host's window that counts, also where the page is not in it.
    program.keyboard(false, true, other);
    screen.click(1, TEXT);
    program.settle();
    program.keyboard(true, true, other);
    assert_ne!(screen.focused(), field);
    program.keyboard(false, true, other);
    assert_eq!(screen.focused(), field);
}

/// Keys go to where the pointer is, and that is the page, or is not.
#[test]
fn nobodys_focus_is_taken_with_the_pointer_in_the_page() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    screen.focus(u32::from(InputFocus::POINTER_ROOT));
    screen.click(1, TEXT);
    program.wait("focus a");
    screen.motion(1500, 1100);
    program.keyboard(true, true, host);
    assert_eq!(screen.focused(), u32::from(InputFocus::POINTER_ROOT));
    program.keyboard(false, true, host);
    screen.point(TEXT);
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), u32::from(InputFocus::POINTER_ROOT));
    program.keyboard(false, true, host);
    assert_eq!(screen.focused(), u32::from(InputFocus::POINTER_ROOT));
}

/// The user has turned away; only the user's click turns back.
#[test]
fn what_was_lost_takes_a_click() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    screen.click(1, TEXT);
    program.wait("focus a");
    program.keyboard(true, true, host);
    screen.focus(other);
    program.wait("blur a");
    program.keyboard(false, true, host);
    screen.focus(host);
    // Neither by itself, nor by a key.
    program.message("\"a\"");
    program.wait("focus a");
    program.keyboard(true, true, host);
    assert_eq!(screen.focused(), host);
    screen.type_key(LEFT);
    program.wait("keyup ArrowLeft");
    program.keyboard(false, true, host);
    program.keyboard(true, true, host);
    assert_eq!(screen.focused(), host);
    screen.click(1, TEXT);
    until("the page has the focus", || screen.focused() != host);
}

/// Some window managers give the focus to the host by the click itself, as of no time but now. Who does so
/// later has a reason.
#[test]
fn a_click_that_gives_the_host_the_focus_gives_it_to_the_page() {
    let screen = Screen::new();
    let (mut program, host, _) = host(&screen);
    let field = screen.window_in(host, [10, 10]);
    for (wait, taken) in [(0, true), (1200, false)] {
        screen.click(1, TEXT);
        program.settle();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        screen.focus(field);
        program.keyboard(true, true, host);
        assert_eq!(screen.focused() != field, taken);
        program.keyboard(false, true, host);
        assert_eq!(screen.focused(), field);
    }
}

/// A text is being typed; before, a window of the host's that the page is not in had the focus.
fn typing(screen: &Screen) -> (Program, u32, u32) {
    let (mut program, host, _) = host(screen);
    let field = screen.window_in(host, [10, 10]);
    screen.focus(field);
    screen.click(1, TEXT);
    program.wait("focus a");
    program.keyboard(true, true, host);
    assert_ne!(screen.focused(), field);
    (program, host, field)
}

type Way<'a> = &'a dyn Fn(&mut Program, u32);

/// However it ends, who had the focus has it again.
#[test]
fn at_its_end_the_focus_is_given_back() {
    let quiet = |host_window| ToProgram::Keyboard { typing: false, operating: false, host_window };
    let ways: [(&str, i32, Way); 6] = [
        ("told to", 0, &|program, _| program.send(&ToProgram::Close)),
        ("the socket's end", 0, &|program, _| program.hang_up()),
        ("both", 0, &|program, _| {
            program.send(&ToProgram::Close);
            program.hang_up();
        }),
        ("all at once", 0, &|program, host| {
            let mut bytes = Vec::new();
            quiet(host).encode(&mut bytes);
            ToProgram::Close.encode(&mut bytes);
            program.raw(&bytes);
            program.hang_up();
        }),
        ("a bad frame", 6, &|program, _| program.raw(&[0xff; 64])),
        ("the web process", 4, &|program, _| {
            let pid = program.web_process().pid;
            kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::KILL).unwrap();
        }),
    ];
    for gone in [false, true] {
        for (what, code, way) in ways {
            let screen = Screen::new();
            let (mut program, host, field) = typing(&screen);
            if gone {
                screen.destroy(field);
            }
            way(&mut program, host);
            assert_eq!(program.end().code(), Some(code), "{what}");
            assert_eq!(screen.focused(), if gone { host } else { field }, "{what}");
        }
    }
}

/// What came last is taken before the end is.
#[test]
fn the_last_frames_count() {
    let screen = Screen::new();
    let (mut program, host, field) = typing(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    screen.destroy(field);
    program.freeze(true);
    program.send(&ToProgram::Keyboard { typing: true, operating: true, host_window: other });
    program.hang_up();
    program.freeze(false);
    assert_eq!(program.end().code(), Some(0));
    assert_ne!(screen.focused(), host);
    assert_eq!(screen.focused(), other);
}

/// Who took it keeps it.
#[test]
fn at_its_end_the_focus_of_others_stays() {
    let screen = Screen::new();
    let (mut program, _, _) = typing(&screen);
    let other = screen.window_at([600, 30], [100, 100]);
    screen.focus(other);
    program.send(&ToProgram::Close);
    assert_eq!(program.end().code(), Some(0));
    assert_eq!(screen.focused(), other);
}

/// A display that does not answer keeps nobody.
#[test]
fn it_ends_while_the_display_is_stuck() {
    let screen = Screen::new();
    let (mut program, _, _) = typing(&screen);
    let stuck = screen.stop();
    let begin = std::time::Instant::now();
    program.send(&ToProgram::Close);
    assert_eq!(program.end().code(), Some(0));
    let took = begin.elapsed();
    drop(stuck);
    assert!(took < std::time::Duration::from_millis(1500), "{took:?}");
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
