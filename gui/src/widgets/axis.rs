//! Axes of pictures: where a value is, where lines and numbers stand.

use egui::{Align2, Color32, Pos2, Rect, Stroke, Ui, Vec2};

use crate::text;
use crate::theme::Theme;

/// One axis of a picture: its scale, and the plain values at its two ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axis {
    kind: Kind,
    min: f64,
    max: f64,
    unit: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Frequency,
    Decibels,
    Linear,
    Seconds,
}

/// A line of the grid.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Tick {
    value: f64,
    /// The lowest are written first, where there is no room for all; none is never written.
    rank: Option<u8>,
}

/// Room below a picture for the numbers of the x axis.
pub(super) const BELOW: f32 = 18.0;
/// Room above it for half of the uppermost number.
pub(super) const ABOVE: f32 = 6.0;
/// Between a number and the picture.
const BESIDE: f32 = 8.0;
/// Points between two lines of a grid at least, on an axis to the right and upwards.
const ACROSS: f64 = 44.0;
const UPWARDS: f64 = 36.0;
/// Points between two numbers at least.
const APART: f32 = 8.0;

impl Axis {
    /// Frequencies in hertz, on a logarithmic scale; both ends are above 0.
    #[must_use]
    pub const fn frequency(min: f64, max: f64) -> Self {
        Self { kind: Kind::Frequency, min, max, unit: "" }
    }

    /// Decibels.
    #[must_use]
    pub const fn decibels(min: f64, max: f64) -> Self {
        Self { kind: Kind::Decibels, min, max, unit: "" }
    }

    /// Anything else.
    #[must_use]
    pub const fn linear(min: f64, max: f64) -> Self {
        Self { kind: Kind::Linear, min, max, unit: "" }
    }

    /// Seconds from 0 on. Its numbers are milliseconds where it is short.
    #[must_use]
    pub const fn seconds(max: f64) -> Self {
        Self { kind: Kind::Seconds, min: 0.0, max, unit: "" }
    }

    /// With this unit behind its numbers, where it is [linear](Self::linear).
    #[must_use]
    pub const fn unit(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// The value at its beginning: left, or below.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.min
    }

    /// The value at its end: right, or above.
    #[must_use]
    pub fn max(&self) -> f64 {
        self.max
    }

    /// Where a value is: 0 at the beginning, 1 at the end, and beyond them outside.
    #[must_use]
    pub fn position(&self, value: f64) -> f64 {
        let scale = |value: f64| match self.kind {
            Kind::Frequency => value.max(1e-6).ln(),
            Kind::Decibels | Kind::Linear | Kind::Seconds => value,
        };
        let (min, max) = (scale(self.min), scale(self.max));
        let position = (scale(value) - min) / (max - min);
        // An axis of no length, or no value at all.
        if position.is_finite() { position } else { 0.0 }
    }

    /// The value at a place.
    #[must_use]
    pub fn plain(&self, position: f64) -> f64 {
        match self.kind {
            Kind::Frequency => self.min * (self.max / self.min).powf(position),
            Kind::Decibels | Kind::Linear | Kind::Seconds => self.min + (self.max - self.min) * position,
        }
    }

    /// Where a value is from left to right.
    pub(super) fn x(&self, plot: Rect, value: f64) -> f32 {
        plot.left() + plot.width() * self.position(value) as f32
    }

    /// Where a value is from below upwards.
    pub(super) fn y(&self, plot: Rect, value: f64) -> f32 {
        plot.bottom() - plot.height() * self.position(value) as f32
    }

    /// The grid's lines on an axis of so many points, `apart` from each other at least where they have numbers.
    fn ticks(&self, length: f64, apart: f64) -> Vec<Tick> {
        if self.kind == Kind::Frequency { self.decades() } else { self.even(length, apart) }
    }

    /// 1, 2, 5 and the numbers between them, in each decade.
    fn decades(&self) -> Vec<Tick> {
        let (min, max) = (self.min.max(0.1), self.max.min(1e6));
        let mut ticks = Vec::new();
        let mut decade = 10_f64.powf(min.log10().floor());
        while decade <= max {
            for n in 1..10 {
                let value = decade * f64::from(n);
                // Rounding must not lose the ends.
                if value >= min * (1.0 - 1e-9) && value <= max * (1.0 + 1e-9) {
                    let rank = match n {
                        1 => Some(0),
                        2 => Some(1),
                        5 => Some(2),
                        _ => None,
                    };
                    ticks.push(Tick { value, rank });
                }
            }
            decade *= 10.0;
        }
        ticks
    }

    fn even(&self, length: f64, apart: f64) -> Vec<Tick> {
        let span = self.max - self.min;
        let least = span * apart / length.max(1.0);
        if !least.is_finite() || least <= 0.0 {
            return Vec::new();
        }
        let step = match self.kind {
            Kind::Decibels => [1.0, 2.0, 3.0, 6.0, 12.0, 24.0].into_iter().find(|step| *step >= least),
            _ => None,
        };
        let step = step.unwrap_or_else(|| {
            let decade = 10_f64.powf(least.log10().floor());
            let factors = [1.0, 2.0, 5.0, 10.0];
            decade * factors.into_iter().find(|factor| factor * decade >= least).unwrap_or(10.0)
        });
        let first = (self.min / step - 1e-6).ceil();
        let count = ((self.max / step + 1e-6).floor() - first).clamp(0.0, 200.0) as u32;
        let value = |n: u32| (first + f64::from(n)) * step;
        (0..=count).map(|n| Tick { value: value(n), rank: Some(u8::from(value(n) != 0.0)) }).collect()
    }

    /// How a number is written.
    fn label(&self, value: f64) -> String {
        match self.kind {
            Kind::Frequency if value >= 999.5 => format!("{:.0}k", value / 1000.0),
            Kind::Frequency => format!("{value:.0}"),
            Kind::Decibels => {
                // Where both signs are there, both are written.
                let sign = if value > 0.5 && self.min < 0.0 { "+" } else { "" };
                format!("{sign}{}", number(value, 1))
            }
            Kind::Seconds if self.max < 1.0 => format!("{} ms", number(value * 1000.0, 2)),
            Kind::Seconds => format!("{} s", number(value, 2)),
            Kind::Linear if self.unit.is_empty() => number(value, 3),
            Kind::Linear => format!("{} {}", number(value, 3), self.unit),
        }
    }
}

/// A number with as many digits behind the point as it needs, and a true minus.
fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text::print_signs(text) }
}

/// The two axes of a picture, and whether they have numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axes {
    pub(super) x: Option<Axis>,
    pub(super) y: Option<Axis>,
    pub(super) numbers: bool,
}

impl Axes {
    /// What the numbers leave of a rectangle.
    pub(super) fn plot(&self, ui: &Ui, theme: &Theme, rect: Rect) -> Rect {
        let mut plot = rect;
        if self.numbers
            && let Some(y) = self.y
        {
            let ticks = y.ticks(f64::from(rect.height() - BELOW), UPWARDS);
            let widest = ticks.iter().map(|tick| written(ui, theme, &y.label(tick.value)).size().x);
            plot.min.x += widest.fold(0.0, f32::max).ceil() + BESIDE;
            plot.min.y += ABOVE;
            if self.x.is_none() {
                plot.max.y -= ABOVE;
            }
        }
        if self.numbers && self.x.is_some() {
            plot.max.y -= BELOW;
        }
        // Whole pixels, so that lines are sharp.
        let whole = |at: f32| at.round();
        Rect::from_min_max(
            Pos2::new(whole(plot.left()), whole(plot.top())),
            Pos2::new(
                whole(plot.right()).max(plot.left() + 1.0),
                whole(plot.bottom()).max(plot.top() + 1.0),
            ),
        )
    }

    /// Lines and numbers. `outer` is the rectangle with the numbers.
    pub(super) fn paint(&self, ui: &Ui, theme: &Theme, outer: Rect, plot: Rect) {
        if let Some(x) = self.x {
            let ticks = x.ticks(f64::from(plot.width()), ACROSS);
            for tick in &ticks {
                let at = x.x(plot, tick.value);
                ui.painter().vline(at, plot.y_range(), stroke(theme, tick));
            }
            if self.numbers {
                numbers_below(ui, theme, &x, &ticks, outer, plot);
            }
        }
        if let Some(y) = self.y {
            for tick in y.ticks(f64::from(plot.height()), UPWARDS) {
                let at = y.y(plot, tick.value);
                ui.painter().hline(plot.x_range(), at, stroke(theme, &tick));
                if self.numbers {
                    let galley = written(ui, theme, &y.label(tick.value));
                    let size = Vec2::new(plot.left() - BESIDE - outer.left(), 12.0);
                    let place = Rect::from_min_size(Pos2::new(outer.left(), at - 6.0), size);
                    text::put(ui, place, Align2::RIGHT_CENTER, galley, theme.colors.dim);
                }
            }
        }
    }
}

fn stroke(theme: &Theme, tick: &Tick) -> Stroke {
    let faint = if tick.rank.is_some() { 1.0 } else { 0.4 };
    Stroke::new(1.0, super::mix(theme.colors.background, theme.colors.line, faint))
}

fn written(ui: &Ui, theme: &Theme, text: &str) -> std::sync::Arc<egui::Galley> {
    text::line(ui, text, theme.regular(theme.font.small), Color32::PLACEHOLDER, f32::INFINITY)
}

/// The numbers of an x axis: the important ones first, and none so near to another that they run together.
fn numbers_below(ui: &Ui, theme: &Theme, axis: &Axis, ticks: &[Tick], outer: Rect, plot: Rect) {
    let mut taken: Vec<(f32, f32)> = Vec::with_capacity(ticks.len());
    let last = ticks.len().saturating_sub(1);
    for rank in 0..4 {
        for (n, tick) in ticks.iter().enumerate() {
            // The ends tell how far it goes.
            let own =
                if n == 0 || n == last { tick.rank.map(|_| 0) } else { tick.rank.map(|rank| rank + 1) };
            if own != Some(rank) {
                continue;
            }
            let galley = written(ui, theme, &axis.label(tick.value));
            let width = galley.size().x;
            let (least, most) = (outer.left(), outer.right() - width);
            let left = (axis.x(plot, tick.value) - width * 0.5).min(most).max(least).round();
            let right = left + width;
            if taken.iter().all(|(from, to)| right + APART <= *from || left >= *to + APART) {
                taken.push((left, right));
                let place = Pos2::new(left, plot.bottom() + 5.0);
                ui.painter().galley(place, galley, theme.colors.dim);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: Axis, length: f64, apart: f64) -> Vec<String> {
        axis.ticks(length, apart)
            .iter()
            .filter(|tick| tick.rank.is_some())
            .map(|it| axis.label(it.value))
            .collect()
    }

    #[test]
    fn places_and_values_belong_together() {
        for axis in [Axis::frequency(20.0, 20_000.0), Axis::decibels(-60.0, 6.0), Axis::linear(0.0, 2.5)] {
            assert_eq!((axis.position(axis.min()), axis.position(axis.max())), (0.0, 1.0));
            for position in [-0.25, 0.0, 0.3, 1.0, 1.5] {
                assert!((axis.position(axis.plain(position)) - position).abs() < 1e-9, "{axis:?}");
            }
        }
        assert!((Axis::frequency(20.0, 20_000.0).position(200.0) - 1.0 / 3.0).abs() < 1e-12);
        let nowhere = Axis::linear(1.0, 1.0);
        assert_eq!((nowhere.position(1.0), nowhere.position(f64::NAN)), (0.0, 0.0));
    }

    #[test]
    fn numbers_are_round_and_have_print_signs() {
        let frequency = labels(Axis::frequency(20.0, 20_000.0), 600.0, ACROSS);
        assert_eq!(frequency, ["20", "50", "100", "200", "500", "1k", "2k", "5k", "10k", "20k"]);
        let level = labels(Axis::decibels(-60.0, 0.0), 420.0, UPWARDS);
        assert_eq!(
            level,
            [
                "\u{2212}60",
                "\u{2212}54",
                "\u{2212}48",
                "\u{2212}42",
                "\u{2212}36",
                "\u{2212}30",
                "\u{2212}24",
                "\u{2212}18",
                "\u{2212}12",
                "\u{2212}6",
                "0"
            ]
        );
        let small = labels(Axis::decibels(-60.0, 0.0), 260.0, UPWARDS);
        assert_eq!(small, ["\u{2212}60", "\u{2212}48", "\u{2212}36", "\u{2212}24", "\u{2212}12", "0"]);
        assert_eq!(
            labels(Axis::decibels(-12.0, 12.0), 160.0, UPWARDS),
            ["\u{2212}12", "\u{2212}6", "0", "+6", "+12"]
        );
        let seconds = labels(Axis::linear(0.0, 2.5).unit("s"), 300.0, ACROSS);
        assert_eq!(seconds, ["0 s", "0.5 s", "1 s", "1.5 s", "2 s", "2.5 s"]);
    }

    #[test]
    fn nonsense_has_no_lines_and_takes_no_time() {
        for axis in [Axis::linear(0.0, 0.0), Axis::linear(0.0, f64::INFINITY), Axis::decibels(5.0, -5.0)] {
            assert!(axis.ticks(100.0, 10.0).len() <= 201, "{axis:?}");
        }
        assert!(Axis::frequency(0.0, f64::INFINITY).ticks(100.0, 10.0).len() < 100);
        assert!(Axis::linear(0.0, 1.0).ticks(0.0, 10.0).len() <= 2);
    }
}
