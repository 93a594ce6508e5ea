//! A host's `log:log`.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_void};

use super::sys;

/// What a plugin has logged: the number of the kind, and the line.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) data: sys::LV2_Log_Log,
    pub(super) lines: RefCell<Vec<(u32, String)>>,
}

type Printf = unsafe extern "C" fn(*mut c_void, u32, *const c_char, *const c_char) -> c_int;

/// In the place of a variadic function, which stable Rust can't write: the one line that Dyad logs comes as the
/// first of its other arguments, where the platform's convention has it in the same place.
#[must_use]
pub(crate) fn variadic(
    printf: Printf,
) -> unsafe extern "C" fn(*mut c_void, u32, *const c_char, ...) -> c_int {
    // SAFETY: the convention of both platforms that LV2 is tested on passes the same in the same places.
    unsafe {
        std::mem::transmute::<Printf, unsafe extern "C" fn(*mut c_void, u32, *const c_char, ...) -> c_int>(
            printf,
        )
    }
}

/// The line of a call.
///
/// # Safety
/// Both are strings.
pub(crate) unsafe fn line(format: *const c_char, text: *const c_char) -> String {
    // SAFETY: the caller's contract.
    let (format, text) = unsafe { (CStr::from_ptr(format), CStr::from_ptr(text)) };
    assert_eq!(format, c"%s\n", "a line as it is, not as a format");
    text.to_string_lossy().into_owned()
}

unsafe extern "C" fn printf(
    handle: *mut c_void,
    kind: u32,
    format: *const c_char,
    text: *const c_char,
) -> c_int {
    // SAFETY: the handle is the `Log` below; two strings.
    let (log, line) = unsafe { (&*handle.cast::<Log>(), line(format, text)) };
    log.lines.borrow_mut().push((kind, line));
    0
}

impl Log {
    pub(super) fn new() -> Box<Self> {
        let data = sys::LV2_Log_Log {
            handle: std::ptr::null_mut(),
            printf: Some(variadic(printf)),
            vprintf: None,
        };
        let mut new = Box::new(Self { data, lines: RefCell::default() });
        new.data.handle = (&raw mut *new).cast();
        new
    }
}
