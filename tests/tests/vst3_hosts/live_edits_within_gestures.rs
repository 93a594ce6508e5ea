//! Live stops a parameter's automation when a plugin sets it (`performEdit`) without a user who holds it.

use dyad_core::identity::PROGRAM_VST3_ID;
use dyad_editor_abi::FromEditor;
use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Edit, Frame, Pass, Plugin, Seen, StandIn};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::kResultOk;

#[test]
fn edits_are_the_users_and_lie_within_gestures() {
    let stand_in = StandIn::new();
    let seen = Seen::new(Plugin::of(&stand_in.module), Frame::new());
    let plugin = &seen.plugin;
    assert_eq!(seen.attach(77), kResultOk);
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    // What the plugin sets by itself, what the host sets, and what a state or a program brings.
    let other = Plugin::of(&stand_in.module);
    // SAFETY: any id and value are allowed.
    unsafe { other.controller.setParamNormalized(id("gain"), 0.25) };
    let mut pass = Pass::<f32>::new(64, &[2], &[2]).of(0.5).with(&[(id("press"), &[(0, 0.0), (3, 1.0)])]);
    for round in 0..3 {
        assert_eq!(pass.run(plugin), kResultOk);
        assert_eq!(plugin.load(&other.save()), kResultOk);
        // SAFETY: as above.
        unsafe {
            plugin.controller.setParamNormalized(id("gain"), 0.1 * f64::from(round));
            plugin.controller.setParamNormalized(PROGRAM_VST3_ID, f64::from(round) / 2.0);
        }
        seen.frame.run(5);
    }
    assert_eq!(pass.reports.reported(id("press")), Some(0.0), "such things go as points of a block");
    let edits = |edit: &Edit| matches!(edit, Edit::Begin(_) | Edit::Set(..) | Edit::End(_));
    assert!(!seen.edits.heard().iter().any(edits), "{:?}", seen.edits.heard());
    // An editor's edits, in gestures and beside them.
    let (gain, follow) = (stand_in.index("gain"), stand_in.index("follow"));
    let set = |index, plain| FromEditor::Set { index, plain };
    stand_in.say(0, &[set(gain, 1.0), FromEditor::Begin(gain), set(gain, 2.0), set(follow, 0.5)]);
    stand_in.say(0, &[set(gain, 3.0), FromEditor::End(gain), set(gain, 4.0), FromEditor::End(follow)]);
    let ended = || seen.edits.heard().contains(&Edit::End(id("gain")));
    seen.frame.run_until("the end", ended);
    seen.frame.run(5);
    let heard: Vec<_> = seen.edits.heard().into_iter().filter(edits).collect();
    let [Edit::Begin(first), Edit::Set(second, two), Edit::Set(third, three), Edit::End(last)] = heard[..]
    else {
        panic!("{heard:?}")
    };
    assert_eq!([first, second, third, last], [id("gain"); 4]);
    let at = |plain: f64| (plain + 60.0) / 84.0;
    assert!((two - at(2.0)).abs() < 1e-6 && (three - at(3.0)).abs() < 1e-6, "{heard:?}");
}
