//! Live refuses a plugin without a main output.

use vst3::Steinberg::Vst::BusDirections_::kOutput;
use vst3::Steinberg::Vst::BusInfo_::BusFlags_::kDefaultActive;
use vst3::Steinberg::Vst::BusTypes_::kMain;
use vst3::Steinberg::Vst::IComponentTrait;
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::SpeakerArr::{kMono, kStereo};
use vst3::Steinberg::kResultOk;

use crate::plugins::plugins;

#[test]
fn the_first_output_is_the_main_one_in_every_layout_and_active() {
    for (plugin, description) in plugins() {
        for layout in &description.layouts {
            let what = format!("{} {}", description.info.name, layout.id);
            let arrangement = |bus: &dyad_core::Bus| if bus.channels == 1 { kMono } else { kStereo };
            let [ins, outs] = [layout.inputs, layout.outputs].map(|buses| buses.iter().map(arrangement));
            let (ins, outs): (Vec<_>, Vec<_>) = (ins.collect(), outs.collect());
            assert_eq!(plugin.arrange(&ins, &outs), kResultOk, "{what}");
            // SAFETY: numbers and text, for which zeros are fine; a place for the answer.
            let info = unsafe {
                let mut info = std::mem::zeroed();
                let answer = plugin.component.getBusInfo(kAudio as i32, kOutput as i32, 0, &mut info);
                assert_eq!(answer, kResultOk, "{what}");
                info
            };
            assert_eq!(info.busType, kMain as i32, "{what}");
            assert!(info.channelCount > 0 && info.flags & kDefaultActive as u32 != 0, "{what}");
        }
    }
}
