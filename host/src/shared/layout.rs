//! Where everything lies in the shared memory.

use std::sync::atomic::{AtomicU32, AtomicU64};

use super::Direction;

/// The longest block, in frames.
pub(crate) const MAX_BLOCK: u32 = 8192;
/// The most channels in one direction.
pub(crate) const MAX_CHANNELS: u32 = 128;
/// How many events of each kind fit into one block.
pub(crate) const EVENTS: usize = 4096;
/// How many blocks may be on their way: what a late plugin still has to do keeps its place, so that it
/// misses no event.
pub(crate) const SLOTS: u32 = 4;

/// "DYADSHM2" read as a number.
pub(crate) const MAGIC: u64 = u64::from_le_bytes(*b"DYADSHM2");

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

    /// Bytes from one channel's start to the next one's: whole cache lines.
    fn stride(self) -> usize {
        (self.max_block as usize * size_of::<f32>()).next_multiple_of(64)
    }

    /// Where a slot's description starts, in bytes.
    pub(super) fn slot(slot: u32) -> usize {
        size_of::<Header>() + slot as usize * size_of::<Slot>()
    }

    /// Where a slot's channel starts, in bytes; the outputs follow the inputs. One channel's slots lie side by side,
    /// as there is room for far more channels than most plugins have.
    pub(super) fn channel(self, slot: u32, channel: u32) -> usize {
        Self::slot(SLOTS) + (channel as usize * SLOTS as usize + slot as usize) * self.stride()
    }

    /// From a channel of one slot to the same channel of another, in bytes; the same for every channel.
    pub(super) fn between(self, from: u32, to: u32) -> isize {
        self.channel(to, 0) as isize - self.channel(from, 0) as isize
    }

    /// Where a slot's events in one direction start, in bytes. Behind everything else, so that what every block
    /// touches lies in few pages.
    pub(super) fn events(self, slot: u32, direction: Direction) -> usize {
        let before = slot as usize * 2 + usize::from(direction == Direction::Output);
        self.channel(0, self.inputs + self.outputs) + before * size_of::<Events>()
    }

    /// Size of the whole memory, in bytes.
    pub(super) fn total(self) -> usize {
        self.events(SLOTS, Direction::Input)
    }
}

/// The start of the memory. What each side writes has cache lines of its own.
#[repr(C)]
pub(super) struct Header {
    pub(super) made: Made,
    /// Written by the parent alone: the number of the last block that it asked for.
    pub(super) parent: Side,
    /// Written by the child alone: the number of the last block that it answered.
    pub(super) child: Side,
}

/// What the memory says about itself.
#[repr(C, align(64))]
pub(super) struct Made {
    pub(super) magic: AtomicU64,
    pub(super) version: AtomicU32,
    pub(super) max_block: AtomicU32,
    pub(super) inputs: AtomicU32,
    pub(super) outputs: AtomicU32,
    pub(super) slots: AtomicU32,
    pub(super) scratch: AtomicU32,
}

/// One side's end of the hand-over.
#[repr(C, align(64))]
pub(super) struct Side {
    /// Counts up; the futex word that the other side sleeps on.
    pub(super) number: AtomicU32,
    /// Whether this side sleeps, or is about to, until the other's number changes.
    pub(super) asleep: AtomicU32,
}

/// One block, but for its audio and its events.
#[repr(C)]
pub(super) struct Slot {
    pub(super) question: Question,
    pub(super) reply: Reply,
}

/// What the parent writes.
#[repr(C, align(64))]
pub(super) struct Question {
    pub(super) frames: AtomicU32,
    /// What the transport says, and which of its optional values are there.
    pub(super) flags: AtomicU32,
    pub(super) numerator: AtomicU32,
    pub(super) denominator: AtomicU32,
    pub(super) position: AtomicU64,
    pub(super) tempo: AtomicU64,
    /// Input buses that carry a signal, one bit each.
    pub(super) fed: AtomicU64,
    pub(super) counts: Counts,
    pub(super) quarters: AtomicU64,
    pub(super) bar: AtomicU64,
    pub(super) cycle: [AtomicU64; 2],
}

/// What the child writes.
#[repr(C, align(64))]
pub(super) struct Reply {
    pub(super) status: AtomicU32,
    pub(super) counts: Counts,
}

/// How many events one side has put in place.
#[repr(C)]
pub(super) struct Counts {
    pub(super) changes: AtomicU32,
    pub(super) midi: AtomicU32,
    /// Events that found no place.
    pub(super) lost: AtomicU32,
}

/// The events of one block in one direction.
#[repr(C, align(64))]
pub(super) struct Events {
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
    pub(super) port: AtomicU32,
    pub(super) data: AtomicU64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_aligned_and_apart() {
        let sizes = Sizes { max_block: 100, inputs: 2, outputs: 3 };
        assert_eq!(Sizes::slot(0) % 64, 0);
        assert_eq!(Sizes::slot(1) - Sizes::slot(0), size_of::<Slot>());
        let starts: Vec<_> =
            (0..5).flat_map(|c| (0..SLOTS).map(move |slot| sizes.channel(slot, c))).collect();
        assert_eq!(sizes.channel(3, 4) as isize - sizes.channel(1, 4) as isize, sizes.between(1, 3));
        assert!(starts.iter().all(|start| start % 64 == 0));
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 400), "{starts:?}");
        assert!(starts[0] >= Sizes::slot(SLOTS));
        let events: Vec<_> = (0..SLOTS)
            .flat_map(|slot| [Direction::Input, Direction::Output].map(|way| sizes.events(slot, way)))
            .collect();
        assert!(starts[starts.len() - 1] + 400 <= events[0]);
        assert!(events.iter().all(|start| start % 64 == 0));
        assert!(events.windows(2).all(|pair| pair[1] - pair[0] == size_of::<Events>()), "{events:?}");
        assert_eq!(events[events.len() - 1] + size_of::<Events>(), sizes.total());
    }
}
