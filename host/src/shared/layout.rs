//! Where everything lies in the shared memory.

use std::sync::atomic::{AtomicU32, AtomicU64};

/// The longest block, in frames.
pub(crate) const MAX_BLOCK: u32 = 8192;
/// The most channels in one direction.
pub(crate) const MAX_CHANNELS: u32 = 128;
/// How many events of each kind fit into one block.
pub(crate) const EVENTS: usize = 4096;

/// "DYADSHM1" read as a number.
pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"DYADSHM1");

/// What the two sides agree on when the memory is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    pub(crate) max_block: u32,
    pub(crate) inputs: u32,
    pub(crate) outputs: u32,
}

impl Sizes {
    pub(super) fn valid(self) -> bool {
        (1..=MAX_BLOCK).contains(&self.max_block)
            && self.inputs <= MAX_CHANNELS
            && self.outputs <= MAX_CHANNELS
    }

    /// Frames from one channel's start to the next one's: whole cache lines.
    pub(super) fn stride(self) -> usize {
        (self.max_block as usize).next_multiple_of(16)
    }

    /// Where the audio starts, in bytes.
    pub(super) fn audio_start(self) -> usize {
        size_of::<Header>().next_multiple_of(64)
    }

    /// Size of the whole memory, in bytes.
    pub(super) fn total(self) -> usize {
        self.audio_start() + (self.inputs + self.outputs) as usize * self.stride() * size_of::<f32>()
    }
}

/// The start of the memory.
#[repr(C, align(64))]
pub(super) struct Header {
    pub(super) magic: AtomicU64,
    pub(super) version: AtomicU32,
    pub(super) max_block: AtomicU32,
    pub(super) inputs: AtomicU32,
    pub(super) outputs: AtomicU32,
    pub(super) scratch: AtomicU32,

    /// Number of the block asked for; written by the parent, last of everything.
    pub(super) asked: AtomicU32,
    /// Number of the block answered; written by the child, last of everything.
    pub(super) answered: AtomicU32,
    pub(super) status: AtomicU32,
    pub(super) frames: AtomicU32,

    pub(super) playing: AtomicU32,
    pub(super) position: AtomicU64,
    pub(super) tempo: AtomicU64,
    pub(super) numerator: AtomicU32,
    pub(super) denominator: AtomicU32,

    pub(super) to_child: Events,
    pub(super) to_parent: Events,
}

/// The events of one block in one direction.
#[repr(C)]
pub(super) struct Events {
    pub(super) change_count: AtomicU32,
    pub(super) midi_count: AtomicU32,
    /// Events that found no place.
    pub(super) lost: AtomicU32,
    pub(super) changes: [ChangeSlot; EVENTS],
    pub(super) midi: [MidiSlot; EVENTS],
}

#[repr(C)]
pub(super) struct ChangeSlot {
    pub(super) index: AtomicU32,
    pub(super) offset: AtomicU32,
    pub(super) value: AtomicU64,
}

#[repr(C)]
pub(super) struct MidiSlot {
    pub(super) offset: AtomicU32,
    pub(super) len: AtomicU32,
    pub(super) data: AtomicU64,
}
