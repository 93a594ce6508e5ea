//! Files whose length a plugin's task asks for, and does not hear before a test lets go of them.
//!
//! The C library's `statx` is what answers it. A test program that has one of its own, by [`held_files!`](crate::held_files),
//! comes before the library, for the modules that it loads too.
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_long, c_uint, c_void};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Longer than any machine is slow.
const PATIENCE: Duration = Duration::from_secs(20);

/// The files that are held now, and how many threads ask for each.
static HELD: Mutex<Vec<(PathBuf, usize)>> = Mutex::new(Vec::new());
static CHANGED: Condvar = Condvar::new();

fn all() -> MutexGuard<'static, Vec<(PathBuf, usize)>> {
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many threads ask for a file; none where it is not held.
fn asking<'a>(all: &'a mut [(PathBuf, usize)], path: &Path) -> Option<&'a mut usize> {
    all.iter_mut().find(|(held, _)| held == path).map(|(_, asking)| asking)
}

/// A file that is held until this is dropped.
#[derive(Debug)]
pub struct Held(PathBuf);

impl Held {
    /// Holds a file.
    ///
    /// # Panics
    /// Where it is held already.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let mut all = all();
        assert!(asking(&mut all, path).is_none(), "it is held once");
        all.push((path.to_owned(), 0));
        Self(path.to_owned())
    }

    /// Waits until a thread asks for it.
    ///
    /// # Panics
    /// Where none does for longer than any machine is slow.
    pub fn wait_for_somebody(&self) {
        let (mut all, until) = (all(), Instant::now() + PATIENCE);
        while asking(&mut all, &self.0).is_some_and(|asking| *asking == 0) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "somebody asks for {}", self.0.display());
            all = CHANGED.wait_timeout(all, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether a thread asks for it and does not hear.
    #[must_use]
    pub fn keeps_somebody(&self) -> bool {
        asking(&mut all(), &self.0).is_some_and(|asking| *asking > 0)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        all().retain(|(path, _)| *path != self.0);
        CHANGED.notify_all();
    }
}

/// Comes back when a file is held no more, or after a long time, so that a test that waits for us comes to its end.
fn keep(path: &Path) {
    let (mut all, until) = (all(), Instant::now() + PATIENCE);
    let Some(asking) = asking(&mut all, path) else { return };
    *asking += 1;
    CHANGED.notify_all();
    while self::asking(&mut all, path).is_some() && Instant::now() < until {
        all = CHANGED.wait_timeout(all, PATIENCE).unwrap_or_else(PoisonError::into_inner).0;
    }
    if let Some(asking) = self::asking(&mut all, path) {
        *asking -= 1;
    }
}

/// What a program's own `statx` does.
///
/// # Safety
/// As for `statx(2)`.
pub unsafe fn statx(at: c_int, path: *const c_char, flags: c_int, mask: c_uint, to: *mut c_void) -> c_int {
    // Rust's library asks for nothing first, to see whether there is such a call.
    if !path.is_null() {
        // SAFETY: text that ends with 0.
        let name = unsafe { CStr::from_ptr(path) }.to_bytes();
        keep(Path::new(OsStr::from_bytes(name)));
    }
    // SAFETY: the caller's contract.
    let answer: c_long = unsafe { libc::syscall(libc::SYS_statx, at, path, flags, mask, to) };
    answer as c_int
}

/// Lets a test program have [`Held`] files.
#[macro_export]
macro_rules! held_files {
    () => {
        /// The C library's, but for files that are held.
        ///
        /// # Safety
        /// As for `statx(2)`.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn statx(
            at: ::std::ffi::c_int,
            path: *const ::std::ffi::c_char,
            flags: ::std::ffi::c_int,
            mask: ::std::ffi::c_uint,
            to: *mut ::std::ffi::c_void,
        ) -> ::std::ffi::c_int {
            // SAFETY: the caller's contract.
            unsafe { $crate::vst3::statx(at, path, flags, mask, to) }
        }
    };
}
