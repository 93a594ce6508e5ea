//! The menu of presets: the list, and what can be done with them.

use egui::{Popup, PopupCloseBehavior, Rect, Response, ScrollArea, Ui, Vec2};

use super::plan::Plan;
use super::rows::{LINE, action, entry, field, heading, line, message, rule};
use crate::context::Context;
use crate::session::{Command, PresetId, Refused};

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
