//! The size of an LV2 editor. A program of its own with one test: editors of a process remember the size that
//! they were given last, and others must not open with it.

use dyad_tests::gain;
use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiHost, UiModule, UiOffers, screen};
use dyad_tests::x11::Reference;

fn open(window: &HostWindow) -> Editor {
    let host = UiHost::new(&UiOffers::all(window.id));
    Editor::open_with(UiModule::gain(), &gain::description(), "stereo", host)
        .unwrap_or_else(|host| panic!("it opens: {:?}", host.take()))
}

#[test]
fn it_takes_the_hosts_size_and_the_next_one_opens_with_it() {
    let (screen, _turn) = screen();
    let window = HostWindow::new(&screen, 700, 500);
    let mut like = Reference::new(gain::description(), 1.0);
    let editor = open(&window);
    let [width, height] = like.size().map(|side| side + 60);
    let size = [width, height].map(|side| side as i32);
    assert!(editor.resize(size[0], size[1]));
    like.resize(width, height);
    editor.until_like("lv2 resized", &screen, &like.picture());
    for (width, height) in [(0, 100), (100, 0), (-5, -5), (i32::MIN, i32::MAX)] {
        assert!(!editor.resize(width, height), "{width} × {height}");
    }

    // What a host does while it opens an editor is no user's wish, so it may take a moment to count.
    let opens_with_it = |editor: &Editor| {
        let _ = editor.resize(size[0], size[1] + 10);
        let _ = editor.idle();
        let _ = editor.resize(size[0], size[1]);
        let _ = editor.idle();
        open(&window).host.take().contains(&Call::Resize(size[0], size[1])).then_some(())
    };
    editor.until("an editor that opens with the size of the last", opens_with_it);

    // What no screen shows was nobody's wish.
    let _ = editor.resize(i32::MAX, i32::MAX);
    assert!(editor.idle(), "it lives on");
    drop(editor);
    let next = open(&window);
    assert!(next.host.take().contains(&Call::Resize(size[0], size[1])));
    next.until_like("lv2 as before", &screen, &like.picture());
}
