//! A VST3 module whose factory is missing when it is asked for: the host's tests load it.
#![allow(unsafe_code)]

use std::ffi::c_void;

/// Called when the module is opened.
// SAFETY: the name is VST3's, and no other symbol of the module has it.
#[unsafe(no_mangle)]
pub extern "system" fn ModuleEntry(_handle: *mut c_void) -> bool {
    true
}

/// Called before the module is closed.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "system" fn ModuleExit() -> bool {
    true
}

/// Gives out nothing.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    std::ptr::null_mut()
}
