//! A VST3 plugin's editor: `IPlugView` in a window of the host's, with `IPlugFrame` behind it.
#![allow(unsafe_code)]

use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::Duration;

use vst3::Steinberg::Linux::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComRef, ComWrapper};

use super::instance::Instance;
use super::keys;
use super::turns::{Turns, run_loop};
use crate::child::Hosted;
use crate::gui::{Deed, EditorSetup, Key, Limits, MAX_SIDE, NoView, Refusal, View, Window};

/// What the view sees of the window.
struct Frame {
    window: Rc<Window>,
    turns: Rc<Turns>,
    wishes: RefCell<Vec<Deed>>,
    /// A wish is being followed, and the view wishes again meanwhile.
    busy: Cell<bool>,
}

impl Class for Frame {
    type Interfaces = (IPlugFrame, IRunLoop);
}

run_loop!(Frame);

impl IPlugFrameTrait for Frame {
    unsafe fn resizeView(&self, view: *mut IPlugView, rect: *mut ViewRect) -> tresult {
        // SAFETY: null or the view and a rectangle of its own.
        let (Some(view), Some(wanted)) = (unsafe { (ComRef::from_raw(view), rect.as_ref()) }) else {
            return kInvalidArgument;
        };
        let Some(size) = size_of_rect(wanted) else { return kInvalidArgument };
        self.wishes.borrow_mut().push(Deed::Detail(format!("wish {}x{}", size[0], size[1])));
        self.window.resize(size);
        if !self.busy.replace(true) {
            let mut rect = rect_of(size);
            // SAFETY: the rectangle is a local variable, and the view lives through the call.
            unsafe { view.onSize(&mut rect) };
            self.busy.set(false);
        }
        kResultOk
    }
}

/// An open view; goes in the order that VST3 asks for.
pub(super) struct VstView<'a> {
    instance: &'a mut Instance,
    view: ComPtr<IPlugView>,
    frame: ComWrapper<Frame>,
    turns: Rc<Turns>,
    window: Rc<Window>,
    deeds: Vec<Deed>,
}

impl<'a> VstView<'a> {
    pub(super) fn open(
        instance: &'a mut Instance,
        turns: Rc<Turns>,
        window: &Rc<Window>,
        setup: &EditorSetup,
    ) -> Result<Self, NoView> {
        let none = |reason: &str| NoView::new(Refusal::None, reason);
        let controller =
            instance.component.controller.as_ref().ok_or_else(|| none("the plugin has no editor"))?;
        // SAFETY: the name is a constant; what comes back is null or a reference that is the caller's.
        let view = unsafe { ComPtr::from_raw(controller.createView(ViewType::kEditor)) };
        let view = view.ok_or_else(|| none("the plugin has no editor (createView gave none)"))?;
        // SAFETY: the name is a constant.
        if unsafe { view.isPlatformTypeSupported(kPlatformTypeX11EmbedWindowID) } != kResultTrue {
            let reason = "its editor is not for X11 (it refuses X11EmbedWindowID)";
            return Err(NoView::new(Refusal::Foreign, reason));
        }
        let wishes = RefCell::default();
        let (shared, turns_too) = (Rc::clone(window), Rc::clone(&turns));
        let frame =
            ComWrapper::new(Frame { window: shared, turns: turns_too, wishes, busy: Cell::new(false) });
        let face = frame.to_com_ptr::<IPlugFrame>();
        let face = face.ok_or_else(|| NoView::broken("the frame could not be made"))?;
        let parent = window.id() as usize as *mut c_void;
        // SAFETY: the frame and the window outlive the view's use of them: `drop` takes both away.
        let attached = unsafe {
            view.setFrame(face.as_ptr());
            if let (Some(scale), Some(scalable)) =
                (setup.scale, view.cast::<IPlugViewContentScaleSupport>())
            {
                scalable.setContentScaleFactor(scale);
            }
            if let Some(size) = size_of(&view) {
                window.resize(size);
            }
            view.attached(parent, kPlatformTypeX11EmbedWindowID)
        };
        if attached != kResultOk {
            // SAFETY: nothing was attached, so only the frame is taken away.
            unsafe { view.setFrame(std::ptr::null_mut()) };
            return Err(NoView::broken(format!("its editor did not open (attached gave {attached})")));
        }
        let made = Self { instance, view, frame, turns, window: Rc::clone(window), deeds: Vec::new() };
        made.settle(setup.size);
        Ok(made)
    }

    /// Gives the window the view's size, or the view the user's where it can.
    fn settle(&self, wanted: Option<[u32; 2]>) {
        let size = size_of(&self.view).unwrap_or(self.window.size());
        // SAFETY: no pointers.
        let free = unsafe { self.view.canResize() } == kResultTrue;
        let size = match wanted.filter(|_| free) {
            Some(wanted) => {
                let taken = self.constrained(wanted);
                self.tell_size(taken);
                taken
            }
            None => size,
        };
        self.window.resize(size);
        self.window.set_limits(Limits { fixed: !free, ..Limits::default() });
    }

    /// The size nearest to this one that the view takes.
    fn constrained(&self, size: [u32; 2]) -> [u32; 2] {
        let mut rect = rect_of(size);
        // SAFETY: the rectangle is a local variable.
        let result = unsafe { self.view.checkSizeConstraint(&mut rect) };
        size_of_rect(&rect).filter(|_| result == kResultTrue).unwrap_or(size)
    }

    fn tell_size(&self, size: [u32; 2]) {
        let mut rect = rect_of(size);
        self.frame.busy.set(true);
        // SAFETY: the rectangle is a local variable.
        unsafe { self.view.onSize(&mut rect) };
        self.frame.busy.set(false);
    }
}

impl View for VstView<'_> {
    fn resized(&mut self, size: [u32; 2]) {
        // SAFETY: no pointers.
        if unsafe { self.view.canResize() } != kResultTrue {
            return;
        }
        let taken = self.constrained(size);
        self.tell_size(taken);
        self.window.resize(taken);
    }

    fn key(&mut self, key: &Key) -> bool {
        let (character, code, modifiers) = keys::translate(key);
        // SAFETY: no pointers.
        let result = unsafe {
            match key.down {
                true => self.view.onKeyDown(character, code, modifiers),
                false => self.view.onKeyUp(character, code, modifiers),
            }
        };
        result == kResultTrue
    }

    fn plugin(&mut self) -> &mut dyn Hosted {
        self.instance
    }

    fn sockets(&self) -> Vec<RawFd> {
        self.turns.sockets()
    }

    fn lose(&mut self, socket: RawFd) {
        self.turns.lose(socket);
        let text = format!("the editor closed the socket {socket} before it took it from the run loop");
        self.deeds.push(Deed::Detail(text));
    }

    fn due(&self) -> Option<Duration> {
        self.turns.due()
    }

    fn serve(&mut self, ready: &[RawFd]) -> bool {
        self.turns.serve(ready);
        true
    }

    fn deeds(&mut self) -> Vec<Deed> {
        let mut deeds = std::mem::take(&mut self.deeds);
        deeds.extend(self.instance.deeds());
        deeds.extend(self.frame.wishes.take());
        deeds
    }
}

impl Drop for VstView<'_> {
    fn drop(&mut self) {
        // The frame goes last: many views only then know the run loop that they leave.
        // SAFETY: it was attached; the frame lives until the end of this value.
        unsafe {
            self.view.removed();
            self.view.setFrame(std::ptr::null_mut());
        }
        let (sockets, timers) = self.turns.count();
        if sockets + timers > 0 {
            eprintln!("dyad-host child: the editor left {sockets} sockets and {timers} timers registered");
        }
    }
}

fn size_of(view: &ComPtr<IPlugView>) -> Option<[u32; 2]> {
    let mut rect = ViewRect { left: 0, top: 0, right: 0, bottom: 0 };
    // SAFETY: the rectangle is a local variable.
    let result = unsafe { view.getSize(&mut rect) };
    size_of_rect(&rect).filter(|_| result == kResultOk)
}

fn size_of_rect(rect: &ViewRect) -> Option<[u32; 2]> {
    let side = |from: i32, to: i32| {
        let side = to.checked_sub(from).and_then(|side| u32::try_from(side).ok());
        side.filter(|side| (1..=MAX_SIDE).contains(side))
    };
    Some([side(rect.left, rect.right)?, side(rect.top, rect.bottom)?])
}

fn rect_of([width, height]: [u32; 2]) -> ViewRect {
    ViewRect { left: 0, top: 0, right: width.cast_signed(), bottom: height.cast_signed() }
}
