//! Samples as devices want them, in frames of all channels.

/// A kind of sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    Float,
    Bits32,
    Bits24,
    Bits16,
}

/// The largest whole number of 24 bits.
const FULL_24: f32 = 8_388_607.0;

impl Sample {
    /// All of them, the best first.
    pub(super) const ALL: [Self; 4] = [Self::Float, Self::Bits32, Self::Bits24, Self::Bits16];

    /// ALSA's number for it, the lowest byte first.
    pub(super) fn number(self) -> std::ffi::c_int {
        match self {
            Self::Float => 14,
            Self::Bits32 => 10,
            Self::Bits24 => 32,
            Self::Bits16 => 2,
        }
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Float | Self::Bits32 => 4,
            Self::Bits24 => 3,
            Self::Bits16 => 2,
        }
    }

    /// Writes a sample to the start of `to`; what is too loud is held at the limit.
    pub(super) fn write(self, sample: f32, to: &mut [u8]) {
        // Conversions of what is out of range end at the limits, and of NaN at 0.
        match self {
            Self::Float => to[..4].copy_from_slice(&sample.to_le_bytes()),
            Self::Bits32 => {
                let whole = (f64::from(sample) * f64::from(i32::MAX)).round() as i32;
                to[..4].copy_from_slice(&whole.to_le_bytes());
            }
            Self::Bits24 => {
                let whole = (sample * FULL_24).round().clamp(-FULL_24 - 1.0, FULL_24) as i32;
                to[..3].copy_from_slice(&whole.to_le_bytes()[..3]);
            }
            Self::Bits16 => {
                let whole = (sample * f32::from(i16::MAX)).round() as i16;
                to[..2].copy_from_slice(&whole.to_le_bytes());
            }
        }
    }

    /// The sample at the start of `from`.
    pub(super) fn read(self, from: &[u8]) -> f32 {
        match (self, from) {
            (Self::Float, [a, b, c, d, ..]) => f32::from_le_bytes([*a, *b, *c, *d]),
            (Self::Bits32, [a, b, c, d, ..]) => {
                (f64::from(i32::from_le_bytes([*a, *b, *c, *d])) / f64::from(i32::MAX)) as f32
            }
            // The sign comes with the highest byte.
            (Self::Bits24, [a, b, c, ..]) => (i32::from_le_bytes([0, *a, *b, *c]) >> 8) as f32 / FULL_24,
            (Self::Bits16, [a, b, ..]) => f32::from(i16::from_le_bytes([*a, *b])) / f32::from(i16::MAX),
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_back() {
        for (kind, near) in
            [(Sample::Float, 0.0), (Sample::Bits32, 1e-7), (Sample::Bits24, 1e-6), (Sample::Bits16, 4e-5)]
        {
            for sample in [0.0, 1.0, -1.0, 0.5, -0.25, 0.123_456_7] {
                let mut bytes = [0x55; 4];
                kind.write(sample, &mut bytes);
                let back = kind.read(&bytes[..kind.bytes()]);
                assert!((back - sample).abs() <= near, "{kind:?}: {sample} became {back}");
            }
        }
    }

    #[test]
    fn what_is_too_loud_stays_at_the_limit() {
        for kind in [Sample::Bits32, Sample::Bits24, Sample::Bits16] {
            for (loud, limit) in [(1.5, 1.0), (f32::INFINITY, 1.0), (-3.0, -1.0), (f32::NAN, 0.0)] {
                let mut bytes = [0; 4];
                kind.write(loud, &mut bytes);
                let back = kind.read(&bytes);
                assert!((back - limit).abs() < 1e-4, "{kind:?}: {loud} became {back}");
            }
        }
    }
}
