//! What a point that is dragged says of its values.

use dyad_core::param::Unit;
use egui::{Align2, Pos2, Rect, Ui, Vec2};

use crate::context::Context;
use crate::text;
use crate::theme::{Theme, corner};

/// A value as a text, with its name where that does not say what it is.
pub(super) fn value_of(index: usize, context: &Context<'_>) -> Option<String> {
    let info = context.info(index)?;
    let shown = text::shown(info, context.host.value(index));
    // A bare number does not say what it is.
    let bare = matches!(info.unit, Unit::None | Unit::Factor);
    Some(if bare { format!("{} {shown}", info.name) } else { shown })
}

/// A line of text beside a place: above it, or below where there is no room.
pub(super) fn tip(ui: &Ui, theme: &Theme, within: Rect, at: Pos2, distance: f32, text: &str) {
    let colors = &theme.colors;
    let galley = text::line(ui, text, theme.regular(theme.font.label), colors.text, within.width());
    let size = galley.size() + Vec2::new(12.0, 6.0);
    let above = at.y - distance - size.y;
    let y = if above >= within.top() { above } else { at.y + distance };
    let most = (within.right() - size.x).max(within.left());
    let x = (at.x - size.x * 0.5).clamp(within.left(), most);
    let back = Rect::from_min_size(Pos2::new(x.round(), y.round()), size);
    ui.painter().rect_filled(back, corner(theme.radius.small), colors.raised);
    text::put(ui, back, Align2::CENTER_CENTER, galley, colors.text);
}
