//! Editors that are not there, do not open, crash or hang, and command lines that make no sense: one clear
//! line each, an exit code of their own, and no file left behind.

mod common;

use std::process::Command;

use common::display::Display;
use common::{Bench, PROGRAM, complaint, example};

/// Runs `dyad-host gui`, expects one line of complaint, and gives the exit code and the line.
fn refused(display: &str, words: &[&str]) -> (i32, String) {
    complaint(&Command::new(PROGRAM).env("DISPLAY", display).args(words).output().unwrap())
}

#[track_caller]
fn says((code, error): (i32, String), expected: i32, words: &[&str]) {
    assert_eq!(code, expected, "{error}");
    for word in words {
        assert!(error.contains(word), "{error:?} should mention {word:?}");
    }
}

#[test]
fn without_a_display() {
    let bench = Bench::new();
    let plugin = bench.lv2_editor("good");
    for (display, words) in
        [("", &["DISPLAY is not set"][..]), (":4711", &[":4711"]), ("no such", &["no such"])]
    {
        let picture = bench.path("a.png");
        let refusal = refused(display, &["gui", &plugin, "--screenshot", &picture]);
        says(refusal, 11, &[&["no X11 display"], words].concat());
    }
    // Wayland alone is no X11.
    let mut command = Command::new(PROGRAM);
    command.env_remove("DISPLAY").env("WAYLAND_DISPLAY", "wayland-0").args(["gui", &plugin]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(11));
    assert!(!bench.files().contains(&"a.png".to_owned()));
}

#[test]
fn plugins_without_an_editor_for_x11() {
    let (bench, display) = (Bench::new(), Display::new());
    let views = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    let class = |class| ["gui", views.as_str(), "--class", class];
    let amp = "http://lv2plug.in/plugins/eg-amp";
    says(refused(&display.name, &["gui", amp]), 12, &[amp, "no editor"]);
    says(refused(&display.name, &class("Viewless")), 12, &["views.vst3", "no editor"]);
    let sampler = "http://lv2plug.in/plugins/eg-sampler";
    says(refused(&display.name, &["gui", sampler]), 13, &[sampler, "GtkUI", "only X11UI"]);
    says(refused(&display.name, &class("Foreign")), 13, &["not for X11"]);
}

#[test]
fn editors_that_do_not_open() {
    let (bench, display) = (Bench::new(), Display::new());
    let views = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    says(
        refused(&display.name, &["gui", &views, "--class", "Refusing"]),
        14,
        &["did not open", "attached"],
    );
    says(refused(&display.name, &["gui", &bench.lv2_editor("null")]), 14, &["refused to be instantiated"]);
    let unlisted = bench.lv2_editor("unlisted");
    says(refused(&display.name, &["gui", &unlisted]), 14, &["ui.so", "does not hold", "ui#unlisted"]);
    let good = bench.lv2_editor("good");
    let library = std::path::Path::new(&good).join("ui.so");
    std::fs::copy(example("fixture_no_factory"), &library).unwrap();
    says(refused(&display.name, &["gui", &good]), 14, &["ui.so", "lv2ui_descriptor"]);
    std::fs::write(&library, "no library").unwrap();
    says(refused(&display.name, &["gui", &good]), 14, &["does not load"]);
    std::fs::remove_file(&library).unwrap();
    says(refused(&display.name, &["gui", &good]), 14, &["ui.so", "does not exist"]);
}

#[test]
fn editors_that_crash_or_hang() {
    let (bench, display) = (Bench::new(), Display::new());
    let picture = bench.path("a.png");
    let (crash, hang) = (bench.lv2_editor("crash"), bench.lv2_editor("hang"));
    let views = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    let more = ["--screenshot", picture.as_str()];
    let run = |words: &[&str]| refused(&display.name, &[words, &more].concat());
    says(run(&["gui", &crash]), 7, &["crash.lv2", "SIGABRT", "its editor"]);
    says(
        run(&["gui", &views, "--class", "Crashing"]),
        7,
        &["views.vst3", "SIGABRT", "its editor was open"],
    );
    says(run(&["--limit", "2", "gui", &hang]), 8, &["hang.lv2", "no progress for 2 s", "its editor"]);
    says(run(&["gui", "__crash_editor__"]), 7, &["SIGSEGV", "opening its editor"]);
    assert!(!bench.files().contains(&"a.png".to_owned()));
}

#[test]
fn a_display_that_goes_away() {
    let (bench, display) = (Bench::new(), Display::new());
    let mut command = Command::new(PROGRAM);
    command.env("DISPLAY", &display.name).args(["gui", &bench.lv2_editor("good")]);
    let running = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    display.window("Fixture");
    drop(display);
    let output = running.wait_with_output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(11), "{error}");
    assert!(error.contains("the X11 display is gone") && error.lines().count() == 1, "{error}");
}

#[test]
fn an_editor_that_paints_nothing() {
    let (bench, display) = (Bench::new(), Display::new());
    let picture = bench.path("a.png");
    let refusal = refused(&display.name, &["gui", &bench.lv2_editor("blank"), "--screenshot", &picture]);
    says(refusal, 15, &["painted nothing"]);
    assert!(!bench.files().contains(&"a.png".to_owned()));
}

#[test]
fn command_lines_and_files() {
    let (bench, display) = (Bench::new(), Display::new());
    let plugin = bench.lv2_editor("good");
    let run = |more: &[&str]| refused(&display.name, &[&["gui", &plugin], more].concat());
    for size in ["0x10", "10x0", "x", "10", "10x10x10", "99999x10", "-5x5", "1e3x5", "10x 10"] {
        says(run(&["--size", size]), 1, &["--size", "1 to 16384"]);
    }
    for scale in ["0", "-1", "NaN", "inf", "100", "two"] {
        says(run(&["--scale", scale]), 1, &["--scale", "0.25 to 8"]);
    }
    for seconds in ["0", "-1", "NaN", "soon"] {
        says(run(&["--seconds", seconds]), 1, &["--seconds"]);
    }
    let nowhere = bench.path("no/such/folder/a.png");
    says(run(&["--screenshot", &nowhere]), 10, &[&nowhere, "cannot write"]);
    says(run(&["--screenshot", &bench.path("")]), 10, &["cannot write"]);
    says(run(&["--state", &nowhere]), 10, &[&nowhere]);
    says(run(&["--set", "level=2"]), 1, &["level", "0 to 1"]);
    says(run(&["--set", "levle=1"]), 1, &["unknown parameter levle", "level"]);
    says(refused(&display.name, &["gui", "/no/such.lv2"]), 4, &["no such plugin"]);
    let several = refused(&display.name, &["gui", "/usr/lib/lv2/eg-scope.lv2"]);
    says(several, 4, &["2 plugins", "--class"]);
}
