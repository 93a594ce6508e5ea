//! The controller's parameters, in plain units.
#![allow(unsafe_code)]

use vst3::ComPtr;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::text;
use crate::info::{Parameter, ParameterFlags, ParameterValue, Point};
use crate::step::{self, Step};

/// More parameters than any plugin has.
const MAX_PARAMETERS: int32 = 65_536;
/// The longest list whose names are all read.
const MAX_POINTS: int32 = 128;

/// A plugin's parameters by index and by id.
pub(super) struct Parameters {
    controller: Option<ComPtr<IEditController>>,
    list: Vec<ParameterInfo>,
    by_id: ById,
}

/// Indices of parameters by their ids.
#[derive(Clone)]
pub(super) struct ById(Vec<(ParamID, u32)>);

impl ById {
    pub(super) fn get(&self, id: ParamID) -> Option<u32> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        Some(self.0[at].1)
    }
}

impl Parameters {
    pub(super) fn read(controller: Option<&ComPtr<IEditController>>) -> Self {
        let mut list = Vec::new();
        if let Some(controller) = controller {
            // SAFETY: no arguments.
            let count = unsafe { controller.getParameterCount() }.clamp(0, MAX_PARAMETERS);
            for index in 0..count {
                // SAFETY: all-zero is a valid value of this plain structure, which is written to;
                // the index is within the count.
                let info = unsafe {
                    let mut info: ParameterInfo = std::mem::zeroed();
                    (controller.getParameterInfo(index, &mut info) == kResultOk).then_some(info)
                };
                list.extend(info);
            }
        }
        let mut by_id: Vec<_> = list.iter().zip(0..).map(|(info, index)| (info.id, index)).collect();
        by_id.sort_unstable();
        Self { controller: controller.cloned(), list, by_id: ById(by_id) }
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ParamID> {
        self.list.iter().map(|info| info.id)
    }

    pub(super) fn by_id(&self) -> &ById {
        &self.by_id
    }

    /// A parameter's name for the command line, and the plain value of a normalized one.
    pub(super) fn show(&self, id: ParamID, normalized: f64) -> Option<(u32, String, f64)> {
        let index = self.by_id.get(id)?;
        let name = crate::parameter::normalise(&text::from_wide(&self.list[index as usize].title));
        let name = if name.is_empty() { id.to_string() } else { name };
        Some((index, name, self.plain(index, normalized)))
    }

    /// Tells the controller a value, unless it has it already.
    pub(super) fn keep(&self, index: u32, normalized: f64) {
        if let Ok((controller, info)) = self.get(index) {
            // SAFETY: no pointers. A controller that refuses keeps what it has.
            unsafe {
                if controller.getParamNormalized(info.id) != normalized {
                    controller.setParamNormalized(info.id, normalized);
                }
            }
        }
    }

    fn get(&self, index: u32) -> Result<(&ComPtr<IEditController>, &ParameterInfo), String> {
        let info = self.list.get(index as usize);
        let missing = || format!("no parameter has the index {index}");
        Ok((self.controller.as_ref().ok_or_else(missing)?, info.ok_or_else(missing)?))
    }

    /// All descriptions with the values of this moment. `mapped` are the ids that MIDI controllers move, sorted.
    pub(super) fn describe(&self, mapped: &[ParamID]) -> Vec<Parameter> {
        let one = |index: u32| {
            let mut parameter = self.parameter(index).ok()?;
            let ParameterFlags { hidden, automatable, midi, .. } = &mut parameter.flags;
            *midi = *hidden && !*automatable && mapped.binary_search(&self.list[index as usize].id).is_ok();
            Some(parameter)
        };
        (0..self.list.len() as u32).filter_map(one).collect()
    }

    fn parameter(&self, index: u32) -> Result<Parameter, String> {
        let (_, info) = self.get(index)?;
        let flag = |flag| info.flags & flag != 0;
        let unit = text::from_wide(&info.units);
        let list = flag(kIsList) && (1..=MAX_POINTS).contains(&info.stepCount);
        let points = if list {
            (0..=info.stepCount)
                .map(|step| {
                    let normalized = f64::from(step) / f64::from(info.stepCount);
                    let (value, label) = (self.plain(index, normalized), self.words(index, normalized));
                    Point { value, label, symbol: None }
                })
                .collect()
        } else {
            vec![]
        };
        let ParameterValue { plain, text } = self.value(index);
        Ok(Parameter {
            id: info.id.to_string(),
            number: Some(info.id),
            name: text::from_wide(&info.title),
            min: self.plain(index, 0.0),
            max: self.plain(index, 1.0),
            default: self.plain(index, info.defaultNormalizedValue),
            value: plain,
            text,
            unit,
            points,
            flags: ParameterFlags {
                automatable: flag(kCanAutomate),
                bypass: flag(kIsBypass),
                enabled: false,
                read_only: flag(kIsReadOnly),
                output: false,
                hidden: flag(kIsHidden),
                integer: info.stepCount > 1,
                toggled: info.stepCount == 1,
                list: flag(kIsList),
                program: flag(kIsProgramChange),
                midi: false,
            },
        })
    }

    /// A parameter's value now.
    pub(super) fn value(&self, index: u32) -> ParameterValue {
        let Ok((controller, info)) = self.get(index) else {
            return ParameterValue { plain: 0.0, text: String::new() };
        };
        // SAFETY: no pointers.
        let normalized = unsafe { controller.getParamNormalized(info.id) };
        ParameterValue { plain: self.plain(index, normalized), text: self.words(index, normalized) }
    }

    /// Tells the controller a value.
    pub(super) fn set(&self, index: u32, normalized: f64) {
        if let Ok((controller, info)) = self.get(index) {
            // SAFETY: no pointers. A controller that refuses keeps what it has.
            unsafe { controller.setParamNormalized(info.id, normalized) };
        }
    }

    /// The plain value of a normalized one; the normalized one where the plugin talks nonsense.
    fn plain(&self, index: u32, normalized: f64) -> f64 {
        let Ok((controller, info)) = self.get(index) else { return normalized };
        // SAFETY: no pointers.
        let plain = unsafe { controller.normalizedParamToPlain(info.id, normalized) };
        if plain.is_finite() { plain } else { normalized }
    }

    /// The normalized value of a plain one.
    pub(super) fn normalized(&self, index: u32, plain: f64) -> Result<f64, String> {
        let (controller, info) = self.get(index)?;
        // SAFETY: no pointers.
        let normalized = unsafe { controller.plainParamToNormalized(info.id, plain) };
        if normalized.is_finite() {
            Ok(normalized.clamp(0.0, 1.0))
        } else {
            Err(format!("the plugin could not normalize the value {plain}"))
        }
    }

    /// Where a plain value lies among the parameter's steps. The plugin may round on the way to a
    /// normalized value, so what counts is what comes back.
    pub(super) fn step(&self, index: u32, plain: f64) -> Result<Step, String> {
        let (_, info) = self.get(index)?;
        if info.stepCount <= 0 {
            return Ok(Step::Free);
        }
        let steps = f64::from(info.stepCount);
        let at = |step: f64| self.plain(index, step.clamp(0.0, steps) / steps);
        let range = at(steps) - at(0.0);
        let step = (self.normalized(index, plain)? * steps).round();
        let nearest = at(step);
        // Many steps lie closer together than the usual tolerance.
        if step::near(nearest, plain, range.abs().min((range / steps * 1e5).abs())) {
            return Ok(Step::On(nearest));
        }
        let other = at(if (nearest < plain) == (range > 0.0) { step + 1.0 } else { step - 1.0 });
        Ok(Step::Between(nearest.min(other), nearest.max(other)))
    }

    /// A normalized value in the plugin's words, with its unit.
    fn words(&self, index: u32, normalized: f64) -> String {
        let Ok((controller, info)) = self.get(index) else { return String::new() };
        let mut field: String128 = [0; 128];
        // SAFETY: the field is a local variable of the right size.
        let result = unsafe { controller.getParamStringByValue(info.id, normalized, &mut field) };
        if result != kResultOk {
            return String::new();
        }
        let words = text::from_wide(&field);
        let unit = text::from_wide(&info.units);
        let number = words.ends_with(|c: char| c.is_ascii_digit());
        if number && !unit.is_empty() { format!("{words} {unit}") } else { words }
    }

    /// The plain value that the plugin reads in a text.
    pub(super) fn parse(&self, index: u32, text: &str) -> Option<f64> {
        let (controller, info) = self.get(index).ok()?;
        let mut field = text::to_string128(text);
        let mut normalized = f64::NAN;
        // SAFETY: the field is terminated and both are local variables.
        let result =
            unsafe { controller.getParamValueByString(info.id, field.as_mut_ptr(), &mut normalized) };
        (result == kResultOk && (0.0..=1.0).contains(&normalized)).then(|| self.plain(index, normalized))
    }
}
