//! Ardour is a program of GTK 2, and a process that has loaded another version of it is aborted.

use dyad_tests::lv2ui::{Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::{gain, probe};

/// The files that are loaded into this process.
fn loaded() -> Vec<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("the system says what is loaded");
    let name = |line: &str| line.rsplit('/').next().map(str::to_lowercase);
    maps.lines().filter(|line| line.contains('/')).filter_map(name).collect()
}

#[test]
fn an_open_editor_has_brought_no_toolkit_with_it() {
    let (screen, _turn) = screen();
    let window = HostWindow::new(&screen, 1300, 900);
    let editors = [
        Editor::open(UiModule::gain(), &gain::description(), "stereo", &UiOffers::all(window.id)),
        Editor::open(UiModule::probe(), &probe::description(), "stereo", &UiOffers::all(window.id)),
    ];
    for editor in editors.iter().map(|editor| editor.as_ref().expect("it opens")) {
        // Whoever draws has loaded what it needs when something is to be seen.
        editor.until("a picture", |editor| {
            (screen.picture(editor.place(&screen)).colors() > 20).then_some(())
        });
    }
    let loaded = loaded();
    for editor in ["gain_ui.so", "probe_ui.so"] {
        assert!(loaded.iter().any(|name| name == editor), "{editor} is seen: {loaded:?}");
    }
    for toolkit in ["libgtk", "libgdk", "libglib", "libgobject", "libqt", "libfltk", "libwx"] {
        let found = loaded.iter().find(|name| name.starts_with(toolkit));
        assert_eq!(found, None, "{toolkit}");
    }
}
