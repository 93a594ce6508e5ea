//! The editor binary of this module: where it is, and whether it is ours.
//!
//! `NAME_ui.so` lies in the folder `editor` beside `NAME.so`: some hosts take the first library beside it for the
//! plugin. It is opened once, when a host first wants a view, and never closed:
//! threads of its toolkit may be in it until the process ends. What is wrong with it is said once.

use dyad_core::Description;
#[cfg(all(unix, not(target_os = "macos")))]
use dyad_core::guard::log;
use dyad_editor_abi::EditorV1;

/// The functions of a plugin's editor; `None` where there is none. `[main-thread]`
#[cfg(all(unix, not(target_os = "macos")))]
#[inline(never)]
pub(crate) fn find(description: &Description) -> Option<EditorV1> {
    use std::sync::atomic::{AtomicBool, Ordering};
    static SAID: AtomicBool = AtomicBool::new(false);
    let path = dl::beside()?;
    match dl::table(&path, description) {
        Ok(table) => Some(table),
        Err(why) => {
            // Relaxed: it orders nothing.
            if !SAID.swap(true, Ordering::Relaxed) {
                let path = path.to_string_lossy();
                // The system's own words begin with the path.
                let why = why.strip_prefix(&*path).map_or(&*why, |why| why.trim_start_matches(": "));
                log(&["no editor, the host's own controls do the work: ", &path, ": ", why].concat());
            }
            None
        }
    }
}

/// Elsewhere there are no editors yet.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub(crate) fn find(_: &Description) -> Option<EditorV1> {
    None
}

// Plain code, no cell that waits: all of this is in every plugin, and none of it is called often.
#[cfg(all(unix, not(target_os = "macos")))]
mod dl {
    use std::ffi::{CStr, CString, c_void};
    use std::mem::{MaybeUninit, offset_of};
    use std::sync::atomic::{AtomicPtr, Ordering};

    use dyad_core::Description;
    use dyad_editor_abi::{EditorV1, Entry, SYMBOL, VERSION};

    /// What the binary exports, as soon as it was opened.
    static ENTRY: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

    /// The binary's entry; null and why where there is none.
    fn entry(path: &CStr) -> Result<*mut c_void, String> {
        // Relaxed: code, which was there before.
        let known = ENTRY.load(Ordering::Relaxed);
        if !known.is_null() {
            return Ok(known);
        }
        // SAFETY: a path; what the binary does when it is loaded is its author's word, as for our own. A
        // name in what was opened.
        let symbol = unsafe {
            let handle = libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL);
            if handle.is_null() {
                let why = libc::dlerror();
                let why = if why.is_null() { c"?" } else { CStr::from_ptr(why) };
                return Err(why.to_string_lossy().into_owned());
            }
            libc::dlsym(handle, SYMBOL.as_ptr())
        };
        if symbol.is_null() {
            return Err("it has no dyad_editor_v1".to_owned());
        }
        ENTRY.store(symbol, Ordering::Relaxed);
        Ok(symbol)
    }

    /// The table for a plugin, looked at before it is believed.
    pub(super) fn table(path: &CStr, description: &Description) -> Result<EditorV1, String> {
        let refuse = |why: &str| Err(why.to_owned());
        // SAFETY: the type that this name stands for.
        let entry = unsafe { std::mem::transmute::<*mut c_void, Entry>(entry(path)?) };
        let Ok(id) = CString::new(description.info.id) else { return refuse("the id has a zero byte") };
        // SAFETY: text that ends with 0.
        let table = unsafe { entry(id.as_ptr()) };
        if table.is_null() || !table.is_aligned() {
            return refuse("it has none for this plugin");
        }
        // SAFETY: every version begins with these two numbers.
        let (version, size) = unsafe { ((*table).version, (*table).size) };
        if version != VERSION {
            return Err(format!("it is of version {version}, and this plugin needs {VERSION}"));
        }
        if (size as usize) < size_of::<EditorV1>() {
            return refuse("its table is too short");
        }
        // SAFETY: there is as much by its own word; a copy that may hold anything.
        let copy = unsafe { table.cast::<MaybeUninit<EditorV1>>().read() };
        const FUNCTIONS: usize = offset_of!(EditorV1, measure);
        // SAFETY: pointers alone, which are numbers as long as they are not called.
        let functions = unsafe {
            let first = copy.as_ptr().byte_add(FUNCTIONS).cast::<usize>();
            std::slice::from_raw_parts(first, (size_of::<EditorV1>() - FUNCTIONS) / size_of::<usize>())
        };
        if functions.contains(&0) {
            return refuse("its table lacks functions");
        }
        // SAFETY: no function is null.
        let table = unsafe { copy.assume_init() };
        if table.fingerprint != description.fingerprint() {
            return refuse("it was built for another version of this plugin");
        }
        Ok(table)
    }

    /// `editor/NAME_ui.so` beside our own binary; `None` where the system does not know that.
    pub(super) fn beside() -> Option<CString> {
        let mut about = MaybeUninit::<libc::Dl_info>::zeroed();
        let here = beside as *const () as *const c_void;
        // SAFETY: a place in this binary, and one for the answer, which is plain pointers.
        let about = unsafe {
            libc::dladdr(here, about.as_mut_ptr());
            about.assume_init()
        };
        if about.dli_fname.is_null() {
            return None;
        }
        // The host may have used a relative path, or a link to a file of ours elsewhere.
        // SAFETY: the loader's own text, and memory that is ours to free.
        let mut path = unsafe {
            let real = libc::realpath(about.dli_fname, std::ptr::null_mut());
            let path = CStr::from_ptr(if real.is_null() { about.dli_fname } else { real }).to_owned();
            libc::free(real.cast());
            path.into_bytes()
        };
        if path.ends_with(b".so") {
            path.truncate(path.len() - 3);
        }
        path.extend_from_slice(b"_ui.so");
        let name = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        path.splice(name..name, *b"editor/");
        CString::new(path).ok()
    }
}
