//! However it ends, nothing of it is left.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::{Program, Said, Screen, until};
use dyad_web_wire::ToProgram;
use rustix::process::{Pid, Signal, kill_process};
use x11rb::protocol::xproto::ConnectionExt as _;

/// Starts it, ends it, and waits until all is gone: how it has ended.
#[track_caller]
fn ends(how: impl FnOnce(&Screen, &mut Program, u32)) -> Option<i32> {
    let screen = Screen::new();
    let (mut program, window) = Program::shown(&screen, "", "painted();");
    let children = program.children();
    assert!(children.iter().any(|child| child.name.contains("WebKitWeb")), "{children:?}");
    assert!(children.iter().any(|child| child.name.contains("WebKitNetwork")), "{children:?}");
    how(&screen, &mut program, window);
    let status = program.end();
    until("its processes end", || !children.iter().any(|child| child.lives()));
    status.code()
}

#[test]
fn with_its_socket() {
    assert_eq!(ends(|_, program, _| program.hang_up()), Some(0));
}

#[test]
fn when_told_to() {
    assert_eq!(ends(|_, program, _| program.send(&ToProgram::Close)), Some(0));
}

#[test]
fn with_its_window() {
    assert_eq!(ends(|screen, _, window| screen.destroy(window)), Some(0));
}

#[test]
fn by_force() {
    assert_eq!(ends(|_, program, _| program.kill()), None);
}

#[test]
fn with_frames_that_are_none() {
    let code = ends(|_, program, _| {
        program.send(&ToProgram::Scale(1.0));
        program.raw(&[0xff; 64]);
        assert_eq!(program.next(), Said::Failed("the editor sent a malformed frame".into()));
    });
    assert_eq!(code, Some(6));
}

#[test]
fn with_its_web_process() {
    let code = ends(|_, program, _| {
        let pid = program.web_process().pid;
        kill_process(Pid::from_raw(pid as i32).unwrap(), Signal::KILL).unwrap();
        let Said::Failed(why) = program.next() else { panic!("it did not fail") };
        assert!(why.starts_with("the web process has ended"), "{why}");
        assert_eq!(program.next(), Said::End);
    });
    assert_eq!(code, Some(4));
}

/// A page that does not come back must not keep the program.
#[test]
fn with_its_socket_while_the_page_is_stuck() {
    let screen = Screen::new();
    let script = "window.dyadReceive = () => { say('stuck'); for (;;) ; }; painted();";
    let (mut program, _window) = Program::shown(&screen, "", script);
    let children = program.children();
    program.message("0");
    program.wait("stuck");
    program.hang_up();
    assert_eq!(program.end().code(), Some(0));
    until("its processes end", || !children.iter().any(|child| child.lives()));
}

/// As if the display had gone: GTK would have it be an error.
#[test]
fn with_its_display() {
    let code = ends(|screen, _, window| {
        let page = screen.children(window)[0];
        screen.connection.kill_client(page).unwrap().check().unwrap();
    });
    assert_eq!(code, Some(0));
}

/// The display itself, all connections at a time.
#[test]
fn with_a_whole_display() {
    let _turn = Screen::new();
    for _ in 0..5 {
        let screen = Screen::another();
        let (mut program, _window) = Program::shown(&screen, "", "painted();");
        let children = program.children();
        screen.end();
        assert_eq!(program.end().code(), Some(0));
        assert_eq!(program.next(), Said::End);
        until("its processes end", || !children.iter().any(|child| child.lives()));
    }
}
