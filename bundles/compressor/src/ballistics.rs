//! How fast the gain follows: attack and release.
//!
//! The smooth decoupled detector of Giannoulis, Massberg and Reiss (2012), equation 17, in decibels and behind the
//! static curve: a peak detector that falls with the release, and behind it a one-pole filter with the attack. So a
//! steady tone is turned down by what the curve says, whatever the two times are, and there is no corner where the
//! one goes over into the other.
//!
//! With a release that depends on the material, its time follows from the crest factor C of the key, after the same
//! authors' "Parameter Automation in a Dynamic Range Compressor", JAES 61 (10), 2013: the set time · 2 / C², at most
//! the set time. A sine has C² = 2 and gets the time as set; hits get less.

use crate::chain::{CHANNELS, CHUNK};

/// Over how long the crest factor looks back, in seconds.
const CREST_SECONDS: f64 = 0.2;
/// Frames from one look at the crest factor to the next.
const CREST_EVERY: u32 = 16;
/// The shortest release, as a part of the set one.
const SHORTEST: f64 = 0.02;

/// What a one-pole filter moves on by in a frame, as a part of the way that is left: `1 − e^(−1/frames)`.
#[must_use]
pub(crate) fn step_of(frames: f64) -> f64 {
    if frames > 0.0 { -(-1.0 / frames).exp_m1() } else { 1.0 }
}

/// The two stages of one channel, in decibels of reduction.
#[derive(Clone, Copy, Debug, Default)]
struct Stages {
    peak: f64,
    smooth: f64,
}

/// The mean and the falling peak of the key's power.
#[derive(Clone, Copy, Debug, Default)]
struct Crest {
    step: f64,
    peak: f64,
    mean: f64,
    /// Counts frames up to [`CREST_EVERY`].
    count: u32,
}

impl Crest {
    /// `2 / C²`, within its limits.
    fn share(&self) -> f64 {
        if self.peak > 0.0 { (2.0 * self.mean / self.peak).clamp(SHORTEST, 1.0) } else { 1.0 }
    }
}

/// Attack and release of all channels.
#[derive(Clone, Debug)]
pub(crate) struct Ballistics {
    sample_rate: f64,
    attack: f64,
    /// The release as set, in frames.
    release_frames: f64,
    release: f64,
    automatic: bool,
    stages: [Stages; CHANNELS],
    crest: Crest,
}

impl Ballistics {
    /// For a sample rate in Hz.
    #[must_use]
    pub(crate) fn new(sample_rate: f64) -> Self {
        Self {
            sample_rate,
            attack: 1.0,
            release_frames: 0.0,
            release: 1.0,
            automatic: false,
            stages: Default::default(),
            crest: Crest { step: step_of(CREST_SECONDS * sample_rate), ..Crest::default() },
        }
    }

    /// Both times in milliseconds: after which 1 − 1/e of the way is done, in decibels.
    pub(crate) fn set(&mut self, attack: f32, release: f32, automatic: bool) {
        let frames = |ms: f32| f64::from(ms) * 1e-3 * self.sample_rate;
        self.attack = step_of(frames(attack));
        self.release_frames = frames(release);
        if automatic && !self.automatic {
            (self.crest.peak, self.crest.mean) = (0.0, 0.0);
        }
        self.automatic = automatic;
        self.set_release(if automatic { self.crest.share() } else { 1.0 });
    }

    /// Forgets what was turned down.
    pub(crate) fn clear(&mut self) {
        self.stages = Default::default();
        self.crest = Crest { step: self.crest.step, ..Crest::default() };
    }

    /// The release as a part of the set time.
    fn set_release(&mut self, share: f64) {
        self.release = step_of(self.release_frames * share);
    }

    /// Smooths the reductions of a chunk, in decibels, in place. `key` is the louder channel's amplitude.
    #[inline]
    pub(crate) fn smooth(&mut self, channels: &mut [[f32; CHUNK]], frames: usize, key: &[f32]) {
        if self.automatic {
            self.smooth_by_crest(channels, frames, key);
        } else {
            self.span(channels, 0, frames);
        }
    }

    fn smooth_by_crest(&mut self, channels: &mut [[f32; CHUNK]], frames: usize, key: &[f32]) {
        let mut start = 0;
        while start < frames {
            let left = (CREST_EVERY - self.crest.count) as usize;
            let end = frames.min(start + left);
            for x in &key[start..end] {
                let power = f64::from(*x) * f64::from(*x);
                let Crest { step, peak, mean, .. } = &mut self.crest;
                *mean += *step * (power - *mean);
                let fallen = *peak + *step * (power - *peak);
                *peak = if power > fallen { power } else { fallen };
            }
            self.span(channels, start, end);
            self.crest.count += (end - start) as u32;
            if self.crest.count == CREST_EVERY {
                self.crest.count = 0;
                let share = self.crest.share();
                self.set_release(share);
            }
            start = end;
        }
    }

    #[inline]
    fn span(&mut self, channels: &mut [[f32; CHUNK]], start: usize, end: usize) {
        let (attack, release) = (self.attack, self.release);
        let step = |stages: &mut Stages, reduction: &mut f32| {
            let wanted = f64::from(*reduction);
            let fallen = stages.peak + release * (wanted - stages.peak);
            stages.peak = if wanted > fallen { wanted } else { fallen };
            stages.smooth += attack * (stages.peak - stages.smooth);
            *reduction = stages.smooth as f32;
        };
        let mut both = self.stages;
        // Two channels side by side: each waits for its own last result.
        if let [left, right] = channels {
            let [a, b] = &mut both;
            for (left, right) in left[start..end].iter_mut().zip(&mut right[start..end]) {
                step(a, left);
                step(b, right);
            }
        } else if let [one] = channels {
            one[start..end].iter_mut().for_each(|reduction| step(&mut both[0], reduction));
        }
        self.stages = both;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [f64; 4] = [8_000.0, 48_000.0, 96_000.0, 384_000.0];

    /// What becomes of a reduction that is `of(frame)` dB, as long as asked.
    fn follow(smoother: &mut Ballistics, frames: usize, key: f32, of: impl Fn(usize) -> f32) -> Vec<f32> {
        let mut out = Vec::new();
        while out.len() < frames {
            let n = CHUNK.min(frames - out.len());
            let mut chunk = [[0.0; CHUNK]];
            (0..n).for_each(|i| chunk[0][i] = of(out.len() + i));
            smoother.smooth(&mut chunk, n, &[key; CHUNK][..n]);
            out.extend_from_slice(&chunk[0][..n]);
        }
        out
    }

    #[test]
    fn an_attack_is_the_exponential_with_its_time() {
        for rate in RATES {
            for ms in [0.05, 1.0, 10.0, 250.0] {
                let mut smoother = Ballistics::new(rate);
                smoother.set(ms, 100.0, false);
                let tau = f64::from(ms) * 1e-3 * rate;
                let out = follow(&mut smoother, (4.0 * tau) as usize + 10, 1.0, |_| 12.0);
                for (n, given) in out.iter().enumerate() {
                    let wanted = 12.0 * (1.0 - (-(n as f64 + 1.0) / tau).exp());
                    assert!((f64::from(*given) - wanted).abs() < 1e-4, "{rate} Hz, {ms} ms, frame {n}");
                }
            }
        }
    }

    #[test]
    fn a_release_is_the_two_exponentials_that_the_paper_says() {
        for rate in RATES {
            for (attack, release) in [(0.05, 5.0), (1.0, 100.0), (20.0, 120.0), (10.0, 2500.0)] {
                let mut smoother = Ballistics::new(rate);
                smoother.set(attack, release, false);
                let [a, r] = [attack, release].map(|ms| f64::from(ms) * 1e-3 * rate);
                let loud = (16.0 * a) as usize;
                let out = follow(&mut smoother, loud + (2.0 * r) as usize, 1.0, |n| {
                    if n < loud { 12.0 } else { 0.0 }
                });
                // The stages in a row: 12 dB · (pR·R^n − pA·A^n) in discrete time.
                let [pole_a, pole_r] = [a, r].map(|frames| (-1.0 / frames).exp());
                for (n, given) in out[loud..].iter().enumerate() {
                    let k = n as f64 + 1.0;
                    let (ka, kr) = (1.0 - pole_a, pole_r / (pole_r - pole_a));
                    let wanted = 12.0 * (pole_a.powf(k) + ka * kr * (pole_r.powf(k) - pole_a.powf(k)));
                    assert!(
                        (f64::from(*given) - wanted).abs() < 1e-3,
                        "{rate} Hz, {attack} and {release} ms, frame {n}: {given}, not {wanted}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_release_by_itself_is_as_set_for_a_sine_and_shorter_for_hits() {
        // Reduction of 12 dB until frame 0, then none; the crest factor of what keys it all the while.
        let half = |key: &dyn Fn(usize) -> f32| {
            let mut smoother = Ballistics::new(48_000.0);
            smoother.set(0.05, 500.0, true);
            let second = 48_000;
            for n in 0..2 * second {
                let mut chunk = [[12.0; CHUNK]];
                smoother.smooth(&mut chunk, 1, &[key(n)]);
            }
            (0..second).position(|n| {
                let mut chunk = [[0.0; CHUNK]];
                smoother.smooth(&mut chunk, 1, &[key(n)]);
                chunk[0][0] < 12.0 / std::f32::consts::E
            })
        };
        let sine = |n: usize| (n as f32 * 0.13).sin().abs();
        let hits = |n: usize| if n % 4800 < 240 { sine(n) } else { 0.0 };
        let (as_set, shorter) = (half(&sine).expect("it ends"), half(&hits).expect("it ends"));
        assert!((as_set as f64 / 24_000.0 - 1.0).abs() < 0.05, "{as_set} frames for 24000");
        // One frame in twenty sounds: C² is about 40.
        assert!(shorter < as_set / 5, "{shorter} and {as_set}");
    }

    #[test]
    fn how_it_is_cut_does_not_matter() {
        let of = |n: usize| if n % 500 < 200 { 9.0 } else { 0.5 };
        let whole = {
            let mut smoother = Ballistics::new(48_000.0);
            smoother.set(1.0, 30.0, true);
            follow(&mut smoother, 2000, 0.7, of)
        };
        for cut in [1, 7, 16, 33] {
            let mut smoother = Ballistics::new(48_000.0);
            smoother.set(1.0, 30.0, true);
            let mut out = Vec::new();
            while out.len() < 2000 {
                let n = cut.min(2000 - out.len());
                let mut chunk = [[0.0; CHUNK]];
                (0..n).for_each(|i| chunk[0][i] = of(out.len() + i));
                smoother.smooth(&mut chunk, n, &[0.7; CHUNK][..n]);
                out.extend_from_slice(&chunk[0][..n]);
            }
            assert_eq!(out, whole, "pieces of {cut}");
        }
    }
}
