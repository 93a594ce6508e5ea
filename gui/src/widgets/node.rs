//! Points in a graph that are dragged: the bands of an equaliser.

use egui::{Align2, Color32, CursorIcon, Id, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::axis::Axes;
use super::mix;
use super::tip::{tip, value_of};
use crate::context::Context;
use crate::gesture::{Plane, Way, drag_along, plane_keys, wants_default, wheel};
use crate::text;

/// A point in a [`Graph`](super::Graph) that stands for parameters: one on each axis, one that the wheel and the
/// Page keys move, one that says whether it counts.
///
/// A drag is a gesture on both axes, Shift makes it fine; arrow keys step; a double-click, Ctrl-click or Delete
/// brings its values to their defaults; Enter switches it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Node<'a> {
    x: Option<usize>,
    y: Option<usize>,
    wheel: Option<usize>,
    enabled: Option<usize>,
    rest: [f64; 2],
    label: &'a str,
    color: Option<Color32>,
}

/// Radius of a node, and of what the pointer meets.
const RADIUS: f32 = 8.0;
const REACH: f32 = 12.0;

impl<'a> Node<'a> {
    /// One that has no parameters yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Moved along the x axis by this parameter.
    #[must_use]
    pub fn x(self, index: usize) -> Self {
        Self { x: Some(index), ..self }
    }

    /// Moved along the y axis by this parameter.
    #[must_use]
    pub fn y(self, index: usize) -> Self {
        Self { y: Some(index), ..self }
    }

    /// The wheel and the Page keys move this parameter: a filter's quality.
    #[must_use]
    pub fn wheel(self, index: usize) -> Self {
        Self { wheel: Some(index), ..self }
    }

    /// Counts while this switch is on.
    #[must_use]
    pub fn enabled(self, index: usize) -> Self {
        Self { enabled: Some(index), ..self }
    }

    /// Where it is on the x and the y axis, in plain values, where no parameter says so.
    #[must_use]
    pub fn rest(self, x: f64, y: f64) -> Self {
        Self { rest: [x, y], ..self }
    }

    /// A number, or two letters, in it.
    #[must_use]
    pub fn label(self, label: &'a str) -> Self {
        Self { label, ..self }
    }

    /// In this colour; the accent otherwise.
    #[must_use]
    pub fn color(self, color: Color32) -> Self {
        Self { color: Some(color), ..self }
    }

    fn is_on(&self, context: &Context<'_>) -> bool {
        self.enabled.is_none_or(|index| context.host.value(index) >= 0.5)
    }

    fn place(&self, plot: Rect, axes: &Axes, context: &Context<'_>) -> Option<Pos2> {
        let value = |index: Option<usize>, rest| index.map_or(rest, |index| context.host.value(index));
        let x = axes.x?.x(plot, value(self.x, self.rest[0]));
        let y = axes.y?.y(plot, value(self.y, self.rest[1]));
        Some(Pos2::new(x, y).clamp(plot.min, plot.max))
    }

    /// Those of its parameters that are read with it.
    fn read(&self) -> impl Iterator<Item = usize> {
        [self.x, self.y, self.wheel].into_iter().flatten()
    }
}

/// The nodes of a graph in one frame.
pub(super) struct Nodes<'a> {
    pub(super) nodes: &'a [Node<'a>],
    pub(super) plot: Rect,
    pub(super) axes: Axes,
    pub(super) id: Id,
}

impl Nodes<'_> {
    /// Lets the user operate them. Gives what is where, and the one that was taken hold of in this frame.
    pub(super) fn operate(
        &self,
        ui: &Ui,
        selected: Option<usize>,
        context: &mut Context<'_>,
    ) -> (Vec<(usize, Response)>, Option<usize>) {
        let places: Vec<_> =
            self.nodes.iter().map(|node| node.place(self.plot, &self.axes, context)).collect();
        let nearest = nearest(ui, self.id, &places, selected);
        let mut taken = None;
        let mut responses = Vec::with_capacity(places.len());
        // In their order, which is that of the Tab key; the nearest has the pointer, also where they overlap.
        for (n, (node, place)) in self.nodes.iter().zip(&places).enumerate() {
            let Some(place) = *place else { continue };
            let area = area(n, place, nearest);
            let response = ui.interact(area, part(self.id, n), Sense::click_and_drag());
            let response = response.on_hover_and_drag_cursor(CursorIcon::Grab);
            self.one(ui, node, &response, context);
            if response.is_pointer_button_down_on() || response.clicked() || response.gained_focus() {
                taken = Some(n);
            }
            responses.push((n, response));
        }
        (responses, taken)
    }

    /// Draws them, what is selected on top.
    pub(super) fn paint(
        &self,
        ui: &Ui,
        mut responses: Vec<(usize, Response)>,
        selected: Option<usize>,
        context: &Context<'_>,
    ) {
        responses.sort_by_key(|(n, _)| Some(*n) == selected);
        for (n, response) in &responses {
            self.face(ui, &self.nodes[*n], response, Some(*n) == selected, context);
        }
        // Of one that is dragged, else of one that is looked at.
        let told = responses.iter().max_by_key(|(_, response)| {
            (response.dragged(), response.hovered(), context.shows_focus(response))
        });
        let lively =
            |response: &Response| response.dragged() || response.hovered() || context.shows_focus(response);
        if let Some((n, _)) = told.filter(|(_, response)| lively(response)) {
            self.tell(ui, &self.nodes[*n], context);
        }
    }

    fn one(&self, ui: &Ui, node: &Node<'_>, response: &Response, context: &mut Context<'_>) {
        let across = Vec2::new(1.0 / self.plot.width(), 0.0);
        let upwards = Vec2::new(0.0, -1.0 / self.plot.height());
        let way = |index: Option<usize>, axis, per_point| index.map(|index| Way { index, axis, per_point });
        let ways = [way(node.x, self.axes.x, across), way(node.y, self.axes.y, upwards)];
        let ways: Vec<Way> = ways.into_iter().flatten().collect();
        drag_along(ui, context, response, &ways, None);
        if let Some(index) = node.wheel {
            if wants_default(ui, response) {
                context.reset(index);
            }
            if response.hovered() || response.dragged() {
                wheel(ui, context, index);
            }
        }
        // What hosts are told is there, and whose menu opens: the value that the picture is about.
        if let Some(index) = node.y.or(node.x) {
            context.share(response, index);
        }
        let Node { x, y, wheel: third, enabled: switch, .. } = *node;
        plane_keys(ui, context, response, Plane { x, y, third, switch });
    }

    fn face(&self, ui: &Ui, node: &Node<'_>, response: &Response, selected: bool, context: &Context<'_>) {
        // Where it has been brought to in this frame.
        let Some(place) = node.place(self.plot, &self.axes, context) else { return };
        let theme = context.theme;
        let on = node.is_on(context);
        let color = node.color.unwrap_or(theme.colors.accent);
        let (lively, painter) = (response.hovered() || response.dragged(), ui.painter());
        let radius = if lively || selected { RADIUS + 1.0 } else { RADIUS };
        // Apart from curves and from each other.
        painter.circle_filled(place, radius + 1.5, theme.colors.background);
        let ink = if on {
            painter.circle_filled(
                place,
                radius,
                if selected || lively { color } else { mix(theme.colors.background, color, 0.8) },
            );
            theme.colors.background
        } else {
            painter.circle_filled(place, radius, theme.colors.raised);
            painter.circle_stroke(
                place,
                radius - 0.75,
                Stroke::new(1.5, mix(theme.colors.background, color, 0.6)),
            );
            theme.colors.dim
        };
        if selected {
            painter.circle_stroke(place, radius + 2.5, Stroke::new(1.5, theme.colors.text));
        }
        if context.shows_focus(response) {
            painter.circle_stroke(place, radius + 5.0, Stroke::new(1.5, theme.colors.signal));
        }
        let galley = text::line(ui, node.label, theme.strong(theme.font.small), ink, radius * 2.0);
        text::put(
            ui,
            Rect::from_center_size(place, Vec2::splat(radius * 2.0)),
            Align2::CENTER_CENTER,
            galley,
            ink,
        );
        response.widget_info(|| {
            let values: Vec<String> = node.read().filter_map(|index| value_of(index, context)).collect();
            let label = format!("{} {}", node.label, values.join(", "));
            egui::WidgetInfo::slider(on, 0.0, label.trim())
        });
    }

    /// Says beside a node what its values are.
    fn tell(&self, ui: &Ui, node: &Node<'_>, context: &Context<'_>) {
        let Some(place) = node.place(self.plot, &self.axes, context) else { return };
        let values: Vec<String> = node.read().filter_map(|index| value_of(index, context)).collect();
        if !values.is_empty() {
            tip(ui, context.theme, self.plot, place, RADIUS + 8.0, &values.join("   "));
        }
    }
}

/// The id of one of several points that belong together.
pub(super) fn part(id: Id, n: usize) -> Id {
    id.with(("node", n))
}

/// Of several points the one that the pointer is at, if it is at one, and where it is.
pub(super) fn nearest(
    ui: &Ui,
    id: Id,
    places: &[Option<Pos2>],
    selected: Option<usize>,
) -> Option<(usize, Pos2)> {
    let at = ui.input(|input| input.pointer.hover_pos())?;
    let mut best: Option<(usize, f32)> = None;
    for (n, place) in places.iter().enumerate() {
        let Some(place) = place else { continue };
        // Of two in one place the selected one, else the later.
        let distance = (at - *place).length() - if Some(n) == selected { 1.0 } else { 0.0 };
        let dragged = ui.ctx().is_being_dragged(part(id, n));
        let distance = if dragged { f32::NEG_INFINITY } else { distance };
        let within = dragged || (at - *place).abs().max_elem() <= REACH;
        if within && best.is_none_or(|(_, least)| distance <= least) {
            best = Some((n, distance));
        }
    }
    best.map(|(n, _)| (n, at))
}

/// Where the pointer meets a point: nowhere, where another one is nearer to it.
pub(super) fn area(n: usize, place: Pos2, nearest: Option<(usize, Pos2)>) -> Rect {
    let area = Rect::from_center_size(place, Vec2::splat(REACH * 2.0));
    match nearest {
        Some((nearest, at)) if nearest != n && area.contains(at) => {
            Rect::from_center_size(area.left_top(), Vec2::splat(1.0))
        }
        _ => area,
    }
}
