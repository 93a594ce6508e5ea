//! A host's handler that takes edits and gives menus.
#![allow(clippy::disallowed_types, reason = "a host's own thread, not an audio thread")]

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{ThreadId, current};

use vst3::Steinberg::Vst::{
    IComponentHandler, IComponentHandler2, IComponentHandler2Trait, IComponentHandler3,
    IComponentHandler3Trait, IComponentHandlerTrait, IContextMenu, IContextMenu_::Item, IContextMenuTarget,
    IContextMenuTrait, ParamID, ParamValue,
};
use vst3::Steinberg::{
    FIDString, IPlugView, TBool, UCoord, int32, kNotImplemented, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComWrapper};

/// One thing that it hears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// `beginEdit`.
    Begin(u32),
    /// `performEdit`.
    Set(u32, f64),
    /// `endEdit`.
    End(u32),
    /// `startGroupEdit`.
    StartGroup,
    /// `finishGroupEdit`.
    FinishGroup,
    /// `setDirty`.
    Dirty,
    /// A menu for a parameter was opened, here.
    Menu(u32, i32, i32),
}

type Heard = Arc<Mutex<Vec<(Edit, ThreadId)>>>;

/// What a host does within a call.
type Within = Box<dyn Fn(Edit) + Send>;

/// A handler.
#[derive(Default)]
pub struct Edits {
    heard: Heard,
    within: Mutex<Option<Within>>,
}

impl Class for Edits {
    type Interfaces = (IComponentHandler, IComponentHandler2, IComponentHandler3);
}

impl Edits {
    /// A handler.
    #[must_use]
    pub fn new() -> ComWrapper<Self> {
        ComWrapper::new(Self::default())
    }

    /// The pointer for a plugin.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn pointer(edits: &ComWrapper<Self>) -> *mut IComponentHandler {
        edits.as_com_ref::<IComponentHandler>().expect("it is a handler").as_ptr()
    }

    /// Does this once, within the next call.
    pub fn within(&self, within: impl Fn(Edit) + Send + 'static) {
        *self.within.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(within));
    }

    /// What it heard.
    #[must_use]
    pub fn heard(&self) -> Vec<Edit> {
        self.heard_on().into_iter().map(|(edit, _)| edit).collect()
    }

    /// The same, and on which threads.
    #[must_use]
    pub fn heard_on(&self) -> Vec<(Edit, ThreadId)> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hear(&self, edit: Edit) -> tresult {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).push((edit, current().id()));
        let within = self.within.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(within) = within {
            within(edit);
        }
        kResultOk
    }
}

impl IComponentHandlerTrait for Edits {
    unsafe fn beginEdit(&self, id: ParamID) -> tresult {
        self.hear(Edit::Begin(id))
    }
    unsafe fn performEdit(&self, id: ParamID, value: ParamValue) -> tresult {
        self.hear(Edit::Set(id, value))
    }
    unsafe fn endEdit(&self, id: ParamID) -> tresult {
        self.hear(Edit::End(id))
    }
    unsafe fn restartComponent(&self, _flags: int32) -> tresult {
        kResultOk
    }
}

impl IComponentHandler2Trait for Edits {
    unsafe fn setDirty(&self, _state: TBool) -> tresult {
        self.hear(Edit::Dirty)
    }
    unsafe fn requestOpenEditor(&self, _name: FIDString) -> tresult {
        kNotImplemented
    }
    unsafe fn startGroupEdit(&self) -> tresult {
        self.hear(Edit::StartGroup)
    }
    unsafe fn finishGroupEdit(&self) -> tresult {
        self.hear(Edit::FinishGroup)
    }
}

impl IComponentHandler3Trait for Edits {
    unsafe fn createContextMenu(&self, view: *mut IPlugView, id: *const ParamID) -> *mut IContextMenu {
        // SAFETY: null or an id.
        let Some(id) = (unsafe { id.as_ref() }).filter(|_| !view.is_null()) else {
            return std::ptr::null_mut();
        };
        let menu = ComWrapper::new(Menu(*id, Arc::clone(&self.heard))).to_com_ptr::<IContextMenu>();
        menu.map_or(std::ptr::null_mut(), vst3::ComPtr::into_raw)
    }
}

/// A menu that nobody sees.
struct Menu(u32, Heard);

impl Class for Menu {
    type Interfaces = (IContextMenu,);
}

impl IContextMenuTrait for Menu {
    unsafe fn getItemCount(&self) -> int32 {
        0
    }
    unsafe fn getItem(
        &self,
        _index: int32,
        _item: *mut Item,
        _target: *mut *mut IContextMenuTarget,
    ) -> tresult {
        kResultFalse
    }
    unsafe fn addItem(&self, _item: *const Item, _target: *mut IContextMenuTarget) -> tresult {
        kResultFalse
    }
    unsafe fn removeItem(&self, _item: *const Item, _target: *mut IContextMenuTarget) -> tresult {
        kResultFalse
    }
    unsafe fn popup(&self, x: UCoord, y: UCoord) -> tresult {
        let edit = Edit::Menu(self.0, x, y);
        self.1.lock().unwrap_or_else(PoisonError::into_inner).push((edit, current().id()));
        kResultOk
    }
}
