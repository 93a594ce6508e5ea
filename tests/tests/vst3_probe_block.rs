//! What a block carries beside parameters and events: transport, mode, buses, silence, 64-bit samples.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Pass, Plugin, Sample};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusInfo_::BusFlags_::kDefaultActive;
use vst3::Steinberg::Vst::BusTypes_::{kAux, kMain};
use vst3::Steinberg::Vst::IProcessContextRequirements_::Flags_::*;
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::*;
use vst3::Steinberg::Vst::ProcessModes_::{kOffline, kPrefetch, kRealtime};
use vst3::Steinberg::Vst::SpeakerArr::{kEmpty, kMono, kStereo};
use vst3::Steinberg::Vst::SymbolicSampleSizes_::{kSample32, kSample64};
use vst3::Steinberg::Vst::{
    IAudioProcessorTrait, IComponentTrait, IProcessContextRequirements, IProcessContextRequirementsTrait,
    ProcessContext,
};
use vst3::Steinberg::{kInvalidArgument, kResultFalse, kResultOk};

fn stereo(frames: usize) -> Pass {
    Pass::new(frames, &[2], &[2])
}

/// A transport of which everything is valid that `state` says.
fn context(state: u32) -> ProcessContext {
    // SAFETY: plain numbers, for which zeros are fine.
    let mut context: ProcessContext = unsafe { std::mem::zeroed() };
    (context.state, context.sampleRate, context.tempo) = (state, RATE, 90.0);
    (context.projectTimeMusic, context.projectTimeSamples) = (33.5, 1_000_000);
    (context.timeSigNumerator, context.timeSigDenominator) = (4, 4);
    context
}

#[test]
fn the_hosts_transport_arrives_as_far_as_it_is_valid() {
    let plugin = Plugin::ready_probe(64);
    let seen = |pass: &mut Pass| {
        assert_eq!(pass.run(&plugin), kResultOk);
        ["playing", "tempo", "beat"].map(|meter| (plugin.plain(meter) * 1000.0).round() / 1000.0)
    };
    assert_eq!(seen(&mut stereo(64)), [0.0; 3], "no context: nothing is known");
    let all = (kPlaying | kTempoValid | kProjectTimeMusicValid | kTimeSigValid) as u32;
    assert_eq!(seen(&mut stereo(64).at(context(all))), [1.0, 90.0, 33.5]);
    let still = (kTempoValid | kProjectTimeMusicValid) as u32;
    assert_eq!(seen(&mut stereo(64).at(context(still))), [0.0, 90.0, 33.5]);
    let neither = (kPlaying | kTimeSigValid) as u32;
    assert_eq!(seen(&mut stereo(64).at(context(neither))), [1.0, 0.0, 0.0], "not valid: not looked at");
    let mut nonsense = context(all);
    (nonsense.tempo, nonsense.projectTimeMusic) = (f64::NAN, f64::INFINITY);
    (nonsense.timeSigNumerator, nonsense.timeSigDenominator) = (-3, 0);
    assert_eq!(seen(&mut stereo(64).at(nonsense)), [1.0, 0.0, 0.0]);
    // It moves within a block: the second piece is half a beat later.
    let mut late = Pass::<f32>::new(16_001, &[2], &[2]).at(context(all));
    late = late.with(&[(id("follow"), &[(16_000, 0.5)])]);
    assert_eq!(seen(&mut late), [1.0, 90.0, 34.0]);
}

#[test]
fn the_host_is_asked_for_what_is_read() {
    let asked = Plugin::probe().component.cast::<IProcessContextRequirements>().expect("it says so");
    // SAFETY: valid.
    let asked = unsafe { asked.getProcessContextRequirements() };
    let music = kNeedProjectTimeMusic | kNeedBarPositionMusic | kNeedCycleMusic;
    assert_eq!(asked, (kNeedTransportState | kNeedTempo | kNeedTimeSignature | music) as u32);
}

#[test]
fn the_mode_is_that_of_each_block() {
    let plugin = Plugin::ready_probe(64);
    for (mode, expected) in [(kRealtime, 0.0), (kOffline, 2.0), (kRealtime, 0.0), (kPrefetch, 1.0)] {
        let mut pass = stereo(64);
        pass.data.processMode = mode as i32;
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(plugin.plain("mode"), expected, "not one call late");
    }
}

/// A probe with its sidechain and cue.
fn sidechained(size: i32) -> Plugin {
    let plugin = Plugin::probe();
    assert_eq!(plugin.arrange(&[kStereo, kMono], &[kStereo, kMono]), kResultOk);
    assert_eq!(plugin.set_up_for(size, RATE, 64), kResultOk);
    plugin.start();
    plugin
}

fn sidechain_is_heard<S: Sample + From<f32> + PartialEq + std::fmt::Debug>() {
    let plugin = sidechained(S::SIZE);
    let mut pass = Pass::<S>::new(64, &[2, 1], &[2, 1]);
    let s = |x: f32| S::from(x);
    pass.ins[0][0].fill(s(0.5));
    pass.ins[0][1].fill(s(0.25));
    pass.ins[1][0].fill(s(0.125));
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.outs[0][0], [s(0.625); 64], "left and sidechain");
    assert_eq!(pass.outs[0][1], [s(0.375); 64], "right and sidechain");
    assert_eq!(pass.outs[1][0], [s(0.125); 64], "the cue has the sidechain");
    // Not connected: by a null channel, by no channels, and by no bus at all.
    for how in 0..3 {
        pass.outs.iter_mut().flatten().for_each(|channel| channel.fill(s(9.0)));
        match how {
            0 => pass.disconnect(1, 0),
            1 => pass.buses[1].numChannels = 0,
            _ => (pass.data.numInputs, pass.data.numOutputs) = (1, 1),
        }
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(pass.outs[0], [[s(0.5); 64], [s(0.25); 64]], "{how}");
        let cue = if how < 2 { 0.0 } else { 9.0 };
        assert_eq!(pass.outs[1][0], [s(cue); 64], "{how}");
    }
}

#[test]
fn the_sidechain_is_the_second_bus() {
    sidechain_is_heard::<f32>();
    sidechain_is_heard::<f64>();
}

#[test]
fn auxiliary_buses_are_there_when_they_are_arranged_and_inactive_at_first() {
    let plugin = Plugin::probe();
    let bus = |direction, n| {
        // SAFETY: numbers and text, for which zeros are fine; a place for the answer.
        unsafe {
            let mut info = std::mem::zeroed();
            let result = plugin.component.getBusInfo(kAudio as i32, direction, n, &mut info);
            (result == kResultOk).then_some((info.busType, info.channelCount, info.flags))
        }
    };
    let active = kDefaultActive as u32;
    let arrangements: [(&[u64], &[u64]); 3] = [
        (&[kStereo, kMono], &[kStereo, kMono]),
        (&[kMono], &[kMono]),
        (&[kStereo, kEmpty], &[kStereo, kEmpty]),
    ];
    for (ins, outs) in arrangements {
        assert_eq!(plugin.arrange(ins, outs), kResultOk);
        for direction in [kInput as i32, kOutput as i32] {
            let main = ins[0].count_ones() as i32;
            assert_eq!(bus(direction, 0), Some((kMain as i32, main, active)));
            let aux = (ins.len() > 1).then_some((kAux as i32, 1, 0));
            assert_eq!(bus(direction, 1), aux);
            let mut arrangement = 0;
            // SAFETY: a place for the answer.
            let answer = unsafe { plugin.processor.getBusArrangement(direction, 1, &mut arrangement) };
            let expected = if ins.len() > 1 { (kResultOk, kMono) } else { (kInvalidArgument, 0) };
            assert_eq!((answer, arrangement), expected);
        }
    }
    for (ins, outs) in [(&[kStereo, kMono][..], &[kStereo][..]), (&[kMono, kMono], &[kMono, kMono])] {
        assert_eq!(plugin.arrange(ins, outs), kResultFalse);
    }
}

#[test]
fn silence_is_told_both_ways() {
    let plugin = Plugin::ready_probe(64);
    let mut pass = stereo(64);
    let mut flags = |plugin: &Plugin, given: u64, sample: f32| {
        pass.ins[0].iter_mut().for_each(|channel| channel.fill(sample));
        pass.buses[0].silenceFlags = given;
        pass.out_bus(0).silenceFlags = 0xff;
        assert_eq!(pass.run(plugin), kResultOk);
        pass.out_bus(0).silenceFlags
    };
    assert_eq!(flags(&plugin, 3, 0.0), 3, "silent in, silent out");
    assert_eq!(flags(&plugin, 1, 0.0), 0, "half of it");
    assert_eq!(flags(&plugin, 0, 0.5), 0, "sound, and no flag of the block before");
    assert_eq!(flags(&plugin, u64::MAX, 0.0), 3, "bits beyond the channels mean nothing");
    // Buses: the flags of each are its own.
    let plugin = sidechained(kSample32 as i32);
    let mut pass = Pass::<f32>::new(64, &[2, 1], &[2, 1]);
    pass.buses[0].silenceFlags = 3;
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(
        (pass.out_bus(0).silenceFlags, pass.out_bus(1).silenceFlags),
        (0, 0),
        "the sidechain sounds"
    );
    pass.buses[1].silenceFlags = 1;
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!((pass.out_bus(0).silenceFlags, pass.out_bus(1).silenceFlags), (3, 1));
    // A sidechain that is not there is silent.
    pass.buses[1].silenceFlags = 0;
    pass.disconnect(1, 0);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!((pass.out_bus(0).silenceFlags, pass.out_bus(1).silenceFlags), (3, 1));
    // A channel beyond ours is filled with silence, and said to be.
    let plugin = Plugin::ready_probe(64);
    let mut pass = Pass::<f32>::new(64, &[2], &[4]).of(0.5);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.out_bus(0).silenceFlags, 0b1100);
}

#[test]
fn samples_of_64_bits_keep_all_of_them() {
    let plugin = Plugin::probe();
    // SAFETY: any number is allowed.
    unsafe {
        assert_eq!(plugin.processor.canProcessSampleSize(kSample64 as i32), kResultOk);
        assert_eq!(Plugin::new().processor.canProcessSampleSize(kSample64 as i32), kResultFalse);
    }
    assert_eq!(plugin.set_up_for(kSample64 as i32, RATE, 64), kResultOk);
    plugin.start();
    let third = 1.0 / 3.0;
    let mut pass = Pass::<f64>::new(64, &[2], &[2]).of(third);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.outs[0], [[third; 64]; 2], "more than 32 bits would hold");
    let mut pass = pass.with(&[(id("bypass"), &[(10, 1.0)])]);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.outs[0], [[third; 64]; 2], "dry is the same, and so is the way there");
    // The other size than the set-up's.
    assert_eq!(stereo(64).run(&plugin), kInvalidArgument);
    plugin.stop();
    assert_eq!(plugin.set_up_for(kSample32 as i32, RATE, 64), kResultOk);
    plugin.start();
    assert_eq!(stereo(64).run(&plugin), kResultOk);
    assert_eq!(pass.run(&plugin), kInvalidArgument);
    // Set up again while active: some hosts do.
    assert_eq!(plugin.set_up_for(kSample64 as i32, RATE, 64), kResultOk);
    assert_eq!(pass.run(&plugin), kResultOk);
}
