//! Ardour asks for the arrangement, and plays, before it ever sets one.

use dyad_tests::gain::RATE;
use dyad_tests::vst3::{Pass, Said};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::SpeakerArr::{kEmpty, kStereo};
use vst3::Steinberg::Vst::{IAudioProcessorTrait, IComponentTrait};
use vst3::Steinberg::{kInvalidArgument, kResultOk};

use crate::plugins::plugins;

#[test]
fn every_bus_has_an_arrangement_from_the_first_moment_on_and_sounds_with_it() {
    for (plugin, description) in plugins() {
        let name = description.info.name;
        let layout = &description.layouts[0];
        let mut channels = [Vec::new(), Vec::new()];
        for (n, (direction, buses)) in
            [(kInput, layout.inputs), (kOutput, layout.outputs)].iter().enumerate()
        {
            let direction = *direction as i32;
            // SAFETY: places for the answers, for which zeros are fine; any numbers are allowed.
            unsafe {
                assert_eq!(plugin.component.getBusCount(kAudio as i32, direction), buses.len() as i32);
                for (at, bus) in buses.iter().enumerate() {
                    let (mut arrangement, mut info) = (kEmpty, std::mem::zeroed());
                    let answer = plugin.processor.getBusArrangement(direction, at as i32, &mut arrangement);
                    assert_eq!((answer, arrangement), (kResultOk, kStereo), "{name}, bus {at}");
                    let answer =
                        plugin.component.getBusInfo(kAudio as i32, direction, at as i32, &mut info);
                    assert_eq!((answer, info.channelCount), (kResultOk, bus.channels as i32), "{name}");
                    channels[n].push(bus.channels);
                }
                let beyond = buses.len() as i32;
                let answer = plugin.processor.getBusArrangement(direction, beyond, &mut 0);
                assert_eq!(answer, kInvalidArgument, "{name}");
            }
        }
        assert_eq!(plugin.set_up(RATE, 256), kResultOk, "{name}");
        plugin.start();
        let mut pass = Pass::<f32>::new(256, &channels[0], &channels[1]).of(0.5);
        if channels[0].is_empty() {
            pass = pass.hearing(&[(0, Said::On(0, 69, 1.0, 0.0, 1))]);
        }
        assert_eq!(pass.run(&plugin), kResultOk, "{name}");
        for channel in &pass.outs[0] {
            assert!(channel.iter().any(|sample| *sample != 0.0), "{name} is heard");
        }
    }
}
