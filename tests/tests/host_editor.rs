//! Editors in `dyad-host gui`, in both formats: in its window, and in the pictures that it takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dyad_tests::process::Running;
use dyad_tests::x11::{Picture, Reference, Screen, Shown, Tolerance};
use dyad_tests::{bundle, gain};

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Lv2,
    Vst3,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Lv2 => "lv2",
            Self::Vst3 => "vst3",
        }
    }

    fn bundle(self) -> PathBuf {
        match self {
            Self::Lv2 => bundle::lv2(),
            Self::Vst3 => bundle::vst3(),
        }
    }
}

/// `dyad-host gui`, which says all that the editor does.
fn gui(screen: &Screen, format: Format, plugin: &Path) -> Command {
    let mut command = bundle::host();
    screen.prepare(&mut command);
    command.args(["--verbose", "gui"]).arg(plugin);
    if format == Format::Lv2 {
        command.args(["--class", "urn:dyad:gain#stereo"]);
    }
    command
}

/// A place for a file of a test's own.
fn place(format: Format, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("host_editor").join(format.name());
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder.join(name)
}

/// Has a picture taken, and compares it.
#[track_caller]
fn pictured(screen: &Screen, format: Format, words: &[&str], like: &mut Reference, name: &str) {
    let file = place(format, "picture.png");
    let mut host =
        Running::start(gui(screen, format, &format.bundle()).args(words).arg("--screenshot").arg(&file));
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());
    let name = format!("dyad-host {} {name}", format.name());
    Picture::read(&file).assert_like(&like.picture(), &name, Tolerance::EXACT);
}

fn story(format: Format) {
    let screen = Screen::bare();
    let state = place(format, "state");
    let mut command = gui(&screen, format, &format.bundle());
    let mut host = Running::start(command.args(["--set", "gain=-6", "--save-state"]).arg(&state));
    let window = screen.wait("the editor", &mut host, |screen| screen.editors().into_iter().next());
    let mut editor = Shown { window, like: Reference::new(gain::description(), 1.0) };
    editor.like.set("gain", -6.0);
    let name = |what: &str| format!("dyad-host {} {what}", format.name());
    screen.point_away();
    editor.settle(&name("open"), &screen, &mut host);

    // A drag is one gesture, and ends where it is shown to end.
    editor.drag(&screen, "gain", (0, 30));
    editor.settle(&name("dragged"), &screen, &mut host);
    host.hear(|line| (line == "edit gain end").then_some(())).expect("the gesture ends");
    let edits: Vec<_> = host.said().iter().filter_map(|line| line.strip_prefix("edit gain ")).collect();
    assert_eq!(edits.iter().filter(|edit| **edit == "begin").count(), 1, "{edits:?}");
    assert_eq!((edits.first(), edits.last()), (Some(&"begin"), Some(&"end")), "{edits:?}");
    let value = edits[edits.len() - 2].strip_prefix("value ").and_then(|value| value.parse::<f64>().ok());
    let wanted = editor.like.value("gain");
    assert!(value.is_some_and(|value| (value - wanted).abs() < 1e-4), "{value:?}, not {wanted}");

    // The host's window and the editor in it are of one size.
    let outer = editor.window.above[1];
    screen.resize(outer, 560, 360);
    editor.like.resize(560, 360);
    editor.settle(&name("larger"), &screen, &mut host);

    screen.close(outer);
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());

    // What was dragged is what was saved.
    let mut like = Reference::new(gain::description(), 1.0);
    like.set("gain", wanted);
    let state = state.to_str().expect("the target folder's name is Unicode");
    pictured(&screen, format, &["--state", state], &mut like, "restored");
}

#[test]
fn lv2_in_a_window() {
    story(Format::Lv2);
}

#[test]
fn vst3_in_a_window() {
    story(Format::Vst3);
}

#[test]
fn in_any_scale_and_without_an_engine() {
    let screen = Screen::bare();
    for format in [Format::Lv2, Format::Vst3] {
        for (scale, factor) in [("1.5", 1.5), ("2", 2.0)] {
            let mut like = Reference::new(gain::description(), factor);
            pictured(&screen, format, &["--scale", scale], &mut like, &format!("in scale {scale}"));
        }
        let mut like = Reference::new(gain::description(), 1.0);
        like.set("gain", 12.0);
        pictured(&screen, format, &["--stopped", "--set", "gain=12"], &mut like, "stopped");
    }
}

/// A bundle without its editor is one of a plugin that has none.
#[test]
fn a_missing_editor_is_named() {
    let screen = Screen::bare();
    for (format, code) in [(Format::Lv2, 14), (Format::Vst3, 12)] {
        let copy = place(format, &format!("gain.{}", format.name()));
        let _ = fs::remove_dir_all(&copy);
        copy_without_editor(&format.bundle(), &copy);
        let mut host = Running::start(&mut gui(&screen, format, &copy));
        assert_eq!(host.end().code(), Some(code), "{}", host.all());
        assert!(host.all().contains("gain_ui.so"), "{}", host.all());
    }
}

fn copy_without_editor(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(from).expect("the bundle is there") {
        let entry = entry.expect("the bundle can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_without_editor(&entry.path(), &target);
        } else if entry.file_name() != "gain_ui.so" {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}
