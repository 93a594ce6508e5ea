//! What moves the sound: envelopes, LFOs, the modulation matrix.

use dyad_ui::egui::{Align2, CursorIcon, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use dyad_ui::{
    Axis, Context, Description, Envelope, Graph, Line, Matrix, MatrixRow, Select, Toggle, Tone, egui,
};

use crate::panel::{Dial, GAP, KNOB, MENU, Panel, knobs, middle, picture};
use crate::sound::above_knobs;

/// One envelope.
struct Adsr {
    curve: &'static str,
    ids: [usize; 4],
    knobs: [Dial; 5],
}

/// The envelopes, of which one is seen.
pub(crate) struct Envelopes {
    all: Vec<Adsr>,
    seen: usize,
}

/// What each of them is for; the third is free.
const TABS: [&str; 3] = ["1 Amp", "2 Filter", "3 Free"];
const CURVES: [&str; 3] = ["env_1", "env_2", "env_3"];

impl Envelopes {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let one = |n: usize| {
            let id = |id: &str| format!("env_{}_{id}", n + 1);
            let index = |name: &str| description.index_of(&id(name));
            let dial = |name: &str, short| Dial::new(description, &id(name), short);
            Some(Adsr {
                curve: CURVES[n],
                ids: [index("attack")?, index("decay")?, index("sustain")?, index("release")?],
                knobs: [
                    dial("attack", "Att")?.main(),
                    dial("decay", "Dec")?.main(),
                    dial("sustain", "Sus")?.main(),
                    dial("release", "Rel")?.main(),
                    dial("curve", "Curve")?.share(0.85),
                ],
            })
        };
        Some(Self { all: (0..TABS.len()).map(one).collect::<Option<_>>()?, seen: 0 })
    }

    pub(crate) fn put(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, "Envelopes", context);
        self.tabs(ui, panel.beside(160.0), context);
        let envelope = &self.all[self.seen];
        let (place, row) = above_knobs(panel.body);
        Envelope::new(envelope.ids, envelope.curve).put(ui, place, context);
        knobs(ui, row, &envelope.knobs, context);
    }

    fn tabs(&mut self, ui: &Ui, rect: Rect, context: &Context<'_>) {
        let (theme, colors) = (context.theme, &context.theme.colors);
        let radius = theme.radius.control;
        let line = Stroke::new(1.0, colors.line);
        ui.painter().rect(rect, radius, colors.background, line, StrokeKind::Inside);
        let width = rect.width() / TABS.len() as f32;
        for (n, name) in TABS.into_iter().enumerate() {
            let left = rect.left() + width * n as f32;
            let tab =
                Rect::from_x_y_ranges(left.round()..=(left + width).round(), rect.y_range()).shrink(1.0);
            let response = ui.interact(tab, ui.scope_id().with(("envelope", n)), Sense::click());
            let response = response.on_hover_cursor(CursorIcon::PointingHand);
            if response.clicked() {
                self.seen = n;
                ui.ctx().request_repaint();
            }
            let seen = self.seen == n;
            if seen {
                ui.painter().rect_filled(tab, radius - 1.0, colors.line);
                // A line below, so that colour is not all that tells.
                let below = tab.with_min_y(tab.bottom() - 2.0).shrink2(Vec2::new(3.0, 0.0));
                ui.painter().rect_filled(below, 0.0, colors.accent);
            }
            let ink = if seen || response.hovered() { colors.text } else { colors.dim };
            let font = theme.regular(theme.font.label);
            ui.painter().text(tab.center(), Align2::CENTER_CENTER, name, font, ink);
            if context.shows_focus(&response) {
                let ring = Stroke::new(1.5, colors.signal);
                ui.painter().rect_stroke(tab, radius, ring, StrokeKind::Outside);
            }
            response.widget_info(|| {
                WidgetInfo::selected(egui::accesskit::Role::Tab, true, seen, format!("Envelope {name}"))
            });
        }
    }
}

/// A low-frequency oscillator's panel.
pub(crate) struct Lfo {
    title: &'static str,
    curve: &'static str,
    shape: usize,
    start: usize,
    sync: usize,
    rate: Dial,
    note: Dial,
    others: [Dial; 2],
}

impl Lfo {
    pub(crate) fn of(description: &Description, n: usize) -> Option<Self> {
        let id = |id: &str| format!("lfo_{n}_{id}");
        let index = |name: &str| description.index_of(&id(name));
        let dial = |name: &str, short| Dial::new(description, &id(name), short);
        Some(Self {
            title: ["LFO 1", "LFO 2"][n - 1],
            curve: ["lfo_1", "lfo_2"][n - 1],
            shape: index("shape")?,
            start: index("start")?,
            sync: index("sync")?,
            rate: dial("rate", "Rate")?.share(1.52).main(),
            note: dial("note", "Note")?.share(1.52).main(),
            others: [dial("phase", "Phase")?, dial("fade", "Fade")?.share(1.36)],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, self.title, context);
        Toggle::new(self.sync).put(ui, panel.beside(72.0), context);
        let (above, row) = panel.body.split_top_bottom_at_y(panel.body.bottom() - KNOB);
        let menus = Rect::from_min_max(
            [above.left(), above.bottom() - MENU - 4.0].into(),
            [above.right(), above.bottom() - 4.0].into(),
        );
        let place = above.with_max_y(menus.top() - 6.0);
        let plot = picture(ui, place, context);
        middle(ui, place, context);
        let line = Line::curve(self.curve).tone(Tone::Accent).filled(0.0);
        let level = Axis::linear(-1.08, 1.08);
        Graph::new(Axis::linear(0.0, 1.0), level).id(self.curve).bare().line(line).put(ui, plot, context);
        let (left, right) = menus.split_left_right_at_x(menus.center().x.round() + 6.0);
        Select::new(self.shape).bare().put(ui, left.with_max_x(left.right() - GAP), context);
        Select::new(self.start).bare().put(ui, right, context);
        let pace = if context.host.value(self.sync) >= 0.5 { self.note } else { self.rate };
        // Note values are long.
        let row = row.expand2(Vec2::new(4.0, 0.0));
        knobs(ui, row, &[pace, self.others[0], self.others[1]], context);
    }
}

/// The modulation matrix's panel.
pub(crate) struct Modulation {
    rows: Vec<MatrixRow>,
}

impl Modulation {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let rows = MatrixRow::all(description, "mod");
        (!rows.is_empty()).then_some(Self { rows })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        // The names of the columns stand where others have a title.
        let panel = Panel::put(ui, rect, "", context);
        let all = Rect::from_min_max(panel.title.min, panel.body.max);
        Matrix::new(&self.rows).put(ui, all, context);
    }
}
