//! The native editor: the pattern, what is played of it below, and a keyboard.

use std::sync::Arc;

use dyad_ui::egui::{Pos2, Rect, Ui, Vec2};
use dyad_ui::{Context, Description, Header, Keyboard, Knob, Select, Shows, Steps, Theme, Toggle, View};

/// The size at which it opens; larger windows show the same, larger. A lower one has a lower pattern.
const SIZE: Vec2 = Vec2::new(928.0, 640.0);
const LEAST: Vec2 = Vec2::new(928.0, 560.0);
/// Between panels, and around all.
const GAP: f32 = 8.0;
/// Within panels.
const PAD: f32 = 12.0;
/// Height of the panels with knobs, and of the keyboard.
const ROW: f32 = 124.0;
const KEYS: f32 = 100.0;
/// Widths of the panels with knobs; the last has what is left.
const ORDER: f32 = 248.0;
const TIME: f32 = 280.0;
const CHANCE: f32 = 188.0;
const SELECT: f32 = 140.0;

pub(crate) fn make(description: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    let steps = Steps::new(description, "step", "steps")?.playing(description.index_of("playing")?);
    Some(Box::new(Arpeggiator { steps, shows: Shows::default() }))
}

struct Arpeggiator {
    steps: Steps,
    shows: Shows,
}

impl View for Arpeggiator {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.shows.update(context);
        let screen = ui.max_rect();
        let header = screen.with_max_y(screen.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let body = Rect::from_min_max(Pos2::new(screen.left(), header.bottom()), screen.max).shrink(GAP);
        let keys = body.with_min_y(body.bottom() - KEYS);
        let row = body.with_max_y(keys.top() - GAP).with_min_y(keys.top() - GAP - ROW);
        let pattern = body.with_max_y(row.top() - GAP);
        panel(ui, pattern, context.theme);
        self.steps.put(ui, pattern.shrink2(Vec2::new(PAD, 10.0)), context);
        Self::controls(ui, row, context);
        panel(ui, keys, context.theme);
        // What is held, and what is played from it.
        let keyboard = Keyboard::new(&self.shows, 0).second(&self.shows, 1).lowest(36);
        keyboard.put(ui, keys.shrink(GAP), context);
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

impl Arpeggiator {
    fn controls(ui: &mut Ui, row: Rect, context: &mut Context<'_>) {
        let mut left = row.left();
        let mut next = |ui: &Ui, width: Option<f32>, theme: &Theme| {
            let right = width.map_or(row.right(), |width| left + width);
            let rect = row.with_min_x(left).with_max_x(right);
            left = right + GAP;
            panel(ui, rect, theme);
            rect.shrink(PAD)
        };
        let order = next(ui, Some(ORDER), context.theme);
        let [upper, lower] = rows(order.with_max_x(order.left() + SELECT));
        select(ui, upper, "order", context);
        select(ui, lower, "restart", context);
        knobs(ui, order.with_min_x(order.left() + SELECT + PAD), &["octaves"], context);
        let time = next(ui, Some(TIME), context.theme);
        knobs(ui, time, &["rate", "gate", "swing"], context);
        let chance = next(ui, Some(CHANCE), context.theme);
        knobs(ui, chance, &["chance", "humanise"], context);
        let play = next(ui, None, context.theme);
        let [upper, lower] = rows(play);
        select(ui, upper, "loudness", context);
        if let Some(index) = context.index_of("latch") {
            let rect = Rect::from_center_size(lower.center(), Vec2::new(lower.width(), 28.0));
            Toggle::new(index).put(ui, rect.translate(Vec2::new(0.0, 6.0)), context);
        }
    }
}

/// The ground of what belongs together.
fn panel(ui: &Ui, rect: Rect, theme: &Theme) {
    ui.painter().rect_filled(rect, theme.radius.panel, theme.colors.panel);
}

/// Two rows, with room between them.
fn rows(rect: Rect) -> [Rect; 2] {
    [rect.with_max_y(rect.center().y - 4.0), rect.with_min_y(rect.center().y + 4.0)]
}

/// Knobs side by side; the rate is what the eye is to find first.
fn knobs(ui: &mut Ui, rect: Rect, ids: &[&str], context: &mut Context<'_>) {
    let width = rect.width() / ids.len() as f32;
    for (n, id) in ids.iter().enumerate() {
        let left = rect.left() + width * n as f32;
        if let Some(index) = context.index_of(id) {
            let place = rect.with_min_x(left).with_max_x(left + width);
            Knob::new(index).main(*id == "rate").put(ui, place, context);
        }
    }
}

fn select(ui: &mut Ui, rect: Rect, id: &str, context: &mut Context<'_>) {
    if let Some(index) = context.index_of(id) {
        Select::new(index).put(ui, rect, context);
    }
}
