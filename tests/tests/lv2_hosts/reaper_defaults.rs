//! Reaper refuses a plugin with a default outside the range of its port.

use dyad_ttl::PortKind;

use crate::world::{each_port, world};

#[test]
fn every_default_lies_within_its_range() {
    let mut checked = 0;
    each_port(|plugin, port, kind, description| {
        let is = |name: &str| world().says(port, "rdf:type", name);
        if !is("lv2:ControlPort") {
            return;
        }
        let what = format!("{plugin} {}", world().one(port, "lv2:symbol"));
        let [min, max] = ["lv2:minimum", "lv2:maximum"].map(|end| world().number(port, end));
        assert!(min < max, "{what}: from {min} to {max}");
        if is("lv2:InputPort") {
            let default = world().number(port, "lv2:default");
            assert!((min..=max).contains(&default), "{what}: {default} is not within {min} to {max}");
            checked += 1;
        }
        // Nor is anything clamped that was not meant.
        if let PortKind::Param { param } = kind {
            let info = &description.params[param].info;
            assert_eq!(world().number(port, "lv2:default"), info.default, "{what}");
        }
    });
    assert!(checked > 30, "{checked} ports");
}
