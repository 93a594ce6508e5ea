//! Ardour calls `ui:idleInterface`, offers `ui:touch` and `ui:requestValue`, and lets the user resize an editor
//! that has neither `ui:fixedSize` nor `ui:noUserResize`.

use dyad_tests::lv2ui::{UiModule, sys};

use crate::world::{descriptions, world};

#[test]
fn every_editor_knows_what_ardour_offers() {
    for description in descriptions() {
        let editor = dyad_ttl::editor_uri(description.info.id);
        let known = world().all(&editor, "lv2:optionalFeature");
        let mut wanted = vec!["ui:idleInterface", "ui:touch", "ui:resize", "ui:parent"];
        if !description.properties.is_empty() {
            wanted.push("ui:requestValue");
        }
        for feature in wanted {
            assert!(known.contains(&feature), "{editor} knows {feature}: {known:?}");
        }
        assert!(world().says(&editor, "lv2:extensionData", "ui:idleInterface"), "{editor}");
        for fixed in ["ui:fixedSize", "ui:noUserResize"] {
            for predicate in ["lv2:optionalFeature", "lv2:requiredFeature", "lv2:portProperty"] {
                assert!(!world().says(&editor, predicate, fixed), "{editor}: {fixed}");
            }
        }
    }
}

#[test]
fn every_editor_is_of_a_plugin_and_has_idle() {
    let mut found = 0;
    for module in [UiModule::gain(), UiModule::probe()] {
        for (index, uri) in (0..).zip(module.uris()) {
            assert!(world().editors().contains(&uri.as_str()), "{uri} is in the Turtle");
            let extension = module.descriptor(index).and_then(|ui| ui.extension_data).expect("it is there");
            // SAFETY: a string; the answer is null or the struct that this URI stands for.
            let idle = unsafe {
                extension(sys::LV2_UI__idleInterface.as_ptr().cast())
                    .cast::<sys::LV2UI_Idle_Interface>()
                    .as_ref()
            };
            assert!(idle.is_some_and(|interface| interface.idle.is_some()), "{uri} has idle");
            found += 1;
        }
    }
    assert_eq!(found, world().editors().len(), "and no other");
    for plugin in world().plugins() {
        assert!(world().editors().contains(&world().one(plugin, "ui:ui")), "{plugin}");
    }
}
