//! The native editor: history and transfer curve, knobs below, meters at the right edge.

use std::sync::Arc;

use dyad_ui::egui::{Pos2, Rect, Stroke, Ui, Vec2};
use dyad_ui::{
    Axis, Context, Description, Graph, Handle, Header, History, Knob, Line, Meter, Scale, Select, Shows,
    Theme, Toggle, Tone, View,
};

use crate::LEVELS;

/// Makes it.
pub(crate) fn view(description: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Editor { ids: Ids::of(description)?, shows: Shows::default() }))
}

/// The size at which it opens, and the least one.
const SIZE: Vec2 = Vec2::new(904.0, 560.0);
const LEAST: Vec2 = Vec2::new(872.0, 448.0);
/// Width of what stands at the right, with its three bars.
const METERS: f32 = 168.0;
const BAR: f32 = 40.0;
/// Heights of the two rows of controls.
const UPPER: f32 = 116.0;
const LOWER: f32 = 104.0;
/// Columns of the history in a second, as the sound half makes them, and how much of it is seen.
const PACE: f64 = 60.0;
const SECONDS: f64 = 6.0;
/// Fields of its columns.
const INPUT: usize = 0;
const REDUCTION: usize = 1;
const KEY: usize = 3;

/// Where the parameters are.
struct Ids {
    /// Knobs of the upper row, in its order; the threshold is the first.
    upper: [usize; 8],
    external_key: usize,
    listen: usize,
    high_pass: usize,
    detector: usize,
    rms_time: usize,
    link: usize,
    auto_release: usize,
    auto_make_up: usize,
    input: [usize; 2],
    reduction: usize,
    output: [usize; 2],
}

impl Ids {
    fn of(description: &Description) -> Option<Self> {
        let id = |id: &str| description.index_of(id);
        let upper = ["threshold", "ratio", "knee", "attack", "release", "look_ahead", "make_up", "mix"];
        let upper: Vec<usize> = upper.into_iter().filter_map(id).collect();
        Some(Self {
            upper: upper.try_into().ok()?,
            external_key: id("external_key")?,
            listen: id("listen")?,
            high_pass: id("high_pass")?,
            detector: id("detector")?,
            rms_time: id("rms_time")?,
            link: id("link")?,
            auto_release: id("auto_release")?,
            auto_make_up: id("auto_make_up")?,
            input: [id("input_l")?, id("input_r")?],
            reduction: id("reduction")?,
            output: [id("output_l")?, id("output_r")?],
        })
    }
}

struct Editor {
    ids: Ids,
    shows: Shows,
}

impl View for Editor {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.shows.update(context);
        let all = ui.max_rect();
        let (header, rest) = all.split_top_bottom_at_y(all.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let (left, meters) = rest.split_left_right_at_x(rest.right() - METERS);
        let (picture, controls) = left.split_top_bottom_at_y(left.bottom() - UPPER - LOWER);
        self.picture(ui, picture, context);
        self.controls(ui, controls, context);
        self.meters(ui, meters, context);
    }

    fn preferred_size(&self) -> Vec2 {
        SIZE
    }

    fn minimum_size(&self) -> Vec2 {
        LEAST
    }

    fn zoom(&self, window: Vec2) -> f32 {
        (window.x / SIZE.x).min(window.y / SIZE.y).max(1.0)
    }
}

impl Editor {
    /// History and transfer curve, whose levels stand at the same heights.
    fn picture(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let rect = rect.shrink2(Vec2::splat(context.theme.space.padding));
        let levels = Axis::decibels(LEVELS.0, LEVELS.1);
        let threshold = self.ids.upper[0];
        let square = (rect.height() - 8.0).min(rect.width() * 0.4);
        let (history, curve) = rect.split_left_right_at_x(rect.right() - square);
        let mut picture = History::new(&self.shows, 0, PACE).axis(levels).seconds(SECONDS).level(INPUT);
        if context.host.value(self.ids.external_key) >= 0.5 {
            picture = picture.line(KEY, Tone::Value);
        }
        let picture = picture.reduction(REDUCTION).handle(Handle::level(threshold));
        picture.put(ui, history.with_max_x(history.right() - 24.0), context);

        let mut graph = Graph::new(levels, levels)
            .without_numbers()
            .line(Line::points(&[LEVELS.0 as f32, LEVELS.1 as f32]).tone(Tone::Dim).width(1.0))
            .line(Line::curve("transfer").tone(Tone::Text))
            .handle(Handle::upright(threshold).quiet());
        let now = |field| self.shows.latest(0, field).map(f64::from);
        if let (Some(level), Some(gain)) = (now(KEY), now(REDUCTION))
            && level > LEVELS.0
        {
            graph = graph.dot(level, level + gain);
        }
        // As high as the history, whose numbers need room above and below.
        graph.put(ui, curve.shrink2(Vec2::new(0.0, 6.0)), context);
    }

    fn controls(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        ui.painter().rect_filled(rect, 0.0, theme.colors.panel);
        let line = Stroke::new(1.0, theme.colors.line);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, line);
        let (upper, lower) = rect.split_top_bottom_at_y(rect.top() + UPPER);
        ui.painter().hline(lower.shrink2(Vec2::new(16.0, 0.0)).x_range(), lower.top(), line);
        let cell = rect.width() / 8.0;
        let cells = |row: Rect, from: f32, count: f32| {
            let min = Pos2::new((row.left() + cell * from).round(), row.top());
            Rect::from_min_size(min, Vec2::new((cell * count).round(), row.height()))
        };
        for (n, index) in self.ids.upper.into_iter().enumerate() {
            Knob::new(index).main(n == 0).put(ui, cells(upper, n as f32, 1.0), context);
        }
        let small = |index| Knob::new(index).diameter(theme.knob.small);
        toggles(ui, cells(lower, 0.0, 1.5), [self.ids.external_key, self.ids.listen], context);
        small(self.ids.high_pass).put(ui, cells(lower, 1.5, 1.0), context);
        let select = cells(lower, 2.6, 1.3).shrink2(Vec2::new(4.0, 0.0));
        Select::new(self.ids.detector).put(ui, select, context);
        ui.scope(|ui| {
            // It means something with the other detector.
            if context.host.value(self.ids.detector) < 0.5 {
                ui.multiply_opacity(0.45);
            }
            small(self.ids.rms_time).put(ui, cells(lower, 4.0, 1.0), context);
        });
        small(self.ids.link).put(ui, cells(lower, 5.0, 1.0), context);
        toggles(ui, cells(lower, 6.25, 1.75), [self.ids.auto_release, self.ids.auto_make_up], context);
        for at in [2.5, 6.0] {
            ui.painter().vline(rect.left() + (cell * at).round() + 0.5, lower.shrink(16.0).y_range(), line);
        }
    }

    fn meters(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let line = Stroke::new(1.0, context.theme.colors.line);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), line);
        let inner = rect.shrink2(Vec2::new(8.0, 12.0));
        Scale.put(ui, inner.with_max_x(inner.left() + Scale::WIDTH), context);
        let bars = [
            Meter::pair(self.ids.input[0], self.ids.input[1], "In"),
            Meter::new(self.ids.reduction).named("GR"),
            Meter::pair(self.ids.output[0], self.ids.output[1], "Out"),
        ];
        for (n, meter) in bars.into_iter().enumerate() {
            let left = inner.left() + Scale::WIDTH + BAR * n as f32;
            meter.put(
                ui,
                Rect::from_min_size(Pos2::new(left, inner.top()), Vec2::new(BAR, inner.height())),
                context,
            );
        }
    }
}

/// Two switches, one above the other.
fn toggles(ui: &mut Ui, rect: Rect, indices: [usize; 2], context: &mut Context<'_>) {
    let rect = rect.with_min_x(rect.left() + 16.0);
    for (n, index) in indices.into_iter().enumerate() {
        let middle = rect.center().y + (n as f32 - 0.5) * 32.0;
        let place =
            Rect::from_center_size(Pos2::new(rect.center().x, middle), Vec2::new(rect.width(), 28.0));
        Toggle::new(index).put(ui, place, context);
    }
}
