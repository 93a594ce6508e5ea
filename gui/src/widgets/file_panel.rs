//! A list of a folder, to choose a file from.

use std::path::Path;

use egui::{
    Align2, CursorIcon, Id, Key, Popup, PopupAnchor, PopupCloseBehavior, Pos2, Rect, Response, ScrollArea,
    Sense, Stroke, StrokeKind, Ui, Vec2,
};

use crate::context::Context;
use crate::files::{self, Listing};
use crate::text;
use crate::theme::corner;

/// A folder that is being looked into.
#[derive(Clone, Debug)]
pub(super) struct Panel {
    listing: Listing,
    /// Where the keyboard is.
    cursor: usize,
    /// The cursor is to be seen.
    follow: bool,
    fresh: bool,
    /// What was typed to find a name, and when.
    typed: String,
    typed_at: f64,
    /// The file that is set.
    chosen: String,
}

/// What became of it in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PanelAnswer {
    Stays,
    Closes,
    Takes(String),
}

/// Height of a line, and of the list at most.
const LINE: f32 = 24.0;
const LIST: f32 = 240.0;
/// Its least width.
const WIDTH: f32 = 280.0;
/// Seconds after which a letter begins another name.
const TYPING: f64 = 1.0;

impl Panel {
    /// Looks into the folder of this file.
    pub(super) fn open(chosen: &str, extensions: &[&str]) -> Self {
        let mut panel = Self {
            listing: Listing::default(),
            cursor: 0,
            follow: true,
            fresh: true,
            typed: String::new(),
            typed_at: 0.0,
            chosen: chosen.to_owned(),
        };
        panel.go(&files::folder_of(chosen), extensions);
        panel.point_to(chosen);
        panel
    }

    fn go(&mut self, folder: &str, extensions: &[&str]) {
        let before = std::mem::take(&mut self.listing).folder;
        self.listing = files::list(folder, extensions);
        (self.cursor, self.follow) = (0, true);
        // Where one came from is where one goes on.
        self.point_to(&before);
    }

    fn point_to(&mut self, path: &str) {
        if let Some(place) = self.listing.entries.iter().position(|entry| entry.path == path) {
            self.cursor = place;
        }
    }

    /// Shows it below its field.
    pub(super) fn show(
        &mut self,
        ui: &Ui,
        field: &Response,
        frame: Rect,
        extensions: &[&str],
        context: &mut Context<'_>,
    ) -> PanelAnswer {
        let id = field.id.with("panel");
        let (mut answer, mut open) = (PanelAnswer::Stays, true);
        let popup = Popup::new(id, ui.ctx().clone(), PopupAnchor::ParentRect(frame), field.layer_id);
        // A click elsewhere, or Escape, closes it.
        let popup = popup.open_bool(&mut open).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        popup.width(frame.width().max(WIDTH)).gap(4.0).show(|ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            answer = self.content(ui, id, extensions, context);
        });
        if !open && answer == PanelAnswer::Stays { PanelAnswer::Closes } else { answer }
    }

    fn content(
        &mut self,
        ui: &mut Ui,
        id: Id,
        extensions: &[&str],
        context: &mut Context<'_>,
    ) -> PanelAnswer {
        let up = self.head(ui, id, context);
        let width = ui.available_width();
        // One control for the keyboard: there may be thousands of lines.
        let (line, _) = ui.allocate_exact_size(Vec2::new(width, 1.0), Sense::hover());
        let keys = ui.interact(line, id.with("keys"), Sense::focusable_noninteractive());
        // Its first frame only finds out how large it is, and takes no keyboard.
        let fresh = std::mem::take(&mut self.fresh) && !keys.has_focus();
        if fresh {
            self.fresh = true;
            keys.request_focus();
        }
        let filter = egui::EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..egui::EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(keys.id, filter));
        // The key that has opened it is none of its own.
        let mut answer = match fresh {
            true => PanelAnswer::Stays,
            false => self.keys(ui, &keys, extensions, context),
        };
        let (theme, colors) = (context.theme, &context.theme.colors);
        ui.painter().hline(line.x_range(), line.center().y, Stroke::new(1.0, colors.line));
        if let Some(words) = self.listing.error.clone() {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(width, LINE), Sense::hover());
            let ink = colors.warn;
            let galley = text::line(ui, &words, theme.regular(theme.font.text), ink, width - 16.0);
            text::put(ui, rect.shrink2(Vec2::new(8.0, 0.0)), Align2::LEFT_CENTER, galley, ink);
        } else if self.listing.entries.is_empty() {
            let (rect, _) = ui.allocate_exact_size(Vec2::new(width, LINE * 2.0), Sense::hover());
            let words = "No files that fit";
            let galley = text::line(ui, words, theme.regular(theme.font.text), colors.dim, width);
            text::put(ui, rect, Align2::CENTER_CENTER, galley, colors.dim);
        }
        if let Some(entered) = self.list(ui, id, context) {
            answer = self.enter(entered, extensions);
        }
        if up && let Some(parent) = self.listing.parent.clone() {
            self.go(&parent, extensions);
            keys.request_focus();
        }
        answer
    }

    /// The folder, and the way to the one above.
    fn head(&self, ui: &mut Ui, id: Id, context: &Context<'_>) -> bool {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), LINE + 4.0), Sense::hover());
        let button = rect.with_max_x(rect.left() + LINE + 4.0);
        let mut clicked = false;
        if self.listing.parent.is_some() {
            let response = ui.interact(button, id.with("up"), Sense::click());
            let response = response.on_hover_cursor(CursorIcon::PointingHand);
            let ink = if response.hovered() { colors.text } else { colors.dim };
            let center = button.center();
            let points = [(-4.0, 0.0), (0.0, -4.0), (4.0, 0.0)].map(|(x, y)| center + Vec2::new(x, y));
            let stroke = Stroke::new(1.5, ink);
            ui.painter().add(egui::epaint::PathShape::line(points.to_vec(), stroke));
            let stem = [center + Vec2::new(0.0, -4.0), center + Vec2::new(0.0, 5.0)];
            ui.painter().line_segment(stem, stroke);
            if context.shows_focus(&response) {
                let radius = corner(theme.radius.small);
                ui.painter().rect_stroke(
                    button.shrink(2.0),
                    radius,
                    Stroke::new(1.5, colors.signal),
                    StrokeKind::Inside,
                );
            }
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, "The folder above")
            });
            clicked = response.clicked();
            response.on_hover_text("The folder above");
        }
        let names = Rect::from_min_max(Pos2::new(button.right() + 2.0, rect.top()), rect.max);
        let folder = Path::new(&self.listing.folder);
        let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or(&self.listing.folder);
        let galley = text::line(ui, name, theme.strong(theme.font.text), colors.text, names.width());
        text::put(ui, names, Align2::LEFT_CENTER, galley, colors.text);
        let hover = ui.interact(names, id.with("folder"), Sense::hover());
        hover.on_hover_text(&self.listing.folder);
        clicked
    }

    /// Draws the lines that are to be seen; gives the one that was clicked.
    fn list(&mut self, ui: &mut Ui, id: Id, context: &Context<'_>) -> Option<usize> {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let count = self.listing.entries.len();
        let mut entered = None;
        let mut area = ScrollArea::vertical().id_salt(&self.listing.folder).max_height(LIST);
        if std::mem::take(&mut self.follow) {
            // In the middle, as far as that goes.
            let top = (self.cursor as f32 + 0.5) * LINE - LIST * 0.5;
            area = area.vertical_scroll_offset(top.clamp(0.0, (count as f32 * LINE - LIST).max(0.0)));
        }
        area.show_rows(ui, LINE, count, |ui, rows| {
            for row in rows {
                let entry = &self.listing.entries[row];
                let size = Vec2::new(ui.available_width(), LINE);
                let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
                let response = ui.interact(rect, id.with(("line", row)), Sense::CLICK);
                let response = response.on_hover_cursor(CursorIcon::PointingHand);
                let at = row == self.cursor && context.state.keyboard;
                if response.hovered() || at {
                    ui.painter().rect_filled(rect, corner(theme.radius.small), colors.line);
                }
                let sign = Pos2::new(rect.left() + 14.0, rect.center().y);
                if entry.is_folder {
                    folder_sign(ui, sign, colors.dim);
                } else if entry.path == self.chosen {
                    ui.painter().circle_filled(sign, 3.0, colors.accent);
                }
                let names = Rect::from_min_max(Pos2::new(rect.left() + 30.0, rect.top()), rect.max);
                let font = theme.regular(theme.font.value);
                let galley = text::line(ui, &entry.name, font, colors.text, names.width() - 12.0);
                let elided = galley.elided;
                text::put(ui, names, Align2::LEFT_CENTER, galley, colors.text);
                response.widget_info(|| {
                    let role = egui::accesskit::Role::ListBoxOption;
                    egui::WidgetInfo::selected(role, true, row == self.cursor, &entry.name)
                });
                if response.clicked() {
                    entered = Some(row);
                }
                if elided {
                    response.on_hover_text(&entry.name);
                }
            }
        });
        entered
    }

    fn keys(
        &mut self,
        ui: &Ui,
        keys: &Response,
        extensions: &[&str],
        context: &mut Context<'_>,
    ) -> PanelAnswer {
        if !keys.has_focus() {
            return PanelAnswer::Stays;
        }
        // They find a name.
        context.state.letters = true;
        let last = self.listing.entries.len().saturating_sub(1);
        let page = (LIST / LINE) as usize;
        let events: Vec<egui::Event> = ui.input(|input| input.events.clone());
        for event in events {
            match event {
                egui::Event::Text(letters) => self.find(&letters, context.state.now),
                egui::Event::Key { key, pressed: true, .. } => {
                    let cursor = match key {
                        Key::ArrowDown => self.cursor + 1,
                        Key::ArrowUp => self.cursor.saturating_sub(1),
                        Key::PageDown => self.cursor + page,
                        Key::PageUp => self.cursor.saturating_sub(page),
                        Key::Home => 0,
                        Key::End => last,
                        Key::Backspace | Key::ArrowLeft => {
                            if let Some(parent) = self.listing.parent.clone() {
                                self.go(&parent, extensions);
                            }
                            continue;
                        }
                        Key::Enter => return self.enter(self.cursor, extensions),
                        Key::ArrowRight => {
                            let entry = self.listing.entries.get(self.cursor);
                            if entry.is_some_and(|entry| entry.is_folder) {
                                self.enter(self.cursor, extensions);
                            }
                            continue;
                        }
                        Key::Escape => return PanelAnswer::Closes,
                        _ => continue,
                    };
                    (self.cursor, self.follow) = (cursor.min(last), true);
                }
                _ => {}
            }
        }
        PanelAnswer::Stays
    }

    /// Goes to the first name that begins with what is typed.
    fn find(&mut self, letters: &str, now: f64) {
        if now - self.typed_at > TYPING {
            self.typed.clear();
        }
        self.typed_at = now;
        self.typed.push_str(&letters.to_lowercase());
        let begins = |name: &str| name.to_lowercase().starts_with(&self.typed);
        if let Some(place) = self.listing.entries.iter().position(|entry| begins(&entry.name)) {
            (self.cursor, self.follow) = (place, true);
        }
    }

    /// Goes into a folder, or takes a file.
    fn enter(&mut self, place: usize, extensions: &[&str]) -> PanelAnswer {
        let Some(entry) = self.listing.entries.get(place).cloned() else { return PanelAnswer::Stays };
        if entry.is_folder {
            self.go(&entry.path, extensions);
            return PanelAnswer::Stays;
        }
        PanelAnswer::Takes(entry.path)
    }
}

fn folder_sign(ui: &Ui, center: Pos2, color: egui::Color32) {
    let at = |x: f32, y: f32| center + Vec2::new(x, y);
    let points =
        vec![at(-6.0, -4.5), at(-2.0, -4.5), at(0.0, -2.5), at(6.0, -2.5), at(6.0, 4.5), at(-6.0, 4.5)];
    ui.painter().add(egui::Shape::closed_line(points, Stroke::new(1.25, color)));
}
