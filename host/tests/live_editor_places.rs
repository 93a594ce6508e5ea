//! Where editors of live plugins are: in windows of other programs, hidden and shown, closed by anyone.

mod common;

use common::Bench;
use common::display::{Display, until};
use common::playing::{Edited, beside_blocks, edited, hears, show};
use dyad_host::{EditorPlace, Error, Live, LiveEvent, Refusal};
use x11rb::protocol::xproto::Window;

/// The size of an editor that opens now.
fn opens(live: &mut Live, place: &EditorPlace) -> [u16; 2] {
    live.show_editor(place).unwrap();
    let events = hears(live, "an open editor", |event| matches!(event, LiveEvent::EditorOpened(_)));
    match events.last() {
        Some(LiveEvent::EditorOpened(size)) => size.map(|side| u16::try_from(side).unwrap()),
        _ => unreachable!(),
    }
}

fn closes(live: &Live) {
    hears(live, "the editor's end", |event| matches!(event, LiveEvent::EditorClosed));
}

fn inside(parent: Window) -> EditorPlace {
    EditorPlace { parent: Some(parent), ..EditorPlace::default() }
}

#[test]
fn an_editor_lives_in_another_programs_window() {
    let (bench, display) = (Bench::new(), Display::new());
    let host = display.host(&bench, &[]);
    for one in edited(&bench) {
        let (mut live, mut player) = one.start(&host);
        beside_blocks(&mut live, &mut player, |live| {
            let frame = display.frame([700, 500]);
            let size = opens(live, &inside(frame));
            assert!(size[0] > 100 && size[1] > 100, "{one:?}: {size:?}");
            let ours = display.inside(frame);
            let editor = display.inside(ours);
            for window in [ours, editor] {
                display.await_seen(window, true);
                display.await_size(window, size);
            }
            // It fills what the other program gives it.
            display.resize(frame, [640, 480]);
            display.await_size(ours, [640, 480]);
            // Hidden, it stays what it is.
            live.hide_editor().unwrap();
            display.await_seen(ours, false);
            live.hide_editor().unwrap();
            assert_eq!(display.inside(frame), ours, "{one:?}");
            live.show_editor(&inside(frame)).unwrap();
            display.await_seen(editor, true);
            assert_eq!((display.inside(frame), display.count(frame)), (ours, 1), "{one:?}: the same");
            // Closed, it leaves nothing behind, and comes again.
            live.close_editor().unwrap();
            closes(live);
            until("an empty frame", || (display.count(frame) == 0).then_some(()));
            // Some keep the size that they had.
            let size = opens(live, &inside(frame));
            display.await_size(display.inside(frame), size);
            display.await_seen(display.inside(display.inside(frame)), true);
            assert_eq!(display.count(frame), 1, "{one:?}");
            live.close_editor().unwrap();
            closes(live);
            display.destroy(frame);
        });
        live.close().unwrap();
    }
}

#[test]
fn a_window_that_goes_takes_the_editor_and_nothing_else() {
    let (bench, display) = (Bench::new(), Display::new());
    let host = display.host(&bench, &[]);
    for one in edited(&bench) {
        let (mut live, mut player) = one.start(&host);
        beside_blocks(&mut live, &mut player, |live| {
            for hidden in [false, true] {
                let frame = display.frame([700, 500]);
                opens(live, &inside(frame));
                display.await_seen(display.inside(display.inside(frame)), true);
                if hidden {
                    live.hide_editor().unwrap();
                }
                display.destroy(frame);
                closes(live);
            }
            // There is nothing to be hidden or closed, and that is all.
            live.hide_editor().unwrap();
            live.close_editor().unwrap();
            live.save_state().unwrap();
            // In a window of its own it comes back.
            opens(live, &EditorPlace::default());
            display.close(display.window(one.title));
            closes(live);
        });
        live.close().unwrap();
    }
}

#[test]
fn what_is_no_window_is_refused() {
    let (bench, display) = (Bench::new(), Display::new());
    let host = display.host(&bench, &[]);
    for one in edited(&bench) {
        let (mut live, mut player) = one.start(&host);
        beside_blocks(&mut live, &mut player, |live| {
            let error = live.show_editor(&inside(0x7FFF_FFF0)).unwrap_err();
            let refused =
                matches!(&error, Error::Editor { reason, .. } if reason.refusal == Refusal::Display);
            assert!(refused && error.to_string().contains("0x7ffffff0"), "{error}");
            show(live, &EditorPlace::default());
            live.close_editor().unwrap();
            closes(live);
        });
        live.close().unwrap();
    }
}

#[test]
fn an_editor_that_closes_itself_is_closed_and_comes_again() {
    let (bench, display) = (Bench::new(), Display::new());
    let host = display.host(&bench, &[]);
    // Only LV2 lets an editor do that.
    let one = &edited(&bench)[0];
    let (mut live, mut player) = one.start(&host);
    beside_blocks(&mut live, &mut player, |live| {
        for _ in 0..2 {
            let frame = display.frame([320, 200]);
            opens(live, &inside(frame));
            display.painted([80, 50]);
            display.point([100, 50]);
            display.button(2, true);
            display.button(2, false);
            closes(live);
            until("an empty frame", || (display.count(frame) == 0).then_some(()));
            display.destroy(frame);
        }
    });
    live.close().unwrap();
}

/// One that makes no window for the host, and shows one of its own when it is told to.
#[test]
fn an_editor_with_a_window_of_its_own_is_shown_hidden_and_closed() {
    let (bench, display) = (Bench::new(), Display::new());
    let host = display.host(&bench, &[]);
    let plugin = bench.lv2_editor_of("waits", "own");
    let one = Edited { plugin, class: None, title: "Fixture", control: [80, 50] };
    let (mut live, mut player) = one.start(&host);
    beside_blocks(&mut live, &mut player, |live| {
        show(live, &EditorPlace::default());
        let own = display.window("Own");
        assert!(display.titled("Fixture").is_empty(), "no empty window beside it");
        live.hide_editor().unwrap();
        display.await_seen(own, false);
        live.show_editor(&EditorPlace::default()).unwrap();
        display.await_seen(own, true);
        assert!(display.titled("Fixture").is_empty(), "no empty window beside it");
        // Its user closes it.
        display.close(own);
        closes(live);
        until("no window", || display.titled("Own").is_empty().then_some(()));
        show(live, &EditorPlace::default());
        display.window("Own");
        live.close_editor().unwrap();
        closes(live);
        until("no window", || display.titled("Own").is_empty().then_some(()));
    });
    live.close().unwrap();
}

#[test]
fn a_display_that_goes_takes_the_editor_and_nothing_else() {
    let bench = Bench::new();
    for one in &edited(&bench)[..2] {
        let display = Display::new();
        let (mut live, mut player) = one.start(&display.host(&bench, &[]));
        beside_blocks(&mut live, &mut player, |live| {
            show(live, &EditorPlace::default());
            drop(display);
            let lost = hears(live, "the loss", |event| matches!(event, LiveEvent::EditorLost(_)));
            let reason = match lost.last() {
                Some(LiveEvent::EditorLost(reason)) => reason.clone(),
                _ => unreachable!(),
            };
            assert_eq!(reason.refusal, Refusal::Display, "{reason:?}");
            live.save_state().unwrap();
        });
        live.close().unwrap();
    }
}
