//! The button that switches the plugin off and on.

use egui::epaint::PathShape;
use egui::{CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use crate::context::Context;
use crate::gesture::keys;

/// A round switch for the bypass: lit while the plugin works.
#[derive(Clone, Copy, Debug)]
pub struct Bypass {
    index: usize,
}

/// Its diameter.
const SIZE: f32 = 28.0;

impl Bypass {
    /// Of the parameter with this index, which is 1 while the plugin is bypassed.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index }
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(SIZE), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("bypass", self.index)));
        let rect = Rect::from_center_size(rect.center(), Vec2::splat(SIZE));
        let response = ui.interact(rect, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        if response.clicked() {
            let on = context.host.value(self.index) >= 0.5;
            context.edit(self.index, f64::from(u8::from(!on)));
        }
        context.control(&response, self.index);
        keys(ui, context, &response, self.index);
        let bypassed = context.host.value(self.index) >= 0.5;
        let colors = &theme.colors;
        let color = if bypassed { colors.outline } else { colors.accent };
        let (center, painter) = (rect.center(), ui.painter());
        if response.hovered() {
            painter.circle_filled(center, SIZE * 0.5, colors.raised);
        }
        if context.shows_focus(&response) {
            painter.circle_stroke(center, SIZE * 0.5 + 2.0, Stroke::new(1.5, colors.signal));
        }
        painter.circle_stroke(center, SIZE * 0.5 - 1.0, Stroke::new(2.0, color));
        // The sign for power: a ring with a gap, and a stroke in it.
        let at = |degrees: f32| center + Vec2::angled((degrees - 90.0).to_radians()) * 5.5;
        let ring: Vec<Pos2> = (0..=24).map(|n| at(40.0 + 280.0 * n as f32 / 24.0)).collect();
        painter.add(PathShape::line(ring, Stroke::new(1.75, color)));
        let hand = [center + Vec2::new(0.0, -7.0), center + Vec2::new(0.0, -0.5)];
        painter.line_segment(hand, Stroke::new(1.75, color));
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::accesskit::Role::Switch, true, bypassed, "Bypass")
        });
        response.on_hover_text(if bypassed { "Bypassed" } else { "Bypass" })
    }
}
