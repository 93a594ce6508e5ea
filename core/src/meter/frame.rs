//! The levels of a block, and how those of several blocks become one.

use super::hub::Ticket;

/// The levels of left and right over a block, or over several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeterFrame {
    /// The largest magnitude of a sample, left and right: a linear factor, 1 = 0 dBFS, which may be
    /// exceeded. Always finite.
    pub peak: [f32; 2],
    /// The root of the mean square over exactly these blocks, left and right: a linear factor, not
    /// smoothed. Always finite.
    pub rms: [f32; 2],
    /// Where the last of the blocks ends: samples since the sender was made. It only rises, and
    /// starts again when the plugin is activated again.
    pub timestamp: u64,
}

/// How many blocks of `block` frames pass between two polls, rounded up: 25 at 48 kHz, 32 frames and
/// 60 Hz, 50 at 96 kHz.
#[must_use]
pub fn frames_per_poll(sample_rate: f64, block: usize, poll_hz: f64) -> usize {
    // Casts saturate, and NaN becomes 0.
    let frames = (sample_rate / (block.max(1) as f64 * poll_hz)).ceil();
    (frames as usize).clamp(1, LARGEST)
}

/// Frames that a ring should hold for a reader that polls this often: twice what one poll finds, as
/// a power of two, so that a poll may be late by one period before frames have to be combined.
#[must_use]
pub fn meter_capacity(sample_rate: f64, block: usize, poll_hz: f64) -> usize {
    (2 * frames_per_poll(sample_rate, block, poll_hz)).next_power_of_two()
}

/// The most blocks between two polls that count (1 MB of ring).
const LARGEST: usize = 1 << 14;

/// A frame on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// For whom it was sent.
    pub(super) ticket: Ticket,
    /// Over how many samples it goes.
    pub(super) frames: u32,
    pub(super) levels: MeterFrame,
}

impl Span {
    /// Both as one: the larger peaks, the mean power, the later time.
    pub(super) fn merge(&mut self, later: &Self) {
        let (n, m) = (f64::from(self.frames), f64::from(later.frames));
        for side in 0..2 {
            self.levels.peak[side] = self.levels.peak[side].max(later.levels.peak[side]);
            let (a, b) = (f64::from(self.levels.rms[side]), f64::from(later.levels.rms[side]));
            // Never 0 / 0: a span has a frame at least.
            self.levels.rms[side] = ((a * a * n + b * b * m) / (n + m)).sqrt() as f32;
        }
        self.frames = self.frames.saturating_add(later.frames);
        self.levels.timestamp = later.levels.timestamp;
    }
}
