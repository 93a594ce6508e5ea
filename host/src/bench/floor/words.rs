//! The memory of a floor: one word each way, and the samples that a block of audio takes.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, AtomicU64};

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::mm::{MapFlags, ProtFlags};

/// One direction of each, far enough apart that neither process's cache fetches both.
#[repr(C)]
struct Layout {
    to_far: Lane,
    to_near: Lane,
}

/// What crosses in one direction.
#[repr(C, align(256))]
pub(super) struct Lane {
    pub(super) word: AtomicU32,
    /// 64 frames of stereo: what a round trip carries for its number.
    pub(super) audio: Audio,
}

/// In cache lines of its own.
#[repr(C, align(256))]
pub(super) struct Audio(pub(super) [AtomicU64; AUDIO]);

/// 64 frames, two channels, two samples in each number.
pub(super) const AUDIO: usize = 64;

const LEN: usize = size_of::<Layout>();

/// One process's view of them.
pub(super) struct Words {
    base: NonNull<Layout>,
}

// SAFETY: the mapping lives as long as the value, and only atomics are reached in it.
unsafe impl Send for Words {}

impl Words {
    /// Makes them, zero; the descriptor is for the other process.
    pub(super) fn create() -> io::Result<(Self, OwnedFd)> {
        let fd = rustix::fs::memfd_create("dyad-floor", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        rustix::fs::ftruncate(&fd, LEN as u64)?;
        rustix::fs::fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Ok((Self::map(fd.as_fd())?, fd))
    }

    /// Maps those that the other process made.
    pub(super) fn attach(fd: BorrowedFd<'_>) -> io::Result<Self> {
        let sealed = rustix::fs::fcntl_get_seals(fd)?.contains(SealFlags::SHRINK);
        if !sealed || rustix::fs::fstat(fd)?.st_size != LEN as i64 {
            return Err(io::Error::other(format!("expected sealed memory of {LEN} bytes")));
        }
        Self::map(fd)
    }

    fn map(fd: BorrowedFd<'_>) -> io::Result<Self> {
        // SAFETY: a fresh shared mapping at an address of the kernel's choice touches no memory of ours, and
        // the seals keep the file as long as it is.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                LEN,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                fd,
                0,
            )?
        };
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { base })
    }

    fn layout(&self) -> &Layout {
        // SAFETY: the mapping is page-aligned and a layout long, every bit pattern is a valid one, and all
        // its fields are atomics, so the other process may write meanwhile.
        unsafe { self.base.as_ref() }
    }

    pub(super) fn to_far(&self) -> &Lane {
        &self.layout().to_far
    }

    pub(super) fn to_near(&self) -> &Lane {
        &self.layout().to_near
    }
}

impl Drop for Words {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nothing borrowed from it outlives `self`.
        let _ = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), LEN) };
    }
}
