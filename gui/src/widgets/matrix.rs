//! A modulation matrix: rows of source, via, amount and target.

use dyad_core::Description;
use egui::{Align, Align2, CursorIcon, Rect, Sense, Stroke, Ui, Vec2};

use super::{Select, Slider, Value};
use crate::context::Context;
use crate::gesture::hold_arrows;
use crate::text;
use crate::theme::corner;

/// The parameters of a row, by their indices: three choices and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    /// Where it comes from.
    pub source: usize,
    /// What scales it.
    pub via: Option<usize>,
    /// How much of it there is.
    pub amount: usize,
    /// Where it goes.
    pub target: usize,
}

impl MatrixRow {
    /// The rows whose parameters are called `mod_1_source`, `mod_1_via`, `mod_1_amount`, `mod_1_target` and so on,
    /// where `prefix` is `mod`; as many as there are without a gap.
    #[must_use]
    pub fn all(description: &Description, prefix: &str) -> Vec<Self> {
        let row = |n: usize| {
            let id = |id: &str| description.index_of(&format!("{prefix}_{n}_{id}"));
            Some(Self {
                source: id("source")?,
                via: id("via"),
                amount: id("amount")?,
                target: id("target")?,
            })
        };
        (1..).map_while(row).collect()
    }

    fn indices(self) -> impl Iterator<Item = usize> {
        [Some(self.source), self.via, Some(self.amount), Some(self.target)].into_iter().flatten()
    }

    /// Whether it does nothing, as its choices come from nowhere or go nowhere: what they do by default.
    fn is_empty(self, context: &Context<'_>) -> bool {
        let unset =
            |index| context.info(index).is_some_and(|info| info.default == context.host.value(index));
        unset(self.source) || unset(self.target)
    }
}

/// A modulation matrix. Each row has a menu for its source, for what scales it (via) and for its target, and between
/// them a slider of the amount with its value. A row that does nothing is faint. A click on the cross at a row's end,
/// or a double-click on its number, brings the row to its defaults.
///
/// ```
/// use dyad_gui::{Context, Matrix, MatrixRow};
/// use egui::Ui;
///
/// fn modulation(ui: &mut Ui, context: &mut Context<'_>) {
///     // A view does this once.
///     let rows = MatrixRow::all(context.description, "mod");
///     Matrix::new(&rows).show(ui, context);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    rows: &'a [MatrixRow],
}

/// Height of the names above the columns, and of a row at most.
const NAMES: f32 = 22.0;
const ROW: f32 = 28.0;
/// Widths of the number, of the amount's value, of the cross, and between all.
const NUMBER: f32 = 14.0;
const VALUE: f32 = 56.0;
const CROSS: f32 = 18.0;
const GAP: f32 = 6.0;

/// Where a row's parts stand from left to right.
struct Columns {
    number: (f32, f32),
    source: (f32, f32),
    via: (f32, f32),
    slider: (f32, f32),
    value: (f32, f32),
    target: (f32, f32),
    cross: (f32, f32),
}

impl Columns {
    fn of(rect: Rect) -> Self {
        let free = (rect.width() - NUMBER - VALUE - CROSS - 6.0 * GAP).max(0.0);
        let mut at = rect.left();
        let mut next = |width: f32| {
            let from = at;
            at = (from + width).round() + GAP;
            (from, at - GAP)
        };
        Self {
            number: next(NUMBER),
            source: next(free * 0.27),
            via: next(free * 0.25),
            slider: next(free * 0.21),
            value: next(VALUE),
            target: next(free * 0.27),
            cross: next(CROSS),
        }
    }
}

impl<'a> Matrix<'a> {
    /// Of these rows.
    #[must_use]
    pub fn new(rows: &'a [MatrixRow]) -> Self {
        Self { rows }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) {
        let least = Vec2::new(400.0, NAMES + 20.0 * self.rows.len() as f32);
        let size = ui.available_size().max(least);
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context);
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        let columns = Columns::of(rect);
        let names = rect.with_max_y(rect.top() + 16.0);
        let amount = (columns.slider.0, columns.value.1);
        let titles = [
            (columns.source, "Source"),
            (columns.via, "Via"),
            (amount, "Amount"),
            (columns.target, "Target"),
        ];
        for ((from, to), name) in titles {
            let font = theme.strong(theme.font.label);
            let galley = text::capitals(ui, name, font, theme.colors.text, to - from);
            let place = Rect::from_x_y_ranges(from..=to, names.y_range());
            text::put(ui, place, Align2::LEFT_CENTER, galley, theme.colors.text);
        }
        let rows = rect.with_min_y(rect.top() + NAMES);
        let height = (rows.height() / self.rows.len().max(1) as f32).min(ROW);
        for (n, row) in self.rows.iter().enumerate() {
            let top = rows.top() + height * n as f32;
            let place = Rect::from_x_y_ranges(rect.x_range(), top.round()..=(top + height).round());
            one(ui, place, &columns, n, *row, context);
        }
    }
}

fn one(ui: &mut Ui, rect: Rect, columns: &Columns, n: usize, row: MatrixRow, context: &mut Context<'_>) {
    let theme = context.theme;
    let empty = row.is_empty(context);
    let cell = |(from, to): (f32, f32)| Rect::from_x_y_ranges(from..=to, rect.y_range().shrink(1.0));
    let id = ui.scope_id().with(("matrix", row.source));
    let number = ui.interact(cell(columns.number), id.with("number"), Sense::CLICK);
    let font = theme.regular(theme.font.label);
    let ink = if empty { theme.colors.outline } else { theme.colors.accent };
    let galley = text::line(ui, &(n + 1).to_string(), font, ink, NUMBER);
    text::put(ui, cell(columns.number), Align2::LEFT_CENTER, galley, ink);
    ui.scope(|ui| {
        if empty {
            ui.multiply_opacity(0.55);
        }
        Select::new(row.source).bare().put(ui, cell(columns.source), context);
        if let Some(via) = row.via {
            Select::new(via).bare().put(ui, cell(columns.via), context);
        }
        Slider::new(row.amount).main(true).bare().put(ui, cell(columns.slider), context);
        let value = Value::new(row.amount).size(theme.font.text).align(Align::Max);
        value.put(ui, cell(columns.value), context);
        Select::new(row.target).bare().put(ui, cell(columns.target), context);
    });
    let changed = |context: &Context<'_>, index: usize| {
        context.info(index).is_some_and(|info| info.default != context.host.value(index))
    };
    if !row.indices().any(|index| changed(context, index)) {
        return;
    }
    let place = cell(columns.cross);
    let cross = ui.interact(place, id.with("clear"), Sense::click());
    let cross = cross.on_hover_cursor(CursorIcon::PointingHand).on_hover_text("Clear this row");
    let ink = if cross.hovered() { theme.colors.text } else { theme.colors.dim };
    let center = place.center();
    for way in [Vec2::new(3.5, 3.5), Vec2::new(3.5, -3.5)] {
        ui.painter().line_segment([center - way, center + way], Stroke::new(1.5, ink));
    }
    if context.shows_focus(&cross) {
        super::focus_ring(ui, theme, place.shrink(1.0), corner(theme.radius.small));
    }
    cross.widget_info(|| {
        let label = format!("Clear row {}", n + 1);
        egui::WidgetInfo::labeled(egui::accesskit::Role::Button, true, label)
    });
    hold_arrows(ui, &cross);
    if cross.clicked() || number.double_clicked() {
        for index in row.indices() {
            if changed(context, index) {
                context.reset(index);
            }
        }
    }
}
