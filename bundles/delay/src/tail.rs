//! How long the echoes last after the input fell silent.

use dyad::prelude::*;

/// The tail ends where all that follows has this share of the level (−60 dB of the energy) that was heard in the last
/// echo's length before the input ended.
pub const INAUDIBLE: f64 = 1e-3;

/// How often a sound is repeated until all further echoes together are [`INAUDIBLE`], where each is `feedback` times
/// the one before; `None` where that never happens.
#[must_use]
pub fn repeats(feedback: f64) -> Option<f64> {
    if feedback >= 1.0 {
        return None;
    }
    if feedback <= INAUDIBLE {
        return Some(1.0);
    }
    // The energies of the echoes from number n on: feedback²ⁿ / (1 − feedback²).
    let all = (1.0 - feedback * feedback).sqrt();
    Some(((INAUDIBLE * all).ln() / feedback.ln()).ceil())
}

/// The frames until then: `delays` in samples, `feedback` as a factor. `margin` is added, in samples: for what
/// lengthens a single echo, such as a filter's ringing.
pub(crate) fn tail(delays: [f64; 2], feedback: f64, ping_pong: bool, frozen: bool, margin: f64) -> Tail {
    let (Some(repeats), false) = (repeats(feedback), frozen) else { return Tail::Infinite };
    let (short, long) = (delays[0].min(delays[1]), delays[0].max(delays[1]));
    // From side to side, the longer one first: the last sound may have been in it.
    let turns = if ping_pong { (repeats / 2.0).floor() } else { 0.0 };
    let frames = (repeats - turns) * long + turns * short + margin;
    // What takes weeks is for ever; the largest number means that anyway.
    if frames < f64::from(u32::MAX) { Tail::Frames(frames.ceil() as u32) } else { Tail::Infinite }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_are_counted_until_they_are_60_db_down() {
        for (feedback, expected) in [(0.0, 1.0), (1e-6, 1.0), (0.1, 4.0), (0.5, 11.0), (0.9, 74.0)] {
            let repeats = repeats(feedback).unwrap();
            assert_eq!(repeats, expected, "{feedback}");
            let rest: f64 = (0..1000).map(|n| feedback.powf(2.0 * (repeats + f64::from(n)))).sum();
            assert!(rest <= INAUDIBLE.powi(2) * 1.000_001, "{feedback}: {rest}");
        }
        assert_eq!((repeats(1.0), repeats(1.1)), (None, None));
        let frames = |frames| Tail::Frames(frames);
        assert_eq!(tail([100.0, 200.0], 0.5, false, false, 0.0), frames(2200));
        assert_eq!(tail([100.0, 200.0], 0.5, true, false, 0.0), frames(1700));
        assert_eq!(tail([100.0, 200.0], 0.1, true, false, 7.5), frames(608));
        assert_eq!(tail([100.0, 200.0], 0.5, false, true, 0.0), Tail::Infinite);
        assert_eq!(tail([100.0, 100.0], 1.0, false, false, 0.0), Tail::Infinite);
        assert_eq!(tail([1.9e6, 1.9e6], 0.999, false, false, 0.0), Tail::Infinite, "nine weeks of blocks");
    }
}
