//! What the host offers: URID mapping (required), options, and what the plugin may ask of it.

use std::ffi::{CStr, c_char, c_void};

use crate::request::Requests;
use crate::sys;
use crate::urids::{Map, Urids};

/// Frames assumed where the host promises no largest block; longer blocks are cut.
const DEFAULT_MAX_FRAMES: usize = 8192;
/// The largest promise that is believed.
const LARGEST_MAX_FRAMES: usize = 1 << 20;

/// What an instance keeps of the host's features.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    pub(crate) urids: Urids,
    pub(crate) max_frames: usize,
    pub(crate) map: Map,
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
        let length = map.fixed(sys::LV2_BUF_SIZE__maxBlockLength)?;
        let int = map.fixed(sys::LV2_ATOM__Int)?;
        // SAFETY: the data of options:options is an array of options.
        let max = unsafe { option(find(features, sys::LV2_OPTIONS__options).cast(), length, int) };
        let max_frames = max
            .and_then(|max| usize::try_from(max).ok())
            .filter(|max| *max > 0)
            .map_or(DEFAULT_MAX_FRAMES, |max| max.min(LARGEST_MAX_FRAMES));
        // SAFETY: the caller's contract.
        let requests = unsafe { Requests::read(features) };
        Some(Self { urids, max_frames, map, requests })
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

/// An integer option of the instance.
///
/// # Safety
/// `options` is null or an array of options that ends with one of key 0.
unsafe fn option(options: *const sys::LV2_Options_Option, key: u32, int: u32) -> Option<i32> {
    let mut at = options;
    loop {
        // SAFETY: null, or within the array.
        let option = unsafe { at.as_ref() }?;
        if option.key == 0 {
            return None;
        }
        if option.key == key
            && option.type_ == int
            && option.size as usize == size_of::<i32>()
            && !option.value.is_null()
        {
            // SAFETY: the value has the size of an i32.
            return Some(unsafe { option.value.cast::<i32>().read_unaligned() });
        }
        // SAFETY: the end was not reached yet.
        at = unsafe { at.add(1) };
    }
}
