//! A view, with what hosts have around one.

use std::ffi::c_void;

use vst3::Steinberg::Vst::{IEditControllerTrait, IParameterFinder, IParameterFinderTrait, ViewType};
use vst3::Steinberg::{
    IPlugView, IPlugViewTrait, ViewRect, kPlatformTypeX11EmbedWindowID, kResultFalse, kResultOk, tresult,
};
use vst3::{ComPtr, ComWrapper};

use super::{Edits, Frame, Plugin};

/// A plugin's view; `None` where it has none.
#[must_use]
pub fn view_of(plugin: &Plugin) -> Option<ComPtr<IPlugView>> {
    // SAFETY: a good name; the view is ours to release.
    unsafe { ComPtr::from_raw(plugin.controller.createView(ViewType::kEditor)) }
}

/// An id that no parameter has.
const NOBODY: u32 = 0xdead_beef;

/// A plugin whose view a host has, with a handler and a frame. Dropped as hosts do it.
pub struct Seen {
    /// The view.
    pub view: ComPtr<IPlugView>,
    /// The frame around it.
    pub frame: ComWrapper<Frame>,
    /// The host's handler.
    pub edits: ComWrapper<Edits>,
    /// The plugin.
    pub plugin: Plugin,
}

impl Seen {
    /// A plugin's view, not attached yet.
    ///
    /// # Panics
    /// Where it has none.
    #[must_use]
    pub fn new(plugin: Plugin, frame: ComWrapper<Frame>) -> Self {
        let edits = Edits::new();
        // SAFETY: a valid handler.
        let result = unsafe { plugin.controller.setComponentHandler(Edits::pointer(&edits)) };
        assert_eq!(result, kResultOk);
        let view = view_of(&plugin).expect("it has an editor");
        // SAFETY: a valid frame.
        assert_eq!(unsafe { view.setFrame(Frame::pointer(&frame)) }, kResultOk);
        Self { view, frame, edits, plugin }
    }

    /// `attached` to a window with this number.
    pub fn attach(&self, window: usize) -> tresult {
        let parent = std::ptr::without_provenance_mut::<c_void>(window);
        // SAFETY: a number, as X11 has them.
        unsafe { self.view.attached(parent, kPlatformTypeX11EmbedWindowID) }
    }

    /// Its size.
    ///
    /// # Panics
    /// Where it does not say.
    #[must_use]
    pub fn size(&self) -> [i32; 2] {
        let mut rect = ViewRect { left: 0, top: 0, right: 0, bottom: 0 };
        // SAFETY: a place for the answer.
        assert_eq!(unsafe { self.view.getSize(&mut rect) }, kResultOk);
        [rect.right - rect.left, rect.bottom - rect.top]
    }

    /// The id of the parameter that the view says is at this place.
    ///
    /// # Panics
    /// Where it can't be asked, or says something else than yes or no.
    #[must_use]
    pub fn find(&self, (x, y): (i32, i32)) -> Option<u32> {
        let finder = self.view.cast::<IParameterFinder>().expect("it knows where parameters are");
        let mut id = NOBODY;
        // SAFETY: a place for the answer.
        let result = unsafe { finder.findParameter(x, y, &mut id) };
        assert!(result == kResultOk || result == kResultFalse, "findParameter says {result}");
        if result == kResultOk {
            return Some(id);
        }
        assert_eq!(id, NOBODY, "nothing is said where there is nothing");
        None
    }

    /// `onSize`.
    pub fn resize(&self, [width, height]: [i32; 2]) -> tresult {
        let mut rect = ViewRect { left: 0, top: 0, right: width, bottom: height };
        // SAFETY: a rectangle.
        unsafe { self.view.onSize(&mut rect) }
    }

    /// What `checkSizeConstraint` makes of a size.
    ///
    /// # Panics
    /// Where it refuses.
    #[must_use]
    pub fn constrained(&self, [width, height]: [i32; 2]) -> [i32; 2] {
        let mut rect = ViewRect { left: 10, top: 20, right: 10 + width, bottom: 20 + height };
        // SAFETY: a rectangle.
        assert_eq!(unsafe { self.view.checkSizeConstraint(&mut rect) }, kResultOk);
        assert_eq!([rect.left, rect.top], [10, 20], "it stays where it is");
        [rect.right - rect.left, rect.bottom - rect.top]
    }
}

impl Drop for Seen {
    fn drop(&mut self) {
        // SAFETY: valid; null takes frame and handler away.
        unsafe {
            self.view.removed();
            self.view.setFrame(std::ptr::null_mut());
            self.plugin.controller.setComponentHandler(std::ptr::null_mut());
        }
    }
}
