//! A thread that leaves nothing behind in the thread that starts it.
//!
//! `std::thread::spawn` makes a thread-local with a destructor in the calling thread, here the host's
//! main thread. The C library then keeps the module in memory until that thread ends, so the host could
//! never unload a plugin that has used a thread. So on Unix it is `pthread_create` itself.
#![allow(unsafe_code)]

use crate::guard::guard;

/// The system's name of the thread that calls; never 0.
#[cfg(unix)]
pub(super) fn this() -> usize {
    // SAFETY: it only reads.
    unsafe { libc::pthread_self() as usize }
}

/// A mark of the thread that calls; never 0.
#[cfg(not(unix))]
pub(super) fn this() -> usize {
    std::thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

type Body = Box<dyn FnOnce() + Send>;

/// A thread; it must be [joined](Thread::join).
#[cfg(unix)]
pub(super) struct Thread(libc::pthread_t);

// SAFETY: a thread's name, which any thread may use. On some systems it is a pointer.
#[cfg(unix)]
unsafe impl Send for Thread {}

#[cfg(unix)]
impl Thread {
    /// Starts a thread; a name has at most 15 bytes. A panic in `body` ends there. An error is the
    /// system's number: the library's text of it is 8 KB of code in every plugin.
    pub(super) fn spawn(name: &'static std::ffi::CStr, stack: usize, body: Body) -> Result<Self, i32> {
        extern "C" fn start(start: *mut libc::c_void) -> *mut libc::c_void {
            // SAFETY: made below, for this thread alone.
            let start = unsafe { Box::from_raw(start.cast::<Start>()) };
            // SAFETY: this thread and a string.
            #[cfg(target_os = "linux")]
            unsafe {
                libc::pthread_setname_np(libc::pthread_self(), start.name.as_ptr());
            }
            guard("the service thread", (), start.body);
            std::ptr::null_mut()
        }
        struct Start {
            #[cfg_attr(
                not(target_os = "linux"),
                expect(dead_code, reason = "other systems have other calls")
            )]
            name: &'static std::ffi::CStr,
            body: Body,
        }
        let start_box = Box::into_raw(Box::new(Start { name, body }));
        let check = |code| if code == 0 { Ok(()) } else { Err(code) };
        // SAFETY: places for the answers; the attributes are initialised before they are used.
        unsafe {
            let mut thread = std::mem::zeroed();
            let mut attributes = std::mem::zeroed();
            let result = check(libc::pthread_attr_init(&mut attributes)).and_then(|()| {
                // The host's thread may be one with a high priority; this one is not to be. Where a
                // system can't say so, it is as its parent.
                libc::pthread_attr_setinheritsched(&mut attributes, libc::PTHREAD_EXPLICIT_SCHED);
                // A host's signals are for its own threads.
                let (mut none, mut before): (libc::sigset_t, libc::sigset_t) =
                    (std::mem::zeroed(), std::mem::zeroed());
                libc::sigfillset(&mut none);
                libc::pthread_sigmask(libc::SIG_SETMASK, &none, &mut before);
                let result =
                    check(libc::pthread_attr_setstacksize(&mut attributes, stack)).and_then(|()| {
                        check(libc::pthread_create(&mut thread, &attributes, start, start_box.cast()))
                    });
                libc::pthread_sigmask(libc::SIG_SETMASK, &before, std::ptr::null_mut());
                libc::pthread_attr_destroy(&mut attributes);
                result
            });
            result.map(|()| Self(thread)).inspect_err(|_| drop(Box::from_raw(start_box)))
        }
    }

    /// Waits until it has ended, its thread-locals included.
    pub(super) fn join(self) {
        // SAFETY: it is joined once, because that takes the value.
        unsafe { libc::pthread_join(self.0, std::ptr::null_mut()) };
    }
}

/// A thread; it must be [joined](Thread::join).
#[cfg(not(unix))]
pub(super) struct Thread(std::thread::JoinHandle<()>);

#[cfg(not(unix))]
impl Thread {
    /// Starts a thread. A panic in `body` ends there. An error is the system's number.
    pub(super) fn spawn(name: &'static std::ffi::CStr, stack: usize, body: Body) -> Result<Self, i32> {
        let builder = std::thread::Builder::new().stack_size(stack);
        let builder = builder.name(name.to_string_lossy().into_owned());
        let thread = builder.spawn(|| guard("the service thread", (), body)).map(Self);
        thread.map_err(|error| error.raw_os_error().unwrap_or_default())
    }

    /// Waits until it has ended.
    pub(super) fn join(self) {
        let _ = self.0.join();
    }
}
