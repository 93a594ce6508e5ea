//! What the host offers: URID mapping (required), options, and what the plugin may ask of it.

use std::ffi::{CStr, c_char, c_void};

use crate::log::Log;
use crate::options::Options;
use crate::request::Requests;
use crate::sys;
use crate::urids::{Map, Urids};

/// What an instance keeps of the host's features.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) urids: Urids,
    pub(crate) options: Options,
    pub(crate) map: Map,
    pub(crate) log: Log,
    pub(crate) requests: Requests,
}

impl Features {
    /// Reads the null-terminated array of features. `None` without a working `urid:map`.
    ///
    /// # Safety
    /// `features` is null or a null-terminated array of pointers to features, each with a URI and
    /// the data that the LV2 specification gives it.
    pub(crate) unsafe fn read(features: *const *const sys::LV2_Feature) -> Option<Self> {
        // SAFETY: the caller's contract.
        let map = unsafe { Map::read(find(features, sys::LV2_URID__map)) }?;
        let urids = Urids::new(&map)?;
        // SAFETY: the caller's contract.
        unsafe {
            let options = Options::read(features, &map, &urids)?;
            let (log, requests) = (Log::read(features, &map), Requests::read(features));
            Some(Self { urids, options, map, log, requests })
        }
    }
}

/// The data of a feature; null where the host does not offer it.
///
/// # Safety
/// As for [`Features::read`].
pub unsafe fn find(features: *const *const sys::LV2_Feature, uri: &[u8]) -> *const c_void {
    if features.is_null() {
        return std::ptr::null();
    }
    let mut at = features;
    loop {
        // SAFETY: within the array, which ends with null.
        let Some(feature) = (unsafe { (*at).as_ref() }) else { return std::ptr::null() };
        // SAFETY: a feature's URI is a string.
        if unsafe { same(feature.URI, uri) } {
            return feature.data;
        }
        // SAFETY: the end was not reached yet.
        at = unsafe { at.add(1) };
    }
}

/// Whether a C string equals a string with its 0 at the end.
///
/// # Safety
/// `text` is null or a C string.
pub unsafe fn same(text: *const c_char, uri: &[u8]) -> bool {
    // SAFETY: checked for null.
    !text.is_null() && unsafe { CStr::from_ptr(text) }.to_bytes_with_nul() == uri
}
