//! WAV files in and out.

mod container;
mod sink;
mod source;
#[cfg(test)]
mod tests;

pub use sink::WavSink;
pub use source::WavSource;

/// Channels and rate of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavFormat {
    /// How many channels.
    pub channels: u32,
    /// Frames per second.
    pub rate: u32,
}
