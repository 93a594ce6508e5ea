//! The host's names for files, which let a session move with its files: `state:mapPath`.

use std::ffi::{CStr, CString, c_char, c_void};

use crate::features::find;
use crate::sys;

/// What the host offers for one call of `save` or `restore`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paths {
    map: Option<sys::LV2_State_Map_Path>,
    free: Option<sys::LV2_State_Free_Path>,
}

type Function = unsafe extern "C" fn(*mut c_void, *const c_char) -> *mut c_char;

unsafe extern "C" {
    /// The C library's, which frees a host's path where the host offers no function for it.
    fn free(memory: *mut c_void);
}

impl Paths {
    /// # Safety
    /// `features` is null or a null-terminated array of features.
    pub(crate) unsafe fn read(features: *const *const sys::LV2_Feature) -> Self {
        // SAFETY: the caller's contract; the data are such structs.
        unsafe {
            Self {
                map: find(features, sys::LV2_STATE__mapPath)
                    .cast::<sys::LV2_State_Map_Path>()
                    .as_ref()
                    .copied(),
                free: find(features, sys::LV2_STATE__freePath)
                    .cast::<sys::LV2_State_Free_Path>()
                    .as_ref()
                    .copied(),
            }
        }
    }

    /// What is saved for a path. `[main-thread]`
    pub(crate) fn saved(&self, absolute: &str) -> String {
        self.through(self.map.and_then(|map| map.abstract_path), absolute)
    }

    /// The path of what was saved. `[main-thread]`
    pub(crate) fn loaded(&self, saved: &str) -> String {
        self.through(self.map.and_then(|map| map.absolute_path), saved)
    }

    /// The path itself where there is no function, or it gives nothing of use.
    fn through(&self, function: Option<Function>, path: &str) -> String {
        let mapped = || {
            let (function, handle) = (function?, self.map?.handle);
            let path = CString::new(path).ok()?;
            // SAFETY: the host's function with its handle, and a string.
            let mapped = unsafe { function(handle, path.as_ptr()) };
            if mapped.is_null() {
                return None;
            }
            // SAFETY: the host gives a string, which is ours to give back.
            unsafe {
                let text = CStr::from_ptr(mapped).to_str().ok().map(str::to_owned);
                match self.free.and_then(|free| free.free_path.map(|function| (function, free.handle))) {
                    Some((function, handle)) => function(handle, mapped),
                    None => free(mapped.cast()),
                }
                text
            }
        };
        mapped().unwrap_or_else(|| path.to_owned())
    }
}
