//! Groups of parameters, as VST3's units.

use dyad_core::Description;
use std::ffi::CStr;

use dyad_core::guard::guard;
use dyad_core::param::Group;
use vst3::Steinberg::Vst::PresetAttributes::kPlugInCategory;
use vst3::Steinberg::Vst::{
    BusDirection, CString, IUnitInfoTrait, MediaType, ProgramListID, ProgramListInfo, String128, UnitID,
    UnitInfo, kNoParentUnitId, kNoProgramListId, kRootUnitId,
};
use vst3::Steinberg::{
    IBStream, int16, int32, kInvalidArgument, kNotImplemented, kResultFalse, kResultOk, tresult,
};

use crate::component::Component;
use crate::text::write_utf16;

/// The groups of a plugin in the order in which its parameters name them, found once for each class.
#[derive(Debug)]
pub(crate) struct Units {
    /// The first is number 1: 0 is the root.
    list: Vec<Unit>,
    /// Where each parameter is.
    of_param: Vec<UnitID>,
}

#[derive(Debug)]
struct Unit {
    group: Group,
    parent: UnitID,
}

impl Units {
    pub(crate) fn of(description: &Description) -> Self {
        Self::of_groups(description.params.iter().map(|param| &param.info.groups[..]))
    }

    /// From the groups of each parameter, the outermost first.
    fn of_groups<'a>(params: impl Iterator<Item = &'a [Group]>) -> Self {
        let mut list: Vec<Unit> = Vec::new();
        let mut of_param = Vec::new();
        for groups in params {
            let mut unit = kRootUnitId;
            for group in groups {
                let known = list.iter().position(|known| known.group.id == group.id);
                let at = known.unwrap_or_else(|| {
                    list.push(Unit { group: group.clone(), parent: unit });
                    list.len() - 1
                });
                unit = at as UnitID + 1;
            }
            of_param.push(unit);
        }
        Self { list, of_param }
    }

    /// The unit of a parameter.
    pub(crate) fn of_param(&self, index: usize) -> UnitID {
        self.of_param.get(index).copied().unwrap_or(kRootUnitId)
    }
}

impl IUnitInfoTrait for Component {
    unsafe fn getUnitCount(&self) -> int32 {
        self.units.list.len() as int32 + 1
    }

    unsafe fn getUnitInfo(&self, index: int32, info: *mut UnitInfo) -> tresult {
        guard("getUnitInfo", kInvalidArgument, || {
            // SAFETY: null, or a place that the host gives for the answer.
            let (Ok(index), Some(info)) = (usize::try_from(index), unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            let (name, parent) = match index.checked_sub(1).map(|n| self.units.list.get(n)) {
                None => ("Root", kNoParentUnitId),
                Some(Some(unit)) => (unit.group.name.as_str(), unit.parent),
                Some(None) => return kInvalidArgument,
            };
            info.id = index as UnitID;
            info.parentUnitId = parent;
            write_utf16(&mut info.name, name);
            info.programListId = if index == 0 { self.programs.id() } else { kNoProgramListId };
            kResultOk
        })
    }

    unsafe fn getProgramListCount(&self) -> int32 {
        int32::from(self.programs.any())
    }

    unsafe fn getProgramListInfo(&self, index: int32, info: *mut ProgramListInfo) -> tresult {
        guard("getProgramListInfo", kInvalidArgument, || {
            // SAFETY: null, or a place that the host gives for the answer.
            let (Some(info), true) = (unsafe { info.as_mut() }, index == 0 && self.programs.any()) else {
                return kInvalidArgument;
            };
            self.programs.describe_list(info);
            kResultOk
        })
    }

    unsafe fn getProgramName(&self, list: ProgramListID, n: int32, name: *mut String128) -> tresult {
        guard("getProgramName", kInvalidArgument, || {
            // SAFETY: as above.
            let (Some(program), Some(name)) = (self.programs.get(list, n), unsafe { name.as_mut() }) else {
                return kInvalidArgument;
            };
            write_utf16(name, &program.name);
            kResultOk
        })
    }

    unsafe fn getProgramInfo(
        &self,
        list: ProgramListID,
        n: int32,
        attribute: CString,
        value: *mut String128,
    ) -> tresult {
        guard("getProgramInfo", kInvalidArgument, || {
            // SAFETY: as above; null, or text that ends with 0.
            let (Some(program), Some(value), false) =
                (self.programs.get(list, n), unsafe { value.as_mut() }, attribute.is_null())
            else {
                return kInvalidArgument;
            };
            // SAFETY: not null; both end with 0.
            let category = unsafe { CStr::from_ptr(attribute) == CStr::from_ptr(kPlugInCategory) };
            if !category || program.category.is_empty() {
                return kResultFalse;
            }
            write_utf16(value, &program.category);
            kResultOk
        })
    }

    unsafe fn hasProgramPitchNames(&self, list: ProgramListID, n: int32) -> tresult {
        let named = !self.description.events.note_names.is_empty();
        match self.programs.get(list, n) {
            Some(_) if named => kResultOk,
            Some(_) => kResultFalse,
            None => kInvalidArgument,
        }
    }

    unsafe fn getProgramPitchName(
        &self,
        list: ProgramListID,
        n: int32,
        pitch: int16,
        name: *mut String128,
    ) -> tresult {
        guard("getProgramPitchName", kInvalidArgument, || {
            // SAFETY: null, or a place that the host gives for the answer.
            let (Some(_), Some(name)) = (self.programs.get(list, n), unsafe { name.as_mut() }) else {
                return kInvalidArgument;
            };
            // All programs have the same keys.
            let mut names = self.description.events.note_names.iter();
            let Some((_, text)) = names.find(|(key, _)| int16::from(*key) == pitch) else {
                return kResultFalse;
            };
            write_utf16(name, text);
            kResultOk
        })
    }

    unsafe fn getSelectedUnit(&self) -> UnitID {
        kRootUnitId
    }

    unsafe fn selectUnit(&self, unit: UnitID) -> tresult {
        // Nothing depends on it.
        if unit == kRootUnitId { kResultOk } else { kResultFalse }
    }

    unsafe fn getUnitByBus(
        &self,
        _media: MediaType,
        _direction: BusDirection,
        _bus: int32,
        _channel: int32,
        _unit: *mut UnitID,
    ) -> tresult {
        // No unit belongs to a bus.
        kResultFalse
    }

    unsafe fn setUnitProgramData(&self, _id: int32, _n: int32, _data: *mut IBStream) -> tresult {
        kNotImplemented
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_within_groups_have_parents() {
        let group = |id: &str| Group { id: id.into(), name: id.to_uppercase() };
        let (osc, env, filter) = (group("osc"), group("osc_env"), group("filter"));
        let params = [
            vec![],
            vec![osc.clone(), env.clone()],
            vec![filter.clone()],
            vec![osc.clone()],
            vec![osc, env],
        ];
        let units = Units::of_groups(params.iter().map(|groups| &groups[..]));
        let list: Vec<_> = units.list.iter().map(|unit| (unit.group.id.as_str(), unit.parent)).collect();
        assert_eq!(list, [("osc", 0), ("osc_env", 1), ("filter", 0)], "in order of appearance");
        assert_eq!(units.of_param, [0, 2, 3, 1, 2]);
        assert_eq!(units.of_param(99), 0);
    }
}
