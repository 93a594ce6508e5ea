//! Note expressions: VST3's six types, and the controller side of them.

use dyad_core::event::Expression;
use dyad_core::guard::guard;
use dyad_core::param::{ParamInfo, Range, Unit, ValueKind};
use vst3::Steinberg::Vst::NoteExpressionTypeIDs_::{
    kBrightnessTypeID, kExpressionTypeID, kInvalidTypeID, kPanTypeID, kTuningTypeID, kVibratoTypeID,
    kVolumeTypeID,
};
use vst3::Steinberg::Vst::NoteExpressionTypeInfo_::NoteExpressionTypeFlags_::kIsBipolar;
use vst3::Steinberg::Vst::PhysicalUITypeIDs_::{kPUIXMovement, kPUIYMovement};
use vst3::Steinberg::Vst::{
    INoteExpressionControllerTrait, INoteExpressionPhysicalUIMappingTrait, NoteExpressionTypeID,
    NoteExpressionTypeInfo, NoteExpressionValue, NoteExpressionValueDescription, PhysicalUIMapList,
    String128, TChar,
};
use vst3::Steinberg::{int16, int32, kInvalidArgument, kResultFalse, kResultOk, tresult};

use crate::component::Component;
use crate::text::{read_utf16, write_utf16};

/// Pressure is not among them: VST3 has an event of its own for it.
const TYPES: [(Expression, NoteExpressionTypeID); 6] = [
    (Expression::Volume, kVolumeTypeID as u32),
    (Expression::Pan, kPanTypeID as u32),
    (Expression::Tuning, kTuningTypeID as u32),
    (Expression::Vibrato, kVibratoTypeID as u32),
    (Expression::Expression, kExpressionTypeID as u32),
    (Expression::Brightness, kBrightnessTypeID as u32),
];

/// The expression with a type id. `[any thread]`
#[inline]
pub(crate) fn of_type(id: NoteExpressionTypeID) -> Option<Expression> {
    // The ids are the positions.
    TYPES.get(id as usize).map(|(expression, _)| *expression)
}

/// The type id of an expression; pressure has none. `[any thread]`
pub(crate) fn type_of(expression: Expression) -> Option<NoteExpressionTypeID> {
    TYPES.iter().find(|(known, _)| *known == expression).map(|(_, id)| *id)
}

/// From a position 0…1: all types are linear, volume in the factor. `[any thread]`
#[inline]
pub(crate) fn value_of(expression: Expression, position: f64) -> f32 {
    let (min, max, _) = expression.range();
    let position = if position > 0.0 { position.min(1.0) } else { 0.0 };
    (f64::from(min) + position * f64::from(max - min)) as f32
}

/// To a position 0…1. `[any thread]`
#[inline]
pub(crate) fn position_of(expression: Expression, value: f32) -> f64 {
    let (min, max, _) = expression.range();
    let position = f64::from(value - min) / f64::from(max - min);
    if position > 0.0 { position.min(1.0) } else { 0.0 }
}

/// What people read.
fn info(expression: Expression) -> ParamInfo {
    let (name, unit) = match expression {
        Expression::Volume => ("Volume", Unit::None),
        Expression::Pan => ("Pan", Unit::None),
        Expression::Tuning => ("Tuning", Unit::Semitones),
        Expression::Vibrato => ("Vibrato", Unit::None),
        Expression::Expression => ("Expression", Unit::None),
        Expression::Brightness => ("Brightness", Unit::None),
        Expression::Pressure => ("Pressure", Unit::None),
    };
    let (min, max, _) = expression.range();
    ParamInfo::new("", ValueKind::Float).name(name).range(Range::linear(min, max)).unit(unit)
}

impl Component {
    /// Whether the plugin has note expressions there.
    fn has(&self, bus: int32, channel: int16) -> bool {
        self.description.events.input && bus == 0 && (0..16).contains(&channel)
    }
}

impl INoteExpressionControllerTrait for Component {
    unsafe fn getNoteExpressionCount(&self, bus: int32, channel: int16) -> int32 {
        if self.has(bus, channel) { TYPES.len() as int32 } else { 0 }
    }

    unsafe fn getNoteExpressionInfo(
        &self,
        bus: int32,
        channel: int16,
        index: int32,
        answer: *mut NoteExpressionTypeInfo,
    ) -> tresult {
        if !self.has(bus, channel) {
            return kInvalidArgument;
        }
        guard("getNoteExpressionInfo", kInvalidArgument, || {
            let known = usize::try_from(index).ok().and_then(|n| TYPES.get(n));
            // SAFETY: null, or a place that the host gives for the answer.
            let (Some((expression, id)), Some(answer)) = (known, unsafe { answer.as_mut() }) else {
                return kInvalidArgument;
            };
            let (info, (_, _, neutral)) = (info(*expression), expression.range());
            answer.typeId = *id;
            write_utf16(&mut answer.title, &info.name);
            write_utf16(&mut answer.shortTitle, &info.name);
            write_utf16(&mut answer.units, info.unit.label());
            // In no unit.
            answer.unitId = -1;
            answer.valueDesc = NoteExpressionValueDescription {
                defaultValue: position_of(*expression, neutral),
                minimum: 0.0,
                maximum: 1.0,
                stepCount: 0,
            };
            answer.associatedParameterId = 0;
            let bipolar = matches!(expression, Expression::Pan | Expression::Tuning);
            answer.flags = if bipolar { kIsBipolar as int32 } else { 0 };
            kResultOk
        })
    }

    unsafe fn getNoteExpressionStringByValue(
        &self,
        bus: int32,
        channel: int16,
        id: NoteExpressionTypeID,
        value: NoteExpressionValue,
        text: *mut String128,
    ) -> tresult {
        if !self.has(bus, channel) {
            return kInvalidArgument;
        }
        guard("getNoteExpressionStringByValue", kInvalidArgument, || {
            // SAFETY: null, or a place for the answer.
            let (Some(expression), Some(text)) = (of_type(id), unsafe { text.as_mut() }) else {
                return kInvalidArgument;
            };
            let plain = value_of(expression, value);
            write_utf16(text, &info(expression).value_text(f64::from(plain)));
            kResultOk
        })
    }

    unsafe fn getNoteExpressionValueByString(
        &self,
        bus: int32,
        channel: int16,
        id: NoteExpressionTypeID,
        text: *const TChar,
        value: *mut NoteExpressionValue,
    ) -> tresult {
        if !self.has(bus, channel) {
            return kInvalidArgument;
        }
        guard("getNoteExpressionValueByString", kInvalidArgument, || {
            // SAFETY: null, or text that ends with 0 or fills a String128; null, or a place.
            let (text, value) = unsafe { (read_utf16(text), value.as_mut()) };
            let (Some(expression), Some(text), Some(value)) = (of_type(id), text, value) else {
                return kInvalidArgument;
            };
            let Some(plain) = info(expression).parse_text(&text) else { return kResultFalse };
            *value = position_of(expression, plain as f32);
            kResultOk
        })
    }
}

impl INoteExpressionPhysicalUIMappingTrait for Component {
    unsafe fn getPhysicalUIMapping(
        &self,
        bus: int32,
        channel: int16,
        list: *mut PhysicalUIMapList,
    ) -> tresult {
        guard("getPhysicalUIMapping", kInvalidArgument, || {
            // SAFETY: null, or the host's list.
            let (Some(list), true) = (unsafe { list.as_mut() }, self.has(bus, channel)) else {
                return kInvalidArgument;
            };
            if list.map.is_null() && list.count > 0 {
                return kInvalidArgument;
            }
            for n in 0..list.count as usize {
                // SAFETY: so many entries by the host's word.
                let entry = unsafe { &mut *list.map.add(n) };
                // As MPE has it. Pressure has an event of its own, and no type.
                entry.noteExpressionTypeID = match entry.physicalUITypeID {
                    kind if kind == kPUIXMovement as u32 => kTuningTypeID as u32,
                    kind if kind == kPUIYMovement as u32 => kBrightnessTypeID as u32,
                    _ => kInvalidTypeID as u32,
                };
            }
            kResultOk
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_the_sdks() {
        for (n, (expression, id)) in TYPES.iter().enumerate() {
            assert_eq!((n as u32, of_type(*id), type_of(*expression)), (*id, Some(*expression), Some(*id)));
            for position in [0.0, 0.25, 0.5, 0.75, 1.0] {
                assert_eq!(position_of(*expression, value_of(*expression, position)), position);
            }
        }
        assert_eq!((of_type(6), of_type(u32::MAX), type_of(Expression::Pressure)), (None, None, None));
        let at = |expression, position| value_of(expression, position);
        assert_eq!([0.25, 0.5, 1.0, 9.0].map(|x| at(Expression::Volume, x)), [1.0, 2.0, 4.0, 4.0]);
        assert_eq!([0.0, 0.5, f64::NAN].map(|x| at(Expression::Pan, x)), [-1.0, 0.0, -1.0]);
        assert_eq!([0.0, 0.5, 1.0].map(|x| at(Expression::Tuning, x)), [-120.0, 0.0, 120.0]);
    }
}
