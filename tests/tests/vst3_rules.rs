//! VST3's own rules, and what hosts do to plugins all the same: indices, and the order of set-up,
//! arrangement and activation.
#![allow(unsafe_code)]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use dyad_tests::gain::{self, RATE, assert_close, curve, position};
use dyad_tests::vst3::{Call, Module, Plugin};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::SpeakerArr::{k51, kEmpty, kMono, kStereo};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

/// Indices that no list of `count` has.
fn beyond(count: i32) -> [i32; 5] {
    [count, count + 1, -1, i32::MAX, i32::MIN]
}

fn zeroed<T>() -> T {
    // SAFETY: used with plain structs of numbers and text, for which zeros are fine.
    unsafe { std::mem::zeroed() }
}

#[test]
fn indices_beyond_the_last_are_refused() {
    let (factory, plugin) = (Module::gain().factory(), Plugin::new());
    // SAFETY: places for the answers; any index is allowed.
    unsafe {
        assert_eq!(factory.countClasses(), 1);
        for n in beyond(1) {
            assert_eq!(factory.getClassInfo(n, &mut zeroed()), kInvalidArgument, "{n}");
            assert_eq!(factory.getClassInfo2(n, &mut zeroed()), kInvalidArgument, "{n}");
            assert_eq!(factory.getClassInfoUnicode(n, &mut zeroed()), kInvalidArgument, "{n}");
        }
        for n in beyond(plugin.controller.getParameterCount()) {
            assert_eq!(plugin.controller.getParameterInfo(n, &mut zeroed()), kInvalidArgument, "{n}");
        }
        let component = &plugin.component;
        for direction in [kInput as i32, kOutput as i32, 2, -1] {
            for media in [kAudio as i32, kEvent as i32, 2, -1] {
                let count = component.getBusCount(media, direction);
                let audio = media == kAudio as i32 && (0..2).contains(&direction);
                assert_eq!(count, i32::from(audio), "media {media}, direction {direction}");
                for n in beyond(count) {
                    let info = component.getBusInfo(media, direction, n, &mut zeroed());
                    assert_eq!(info, kInvalidArgument, "{media} {direction} {n}");
                    assert_eq!(component.activateBus(media, direction, n, 1), kInvalidArgument);
                }
            }
            for n in beyond(1) {
                let answer = plugin.processor.getBusArrangement(direction, n, &mut 0);
                assert_eq!(answer, kInvalidArgument, "{direction} {n}");
            }
        }
        let unknown = 0x3fff_fff0;
        let (c, mut text) = (&plugin.controller, zeroed());
        assert_eq!(c.getParamStringByValue(unknown, 0.5, &mut text), kInvalidArgument);
        assert_eq!(c.setParamNormalized(unknown, 0.5), kInvalidArgument);
        assert_eq!(c.getParamNormalized(unknown), 0.0);
    }
}

#[test]
fn set_up_after_activation_counts() {
    let plugin = Plugin::new();
    plugin.start();
    assert_eq!(plugin.set_up(96_000.0, 2048), kResultOk, "as some hosts do it");
    assert_close(&plugin.play(&[1.0; 64], &[]), &[1.0; 64], 0.0, "at rest");
    let expected = curve(0.0, &[(10, -20.0)], 2048, 1920);
    let sound = plugin.play(&[1.0; 2048], &[(10, position(-20.0))]);
    assert_close(&sound, &expected, 1e-5, "20 ms at 96 kHz");
}

#[test]
fn set_ups_that_make_no_sense_are_refused_and_the_old_one_stays() {
    let plugin = Plugin::ready(RATE, 64);
    for (rate, frames) in [(0.0, 64), (-1.0, 64), (f64::NAN, 64), (f64::INFINITY, 64), (RATE, 0)] {
        assert_ne!(plugin.set_up(rate, frames), kResultOk, "{rate} Hz, {frames} frames");
    }
    let mut double: ProcessSetup = zeroed();
    double.symbolicSampleSize = SymbolicSampleSizes_::kSample64 as i32;
    (double.sampleRate, double.maxSamplesPerBlock) = (RATE, 64);
    // SAFETY: valid.
    unsafe {
        assert_ne!(plugin.processor.setupProcessing(&mut double), kResultOk);
        assert_eq!(plugin.processor.canProcessSampleSize(0), kResultOk);
        assert_ne!(plugin.processor.canProcessSampleSize(1), kResultOk);
        assert_ne!(plugin.processor.canProcessSampleSize(2), kResultOk);
    }
    plugin.flush("gain", position(0.0));
    let expected = curve(0.0, &[(0, -20.0)], 2000, gain::RAMP);
    plugin.play(&[1.0; 64], &[]);
    assert_close(&plugin.play(&[1.0; 2000], &[(0, position(-20.0))]), &expected, 1e-5, "still at 48 kHz");
}

#[test]
fn arrangements_are_taken_in_any_order_and_impossible_ones_refused() {
    let plugin = Plugin::new();
    assert_eq!(plugin.arrangement(), [kStereo; 2], "stereo without being asked");
    for before in [true, false] {
        let plugin = Plugin::new();
        if before {
            assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        }
        assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
        assert_eq!(plugin.arrangement(), [kMono; 2]);
        if !before {
            assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        }
        assert_eq!(plugin.arrangement(), [kMono; 2], "set-up does not touch it");
        let impossible: [(&[u64], &[u64]); 7] = [
            (&[kStereo], &[kMono]),
            (&[kMono], &[kStereo]),
            (&[k51], &[k51]),
            (&[kEmpty], &[kEmpty]),
            (&[], &[]),
            (&[kMono, kMono], &[kMono]),
            (&[u64::MAX], &[u64::MAX]),
        ];
        for (ins, outs) in impossible {
            assert_eq!(plugin.arrange(ins, outs), kResultFalse, "{ins:?} {outs:?}");
            assert_eq!(plugin.arrangement(), [kMono; 2], "the old one is kept");
        }
        assert_eq!(plugin.arrange(&[kStereo], &[kStereo]), kResultOk);
        plugin.start();
        plugin.play(&[0.5; 64], &[]);
        assert_ne!(plugin.arrange(&[kMono], &[kMono]), kResultOk, "not while it runs");
        assert_eq!(plugin.arrangement(), [kStereo; 2]);
        plugin.stop();
        assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
        let mut bus: BusInfo = zeroed();
        // SAFETY: a place for the answer.
        unsafe { plugin.component.getBusInfo(kAudio as i32, kOutput as i32, 0, &mut bus) };
        assert_eq!(bus.channelCount, 1, "the bus follows");
    }
}

#[test]
fn processing_outside_of_activation_is_refused() {
    let plugin = Plugin::new();
    let refused = |plugin: &Plugin| plugin.process(&mut Call::flush());
    assert_eq!(refused(&plugin), kNotInitialized, "before set-up");
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    assert_eq!(refused(&plugin), kNotInitialized, "before activation");
    plugin.start();
    assert_eq!(refused(&plugin), kResultOk);
    plugin.start();
    assert_eq!(refused(&plugin), kResultOk, "activated twice");
    plugin.stop();
    plugin.stop();
    assert_eq!(refused(&plugin), kNotInitialized, "after deactivation, twice");
    plugin.start();
    assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, "and back");
}

#[test]
fn values_outlive_deactivation_and_some_hosts_never_say_set_processing() {
    let plugin = Plugin::ready(RATE, 64);
    plugin.flush("gain", position(-20.0));
    plugin.stop();
    assert!((plugin.value("gain") - position(-20.0)).abs() < 1e-9);
    // SAFETY: valid.
    assert_eq!(unsafe { plugin.component.setActive(1) }, kResultOk);
    assert_close(&plugin.play(&[1.0; 64], &[]), &[0.1; 64], 1e-6, "at once, without setProcessing");
}

#[test]
fn terminate_twice_and_while_active() {
    let plugin = Plugin::ready(RATE, 64);
    // SAFETY: valid.
    unsafe {
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!(plugin.component.terminate(), kResultOk);
        assert_eq!(plugin.process(&mut Call::flush()), kNotInitialized);
        assert_eq!(plugin.component.initialize(std::ptr::null_mut()), kResultOk);
    }
    plugin.start();
    assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, "a new life");
}
