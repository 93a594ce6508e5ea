//! A session's folder: a host that maps paths.

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::{Path, PathBuf};

use super::host::feature;
use super::sys;

/// Files in its folder have their names within it; others are as they are.
#[derive(Debug)]
pub struct Session(Box<Inner>);

#[derive(Debug)]
struct Inner {
    folder: Option<PathBuf>,
    given: Cell<usize>,
    freed: Cell<usize>,
    map: sys::LV2_State_Map_Path,
    free: sys::LV2_State_Free_Path,
    features: Vec<sys::LV2_Feature>,
    list: Vec<*const sys::LV2_Feature>,
}

/// A string of the C library's memory.
fn give(inner: &Inner, path: &Path) -> *mut c_char {
    inner.given.set(inner.given.get() + 1);
    let text = CString::new(path.to_str().expect("text")).expect("no 0 in a path");
    // SAFETY: a string.
    unsafe { libc::strdup(text.as_ptr()) }
}

fn asked<'a>(handle: *mut c_void, path: *const c_char) -> (&'a Inner, &'a Path) {
    // SAFETY: the handle is the `Inner` below; the plugin gives a string.
    let (inner, path) = unsafe { (&*handle.cast::<Inner>(), CStr::from_ptr(path)) };
    (inner, Path::new(path.to_str().expect("text")))
}

unsafe extern "C" fn abstract_path(handle: *mut c_void, path: *const c_char) -> *mut c_char {
    let (inner, path) = asked(handle, path);
    let Some(folder) = &inner.folder else { return std::ptr::null_mut() };
    give(inner, path.strip_prefix(folder).unwrap_or(path))
}

unsafe extern "C" fn absolute_path(handle: *mut c_void, path: *const c_char) -> *mut c_char {
    let (inner, path) = asked(handle, path);
    let Some(folder) = &inner.folder else { return std::ptr::null_mut() };
    give(inner, &folder.join(path))
}

unsafe extern "C" fn free_path(handle: *mut c_void, path: *mut c_char) {
    // SAFETY: the handle is the `Inner` below, and the path was given by it.
    unsafe {
        let inner = &*handle.cast::<Inner>();
        inner.freed.set(inner.freed.get() + 1);
        libc::free(path.cast());
    }
}

impl Session {
    /// A session in a folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self::make(Some(folder.to_owned()), true)
    }

    /// The same without `state:freePath`.
    #[must_use]
    pub fn without_free(folder: &Path) -> Self {
        Self::make(Some(folder.to_owned()), false)
    }

    /// A host whose functions give nothing.
    #[must_use]
    pub fn failing() -> Self {
        Self::make(None, true)
    }

    fn make(folder: Option<PathBuf>, frees: bool) -> Self {
        let null = std::ptr::null_mut();
        let mut inner = Box::new(Inner {
            folder,
            given: Cell::new(0),
            freed: Cell::new(0),
            map: sys::LV2_State_Map_Path {
                handle: null,
                abstract_path: Some(abstract_path),
                absolute_path: Some(absolute_path),
            },
            free: sys::LV2_State_Free_Path { handle: null, free_path: Some(free_path) },
            features: Vec::new(),
            list: Vec::new(),
        });
        let handle: *mut c_void = (&raw mut *inner).cast();
        (inner.map.handle, inner.free.handle) = (handle, handle);
        inner.features.push(feature(sys::LV2_STATE__mapPath, (&raw mut inner.map).cast()));
        if frees {
            inner.features.push(feature(sys::LV2_STATE__freePath, (&raw mut inner.free).cast()));
        }
        inner.list = inner.features.iter().map(|feature| &raw const *feature).collect();
        inner.list.push(std::ptr::null());
        Self(inner)
    }

    /// For `save` and `restore`.
    #[must_use]
    pub fn features(&self) -> *const *const sys::LV2_Feature {
        self.0.list.as_ptr()
    }

    /// How many strings the plugin was given.
    #[must_use]
    pub fn given(&self) -> usize {
        self.0.given.get()
    }

    /// How many it has given back.
    #[must_use]
    pub fn freed(&self) -> usize {
        self.0.freed.get()
    }
}
