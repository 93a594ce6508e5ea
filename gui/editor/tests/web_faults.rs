//! Programs that do not show a page: the native editor takes over, one line says why, and nothing is left.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use common::web::{alone, nothing_remains};
use common::{Rig, gain};
use dyad_editor::{Page, Plugin};
use dyad_editor_abi::ToEditor;

const FAKE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pages/fake_program.py");

fn paged() -> Plugin {
    const PAGE: Page = Page::new(&[("/index.html", b"<p>")]);
    Plugin { page: Some(PAGE), ..gain() }
}

/// Waits until the native editor shows what the host has said meanwhile.
fn shows_native(rig: &mut Rig) {
    let index = rig.index("gain");
    rig.session.tell(&ToEditor::Value { index, plain: -12.0 });
    rig.painted();
    let mut model = rig.model();
    model.host.values[index as usize] = -12.0;
    let wanted = model.picture();
    rig.shows("native", &wanted);
    nothing_remains();
}

#[test]
#[ignore = "run by the tests below"]
fn the_native_editor_takes_over() {
    let mut rig = Rig::open(paged());
    // A host that does nothing but tell: boxes stay bounded.
    for n in 0..20_000 {
        rig.session.tell(&ToEditor::Value { index: 1, plain: f64::from(n % 20) });
        rig.session.tell(&ToEditor::Value { index: 2, plain: 0.0 });
    }
    shows_native(&mut rig);
    rig.close();
}

#[test]
#[ignore = "run by the tests below"]
fn closed_at_once() {
    let rig = {
        let screen = common::Screen::new();
        let parent = screen.window([420, 260]);
        (dyad_editor::Session::open(&paged(), &common::request(parent)).unwrap(), screen)
    };
    rig.0.close(&mut |_| {});
    nothing_remains();
}

fn fake(kind: &str, test: &str) -> String {
    alone(test, &[("DYAD_WEBVIEW", FAKE), ("DYAD_FAKE", kind)])
}

#[track_caller]
fn once(said: &str, line: &str) {
    assert_eq!(said.matches(line).count(), 1, "{line:?} in {said}");
    assert_eq!(said.matches("takes the web editor's place").count(), 1, "{said}");
}

#[test]
fn a_program_that_is_not_there() {
    let said = alone("the_native_editor_takes_over", &[("DYAD_WEBVIEW", "/nonexistent/dyad-webview")]);
    once(&said, "/nonexistent/dyad-webview can't be started");
    let said = alone("the_native_editor_takes_over", &[("DYAD_WEBVIEW", "/etc/passwd")]);
    once(&said, "/etc/passwd can't be started");
}

/// A host may have gigabytes: a fork of it stops its sound while pages are marked.
#[test]
fn the_program_is_started_without_a_fork() {
    let trace = std::env::temp_dir().join(format!("dyad-trace-{}", std::process::id()));
    let mut command = std::process::Command::new("strace");
    // The mark of what must not remain is not for strace.
    command.args(["-E", "DYAD_TEST_MARK=traced"]);
    command.args(["-f", "-qq", "-e", "trace=clone,clone3,fork,vfork,execve", "-o"]).arg(&trace);
    command.arg(std::env::current_exe().unwrap());
    command.args(["--exact", "closed_at_once", "--include-ignored"]);
    command.envs([("DYAD_WEBVIEW", FAKE), ("DYAD_FAKE", "exits")]);
    let said = command.env_remove("DYAD_EDITOR").output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    let lines = std::fs::read_to_string(&trace).unwrap();
    std::fs::remove_file(&trace).unwrap();
    let started = lines.lines().find(|line| line.contains("execve(") && line.contains(FAKE));
    let id = started.and_then(|line| line.split_whitespace().next()).unwrap_or_else(|| panic!("{lines}"));
    // The line of its beginning is cut in two where the parent waits for it.
    let result = lines.lines().find(|line| line.ends_with(&format!("= {id}"))).unwrap();
    let parent = result.split_whitespace().next().unwrap();
    let call = lines.lines().take_while(|line| *line != result).filter(|line| line.starts_with(parent));
    let begun =
        call.chain([result]).filter(|line| line.contains("flags=") || line.contains("fork(")).last();
    let begun = begun.unwrap_or_else(|| panic!("{lines}"));
    assert!(begun.contains("CLONE_VM|CLONE_VFORK") || begun.contains(" vfork("), "{begun}");
}

#[test]
fn a_program_that_lacks_its_libraries() {
    once(&fake("exits", "the_native_editor_takes_over"), "it lacks a library, as where WebKitGTK");
}

#[test]
fn a_program_of_another_version() {
    let said = fake("other version", "the_native_editor_takes_over");
    once(&said, "dyad-webview 9.9.9 speaks protocol 77, this editor 1");
}

#[test]
fn a_program_that_talks_nonsense() {
    for kind in ["garbage", "a longer frame than any", "no text"] {
        once(&fake(kind, "the_native_editor_takes_over"), "its program talks nonsense");
    }
    once(&fake("no hello", "the_native_editor_takes_over"), "does not say who it is");
    once(&fake("half a frame", "the_native_editor_takes_over"), "its program has ended");
}

#[test]
fn a_program_that_fails_says_why() {
    once(&fake("fails", "the_native_editor_takes_over"), "kein Bildschirm");
}

#[test]
fn a_program_that_takes_nothing_any_more() {
    let said = fake("reads nothing", "the_native_editor_takes_over");
    assert_eq!(said.matches("is started again: its page does not answer").count(), 1, "{said}");
    once(&said, "place: its page does not answer");
}

#[test]
fn a_program_that_ends_though_its_window_is_there() {
    let said = fake("ends well", "the_native_editor_takes_over");
    once(&said, "is started again: its program has ended with status 0");
    once(&said, "place: its program has ended with status 0");
}

#[test]
fn a_page_that_asks_and_does_not_listen() {
    let said = fake("asks for everything", "the_native_editor_takes_over");
    // Whichever is noticed first: it takes no answer, and gives none.
    once(&said, "place: its p");
}

#[test]
fn closing_never_waits_for_long() {
    for kind in ["exits", "other version", "reads nothing", "asks for everything", "a bomb", "fails"] {
        let said = fake(kind, "closed_at_once");
        assert!(!said.contains("left alone") && !said.contains("panicked"), "{kind}: {said}");
    }
}

#[test]
fn the_user_can_have_the_native_editor() {
    for wish in ["native", "cpu"] {
        let settings = [("DYAD_WEBVIEW", FAKE), ("DYAD_FAKE", "fails"), ("DYAD_EDITOR", wish)];
        let said = alone("the_native_editor_takes_over", &settings);
        assert!(!said.contains("web editor"), "{said}");
    }
}
