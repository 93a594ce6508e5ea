//! What panels have in common.

use dyad_ui::egui::{Align2, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};
use dyad_ui::{Context, Description, Knob};

/// Diameter of the knobs, and the room of one with its name and value.
pub(crate) const DIAL: f32 = 40.0;
pub(crate) const KNOB: f32 = 75.0;
/// Height of a panel's title, and of the menus beside and between.
const TITLE: f32 = 16.0;
pub(crate) const MENU: f32 = 22.0;
/// Between a panel's edge and what is in it, and between its parts.
const PADDING: Vec2 = Vec2::new(12.0, 8.0);
pub(crate) const GAP: f32 = 8.0;

/// A panel: where its title stands, and what is left for the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Panel {
    pub(crate) title: Rect,
    pub(crate) body: Rect,
}

impl Panel {
    /// Draws one, with its title.
    pub(crate) fn put(ui: &Ui, rect: Rect, title: &str, context: &Context<'_>) -> Self {
        let theme = context.theme;
        ui.painter().rect_filled(rect, theme.radius.panel, theme.colors.panel);
        let inner = rect.shrink2(PADDING);
        let line = inner.with_max_y(inner.top() + TITLE);
        let font = theme.strong(theme.font.label);
        let color = theme.colors.text;
        ui.painter().text(line.left_center(), Align2::LEFT_CENTER, title.to_uppercase(), font, color);
        Self { title: line, body: inner.with_min_y(line.bottom() + GAP) }
    }

    /// Room at the right end of the title's line, a little higher than it is.
    pub(crate) fn beside(&self, width: f32) -> Rect {
        let center = Pos2::new(self.title.right() - width * 0.5, self.title.center().y);
        Rect::from_center_size(center, Vec2::new(width, MENU))
    }
}

/// The ground of a small picture, and where in it is drawn.
pub(crate) fn picture(ui: &Ui, rect: Rect, context: &Context<'_>) -> Rect {
    let (colors, radius) = (&context.theme.colors, context.theme.radius.control);
    ui.painter().rect(rect, radius, colors.well, Stroke::new(1.0, colors.line), StrokeKind::Inside);
    rect.shrink2(Vec2::new(1.0, 6.0))
}

/// A line through the middle of a picture of a wave.
pub(crate) fn middle(ui: &Ui, rect: Rect, context: &Context<'_>) {
    let line = Stroke::new(1.0, context.theme.colors.line);
    ui.painter().hline(rect.x_range().shrink(1.0), rect.center().y.round() + 0.5, line);
}

/// A knob of a row: its parameter, a short name, its share of the width, and whether it changes anything now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dial {
    index: usize,
    name: &'static str,
    share: f32,
    pub(crate) used: bool,
    main: bool,
}

impl Dial {
    /// Of the parameter with this id.
    pub(crate) fn new(description: &Description, id: &str, name: &'static str) -> Option<Self> {
        let index = description.index_of(id)?;
        Some(Self { index, name, share: 1.0, used: true, main: false })
    }

    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// So much wider than the others.
    pub(crate) fn share(self, share: f32) -> Self {
        Self { share, ..self }
    }

    /// In the accent colour.
    pub(crate) fn main(self) -> Self {
        Self { main: true, ..self }
    }
}

/// Knobs beside each other, from left to right.
pub(crate) fn knobs(ui: &mut Ui, rect: Rect, dials: &[Dial], context: &mut Context<'_>) {
    let whole: f32 = dials.iter().map(|dial| dial.share).sum();
    let mut at = 0.0;
    for dial in dials {
        let left = rect.left() + rect.width() * at / whole;
        at += dial.share;
        let right = rect.left() + rect.width() * at / whole;
        let place = Rect::from_x_y_ranges(left.round()..=right.round(), rect.y_range());
        faint(ui, !dial.used, |ui| {
            Knob::new(dial.index).diameter(DIAL).named(dial.name).main(dial.main).put(ui, place, context);
        });
    }
}

/// Drawn faintly where it changes nothing now.
pub(crate) fn faint(ui: &mut Ui, faint: bool, draw: impl FnOnce(&mut Ui)) {
    ui.scope(|ui| {
        if faint {
            ui.multiply_opacity(0.5);
        }
        draw(ui);
    });
}
