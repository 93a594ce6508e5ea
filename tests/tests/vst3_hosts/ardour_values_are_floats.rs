//! Ardour keeps the positions of VST3 parameters in 32 bits.

use dyad_tests::gain::RATE;
use dyad_tests::vst3::{Call, Plugin, utf16};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::kIsReadOnly;
use vst3::Steinberg::kResultOk;

use crate::plugins::{infos, plugins};

fn text(plugin: &Plugin, id: u32, position: f64) -> String {
    let mut text = [0; 128];
    // SAFETY: a place for the answer.
    assert_eq!(unsafe { plugin.controller.getParamStringByValue(id, position, &mut text) }, kResultOk);
    utf16(&text)
}

#[test]
fn a_step_is_the_same_step_in_32_bits() {
    for (plugin, description) in plugins() {
        assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        plugin.start();
        for info in infos(&plugin).iter().filter(|info| info.stepCount > 0) {
            let what = format!("{} {}", description.info.name, utf16(&info.title));
            for n in 0..=info.stepCount {
                let exact = f64::from(n) / f64::from(info.stepCount);
                let kept = f64::from(exact as f32);
                // SAFETY: any id and value are allowed.
                let plain =
                    |position| unsafe { plugin.controller.normalizedParamToPlain(info.id, position) };
                assert_eq!(plain(kept), plain(exact), "{what}, step {n}");
                assert_eq!(text(&plugin, info.id, kept), text(&plugin, info.id, exact), "{what}, step {n}");
                if info.flags & kIsReadOnly as i32 != 0 {
                    continue;
                }
                // The sound's way, and that of the controls.
                let mut flush = Call::flush().with(&[(info.id, &[(0, kept)])]);
                assert_eq!(plugin.process(&mut flush), kResultOk);
                // SAFETY: as above.
                let back = unsafe {
                    assert_eq!(plugin.controller.setParamNormalized(info.id, kept), kResultOk);
                    plugin.controller.getParamNormalized(info.id)
                };
                assert!((back - exact).abs() < 1e-6, "{what}, step {n} came back as {back}");
            }
        }
    }
}

#[test]
fn other_values_are_as_near_as_32_bits_can_be() {
    for (plugin, description) in plugins() {
        for info in infos(&plugin).iter().filter(|info| info.stepCount == 0) {
            for n in 0..=1000 {
                let exact = f64::from(n) / 1000.0;
                let kept = f64::from(exact as f32);
                // SAFETY: any id and value are allowed.
                let [a, b, first, last] = [exact, kept, 0.0, 1.0]
                    .map(|position| unsafe { plugin.controller.normalizedParamToPlain(info.id, position) });
                let what = format!("{} {} at {exact}", description.info.name, utf16(&info.title));
                assert!((a - b).abs() <= (last - first) * 1e-7, "{what}: {a} and {b}");
            }
        }
    }
}
