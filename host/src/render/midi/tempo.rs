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
    pub(in crate::render) fn transport(&self, position: u64, rate: u32) -> Transport {
        let Stretch { micros, numerator, denominator, .. } = *self.at(position);
        let tempo = 60e6 / f64::from(micros);
        let plain = Transport { tempo, numerator, denominator, ..Transport::playing_at(position) };
        if let [] | [_] = self.stretches.as_slice() {
            return plain;
        }
        // Tempo and position alone don't say it any more, and bars are counted from their signature on.
        let quarters = self.quarters(position, rate);
        let since = self.stretches.iter().rev().skip_while(|stretch| stretch.frame > position);
        let same = since.take_while(|s| (s.numerator, s.denominator) == (numerator, denominator));
        let origin = same.last().map_or(0.0, |stretch| stretch.quarters);
        let per_bar = f64::from(numerator) * 4.0 / f64::from(denominator.max(1));
        let bar = origin + ((quarters - origin) / per_bar + ROUNDING).floor() * per_bar;
        Transport { quarters: Some(quarters), bar: Some(bar), ..plain }
    }
}

/// What seconds and back may cost a bar's first frame.
const ROUNDING: f64 = 1e-9;

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn bars_go_on_over_changes_of_tempo() {
        let mut map = TempoMap::default();
        assert_eq!(map.transport(48_000, 48_000).quarters, None, "nothing to say");
        // After two bars twice as slow, and after two of those in 3/4.
        let slow = Stretch { frame: 192_000, seconds: 4.0, quarters: 8.0, micros: 1_000_000, ..START };
        map.push(slow);
        map.push(Stretch { frame: 576_000, seconds: 12.0, quarters: 16.0, numerator: 3, ..slow });
        for (frame, quarters, bar) in [
            (0, 0.0, 0.0),
            (191_999, 7.99995, 4.0),
            (192_000, 8.0, 8.0),
            (432_000, 13.0, 12.0),
            (768_000, 20.0, 19.0),
        ] {
            let told = map.transport(frame, 48_000);
            assert!((told.quarters.unwrap() - quarters).abs() < 1e-4, "{frame}: {told:?}");
            assert_eq!(told.bar, Some(bar), "{frame}");
        }
    }
}
