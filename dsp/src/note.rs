//! Note values as parameters, and tempos to reckon with.

use dyad::prelude::*;

/// The tempo where no host has said one, in quarter notes per minute.
pub const USUAL_TEMPO: f64 = 120.0;
/// Tempos beyond these count as these; what is shown of them too.
pub const TEMPOS: (f32, f32) = (1.0, 2000.0);

/// A note value, from the shortest to the longest. A dotted note is half as long again, of triplets
/// there are three in the time of two.
#[derive(Choice, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteValue {
    /// 1/64 triplet.
    #[choice(id = "n1_64t", name = "1/64 triplet")]
    N64T,
    /// 1/64.
    #[choice(id = "n1_64", name = "1/64")]
    N64,
    /// 1/32 triplet.
    #[choice(id = "n1_32t", name = "1/32 triplet")]
    N32T,
    /// 1/64 dotted.
    #[choice(id = "n1_64d", name = "1/64 dotted")]
    N64D,
    /// 1/32.
    #[choice(id = "n1_32", name = "1/32")]
    N32,
    /// 1/16 triplet.
    #[choice(id = "n1_16t", name = "1/16 triplet")]
    N16T,
    /// 1/32 dotted.
    #[choice(id = "n1_32d", name = "1/32 dotted")]
    N32D,
    /// 1/16.
    #[choice(id = "n1_16", name = "1/16")]
    N16,
    /// 1/8 triplet.
    #[choice(id = "n1_8t", name = "1/8 triplet")]
    N8T,
    /// 1/16 dotted.
    #[choice(id = "n1_16d", name = "1/16 dotted")]
    N16D,
    /// 1/8.
    #[choice(id = "n1_8", name = "1/8")]
    N8,
    /// 1/4 triplet.
    #[choice(id = "n1_4t", name = "1/4 triplet")]
    N4T,
    /// 1/8 dotted.
    #[choice(id = "n1_8d", name = "1/8 dotted")]
    N8D,
    /// 1/4.
    #[choice(id = "n1_4", name = "1/4")]
    N4,
    /// 1/2 triplet.
    #[choice(id = "n1_2t", name = "1/2 triplet")]
    N2T,
    /// 1/4 dotted.
    #[choice(id = "n1_4d", name = "1/4 dotted")]
    N4D,
    /// 1/2.
    #[choice(id = "n1_2", name = "1/2")]
    N2,
    /// 1/1 triplet.
    #[choice(id = "n1_1t", name = "1/1 triplet")]
    N1T,
    /// 1/2 dotted.
    #[choice(id = "n1_2d", name = "1/2 dotted")]
    N2D,
    /// 1/1.
    #[choice(id = "n1_1", name = "1/1")]
    N1,
    /// 2/1 triplet.
    #[choice(id = "n2_1t", name = "2/1 triplet")]
    Double1T,
    /// 1/1 dotted.
    #[choice(id = "n1_1d", name = "1/1 dotted")]
    N1D,
    /// 2/1.
    #[choice(id = "n2_1", name = "2/1")]
    Double1,
    /// 2/1 dotted.
    #[choice(id = "n2_1d", name = "2/1 dotted")]
    Double1D,
}

impl NoteValue {
    /// The length in quarter notes.
    #[must_use]
    pub fn quarters(self) -> f64 {
        let (straight, triplet, dotted) = (1.0, 2.0 / 3.0, 1.5);
        let (whole, kind) = match self {
            Self::N64T => (1.0 / 64.0, triplet),
            Self::N64 => (1.0 / 64.0, straight),
            Self::N32T => (1.0 / 32.0, triplet),
            Self::N64D => (1.0 / 64.0, dotted),
            Self::N32 => (1.0 / 32.0, straight),
            Self::N16T => (1.0 / 16.0, triplet),
            Self::N32D => (1.0 / 32.0, dotted),
            Self::N16 => (1.0 / 16.0, straight),
            Self::N8T => (1.0 / 8.0, triplet),
            Self::N16D => (1.0 / 16.0, dotted),
            Self::N8 => (1.0 / 8.0, straight),
            Self::N4T => (1.0 / 4.0, triplet),
            Self::N8D => (1.0 / 8.0, dotted),
            Self::N4 => (1.0 / 4.0, straight),
            Self::N2T => (1.0 / 2.0, triplet),
            Self::N4D => (1.0 / 4.0, dotted),
            Self::N2 => (1.0 / 2.0, straight),
            Self::N1T => (1.0, triplet),
            Self::N2D => (1.0 / 2.0, dotted),
            Self::N1 => (1.0, straight),
            Self::Double1T => (2.0, triplet),
            Self::N1D => (1.0, dotted),
            Self::Double1 => (2.0, straight),
            Self::Double1D => (2.0, dotted),
        };
        4.0 * whole * kind
    }
}

/// A tempo to reckon with: within [`TEMPOS`], and [`USUAL_TEMPO`] for what is none.
#[must_use]
pub fn usable_tempo(tempo: f64) -> f64 {
    if tempo.is_nan() || tempo <= 0.0 {
        return USUAL_TEMPO;
    }
    tempo.clamp(f64::from(TEMPOS.0), f64::from(TEMPOS.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = NoteValue> {
        (0..NoteValue::LIST.len()).map(NoteValue::from_index)
    }

    #[test]
    fn names_say_the_length_and_come_in_its_order() {
        let mut before = 0.0;
        for note in all() {
            let name = NoteValue::LIST[note.index()].name;
            let (fraction, kind) = name.split_once(' ').unwrap_or((name, ""));
            let (above, below) = fraction.split_once('/').unwrap();
            let [above, below]: [f64; 2] = [above, below].map(|n| n.parse().unwrap());
            let factor = match kind {
                "" => 1.0,
                "dotted" => 1.5,
                "triplet" => 2.0 / 3.0,
                other => panic!("{other}"),
            };
            assert!((note.quarters() - 4.0 * above / below * factor).abs() < 1e-12, "{name}");
            assert!(note.quarters() > before, "{name}");
            before = note.quarters();
        }
        assert_eq!(all().count(), 24, "1/64 to 2/1, each straight, dotted and triplet");
    }

    #[test]
    fn tempos_that_are_none_are_the_usual_one() {
        for tempo in [0.0, -3.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(usable_tempo(tempo), USUAL_TEMPO);
        }
        assert_eq!((usable_tempo(1e-300), usable_tempo(f64::INFINITY)), (1.0, 2000.0));
        assert_eq!(usable_tempo(97.5), 97.5);
    }
}
