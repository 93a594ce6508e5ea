//! Counting the allocations and the system calls of a piece of code.
//!
//! The counting is done by `hosts/watch.c`, which the test compiles and preloads into the driver: it
//! stands before the C library's `malloc` and its relatives, and has the kernel report every system
//! call of the watched thread (`PR_SET_SYSCALL_USER_DISPATCH`).
//!
//! Built with `--cfg dyad_rtsan` (see `ci/sanitize.sh`), RealtimeSanitizer takes its place: the code
//! is marked as real-time, and the first violation ends the process with a report.

#[cfg(not(dyad_rtsan))]
use std::ffi::CStr;
use std::ffi::c_long;

/// What a watched piece of code did.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Calls that take memory or give it back.
    pub allocations: c_long,
    /// System calls.
    pub system_calls: c_long,
    /// Number of the first system call, −1 where there was none.
    pub first: c_long,
}

/// The preloaded watcher.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    begin: unsafe extern "C" fn(),
    end: unsafe extern "C" fn(*mut Seen),
}

impl Watch {
    /// The watcher of this process.
    ///
    /// # Errors
    /// Where it was not preloaded, or this kernel can't report system calls.
    #[cfg(not(dyad_rtsan))]
    pub fn find() -> Result<Self, String> {
        let symbol = |name: &CStr| {
            // SAFETY: a name; the answer is null or the symbol.
            let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
            if found.is_null() {
                Err(format!("{} is not preloaded", name.to_string_lossy()))
            } else {
                Ok(found)
            }
        };
        let (open, begin, end) =
            (symbol(c"dyad_watch_open")?, symbol(c"dyad_watch_begin")?, symbol(c"dyad_watch_end")?);
        // SAFETY: the types that hosts/watch.c gives these.
        unsafe {
            let open: unsafe extern "C" fn() -> i32 = std::mem::transmute(open);
            if open() != 0 {
                let error = std::io::Error::last_os_error();
                return Err(format!("this kernel can't report system calls: {error}"));
            }
            let begin = std::mem::transmute::<*mut libc::c_void, unsafe extern "C" fn()>(begin);
            let end = std::mem::transmute::<*mut libc::c_void, unsafe extern "C" fn(*mut Seen)>(end);
            Ok(Self { begin, end })
        }
    }

    /// With RealtimeSanitizer there is nothing to find.
    ///
    /// # Errors
    /// None.
    #[cfg(dyad_rtsan)]
    pub fn find() -> Result<Self, String> {
        unsafe extern "C" fn begin() {}
        unsafe extern "C" fn end(_: *mut Seen) {}
        Ok(Self { begin, end })
    }

    /// Runs `body` and gives what it did.
    #[cfg_attr(dyad_rtsan, sanitize(realtime = "nonblocking"))]
    pub fn over(&self, body: impl FnOnce()) -> Seen {
        let mut seen = Seen::default();
        // SAFETY: begin and end come in pairs, on one thread.
        unsafe {
            (self.begin)();
            body();
            (self.end)(&mut seen);
        }
        seen
    }
}
