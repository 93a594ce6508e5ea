//! A host's handler that tells what it hears.

#[expect(clippy::disallowed_types, reason = "a host's own thread, not an audio thread")]
use std::sync::mpsc::Sender;
use std::sync::mpsc::{Receiver, channel};
use std::thread::{ThreadId, current};
use std::time::Duration;

use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandlerTrait, ParamID,
    ParamValue,
};
use vst3::Steinberg::{FIDString, TBool, int32, kNotImplemented, kResultOk, tresult};
use vst3::{Class, ComWrapper};

/// What a handler hears, and on which thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// `restartComponent` with these flags.
    Restart(i32, ThreadId),
    /// `setDirty`.
    Dirty(bool, ThreadId),
    /// Something that no test of ours should make it hear.
    Edit,
}

/// A handler; what it does when it is to restart is the test's affair.
pub struct Handler {
    #[expect(clippy::disallowed_types, reason = "as above")]
    told: Sender<Heard>,
    restart: Box<dyn Fn()>,
}

impl Class for Handler {
    type Interfaces = (IComponentHandler, IComponentHandler2);
}

impl Handler {
    /// A handler, and where its news come from.
    #[must_use]
    pub fn new(restart: impl Fn() + 'static) -> (ComWrapper<Self>, Receiver<Heard>) {
        let (told, news) = channel();
        (ComWrapper::new(Self { told, restart: Box::new(restart) }), news)
    }

    /// The pointer for a plugin.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(handler: &ComWrapper<Self>) -> *mut IComponentHandler {
        handler.as_com_ref::<IComponentHandler>().expect("it is a handler").as_ptr()
    }

    /// The next news; fails where there is none for longer than any machine is slow.
    ///
    /// # Panics
    /// That is its purpose.
    pub fn wait(news: &Receiver<Heard>) -> Heard {
        news.recv_timeout(Duration::from_secs(20)).expect("the host hears of it")
    }
}

impl IComponentHandlerTrait for Handler {
    unsafe fn beginEdit(&self, _id: ParamID) -> tresult {
        let _ = self.told.send(Heard::Edit);
        kResultOk
    }
    unsafe fn performEdit(&self, _id: ParamID, _value: ParamValue) -> tresult {
        let _ = self.told.send(Heard::Edit);
        kResultOk
    }
    unsafe fn endEdit(&self, _id: ParamID) -> tresult {
        let _ = self.told.send(Heard::Edit);
        kResultOk
    }
    unsafe fn restartComponent(&self, flags: int32) -> tresult {
        (self.restart)();
        let _ = self.told.send(Heard::Restart(flags, current().id()));
        kResultOk
    }
}

impl IComponentHandler2Trait for Handler {
    unsafe fn setDirty(&self, state: TBool) -> tresult {
        let _ = self.told.send(Heard::Dirty(state != 0, current().id()));
        kResultOk
    }
    unsafe fn requestOpenEditor(&self, _name: FIDString) -> tresult {
        kNotImplemented
    }
    unsafe fn startGroupEdit(&self) -> tresult {
        kNotImplemented
    }
    unsafe fn finishGroupEdit(&self) -> tresult {
        kNotImplemented
    }
}
