//! The compressor itself, in chunks of at most [`CHUNK`] frames: key → level → curve → link → hold → attack and
//! release → gain, on a sound that is late by the look-ahead.
//!
//! Feed-forward and in decibels, after Giannoulis, Massberg and Reiss (JAES 60 (6), 2012), whose analysis finds that
//! arrangement to behave best: smoothing comes behind the curve, so the knee stays a knee while the gain moves.

use dyad::prelude::Ramp;

use crate::ballistics::Ballistics;
use crate::curve::Curve;
use crate::decibels;
use crate::detector::{Detector, loudest};
use crate::history::Sums;
use crate::hold::Hold;
use crate::look_ahead::LookAhead;

/// Frames that are worked out side by side.
pub(crate) const CHUNK: usize = 64;
/// The most channels.
pub(crate) const CHANNELS: usize = 2;

/// The values that may move within a piece of a block; frames count from the piece's start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moving {
    /// dBFS.
    pub(crate) threshold: Ramp,
    /// To 1.
    pub(crate) ratio: Ramp,
    /// Decibels.
    pub(crate) knee: Ramp,
    /// Of the compressed sound, as a factor.
    pub(crate) make_up: Ramp,
    /// Percent: 0 = the sound as it came, 100 = the compressed one.
    pub(crate) mix: Ramp,
    /// 1 = the key is heard in the place of it all.
    pub(crate) listen: Ramp,
}

impl Moving {
    /// The curve, where it does not move.
    fn curve(&self) -> Option<Curve> {
        let [threshold, ratio, knee] = [&self.threshold, &self.ratio, &self.knee].map(Ramp::constant);
        Some(Curve::new(threshold?, ratio?, knee?))
    }

    fn curve_at(&self, frame: usize) -> Curve {
        Curve::new(self.threshold.at(frame), self.ratio.at(frame), self.knee.at(frame))
    }
}

/// All that sounds. A chunk is done in this order: [`Chain::begin`], [`Chain::input`] and [`Chain::key`] of each
/// channel, [`Chain::work`], [`Chain::output`] of each channel, [`Chain::end`].
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    channels: usize,
    /// Link of the channels, 0 to 1.
    pub(crate) link: f32,
    /// From key to level.
    pub(crate) detector: Detector,
    /// Attack and release.
    pub(crate) ballistics: Ballistics,
    /// The sound's lines, then the key's, which is heard on request.
    pub(crate) look_ahead: LookAhead,
    holds: Box<[Hold]>,
    keys: [[f32; CHUNK]; CHANNELS],
    /// Reductions in decibels.
    reductions: [[f32; CHUNK]; CHANNELS],
    /// Levels of the louder channel, for the picture.
    level: [f32; CHUNK],
}

impl Chain {
    /// For a sample rate in Hz and one or two channels. `[main-thread]`
    #[must_use]
    pub(crate) fn new(sample_rate: f64, channels: usize) -> Self {
        let channels = channels.clamp(1, CHANNELS);
        Self {
            channels,
            link: 1.0,
            detector: Detector::new(sample_rate),
            ballistics: Ballistics::new(sample_rate),
            look_ahead: LookAhead::new(2 * channels, sample_rate),
            holds: vec![Hold::new(sample_rate); channels].into(),
            keys: [[0.0; CHUNK]; CHANNELS],
            reductions: [[0.0; CHUNK]; CHANNELS],
            level: [0.0; CHUNK],
        }
    }

    /// Forgets all sound.
    pub(crate) fn clear(&mut self) {
        self.detector.clear();
        self.ballistics.clear();
        self.look_ahead.clear();
        self.holds.iter_mut().for_each(Hold::clear);
    }

    /// The most frames of the next chunk.
    #[inline]
    pub(crate) fn begin(&mut self) -> usize {
        self.look_ahead.begin().min(CHUNK)
    }

    /// Takes a channel's sound.
    #[inline]
    pub(crate) fn input(&mut self, channel: usize, samples: &[f32]) {
        self.look_ahead.write(channel, samples);
    }

    /// Takes what keys a channel.
    #[inline]
    pub(crate) fn key(&mut self, channel: usize, samples: &[f32]) {
        let key = &mut self.keys[channel][..samples.len()];
        self.detector.key(channel, samples, key);
        self.look_ahead.write(self.channels + channel, key);
    }

    /// Works out the reductions of a chunk that begins at a frame of the piece. Gives the largest, in decibels.
    #[inline]
    pub(crate) fn work(&mut self, start: usize, frames: usize, moving: &Moving) -> f32 {
        let channels = self.channels;
        let mut keys = [0.0; CHUNK];
        loudest(&self.keys[..channels], &mut keys);
        self.level[..frames].fill(f32::NEG_INFINITY);
        for channel in 0..channels {
            let level = &mut self.reductions[channel][..frames];
            self.detector.level(channel, &self.keys[channel][..frames], level);
            for (loudest, level) in self.level.iter_mut().zip(&*level) {
                *loudest = greater(*loudest, *level);
            }
            if let Some(curve) = moving.curve() {
                level.iter_mut().for_each(|x| *x = curve.reduction(*x));
            } else {
                let level = level.iter_mut().enumerate();
                level.for_each(|(i, x)| *x = moving.curve_at(start + i).reduction(*x));
            }
        }
        if let [left, right] = &mut self.reductions
            && channels == 2
        {
            for (left, right) in left[..frames].iter_mut().zip(&mut right[..frames]) {
                let more = greater(*left, *right);
                *left += self.link * (more - *left);
                *right += self.link * (more - *right);
            }
        }
        let window = self.look_ahead.frames();
        for (hold, reductions) in self.holds.iter_mut().zip(&mut self.reductions) {
            if window == 0 {
                hold.clear();
            } else {
                hold.hold(window, &mut reductions[..frames]);
            }
        }
        self.ballistics.smooth(&mut self.reductions[..channels], frames, &keys);
        let all = self.reductions[..channels].iter().flat_map(|channel| &channel[..frames]);
        all.fold(0.0, |most, x| greater(most, *x))
    }

    /// A channel's sound of the chunk.
    #[inline]
    pub(crate) fn output(&mut self, channel: usize, start: usize, moving: &Moving, out: &mut [f32]) {
        self.look_ahead.read(channel, out);
        let reductions = &self.reductions[channel];
        match (moving.make_up.constant(), moving.mix.constant()) {
            (Some(make_up), Some(mix)) => {
                let mix = mix * 0.01;
                for (x, reduction) in out.iter_mut().zip(reductions) {
                    *x *= 1.0 + mix * (decibels::down(*reduction) * make_up - 1.0);
                }
            }
            _ => {
                for (i, (x, reduction)) in out.iter_mut().zip(reductions).enumerate() {
                    let (make_up, mix) = (moving.make_up.at(start + i), moving.mix.at(start + i) * 0.01);
                    *x *= 1.0 + mix * (decibels::down(*reduction) * make_up - 1.0);
                }
            }
        }
        if moving.listen.constant() != Some(0.0) {
            let mut key = [0.0; CHUNK];
            let key = &mut key[..out.len()];
            self.look_ahead.read(self.channels + channel, key);
            for (i, (x, key)) in out.iter_mut().zip(&*key).enumerate() {
                let share = moving.listen.at(start + i);
                *x = *x * (1.0 - share) + *key * share;
            }
        }
    }

    /// Adds what was worked out to a column of the picture.
    pub(crate) fn picture(&self, frames: usize, sums: &mut Sums) {
        for channel in &self.reductions[..self.channels] {
            sums.reduction(&channel[..frames]);
        }
        sums.level(&self.level[..frames]);
    }

    /// Ends a chunk.
    #[inline]
    pub(crate) fn end(&mut self, frames: usize) {
        self.look_ahead.advance(frames);
    }
}

#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

#[cfg(test)]
mod tests;
