//! An envelope as a picture that is dragged: attack, decay, sustain, release.

use egui::{CursorIcon, Id, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2};

use super::ink;
use super::node::{area, nearest, part};
use super::tip::tip;
use crate::context::Context;
use crate::gesture::{Plane, Travel, Way, drag_along, plane_keys, wheel};
use crate::text;
use crate::theme::corner;

/// An envelope: its curve, and a handle at the end of each part that is dragged. The first stands for the attack, the
/// second for decay (to the side) and sustain (upwards), the third for the release. Each is operated as a
/// [`Node`](super::Node) is: a gesture for each parameter, Shift for fine, wheel and arrow keys, a double-click or
/// Delete for the defaults; its values stand beside it meanwhile.
///
/// The time axis is not one scale: each part is as long as its knob is turned, 30 % of the width at most. So a
/// millisecond and ten seconds can both be seen and dragged where a parameter's own range has room for both. The
/// release begins at 70 %, where a line stands for the key that is let go.
///
/// Its curve is the plugin's own: three stretches of points, each a third of all, from the beginning of attack, decay
/// and release to its end, with levels from 0 to 1.
///
/// ```
/// use dyad_gui::{Context, Envelope};
/// use egui::Ui;
///
/// fn picture(ui: &mut Ui, context: &mut Context<'_>, adsr: [usize; 4]) {
///     Envelope::new(adsr, "env_1").show(ui, context);
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    adsr: [usize; 4],
    curve: &'a str,
}

/// The most of the width that attack, decay and release each have, and where the release begins.
const PART: f32 = 0.3;
const RELEASE: f32 = 1.0 - PART;
/// Radius of a handle, and from the picture's edge to what is in it, so that handles are within.
const RADIUS: f32 = 5.5;
const MARGIN: f32 = 10.0;

impl<'a> Envelope<'a> {
    /// Of the parameters with these indices (attack, decay, sustain, release), with the curve of this id.
    #[must_use]
    pub fn new(adsr: [usize; 4], curve: &'a str) -> Self {
        Self { adsr, curve }
    }

    /// Where egui puts it, as large as there is room.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let size = ui.available_size().max(Vec2::new(144.0, 64.0));
        let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let id = ui.scope_id().with(("envelope", self.adsr));
        // The keyboard has nothing to do on the ground.
        let ground = ui.interact(rect, id, Sense::hover());
        let plot = rect.shrink(MARGIN);
        let responses = self.operate(ui, plot, id, context);
        let (theme, painter) = (context.theme, ui.painter());
        let colors = &theme.colors;
        let radius = corner(theme.radius.control);
        painter.rect(rect, radius, colors.well, Stroke::new(1.0, colors.line), StrokeKind::Inside);
        let faint = Stroke::new(1.0, super::mix(colors.well, colors.line, 0.7));
        for level in [0.0, 0.5, 1.0] {
            let y = (plot.bottom() - plot.height() * level).round() + 0.5;
            painter.hline(rect.x_range().shrink(1.0), y, faint);
        }
        let let_go = (plot.left() + plot.width() * RELEASE).round();
        let (top, bottom) = (Pos2::new(let_go, rect.top() + 1.0), Pos2::new(let_go, rect.bottom() - 1.0));
        ink::dashed(painter, top, bottom, colors.line);

        let points = self.points(plot, context);
        ink::area(ui.painter(), &points, plot.bottom(), colors.accent.gamma_multiply(0.14));
        ink::line(ui.painter(), &points, Stroke::new(2.0, colors.accent));
        let places = self.places(plot, context);
        for (response, place) in responses.iter().zip(places) {
            let (lively, focused) =
                (response.hovered() || response.dragged(), context.shows_focus(response));
            let radius = if lively { RADIUS + 1.0 } else { RADIUS };
            ui.painter().circle_filled(place, radius + 1.5, colors.well);
            ui.painter().circle_filled(place, radius, if lively { colors.text } else { colors.accent });
            if focused {
                ui.painter().circle_stroke(place, radius + 3.5, Stroke::new(1.5, colors.signal));
            }
        }
        let told = (0..responses.len()).max_by_key(|n| {
            let response = &responses[*n];
            (response.dragged(), response.hovered(), context.shows_focus(response))
        });
        let seen =
            |response: &Response| response.dragged() || response.hovered() || context.shows_focus(response);
        if let Some(n) = told.filter(|n| seen(&responses[*n])) {
            tip(ui, theme, rect.shrink(2.0), places[n], RADIUS + 5.0, &self.says(n, context));
        }
        ground
    }

    /// The parameters that a handle moves: to the side, and upwards.
    fn moves(self, handle: usize) -> (usize, Option<usize>) {
        let [attack, decay, sustain, release] = self.adsr;
        [(attack, None), (decay, Some(sustain)), (release, None)][handle]
    }

    fn says(self, handle: usize, context: &Context<'_>) -> String {
        let (x, y) = self.moves(handle);
        let value = |index| {
            let info = context.info(index)?;
            Some(format!("{} {}", info.name, text::shown(info, context.host.value(index))))
        };
        let values: Vec<String> = [Some(x), y].into_iter().flatten().filter_map(value).collect();
        values.join("   ")
    }

    fn operate(self, ui: &Ui, plot: Rect, id: Id, context: &mut Context<'_>) -> [Response; 3] {
        let places = self.places(plot, context);
        let nearest = nearest(ui, id, &places.map(Some), None);
        [0, 1, 2].map(|n| {
            let (x, y) = self.moves(n);
            let response = ui.interact(area(n, places[n], nearest), part(id, n), Sense::click_and_drag());
            let cursor = if y.is_some() { CursorIcon::Move } else { CursorIcon::ResizeHorizontal };
            let response = response.on_hover_and_drag_cursor(cursor);
            let across = Way::new(x, Travel::Right(plot.width() * PART));
            let up = y.and_then(|y| Way::new(y, Travel::Up(plot.height())));
            let ways: Vec<Way> = [across, up].into_iter().flatten().collect();
            drag_along(ui, context, &response, &ways, None);
            let main = y.unwrap_or(x);
            context.share(&response, main);
            if response.hovered() || response.dragged() {
                wheel(ui, context, main);
            }
            plane_keys(ui, context, &response, Plane { x: Some(x), y, ..Plane::default() });
            response.widget_info(|| {
                egui::WidgetInfo::slider(true, context.position(main), self.says(n, context))
            });
            response
        })
    }

    /// Where attack and decay end, and where the release begins and ends.
    fn times(self, plot: Rect, context: &Context<'_>) -> [f32; 4] {
        let [attack, decay, _, release] = self.adsr;
        let part = |index| plot.width() * PART * context.position(index) as f32;
        let attack = plot.left() + part(attack);
        let let_go = plot.left() + plot.width() * RELEASE;
        [attack, attack + part(decay), let_go, let_go + part(release)]
    }

    fn places(self, plot: Rect, context: &Context<'_>) -> [Pos2; 3] {
        let [attack, decay, _, release] = self.times(plot, context);
        let sustain = plot.bottom() - plot.height() * context.position(self.adsr[2]) as f32;
        [Pos2::new(attack, plot.top()), Pos2::new(decay, sustain), Pos2::new(release, plot.bottom())]
    }

    /// The curve, its stretches drawn to the lengths that they have now.
    fn points(self, plot: Rect, context: &mut Context<'_>) -> Vec<Pos2> {
        let [attack, decay, let_go, release] = self.times(plot, context);
        let levels = context.curve(self.curve);
        let third = levels.len() / 3;
        if third < 2 {
            return Vec::new();
        }
        let spans = [(plot.left(), attack), (attack, decay), (let_go, release)];
        let mut points = Vec::with_capacity(levels.len());
        for (levels, (from, to)) in levels.chunks_exact(third).zip(spans) {
            let step = (to - from) / (third - 1) as f32;
            points.extend(levels.iter().enumerate().map(|(n, level)| {
                let level = level.clamp(0.0, 1.0);
                Pos2::new(from + step * n as f32, plot.bottom() - plot.height() * level)
            }));
        }
        points
    }
}
