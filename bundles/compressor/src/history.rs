//! What the editor draws of the last seconds: columns of levels, worked out while somebody looks.
//!
//! A column is the loudest of a sixtieth of a second, in four fields: input, gain, output, level of the key. Two
//! columns go in a message, a [history](dyad::show::Show::History) of stream 0.

use dyad::prelude::MessageSender;
use dyad::show::{Message, code};

/// Columns a second; a column has the whole number of frames next to that.
const PACE: f64 = 60.0;
/// Levels of a column.
const FIELDS: usize = 4;
/// Columns of a message.
const TOGETHER: usize = 2;
/// After so many columns of silence no more are sent, so that nothing moves where nothing sounds: more than a picture
/// shows.
const STILL: u32 = 600;

/// The loudest of a column so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sums {
    /// Amplitudes.
    input: f32,
    output: f32,
    /// Decibels.
    reduction: f32,
    level: f32,
}

impl Sums {
    const NONE: Self = Self { input: 0.0, output: 0.0, reduction: 0.0, level: f32::NEG_INFINITY };

    /// Takes a channel's input.
    pub(crate) fn input(&mut self, samples: &[f32]) {
        self.input = samples.iter().fold(self.input, |most, x| greater(most, x.abs()));
    }

    /// Takes a channel's output.
    pub(crate) fn output(&mut self, samples: &[f32]) {
        self.output = samples.iter().fold(self.output, |most, x| greater(most, x.abs()));
    }

    /// Takes reductions in decibels.
    pub(crate) fn reduction(&mut self, decibels: &[f32]) {
        self.reduction = decibels.iter().fold(self.reduction, |most, x| greater(most, *x));
    }

    /// Takes levels of the key in dBFS.
    pub(crate) fn level(&mut self, decibels: &[f32]) {
        self.level = decibels.iter().fold(self.level, |most, x| greater(most, *x));
    }

    /// Whether nothing sounds, and nothing is turned down.
    fn is_silent(&self) -> bool {
        self.column().map(code) == Self::NONE.column().map(code)
    }

    /// In decibels.
    fn column(&self) -> [f32; FIELDS] {
        let amplitude = |x: f32| 20.0 * x.log10();
        [amplitude(self.input), -self.reduction, amplitude(self.output), self.level]
    }
}

#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if b > a { b } else { a }
}

/// The columns on their way to the editor.
#[derive(Debug)]
pub(crate) struct History {
    sender: MessageSender,
    watched: bool,
    frames: usize,
    /// Frames that the present column still needs.
    left: usize,
    sums: Sums,
    number: u32,
    waiting: [[f32; FIELDS]; TOGETHER],
    count: usize,
    /// How many columns of silence there were up to now.
    silent: u32,
}

impl History {
    /// For a sample rate in Hz.
    #[must_use]
    pub(crate) fn new(sender: MessageSender, sample_rate: f64) -> Self {
        let frames = ((sample_rate / PACE).round() as usize).max(1);
        Self {
            sender,
            watched: false,
            frames,
            left: frames,
            sums: Sums::NONE,
            number: 0,
            waiting: [[0.0; FIELDS]; TOGETHER],
            count: 0,
            silent: STILL,
        }
    }

    /// Begins a chunk: the most frames that it may have, or `None` where nobody looks.
    #[inline]
    pub(crate) fn begin(&mut self) -> Option<usize> {
        let watched = self.sender.watched();
        if watched && !self.watched {
            self.start();
        }
        self.watched = watched;
        watched.then_some(self.left)
    }

    /// A new editor: a column begins here.
    fn start(&mut self) {
        // What is missing is a gap in the numbers.
        self.number = self.number.wrapping_add(1);
        (self.left, self.sums, self.count) = (self.frames, Sums::NONE, 0);
        self.silent = STILL;
    }

    /// The present column.
    pub(crate) fn sums(&mut self) -> &mut Sums {
        &mut self.sums
    }

    /// Ends a chunk.
    pub(crate) fn end(&mut self, frames: usize) {
        self.left = self.left.saturating_sub(frames);
        if self.left > 0 {
            return;
        }
        let sums = std::mem::replace(&mut self.sums, Sums::NONE);
        self.left = self.frames;
        self.silent = if sums.is_silent() { self.silent.saturating_add(1) } else { 0 };
        if self.silent > STILL {
            return;
        }
        self.waiting[self.count] = sums.column();
        self.count += 1;
        if self.count == TOGETHER {
            // Where it finds no room the numbers tell of the gap.
            message(self.number, &self.waiting).send(&mut self.sender);
            self.number = self.number.wrapping_add(TOGETHER as u32);
            self.count = 0;
        }
    }
}

fn message(number: u32, columns: &[[f32; FIELDS]; TOGETHER]) -> Message {
    let mut message = Message::history(0, number, FIELDS as u8);
    columns.iter().flatten().for_each(|level| message.push(*level));
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad::show::{Show, level};

    #[test]
    fn a_column_is_the_loudest_of_its_frames() {
        let mut sums = Sums::NONE;
        sums.input(&[0.1, -1.0, 0.5]);
        sums.output(&[0.25]);
        sums.output(&[-0.1, f32::NAN]);
        sums.reduction(&[3.0, 6.0, 0.0]);
        sums.level(&[-20.0, -10.0]);
        let message = message(70_000, &[Sums::NONE.column(), sums.column()]);
        let Some(Show::History { stream: 0, first: 70_000, fields: 4, levels }) =
            Show::read(message.bytes())
        else {
            panic!("{:?}", message.bytes());
        };
        let read: Vec<_> = levels.iter().map(|code| level(*code)).collect();
        assert_eq!(read, [-120.0, 0.0, -120.0, -120.0, 0.0, -6.0, -12.0, -10.0]);
    }
}
