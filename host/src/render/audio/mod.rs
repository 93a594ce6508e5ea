//! Audio files in and out.

mod container;
mod encoding;
mod flac;
mod quantise;
mod sink;
mod source;
#[cfg(test)]
mod tests;
mod wav;

pub use encoding::{Depth, Encoding};
pub use sink::{Finished, Sink};
pub use source::Source;

/// Channels and rate of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioFormat {
    /// How many channels.
    pub channels: u32,
    /// Frames per second.
    pub rate: u32,
}
