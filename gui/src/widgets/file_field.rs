//! A field for a file: what it is, its neighbours, and a panel to choose another.

use std::path::Path;

use egui::{Align2, CursorIcon, Id, Key, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use super::file_panel::{Panel, PanelAnswer};
use crate::context::Context;
use crate::files::{self, Seen};
use crate::gesture::hold_arrows;
use crate::text;
use crate::theme::{Theme, corner};

/// A path property as the name of its file, with buttons for the file before it and after it in the same folder,
/// to choose and to clear. Where the host lets the user choose a file, it does so; elsewhere a list of the folder
/// opens below. While the field has the keyboard, Enter chooses, arrows go to the neighbours, Delete clears.
#[derive(Clone, Copy, Debug)]
pub struct FileField<'a> {
    index: usize,
    empty: &'a str,
}

/// What is kept of a field between two frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileState {
    panel: Option<Panel>,
    seen: Seen,
    /// What could not be done, with the value that there was then.
    error: Option<(String, String)>,
}

/// Its height.
const HEIGHT: f32 = 28.0;

impl<'a> FileField<'a> {
    /// Of the property with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, empty: "No file" }
    }

    /// What it says where there is no file.
    #[must_use]
    pub fn empty(self, words: &'a str) -> Self {
        Self { empty: words, ..self }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(240.0, HEIGHT)
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
        let (theme, id) = (context.theme, ui.scope_id().with(("file", self.index)));
        let Some(property) = context.description.properties.get(self.index) else {
            return ui.interact(rect, id, Sense::hover());
        };
        let rect = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), HEIGHT));
        context.state.field(self.index).place = Some(rect);
        let value = context.host.property(self.index);
        let colors = &theme.colors;
        let state = context.state.file(self.index);
        // Whoever has set another value: what was said is over.
        state.error = state.error.take().filter(|(_, of)| *of == value);

        // Browse stands beside it, all else in one frame.
        let galley = text::line(ui, "Browse", theme.regular(theme.font.text), colors.text, 80.0);
        let browse = rect.with_min_x(rect.right() - galley.size().x - 20.0);
        let frame = rect.with_max_x(browse.left() - 8.0);
        let radius = corner(theme.radius.control);
        ui.painter().rect_filled(frame, radius, colors.well);
        let before = frame.with_max_x(frame.left() + HEIGHT);
        let after = frame.with_min_x(frame.right() - HEIGHT);
        let clear = after.translate(Vec2::new(-HEIGHT, 0.0));
        let right = if value.is_empty() { after.left() } else { clear.left() };
        let name = Rect::from_min_max(before.right_top(), Pos2::new(right, frame.bottom()));

        let response = ui.interact(name, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        hold_arrows(ui, &response);
        let missing = {
            let now = context.state.now;
            !value.is_empty() && !context.state.file(self.index).seen.is_there(&value, now)
        };
        let mut step = self.keys(ui, &response, context);
        if self.button(ui, before, id, "Previous file", Sign::Before, context) {
            step = Some(false);
        }
        if !value.is_empty() && self.button(ui, clear, id, "Clear", Sign::Clear, context) {
            self.set("", context);
        }
        if self.button(ui, after, id, "Next file", Sign::After, context) {
            step = Some(true);
        }
        if let Some(forwards) = step {
            self.step(&value, property.extensions, forwards, context);
        }
        let chooses = self.browse(ui, browse, id, galley, context);
        let error = context.state.file(self.index).error.clone().map(|(words, _)| words);
        self.name(ui, name, &value, missing, context);
        let open = context.state.file(self.index).panel.is_some();
        let edge = match () {
            () if error.is_some() || missing => colors.hot,
            () if open => colors.accent,
            () if response.hovered() => colors.outline,
            () => colors.line,
        };
        ui.painter().rect_stroke(frame, radius, Stroke::new(1.0, edge), StrokeKind::Inside);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, frame, radius);
        }
        if (chooses && !context.host.browse(self.index)) || response.clicked() {
            let state = context.state.file(self.index);
            state.panel = match state.panel.take() {
                None => Some(Panel::open(&value, property.extensions)),
                Some(_) => None,
            };
            ui.ctx().request_repaint();
        }
        self.panel(ui, &response, frame, context);
        response.widget_info(|| {
            let label =
                format!("{}, {}", property.name, if value.is_empty() { self.empty } else { &value });
            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, label)
        });
        match error {
            Some(error) => response.on_hover_text(error),
            None if missing => response.on_hover_text(format!("{value} is not there")),
            None if !value.is_empty() && !open => response.on_hover_text(value),
            None => response,
        }
    }

    /// What the keys ask of the field itself: a neighbour. Enter is a click.
    fn keys(self, ui: &Ui, response: &Response, context: &mut Context<'_>) -> Option<bool> {
        if !response.has_focus() || context.state.file(self.index).panel.is_some() {
            return None;
        }
        let pressed = |keys: [Key; 2]| ui.input(|input| keys.iter().any(|key| input.key_pressed(*key)));
        if pressed([Key::Delete, Key::Backspace]) {
            self.set("", context);
        }
        let forwards = pressed([Key::ArrowRight, Key::ArrowDown]);
        (forwards || pressed([Key::ArrowLeft, Key::ArrowUp])).then_some(forwards)
    }

    /// The file's name, or what there is instead.
    fn name(self, ui: &Ui, rect: Rect, value: &str, missing: bool, context: &Context<'_>) {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let mut inner = rect.shrink2(Vec2::new(4.0, 0.0));
        if missing {
            let galley =
                text::line(ui, "not found", theme.regular(theme.font.text), colors.hot, inner.width());
            let place = text::put(ui, inner, Align2::RIGHT_CENTER, galley, colors.hot);
            inner.max.x = place.left() - 8.0;
        }
        let name = Path::new(value).file_name().and_then(|name| name.to_str()).unwrap_or(value);
        let (shown, ink) = if value.is_empty() { (self.empty, colors.dim) } else { (name, colors.text) };
        let galley = text::line(ui, shown, theme.regular(theme.font.value), ink, inner.width());
        text::put(ui, inner, Align2::LEFT_CENTER, galley, ink);
    }

    fn browse(
        self,
        ui: &Ui,
        rect: Rect,
        id: Id,
        galley: std::sync::Arc<egui::Galley>,
        context: &mut Context<'_>,
    ) -> bool {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let response = ui.interact(rect, id.with("browse"), Sense::click());
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        let fill = if response.hovered() { colors.line } else { colors.raised };
        let radius = corner(theme.radius.control);
        ui.painter().rect(rect, radius, fill, Stroke::new(1.0, colors.outline), StrokeKind::Inside);
        text::put(ui, rect, Align2::CENTER_CENTER, galley, colors.text);
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, rect, radius);
        }
        hold_arrows(ui, &response);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "Browse"));
        response.clicked()
    }

    fn button(self, ui: &Ui, rect: Rect, id: Id, name: &str, sign: Sign, context: &Context<'_>) -> bool {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let response = ui.interact(rect, id.with(name), Sense::click());
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        let ink = if response.hovered() { colors.text } else { colors.dim };
        sign.paint(ui, rect.center(), Stroke::new(1.5, ink));
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, rect.shrink(3.0), corner(theme.radius.small));
        }
        hold_arrows(ui, &response);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, name));
        let clicked = response.clicked();
        response.on_hover_text(name);
        clicked
    }

    fn step(self, value: &str, extensions: &[&str], forwards: bool, context: &mut Context<'_>) {
        match files::neighbour(value, extensions, forwards) {
            Some(path) => {
                self.set(&path, context);
            }
            None => {
                let words =
                    if value.is_empty() { "Choose a file first" } else { "There is no other file here" };
                context.state.file(self.index).error = Some((words.to_owned(), value.to_owned()));
            }
        }
    }

    /// The panel below, where it is open.
    fn panel(self, ui: &Ui, response: &Response, frame: Rect, context: &mut Context<'_>) {
        let Some(mut panel) = context.state.file(self.index).panel.take() else { return };
        let extensions = context.description.properties.get(self.index).map_or(&[][..], |it| it.extensions);
        let answer = panel.show(ui, response, frame, extensions, context);
        let mut open = true;
        match answer {
            PanelAnswer::Stays => {}
            PanelAnswer::Closes => open = false,
            PanelAnswer::Takes(path) => open = !self.set(&path, context),
        }
        if open {
            context.state.file(self.index).panel = Some(panel);
        } else {
            response.request_focus();
            ui.ctx().request_repaint();
        }
    }

    /// Sets the property, or says why not.
    fn set(self, value: &str, context: &mut Context<'_>) -> bool {
        let result = context.host.set_property(self.index, value);
        context.state.moving = true;
        let present = context.host.property(self.index);
        let state = context.state.file(self.index);
        state.error = result.err().map(|error| (error.to_string(), present));
        state.error.is_none()
    }
}

/// What stands on a button.
#[derive(Clone, Copy, Debug)]
enum Sign {
    Before,
    After,
    Clear,
}

impl Sign {
    fn paint(self, ui: &Ui, center: Pos2, stroke: Stroke) {
        let line = |points: [(f32, f32); 3]| {
            let points = points.map(|(x, y)| center + Vec2::new(x, y));
            ui.painter().add(egui::epaint::PathShape::line(points.to_vec(), stroke));
        };
        match self {
            Self::Before => line([(2.0, -4.0), (-2.0, 0.0), (2.0, 4.0)]),
            Self::After => line([(-2.0, -4.0), (2.0, 0.0), (-2.0, 4.0)]),
            Self::Clear => {
                for way in [Vec2::new(4.0, 4.0), Vec2::new(4.0, -4.0)] {
                    ui.painter().line_segment([center - way, center + way], stroke);
                }
            }
        }
    }
}
