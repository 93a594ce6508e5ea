//! A field in which a point moves two parameters.

use egui::{Align, Align2, CursorIcon, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use super::Value;
use crate::context::Context;
use crate::gesture::{Plane, Travel, Way, drag_along, place, plane_keys, wheel};
use crate::text;
use crate::theme::corner;

/// A field with a point in it: one parameter to the right, one upwards, their names and values below. The point
/// goes where the field is pressed, and follows; Shift makes it fine. All else is as with a [`Knob`](super::Knob);
/// the wheel moves the one that goes upwards.
#[derive(Clone, Copy, Debug)]
pub struct XyPad {
    x: usize,
    y: usize,
}

/// Height of the names and values below.
const BELOW: f32 = 24.0;
/// Less room than this is none for a name.
const NAME: f32 = 28.0;
/// Radius of the point, and how far from it the field is taken to mean the point itself.
const RADIUS: f32 = 8.0;
const REACH: f32 = 14.0;

impl XyPad {
    /// Of the parameters with these indices: to the right, and upwards.
    #[must_use]
    pub fn new(x: usize, y: usize) -> Self {
        Self { x, y }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = ui.available_size().max(Vec2::new(144.0, 120.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle, names and values included.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("pad", self.x, self.y)));
        let pad = rect.with_max_y((rect.bottom() - BELOW).max(rect.top() + 1.0));
        // The point is within it at both ends.
        let inner = pad.shrink(RADIUS + 4.0);
        let response = ui.interact(pad, id, Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::Crosshair);
        self.operate(ui, inner, &response, context);

        let (colors, painter) = (&theme.colors, ui.painter());
        let lively = response.hovered() || response.dragged();
        let edge = if lively { colors.outline } else { colors.line };
        let radius = corner(theme.radius.control);
        painter.rect(pad, radius, colors.well, Stroke::new(1.0, edge), StrokeKind::Inside);
        let grid = Stroke::new(1.0, super::mix(colors.well, colors.line, 0.6));
        for part in [0.25, 0.5, 0.75] {
            painter.vline(pad.left() + pad.width() * part, pad.y_range().shrink(1.0), grid);
            painter.hline(pad.x_range().shrink(1.0), pad.top() + pad.height() * part, grid);
        }
        let at = self.point(inner, context);
        let cross = Stroke::new(1.0, colors.accent.gamma_multiply(0.5));
        painter.vline(at.x, pad.y_range().shrink(1.0), cross);
        painter.hline(pad.x_range().shrink(1.0), at.y, cross);
        painter.circle_filled(at, RADIUS + 2.0, colors.well);
        painter.circle_filled(at, if lively { RADIUS } else { RADIUS - 1.0 }, colors.accent);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, pad, radius);
        }
        let texts = rect.with_min_y(pad.bottom() + 4.0);
        let middle = texts.center().x;
        self.name(ui, texts.with_max_x(middle - 10.0), self.x, true, context);
        self.name(ui, texts.with_min_x(middle + 10.0), self.y, false, context);
        response.widget_info(|| {
            let value = |index: usize| {
                let info = context.info(index)?;
                Some(format!("{} {}", info.name, text::shown(info, context.host.value(index))))
            };
            let values: Vec<String> = [self.x, self.y].into_iter().filter_map(value).collect();
            egui::WidgetInfo::slider(true, context.position(self.y), values.join(", "))
        });
        response
    }

    fn operate(self, ui: &Ui, inner: Rect, response: &Response, context: &mut Context<'_>) {
        let way = |index, travel| Way::new(index, travel);
        let ways = [way(self.x, Travel::Right(inner.width())), way(self.y, Travel::Up(inner.height()))];
        let ways: Vec<Way> = ways.into_iter().flatten().collect();
        let at = self.point(inner, context);
        let pressed = ui.input(|input| input.pointer.press_origin());
        // Held at the point itself, it does not jump.
        let away = pressed.filter(|pressed| (*pressed - at).length() > REACH);
        let plain = !ui.input(|input| input.modifiers.command || input.modifiers.shift);
        let clicked = response.clicked() && !response.double_clicked() && plain;
        let there = ui.input(|input| place(input, egui::PointerButton::Primary));
        if let Some(there) = there.filter(|there| clicked && (*there - at).length() > REACH) {
            let x = f64::from((there.x - inner.left()) / inner.width());
            let y = f64::from((inner.bottom() - there.y) / inner.height());
            for (index, position) in [(self.x, x), (self.y, y)] {
                if let Some(info) = context.info(index) {
                    context.edit(index, info.range.plain(position));
                }
            }
        }
        drag_along(ui, context, response, &ways, away.filter(|_| plain).map(|_| at));
        for index in [self.x, self.y] {
            context.share(response, index);
        }
        if response.hovered() || response.dragged() {
            wheel(ui, context, self.y);
        }
        plane_keys(ui, context, response, Plane { x: Some(self.x), y: Some(self.y), ..Plane::default() });
    }

    fn point(self, inner: Rect, context: &Context<'_>) -> Pos2 {
        let (x, y) = (context.position(self.x) as f32, context.position(self.y) as f32);
        Pos2::new(inner.left() + inner.width() * x, inner.bottom() - inner.height() * y)
    }

    /// A name and its value, with the direction in which it goes.
    fn name(self, ui: &mut Ui, rect: Rect, index: usize, level: bool, context: &mut Context<'_>) {
        let Some(info) = context.info(index) else { return };
        let theme = context.theme;
        let ink = theme.colors.dim;
        let center = Pos2::new(rect.left() + 6.0, rect.center().y);
        let way = if level { Vec2::new(5.0, 0.0) } else { Vec2::new(0.0, 5.0) };
        let stroke = Stroke::new(1.0, ink);
        ui.painter().line_segment([center - way, center + way], stroke);
        for side in [-1.0, 1.0] {
            let end = center + way * side;
            for across in [-0.45, 0.45] {
                let back = (way * -0.45 + way.rot90() * across) * side;
                ui.painter().line_segment([end, end + back], stroke);
            }
        }
        let shown = text::shown(info, context.host.value(index));
        let font = theme.regular(theme.font.value);
        let value = text::line(ui, &shown, font, ink, rect.width() - 18.0).size().x.ceil() + 4.0;
        let names = Rect::from_min_max(Pos2::new(rect.left() + 18.0, rect.top()), rect.max);
        let names = names.with_max_x(rect.right() - value - 8.0);
        let galley = text::line(ui, &info.name, theme.regular(theme.font.text), ink, names.width());
        // Three dots say nothing: the arrow does.
        if !(galley.elided && names.width() < NAME) {
            text::put(ui, names, Align2::LEFT_CENTER, galley, ink);
        }
        let values = rect.with_min_x(rect.right() - value);
        Value::new(index).align(Align::Max).put(ui, values, context);
    }
}
