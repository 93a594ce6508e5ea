//! Qtractor calls an editor's `idle` about fifteen times in a second, which is too seldom to draw by.

use std::time::Instant;

use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::probe;
use dyad_tests::x11::{Reference, SOON, Screen, Tolerance, pause};

fn open(window: &HostWindow) -> Editor {
    let offers = UiOffers::all(window.id);
    Editor::open(UiModule::probe(), &probe::description(), "stereo", &offers).expect("it opens")
}

/// Waits until the editor looks like this, without a call to it.
fn until_like(screen: &Screen, editor: &Editor, like: &mut Reference, what: &str) {
    let (until, expected) = (Instant::now() + SOON, like.picture());
    loop {
        let seen = screen.editors().into_iter().find(|seen| seen.id == editor.widget);
        let picture = seen.map(|seen| screen.picture(seen.place));
        if picture.as_ref().is_some_and(|picture| picture.is_like(&expected, Tolerance::EXACT)) {
            return;
        }
        if Instant::now() > until {
            let picture = picture.unwrap_or_else(|| panic!("{what}: there is no window"));
            picture.assert_like(&expected, what, Tolerance::EXACT);
        }
        pause();
    }
}

#[test]
fn it_draws_by_a_clock_of_its_own() {
    let (screen, _turn) = screen();
    let (window, mut like) =
        (HostWindow::new(&screen, 1300, 900), Reference::new(probe::description(), 1.0));
    let editor = open(&window);
    until_like(&screen, &editor, &mut like, "qtractor open");
    // A meter falls by itself until it is at rest.
    for (symbol, id, value) in [("gain", "gain", -12.0), ("peak", "peak", 0.5), ("stages", "steps", 7.0)] {
        editor.tell(symbol, value);
        like.set(id, f64::from(value));
    }
    until_like(&screen, &editor, &mut like, "qtractor told");
}

#[test]
fn a_drag_between_two_calls_arrives_whole() {
    let (screen, _turn) = screen();
    let (window, mut like) =
        (HostWindow::new(&screen, 1300, 900), Reference::new(probe::description(), 1.0));
    let editor = open(&window);
    until_like(&screen, &editor, &mut like, "qtractor before drag");
    let _ = editor.host.take();
    let (at, corner) = (like.place("gain"), editor.place(&screen));
    screen.drag((corner.x + at.0, corner.y + at.1), (0, -40));
    screen.point_away();
    like.drag("gain", (0, -40));
    let (port, until) = (editor.port("gain"), Instant::now() + SOON);
    let mut calls = Vec::new();
    while !calls.contains(&Call::Touch(port, false)) {
        assert!(Instant::now() < until, "the end of the drag did not come in time: {calls:?}");
        // About fifteen times in a second.
        (0..4).for_each(|_| pause());
        assert!(editor.idle());
        // Texts that it asks for are none of the user's doing.
        calls.extend(editor.host.take().into_iter().filter(|call| !matches!(call, Call::Write(..))));
    }
    let [Call::Touch(first, true), values @ .., Call::Touch(last, false)] = &calls[..] else {
        panic!("held, set, let go: {calls:?}")
    };
    assert_eq!((*first, *last), (port, port));
    let Some(Call::Set(set, value)) = values.last() else { panic!("a value: {calls:?}") };
    // A window may see the first step together with the press, and then it is no step.
    assert!(
        *set == port && (f64::from(*value) - like.value("gain")).abs() < 2.0,
        "the last one: {calls:?}"
    );
}
