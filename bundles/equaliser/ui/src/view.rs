//! The native editor: the picture with its nodes, the selected band below, meters at the right edge.

use std::sync::Arc;

use dyad_ui::egui::{Align2, CursorIcon, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2, WidgetInfo};
use dyad_ui::{
    Axis, Context, Description, Graph, Header, Knob, Line, Meter, Scale, Select, Shows, SpectrumLayer,
    Theme, Toggle, Tone, View,
};

use crate::bands::Band;
use crate::{DECIBELS, HERTZ};

/// Makes it.
pub(crate) fn view(description: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    let id = |id: &str| description.index_of(id);
    Some(Box::new(Editor {
        bands: Band::all(description)?,
        output: id("output")?,
        analyser: id("analyser")?,
        before: [id("in_left")?, id("in_right")?],
        after: [id("out_left")?, id("out_right")?],
        selected: Some(FIRST),
        shows: Shows::default(),
    }))
}

/// The size at which it opens, and the least one.
const SIZE: Vec2 = Vec2::new(1008.0, 600.0);
const LEAST: Vec2 = Vec2::new(960.0, 448.0);
/// Width of what stands at the right, with its two bars.
const METERS: f32 = 128.0;
const BAR: f32 = 40.0;
/// Height of the controls.
const CONTROLS: f32 = 136.0;
/// The band whose controls are there at first: a bell.
const FIRST: usize = 2;
/// Levels of the spectrum at the lower and upper edge, in decibels, and by how much it is turned in an octave.
const LEVELS: (f64, f64) = (-90.0, 0.0);
const TILT: f64 = 3.0;

struct Editor {
    bands: Vec<Band>,
    output: usize,
    analyser: usize,
    before: [usize; 2],
    after: [usize; 2],
    /// The band whose controls are there.
    selected: Option<usize>,
    shows: Shows,
}

impl View for Editor {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.shows.update(context);
        let all = ui.max_rect();
        let (header, rest) = all.split_top_bottom_at_y(all.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let (left, meters) = rest.split_left_right_at_x(rest.right() - METERS);
        let (picture, controls) = left.split_top_bottom_at_y(left.bottom() - CONTROLS);
        self.picture(ui, picture, context);
        self.controls(ui, controls, context);
        self.meters(ui, meters, context);
    }

    fn preferred_size(&self) -> Vec2 {
        SIZE
    }

    fn minimum_size(&self) -> Vec2 {
        LEAST
    }

    fn zoom(&self, window: Vec2) -> f32 {
        (window.x / SIZE.x).min(window.y / SIZE.y).max(1.0)
    }
}

impl Editor {
    fn picture(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let nodes: Vec<_> = self.bands.iter().map(|band| band.node(context)).collect();
        let mut graph =
            Graph::new(Axis::frequency(HERTZ.0, HERTZ.1), Axis::decibels(DECIBELS.0, DECIBELS.1));
        if context.host.value(self.analyser) >= 0.5 {
            graph = graph.spectrum(SpectrumLayer::new(&self.shows, 0).range(LEVELS.0, LEVELS.1).tilt(TILT));
        }
        for (n, band) in self.bands.iter().enumerate() {
            if band.is_on(context) {
                let line = Line::curve(band.curve).tone(Tone::Of(band.color)).dim();
                // The one whose controls are there stands out.
                graph = graph.line(if self.selected == Some(n) { line.filled(0.0) } else { line });
            }
        }
        let graph = graph.line(Line::curve("response")).nodes(&nodes, &mut self.selected);
        let padding = context.theme.space.padding;
        let rect = Rect::from_min_max(rect.min + Vec2::splat(padding), rect.max - Vec2::new(padding, 8.0));
        if let Some([hertz, gain]) = graph.put(ui, rect, context).double_clicked {
            self.add(hertz, gain, context);
        }
    }

    /// Turns on a band here: the first one that does nothing.
    fn add(&mut self, hertz: f64, gain: f64, context: &mut Context<'_>) {
        let free = |band: &Band| {
            let flat = band.kind(context).has_gain() && context.host.value(band.gain) == 0.0;
            flat || !band.is_on(context)
        };
        let Some(n) = self.bands.iter().position(free) else { return };
        let band = self.bands[n];
        for (index, plain) in [(band.kind, 0.0), (band.freq, hertz), (band.gain, gain), (band.on, 1.0)] {
            context.edit(index, plain);
        }
        self.selected = Some(n);
    }

    fn controls(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        let line = Stroke::new(1.0, theme.colors.line);
        ui.painter().rect_filled(rect, 0.0, theme.colors.panel);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, line);
        let selected = self.selected.unwrap_or(FIRST);
        let band = self.bands[selected];
        let kind = band.kind(context);
        let inner = rect.shrink(theme.space.padding);
        // What is left over goes between the groups.
        let rest = (inner.width() - 728.0).max(0.0);
        let gap = (rest / 4.0).clamp(8.0, 24.0).round();
        let mut at = inner.left();
        let mut room = |width: f32| {
            let room = Rect::from_min_size(Pos2::new(at, inner.top()), Vec2::new(width, inner.height()));
            at = room.right() + gap;
            room
        };

        self.chips(ui, room(144.0), selected, context);
        let selects = room(136.0);
        let (upper, lower) = selects.split_top_bottom_at_y(selects.center().y);
        Select::new(band.kind).put(ui, upper, context);
        faint(ui, !kind.has_slope(), |ui| Select::new(band.slope).put(ui, lower, context));
        let knobs = room(264.0);
        for (n, (index, used)) in [(band.freq, true), (band.gain, kind.has_gain()), (band.q, kind.has_q())]
            .into_iter()
            .enumerate()
        {
            let min = Pos2::new(knobs.left() + 88.0 * n as f32, knobs.top());
            let place = Rect::from_min_size(min, Vec2::new(88.0, knobs.height()));
            faint(ui, !used, |ui| Knob::new(index).main(true).put(ui, place, context));
        }
        // What is not a band's stands at the other end.
        let output = Rect::from_min_max(Pos2::new(inner.right() - 88.0, inner.top()), inner.max);
        Knob::new(self.output).put(ui, output, context);
        let analyser = Vec2::new(96.0, 48.0);
        let place = Pos2::new(output.left() - gap * 0.5 - analyser.x, inner.center().y - analyser.y * 0.5);
        Select::new(self.analyser).put(ui, Rect::from_min_size(place, analyser), context);
        let x = ((knobs.right() + place.x) * 0.5).round() + 0.5;
        ui.painter().vline(x, inner.y_range(), line);
    }

    /// A chip for each band, and the switch of the one that is selected.
    fn chips(&mut self, ui: &mut Ui, rect: Rect, selected: usize, context: &mut Context<'_>) {
        for (n, band) in self.bands.clone().into_iter().enumerate() {
            let (row, column) = (n / 4, n % 4);
            let min = rect.min + Vec2::new(36.0 * column as f32, 34.0 * row as f32);
            let place = Rect::from_min_size(min, Vec2::new(32.0, 28.0));
            let response = chip(ui, place, &band, n == selected, context);
            if response.clicked() || response.gained_focus() {
                self.selected = Some(n);
            }
            if response.double_clicked() {
                let on = band.is_on(context);
                context.edit(band.on, f64::from(u8::from(!on)));
            }
        }
        let switch = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 28.0), rect.max);
        Toggle::new(self.bands[selected].on).put(ui, switch, context);
    }

    fn meters(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let line = Stroke::new(1.0, context.theme.colors.line);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), line);
        let inner = rect.shrink2(Vec2::new(8.0, 12.0));
        Scale.put(ui, inner.with_max_x(inner.left() + Scale::WIDTH), context);
        let bars = [(self.before, "In"), (self.after, "Out")];
        for (n, ([left, right], name)) in bars.into_iter().enumerate() {
            let min = Pos2::new(inner.left() + Scale::WIDTH + BAR * n as f32, inner.top());
            let place = Rect::from_min_size(min, Vec2::new(BAR, inner.height()));
            Meter::pair(left, right, name).put(ui, place, context);
        }
    }
}

/// Drawn faintly where it changes nothing now.
fn faint<R>(ui: &mut Ui, faint: bool, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let scope = ui.scope(|ui| {
        if faint {
            ui.multiply_opacity(0.4);
        }
        draw(ui)
    });
    scope.inner
}

/// A band's number. It is filled while the band is on, and framed while it is selected.
fn chip(ui: &mut Ui, rect: Rect, band: &Band, selected: bool, context: &mut Context<'_>) -> Response {
    let (theme, id) = (context.theme, ui.scope_id().with(("band", band.on)));
    let response = ui.interact(rect, id, Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
    context.bind(&response, band.on);
    let colors = &theme.colors;
    let on = band.is_on(context);
    let (fill, ink) = if on { (band.color, colors.background) } else { (colors.raised, colors.dim) };
    let fill = if on && !selected && !response.hovered() { fill.gamma_multiply(0.8) } else { fill };
    let radius = theme.radius.control;
    let face = rect.shrink(2.0);
    ui.painter().rect_filled(face, radius - 1.0, fill);
    let (edge, width) = if context.shows_focus(&response) {
        (colors.signal, 1.5)
    } else if selected {
        (colors.text, 1.5)
    } else {
        (if on { fill } else { colors.outline }, 0.0)
    };
    if width > 0.0 {
        let kind = dyad_ui::egui::StrokeKind::Inside;
        ui.painter().rect_stroke(rect, radius, Stroke::new(width, edge), kind);
    }
    let font = theme.strong(theme.font.text);
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, band.label, font, ink);
    response.widget_info(|| {
        WidgetInfo::selected(
            dyad_ui::egui::Role::RadioButton,
            true,
            selected,
            format!("Band {}", band.label),
        )
    });
    response
}
