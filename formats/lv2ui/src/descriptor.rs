//! The descriptors of a bundle: one for the editor of each plugin.

use std::ffi::{CStr, CString, c_char, c_void};
use std::sync::OnceLock;

use dyad_core::guard::guard;
use dyad_editor::Plugin;
use dyad_lv2::features::same;
use dyad_lv2::sys;
use dyad_ttl::editor_uri;

use crate::entry;

/// A descriptor with what belongs to it.
pub(crate) struct Exported {
    descriptor: sys::LV2UI_Descriptor,
    uri: CString,
    pub(crate) plugin: &'static Plugin,
}

// SAFETY: never changed after it was made; the descriptor's pointers are to functions and to `uri`.
unsafe impl Send for Exported {}
// SAFETY: as above.
unsafe impl Sync for Exported {}

/// All descriptors of this binary, made when the host first asks.
static EXPORTS: OnceLock<Box<[Exported]>> = OnceLock::new();

/// The descriptor at an index, null beyond the last. `[main-thread]`
pub fn descriptor(index: u32, plugins: fn() -> &'static [Plugin]) -> *const sys::LV2UI_Descriptor {
    guard("lv2ui_descriptor", std::ptr::null(), || {
        let list = EXPORTS.get_or_init(|| plugins().iter().filter_map(Exported::new).collect());
        list.get(index as usize).map_or(std::ptr::null(), |exported| &raw const exported.descriptor)
    })
}

impl Exported {
    fn new(plugin: &'static Plugin) -> Option<Self> {
        let uri = CString::new(editor_uri(plugin.description.info.id)).ok()?;
        let descriptor = sys::LV2UI_Descriptor {
            URI: uri.as_ptr(),
            instantiate: Some(entry::instantiate),
            cleanup: Some(entry::cleanup),
            port_event: Some(entry::port_event),
            extension_data: Some(extension_data),
        };
        Some(Self { descriptor, uri, plugin })
    }

    /// What belongs to a descriptor of ours, or to a host's copy of one.
    ///
    /// # Safety
    /// `descriptor` is null or points to a descriptor.
    pub(crate) unsafe fn of(descriptor: *const sys::LV2UI_Descriptor) -> Option<&'static Self> {
        // SAFETY: the caller's contract.
        let uri = unsafe { descriptor.as_ref() }?.URI;
        // SAFETY: a descriptor's URI is a string.
        let uri = (!uri.is_null()).then(|| unsafe { CStr::from_ptr(uri) })?;
        EXPORTS.get()?.iter().find(|exported| exported.uri.as_c_str() == uri)
    }

    /// The UI's own URI.
    pub(crate) fn uri(&self) -> String {
        editor_uri(self.plugin.description.info.id)
    }
}

static IDLE: sys::LV2UI_Idle_Interface = sys::LV2UI_Idle_Interface { idle: Some(entry::idle) };
static SHOW: sys::LV2UI_Show_Interface =
    sys::LV2UI_Show_Interface { show: Some(entry::show), hide: Some(entry::hide) };

/// The interface for hosts that say how large an editor shall be.
struct Resize(sys::LV2UI_Resize);
// SAFETY: a function, and a null pointer that nobody uses.
unsafe impl Sync for Resize {}
static RESIZE: Resize =
    Resize(sys::LV2UI_Resize { handle: std::ptr::null_mut(), ui_resize: Some(entry::resize) });

unsafe extern "C" fn extension_data(uri: *const c_char) -> *const c_void {
    guard("the editor's extension_data", std::ptr::null(), || {
        // SAFETY: null or a string.
        let is = |known: &[u8]| unsafe { same(uri, known) };
        if is(sys::LV2_UI__idleInterface) {
            return (&raw const IDLE).cast();
        }
        if is(sys::LV2_UI__showInterface) {
            return (&raw const SHOW).cast();
        }
        if is(sys::LV2_UI__resize) {
            return (&raw const RESIZE.0).cast();
        }
        std::ptr::null()
    })
}
