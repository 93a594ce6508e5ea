//! Web editors in `dyad-host gui`, in both formats.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dyad_tests::bundle;
use dyad_tests::process::Running;
use dyad_tests::web::{Web, logged, program_without_its_library};
use dyad_tests::x11::{Page, Picture, Screen, Seen};

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
}

/// `dyad-host gui`, which says all that the editor does.
fn gui(screen: &Screen, web: &Web, format: Format) -> Command {
    let mut command = bundle::host();
    screen.prepare(&mut command);
    web.prepare(&mut command);
    command.args(["--verbose", "gui"]);
    match format {
        Format::Lv2 => command.arg(bundle::lv2()).args(["--class", "urn:dyad:gain#stereo"]),
        Format::Vst3 => command.arg(bundle::vst3()),
    };
    command
}

/// A place for a file of a test's own.
fn place(format: Format, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_host").join(format.name());
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder.join(name)
}

/// Waits for the editor's window.
fn editor(screen: &Screen, host: &mut Running) -> Seen {
    let window = screen.wait("the editor", host, |screen| screen.editors().into_iter().next());
    screen.point_away();
    window
}

fn story(format: Format) {
    let (screen, web) = (Screen::bare(), Web::new());
    let name = |what: &str| format!("web dyad-host {} {what}", format.name());
    let state = place(format, "state");
    let mut command = gui(&screen, &web, format);
    let mut host = Running::start(command.args(["--set", "gain=-6", "--save-state"]).arg(&state));
    let mut page = Page::new(editor(&screen, &mut host), -6.0);
    page.settle(&name("open"), &screen, &mut host);
    assert_eq!(web.helpers().len(), 1, "{:?}", web.processes());

    // A drag is one gesture, and ends where it is shown to end.
    page.drag(&screen, (0, 30));
    page.settle(&name("dragged"), &screen, &mut host);
    host.hear(|line| (line == "edit gain end").then_some(())).expect("the gesture ends");
    let edits: Vec<_> = host.said().iter().filter_map(|line| line.strip_prefix("edit gain ")).collect();
    assert_eq!(edits.iter().filter(|edit| **edit == "begin").count(), 1, "{edits:?}");
    assert_eq!((edits.first(), edits.last()), (Some(&"begin"), Some(&"end")), "{edits:?}");
    let value = edits[edits.len() - 2].strip_prefix("value ").and_then(|value| value.parse::<f64>().ok());
    let wanted = page.like.value("gain");
    assert!(value.is_some_and(|value| (value - wanted).abs() < 1e-4), "{value:?}, not {wanted}");

    // The host's window and the editor in it are of one size.
    let outer = page.window.above[1];
    screen.resize(outer, 560, 360);
    page.like.resize(560, 360);
    page.settle(&name("larger"), &screen, &mut host);

    screen.close(outer);
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());
    assert!(logged(&host).is_empty(), "nothing was to be said of this:\n{}", host.all());
    web.nothing_remains();

    // What was dragged is what was saved, and a page is what a picture is taken of.
    let (file, web) = (place(format, "picture.png"), Web::new());
    let mut command = gui(&screen, &web, format);
    let mut host = Running::start(command.arg("--state").arg(&state).arg("--screenshot").arg(&file));
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());
    let picture = Picture::read(&file);
    picture.save(&name("pictured"));
    let mut like = Page::new(page.window, wanted);
    if let Some(fault) = like.fault(&picture) {
        panic!("{}: {fault}", file.display());
    }
    web.nothing_remains();
}

#[test]
fn lv2_shows_a_page() {
    story(Format::Lv2);
}

#[test]
fn vst3_shows_a_page() {
    story(Format::Vst3);
}

/// Where no page can be shown the native editor is there at once, and a line says why.
#[test]
fn the_native_editor_instead() {
    let screen = Screen::bare();
    let without_library = program_without_its_library().into_os_string();
    for format in [Format::Lv2, Format::Vst3] {
        for (program, why) in [
            (without_library.clone(), "it lacks a library"),
            ("/nonexistent/dyad-webview".into(), "/nonexistent/dyad-webview"),
        ] {
            let web = Web::with(program);
            let mut host = Running::start(gui(&screen, &web, format).args(["--set", "gain=-6"]));
            let mut shown = Page::new(editor(&screen, &mut host), -6.0).native();
            let name = format!("web dyad-host {} instead", format.name());
            shown.settle(&name, &screen, &mut host);
            shown.drag(&screen, "gain", (0, 30));
            shown.settle(&name, &screen, &mut host);
            host.hear(|line| (line == "edit gain end").then_some(())).expect("the gesture ends");
            screen.close(shown.window.above[1]);
            let status = host.end();
            assert!(status.success(), "it ended with {status}:\n{}", host.all());
            let lines = logged(&host);
            let said = |line: &str| line.contains("takes the web editor's place") && line.contains(why);
            assert!(lines.len() == 1 && said(lines[0]), "{lines:?}");
            web.nothing_remains();
        }
    }
}

/// Nothing is left of a page whose host is killed, whenever that is.
#[test]
fn nothing_is_left_of_it() {
    let screen = Screen::bare();
    for format in [Format::Lv2, Format::Vst3] {
        for painted in [true, false] {
            let web = Web::new();
            let mut host = Running::start(&mut gui(&screen, &web, format));
            if painted {
                let name = format!("web dyad-host {} kill", format.name());
                Page::new(editor(&screen, &mut host), 0.0).settle(&name, &screen, &mut host);
            } else {
                screen.wait("a helper", &mut host, |_| (!web.helpers().is_empty()).then_some(()));
            }
            // The plugin and its editor are in a process of their own below it.
            host.kill();
            web.nothing_remains();
        }
    }
}

#[test]
fn without_a_display() {
    let screen = Screen::bare();
    for format in [Format::Lv2, Format::Vst3] {
        let web = Web::new();
        let mut host = Running::start(gui(&screen, &web, format).env_remove("DISPLAY"));
        assert_eq!(host.end().code(), Some(11), "{}", host.all());
        web.nothing_remains();
    }
}
