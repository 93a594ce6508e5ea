//! What VST3's smaller interfaces say: knobs, edits in the host, mappings, the track, other versions' parameters,
//! how late the sound is heard, processing ahead of time.
#![allow(unsafe_code)]
#![allow(clippy::unnecessary_cast, reason = "Steinberg's enums are signed on Windows only")]

use std::cell::Cell;
use std::ffi::{CStr, c_void};

use dyad_core::identity::{FIRST_RESERVED_VST3_ID, vst3_class_words};
use dyad_tests::gain::id;
use dyad_tests::vst3::{Pass, Plugin};
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::ChannelContext::{
    IInfoListener, IInfoListenerTrait, kChannelColorKey, kChannelNameKey,
};
use vst3::Steinberg::Vst::KnobModes_::{kCircularMode, kLinearMode};
use vst3::Steinberg::Vst::NoteExpressionTypeIDs_::{kBrightnessTypeID, kInvalidTypeID, kTuningTypeID};
use vst3::Steinberg::Vst::PhysicalUITypeIDs_::{kPUIPressure, kPUIXMovement, kPUIYMovement};
use vst3::Steinberg::Vst::ePrefetchableSupport_::kIsYetPrefetchable;
use vst3::Steinberg::Vst::{
    IAttributeList, IAttributeList_::AttrID, IAttributeListTrait, IAudioPresentationLatency,
    IAudioPresentationLatencyTrait, IEditController2, IEditController2Trait, IEditControllerHostEditing,
    IEditControllerHostEditingTrait, IMidiMapping, IMidiMapping2, IMidiMapping2Trait, IMidiMappingTrait,
    INoteExpressionPhysicalUIMapping, INoteExpressionPhysicalUIMappingTrait, IPrefetchableSupport,
    IPrefetchableSupportTrait, IRemapParamID, IRemapParamIDTrait, Midi1ControllerParamIDAssignment,
    Midi1ControllerParamIDAssignmentList, PhysicalUIMap, PhysicalUIMapList, TChar,
};
use vst3::Steinberg::{
    TUID, int64, kInvalidArgument, kNotImplemented, kResultFalse, kResultOk, tresult, uint32,
};
use vst3::{Class, ComWrapper, Interface, uid};

/// An interface of a probe.
fn of<I: Interface>(plugin: &Plugin) -> vst3::ComPtr<I>
where
    vst3::Steinberg::Vst::IComponent: vst3::com_scrape_types::Unknown,
{
    plugin.component.cast::<I>().expect("the component has it")
}

/// What an output shows after a block, to the nearest whole number: on its way it is a position.
fn shown(plugin: &Plugin, output: &str) -> f64 {
    assert_eq!(Pass::<f32>::new(64, &[2], &[2]).run(plugin), kResultOk);
    plugin.plain(output).round()
}

#[test]
fn knobs_follow_a_straight_line_and_there_is_no_help() {
    let plugin = Plugin::probe();
    let controller = of::<IEditController2>(&plugin);
    // SAFETY: numbers.
    unsafe {
        assert_eq!(controller.setKnobMode(kLinearMode), kResultOk);
        assert_eq!(controller.setKnobMode(kCircularMode), kResultFalse);
        assert_eq!(controller.setKnobMode(77), kResultFalse);
        assert_eq!((controller.openHelp(1), controller.openAboutBox(0)), (kResultFalse, kResultFalse));
    }
}

#[test]
fn edits_in_the_hosts_own_controls_are_taken_note_of() {
    let plugin = Plugin::probe();
    let editing = of::<IEditControllerHostEditing>(&plugin);
    // SAFETY: numbers.
    unsafe {
        for known in [id("gain"), id("coarse"), FIRST_RESERVED_VST3_ID + 1] {
            assert_eq!(editing.beginEditFromHost(known), kResultOk);
            assert_eq!(editing.endEditFromHost(known), kResultOk);
        }
        assert_eq!(editing.beginEditFromHost(0x3fff_fff1), kInvalidArgument);
        assert_eq!(editing.endEditFromHost(0x3fff_fff1), kInvalidArgument);
    }
}

#[test]
fn all_assignments_of_controllers_are_those_that_are_told_one_by_one() {
    let plugin = Plugin::probe();
    let (one, all) = (of::<IMidiMapping>(&plugin), of::<IMidiMapping2>(&plugin));
    // SAFETY: places for the answers.
    unsafe {
        let count = all.getNumMidi1ControllerAssignments(kInput);
        // CC 7 is the gain's own; 1, 64, pressure and the wheel are the plugin's.
        assert_eq!(count, 16 * 5);
        let mut map: Vec<Midi1ControllerParamIDAssignment> = vec![std::mem::zeroed(); count as usize];
        let list = Midi1ControllerParamIDAssignmentList { count, map: map.as_mut_ptr() };
        assert_eq!(all.getMidi1ControllerAssignments(kInput, &list), kResultOk);
        let mut told = 0;
        for channel in 0..16u8 {
            for number in 0..130i16 {
                let mut id = 0;
                let known =
                    one.getMidiControllerAssignment(0, channel.into(), number, &mut id) == kResultOk;
                let found: Vec<_> = map
                    .iter()
                    .filter(|entry| (entry.channel, entry.controller) == (channel, number))
                    .map(|entry| (entry.busIndex, entry.pId))
                    .collect();
                assert_eq!(found, if known { vec![(0, id)] } else { vec![] }, "{channel} {number}");
                told += found.len();
            }
        }
        assert_eq!(told, map.len());
        assert_eq!(all.getNumMidi1ControllerAssignments(kOutput), 0);
        assert_eq!(all.getMidi1ControllerAssignments(kOutput, &list), kResultFalse);
        assert_eq!(
            all.getNumMidi2ControllerAssignments(kInput),
            0,
            "Dyad's controllers are those of MIDI 1"
        );
        let short = Midi1ControllerParamIDAssignmentList { count: count - 1, ..list };
        assert_eq!(all.getMidi1ControllerAssignments(kInput, &short), kInvalidArgument, "no room");
        let null = Midi1ControllerParamIDAssignmentList { count, map: std::ptr::null_mut() };
        assert_eq!(all.getMidi1ControllerAssignments(kInput, &null), kInvalidArgument);
        assert_eq!(all.getMidi1ControllerAssignments(kInput, std::ptr::null()), kInvalidArgument);
        // A plugin without event input has none.
        assert_eq!(of::<IMidiMapping2>(&Plugin::new()).getNumMidi1ControllerAssignments(kInput), 0);
    }
}

#[test]
fn hands_bend_and_brighten_as_mpe_has_it() {
    let plugin = Plugin::probe();
    let mapping = of::<INoteExpressionPhysicalUIMapping>(&plugin);
    let kinds = [kPUIXMovement, kPUIYMovement, kPUIPressure, 99];
    let mut map =
        kinds.map(|kind| PhysicalUIMap { physicalUITypeID: kind as u32, noteExpressionTypeID: 77 });
    let mut list = PhysicalUIMapList { count: 4, map: map.as_mut_ptr() };
    // SAFETY: places for the answers.
    unsafe {
        assert_eq!(mapping.getPhysicalUIMapping(0, 0, &mut list), kResultOk);
        let found = map.map(|entry| entry.noteExpressionTypeID);
        let none = kInvalidTypeID as u32;
        assert_eq!(
            found,
            [kTuningTypeID as u32, kBrightnessTypeID as u32, none, none],
            "pressure has an event"
        );
        for (bus, channel) in [(1, 0), (-1, 0), (0, 16), (0, -1)] {
            assert_eq!(mapping.getPhysicalUIMapping(bus, channel, &mut list), kInvalidArgument);
        }
        assert_eq!(mapping.getPhysicalUIMapping(0, 0, std::ptr::null_mut()), kInvalidArgument);
        let mut null = PhysicalUIMapList { count: 1, map: std::ptr::null_mut() };
        assert_eq!(mapping.getPhysicalUIMapping(0, 0, &mut null), kInvalidArgument);
    }
}

/// What a host says of a track.
struct Attributes {
    name: Option<Vec<u16>>,
    color: Option<i64>,
    asked: Cell<u32>,
}

impl Class for Attributes {
    type Interfaces = (IAttributeList,);
}

impl Attributes {
    fn is(id: AttrID, key: *const std::ffi::c_char) -> bool {
        // SAFETY: both end with 0.
        unsafe { CStr::from_ptr(id) == CStr::from_ptr(key) }
    }
}

impl IAttributeListTrait for Attributes {
    unsafe fn setInt(&self, _: AttrID, _: int64) -> tresult {
        kNotImplemented
    }
    unsafe fn getInt(&self, id: AttrID, value: *mut int64) -> tresult {
        let Some(color) = self.color.filter(|_| Self::is(id, kChannelColorKey)) else {
            return kResultFalse;
        };
        // SAFETY: the plugin's place.
        unsafe { *value = color };
        kResultOk
    }
    unsafe fn setFloat(&self, _: AttrID, _: f64) -> tresult {
        kNotImplemented
    }
    unsafe fn getFloat(&self, _: AttrID, _: *mut f64) -> tresult {
        kResultFalse
    }
    unsafe fn setString(&self, _: AttrID, _: *const TChar) -> tresult {
        kNotImplemented
    }
    unsafe fn getString(&self, id: AttrID, string: *mut TChar, size: uint32) -> tresult {
        let Some(name) = self.name.as_ref().filter(|_| Self::is(id, kChannelNameKey)) else {
            return kResultFalse;
        };
        self.asked.set(self.asked.get() + 1);
        let len = name.len().min(size as usize / 2);
        // SAFETY: the plugin's place, of so many bytes.
        unsafe { string.copy_from_nonoverlapping(name.as_ptr(), len) };
        kResultOk
    }
    unsafe fn setBinary(&self, _: AttrID, _: *const c_void, _: uint32) -> tresult {
        kNotImplemented
    }
    unsafe fn getBinary(&self, _: AttrID, _: *mut *const c_void, _: *mut uint32) -> tresult {
        kResultFalse
    }
}

fn track(name: Option<&str>, color: Option<i64>) -> ComWrapper<Attributes> {
    let name = name.map(|name| name.encode_utf16().chain([0]).collect());
    ComWrapper::new(Attributes { name, color, asked: Cell::new(0) })
}

#[test]
fn the_plugin_hears_of_its_track() {
    let plugin = Plugin::ready_probe(64);
    let listener = of::<IInfoListener>(&plugin);
    let say = |track: &ComWrapper<Attributes>| {
        let list = track.as_com_ref::<IAttributeList>().expect("it is a list").as_ptr();
        // SAFETY: a valid list.
        assert_eq!(unsafe { listener.setChannelContextInfos(list) }, kResultOk);
    };
    assert_eq!(shown(&plugin, "track"), 0.0);
    // The probe shows a thousand for each letter, and red. Colours are opacity, red, green, blue.
    say(&track(Some("Bässe"), Some(0xff_c0_20_10)));
    assert_eq!(shown(&plugin, "track"), 5192.0);
    say(&track(Some("Bass"), None));
    assert_eq!(shown(&plugin, "track"), 4000.0, "what a host does not say is nothing");
    say(&track(None, Some(-1)));
    assert_eq!(shown(&plugin, "track"), 255.0);
    // A name without an end.
    let long = ComWrapper::new(Attributes { name: Some(vec![97; 500]), color: None, asked: Cell::new(0) });
    say(&long);
    assert_eq!(
        (shown(&plugin, "track"), long.asked.get()),
        (100_000.0, 1),
        "cut, and clamped by the output"
    );
    // It is there when the next run begins.
    say(&track(Some("Solo"), None));
    plugin.stop();
    plugin.start();
    assert_eq!(shown(&plugin, "track"), 4000.0);
    // SAFETY: what this test is about.
    assert_eq!(unsafe { listener.setChannelContextInfos(std::ptr::null_mut()) }, kInvalidArgument);
}

fn class(plugin: &str) -> TUID {
    let [a, b, c, d] = vst3_class_words(plugin);
    uid(a, b, c, d)
}

#[test]
fn parameters_of_other_versions_are_found() {
    let plugin = Plugin::probe();
    let remap = of::<IRemapParamID>(&plugin);
    let own = class("urn:dyad:probe");
    let find = |plugin: &TUID, old: u32| {
        let mut new = 0;
        // SAFETY: an id and a place for the answer.
        (unsafe { remap.getCompatibleParamID(plugin, old, &mut new) }, new)
    };
    assert_eq!(find(&own, id("gain")), (kResultOk, id("gain")));
    // It was called so once, and still has that id.
    assert_eq!(find(&own, id("stages")), (kResultOk, id("stages")));
    assert_eq!(find(&own, 0x3fff_fff1).0, kResultFalse, "nobody's");
    assert_eq!(find(&class("urn:dyad:gain"), id("gain")).0, kResultFalse, "another plugin's");
    // SAFETY: what this test is about.
    unsafe {
        let mut new = 0;
        assert_eq!(remap.getCompatibleParamID(std::ptr::null(), 0, &mut new), kInvalidArgument);
        assert_eq!(remap.getCompatibleParamID(&own, 0, std::ptr::null_mut()), kInvalidArgument);
    }
}

#[test]
fn the_plugin_knows_how_late_it_is_heard() {
    let plugin = Plugin::ready_probe(64);
    let latency = of::<IAudioPresentationLatency>(&plugin);
    let say = |direction, bus, frames| {
        // SAFETY: numbers.
        unsafe { latency.setAudioPresentationLatencySamples(direction as i32, bus, frames) }
    };
    assert_eq!(shown(&plugin, "presented"), 0.0);
    assert_eq!(say(kOutput, 0, 1234), kResultOk);
    assert_eq!(say(kInput, 0, 99), kResultOk, "known, and of no use");
    assert_eq!(shown(&plugin, "presented"), 1234.0);
    for (direction, bus) in [(kOutput as i32, 1), (kOutput as i32, -1), (kInput as i32, 5), (7, 0)] {
        // SAFETY: numbers.
        let result = unsafe { latency.setAudioPresentationLatencySamples(direction, bus, 1) };
        assert_eq!(result, kInvalidArgument, "{direction} {bus}");
    }
    assert_eq!(shown(&plugin, "presented"), 1234.0);
}

#[test]
fn hosts_may_process_ahead() {
    let plugin = Plugin::probe();
    let support = of::<IPrefetchableSupport>(&plugin);
    let mut answer = 99;
    // SAFETY: a place for the answer, and what this test is about.
    unsafe {
        assert_eq!(support.getPrefetchableSupport(&mut answer), kResultOk);
        assert_eq!(answer, kIsYetPrefetchable as u32);
        assert_eq!(support.getPrefetchableSupport(std::ptr::null_mut()), kInvalidArgument);
    }
}
