//! Click-free bypass with the latency kept.
//!
//! Wet → dry is a straight cross-fade over 5 ms. The dry signal is delayed by the plugin's own
//! latency, so the host's compensation stays right. While fully bypassed the plugin does not run;
//! when it comes back it starts from [`Processor::reset`](crate::Processor::reset).

use crate::audio::Audio;
use crate::layout::Layout;

use super::PIECE;

const FADE_SECONDS: f64 = 0.005;

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

#[derive(Debug)]
pub(super) struct Bypass {
    on: bool,
    /// 0 = wet … `fade` = dry, moving by 1 each frame.
    position: u32,
    fade: u32,
    /// Follows from the three above; asked for in every piece.
    phase: Phase,
    delays: Box<[Delay]>,
    /// The dry signal of a piece while fading, channel after channel.
    dry: Box<[f32]>,
}

impl Bypass {
    /// `[main-thread & !active]`
    pub(super) fn new(layout: &Layout, sample_rate: f64, latency: u32) -> Self {
        let channels = layout.main_inputs().min(layout.main_outputs());
        Self {
            on: false,
            position: 0,
            fade: (FADE_SECONDS * sample_rate).round().clamp(1.0, 1e6) as u32,
            phase: Phase::Wet,
            delays: (0..channels).map(|_| Delay::new(latency as usize)).collect(),
            dry: vec![0.0; layout.main_outputs() * PIECE].into(),
        }
    }

    pub(super) fn set(&mut self, on: bool) {
        self.on = on;
        self.update();
    }

    pub(super) fn snap(&mut self) {
        self.position = if self.on { self.fade } else { 0 };
        self.update();
    }

    fn update(&mut self) {
        self.phase = match self.position {
            0 if !self.on => Phase::Wet,
            position if position >= self.fade && self.on => Phase::Dry,
            _ => Phase::Fading,
        };
    }

    #[inline]
    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether the plugin was at rest and has to start afresh for this piece.
    pub(super) fn wakes(&self) -> bool {
        !self.on && self.position >= self.fade
    }

    /// Wet: remembers the input for a later fade.
    #[inline]
    pub(super) fn listen(&mut self, audio: &mut Audio<'_>) {
        if self.delays.first().is_none_or(Delay::is_empty) {
            return;
        }
        for (delay, channel) in self.delays.iter_mut().zip(audio.channels()) {
            delay.push(channel.input());
        }
    }

    /// Dry: passes the delayed input on.
    pub(super) fn pass(&mut self, audio: &mut Audio<'_>) {
        let mut delays = self.delays.iter_mut();
        for mut channel in audio.channels() {
            let samples = channel.samples();
            if let Some(delay) = delays.next() {
                delay.run(samples);
            }
        }
        audio.silence_aux_outputs();
    }

    /// Fading, before the plugin runs: keeps the dry signal, which it may overwrite.
    pub(super) fn keep(&mut self, audio: &mut Audio<'_>) {
        let mut delays = self.delays.iter_mut();
        for (channel, dry) in audio.channels().zip(self.dry.chunks_exact_mut(PIECE)) {
            let dry = &mut dry[..channel.input().len()];
            dry.copy_from_slice(channel.input());
            if let Some(delay) = delays.next() {
                delay.run(dry);
            }
        }
    }

    /// Fading, after the plugin ran: mixes and moves on.
    pub(super) fn mix(&mut self, audio: &mut Audio<'_>) {
        let (position, fade, on) = (self.position, self.fade, self.on);
        let at = |i: usize| {
            let i = i as u32 + 1;
            if on { position.saturating_add(i).min(fade) } else { position.saturating_sub(i) }
        };
        for (mut channel, dry) in audio.channels().zip(self.dry.chunks_exact(PIECE)) {
            for (i, (wet, dry)) in channel.written().iter_mut().zip(dry).enumerate() {
                *wet += (dry - *wet) * (at(i) as f32 / fade as f32);
            }
        }
        if audio.frames() > 0 {
            self.position = at(audio.frames() - 1);
            self.update();
        }
    }
}

/// A fixed delay of one channel.
#[derive(Debug)]
struct Delay {
    ring: Box<[f32]>,
    at: usize,
}

impl Delay {
    fn new(frames: usize) -> Self {
        Self { ring: vec![0.0; frames].into(), at: 0 }
    }

    fn is_empty(&self) -> bool {
        self.ring.is_empty()
    }

    fn push(&mut self, input: &[f32]) {
        for sample in input {
            self.ring[self.at] = *sample;
            self.at = if self.at + 1 == self.ring.len() { 0 } else { self.at + 1 };
        }
    }

    fn run(&mut self, samples: &mut [f32]) {
        if self.ring.is_empty() {
            return;
        }
        for sample in samples {
            std::mem::swap(&mut self.ring[self.at], sample);
            self.at = if self.at + 1 == self.ring.len() { 0 } else { self.at + 1 };
        }
    }
}
