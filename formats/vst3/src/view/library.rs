//! The editor binary of this module: where it is, and whether it is ours.
//!
//! `NAME_ui.so` lies beside `NAME.so`. It is opened once, when a host first wants a view, and never closed:
//! threads of its toolkit may be in it until the process ends. What is wrong with it is said once.

use dyad_core::Description;
use dyad_core::guard::log;
use dyad_editor_abi::EditorV1;

/// The functions of a plugin's editor; `None` where there is none. `[main-thread]`
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn find(description: &Description) -> Option<EditorV1> {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicBool, Ordering};
    static LIBRARY: OnceLock<Result<dl::Library, String>> = OnceLock::new();
    static SAID: AtomicBool = AtomicBool::new(false);
    let library = LIBRARY.get_or_init(dl::Library::open).as_ref();
    match library.map_err(String::clone).and_then(|library| library.table(description)) {
        Ok(table) => Some(table),
        Err(why) => {
            // Relaxed: it orders nothing.
            if !SAID.swap(true, Ordering::Relaxed) {
                log(&format!("no editor, the host's own controls do the work: {why}"));
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

#[cfg(all(unix, not(target_os = "macos")))]
mod dl {
    use std::ffi::{CStr, CString, c_char};
    use std::mem::{MaybeUninit, offset_of};

    use dyad_core::Description;
    use dyad_editor_abi::{EditorV1, Entry, SYMBOL, VERSION};

    /// An editor binary; never closed.
    pub(super) struct Library {
        path: String,
        entry: Entry,
    }

    impl Library {
        pub(super) fn open() -> Result<Self, String> {
            let file = beside()?;
            let path = file.to_string_lossy().into_owned();
            // SAFETY: a path; what the binary does when it is loaded is the author's word, as for our own.
            let handle = unsafe { libc::dlopen(file.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
            if handle.is_null() {
                // SAFETY: null, or a text of this thread's that is there until its next call.
                let why = unsafe { libc::dlerror().as_ref() }.map(|why| unsafe { CStr::from_ptr(why) });
                // It begins with the path.
                return Err(why.map_or(path, |why| why.to_string_lossy().into_owned()));
            }
            // SAFETY: an open library and a name.
            let symbol = unsafe { libc::dlsym(handle, SYMBOL.as_ptr()) };
            if symbol.is_null() {
                return Err(format!("{path} has no dyad_editor_v1"));
            }
            // SAFETY: the type that this name stands for.
            let entry = unsafe { std::mem::transmute::<*mut libc::c_void, Entry>(symbol) };
            Ok(Self { path, entry })
        }

        /// The table for a plugin, looked at before it is believed.
        pub(super) fn table(&self, description: &Description) -> Result<EditorV1, String> {
            let (path, id) = (&self.path, description.info.id);
            let Ok(text) = CString::new(id) else { return Err(format!("{path} can't be asked")) };
            // SAFETY: text that ends with 0.
            let table = unsafe { (self.entry)(text.as_ptr()) };
            if table.is_null() || !table.is_aligned() {
                return Err(format!("{path} has none for {id}"));
            }
            // SAFETY: every version begins with these two numbers.
            let (version, size) = unsafe { ((*table).version, (*table).size) };
            if version != VERSION {
                return Err(format!("{path} is of version {version}, and this plugin needs {VERSION}"));
            }
            if (size as usize) < size_of::<EditorV1>() {
                return Err(format!("{path} gives a table of {size} bytes, too few"));
            }
            // SAFETY: there is as much by its own word; a copy that may hold anything.
            let copy = unsafe { table.cast::<MaybeUninit<EditorV1>>().read() };
            // SAFETY: numbers, and behind them pointers alone, which are numbers as long as they are not
            // called.
            let functions = unsafe {
                let first = copy.as_ptr().byte_add(offset_of!(EditorV1, measure)).cast::<usize>();
                let bytes = size_of::<EditorV1>() - offset_of!(EditorV1, measure);
                std::slice::from_raw_parts(first, bytes / size_of::<usize>())
            };
            if functions.contains(&0) {
                return Err(format!("{path} lacks functions"));
            }
            // SAFETY: no function is null.
            let table = unsafe { copy.assume_init() };
            if table.fingerprint != description.fingerprint() {
                return Err(format!("{path} was built for another version of {id}"));
            }
            Ok(table)
        }
    }

    /// `NAME_ui.so` beside our own binary.
    fn beside() -> Result<CString, String> {
        let unknown = || "this plugin's binary can't be found".to_owned();
        let mut about = MaybeUninit::<libc::Dl_info>::zeroed();
        let here = beside as *const () as *const libc::c_void;
        // SAFETY: a place in this binary, and one for the answer, which is plain pointers.
        let about = unsafe {
            libc::dladdr(here, about.as_mut_ptr());
            about.assume_init()
        };
        if about.dli_fname.is_null() {
            return Err(unknown());
        }
        // The host may have used a relative path, or a link to a file of ours elsewhere.
        // SAFETY: the loader's own text, and memory that is ours to free.
        let path = unsafe {
            let real = libc::realpath(about.dli_fname, std::ptr::null_mut());
            let path = CStr::from_ptr(if real.is_null() { about.dli_fname } else { real }).to_owned();
            libc::free(real.cast::<libc::c_void>());
            path
        };
        let mut path = path.into_bytes();
        if path.ends_with(b".so") {
            path.truncate(path.len() - 3);
        }
        path.extend_from_slice(b"_ui.so");
        CString::new(path).map_err(|_| unknown())
    }

    const _: () = assert!(size_of::<*const c_char>() == size_of::<usize>());
}
