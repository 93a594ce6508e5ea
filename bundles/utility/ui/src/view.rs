//! What stands where.

use dyad_ui::egui::{Rect, Stroke, StrokeKind, Ui, Vec2};
use dyad_ui::{Context, Header, Knob, Meter, Scale, Select, Slider, Toggle, Trigger, View};

use crate::field::Field;
use crate::{correlation, loudness};

/// The size at which it opens; larger windows show the same, larger.
pub(crate) const SIZE: Vec2 = Vec2::new(976.0, 520.0);
/// Distance between panels, and within them.
const GAP: f32 = 8.0;
/// Width of the meters, and of the numbers among them.
const METERS: f32 = 320.0;
const NUMBERS: f32 = 132.0;
/// Height of the controls.
const CONTROLS: f32 = 136.0;
/// Width of a column of switches.
const COLUMN: f32 = 112.0;
/// Height of a switch.
const LINE: f32 = 28.0;

/// The view.
#[derive(Default)]
pub(crate) struct Utility {
    field: Field,
}

impl View for Utility {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.field.update(context);
        let screen = ui.max_rect();
        let below = screen.top() + context.theme.space.header;
        Header::put(ui, screen.with_max_y(below), context);
        let body = screen.with_min_y(below).shrink(GAP);
        let meters = body.with_min_x(body.right() - METERS);
        let left = body.with_max_x(meters.left() - GAP);
        let controls = left.with_min_y(left.bottom() - CONTROLS);
        let picture = left.with_max_y(controls.top() - GAP);
        for rect in [picture, controls, meters] {
            panel(ui, rect, context);
        }
        self.picture(ui, picture.shrink(GAP), context);
        operate(ui, controls.shrink(GAP), context);
        measure(ui, meters.shrink(GAP), context);
    }

    fn preferred_size(&self) -> Vec2 {
        SIZE
    }

    fn zoom(&self, window: Vec2) -> f32 {
        (window.x / SIZE.x).min(window.y / SIZE.y).max(1.0)
    }
}

impl Utility {
    fn picture(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let bar = rect.with_min_y(rect.bottom() - 20.0).shrink2(Vec2::new(8.0, 0.0));
        self.field.put(ui, rect.with_max_y(bar.top() - 6.0), context);
        correlation::put(ui, bar, context);
    }
}

fn panel(ui: &Ui, rect: Rect, context: &Context<'_>) {
    let theme = context.theme;
    ui.painter().rect(rect, theme.radius.panel, theme.colors.panel, Stroke::NONE, StrokeKind::Inside);
}

/// A rectangle of this size, `right` and `down` of the corner of another one.
fn part(rect: Rect, right: f32, down: f32, width: f32, height: f32) -> Rect {
    Rect::from_min_size(rect.min + Vec2::new(right, down), Vec2::new(width, height))
}

/// Knobs and switches.
fn operate(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
    let mut left = 0.0;
    // As wide as their names are.
    for (id, width) in [("gain", 68.0), ("pan", 68.0), ("width", 68.0), ("bass_frequency", 88.0)] {
        if let Some(index) = context.index_of(id) {
            let place = part(rect, left, 8.0, width, rect.height() - 8.0);
            Knob::new(index).diameter(context.theme.knob.medium).main(id == "gain").put(ui, place, context);
        }
        left += width;
    }
    left += 2.0 * GAP;
    let columns: [&[&str]; 2] =
        [&["mute", "mono", "bass_mono", "dc_filter"], &["invert_left", "invert_right"]];
    let line = Rect::from_min_size(rect.min + Vec2::new(left - GAP, 0.0), Vec2::new(1.0, rect.height()));
    ui.painter().rect_filled(line, 0.0, context.theme.colors.line);
    for ids in columns {
        for (n, id) in ids.iter().enumerate() {
            let Some(index) = context.index_of(id) else { continue };
            let place = part(rect, left, 4.0 + n as f32 * LINE, COLUMN, LINE);
            Toggle::new(index).put(ui, place, context);
        }
        left += COLUMN;
    }
    for (n, id) in ["channels", "pan_law"].into_iter().enumerate() {
        let Some(index) = context.index_of(id) else { continue };
        let place = part(rect, left + 4.0, 4.0 + n as f32 * 56.0, rect.width() - left - 8.0, 44.0);
        Select::new(index).put(ui, place, context);
    }
}

/// Numbers and bars.
fn measure(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
    let numbers = part(rect, 8.0, 6.0, NUMBERS, rect.height() - 6.0);
    let mut top = 0.0;
    for (id, size, height) in [
        ("integrated", 34.0, 56.0),
        ("short_term", 19.0, 40.0),
        ("momentary", 19.0, 40.0),
        ("loudness_range", 19.0, 40.0),
        ("true_peak_max", 19.0, 40.0),
    ] {
        loudness::readout(ui, part(numbers, 0.0, top, NUMBERS, height), id, size, context);
        top += height + 14.0;
    }
    let bottom = numbers.height();
    if let Some(index) = context.index_of("target") {
        let place = part(numbers, 0.0, bottom - 26.0 - 8.0 - 26.0 - 8.0 - 44.0, NUMBERS, 44.0);
        Slider::new(index).put(ui, place, context);
    }
    for (n, id) in ["match_target", "reset_meters"].into_iter().enumerate() {
        let Some(index) = context.index_of(id) else { continue };
        let place = part(numbers, 0.0, bottom - 60.0 + n as f32 * 34.0, NUMBERS, 26.0);
        Trigger::new(index).put(ui, place, context);
    }

    let bars = rect.with_min_x(rect.left() + 8.0 + NUMBERS + 12.0);
    Scale.put(ui, part(bars, 0.0, 0.0, Scale::WIDTH - 4.0, bars.height()), context);
    for (n, id) in ["true_peak_l", "true_peak_r"].into_iter().enumerate() {
        let Some(index) = context.index_of(id) else { continue };
        let place = part(bars, Scale::WIDTH + n as f32 * 34.0, 0.0, 32.0, bars.height());
        Meter::new(index).put(ui, place, context);
    }
    let left = Scale::WIDTH + 2.0 * 34.0 + 12.0;
    loudness::bar(ui, part(bars, left, 0.0, bars.width() - left, bars.height()), context);
}
