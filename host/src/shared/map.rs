//! The mapping itself.
#![allow(unsafe_code)]

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::mm::{MapFlags, ProtFlags};
use thiserror::Error;

use super::layout::{Events, Header, MAGIC};
use super::{Change, EVENTS, Midi, Sizes, Status, Transport};
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

// SAFETY: the mapping lives as long as the value, and everything in it is reached through atomics
// or handed out as raw pointers.
unsafe impl Send for Memory {}
// SAFETY: as above; shared access is atomic access.
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
        let header = memory.header();
        header.version.store(VERSION, Ordering::Relaxed);
        header.max_block.store(sizes.max_block, Ordering::Relaxed);
        header.inputs.store(sizes.inputs, Ordering::Relaxed);
        header.outputs.store(sizes.outputs, Ordering::Relaxed);
        header.magic.store(MAGIC, Ordering::Release);
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
        let header = memory.header();
        let magic = header.magic.load(Ordering::Acquire);
        if magic != MAGIC {
            return Err(MemoryError::Magic(magic));
        }
        let version = header.version.load(Ordering::Relaxed);
        if version != VERSION {
            return Err(MemoryError::Version(version));
        }
        let sizes = Sizes {
            max_block: header.max_block.load(Ordering::Relaxed),
            inputs: header.inputs.load(Ordering::Relaxed),
            outputs: header.outputs.load(Ordering::Relaxed),
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

    fn header(&self) -> &Header {
        // SAFETY: the mapping is page-aligned and at least a header long, every bit pattern is a
        // valid `Header`, and all its fields are atomics, so the other process may write meanwhile.
        unsafe { self.base.cast::<Header>().as_ref() }
    }

    fn events(&self, direction: Direction) -> &Events {
        match direction {
            Direction::Input => &self.header().to_child,
            Direction::Output => &self.header().to_parent,
        }
    }

    /// The word that the self-test writes.
    pub(crate) fn scratch(&self) -> &AtomicU32 {
        &self.header().scratch
    }

    /// Start of one channel, for the plugin to read or write `max_block` frames.
    ///
    /// # Panics
    /// Where there is no such channel.
    pub(crate) fn channel_ptr(&self, direction: Direction, channel: u32) -> *mut f32 {
        let (first, count) = match direction {
            Direction::Input => (0, self.sizes.inputs),
            Direction::Output => (self.sizes.inputs, self.sizes.outputs),
        };
        assert!(channel < count, "channel {channel} of {count}");
        let frame = (first + channel) as usize * self.sizes.stride();
        let byte = self.sizes.audio_start() + frame * size_of::<f32>();
        // SAFETY: `total()` reserves `stride()` frames for every channel of both directions, and
        // the mapping is `total()` long.
        unsafe { self.base.as_ptr().add(byte).cast() }
    }

    fn channel(&self, direction: Direction, channel: u32) -> &[AtomicU32] {
        let start = self.channel_ptr(direction, channel).cast::<AtomicU32>();
        // SAFETY: `channel_ptr` gave the start of a channel, which is `max_block` frames long and
        // aligned to a cache line; atomics may be shared with the other process.
        unsafe { std::slice::from_raw_parts(start, self.sizes.max_block as usize) }
    }

    /// Copies samples into a channel.
    pub(crate) fn write_channel(&self, direction: Direction, channel: u32, samples: &[f32]) {
        for (slot, sample) in self.channel(direction, channel).iter().zip(samples) {
            slot.store(sample.to_bits(), Ordering::Relaxed);
        }
    }

    /// Makes the start of a channel silent.
    pub(crate) fn silence(&self, direction: Direction, channel: u32, frames: usize) {
        for slot in self.channel(direction, channel).iter().take(frames) {
            slot.store(0, Ordering::Relaxed);
        }
    }

    /// Copies samples out of a channel.
    pub(crate) fn read_channel(&self, direction: Direction, channel: u32, samples: &mut [f32]) {
        for (slot, sample) in self.channel(direction, channel).iter().zip(samples) {
            *sample = f32::from_bits(slot.load(Ordering::Relaxed));
        }
    }

    /// Puts the block's size and transport in place.
    pub(crate) fn write_block(&self, frames: u32, transport: &Transport) {
        let header = self.header();
        header.frames.store(frames, Ordering::Relaxed);
        header.playing.store(transport.playing.into(), Ordering::Relaxed);
        header.position.store(transport.position, Ordering::Relaxed);
        header.tempo.store(transport.tempo.to_bits(), Ordering::Relaxed);
        header.numerator.store(transport.numerator, Ordering::Relaxed);
        header.denominator.store(transport.denominator, Ordering::Relaxed);
    }

    /// The block's size and transport; `None` where the size is out of bounds.
    pub(crate) fn read_block(&self) -> Option<(u32, Transport)> {
        let header = self.header();
        let frames = header.frames.load(Ordering::Relaxed);
        let transport = Transport {
            playing: header.playing.load(Ordering::Relaxed) != 0,
            position: header.position.load(Ordering::Relaxed),
            tempo: f64::from_bits(header.tempo.load(Ordering::Relaxed)),
            numerator: header.numerator.load(Ordering::Relaxed),
            denominator: header.denominator.load(Ordering::Relaxed),
        };
        (1..=self.sizes.max_block).contains(&frames).then_some((frames, transport))
    }

    /// Puts the events of one direction in place; what does not fit is counted as lost.
    pub(crate) fn write_events(&self, direction: Direction, changes: &[Change], midi: &[Midi]) {
        let events = self.events(direction);
        for (slot, change) in events.changes.iter().zip(changes) {
            slot.index.store(change.index, Ordering::Relaxed);
            slot.offset.store(change.offset, Ordering::Relaxed);
            slot.value.store(change.native.to_bits(), Ordering::Relaxed);
        }
        for (slot, message) in events.midi.iter().zip(midi) {
            let mut data = [0; 8];
            data[..message.bytes().len()].copy_from_slice(message.bytes());
            slot.offset.store(message.offset, Ordering::Relaxed);
            slot.len.store(message.bytes().len() as u32, Ordering::Relaxed);
            slot.data.store(u64::from_le_bytes(data), Ordering::Relaxed);
        }
        let lost = changes.len().saturating_sub(EVENTS) + midi.len().saturating_sub(EVENTS);
        events.change_count.store(changes.len().min(EVENTS) as u32, Ordering::Relaxed);
        events.midi_count.store(midi.len().min(EVENTS) as u32, Ordering::Relaxed);
        events.lost.store(lost as u32, Ordering::Relaxed);
    }

    /// Appends the events of one direction to the two lists, leaving out those that make no sense
    /// in a block of `frames`; returns how many were lost or left out.
    pub(crate) fn read_events(
        &self,
        direction: Direction,
        frames: u32,
        changes: &mut Vec<Change>,
        midi: &mut Vec<Midi>,
    ) -> u32 {
        let events = self.events(direction);
        let mut dropped = events.lost.load(Ordering::Relaxed);
        let count = events.change_count.load(Ordering::Relaxed) as usize;
        for slot in events.changes.iter().take(count) {
            let change = Change {
                index: slot.index.load(Ordering::Relaxed),
                offset: slot.offset.load(Ordering::Relaxed),
                native: f64::from_bits(slot.value.load(Ordering::Relaxed)),
            };
            if change.offset < frames && change.native.is_finite() {
                changes.push(change);
            } else {
                dropped = dropped.saturating_add(1);
            }
        }
        let count = events.midi_count.load(Ordering::Relaxed) as usize;
        for slot in events.midi.iter().take(count) {
            let offset = slot.offset.load(Ordering::Relaxed);
            let len = slot.len.load(Ordering::Relaxed) as usize;
            let data = slot.data.load(Ordering::Relaxed).to_le_bytes();
            let message = data.get(..len).and_then(|bytes| Midi::new(offset, bytes));
            match message.filter(|m| m.offset < frames) {
                Some(message) => midi.push(message),
                None => dropped = dropped.saturating_add(1),
            }
        }
        dropped
    }

    /// Asks for the block that has been put in place and returns its number.
    pub(crate) fn ask(&self) -> u32 {
        let next = self.header().asked.load(Ordering::Relaxed).wrapping_add(1);
        // Release: whoever sees this number sees the whole block.
        self.header().asked.store(next, Ordering::Release);
        next
    }

    /// Number of the block that waits for an answer, if one does.
    pub(crate) fn waiting(&self) -> Option<u32> {
        // Acquire: pairs with `ask`.
        let asked = self.header().asked.load(Ordering::Acquire);
        (asked != self.header().answered.load(Ordering::Relaxed)).then_some(asked)
    }

    /// Answers block `number`.
    pub(crate) fn answer(&self, number: u32, status: Status) {
        self.header().status.store(status.to_word(), Ordering::Relaxed);
        // Release: whoever sees this number sees the whole answer.
        self.header().answered.store(number, Ordering::Release);
    }

    /// The answer to block `number`, once it is there.
    pub(crate) fn answered(&self, number: u32) -> Option<Status> {
        // Acquire: pairs with `answer`.
        (self.header().answered.load(Ordering::Acquire) == number)
            .then(|| Status::from_word(self.header().status.load(Ordering::Relaxed)))
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
    fn both_sides_see_one_block() {
        let (parent, fd) = Memory::create(SIZES).unwrap();
        let child = Memory::attach(fd.as_fd()).unwrap();
        assert_eq!(child.sizes(), SIZES);
        let samples: Vec<f32> = (0..100).map(|i| i as f32).collect();
        parent.write_channel(Direction::Input, 1, &samples);
        let changes = [Change { index: 4, offset: 99, native: -0.5 }];
        let midi = [Midi::new(7, &[0x90, 1, 2]).unwrap()];
        parent.write_events(Direction::Input, &changes, &midi);
        parent.write_block(100, &Transport::playing_at(5));
        let number = parent.ask();
        assert_eq!(parent.answered(number), None);

        assert_eq!(child.waiting(), Some(number));
        assert_eq!(child.read_block(), Some((100, Transport::playing_at(5))));
        let (mut got_changes, mut got_midi) = (vec![], vec![]);
        assert_eq!(child.read_events(Direction::Input, 100, &mut got_changes, &mut got_midi), 0);
        assert_eq!((got_changes.as_slice(), got_midi.as_slice()), (&changes[..], &midi[..]));
        let mut got = vec![0.0; 100];
        child.read_channel(Direction::Input, 1, &mut got);
        assert_eq!(got, samples);
        child.answer(number, Status::Ok);
        assert_eq!(child.waiting(), None);
        assert_eq!(parent.answered(number), Some(Status::Ok));
    }

    #[test]
    fn channels_do_not_overlap() {
        let (memory, _fd) = Memory::create(SIZES).unwrap();
        let all = [(Direction::Input, 2), (Direction::Output, 3)];
        let starts: Vec<usize> = all
            .into_iter()
            .flat_map(|(d, n)| (0..n).map(move |c| (d, c)))
            .map(|(d, c)| memory.channel_ptr(d, c) as usize)
            .collect();
        for pair in starts.windows(2) {
            assert!(pair[1] - pair[0] >= 400, "{starts:?}");
        }
        assert!(starts[4] + 400 <= memory.base.as_ptr() as usize + memory.len);
    }

    #[test]
    fn strangers_are_refused() {
        let plain = rustix::fs::memfd_create("x", MemfdFlags::ALLOW_SEALING).unwrap();
        assert!(matches!(Memory::attach(plain.as_fd()), Err(MemoryError::NotSealed)));
        let seals = SealFlags::SHRINK | SealFlags::GROW;
        rustix::fs::fcntl_add_seals(&plain, seals).unwrap();
        assert!(matches!(Memory::attach(plain.as_fd()), Err(MemoryError::Size { .. })));

        let zeroed = rustix::fs::memfd_create("x", MemfdFlags::ALLOW_SEALING).unwrap();
        rustix::fs::ftruncate(&zeroed, 1 << 20).unwrap();
        rustix::fs::fcntl_add_seals(&zeroed, seals).unwrap();
        assert!(matches!(Memory::attach(zeroed.as_fd()), Err(MemoryError::Magic(0))));

        let (memory, fd) = Memory::create(SIZES).unwrap();
        memory.header().version.store(VERSION + 1, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Version(_))));
        memory.header().version.store(VERSION, Ordering::Relaxed);
        memory.header().inputs.store(129, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Bounds(_))));
        memory.header().inputs.store(60, Ordering::Relaxed);
        assert!(matches!(Memory::attach(fd.as_fd()), Err(MemoryError::Size { .. })));
    }

    #[test]
    fn nonsense_from_the_other_side_is_left_out() {
        let (memory, _fd) = Memory::create(SIZES).unwrap();
        for bad in [0, 101, u32::MAX] {
            memory.write_block(bad, &Transport::playing_at(0));
            assert_eq!(memory.read_block(), None);
        }
        let bad = [
            Change { index: 0, offset: 10, native: 1.0 },
            Change { index: 0, offset: 0, native: f64::NAN },
        ];
        memory.write_events(Direction::Output, &bad, &[Midi::new(10, &[1]).unwrap()]);
        let events = memory.events(Direction::Output);
        events.midi[1].len.store(9, Ordering::Relaxed);
        events.midi_count.store(2, Ordering::Relaxed);
        let (mut changes, mut midi) = (vec![], vec![]);
        assert_eq!(memory.read_events(Direction::Output, 10, &mut changes, &mut midi), 4);
        assert!(changes.is_empty() && midi.is_empty());
        events.change_count.store(u32::MAX, Ordering::Relaxed);
        memory.read_events(Direction::Output, 10, &mut changes, &mut midi);
        assert!(changes.len() <= EVENTS);
    }

    #[test]
    fn too_many_events_are_counted() {
        let (memory, _fd) = Memory::create(SIZES).unwrap();
        let many = vec![Change { index: 0, offset: 0, native: 0.0 }; EVENTS + 5];
        memory.write_events(Direction::Input, &many, &[]);
        let (mut changes, mut midi) = (vec![], vec![]);
        assert_eq!(memory.read_events(Direction::Input, 1, &mut changes, &mut midi), 5);
        assert_eq!(changes.len(), EVENTS);
    }
}
