//! Small words between host and controller: how knobs turn, help, and edits in the host's own controls.

use dyad_core::guard::guard;
use vst3::Steinberg::Vst::KnobModes_::kLinearMode;
use vst3::Steinberg::Vst::{IEditController2Trait, IEditControllerHostEditingTrait, KnobMode, ParamID};
use vst3::Steinberg::{TBool, kInvalidArgument, kResultFalse, kResultOk, tresult};

use crate::component::Component;

impl IEditController2Trait for Component {
    unsafe fn setKnobMode(&self, mode: KnobMode) -> tresult {
        // Our knobs follow a hand that moves up and down.
        if mode == kLinearMode { kResultOk } else { kResultFalse }
    }

    unsafe fn openHelp(&self, _only_check: TBool) -> tresult {
        kResultFalse
    }

    unsafe fn openAboutBox(&self, _only_check: TBool) -> tresult {
        kResultFalse
    }
}

/// Ardour gives places in its list to parameters that can't be automated only where a controller has this. So it is
/// here from the first release on: to add it later would move automation in people's sessions.
impl IEditControllerHostEditingTrait for Component {
    unsafe fn beginEditFromHost(&self, id: ParamID) -> tresult {
        self.host_edits("beginEditFromHost", id)
    }

    unsafe fn endEditFromHost(&self, id: ParamID) -> tresult {
        self.host_edits("endEditFromHost", id)
    }
}

impl Component {
    /// The value itself comes by `setParamNormalized`, so there is nothing else to do.
    fn host_edits(&self, entry: &str, id: ParamID) -> tresult {
        guard(entry, kInvalidArgument, || if self.knows(id) { kResultOk } else { kInvalidArgument })
    }
}
