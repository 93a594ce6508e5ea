//! What comes out with one response.

use super::eightfold::Eighths;
use super::history::{BigSpectrum, History};
use super::plans::{Plans, Scratch};
use super::products::{dot, multiply_add};
use super::response::{Response, Route};
use super::{BIG, BIG_SLOTS, MID, MID_SLOTS, SLOT};

/// Slots of a largest block in which products with spectra older than the newest are made.
const OLD_SLOTS: usize = BIG_SLOTS - 16;
/// From this slot on the newest spectrum is there too.
const NEWEST_FROM: usize = 16;

/// Sums and results under way for one response. `[audio-thread]`
pub(super) struct Voice {
    outputs: Box<[Output]>,
    small: Scratch,
    mid: Scratch,
    /// How far each of the upper levels has come since the voice began.
    mid_stage: Stage,
    big_stage: Stage,
    since: Option<Since>,
    /// For each input the spectrum of its first block, with nothing before it.
    onsets: Box<[BigSpectrum]>,
}

/// Where the delay lines do not reach back far enough, a voice takes nothing of the largest level from before it
/// began: else each further block that they know would come in with a jump.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Since {
    /// Blocks since it began.
    blocks: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Stage {
    /// It waits for the beginning of a block.
    Waiting,
    /// It works on its first block.
    Working,
    /// What comes out is whole.
    Ready,
}

impl Stage {
    /// A block is complete, and the next one begins. True where there was work to be heard now.
    fn turn(&mut self) -> bool {
        let worked = *self != Self::Waiting;
        *self = if worked { Self::Ready } else { Self::Working };
        worked
    }
}

struct Output {
    sum: [f32; 2 * SLOT],
    heard: [f32; SLOT],
    mid: Level,
    big: Level,
    eighths: Eighths,
}

struct Level {
    sum: Box<[f32]>,
    /// What is heard in this block.
    heard: Box<[f32]>,
    /// What will be in the next one.
    next: Box<[f32]>,
}

impl Level {
    fn new(size: usize) -> Self {
        let zeros = |len: usize| vec![0.0; len].into();
        Self { sum: zeros(2 * size), heard: zeros(size), next: zeros(size) }
    }

    fn reset(&mut self) {
        for numbers in [&mut self.sum, &mut self.heard, &mut self.next] {
            numbers.fill(0.0);
        }
    }

    fn clear_bins(&mut self, from: usize, to: usize) {
        let bins = self.sum.len() / 2;
        self.sum[from..to].fill(0.0);
        self.sum[bins + from..bins + to].fill(0.0);
    }
}

impl Voice {
    /// `[any thread, not audio]`
    pub(super) fn new(plans: &Plans, inputs: usize, channels: usize) -> Self {
        // The steps of an onset are made in the memory of an output.
        debug_assert!(inputs <= channels);
        let output = || Output {
            sum: [0.0; 2 * SLOT],
            heard: [0.0; SLOT],
            mid: Level::new(MID),
            big: Level::new(BIG),
            eighths: Eighths::new(),
        };
        Self {
            outputs: (0..channels).map(|_| output()).collect(),
            small: plans.small.scratch(),
            mid: plans.mid.scratch(),
            mid_stage: Stage::Ready,
            big_stage: Stage::Ready,
            since: None,
            onsets: (0..inputs).map(|_| vec![0.0; 2 * BIG].into()).collect(),
        }
    }

    /// Begins with nothing in it. Where there was nothing before either, it is ready at once. `lacking` says that the
    /// delay lines know too little.
    pub(super) fn begin(&mut self, fresh: bool, lacking: bool) {
        self.since = lacking.then_some(Since { blocks: 0 });
        for output in &mut self.outputs {
            output.heard.fill(0.0);
            output.mid.reset();
            output.big.reset();
            // A beginning may be in the midst of a block's steps.
            output.eighths.reset();
        }
        let stage = if fresh { Stage::Ready } else { Stage::Waiting };
        (self.mid_stage, self.big_stage) = (stage, stage);
    }

    /// Nothing is known of but zeros, so that what comes out is whole.
    pub(super) fn settle(&mut self) {
        (self.mid_stage, self.big_stage) = (Stage::Ready, Stage::Ready);
        self.since = None;
    }

    /// Whether all of a response is in what comes out.
    pub(super) fn is_ready(&self, response: &Response) -> bool {
        let none = |of: fn(&super::response::Filter) -> bool| response.filters.iter().all(of);
        (self.mid_stage == Stage::Ready || none(|filter| filter.mid.is_empty()))
            && (self.big_stage == Stage::Ready || none(|filter| filter.big.is_empty()))
    }

    /// Adds what is heard in some frames of the slot under way, times `weight` of the frame's number.
    #[inline]
    pub(super) fn add(
        &self,
        response: &Response,
        history: &History,
        channel: usize,
        frames: &mut [f32],
        weight: impl Fn(usize) -> f32,
    ) {
        let Some(output) = self.outputs.get(channel) else { return };
        let (at, slot) = (history.at(), history.slot());
        let mid = &output.mid.heard[slot % MID_SLOTS * SLOT..][..SLOT];
        let big = &output.big.heard[slot * SLOT..][..SLOT];
        for (n, frame) in frames.iter_mut().enumerate() {
            let mut sum = 0.0;
            for Route { input, filter, .. } in routes_to(response, channel) {
                sum += dot(history.past(input).window(at + n), &response.filters[filter].head);
            }
            sum += output.heard[at + n] + mid[at + n] + big[at + n];
            *frame += weight(n) * sum;
        }
    }

    /// The work of a slot that is complete.
    pub(super) fn end_slot(&mut self, plans: &Plans, response: &Response, history: &History) {
        let slot = history.slot();
        let of_mid = slot % MID_SLOTS;
        let mid_worked = of_mid == 0 && self.mid_stage.turn();
        let big_worked = slot == 0 && self.big_stage.turn();
        let (works_mid, works_big) =
            (self.mid_stage != Stage::Waiting, self.big_stage != Stage::Waiting && response.big() > 0);
        if let Some(since) = &mut self.since
            && slot == 0
        {
            since.blocks += 1;
            if since.blocks > response.big() {
                self.since = None;
            }
        }
        if self.since == Some(Since { blocks: 1 }) {
            self.onset(plans, history, slot);
        }
        let Self { outputs, onsets, since, .. } = self;
        let past = Past { history, onsets, since: *since };
        for (channel, output) in outputs.iter_mut().enumerate() {
            output.small(plans, &mut self.small, response, history, channel);
            if mid_worked {
                std::mem::swap(&mut output.mid.heard, &mut output.mid.next);
            }
            if works_mid {
                output.mid(plans, &mut self.mid, response, history, channel, of_mid);
            }
            if big_worked {
                std::mem::swap(&mut output.big.heard, &mut output.big.next);
            }
            if works_big {
                output.big(plans, &mut self.mid, response, &past, channel, slot);
            }
        }
    }

    /// The steps for the spectra of a first block.
    fn onset(&mut self, plans: &Plans, history: &History, slot: usize) {
        for (input, onset) in self.onsets.iter_mut().enumerate() {
            let eighths = &mut self.outputs[input].eighths;
            match slot {
                0..8 => eighths.gather(plans, &mut self.mid, slot, &[0.0; BIG], history.last_block(input)),
                8..16 => eighths.join(plans, slot - 8, onset),
                _ => {}
            }
        }
    }
}

/// The spectra of the largest level, as a voice sees them.
struct Past<'a> {
    history: &'a History,
    onsets: &'a [BigSpectrum],
    since: Option<Since>,
}

impl Past<'_> {
    /// How many there are.
    fn known(&self) -> usize {
        self.since.map_or(self.history.big_known, |since| since.blocks)
    }

    fn big(&self, input: usize, age: usize) -> &[f32] {
        match self.since {
            Some(since) if age + 1 == since.blocks => &self.onsets[input],
            _ => self.history.past(input).big(age),
        }
    }
}

impl Output {
    fn small(
        &mut self,
        plans: &Plans,
        scratch: &mut Scratch,
        response: &Response,
        history: &History,
        channel: usize,
    ) {
        self.sum.fill(0.0);
        for Route { input, filter, .. } in routes_to(response, channel) {
            let past = history.past(input);
            let spectra = response.filters[filter].small.iter().take(history.small_known);
            for (age, spectrum) in spectra.enumerate() {
                multiply_add(&mut self.sum, past.small(age), spectrum, 0, SLOT);
            }
        }
        plans.small.back_packed(scratch, &self.sum);
        self.heard.copy_from_slice(&scratch.frames[SLOT..]);
    }

    /// Slots 2 to 5 make products; what follows transforms them, a channel in each.
    fn mid(
        &mut self,
        plans: &Plans,
        scratch: &mut Scratch,
        response: &Response,
        history: &History,
        channel: usize,
        slot: usize,
    ) {
        if let 2..6 = slot {
            let (from, to) = (MID * (slot - 2) / 4, MID * (slot - 1) / 4);
            self.mid.clear_bins(from, to);
            for Route { input, filter, .. } in routes_to(response, channel) {
                let past = history.past(input);
                let spectra = response.filters[filter].mid.iter().take(history.mid_known);
                for (age, spectrum) in spectra.enumerate() {
                    multiply_add(&mut self.mid.sum, past.mid(age), spectrum, from, to);
                }
            }
        } else if slot == 6 + channel % 2 {
            plans.mid.back_packed(scratch, &self.mid.sum);
            self.mid.next.copy_from_slice(&scratch.frames[MID..]);
        }
    }

    /// Products with the older spectra in slots 0 to 47, with the newest one in 16 to 47, and then back.
    fn big(
        &mut self,
        plans: &Plans,
        scratch: &mut Scratch,
        response: &Response,
        past: &Past<'_>,
        channel: usize,
        slot: usize,
    ) {
        match slot {
            0..OLD_SLOTS => {
                // Whole eights, for vectors.
                let bound = |n: usize| BIG * n / OLD_SLOTS / 8 * 8;
                let (from, to) = (bound(slot), bound(slot + 1));
                self.big.clear_bins(from, to);
                for Route { input, filter, .. } in routes_to(response, channel) {
                    let spectra = response.filters[filter].big.iter().take(past.known());
                    for (age, spectrum) in spectra.enumerate().skip(1) {
                        multiply_add(&mut self.big.sum, past.big(input, age), spectrum, from, to);
                    }
                    // These bins have their sums of old ones already: its share is larger, but begins later.
                    if slot >= NEWEST_FROM
                        && past.known() > 0
                        && let Some(spectrum) = response.filters[filter].big.first()
                    {
                        let share = BIG / (OLD_SLOTS - NEWEST_FROM);
                        let from = (slot - NEWEST_FROM) * share;
                        multiply_add(&mut self.big.sum, past.big(input, 0), spectrum, from, from + share);
                    }
                }
            }
            _ if slot < OLD_SLOTS + 8 => self.eighths.part(plans, slot - OLD_SLOTS, &self.big.sum),
            _ => self.eighths.scatter(plans, scratch, slot - OLD_SLOTS - 8, &mut self.big.next),
        }
    }
}

/// What comes to an output channel.
#[inline]
fn routes_to(response: &Response, channel: usize) -> impl Iterator<Item = Route> + '_ {
    response.routes.iter().filter(move |route| route.output == channel).copied()
}
