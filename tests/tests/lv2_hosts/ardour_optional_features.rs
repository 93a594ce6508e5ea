//! Ardour does not know `lv2:hardRTCapable` as a feature and `bufsz:nominalBlockLength` as an option: where a
//! plugin requires one of them, it is not loaded.

use crate::world::world;

#[test]
fn what_ardour_does_not_know_is_offered_and_not_required() {
    for plugin in world().plugins() {
        assert!(world().says(plugin, "lv2:optionalFeature", "lv2:hardRTCapable"), "{plugin} says it");
        let required = world().all(plugin, "lv2:requiredFeature");
        let unknown = |name: &&str| *name == "lv2:hardRTCapable" || name.starts_with("bufsz:");
        assert!(!required.iter().any(unknown), "{plugin}: {required:?}");
    }
    assert!(world().objects("opts:supportedOption").contains(&"bufsz:nominalBlockLength"), "it is known");
    assert_eq!(world().objects("opts:requiredOption"), [""; 0], "of plugins and editors");
}
