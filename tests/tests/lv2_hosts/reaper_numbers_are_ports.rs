//! Reaper has shown parameters made of `patch` messages only since version 6.8: what is a number must be a port.

use dyad_core::param::Role;
use dyad_ttl::PortKind;

use crate::world::{descriptions, each_port, world};

#[test]
fn only_texts_and_paths_are_patch_parameters() {
    let writable = world().objects("patch:writable");
    assert!(!writable.is_empty(), "the probe has some");
    for property in writable {
        let range = world().one(property, "rdfs:range");
        assert!(["atom:String", "atom:Path"].contains(&range), "{property} is a {range}");
    }
    assert_eq!(world().objects("patch:readable"), [""; 0], "nor are there any that can only be read");
}

#[test]
fn every_parameter_is_a_control_port() {
    let mut ports = Vec::new();
    each_port(|plugin, port, kind, description| {
        let (param, direction) = match kind {
            PortKind::Param { param } | PortKind::Enabled { param } => (param, "lv2:InputPort"),
            PortKind::Meter { param } => (param, "lv2:OutputPort"),
            _ => return,
        };
        for kind in ["lv2:ControlPort", direction] {
            assert!(world().says(port, "rdf:type", kind), "{plugin} {port} is a {kind}");
        }
        ports.push((plugin.to_owned(), description.params[param].info.id.to_string()));
    });
    for description in descriptions() {
        for plugin in description.layouts.iter().map(|layout| description.lv2_uri(layout)) {
            for param in description.params.iter().filter(|param| param.info.role != Role::Removed) {
                let there = ports.contains(&(plugin.clone(), param.info.id.to_string()));
                assert!(there, "{plugin} has a port for {}", param.info.id);
            }
        }
    }
}
