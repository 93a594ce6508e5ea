//! What the sound side shows beyond single numbers, and how its readers come and go.
//!
//! | to show | use |
//! |---|---|
//! | one number, in the host too: level, gain reduction, loudness | a meter field of [`param`](crate::param) |
//! | peak and RMS of left and right in an editor, no peak missed | [`MeterTap`] |
//! | what needs the samples themselves, in a background task: spectrum, scope | [`AudioTap`] |
//! | loudness after EBU R 128 | [`LoudnessAnalyser`] and [`Output`](crate::param::Output) fields |
//!
//! A tap has two ends. The plugin keeps the tap and makes the sending end anew at each activation,
//! `[main-thread & !active]`; the processor owns it and neither allocates nor waits. At most one reader
//! is attached at a time, from any thread. An editor attaches when it opens and detaches by dropping
//! the reader; while nobody is attached, the sending end costs one relaxed load. A reader stays
//! attached when the plugin is activated again, and sees nothing from before it came.

mod frame;
mod gate;
mod hub;
mod k_weighting;
mod loudness;
mod stream;
mod tap;
#[cfg(test)]
mod tests;

pub use frame::{MeterFrame, frames_per_poll, meter_capacity};
pub use loudness::{LoudnessAnalyser, Weight};
pub use stream::{MeterReader, MeterSender, MeterTap};
pub use tap::{AudioTap, TapChunk, TapPiece, TapReader, TapSender};
