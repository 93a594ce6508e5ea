//! The mapping itself.
#![allow(unsafe_code)]

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::mm::{MapFlags, ProtFlags};
use thiserror::Error;

use super::Sizes;
use super::layout::{Events, Header, MAGIC, SLOTS, Slot};
use crate::protocol::VERSION;

/// Why shared memory could not be made or believed.
#[derive(Debug, Error)]
pub(crate) enum MemoryError {
    #[error("{0}")]
    System(#[from] rustix::io::Errno),
    #[error("it is not sealed")]
    NotSealed,
    #[error("it is {found} bytes, expected {expected}")]
    Size { found: u64, expected: u64 },
    #[error("wrong magic number {0:#018x}")]
    Magic(u64),
    #[error("it has version {0}, this is version {VERSION}")]
    Version(u32),
    #[error("its sizes are out of bounds: {0:?}")]
    Bounds(Sizes),
    #[error("it has {0} slots, expected {SLOTS}")]
    Slots(u32),
}

/// Which way audio or events go, as the plugin sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Input,
    Output,
}

/// One process's view of the shared memory.
pub(crate) struct Memory {
    base: NonNull<u8>,
    len: usize,
    sizes: Sizes,
}

// SAFETY: the mapping lives as long as the value, and everything in it is reached through atomics or raw
// pointers.
unsafe impl Send for Memory {}
// SAFETY: as above; what the two sides may touch when is decided by the numbers in the header.
unsafe impl Sync for Memory {}

impl Memory {
    /// Makes new memory and maps it; the descriptor is for the child.
    pub(crate) fn create(sizes: Sizes) -> Result<(Self, OwnedFd), MemoryError> {
        if !sizes.valid() {
            return Err(MemoryError::Bounds(sizes));
        }
        let fd = rustix::fs::memfd_create("dyad-host", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        rustix::fs::ftruncate(&fd, sizes.total() as u64)?;
        rustix::fs::fcntl_add_seals(&fd, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        let memory = Self::map(fd.as_fd(), sizes.total(), sizes)?;
        let made = &memory.header().made;
        made.version.store(VERSION, Ordering::Relaxed);
        made.max_block.store(sizes.max_block, Ordering::Relaxed);
        made.inputs.store(sizes.inputs, Ordering::Relaxed);
        made.outputs.store(sizes.outputs, Ordering::Relaxed);
        made.slots.store(SLOTS, Ordering::Relaxed);
        made.magic.store(MAGIC, Ordering::Release);
        Ok((memory, fd))
    }

    /// Maps memory that the other side made, and checks all it says about itself.
    pub(crate) fn attach(fd: BorrowedFd<'_>) -> Result<Self, MemoryError> {
        let seals = rustix::fs::fcntl_get_seals(fd)?;
        if !seals.contains(SealFlags::SHRINK | SealFlags::GROW) {
            return Err(MemoryError::NotSealed);
        }
        let found = rustix::fs::fstat(fd)?.st_size as u64;
        let none = Sizes { max_block: 1, inputs: 0, outputs: 0 };
        if found < none.total() as u64 {
            return Err(MemoryError::Size { found, expected: none.total() as u64 });
        }
        let mut memory = Self::map(fd, found as usize, none)?;
        let made = &memory.header().made;
        let magic = made.magic.load(Ordering::Acquire);
        if magic != MAGIC {
            return Err(MemoryError::Magic(magic));
        }
        let version = made.version.load(Ordering::Relaxed);
        if version != VERSION {
            return Err(MemoryError::Version(version));
        }
        let slots = made.slots.load(Ordering::Relaxed);
        if slots != SLOTS {
            return Err(MemoryError::Slots(slots));
        }
        let sizes = Sizes {
            max_block: made.max_block.load(Ordering::Relaxed),
            inputs: made.inputs.load(Ordering::Relaxed),
            outputs: made.outputs.load(Ordering::Relaxed),
        };
        if !sizes.valid() {
            return Err(MemoryError::Bounds(sizes));
        }
        if found != sizes.total() as u64 {
            return Err(MemoryError::Size { found, expected: sizes.total() as u64 });
        }
        memory.sizes = sizes;
        Ok(memory)
    }

    fn map(fd: BorrowedFd<'_>, len: usize, sizes: Sizes) -> Result<Self, MemoryError> {
        // SAFETY: a fresh shared mapping at an address of the kernel's choice touches no memory of
        // ours, and the seals keep the file at least `len` bytes long.
        let base = unsafe {
            rustix::mm::mmap(
                std::ptr::null_mut(),
                len,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                fd,
                0,
            )?
        };
        let Some(base) = NonNull::new(base.cast()) else {
            return Err(rustix::io::Errno::NOMEM.into());
        };
        Ok(Self { base, len, sizes })
    }

    /// What was agreed on when it was made.
    pub(crate) fn sizes(&self) -> Sizes {
        self.sizes
    }

    pub(super) fn header(&self) -> &Header {
        // SAFETY: the mapping is page-aligned and at least a header long, every bit pattern is a
        // valid `Header`, and all its fields are atomics, so the other process may write meanwhile.
        unsafe { self.base.cast::<Header>().as_ref() }
    }

    /// The slot of a block.
    pub(super) fn slot(&self, number: u32) -> &Slot {
        // SAFETY: `total()` reserves `SLOTS` slots behind the header, whole cache lines each, and the mapping
        // is `total()` long; otherwise as for the header.
        unsafe { self.base.add(Sizes::slot(number % SLOTS)).cast::<Slot>().as_ref() }
    }

    /// The events of a block in one direction.
    pub(super) fn events(&self, number: u32, direction: Direction) -> &Events {
        let byte = self.sizes.events(number % SLOTS, direction);
        // SAFETY: `total()` reserves one for each direction of every slot, whole cache lines each; otherwise as for a
        // slot.
        unsafe { self.base.add(byte).cast::<Events>().as_ref() }
    }

    /// The word that the self-test writes.
    pub(crate) fn scratch(&self) -> &AtomicU32 {
        &self.header().made.scratch
    }

    /// Start of one channel of a block, for the plugin to read or write `max_block` frames.
    ///
    /// # Panics
    /// Where there is no such channel.
    pub(crate) fn channel_ptr(&self, number: u32, direction: Direction, channel: u32) -> *mut f32 {
        let (first, count) = match direction {
            Direction::Input => (0, self.sizes.inputs),
            Direction::Output => (self.sizes.inputs, self.sizes.outputs),
        };
        assert!(channel < count, "channel {channel} of {count}");
        let byte = self.sizes.channel(number % SLOTS, first + channel);
        // SAFETY: `total()` reserves a whole block for every channel of both directions in every slot, and
        // the mapping is `total()` long.
        unsafe { self.base.as_ptr().add(byte).cast() }
    }

    /// From a channel of one block to the same channel of another, in frames.
    pub(crate) fn between(&self, from: u32, to: u32) -> isize {
        self.sizes.between(from % SLOTS, to % SLOTS) / size_of::<f32>() as isize
    }

    /// Copies samples into a channel, at most a block.
    pub(crate) fn write_channel(&self, number: u32, direction: Direction, channel: u32, samples: &[f32]) {
        let to = self.channel_ptr(number, direction, channel);
        let len = samples.len().min(self.sizes.max_block as usize);
        // SAFETY: `to` has room for a whole block and belongs to no Rust object. Whether the other process
        // writes there meanwhile only decides which numbers are found later.
        unsafe { std::ptr::copy_nonoverlapping(samples.as_ptr(), to, len) };
    }

    /// Makes the start of a channel silent.
    pub(crate) fn silence(&self, number: u32, direction: Direction, channel: u32, frames: usize) {
        let to = self.channel_ptr(number, direction, channel);
        // SAFETY: as for `write_channel`; all-zero is a valid sample.
        unsafe { std::ptr::write_bytes(to, 0, frames.min(self.sizes.max_block as usize)) };
    }

    /// Copies samples out of a channel, at most a block.
    pub(crate) fn read_channel(
        &self,
        number: u32,
        direction: Direction,
        channel: u32,
        samples: &mut [f32],
    ) {
        let from = self.channel_ptr(number, direction, channel);
        let len = samples.len().min(self.sizes.max_block as usize);
        // SAFETY: as for `write_channel`; every bit pattern is a valid sample.
        unsafe { std::ptr::copy_nonoverlapping(from, samples.as_mut_ptr(), len) };
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nothing borrowed from it outlives `self`; raw channel
        // pointers are only used by those who keep the memory alive.
        let _ = unsafe { rustix::mm::munmap(self.base.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { max_block: 100, inputs: 2, outputs: 3 };

    #[test]
    fn both_sides_hear_one_block() {
        let (parent, fd) = Memory::create(SIZES).unwrap();
        let child = Memory::attach(fd.as_fd()).unwrap();
        assert_eq!(child.sizes(), SIZES);
        let samples: Vec<f32> = (0..100).map(|i| i as f32).collect();
        for number in [0, 3, u32::MAX] {
            parent.write_channel(number, Direction::Input, 1, &samples);
            let mut got = vec![0.0; 100];
            child.read_channel(number, Direction::Input, 1, &mut got);
            assert_eq!(got, samples);
            child.silence(number, Direction::Input, 1, 50);
            parent.read_channel(number, Direction::Input, 1, &mut got);
            assert!(got[..50].iter().all(|s| *s == 0.0) && got[50..] == samples[50..]);
        }
        let [first, second] = [5, 6].map(|number| parent.channel_ptr(number, Direction::Output, 2));
        assert_eq!(first.wrapping_offset(parent.between(5, 6)), second);
    }

    #[test]
    fn strangers_are_refused() {
        let plain = rustix::fs::memfd_create("x", MemfdFlags::ALLOW_SEALING).unwrap();
        assert!(matches!(Memory::attach(plain.as_fd()), Err(MemoryError::NotSealed)));
        let seals = SealFlags::SHRINK | SealFlags::GROW;
        rustix::fs::fcntl_add_seals(&plain, seals).unwrap();
        assert!(matches!(Memory::attach(plain.as_fd()), Err(MemoryError::Size { .. })));

        let zeroed = rustix::fs::memfd_create("x", MemfdFlags::ALLOW_SEALING).unwrap();
        rustix::fs::ftruncate(&zeroed, 1 << 22).unwrap();
        rustix::fs::fcntl_add_seals(&zeroed, seals).unwrap();
        assert!(matches!(Memory::attach(zeroed.as_fd()), Err(MemoryError::Magic(0))));

        let (memory, fd) = Memory::create(SIZES).unwrap();
        let made = &memory.header().made;
        made.version.store(VERSION + 1, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Version(_))));
        made.version.store(VERSION, Ordering::Relaxed);
        made.slots.store(SLOTS + 1, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Slots(_))));
        made.slots.store(SLOTS, Ordering::Relaxed);
        made.inputs.store(129, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Bounds(_))));
        made.inputs.store(60, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Size { .. })));
    }
}
