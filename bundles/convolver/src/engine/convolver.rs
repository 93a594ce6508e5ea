//! Input and output together, and the way from one response to another.

use std::sync::Arc;

use super::history::{BigSpectrum, History};
use super::plans::Plans;
use super::response::Response;
use super::voice::Voice;
use super::{SLOT, bearable};

/// A convolution whose response can be exchanged while it sounds. `[audio-thread]`
///
/// Without a response it is *open*: nothing comes out, and its user lets the sound pass.
pub(crate) struct Convolver {
    plans: Arc<Plans>,
    history: History,
    voices: [Voice; 2],
    responses: [Option<Box<Response>>; 2],
    /// Which of the two sounds.
    current: usize,
    change: Change,
    /// Frames of the way from one response to another.
    fade: usize,
    /// No sound has come since the last reset.
    fresh: bool,
    /// A response that is no longer needed.
    retired: Option<Box<Response>>,
}

/// How far the way to another response is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    No,
    /// The other one works and is not heard yet.
    Filling,
    /// So many frames of the way are done.
    Fading(usize),
}

/// Samples of up to two channels, up to a slot.
pub(crate) type Frames = [[f32; SLOT]; 2];

impl Convolver {
    /// One with all its memory, but for delay lines, which come with responses. `[any thread, not audio]`
    pub(crate) fn new(plans: Arc<Plans>, inputs: usize, outputs: usize, fade: usize) -> Self {
        let voice = || Voice::new(&plans, inputs, outputs);
        Self {
            history: History::new(&plans, inputs),
            voices: [voice(), voice()],
            responses: [None, None],
            current: 0,
            change: Change::No,
            fade: fade.max(1),
            fresh: true,
            retired: None,
            plans,
        }
    }

    /// Forgets all sound; a change that is under way is over.
    pub(crate) fn reset(&mut self) {
        self.history.reset();
        if self.change != Change::No {
            self.complete();
        }
        for voice in &mut self.voices {
            voice.begin(true, false);
        }
        self.fresh = true;
    }

    /// Whether another response can be taken. It can't while one is on its way, or the last one that is no longer
    /// needed was not collected.
    pub(crate) fn is_free(&self) -> bool {
        self.change == Change::No && self.retired.is_none()
    }

    /// Partitions of the largest level that there is room for.
    pub(crate) fn capacity(&self) -> usize {
        self.history.capacity()
    }

    /// Begins to change to another response, or to none; only where it [is free](Self::is_free). `longer` are delay lines
    /// for it, where there is [no room](Self::capacity); they are exchanged for what is no longer needed.
    pub(crate) fn change(&mut self, response: Option<Box<Response>>, longer: &mut [Vec<BigSpectrum>]) {
        self.history.extend(longer);
        let partitions = response.as_ref().map_or(0, |response| response.big());
        debug_assert!(partitions <= self.capacity());
        let other = 1 - self.current;
        self.voices[other].begin(self.fresh || self.history.sleeps(), self.history.lacks(partitions));
        self.responses[other] = response;
        self.change = Change::Filling;
        if self.fresh {
            self.complete();
        }
    }

    /// What is no longer needed, to be freed elsewhere.
    pub(crate) fn collect(&mut self) -> Option<Box<Response>> {
        self.retired.take()
    }

    /// Puts back what could not be handed on.
    pub(crate) fn keep(&mut self, retired: Box<Response>) {
        self.retired = Some(retired);
    }

    /// Frames of the response that sounds, 0 where there is none.
    pub(crate) fn frames(&self) -> usize {
        let frames = |n: usize| self.responses[n].as_ref().map_or(0, |response| response.frames());
        if self.change == Change::No { frames(self.current) } else { frames(0).max(frames(1)) }
    }

    /// Whether nothing comes out, because nothing but zeros has come in for long enough.
    pub(crate) fn sleeps(&self) -> bool {
        self.history.sleeps()
    }

    /// The most frames that [`process`](Self::process) takes now; 1 at least.
    pub(crate) fn room(&self) -> usize {
        self.history.room()
    }

    /// Convolves up to as many frames as there is [`room`](Self::room) for. `open` says for each how far there is no
    /// response, from 0 to 1.
    pub(crate) fn process(
        &mut self,
        frames: usize,
        input: &Frames,
        wet: &mut Frames,
        open: &mut [f32; SLOT],
    ) {
        self.fresh = false;
        for (channel, samples) in input.iter().enumerate() {
            self.history.take(channel, &samples[..frames]);
        }
        open[..frames].fill(0.0);
        for samples in wet.iter_mut() {
            samples[..frames].fill(0.0);
        }
        let (current, change, fade) = (self.current, self.change, self.fade);
        // A straight line, by the number of the frame in it.
        let risen = |n: usize, done: usize| (((done + n + 1) as f32) / fade as f32).min(1.0);
        match change {
            Change::Fading(done) => {
                self.add(current, frames, wet, open, |n| 1.0 - risen(n, done));
                self.add(1 - current, frames, wet, open, |n| risen(n, done));
                self.change = Change::Fading(done + frames);
                if done + frames >= fade {
                    self.complete();
                }
            }
            Change::No | Change::Filling => self.add(current, frames, wet, open, |_| 1.0),
        }
        // A response may be beyond all bounds; whoever filters what comes out would keep a NaN for ever.
        for samples in wet.iter_mut() {
            samples[..frames].iter_mut().for_each(|sample| *sample = bearable(*sample));
        }
        if self.history.advance(frames) {
            self.end_slot();
        }
    }

    fn add(
        &self,
        n: usize,
        frames: usize,
        wet: &mut Frames,
        open: &mut [f32; SLOT],
        weight: impl Fn(usize) -> f32,
    ) {
        match &self.responses[n] {
            None => open[..frames].iter_mut().enumerate().for_each(|(n, open)| *open += weight(n)),
            Some(_) if self.history.sleeps() => {}
            Some(response) => {
                for (channel, samples) in wet.iter_mut().enumerate() {
                    self.voices[n].add(response, &self.history, channel, &mut samples[..frames], &weight);
                }
            }
        }
    }

    fn end_slot(&mut self) {
        self.history.end_slot(&self.plans);
        let other = 1 - self.current;
        let asleep = self.history.sleeps();
        for n in [self.current, other] {
            let works = n == self.current || self.change != Change::No;
            if asleep {
                self.voices[n].settle();
            } else if let (Some(response), true) = (&self.responses[n], works) {
                self.voices[n].end_slot(&self.plans, response, &self.history);
            }
        }
        if self.change == Change::Filling {
            let ready = self.responses[other].as_ref();
            if ready.is_none_or(|response| self.voices[other].is_ready(response)) {
                self.change = Change::Fading(0);
            }
        }
    }

    fn complete(&mut self) {
        self.retired = self.responses[self.current].take();
        self.current = 1 - self.current;
        self.change = Change::No;
    }
}
