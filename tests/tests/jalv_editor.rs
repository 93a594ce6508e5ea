//! Editors in jalv, LV2's reference host: in windows made of GTK 3 and Qt 5, and in a window of their own.
//!
//! Host quirk shown here: jalv asks no editor for its size limits, but follows it where it wants another
//! size.

use dyad_tests::gain::{self, factor};
use dyad_tests::live::{Live, Window};
use dyad_tests::process::alone;
use dyad_tests::x11::{Reference, Shown};

fn shown(live: &mut Live, db: f64) -> Shown {
    let mut like = Reference::new(gain::description(), 1.0);
    like.set("gain", db);
    Shown { window: live.editor(), like }
}

/// The editor follows the host, and the host the editor.
fn story(window: Window) {
    let _alone = alone();
    let name = |what: &str| format!("{} {what}", window.program());
    let mut live = Live::start(window, &["gain=-6"]);
    let mut editor = shown(&mut live, -6.0);
    let Live { screen, jalv, .. } = &mut live;
    screen.point_away();
    editor.settle(&name("open"), screen, jalv);
    screen.whole().save(&name("screen"));

    editor.drag(screen, "gain", (0, 30));
    let db = editor.like.value("gain");
    assert!((-24.0..-7.0).contains(&db), "{db}");
    editor.settle(&name("dragged"), screen, jalv);

    // The host's window becomes larger, and all in it does.
    let outer = editor.window.above.get(1).copied().expect("the editor is in the host's window");
    let place = |id| screen.windows().into_iter().find(|seen| seen.id == id).expect("it is there").place;
    let (around, inside) = (place(outer), place(editor.window.id));
    screen.resize(outer, around.width + 120, around.height + 80);
    editor.like.resize(inside.width + 120, inside.height + 80);
    editor.settle(&name("larger"), screen, jalv);

    // What is heard is what is shown.
    let rest = editor.like.picture();
    live.play();
    let loudness = live.loudness();
    assert!((loudness / factor(db) - 1.0).abs() < 0.01, "{loudness} instead of {}", factor(db));
    let Live { screen, jalv, .. } = &mut live;
    screen.wait("moving meters", jalv, |screen| {
        let picture = screen.picture(screen.again(&editor.window)?.place);
        (picture.difference(&rest, 12)? > 100).then(|| picture.save(&name("meters")))
    });

    screen.close(outer);
    let status = jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", jalv.all());
}

#[test]
fn in_gtk() {
    story(Window::Gtk);
}

#[test]
fn in_qt() {
    story(Window::Qt);
}

/// Nothing that the editor shows needs a plugin that runs; nor does what a user does in it.
#[test]
fn in_a_window_of_its_own_and_without_an_engine() {
    let _alone = alone();
    let mut live = Live::start(Window::Own, &["gain=-6"]);
    let mut editor = shown(&mut live, -6.0);
    assert_eq!(editor.window.above.len(), 1, "the window is one of the screen's: {:?}", editor.window);
    assert!(editor.window.title.contains("Dyad Gain"), "{:?}", editor.window);
    let Live { screen, jalv, jack, .. } = &mut live;
    screen.point_away();
    editor.settle("jalv open", screen, jalv);

    // The host's values move the knob.
    jalv.say("set gain -12");
    editor.like.set("gain", -12.0);
    editor.settle("jalv set", screen, jalv);

    jack.suspend();
    editor.drag(screen, "gain", (0, -30));
    editor.settle("jalv without an engine", screen, jalv);
    jack.resume();
    let db = editor.like.value("gain");
    assert!((-10.0..0.0).contains(&db), "{db}");
    let host = live.control("gain");
    assert!((host - db).abs() < 1e-4, "{host} instead of {db}");

    // Closing the editor is no end for the plugin.
    live.screen.close(editor.window.id);
    let gone = |screen: &dyad_tests::x11::Screen| screen.editors().is_empty().then_some(());
    live.screen.wait("an empty screen", &mut live.jalv, gone);
    assert!((live.control("gain") - db).abs() < 1e-4);
    live.jalv.hang_up();
    let status = live.jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", live.jalv.all());
}
