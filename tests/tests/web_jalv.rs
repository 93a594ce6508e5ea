//! Web editors in jalv, LV2's reference host: in windows made of GTK 3 and Qt 5, and in a window of their own.
//! Its quirks are told in `jalv_editor.rs`.

use dyad_tests::gain::factor;
use dyad_tests::live::{Live, QUIET, Window, world};
use dyad_tests::process::alone;
use dyad_tests::web::{Web, logged};
use dyad_tests::x11::{Page, Screen};

/// Keysyms.
const ALT: u32 = 0xffe9;
const UP: u32 = 0xff52;
const DOWN: u32 = 0xff54;
const ENTER: u32 = 0xff0d;

/// What is heard is what is shown, and meters move.
fn hear(live: &mut Live, page: &mut Page, name: &str) {
    let db = page.like.value("gain");
    live.play();
    let loudness = live.loudness();
    assert!((loudness / factor(db) - 1.0).abs() < 0.01, "{loudness} instead of {}", factor(db));
    let Live { screen, jalv, .. } = live;
    screen.wait("moving meters", jalv, |screen| {
        let picture = screen.picture(page.place(screen)?);
        let green = |pixel: &[u8]| pixel[1] > 120 && pixel[1] > pixel[0].saturating_add(40);
        let bars = picture.rgb.chunks_exact(3).filter(|pixel| green(pixel)).count();
        (bars > 100).then(|| picture.save(name))
    });
}

/// The page follows the host, and the host the page.
fn story(window: Window) {
    let _alone = alone();
    let web = Web::new();
    let name = |what: &str| format!("web {} {what}", window.program());
    let mut live = Live::start_with(window, -6.0, &world(), |command| web.prepare(command));
    let mut page = Page::new(live.editor(), if window == Window::Gtk { -6.0 } else { 0.0 });
    let Live { screen, jalv, jack, .. } = &mut live;
    screen.point_away();
    page.settle(&name("open"), screen, jalv);
    screen.whole().save(&name("screen"));
    assert_eq!(web.helpers().len(), 1, "{:?}", web.processes());

    page.drag(screen, (0, 30));
    page.settle(&name("dragged"), screen, jalv);

    if window != Window::Own {
        // The host's window becomes larger, and all in it does.
        let outer = page.window.above[1];
        let place =
            |id| screen.windows().into_iter().find(|seen| seen.id == id).expect("it is there").place;
        let (around, inside) = (place(outer), place(page.window.id));
        screen.resize(outer, around.width + 120, around.height + 80);
        page.like.resize(inside.width + 120, inside.height + 80);
        page.settle(&name("larger"), screen, jalv);

        // A preset of the host's moves the knob.
        screen.focus(outer);
        screen.keys(&[ALT, u32::from('p')]);
        let menu = |screen: &Screen| screen.find(|seen| seen.above.len() == 1 && seen.id != outer);
        screen.wait("the menu of presets", jalv, menu);
        screen.keys(&[if window == Window::Gtk { UP } else { DOWN }]);
        screen.keys(&[ENTER]);
        page.like.set("gain", QUIET);
        screen.point_away();
        page.settle(&name("preset"), screen, jalv);
    }

    // Neither what is shown nor what a user does needs an engine that runs.
    jack.suspend();
    page.drag(screen, (0, -20));
    page.settle(&name("without an engine"), screen, jalv);
    jack.resume();
    hear(&mut live, &mut page, &name("meters"));

    let Live { screen, jalv, .. } = &mut live;
    if window == Window::Own {
        screen.close(page.window.id);
        screen.wait("an empty screen", jalv, |screen| screen.editors().is_empty().then_some(()));
        // The plugin plays on without its editor, of which nothing is left.
        web.no_page_remains();
        jalv.interrupt();
    } else {
        screen.close(page.window.above[1]);
    }
    let status = live.jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", live.jalv.all());
    assert!(logged(&live.jalv).is_empty(), "nothing was to be said of this:\n{}", live.jalv.all());
    web.nothing_remains();
}

#[test]
fn in_gtk() {
    story(Window::Gtk);
}

#[test]
fn in_qt() {
    story(Window::Qt);
}

#[test]
fn in_a_window_of_its_own() {
    story(Window::Own);
}
