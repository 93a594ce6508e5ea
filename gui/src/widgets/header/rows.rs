//! What the menu of presets is made of.

use egui::{
    Align2, CursorIcon, Id, Key, Pos2, Rect, Response, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
};

use crate::context::Context;
use crate::gesture::hold_arrows;
use crate::session::Preset;
use crate::text;
use crate::theme::corner;
use crate::widgets::{focus_ring, mix};

/// Height of a line.
pub(super) const LINE: f32 = 24.0;

/// What presets below it have in common.
pub(super) fn heading(ui: &mut Ui, name: &str, context: &Context<'_>) {
    let theme = context.theme;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), Sense::hover());
    let rect = rect.shrink2(Vec2::new(8.0, 0.0)).with_min_y(rect.top() + 4.0);
    let font = theme.strong(theme.font.label);
    let galley = text::capitals(ui, name, font, theme.colors.dim, rect.width());
    text::put(ui, rect, Align2::LEFT_CENTER, galley, theme.colors.dim);
}

/// A line between two parts.
pub(super) fn rule(ui: &mut Ui, context: &Context<'_>) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 9.0), Sense::hover());
    let stroke = Stroke::new(1.0, context.theme.colors.line);
    ui.painter().hline(rect.x_range(), rect.center().y.round() - 0.5, stroke);
}

/// A text for the user over as many lines as it needs. Gives its height.
pub(super) fn message(ui: &mut Ui, words: &str, ink: egui::Color32, context: &Context<'_>) -> f32 {
    let font = context.theme.regular(context.theme.font.text);
    let width = ui.available_width() - 16.0;
    let galley = ui.painter().layout(words.to_owned(), font, ink, width);
    let size = Vec2::new(ui.available_width(), galley.size().y + 12.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().galley(rect.min + Vec2::new(8.0, 6.0), galley, ink);
    size.y
}

/// A preset in the list.
pub(super) fn entry(
    ui: &mut Ui,
    preset: &Preset,
    now: bool,
    fresh: bool,
    context: &mut Context<'_>,
) -> Response {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let can = preset.error.is_none();
    let sense = if can { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), sense);
    let response = if can { response.on_hover_cursor(CursorIcon::PointingHand) } else { response };
    if can && (response.hovered() || context.shows_focus(&response)) {
        ui.painter().rect_filled(rect, corner(theme.radius.small), colors.line);
    }
    if now {
        // A mark, so that colour is not all that tells.
        ui.painter().circle_filled(Pos2::new(rect.left() + 11.0, rect.center().y), 3.0, colors.accent);
        if fresh {
            response.scroll_to_me(Some(egui::Align::Center));
        }
    }
    let names = Rect::from_min_max(Pos2::new(rect.left() + 22.0, rect.top()), rect.max);
    let ink = if can { colors.text } else { colors.dim };
    let mut room = names.width() - 6.0;
    if !can {
        let fault = text::line(ui, "damaged", theme.regular(theme.font.text), colors.hot, room);
        room -= fault.size().x + 8.0;
        text::put(ui, names.with_max_x(names.right() - 6.0), Align2::RIGHT_CENTER, fault, colors.hot);
    }
    let galley = text::line(ui, &preset.name, theme.regular(theme.font.value), ink, room);
    text::put(ui, names, Align2::LEFT_CENTER, galley, ink);
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::accesskit::Role::MenuItemRadio, can, now, preset.name.as_str())
    });
    context.state.header.places.push((preset.name.clone().into(), rect));
    match (&preset.error, preset.comment.as_str()) {
        (Some(error), _) => response.on_hover_text(error),
        (None, "") => response,
        (None, comment) => response.on_hover_text(comment),
    }
}

/// Something that is done by a click.
pub(super) fn line(ui: &mut Ui, label: &str, can: bool, context: &mut Context<'_>) -> Response {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let sense = if can { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), sense);
    if can && (response.hovered() || context.shows_focus(&response)) {
        ui.painter().rect_filled(rect, corner(theme.radius.small), colors.line);
    }
    let ink = if can { colors.text } else { mix(colors.line, colors.outline, 0.6) };
    let inner = rect.shrink2(Vec2::new(8.0, 0.0));
    let galley = text::line(ui, label, theme.regular(theme.font.value), ink, inner.width());
    text::put(ui, inner, Align2::LEFT_CENTER, galley, ink);
    let owned = label.to_owned();
    response
        .widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::MenuItem, can, owned.as_str()));
    context.state.header.places.push((label.to_owned().into(), rect));
    if can { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
}

/// A small button.
pub(super) fn action(ui: &mut Ui, label: &'static str, can: bool, context: &mut Context<'_>) -> Response {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let ink = if can { colors.text } else { mix(colors.line, colors.outline, 0.6) };
    let galley = text::line(ui, label, theme.regular(theme.font.text), ink, 160.0);
    let size = Vec2::new(galley.size().x + 18.0, LINE);
    let sense = if can { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    let fill = if can && response.hovered() { colors.line } else { colors.raised };
    let edge = if can { colors.outline } else { colors.line };
    let radius = corner(theme.radius.control);
    ui.painter().rect(rect, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    text::put(ui, rect, Align2::CENTER_CENTER, galley, ink);
    if context.shows_focus(&response) {
        focus_ring(ui, theme, rect, radius);
    }
    hold_arrows(ui, &response);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, can, label));
    context.state.header.places.push((label.into(), rect));
    if can { response.on_hover_cursor(CursorIcon::PointingHand) } else { response }
}

/// A text that is typed. `true` where Enter was pressed in it.
pub(super) fn field(
    ui: &mut Ui,
    label: &'static str,
    typed: &mut String,
    fresh: bool,
    context: &mut Context<'_>,
) -> bool {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 34.0), Sense::hover());
    let area = Rect::from_min_size(rect.min + Vec2::new(0.0, 3.0), Vec2::new(rect.width(), 28.0));
    let id: Id = ui.scope_id().with(("preset", label));
    let radius = corner(theme.radius.control);
    let has_focus = ui.memory(|memory| memory.has_focus(id));
    let edge = if has_focus { colors.accent } else { colors.outline };
    ui.painter().rect(area, radius, colors.well, Stroke::new(1.0, edge), StrokeKind::Inside);
    if fresh {
        // Selected, so that typing replaces it.
        let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
        let all = egui::text_selection::CCursorRange::select_all_str(typed);
        state.cursor.set_char_range(Some(all));
        TextEdit::store_state(ui.ctx(), id, state);
        ui.memory_mut(|memory| memory.request_focus(id));
    }
    let edit = TextEdit::singleline(typed)
        .id(id)
        .font(theme.regular(theme.font.value))
        .text_color(colors.text)
        .hint_text(egui::RichText::new(label).color(colors.dim))
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .char_limit(200)
        .desired_width(area.width() - 16.0)
        .align(Align2::LEFT_CENTER);
    let response = ui.place(area.shrink2(Vec2::new(8.0, 0.0)), edit);
    context.state.header.places.push((label.into(), area));
    response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
}
