//! Web editors that can't be shown, or not any more, in jalv: what the user sees, hears and reads then, and
//! that nothing is left of them, however it ends.

use std::time::Duration;

use dyad_tests::gain::factor;
use dyad_tests::live::{Live, Window, world};
use dyad_tests::process::{Alone, alone};
use dyad_tests::web::{Web, logged, program_without_its_library};
use dyad_tests::x11::{Page, Picture, Shown, Tolerance};

/// A plugin in jalv at -6 dB, where jalv tells its editor.
fn live(window: Window, web: &Web) -> Live {
    Live::start_with(window, -6.0, &world(), |command| web.prepare(command))
}

fn page(live: &mut Live, name: &str) -> Page {
    let mut page = Page::new(live.editor(), -6.0);
    live.screen.point_away();
    page.settle(name, &live.screen, &mut live.jalv);
    page
}

/// Waits until jalv ends well, and nothing is left.
#[track_caller]
fn end(live: &mut Live, web: &Web) {
    let status = live.jalv.end();
    assert!(status.success(), "jalv ended with {status}:\n{}", live.jalv.all());
    web.nothing_remains();
}

#[track_caller]
fn hears(live: &Live, db: f64) {
    let loudness = live.loudness();
    assert!((loudness / factor(db) - 1.0).abs() < 0.01, "{loudness} instead of {}", factor(db));
}

/// Waits for the native editor, whatever its meters show.
fn settle(live: &mut Live, editor: &mut Shown, name: &str) {
    let expected = left(&editor.like.picture());
    let Live { screen, jalv, .. } = live;
    screen.wait(name, jalv, |screen| {
        let picture = screen.picture(screen.again(&editor.window)?.place);
        left(&picture).is_like(&expected, Tolerance::EXACT).then(|| picture.save(name))
    });
}

/// The native editor does what it does without a page.
fn operates(live: &mut Live, editor: &mut Shown, name: &str) {
    settle(live, editor, name);
    editor.drag(&live.screen, "gain", (0, -20));
    settle(live, editor, &format!("{name} dragged"));
    hears(live, editor.like.value("gain"));
}

/// All but the meters, which move.
fn left(picture: &Picture) -> Picture {
    picture.part(0, 0, picture.width * 2 / 3, picture.height)
}

/// Once it comes back, the next time the native editor takes its place; nobody hears anything of it.
#[test]
fn a_helper_that_is_killed() {
    let _alone = alone();
    let web = Web::new();
    let mut live = live(Window::Gtk, &web);
    let mut page = page(&mut live, "web killed not yet");
    page.drag(&live.screen, (0, 30));
    page.settle("web killed dragged", &live.screen, &mut live.jalv);
    let db = page.like.value("gain");
    live.play();
    let recording = live.record();

    let first = web.kill_helper();
    let Live { screen, jalv, .. } = &mut live;
    screen.wait("another helper", jalv, |_| {
        let [helper] = &web.helpers()[..] else { return None };
        (*helper != first).then_some(())
    });
    // Its window was empty in between.
    page.settle_knob("web killed once", screen, jalv);
    web.kill_helper();
    web.no_page_remains();
    let mut editor = page.native();
    settle(&mut live, &mut editor, "web killed twice");
    recording.end(db);
    operates(&mut live, &mut editor, "web killed native");

    live.screen.close(editor.window.above[1]);
    end(&mut live, &web);
    let lines = logged(&live.jalv);
    assert!(lines.len() == 2 && lines[0].contains("is started again"), "{lines:#?}");
    assert!(lines[1].contains("takes the web editor's place"), "{lines:#?}");
}

/// The native editor is there instead, a line says why, and all works.
#[track_caller]
fn replaced(name: &str, web: &Web, why: &str) {
    let _alone = alone();
    for window in [Window::Gtk, Window::Qt] {
        let name = format!("web {name} {}", window.program());
        let mut live = live(window, web);
        let mut editor = Page::new(live.editor(), if window == Window::Gtk { -6.0 } else { 0.0 }).native();
        live.screen.point_away();
        editor.settle(&name, &live.screen, &mut live.jalv);
        live.play();
        operates(&mut live, &mut editor, &name);
        live.screen.close(editor.window.above[1]);
        end(&mut live, web);
        let lines = logged(&live.jalv);
        let said = |line: &str| line.contains("takes the web editor's place") && line.contains(why);
        assert!(lines.len() == 1 && said(lines[0]), "one line says why:\n{}", live.jalv.all());
    }
}

#[test]
fn a_system_without_the_library() {
    replaced("library", &Web::with(program_without_its_library()), "it lacks a library");
}

#[test]
fn a_program_that_is_missing() {
    replaced("program", &Web::with("/nonexistent/dyad-webview"), "/nonexistent/dyad-webview");
}

/// Without a display there is no editor, and the plugin plays.
#[test]
fn without_a_display() {
    let _alone = alone();
    let web = Web::new();
    let mut live = Live::start_with(Window::Own, 0.0, &world(), |command| {
        web.prepare(command);
        command.env_remove("DISPLAY");
    });
    live.play();
    hears(&live, 0.0);
    assert!(live.screen.editors().is_empty() && web.shows().is_empty(), "{:?}", web.processes());
    // Without an editor it reads commands, until there are none.
    live.jalv.hang_up();
    // It may take the first signal for the end of its commands, and then waits for another.
    while live.jalv.runs() && !live.jalv.ends_well_within(Duration::from_millis(200)) {
        live.jalv.interrupt();
    }
    end(&mut live, &web);
    let said = live.jalv.said().iter().filter(|line| line.contains("display")).count();
    assert_eq!(said, 1, "one line says why:\n{}", live.jalv.all());
}

/// Nothing is left of a page, however its host ends.
fn ends(window: Window, _: &Alone) {
    // The user closes its window.
    let web = Web::new();
    let mut one = live(window, &web);
    let window_of = |live: &mut Live| live.editor();
    let seen = window_of(&mut one);
    let helper = |live: &mut Live, web: &Web| {
        let Live { screen, jalv, .. } = live;
        // The program and WebKit's two.
        screen.wait("a helper and what it starts", jalv, |_| (web.shows().len() >= 3).then_some(()));
    };
    helper(&mut one, &web);
    one.screen.close(seen.above[1]);
    end(&mut one, &web);
    drop(one);

    // It is killed.
    let web = Web::new();
    let mut two = live(window, &web);
    helper(&mut two, &web);
    two.jalv.kill();
    web.nothing_remains();
    drop(two);

    // It is killed before there is anything to be seen.
    let web = Web::new();
    let mut three = live(window, &web);
    let Live { screen, jalv, .. } = &mut three;
    screen.wait("a helper", jalv, |_| (!web.helpers().is_empty()).then_some(()));
    three.jalv.kill();
    web.nothing_remains();
}

#[test]
fn nothing_is_left_of_it() {
    let alone = alone();
    ends(Window::Gtk, &alone);
    ends(Window::Qt, &alone);
}
