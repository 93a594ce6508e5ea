//! A switch with its name beside it.

use egui::{Align2, CursorIcon, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use crate::context::Context;
use crate::gesture::keys;
use crate::text;
use crate::theme::{Theme, corner};

/// A switch. A click anywhere on it turns it, and so does Enter.
#[derive(Clone, Copy, Debug)]
pub struct Toggle {
    index: usize,
}

/// The switch itself.
const SWITCH: Vec2 = Vec2::new(30.0, 16.0);

impl Toggle {
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
        let (theme, id) = (context.theme, ui.scope_id().with(("toggle", self.index)));
        let Some(info) = context.info(self.index) else { return ui.interact(rect, id, Sense::hover()) };
        let place = Pos2::new(rect.left() + 2.0, rect.center().y - SWITCH.y * 0.5);
        let switch = Rect::from_min_size(place, SWITCH);
        let left = switch.right() + 8.0;
        let galley = text::line(
            ui,
            &info.name,
            theme.regular(theme.font.text),
            theme.colors.text,
            rect.right() - left,
        );
        let area = rect.with_max_x((left + galley.size().x + 4.0).min(rect.right()));
        let response = ui.interact(area, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        if response.clicked() {
            let on = context.host.value(self.index) >= 0.5;
            context.edit(self.index, if on { info.range.min() } else { info.range.max() });
        }
        context.control(&response, self.index);
        keys(ui, context, &response, self.index);
        let on = context.host.value(self.index) >= 0.5;
        let colors = &theme.colors;
        let fill = if on { super::mix(colors.raised, colors.signal, 0.35) } else { colors.raised };
        let edge = if on || response.hovered() { colors.signal } else { colors.outline };
        ui.painter().rect(switch, corner(8.0), fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        let x = if on { switch.right() - 8.0 } else { switch.left() + 8.0 };
        let dot = if on { colors.signal } else { colors.dim };
        ui.painter().circle_filled(Pos2::new(x, switch.center().y), 5.0, dot);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, switch.expand(2.0), corner(10.0));
        }
        let color = if on { colors.text } else { colors.dim };
        let elided = galley.elided;
        let names = Rect::from_min_max(Pos2::new(left, rect.top()), rect.max);
        let name = Align2::LEFT_CENTER.align_size_within_rect(galley.size(), names);
        ui.painter().galley_with_override_text_color(name.min, galley, color);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::accesskit::Role::Switch, true, on, info.name.as_ref())
        });
        if elided { response.on_hover_text(info.name.as_ref()) } else { response }
    }
}
