//! Fields for texts and paths.

use dyad_core::param::PropertyKind;
use egui::{Align2, CursorIcon, Id, Key, Rect, Response, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2};

use crate::context::Context;
use crate::files::Seen;
use crate::gesture::hold_arrows;
use crate::text;
use crate::theme::{Theme, corner};

/// What is kept of a field between two frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldState {
    /// What is being typed.
    typed: Option<String>,
    /// The field was not shown yet since typing began.
    fresh: bool,
    /// Why the value can't be had.
    error: Option<String>,
    /// Where it is.
    pub(crate) place: Option<Rect>,
    seen: Seen,
}

/// A text or path property: its name, and what it is. A click opens it for typing. Paths show their
/// end, say so where nothing is there, and have buttons to choose and to clear.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    index: usize,
    label: Option<f32>,
}

impl Field {
    /// Of the property with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, label: None }
    }

    /// With so much room for its name, so that several fields stand in a line.
    #[must_use]
    pub fn label(self, width: f32) -> Self {
        Self { label: Some(width), ..self }
    }

    /// The room that its name needs.
    #[must_use]
    pub fn label_width(self, ui: &Ui, context: &Context<'_>) -> f32 {
        let theme = context.theme;
        let name = context.description.properties.get(self.index).map_or("", |property| property.name);
        let font = theme.regular(theme.font.text);
        text::line(ui, name, font, theme.colors.dim, 160.0).size().x.ceil() + 12.0
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(200.0, 28.0)
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
        let (theme, id) = (context.theme, ui.scope_id().with(("field", self.index)));
        let Some(property) = context.description.properties.get(self.index) else {
            return ui.interact(rect, id, Sense::hover());
        };
        context.state.field(self.index).place = Some(rect);
        let label = self.label.unwrap_or_else(|| self.label_width(ui, context)).min(rect.width() * 0.4);
        let names = rect.with_max_x(rect.left() + label - 8.0);
        let font = theme.regular(theme.font.text);
        let galley = text::line(ui, property.name, font, theme.colors.dim, names.width());
        text::put(ui, names, Align2::LEFT_CENTER, galley, theme.colors.dim);
        let mut area = rect.with_min_x(rect.left() + label);
        let value = context.host.property(self.index);
        if property.kind == PropertyKind::Path {
            area = self.buttons(ui, area, id, &value, context);
        }
        let colors = &theme.colors;
        ui.painter().rect_filled(area, corner(theme.radius.control), colors.well);
        let typing = context.state.field(self.index).typed.is_some();
        let response = if typing {
            self.typing(ui, area, id, context)
        } else {
            self.resting(ui, area, id, &value, context)
        };
        let edge = match (context.state.field(self.index).error.is_some(), typing, response.hovered()) {
            (true, _, _) => colors.hot,
            (_, true, _) => colors.accent,
            (_, _, true) => colors.outline,
            _ => colors.line,
        };
        let radius = corner(theme.radius.control);
        ui.painter().rect_stroke(area, radius, Stroke::new(1.0, edge), StrokeKind::Inside);
        if context.shows_focus(&response) && !typing {
            super::focus_ring(ui, theme, area, radius);
        }
        response.widget_info(|| {
            let label = format!("{}, {value}", property.name);
            egui::WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, label)
        });
        match context.state.field(self.index).error.clone() {
            Some(error) => response.on_hover_text(error),
            None if !value.is_empty() && !typing => response.on_hover_text(value),
            None => response,
        }
    }

    /// The buttons of a path; gives what they leave.
    fn buttons(self, ui: &Ui, area: Rect, id: Id, value: &str, context: &mut Context<'_>) -> Rect {
        let theme = context.theme;
        let colors = &theme.colors;
        let galley = text::line(ui, "Browse", theme.regular(theme.font.text), colors.text, 80.0);
        let width = galley.size().x + 20.0;
        let browse = area.with_min_x(area.right() - width);
        let response = ui.interact(browse, id.with("browse"), Sense::click());
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        let fill = if response.hovered() { colors.line } else { colors.raised };
        let radius = corner(theme.radius.control);
        ui.painter().rect(browse, radius, fill, Stroke::new(1.0, colors.outline), StrokeKind::Inside);
        text::put(ui, browse, Align2::CENTER_CENTER, galley, colors.text);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, browse, radius);
        }
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Browse"));
        hold_arrows(ui, &response);
        if response.clicked() && !context.host.browse(self.index) {
            self.open(value, context);
        }
        let mut rest = area.with_max_x(browse.left() - 8.0);
        if !value.is_empty() {
            let clear = rest.with_min_x(rest.right() - rest.height());
            rest = rest.with_max_x(clear.left() - 4.0);
            let response = ui.interact(clear, id.with("clear"), Sense::click());
            let response = response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text("Clear");
            let ink = if response.hovered() { colors.text } else { colors.dim };
            let (center, stroke) = (clear.center(), Stroke::new(1.5, ink));
            for way in [Vec2::new(4.0, 4.0), Vec2::new(4.0, -4.0)] {
                ui.painter().line_segment([center - way, center + way], stroke);
            }
            if context.shows_focus(&response) {
                super::focus_ring(ui, theme, clear.shrink(2.0), radius);
            }
            response
                .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Clear"));
            hold_arrows(ui, &response);
            if response.clicked() {
                self.set("", context);
            }
        }
        rest
    }

    /// What the property is.
    fn resting(self, ui: &Ui, area: Rect, id: Id, value: &str, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let colors = &theme.colors;
        let response = ui.interact(area, id, Sense::click()).on_hover_cursor(CursorIcon::Text);
        let is_path =
            context.description.properties.get(self.index).is_some_and(|p| p.kind == PropertyKind::Path);
        let mut inner = area.shrink2(Vec2::new(8.0, 0.0));
        let font = theme.regular(theme.font.value);
        let now = context.state.now;
        let seen = &mut context.state.field(self.index).seen;
        if is_path && !value.is_empty() && !seen.is_there(value, now) {
            let galley =
                text::line(ui, "not found", theme.regular(theme.font.text), colors.hot, inner.width());
            let place = text::put(ui, inner, Align2::RIGHT_CENTER, galley, colors.hot);
            inner.max.x = place.left() - 8.0;
        }
        let (shown, ink) = match (value.is_empty(), is_path) {
            (true, true) => ("No file".to_owned(), colors.dim),
            (true, false) => ("Empty".to_owned(), colors.dim),
            (false, true) => (end_of_path(ui, value, &font, inner.width()), colors.text),
            (false, false) => (value.to_owned(), colors.text),
        };
        let galley = text::line(ui, &shown, font, ink, inner.width());
        text::put(ui, inner, Align2::LEFT_CENTER, galley, ink);
        hold_arrows(ui, &response);
        if response.clicked() {
            self.open(value, context);
            ui.ctx().request_repaint();
        }
        response
    }

    fn typing(self, ui: &mut Ui, area: Rect, id: Id, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let state = context.state.field(self.index);
        let mut typed = state.typed.take().unwrap_or_default();
        let field = id.with("typing");
        if std::mem::take(&mut state.fresh) {
            ui.memory_mut(|memory| memory.request_focus(field));
        }
        let before = typed.len();
        let edit = TextEdit::singleline(&mut typed)
            .id(field)
            .font(theme.regular(theme.font.value))
            .text_color(theme.colors.text)
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .desired_width(area.width() - 16.0)
            .align(Align2::LEFT_CENTER);
        let response = ui.place(area.shrink2(Vec2::new(8.0, 0.0)), edit);
        let (enter, escape) =
            ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        let state = context.state.field(self.index);
        if typed.len() != before {
            state.error = None;
        }
        if !response.lost_focus() {
            state.typed = Some(typed);
        } else if escape {
            state.error = None;
        } else if !self.set(&typed, context) && enter {
            // Still there, to be put right.
            let state = context.state.field(self.index);
            state.typed = Some(typed);
            ui.memory_mut(|memory| memory.request_focus(field));
        }
        response
    }

    fn open(self, value: &str, context: &mut Context<'_>) {
        let state = context.state.field(self.index);
        state.typed = Some(value.to_owned());
        state.fresh = true;
        state.error = None;
    }

    /// Sets the property, or says why not.
    fn set(self, value: &str, context: &mut Context<'_>) -> bool {
        let result = context.host.set_property(self.index, value);
        let state = context.state.field(self.index);
        state.error = result.err().map(|error| error.to_string());
        state.error.is_none()
    }
}

/// Takes the texts that are being typed, where they may be so: the window closes.
pub(crate) fn take_fields(context: &mut Context<'_>) {
    for index in 0..context.state.fields.len() {
        let typed = context.state.field(index).typed.take();
        if let Some(typed) = typed.filter(|typed| *typed != context.host.property(index)) {
            Field::new(index).set(&typed, context);
        }
    }
}

/// The longest end of a path that fits, from a slash on.
fn end_of_path(ui: &Ui, path: &str, font: &egui::FontId, width: f32) -> String {
    let fits = |text: &str| {
        let galley = text::line(ui, text, font.clone(), egui::Color32::WHITE, f32::INFINITY);
        galley.size().x <= width
    };
    if fits(path) {
        return path.to_owned();
    }
    let ends = path.match_indices('/').skip(1).map(|(at, _)| format!("\u{2026}{}", &path[at..]));
    let mut last = path.rsplit('/').next().unwrap_or(path).to_owned();
    for end in ends {
        if fits(&end) {
            return end;
        }
        last = end;
    }
    last
}
