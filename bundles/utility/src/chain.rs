//! The way of the sound through the plugin.
//!
//! In this order: what is no sound is taken out, DC filter, polarity and choice of channels and width (one
//! matrix), bass mono, pan, gain.

use dyad::prelude::*;

use crate::bass_mono::BassMono;
use crate::controls::{Controls, Factors, Settings};
use crate::dc::{DcFilter, Memory};

/// Samples beyond (+240 dB), infinite ones and NaN count as 0, so that nothing of them stays in a filter.
const ABSURD: f32 = 1e12;

/// Left and right, or the pair of the surrounds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    dc: [Memory; 2],
    bass: BassMono,
}

/// A channel without a side.
#[derive(Clone, Debug, Default)]
pub(crate) struct Single {
    dc: Memory,
}

/// What all channels share.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    controls: Controls,
    filter: DcFilter,
}

/// What is done to all channels in a piece.
pub(crate) struct Piece {
    factors: Factors,
    gain: Ramp,
    filter: DcFilter,
}

impl Chain {
    /// For a sample rate in hertz. `[main-thread]`
    pub(crate) fn new(sample_rate: f64) -> Self {
        Self { controls: Controls::new(sample_rate), filter: DcFilter::new(sample_rate) }
    }

    /// Forgets where factors were. `[audio-thread]`
    pub(crate) fn reset(&mut self) {
        self.controls.reset();
    }

    /// Begins a piece. `[audio-thread]`
    pub(crate) fn piece(&mut self, settings: &Settings, gain: Ramp, frames: usize) -> Piece {
        Piece { factors: self.controls.advance(settings, frames), gain, filter: self.filter }
    }
}

impl Piece {
    /// Whether a filter is heard, which sounds on after its input. `[audio-thread]`
    pub(crate) fn filters(&self) -> bool {
        let off = |ramp: &Ramp| ramp.constant() == Some(0.0);
        !(off(&self.factors.dc_filter) && off(&self.factors.bass_mono))
    }

    /// `[audio-thread]`
    pub(crate) fn pair(&self, pair: &mut Pair, left: &mut [f32], right: &mut [f32]) {
        let [left_dc, right_dc] = &mut pair.dc;
        self.clean(left_dc, left);
        self.clean(right_dc, right);
        mix(&self.factors.matrix, left, right);
        pair.bass.process(&self.factors.bass_mono, &self.factors.bass_frequency, left, right);
        for (samples, side) in [left, right].into_iter().zip(&self.factors.sides) {
            scale(samples, side);
            scale(samples, &self.gain);
        }
    }

    /// A mono channel: as [`Piece::center`], with the polarity of left. `[audio-thread]`
    pub(crate) fn mono(&self, single: &mut Single, samples: &mut [f32]) {
        self.center(single, samples);
        scale(samples, &self.factors.polarity);
    }

    /// A channel that has no side: DC filter and gain. `[audio-thread]`
    pub(crate) fn center(&self, single: &mut Single, samples: &mut [f32]) {
        self.clean(&mut single.dc, samples);
        scale(samples, &self.factors.level);
        scale(samples, &self.gain);
    }

    fn clean(&self, memory: &mut Memory, samples: &mut [f32]) {
        for sample in samples.iter_mut() {
            // False for NaN too.
            *sample = if sample.abs() <= ABSURD { *sample } else { 0.0 };
        }
        let amount = &self.factors.dc_filter;
        match amount.constant() {
            Some(0.0) => *memory = Memory::default(),
            Some(1.0) => samples.iter_mut().for_each(|x| *x = self.filter.step(memory, *x)),
            _ => {
                for (n, x) in samples.iter_mut().enumerate() {
                    let amount = amount.at(n);
                    *x = (1.0 - amount) * *x + amount * self.filter.step(memory, *x);
                }
            }
        }
    }
}

fn scale(samples: &mut [f32], factor: &Ramp) {
    match factor.constant() {
        Some(1.0) => {}
        Some(factor) => samples.iter_mut().for_each(|x| *x *= factor),
        None => samples.iter_mut().enumerate().for_each(|(n, x)| *x *= factor.at(n)),
    }
}

fn mix(matrix: &[Ramp; 4], left: &mut [f32], right: &mut [f32]) {
    let mixed = |[ll, rl, lr, rr]: [f32; 4], l: f32, r: f32| (ll * l + rl * r, lr * l + rr * r);
    let constant = matrix.each_ref().map(Ramp::constant);
    if let [Some(ll), Some(rl), Some(lr), Some(rr)] = constant {
        let shares = [ll, rl, lr, rr];
        if shares != [1.0, 0.0, 0.0, 1.0] {
            for (l, r) in left.iter_mut().zip(right) {
                (*l, *r) = mixed(shares, *l, *r);
            }
        }
        return;
    }
    for (n, (l, r)) in left.iter_mut().zip(right).enumerate() {
        (*l, *r) = mixed(matrix.each_ref().map(|share| share.at(n)), *l, *r);
    }
}

#[cfg(test)]
mod tests;
