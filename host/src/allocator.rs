//! The program's own `malloc` and kin: each call is noted for [`dyad_host::count`] and goes on to glibc.
//!
//! A definition in the program wins over the C library's for everything in the process, plugins too. These
//! allocate nothing, lock nothing and touch one thread-local value. Not under sanitizers, which bring
//! definitions of their own.
#![allow(unsafe_code)]
#![allow(unreachable_pub, reason = "they are found by their names, at run time")]

use std::ffi::{c_int, c_void};

use dyad_host::count;

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(old: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
    fn __libc_free(old: *mut c_void);
}

/// C's `malloc`.
// SAFETY: the name and the contract are those of the C library, which it hands on to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    count::take(size);
    // SAFETY: the caller keeps to `malloc`'s contract.
    unsafe { __libc_malloc(size) }
}

/// C's `calloc`.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn calloc(number: usize, size: usize) -> *mut c_void {
    count::take(number.saturating_mul(size));
    // SAFETY: the caller keeps to `calloc`'s contract.
    unsafe { __libc_calloc(number, size) }
}

/// C's `realloc`.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    count::take(size);
    // SAFETY: the caller keeps to `realloc`'s contract.
    unsafe { __libc_realloc(old, size) }
}

/// C's `free`.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn free(old: *mut c_void) {
    // To free nothing is no work for the allocator.
    if !old.is_null() {
        count::give();
        // SAFETY: the caller keeps to `free`'s contract.
        unsafe { __libc_free(old) };
    }
}

/// `memalign` of the older C libraries.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn memalign(alignment: usize, size: usize) -> *mut c_void {
    count::take(size);
    // SAFETY: the caller keeps to `memalign`'s contract.
    unsafe { __libc_memalign(alignment, size) }
}

/// C11's `aligned_alloc`.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    // SAFETY: the C library's own is the same function, for any alignment that is a power of two.
    unsafe { memalign(alignment, size) }
}

/// POSIX's `posix_memalign`.
// SAFETY: as for `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_memalign(out: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    if !alignment.is_power_of_two() || !alignment.is_multiple_of(size_of::<*mut c_void>()) {
        return libc::EINVAL;
    }
    // SAFETY: the caller passes a variable.
    unsafe {
        let found = memalign(alignment, size);
        if found.is_null() {
            return libc::ENOMEM;
        }
        *out = found;
    }
    0
}
