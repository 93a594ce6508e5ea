//! What came in: the last samples, and the spectra of the last blocks of each level.

use super::eightfold::Eighths;
use super::plans::{Plans, Scratch};
use super::{BIG, BIG_SLOTS, MID, MID_PARTITIONS, MID_SLOTS, SLOT, SMALL_PARTITIONS};

/// Blocks of the largest level of which the samples are kept: two to transform, one to gather.
const BLOCKS: usize = 3;

/// The spectrum of a block of the largest level, packed.
pub(crate) type BigSpectrum = Box<[f32]>;

/// The past of all input channels. `[audio-thread]`
pub(super) struct History {
    pub(super) channels: Box<[Past]>,
    /// Slots that are complete, modulo those of three of the largest blocks.
    slots: usize,
    /// Frames of the slot that is under way.
    at: usize,
    /// How many spectra of each level there are since the last reset.
    pub(super) small_known: usize,
    pub(super) mid_known: usize,
    pub(super) big_known: usize,
    /// There were blocks of the largest level whose spectra are not kept.
    lost: bool,
    /// Slots since the last one that was not silent, saturating.
    silent: usize,
    small: Scratch,
    mid: Scratch,
}

/// The past of one channel.
pub(super) struct Past {
    /// The last slot, and the one under way.
    recent: [f32; 2 * SLOT],
    /// The samples of the last blocks of the largest level.
    samples: Box<[f32]>,
    small: Ring,
    mid: Ring,
    big: Vec<BigSpectrum>,
    /// Where the newest one is.
    newest: usize,
    eighths: Eighths,
}

/// The last spectra of a level, all in one.
struct Ring {
    spectra: Box<[f32]>,
    len: usize,
    newest: usize,
}

impl Ring {
    fn new(count: usize, len: usize) -> Self {
        Self { spectra: vec![0.0; count * len].into(), len, newest: 0 }
    }

    /// Makes room for a new one in the place of the oldest.
    fn push(&mut self) -> &mut [f32] {
        let count = self.spectra.len() / self.len;
        self.newest = if self.newest + 1 < count { self.newest + 1 } else { 0 };
        &mut self.spectra[self.newest * self.len..][..self.len]
    }

    /// The one that is `age` blocks older than the newest.
    fn get(&self, age: usize) -> &[f32] {
        let count = self.spectra.len() / self.len;
        let at = if age <= self.newest { self.newest - age } else { self.newest + count - age };
        &self.spectra[at * self.len..][..self.len]
    }
}

impl History {
    /// `[any thread, not audio]`
    pub(super) fn new(plans: &Plans, channels: usize) -> Self {
        let past = || Past {
            recent: [0.0; 2 * SLOT],
            samples: vec![0.0; BLOCKS * BIG].into(),
            small: Ring::new(SMALL_PARTITIONS, 2 * SLOT),
            mid: Ring::new(MID_PARTITIONS, 2 * MID),
            big: Vec::new(),
            newest: 0,
            eighths: Eighths::new(),
        };
        Self {
            channels: (0..channels).map(|_| past()).collect(),
            slots: 0,
            at: 0,
            small_known: 0,
            mid_known: 0,
            big_known: 0,
            lost: false,
            silent: usize::MAX,
            small: plans.small.scratch(),
            mid: plans.mid.scratch(),
        }
    }

    /// Forgets everything. What is kept of the largest level is not cleared: nobody asks for what is not known.
    pub(super) fn reset(&mut self) {
        for past in &mut self.channels {
            past.recent.fill(0.0);
            past.samples.fill(0.0);
        }
        (self.slots, self.at, self.silent) = (0, 0, usize::MAX);
        (self.small_known, self.mid_known, self.big_known) = (0, 0, 0);
        self.lost = false;
    }

    /// Spectra of the largest level that are kept.
    pub(super) fn capacity(&self) -> usize {
        self.channels.first().map_or(0, |past| past.big.len())
    }

    /// Takes over longer delay lines, one for each channel, and leaves its own in their place. What is known moves.
    pub(super) fn extend(&mut self, longer: &mut [Vec<BigSpectrum>]) {
        for (past, longer) in self.channels.iter_mut().zip(longer) {
            let kept = past.big.len();
            if longer.len() <= kept {
                continue;
            }
            // The newest comes first, and from there on they grow older backwards, round the end.
            for age in 0..kept {
                let from = (past.newest + kept - age) % kept;
                let to = (longer.len() - age) % longer.len();
                std::mem::swap(&mut past.big[from], &mut longer[to]);
            }
            past.newest = 0;
            std::mem::swap(&mut past.big, longer);
        }
    }

    /// Frames until the end of the slot; 1 at least.
    pub(super) fn room(&self) -> usize {
        SLOT - self.at
    }

    /// The frame of the slot that comes next.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The slot that comes next, within a block of the largest level.
    pub(super) fn slot(&self) -> usize {
        self.slots % BIG_SLOTS
    }

    /// Whether nothing that is kept is anything but zero, so that nothing comes out.
    pub(super) fn sleeps(&self) -> bool {
        // The longest way from a sample to its last trace, and one more slot.
        self.silent > (self.capacity() + 4) * BIG_SLOTS
    }

    /// Whether so many partitions of the largest level would need to know more of the past than there is.
    pub(super) fn lacks(&self, partitions: usize) -> bool {
        self.lost && !self.sleeps() && partitions > self.big_known
    }

    /// Takes samples of a channel, no more than there is room for.
    pub(super) fn take(&mut self, channel: usize, samples: &[f32]) {
        let Some(past) = self.channels.get_mut(channel) else { return };
        past.recent[SLOT + self.at..][..samples.len()].copy_from_slice(samples);
        if samples.iter().any(|sample| *sample != 0.0) {
            // Counted up at the end of this slot.
            self.silent = 0;
        }
    }

    /// Moves on. True where that completes a slot.
    pub(super) fn advance(&mut self, frames: usize) -> bool {
        self.at += frames;
        self.at == SLOT
    }

    /// Completes a slot: keeps its samples, and does its share of the transforms.
    pub(super) fn end_slot(&mut self, plans: &Plans) {
        let start = self.slots * SLOT;
        self.at = 0;
        self.slots = (self.slots + 1) % (BLOCKS * BIG_SLOTS);
        let silent = self.silent;
        self.silent = silent.saturating_add(1);
        if self.sleeps() {
            return;
        }
        let kept = self.capacity();
        let Self { channels, slots, small_known, mid_known, big_known, lost, small, mid, .. } = self;
        let (of_mid, of_big) = (*slots % MID_SLOTS, *slots % BIG_SLOTS);
        *small_known = (*small_known + 1).min(SMALL_PARTITIONS);
        if of_mid == 0 {
            *mid_known = (*mid_known + 1).min(MID_PARTITIONS);
        }
        if of_big == 0 {
            *lost |= *big_known == kept;
            *big_known = (*big_known + 1).min(kept);
        }
        let end = *slots * SLOT;
        for (channel, past) in channels.iter_mut().enumerate() {
            small.frames.copy_from_slice(&past.recent);
            plans.small.forward_packed(small, past.small.push());
            past.samples[start..start + SLOT].copy_from_slice(&past.recent[SLOT..]);
            past.recent.copy_within(SLOT.., 0);
            if of_mid == channel % MID_SLOTS {
                past.transform_mid(plans, mid, end - of_mid * SLOT);
            }
            past.transform_big(plans, mid, of_big, *slots);
        }
    }

    /// The last complete block of the largest level.
    pub(super) fn last_block(&self, channel: usize) -> &[f32] {
        &self.channels[channel].samples[start_of(self.slots, 1)..][..BIG]
    }

    /// A channel's past.
    pub(super) fn past(&self, channel: usize) -> &Past {
        &self.channels[channel]
    }
}

impl Past {
    /// The last 64 samples up to a frame of the slot that is under way, this one included.
    #[inline]
    pub(super) fn window(&self, frame: usize) -> &[f32; SLOT] {
        let window = self.recent[frame + 1..].first_chunk();
        window.unwrap_or(&[0.0; SLOT])
    }

    /// The spectrum of a block and the one before it, `age` blocks ago.
    #[inline]
    pub(super) fn small(&self, age: usize) -> &[f32] {
        self.small.get(age)
    }

    #[inline]
    pub(super) fn mid(&self, age: usize) -> &[f32] {
        self.mid.get(age)
    }

    #[inline]
    pub(super) fn big(&self, age: usize) -> &[f32] {
        let (kept, newest) = (self.big.len(), self.newest);
        &self.big[if age <= newest { newest - age } else { newest + kept - age }]
    }

    /// The middle level: the blocks that ended before sample `end`.
    fn transform_mid(&mut self, plans: &Plans, scratch: &mut Scratch, end: usize) {
        let all = self.samples.len();
        for half in 0..2 {
            let from = (end + all - (2 - half) * MID) % all;
            scratch.frames[half * MID..][..MID].copy_from_slice(&self.samples[from..from + MID]);
        }
        plans.mid.forward_packed(scratch, self.mid.push());
    }

    /// The largest level's step for a slot: the two blocks that are complete.
    fn transform_big(&mut self, plans: &Plans, scratch: &mut Scratch, step: usize, slots: usize) {
        if self.big.is_empty() {
            return;
        }
        if step == 0 {
            self.newest = (self.newest + 1) % self.big.len();
        }
        match step {
            0..8 => {
                let [older, newer] = [2, 1].map(|back| &self.samples[start_of(slots, back)..][..BIG]);
                self.eighths.gather(plans, scratch, step, older, newer);
            }
            8..16 => self.eighths.join(plans, step - 8, &mut self.big[self.newest]),
            _ => {}
        }
    }
}

/// Where a block of the largest level begins among the samples: one back is the last that is complete.
fn start_of(slots: usize, back: usize) -> usize {
    (slots / BIG_SLOTS + BLOCKS - back) % BLOCKS * BIG
}
