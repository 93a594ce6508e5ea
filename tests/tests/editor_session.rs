//! Presets, comparing and undo in an editor within a host: the host's values follow, by whole gestures.

use std::fs;
use std::path::{Path, PathBuf};

use dyad_core::preset::UserPresets;
use dyad_core::state;
use dyad_tests::process::Running;
use dyad_tests::web::Web;
use dyad_tests::x11::{Page, Reference, Screen, Shown};
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
}

/// A folder for a user's data, with one preset of the gain's in it: 12 dB.
fn data(format: Format, kind: &str) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("editor_session").join(format.name()).join(kind);
    let _ = fs::remove_dir_all(&folder);
    let presets = UserPresets::within(&folder.join("dyad").join("presets"), "urn:dyad:gain");
    let description = gain::description();
    let index = description.index_of("gain").expect("it is there");
    let value = |other: usize| if other == index { 12.0 } else { 0.0 };
    let document = state::write_preset(&description, value, &[], &state::Fields::none());
    presets.save("Loud", "Twelve", &document, false).expect("it can be saved");
    folder
}

/// `dyad-host gui` at -6 dB, which says all that the editor does.
fn host(
    screen: &Screen,
    format: Format,
    kind: &str,
    prepare: impl Fn(&mut std::process::Command),
) -> Running {
    let mut command = bundle::host();
    screen.prepare(&mut command);
    command.env("XDG_DATA_HOME", data(format, kind)).args(["--verbose", "gui"]);
    match format {
        Format::Lv2 => command.arg(bundle::lv2()).args(["--class", "urn:dyad:gain#stereo"]),
        Format::Vst3 => command.arg(bundle::vst3()),
    };
    prepare(&mut command);
    Running::start(command.args(["--set", "gain=-6"]))
}

/// Waits for the next gesture of the gain's, which sets it to this and nothing else.
#[track_caller]
fn gesture(host: &mut Running, wanted: f64) {
    host.hear(|line| (line == "edit gain end").then_some(())).expect("the gesture ends");
    let edits: Vec<&str> = host.said().iter().filter_map(|line| line.strip_prefix("edit ")).collect();
    let [.., begin, value, "gain end"] = edits[..] else { panic!("{edits:?}") };
    let value = value.strip_prefix("gain value ").and_then(|value| value.parse::<f64>().ok());
    assert_eq!(begin, "gain begin", "{edits:?}");
    assert!(value.is_some_and(|value| (value - wanted).abs() < 1e-4), "{value:?}, not {wanted}: {edits:?}");
}

/// What is clicked, and what the gain is then.
const STORY: [(&str, f64); 6] = [
    ("Next preset", 0.0),
    ("Next preset", 12.0),
    ("Undo", 0.0),
    ("Undo", -6.0),
    ("Redo", 0.0),
    ("Previous preset", 12.0),
];

fn native(format: Format) {
    let screen = Screen::bare();
    let mut host = host(&screen, format, "native", |command| {
        command.env("DYAD_EDITOR", "native");
    });
    let window = screen.wait("the editor", &mut host, |screen| screen.editors().into_iter().next());
    let mut editor = Shown { window, like: Reference::new(gain::description(), 1.0) };
    editor.like.set("gain", -6.0);
    screen.point_away();
    editor.settle(&format!("session {} open", format.name()), &screen, &mut host);
    for (name, wanted) in STORY {
        let (x, y) = editor.like.header(name);
        screen.click((editor.window.place.x + x, editor.window.place.y + y));
        gesture(&mut host, wanted);
    }
    let outer = editor.window.above[1];
    screen.close(outer);
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());
}

#[test]
fn lv2_presets_are_chosen_and_undone() {
    native(Format::Lv2);
}

#[test]
fn vst3_presets_are_chosen_and_undone() {
    native(Format::Vst3);
}

fn page(format: Format) {
    let (screen, web) = (Screen::bare(), Web::new());
    let mut host = host(&screen, format, "page", |command| web.prepare(command));
    let window = screen.wait("the editor", &mut host, |screen| screen.editors().into_iter().next());
    screen.point_away();
    let mut page = Page::new(window, -6.0);
    page.settle(&format!("session page {} open", format.name()), &screen, &mut host);
    for (name, wanted) in STORY {
        // The page's parts stand where the native header's do.
        let (x, y) = page.like.header(name);
        screen.click((page.window.place.x + x, page.window.place.y + y));
        gesture(&mut host, wanted);
    }
    page.like.set("gain", 12.0);
    page.settle_knob(&format!("session page {} chosen", format.name()), &screen, &mut host);
    let outer = page.window.above[1];
    screen.close(outer);
    let status = host.end();
    assert!(status.success(), "it ended with {status}:\n{}", host.all());
    web.nothing_remains();
}

#[test]
fn lv2_presets_are_chosen_and_undone_in_a_page() {
    page(Format::Lv2);
}

#[test]
fn vst3_presets_are_chosen_and_undone_in_a_page() {
    page(Format::Vst3);
}
