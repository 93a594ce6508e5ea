//! Audio held channel by channel.

/// A block of audio, one stretch of memory per channel.
#[derive(Clone, Debug, Default)]
pub struct Planar {
    channels: usize,
    frames: usize,
    samples: Vec<f32>,
}

impl Planar {
    /// Silence of `channels` × `frames`.
    #[must_use]
    pub fn new(channels: usize, frames: usize) -> Self {
        Self { channels, frames, samples: vec![0.0; channels * frames] }
    }

    /// How many channels it has.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// How many frames every channel can hold.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// One channel.
    ///
    /// # Panics
    /// Where there is no such channel.
    #[must_use]
    pub fn channel(&self, channel: usize) -> &[f32] {
        assert!(channel < self.channels, "channel {channel} of {}", self.channels);
        &self.samples[channel * self.frames..][..self.frames]
    }

    /// One channel, to write to.
    ///
    /// # Panics
    /// Where there is no such channel.
    #[must_use]
    pub fn channel_mut(&mut self, channel: usize) -> &mut [f32] {
        assert!(channel < self.channels, "channel {channel} of {}", self.channels);
        &mut self.samples[channel * self.frames..][..self.frames]
    }

    /// Copies the first channel's first `frames` to all others.
    pub(crate) fn spread(&mut self, frames: usize) {
        if let Some((first, others)) = self.samples.split_at_mut_checked(self.frames) {
            for other in others.chunks_mut(self.frames.max(1)) {
                other[..frames].copy_from_slice(&first[..frames]);
            }
        }
    }

    /// Takes over the first `frames` of another block. Mono fills every channel; where there is no
    /// channel, silence does.
    pub(crate) fn take_from(&mut self, other: &Planar, frames: usize) {
        for channel in 0..self.channels.min(other.channels) {
            self.channel_mut(channel)[..frames].copy_from_slice(&other.channel(channel)[..frames]);
        }
        match other.channels {
            0 => self.clear(),
            1 => self.spread(frames),
            _ => {}
        }
    }

    /// Makes everything silent.
    pub fn clear(&mut self) {
        self.samples.fill(0.0);
    }
}
