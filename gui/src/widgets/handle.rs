//! A line in a picture that is dragged: a threshold, the start of a sound.

use egui::{CursorIcon, Id, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axis::{Axes, Axis};
use super::ink::{self, Tone};
use crate::context::Context;
use crate::gesture::{Way, drag_along, keys, wheel};
use crate::text;
use crate::theme::corner;

/// A dashed line at a parameter's value, with its name and value. It is dragged, and operated as a
/// [`Knob`](super::Knob) is by wheel and keys.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    index: usize,
    upright: bool,
    tone: Tone,
    named: bool,
}

/// How far from the line it can be taken, in points.
const REACH: f32 = 6.0;

impl Handle {
    /// A level line of the parameter with this index, on the y axis.
    #[must_use]
    pub fn level(index: usize) -> Self {
        Self { index, upright: false, tone: Tone::Accent, named: true }
    }

    /// An upright line of the parameter with this index, on the x axis.
    #[must_use]
    pub fn upright(index: usize) -> Self {
        Self { upright: true, ..Self::level(index) }
    }

    /// In this colour; the accent otherwise.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// Without its name and value, except while it is operated.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { named: false, ..self }
    }

    /// Lets the user operate it in this picture.
    pub(super) fn operate(
        self,
        ui: &Ui,
        plot: Rect,
        id: Id,
        axes: &Axes,
        context: &mut Context<'_>,
    ) -> Option<Response> {
        let (axis, info) = (self.axis(axes)?, context.info(self.index)?);
        let line = self.line(plot, axis.position(context.host.value(self.index)));
        let area = Rect::from_two_pos(line[0], line[1]).expand(REACH).intersect(plot.expand(REACH));
        let response = ui.interact(area, id.with(("handle", self.index)), Sense::click_and_drag());
        let cursor = if self.upright { CursorIcon::ResizeHorizontal } else { CursorIcon::ResizeVertical };
        let response = response.on_hover_and_drag_cursor(cursor);
        let per_point = match self.upright {
            true => Vec2::new(1.0 / plot.width(), 0.0),
            false => Vec2::new(0.0, -1.0 / plot.height()),
        };
        let way = Way { index: self.index, axis: Some(axis), per_point };
        drag_along(ui, context, &response, &[way], None);
        context.share(&response, self.index);
        if response.hovered() || response.dragged() {
            wheel(ui, context, self.index);
        }
        keys(ui, context, &response, self.index);
        let plain = context.host.value(self.index);
        response.widget_info(|| {
            let label = format!("{}, {}", info.name, text::shown(info, plain));
            egui::WidgetInfo::slider(true, plain, label)
        });
        Some(response)
    }

    /// Draws it.
    pub(super) fn paint(
        self,
        ui: &Ui,
        plot: Rect,
        axes: &Axes,
        response: &Response,
        context: &Context<'_>,
    ) {
        let (Some(axis), Some(info)) = (self.axis(axes), context.info(self.index)) else { return };
        let plain = context.host.value(self.index);
        let line = self.line(plot, axis.position(plain));
        let focused = context.shows_focus(response);
        let lively = response.hovered() || focused || context.is_held(self.index);
        let color = self.tone.color(context.theme);
        if lively {
            ui.painter().line_segment(line, Stroke::new(1.5, color));
        } else {
            ink::dashed(ui.painter(), line[0], line[1], color);
        }
        if self.named || lively {
            let label = format!("{} {}", info.name, text::shown(info, plain));
            self.label(ui, plot, line, &label, focused, context);
        }
    }

    fn axis(&self, axes: &Axes) -> Option<Axis> {
        if self.upright { axes.x } else { axes.y }
    }

    /// Its two ends.
    fn line(&self, plot: Rect, position: f64) -> [Pos2; 2] {
        let position = position.clamp(0.0, 1.0) as f32;
        if self.upright {
            let x = plot.left() + plot.width() * position;
            [Pos2::new(x, plot.top()), Pos2::new(x, plot.bottom())]
        } else {
            let y = plot.bottom() - plot.height() * position;
            [Pos2::new(plot.left(), y), Pos2::new(plot.right(), y)]
        }
    }

    /// Its name and value at the end of the line, where there is room.
    fn label(
        &self,
        ui: &Ui,
        plot: Rect,
        line: [Pos2; 2],
        label: &str,
        focused: bool,
        context: &Context<'_>,
    ) {
        let theme = context.theme;
        let color = self.tone.color(theme);
        let font = theme.regular(theme.font.small);
        let galley = text::line(ui, label, font, color, plot.width() - 8.0);
        let size = galley.size();
        let place = if self.upright {
            let right = line[0].x + 5.0;
            let x = if right + size.x <= plot.right() { right } else { line[0].x - 5.0 - size.x };
            Pos2::new(x, plot.top() + 4.0)
        } else {
            let above = line[0].y - size.y - 3.0;
            let y = if above >= plot.top() { above } else { line[0].y + 3.0 };
            Pos2::new(plot.right() - size.x - 4.0, y)
        };
        let back = Rect::from_min_size(place, size).expand2(Vec2::new(3.0, 1.0));
        // Read on whatever is drawn there.
        let ground = theme.colors.background.gamma_multiply(0.7);
        ui.painter().rect_filled(back, corner(theme.radius.small), ground);
        ui.painter().galley(place, galley, color);
        if focused {
            super::focus_ring(ui, theme, back, corner(theme.radius.small));
        }
    }
}
