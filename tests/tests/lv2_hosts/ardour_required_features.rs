//! Ardour loads a plugin only where every feature that it requires is one of a short list, and refuses
//! `lv2:inPlaceBroken`: it processes in place.

use std::ptr::null;

use dyad_tests::gain::{RATE, noise};
use dyad_tests::lv2::{Host, Module, Offers, Rig};
use dyad_tests::memory::Samples;

use crate::world::world;

#[test]
fn urid_map_is_all_that_a_plugin_requires() {
    for plugin in world().plugins() {
        assert_eq!(world().all(plugin, "lv2:requiredFeature"), ["urid:map"], "{plugin}");
        let offered = world().all(plugin, "lv2:optionalFeature");
        assert!(!offered.is_empty() && !offered.contains(&"lv2:inPlaceBroken"), "{plugin}: {offered:?}");
    }
}

#[test]
fn every_plugin_can_be_made_with_urid_map_alone() {
    let (host, mut made) = (Host::new(None), 0);
    let map = host.map_feature();
    let features = [&raw const map, null()];
    for module in [Module::gain(), Module::probe()] {
        for descriptor in (0..).map_while(|index| module.descriptor(index)) {
            // SAFETY: a descriptor of the binary, a path, and features that live until the end.
            unsafe {
                let instantiate = descriptor.instantiate.expect("instantiate is there");
                let handle = instantiate(descriptor, RATE, c"/".as_ptr(), features.as_ptr());
                assert!(!handle.is_null(), "{:?}", std::ffi::CStr::from_ptr(descriptor.URI));
                descriptor.cleanup.expect("cleanup is there")(handle);
            }
            made += 1;
        }
    }
    assert_eq!(made, world().plugins().len(), "all that the Turtle lists");
}

#[test]
fn a_plugin_with_a_delay_sounds_the_same_in_place() {
    let sound = [noise(512, 1), noise(512, 2)];
    let play = |in_place: bool| {
        let mut rig = Rig::probe("stereo", Offers::default(), 512);
        rig.set("gain", -6.0);
        rig.set("delay", 100.0);
        rig.activate();
        let ins = [Samples::of(&sound[0]), Samples::of(&sound[1])];
        let outs = [Samples::unwritten(512), Samples::unwritten(512)];
        let outs = if in_place { &ins } else { &outs };
        for (port, buffer) in ["in_l", "in_r"].into_iter().zip(&ins) {
            rig.wire(port, buffer.ptr().cast());
        }
        for (port, buffer) in ["out_l", "out_r"].into_iter().zip(outs) {
            rig.wire(port, buffer.ptr().cast());
        }
        rig.run(512);
        [outs[0].to_vec(), outs[1].to_vec()]
    };
    let apart = play(false);
    assert_ne!(apart[0], apart[1], "two channels");
    assert_eq!(play(true), apart);
}
