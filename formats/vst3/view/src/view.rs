//! The view itself, as the host calls it. `[main-thread]`, all of it.

use std::ffi::c_void;
use std::sync::Arc;

use dyad_core::guard::guard;
use dyad_editor_abi::ToEditor;
use vst3::Steinberg::IPlugViewContentScaleSupport_::ScaleFactor;
use vst3::Steinberg::Vst::{IParameterFinder, IParameterFinderTrait, ParamID};
use vst3::Steinberg::{
    FIDString, IPlugFrame, IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupportTrait,
    IPlugViewTrait, TBool, ViewRect, char16, int16, int32, kInternalError, kInvalidArgument,
    kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::is;
use crate::null_safe::Safe;
use crate::session::Session;
use crate::wish::Wish;

/// One view. The instance may go before it.
pub(crate) struct View {
    session: Arc<Session>,
}

impl Class for View {
    type Interfaces = Safe<(IPlugView, IPlugViewContentScaleSupport, IParameterFinder)>;
}

impl View {
    /// A view with one reference. `[main-thread]`
    pub(crate) fn create(session: Arc<Session>) -> *mut IPlugView {
        let view = ComWrapper::new(Self { session: Arc::clone(&session) });
        let view = view.to_com_ptr::<IPlugView>().map_or(std::ptr::null_mut(), ComPtr::into_raw);
        session.belong(view);
        view
    }

    /// Runs `body`, in which the host may be called and may let go of us.
    #[inline(never)]
    fn run(&self, entry: &str, body: &mut dyn FnMut(&Session) -> tresult) -> tresult {
        guard(entry, kInternalError, || {
            let session = Arc::clone(&self.session);
            let _view = session.keep();
            body(&session)
        })
    }

    fn key(&self, key: char16, code: int16, modifiers: int16, down: bool) -> tresult {
        self.run("a key", &mut |session| {
            let character = char::from_u32(u32::from(key)).map_or(0, u32::from);
            let (code, modifiers) = (u32::try_from(code).unwrap_or(0), u32::from(modifiers as u16));
            let desk = session.desk();
            let used = desk.open.as_ref().is_some_and(|open| open.key(character, code, modifiers, down));
            if used { kResultOk } else { kResultFalse }
        })
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // Where the host lets go of it without `removed`.
        guard("release", (), || {
            self.session.belong(std::ptr::null_mut());
            self.session.close();
            drop(self.session.set_frame(None));
        });
    }
}

/// A rectangle's size, where it is one.
fn size_of(rect: &ViewRect) -> Option<[u32; 2]> {
    let side = |from: i32, to: i32| u32::try_from(to.checked_sub(from)?).ok().filter(|side| *side > 0);
    Some([side(rect.left, rect.right)?, side(rect.top, rect.bottom)?])
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, kind: FIDString) -> tresult {
        // SAFETY: null, or text that ends with 0.
        if unsafe { is(kind, kPlatformTypeX11EmbedWindowID) } { kResultOk } else { kResultFalse }
    }

    unsafe fn attached(&self, parent: *mut c_void, kind: FIDString) -> tresult {
        self.run("attached", &mut |session| {
            // SAFETY: as above.
            if parent.is_null() || !unsafe { is(kind, kPlatformTypeX11EmbedWindowID) } {
                return kInvalidArgument;
            }
            // The window's number, in the place of a pointer.
            if session.open(parent.addr() as u64) { kResultOk } else { kResultFalse }
        })
    }

    unsafe fn removed(&self) -> tresult {
        self.run("removed", &mut |session| {
            session.close();
            kResultOk
        })
    }

    unsafe fn onWheel(&self, _distance: f32) -> tresult {
        // Its window gets the wheel by itself.
        kResultFalse
    }

    unsafe fn onKeyDown(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        self.key(key, code, modifiers, true)
    }

    unsafe fn onKeyUp(&self, key: char16, code: int16, modifiers: int16) -> tresult {
        self.key(key, code, modifiers, false)
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        self.run("getSize", &mut |session| {
            // SAFETY: null, or a place for the answer.
            let Some(rect) = (unsafe { size.as_mut() }) else { return kInvalidArgument };
            let [width, height] = session.desk().size.get(&session.parts().table);
            *rect = ViewRect { left: 0, top: 0, right: width as i32, bottom: height as i32 };
            kResultOk
        })
    }

    unsafe fn onSize(&self, size: *mut ViewRect) -> tresult {
        self.run("onSize", &mut |session| {
            // SAFETY: null, or a rectangle.
            let Some([width, height]) = unsafe { size.as_ref() }.and_then(size_of) else {
                return kInvalidArgument;
            };
            let mut desk = session.desk();
            desk.size.set([width, height]);
            desk.size.keep(&session.parts().table);
            if let Some(open) = &mut desk.open {
                open.tell(&ToEditor::Size { width, height });
            }
            kResultOk
        })
    }

    unsafe fn onFocus(&self, _state: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        self.run("setFrame", &mut |session| {
            // SAFETY: null or a valid frame, of which we keep a reference of our own.
            let new = unsafe { ComRef::from_raw(frame) }.map(|frame| frame.to_com_ptr());
            let late = new.is_some();
            // The old one is released only here, because that calls the host.
            drop(session.set_frame(new));
            if late {
                session.reconnect();
            }
            kResultOk
        })
    }

    unsafe fn canResize(&self) -> tresult {
        self.run("canResize", &mut |session| {
            let measure = session.desk().size.measure(&session.parts().table);
            if measure.resizable != 0 { kResultOk } else { kResultFalse }
        })
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        self.run("checkSizeConstraint", &mut |session| {
            // SAFETY: null, or a rectangle that is to be made fit.
            let Some(rect) = (unsafe { rect.as_mut() }) else { return kInvalidArgument };
            let asked = size_of(rect).unwrap_or([1; 2]);
            let [width, height] = session.desk().size.fit(&session.parts().table, asked);
            rect.right = rect.left.saturating_add_unsigned(width);
            rect.bottom = rect.top.saturating_add_unsigned(height);
            kResultOk
        })
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: ScaleFactor) -> tresult {
        self.run("setContentScaleFactor", &mut |session| {
            let mut desk = session.desk();
            let table = &session.parts().table;
            let (known, before) = (desk.size.said_scale(), desk.size.get(table));
            if !desk.size.set_scale(f64::from(factor)) {
                return kInvalidArgument;
            }
            if desk.size.said_scale() == known {
                return kResultOk;
            }
            let Some(open) = &mut desk.open else { return kResultOk };
            open.tell(&ToEditor::Scale(f64::from(factor)));
            if desk.size.get(table) == before {
                return kResultOk;
            }
            // Reaper resizes from its run loop only, and there we come by ourselves.
            if desk.ticks.is_some() {
                desk.wishes.push_back(Wish::Scaled(before));
                return kResultOk;
            }
            drop(desk);
            session.rescale(before);
            kResultOk
        })
    }
}

impl IParameterFinderTrait for View {
    unsafe fn findParameter(&self, x: int32, y: int32, tag: *mut ParamID) -> tresult {
        self.run("findParameter", &mut |session| {
            // SAFETY: null, or a place for the answer.
            let Some(tag) = (unsafe { tag.as_mut() }) else { return kInvalidArgument };
            let index = session.desk().open.as_ref().and_then(|open| open.find(x, y));
            let param = index.and_then(|index| session.parts().description.params.get(index));
            let Some(param) = param else { return kResultFalse };
            *tag = param.vst3_id;
            kResultOk
        })
    }
}
