//! Points for the stereo picture of an editor.
//!
//! A message of the plugin's own kind: byte 0 is [`KIND`], byte 1 is 0, then pairs of little-endian i16: a
//! [point](crate::image::point) to the right and upwards, ±32767 for ±1. They are single frames out of the sound,
//! evenly spaced, [`POINTS`] in a message and at most 30 messages a second. A full-scale mono sound reaches the edge.

use std::f64::consts::FRAC_1_SQRT_2;

use dyad::prelude::*;

use crate::image::point;

/// Byte 0 of the message.
pub const KIND: u8 = dyad::show::OWN;
/// Points of a message.
pub const POINTS: usize = 400;
/// Steps of a point's number from 0 to 1.
const STEPS: f32 = 32767.0;
const PER_SECOND: f64 = 30.0;
const HEAD: usize = 2;
const LENGTH: usize = HEAD + 4 * POINTS;

/// The points of a message, to the right and upwards. Nothing for messages of other kinds. `[any thread]`
pub fn points(message: &[u8]) -> impl Iterator<Item = [f32; 2]> + '_ {
    let pairs = match message {
        [KIND, _, pairs @ ..] => pairs,
        _ => &[],
    };
    pairs.as_chunks::<4>().0.iter().map(|[a, b, c, d]| {
        [[*a, *b], [*c, *d]].map(|number| f32::from(i16::from_le_bytes(number)) / STEPS)
    })
}

/// Collects points while an editor is open.
pub(crate) struct Scope {
    sender: MessageSender,
    message: [u8; LENGTH],
    filled: usize,
    /// Frames from point to point, and until the next one.
    stride: usize,
    until: usize,
    /// The editor knows that it is silent.
    silent: bool,
}

impl Scope {
    /// For a sample rate in hertz. `[main-thread]`
    pub(crate) fn new(sender: MessageSender, sample_rate: f64) -> Self {
        let stride = (sample_rate / (PER_SECOND * POINTS as f64)).ceil().max(1.0) as usize;
        let mut message = [0; LENGTH];
        message[0] = KIND;
        Self { sender, message, filled: HEAD, stride, until: 0, silent: false }
    }

    /// Takes points out of a piece. `[audio-thread]`
    pub(crate) fn add(&mut self, left: &[f32], right: &[f32]) {
        if !self.sender.watched() {
            (self.filled, self.silent) = (HEAD, false);
            return;
        }
        let frames = left.len().min(right.len());
        let mut n = self.until;
        while n < frames {
            let [left, right] = [left[n], right[n]].map(|sample| f64::from(sample) * FRAC_1_SQRT_2);
            for part in point(left, right) {
                self.message[self.filled..][..2].copy_from_slice(&((part * STEPS) as i16).to_le_bytes());
                self.filled += 2;
            }
            if self.filled == LENGTH {
                self.send();
            }
            n += self.stride;
        }
        self.until = n - frames;
    }

    /// Nothing sounds in this block. `[audio-thread]`
    pub(crate) fn rest(&mut self) {
        if self.sender.watched() && !self.silent {
            self.message[HEAD..].fill(0);
            self.send();
        }
    }

    /// Sends a whole message. Silence is told once, so that nothing moves while nothing sounds.
    fn send(&mut self) {
        self.filled = HEAD;
        let silent = self.message[HEAD..].iter().all(|byte| *byte == 0);
        // An editor that does not take them sees fewer pictures.
        if !(silent && self.silent) && self.sender.send(&self.message).is_ok() {
            self.silent = silent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_messages_are_read_and_to_the_end_of_the_last_whole_point() {
        let numbers = [16_384i16, -32_767, i16::MAX, 0].map(i16::to_le_bytes).concat();
        let message = [&[KIND, 0][..], &numbers, &[1, 2]].concat();
        let read: Vec<_> = points(&message).collect();
        assert!((read[0][0] - 0.5).abs() < 1e-4 && read[0][1] == -1.0);
        assert_eq!(read[1..], [[1.0, 0.0]]);
        assert_eq!(points(&[1, 0, 1, 2, 3, 4]).count() + points(&[KIND]).count() + points(&[]).count(), 0);
    }
}
