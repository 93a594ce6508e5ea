//! A button that does something when it is pressed.

use egui::{Align2, CursorIcon, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use crate::context::Context;
use crate::gesture::hold_arrows;
use crate::text;
use crate::theme::{Theme, corner};

/// A button for a parameter that comes back by itself: each press sets it to its maximum, by one
/// gesture.
#[derive(Clone, Copy, Debug)]
pub struct Trigger {
    index: usize,
}

impl Trigger {
    /// Of the parameter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(144.0, 28.0)
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(self.size(context.theme), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("trigger", self.index)));
        let Some(info) = context.info(self.index) else { return ui.interact(rect, id, Sense::hover()) };
        let rect = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), 26.0));
        let response = ui.interact(rect, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        if response.clicked() {
            context.edit(self.index, info.range.max());
        }
        context.control(&response, self.index);
        hold_arrows(ui, &response);
        let colors = &theme.colors;
        let pressed = response.is_pointer_button_down_on();
        let fill = match (pressed, response.hovered()) {
            (true, _) => super::mix(colors.raised, colors.accent, 0.35),
            (false, true) => colors.line,
            (false, false) => colors.raised,
        };
        let edge = if pressed { colors.accent } else { colors.outline };
        let radius = corner(theme.radius.control);
        ui.painter().rect(rect, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, rect, radius);
        }
        let font = theme.regular(theme.font.text);
        let galley = text::line(ui, &info.name, font, colors.text, rect.width() - 16.0);
        let elided = galley.elided;
        text::put(ui, rect, Align2::CENTER_CENTER, galley, colors.text);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, info.name.as_ref())
        });
        if elided { response.on_hover_text(info.name.as_ref()) } else { response }
    }
}
