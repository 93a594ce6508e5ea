//! Loudness after ITU-R BS.1770-5 and EBU R 128 (EBU Tech 3341), loudness range after EBU Tech 3342.

use super::gate::{Histogram, loudness};
use super::k_weighting::{KWeighting, Memory};

/// Steps a second: all windows are made of whole steps of 10 ms.
const STEPS_PER_SECOND: f64 = 100.0;
/// Steps of the momentary window, which is also the gating block.
const MOMENTARY: usize = 40;
/// Steps of the short-term window.
const SHORT_TERM: usize = 300;
/// Steps from one gating block to the next: they overlap by three quarters.
const GATING: u64 = 10;

/// How much a channel counts. The Recommendation's channels are L, R, C, Ls, Rs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Left, right, centre, and whatever is not at the side: as it is.
    Front,
    /// Left and right surround, 60° to 120° from the front: 1.41 times the power.
    Surround,
    /// Not at all: low-frequency effects.
    Lfe,
}

impl Weight {
    const fn factor(self) -> f64 {
        match self {
            Self::Front => 1.0,
            Self::Surround => 1.41,
            Self::Lfe => 0.0,
        }
    }
}

/// Measures loudness in LUFS: momentary (400 ms), short-term (3 s) and integrated (from the start,
/// gated), and the loudness range in LU. A processor owns one and shows its numbers with [`Output`](crate::param::Output) fields:
///
/// ```
/// use dyad_core::meter::LoudnessAnalyser;
///
/// // In `activate`:
/// let mut analyser = LoudnessAnalyser::new(48_000.0, 512, 2);
/// // In `process`, with `audio.channels()`:
/// # let channels = [[0.1; 480]; 2];
/// for (n, channel) in channels.iter().enumerate() {
///     analyser.add(n, channel);
/// }
/// analyser.finish();
/// let lufs = analyser.momentary();
/// # assert!(lufs < 0.0);
/// ```
///
/// Readings move every 10 ms, the integrated one and the range every 100 ms. Work and memory are
/// bounded: a sample costs two filters of the second order, a step of 10 ms some hundred additions, a
/// gating block some thousand; about 38 KB whatever the sample rate and however long it measures. (The `ebur128` crate
/// allocates nothing while it runs either, but keeps 3 s of filtered samples and adds up all of
/// them for each reading.)
#[derive(Clone, Debug)]
pub struct LoudnessAnalyser {
    filter: KWeighting,
    channels: Box<[Channel]>,
    grid: Grid,
    max_frames: usize,
    /// Steps that all channels have passed.
    done: u64,
    /// Of them, those since the integration began.
    integrated_steps: u64,
    histogram: Histogram,
    /// Of the short-term loudness, for the range.
    spread: Histogram,
    momentary: f32,
    short_term: f32,
    integrated: f32,
    range: f32,
}

/// The weighted mean squares of the steps, in a circle: the window and what can be ahead of it.
#[derive(Clone, Debug)]
struct Grid {
    /// Frames of a step.
    step: usize,
    powers: Box<[f64]>,
}

#[derive(Clone, Copy, Debug)]
struct Channel {
    weight: f64,
    memory: Memory,
    /// Frames since the last `finish`.
    added: usize,
    /// Whole steps so far.
    steps: u64,
    /// Frames that the present step lacks, and the squares that it has.
    lacking: usize,
    energy: f64,
}

impl Grid {
    fn slot(&mut self, step: u64) -> &mut f64 {
        let length = self.powers.len() as u64;
        &mut self.powers[(step % length) as usize]
    }

    /// The mean over the last `count` of `done` steps.
    fn mean(&self, done: u64, count: usize) -> f64 {
        let length = self.powers.len();
        let end = (done % length as u64) as usize;
        let from_start = &self.powers[end.saturating_sub(count)..end];
        let from_end = &self.powers[length - (count - from_start.len())..];
        (from_start.iter().sum::<f64>() + from_end.iter().sum::<f64>()) / count as f64
    }
}

impl Channel {
    fn new(weight: f64, step: usize) -> Self {
        Self { weight, memory: Memory::default(), added: 0, steps: 0, lacking: step, energy: 0.0 }
    }

    fn feed(&mut self, filter: &KWeighting, grid: &mut Grid, mut samples: &[f32]) {
        self.added += samples.len();
        while !samples.is_empty() {
            let (run, rest) = samples.split_at(samples.len().min(self.lacking));
            self.energy += filter.energy(&mut self.memory, run);
            self.lacking -= run.len();
            samples = rest;
            if self.lacking == 0 {
                *grid.slot(self.steps) += self.weight * self.energy / grid.step as f64;
                self.steps += 1;
                self.lacking = grid.step;
                self.energy = 0.0;
            }
        }
    }
}

impl LoudnessAnalyser {
    /// For a sample rate in Hz, pieces of up to `max_frames` frames, and channels that all count as
    /// front: right for mono and stereo. `[main-thread & !active]`
    #[must_use]
    pub fn new(sample_rate: f64, max_frames: usize, channels: usize) -> Self {
        Self::build(sample_rate, max_frames, (0..channels).map(|_| Weight::Front))
    }

    /// The same with a weight for each channel. `[main-thread & !active]`
    #[must_use]
    pub fn with_weights(sample_rate: f64, max_frames: usize, weights: &[Weight]) -> Self {
        Self::build(sample_rate, max_frames, weights.iter().copied())
    }

    fn build(sample_rate: f64, max_frames: usize, weights: impl Iterator<Item = Weight>) -> Self {
        // Rounded where the rate is no multiple of 100 Hz: a window is off by 0.25 % at most from
        // 20 kHz up.
        let step = ((sample_rate / STEPS_PER_SECOND).round() as usize).max(1);
        let ahead = max_frames.div_ceil(step) + 1;
        Self {
            filter: KWeighting::new(sample_rate),
            channels: weights.map(|weight| Channel::new(weight.factor(), step)).collect(),
            grid: Grid { step, powers: vec![0.0; SHORT_TERM + ahead].into() },
            max_frames,
            done: 0,
            integrated_steps: 0,
            histogram: Histogram::new(),
            spread: Histogram::new(),
            momentary: f32::NEG_INFINITY,
            short_term: f32::NEG_INFINITY,
            integrated: f32::NEG_INFINITY,
            range: 0.0,
        }
    }

    /// Takes the samples of a channel of this piece into account; the first channel is 0. Samples that
    /// are not finite count as 0; channels and frames beyond what was announced are left out.
    /// `[audio-thread]`
    pub fn add(&mut self, channel: usize, samples: &[f32]) {
        if let Some(channel) = self.channels.get_mut(channel) {
            let room = self.max_frames - channel.added;
            channel.feed(&self.filter, &mut self.grid, &samples[..samples.len().min(room)]);
        }
    }

    /// Closes a piece, as long as the channel with the most samples; others get silence for what they
    /// lack. `[audio-thread]`
    pub fn finish(&mut self) {
        let frames = self.channels.iter().map(|channel| channel.added).max().unwrap_or(0);
        for channel in &mut self.channels {
            while channel.added < frames {
                let silence = [0.0; 64];
                let missing = silence.len().min(frames - channel.added);
                channel.feed(&self.filter, &mut self.grid, &silence[..missing]);
            }
            channel.added = 0;
        }
        let steps = self.channels.first().map_or(0, |channel| channel.steps);
        if self.done < steps {
            while self.done < steps {
                self.pass_step();
            }
            self.momentary = loudness(self.grid.mean(self.done, MOMENTARY)) as f32;
            self.short_term = loudness(self.grid.mean(self.done, SHORT_TERM)) as f32;
        }
    }

    fn pass_step(&mut self) {
        self.done += 1;
        // The step that has left the longest window makes place for one to come.
        let ahead = (self.grid.powers.len() - SHORT_TERM) as u64;
        *self.grid.slot(self.done - 1 + ahead) = 0.0;
        self.integrated_steps += 1;
        if !self.integrated_steps.is_multiple_of(GATING) {
            return;
        }
        if self.integrated_steps >= MOMENTARY as u64 {
            self.histogram.add(self.grid.mean(self.done, MOMENTARY));
            self.integrated = self.histogram.loudness() as f32;
        }
        if self.integrated_steps >= SHORT_TERM as u64 {
            self.spread.add(self.grid.mean(self.done, SHORT_TERM));
            self.range = self.spread.range() as f32;
        }
    }

    /// The loudness of the last 400 ms in LUFS; −∞ for silence. `[audio-thread]`
    #[must_use]
    pub fn momentary(&self) -> f32 {
        self.momentary
    }

    /// The loudness of the last 3 s in LUFS; −∞ for silence. `[audio-thread]`
    #[must_use]
    pub fn short_term(&self) -> f32 {
        self.short_term
    }

    /// The gated loudness of everything since the start in LUFS; −∞ where nothing has passed the gate
    /// of −70 LUFS. `[audio-thread]`
    #[must_use]
    pub fn integrated(&self) -> f32 {
        self.integrated
    }

    /// The loudness range since the start in LU: how far the short-term loudness spreads, between its
    /// 10th and its 95th percentile. 0 in the first 3 seconds. `[audio-thread]`
    #[must_use]
    pub fn range(&self) -> f32 {
        self.range
    }

    /// Starts the integrated loudness and the range anew; the others go on. `[audio-thread]`
    pub fn restart(&mut self) {
        self.histogram.clear();
        self.spread.clear();
        self.range = 0.0;
        self.integrated_steps = 0;
        self.integrated = f32::NEG_INFINITY;
    }

    /// Forgets everything, for [`Processor::reset`](crate::Processor::reset). `[audio-thread]`
    pub fn reset(&mut self) {
        self.restart();
        self.grid.powers.fill(0.0);
        for channel in &mut self.channels {
            *channel = Channel::new(channel.weight, self.grid.step);
        }
        self.done = 0;
        (self.momentary, self.short_term) = (f32::NEG_INFINITY, f32::NEG_INFINITY);
    }
}
