//! A picture of the last seconds that moves along.

use egui::{Align2, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axis::{Axes, Axis};
use super::handle::Handle;
use super::ink::{self, Tone};
use crate::context::Context;
use crate::shows::{self, Shows};
use crate::text;

/// Levels over the last seconds, from messages of the kind `history`: what a plugin hears filled from below, what
/// it turns down filled from above, and lines that are dragged.
#[derive(Clone)]
pub struct History<'a> {
    shows: &'a Shows,
    stream: u8,
    axis: Axis,
    pace: f64,
    seconds: f64,
    layers: Vec<Layer>,
    handles: Vec<Handle>,
}

#[derive(Clone, Copy, Debug)]
struct Layer {
    field: usize,
    tone: Tone,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Filled from below.
    Level,
    /// Filled from above, from 0 dB downwards.
    Reduction,
    /// Only a line.
    Line,
}

/// The most columns that are drawn: several make one where there are more.
const MAX_DRAWN: u64 = 400;

impl<'a> History<'a> {
    /// Of this stream, whose sender makes so many columns a second.
    #[must_use]
    pub fn new(shows: &'a Shows, stream: u8, columns_per_second: f64) -> Self {
        Self {
            shows,
            stream,
            axis: Axis::decibels(-60.0, 0.0),
            pace: columns_per_second.clamp(1.0, 120.0),
            seconds: 6.0,
            layers: Vec::new(),
            handles: Vec::new(),
        }
    }

    /// With this axis; −60 to 0 dB otherwise.
    #[must_use]
    pub fn axis(self, axis: Axis) -> Self {
        Self { axis, ..self }
    }

    /// So many seconds from one side to the other; 6 otherwise.
    #[must_use]
    pub fn seconds(self, seconds: f64) -> Self {
        Self { seconds: seconds.clamp(0.1, 60.0), ..self }
    }

    /// A field of the columns filled from below, in the colour of the signal.
    #[must_use]
    pub fn level(self, field: usize) -> Self {
        self.layer(Layer { field, tone: Tone::Signal, kind: Kind::Level })
    }

    /// A field of the columns, at most 0 dB, filled from above in the accent colour: by how much the level is
    /// turned down.
    #[must_use]
    pub fn reduction(self, field: usize) -> Self {
        self.layer(Layer { field, tone: Tone::Accent, kind: Kind::Reduction })
    }

    /// A field of the columns as a line in this colour.
    #[must_use]
    pub fn line(self, field: usize, tone: Tone) -> Self {
        self.layer(Layer { field, tone, kind: Kind::Line })
    }

    /// With a line that is dragged: a threshold.
    #[must_use]
    pub fn handle(mut self, handle: Handle) -> Self {
        self.handles.push(handle);
        self
    }

    fn layer(mut self, layer: Layer) -> Self {
        self.layers.push(layer);
        self
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = ui.available_size().max(Vec2::new(160.0, 96.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle, numbers included.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let (theme, id) = (context.theme, ui.scope_id().with(("history", self.stream)));
        let axes = Axes { x: None, y: Some(self.axis), numbers: true };
        let plot = axes.plot(ui, theme, rect);
        let response = ui.interact(plot, id, Sense::hover());
        let handles = self.handles.iter().map(|it| (it, it.operate(ui, plot, id, &axes, context)));
        let handles: Vec<_> = handles.collect();

        axes.paint(ui, theme, rect, plot);
        match self.shows.history(self.stream) {
            Some(history) => self.layers(ui, plot, history, context),
            None => {
                let font = theme.regular(theme.font.text);
                let galley = text::line(ui, "No signal yet", font, theme.colors.dim, plot.width());
                let back = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), plot);
                ui.painter().rect_filled(back.expand2(Vec2::new(8.0, 2.0)), 0.0, theme.colors.background);
                text::put(ui, plot, Align2::CENTER_CENTER, galley, theme.colors.dim);
            }
        }
        for (handle, response) in handles {
            if let Some(response) = response {
                handle.paint(ui, plot, &axes, &response, context);
            }
        }
        response
    }

    fn layers(&self, ui: &Ui, plot: Rect, history: &shows::History, context: &mut Context<'_>) {
        let head = history.head(self.pace);
        context.state.moving |= head < history.next() as f64;
        let drawn = self.seconds * self.pace;
        let (width, scale) = (f64::from(plot.width()), f64::from(ui.pixels_per_point()));
        let step = width / drawn;
        // The whole picture moves by pixels: it keeps its shape on the way.
        let head = (head * step * scale).floor() / scale / step;
        // Several columns that are one keep together while they move.
        let group =
            ((drawn / MAX_DRAWN as f64).ceil() as u64).max((1.0 / step / scale).floor() as u64).max(1);
        let first = (head - drawn).floor().max(0.0) as u64 / group;
        let last = (head.ceil() as u64 + 1).min(history.next()) / group;
        let painter = ui.painter_at(plot.expand2(Vec2::new(0.0, 1.0)));
        let x = |group_at: u64| {
            let column = group_at as f64 * group as f64;
            plot.right() - ((head - column) * step) as f32
        };
        for layer in &self.layers {
            let color = layer.tone.color(context.theme);
            let mut points: Vec<Pos2> = Vec::with_capacity((last - first + 1) as usize);
            for at in first..=last {
                let columns = at * group..(at + 1) * group;
                let levels = columns.filter_map(|column| history.level(column, layer.field));
                let level = match layer.kind {
                    Kind::Reduction => levels.reduce(f32::min),
                    Kind::Level | Kind::Line => levels.reduce(f32::max),
                };
                match level {
                    Some(level) => points.push(Pos2::new(x(at), self.height(plot, level))),
                    // A gap is a gap.
                    None => self.stretch(&painter, plot, *layer, &std::mem::take(&mut points), color),
                }
            }
            self.stretch(&painter, plot, *layer, &points, color);
        }
    }

    fn height(&self, plot: Rect, level: f32) -> f32 {
        self.axis.y(plot, f64::from(level)).clamp(plot.top(), plot.bottom())
    }

    /// Draws columns that follow each other.
    fn stretch(
        &self,
        painter: &egui::Painter,
        plot: Rect,
        layer: Layer,
        points: &[Pos2],
        color: egui::Color32,
    ) {
        if points.len() < 2 {
            return;
        }
        match layer.kind {
            Kind::Level => {
                ink::area(painter, points, plot.bottom(), color.gamma_multiply(0.18));
                ink::line(painter, points, Stroke::new(1.0, color.gamma_multiply(0.75)));
            }
            Kind::Reduction => {
                let base = self.height(plot, 0.0);
                ink::area(painter, points, base, color.gamma_multiply(0.35));
                ink::line(painter, points, Stroke::new(1.0, color));
            }
            Kind::Line => ink::line(painter, points, Stroke::new(1.5, color)),
        }
    }
}
