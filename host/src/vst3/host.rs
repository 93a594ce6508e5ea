//! What the plugin sees of this host: the application and the component handler.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "edits come on the main thread, and `try_send` does not wait")]

use std::ffi::c_void;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use vst3::Steinberg::Linux::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComWrapper, Interface};

use super::message::{Attributes, Message};
use super::text::to_string128;
use super::turns::{Turns, run_loop};

/// The host application, the context of everything the module makes.
pub(super) struct Application {
    turns: Rc<Turns>,
}

impl Class for Application {
    type Interfaces = (IHostApplication, IPlugInterfaceSupport, IRunLoop);
}

impl Application {
    pub(super) fn create(turns: &Rc<Turns>) -> Option<ComPtr<IHostApplication>> {
        ComWrapper::new(Self { turns: Rc::clone(turns) }).to_com_ptr()
    }
}

run_loop!(Application);

impl IHostApplicationTrait for Application {
    unsafe fn getName(&self, name: *mut String128) -> tresult {
        // SAFETY: null or a field of the plugin.
        let Some(name) = (unsafe { name.as_mut() }) else { return kInvalidArgument };
        *name = to_string128("Dyad host");
        kResultOk
    }

    unsafe fn createInstance(
        &self,
        class: *mut TUID,
        _interface: *mut TUID,
        object: *mut *mut c_void,
    ) -> tresult {
        // SAFETY: null or an id and a variable of the plugin.
        let (Some(class), Some(object)) = (unsafe { (class.as_ref(), object.as_mut()) }) else {
            return kInvalidArgument;
        };
        *object = std::ptr::null_mut();
        if is(class, &IMessage::IID) {
            *object = Message::create().map_or(std::ptr::null_mut(), |m| m.into_raw().cast());
        } else if is(class, &IAttributeList::IID) {
            *object = Attributes::create().map_or(std::ptr::null_mut(), |a| a.into_raw().cast());
        }
        if object.is_null() { kNoInterface } else { kResultOk }
    }
}

impl IPlugInterfaceSupportTrait for Application {
    unsafe fn isPlugInterfaceSupported(&self, interface: *const TUID) -> tresult {
        // SAFETY: null or an id of the plugin.
        let Some(interface) = (unsafe { interface.as_ref() }) else { return kInvalidArgument };
        let supported = [
            &IComponent::IID,
            &IAudioProcessor::IID,
            &IEditController::IID,
            &IConnectionPoint::IID,
            &IMidiMapping::IID,
            &IPlugView::IID,
            &IPlugFrame::IID,
            &IPlugViewContentScaleSupport::IID,
            &IRunLoop::IID,
        ];
        if supported.into_iter().any(|id| is(interface, id)) { kResultTrue } else { kResultFalse }
    }
}

fn is(id: &TUID, other: &[u8; 16]) -> bool {
    id.iter().map(|byte| byte.cast_unsigned()).eq(other.iter().copied())
}

/// How many edits may wait for the audio side; further ones are lost, as no user makes that many.
const EDITS: usize = 1024;

/// What the controller does by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Told {
    Begin(ParamID),
    Value(ParamID, ParamValue),
    End(ParamID),
    /// The flags of a restart.
    Restart(int32),
}

/// Where the controller's edits come out.
pub(super) type Edits = Receiver<Told>;

/// Hears the controller's edits and requests.
pub(super) struct Handler {
    edits: SyncSender<Told>,
}

impl Class for Handler {
    type Interfaces = (IComponentHandler, IComponentHandler2);
}

impl Handler {
    /// The handler and the end where edits come out.
    pub(super) fn create() -> Option<(ComPtr<IComponentHandler>, Edits)> {
        let (edits, receiver) = sync_channel(EDITS);
        Some((ComWrapper::new(Self { edits }).to_com_ptr()?, receiver))
    }

    fn tell(&self, told: Told) -> tresult {
        if self.edits.try_send(told).is_ok() { kResultOk } else { kResultFalse }
    }
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        self.tell(Told::Begin(id))
    }

    unsafe fn performEdit(&self, id: ParamID, value: ParamValue) -> tresult {
        if !value.is_finite() {
            return kInvalidArgument;
        }
        self.tell(Told::Value(id, value.clamp(0.0, 1.0)))
    }

    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        self.tell(Told::End(id))
    }

    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        // It has its turn on the main thread.
        let _ = self.tell(Told::Restart(flags));
        kResultOk
    }
}

impl IComponentHandler2Trait for Handler {
    unsafe fn setDirty(&self, _dirty: TBool) -> tresult {
        kResultOk
    }

    unsafe fn requestOpenEditor(&self, _name: FIDString) -> tresult {
        kResultFalse
    }

    unsafe fn startGroupEdit(&self) -> tresult {
        kResultOk
    }

    unsafe fn finishGroupEdit(&self) -> tresult {
        kResultOk
    }
}
