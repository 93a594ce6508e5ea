//! An editor's library and the functions in it.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_void};
use std::ptr::NonNull;

use libloading::os::unix::Library;
use lv2_sys::{LV2UI_Descriptor, LV2UI_Handle};

use super::Ui;
use crate::gui::NoView;

/// More descriptors than any library has.
const MAX_DESCRIPTORS: u32 = 1024;

/// The functions of an editor.
#[derive(Clone, Copy)]
pub(super) struct Functions {
    pub(super) descriptor: NonNull<LV2UI_Descriptor>,
    pub(super) handle: LV2UI_Handle,
}

impl Functions {
    /// # Safety
    /// Under this URI the interface must have this table.
    pub(super) unsafe fn extension<T: Copy>(self, uri: &CStr) -> Option<T> {
        // SAFETY: the descriptor is the library's, which stays, and what comes back is null or the table.
        unsafe {
            let found = self.descriptor.as_ref().extension_data?(uri.as_ptr());
            found.cast::<T>().as_ref().copied()
        }
    }

    pub(super) fn port_event(self, port: u32, size: u32, protocol: u32, data: *const c_void) {
        // SAFETY: the functions belong to this editor, and `data` has that many bytes.
        unsafe {
            if let Some(port_event) = self.descriptor.as_ref().port_event {
                port_event(self.handle, port, size, protocol, data);
            }
        }
    }
}

/// Opens an editor's library and finds its descriptor. The library stays until the process ends, as what
/// toolkits leave behind may still need it.
pub(super) fn open(ui: &Ui) -> Result<NonNull<LV2UI_Descriptor>, NoView> {
    type Get = unsafe extern "C" fn(u32) -> *const LV2UI_Descriptor;
    let path = ui.binary.display();
    if !ui.binary.is_file() {
        return Err(NoView::broken(format!("its editor's library {path} does not exist")));
    }
    // SAFETY: loading runs the library's initialisers; running this editor is what the process is for.
    let library = unsafe { Library::open(Some(&ui.binary), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    let library =
        library.map_err(|e| NoView::broken(format!("its editor's library does not load: {e}")))?;
    // SAFETY: LV2 defines this symbol with this type.
    let get = unsafe { library.get::<Get>(b"lv2ui_descriptor\0").map(|get| *get) };
    let get = get.map_err(|_| {
        NoView::broken(format!("its editor's library {path} has no entry point: expected lv2ui_descriptor"))
    })?;
    let _ = library.into_raw();
    for index in 0..MAX_DESCRIPTORS {
        // SAFETY: the library stays; a descriptor has a terminated URI.
        let (found, uri) = unsafe {
            let Some(found) = NonNull::new(get(index).cast_mut()) else { break };
            let uri = found.as_ref().URI;
            if uri.is_null() {
                continue;
            }
            (found, CStr::from_ptr(uri))
        };
        if uri.to_bytes() == ui.uri.as_bytes() {
            return Ok(found);
        }
    }
    Err(NoView::broken(format!("its editor's library {path} does not hold {}", ui.uri)))
}
