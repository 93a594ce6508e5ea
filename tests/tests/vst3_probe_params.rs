//! Parameters of a plugin that uses every kind of them: flags, triggers, edits by the plugin itself,
//! crowds of automation.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use dyad_core::identity::{FIRST_RESERVED_VST3_ID, vst3_param_id};
use dyad_tests::gain::{RATE, id};
use dyad_tests::vst3::{Changes, Pass, Plugin, Said, utf16};
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{
    kCanAutomate, kIsBypass, kIsHidden, kIsList, kIsReadOnly,
};
use vst3::Steinberg::Vst::{IEditControllerTrait, ParameterInfo};
use vst3::Steinberg::{kInvalidArgument, kResultOk};

fn info(plugin: &Plugin, index: i32) -> ParameterInfo {
    // SAFETY: numbers and text, for which zeros are fine; a place for the answer.
    unsafe {
        let mut info = std::mem::zeroed();
        assert_eq!(plugin.controller.getParameterInfo(index, &mut info), kResultOk, "{index}");
        info
    }
}

fn stereo(frames: usize) -> Pass {
    Pass::new(frames, &[2], &[2]).of(0.5)
}

#[test]
fn flags_say_what_a_host_may_do() {
    let plugin = Plugin::probe();
    let of = |param: &str| {
        let mut all = (0..26).map(|n| info(&plugin, n));
        let found = all.find(|info| info.id == vst3_param_id(param));
        let info = found.unwrap_or_else(|| panic!("{param} is there"));
        (info.flags, info.stepCount, info.unitId)
    };
    assert_eq!(of("bypass"), (kCanAutomate | kIsBypass, 1, 0));
    assert_eq!(of("gain"), (kCanAutomate, 0, 0));
    assert_eq!(of("shape"), (kCanAutomate | kIsList, 1, 0));
    assert_eq!(of("stages"), (kCanAutomate, 10, 0), "renamed: it keeps its first id");
    assert_eq!(of("coarse"), (0, 0, 0), "not automatable");
    assert_eq!(of("secret"), (kIsHidden, 0, 0), "hidden, and so not automatable");
    assert_eq!(of("press"), (kCanAutomate, 1, 0), "a trigger");
    assert_eq!(of("voice_2_on"), (kCanAutomate, 1, 2));
    assert_eq!(of("key"), (kIsReadOnly, 127, 0));
}

#[test]
fn a_trigger_goes_back_and_what_the_plugin_sets_is_told_at_its_frame() {
    let plugin = Plugin::ready_probe(64);
    let mut pass = stereo(64).with(&[(id("press"), &[(5, 1.0)])]);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.reports.all(id("press")), [(63, 0.0)], "let go at the block's end");
    assert_eq!(pass.reports.all(id("follow")), [(5, 0.75)], "set by the plugin");
    assert_eq!((plugin.value("press"), plugin.value("follow")), (0.0, 0.75), "the controller shows it");
    pass.data.inputParameterChanges = std::ptr::null_mut();
    assert_eq!(pass.run(&plugin), kResultOk);
    assert!(pass.reports.all(id("follow")).is_empty() && pass.reports.all(id("press")).is_empty(), "once");
    // A second press, once more by hand: it was released in between.
    plugin.flush("follow", 0.0);
    let mut pass = stereo(64).with(&[(id("press"), &[(0, 1.0)])]);
    assert_eq!(pass.run(&plugin), kResultOk);
    assert_eq!(pass.reports.all(id("follow")), [(0, 0.75)]);
}

#[test]
fn a_host_without_room_for_reports_hears_nothing_and_all_goes_on() {
    let plugin = Plugin::ready_probe(64);
    let mut pass = stereo(64).with(&[(id("press"), &[(5, 1.0)])]);
    let full = Changes::new(&[]);
    for room in [std::ptr::null_mut(), Changes::pointer(&full)] {
        plugin.flush("follow", 0.0);
        // In between it is let go of.
        assert_eq!(stereo(64).run(&plugin), kResultOk);
        pass.data.outputParameterChanges = room;
        assert_eq!(pass.run(&plugin), kResultOk);
        assert_eq!(plugin.value("follow"), 0.75);
    }
}

#[test]
fn only_accurate_parameters_cut_the_block() {
    let plugin = Plugin::ready_probe(256);
    let more = |changes: &[(u32, &[(i32, f64)])]| {
        assert_eq!(stereo(256).with(changes).run(&plugin), kResultOk);
        plugin.plain("pieces")
    };
    assert_eq!(more(&[]), 1.0);
    assert_eq!(more(&[(id("coarse"), &[(100, 0.3), (200, 0.4)])]), 2.0, "in one piece");
    assert_eq!(more(&[(id("follow"), &[(100, 0.3)])]), 4.0, "cut in two");
    assert_eq!(more(&[(id("coarse"), &[(50, 0.5), (150, 0.6)]), (id("follow"), &[(100, 0.3)])]), 6.0);
    assert!((plugin.value("coarse") - 0.6).abs() < 1e-9, "its last value is there all the same");
}

#[test]
fn a_crowd_of_queues_loses_nothing() {
    let plugin = Plugin::ready_probe(512);
    let own = ["follow", "voice_1_level", "voice_2_level", "secret", "coarse", "gain", "shape"];
    let own = own.iter().chain(&["voice_1_on", "voice_2_on", "stages", "delay", "bypass", "press"]);
    let points = |last: f64| -> Vec<(i32, f64)> {
        (0..32).map(|n| (n * 16, if n == 31 { last } else { f64::from(n % 2) })).collect()
    };
    let (zero, steps) = (points(0.0), (0..32).map(|n| (n * 16 + 3, f64::from(n) / 127.0)));
    let (steps, half) = (steps.collect::<Vec<_>>(), points(0.25));
    let switches = ["bypass", "press", "shape", "voice_1_on", "voice_2_on", "delay", "stages"];
    let mut changes: Vec<(u32, &[(i32, f64)])> = own
        .map(|param| (id(param), if switches.contains(param) { &zero[..] } else { &half[..] }))
        .collect();
    // Controller 1 in ten channels, in the wrong order.
    changes.extend((0..10).rev().map(|channel| (FIRST_RESERVED_VST3_ID + channel * 130 + 1, &steps[..])));
    assert!(changes.len() > 20);
    // Bypass would pass the events by.
    changes.retain(|(param, _)| *param != id("bypass"));
    let sent = stereo(512).with(&changes).sent_by(&plugin);
    assert_eq!(sent.len(), 320, "every point of every controller");
    for (n, points) in sent.chunks(10).enumerate() {
        for (frame, said) in points {
            let Said::Controller(1, channel, value, 0) = said else { panic!("{said:?}") };
            assert_eq!((*frame, *value), (n as i32 * 16 + 3, n as i8), "channel {channel}");
        }
        let mut channels: Vec<_> = points.iter().map(|(_, said)| format!("{said:?}")).collect();
        channels.dedup();
        assert_eq!(channels.len(), 10, "each channel once");
    }
    for param in ["follow", "voice_1_level", "voice_2_level", "secret", "coarse", "gain"] {
        assert!((plugin.value(param) - 0.25).abs() < 1e-6, "{param}: {}", plugin.value(param));
    }
    // Points that go back in time count as late ones, and the last one stays.
    let unsorted = [(50, 0.9), (10, 0.4)];
    assert_eq!(stereo(64).with(&[(id("follow"), &unsorted)]).run(&plugin), kResultOk);
    assert!((plugin.value("follow") - 0.4).abs() < 1e-6);
}

#[test]
fn controllers_are_hidden_parameters_behind_the_plugins_own() {
    let plugin = Plugin::probe();
    let controller = &plugin.controller;
    // SAFETY: any index, id and value is allowed.
    let count = unsafe { controller.getParameterCount() };
    let own = dyad_tests::probe::description().params.len() as i32;
    let last = own + 16 * 4;
    assert_eq!(
        count,
        last + 1,
        "controllers 1 and 64, pressure and bend in 16 channels, and what chooses a preset"
    );
    let mut ids = Vec::new();
    for index in own..last {
        let info = info(&plugin, index);
        let n = (index - own) as u32;
        let (channel, number) = (n / 4, [1, 64, 128, 129][n as usize % 4]);
        assert_eq!(info.id, FIRST_RESERVED_VST3_ID + channel * 130 + number);
        // As Ardour 7.3 and later versions look for it.
        let c = channel + 1;
        assert_eq!(utf16(&info.title), format!("MIDI Ch. {c} CC {number} (MIDI CC {c}:{number})"));
        assert_eq!((info.flags, info.unitId, info.stepCount), (kIsHidden, 0, 0));
        assert_eq!(info.defaultNormalizedValue, if number == 129 { 0.5 } else { 0.0 });
        ids.push(info.id);
    }
    // SAFETY: as above; places for the answers.
    unsafe {
        assert_eq!(controller.getParameterInfo(count, &mut std::mem::zeroed()), kInvalidArgument);
        let before = plugin.save();
        for (n, id) in ids.iter().enumerate() {
            let rest = if n % 4 == 3 { 0.5 } else { 0.0 };
            assert_eq!(controller.getParamNormalized(*id), rest);
            assert_eq!(controller.setParamNormalized(*id, n as f64 / 64.0), kResultOk);
            assert_eq!(controller.setParamNormalized(*id, f64::NAN), kInvalidArgument);
        }
        for (n, id) in ids.iter().enumerate() {
            assert_eq!(controller.getParamNormalized(*id), n as f64 / 64.0, "each has its own place");
        }
        for id in [ids[0], ids[3]] {
            for value in [0.0, 0.1, 0.5, 2.0 / 3.0, 1.0] {
                let back =
                    controller.plainParamToNormalized(id, controller.normalizedParamToPlain(id, value));
                assert!((back - value).abs() < 1e-12, "{value} comes back as {back}: there are no steps");
                assert_eq!(controller.setParamNormalized(id, value), kResultOk);
                assert_eq!(controller.getParamNormalized(id), value);
            }
        }
        let mut text = [0; 128];
        assert_eq!(controller.getParamStringByValue(ids[0], 64.0 / 127.0, &mut text), kResultOk);
        assert_eq!(utf16(&text), "64");
        assert_eq!(controller.getParamStringByValue(ids[3], 1.0, &mut text), kResultOk);
        assert_eq!(utf16(&text), "8191");
        let mut value = 0.0;
        let mut units: Vec<u16> = "127".encode_utf16().chain([0]).collect();
        assert_eq!(controller.getParamValueByString(ids[0], units.as_mut_ptr(), &mut value), kResultOk);
        assert_eq!(value, 1.0);
        assert_eq!(plugin.save(), before, "they are not in the state");
        let unknown = FIRST_RESERVED_VST3_ID + 2;
        assert_eq!(controller.setParamNormalized(unknown, 0.5), kInvalidArgument);
        assert_eq!(Plugin::new().controller.getParameterCount(), 4, "a plugin without events has none");
    }
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
}

#[test]
fn a_press_that_a_host_says_again_in_every_block_is_one() {
    // Carla never forgets a value that it has sent, though it is told that the trigger went back.
    let plugin = Plugin::ready_probe(64);
    let pressed = |position: Option<f64>| {
        plugin.flush("follow", 0.0);
        let point: Vec<_> = position.map(|position| (7, position)).into_iter().collect();
        let press = [(id("press"), &point[..])];
        let mut pass = stereo(64).with(if point.is_empty() { &[] } else { &press });
        assert_eq!(pass.run(&plugin), kResultOk);
        // The probe sets this when it is pressed.
        !pass.reports.all(id("follow")).is_empty()
    };
    let said = [Some(1.0), Some(1.0), Some(1.0), Some(0.0), Some(1.0), Some(1.0), None, Some(1.0)];
    let expected = [true, false, false, false, true, false, false, true];
    assert_eq!(said.map(pressed), expected, "what is said anew counts anew");
}
