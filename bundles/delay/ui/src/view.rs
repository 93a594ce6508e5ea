//! The native editor.

use std::sync::Arc;

use dyad_ui::egui::{Pos2, Rect, Ui, Vec2};
use dyad_ui::{
    Axis, Context, Description, Graph, Header, Knob, Line, Meter, Node, Scale, Select, Theme, Toggle, View,
};

use crate::echoes::{Echoes, panel};
use crate::freeze;

/// The size at which it opens; larger windows show the same, larger. A lower one has lower pictures.
const SIZE: Vec2 = Vec2::new(928.0, 548.0);
const LEAST: Vec2 = Vec2::new(928.0, 472.0);
/// Between panels, and around all.
const GAP: f32 = 8.0;
/// Within panels.
const PAD: f32 = 12.0;
/// Height of a panel with knobs.
const ROW: f32 = 116.0;
/// Width of the meters' panel, and of a bar with its numbers.
const METERS: f32 = 148.0;
const BAR: f32 = 36.0;
const SCALE: f32 = 28.0;
/// Width of the filters' picture.
const FILTERS: f32 = 244.0;
/// How much of what does not count is seen.
const FAINT: f32 = 0.4;

pub(crate) fn make(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Delay::default()))
}

#[derive(Default)]
struct Delay {
    echoes: Echoes,
    selected: Option<usize>,
}

impl View for Delay {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let screen = ui.max_rect();
        let header = screen.with_max_y(screen.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let body = Rect::from_min_max(Pos2::new(screen.left(), header.bottom()), screen.max).shrink(GAP);
        let (body, meters) = apart(body, METERS);
        self.meters(ui, meters, context);

        let rows = body.bottom() - 2.0 * ROW - 2.0 * GAP;
        let pictures = body.with_max_y(rows);
        let (echoes, filters) = apart(pictures, FILTERS);
        panel(ui, echoes, context.theme);
        self.echoes.put(ui, echoes.shrink2(Vec2::new(PAD, 10.0)), context);
        panel(ui, filters, context.theme);
        self.filters(ui, filters.shrink2(Vec2::new(PAD, 10.0)), context);

        let first = Rect::from_min_max(
            Pos2::new(body.left(), rows + GAP),
            Pos2::new(body.right(), rows + GAP + ROW),
        );
        let (rest, freeze_at) = apart(first, 128.0);
        let (times, feedback) = apart(rest, 224.0);
        panel(ui, times, context.theme);
        Self::times(ui, times.shrink(PAD), context);
        panel(ui, feedback, context.theme);
        Self::feedback(ui, feedback.shrink(PAD), context);
        if let Some(index) = context.index_of("freeze") {
            freeze::put(ui, freeze_at, index, context);
        }

        let second = first.translate(Vec2::new(0.0, ROW + GAP));
        let groups =
            [["low_cut", "high_cut"], ["mod_rate", "mod_depth"], ["width", "ducking"], ["mix", "output"]];
        let width = (second.width() - 3.0 * GAP) / 4.0;
        for (n, group) in groups.into_iter().enumerate() {
            let left = second.left() + n as f32 * (width + GAP);
            let rect = Rect::from_min_size(Pos2::new(left, second.top()), Vec2::new(width, ROW));
            panel(ui, rect, context.theme);
            for (id, rect) in group.into_iter().zip(halves(rect.shrink(PAD))) {
                knob(ui, rect, id, false, context);
            }
        }
    }

    fn preferred_size(&self) -> Vec2 {
        SIZE
    }

    fn minimum_size(&self) -> Vec2 {
        LEAST
    }

    fn zoom(&self, window: Vec2) -> f32 {
        let zoom = (window.x / SIZE.x).min(window.y / SIZE.y);
        if zoom > 1.0 { ((zoom * 20.0).floor() / 20.0).min(3.0) } else { 1.0 }
    }
}

impl Delay {
    fn meters(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        panel(ui, rect, context.theme);
        let mut at = rect.shrink2(Vec2::new(4.0, PAD));
        let scale = at.with_max_x(at.left() + SCALE);
        Scale.put(ui, scale, context);
        at.min.x = scale.right();
        for id in ["input_level", "left_level", "right_level"] {
            if let Some(index) = context.index_of(id) {
                Meter::new(index).put(ui, at.with_max_x(at.left() + BAR), context);
            }
            at.min.x += BAR + 1.0;
        }
    }

    fn filters(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let [low, high] = ["low_cut", "high_cut"].map(|id| context.index_of(id));
        let (Some(low), Some(high)) = (low, high) else { return };
        let nodes = [Node::new().x(low).rest(20.0, 0.0), Node::new().x(high).rest(20_000.0, 0.0)];
        Graph::new(Axis::frequency(20.0, 20_000.0), Axis::decibels(-30.0, 6.0))
            .line(Line::curve("filter").main())
            .nodes(&nodes, &mut self.selected)
            .put(ui, rect, context);
    }

    fn times(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let on = |id: &str| context.index_of(id).is_some_and(|index| context.host.value(index) >= 0.5);
        let (sync, link) = (on("sync"), on("link"));
        let column = |from: f32, width: f32| {
            Rect::from_min_size(Pos2::new(rect.left() + from, rect.top()), Vec2::new(width, rect.height()))
        };
        let switches = column(0.0, 84.0);
        toggle(ui, switches.with_max_y(switches.top() + 44.0), "sync", context);
        toggle(ui, switches.with_min_y(switches.top() + 48.0), "link", context);
        let [left, right] = if sync { ["note_left", "note_right"] } else { ["time_left", "time_right"] };
        knob(ui, column(84.0, 92.0), left, true, context);
        // Where it follows the left one it is only there for later.
        ui.scope(|ui| {
            if link {
                ui.multiply_opacity(FAINT);
            }
            knob(ui, column(176.0, 92.0), right, true, context);
        });
        if let Some(change) = context.index_of("change") {
            Select::new(change).put(ui, column(280.0, rect.width() - 280.0), context);
        }
    }

    fn feedback(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let (dial, switch) = (rect.with_max_x(rect.left() + 88.0), rect.with_min_x(rect.left() + 92.0));
        knob(ui, dial, "feedback", true, context);
        toggle(ui, switch, "ping_pong", context);
    }
}

/// A rectangle without its right end, and that.
fn apart(rect: Rect, right: f32) -> (Rect, Rect) {
    let at = (rect.right() - right).round();
    (rect.with_max_x(at - GAP), rect.with_min_x(at))
}

fn halves(rect: Rect) -> [Rect; 2] {
    [rect.with_max_x(rect.center().x), rect.with_min_x(rect.center().x)]
}

fn knob(ui: &mut Ui, rect: Rect, id: &str, main: bool, context: &mut Context<'_>) {
    if let Some(index) = context.index_of(id) {
        Knob::new(index).main(main).put(ui, rect, context);
    }
}

fn toggle(ui: &mut Ui, rect: Rect, id: &str, context: &mut Context<'_>) {
    if let Some(index) = context.index_of(id) {
        let rect = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 28.0));
        Toggle::new(index).put(ui, rect, context);
    }
}
