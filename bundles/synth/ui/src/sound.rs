//! What makes the sound: oscillators, mixer, filter.

use dyad_ui::egui::{Rect, Ui};
use dyad_ui::{Axis, Context, Description, Graph, Line, Node, Select, Toggle, Tone};

use crate::curves::HERTZ;
use crate::panel::{Dial, GAP, KNOB, Panel, knobs, middle, picture};

/// Both axes of a wave's picture: its periods, and a little more than it reaches.
const TIME: Axis = Axis::linear(0.0, 1.0);
const LEVEL: Axis = Axis::linear(-1.08, 1.08);
/// Those of the filter's, and where in it resonance is: its node never reaches the edge.
const FREQUENCY: Axis = Axis::frequency(HERTZ.0, HERTZ.1);
const DECIBELS: Axis = Axis::decibels(-36.0, 24.0);
const RESONANCE: Axis = Axis::linear(-22.0, 122.0);

/// An oscillator's panel.
pub(crate) struct Oscillator {
    title: &'static str,
    curve: &'static str,
    wave: usize,
    free: usize,
    level: usize,
    unison: usize,
    upper: [Dial; 4],
    lower: [Dial; 4],
}

/// The wave that has a width.
const PULSE: f64 = synth::Wave::Pulse as usize as f64;
/// Width of an oscillator's picture beside its knobs, as a part of the panel's.
const PICTURE: f32 = 0.32;

impl Oscillator {
    pub(crate) fn of(description: &Description, n: usize) -> Option<Self> {
        let id = |id: &str| format!("osc_{n}_{id}");
        let index = |name: &str| description.index_of(&id(name));
        let dial = |name: &str, short| Dial::new(description, &id(name), short);
        Some(Self {
            title: ["Oscillator 1", "Oscillator 2"][n - 1],
            curve: ["osc_1", "osc_2"][n - 1],
            wave: index("wave")?,
            free: index("free")?,
            level: index("level")?,
            unison: index("unison")?,
            upper: [
                dial("octave", "Octave")?,
                dial("semitone", "Semi")?,
                dial("fine", "Fine")?.share(1.12),
                dial("level", "Level")?.main(),
            ],
            lower: [
                dial("width", "Width")?,
                dial("unison", "Unison")?,
                dial("detune", "Detune")?,
                dial("spread", "Spread")?,
            ],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, self.title, context);
        Toggle::new(self.free).put(ui, panel.beside(104.0), context);
        let (left, right) =
            panel.body.split_left_right_at_x((panel.body.left() + panel.body.width() * PICTURE).round());
        let wave = left.with_min_y(left.bottom() - 26.0);
        let place = left.with_max_y(wave.top() - GAP);
        let plot = picture(ui, place, context);
        middle(ui, place, context);
        // Where it is not heard by itself, it may still move the other's phase.
        let (tone, width) =
            if context.host.value(self.level) > 0.0 { (Tone::Accent, 2.0) } else { (Tone::Dim, 1.0) };
        let line = Line::curve(self.curve).tone(tone).width(width).filled(0.0);
        Graph::new(TIME, LEVEL).id(self.curve).bare().line(line).put(ui, plot, context);
        Select::new(self.wave).bare().put(ui, wave, context);

        let mut lower = self.lower;
        lower[0].used = context.host.value(self.wave) == PULSE;
        let many = context.host.value(self.unison) > 1.0;
        (lower[2].used, lower[3].used) = (many, many);
        let right = right.with_min_x(right.left() + GAP);
        let (top, bottom) = right.split_top_bottom_at_y(right.center().y);
        knobs(ui, top, &self.upper, context);
        knobs(ui, bottom, &lower, context);
    }
}

/// What goes into the filter beside the oscillators.
pub(crate) struct Mixer {
    knobs: [Dial; 4],
    noise: usize,
}

impl Mixer {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let dial = |id: &str, name| Dial::new(description, id, name);
        Some(Self {
            knobs: [
                dial("fm", "FM")?,
                dial("sub", "Sub")?,
                dial("noise", "Noise")?,
                dial("noise_colour", "Colour")?,
            ],
            noise: description.index_of("noise")?,
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, "Mixer", context);
        let (place, row) = above_knobs(panel.body);
        let plot = picture(ui, place, context);
        middle(ui, place, context);
        let line = Line::curve("mix").tone(Tone::Signal).filled(0.0);
        Graph::new(TIME, LEVEL).id("mix").bare().line(line).put(ui, plot, context);
        let mut dials = self.knobs;
        dials[3].used = context.host.value(self.noise) > 0.0;
        knobs(ui, row, &dials, context);
    }
}

/// The filter's panel.
pub(crate) struct Filter {
    kind: usize,
    cutoff: usize,
    resonance: usize,
    knobs: [Dial; 6],
}

impl Filter {
    pub(crate) fn of(description: &Description) -> Option<Self> {
        let id = |id: &str| format!("filter_{id}");
        let index = |name: &str| description.index_of(&id(name));
        let dial = |name: &str, short| Dial::new(description, &id(name), short);
        Some(Self {
            kind: index("kind")?,
            cutoff: index("cutoff")?,
            resonance: index("resonance")?,
            knobs: [
                dial("cutoff", "Cutoff")?.share(1.24).main(),
                dial("resonance", "Reso")?.main(),
                dial("drive", "Drive")?,
                dial("key", "Key")?,
                dial("envelope", "Env")?.share(1.14),
                dial("velocity", "Vel")?,
            ],
        })
    }

    pub(crate) fn put(&self, ui: &mut Ui, rect: Rect, context: &mut Context<'_>) {
        let panel = Panel::put(ui, rect, "Filter", context);
        Select::new(self.kind).bare().put(ui, panel.beside(128.0), context);
        let (place, row) = above_knobs(panel.body);
        let plot = picture(ui, place, context).expand2([0.0, 5.0].into());
        let line = Line::curve("filter").tone(Tone::Accent).filled(0.0);
        Graph::new(FREQUENCY, DECIBELS).id("response").without_numbers().line(line).put(ui, plot, context);
        // Resonance has no place on the scale of decibels: the node has a plane of its own.
        let nodes = [Node::new().x(self.cutoff).y(self.resonance)];
        let graph = Graph::new(FREQUENCY, RESONANCE).id("node").bare();
        graph.nodes(&nodes, &mut None).put(ui, plot, context);
        knobs(ui, row, &self.knobs, context);
    }
}

/// A panel's body as a picture with a row of knobs below.
pub(crate) fn above_knobs(body: Rect) -> (Rect, Rect) {
    let (above, row) = body.split_top_bottom_at_y(body.bottom() - KNOB);
    (above.with_max_y(above.bottom() - 6.0), row)
}
