//! A value that the processor works out itself and shows.

use crate::param::{Field, ParamInfo, Range, Role, ValueKind};

/// An output parameter: whatever number the processor wants to show, such as a loudness, a pitch
/// or a tempo. Range and unit are the attribute's, and so is the value before anything was shown:
///
/// ```
/// # extern crate dyad_core as dyad;
/// # use dyad::param::{Output, Params, Range, Unit};
/// #[derive(Params)]
/// struct MyParams {
///     #[meter(name = "Loudness", range = Range::linear(-70.0, 5.0), default = -70.0)]
///     #[meter(unit = Unit::Other("LUFS"))]
///     loudness: Output,
/// }
/// # fn main() {}
/// ```
///
/// The value stays until another is shown, also where `process` is not called because of a bypass.
#[derive(Clone, Debug)]
pub struct Output {
    range: Range,
    rest: f32,
    value: f32,
}

impl Output {
    /// Shows a plain value from the end of this block on; of several in a block, the last. It is
    /// brought into the range, and rounded where the range has steps; infinities are its ends. NaN
    /// is not shown, the value before it stays. `[audio-thread]`
    #[inline]
    pub fn show(&mut self, plain: f32) {
        if !plain.is_nan() {
            self.value = plain;
        }
    }
}

impl Field for Output {
    fn describe(id: &'static str) -> ParamInfo {
        let mut info = ParamInfo::new(id, ValueKind::Float);
        info.role = Role::Meter;
        info
    }

    fn create(info: &ParamInfo) -> Self {
        let rest = info.default as f32;
        Self { range: info.range, rest, value: rest }
    }

    fn prepare(&mut self, _sample_rate: f64) {
        self.value = self.rest;
    }

    fn set(&mut self, _plain: f32) {}

    fn snap(&mut self) {}

    fn finish(&mut self, _frames: usize) -> f32 {
        self.range.sanitize(f64::from(self.value)).map_or(self.rest, |plain| plain as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::param::{Params, Unit};

    #[derive(Params)]
    struct Shown {
        #[meter(name = "Loudness", range = Range::linear(-70.0, 5.0), default = -70.0)]
        #[meter(unit = Unit::Other("LUFS"))]
        loudness: Output,
        #[meter(name = "Voices", range = Range::stepped(0.0, 16.0, 1.0))]
        voices: Output,
    }

    #[test]
    fn the_last_value_of_a_block_is_shown_within_its_range_and_stays() {
        let infos = Shown::describe();
        assert!(infos.iter().all(|info| info.fault().is_none() && info.role == Role::Meter));
        let mut params = Shown::create(&infos);
        params.prepare(48_000.0);
        assert_eq!((params.finish(0, 64), params.finish(1, 64)), (-70.0, 0.0), "nothing shown yet");
        params.loudness.show(-30.0);
        params.loudness.show(-23.5);
        params.voices.show(3.4);
        assert_eq!((params.finish(0, 64), params.finish(1, 64)), (-23.5, 3.0));
        params.loudness.show(f32::NAN);
        assert_eq!(params.finish(0, 0), -23.5);
        params.loudness.show(f32::NEG_INFINITY);
        params.voices.show(1e9);
        assert_eq!((params.finish(0, 64), params.finish(1, 64)), (-70.0, 16.0));
        params.loudness.show(f32::INFINITY);
        assert_eq!(params.finish(0, 64), 5.0);
        params.prepare(48_000.0);
        assert_eq!(params.finish(0, 64), -70.0);
    }
}
