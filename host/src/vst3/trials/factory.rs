//! The factory: what there is, and what there is not.
#![allow(unsafe_code)]

use std::ffi::c_void;

use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{ComPtr, Interface};

use super::peer::Peer;
use super::*;
use crate::check::{Outcome, Trial};
use crate::vst3::text;

/// No class and no interface has this id.
pub(super) const NOBODY: TUID = [0x5d; 16];

/// Asks the factory.
pub(crate) fn factory(trial: &mut Trial) -> Outcome {
    let peer = Peer::new(trial)?;
    let factory = peer.module.factory()?.raw();
    trial.step("reading the classes");
    // SAFETY: no arguments.
    let count = unsafe { factory.countClasses() };
    let mut ids: Vec<TUID> = Vec::new();
    for index in 0..count {
        if let Some(info) = class(factory, index) {
            trial.find_if(ids.contains(&info.cid), &CLASS_ID, || {
                format!("two classes have the id {}", text::from_id(&info.cid))
            });
            ids.push(info.cid);
            more(trial, factory, index, &info);
        }
    }
    for index in [-1, count, int32::MAX] {
        trial.step(format!("asking for class {index} of {count}"));
        trial.find_if(class(factory, index).is_some(), &CLASS_INDEX, || {
            format!("class {index} of {count} was described")
        });
    }
    trial.step("asking for an object of a class that there is not");
    let mut object: *mut c_void = std::ptr::null_mut();
    let interface = IComponent::IID.as_ptr().cast();
    // SAFETY: two ids and a variable.
    let result = unsafe { factory.createInstance(NOBODY.as_ptr(), interface, &mut object) };
    trial.find_if(result == kResultOk || !object.is_null(), &UNKNOWN_CLASS, || {
        format!(
            "the result is {result}, and the object is {}",
            if object.is_null() { "null" } else { "there" }
        )
    });
    controller(trial, &peer, &ids);
    Ok(())
}

fn class(factory: &ComPtr<IPluginFactory>, index: int32) -> Option<PClassInfo> {
    // SAFETY: all-zero is a valid value of this plain structure, which is written to.
    unsafe {
        let mut info: PClassInfo = std::mem::zeroed();
        (factory.getClassInfo(index, &mut info) == kResultOk).then_some(info)
    }
}

fn more(trial: &mut Trial, factory: &ComPtr<IPluginFactory>, index: int32, info: &PClassInfo) {
    let name = text::from_bytes(&info.name);
    let audio = text::from_bytes(&info.category) == "Audio Module Class";
    // SAFETY: as in `class`.
    unsafe {
        let mut second: PClassInfo2 = std::mem::zeroed();
        if let Some(factory) = factory.cast::<IPluginFactory2>()
            && factory.getClassInfo2(index, &mut second) == kResultOk
        {
            trial.find_if(second.cid != info.cid, &CLASS_INFO, || {
                format!("class {index} ({name}) has another id in PClassInfo2")
            });
            let kind = text::from_bytes(&second.subCategories);
            trial.find_if(audio && kind.is_empty(), &CATEGORY, || {
                format!("class {name} has no subcategories")
            });
        }
        let mut third: PClassInfoW = std::mem::zeroed();
        if let Some(factory) = factory.cast::<IPluginFactory3>()
            && factory.getClassInfoUnicode(index, &mut third) == kResultOk
        {
            trial.find_if(third.cid != info.cid, &CLASS_INFO, || {
                format!("class {index} ({name}) has another id in PClassInfoW")
            });
        }
    }
}

fn controller(trial: &mut Trial, peer: &Peer, ids: &[TUID]) {
    trial.step("looking for the controller");
    let mut id: TUID = [0; 16];
    // SAFETY: the id is a local variable.
    let named = unsafe { peer.made.component.getControllerClassId(&mut id) } == kResultOk && id != [0; 16];
    // Where the component is the controller too, hosts do not use the class.
    let itself = peer.made.component.cast::<IEditController>().is_some();
    trial.find_if(named && !itself && !ids.contains(&id), &CONTROLLER, || {
        format!(
            "the component names the controller class {}, which the factory does not list",
            text::from_id(&id)
        )
    });
    trial.find_if(peer.made.controller.is_none() && named, &CONTROLLER, || {
        format!("the controller {} could not be made or initialised", text::from_id(&id))
    });
    trial.find_if(peer.made.controller.is_none() && !named, &NO_CONTROLLER, || {
        "the plugin has no controller".into()
    });
}
