//! The controller side: parameters as the host's main thread sees them.

use dyad_core::Plugin;
use dyad_core::guard::guard;
use dyad_core::param::{Role, ValueKind};
use std::ffi::c_char;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::{
    kCanAutomate, kIsBypass, kIsHidden, kIsList, kIsReadOnly,
};
use vst3::Steinberg::Vst::{
    IComponentHandler, IEditControllerTrait, ParamID, ParamValue, ParameterInfo, String128, TChar,
    kRootUnitId,
};
use vst3::Steinberg::{IBStream, IPlugView, int32, kInvalidArgument, kResultFalse, kResultOk, tresult};
use vst3::{ComPtr, ComRef};

use crate::component::Component;
use crate::text::{read_utf16, write_utf16};

impl<P: Plugin> Component<P> {
    fn param(&self, id: ParamID) -> Option<(usize, &'static dyad_core::Param)> {
        let index = self.description.index_of_vst3_id(id)?;
        Some((index, &self.description.params[index]))
    }
}

impl<P: Plugin> IEditControllerTrait for Component<P> {
    unsafe fn setComponentState(&self, state: *mut IBStream) -> tresult {
        // The component is this object, so the controller has the state already.
        if state.is_null() { kInvalidArgument } else { kResultOk }
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        // The component's state is all there is.
        if state.is_null() { kInvalidArgument } else { kResultOk }
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        if state.is_null() { kInvalidArgument } else { kResultOk }
    }

    unsafe fn getParameterCount(&self) -> int32 {
        self.description.params.len() as int32
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        guard("getParameterInfo", kInvalidArgument, || {
            let param = usize::try_from(index).ok().and_then(|n| self.description.params.get(n));
            // SAFETY: null, or a place that the host gives for the answer.
            let (Some(param), Some(answer)) = (param, unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            let info = &param.info;
            answer.id = param.vst3_id;
            write_utf16(&mut answer.title, &info.name);
            write_utf16(&mut answer.shortTitle, &info.name);
            write_utf16(&mut answer.units, info.unit.label());
            answer.stepCount = info.range.steps() as int32;
            answer.defaultNormalizedValue = info.range.normalize(info.default);
            answer.unitId = kRootUnitId;
            let list = if matches!(info.kind, ValueKind::Choice(_)) { kIsList } else { 0 };
            answer.flags = match info.role {
                Role::Normal => kCanAutomate | list,
                Role::Bypass => kCanAutomate | kIsBypass,
                Role::Trigger => kCanAutomate,
                Role::Meter => kIsReadOnly,
                Role::Removed => kIsHidden | kIsReadOnly,
            };
            kResultOk
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
            let (Some((_, param)), Some(text)) = (self.param(id), unsafe { text.as_mut() }) else {
                return kInvalidArgument;
            };
            write_utf16(text, &param.info.value_text(param.info.range.plain(value)));
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
            let (Some((_, param)), Some(text), Some(value)) = (self.param(id), text, value) else {
                return kInvalidArgument;
            };
            let Some(plain) = param.info.parse_text(&text) else { return kResultFalse };
            *value = param.info.range.normalize(plain);
            kResultOk
        })
    }

    unsafe fn normalizedParamToPlain(&self, id: ParamID, value: ParamValue) -> ParamValue {
        guard("normalizedParamToPlain", value, || {
            self.param(id).map_or(value, |(_, param)| param.info.range.plain(value))
        })
    }

    unsafe fn plainParamToNormalized(&self, id: ParamID, value: ParamValue) -> ParamValue {
        guard("plainParamToNormalized", value, || {
            self.param(id).map_or(value, |(_, param)| param.info.range.normalize(value))
        })
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        guard("getParamNormalized", 0.0, || {
            self.param(id)
                .map_or(0.0, |(index, param)| param.info.range.normalize(self.shared.store.shown(index)))
        })
    }

    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        guard("setParamNormalized", kInvalidArgument, || {
            let Some((index, param)) = self.param(id) else { return kInvalidArgument };
            if value.is_nan() {
                return kInvalidArgument;
            }
            // The sound gets its values through `process`; hosts send late ones here, to be shown.
            if matches!(param.info.role, Role::Normal | Role::Bypass) {
                self.shared.store.show(index, param.info.range.plain(value));
            }
            kResultOk
        })
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        // SAFETY: null or a valid handler, of which we keep a reference of our own.
        let mut new = unsafe { ComRef::from_raw(handler) }.map(|handler| handler.to_com_ptr());
        let result = self.on_main("setComponentHandler", |main| {
            std::mem::swap(&mut main.handler, &mut new);
            kResultOk
        });
        // The old one is released only now, because that calls the host.
        guard("release", (), || drop::<Option<ComPtr<IComponentHandler>>>(new));
        result
    }

    unsafe fn createView(&self, _name: *const c_char) -> *mut IPlugView {
        std::ptr::null_mut()
    }
}
