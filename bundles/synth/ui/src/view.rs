//! The native editor: what makes the sound above, what moves it below, how it is played at the bottom.

use std::sync::Arc;

use dyad_ui::egui::{Pos2, Rect, Ui, Vec2};
use dyad_ui::{Context, Description, Header, Keyboard, Shows, Theme, View};

use crate::motion::{Envelopes, Lfo, Modulation};
use crate::rest::{Effects, Level, Voice};
use crate::sound::{Filter, Mixer, Oscillator};

/// Makes it.
pub(crate) fn view(description: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(Editor {
        oscillators: [Oscillator::of(description, 1)?, Oscillator::of(description, 2)?],
        mixer: Mixer::of(description)?,
        filter: Filter::of(description)?,
        envelopes: Envelopes::of(description)?,
        lfos: [Lfo::of(description, 1)?, Lfo::of(description, 2)?],
        modulation: Modulation::of(description)?,
        effects: Effects::of(description)?,
        voice: Voice::of(description)?,
        level: Level::of(description)?,
        shows: Shows::default(),
    }))
}

/// The size at which it opens, and the least one.
const SIZE: Vec2 = Vec2::new(1176.0, 760.0);
const LEAST: Vec2 = Vec2::new(1176.0, 676.0);
/// Width of what stands at the right edge, and height of the keys.
const LEVEL: f32 = 96.0;
const KEYS: f32 = 76.0;
/// From this height on there is room for the keys.
const WHOLE: f32 = 744.0;
/// Widths in the three rows, of all that there is of them but gaps.
const UPPER: [f32; 3] = [392.0, 392.0, 248.0];
const MIDDLE: [f32; 4] = [346.0, 310.0, 188.0, 188.0];
const LOWER: [f32; 3] = [540.0, 196.0, 296.0];

struct Editor {
    oscillators: [Oscillator; 2],
    mixer: Mixer,
    filter: Filter,
    envelopes: Envelopes,
    lfos: [Lfo; 2],
    modulation: Modulation,
    effects: Effects,
    voice: Voice,
    level: Level,
    shows: Shows,
}

/// Splits a row at these widths, which grow alike where it is wider.
fn columns<const N: usize>(row: Rect, widths: [f32; N], gap: f32) -> [Rect; N] {
    let free = row.width() - gap * (N - 1) as f32;
    let all: f32 = widths.iter().sum();
    let mut left = row.left();
    widths.map(|width| {
        let right = left + free * width / all;
        let place =
            Rect::from_min_max(Pos2::new(left.round(), row.top()), Pos2::new(right.round(), row.bottom()));
        left = right + gap;
        place
    })
}

impl View for Editor {
    fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
        self.shows.update(context);
        let (all, gap) = (ui.max_rect(), context.theme.space.gap);
        let (header, rest) = all.split_top_bottom_at_y(all.top() + context.theme.space.header);
        Header::put(ui, header, context);
        let mut main = rest.shrink(gap);
        if all.height() >= WHOLE {
            let keys = main.with_min_y(main.bottom() - KEYS);
            main.max.y = keys.top() - gap;
            Keyboard::new(&self.shows, 0).height(KEYS).put(ui, keys, context);
        }
        let (left, level) = main.split_left_right_at_x(main.right() - LEVEL);
        self.level.put(ui, level, context);
        let left = left.with_max_x(left.right() - gap);
        let height = ((left.height() - 2.0 * gap) / 3.0).floor();
        let row = |n: usize| {
            let top = left.top() + (height + gap) * n as f32;
            Rect::from_x_y_ranges(left.x_range(), top..=top + height)
        };
        let [first, second, mixer] = columns(row(0), UPPER, gap);
        self.oscillators[0].put(ui, first, context);
        self.oscillators[1].put(ui, second, context);
        self.mixer.put(ui, mixer, context);
        let [filter, envelopes, first, second] = columns(row(1), MIDDLE, gap);
        self.filter.put(ui, filter, context);
        self.envelopes.put(ui, envelopes, context);
        self.lfos[0].put(ui, first, context);
        self.lfos[1].put(ui, second, context);
        let [modulation, effects, voice] = columns(row(2), LOWER, gap);
        self.modulation.put(ui, modulation, context);
        self.effects.put(ui, effects, context);
        self.voice.put(ui, voice, context);
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
