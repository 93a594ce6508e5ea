//! An oscillator with its unison.

use crate::choices::Wave;
use crate::params::UNISON;
use crate::wave::Tables;

/// How many frames at most are rendered at once. What is modulated moves in straight lines of this length, so a voice
/// renders whole runs, counted from its start, whatever the host's blocks are.
pub(crate) const RUN: usize = 16;

/// What an oscillator sounds like at a run's end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tune {
    pub(crate) wave: Wave,
    pub(crate) hertz: f64,
    /// Of [`Wave::Pulse`], 0.05 to 0.95.
    pub(crate) width: f32,
    /// 1 to [`UNISON`].
    pub(crate) unison: usize,
    /// From the lowest of the unison to the highest.
    pub(crate) detune_cents: f32,
    /// How far apart they are placed, 0 to 1.
    pub(crate) spread: f32,
}

/// What sounds of an oscillator in one voice.
#[derive(Clone, Debug)]
pub(crate) struct Oscillator {
    phases: [f64; UNISON],
}

impl Oscillator {
    pub(crate) fn new() -> Self {
        Self { phases: [0.0; UNISON] }
    }

    /// A note begins. `free`: phases stay as they are; otherwise one alone starts at 0, and a unison where the seed says.
    pub(crate) fn start(&mut self, free: bool, _seed: u32, _unison: usize) {
        if !free {
            self.phases = [0.0; UNISON];
        }
    }

    /// Adds a run of at most [`RUN`] frames. Pitch, width, spread and gain go in straight lines from where the last run
    /// left them (the first frame after a start has them at once); the last frame has what `to` says. `phase_mod` is added
    /// to the phase, in periods: a value for each frame, or none at all. Gain's `from` is that of the frame before.
    pub(crate) fn render(
        &mut self,
        _tables: &Tables,
        rate: f64,
        to: &Tune,
        gain: (f32, f32),
        phase_mod: &[f32],
        left: &mut [f32],
        right: &mut [f32],
    ) {
        let frames = left.len() as f32;
        for (i, (left, right)) in left.iter_mut().zip(right).enumerate() {
            self.phases[0] = (self.phases[0] + to.hertz / rate).fract();
            let phase = self.phases[0] as f32 + phase_mod.get(i).copied().unwrap_or(0.0);
            let gain = gain.0 + (gain.1 - gain.0) * (i + 1) as f32 / frames;
            let value = gain * (std::f32::consts::TAU * phase).sin();
            *left += value;
            *right += value;
        }
    }
}
