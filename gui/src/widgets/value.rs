//! A value as text that can be typed.

use egui::text_selection::CCursorRange;
use egui::{
    Align, Align2, CursorIcon, Id, Key, Rect, Response, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
};

use crate::context::Context;
use crate::text;
use crate::theme::corner;

/// The value that is being typed.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    index: usize,
    text: String,
    /// What stood there when it was opened: rounded, where the value need not be.
    shown: String,
    /// What was typed is no value.
    wrong: bool,
    /// The field was not shown yet.
    fresh: bool,
}

/// A parameter's value with its unit. A click opens it for typing: Enter takes what was typed,
/// Escape leaves the value as it was.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    index: usize,
    size: Option<f32>,
    align: Align,
}

impl Value {
    /// Of the parameter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, size: None, align: Align::Center }
    }

    /// With type of this size.
    #[must_use]
    pub fn size(self, size: f32) -> Self {
        Self { size: Some(size), ..self }
    }

    /// At this side.
    #[must_use]
    pub fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(72.0, 20.0), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let id = ui.scope_id().with(("value", self.index));
        let open = context.state.entry.as_ref().is_some_and(|entry| entry.index == self.index);
        if open { self.entry(ui, rect, id, context) } else { self.text(ui, rect, id, context) }
    }

    fn text(self, ui: &mut Ui, rect: Rect, id: Id, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let shown = context.info(self.index).map(|info| text::shown(info, context.host.value(self.index)));
        let shown = shown.unwrap_or_default();
        let font = theme.regular(self.size.unwrap_or(theme.font.value));
        let galley = text::line(ui, &shown, font, theme.colors.text, rect.width());
        let align = Align2([self.align, Align::Center]);
        let place = align.align_size_within_rect(galley.size(), rect);
        let area = place.expand2(Vec2::new(4.0, 1.0)).intersect(rect.expand2(Vec2::new(4.0, 0.0)));
        context.state.place(self.index).value = Some(area);
        let response = ui.interact(area, id.with("text"), Sense::CLICK).on_hover_cursor(CursorIcon::Text);
        context.bind(&response, self.index);
        if response.hovered() {
            ui.painter().rect_filled(area, corner(theme.radius.small), theme.colors.line);
        }
        ui.painter().galley(place.min, galley, theme.colors.text);
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, format!("{shown}, edit"))
        });
        if response.clicked() {
            open(ui, self.index, shown, context);
        }
        response
    }

    fn entry(self, ui: &mut Ui, rect: Rect, id: Id, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let Some(mut entry) = context.state.entry.take() else {
            return ui.interact(rect, id, Sense::hover());
        };
        let area = rect.expand2(Vec2::new(4.0, 1.0));
        ui.painter().rect_filled(area, corner(theme.radius.small), theme.colors.well);
        let edge = if entry.wrong { theme.colors.hot } else { theme.colors.accent };
        ui.painter().rect_stroke(
            area,
            corner(theme.radius.small),
            Stroke::new(1.0, edge),
            StrokeKind::Inside,
        );
        let field = id.with("field");
        if entry.fresh {
            // Selected, so that typing replaces it.
            let mut state = TextEdit::load_state(ui.ctx(), field).unwrap_or_default();
            state.cursor.set_char_range(Some(CCursorRange::select_all_str(&entry.text)));
            TextEdit::store_state(ui.ctx(), field, state);
            ui.memory_mut(|memory| memory.request_focus(field));
            entry.fresh = false;
        }
        let before = entry.text.clone();
        let edit = TextEdit::singleline(&mut entry.text)
            .id(field)
            .font(theme.regular(self.size.unwrap_or(theme.font.value)))
            .text_color(if entry.wrong { theme.colors.hot } else { theme.colors.text })
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .char_limit(64)
            .desired_width(rect.width())
            .align(Align2([self.align, Align::Center]));
        let response = ui.place(rect, edit);
        context.bind(&response, self.index);
        if entry.text != before {
            entry.wrong = false;
        }
        let (enter, escape) =
            ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Escape)));
        let parsed = context.info(self.index).and_then(|info| info.parse_text(&entry.text));
        match parsed {
            _ if escape => {}
            _ if response.lost_focus() && entry.text == entry.shown => {}
            Some(plain) if response.lost_focus() => context.edit(self.index, plain),
            None if response.lost_focus() && enter => {
                entry.wrong = true;
                ui.memory_mut(|memory| memory.request_focus(field));
                context.state.entry = Some(entry);
            }
            _ if response.lost_focus() => {}
            _ => context.state.entry = Some(entry),
        }
        response
    }
}

/// Opens a value for typing.
pub(super) fn open(ui: &Ui, index: usize, text: String, context: &mut Context<'_>) {
    let shown = text.clone();
    context.state.entry = Some(Entry { index, text, shown, wrong: false, fresh: true });
    ui.ctx().request_repaint();
}

/// Takes what is being typed, where it is a value: the window closes.
pub(crate) fn take_entry(context: &mut Context<'_>) {
    let Some(entry) = context.state.entry.take() else { return };
    let parsed = context.info(entry.index).and_then(|info| info.parse_text(&entry.text));
    if let Some(plain) = parsed.filter(|_| entry.text != entry.shown) {
        context.edit(entry.index, plain);
    }
}
