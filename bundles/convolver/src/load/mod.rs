//! Where responses come from, and how they are made ready. Nothing here runs on the audio thread.
//!
//! | module | holds |
//! |---|---|
//! | [`wav`] | reading a file |
//! | [`riff`] | the chunks in it |
//! | [`builtin`] | responses that come with the plugin, made by code |
//! | [`resample`] | another sample rate, another size |
//! | [`shape`] | what the parameters do to a response |
//! | [`loader`] | all of it in order, and what the editor is to show |

pub(crate) mod builtin;
mod loader;
mod resample;
mod riff;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
mod wav;

pub(crate) use loader::{Channels, Loader, Parcel, Run, Wanted, Work};

/// A response before it is shaped: channels of the same length.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sound {
    /// Frames per second.
    pub(crate) rate: f64,
    /// One for all channels, two for left and right, or four: what goes from left to left, from left to right, from
    /// right to left and from right to right.
    pub(crate) channels: Vec<Vec<f32>>,
}

impl Sound {
    pub(crate) fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.frames() as f64 / self.rate
    }
}

/// The longest response, in seconds. A longer file is refused; one that is made longer is cut.
pub(crate) const MAX_SECONDS: f64 = 20.0;
