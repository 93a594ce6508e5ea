//! What is around the voices: effects, how notes become voices, the level.

use dyad_ui::egui::{Align2, Pos2, Rect, Sense, Ui};
use dyad_ui::{Context, Description, Knob, Meter, Scale, Select};

use crate::panel::{Dial, Panel, knobs};

/// Chorus and reverb, one above the other.
pub(crate) struct Effects {
    rows: [[Dial; 3]; 2],
}

impl Effects {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let dial = |id: &str, name| Dial::new(description, id, name);
        Some(Self {
            rows: [
                [
                    dial("chorus_mix", "Chorus")?.main(),
                    dial("chorus_rate", "Rate")?,
                    dial("chorus_depth", "Depth")?,
                ],
                [
                    dial("reverb_mix", "Reverb")?.main(),
                    dial("reverb_decay", "Decay")?,
                    dial("reverb_damping", "Damping")?,
                ],
            ],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, "Effects", context);
        let (above, below) = panel.body.split_top_bottom_at_y(panel.body.center().y);
        for (row, dials) in [above, below].into_iter().zip(self.rows) {
            let [mix, mut first, mut second] = dials;
            let on = context.host.value(mix.index()) > 0.0;
            (first.used, second.used) = (on, on);
            knobs(ui, row, &[mix, first, second], context);
        }
    }
}

/// How notes become voices.
pub(crate) struct Voice {
    menus: [usize; 3],
    upper: [Dial; 3],
    lower: [Dial; 3],
}

/// Width of the menus.
const MENUS: f32 = 88.0;

impl Voice {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let index = |id: &str| description.index_of(id);
        let dial = |id: &str, name| Dial::new(description, id, name);
        Some(Self {
            menus: [index("mode")?, index("glide_of")?, index("mpe")?],
            upper: [dial("voices", "Voices")?, dial("glide", "Glide")?, dial("bend", "Bend")?],
            lower: [dial("velocity", "Velocity")?, dial("drift", "Drift")?, dial("tune", "Tune")?],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, "Voices", context);
        let (menus, right) = panel.body.split_left_right_at_x(panel.body.left() + MENUS);
        for (n, index) in self.menus.into_iter().enumerate() {
            let height = menus.height() / 3.0;
            let top = menus.top() + height * n as f32;
            let place = Rect::from_x_y_ranges(menus.x_range(), top.round()..=(top + 46.0).round());
            Select::new(index).put(ui, place, context);
        }
        let right = right.with_min_x(right.left() + 4.0);
        let (top, bottom) = right.split_top_bottom_at_y(right.center().y);
        knobs(ui, top, &self.upper, context);
        knobs(ui, bottom, &self.lower, context);
    }
}

/// Meters, volume, and how many voices sound.
pub(crate) struct Level {
    volume: usize,
    sounding: usize,
    sides: [usize; 2],
}

/// Width of the two bars together.
const BARS: f32 = 40.0;

impl Level {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let index = |id: &str| description.index_of(id);
        Some(Self {
            volume: index("volume")?,
            sounding: index("sounding")?,
            sides: [index("left_level")?, index("right_level")?],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let theme = context.theme;
        let panel = Panel::put(ui, rect, "Level", context);
        let voices = panel.body.with_min_y(panel.body.bottom() - 20.0);
        let knob = Rect::from_min_max(
            Pos2::new(rect.left(), voices.top() - 96.0),
            Pos2::new(rect.right(), voices.top()),
        );
        let meters = panel.body.with_max_y(knob.top() - 8.0);
        let whole = Scale::WIDTH + BARS;
        let left = (rect.center().x - whole * 0.5).round();
        Scale.put(ui, Rect::from_x_y_ranges(left..=left + Scale::WIDTH, meters.y_range()), context);
        let bars = Rect::from_x_y_ranges(left + Scale::WIDTH..=left + whole, meters.y_range());
        Meter::pair(self.sides[0], self.sides[1], "Out").put(ui, bars, context);
        Knob::new(self.volume).main(true).put(ui, knob, context);
        let response = ui.interact(voices, ui.scope_id().with("voices"), Sense::hover());
        context.bind(&response, self.sounding);
        let count = context.host.meter(self.sounding).round();
        let text = if count == 1.0 { "1 voice".to_owned() } else { format!("{count} voices") };
        let ink = if count > 0.0 { theme.colors.text } else { theme.colors.dim };
        let font = theme.regular(theme.font.label);
        ui.painter().text(voices.center(), Align2::CENTER_CENTER, text, font, ink);
    }
}
