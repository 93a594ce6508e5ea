//! Tempo and time signature along the song.

use crate::shared::Transport;

/// From one change of tempo or time signature to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::render) struct Stretch {
    /// Its first frame.
    pub(super) frame: u64,
    /// Where it begins, in seconds from the start.
    pub(super) seconds: f64,
    /// Where it begins, in quarter notes from the start.
    pub(super) quarters: f64,
    /// Microseconds in a quarter note.
    pub(super) micros: u32,
    /// Upper number of the time signature.
    pub(super) numerator: u32,
    /// Lower number of the time signature.
    pub(super) denominator: u32,
}

/// What a song has until it says otherwise: 120 quarter notes per minute in 4/4.
pub(super) const START: Stretch =
    Stretch { frame: 0, seconds: 0.0, quarters: 0.0, micros: 500_000, numerator: 4, denominator: 4 };

/// Tempo and time signature of a whole song.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::render) struct TempoMap {
    /// In order; the first one begins at the start.
    stretches: Vec<Stretch>,
}

impl Default for TempoMap {
    fn default() -> Self {
        Self { stretches: vec![START] }
    }
}

impl TempoMap {
    /// Goes on with another stretch; one at the same frame as the last takes its place.
    pub(super) fn push(&mut self, stretch: Stretch) {
        match self.stretches.last_mut() {
            Some(last) if last.frame == stretch.frame => *last = stretch,
            _ => self.stretches.push(stretch),
        }
    }

    pub(super) fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// What holds at a frame.
    fn at(&self, frame: u64) -> &Stretch {
        let after = self.stretches.partition_point(|stretch| stretch.frame <= frame);
        after.checked_sub(1).map_or(&START, |at| &self.stretches[at])
    }

    /// Where a frame lies in quarter notes from the start.
    pub(super) fn quarters(&self, frame: u64, rate: u32) -> f64 {
        let stretch = self.at(frame);
        let seconds = frame as f64 / f64::from(rate) - stretch.seconds;
        stretch.quarters + seconds * 1e6 / f64::from(stretch.micros)
    }

    /// What a plugin is told of the song at a frame.
    pub(in crate::render) fn transport(&self, position: u64) -> Transport {
        let Stretch { micros, numerator, denominator, .. } = *self.at(position);
        let tempo = 60e6 / f64::from(micros);
        Transport { tempo, numerator, denominator, ..Transport::playing_at(position) }
    }
}
