//! Values as text.
#![allow(unsafe_code)]

use vst3::ComPtr;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{kIsHidden, kIsReadOnly};
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::parameters::called;
use super::*;
use crate::check::Trial;
use crate::vst3::text;

/// How far a value that a person reads and types may go astray.
const LOST: f64 = 0.02;

/// Shows some values of one parameter and reads them again.
pub(super) fn one(trial: &mut Trial, controller: &ComPtr<IEditController>, info: &ParameterInfo) {
    let steps = f64::from(info.stepCount.max(0));
    let shown = info.flags & kIsHidden == 0;
    for place in [0.0, 0.5, 1.0] {
        let place = if steps > 0.0 { (place * steps).round() / steps } else { place };
        let mut field: String128 = [0x55; 128];
        // SAFETY: the field is a local variable of the right size.
        let result = unsafe { controller.getParamStringByValue(info.id, place, &mut field) };
        let end = result != kResultOk || field.contains(&0);
        trial.find_if(!end, &UNTERMINATED, || {
            format!("the text of parameter {} for {place} has no end", called(info))
        });
        let words = if result == kResultOk { text::from_wide(&field) } else { String::new() };
        trial.find_if(shown && words.is_empty(), &VALUE_TEXT, || {
            format!("parameter {} has no text for {place}", called(info))
        });
        if words.is_empty() || !shown || info.flags & kIsReadOnly != 0 {
            continue;
        }
        let (mut typed, mut read) = (text::to_string128(&words), f64::NAN);
        // SAFETY: the field is terminated and both are local variables.
        let result = unsafe { controller.getParamValueByString(info.id, typed.as_mut_ptr(), &mut read) };
        let near = (read - place).abs() <= LOST;
        trial.find_if(result != kResultOk || !near, &TEXT_ROUND, || {
            let read = if result == kResultOk { format!("read as {read}") } else { "not read".into() };
            format!("parameter {} shows {place} as “{words}”, which is {read}", called(info))
        });
    }
}
