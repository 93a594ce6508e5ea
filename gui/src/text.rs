//! How texts are set: signs, capitals, and what becomes of a text that is too long.

use std::sync::Arc;

use dyad_core::param::{ParamInfo, ValueKind};
use egui::epaint::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Align2, Color32, FontId, Galley, Rect, Ui};

/// A value as an editor shows it: the core's text with the signs of print, a true minus and ∞.
#[must_use]
pub fn shown(info: &ParamInfo, plain: f64) -> String {
    let text = info.display_text(plain);
    match info.kind {
        ValueKind::Float | ValueKind::Int => print_signs(&text),
        ValueKind::Bool | ValueKind::Choice(_) => text,
    }
}

/// A hyphen before a number becomes a minus, `inf` becomes ∞. The core reads both.
pub(crate) fn print_signs(text: &str) -> String {
    match text.strip_prefix('-') {
        Some(rest) => match rest.strip_prefix("inf") {
            Some(unit) => format!("\u{2212}\u{221e}{unit}"),
            None => format!("\u{2212}{rest}"),
        },
        None => match text.strip_prefix("inf") {
            Some(unit) => format!("\u{221e}{unit}"),
            None => text.to_owned(),
        },
    }
}

/// Room between the letters of capitals, as a part of their size.
const CAPITALS: f32 = 0.04;

/// One line of text, with an ellipsis where it is wider than `width`.
pub(crate) fn line(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    set(ui, text.to_owned(), font, color, width, 0.0)
}

/// A label in capitals.
pub(crate) fn capitals(ui: &Ui, text: &str, font: FontId, color: Color32, width: f32) -> Arc<Galley> {
    let spacing = font.size * CAPITALS;
    set(ui, text.to_uppercase(), font, color, width, spacing)
}

fn set(ui: &Ui, text: String, font: FontId, color: Color32, width: f32, spacing: f32) -> Arc<Galley> {
    let format =
        TextFormat { font_id: font, color, extra_letter_spacing: spacing, ..TextFormat::default() };
    let mut job = LayoutJob::single_section(text, format);
    job.break_on_newline = false;
    job.wrap = TextWrapping {
        max_width: if width.is_finite() { width.max(0.0) } else { f32::INFINITY },
        max_rows: 1,
        break_anywhere: true,
        overflow_character: Some('\u{2026}'),
    };
    ui.painter().layout_job(job)
}

/// Puts a line into a rectangle.
pub(crate) fn put(ui: &Ui, rect: Rect, align: Align2, galley: Arc<Galley>, color: Color32) -> Rect {
    let place = align.align_size_within_rect(galley.size(), rect);
    ui.painter().galley(place.min, galley, color);
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::param::{Range, Unit};

    #[test]
    fn what_is_shown_can_be_typed() {
        let gain = ParamInfo::new("gain", ValueKind::Float)
            .range(Range::linear(-60.0, 24.0))
            .unit(Unit::Decibels)
            .silent_at_min();
        for (plain, text) in [(-6.0, "\u{2212}6.0 dB"), (-60.0, "\u{2212}\u{221e} dB"), (3.0, "3.0 dB")] {
            assert_eq!(shown(&gain, plain), text);
            assert_eq!(gain.parse_text(text), Some(plain), "{text}");
        }
        let ratio = ParamInfo::new("ratio", ValueKind::Float)
            .range(Range::log(1.0, 50.0))
            .unit(Unit::Other(": 1"))
            .infinite_at_max();
        assert_eq!(shown(&ratio, 50.0), "\u{221e} : 1");
        assert_eq!(ratio.parse_text("\u{221e} : 1"), Some(50.0));
    }
}
