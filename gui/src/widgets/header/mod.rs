//! The upper edge of an editor.

mod menu;
mod plan;
mod rows;

use std::borrow::Cow;

use dyad_core::param::Role;
use egui::epaint::PathShape;
use egui::{
    Align2, Color32, CursorIcon, Id, Key, Popup, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind,
    Ui, Vec2,
};

use super::{Bypass, focus_ring, mix};
use crate::context::Context;
use crate::gesture::hold_arrows;
use crate::session::{Command, Refused, Slot};
use crate::text;
use crate::theme::corner;
use menu::Menu;
use plan::{ARROW, BUTTON, Plan};

/// The upper edge of an editor: bypass, the plugin's name, presets, A and B, undo and redo. It is the
/// theme's header high. Where there is too little room, what can be undone goes into the menu of presets
/// first, then A and B; then the name goes.
///
/// The keys for undo and redo work in any editor, with this or without.
#[derive(Clone, Copy, Debug)]
pub struct Header;

/// What is kept of a header between two frames.
#[derive(Clone, Debug, Default)]
pub(crate) struct HeaderState {
    menu: Menu,
    /// What became of the last command.
    pub(crate) outcome: Option<Result<(), Refused>>,
    /// Where everything is in this frame, in points.
    pub(crate) places: Vec<(Cow<'static, str>, Rect)>,
}

/// The mark of a preset in which something was changed.
const CHANGED: &str = "\u{2022}";

impl Header {
    /// Over the whole width, where egui puts it.
    pub fn show(ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = Vec2::new(ui.available_width(), context.theme.space.header);
        let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
        Self::put(ui, rect, context);
        response
    }

    /// In this rectangle.
    pub fn put(ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        let colors = &theme.colors;
        let mut params = context.description.params.iter();
        let bypass = params.position(|param| param.info.role == Role::Bypass);
        let info = &context.description.info;
        let font = theme.strong(theme.font.title);
        let name = text::line(ui, info.name, font, colors.text, f32::INFINITY).size().x;
        let plan = plan::plan(rect, theme, bypass.is_some(), name.ceil());
        let mut names = plan.names;
        if let (Some(index), Some(place)) = (bypass, plan.bypass) {
            Bypass::new(index).put(ui, place, context);
            if context.host.value(index) >= 0.5 {
                names = bypassed(ui, names, context);
            }
        }
        title(ui, names, context);
        presets(ui, &plan, context);
        if let Some(rect) = plan.slots {
            slots(ui, rect, context);
        }
        if let Some(rect) = plan.history {
            history(ui, rect, context);
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, colors.line));
    }
}

/// In words too: the button's colour is not all that tells. Gives what is left for the name.
fn bypassed(ui: &Ui, names: Rect, context: &Context<'_>) -> Rect {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let galley = text::line(ui, "Bypassed", theme.regular(theme.font.text), colors.warn, names.width());
    let size = galley.size() + Vec2::new(16.0, 6.0);
    let left = (names.right() - size.x).max(names.left());
    let chip = Rect::from_min_size(Pos2::new(left, (names.center().y - size.y * 0.5).round()), size);
    if chip.right() > names.right() + 12.0 {
        return names;
    }
    let stroke = Stroke::new(1.0, colors.warn);
    ui.painter().rect_stroke(chip, corner(theme.radius.control), stroke, StrokeKind::Inside);
    text::put(ui, chip, Align2::CENTER_CENTER, galley, colors.warn);
    names.with_max_x((chip.left() - theme.space.gap).max(names.left()))
}

/// The plugin's name and its vendor's, as far as there is room.
fn title(ui: &Ui, room: Rect, context: &Context<'_>) {
    let (theme, colors) = (context.theme, &context.theme.colors);
    // Less than this is no name.
    if room.width() < 24.0 {
        return;
    }
    let info = &context.description.info;
    let title = text::line(ui, info.name, theme.strong(theme.font.title), colors.text, room.width());
    let baseline = |galley: &egui::Galley| galley.rows.first().map_or(0.0, |row| row.max_y());
    let place = text::put(ui, room, Align2::LEFT_CENTER, title.clone(), colors.text);
    let rest = room.right() - place.right() - 8.0;
    let font = theme.regular(theme.font.text);
    let vendor = text::line(ui, info.vendor, font, colors.dim, f32::INFINITY);
    if vendor.size().x <= rest {
        // Both stand on one line of type.
        let y = place.top() + baseline(&title) - baseline(&vendor) - 1.0;
        ui.painter().galley(Pos2::new(place.right() + 8.0, y), vendor, colors.dim);
    }
}

/// A box for what belongs together.
fn frame(ui: &Ui, rect: Rect, context: &Context<'_>) {
    let colors = &context.theme.colors;
    let stroke = Stroke::new(1.0, colors.line);
    let radius = corner(context.theme.radius.control);
    ui.painter().rect(rect, radius, colors.panel, stroke, StrokeKind::Inside);
}

/// A part of a box that is clicked.
fn button(ui: &Ui, rect: Rect, name: &'static str, enabled: bool, context: &mut Context<'_>) -> Response {
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    sensing(ui, rect, name, sense, context)
}

/// The same with a sense of its own.
fn sensing(ui: &Ui, rect: Rect, name: &'static str, sense: Sense, context: &mut Context<'_>) -> Response {
    let id: Id = ui.scope_id().with(("header", name));
    let response = ui.interact(rect, id, sense);
    let enabled = sense.senses_click();
    let response = if enabled { response.on_hover_cursor(CursorIcon::PointingHand) } else { response };
    let (theme, colors) = (context.theme, &context.theme.colors);
    if enabled && response.hovered() {
        let fill = mix(colors.raised, colors.line, 0.6);
        ui.painter().rect_filled(rect.shrink(1.0), corner(theme.radius.control - 1.0), fill);
    }
    if context.shows_focus(&response) {
        focus_ring(ui, theme, rect, corner(theme.radius.control));
    }
    hold_arrows(ui, &response);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, enabled, name));
    context.state.header.places.push((name.into(), rect));
    response
}

/// The box with the preset's name, its arrows, and the menu.
fn presets(ui: &mut Ui, plan: &Plan, context: &mut Context<'_>) {
    let (theme, colors) = (context.theme, &context.theme.colors);
    let rect = plan.presets;
    if rect.width() < 8.0 {
        return;
    }
    frame(ui, rect, context);
    let mut inner = rect;
    if plan.arrows {
        for (name, by, place) in [
            ("Previous preset", -1, rect.with_max_x(rect.left() + ARROW)),
            ("Next preset", 1, rect.with_min_x(rect.right() - ARROW)),
        ] {
            // By the keyboard the name does it.
            let response = sensing(ui, place, name, Sense::CLICK, context).on_hover_text(name);
            let ink = if response.hovered() { colors.text } else { colors.dim };
            let by_x = by as f32;
            let points = [(-1.5, -4.0), (2.0, 0.0), (-1.5, 4.0)];
            let points = points.map(|(x, y)| place.center() + Vec2::new(x * by_x, y));
            ui.painter().add(Shape::line(points.to_vec(), Stroke::new(1.5, ink)));
            if response.clicked() {
                context.want(Command::Step(by));
            }
        }
        inner = Rect::from_min_max(
            Pos2::new(rect.left() + ARROW, rect.top()),
            Pos2::new(rect.right() - ARROW, rect.bottom()),
        );
    }
    let response = button(ui, inner, "Presets", true, context);
    if response.has_focus() {
        let presses =
            |keys: [Key; 2]| ui.input(|input| keys.iter().map(|key| input.num_presses(*key)).sum());
        let on: usize = presses([Key::ArrowRight, Key::ArrowDown]);
        let back: usize = presses([Key::ArrowLeft, Key::ArrowUp]);
        if on != back {
            context.want(Command::Step(if on > back { 1 } else { -1 }));
        }
    }
    let status = context.session().status();
    let font = theme.regular(theme.font.value);
    let mark = text::line(ui, CHANGED, font.clone(), colors.accent, 20.0);
    let marked = if status.changed { mark.size().x + 4.0 } else { 0.0 };
    let room = inner.shrink2(Vec2::new(6.0, 0.0));
    let ink = if status.preset.is_some() { colors.text } else { colors.dim };
    let name = text::line(ui, &status.name, font, ink, room.width() - marked);
    let elided = name.elided;
    let width = name.size().x + marked;
    let place = Rect::from_center_size(room.center(), Vec2::new(width, room.height()));
    text::put(ui, place, Align2::LEFT_CENTER, name, ink);
    if status.changed {
        text::put(ui, place, Align2::RIGHT_CENTER, mark, colors.accent);
    }
    let id = Popup::default_response_id(&response);
    if response.clicked() {
        context.state.header.menu.opens();
        context.want(Command::Refresh);
    }
    // What an arrow could not load is said in the menu.
    if let Some(Err(refused)) = context.state.header.outcome.take_if(|_| !Popup::is_id_open(ui.ctx(), id)) {
        context.state.header.menu.opens();
        context.state.header.menu.say(refused);
        Popup::open_id(ui.ctx(), id);
    }
    menu::show(ui, &response, rect, plan, context);
    let open = Popup::is_id_open(ui.ctx(), id);
    if open {
        let radius = corner(theme.radius.control);
        let stroke = Stroke::new(1.0, colors.accent);
        ui.painter().rect_stroke(rect, radius, stroke, StrokeKind::Inside);
    } else if elided || status.changed {
        let changed = if status.changed { ", changed" } else { "" };
        response.on_hover_text(format!("{}{changed}", status.name));
    }
}

/// A and B.
fn slots(ui: &Ui, rect: Rect, context: &mut Context<'_>) {
    let (theme, colors) = (context.theme, &context.theme.colors);
    frame(ui, rect, context);
    let now = context.session().status().slot;
    for slot in [Slot::A, Slot::B] {
        let left = rect.left() + if slot == Slot::A { 0.0 } else { BUTTON };
        let place = Rect::from_min_size(Pos2::new(left, rect.top()), Vec2::new(BUTTON, rect.height()));
        if slot == now {
            let radius = corner(theme.radius.control - 1.0);
            ui.painter().rect_filled(place.shrink(1.0), radius, colors.line);
        }
        let response = button(ui, place, slot.name(), true, context);
        let (font, ink) = match slot == now {
            true => (theme.strong(theme.font.value), colors.text),
            false => (theme.regular(theme.font.value), colors.dim),
        };
        let galley = text::line(ui, slot.name(), font, ink, BUTTON);
        text::put(ui, place, Align2::CENTER_CENTER, galley, ink);
        if response.clicked() {
            context.want(Command::Select(slot));
        }
        response.on_hover_text(match slot == now {
            true => format!("{} is to be heard", slot.name()),
            false => format!("Switch to {}", slot.name()),
        });
    }
}

/// Undo and redo.
fn history(ui: &Ui, rect: Rect, context: &mut Context<'_>) {
    let colors = &context.theme.colors;
    frame(ui, rect, context);
    let status = context.session().status();
    for (name, what, command, side) in
        [("Undo", &status.undo, Command::Undo, -1.0), ("Redo", &status.redo, Command::Redo, 1.0)]
    {
        let center = Pos2::new(rect.center().x + side * BUTTON * 0.5, rect.center().y);
        let place = Rect::from_center_size(center, Vec2::new(BUTTON, rect.height()));
        let response = button(ui, place, name, what.is_some(), context);
        let ink = match what {
            Some(_) if response.hovered() => colors.text,
            Some(_) => colors.value,
            None => mix(colors.line, colors.outline, 0.4),
        };
        turned_arrow(ui, center, side, ink);
        if response.clicked() {
            context.want(command);
        }
        response.on_hover_text(match what {
            Some(what) => format!("{name} {what}"),
            None => format!("Nothing to {}", name.to_lowercase()),
        });
    }
}

/// An arrow that turns back (−1) or on (1).
fn turned_arrow(ui: &Ui, center: Pos2, side: f32, ink: Color32) {
    let stroke = Stroke::new(1.5, ink);
    let at = |x: f32, y: f32| center + Vec2::new(x * -side, y);
    // From its tip at the left over an arc to the lower right, for undo.
    let arc = (0..=16).map(|n| {
        let angle = (-90.0 + 180.0 * n as f32 / 16.0).to_radians();
        at(-1.5 + 4.0 * angle.cos() + 1.0, 0.5 + 4.0 * angle.sin())
    });
    let mut line = vec![at(-5.0, -3.5)];
    line.extend(arc);
    line.push(at(-3.0, 4.5));
    ui.painter().add(PathShape::line(line, stroke));
    let tip = vec![at(-2.5, -6.25), at(-5.25, -3.5), at(-2.5, -0.75)];
    ui.painter().add(PathShape::line(tip, stroke));
}
