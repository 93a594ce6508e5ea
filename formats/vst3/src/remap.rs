//! Parameters by the ids that they had in other versions.

use dyad_core::guard::guard;
use dyad_core::identity::vst3_param_id;
use vst3::Steinberg::Vst::{IRemapParamIDTrait, ParamID};
use vst3::Steinberg::{TUID, kInvalidArgument, kResultFalse, kResultOk, tresult};

use crate::component::Component;
use crate::factory::class_id;

impl IRemapParamIDTrait for Component {
    unsafe fn getCompatibleParamID(
        &self,
        plugin: *const TUID,
        old: ParamID,
        answer: *mut ParamID,
    ) -> tresult {
        guard("getCompatibleParamID", kInvalidArgument, || {
            // SAFETY: null, or an id; null, or a place for the answer.
            let (Some(plugin), Some(answer)) = (unsafe { plugin.as_ref() }, unsafe { answer.as_mut() })
            else {
                return kInvalidArgument;
            };
            // We replace nobody else's plugins.
            if *plugin != class_id(self.description.info.id) {
                return kResultFalse;
            }
            // A parameter that was renamed keeps its id; but a host may have one that was made of a former name,
            // where an author has begun the lock anew.
            let former = |id: &str| vst3_param_id(id) == old;
            let mut params = self.description.params.iter();
            let known = params.find(|param| param.vst3_id == old || param.info.former_ids().any(former));
            match known {
                Some(param) => *answer = param.vst3_id,
                None if self.knows(old) => *answer = old,
                None => return kResultFalse,
            }
            kResultOk
        })
    }
}
