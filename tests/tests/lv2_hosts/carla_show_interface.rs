//! Carla shows an editor that it can't put into a window of its own by `ui:showInterface`, and passes over one that
//! requires a feature that it does not have.

use dyad_tests::lv2ui::{Call, Editor, UiModule, UiOffers, screen};
use dyad_tests::probe;
use dyad_tests::x11::Reference;

use crate::world::world;

#[test]
fn no_editor_requires_a_feature_and_all_can_be_shown() {
    for editor in world().editors() {
        assert_eq!(world().all(editor, "lv2:requiredFeature"), [""; 0], "{editor}");
        for interface in ["ui:showInterface", "ui:idleInterface"] {
            assert!(world().says(editor, "lv2:extensionData", interface), "{editor}: {interface}");
        }
    }
}

#[test]
fn a_shown_editor_works_until_its_user_closes_it() {
    let (screen, _turn) = screen();
    let offers = UiOffers { parent: None, ..UiOffers::all(0) };
    let editor =
        Editor::open(UiModule::probe(), &probe::description(), "stereo", &offers).expect("it opens");
    let mut like = Reference::new(probe::description(), 1.0);
    editor.tell("gain", -12.0);
    like.set("gain", -12.0);
    assert!(editor.show(true));
    let seen = editor.until("its window", |_| screen.editors().into_iter().next());
    let expected = like.picture();
    editor.until("what it was told before", |_| {
        let picture = screen.picture(screen.again(&seen)?.place);
        picture.is_like(&expected, dyad_tests::x11::Tolerance::EXACT).then_some(())
    });
    let _ = editor.host.take();
    let (at, corner, port) = (like.place("gain"), seen.place, editor.port("gain"));
    screen.drag((corner.x + at.0, corner.y + at.1), (0, -30));
    screen.point_away();
    let calls = editor.until_called("the end of the drag", |call| *call == Call::Touch(port, false));
    let set = calls.iter().rev().find_map(|call| match call {
        Call::Set(index, value) if *index == port => Some(*value),
        _ => None,
    });
    assert!(set.is_some_and(|value| value > -12.0), "the host hears of it: {calls:?}");
    screen.close(seen.id);
    editor.until("its end", |editor| (!editor.idle()).then_some(()));
    assert!(editor.show(false), "Carla hides what was closed");
    editor.until("an empty screen", |_| screen.editors().is_empty().then_some(()));
}
