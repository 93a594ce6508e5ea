//! `state:mapPath`, `state:makePath` and `state:freePath`.
//!
//! Paths stay as they are: a saved state names the same files when it is loaded again. New files
//! of a plugin go to the folder that the parent has named; the parent removes or keeps it.
#![allow(unsafe_code)]

use std::ffi::{CStr, OsStr, c_char, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};

use lv2_sys::{LV2_State_Free_Path, LV2_State_Make_Path, LV2_State_Map_Path};

/// The data of the three features.
pub(super) struct Paths {
    pub(super) map: Box<LV2_State_Map_Path>,
    pub(super) make: Box<LV2_State_Make_Path>,
    pub(super) free: Box<LV2_State_Free_Path>,
    /// What the handle of `make` points to.
    _folder: Box<Option<PathBuf>>,
}

impl Paths {
    pub(super) fn new(folder: Option<&str>) -> Self {
        let handle = std::ptr::null_mut::<c_void>();
        let folder = Box::new(folder.map(PathBuf::from));
        let own = std::ptr::from_ref(&*folder).cast_mut().cast();
        Self {
            map: Box::new(LV2_State_Map_Path {
                handle,
                abstract_path: Some(same_path),
                absolute_path: Some(same_path),
            }),
            make: Box::new(LV2_State_Make_Path { handle: own, path: Some(make_path) }),
            free: Box::new(LV2_State_Free_Path { handle, free_path: Some(free_path) }),
            _folder: folder,
        }
    }
}

unsafe extern "C" fn same_path(_: *mut c_void, path: *const c_char) -> *mut c_char {
    if path.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: a terminated string by the extension's contract. The copy is malloc's, because
    // plugins older than `freePath` call `free` themselves.
    unsafe { libc::strdup(path) }
}

unsafe extern "C" fn make_path(handle: *mut c_void, path: *const c_char) -> *mut c_char {
    if path.is_null() || handle.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: plugins pass the handle back by the extension's contract; the folder behind it lives
    // as long as the features and never changes.
    let Some(folder) = (unsafe { &*handle.cast::<Option<PathBuf>>() }) else {
        return std::ptr::null_mut();
    };
    // SAFETY: a terminated string by the extension's contract.
    let wanted = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
    let Some(full) = place(folder, wanted) else { return std::ptr::null_mut() };
    let Ok(full) = std::ffi::CString::new(full.into_os_string().into_encoded_bytes()) else {
        return std::ptr::null_mut();
    };
    // SAFETY: a terminated string; malloc's copy as above.
    unsafe { libc::strdup(full.as_ptr()) }
}

unsafe extern "C" fn free_path(_: *mut c_void, path: *mut c_char) {
    // SAFETY: only what `strdup` gave to the plugin comes back here; null is allowed.
    unsafe { libc::free(path.cast()) }
}

/// A full path for a file that the plugin wants to make, its folder made; `None` for a path that
/// would leave the folder. What is there already is never given out again.
fn place(folder: &Path, wanted: &Path) -> Option<PathBuf> {
    if !wanted.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let others = (2..).map(|number: u32| folder.join(number.to_string()).join(wanted));
    let full = std::iter::once(folder.join(wanted)).chain(others).find(|full| !full.exists())?;
    std::fs::create_dir_all(full.parent()?).ok()?;
    Some(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        for bad in ["/etc/passwd", "../x", "a/../../x", "./../x"] {
            assert_eq!(place(Path::new("/no/such"), Path::new(bad)), None, "{bad}");
        }
    }

    #[test]
    fn no_file_is_given_out_twice() {
        let dir = tempfile::tempdir().unwrap();
        for expected in ["a/b", "2/a/b", "3/a/b"] {
            let full = place(dir.path(), Path::new("a/b")).unwrap();
            assert_eq!(full, dir.path().join(expected));
            std::fs::write(full, "").unwrap();
        }
    }
}
