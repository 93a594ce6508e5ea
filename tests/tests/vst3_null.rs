//! Null pointers in every argument of every VST3 function, and ids that nobody knows: each has its
//! stated answer, and none ends the host. Validators call a plugin like this.
#![allow(unsafe_code)]
#![allow(non_upper_case_globals, reason = "Steinberg's names")]

use std::ffi::c_void;

use dyad_tests::gain::{self, RATE, assert_close};
use dyad_tests::vst3::{Module, Plugin};
use vst3::Interface;
use vst3::Steinberg::Vst::MediaTypes_::kAudio;
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
            ("hasProgramPitchNames", units.hasProgramPitchNames(0, 0), kResultFalse),
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

#[test]
fn query_interface_takes_null_pointers_and_unknown_ids() {
    let plugin = Plugin::new();
    let units = plugin.component.cast::<IUnitInfo>().expect("IUnitInfo");
    let mapping = plugin.component.cast::<IMidiMapping>().expect("IMidiMapping");
    let expressions =
        plugin.component.cast::<INoteExpressionController>().expect("INoteExpressionController");
    let requirements =
        plugin.component.cast::<IProcessContextRequirements>().expect("IProcessContextRequirements");
    let pointers: [*mut FUnknown; 8] = [
        Module::gain().factory().as_ptr().cast(),
        plugin.component.as_ptr().cast(),
        plugin.processor.as_ptr().cast(),
        plugin.controller.as_ptr().cast(),
        units.as_ptr().cast(),
        mapping.as_ptr().cast(),
        expressions.as_ptr().cast(),
        requirements.as_ptr().cast(),
    ];
    let id: *const TUID = FUnknown::IID.as_ptr().cast();
    let unknown: TUID = [0x5a; 16];
    for (n, this) in pointers.into_iter().enumerate() {
        let mut object: *mut c_void = std::ptr::dangling_mut();
        // SAFETY: an object; what it is asked is what this test is about.
        unsafe {
            let query = (*(*this).vtbl).queryInterface;
            assert_eq!(query(this, std::ptr::null(), std::ptr::null_mut()), kInvalidArgument, "object {n}");
            assert_eq!(query(this, id, std::ptr::null_mut()), kInvalidArgument, "object {n}");
            assert_eq!(query(this, std::ptr::null(), &mut object), kInvalidArgument, "object {n}");
            assert!(object.is_null(), "object {n}: an answer that is none is null");
            object = std::ptr::dangling_mut();
            assert_eq!(query(this, &unknown, &mut object), kNoInterface, "object {n}");
            assert!(object.is_null(), "object {n}: an answer that is none is null");
            assert_eq!(query(this, id, &mut object), kResultOk, "object {n}");
            ((*(*this).vtbl).release)(this);
        }
    }
    // SAFETY: objects; identity is that of their IUnknown.
    let same: Vec<_> = pointers[1..]
        .iter()
        .map(|this| unsafe {
            let mut object = std::ptr::null_mut();
            ((*(**this).vtbl).queryInterface)(*this, id, &mut object);
            ((*(**this).vtbl).release)(*this);
            object
        })
        .collect();
    assert!(same.windows(2).all(|pair| pair[0] == pair[1]), "one object has one identity");
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
    }
}
