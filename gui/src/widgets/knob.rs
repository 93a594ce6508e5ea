//! A knob with its name and value.

use egui::epaint::PathShape;
use egui::{Align2, Color32, CursorIcon, Painter, Pos2, Rect, Response, Sense, Stroke, Ui, Vec2};

use super::Value;
use crate::context::Context;
use crate::gesture::{TRAVEL, Travel, operate};
use crate::text;
use crate::theme::Theme;

/// A knob. Vertical drag, Shift for fine, wheel, arrow and Page keys, Home and End; double-click,
/// Ctrl-click or Delete for the default; a click on the value, or Enter, to type.
#[derive(Clone, Copy, Debug)]
pub struct Knob {
    index: usize,
    diameter: Option<f32>,
    main: bool,
    name: Option<&'static str>,
}

impl Knob {
    /// Of the parameter with this index.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self { index, diameter: None, main: false, name: None }
    }

    /// With a dial of this diameter in points.
    #[must_use]
    pub fn diameter(self, diameter: f32) -> Self {
        Self { diameter: Some(diameter), ..self }
    }

    /// As what the plugin is about: drawn in the accent colour.
    #[must_use]
    pub fn main(self, main: bool) -> Self {
        Self { main, ..self }
    }

    /// With this name below it instead of the parameter's: a shorter one, where what stands around it says the rest.
    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name: Some(name), ..self }
    }

    /// The room that it needs: dial, name and value.
    #[must_use]
    pub fn size(self, theme: &Theme) -> Vec2 {
        let diameter = self.diameter.unwrap_or(theme.knob.medium);
        let (label, value) = type_sizes(theme, diameter);
        let texts = (label * 1.5).ceil() + (value * 1.5).ceil();
        Vec2::new((diameter + 24.0).max(80.0), below(diameter) + texts)
    }

    /// Where egui puts it.
    pub fn show(self, ui: &mut Ui, context: &mut Context<'_>) -> Response {
        let (rect, _) = ui.allocate_exact_size(self.size(context.theme), Sense::hover());
        self.put(ui, rect, context)
    }

    /// In this rectangle, in its middle.
    pub fn put(self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) -> Response {
        let theme = context.theme;
        let diameter = self.diameter.unwrap_or(theme.knob.medium);
        let (label, value) = type_sizes(theme, diameter);
        let rect = Rect::from_center_size(rect.center(), Vec2::new(rect.width(), self.size(theme).y));
        let dial = Rect::from_min_size(rect.min, Vec2::new(rect.width(), diameter));
        let dial = Rect::from_center_size(dial.center(), Vec2::splat(diameter));
        let names = Rect::from_min_size(
            Pos2::new(rect.left(), dial.top() + below(diameter)),
            Vec2::new(rect.width(), (label * 1.5).ceil()),
        );
        let values = Rect::from_min_size(
            Pos2::new(rect.left(), names.bottom()),
            Vec2::new(rect.width(), (value * 1.5).ceil()),
        );
        let id = ui.scope_id().with(("knob", self.index));
        let response = ui.interact(dial, id, Sense::click_and_drag());
        let response = response.on_hover_and_drag_cursor(CursorIcon::ResizeVertical);
        let Some(info) = context.info(self.index) else { return response };
        operate(ui, context, &response, self.index, Travel::Up(TRAVEL));
        let enter = ui.input(|input| input.key_pressed(egui::Key::Enter));
        if response.has_focus() && enter && context.state.entry.is_none() {
            let shown = text::shown(info, context.host.value(self.index));
            super::value::open(ui, self.index, shown, context);
        }

        let bipolar = info.range.min() < 0.0 && info.range.max() > 0.0;
        let zero = if bipolar { Some(info.range.normalize(0.0) as f32) } else { None };
        let lively = response.hovered() || context.shows_focus(&response) || context.is_held(self.index);
        let color = if self.main { theme.colors.accent } else { theme.colors.value };
        let face = Face { theme, dial, color, lively, position: context.position(self.index) as f32, zero };
        face.paint(ui.painter());
        if context.shows_focus(&response) {
            let stroke = Stroke::new(1.5, theme.colors.signal);
            ui.painter().circle_stroke(dial.center(), diameter * 0.5 + 2.0, stroke);
        }
        let name = self.name.unwrap_or(&info.name);
        let galley = text::capitals(ui, name, theme.regular(label), theme.colors.dim, names.width());
        let elided = galley.elided || self.name.is_some();
        text::put(ui, names, Align2::CENTER_CENTER, galley, theme.colors.dim);
        if elided {
            let hover = ui.interact(names, id.with("name"), Sense::hover());
            hover.on_hover_text(info.name.as_ref());
        }
        Value::new(self.index).size(value).put(ui, values, context);
        let plain = context.host.value(self.index);
        response.widget_info(|| {
            let label = format!("{}, {}", info.name, text::shown(info, plain));
            egui::WidgetInfo::slider(true, plain, label)
        });
        response
    }
}

/// Where the name begins, from the top of the dial: the arc is open below.
fn below(diameter: f32) -> f32 {
    (diameter * 0.9 + 4.0).ceil()
}

/// Sizes of the name and the value below a dial of this diameter.
fn type_sizes(theme: &Theme, diameter: f32) -> (f32, f32) {
    if diameter < theme.knob.small {
        return (theme.font.label, theme.font.text);
    }
    let large = if diameter >= 80.0 { 2.0 } else { 0.0 };
    (theme.font.label + large * 0.5, theme.font.value + large)
}

/// The picture of a knob.
struct Face<'a> {
    theme: &'a Theme,
    dial: Rect,
    color: Color32,
    /// The pointer or the keyboard is at it.
    lively: bool,
    position: f32,
    /// Where the arc begins if not at the minimum.
    zero: Option<f32>,
}

impl Face<'_> {
    fn paint(&self, painter: &Painter) {
        let (theme, center) = (self.theme, self.dial.center());
        let scale = self.dial.width() / theme.knob.medium;
        // Thicker arcs on larger knobs, but less than in proportion.
        let width = theme.knob.track * scale.sqrt();
        let radius = self.dial.width() * 0.5 - width * 0.5;
        self.arc(painter, center, radius, width, 0.0, 1.0, theme.colors.line);
        let from = self.zero.unwrap_or(0.0);
        let (low, high) = (from.min(self.position), from.max(self.position));
        self.arc(painter, center, radius, width, low, high, self.color);
        if let Some(zero) = self.zero {
            // An arc of no length is a dot, so that it is seen where nothing is changed.
            painter.circle_filled(
                center + Vec2::angled(self.angle(zero)) * radius,
                width * 0.5,
                self.color,
            );
        }
        let cap = if self.lively { theme.colors.line } else { theme.colors.raised };
        painter.circle_filled(center, self.dial.width() * 0.315, cap);
        let way = Vec2::angled(self.angle(self.position));
        let (inner, outer) = (self.dial.width() * 0.14, self.dial.width() * 0.275);
        let hand = 2.5 * scale.sqrt();
        let (from, to) = (center + way * inner, center + way * outer);
        // No line segment: those are moved to whole pixels, and the round ends are not.
        painter.add(PathShape::line(vec![from, to], Stroke::new(hand, theme.colors.text)));
        for end in [from, to] {
            painter.circle_filled(end, hand * 0.5, theme.colors.text);
        }
    }

    /// Of a position, clockwise from the right.
    fn angle(&self, position: f32) -> f32 {
        let sweep = self.theme.knob.degrees.to_radians();
        // Its open side is below.
        std::f32::consts::FRAC_PI_2 + (std::f32::consts::TAU - sweep) * 0.5 + sweep * position
    }

    #[expect(clippy::too_many_arguments, reason = "a shape's numbers")]
    fn arc(
        &self,
        painter: &Painter,
        center: Pos2,
        radius: f32,
        width: f32,
        low: f32,
        high: f32,
        color: Color32,
    ) {
        let (low, high) = (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0));
        let (first, last) = (self.angle(low), self.angle(high));
        let at = |angle: f32| center + Vec2::angled(angle) * radius;
        // Chords that differ from the circle by less than a twentieth of a pixel.
        let step = 2.0 * (1.0 - 0.05 / (radius * painter.pixels_per_point()).max(1.0)).acos();
        let count = ((last - first) / step).ceil().clamp(1.0, 200.0) as usize;
        if last > first {
            let points =
                (0..=count).map(|n| at(first + (last - first) * n as f32 / count as f32)).collect();
            painter.add(PathShape::line(points, Stroke::new(width, color)));
            for end in [first, last] {
                painter.circle_filled(at(end), width * 0.5, color);
            }
        }
    }
}
