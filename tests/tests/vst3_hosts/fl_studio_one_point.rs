//! FL Studio is confused by a second point for a parameter in one block.

use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Pass, Plugin};
use vst3::Steinberg::kResultOk;

use crate::plugins::{infos, plugins};

/// Every parameter of which a block has reported more than one point, with its points.
fn twice(plugin: &Plugin, pass: &Pass) -> Vec<(u32, Vec<(i32, f64)>)> {
    let ids = infos(plugin).into_iter().map(|info| info.id);
    let all = ids.map(|id| (id, pass.reports.all(id)));
    all.filter(|(_, points)| points.len() > 1).collect()
}

#[test]
fn meters_have_one_point_at_most() {
    for (plugin, description) in plugins() {
        assert_eq!(plugin.set_up(RATE, 4096), kResultOk);
        plugin.start();
        let ins: &[usize] = if description.layouts[0].inputs.is_empty() { &[] } else { &[2] };
        // As long as several reports of meters take.
        let mut pass = Pass::<f32>::new(4096, ins, &[2]).of(0.5);
        for _ in 0..3 {
            assert_eq!(pass.run(&plugin), kResultOk);
            assert_eq!(twice(&plugin, &pass), [], "{}", description.info.name);
        }
    }
}

#[test]
fn what_a_plugin_sets_several_times_in_a_block_has_one_point_of_the_last_value() {
    let plugin = Plugin::ready_probe(256);
    // Pressed three times, let go of in between, and each time the plugin sets what the host has just set otherwise.
    let press = [(5, 1.0), (10, 0.0), (60, 1.0), (70, 0.0), (200, 1.0), (210, 0.0)];
    let follow = [(30, 0.0), (100, 0.25)];
    let mut pass =
        Pass::<f32>::new(256, &[2], &[2]).with(&[(id("press"), &press), (id("follow"), &follow)]);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(plugin.value("follow"), 0.75);
    assert_eq!(pass.reports.reported(id("follow")), Some(0.75));
    assert_eq!(twice(&plugin, &pass), []);
}
