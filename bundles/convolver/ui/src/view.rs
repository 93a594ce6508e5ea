//! The native editor: source and file, the response, knobs below, meters at the right edge.

use std::sync::Arc;

use dyad_ui::egui::{Pos2, Rect, Stroke, Ui, Vec2};
use dyad_ui::{
    Context, Description, FileField, Header, Knob, Meter, Notice, Scale, Select, Shows, Theme, Toggle,
    View, Waveform,
};

/// Makes it.
pub(crate) fn view(description: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Editor { ids: Ids::of(description)?, shows: Shows::default() }))
}

/// The size at which it opens, and the least one.
const SIZE: Vec2 = Vec2::new(872.0, 560.0);
const LEAST: Vec2 = Vec2::new(776.0, 472.0);
/// Width of what stands at the right, and of a pair of bars.
const METERS: f32 = 128.0;
const BAR: f32 = 40.0;
/// Height of the source's row, of the notice, and of each of the two rows of controls.
const SOURCE: f32 = 64.0;
const NOTICE: f32 = 32.0;
const ROW: f32 = 104.0;

/// Where the parameters are.
struct Ids {
    source: usize,
    pre_delay: usize,
    /// What is done to the response.
    shape: [usize; 4],
    switches: [usize; 3],
    /// What is done to the sound; the mix is the last.
    sound: [usize; 6],
    input: [usize; 2],
    output: [usize; 2],
    /// Of the properties.
    impulse: usize,
}

impl Ids {
    fn of(description: &Description) -> Option<Self> {
        fn all<const N: usize>(description: &Description, ids: [&str; N]) -> Option<[usize; N]> {
            let found: Vec<_> = ids.into_iter().filter_map(|id| description.index_of(id)).collect();
            found.try_into().ok()
        }
        let [source, pre_delay] = all(description, ["source", "pre_delay"])?;
        Some(Self {
            source,
            pre_delay,
            shape: all(description, ["size", "length", "fade", "decay"])?,
            switches: all(description, ["reverse", "trim", "normalise"])?,
            sound: all(description, ["pre_delay", "low_cut", "high_cut", "width", "wet_gain", "mix"])?,
            input: all(description, ["in_left", "in_right"])?,
            output: all(description, ["out_left", "out_right"])?,
            impulse: description.properties.iter().position(|property| property.id == "impulse")?,
        })
    }
}

struct Editor {
    ids: Ids,
    shows: Shows,
}

impl View for Editor {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.shows.update(context);
        let all = ui.max_rect();
        let (header, rest) = all.split_top_bottom_at_y(all.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let (left, meters) = rest.split_left_right_at_x(rest.right() - METERS);
        let (upper, controls) = left.split_top_bottom_at_y(left.bottom() - 2.0 * ROW);
        let (source, picture) = upper.split_top_bottom_at_y(upper.top() + SOURCE);
        self.picture(ui, picture, context);
        self.controls(ui, controls, context);
        self.meters(ui, meters, context);
        // Its list lies above all else.
        self.source(ui, source, context);
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
    fn source(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let inner = rect.shrink2(Vec2::new(context.theme.space.padding, 0.0));
        let (select, rest) = inner.split_left_right_at_x(inner.left() + 152.0);
        Select::new(self.ids.source).put(ui, select, context);
        // As high as the button of the choice, which has its name above.
        let field = Rect::from_min_max(Pos2::new(rest.left() + 16.0, rest.top() + 18.0), rest.max);
        if self.is_file(context) {
            FileField::new(self.ids.impulse).empty("No file chosen").put(ui, field, context);
        } else {
            Notice::new(&self.shows, 0).put(ui, field, context);
        }
    }

    fn is_file(&self, context: &Context<'_>) -> bool {
        context.host.value(self.ids.source) < 0.5
    }

    fn picture(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let padding = context.theme.space.padding;
        let inner = rect.shrink2(Vec2::new(padding, 0.0)).with_max_y(rect.bottom() - 8.0);
        let (wave, notice) = inner.split_top_bottom_at_y(inner.bottom() - NOTICE);
        let is_file = self.is_file(context);
        let wave = if is_file { wave } else { inner };
        let start = context.host.value(self.ids.pre_delay) / 1000.0;
        Waveform::new(&self.shows, 0)
            .start(start)
            .overlay("envelope")
            .empty("No impulse response: the sound passes")
            .put(ui, wave.with_min_y(wave.top() + 8.0), context);
        if is_file {
            Notice::new(&self.shows, 0).put(ui, notice, context);
        }
    }

    fn controls(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        ui.painter().rect_filled(rect, 0.0, theme.colors.panel);
        let line = Stroke::new(1.0, theme.colors.line);
        ui.painter().hline(rect.x_range(), rect.top() + 0.5, line);
        let (upper, lower) = rect.split_top_bottom_at_y(rect.center().y);
        ui.painter().hline(lower.shrink2(Vec2::new(16.0, 0.0)).x_range(), lower.top(), line);
        let cell = rect.width() / 6.0;
        let place = |row: Rect, n: usize| {
            let min = Pos2::new((row.left() + cell * n as f32).round(), row.top());
            Rect::from_min_size(min, Vec2::new(cell.round(), row.height()))
        };
        let knob = |index| Knob::new(index).diameter(theme.knob.small);
        for (n, index) in self.ids.shape.into_iter().enumerate() {
            knob(index).put(ui, place(upper, n), context);
        }
        let left = upper.left() + cell * 4.0;
        ui.painter().vline(left.round() + 0.5, upper.shrink(16.0).y_range(), line);
        for (n, index) in self.ids.switches.into_iter().enumerate() {
            let middle = upper.center().y + (n as f32 - 1.0) * 28.0;
            let min = Pos2::new((left + 24.0).round(), middle - 14.0);
            let place = Rect::from_min_size(min, Vec2::new(upper.right() - min.x - 16.0, 28.0));
            Toggle::new(index).put(ui, place, context);
        }
        for (n, index) in self.ids.sound.into_iter().enumerate() {
            let mix = n + 1 == self.ids.sound.len();
            knob(index).main(mix).put(ui, place(lower, n), context);
        }
    }

    fn meters(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let line = Stroke::new(1.0, context.theme.colors.line);
        ui.painter().vline(rect.left() + 0.5, rect.y_range(), line);
        let inner = rect.shrink2(Vec2::new(8.0, 12.0));
        Scale.put(ui, inner.with_max_x(inner.left() + Scale::WIDTH), context);
        for (n, ([left, right], name)) in
            [(self.ids.input, "In"), (self.ids.output, "Out")].into_iter().enumerate()
        {
            let from = inner.left() + Scale::WIDTH + BAR * n as f32;
            let place = Rect::from_min_size(Pos2::new(from, inner.top()), Vec2::new(BAR, inner.height()));
            Meter::pair(left, right, name).put(ui, place, context);
        }
    }
}
