//! Reaper resizes editors by the `ui:resize` of their own `extension_data`, and refuses one that requires
//! `ui:fixedSize`.

use dyad_tests::gain;
use dyad_tests::lv2ui::{Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::x11::Reference;

use crate::world::world;

#[test]
fn every_editor_can_be_resized_and_none_has_a_fixed_size() {
    for editor in world().editors() {
        assert!(world().says(editor, "lv2:extensionData", "ui:resize"), "{editor}");
        let features = ["lv2:requiredFeature", "lv2:optionalFeature"];
        let all: Vec<_> = features.iter().flat_map(|predicate| world().all(editor, predicate)).collect();
        assert!(!all.contains(&"ui:fixedSize") && !all.contains(&"ui:noUserResize"), "{editor}: {all:?}");
    }
}

/// With the editor of gain, which no other test here looks at: the next editor opens with the size of the last.
#[test]
fn it_fills_what_it_is_given_though_reaper_offers_no_resize_of_its_own() {
    let (screen, _turn) = screen();
    let window = HostWindow::new(&screen, 900, 700);
    let offers = UiOffers { resize: false, ..UiOffers::all(window.id) };
    let editor = Editor::open(UiModule::gain(), &gain::description(), "mono", &offers).expect("it opens");
    let mut like = Reference::new(gain::description(), 1.0);
    editor.until_like("reaper opened", &screen, &like.picture());
    let [width, height] = like.size();
    for (width, height) in [(width + 80, height + 40), (width + 10, height + 90), (width, height)] {
        assert!(editor.resize(width as i32, height as i32), "{width} × {height}");
        like.resize(width, height);
        editor.until("its new size", |editor| {
            let place = editor.place(&screen);
            ([place.width, place.height] == [width, height]).then_some(())
        });
        editor.until_like(&format!("reaper {width} x {height}"), &screen, &like.picture());
    }
}
