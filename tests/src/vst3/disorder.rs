//! Automation and notes that are not in the order of their frames, which hosts must not give and some do.

use super::Said;
use crate::gain::noise;

/// Frames of the block that they are for.
pub const FRAMES: usize = 512;

/// Points in an order of their own, the same each time for a number: `(frame, position 0…1)`.
#[must_use]
pub fn points(number: u32) -> Vec<(i32, f64)> {
    let within = |sample: f32, most: usize| (f64::from(sample) + 1.0) / 2.0 * (most as f64);
    let point = |pair: &[f32]| (within(pair[0], FRAMES - 1) as i32, within(pair[1], 127).round() / 127.0);
    noise(64, number).chunks_exact(2).map(point).collect()
}

/// Notes that begin and end, likewise. No note has the key of another.
#[must_use]
pub fn notes() -> Vec<(i32, Said)> {
    let frames = points(77).into_iter().map(|(frame, _)| frame);
    let notes = frames.zip(0..).map(|(frame, n)| (frame, Said::On(0, n, 0.5, 0.0, i32::from(n))));
    notes.collect()
}

/// When items with these frames count, as the framework documents it: one that goes back in time counts as late,
/// at the frame of the one before it.
#[must_use]
pub fn put_right<T: Clone>(items: &[(i32, T)]) -> Vec<(i32, T)> {
    let mut last = 0;
    let late = |(frame, item): &(i32, T)| {
        last = last.max(*frame);
        (last, item.clone())
    };
    items.iter().map(late).collect()
}
