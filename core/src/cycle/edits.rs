//! Parameters that the plugin itself has set, on their way to the host.

use super::sound::Slot;

/// Room for edits of one block.
const CAPACITY: usize = 128;

/// A parameter that the plugin has set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edit {
    /// Position in the description.
    pub index: usize,
    /// Frame within the block.
    pub frame: u32,
    /// The new plain value.
    pub plain: f64,
}

/// The edits of a block, in the order in which they were made. When it is full, an edit is told with
/// the next block: values on the way there are lost to the host's recording (and counted), the last
/// one never is.
#[derive(Debug, Default)]
pub(super) struct Edits {
    list: Vec<Edit>,
    /// Some slot is marked as unsaid.
    late: bool,
    /// Where to look first for one.
    next: usize,
    missed: u64,
}

impl Edits {
    /// `[main-thread]`
    pub(super) fn new(params: usize) -> Self {
        Self { list: Vec::with_capacity(CAPACITY.min(params * 16)), ..Self::default() }
    }

    /// Notes that a slot has a new value. `[audio-thread]`
    pub(super) fn push(&mut self, slot: &mut Slot, index: usize, frame: u32) {
        if self.list.len() < self.list.capacity() {
            self.list.push(Edit { index, frame, plain: slot.plain });
        } else {
            slot.unsaid = true;
            self.late = true;
            self.missed += 1;
        }
    }

    /// Forgets the last block's, and takes up what it had no room for. `[audio-thread]`
    #[inline]
    pub(super) fn begin(&mut self, slots: &mut [Slot]) {
        if !self.list.is_empty() {
            self.list.clear();
        }
        if std::mem::take(&mut self.late) {
            self.catch_up(slots);
        }
    }

    #[cold]
    fn catch_up(&mut self, slots: &mut [Slot]) {
        // From behind the last one that was told, so that each has its turn.
        let (first, count) = (self.next, slots.len());
        for index in (first..count).chain(0..first.min(count)) {
            let slot = &mut slots[index];
            if !slot.unsaid {
                continue;
            }
            if self.list.len() == self.list.capacity() {
                (self.late, self.next) = (true, index);
                return;
            }
            slot.unsaid = false;
            self.list.push(Edit { index, frame: 0, plain: slot.plain });
        }
    }

    /// Forgets the last block's. `[audio-thread]`
    pub(super) fn clear(&mut self) {
        self.list.clear();
    }

    pub(super) fn as_slice(&self) -> &[Edit] {
        &self.list
    }

    pub(super) fn missed(&self) -> u64 {
        self.missed
    }
}
