//! The large switch that holds the loop.

use dyad_ui::egui::epaint::PathShape;
use dyad_ui::egui::{Align2, CursorIcon, Pos2, Rect, Sense, Stroke, StrokeKind, Ui, Vec2};
use dyad_ui::{Context, egui};

use crate::echoes::mix;

/// A switch as large as its rectangle, with a snowflake, its name and its state.
pub(crate) fn put(ui: &mut Ui, rect: Rect, index: usize, context: &mut Context<'_>) {
    let Some(info) = context.info(index) else { return };
    let theme = context.theme;
    let response = ui.interact(rect, ui.scope_id().with("freeze"), Sense::click());
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    if response.clicked() {
        let on = context.host.value(index) >= 0.5;
        context.edit(index, if on { info.range.min() } else { info.range.max() });
    }
    context.bind(&response, index);
    let on = context.host.value(index) >= 0.5;
    let colors = &theme.colors;
    let fill = if on { mix(colors.panel, colors.signal, 0.28) } else { colors.panel };
    let fill = if response.hovered() && !on { colors.raised } else { fill };
    let edge = if on || response.hovered() { colors.signal } else { colors.line };
    let painter = ui.painter();
    painter.rect(rect, theme.radius.panel, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if context.shows_focus(&response) {
        painter.rect_stroke(rect, theme.radius.panel, Stroke::new(1.5, colors.signal), StrokeKind::Outside);
    }
    let ink = if on { colors.signal } else { colors.value };
    let middle = rect.center();
    flake(painter, Pos2::new(middle.x, middle.y - 18.0), 16.0, Stroke::new(2.0, ink));
    let name = info.name.to_uppercase();
    let font = theme.strong(theme.font.value);
    painter.text(
        Pos2::new(middle.x, middle.y + 16.0),
        Align2::CENTER_CENTER,
        name,
        font,
        if on { colors.text } else { colors.value },
    );
    let state = if on { "Holding" } else { "Off" };
    let font = theme.regular(theme.font.label);
    let ink = if on { colors.text } else { colors.dim };
    painter.text(Pos2::new(middle.x, middle.y + 34.0), Align2::CENTER_CENTER, state, font, ink);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::accesskit::Role::Switch, true, on, info.name.as_ref())
    });
}

/// Six arms with two small ones each.
fn flake(painter: &egui::Painter, center: Pos2, radius: f32, stroke: Stroke) {
    let line = |from: Pos2, to: Pos2| {
        // No line segment: those are moved to whole pixels.
        painter.add(PathShape::line(vec![from, to], stroke));
    };
    for n in 0..6 {
        let angle = n as f32 * std::f32::consts::TAU / 6.0 + std::f32::consts::FRAC_PI_2;
        let arm = Vec2::angled(angle);
        line(center, center + arm * radius);
        let fork = center + arm * radius * 0.58;
        for turn in [-0.9, 0.9] {
            line(fork, fork + Vec2::angled(angle + turn) * radius * 0.36);
        }
    }
}
