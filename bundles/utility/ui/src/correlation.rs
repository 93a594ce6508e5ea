//! How alike left and right are, as a bar from its middle.

use dyad_ui::egui::{Align2, Pos2, Rect, Sense, Stroke, Ui, Vec2};
use dyad_ui::{Context, param::ParamInfo};

/// Height of the bar.
const BAR: f32 = 8.0;

/// Draws it into this rectangle.
pub(crate) fn put(ui: &Ui, rect: Rect, context: &mut Context<'_>) {
    let Some(index) = context.index_of("correlation") else { return };
    let value = context.host.meter(index) as f32;
    let theme = context.theme;
    let (painter, colors) = (ui.painter(), &theme.colors);
    let response = ui.interact(rect, ui.scope_id().with("correlation"), Sense::hover());
    context.bind(&response, index);
    let name = context.info(index).map_or("", |info: &ParamInfo| info.name.as_ref());

    let font = theme.regular(theme.font.small);
    let bar = Rect::from_center_size(rect.center(), Vec2::new(rect.width() - 200.0, BAR));
    painter.rect_filled(bar, theme.radius.small, colors.well);
    let middle = bar.center().x;
    let end = middle + bar.width() * 0.5 * value.clamp(-1.0, 1.0);
    // What cancels in mono is to be watched.
    let color = if value < 0.0 { colors.warn } else { colors.ok };
    let filled = Rect::from_x_y_ranges(middle.min(end)..=middle.max(end), bar.y_range());
    if filled.width() > 0.5 {
        painter.rect_filled(filled, 1.0, color);
    }
    painter.vline(middle, bar.y_range().expand(2.0), Stroke::new(1.0, colors.outline));
    let y = rect.center().y;
    let left = Pos2::new(rect.left(), y);
    painter.text(left, Align2::LEFT_CENTER, name, theme.regular(theme.font.label), colors.dim);
    for (x, align, text) in [
        (bar.left() - 6.0, Align2::RIGHT_CENTER, "\u{2212}1"),
        (bar.right() + 6.0, Align2::LEFT_CENTER, "+1"),
    ] {
        painter.text(Pos2::new(x, y), align, text, font.clone(), colors.dim);
    }
    let shown = context.info(index).map_or_else(String::new, |info| info.value_text(value.into()));
    let shown = shown.replace('-', "\u{2212}");
    painter.text(
        Pos2::new(rect.right(), y),
        Align2::RIGHT_CENTER,
        shown,
        theme.regular(theme.font.value),
        colors.text,
    );
}
