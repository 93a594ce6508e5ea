//! Where an editor looks for the program that shows pages: in copies of both bundles, laid out as they are
//! installed, with programs that say where they are and end.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use dyad_tests::bundle;
use dyad_tests::process::Running;
use dyad_tests::web::{Web, logged};
use dyad_tests::x11::{Page, Screen};

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written to");
    for entry in fs::read_dir(from).expect("the bundle is there") {
        let entry = entry.expect("the bundle can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// A system with the bundle, and programs at all places for them.
struct System {
    folder: PathBuf,
    bundle: PathBuf,
    lv2: bool,
}

impl System {
    fn new(lv2: bool) -> Self {
        let name = if lv2 { "lv2" } else { "vst3" };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_search").join(name);
        let _ = fs::remove_dir_all(&folder);
        // So deep that nobody looks into the target folder, where this checkout's own program is.
        let folder = folder.join("a/b/c/d/e");
        let bundle = folder.join("lib").join(name).join(format!("gain.{name}"));
        copy(&if lv2 { bundle::lv2() } else { bundle::vst3() }, &bundle);
        fs::create_dir_all(folder.join("home")).expect("the target folder can be written to");
        Self { folder, bundle, lv2 }
    }

    /// The places, the first one first.
    fn places(&self) -> [PathBuf; 3] {
        let binary = if self.lv2 { "" } else { "Contents/x86_64-linux/editor" };
        let beside = self.bundle.join(binary);
        assert!(beside.join("gain_ui.so").exists(), "{}", beside.display());
        let near = self.folder.join("lib/dyad");
        let home = self.folder.join("home/.local/lib/dyad");
        [beside, near, home].map(|folder| folder.join("dyad-webview"))
    }

    /// Puts a program there that notes that it was started, and shows nothing.
    fn install(&self, place: &Path) {
        fs::create_dir_all(place.parent().expect("a file lies in a folder")).expect("the folder is ours");
        let program = format!("#!/bin/sh\necho \"$0\" >> '{}'\nexit 1\n", self.note().display());
        fs::write(place, program).expect("the folder is ours");
        fs::set_permissions(place, Permissions::from_mode(0o755)).expect("the file is ours");
    }

    fn note(&self) -> PathBuf {
        self.folder.join("started")
    }

    /// Opens the editor until it is the native one; gives which programs were started, and what was logged.
    fn open(&self, web: &Web) -> (Vec<PathBuf>, Vec<String>) {
        let _ = fs::remove_file(self.note());
        let screen = Screen::bare();
        let mut command: Command = bundle::host();
        screen.prepare(&mut command);
        web.prepare(&mut command);
        command.env("HOME", self.folder.join("home")).args(["--verbose", "gui"]).arg(&self.bundle);
        if self.lv2 {
            command.args(["--class", "urn:dyad:gain#stereo"]);
        }
        let mut host = Running::start(&mut command);
        let window = screen.wait("the editor", &mut host, |screen| screen.editors().into_iter().next());
        let outer = window.above[1];
        screen.point_away();
        Page::new(window, 0.0).native().settle(
            &format!("web search {}", if self.lv2 { "lv2" } else { "vst3" }),
            &screen,
            &mut host,
        );
        screen.close(outer);
        let status = host.end();
        assert!(status.success(), "it ended with {status}:\n{}", host.all());
        web.nothing_remains();
        let started = fs::read_to_string(self.note()).unwrap_or_default();
        (
            started.lines().map(PathBuf::from).collect(),
            logged(&host).iter().map(|&line| line.into()).collect(),
        )
    }
}

fn story(lv2: bool) {
    let system = System::new(lv2);
    let places = system.places();
    places.iter().for_each(|place| system.install(place));
    // What the user says counts before all.
    let wanted = system.folder.join("a program of the user's");
    system.install(&wanted);
    let (started, lines) = system.open(&Web::with(&wanted));
    assert_eq!((started, lines.len()), (vec![wanted], 1), "{lines:?}");
    // Then whatever is nearer.
    for place in &places {
        let (started, lines) = system.open(&Web::installed());
        assert_eq!((started, lines.len()), (vec![place.clone()], 1), "{lines:?}");
        // What can't be run is none.
        fs::set_permissions(place, Permissions::from_mode(0o644)).expect("the file is ours");
    }
    // Last the system's own, where this one has it.
    if !["/usr/local/lib", "/usr/lib"].iter().any(|lib| Path::new(lib).join("dyad/dyad-webview").exists()) {
        let (started, lines) = system.open(&Web::installed());
        assert!(started.is_empty(), "{started:?}");
        assert!(lines.len() == 1 && lines[0].contains("dyad-webview is not installed"), "{lines:?}");
    }
    // The user's word is not doubted.
    system.install(&places[0]);
    let (started, lines) = system.open(&Web::with(system.folder.join("nothing")));
    assert_eq!((started.len(), lines.len()), (0, 1), "{lines:?}");
}

#[test]
fn from_an_lv2_bundle() {
    story(true);
}

#[test]
fn from_a_vst3_bundle() {
    story(false);
}
