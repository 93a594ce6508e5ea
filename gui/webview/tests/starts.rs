//! How the program starts, or does not.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::process::{Command, Stdio};

use common::{PROGRAM, Program, Said, Screen, page};
use dyad_web_wire::{PROTOCOL, ToProgram};

#[test]
fn it_says_who_it_is_first() {
    let screen = Screen::new();
    let mut program = Program::start(Some(&screen.name));
    let Said::Hello(hello) = program.next() else { panic!("no hello") };
    println!("hello after {:?}", program.started.elapsed());
    assert_eq!(hello.protocol, PROTOCOL);
    assert_eq!(hello.version, env!("CARGO_PKG_VERSION"));
    assert!(hello.engine.starts_with("WebKitGTK 2."), "{}", hello.engine);
}

#[test]
fn without_a_display_it_says_so() {
    for display in [None, Some(":4711")] {
        let mut program = Program::start(display);
        assert!(matches!(program.next(), Said::Hello(_)));
        let Said::Failed(why) = program.next() else { panic!("it did not fail") };
        assert!(why.starts_with("no display"), "{why}");
        assert_eq!(program.next(), Said::End);
        assert_eq!(program.end().code(), Some(3));
    }
}

/// A network that is needed for the display can't be kept from the page.
#[test]
fn on_a_remote_display_there_is_no_page() {
    for display in ["localhost:10.0", "127.0.0.1:0", "[::1]:0", "tcp/localhost:0"] {
        let mut program = Program::start(Some(display));
        assert!(matches!(program.next(), Said::Hello(_)));
        let why = "a page can't be kept from the network on a remote display";
        assert_eq!(program.next(), Said::Failed(why.into()));
        assert_eq!(program.next(), Said::End);
        assert_eq!(program.end().code(), Some(7));
    }
}

#[test]
fn another_protocol_is_refused() {
    let screen = Screen::new();
    let window = screen.window([100, 100]);
    let mut program = Program::start(Some(&screen.name));
    assert!(matches!(program.next(), Said::Hello(_)));
    let mut open = Program::how(window);
    open.protocol = PROTOCOL + 6;
    program.send(&ToProgram::Open(open));
    let Said::Failed(why) = program.next() else { panic!("it did not fail") };
    assert!(why.contains(&format!("protocol {}", PROTOCOL + 6)), "{why}");
    assert!(why.ends_with(&format!("program {PROTOCOL}")), "{why}");
    assert_eq!(program.next(), Said::End);
    assert_eq!(program.end().code(), Some(6));
}

#[test]
fn without_a_window_or_a_page_it_says_so() {
    let screen = Screen::new();
    let window = screen.window([100, 100]);
    let gone = screen.window([100, 100]);
    screen.destroy(gone);
    for (window, assets, code, reason) in
        [(gone, page("", ""), 3, "no window"), (window, Vec::new(), 5, "there is no /index.html")]
    {
        let mut program = Program::start(Some(&screen.name));
        assert!(matches!(program.next(), Said::Hello(_)));
        program.assets(&assets);
        program.open(window);
        let Said::Failed(why) = program.next() else { panic!("it did not fail") };
        assert!(why.starts_with(reason), "{why}");
        assert_eq!(program.end().code(), Some(code));
    }
}

#[test]
fn by_hand_it_only_says_what_it_is() {
    let run = |argument: Option<&str>, stdin: Stdio| {
        let mut command = Command::new(PROGRAM);
        let output = command.args(argument).stdin(stdin).env_remove("DISPLAY").output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), out, err)
    };
    let (datagram, _other) = std::os::unix::net::UnixDatagram::pair().unwrap();
    for stdin in [Stdio::null(), Stdio::piped(), Stdio::from(std::os::fd::OwnedFd::from(datagram))] {
        let (code, out, err) = run(None, stdin);
        assert_eq!((code, out.as_str()), (Some(2), ""));
        assert_eq!(err.lines().count(), 1, "{err}");
        assert!(err.contains("not by hand"), "{err}");
    }
    let (code, _, err) = run(Some("--socket=3"), Stdio::null());
    assert_eq!((code, err.lines().count()), (Some(2), 1), "{err}");
    let (code, out, err) = run(Some("--version"), Stdio::null());
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let about = format!("dyad-webview {} (protocol {PROTOCOL}, WebKitGTK ", env!("CARGO_PKG_VERSION"));
    assert!(out.starts_with(&about), "{out}");
    assert_eq!(run(Some("--help"), Stdio::null()).0, Some(0));
}
