//! Click-free bypass with the latency kept.
//!
//! Wet → dry is a straight cross-fade over 5 ms. The dry signal is delayed by the plugin's own
//! latency, so the host's compensation stays right. While fully bypassed the plugin does not run;
//! when it comes back it starts from [`Processor::reset`](crate::Processor::reset), and is not heard
//! before its latency is over: until then it has nothing to say.

use crate::audio::{Audio, Channel, Sample};
use crate::layout::Layout;

use super::PIECE;

const FADE_SECONDS: f64 = 0.005;

/// Frames of a fade.
fn fade_frames(sample_rate: f64) -> u32 {
    // The cast stops at the ends.
    ((FADE_SECONDS * sample_rate).round() as u32).clamp(1, 1_000_000)
}

/// What the cycle has to do for a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Run the plugin.
    Wet,
    /// Run the plugin on a piece of at most [`PIECE`] frames and mix.
    Fading,
    /// Leave the plugin alone.
    Dry,
}

/// Where the bypass is between wet and dry.
#[derive(Debug)]
pub(super) struct Switch {
    on: bool,
    /// 0 = wet … `fade` = dry, moving by 1 each frame.
    position: u32,
    /// 0 where there is no audio to fade.
    fade: u32,
    /// Frames for which it stays dry before it goes back to wet.
    hold: u32,
    /// Follows from the first three; asked for in every piece.
    phase: Phase,
}

impl Switch {
    /// `[main-thread & !active]`
    pub(super) fn new(layout: &Layout, sample_rate: f64) -> Self {
        let fade = if layout.output_channels() == 0 { 0 } else { fade_frames(sample_rate) };
        Self { on: false, position: 0, fade, hold: 0, phase: Phase::Wet }
    }

    pub(super) fn set(&mut self, on: bool) {
        self.on = on;
        self.update();
    }

    pub(super) fn snap(&mut self) {
        self.position = if self.on { self.fade } else { 0 };
        self.hold = 0;
        self.update();
    }

    fn update(&mut self) {
        self.phase = match self.position {
            position if position >= self.fade && self.on => Phase::Dry,
            0 if !self.on => Phase::Wet,
            _ => Phase::Fading,
        };
    }

    #[inline]
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether it is on its way to dry.
    pub(super) fn leaves(&self) -> bool {
        self.on
    }

    /// Stays dry for so many frames: the plugin has just been reset, and this is its latency.
    pub(super) fn hold(&mut self, frames: u32) {
        self.hold = frames;
    }

    /// How many frames are left until it is all wet or all dry, at least 1.
    pub(super) fn left(&self) -> usize {
        let left =
            if self.on { self.fade - self.position } else { self.hold.saturating_add(self.position) };
        left.max(1) as usize
    }

    /// The position after so many more frames.
    fn after(&self, frames: usize) -> u32 {
        let frames = frames.min(u32::MAX as usize) as u32;
        let later = self.position.saturating_add(frames).min(self.fade);
        if self.on { later } else { self.position.saturating_sub(frames.saturating_sub(self.hold)) }
    }

    /// Moves on by a piece.
    pub(super) fn advance(&mut self, frames: usize) {
        self.position = self.after(frames);
        self.hold = self.hold.saturating_sub(frames.min(u32::MAX as usize) as u32);
        self.update();
    }
}

/// The dry signal, late by the plugin's latency.
#[derive(Debug)]
pub(super) struct Dry<S> {
    delays: Box<[Delay<S>]>,
    latency: usize,
    /// The latency before, while the dry signal moves from there to the present one.
    before: usize,
    /// Frames that are left of that, of `fade`.
    moving: u32,
    fade: u32,
    /// The dry signal of a piece while fading, channel after channel.
    kept: Box<[S]>,
}

impl<S: Sample> Dry<S> {
    /// Memory for a latency of at most `most` frames. `[main-thread & !active]`
    pub(super) fn new(layout: &Layout, sample_rate: f64, latency: u32, most: u32) -> Self {
        let channels = layout.main_inputs().min(layout.main_outputs());
        let most = most.max(latency) as usize;
        // Without any latency there is nothing to remember.
        let len = if most == 0 { 0 } else { most + 1 };
        Self {
            delays: (0..channels).map(|_| Delay::new(len)).collect(),
            latency: latency as usize,
            before: latency as usize,
            moving: 0,
            fade: fade_frames(sample_rate),
            kept: vec![S::default(); layout.main_outputs() * PIECE].into(),
        }
    }

    /// For a precision that is not in use.
    pub(super) fn none() -> Self {
        Self { delays: Box::default(), latency: 0, before: 0, moving: 0, fade: 1, kept: Box::default() }
    }

    /// The latency from now on; `false` where it is more than there is memory for, and then it is as
    /// much as possible. Where the dry signal is heard, it moves there in a fade. `[audio-thread]`
    pub(super) fn set_latency(&mut self, latency: u32, heard: bool) -> bool {
        let most = self.delays.first().map_or(usize::MAX, |delay| delay.ring.len().saturating_sub(1));
        if self.moving == 0 {
            self.before = self.latency;
        }
        // A second change meanwhile goes on from where the first began: a step, but a rare one.
        self.moving = if heard { self.fade } else { 0 };
        self.latency = (latency as usize).min(most);
        latency as usize <= most
    }

    /// Forgets what has passed. `[audio-thread]`
    pub(super) fn clear(&mut self) {
        self.delays.iter_mut().for_each(|delay| delay.ring.fill(S::default()));
    }

    /// Wet: remembers the input for a later fade.
    #[inline]
    pub(super) fn listen(&mut self, audio: &mut Audio<'_, S>) {
        if self.delays.first().is_none_or(Delay::is_empty) {
            return;
        }
        for (delay, channel) in self.delays.iter_mut().zip(audio.channels()) {
            delay.push(channel.input());
        }
    }

    /// Where the dry signal of a piece is taken from; the movement goes on by as many frames.
    fn tap(&mut self, frames: usize) -> Tap {
        let Self { latency, before, moving, fade, .. } = *self;
        self.moving = moving.saturating_sub(frames.min(u32::MAX as usize) as u32);
        Tap { latency, before, moving, fade }
    }

    /// Dry: passes the delayed input on.
    pub(super) fn pass(&mut self, audio: &mut Audio<'_, S>) {
        let tap = self.tap(audio.frames());
        let spreads = audio.layout().spreads_mono();
        let mut delays = self.delays.iter_mut();
        let mut first: Option<Channel<'_, S>> = None;
        for mut channel in audio.channels() {
            match (delays.next(), &first) {
                (Some(delay), _) => delay.run(channel.samples(), &tap),
                (None, Some(first)) if spreads => channel.samples().copy_from_slice(first.output()),
                // Without an input it reads silence.
                (None, _) => {
                    channel.samples();
                }
            }
            first.get_or_insert(channel);
        }
        audio.silence_aux_outputs();
        if self.delays.first().is_none_or(Delay::is_empty) {
            audio.pass_silence();
        }
    }

    /// Fading, before the plugin runs: keeps the dry signal, which it may overwrite.
    pub(super) fn keep(&mut self, audio: &mut Audio<'_, S>) {
        let tap = self.tap(audio.frames());
        let mut delays = self.delays.iter_mut();
        for (channel, dry) in audio.channels().zip(self.kept.chunks_exact_mut(PIECE)) {
            let dry = &mut dry[..channel.input().len()];
            dry.copy_from_slice(channel.input());
            if let Some(delay) = delays.next() {
                delay.run(dry, &tap);
            }
        }
        if audio.layout().spreads_mono() {
            self.kept.copy_within(..PIECE, PIECE);
        }
    }

    /// Fading, after the plugin ran: mixes. Auxiliary outputs fade against silence.
    pub(super) fn mix(&mut self, audio: &mut Audio<'_, S>, switch: &Switch) {
        let share = |i: usize| S::from(switch.after(i + 1) as f32 / switch.fade.max(1) as f32);
        for (mut channel, dry) in audio.channels().zip(self.kept.chunks_exact(PIECE)) {
            for (i, (wet, dry)) in channel.written().iter_mut().zip(dry).enumerate() {
                // All dry is the input to the bit, whatever the plugin gives.
                let all = switch.after(i + 1) >= switch.fade;
                *wet = if all { *dry } else { *wet + (*dry - *wet) * share(i) };
            }
        }
        for bus in 0..audio.layout().outputs.len() {
            let mut channel = 0;
            while let Some(samples) = audio.aux_output(bus, channel) {
                samples.iter_mut().enumerate().for_each(|(i, wet)| *wet = *wet - *wet * share(i));
                channel += 1;
            }
        }
        audio.not_silent();
    }
}

/// How late the dry signal of a piece is, and how much of it is still late by another time.
struct Tap {
    latency: usize,
    before: usize,
    moving: u32,
    fade: u32,
}

/// What one channel was in the last frames.
#[derive(Debug)]
struct Delay<S> {
    ring: Box<[S]>,
    at: usize,
}

impl<S: Sample> Delay<S> {
    fn new(len: usize) -> Self {
        Self { ring: vec![S::default(); len].into(), at: 0 }
    }

    fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    fn push(&mut self, input: &[S]) {
        for sample in input {
            self.ring[self.at] = *sample;
            self.at = if self.at + 1 == self.ring.len() { 0 } else { self.at + 1 };
        }
    }

    fn run(&mut self, samples: &mut [S], tap: &Tap) {
        let len = self.ring.len();
        if len == 0 {
            return;
        }
        let mut moving = tap.moving;
        for sample in samples {
            self.ring[self.at] = *sample;
            let late = |by: usize| self.ring[if self.at >= by { self.at - by } else { self.at + len - by }];
            *sample = late(tap.latency);
            if moving > 0 {
                let share = S::from(moving as f32 / tap.fade as f32);
                *sample = *sample + (late(tap.before) - *sample) * share;
                moving -= 1;
            }
            self.at = if self.at + 1 == len { 0 } else { self.at + 1 };
        }
    }
}
