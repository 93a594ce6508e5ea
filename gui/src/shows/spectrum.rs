//! A spectrum that moves smoothly between messages.

use dyad_core::show::{FLOOR_DB, level};

/// Seconds in which a bin rises by two thirds of the way.
const RISE: f64 = 0.02;
/// Decibels by which it falls in a second.
const FALL: f64 = 36.0;
/// Seconds without a message after which nothing sounds.
const PATIENCE: f64 = 0.5;
/// Differences in decibels that nobody sees.
const NEAR: f32 = 0.05;

/// Levels by frequency, as they came and as they are shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spectrum {
    heard: Vec<u8>,
    shown: Vec<f32>,
    /// Seconds since the last message.
    since: f64,
}

impl Spectrum {
    pub(super) fn take(&mut self, levels: &[u8]) {
        self.heard.clear();
        self.heard.extend_from_slice(levels);
        self.shown.resize(levels.len(), FLOOR_DB);
        self.since = 0.0;
    }

    /// Moves on; `true` while it will go on moving.
    pub(super) fn advance(&mut self, elapsed: f64) -> bool {
        self.since += elapsed;
        let silent = self.since > PATIENCE;
        let (rise, fall) = ((1.0 - (-elapsed / RISE).exp()) as f32, (FALL * elapsed) as f32);
        let mut moving = false;
        for (shown, heard) in self.shown.iter_mut().zip(&self.heard) {
            let target = if silent { FLOOR_DB } else { level(*heard) };
            *shown =
                if target > *shown { *shown + (target - *shown) * rise } else { target.max(*shown - fall) };
            if (*shown - target).abs() < NEAR {
                *shown = target;
            }
            moving |= *shown != target;
        }
        // It has to be seen that nothing comes any more.
        moving || (!silent && self.shown.iter().any(|shown| *shown > FLOOR_DB))
    }

    /// Levels in decibels, from 20 Hz to 20 kHz with the same steps on a logarithmic scale.
    pub(crate) fn levels(&self) -> &[f32] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::show::code;

    #[test]
    fn it_rises_quickly_falls_steadily_and_comes_to_rest() {
        let mut spectrum = Spectrum::default();
        assert!(!spectrum.advance(0.1), "nothing came");
        spectrum.take(&[code(-20.0), code(-60.0)]);
        assert!(spectrum.advance(0.016), "it rises");
        for _ in 0..20 {
            spectrum.advance(0.016);
        }
        assert_eq!(spectrum.levels(), [-20.0, -60.0]);
        spectrum.take(&[code(-60.0), code(-60.0)]);
        spectrum.advance(0.5);
        assert_eq!(spectrum.levels(), [-38.0, -60.0], "36 dB a second");
        let mut frames = 0;
        while spectrum.advance(0.016) {
            frames += 1;
            assert!(frames < 1000, "never at rest");
        }
        assert!(spectrum.levels().iter().all(|level| *level == FLOOR_DB), "nobody plays any more");
    }
}
