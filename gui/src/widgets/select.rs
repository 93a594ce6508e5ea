//! A choice of several.

use dyad_core::param::{ParamInfo, ValueKind};
use egui::{
    Align2, CursorIcon, Popup, Pos2, Rect, Response, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, Vec2,
};

use crate::context::Context;
use crate::gesture::{Travel, operate};
use crate::text;
use crate::theme::{Theme, corner};

/// A choice: its name above, what is chosen below; a click opens a list, wheel and arrow keys step.
#[derive(Clone, Copy, Debug)]
pub struct Select {
    index: usize,
    bare: bool,
}

/// Height of a line in the list.
const LINE: f32 = 24.0;
/// Height of a list at most.
const LIST: f32 = 240.0;

impl Select {
    /// Of the parameter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, bare: false }
    }

    /// Without its name, and as high as there is room: where what stands around it says what it is.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        if self.bare { Vec2::new(96.0, 26.0) } else { Vec2::new(144.0, 44.0) }
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(self.size(context.theme), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("select", self.index)));
        let Some(info) = context.info(self.index) else { return ui.interact(rect, id, Sense::hover()) };
        let colors = &theme.colors;
        let button = if self.bare {
            Rect::from_center_size(rect.center(), Vec2::new(rect.width(), rect.height().min(26.0)))
        } else {
            let size = Vec2::new(rect.width(), self.size(theme).y);
            let rect = Rect::from_center_size(rect.center(), size);
            let names = Rect::from_min_max(rect.min, Pos2::new(rect.right(), rect.top() + 16.0));
            let font = theme.regular(theme.font.text);
            let galley = text::line(ui, &info.name, font, colors.dim, names.width());
            text::put(ui, names, Align2::LEFT_CENTER, galley, colors.dim);
            Rect::from_min_max(Pos2::new(rect.left(), rect.top() + 18.0), rect.max)
        };
        let small = button.height() < 24.0;
        let (size, beside) = if small { (theme.font.text, 18.0) } else { (theme.font.value, 24.0) };
        let response = ui.interact(button, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        operate(ui, context, &response, self.index, Travel::None);

        let open = Popup::is_id_open(ui.ctx(), Popup::default_response_id(&response));
        let fill = if response.hovered() || open { colors.line } else { colors.raised };
        let edge = if open { colors.accent } else { colors.outline };
        let radius = corner(theme.radius.control);
        ui.painter().rect(button, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, button, radius);
        }
        let inner = Rect::from_min_max(
            Pos2::new(button.left() + 8.0, button.top()),
            Pos2::new(button.right() - beside, button.bottom()),
        );
        let shown = text::shown(info, context.host.value(self.index));
        let galley = text::line(ui, &shown, theme.regular(size), colors.text, inner.width());
        text::put(ui, inner, Align2::LEFT_CENTER, galley, colors.text);
        chevron(ui, Pos2::new(button.right() - beside * 0.5 - 1.0, button.center().y), colors.dim);
        response.widget_info(|| {
            let label = format!("{}, {shown}", info.name);
            egui::WidgetInfo::labeled(egui::accesskit::Role::ComboBox, true, label)
        });
        Popup::menu(&response).width(button.width()).gap(4.0).show(|ui| {
            ScrollArea::vertical().max_height(LIST).show(ui, |ui| self.list(ui, info, context));
        });
        response
    }

    fn list(self, ui: &mut Ui, info: &ParamInfo, context: &mut Context<'_>) {
        let theme = context.theme;
        let ValueKind::Choice(variants) = info.kind else { return };
        let chosen = context.host.value(self.index).round() as usize;
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        for (n, variant) in variants.iter().enumerate() {
            let font = theme.regular(theme.font.value);
            let galley = text::line(ui, variant.name, font, theme.colors.text, 400.0);
            let width = ui.available_width().max(galley.size().x + 32.0);
            let (rect, response) = ui.allocate_exact_size(Vec2::new(width, LINE), Sense::click());
            context.bind(&response, self.index);
            if response.hovered() || context.shows_focus(&response) {
                ui.painter().rect_filled(rect, corner(theme.radius.small), theme.colors.line);
            }
            if n == chosen {
                // A mark, so that colour is not all that tells.
                let dot = Pos2::new(rect.left() + 9.0, rect.center().y);
                ui.painter().circle_filled(dot, 3.0, theme.colors.accent);
                response.scroll_to_me(None);
            }
            let names = Rect::from_min_max(Pos2::new(rect.left() + 20.0, rect.top()), rect.max);
            text::put(ui, names, Align2::LEFT_CENTER, galley, theme.colors.text);
            response.widget_info(|| {
                egui::WidgetInfo::selected(
                    egui::accesskit::Role::MenuItemRadio,
                    true,
                    n == chosen,
                    variant.name,
                )
            });
            if response.clicked() {
                context.edit(self.index, n as f64);
                ui.close();
            }
        }
    }
}

/// A small arrow downwards.
fn chevron(ui: &Ui, center: Pos2, color: egui::Color32) {
    let points = [(-4.0, -2.0), (0.0, 2.0), (4.0, -2.0)].map(|(x, y)| center + Vec2::new(x, y));
    ui.painter().add(Shape::line(points.to_vec(), Stroke::new(1.5, color)));
}
