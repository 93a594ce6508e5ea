//! Reaper sends the transport only to ports that may be sent MIDI.

use dyad_tests::gain;
use dyad_tests::lv2::{Offers, Rig, Value};

use crate::world::{World, world};

/// The ports that are sent the transport.
fn ports(world: &World) -> Vec<&str> {
    let all = world.plugins().into_iter().flat_map(|plugin| world.all(plugin, "lv2:port"));
    all.filter(|port| world.says(port, "atom:supports", "time:Position")).collect()
}

#[test]
fn who_is_sent_the_transport_may_be_sent_midi() {
    let ports = ports(world());
    assert!(!ports.is_empty(), "the probe reads it");
    for port in ports {
        assert!(world().says(port, "atom:supports", "midi:MidiEvent"), "{port}");
    }
}

/// No plugin of the bundles is of this kind, so the Turtle is written here.
#[test]
fn also_where_the_plugin_takes_no_notes() {
    let mut description = gain::description();
    assert!(!description.transport && !description.events.input, "gain is sent nothing");
    description.transport = true;
    let written = World::of("transport.ttl", &dyad_ttl::lv2::turtle(&[description], false));
    let ports = ports(&written);
    assert_eq!(ports.len(), 2, "one for each layout");
    for port in ports {
        assert!(written.says(port, "atom:supports", "midi:MidiEvent"), "{port}");
    }
}

#[test]
fn both_come_through_one_port() {
    let mut rig = Rig::probe("stereo", Offers::default(), 64);
    rig.activate();
    let position = [("speed", Value::Float(1.0)), ("beatsPerMinute", Value::Float(90.0))];
    let events = [rig.position(3, &position), rig.midi(3, &[0x90, 61, 100]), rig.midi(60, &[0xB0, 1, 127])];
    rig.cycle(64, &events);
    assert_eq!([rig.get("playing"), rig.get("tempo")], [1.0, 90.0]);
    assert_eq!([rig.get("key"), rig.get("wheel")], [61.0, 1.0]);
}
