//! A line of text from the sound half.

use dyad_core::show::Severity;
use egui::epaint::PathShape;
use egui::{Align2, Color32, Pos2, Rect, Response, Sense, Shape, Stroke, Ui, Vec2};

use crate::context::Context;
use crate::shows::Shows;
use crate::text;
use crate::theme::Theme;

/// What the sound half says to the user, with a sign for how it is meant; nothing where it says nothing.
#[derive(Clone, Copy)]
pub struct Notice<'a> {
    shows: &'a Shows,
    stream: u8,
}

/// Side of the sign.
const SIGN: f32 = 14.0;

impl<'a> Notice<'a> {
    /// The notice of this stream.
    #[must_use]
    pub fn new(shows: &'a Shows, stream: u8) -> Self {
        Self { shows, stream }
    }

    /// The room that it needs at least.
    #[must_use]
    pub fn size(self, _theme: &Theme) -> Vec2 {
        Vec2::new(160.0, 24.0)
    }

    /// Where egui puts it, over the whole width.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = self.size(context.theme);
        let size = Vec2::new(ui.available_width().max(size.x), size.y);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("notice", self.stream)));
        let response = ui.interact(rect, id, Sense::hover());
        let Some((severity, words)) = self.shows.notice(self.stream) else { return response };
        let colors = &theme.colors;
        let (sign, ink) = match severity {
            Severity::Fine => (colors.ok, colors.dim),
            Severity::Info => (colors.signal, colors.text),
            Severity::Warning => (colors.warn, colors.text),
            Severity::Error => (colors.hot, colors.text),
        };
        let center = Pos2::new(rect.left() + SIGN * 0.5 + 2.0, rect.center().y);
        paint(ui, severity, center, sign);
        let texts = rect.with_min_x(center.x + SIGN * 0.5 + 8.0);
        let galley = text::line(ui, words, theme.regular(theme.font.text), ink, texts.width());
        let elided = galley.elided;
        text::put(ui, texts, Align2::LEFT_CENTER, galley, ink);
        let label = match severity {
            Severity::Fine | Severity::Info => words.to_owned(),
            Severity::Warning => format!("Warning: {words}"),
            Severity::Error => format!("Error: {words}"),
        };
        response.widget_info(|| egui::WidgetInfo::labeled(egui::accesskit::Role::Status, true, &label));
        if elided { response.on_hover_text(words) } else { response }
    }
}

/// The sign: a tick, an i, a triangle, a cross. Each has a shape of its own, so that colour is not all that tells.
fn paint(ui: &Ui, severity: Severity, center: Pos2, color: Color32) {
    let (painter, stroke) = (ui.painter(), Stroke::new(1.5, color));
    let at = |x: f32, y: f32| center + Vec2::new(x, y);
    let line = |points: Vec<Pos2>| painter.add(PathShape::line(points, stroke));
    match severity {
        Severity::Fine => {
            line(vec![at(-4.5, 0.5), at(-1.5, 3.5), at(4.5, -3.5)]);
        }
        Severity::Info => {
            painter.circle_stroke(center, 6.25, stroke);
            painter.circle_filled(at(0.0, -3.0), 1.0, color);
            line(vec![at(0.0, -0.75), at(0.0, 3.5)]);
        }
        Severity::Warning => {
            let points = vec![at(0.0, -6.0), at(6.5, 5.5), at(-6.5, 5.5)];
            painter.add(Shape::closed_line(points, stroke));
            line(vec![at(0.0, -2.0), at(0.0, 1.75)]);
            painter.circle_filled(at(0.0, 3.75), 0.9, color);
        }
        Severity::Error => {
            painter.circle_stroke(center, 6.25, stroke);
            line(vec![at(-2.5, -2.5), at(2.5, 2.5)]);
            line(vec![at(2.5, -2.5), at(-2.5, 2.5)]);
        }
    }
}
