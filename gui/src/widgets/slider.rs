//! A slider with its name and value above it.

use egui::{Align, Align2, CursorIcon, Pos2, Rect, Response, Sense, Ui, Vec2};

use super::Value;
use crate::context::Context;
use crate::gesture::{Travel, operate};
use crate::text;
use crate::theme::{Theme, corner};

/// A horizontal slider. A drag moves it, a click on the track brings it there; all else is as with
/// a [`Knob`](super::Knob).
#[derive(Clone, Copy, Debug)]
pub struct Slider {
    index: usize,
    main: bool,
    bare: bool,
}

/// Half the width of the handle.
const HANDLE: f32 = 6.0;

impl Slider {
    /// Of the parameter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, main: false, bare: false }
    }

    /// As what the plugin is about: drawn in the accent colour.
    #[must_use]
    pub fn main(self, main: bool) -> Self {
        Self { main, ..self }
    }

    /// Without its name and value: where they stand beside it.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { bare: true, ..self }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        if self.bare { Vec2::new(64.0, 20.0) } else { Vec2::new(144.0, 40.0) }
    }

    /// Where egui puts it, over the whole width.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = self.size(context.theme);
        let size = Vec2::new(ui.available_width().max(size.x), size.y);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let id = ui.scope_id().with(("slider", self.index));
        let rect = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), self.size(theme).y));
        let above = if self.bare { 0.0 } else { 20.0 };
        let texts = Rect::from_min_max(rect.min, Pos2::new(rect.right(), rect.top() + above));
        let lane = Rect::from_min_max(Pos2::new(rect.left(), texts.bottom()), rect.max);
        let response = ui.interact(lane, id, Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        let Some(info) = context.info(self.index) else { return response };
        let (first, last) = (lane.left() + HANDLE, lane.right() - HANDLE);
        let length = (last - first).max(1.0);
        let plain_click = !ui.input(|input| input.modifiers.command);
        if response.clicked()
            && !response.double_clicked()
            && plain_click
            && let Some(place) = response.interact_pointer_pos()
        {
            context.edit(self.index, info.range.plain(f64::from((place.x - first) / length)));
        }
        operate(ui, context, &response, self.index, Travel::Right(length));

        let bipolar = info.range.min() < 0.0 && info.range.max() > 0.0;
        let at = |position: f64| first + length * position as f32;
        let (from, to) =
            (at(if bipolar { info.range.normalize(0.0) } else { 0.0 }), at(context.position(self.index)));
        let track = Rect::from_center_size(lane.center(), Vec2::new(lane.width(), 4.0));
        ui.painter().rect_filled(track, corner(2.0), theme.colors.line);
        let from = if bipolar { from } else { track.left() };
        let filled = Rect::from_x_y_ranges(from.min(to)..=from.max(to), track.y_range());
        let color = if self.main { theme.colors.accent } else { theme.colors.value };
        ui.painter().rect_filled(filled, corner(2.0), color);
        let handle = Rect::from_center_size(Pos2::new(to, lane.center().y), Vec2::new(8.0, 16.0));
        let lively = response.hovered() || context.is_held(self.index);
        let fill = if lively { theme.colors.text } else { theme.colors.value };
        // A gap of the ground's colour, so that it is seen on its own track.
        ui.painter().rect_filled(handle.expand(2.0), corner(5.0), theme.colors.panel);
        ui.painter().rect_filled(handle, corner(theme.radius.small), fill);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, handle.expand(1.0), corner(4.0));
        }
        if !self.bare {
            self.texts(ui, texts, context);
        }
        let plain = context.host.value(self.index);
        response.widget_info(|| {
            let label = format!("{}, {}", info.name, text::shown(info, plain));
            egui::WidgetInfo::slider(true, plain, label)
        });
        response
    }
    /// Its name and value.
    fn texts(self, ui: &mut Ui, texts: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        let Some(info) = context.info(self.index) else { return };
        let shown = text::shown(info, context.host.value(self.index));
        let widest =
            text::line(ui, &shown, theme.regular(theme.font.value), theme.colors.text, f32::INFINITY);
        let right = (widest.size().x + 8.0).max(48.0).min(texts.width() * 0.6);
        let name = Rect::from_min_max(texts.min, Pos2::new(texts.right() - right - 8.0, texts.bottom()));
        let galley =
            text::line(ui, &info.name, theme.regular(theme.font.text), theme.colors.dim, name.width());
        text::put(ui, name, Align2::LEFT_CENTER, galley, theme.colors.dim);
        let value = Rect::from_min_max(Pos2::new(texts.right() - right, texts.top()), texts.max);
        Value::new(self.index).align(Align::Max).put(ui, value, context);
    }
}
