//! The controller's parameters.
#![allow(unsafe_code)]

use vst3::ComPtr;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::peer::Peer;
use super::*;
use crate::check::rules::DEFAULT_OUTSIDE;
use crate::check::{Outcome, Trial};
use crate::vst3::text;

/// Parameters that are looked at, of those that have tens of thousands.
const MOST: int32 = 4096;
/// Where values are converted.
const PLACES: [f64; 6] = [0.0, 0.1, 0.25, 0.5, 0.9, 1.0];

/// Reads all of them.
pub(crate) fn parameters(trial: &mut Trial) -> Outcome {
    let peer = Peer::new(trial)?;
    let Some(controller) = &peer.made.controller else {
        return trial.skip("it has no controller");
    };
    trial.step("reading the parameters");
    // SAFETY: no arguments.
    let count = unsafe { controller.getParameterCount() };
    let units = units(trial, controller);
    let mut bypasses = 0;
    for index in 0..count.min(MOST) {
        match info(controller, index) {
            Some(info) => {
                bypasses += u32::from(info.flags & kIsBypass != 0);
                one(trial, &info, &units);
                values(trial, controller, &info);
                texts::one(trial, controller, &info);
            }
            None => trial.find(&PARAMETER_INDEX, format!("parameter {index} of {count} is not described")),
        }
    }
    trial.find_if(bypasses > 1, &BYPASS_TWICE, || format!("{bypasses} parameters are the bypass"));
    for index in [-1, count, int32::MAX] {
        trial.step(format!("asking for parameter {index} of {count}"));
        trial.find_if(info(controller, index).is_some(), &PARAMETER_INDEX, || {
            format!("parameter {index} of {count} was described")
        });
    }
    Ok(())
}

fn info(controller: &ComPtr<IEditController>, index: int32) -> Option<ParameterInfo> {
    // SAFETY: all-zero is a valid value of this plain structure, which is written to.
    unsafe {
        let mut info: ParameterInfo = std::mem::zeroed();
        (controller.getParameterInfo(index, &mut info) == kResultOk).then_some(info)
    }
}

/// A parameter as a person finds it.
pub(super) fn called(info: &ParameterInfo) -> String {
    format!("{} ({})", info.id, text::from_wide(&info.title))
}

/// The ids of all units.
fn units(trial: &mut Trial, controller: &ComPtr<IEditController>) -> Vec<UnitID> {
    let mut ids = vec![kRootUnitId];
    let Some(units) = controller.cast::<IUnitInfo>() else { return ids };
    // SAFETY: all-zero is a valid value of this plain structure, which is written to; indices are within the
    // count.
    let list: Vec<UnitInfo> = unsafe {
        (0..units.getUnitCount().clamp(0, MOST))
            .filter_map(|index| {
                let mut info: UnitInfo = std::mem::zeroed();
                (units.getUnitInfo(index, &mut info) == kResultOk).then_some(info)
            })
            .collect()
    };
    ids.extend(list.iter().map(|unit| unit.id));
    for unit in &list {
        let orphan = unit.parentUnitId != kNoParentUnitId && !ids.contains(&unit.parentUnitId);
        trial.find_if(orphan, &UNIT_PARENT, || {
            let (id, name) = (unit.id, text::from_wide(&unit.name));
            format!("the unit {id} ({name}) is in the unit {}, which there is not", unit.parentUnitId)
        });
    }
    ids
}

fn one(trial: &mut Trial, info: &ParameterInfo, units: &[UnitID]) {
    let flag = |flag| info.flags & flag != 0;
    let called = called(info);
    trial.find_if(info.id >= 1 << 31, &PARAMETER_RESERVED, || format!("a parameter has the id {called}"));
    trial
        .find_if(info.stepCount < 0, &STEPS, || format!("parameter {called} has {} steps", info.stepCount));
    let default = info.defaultNormalizedValue;
    trial.find_if(!(0.0..=1.0).contains(&default), &DEFAULT_OUTSIDE, || {
        format!("parameter {called} has the normalized default {default}")
    });
    trial.find_if(flag(kIsList) && info.stepCount == 0 && !flag(kIsProgramChange), &LIST_STEPS, || {
        format!("parameter {called} is a list without steps")
    });
    trial.find_if(flag(kIsBypass) && info.stepCount != 1, &BYPASS_STEPS, || {
        format!("the bypass {called} has {} steps", info.stepCount)
    });
    trial.find_if(flag(kIsReadOnly) && flag(kCanAutomate), &READ_ONLY_AUTOMATED, || {
        format!("parameter {called} is both")
    });
    trial.find_if(!units.contains(&info.unitId), &UNIT, || {
        format!("parameter {called} is in the unit {}, which there is not", info.unitId)
    });
    let texts = [("title", &info.title), ("short title", &info.shortTitle), ("unit", &info.units)];
    for (what, field) in texts {
        trial.find_if(!field.contains(&0), &UNTERMINATED, || {
            format!("the {what} of parameter {} has no end", info.id)
        });
    }
}

fn values(trial: &mut Trial, controller: &ComPtr<IEditController>, info: &ParameterInfo) {
    let called = called(info);
    trial.step(format!("converting values of parameter {called}"));
    // SAFETY: no pointers.
    let now = unsafe { controller.getParamNormalized(info.id) };
    trial.find_if(!(0.0..=1.0).contains(&now), &NORMALIZED_OUTSIDE, || {
        format!("parameter {called} is {now}")
    });
    let steps = f64::from(info.stepCount.max(0));
    // SAFETY: no pointers.
    let plain = |normalized| unsafe { controller.normalizedParamToPlain(info.id, normalized) };
    for place in PLACES {
        let place = if steps > 0.0 { (place * steps).round() / steps } else { place };
        // SAFETY: no pointers.
        let back = unsafe { controller.plainParamToNormalized(info.id, plain(place)) };
        let slack = if steps > 0.0 { 0.5 / steps } else { 0.0 };
        let same = (back - place).abs() <= 1e-3_f64.max(slack);
        // A list of one program has one value; what is only read nobody sets.
        let free = info.flags & (kIsProgramChange | kIsReadOnly) == 0;
        trial.find_if(!same && free, &NORMALIZED_ROUND, || {
            format!("parameter {called} makes {place} to {} and back to {back}", plain(place))
        });
    }
    let (low, high) = (plain(0.0), plain(1.0));
    trial.find_if(low > high, &RANGE_DOWNWARD, || format!("parameter {called} goes from {low} to {high}"));
}
