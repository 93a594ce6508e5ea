//! The steps of a pattern, in lanes that are painted.

use dyad_core::Description;
use egui::{
    Align2, CursorIcon, Event, Id, Key, PointerButton, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2,
};

use crate::context::Context;
use crate::gesture::{hold_arrows, keys, wheel};
use crate::text;
use crate::theme::corner;

/// Columns of a pattern: what each step does, how loud it is, how far it is moved and how long it is. A stroke of the
/// pointer paints over as many steps as it passes, as one gesture on each, and one thing to undo. Steps beyond the
/// pattern's length are dim; a stroke along the numbers sets the length.
///
/// A step has the parameters `PREFIX_N_kind` (a choice of playing, resting and tying, in this order),
/// `PREFIX_N_velocity`, `PREFIX_N_transpose` and `PREFIX_N_length`, N from 1; those that are missing have no lane. In
/// each lane one step has the keyboard: arrows to the sides go to its neighbours, all other keys are as with a
/// [`Knob`](super::Knob); Enter goes on to the next kind.
#[derive(Clone, Debug)]
pub struct Steps {
    lanes: Vec<Lane>,
    columns: usize,
    count: usize,
    playing: Option<usize>,
}

#[derive(Clone, Debug)]
struct Lane {
    kind: LaneKind,
    indices: Vec<usize>,
    /// The step that has the keyboard.
    selected: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LaneKind {
    Velocity,
    Kind,
    Transpose,
    Length,
}

impl LaneKind {
    const ALL: [(Self, &str, &str); 4] = [
        (Self::Velocity, "velocity", "Velocity"),
        (Self::Kind, "kind", "Step"),
        (Self::Transpose, "transpose", "Transpose"),
        (Self::Length, "length", "Length"),
    ];

    /// Its height; none for what is left.
    fn height(self) -> Option<f32> {
        match self {
            Self::Velocity => None,
            Self::Kind => Some(24.0),
            Self::Transpose => Some(56.0),
            Self::Length => Some(32.0),
        }
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|lane| lane.0 == self).map_or("", |lane| lane.2)
    }
}

/// Width of the lanes' names, height of the numbers, and what is free between lanes and between steps.
const NAMES: f32 = 84.0;
const NUMBERS: f32 = 22.0;
const GAP: f32 = 6.0;
const BETWEEN: f32 = 4.0;
/// The kinds that steps have, as their choices are counted.
const REST: f64 = 1.0;
const TIE: f64 = 2.0;
/// How much of a step beyond the pattern's length is seen.
const FAINT: f32 = 0.3;

impl Steps {
    /// Of the parameters with this prefix, as many as there are, and the length of the pattern. None where it has
    /// none.
    #[must_use]
    pub fn new(description: &Description, prefix: &str, count: &str) -> Option<Self> {
        let of = |(kind, id, _): (LaneKind, &str, &str)| {
            let index = |n: u32| description.index_of(&format!("{prefix}_{n}_{id}"));
            Lane { kind, indices: (1..).map_while(index).collect(), selected: 0 }
        };
        let lanes: Vec<Lane> =
            LaneKind::ALL.into_iter().map(of).filter(|lane| !lane.indices.is_empty()).collect();
        let columns = lanes.iter().map(|lane| lane.indices.len()).min()?;
        Some(Self { lanes, columns, count: description.index_of(count)?, playing: None })
    }

    /// With a meter that says which step is played now, from 1, 0 for none.
    #[must_use]
    pub fn playing(self, index: usize) -> Self {
        Self { playing: Some(index), ..self }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let size = ui.available_size().max(Vec2::new(480.0, 240.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context);
    }

    /// In this rectangle.
    pub fn put(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let id = ui.scope_id().with(("steps", self.count));
        let grid = rect.with_min_x(rect.left() + NAMES);
        let numbers = grid.with_max_y(grid.top() + NUMBERS);
        let fixed: f32 = self.lanes.iter().map(|lane| lane.kind.height().unwrap_or(0.0)).sum();
        let rest = grid.height() - NUMBERS - fixed - GAP * self.lanes.len().saturating_sub(1) as f32;
        let playing = self.playing.map_or(0.0, |index| context.host.meter(index)) as usize;
        if let Some(column) = playing.checked_sub(1).filter(|column| *column < self.columns) {
            let lit = self.column(grid, column).expand2(Vec2::new(BETWEEN / 2.0 - 0.5, 0.0));
            ui.painter().rect_filled(
                lit,
                corner(context.theme.radius.control),
                context.theme.colors.raised,
            );
        }
        self.numbers(ui, numbers, id, playing, context);
        let mut top = numbers.bottom();
        for n in 0..self.lanes.len() {
            let height = self.lanes[n].kind.height().unwrap_or(rest);
            let lane = Rect::from_min_size(Pos2::new(grid.left(), top), Vec2::new(grid.width(), height));
            top = lane.bottom() + GAP;
            let name = lane.with_min_x(rect.left()).with_max_x(lane.left() - 10.0);
            let font = context.theme.regular(context.theme.font.label);
            let color = context.theme.colors.dim;
            let galley = text::capitals(ui, self.lanes[n].kind.name(), font, color, name.width());
            text::put(ui, name, Align2::LEFT_CENTER, galley, color);
            self.lane(ui, lane, id, n, context);
        }
    }

    /// A step's place in a row.
    fn column(&self, row: Rect, n: usize) -> Rect {
        let width = row.width() / self.columns as f32;
        let edge = |n: usize| (row.left() + width * n as f32).round();
        Rect::from_min_max(Pos2::new(edge(n), row.top()), Pos2::new(edge(n + 1), row.bottom()))
            .shrink2(Vec2::new(BETWEEN / 2.0, 0.0))
    }

    fn column_at(&self, row: Rect, x: f32) -> usize {
        let part = (x - row.left()) / row.width() * self.columns as f32;
        (part.max(0.0) as usize).min(self.columns - 1)
    }

    /// The steps' numbers, along which the pattern's length is set.
    fn numbers(&self, ui: &mut Ui, row: Rect, id: Id, playing: usize, context: &mut Context<'_>) {
        let response = ui.interact(row, id.with("numbers"), Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeHorizontal);
        if let Some(path) = stroke(ui, &response, context)
            && let Some(to) = path.last()
        {
            context.paint(self.count, self.column_at(row, to.x) as f64 + 1.0);
        }
        finish(ui, &response, self.count, context);
        context.share(&response, self.count);
        keys(ui, context, &response, self.count);
        let theme = context.theme;
        let count = context.host.value(self.count);
        for n in 0..self.columns {
            let place = self.column(row, n);
            let counts = (n as f64) < count;
            let color = if playing == n + 1 { theme.colors.signal } else { theme.colors.dim };
            let color = if counts { color } else { color.gamma_multiply(FAINT) };
            let font = theme.regular(theme.font.label);
            let galley = text::line(ui, &(n + 1).to_string(), font, color, place.width());
            text::put(ui, place.with_max_y(place.bottom() - 6.0), Align2::CENTER_CENTER, galley, color);
            let under = place.with_min_y(place.bottom() - 5.0).with_max_y(place.bottom() - 3.0);
            let ink = if !counts {
                theme.colors.line
            } else if playing == n + 1 {
                theme.colors.signal
            } else {
                theme.colors.outline
            };
            ui.painter().rect_filled(under, 0.0, ink);
        }
        if context.shows_focus(&response) {
            super::focus_ring(ui, theme, row.shrink2(Vec2::new(2.0, 0.0)), corner(theme.radius.small));
        }
        response.widget_info(|| egui::WidgetInfo::slider(true, count, "Steps"));
    }

    fn lane(&mut self, ui: &mut Ui, row: Rect, id: Id, n: usize, context: &mut Context<'_>) {
        let kind = self.lanes[n].kind;
        let response = ui.interact(row, id.with(n), Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(match kind {
            LaneKind::Kind => CursorIcon::PointingHand,
            _ => CursorIcon::ResizeVertical,
        });
        self.paint(ui, row, n, &response, context);
        let lane = &mut self.lanes[n];
        if response.has_focus() {
            hold_arrows(ui, &response);
            let to = ui.input_mut(|input| {
                let mut count = |key| input.count_and_consume_key(egui::Modifiers::NONE, key) as isize;
                count(Key::ArrowRight) - count(Key::ArrowLeft)
            });
            lane.selected = lane.selected.saturating_add_signed(to).min(self.columns - 1);
        }
        let pointed = response.hover_pos().map(|at| self.column_at(row, at.x));
        let lane = &self.lanes[n];
        for (column, index) in lane.indices.iter().enumerate().take(self.columns) {
            context.state.place(*index).control = Some(self.column(row, column));
        }
        let index = lane.indices[pointed.unwrap_or(lane.selected)];
        context.share(&response, index);
        if pointed.is_some() {
            wheel(ui, context, index);
        }
        let selected = lane.indices[lane.selected];
        if kind == LaneKind::Kind && response.has_focus() && ui.input(|input| input.key_pressed(Key::Enter))
        {
            let next = following(context.host.value(selected));
            context.edit(selected, next);
        }
        keys(ui, context, &response, selected);
        let count = context.host.value(self.count);
        for column in 0..self.columns {
            let cell = self.column(row, column);
            let ink = if (column as f64) < count { 1.0 } else { FAINT };
            let lively = pointed == Some(column) || context.is_held(lane.indices[column]);
            self.cell(ui, cell, [n, column], (ink, lively), context);
            if context.shows_focus(&response) && column == lane.selected {
                super::focus_ring(ui, context.theme, cell, corner(context.theme.radius.small));
            }
        }
        self.readout(ui, row, n, &response, context);
        if let Some(info) = context.info(selected) {
            let value = context.host.value(selected);
            let said = format!("Step {} {}, {}", lane.selected + 1, kind.name(), text::shown(info, value));
            response.widget_info(|| egui::WidgetInfo::slider(true, value, &said));
        }
    }

    /// Lets the pointer paint.
    fn paint(&mut self, ui: &Ui, row: Rect, n: usize, response: &Response, context: &mut Context<'_>) {
        let kind = self.lanes[n].kind;
        let brush = response.id.with("brush");
        if let Some(path) = stroke(ui, response, context) {
            let first = self.column_at(row, path[0].x);
            if kind == LaneKind::Kind {
                // What the first step becomes, all become that the stroke comes over.
                let index = self.lanes[n].indices[first];
                let pressed = ui.input(|input| input.pointer.primary_pressed());
                let old = ui.data(|data| data.get_temp(brush)).filter(|_| !pressed);
                let value: f64 = old.unwrap_or_else(|| following(context.host.value(index)));
                ui.data_mut(|data| data.insert_temp(brush, value));
                for at in &path {
                    context.paint(self.lanes[n].indices[self.column_at(row, at.x)], value);
                }
            } else {
                for pair in path.windows(2) {
                    self.line(row, n, [pair[0], pair[1]], context);
                }
                self.line(row, n, [path[path.len() - 1]; 2], context);
            }
            self.lanes[n].selected = self.column_at(row, path[path.len() - 1].x);
        }
        if response.clicked() || response.drag_started() {
            response.request_focus();
        }
        let index = self.lanes[n].indices[self.lanes[n].selected];
        if kind == LaneKind::Kind {
            if !response.is_pointer_button_down_on() {
                finish_stroke(response, context);
            }
        } else {
            finish(ui, response, index, context);
        }
    }

    /// Paints along a part of a stroke: each step that lies on it, where it comes over its middle.
    fn line(&self, row: Rect, n: usize, [from, to]: [Pos2; 2], context: &mut Context<'_>) {
        let (a, b) = (self.column_at(row, from.x), self.column_at(row, to.x));
        for column in a.min(b)..=a.max(b) {
            let middle = self.column(row, column).center().x;
            let part =
                if column == b { 1.0 } else { ((middle - from.x) / (to.x - from.x)).clamp(0.0, 1.0) };
            let y = from.y + (to.y - from.y) * part;
            let index = self.lanes[n].indices[column];
            if let Some(info) = context.info(index) {
                let position = f64::from((row.bottom() - y) / row.height()).clamp(0.0, 1.0);
                context.paint(index, info.range.plain(position));
            }
        }
    }

    fn kind_of(&self, column: usize, context: &Context<'_>) -> f64 {
        let kinds = self.lanes.iter().find(|lane| lane.kind == LaneKind::Kind);
        kinds.map_or(0.0, |lane| context.host.value(lane.indices[column]))
    }

    fn cell(
        &self,
        ui: &Ui,
        cell: Rect,
        [n, column]: [usize; 2],
        (ink, lively): (f32, bool),
        context: &Context<'_>,
    ) {
        let (theme, lane) = (context.theme, &self.lanes[n]);
        let (colors, painter) = (&theme.colors, ui.painter());
        let kind = self.kind_of(column, context);
        let sounds = kind < REST - 0.5;
        let radius = corner(theme.radius.small);
        let ground = if lively { super::mix(colors.well, colors.raised, 0.7) } else { colors.well };
        painter.rect_filled(cell, radius, ground.gamma_multiply(0.4 + 0.6 * ink));
        let color = if sounds { colors.accent } else { colors.outline };
        let color = color.gamma_multiply(ink);
        let position = context.position(lane.indices[column]) as f32;
        let height = |part: f32| cell.bottom() - cell.height() * part;
        let bar = |from: f32, to: f32| {
            let area = Rect::from_x_y_ranges(cell.x_range(), from.min(to)..=from.max(to));
            painter.rect_filled(area, radius, color.gamma_multiply(if sounds { 0.42 } else { 0.3 }));
            let cap = Rect::from_center_size(Pos2::new(cell.center().x, to), Vec2::new(cell.width(), 2.0));
            let cap = cap.translate(Vec2::new(0.0, if to <= from { 1.0 } else { -1.0 }));
            painter.rect_filled(cap, 0.0, color);
        };
        match lane.kind {
            LaneKind::Velocity | LaneKind::Length => bar(cell.bottom(), height(position)),
            LaneKind::Transpose => {
                let middle = cell.center().y.round();
                let line = Stroke::new(1.0, colors.outline.gamma_multiply(ink * 0.7));
                painter.hline(cell.x_range(), middle, line);
                if (position - 0.5).abs() > 1e-3 {
                    bar(middle, height(position));
                }
            }
            LaneKind::Kind => {
                let center = cell.center();
                if kind > TIE - 0.5 {
                    // From the step before.
                    let before = Rect::from_min_max(
                        Pos2::new(cell.left() - BETWEEN - cell.width() * 0.25, center.y - 2.5),
                        Pos2::new(cell.right() - cell.width() * 0.22, center.y + 2.5),
                    );
                    painter.rect_filled(before, corner(2.0), colors.accent.gamma_multiply(ink * 0.85));
                } else if sounds {
                    painter.circle_filled(center, 5.0, color);
                } else {
                    painter.circle_stroke(center, 4.0, Stroke::new(1.25, color));
                }
            }
        }
    }

    /// The value that is being painted or pointed at.
    fn readout(&self, ui: &Ui, row: Rect, n: usize, response: &Response, context: &Context<'_>) {
        let lane = &self.lanes[n];
        if lane.kind == LaneKind::Kind {
            return;
        }
        let held = (0..self.columns)
            .rev()
            .find(|column| context.is_held(lane.indices[*column]) && *column == lane.selected);
        let pointed = response.hover_pos().map(|at| self.column_at(row, at.x));
        let Some(column) = held.or(pointed) else { return };
        let Some(info) = context.info(lane.indices[column]) else { return };
        let theme = context.theme;
        let shown = text::shown(info, context.host.value(lane.indices[column]));
        let galley = text::line(ui, &shown, theme.regular(theme.font.small), theme.colors.text, 80.0);
        let cell = self.column(row, column);
        let size = galley.size() + Vec2::new(8.0, 2.0);
        let mut back = Rect::from_center_size(Pos2::new(cell.center().x, cell.top() + 9.0), size);
        back = back.translate(Vec2::new((row.left() - back.left()).max(0.0), 0.0));
        back = back.translate(Vec2::new((row.right() - back.right()).min(0.0), 0.0));
        ui.painter().rect_filled(
            back,
            corner(theme.radius.small),
            theme.colors.background.gamma_multiply(0.85),
        );
        text::put(ui, back, Align2::CENTER_CENTER, galley, theme.colors.text);
    }
}

/// The kind that a click makes of another.
fn following(kind: f64) -> f64 {
    if kind > TIE - 0.5 { 0.0 } else { kind.round() + 1.0 }
}

/// Where the pointer has been since the last frame, while it paints; never empty.
fn stroke(ui: &Ui, response: &Response, context: &mut Context<'_>) -> Option<Vec<Pos2>> {
    let ends = response.drag_stopped_by(PointerButton::Primary) || response.clicked();
    let down = response.is_pointer_button_down_on() && ui.input(|input| input.pointer.primary_down());
    let last = response.id.with("last");
    if !(down || ends) || ui.input(|input| input.modifiers.command) {
        // Once the pointer was lost, nothing is painted until it comes down again.
        ui.data_mut(|data| data.remove_temp::<Pos2>(last));
        return None;
    }
    // A window on a busy machine sees a press, its moves and its end at once.
    let mut path: Vec<Pos2> = ui.data(|data| data.get_temp::<Pos2>(last)).into_iter().collect();
    let mut draws = !path.is_empty();
    ui.input(|input| {
        for event in &input.events {
            match event {
                Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
                    if *pressed {
                        path.clear();
                    }
                    if *pressed || draws {
                        path.push(*pos);
                    }
                    draws = *pressed;
                }
                Event::PointerMoved(at) if draws => path.push(*at),
                Event::PointerGone => draws = false,
                _ => {}
            }
        }
    });
    let to = path.last().copied()?;
    ui.data_mut(|data| {
        if draws {
            data.insert_temp(last, to);
        } else {
            data.remove_temp::<Pos2>(last);
        }
    });
    context.keep_stroke();
    Some(path)
}

fn finish_stroke(response: &Response, context: &mut Context<'_>) {
    if response.drag_stopped_by(PointerButton::Primary) || response.clicked() {
        context.release();
    }
}

/// Ends a stroke; a double-click, or a click with Ctrl, brings the default.
fn finish(ui: &Ui, response: &Response, index: usize, context: &mut Context<'_>) {
    finish_stroke(response, context);
    if crate::gesture::wants_default(ui, response) {
        context.reset(index);
    }
}
