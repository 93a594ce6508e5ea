//! Buffers that end where memory ends: reading or writing beyond them crashes the test at once.

use std::ffi::c_void;
use std::ops::{Deref, DerefMut};

/// Memory with nothing readable behind its last byte.
#[derive(Debug)]
pub struct Guarded {
    map: *mut c_void,
    mapped: usize,
    start: *mut u8,
    len: usize,
}

// SAFETY: it owns its memory.
unsafe impl Send for Guarded {}

impl Guarded {
    /// `len` zeros, of which the last lies at the end of memory.
    ///
    /// # Panics
    /// Where the system has no memory left.
    #[must_use]
    pub fn new(len: usize) -> Self {
        Self::with_slack(len, 0)
    }

    /// A copy of `bytes` at an address that is `offset` modulo 8; at most 7 readable bytes follow.
    #[must_use]
    pub fn aligned(bytes: &[u8], offset: usize) -> Self {
        let slack = (8 - (bytes.len() + offset) % 8) % 8;
        // The page ends at a multiple of 8, so the start is at minus (len + slack) modulo 8.
        let mut new = Self::with_slack(bytes.len(), slack);
        debug_assert_eq!(new.start.addr() % 8, offset % 8);
        new.copy_from_slice(bytes);
        new
    }

    fn with_slack(len: usize, slack: usize) -> Self {
        // SAFETY: asks for a number.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        let pages = (len + slack).div_ceil(page);
        let mapped = (pages + 2) * page;
        // SAFETY: a new mapping of our own, of which the first and the last page stay closed.
        let (map, start) = unsafe {
            let (none, private) = (libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            let map = libc::mmap(std::ptr::null_mut(), mapped, none, private, -1, 0);
            assert_ne!(map, libc::MAP_FAILED, "no memory left");
            let open = map.cast::<u8>().add(page);
            if pages > 0 {
                let both = libc::PROT_READ | libc::PROT_WRITE;
                assert_eq!(libc::mprotect(open.cast(), pages * page, both), 0, "no memory left");
            }
            (map, open.add(pages * page - slack - len))
        };
        Self { map, mapped, start, len }
    }

    /// Its first byte, for a plugin.
    #[must_use]
    pub fn ptr(&self) -> *mut c_void {
        self.start.cast()
    }
}

impl Deref for Guarded {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: open memory of our own. Plugins write to it while no borrow is in use.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

impl DerefMut for Guarded {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: mapped in `with_slack`.
        unsafe { libc::munmap(self.map, self.mapped) };
    }
}

/// One channel of sound, with nothing readable behind its last sample.
#[derive(Debug)]
pub struct Samples(Guarded);

impl Samples {
    /// `frames` times NaN, so that a sample that nobody writes is found.
    #[must_use]
    pub fn unwritten(frames: usize) -> Self {
        let mut new = Self(Guarded::new(frames * size_of::<f32>()));
        new.fill(f32::NAN);
        new
    }

    /// A copy of these samples.
    #[must_use]
    pub fn of(samples: &[f32]) -> Self {
        let mut new = Self::unwritten(samples.len());
        new.copy_from_slice(samples);
        new
    }

    /// The first sample, for a plugin.
    #[must_use]
    pub fn ptr(&self) -> *mut f32 {
        self.0.ptr().cast()
    }
}

impl Deref for Samples {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: aligned, because the length is a multiple of 4 and the end one of the page size.
        unsafe { std::slice::from_raw_parts(self.ptr(), self.0.len / size_of::<f32>()) }
    }
}

impl DerefMut for Samples {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.ptr(), self.0.len / size_of::<f32>()) }
    }
}
