//! An editor binary that is missing, broken or another one: the plugin plays on, and one line says why.

use std::process::Command;

use dyad_tests::command::run;

/// What the driver prints, and the lines on standard error.
fn with(editor: &str) -> (String, Vec<String>) {
    let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
    let said = run(driver.args(["view", editor])).expect_success("the driver");
    (said.out, said.err.lines().map(str::to_owned).collect())
}

#[test]
fn a_good_one_opens_and_nothing_is_said() {
    assert_eq!(with("good"), ("true true\ntrue true\ntrue true\n0.5\n".to_owned(), Vec::new()));
}

#[test]
fn others_give_no_view_and_one_line_that_says_why() {
    for (editor, why) in [
        ("missing", "probe_ui.so: cannot open shared object file"),
        ("text", "probe_ui.so: file too short"),
        ("foreign", "probe_ui.so: it has no dyad_editor_v1"),
        ("version", "probe_ui.so: it is of version 7, and this plugin needs 1"),
        ("short", "probe_ui.so: its table is too short"),
        ("fingerprint", "probe_ui.so: it was built for another version of this plugin"),
        ("none", "probe_ui.so: it has none for this plugin"),
        ("lacking", "probe_ui.so: its table lacks functions"),
    ] {
        let (out, lines) = with(editor);
        assert_eq!(out, "false false\nfalse false\nfalse false\n0.5\n", "{editor}");
        let [line] = &lines[..] else { panic!("{editor}: one line, not {lines:?}") };
        assert!(line.starts_with("dyad: no editor") && line.contains(why), "{editor}: {line}");
    }
}

#[test]
fn without_a_display_or_with_wayland_alone_the_plugin_plays_on() {
    for (variable, value) in [("NOTHING", ""), ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":4711")] {
        let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
        driver.args(["view", "real"]).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let said = run(driver.env(variable, value)).expect_success("the driver");
        assert_eq!(said.out, "true false\ntrue false\ntrue false\n0.5\n", "{variable}");
        let lines: Vec<_> = said.err.lines().collect();
        let why = |line: &&str| line.starts_with("dyad: no editor for Dyad Probe: no X11 display");
        assert!(lines.len() == 3 && lines.iter().all(why), "one line for each try: {lines:?}");
    }
}

#[test]
fn a_window_that_is_not_there_gives_no_editor() {
    let mut driver = Command::new(env!("CARGO_BIN_EXE_dyad-tests-driver"));
    let (screen, _turn) = dyad_tests::lv2ui::screen();
    let said = run(driver.args(["view", "real"]).env("DISPLAY", screen.display()));
    let said = said.expect_success("the driver");
    assert_eq!(said.out, "true false\ntrue false\ntrue false\n0.5\n");
    let lines: Vec<_> = said.err.lines().collect();
    assert!(lines.len() == 3 && lines.iter().all(|line| line.contains("0x1 is not there")), "{lines:?}");
}

#[test]
fn an_editor_that_does_not_open_says_why_itself() {
    let (out, lines) = with("display");
    assert_eq!(out, "true false\ntrue false\ntrue false\n0.5\n");
    assert_eq!(lines, ["dyad: stand-in: no display"; 3], "one line each time that somebody tries");
}
