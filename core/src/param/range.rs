//! How a plain value (decibels, hertz …) maps to the 0…1 that VST3 hosts and knobs use.

/// The curve between the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// Equal steps of the knob are equal differences.
    Linear,
    /// `position ^ (1 / exponent)`: more room at one end.
    Skewed { exponent: f64 },
    /// Equal steps of the knob are equal ratios; both ends above 0.
    Log,
}

/// The values of a parameter, in plain units, and their mapping to 0…1.
///
/// Ends are `f32` because that is what the sound side and LV2 see. The mapping is strictly
/// monotone, exact at both ends, and the same in every format: curves live here and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    min: f64,
    max: f64,
    shape: Shape,
    /// Distance between allowed values; 0 where all are allowed.
    step: f64,
    reversed: bool,
}

impl Range {
    /// `min` … `max`, evenly spread.
    #[must_use]
    pub const fn linear(min: f32, max: f32) -> Self {
        Self { min: min as f64, max: max as f64, shape: Shape::Linear, step: 0.0, reversed: false }
    }

    /// `min` … `max` with `center` at the middle of the knob.
    #[must_use]
    pub fn skewed(min: f32, max: f32, center: f32) -> Self {
        let half = (f64::from(center) - f64::from(min)) / (f64::from(max) - f64::from(min));
        Self { shape: Shape::Skewed { exponent: 0.5f64.ln() / half.ln() }, ..Self::linear(min, max) }
    }

    /// `min` … `max` by ratio, for frequencies and times. Both must be above 0.
    #[must_use]
    pub const fn log(min: f32, max: f32) -> Self {
        Self { shape: Shape::Log, ..Self::linear(min, max) }
    }

    /// `min`, `min + step`, … `max`.
    #[must_use]
    pub const fn stepped(min: f32, max: f32, step: f32) -> Self {
        Self { step: step as f64, ..Self::linear(min, max) }
    }

    /// The same values with the knob turned round: 0 is the maximum.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { reversed: !self.reversed, ..self }
    }

    /// The smallest plain value.
    #[must_use]
    pub const fn min(&self) -> f64 {
        self.min
    }

    /// The largest plain value.
    #[must_use]
    pub const fn max(&self) -> f64 {
        self.max
    }

    /// Whether equal knob steps are equal ratios.
    #[must_use]
    pub const fn is_log(&self) -> bool {
        matches!(self.shape, Shape::Log)
    }

    /// Number of steps (values less one), 0 where the range is continuous.
    #[must_use]
    pub fn steps(&self) -> u32 {
        if self.step > 0.0 { ((self.max - self.min) / self.step).round() as u32 } else { 0 }
    }

    /// Whether all its values are whole numbers.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.step > 0.0 && self.step == self.step.round() && self.min == self.min.round()
    }

    /// The range in words that change when the mapping does.
    #[must_use]
    pub fn meaning(&self) -> String {
        let number = |x: f64| {
            let text = super::number::fixed(x, 6);
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let mut text = format!("{} {}", number(self.min), number(self.max));
        match self.shape {
            Shape::Linear => {}
            Shape::Skewed { exponent } => text += &format!(" skewed {}", number(exponent)),
            Shape::Log => text += " log",
        }
        if self.step > 0.0 {
            text += &format!(" step {}", number(self.step));
        }
        if self.reversed {
            text += " reversed";
        }
        text
    }

    /// What is wrong with this range, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        if !(self.min.is_finite() && self.max.is_finite()) {
            return Some("has an end that is not a finite number");
        }
        if self.min >= self.max {
            return Some("needs min < max");
        }
        match self.shape {
            Shape::Log if self.min <= 0.0 => return Some("is logarithmic and needs min > 0"),
            Shape::Skewed { exponent } if !(exponent.is_finite() && exponent > 0.0) => {
                return Some("is skewed and needs its center between min and max");
            }
            _ => {}
        }
        let count = (self.max - self.min) / self.step;
        if self.step < 0.0 || (self.step > 0.0 && (count - count.round()).abs() > 1e-4) {
            return Some("is stepped and needs a whole number of steps between min and max");
        }
        None
    }

    /// The nearest allowed plain value. NaN gives `None`.
    #[must_use]
    pub fn sanitize(&self, plain: f64) -> Option<f64> {
        if plain.is_nan() {
            return None;
        }
        // Not `clamp`: its panic message would bring the formatting of floats into every plugin.
        let inside = plain.max(self.min).min(self.max);
        if self.step > 0.0 {
            let step = ((inside - self.min) / self.step).round();
            return Some((self.min + step * self.step).min(self.max));
        }
        Some(inside)
    }

    /// Position 0…1 of a plain value; values outside are clamped, NaN counts as the minimum.
    #[must_use]
    pub fn normalize(&self, plain: f64) -> f64 {
        let plain = self.sanitize(plain).unwrap_or(self.min);
        let span = self.max - self.min;
        let position = if plain <= self.min {
            0.0
        } else if plain >= self.max {
            1.0
        } else {
            match self.shape {
                Shape::Linear => (plain - self.min) / span,
                Shape::Skewed { exponent } => ((plain - self.min) / span).powf(exponent),
                Shape::Log => (plain / self.min).ln() / (self.max / self.min).ln(),
            }
        };
        if self.reversed { 1.0 - position } else { position }
    }

    /// The plain value at a position; positions outside 0…1 are clamped, NaN counts as 0.
    ///
    /// A stepped range divides 0…1 into equal shares, one for each value, as VST3 asks.
    #[must_use]
    pub fn plain(&self, position: f64) -> f64 {
        let position = if position.is_nan() { 0.0 } else { position.clamp(0.0, 1.0) };
        let turned = |position: f64| if self.reversed { 1.0 - position } else { position };
        let given = position;
        let position = turned(given);
        if position <= 0.0 {
            return self.min;
        }
        if position >= 1.0 {
            return self.max;
        }
        let steps = self.steps();
        if steps > 0 {
            // Where a step is exactly, it counts also in a position that a host has kept in 32 bits: with some
            // thousands of steps the shares would take that for the neighbour's.
            let nearest = (position * f64::from(steps)).round();
            let step = if turned(nearest / f64::from(steps)) as f32 == given as f32 {
                nearest
            } else {
                (position * f64::from(steps + 1)).floor().min(f64::from(steps))
            };
            return (self.min + step * self.step).min(self.max);
        }
        let span = self.max - self.min;
        let plain = match self.shape {
            Shape::Linear => self.min + position * span,
            Shape::Skewed { exponent } => self.min + position.powf(exponent.recip()) * span,
            Shape::Log => self.min * (self.max / self.min).powf(position),
        };
        plain.max(self.min).min(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ranges() -> Vec<Range> {
        let plain = [
            Range::linear(-60.0, 24.0),
            Range::linear(0.0, 1.0),
            Range::skewed(0.0, 10.0, 1.0),
            Range::skewed(-60.0, 24.0, 0.0),
            Range::log(20.0, 20_000.0),
        ];
        plain.into_iter().flat_map(|r| [r, r.reversed()]).collect()
    }

    fn stepped() -> Vec<Range> {
        [
            Range::stepped(0.0, 1.0, 1.0),
            Range::stepped(-12.0, 12.0, 1.0),
            Range::stepped(0.0, 1.0, 0.1),
            Range::stepped(0.0, 48_000.0, 1.0),
        ]
        .into_iter()
        .flat_map(|r| [r, r.reversed()])
        .collect()
    }

    #[test]
    fn ends_are_exact() {
        for range in ranges().into_iter().chain(stepped()) {
            let ends = if range.reversed { [1.0, 0.0] } else { [0.0, 1.0] };
            assert_eq!(range.fault(), None, "{range:?}");
            assert_eq!([range.normalize(range.min), range.normalize(range.max)], ends, "{range:?}");
            assert_eq!([range.plain(ends[0]), range.plain(ends[1])], [range.min, range.max], "{range:?}");
        }
    }

    #[test]
    fn every_step_survives_the_round_trip() {
        for range in stepped() {
            for step in 0..=range.steps() {
                let plain = range.sanitize(range.min + f64::from(step) * range.step).unwrap();
                let position = range.normalize(plain);
                assert_eq!(range.plain(position), plain, "{range:?} step {step}");
                assert_eq!(
                    range.plain(f64::from(position as f32)),
                    plain,
                    "{range:?} step {step} in 32 bits"
                );
            }
        }
    }

    #[test]
    fn nonsense_has_a_stated_answer() {
        let range = Range::linear(-1.0, 1.0);
        assert_eq!(range.sanitize(f64::NAN), None);
        assert_eq!(range.sanitize(f64::INFINITY), Some(1.0));
        assert_eq!(range.plain(f64::NAN), -1.0);
        assert_eq!(range.plain(7.0), 1.0);
        assert_eq!(range.normalize(f64::NEG_INFINITY), 0.0);
        for bad in [
            Range::linear(1.0, 1.0),
            Range::linear(f32::NAN, 1.0),
            Range::log(0.0, 1.0),
            Range::skewed(0.0, 1.0, 2.0),
            Range::stepped(0.0, 1.0, 0.3),
        ] {
            assert!(bad.fault().is_some(), "{bad:?}");
        }
    }

    /// Any range that a plugin may have.
    fn any_range() -> impl Strategy<Value = Range> {
        let ends =
            (-1e6f32..1e6, 1e-3f32..1e6).prop_map(|(min, span)| (min, min + span.max(min.abs() * 1e-3)));
        let shape = (0u8..4, 0.01f32..0.99, 1u32..1000);
        (ends, shape, any::<bool>()).prop_filter_map(
            "a fault",
            |((min, max), (shape, at, steps), reversed)| {
                let range = match shape {
                    0 => Range::linear(min, max),
                    1 => Range::skewed(min, max, min + (max - min) * at),
                    2 => Range::log(min.abs().max(1e-3), min.abs().max(1e-3) + (max - min)),
                    _ => Range::stepped(0.0, steps as f32, 1.0),
                };
                let range = if reversed { range.reversed() } else { range };
                range.fault().is_none().then_some(range)
            },
        )
    }

    proptest! {
        #[test]
        fn every_range_is_exact_at_its_ends_monotone_and_reversible(
            range in any_range(),
            a in 0.0f64..=1.0,
            b in 0.0f64..=1.0,
        ) {
            let ends = if range.reversed { [1.0, 0.0] } else { [0.0, 1.0] };
            prop_assert_eq!([range.plain(ends[0]), range.plain(ends[1])], [range.min, range.max]);
            prop_assert_eq!([range.normalize(range.min), range.normalize(range.max)], ends);
            let (low, high) = (range.plain(a.min(b)), range.plain(a.max(b)));
            let (low, high) = if range.reversed { (high, low) } else { (low, high) };
            prop_assert!(low <= high, "{low} {high}");
            prop_assert!(range.min <= low.min(high) && low.max(high) <= range.max);
            // There and back again: the same value but for rounding, for a stepped one exactly.
            let back = range.plain(range.normalize(low));
            let slack = if range.step > 0.0 { 0.0 } else { (range.max - range.min) * 1e-9 + low.abs() * 1e-9 };
            prop_assert!((back - low).abs() <= slack, "{low} {back}");
        }

        #[test]
        fn any_number_at_all_has_an_answer(range in any_range(), bits: u64) {
            let number = f64::from_bits(bits);
            let plain = range.plain(number);
            prop_assert!(range.min <= plain && plain <= range.max);
            let position = range.normalize(number);
            prop_assert!((0.0..=1.0).contains(&position));
            let sane = range.sanitize(number);
            prop_assert!(sane.is_none_or(|plain| range.min <= plain && plain <= range.max));
            prop_assert_eq!(sane.is_none(), number.is_nan());
        }

        #[test]
        fn f32_values_survive_the_round_trip(position in 0.0f64..=1.0) {
            for range in ranges() {
                let plain = range.plain(position) as f32;
                prop_assume!(plain == 0.0 || plain.abs() > 1e-3);
                let back = range.plain(range.normalize(f64::from(plain))) as f32;
                prop_assert_eq!(back, plain, "{:?}", range);
            }
        }

        #[test]
        fn mapping_is_monotone(a in 0.0f64..=1.0, b in 0.0f64..=1.0) {
            for range in ranges().into_iter().chain(stepped()) {
                let (low, high) = (range.plain(a.min(b)), range.plain(a.max(b)));
                prop_assert!(if range.reversed { low >= high } else { low <= high }, "{:?}", range);
            }
        }
    }
}
