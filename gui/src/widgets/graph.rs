//! A picture with two axes: curves, spectra, points and lines that are dragged.

use egui::{Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axis::{Axes, Axis};
use super::handle::Handle;
use super::ink::{self, Tone};
use super::node::{Node, Nodes};
use super::spectrum::SpectrumLayer;
use crate::context::Context;

/// A picture with two axes, and in it, from the lowest to the topmost: grid, spectra, curves in their order, lines
/// that are dragged, nodes.
///
/// ```
/// use dyad_gui::widgets::{Axis, Graph, Line, Node};
/// use dyad_gui::Context;
/// use egui::Ui;
///
/// fn picture(ui: &mut Ui, context: &mut Context<'_>, selected: &mut Option<usize>) {
///     let Some(gain) = context.index_of("gain") else { return };
///     let node = Node::new().y(gain).rest(1000.0, 0.0).label("1");
///     Graph::new(Axis::frequency(20.0, 20_000.0), Axis::decibels(-60.0, 24.0))
///         .line(Line::curve("response").main())
///         .nodes(&[node], selected)
///         .show(ui, context);
/// }
/// ```
pub struct Graph<'a> {
    axes: Axes,
    spectra: Vec<SpectrumLayer<'a>>,
    lines: Vec<Line<'a>>,
    dots: Vec<[f64; 2]>,
    handles: Vec<Handle>,
    nodes: &'a [Node<'a>],
    selected: Option<&'a mut Option<usize>>,
    id: &'a str,
    grid: bool,
}

/// What a graph's user did beside operating parameters.
#[derive(Clone, Debug)]
pub struct GraphResponse {
    /// Of the picture below all that can be operated.
    pub response: Response,
    /// The picture without its numbers.
    pub plot: Rect,
    /// The plain values on both axes where it was double-clicked, and nothing that can be operated was there.
    pub double_clicked: Option<[f64; 2]>,
}

/// A curve in a [`Graph`].
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    source: Source<'a>,
    tone: Tone,
    width: f32,
    strength: f32,
    filled: Option<(f64, f32)>,
}

#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    Curve(&'a str),
    Points(&'a [f32]),
}

impl<'a> Line<'a> {
    /// The curve with this id; see [`Context::curve`].
    #[must_use]
    pub fn curve(id: &'a str) -> Self {
        Self { source: Source::Curve(id), tone: Tone::Text, width: 2.0, strength: 1.0, filled: None }
    }

    /// These y values, evenly spaced over the x axis.
    #[must_use]
    pub fn points(points: &'a [f32]) -> Self {
        Self { source: Source::Points(points), ..Self::curve("") }
    }

    /// As what the picture is about: in the accent colour, and filled to 0.
    #[must_use]
    pub fn main(self) -> Self {
        Self { tone: Tone::Accent, filled: Some((0.0, 0.14)), ..self }
    }

    /// As a part of what the picture is about, or what is only there for comparison.
    #[must_use]
    pub fn dim(self) -> Self {
        Self { width: 1.0, strength: 0.5, ..self }
    }

    /// In this colour.
    #[must_use]
    pub fn tone(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// So wide, in points.
    #[must_use]
    pub fn width(self, width: f32) -> Self {
        Self { width, ..self }
    }

    /// Filled from this y value.
    #[must_use]
    pub fn filled(self, from: f64) -> Self {
        Self { filled: Some((from, 0.14)), ..self }
    }

    fn paint(&self, ui: &Ui, plot: Rect, axes: &Axes, context: &mut Context<'_>) {
        let Some(axis) = axes.y else { return };
        let values = match self.source {
            Source::Curve(id) => context.curve(id),
            Source::Points(points) => points,
        };
        let points = places(values, plot, &axis);
        let (painter, color) = (ui.painter_at(plot.expand(1.0)), self.tone.color(context.theme));
        if let Some((from, strength)) = self.filled {
            let base = axis.y(plot, from).clamp(plot.top(), plot.bottom());
            ink::area(&painter, &points, base, color.gamma_multiply(strength));
        }
        ink::line(&painter, &points, Stroke::new(self.width, color.gamma_multiply(self.strength)));
    }
}

/// Where y values are that stand evenly over a picture.
pub(super) fn places(values: &[f32], plot: Rect, axis: &Axis) -> Vec<Pos2> {
    let step = plot.width() / values.len().saturating_sub(1).max(1) as f32;
    // What is far outside need not be exact.
    let (top, bottom) = (plot.top() - plot.height(), plot.bottom() + plot.height());
    let place = |(n, value): (usize, &f32)| {
        let y = axis.y(plot, f64::from(*value)).clamp(top, bottom);
        Pos2::new(plot.left() + step * n as f32, y)
    };
    values.iter().enumerate().map(place).collect()
}

/// Radius of a dot.
const DOT: f32 = 5.0;

impl<'a> Graph<'a> {
    /// With these axes and nothing in it.
    #[must_use]
    pub fn new(x: Axis, y: Axis) -> Self {
        Self {
            axes: Axes { x: Some(x), y: Some(y), numbers: true },
            spectra: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            handles: Vec::new(),
            nodes: &[],
            selected: None,
            id: "",
            grid: true,
        }
    }

    /// With a name: where there is a second graph.
    #[must_use]
    pub fn id(self, id: &'a str) -> Self {
        Self { id, ..self }
    }

    /// Without numbers: where another picture beside it has them.
    #[must_use]
    pub fn without_numbers(mut self) -> Self {
        self.axes.numbers = false;
        self
    }

    /// Without grid and numbers: where a view has drawn its own ground below.
    #[must_use]
    pub fn bare(self) -> Self {
        Self { grid: false, ..self }.without_numbers()
    }

    /// With a spectrum.
    #[must_use]
    pub fn spectrum(mut self, spectrum: SpectrumLayer<'a>) -> Self {
        self.spectra.push(spectrum);
        self
    }

    /// With a curve.
    #[must_use]
    pub fn line(mut self, line: Line<'a>) -> Self {
        self.lines.push(line);
        self
    }

    /// With a dot at these plain values: where on a curve the signal is now.
    #[must_use]
    pub fn dot(mut self, x: f64, y: f64) -> Self {
        self.dots.push([x, y]);
        self
    }

    /// With a line that is dragged.
    #[must_use]
    pub fn handle(mut self, handle: Handle) -> Self {
        self.handles.push(handle);
        self
    }

    /// With these nodes. `selected` is the one whose values a view shows elsewhere: it follows what the user takes
    /// hold of, and a view may set it.
    #[must_use]
    pub fn nodes(self, nodes: &'a [Node<'a>], selected: &'a mut Option<usize>) -> Self {
        Self { nodes, selected: Some(selected), ..self }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> GraphResponse {
        let size = ui.available_size().max(Vec2::new(160.0, 96.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle, numbers included.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> GraphResponse {
        let id = ui.scope_id().with(("graph", self.id));
        let (axes, theme) = (self.axes, context.theme);
        let plot = axes.plot(ui, theme, rect);
        // The keyboard has nothing to do here.
        let response = ui.interact(plot, id, Sense::CLICK);
        // Operated first and painted last: so curves follow in the same frame.
        let handles = self.handles.iter().map(|it| (it, it.operate(ui, plot, id, &axes, context)));
        let handles: Vec<_> = handles.collect();
        let nodes = Nodes { nodes: self.nodes, plot, axes, id };
        let mut none = None;
        let selected = self.selected.unwrap_or(&mut none);
        let (responses, taken) = nodes.operate(ui, *selected, context);
        *selected = taken.or(*selected).filter(|n| *n < self.nodes.len());

        if self.grid {
            axes.paint(ui, theme, rect, plot);
        }
        for spectrum in &self.spectra {
            spectrum.paint(ui, plot, &axes, context);
        }
        for line in &self.lines {
            line.paint(ui, plot, &axes, context);
        }
        for [x, y] in self.dots {
            let at = Pos2::new(
                axes.x.map_or(0.0, |axis| axis.x(plot, x)),
                axes.y.map_or(0.0, |axis| axis.y(plot, y)),
            );
            let at = at.clamp(plot.min, plot.max);
            ui.painter().circle_filled(at, DOT + 1.5, theme.colors.background);
            ui.painter().circle_filled(at, DOT, theme.colors.accent);
        }
        for (handle, response) in handles {
            if let Some(response) = response {
                handle.paint(ui, plot, &axes, &response, context);
            }
        }
        nodes.paint(ui, responses, *selected, context);
        let at = response.interact_pointer_pos().filter(|_| response.double_clicked());
        let double_clicked = at.and_then(|at| {
            let x = axes.x?.plain(f64::from((at.x - plot.left()) / plot.width()));
            let y = axes.y?.plain(f64::from((plot.bottom() - at.y) / plot.height()));
            Some([x, y])
        });
        GraphResponse { response, plot, double_clicked }
    }
}
