//! `log:log`: what the plugin says goes to standard error.
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char, c_int, c_void};

use lv2_sys::{LV2_Log_Handle, LV2_Log_Log, LV2_URID};

#[cfg(target_arch = "x86_64")]
type VaList = *mut lv2_sys::__va_list_tag;

#[cfg(target_arch = "x86_64")]
unsafe extern "C" {
    fn vsnprintf(buffer: *mut c_char, len: usize, format: *const c_char, list: VaList) -> c_int;
}

/// The feature's data.
pub(super) fn feature() -> LV2_Log_Log {
    type Printf = unsafe extern "C" fn(LV2_Log_Handle, LV2_URID, *const c_char) -> c_int;
    type Variadic = unsafe extern "C" fn(LV2_Log_Handle, LV2_URID, *const c_char, ...) -> c_int;
    let printf: Printf = printf;
    // SAFETY: in the C ABIs this crate is built for, a variadic call passes its named arguments
    // like any other call and the caller cleans up, so a callee that ignores the rest is fine.
    let printf = unsafe { std::mem::transmute::<Printf, Variadic>(printf) };
    LV2_Log_Log {
        handle: std::ptr::null_mut::<c_void>(),
        printf: Some(printf),
        #[cfg(target_arch = "x86_64")]
        vprintf: Some(vprintf),
        #[cfg(not(target_arch = "x86_64"))]
        vprintf: None,
    }
}

/// Rust can't read C's variable arguments, so only the format itself is printed. Nearly every
/// plugin uses the logger of LV2's own headers, which calls `vprintf`.
unsafe extern "C" fn printf(_: LV2_Log_Handle, _: LV2_URID, format: *const c_char) -> c_int {
    if format.is_null() {
        return -1;
    }
    // SAFETY: the plugin passes a terminated string by the extension's contract.
    say(unsafe { CStr::from_ptr(format) })
}

#[cfg(target_arch = "x86_64")]
unsafe extern "C" fn vprintf(_: LV2_Log_Handle, _: LV2_URID, format: *const c_char, list: VaList) -> c_int {
    if format.is_null() {
        return -1;
    }
    let mut line = [0_u8; 1024];
    // SAFETY: the buffer's length is passed with it; format and list fit each other by the
    // extension's contract.
    let written = unsafe { vsnprintf(line.as_mut_ptr().cast(), line.len(), format, list) };
    match CStr::from_bytes_until_nul(&line) {
        Ok(text) if written >= 0 => say(text),
        _ => -1,
    }
}

fn say(text: &CStr) -> c_int {
    eprintln!("plugin: {}", text.to_string_lossy().trim_end());
    c_int::try_from(text.count_bytes()).unwrap_or(c_int::MAX)
}
