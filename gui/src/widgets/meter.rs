//! Meters: levels in decibels, and how much is turned down.

use dyad_core::param::{ParamInfo, Role, Unit};
use egui::epaint::{Mesh, Vertex, WHITE_UV};
use egui::{Align2, Color32, CornerRadius, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use crate::context::Context;
use crate::text;
use crate::theme::{self, Theme, corner};

/// How a meter is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterKind {
    /// A linear factor as a bar on a scale of decibels, upwards.
    Level,
    /// Decibels from 0 downwards, as a bar from above.
    Reduction,
}

/// How a meter is drawn as a bar; none for what is better read as a number.
#[must_use]
pub fn meter_kind(info: &ParamInfo) -> Option<MeterKind> {
    let (min, max) = (info.range.min(), info.range.max());
    match info.unit {
        _ if info.role != Role::Meter => None,
        Unit::Factor if min == 0.0 => Some(MeterKind::Level),
        Unit::Decibels if max == 0.0 && min < 0.0 => Some(MeterKind::Reduction),
        _ => None,
    }
}

/// What a meter shows between two frames.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MeterState {
    /// Where the bar ends, in decibels.
    bar: f32,
    /// The line above it, in decibels.
    hold: f32,
    /// Seconds for which the line stays.
    hold_left: f64,
    /// The highest level beyond full scale since the last click, in decibels.
    clip: Option<f32>,
}

impl Default for MeterState {
    fn default() -> Self {
        Self { bar: f32::NEG_INFINITY, hold: f32::NEG_INFINITY, hold_left: 0.0, clip: None }
    }
}

impl MeterState {
    /// Takes the level of this frame in decibels: up at once, down by so many decibels a second. Says
    /// whether it will move by itself.
    pub(crate) fn update(&mut self, level: f32, elapsed: f64, theme: &theme::Meter) -> bool {
        // NaN is no level.
        let level = if level.is_nan() { f32::NEG_INFINITY } else { level };
        let fall = theme.fall_db_per_second * elapsed as f32;
        let floor = |db: f32| if db < theme.min_db { f32::NEG_INFINITY } else { db };
        self.bar = floor((self.bar - fall).max(level));
        self.hold_left -= elapsed;
        if level >= self.hold {
            self.hold = level;
            self.hold_left = f64::from(theme.hold_seconds);
        } else if self.hold_left <= 0.0 {
            self.hold = (self.hold - fall).max(self.bar);
        }
        self.hold = floor(self.hold);
        if level > theme.hot_db {
            self.clip = Some(self.clip.map_or(level, |clip| clip.max(level)));
        }
        self.bar > level.max(theme.min_db) || self.hold > self.bar
    }
}

/// A linear factor in decibels.
fn decibels(factor: f64) -> f32 {
    if factor > 0.0 { (20.0 * factor.log10()) as f32 } else { f32::NEG_INFINITY }
}

/// Decibels as they stand above a meter.
fn number(db: f32) -> String {
    // The core's: no zero below zero.
    let digits = |db: f32| text::print_signs(&dyad_core::param::number::fixed(f64::from(db), 1));
    if db.is_finite() { digits(db) } else { "\u{2212}\u{221e}".to_owned() }
}

/// Height of the number above a bar and of the name below it, with the distance to the bar.
const TEXT: f32 = 20.0;

/// The part of a meter's rectangle that the bar has.
fn lane(rect: Rect) -> Rect {
    Rect::from_min_max(
        Pos2::new(rect.left(), (rect.top() + TEXT).min(rect.bottom())),
        Pos2::new(rect.right(), (rect.bottom() - TEXT).max(rect.top() + TEXT)),
    )
}

/// The height at which a level is drawn.
fn height(lane: Rect, theme: &theme::Meter, db: f32) -> f32 {
    let part = (db - theme.min_db) / (theme.max_db - theme.min_db);
    lane.bottom() - lane.height() * part.clamp(0.0, 1.0)
}

/// A meter: its highest value above, its name below. A click forgets what clipped.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    index: usize,
    /// The meter beside it.
    right: Option<usize>,
    /// Instead of the meter's own name.
    name: Option<&'static str>,
}

/// Between the two bars of a pair.
const PAIR_GAP: f32 = 2.0;

/// What a bar shows.
#[derive(Clone, Copy, Debug)]
struct Shown {
    /// The number above it, in decibels.
    number: f32,
    clipped: bool,
}

impl Meter {
    /// Of the meter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, right: None, name: None }
    }

    /// Of two level meters as one: bars side by side, one name for both, and the higher one's number.
    #[must_use]
    pub fn pair(left: usize, right: usize, name: &'static str) -> Self {
        Self { index: left, right: Some(right), name: Some(name) }
    }

    /// With this name instead of its own, which may be too long for a bar.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    fn name<'a>(self, context: &Context<'a>) -> &'a str {
        self.name.unwrap_or_else(|| context.info(self.index).map_or("", |info| info.name.as_ref()))
    }

    /// The width that it needs, its name and numbers included.
    #[must_use]
    pub fn width(self, ui: &Ui, context: &Context<'_>) -> f32 {
        let theme = context.theme;
        let font = theme.regular(theme.font.label);
        let width = |text: &str| text::line(ui, text, font.clone(), Color32::WHITE, 72.0).size().x;
        width(self.name(context)).max(width("\u{2212}60.0")).ceil() + 4.0
    }

    /// Where egui puts it, as high as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = Vec2::new(self.width(ui, context), ui.available_height().max(96.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("meter", self.index)));
        let response = ui.interact(rect, id, Sense::CLICK);
        let Some(info) = context.info(self.index) else { return response };
        context.bind(&response, self.index);
        let lane = lane(rect);
        let well = |middle: f32| {
            let center = Pos2::new(middle, lane.center().y);
            Rect::from_center_size(center, Vec2::new(theme.meter.bar, lane.height()))
        };
        let middle = lane.center().x;
        let forget = response.clicked();
        let shown = match self.right {
            None => bar(ui, well(middle), self.index, forget, context),
            Some(right) => {
                let apart = (theme.meter.bar + PAIR_GAP) * 0.5;
                let left = bar(ui, well(middle - apart), self.index, forget, context);
                let right = bar(ui, well(middle + apart), right, forget, context);
                Shown { number: left.number.max(right.number), clipped: left.clipped || right.clipped }
            }
        };
        let number = if meter_kind(info) == Some(MeterKind::Reduction) {
            text::print_signs(&info.value_text(f64::from(shown.number)))
        } else {
            number(shown.number)
        };
        let font = theme.regular(theme.font.label);
        let (top, bottom) = (rect.with_max_y(lane.top()), rect.with_min_y(lane.bottom()));
        let ink = if shown.clipped { theme.colors.hot } else { theme.colors.dim };
        let galley = text::line(ui, &number, font.clone(), ink, rect.width());
        text::put(ui, top.with_max_y(top.top() + 16.0), Align2::CENTER_CENTER, galley, ink);
        let name = self.name(context);
        let galley = text::line(ui, name, font, theme.colors.dim, rect.width());
        let elided = galley.elided;
        text::put(
            ui,
            bottom.with_min_y(bottom.bottom() - 16.0),
            Align2::CENTER_CENTER,
            galley,
            theme.colors.dim,
        );
        response.widget_info(|| {
            let label = format!("{name} {number} dB");
            egui::WidgetInfo::labeled(egui::accesskit::Role::Meter, true, label)
        });
        if elided { response.on_hover_text(name) } else { response }
    }
}

/// Follows one meter and draws its bar.
fn bar(ui: &Ui, well: Rect, index: usize, forget: bool, context: &mut Context<'_>) -> Shown {
    let theme = context.theme;
    let radius = corner(theme.radius.small);
    ui.painter().rect_filled(well, radius, theme.colors.well);
    let Some(info) = context.info(index) else {
        return Shown { number: f32::NEG_INFINITY, clipped: false };
    };
    let value = context.host.meter(index);
    if meter_kind(info) == Some(MeterKind::Reduction) {
        let part = (value / info.range.min()).clamp(0.0, 1.0) as f32;
        let bar = well.with_max_y(well.top() + well.height() * part);
        ui.painter().rect_filled(bar, radius, theme.colors.accent);
        return Shown { number: value as f32, clipped: false };
    }
    let elapsed = context.state.elapsed;
    let state = context.state.meter(index);
    if forget {
        state.clip = None;
    }
    let moving = state.update(decibels(value), elapsed, &theme.meter);
    let state = *state;
    context.state.moving |= moving;
    fill(ui, theme, well, state.bar);
    let zero = height(well, &theme.meter, theme.meter.hot_db);
    if state.bar < theme.meter.hot_db {
        ui.painter().hline(well.x_range(), zero, Stroke::new(1.0, theme.colors.line));
    }
    if state.hold.is_finite() {
        let y = height(well, &theme.meter, state.hold).clamp(well.top() + 1.0, well.bottom() - 1.0);
        let line = Rect::from_center_size(Pos2::new(well.center().x, y), Vec2::new(well.width(), 2.0));
        ui.painter().rect_filled(line, 0.0, theme.colors.text);
    }
    if state.clip.is_some() {
        let mark = well.with_max_y(well.top() + 4.0);
        ui.painter().rect_filled(mark, radius, theme.colors.hot);
    }
    Shown { number: state.clip.unwrap_or(state.hold), clipped: state.clip.is_some() }
}

/// The filled part of a level: green, then yellow, then red.
fn fill(ui: &Ui, theme: &Theme, well: Rect, level: f32) {
    let (meter, colors) = (&theme.meter, &theme.colors);
    if level <= meter.min_db {
        return;
    }
    // The end is rounded and green; what is above it is a gradient and has straight edges.
    let solid = level.min(meter.warn_db - 6.0);
    let radius = corner(theme.radius.small);
    let top = if level > solid { 0 } else { 1 };
    let round = CornerRadius { nw: top, ne: top, ..radius };
    let part = well.with_min_y(height(well, meter, solid));
    ui.painter().rect_filled(part, round, colors.ok);
    if level <= solid {
        return;
    }
    let full = meter.hot_db - 3.0;
    let stops = [
        (meter.warn_db - 6.0, colors.ok),
        (meter.warn_db, super::mix(colors.ok, colors.warn, 0.6)),
        (full, colors.warn),
        (meter.hot_db, colors.hot),
        (meter.max_db, colors.hot),
    ];
    let mut mesh = Mesh::default();
    for pair in stops.windows(2) {
        let ((low, from), (high, to)) = (pair[0], pair[1]);
        if level <= low {
            break;
        }
        let end = level.min(high);
        let to = super::mix(from, to, (end - low) / (high - low));
        let first = mesh.vertices.len() as u32;
        for (db, color) in [(low, from), (end, to)] {
            let y = height(well, meter, db);
            for x in [well.left(), well.right()] {
                mesh.vertices.push(Vertex { pos: Pos2::new(x, y), uv: WHITE_UV, color });
            }
        }
        mesh.add_triangle(first, first + 1, first + 2);
        mesh.add_triangle(first + 2, first + 1, first + 3);
    }
    ui.painter().add(mesh);
}

/// The numbers beside level meters, and short lines to them.
#[derive(Clone, Copy, Debug)]
pub struct Scale;

impl Scale {
    /// The width that it needs.
    pub const WIDTH: f32 = 28.0;

    /// In this rectangle, which has the height of the meters beside it.
    pub fn put(self, ui: &Ui, rect: Rect, context: &Context<'_>) {
        let theme = context.theme;
        let lane = lane(rect);
        let font = theme.regular(theme.font.small);
        let mut last = f32::NEG_INFINITY;
        for tick in &theme.meter.ticks {
            let y = height(lane, &theme.meter, *tick);
            // Where there is no room, a number is left out.
            if y - last < theme.font.small + 3.0 {
                continue;
            }
            last = y;
            let mark = [Pos2::new(rect.right() - 4.0, y), Pos2::new(rect.right(), y)];
            ui.painter().line_segment(mark, Stroke::new(1.0, theme.colors.outline));
            let sign = if *tick > 0.0 { "+" } else { "" };
            let shown = format!("{sign}{}", text::print_signs(&format!("{tick:.0}")));
            let galley = text::line(ui, &shown, font.clone(), theme.colors.dim, rect.width());
            let place =
                Rect::from_center_size(Pos2::new(rect.center().x, y), Vec2::new(rect.width(), 12.0));
            text::put(
                ui,
                place.with_max_x(rect.right() - 7.0),
                Align2::RIGHT_CENTER,
                galley,
                theme.colors.dim,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_print_signs_and_no_zero_below_zero() {
        let shown = [-4.44, 3.0, f32::NEG_INFINITY, -0.04].map(number);
        assert_eq!(shown, ["\u{2212}4.4", "3.0", "\u{2212}\u{221e}", "0.0"]);
    }

    #[test]
    fn bars_rise_at_once_fall_steadily_and_come_to_rest() {
        let theme = Theme::default().meter;
        let mut state = MeterState::default();
        assert!(!state.update(f32::NEG_INFINITY, 0.1, &theme), "nothing sounds, nothing moves");
        state.update(-6.0, 0.016, &theme);
        assert_eq!((state.bar, state.hold), (-6.0, -6.0));
        assert!(state.update(f32::NEG_INFINITY, 0.5, &theme));
        assert_eq!((state.bar, state.hold), (-16.0, -6.0), "20 dB a second, the peak is held");
        state.update(f32::NEG_INFINITY, 1.1, &theme);
        assert!(state.hold < -6.0, "1.5 s are over");
        let mut frames = 0;
        while state.update(f32::NEG_INFINITY, 0.016, &theme) {
            frames += 1;
            assert!(frames < 1000, "never at rest");
        }
        assert_eq!((state.bar, state.hold, state.clip), (f32::NEG_INFINITY, f32::NEG_INFINITY, None));
        state.update(f32::NAN, 0.1, &theme);
        assert_eq!(state.bar, f32::NEG_INFINITY);
    }

    #[test]
    fn a_clip_is_kept_and_full_scale_is_none() {
        let theme = Theme::default().meter;
        let mut state = MeterState::default();
        state.update(0.0, 0.01, &theme);
        assert_eq!(state.clip, None);
        for (level, clip) in [(2.0, 2.0), (1.0, 2.0), (-20.0, 2.0), (3.5, 3.5)] {
            state.update(level, 5.0, &theme);
            assert_eq!(state.clip, Some(clip));
        }
    }
}
