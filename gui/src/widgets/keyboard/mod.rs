//! Piano keys to play the sound with, and to see what sounds.

mod paint;
mod piano;
mod played;

use egui::{CursorIcon, Event, EventFilter, PointerButton, Pos2, Rect, Response, Sense, Ui, Vec2};

use crate::context::Context;
use crate::gesture::place;
use crate::shows::Shows;
use crate::theme::Theme;
use paint::Arrow;
use piano::{Piano, fitting, usable_first};
use played::ROW;
pub(crate) use played::{Played, end_notes};

/// Piano keys, as many octaves as there is room for, with buttons beside them: an octave down and up, and one that lets
/// the computer's keyboard play.
///
/// Pressed, a key plays: the lower on it, the louder; dragged along, one after the other. The computer's keyboard plays
/// once its button has the focus: A to L are white keys, the row above has the black ones, Z and X go an octave down
/// and up, Escape gives the keyboard back. Keys that sound are lit, by a stream of [`Keys`](dyad_core::show::Keys). All
/// notes end where the pointer or the focus leaves, and with the editor.
///
/// ```
/// use dyad_gui::{Context, Keyboard, Shows};
/// use egui::Ui;
///
/// fn keys(ui: &mut Ui, shows: &Shows, context: &mut Context<'_>) {
///     // What is held, and, in the signal's colour, what is played from it.
///     Keyboard::new(shows, 0).second(shows, 1).show(ui, context);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Keyboard {
    lit: u128,
    second: u128,
    octaves: Option<u8>,
    lowest: u8,
    height: f32,
}

/// The buttons at the left, and the gap beside them.
const BUTTONS: f32 = 52.0;
const GAP: f32 = 8.0;
/// What the computer's keys play with: 100 of MIDI's 127.
const VELOCITY: f32 = 100.0 / 127.0;
/// What the pointer plays with at a key's upper end.
const SOFTEST: f32 = 0.25;

impl Keyboard {
    /// Lit by this stream of [`Keys`](dyad_core::show::Keys), in the accent colour.
    #[must_use]
    pub fn new(shows: &Shows, stream: u8) -> Self {
        Self { lit: shows.keys(stream), second: 0, octaves: None, lowest: 36, height: 88.0 }
    }

    /// Lit by a second stream too, in the signal's colour.
    #[must_use]
    pub fn second(self, shows: &Shows, stream: u8) -> Self {
        Self { second: shows.keys(stream), ..self }
    }

    /// So many octaves, 1 to 10, instead of as many as there is room for.
    #[must_use]
    pub fn octaves(self, octaves: u8) -> Self {
        Self { octaves: Some(octaves.clamp(1, 10)), ..self }
    }

    /// The lowest key at first, a C; without this it is MIDI's 36.
    #[must_use]
    pub fn lowest(self, key: u8) -> Self {
        Self { lowest: key, ..self }
    }

    /// Its height in points; 88 without this.
    #[must_use]
    pub fn height(self, height: f32) -> Self {
        Self { height, ..self }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(240.0, self.height)
    }

    /// Where egui puts it, as wide as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = Vec2::new(ui.available_width().max(self.size(context.theme).x), self.height);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let id = ui.scope_id().with("keyboard");
        let keys = rect.with_min_x((rect.left() + BUTTONS + GAP).min(rect.right()));
        let octaves = self.octaves.unwrap_or_else(|| fitting(keys.width()));
        played::with(id, context, |played, context| {
            played.seen = true;
            let first = usable_first(played.first.unwrap_or(self.lowest), octaves);
            played.first = Some(first);
            let by_keys = buttons(ui, rect.with_max_x(rect.left() + BUTTONS), octaves, played, context);
            let piano =
                Piano::new(keys, played.first.unwrap_or(first), octaves, ui.ctx().pixels_per_point());
            let response = ui.interact(keys, id, Sense::click_and_drag());
            let response = response.on_hover_cursor(CursorIcon::PointingHand);
            point(ui, piano, &response, played, context);
            let hovered = response.hover_pos().and_then(|at| piano.at(at)).map(|(key, _)| key);
            let look = paint::Look {
                lit: |key| self.lit >> key & 1 != 0 || played.holds(key),
                second: |key| self.second >> key & 1 != 0,
                hovered: hovered.filter(|_| response.hovered()),
                letters: by_keys.then(|| base(piano.first, octaves)),
            };
            paint::piano(ui, context.theme, keys, piano, &look);
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::accesskit::Role::Group, true, "Piano keys")
            });
            response
        })
    }
}

/// The key that the computer's A plays: the C of the middle octave, or of the lower one of two.
fn base(first: u8, octaves: u8) -> u8 {
    first + (octaves - 1) / 2 * 12
}

/// Follows the pointer while it is held.
fn point(ui: &Ui, piano: Piano, response: &Response, played: &mut Played, context: &mut Context<'_>) {
    let at = |at: Pos2| piano.at(at).map(|(key, down)| (key, SOFTEST + (1.0 - SOFTEST) * down));
    let (held, now) = ui.input(|input| (input.pointer.primary_down(), input.pointer.latest_pos()));
    if response.is_pointer_button_down_on() && held {
        played.point(now.and_then(at), context);
        return;
    }
    // Pressed and let go between two frames.
    if response.clicked() && played.pointer.is_none() {
        let there = ui.input(|input| place(input, PointerButton::Primary));
        played.point(there.and_then(at), context);
    }
    played.point(None, context);
}

/// Draws the buttons and does what they are for. Whether the computer's keyboard plays.
fn buttons(ui: &mut Ui, rect: Rect, octaves: u8, played: &mut Played, context: &mut Context<'_>) -> bool {
    let first = played.first.unwrap_or_default();
    let middle = rect.center().y;
    let upper = rect.with_max_y(middle - 2.0);
    let lower = rect.with_min_y(middle + 2.0);
    let mut shift = 0_i16;
    for (side, arrow) in [(-1, Arrow::Left), (1, Arrow::Right)] {
        let half = if side < 0 {
            upper.with_max_x(upper.center().x - 2.0)
        } else {
            upper.with_min_x(upper.center().x + 2.0)
        };
        let to = i16::from(first) + side * 12;
        let there = u8::try_from(to).is_ok_and(|to| usable_first(to, octaves) == to);
        let sense = if there { Sense::click() } else { Sense::hover() };
        let response = ui.interact(half, ui.scope_id().with(("octave", side)), sense);
        let name = if side < 0 { "Octave down" } else { "Octave up" };
        paint::arrow(ui, context, &response, arrow, there);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Button, there, name));
        if response.on_hover_text(name).clicked() {
            shift = side;
        }
    }
    let id = ui.scope_id().with("computer");
    let response = ui.interact(lower, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
    if response.clicked() {
        if response.has_focus() {
            response.surrender_focus()
        } else {
            response.request_focus()
        }
        context.state.moving = true;
    }
    let plays = response.has_focus();
    if plays {
        shift += by_keys(ui, &response, base(first, octaves), played, context);
    } else {
        played.release_keys(context);
    }
    paint::computer(ui, context, &response, plays);
    response.widget_info(|| {
        let name = "Play with the computer's keyboard";
        egui::WidgetInfo::selected(egui::accesskit::Role::Switch, true, plays, name)
    });
    response.on_hover_text("Play with the computer's keyboard: A to L, Z and X for octaves, Esc to end");
    if shift != 0 {
        let to = i16::from(first) + shift.signum() * 12;
        if let Some(to) = u8::try_from(to).ok().filter(|to| usable_first(*to, octaves) == *to) {
            played.release_keys(context);
            played.first = Some(to);
        }
    }
    plays
}

/// Plays what the computer's keys say; gives the octaves that they shift by.
fn by_keys(ui: &Ui, response: &Response, base: u8, played: &mut Played, context: &mut Context<'_>) -> i16 {
    // All keys are its own, and the window has the display's focus, so that none goes up elsewhere.
    context.state.letters = true;
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let events = ui.input(|input| input.filtered_events(&filter));
    let mut shift = 0;
    for event in events {
        let Event::Key { key, pressed, repeat, modifiers, .. } = event else { continue };
        let step = ROW.iter().position(|own| *own == key);
        match (step, pressed) {
            (Some(_), false) => played.release(key, context),
            _ if repeat || !pressed || modifiers.command || modifiers.alt => {}
            (Some(step), true) => played.press(key, base + step as u8, VELOCITY, context),
            (None, _) => match key {
                egui::Key::Z => shift = -1,
                egui::Key::X => shift = 1,
                _ => {}
            },
        }
    }
    shift
}
