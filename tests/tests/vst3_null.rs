//! Null pointers in every argument of every VST3 function, and ids that nobody knows: each has its
//! stated answer, and none ends the host. Validators call a plugin like this.
#![allow(unsafe_code)]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use std::ffi::c_void;

use dyad_tests::gain::{self, RATE, assert_close};
use dyad_tests::vst3::{Frame, Module, Plugin, Seen, StandIn};
use vst3::Interface;
use vst3::Steinberg::Linux::{IEventHandler, ITimerHandler};
use vst3::Steinberg::Vst::BusDirections_::kInput;
use vst3::Steinberg::Vst::ChannelContext::{IInfoListener, IInfoListenerTrait};
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
use vst3::Steinberg::Vst::PresetAttributes::kPlugInCategory;
use vst3::Steinberg::Vst::SpeakerArr::kStereo;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

#[test]
fn null_pointers_are_refused_everywhere() {
    let (factory, plugin) = (Module::gain().factory(), Plugin::ready(RATE, 64));
    let (class, null) = (Module::class_id(), std::ptr::null_mut::<c_void>());
    let (component, processor, controller) = (&plugin.component, &plugin.processor, &plugin.controller);
    let id = gain::id("gain");
    let mut object: *mut c_void = std::ptr::null_mut();
    let mut text = [0u16; 128];
    // SAFETY: what this test is about.
    let answers = unsafe {
        [
            ("getFactoryInfo", factory.getFactoryInfo(null.cast()), kInvalidArgument),
            ("getClassInfo", factory.getClassInfo(0, null.cast()), kInvalidArgument),
            ("getClassInfo2", factory.getClassInfo2(0, null.cast()), kInvalidArgument),
            ("getClassInfoUnicode", factory.getClassInfoUnicode(0, null.cast()), kInvalidArgument),
            ("setHostContext", factory.setHostContext(null.cast()), kResultOk),
            (
                "createInstance, class",
                factory.createInstance(null.cast(), FUnknown::IID.as_ptr().cast(), &mut object),
                kInvalidArgument,
            ),
            (
                "createInstance, interface",
                factory.createInstance(class.as_ptr(), null.cast(), &mut object),
                kInvalidArgument,
            ),
            (
                "createInstance, object",
                factory.createInstance(class.as_ptr(), FUnknown::IID.as_ptr().cast(), null.cast()),
                kInvalidArgument,
            ),
            ("initialize", component.initialize(null.cast()), kResultOk),
            ("getControllerClassId", component.getControllerClassId(null.cast()), kNotImplemented),
            ("getBusInfo", component.getBusInfo(kAudio as i32, 0, 0, null.cast()), kInvalidArgument),
            ("getRoutingInfo", component.getRoutingInfo(null.cast(), null.cast()), kNotImplemented),
            ("setState", component.setState(null.cast()), kInvalidArgument),
            ("getState", component.getState(null.cast()), kInvalidArgument),
            (
                "setBusArrangements, ins",
                processor.setBusArrangements(null.cast(), 1, &mut { kStereo }, 1),
                kInvalidArgument,
            ),
            (
                "setBusArrangements, outs",
                processor.setBusArrangements(&mut { kStereo }, 1, null.cast(), 1),
                kInvalidArgument,
            ),
            (
                "setBusArrangements, counts",
                processor.setBusArrangements(null.cast(), -1, null.cast(), -1),
                kInvalidArgument,
            ),
            ("getBusArrangement", processor.getBusArrangement(0, 0, null.cast()), kInvalidArgument),
            ("setupProcessing", processor.setupProcessing(null.cast()), kInvalidArgument),
            ("process", processor.process(null.cast()), kInvalidArgument),
            ("setComponentState", controller.setComponentState(null.cast()), kInvalidArgument),
            (
                "controller setState",
                IEditControllerTrait::setState(controller, null.cast()),
                kInvalidArgument,
            ),
            (
                "controller getState",
                IEditControllerTrait::getState(controller, null.cast()),
                kInvalidArgument,
            ),
            ("getParameterInfo", controller.getParameterInfo(0, null.cast()), kInvalidArgument),
            (
                "getParamStringByValue",
                controller.getParamStringByValue(id, 0.5, null.cast()),
                kInvalidArgument,
            ),
            (
                "getParamValueByString, text",
                controller.getParamValueByString(id, null.cast(), &mut 0.0),
                kInvalidArgument,
            ),
            (
                "getParamValueByString, value",
                controller.getParamValueByString(id, text.as_mut_ptr(), null.cast()),
                kInvalidArgument,
            ),
            ("setComponentHandler", controller.setComponentHandler(null.cast()), kResultOk),
        ]
    };
    for (what, is, should) in answers {
        assert_eq!(is, should, "{what}");
    }
    let units = plugin.component.cast::<IUnitInfo>().expect("IUnitInfo");
    let mapping = plugin.component.cast::<IMidiMapping>().expect("IMidiMapping");
    let expressions =
        plugin.component.cast::<INoteExpressionController>().expect("INoteExpressionController");
    // SAFETY: as above.
    let answers = unsafe {
        [
            ("getUnitInfo", units.getUnitInfo(0, null.cast()), kInvalidArgument),
            ("getProgramListInfo", units.getProgramListInfo(0, null.cast()), kInvalidArgument),
            ("getProgramName", units.getProgramName(0, 0, null.cast()), kInvalidArgument),
            ("getProgramInfo", units.getProgramInfo(0, 0, null.cast(), null.cast()), kInvalidArgument),
            ("hasProgramPitchNames", units.hasProgramPitchNames(0, 0), kInvalidArgument),
            ("getProgramPitchName", units.getProgramPitchName(0, 0, 0, null.cast()), kInvalidArgument),
            ("getUnitByBus", units.getUnitByBus(0, 0, 0, 0, null.cast()), kResultFalse),
            ("setUnitProgramData", units.setUnitProgramData(0, 0, null.cast()), kNotImplemented),
            (
                "getMidiControllerAssignment",
                mapping.getMidiControllerAssignment(0, 0, 1, null.cast()),
                kInvalidArgument,
            ),
            (
                "getNoteExpressionInfo",
                expressions.getNoteExpressionInfo(0, 0, 0, null.cast()),
                kInvalidArgument,
            ),
        ]
    };
    for (what, is, should) in answers {
        assert_eq!(is, should, "{what}");
    }
    // SAFETY: a null name is what this test is about.
    assert!(unsafe { controller.createView(std::ptr::null()) }.is_null());
    assert_close(&plugin.play(&[0.5; 64], &[]), &[0.5; 64], 0.0, "it plays on");
}

/// The interfaces of a component, by what they are called.
fn interfaces() -> Vec<(&'static str, TUID)> {
    macro_rules! list {
        ($($interface:ident)+) => { vec![$((stringify!($interface), id_of::<$interface>())),+] };
    }
    list! {
        FUnknown IPluginBase IComponent IAudioProcessor IEditController IEditController2
        IEditControllerHostEditing IProcessContextRequirements IMidiMapping IMidiMapping2 IUnitInfo
        INoteExpressionController INoteExpressionPhysicalUIMapping IInfoListener IRemapParamID
        IAudioPresentationLatency IPrefetchableSupport
    }
}

fn id_of<I: Interface>() -> TUID {
    // SAFETY: an id has 16 bytes.
    unsafe { I::IID.as_ptr().cast::<TUID>().read() }
}

/// Nulls and ids that nobody knows, in a `queryInterface`. The object has one more reference in the end than before,
/// and gives it up again.
#[track_caller]
fn query_is_safe(what: &str, this: *mut FUnknown) {
    let (id, unknown): (*const TUID, TUID) = (FUnknown::IID.as_ptr().cast(), [0x5a; 16]);
    let mut object: *mut c_void = std::ptr::dangling_mut();
    // SAFETY: an object; what it is asked is what this is about.
    unsafe {
        let (query, release) = ((*(*this).vtbl).queryInterface, (*(*this).vtbl).release);
        let before = references(this);
        assert_eq!(query(this, std::ptr::null(), std::ptr::null_mut()), kInvalidArgument, "{what}");
        assert_eq!(query(this, id, std::ptr::null_mut()), kInvalidArgument, "{what}");
        assert_eq!(query(this, std::ptr::null(), &mut object), kInvalidArgument, "{what}");
        assert!(object.is_null(), "{what}: an answer that is none is null");
        object = std::ptr::dangling_mut();
        assert_eq!(query(this, &unknown, &mut object), kNoInterface, "{what}");
        assert!(object.is_null(), "{what}: an answer that is none is null");
        assert_eq!(references(this), before, "{what}: nothing is kept");
        // Ids may lie anywhere.
        let mut odd = [0; 17];
        odd[1..].copy_from_slice(&*id);
        assert_eq!(query(this, odd[1..].as_ptr().cast(), &mut object), kResultOk, "{what}");
        assert_eq!(references(this), before + 1, "{what}");
        release(this);
    }
}

/// How many references an object has.
///
/// # Safety
/// It is one.
unsafe fn references(this: *mut FUnknown) -> u32 {
    // SAFETY: one more, one less.
    unsafe {
        ((*(*this).vtbl).addRef)(this);
        ((*(*this).vtbl).release)(this)
    }
}

#[test]
fn query_interface_takes_null_pointers_and_unknown_ids() {
    let plugin = Plugin::new();
    query_is_safe("factory", Module::gain().factory().as_ptr().cast());
    let this: *mut FUnknown = plugin.component.as_ptr().cast();
    let mut identities = Vec::new();
    for (name, id) in interfaces() {
        let mut object: *mut c_void = std::ptr::null_mut();
        // SAFETY: an object, an id and a place for the answer.
        let answer = unsafe { ((*(*this).vtbl).queryInterface)(this, &id, &mut object) };
        assert_eq!((answer, object.is_null()), (kResultOk, false), "{name}");
        let face: *mut FUnknown = object.cast();
        query_is_safe(name, face);
        // SAFETY: an object; identity is that of its IUnknown.
        unsafe {
            let id = id_of::<FUnknown>();
            assert_eq!(((*(*face).vtbl).queryInterface)(face, &id, &mut object), kResultOk, "{name}");
            identities.push(object);
            ((*(*face).vtbl).release)(face);
            ((*(*face).vtbl).release)(face);
        }
    }
    assert!(identities.windows(2).all(|pair| pair[0] == pair[1]), "one object has one identity");
}

#[test]
fn query_interface_of_a_view_and_of_what_it_gives_to_run_loops_does_so_too() {
    // What a view gives to its frame, and what a component gives to the run loop of its context.
    let (stand_in, context) = (StandIn::new(), Frame::new());
    let plugin = Plugin::within(&stand_in.module, Frame::pointer(&context).cast());
    assert_eq!(plugin.set_up(RATE, 64), kResultOk);
    plugin.start();
    let (_, timers) = context.handlers();
    assert_eq!(timers.len(), 1);
    query_is_safe("the component's timer", timers[0].as_ptr().cast());
    let seen = Seen::new(plugin, Frame::new());
    assert_eq!(seen.attach(77), kResultOk);
    let view = &seen.view;
    let scale = view.cast::<IPlugViewContentScaleSupport>().expect("it takes a scale");
    let finder = view.cast::<IParameterFinder>().expect("it knows where parameters are");
    query_is_safe("view", view.as_ptr().cast());
    query_is_safe("scale", scale.as_ptr().cast());
    query_is_safe("finder", finder.as_ptr().cast());
    let (sockets, timers) = seen.frame.handlers();
    assert_eq!((sockets.len(), timers.len()), (1, 1));
    query_is_safe("the view's socket", sockets[0].as_ptr().cast());
    query_is_safe("the view's timer", timers[0].as_ptr().cast());
    // Two faces of one object.
    let other = sockets[0].cast::<ITimerHandler>().and_then(|timer| timer.cast::<IEventHandler>());
    assert_eq!(other.map(|other| other.as_ptr()), Some(sockets[0].as_ptr()));
    drop((sockets, timers, context));
}

/// Of a plugin that has all that can be asked for: programs, names of notes, controllers, expressions.
#[test]
fn null_pointers_are_refused_by_the_smaller_interfaces() {
    let plugin = Plugin::probe();
    let null = std::ptr::null_mut::<c_void>();
    macro_rules! face {
        ($interface:ident) => {
            plugin.component.cast::<$interface>().expect(stringify!($interface))
        };
    }
    let (units, mapping, mapping2) = (face!(IUnitInfo), face!(IMidiMapping), face!(IMidiMapping2));
    let (expressions, hands) = (face!(INoteExpressionController), face!(INoteExpressionPhysicalUIMapping));
    let (listener, remap, ahead) =
        (face!(IInfoListener), face!(IRemapParamID), face!(IPrefetchableSupport));
    let (id, input) = (gain::id("gain"), kInput);
    let (mut name, mut value, mut param): (String128, f64, u32) = ([0; 128], 0.0, 0);
    let text = name.as_mut_ptr();
    let mut list: ProgramListInfo = room();
    // SAFETY: a place for the answer.
    assert_eq!(unsafe { units.getProgramListInfo(0, &mut list) }, kResultOk, "it has programs");
    let list = list.id;
    let own = vst3_class("urn:dyad:probe");
    let nowhere = Midi1ControllerParamIDAssignmentList { count: 9999, map: null.cast() };
    let mut too_few: [Midi1ControllerParamIDAssignment; 2] = [room(), room()];
    let little = Midi1ControllerParamIDAssignmentList { count: 2, map: too_few.as_mut_ptr() };
    let mut no_map = PhysicalUIMapList { count: 3, map: null.cast() };
    let mut no_entries = PhysicalUIMapList { count: 0, map: null.cast() };
    // SAFETY: what this test is about.
    let answers = unsafe {
        [
            ("getUnitInfo", units.getUnitInfo(0, null.cast()), kInvalidArgument),
            ("getProgramListInfo", units.getProgramListInfo(0, null.cast()), kInvalidArgument),
            ("getProgramName", units.getProgramName(list, 0, null.cast()), kInvalidArgument),
            (
                "getProgramInfo, attribute",
                units.getProgramInfo(list, 0, null.cast(), &mut name),
                kInvalidArgument,
            ),
            (
                "getProgramInfo, value",
                units.getProgramInfo(list, 0, kPlugInCategory, null.cast()),
                kInvalidArgument,
            ),
            ("getProgramPitchName", units.getProgramPitchName(list, 0, 60, null.cast()), kInvalidArgument),
            ("getUnitByBus", units.getUnitByBus(0, 0, 0, 0, null.cast()), kResultFalse),
            ("setUnitProgramData", units.setUnitProgramData(list, 0, null.cast()), kNotImplemented),
            (
                "getMidiControllerAssignment",
                mapping.getMidiControllerAssignment(0, 0, 1, null.cast()),
                kInvalidArgument,
            ),
            (
                "getMidi1ControllerAssignments",
                mapping2.getMidi1ControllerAssignments(input, null.cast()),
                kInvalidArgument,
            ),
            (
                "getMidi1ControllerAssignments, map",
                mapping2.getMidi1ControllerAssignments(input, &nowhere),
                kInvalidArgument,
            ),
            (
                "getMidi1ControllerAssignments, no room",
                mapping2.getMidi1ControllerAssignments(input, &little),
                kInvalidArgument,
            ),
            (
                "getMidi2ControllerAssignments",
                mapping2.getMidi2ControllerAssignments(input, null.cast()),
                kResultFalse,
            ),
            (
                "getNoteExpressionInfo",
                expressions.getNoteExpressionInfo(0, 0, 0, null.cast()),
                kInvalidArgument,
            ),
            (
                "getNoteExpressionStringByValue",
                expressions.getNoteExpressionStringByValue(0, 0, 0, 0.5, null.cast()),
                kInvalidArgument,
            ),
            (
                "getNoteExpressionValueByString, text",
                expressions.getNoteExpressionValueByString(0, 0, 0, null.cast(), &mut value),
                kInvalidArgument,
            ),
            (
                "getNoteExpressionValueByString, value",
                expressions.getNoteExpressionValueByString(0, 0, 0, text, null.cast()),
                kInvalidArgument,
            ),
            ("getPhysicalUIMapping", hands.getPhysicalUIMapping(0, 0, null.cast()), kInvalidArgument),
            ("getPhysicalUIMapping, map", hands.getPhysicalUIMapping(0, 0, &mut no_map), kInvalidArgument),
            ("getPhysicalUIMapping, none", hands.getPhysicalUIMapping(0, 0, &mut no_entries), kResultOk),
            ("setChannelContextInfos", listener.setChannelContextInfos(null.cast()), kInvalidArgument),
            (
                "getCompatibleParamID, plugin",
                remap.getCompatibleParamID(null.cast(), id, &mut param),
                kInvalidArgument,
            ),
            (
                "getCompatibleParamID, answer",
                remap.getCompatibleParamID(&own, id, null.cast()),
                kInvalidArgument,
            ),
            ("getPrefetchableSupport", ahead.getPrefetchableSupport(null.cast()), kInvalidArgument),
            ("controller initialize", plugin.controller.initialize(null.cast()), kResultOk),
        ]
    };
    for (what, is, should) in answers {
        assert_eq!(is, should, "{what}");
    }
    assert_eq!((value, param, name), (0.0, 0, [0; 128]), "what is refused is not answered");
    assert!(too_few.iter().all(|entry| (entry.pId, entry.controller) == (0, 0)), "nor in part");
}

/// Room for an answer of plain numbers and text.
fn room<T>() -> T {
    // SAFETY: used with structs for which zeros are fine.
    unsafe { std::mem::zeroed() }
}

fn vst3_class(plugin: &str) -> TUID {
    let [a, b, c, d] = dyad_core::identity::vst3_class_words(plugin);
    vst3::uid(a, b, c, d)
}

#[test]
fn unknown_classes_and_interfaces_are_refused() {
    let factory = Module::gain().factory();
    let (class, other) = (Module::class_id(), [0x5a; 16]);
    let mut object: *mut c_void = std::ptr::dangling_mut();
    // SAFETY: ids of 16 bytes and a place for the answer.
    unsafe {
        let iid = FUnknown::IID.as_ptr().cast();
        assert_eq!(factory.createInstance(other.as_ptr(), iid, &mut object), kNoInterface);
        assert!(object.is_null());
        object = std::ptr::dangling_mut();
        assert_eq!(factory.createInstance(class.as_ptr(), other.as_ptr(), &mut object), kNoInterface);
        assert!(object.is_null());
        // An interface is no class.
        object = std::ptr::dangling_mut();
        assert_eq!(factory.createInstance(iid, iid, &mut object), kNoInterface);
        assert!(object.is_null());
        // Nor is another module's class one of this module's.
        object = std::ptr::dangling_mut();
        let probe = vst3_class("urn:dyad:probe");
        assert_eq!(factory.createInstance(probe.as_ptr(), iid, &mut object), kNoInterface);
        assert!(object.is_null());
    }
}

/// Every interface that a class has can be asked for when it is made.
#[test]
fn an_instance_can_be_made_as_any_of_its_interfaces() {
    let (factory, class) = (Module::gain().factory(), Module::class_id());
    for (name, id) in interfaces() {
        let mut object: *mut c_void = std::ptr::null_mut();
        // SAFETY: ids of 16 bytes and a place for the answer, of which we own a reference.
        unsafe {
            assert_eq!(
                factory.createInstance(class.as_ptr(), id.as_ptr(), &mut object),
                kResultOk,
                "{name}"
            );
            let this: *mut FUnknown = object.cast();
            assert_eq!(references(this), 1, "{name}: it is the caller's alone");
            assert_eq!(((*(*this).vtbl).release)(this), 0, "{name}");
        }
    }
}
