//! Keeps the code of this module loaded, for a host's worker that comes when its host has unloaded us.

/// The module stays until the process ends. `[main-thread]`
#[cfg(unix)]
pub(crate) fn module() {
    let mut about = std::mem::MaybeUninit::<libc::Dl_info>::zeroed();
    let here = module as *const () as *const std::ffi::c_void;
    // SAFETY: a place in this module, and one for the answer, which is plain pointers and null where there is none. The
    // loader's own text is a name that the loader knows, so nothing is loaded, and one more handle, never closed.
    let pinned = unsafe {
        libc::dladdr(here, about.as_mut_ptr());
        let name = about.assume_init().dli_fname;
        !name.is_null()
            && !libc::dlopen(name, libc::RTLD_NOW | libc::RTLD_NODELETE | libc::RTLD_NOLOAD).is_null()
    };
    if !pinned {
        dyad_core::guard::log("the system does not keep the plugin's code for a worker that is late");
    }
}

/// Elsewhere hosts keep what they have loaded, or their workers in time.
#[cfg(not(unix))]
pub(crate) fn module() {}
