//! The menu of presets: the list, and what can be done with them.

use egui::{
    Align2, CursorIcon, Id, Key, Popup, PopupCloseBehavior, Pos2, Rect, Response, ScrollArea, Sense,
    Stroke, StrokeKind, TextEdit, Ui, Vec2,
};

use super::plan::Plan;
use crate::context::Context;
use crate::gesture::hold_arrows;
use crate::session::{Command, Preset, PresetId, Refused};
use crate::text;
use crate::theme::corner;
use crate::widgets::{focus_ring, mix};

/// What is shown of the menu, and what was typed there.
#[derive(Clone, Debug, Default)]
pub(super) struct Menu {
    page: Page,
    search: String,
    name: String,
    category: String,
    /// What was refused last.
    error: Option<String>,
    /// A command whose outcome closes the menu.
    waits: bool,
    /// What is shown has not been shown yet.
    fresh: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Page {
    #[default]
    List,
    /// A name for what is to be saved.
    Save,
    /// A name for this one.
    Rename(PresetId),
    /// Whether one of this name is to be overwritten; by a preset of another name, where one is given.
    Overwrite(Option<PresetId>),
    /// Whether this one is to be deleted.
    Delete(PresetId),
}

/// From so many presets on there is a field to search in.
const MANY: usize = 9;
/// Height of a line.
const LINE: f32 = 24.0;
/// Width at least, and height of the list at most.
const WIDTH: f32 = 232.0;
const LIST: f32 = 320.0;
/// The list has the height of so many lines at least, however small the window is.
const LEAST: f32 = 3.0 * LINE;

impl Menu {
    /// Begins anew.
    pub(super) fn opens(&mut self) {
        *self = Self { fresh: true, ..Self::default() };
    }

    /// Says why something was not done.
    pub(super) fn say(&mut self, refused: Refused) {
        self.error = Some(refused.to_string());
    }

    fn turn(&mut self, page: Page) {
        (self.page, self.error, self.fresh) = (page, None, true);
    }
}

/// Shows the menu where it is open.
pub(super) fn show(ui: &Ui, response: &Response, anchor: Rect, plan: &Plan, context: &mut Context<'_>) {
    let width = anchor.width().max(WIDTH).min(ui.ctx().content_rect().width() - 16.0);
    let room = ui.ctx().content_rect().bottom() - anchor.bottom() - 24.0;
    // Its margins and edges are beside it.
    let width = width - 10.0;
    let popup = Popup::menu(response).anchor(anchor).width(width).gap(4.0);
    popup.close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        let mut menu = std::mem::take(&mut context.state.header.menu);
        let outcome = context.state.header.outcome.take();
        let waited = outcome.is_some() && std::mem::take(&mut menu.waits);
        match outcome {
            Some(Ok(())) if waited => ui.close(),
            Some(Err(Refused::Exists(_))) => {
                let renamed = if let Page::Rename(id) = &menu.page { Some(id.clone()) } else { None };
                menu.turn(Page::Overwrite(renamed));
            }
            Some(Err(refused)) => menu.say(refused),
            _ => {}
        }
        ui.set_width(width);
        ui.spacing_mut().item_spacing = Vec2::new(6.0, 0.0);
        // While its size is being found, nothing in it can have the keyboard.
        let fresh = !ui.is_sizing_pass() && std::mem::take(&mut menu.fresh);
        match menu.page.clone() {
            Page::List => menu.list(ui, room, fresh, plan, context),
            Page::Save => menu.form(ui, None, fresh, context),
            Page::Rename(id) => menu.form(ui, Some(id), fresh, context),
            Page::Overwrite(id) => menu.overwrite(ui, id, context),
            Page::Delete(id) => menu.delete(ui, &id, context),
        }
        context.state.header.menu = menu;
    });
}

impl Menu {
    fn list(&mut self, ui: &mut Ui, room: f32, fresh: bool, plan: &Plan, context: &mut Context<'_>) {
        let session = context.session();
        let presets = session.library().list();
        let status = session.status();
        let mut used = LINE + 16.0;
        if let Some(error) = &self.error {
            used += message(ui, error, context.theme.colors.hot, context);
        }
        if presets.len() >= MANY {
            field(ui, "Search", &mut self.search, fresh, context);
            used += 34.0;
        }
        let more = usize::from(plan.slots.is_none()) + 2 * usize::from(plan.history.is_none());
        used += more as f32 * LINE + LINE;
        let height = (room - used).clamp(LEAST, LIST);
        ScrollArea::vertical().max_height(height).show(ui, |ui| {
            let mut group = "";
            let mut shown = 0;
            for preset in presets.iter().filter(|preset| preset.is_found_by(&self.search)) {
                shown += 1;
                if preset.group != group {
                    group = &preset.group;
                    heading(ui, group, context);
                }
                let now = status.preset.as_ref() == Some(&preset.id);
                if entry(ui, preset, now, fresh, context).clicked() {
                    context.want(Command::Load(preset.id.clone()));
                    self.waits = true;
                }
            }
            if shown == 0 {
                message(ui, "No preset is called that.", context.theme.colors.dim, context);
            }
        });
        rule(ui, context);
        let mut wanted = None;
        if plan.history.is_none() {
            for (name, what, command) in
                [("Undo", &status.undo, Command::Undo), ("Redo", &status.redo, Command::Redo)]
            {
                let label = what.as_ref().map_or_else(|| name.to_owned(), |what| format!("{name} {what}"));
                if line(ui, &label, what.is_some(), context).clicked() {
                    wanted = Some(command);
                }
            }
        }
        if plan.slots.is_none() {
            let other = status.slot.other();
            if line(ui, &format!("Switch to {}", other.name()), true, context).clicked() {
                wanted = Some(Command::Select(other));
            }
        }
        let (from, to) = (status.slot, status.slot.other());
        if line(ui, &format!("Copy {} to {}", from.name(), to.name()), true, context).clicked() {
            wanted = Some(Command::Copy);
        }
        if let Some(command) = wanted {
            context.want(command);
            ui.close();
        }
        rule(ui, context);
        let of_user = presets.iter().find(|it| it.is_users() && status.preset.as_ref() == Some(&it.id));
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
            if let Some(preset) = of_user
                && status.changed
                && action(ui, "Save", true, context).clicked()
            {
                (self.name, self.category) = (preset.name.clone(), preset.category.clone());
                self.turn(Page::Overwrite(None));
            }
            if action(ui, "Save as\u{2026}", true, context).clicked() {
                let name = if status.preset.is_some() { &status.name } else { "" };
                let category = if of_user.is_some() { &status.category } else { "" };
                (self.name, self.category) = (name.to_owned(), category.to_owned());
                self.turn(Page::Save);
            }
            if let Some(preset) = of_user {
                if action(ui, "Rename\u{2026}", true, context).clicked() {
                    (self.name, self.category) = (preset.name.clone(), preset.category.clone());
                    self.turn(Page::Rename(preset.id.clone()));
                }
                if action(ui, "Delete\u{2026}", true, context).clicked() {
                    self.turn(Page::Delete(preset.id.clone()));
                }
            }
        });
    }

    /// A name and a category.
    fn form(&mut self, ui: &mut Ui, id: Option<PresetId>, fresh: bool, context: &mut Context<'_>) {
        let (title, verb) = match id {
            None => ("Save preset", "Save"),
            Some(_) => ("Rename preset", "Rename"),
        };
        heading(ui, title, context);
        let enter = field(ui, "Name", &mut self.name, fresh, context)
            | field(ui, "Category", &mut self.category, false, context);
        if let Some(error) = &self.error {
            message(ui, error, context.theme.colors.hot, context);
        }
        let can = !self.name.trim().is_empty();
        if (self.buttons(ui, verb, can, context) || enter) && can {
            self.wants(id, false, context);
        }
    }

    fn overwrite(&mut self, ui: &mut Ui, id: Option<PresetId>, context: &mut Context<'_>) {
        let question =
            format!("There is already a preset \u{201c}{}\u{201d}. Overwrite it?", self.name.trim());
        message(ui, &question, context.theme.colors.text, context);
        if let Some(error) = &self.error {
            message(ui, error, context.theme.colors.hot, context);
        }
        if self.buttons(ui, "Overwrite", true, context) {
            self.wants(id, true, context);
        }
    }

    fn delete(&mut self, ui: &mut Ui, id: &PresetId, context: &mut Context<'_>) {
        let preset = context.session().library().list().iter().find(|preset| preset.id == *id);
        let name = preset.map_or("", |preset| preset.name.as_str());
        let question = format!("Delete the preset \u{201c}{name}\u{201d}? This can't be undone.");
        message(ui, &question, context.theme.colors.text, context);
        if let Some(error) = &self.error {
            message(ui, error, context.theme.colors.hot, context);
        }
        if self.buttons(ui, "Delete", true, context) {
            context.want(Command::Delete(id.clone()));
            self.waits = true;
        }
    }

    /// Saves, or renames this one.
    fn wants(&mut self, id: Option<PresetId>, overwrite: bool, context: &mut Context<'_>) {
        let (category, name) = (self.category.clone(), self.name.clone());
        context.want(match id {
            Some(id) => Command::Rename { id, category, name, overwrite },
            None => Command::Save { category, name, overwrite },
        });
        self.waits = true;
    }

    /// What is done, and Cancel. `true` where the first was pressed.
    fn buttons(&mut self, ui: &mut Ui, verb: &'static str, can: bool, context: &mut Context<'_>) -> bool {
        ui.add_space(4.0);
        let mut done = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(4.0, 4.0);
            done = action(ui, verb, can, context).clicked();
            if action(ui, "Cancel", true, context).clicked() {
                self.turn(Page::List);
            }
        });
        done
    }
}

/// What presets below it have in common.
fn heading(ui: &mut Ui, name: &str, context: &Context<'_>) {
    let theme = context.theme;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE), Sense::hover());
    let rect = rect.shrink2(Vec2::new(8.0, 0.0)).with_min_y(rect.top() + 4.0);
    let font = theme.strong(theme.font.label);
    let galley = text::capitals(ui, name, font, theme.colors.dim, rect.width());
    text::put(ui, rect, Align2::LEFT_CENTER, galley, theme.colors.dim);
}

/// A line between two parts.
fn rule(ui: &mut Ui, context: &Context<'_>) {
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 9.0), Sense::hover());
    let stroke = Stroke::new(1.0, context.theme.colors.line);
    ui.painter().hline(rect.x_range(), rect.center().y.round() - 0.5, stroke);
}

/// A text for the user over as many lines as it needs. Gives its height.
fn message(ui: &mut Ui, words: &str, ink: egui::Color32, context: &Context<'_>) -> f32 {
    let font = context.theme.regular(context.theme.font.text);
    let width = ui.available_width() - 16.0;
    let galley = ui.painter().layout(words.to_owned(), font, ink, width);
    let size = Vec2::new(ui.available_width(), galley.size().y + 12.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().galley(rect.min + Vec2::new(8.0, 6.0), galley, ink);
    size.y
}

/// A preset in the list.
fn entry(ui: &mut Ui, preset: &Preset, now: bool, fresh: bool, context: &mut Context<'_>) -> Response {
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
fn line(ui: &mut Ui, label: &str, can: bool, context: &mut Context<'_>) -> Response {
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
fn action(ui: &mut Ui, label: &'static str, can: bool, context: &mut Context<'_>) -> Response {
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
fn field(
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
