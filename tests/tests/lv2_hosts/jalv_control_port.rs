//! jalv sends what editors and its command line have to say to the port with the designation `lv2:control` alone,
//! and the transport to ports that have `time:Position` among what they support.

use crate::world::{descriptions, world};

#[test]
fn the_one_atom_input_is_the_control_port() {
    for plugin in world().plugins() {
        let ports = world().ports(plugin, &["lv2:InputPort", "atom:AtomPort"]);
        let [port] = ports[..] else { panic!("{plugin} has one: {ports:?}") };
        assert_eq!(world().one(port, "lv2:designation"), "lv2:control", "{plugin}");
        assert_eq!(world().one(port, "atom:bufferType"), "atom:Sequence", "{plugin}");
        let designated = world().all(plugin, "lv2:port");
        let designated =
            designated.iter().filter(|port| world().says(port, "lv2:designation", "lv2:control"));
        assert_eq!(designated.count(), 1, "{plugin} has no other");
    }
}

#[test]
fn who_reads_the_transport_is_sent_it_and_nobody_else() {
    let mut readers = Vec::new();
    for description in descriptions() {
        for layout in &description.layouts {
            let plugin = description.lv2_uri(layout);
            let ports = world().all(&plugin, "lv2:port");
            let supports = |port: &&&str| world().says(port, "atom:supports", "time:Position");
            let mut sent: Vec<_> = ports.iter().filter(supports).collect();
            sent.retain(|port| world().says(port, "lv2:designation", "lv2:control"));
            assert_eq!(sent.len(), usize::from(description.transport), "{plugin}");
            readers.extend(description.transport.then_some(description.info.id));
        }
    }
    assert!(!readers.is_empty() && readers.iter().all(|id| *id == "urn:dyad:probe"), "{readers:?}");
}
