//! The controller side: parameters as the host's main thread sees them.

use std::ffi::c_char;
use std::sync::atomic::Ordering;

use dyad_core::Param;
use dyad_core::guard::guard;
use dyad_core::param::{ParamInfo, Role, ValueKind};
use vst3::ComRef;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{
    kCanAutomate, kIsBypass, kIsHidden, kIsList, kIsReadOnly,
};
use vst3::Steinberg::Vst::{
    IComponentHandler, IEditControllerTrait, ParamID, ParamValue, ParameterInfo, String128, TChar,
    kRootUnitId,
};
use vst3::Steinberg::{
    IBStream, IPlugView, int32, kInternalError, kInvalidArgument, kResultFalse, kResultOk, tresult,
};

use crate::behind::Behind;
use crate::component::Component;
use crate::controllers::Controller;
use crate::text::{read_utf16, write_utf16};

/// What an id means.
enum Known {
    /// A parameter of the plugin's, with its position.
    Param(usize, &'static Param),
    /// A MIDI controller.
    Controller(Controller),
    /// What chooses a program.
    Program,
}

impl Known {
    /// Runs `body` with what it is; the choice of a program is none of these.
    fn with<R>(&self, body: impl FnOnce(&ParamInfo) -> R) -> Option<R> {
        match self {
            Self::Param(_, param) => Some(body(&param.info)),
            Self::Controller(controller) => Some(body(&controller.info())),
            Self::Program => None,
        }
    }
}

impl Component {
    fn known(&self, id: ParamID) -> Option<Known> {
        if let Some(index) = self.description.index_of_vst3_id(id) {
            return Some(Known::Param(index, &self.description.params[index]));
        }
        if self.programs.is_param(id) {
            return Some(Known::Program);
        }
        self.controllers.find(id).map(Known::Controller)
    }

    /// Whether there is a parameter with this id.
    pub(crate) fn knows(&self, id: ParamID) -> bool {
        self.known(id).is_some()
    }

    /// How many parameters hosts see: the plugin's own, its MIDI controllers, and what chooses a program.
    fn count(&self) -> usize {
        self.description.params.len() + self.controllers.params() + usize::from(self.programs.any())
    }

    /// Chooses a program, and loads it where the host is on its main thread.
    fn choose_program(&self, value: ParamValue) -> tresult {
        guard("setParamNormalized", kInternalError, || {
            if value.is_nan() {
                return kInvalidArgument;
            }
            self.programs.want(value);
            if !self.is_on_main() {
                return kResultOk;
            }
            let loaded = self.programs.settle();
            self.notices.expect();
            if loaded { kResultOk } else { kResultFalse }
        })
    }

    fn describe(&self, index: usize, answer: &mut ParameterInfo) -> Option<()> {
        let Some(param) = self.description.params.get(index) else {
            if self.programs.any() && index + 1 == self.count() {
                self.programs.describe_param(answer);
                return Some(());
            }
            let controller = self.controllers.nth(index - self.description.params.len())?;
            let title = controller.title();
            answer.id = controller.id();
            write_utf16(&mut answer.title, &title);
            write_utf16(&mut answer.shortTitle, &title);
            write_utf16(&mut answer.units, "");
            answer.stepCount = 0;
            answer.defaultNormalizedValue = controller.rest();
            answer.unitId = kRootUnitId;
            answer.flags = kIsHidden;
            return Some(());
        };
        let info = &param.info;
        answer.id = param.vst3_id;
        write_utf16(&mut answer.title, &self.description.title(index));
        write_utf16(&mut answer.shortTitle, &info.name);
        write_utf16(&mut answer.units, info.unit.label());
        answer.stepCount = info.range.steps() as int32;
        answer.defaultNormalizedValue = info.range.normalize(info.default);
        answer.unitId = self.units.of_param(index);
        let list = if matches!(info.kind, ValueKind::Choice(_)) { kIsList } else { 0 };
        // VST3: hidden ones are never automatable.
        let open = match (info.hidden, info.automatable) {
            (true, _) => kIsHidden,
            (false, true) => kCanAutomate,
            (false, false) => 0,
        };
        answer.flags = match info.role {
            Role::Normal | Role::Trigger => open | list,
            Role::Bypass => kCanAutomate | kIsBypass,
            Role::Meter => kIsReadOnly | if info.hidden { kIsHidden } else { 0 },
            Role::Removed => kIsHidden | kIsReadOnly,
        };
        Some(())
    }
}

impl IEditControllerTrait for Component {
    unsafe fn setComponentState(&self, state: *mut IBStream) -> tresult {
        // The component is this object, so the controller has the state already.
        self.in_controller(
            "setComponentState",
            || if state.is_null() { kInvalidArgument } else { kResultOk },
        )
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        // The component's state is all there is.
        self.in_controller("setState", || if state.is_null() { kInvalidArgument } else { kResultOk })
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        if state.is_null() { kInvalidArgument } else { kResultOk }
    }

    unsafe fn getParameterCount(&self) -> int32 {
        self.count() as int32
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        guard("getParameterInfo", kInvalidArgument, || {
            // SAFETY: null, or a place that the host gives for the answer.
            let (Ok(index), Some(answer)) = (usize::try_from(index), unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            self.describe(index, answer).map_or(kInvalidArgument, |()| kResultOk)
        })
    }

    unsafe fn getParamStringByValue(
        &self,
        id: ParamID,
        value: ParamValue,
        text: *mut String128,
    ) -> tresult {
        guard("getParamStringByValue", kInvalidArgument, || {
            // SAFETY: null, or a place for the answer.
            let (Some(known), Some(text)) = (self.known(id), unsafe { text.as_mut() }) else {
                return kInvalidArgument;
            };
            match known.with(|info| info.value_text(info.range.plain(value))) {
                Some(words) => write_utf16(text, &words),
                None => self.programs.write_name(self.programs.place(value), text),
            }
            kResultOk
        })
    }

    unsafe fn getParamValueByString(
        &self,
        id: ParamID,
        text: *mut TChar,
        value: *mut ParamValue,
    ) -> tresult {
        guard("getParamValueByString", kInvalidArgument, || {
            // SAFETY: null, or text that ends with 0 or fills a String128.
            let text = unsafe { read_utf16(text) };
            // SAFETY: null, or a place for the answer.
            let value = unsafe { value.as_mut() };
            let (Some(known), Some(text), Some(value)) = (self.known(id), text, value) else {
                return kInvalidArgument;
            };
            let parse = |info: &ParamInfo| Some(info.range.normalize(info.parse_text(&text)?));
            let named = || Some(self.programs.position(self.programs.named(&text)?));
            let Some(position) = known.with(parse).unwrap_or_else(named) else { return kResultFalse };
            *value = position;
            kResultOk
        })
    }

    unsafe fn normalizedParamToPlain(&self, id: ParamID, value: ParamValue) -> ParamValue {
        guard("normalizedParamToPlain", value, || match self.known(id) {
            Some(Known::Param(_, param)) => param.info.range.plain(value),
            Some(Known::Controller(controller)) => controller.range().plain(value),
            Some(Known::Program) => self.programs.place(value) as f64,
            None => value,
        })
    }

    unsafe fn plainParamToNormalized(&self, id: ParamID, value: ParamValue) -> ParamValue {
        guard("plainParamToNormalized", value, || match self.known(id) {
            Some(Known::Param(_, param)) => param.info.range.normalize(value),
            Some(Known::Controller(controller)) => controller.range().normalize(value),
            Some(Known::Program) => self.programs.position(value.max(0.0) as usize).min(1.0),
            None => value,
        })
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        guard("getParamNormalized", 0.0, || match self.known(id) {
            Some(Known::Param(index, param)) => param.info.range.normalize(self.shared.store.shown(index)),
            Some(Known::Controller(controller)) => {
                let value = self.positions.get(self.controllers.position(controller));
                // Relaxed: a number by itself.
                value.map_or(0.0, |value| f64::from_bits(value.load(Ordering::Relaxed)))
            }
            Some(Known::Program) => self.programs.present(),
            None => 0.0,
        })
    }

    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        if self.programs.is_param(id) {
            return self.choose_program(value);
        }
        self.in_controller("setParamNormalized", || {
            if value.is_nan() {
                return kInvalidArgument;
            }
            match self.known(id) {
                // The sound gets its values through `process`; hosts send late ones here, to be shown.
                Some(Known::Param(index, param)) => {
                    if matches!(param.info.role, Role::Normal | Role::Bypass) {
                        self.shared.store.show(index, param.info.range.plain(value));
                        self.editors.show(index, self.shared.store.shown(index));
                    }
                }
                Some(Known::Controller(controller)) => {
                    if let Some(place) = self.positions.get(self.controllers.position(controller)) {
                        let value = if value > 0.0 { value.min(1.0) } else { 0.0 };
                        // Relaxed: a number by itself.
                        place.store(value.to_bits(), Ordering::Relaxed);
                    }
                }
                Some(Known::Program) | None => return kInvalidArgument,
            }
            kResultOk
        })
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        self.in_controller("setComponentHandler", || {
            // SAFETY: null or a valid handler, of which we keep a reference of our own.
            let new = unsafe { ComRef::from_raw(handler) }.map(|handler| handler.to_com_ptr());
            // The old one is released only here, because that calls the host.
            drop(self.notices.set_handler(new));
            kResultOk
        })
    }

    unsafe fn createView(&self, name: *const c_char) -> *mut IPlugView {
        guard("createView", std::ptr::null_mut(), || {
            let behind = Behind::new(&self.half, &self.notices);
            // SAFETY: null, or text that ends with 0.
            unsafe { self.editors.view(name, self.description, &self.shared, behind) }
        })
    }
}
