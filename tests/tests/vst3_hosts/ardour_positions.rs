//! Ardour keeps automation by the place of a parameter in the list, in VST3 too.

use dyad_core::identity::{FIRST_RESERVED_VST3_ID, vst3_param_id};
use dyad_tests::gain::RATE;
use dyad_tests::vst3::{Pass, Plugin};
use vst3::Steinberg::Vst::SpeakerArr::kMono;
use vst3::Steinberg::kResultOk;

use crate::plugins::{infos, locked, plugins};

fn ids(plugin: &Plugin) -> Vec<u32> {
    infos(plugin).iter().map(|info| info.id).collect()
}

#[test]
fn parameters_stand_where_the_lock_has_them_and_whatever_is_hidden_behind_them() {
    for (plugin, description) in plugins() {
        let name = description.info.name;
        // What was removed keeps its line, and so its place.
        let own: Vec<_> = locked(description.info.id)
            .iter()
            .inspect(|line| assert!(["param", "meter"].contains(&line.kind.as_str())))
            .map(|line| vst3_param_id(&line.symbol))
            .collect();
        let all = ids(&plugin);
        assert_eq!(all[..own.len()], own, "{name}");
        let behind = &all[own.len()..];
        assert!(behind.iter().all(|id| *id >= FIRST_RESERVED_VST3_ID), "{name}");
        assert!(behind.is_sorted(), "{name}: by channel, then by number, and the choice of a program last");
    }
}

#[test]
fn they_stay_there_whatever_the_instance_does() {
    let plugin = Plugin::probe();
    let expected = ids(&plugin);
    assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
    assert_eq!(ids(&plugin), expected, "in another layout");
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    assert_eq!(ids(&plugin), expected, "active");
    assert_eq!(Pass::<f32>::new(64, &[1], &[1]).run(&plugin), kResultOk);
    assert_eq!(plugin.load(&plugin.save()), kResultOk);
    assert_eq!(ids(&plugin), expected, "with a state");
    plugin.stop();
    assert_eq!((ids(&plugin), ids(&Plugin::probe())), (expected.clone(), expected), "and another instance");
}
