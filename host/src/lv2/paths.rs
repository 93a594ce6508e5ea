//! `state:mapPath`, `state:makePath` and `state:freePath`.
//!
//! Paths stay as they are: a saved state names the same files when it is loaded again. New files
//! of a plugin go to a folder of this user that stays.
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
}

impl Paths {
    pub(super) fn new() -> Self {
        let handle = std::ptr::null_mut::<c_void>();
        Self {
            map: Box::new(LV2_State_Map_Path {
                handle,
                abstract_path: Some(same_path),
                absolute_path: Some(same_path),
            }),
            make: Box::new(LV2_State_Make_Path { handle, path: Some(make_path) }),
            free: Box::new(LV2_State_Free_Path { handle, free_path: Some(free_path) }),
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

unsafe extern "C" fn make_path(_: *mut c_void, path: *const c_char) -> *mut c_char {
    if path.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: a terminated string by the extension's contract.
    let wanted = Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(path) }.to_bytes()));
    let Some(full) = place(wanted) else { return std::ptr::null_mut() };
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
/// would leave the folder.
fn place(wanted: &Path) -> Option<PathBuf> {
    if !wanted.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let full = data_folder()?.join("dyad-host/files").join(unique()).join(wanted);
    std::fs::create_dir_all(full.parent()?).ok()?;
    Some(full)
}

fn data_folder() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME").or_else(|| Some(set("HOME")?.join(".local/share")))
}

/// A folder name that no other process and no other moment has.
fn unique() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    format!("{}-{}", now.unwrap_or_default().as_nanos(), std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_folder() {
        for bad in ["/etc/passwd", "../x", "a/../../x", "./../x"] {
            assert_eq!(place(Path::new(bad)), None, "{bad}");
        }
    }
}
