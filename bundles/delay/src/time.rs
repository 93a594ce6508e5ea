//! How long a delay is: a time in milliseconds, or a note value at a tempo.

use dyad_dsp::note::{NoteValue, usable_tempo};

/// The shortest time, in milliseconds.
pub const SHORTEST_MS: f32 = 1.0;
/// The longest time, in milliseconds; memory is set aside for it.
pub const LONGEST_MS: f32 = 5000.0;

/// The length of a note in milliseconds at a tempo. Where that is longer than the longest time, it is
/// halved until it fits: it stays in time.
#[must_use]
pub fn milliseconds(note: NoteValue, tempo: f64) -> f64 {
    let mut time = note.quarters() * 60_000.0 / usable_tempo(tempo);
    // Eight times at most, at the slowest tempo.
    while time > f64::from(LONGEST_MS) {
        time *= 0.5;
    }
    time.max(f64::from(SHORTEST_MS))
}

/// The nearest whole number of samples: a resting delay never interpolates, so that echoes of echoes
/// lose nothing. It is wrong by half a sample at most.
#[must_use]
pub fn samples(milliseconds: f64, sample_rate: f64) -> f64 {
    (milliseconds * 1e-3 * sample_rate).round()
}

#[cfg(test)]
mod tests {
    use dyad::param::Variants;

    use super::*;

    fn all() -> impl Iterator<Item = NoteValue> {
        (0..NoteValue::LIST.len()).map(NoteValue::from_index)
    }

    #[test]
    fn a_note_lasts_by_the_tempo_and_too_long_ones_are_halved() {
        assert_eq!(milliseconds(NoteValue::N4, 120.0), 500.0);
        assert_eq!(milliseconds(NoteValue::N8D, 120.0), 375.0);
        assert_eq!(milliseconds(NoteValue::N4T, 100.0), 400.0);
        assert_eq!(milliseconds(NoteValue::Double1, 120.0), 4000.0);
        assert_eq!(milliseconds(NoteValue::Double1D, 120.0), 3000.0, "6 s, halved");
        assert_eq!(milliseconds(NoteValue::Double1, 60.0), 4000.0, "8 s, halved");
        for tempo in [0.0, -3.0, f64::NAN, f64::INFINITY, 1e-300, 1e300, 20.0, 999.0] {
            for note in all() {
                let time = milliseconds(note, tempo);
                assert!(
                    (f64::from(SHORTEST_MS)..=f64::from(LONGEST_MS)).contains(&time),
                    "{tempo}: {time}"
                );
            }
        }
        assert_eq!(milliseconds(NoteValue::N4, 0.0), 500.0, "tempo 0 is none");
    }

    #[test]
    fn whole_samples_are_exact() {
        for (ms, rate, expected) in [
            (250.0f32, 44_100.0, 11_025.0),
            (1.0, 8000.0, 8.0),
            (333.3125, 48_000.0, 15_999.0),
            (5000.0, 384_000.0, 1_920_000.0),
            (10.01, 44_100.0, 441.0),
        ] {
            assert_eq!(samples(f64::from(ms), rate), expected, "{ms} ms at {rate} Hz");
        }
    }
}
