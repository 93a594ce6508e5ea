//! From the song's quarter notes to frames and back.

/// A frame is the nearest one to its exact time. Of two that are about equally near it is the earlier, by this much of
/// a frame: hosts say positions with an error, and it must not decide.
const TIE: f64 = 0.01;

/// A place in time that is known, and how fast time goes on from there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    /// Counted from the processor's first.
    pub(crate) frame: i64,
    /// In quarter notes.
    pub(crate) beats: f64,
    pub(crate) per_frame: f64,
}

impl Line {
    /// Where a frame lies.
    pub(crate) fn beats(&self, frame: i64) -> f64 {
        self.beats + (frame - self.frame) as f64 * self.per_frame
    }

    /// The frame nearest to a place.
    pub(crate) fn frame(&self, beats: f64) -> i64 {
        // The cast stops at the ends.
        self.frame.saturating_add(((beats - self.beats) / self.per_frame - 0.5 - TIE).ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_nearest() {
        let line = Line { frame: 1000, beats: 4.0, per_frame: 1.0 / 22_050.0 };
        assert_eq!((line.frame(4.0), line.frame(5.0), line.frame(3.0)), (1000, 23_050, -21_050));
        // A sixteenth is 5512.5 frames.
        assert_eq!(line.frame(4.25), 6512);
        assert_eq!(line.frame(4.25 + 1e-7), 6512, "an error of a position in 32 bits decides nothing");
        assert_eq!(line.frame(4.25 + 0.02 / 22_050.0), 6513);
        assert!((line.beats(6512) - (4.0 + 5512.0 / 22_050.0)).abs() < 1e-12);
    }
}
