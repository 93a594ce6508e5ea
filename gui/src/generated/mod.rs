//! An editor made from a plugin's description, for authors who write none.
//!
//! The usual header; groups as panels, nested ones inside; knobs, menus, switches and
//! buttons in them; levels as bars at the right; texts and paths at the bottom. It fills any size:
//! knobs grow with the room, and where there is too little of it the controls scroll.

mod content;
mod layout;
#[cfg(test)]
mod tests;

use dyad_core::Description;
use egui::{Align2, Pos2, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2};

use crate::context::Context;
use crate::text;
use crate::theme::{Theme, corner};
use crate::view::View;
use crate::widgets::meter_kind;
use crate::widgets::{
    Field, Header, Knob, Meter, MeterKind, Readout, Scale, Select, Slider, Toggle, Trigger,
};
use content::{Content, Control, Kind};
use layout::{Layout, Placed, What};

/// The generated editor of a plugin.
#[derive(Clone, Debug)]
pub struct Generated {
    content: Content,
    fields: usize,
    /// Widths of the bars at the right.
    bars: Vec<f32>,
    /// Whether a scale belongs beside them.
    scale: bool,
    theme: Theme,
    /// The size at which everything is seen at once, and that at which it opens.
    whole: Vec2,
    preferred: Vec2,
    /// What was found for the size of the last frame.
    found: Option<Found>,
}

/// Where everything stands at one size.
#[derive(Clone, Debug)]
struct Found {
    size: Vec2,
    /// Diameter of the knobs.
    knob: f32,
    /// Height of all controls.
    height: f32,
    placed: Vec<Placed>,
}

/// Distance between an editor's edge and its panels.
const EDGE: f32 = 8.0;
/// Distance between two bars.
const BAR_GAP: f32 = 4.0;
/// Height of the controls at least, where there are bars beside them.
const BARS_HEIGHT: f32 = 200.0;
/// What a window on a small screen has room for.
const LARGEST: Vec2 = Vec2::new(1000.0, 640.0);

impl Generated {
    /// For this plugin and this look. `[main-thread]`
    #[must_use]
    pub fn new(description: &Description, theme: &Theme) -> Self {
        let content = Content::of(description);
        let info = |index: &usize| &description.params[*index].info;
        // Names are short; long ones get an ellipsis.
        let width = |index: &usize| (info(index).name.chars().count() as f32 * 6.5 + 6.0).clamp(36.0, 72.0);
        let bars = content.bars.iter().map(width).collect();
        let scale = content.bars.iter().any(|index| meter_kind(info(index)) == Some(MeterKind::Level));
        let fields = description.properties.len();
        let (theme, size) = (theme.clone(), Vec2::splat(1.0));
        let mut new =
            Self { content, fields, bars, scale, theme, whole: size, preferred: size, found: None };
        new.whole = new.best_size();
        new.preferred = new.whole.min(LARGEST);
        new
    }

    /// The width of what stands at the right.
    fn bars_width(&self) -> f32 {
        if self.bars.is_empty() {
            return 0.0;
        }
        let gaps = (self.bars.len() - 1) as f32 * BAR_GAP;
        let scale = if self.scale { Scale::WIDTH + 4.0 } else { 0.0 };
        self.bars.iter().sum::<f32>() + gaps + scale + 2.0 * EDGE + EDGE
    }

    /// The best size with knobs of a comfortable one, whether it fits a screen or not.
    fn best_size(&self) -> Vec2 {
        let knob = self.comfortable();
        let mut best = (f32::INFINITY, LARGEST);
        for step in 10..=60 {
            let width = step as f32 * 16.0;
            let size = Vec2::new(width + self.bars_width() + 2.0 * EDGE, self.height(knob, width));
            if size.x > LARGEST.x {
                break;
            }
            // About as wide as screens are; what does not fit weighs heavily, and so does size.
            let shape = (size.x / size.y / 1.6).ln().abs();
            let beyond = (size.y / LARGEST.y - 1.0).max(0.0) * 10.0;
            let cost = shape + beyond + size.x * size.y.min(LARGEST.y) / 1e6;
            if cost < best.0 {
                best = (cost, size);
            }
        }
        best.1.ceil()
    }

    fn layout(&self, knob: f32) -> Layout<'_> {
        Layout { theme: &self.theme, knob }
    }

    /// The whole editor's height at this width of its controls.
    fn height(&self, knob: f32, width: f32) -> f32 {
        let controls = self.layout(knob).height(&self.content.root, self.fields, width);
        let controls = controls.max(if self.bars.is_empty() { 0.0 } else { BARS_HEIGHT });
        controls + self.theme.space.header + 2.0 * EDGE
    }

    /// A good size for a knob where nothing limits it.
    fn comfortable(&self) -> f32 {
        let knob = &self.theme.knob;
        match self.content.root.knob_count() {
            0 | 1 => knob.large,
            2..=4 => knob.medium * 1.5,
            5..=8 => knob.medium * 1.25,
            _ => knob.medium,
        }
    }

    /// The largest knob with which everything is seen at once, and whether it is.
    fn fit(&self, size: Vec2) -> (f32, bool) {
        let knob = &self.theme.knob;
        let fits = |diameter: f32| {
            self.layout(diameter).height(&self.content.root, self.fields, size.x) <= size.y + 0.5
        };
        let mut diameter = knob.large;
        while diameter >= knob.medium {
            if fits(diameter) {
                return (diameter, true);
            }
            diameter -= 4.0;
        }
        if fits(knob.small) { (knob.small, true) } else { (knob.medium, false) }
    }

    /// The bars at the right.
    fn bars(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        panel(ui, &self.theme, rect, 0);
        let inner = rect.shrink(EDGE);
        let mut left = inner.left();
        if self.scale {
            let rect = Rect::from_min_max(inner.min, Pos2::new(left + Scale::WIDTH, inner.bottom()));
            Scale.put(ui, rect, context);
            left = rect.right() + 4.0;
        }
        for (index, width) in self.content.bars.iter().zip(&self.bars) {
            let rect =
                Rect::from_min_max(Pos2::new(left, inner.top()), Pos2::new(left + width, inner.bottom()));
            Meter::new(*index).put(ui, rect, context);
            left += width + BAR_GAP;
        }
    }

    /// Where everything stands in so much room.
    fn find(&self, size: Vec2) -> Found {
        let (knob, whole) = self.fit(size);
        let root = &self.content.root;
        // Room for the bar beside the panels where they scroll.
        let width = if whole { size.x } else { (size.x - 10.0).max(1.0) };
        let height = if whole { size.y } else { self.layout(knob).height(root, self.fields, width) };
        let placed = self.layout(knob).place(root, self.fields, Vec2::new(width, height));
        Found { size, knob, height, placed }
    }

    /// Everything that is operated.
    fn controls(&mut self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let found = self.found.take().filter(|found| found.size == rect.size());
        let found = found.unwrap_or_else(|| self.find(rect.size()));
        if found.height <= rect.height() {
            self.placed(ui, rect.min, &found, context);
        } else {
            let mut inside = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("controls"));
            ScrollArea::vertical().auto_shrink(false).show(&mut inside, |ui| {
                let size = Vec2::new(rect.width(), found.height);
                let (area, _) = ui.allocate_exact_size(size, Sense::hover());
                self.placed(ui, area.min, &found, context);
            });
        }
        self.found = Some(found);
    }

    fn placed(&self, ui: &mut Ui, origin: Pos2, found: &Found, context: &mut Context<'_>) {
        let (theme, diameter) = (&self.theme, found.knob);
        let labels = (0..self.fields).map(|n| Field::new(n).label_width(ui, context)).fold(0.0, f32::max);
        for placed in &found.placed {
            // On whole points, so that lines are sharp.
            let rect = placed.rect.translate(origin.to_vec2());
            let rect = Rect::from_min_max(rect.min.round(), rect.max.round());
            match &placed.what {
                What::Panel { name, depth } => {
                    panel(ui, theme, rect, *depth);
                    let names = Rect::from_min_size(
                        rect.min + Vec2::new(12.0, 12.0),
                        Vec2::new(rect.width() - 24.0, 16.0),
                    );
                    let font = theme.strong(theme.font.label);
                    let galley = text::capitals(ui, name, font, theme.colors.text, names.width());
                    text::put(ui, names, Align2::LEFT_CENTER, galley, theme.colors.text);
                }
                What::Control(control) => {
                    let response = self.control(ui, rect, diameter, *control, context);
                    if response.gained_focus() {
                        response.scroll_to_me(None);
                    }
                }
                What::Field(index) => {
                    Field::new(*index).label(labels).put(ui, rect, context);
                }
            }
        }
    }

    fn control(
        &self,
        ui: &mut Ui,
        rect: Rect,
        diameter: f32,
        control: Control,
        context: &mut Context<'_>,
    ) -> egui::Response {
        let index = control.index;
        match control.kind {
            Kind::Knob => {
                let main = self.content.main == Some(index);
                Knob::new(index).diameter(diameter).main(main).put(ui, rect, context)
            }
            Kind::Select => Select::new(index).put(ui, rect, context),
            Kind::Slider => Slider::new(index).put(ui, rect, context),
            Kind::Toggle => Toggle::new(index).put(ui, rect, context),
            Kind::Trigger => Trigger::new(index).put(ui, rect, context),
            Kind::Readout => Readout::new(index).put(ui, rect, context),
        }
    }
}

/// The ground of a group. Those within are told apart by a line and a darker ground.
fn panel(ui: &Ui, theme: &Theme, rect: Rect, depth: usize) {
    let (fill, edge) = match depth % 2 {
        0 => (theme.colors.panel, theme.colors.panel),
        _ => (theme.colors.background, theme.colors.line),
    };
    let radius = corner(theme.radius.panel - depth.min(2) as f32 * 2.0);
    ui.painter().rect(rect, radius, fill, Stroke::new(1.0, edge), StrokeKind::Inside);
}

impl View for Generated {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        let screen = ui.max_rect();
        let header = screen.with_max_y(screen.top() + self.theme.space.header);
        let mut body =
            Rect::from_min_max(Pos2::new(screen.left(), header.bottom()), screen.max).shrink(EDGE);
        Header::put(ui, header, context);
        if body.width() < 1.0 || body.height() < 1.0 {
            return;
        }
        let bars = self.bars_width();
        let alone = self.content.root.knob_count() == 0 && self.content.root.rows.is_empty();
        let alone = alone && self.content.root.groups.is_empty() && self.fields == 0;
        if bars > 0.0 {
            let width = bars - EDGE;
            let rect = if alone { body } else { body.with_min_x((body.right() - width).max(body.left())) };
            self.bars(ui, rect, context);
            body.max.x = rect.left() - EDGE;
        }
        if !alone && body.width() >= 1.0 {
            self.controls(ui, body, context);
        }
    }

    fn preferred_size(&self) -> Vec2 {
        self.preferred
    }

    fn minimum_size(&self) -> Vec2 {
        let width = 184.0 + self.bars_width() + 2.0 * EDGE;
        let height = self.height(self.theme.knob.small, 184.0).min(260.0);
        Vec2::new(width.max(240.0), height).min(self.preferred).ceil()
    }

    fn zoom(&self, window: Vec2) -> f32 {
        // What scrolls gets more room first, and everything else grows.
        let zoom = (window.x / self.whole.x).min(window.y / self.whole.y);
        if zoom > 1.0 { ((zoom * 20.0).floor() / 20.0).min(3.0) } else { 1.0 }
    }
}
