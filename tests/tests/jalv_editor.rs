//! Editors in jalv, LV2's reference host: in windows made of GTK 3 and Qt 5, and in a window of their own.
//!
//! Host quirks shown here: only the one with GTK sets what it is told with `-c`; the one without a window
//! tells an editor no values, shows it by `ui:showInterface`, and plays on when it is closed.

use std::fs;

use dyad_tests::gain::{self, factor};
use dyad_tests::live::{Live, QUIET, Window, world_with};
use dyad_tests::process::alone;
use dyad_tests::x11::{Reference, Screen, Shown};

/// Keysyms.
const ALT: u32 = 0xffe9;
const UP: u32 = 0xff52;
const ENTER: u32 = 0xff0d;

fn shown(live: &mut Live, db: f64) -> Shown {
    let mut like = Reference::new(gain::description(), 1.0);
    like.set("gain", db);
    Shown { window: live.editor(), like }
}

/// What is heard is what is shown, and meters move.
fn hear(live: &mut Live, editor: &mut Shown, name: &str) {
    let db = editor.like.value("gain");
    let rest = editor.like.picture();
    live.play();
    let loudness = live.loudness();
    assert!((loudness / factor(db) - 1.0).abs() < 0.01, "{loudness} instead of {}", factor(db));
    let Live { screen, jalv, .. } = live;
    screen.wait("moving meters", jalv, |screen| {
        let picture = screen.picture(screen.again(&editor.window)?.place);
        (picture.difference(&rest, 12)? > 100).then(|| picture.save(name))
    });
}

/// The editor follows the host, and the host the editor.
fn story(window: Window) {
    let _alone = alone();
    let name = |what: &str| format!("{} {what}", window.program());
    let mut live = Live::start(window, -6.0);
    let mut editor = shown(&mut live, if window == Window::Gtk { -6.0 } else { 0.0 });
    let Live { screen, jalv, jack, .. } = &mut live;
    screen.point_away();
    editor.settle(&name("open"), screen, jalv);
    screen.whole().save(&name("screen"));

    editor.drag(screen, "gain", (0, 30));
    editor.settle(&name("dragged"), screen, jalv);

    // The host's window becomes larger, and all in it does.
    let outer = editor.window.above.get(1).copied().expect("the editor is in the host's window");
    let place = |id| screen.windows().into_iter().find(|seen| seen.id == id).expect("it is there").place;
    let (around, inside) = (place(outer), place(editor.window.id));
    screen.resize(outer, around.width + 120, around.height + 80);
    editor.like.resize(inside.width + 120, inside.height + 80);
    editor.settle(&name("larger"), screen, jalv);

    // A preset of the host's moves the knob.
    if window == Window::Gtk {
        screen.focus(outer);
        screen.keys(&[ALT, u32::from('p')]);
        let menu = |screen: &Screen| screen.find(|seen| seen.above.len() == 1 && seen.id != outer);
        screen.wait("the menu of presets", jalv, menu);
        screen.keys(&[UP]);
        screen.keys(&[ENTER]);
        editor.like.set("gain", QUIET);
        screen.point_away();
        editor.settle(&name("preset"), screen, jalv);
    }

    // Neither what is shown nor what a user does needs an engine that runs.
    jack.suspend();
    editor.drag(screen, "gain", (0, -20));
    editor.settle(&name("without an engine"), screen, jalv);
    jack.resume();
    hear(&mut live, &mut editor, &name("meters"));

    live.screen.close(outer);
    let status = live.jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", live.jalv.all());
}

#[test]
fn in_gtk() {
    story(Window::Gtk);
}

#[test]
fn in_qt() {
    story(Window::Qt);
}

/// jalv without a window tells an editor no values when it opens, so it shows defaults.
#[test]
fn in_a_window_of_its_own() {
    let _alone = alone();
    let mut live = Live::start(Window::Own, 0.0);
    let mut editor = shown(&mut live, 0.0);
    assert_eq!(editor.window.above.len(), 1, "the window is one of the screen's: {:?}", editor.window);
    assert!(editor.window.title.contains("Dyad Gain"), "{:?}", editor.window);
    let Live { screen, jalv, .. } = &mut live;
    screen.point_away();
    editor.settle("jalv open", screen, jalv);
    editor.drag(screen, "gain", (0, 30));
    editor.settle("jalv dragged", screen, jalv);
    hear(&mut live, &mut editor, "jalv meters");

    let Live { screen, jalv, .. } = &mut live;
    screen.close(editor.window.id);
    screen.wait("an empty screen", jalv, |screen| screen.editors().is_empty().then_some(()));
    // The plugin plays on without its editor, until the user ends it.
    jalv.interrupt();
    let status = live.jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", live.jalv.all());
}

/// Without an editor that works the plugin plays on, and the host's own controls are there.
#[test]
fn with_no_editor_binary_or_a_broken_one() {
    let _alone = alone();
    for name in ["missing", "broken"] {
        let world = world_with(name, |binary| {
            let spoiled =
                if name == "missing" { fs::remove_file(binary) } else { fs::write(binary, "no binary") };
            spoiled.expect("it is a copy");
        });
        let mut live = Live::start_in(Window::Gtk, -6.0, &world);
        let Live { screen, jalv, .. } = &mut live;
        let controls = screen.wait("the host's controls", jalv, |screen| {
            let window = screen.find(|seen| seen.title == "Dyad Gain")?;
            (screen.picture(window.place).colors() > 20).then_some(window)
        });
        screen.picture(controls.place).save(&format!("jalv.gtk3 {name}"));
        assert!(screen.editors().is_empty(), "{name}");
        live.play();
        let loudness = live.loudness();
        assert!((loudness / factor(-6.0) - 1.0).abs() < 0.01, "{name}: {loudness}");
        live.screen.close(controls.id);
        let status = live.jalv.end();
        assert!(status.success(), "{name}: jalv ended with {status}:\n{}", live.jalv.all());
        let why = live.jalv.said().iter().filter(|line| line.contains("gain_ui.so")).count();
        assert_eq!(why, 1, "{name}: one line says why:\n{}", live.jalv.all());
    }
}
