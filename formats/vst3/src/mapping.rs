//! Which parameter a MIDI controller moves, as hosts ask for it one by one, and all at once.

use dyad_core::describe::Param;
use dyad_core::event::EventPorts;
use dyad_core::guard::guard;
use vst3::Steinberg::Vst::BusDirections_::kInput;
use vst3::Steinberg::Vst::{
    BusDirections, CtrlNumber, IMidiMapping2Trait, IMidiMappingTrait, Midi1ControllerParamIDAssignment,
    Midi1ControllerParamIDAssignmentList, Midi2ControllerParamIDAssignmentList, ParamID,
};
use vst3::Steinberg::{int16, int32, kInvalidArgument, kResultFalse, kResultOk, tresult, uint32};

use crate::component::Component;
use crate::controllers::{Controller, Controllers};

/// The numbers that a channel can have: 128 controllers, pressure and the wheel.
const NUMBERS: u8 = 130;

/// A controller leads to one parameter: to one that names it, before the plugin itself. Without an input
/// of events it leads nowhere, because hosts ask by bus, and there is none.
fn assigned(
    events: EventPorts,
    params: &[Param],
    controllers: Controllers,
    channel: u8,
    number: u8,
) -> Option<ParamID> {
    if !events.input {
        return None;
    }
    let named = params.iter().find(|param| param.info.midi_cc == Some(number));
    let controller = || controllers.get(channel, u32::from(number)).map(Controller::id);
    named.map(|param| param.vst3_id).or_else(controller)
}

impl Component {
    fn assigned(&self, channel: u8, number: u8) -> Option<ParamID> {
        let description = self.description;
        assigned(description.events, &description.params, self.controllers, channel, number)
    }

    /// All assignments, channel by channel.
    fn assignments(&self) -> impl Iterator<Item = Midi1ControllerParamIDAssignment> {
        let all = (0..16u8).flat_map(|channel| (0..NUMBERS).map(move |number| (channel, number)));
        all.filter_map(|(channel, number)| {
            Some(Midi1ControllerParamIDAssignment {
                pId: self.assigned(channel, number)?,
                busIndex: 0,
                channel,
                controller: CtrlNumber::from(number),
            })
        })
    }
}

impl IMidiMappingTrait for Component {
    unsafe fn getMidiControllerAssignment(
        &self,
        bus: int32,
        channel: int16,
        number: CtrlNumber,
        id: *mut ParamID,
    ) -> tresult {
        guard("getMidiControllerAssignment", kInvalidArgument, || {
            // SAFETY: null, or a place for the answer.
            let Some(id) = (unsafe { id.as_mut() }) else { return kInvalidArgument };
            let (Ok(channel), Ok(number)) = (u8::try_from(channel), u8::try_from(number)) else {
                return kResultFalse;
            };
            if bus != 0 || channel > 15 {
                return kResultFalse;
            }
            let Some(found) = self.assigned(channel, number) else { return kResultFalse };
            *id = found;
            kResultOk
        })
    }
}

impl IMidiMapping2Trait for Component {
    unsafe fn getNumMidi2ControllerAssignments(&self, _direction: BusDirections) -> uint32 {
        // Dyad's controllers are those of MIDI 1.
        0
    }

    unsafe fn getMidi2ControllerAssignments(
        &self,
        _direction: BusDirections,
        _list: *const Midi2ControllerParamIDAssignmentList,
    ) -> tresult {
        kResultFalse
    }

    unsafe fn getNumMidi1ControllerAssignments(&self, direction: BusDirections) -> uint32 {
        guard("getNumMidi1ControllerAssignments", 0, || {
            if direction == kInput { self.assignments().count() as uint32 } else { 0 }
        })
    }

    unsafe fn getMidi1ControllerAssignments(
        &self,
        direction: BusDirections,
        list: *const Midi1ControllerParamIDAssignmentList,
    ) -> tresult {
        guard("getMidi1ControllerAssignments", kInvalidArgument, || {
            // SAFETY: null, or the host's list.
            let Some(list) = (unsafe { list.as_ref() }) else { return kInvalidArgument };
            if direction != kInput {
                return kResultFalse;
            }
            if list.map.is_null() || (list.count as usize) < self.assignments().count() {
                return kInvalidArgument;
            }
            for (n, assignment) in self.assignments().enumerate() {
                // SAFETY: not null, with room for as many by the host's word.
                unsafe { list.map.add(n).write_unaligned(assignment) };
            }
            kResultOk
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::event;
    use dyad_core::param::{ParamInfo, ValueKind};

    #[test]
    fn controllers_lead_to_parameters_where_there_is_a_bus_for_them() {
        let info = ParamInfo::new("gain", ValueKind::Float).midi_cc(7);
        let params = [Param { info, symbol: "gain".to_owned(), vst3_id: 5, field: Some(0) }];
        let assigned =
            |events: EventPorts, number| assigned(events, &params, Controllers::of(events), 15, number);
        let takes = EventPorts::NONE.input().controllers(event::Controllers::Some(&[1, 7]));
        let wheel = Controllers::of(takes).get(15, 1).map(Controller::id);
        assert!(wheel.is_some());
        assert_eq!([7, 1, 2].map(|number| assigned(takes, number)), [Some(5), wheel, None]);
        // Assignments name a bus, and without an input of events there is none.
        for deaf in [EventPorts::NONE, EventPorts { input: false, ..takes }] {
            assert_eq!([7, 1, 2].map(|number| assigned(deaf, number)), [None; 3]);
        }
    }
}
