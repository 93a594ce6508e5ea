//! How the keys and their buttons look.

use egui::{Align2, Color32, CornerRadius, Pos2, Rect, Response, Stroke, StrokeKind, Ui, Vec2};

use super::piano::Piano;
use super::played::ROW;
use crate::context::Context;
use crate::theme::{Theme, corner};
use crate::widgets::{focus_ring, mix};

/// What is to be seen of the keys.
pub(super) struct Look<A, B> {
    pub(super) lit: A,
    pub(super) second: B,
    pub(super) hovered: Option<u8>,
    /// The computer's keys are written on those that they play, from this one on.
    pub(super) letters: Option<u8>,
}

/// Which way an arrow points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Arrow {
    Left,
    Right,
}

/// Draws all keys.
pub(super) fn piano<A: Fn(u8) -> bool, B: Fn(u8) -> bool>(
    ui: &Ui,
    theme: &Theme,
    rect: Rect,
    piano: Piano,
    look: &Look<A, B>,
) {
    let (colors, painter) = (&theme.colors, ui.painter());
    painter.rect_filled(rect.expand(1.0), corner(theme.radius.small + 1.0), colors.well);
    let ivory = mix(colors.value, colors.outline, 0.1);
    let ebony = mix(colors.well, colors.raised, 0.35);
    for key in piano.keys(false).chain(piano.keys(true)) {
        let (place, black) = (piano.place(key), super::piano::is_black(key));
        let own = if black { ebony } else { ivory };
        let lit = [((look.lit)(key), colors.accent), ((look.second)(key), colors.signal)];
        let fill = match lit {
            [(true, color), _] | [_, (true, color)] => color,
            _ if look.hovered == Some(key) => mix(own, colors.accent, if black { 0.35 } else { 0.25 }),
            _ => own,
        };
        let down = lit[0].0 || lit[1].0;
        let round = CornerRadius { nw: 0, ne: 0, sw: 3, se: 3 };
        if black {
            painter.rect_filled(place.expand2(Vec2::new(1.0, 0.0)), round, colors.well);
            painter.rect_filled(place, round, mix(fill, colors.well, 0.45));
            // The face, in front of which the key goes down.
            let front = if down { 2.0 } else { (place.height() * 0.09).round().max(3.0) };
            let face = place.shrink2(Vec2::new(1.0, 0.0)).with_max_y(place.bottom() - front);
            let face_color = if down { fill } else { mix(fill, colors.outline, 0.28) };
            painter.rect_filled(face, CornerRadius { nw: 0, ne: 0, sw: 2, se: 2 }, face_color);
        } else {
            painter.rect_filled(place, round, mix(fill, colors.well, if down { 0.12 } else { 0.3 }));
            let front = if down { 1.0 } else { 3.0 };
            painter.rect_filled(place.with_max_y(place.bottom() - front), round, fill);
        }
        if lit[0].0 && lit[1].0 {
            // Both: the front is the second's.
            let half = place.with_min_y(place.top() + place.height() * 0.55);
            painter.rect_filled(half, round, colors.signal);
        }
        if lit[1].0 {
            let size = (place.width() * 0.16).clamp(1.5, 3.5);
            // Above what is written.
            let y = if black { place.bottom() - 8.0 } else { place.top() + place.height() * 0.6 };
            painter.circle_filled(Pos2::new(place.center().x, y), size, colors.well);
        }
        write(ui, theme, key, place, down, look.letters);
    }
    // Keys come out from under the edge.
    let shade = Color32::from_black_alpha(70);
    painter.rect_filled(rect.with_max_y(rect.top() + 3.0), 0.0, shade);
}

/// The octave's number on each C, and the computer's keys.
fn write(ui: &Ui, theme: &Theme, key: u8, place: Rect, lit: bool, letters: Option<u8>) {
    let (colors, black) = (&theme.colors, super::piano::is_black(key));
    let font = theme.regular(theme.font.small);
    let letter = letters.and_then(|base| key.checked_sub(base)).and_then(|step| ROW.get(usize::from(step)));
    let dark = if black && !lit { colors.text } else { colors.well };
    if let Some(letter) = letter {
        let at = Pos2::new(place.center().x, place.bottom() - if black { 16.0 } else { 20.0 });
        ui.painter().text(at, Align2::CENTER_CENTER, letter.name(), font.clone(), dark);
    }
    if key.is_multiple_of(12) && place.width() >= 12.0 {
        let name = format!("C{}", i16::from(key / 12) - 1);
        let ink = if lit { colors.well } else { mix(colors.line, colors.outline, 0.35) };
        let at = Pos2::new(place.center().x, place.bottom() - 5.0);
        ui.painter().text(at, Align2::CENTER_BOTTOM, name, font, ink);
    }
}

/// The ground of a button, and the ink on it.
fn button(ui: &Ui, theme: &Theme, response: &Response, on: bool, usable: bool) -> Color32 {
    let colors = &theme.colors;
    let pressed = response.is_pointer_button_down_on() && usable;
    let fill = match (on || pressed, response.hovered() && usable) {
        (true, _) => mix(colors.raised, colors.signal, 0.3),
        (false, true) => colors.line,
        (false, false) => colors.raised,
    };
    let edge = match (on, usable) {
        (true, _) => colors.signal,
        (false, true) => colors.outline,
        (false, false) => colors.line,
    };
    let radius = corner(theme.radius.control);
    ui.painter().rect(response.rect, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
    if usable { colors.text } else { colors.outline }
}

/// A button that goes an octave down or up.
pub(super) fn arrow(ui: &Ui, context: &Context<'_>, response: &Response, arrow: Arrow, usable: bool) {
    let ink = button(ui, context.theme, response, false, usable);
    let (center, way) = (response.rect.center(), if arrow == Arrow::Left { -1.0 } else { 1.0 });
    let tip = center + Vec2::new(2.0 * way, 0.0);
    for side in [-4.0, 4.0] {
        ui.painter().line_segment([tip, tip + Vec2::new(-4.0 * way, side)], Stroke::new(1.5, ink));
    }
    if context.shows_focus(response) {
        focus_ring(ui, context.theme, response.rect, corner(context.theme.radius.control));
    }
}

/// The button of the computer's keyboard: a picture of one.
pub(super) fn computer(ui: &Ui, context: &Context<'_>, response: &Response, on: bool) {
    let ink = button(ui, context.theme, response, on, true);
    let painter = ui.painter();
    let body = Rect::from_center_size(response.rect.center(), Vec2::new(24.0, 14.0));
    painter.rect_stroke(body, 2.0, Stroke::new(1.0, ink), StrokeKind::Inside);
    for row in 0..2_u8 {
        for key in 0..5_u8 {
            let at = body.min
                + Vec2::new(4.0 + f32::from(key) * 4.0 - f32::from(row), 3.0 + f32::from(row) * 3.0);
            painter.rect_filled(Rect::from_min_size(at, Vec2::splat(2.0)), 0.0, ink);
        }
    }
    let space = Rect::from_center_size(body.center() + Vec2::new(0.0, 3.0), Vec2::new(10.0, 2.0));
    painter.rect_filled(space, 0.0, ink);
    if context.shows_focus(response) {
        focus_ring(ui, context.theme, response.rect, corner(context.theme.radius.control));
    }
}
