//! What the gain plugin must do, written down independently of its code.

use dyad_core::{Bundle, Description, Plugin, Visitor, identity};

/// The sample rate of most tests, in Hz.
pub const RATE: f64 = 48_000.0;
/// Frames that a change of gain takes at [`RATE`]: 20 ms.
pub const RAMP: usize = 960;
/// Frames that bypass takes at [`RATE`]: 5 ms.
pub const FADE: usize = 240;

/// The plugin as its author's crate describes it.
///
/// # Panics
/// Where the crate does not describe itself.
#[must_use]
pub fn description() -> Description {
    struct First(Option<Description>);
    impl Visitor for First {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.get_or_insert_with(|| Description::of::<P>(lock).expect("gain describes itself"));
        }
    }
    let mut first = First(None);
    ::gain::Bundle::visit(&mut first);
    first.0.expect("the crate exports a plugin")
}

/// The VST3 id of a parameter.
#[must_use]
pub fn id(param: &str) -> u32 {
    identity::vst3_param_id(param)
}

/// The position 0…1 of a gain in decibels.
#[must_use]
pub fn position(db: f64) -> f64 {
    (db + 60.0) / 84.0
}

/// The factor of a gain in decibels; silent at the minimum.
#[must_use]
pub fn factor(db: f64) -> f64 {
    if db <= -60.0 { 0.0 } else { 10f64.powf(db / 20.0) }
}

/// The gain of each of `frames` frames: from rest at `start` decibels, each change `(frame,
/// decibels)` begins a straight line in the factor, from where it is then, over `ramp` frames.
#[must_use]
pub fn curve(start: f64, changes: &[(usize, f64)], frames: usize, ramp: usize) -> Vec<f64> {
    let mut now = factor(start);
    let (mut from, mut to, mut since) = (now, now, ramp);
    (0..frames)
        .map(|frame| {
            for (_, db) in changes.iter().filter(|(at, _)| *at == frame) {
                (from, to, since) = (now, factor(*db), 0);
            }
            since += 1;
            now = if since >= ramp { to } else { from + (to - from) * since as f64 / ramp as f64 };
            now
        })
        .collect()
}

/// Fails where a sound is not as expected.
///
/// # Panics
/// That is its purpose.
#[track_caller]
pub fn assert_close(sound: &[f32], expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(sound.len(), expected.len(), "{what}: length");
    for (frame, (is, should)) in sound.iter().zip(expected).enumerate() {
        // Written so that NaN fails.
        let close = (f64::from(*is) - should).abs() <= tolerance;
        assert!(close, "{what}: frame {frame} is {is} instead of {should}");
    }
}

/// A sound with every sort of sample in it, the same every time.
#[must_use]
pub fn noise(frames: usize, seed: u32) -> Vec<f32> {
    let mut state = seed | 1;
    let mut next = || {
        // xorshift32 (G. Marsaglia, "Xorshift RNGs", 2003).
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..frames).map(|_| next()).collect()
}

/// The level of a sound, as a factor.
#[must_use]
pub fn rms(samples: &[f32]) -> f64 {
    (samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}
