//! A number that the plugin shows.

use egui::{Align2, Pos2, Rect, Response, Sense, Ui, Vec2};

use crate::context::Context;
use crate::text;
use crate::theme::Theme;

/// A meter's value as text, its name beside it.
#[derive(Clone, Copy, Debug)]
pub struct Readout {
    index: usize,
}

impl Readout {
    /// Of the meter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(144.0, 22.0)
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(self.size(context.theme), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("readout", self.index)));
        let response = ui.interact(rect, id, Sense::hover());
        let Some(info) = context.info(self.index) else { return response };
        context.bind(&response, self.index);
        let shown = text::shown(info, context.host.meter(self.index));
        let (dim, ink) = (theme.colors.dim, theme.colors.text);
        let value = text::line(ui, &shown, theme.regular(theme.font.value), ink, rect.width() * 0.7);
        let place = text::put(ui, rect, Align2::RIGHT_CENTER, value, ink);
        let names = Rect::from_min_max(rect.min, Pos2::new(place.left() - 8.0, rect.bottom()));
        let name = text::line(ui, &info.name, theme.regular(theme.font.text), dim, names.width());
        let elided = name.elided;
        text::put(ui, names, Align2::LEFT_CENTER, name, dim);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Label, true, format!("{} {shown}", info.name))
        });
        if elided { response.on_hover_text(info.name.as_ref()) } else { response }
    }
}
