//! Takes the place of the crate of this name, from which baseview 0.4.2 reads what keys write, and says
//! that the library is not there.
//!
//! baseview keeps a keymap for each window, 75 kB, and never frees it; and it follows Shift by the keys
//! that its own window hears of, which in a host are not all. The editors ask the display instead
//! (`gui/editor/src/window/keyboard.rs`). Only what baseview names is here, and none of it is ever used.

#![forbid(unsafe_code)]
#![allow(non_camel_case_types, reason = "the library's own names")]

use std::ffi::{c_char, c_int};

/// The number of a key.
pub type xkb_keycode_t = u32;

/// Nothing.
#[derive(Debug)]
pub enum xkb_context {}

/// Nothing.
#[derive(Debug)]
pub enum xkb_keymap {}

/// Nothing.
#[derive(Debug)]
pub enum xkb_state {}

/// How a context is made.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub enum xkb_context_flags {
    /// In no special way.
    XKB_CONTEXT_NO_FLAGS,
}

/// How a keymap is made.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub enum xkb_keymap_compile_flags {
    /// In no special way.
    XKB_KEYMAP_COMPILE_NO_FLAGS,
}

/// What a key did.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub enum xkb_key_direction {
    /// It was let go.
    XKB_KEY_UP,
    /// It was pressed.
    XKB_KEY_DOWN,
}

/// Functions of the library.
#[derive(Debug)]
pub struct XkbCommon {
    /// Makes a context.
    pub xkb_context_new: unsafe extern "C" fn(xkb_context_flags) -> *mut xkb_context,
    /// Lets go of one.
    pub xkb_context_unref: unsafe extern "C" fn(*mut xkb_context),
    /// What a key writes.
    pub xkb_state_key_get_utf8: unsafe extern "C" fn(*mut xkb_state, u32, *mut c_char, usize) -> c_int,
    /// Takes what a key did.
    pub xkb_state_update_key: unsafe extern "C" fn(*mut xkb_state, u32, xkb_key_direction) -> u32,
    /// Lets go of a state.
    pub xkb_state_unref: unsafe extern "C" fn(*mut xkb_state),
}

/// The library is not there.
#[must_use]
pub fn xkbcommon_option() -> Option<&'static XkbCommon> {
    None
}

/// The part of the library for X11.
pub mod x11 {
    use super::{c_int, xkb_context, xkb_keymap, xkb_keymap_compile_flags, xkb_state};

    /// Nothing.
    pub type xcb_connection_t = std::ffi::c_void;

    /// Functions of the library.
    #[derive(Debug)]
    pub struct XkbCommonX11 {
        /// The keyboard's number.
        pub xkb_x11_get_core_keyboard_device_id: unsafe extern "C" fn(*mut xcb_connection_t) -> i32,
        /// The display's keymap.
        pub xkb_x11_keymap_new_from_device: unsafe extern "C" fn(
            *mut xkb_context,
            *mut xcb_connection_t,
            c_int,
            xkb_keymap_compile_flags,
        ) -> *mut xkb_keymap,
        /// The display's state.
        pub xkb_x11_state_new_from_device:
            unsafe extern "C" fn(*mut xkb_keymap, *mut xcb_connection_t, c_int) -> *mut xkb_state,
    }

    /// The library is not there.
    #[must_use]
    pub fn xkbcommon_x11_option() -> Option<&'static XkbCommonX11> {
        None
    }
}
