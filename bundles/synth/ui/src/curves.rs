//! What both editors draw, as the plugin's own code works it out.

use dyad_ui::param::Variants;
use dyad_ui::{Curve, Values};
use synth::picture::{self, Mix, Part};
use synth::{EnvelopeSettings, FilterKind, LfoShape, Wave};

/// Frequencies of the filter's picture: a little more than a cutoff's, whose node is within it.
pub(crate) const HERTZ: (f64, f64) = (14.0, 28_000.0);

pub(crate) const CURVES: &[Curve] = &[
    // Periods of the oscillators' waves, and of what goes into the filter; −1 to 1.
    Curve { id: "osc_1", points: 320, of: oscillator::<1> },
    Curve { id: "osc_2", points: 320, of: oscillator::<2> },
    Curve { id: "mix", points: 480, of: mix },
    // What the filter leaves, in decibels, at frequencies of [`HERTZ`].
    Curve { id: "filter", points: 320, of: filter },
    // Attack, decay and release, each a third of the points.
    Curve { id: "env_1", points: 3 * 48, of: envelope::<1> },
    Curve { id: "env_2", points: 3 * 48, of: envelope::<2> },
    Curve { id: "env_3", points: 3 * 48, of: envelope::<3> },
    // Periods of the LFOs, −1 to 1.
    Curve { id: "lfo_1", points: 320, of: lfo::<1> },
    Curve { id: "lfo_2", points: 320, of: lfo::<2> },
];

fn choice<V: Variants>(values: &Values<'_>, id: &str) -> V {
    V::from_index(values.get(id).round() as usize)
}

/// A percentage as 0 to 1.
fn part(values: &Values<'_>, id: &str) -> f64 {
    values.get(id) / 100.0
}

fn oscillator<const N: usize>(values: &Values<'_>, y: &mut [f32]) {
    let wave: Wave = choice(values, &format!("osc_{N}_wave"));
    picture::wave(wave, part(values, &format!("osc_{N}_width")), y);
}

fn mix(values: &Values<'_>, y: &mut [f32]) {
    let of = |n: usize| {
        let id = |id: &str| format!("osc_{n}_{id}");
        Part {
            wave: choice(values, &id("wave")),
            width: part(values, &id("width")),
            level: part(values, &id("level")),
            // What is finer would only make the picture another one at each moment.
            semitones: values.get(&id("octave")) * 12.0 + values.get(&id("semitone")),
        }
    };
    let mix = Mix {
        parts: [of(1), of(2)],
        sub: part(values, "sub"),
        noise: part(values, "noise"),
        fm: part(values, "fm"),
    };
    mix.draw(y);
}

fn filter(values: &Values<'_>, y: &mut [f32]) {
    let kind: FilterKind = choice(values, "filter_kind");
    let (cutoff, resonance) = (values.get("filter_cutoff"), part(values, "filter_resonance"));
    let last = y.len().saturating_sub(1).max(1) as f64;
    for (n, y) in y.iter_mut().enumerate() {
        let hertz = HERTZ.0 * (HERTZ.1 / HERTZ.0).powf(n as f64 / last);
        *y = picture::response(kind, cutoff, resonance, hertz) as f32;
    }
}

fn envelope<const N: usize>(values: &Values<'_>, y: &mut [f32]) {
    let get = |id: &str| values.get(&format!("env_{N}_{id}"));
    let settings = EnvelopeSettings {
        attack: get("attack"),
        decay: get("decay"),
        sustain: get("sustain") / 100.0,
        release: get("release"),
        curve: get("curve") / 100.0,
    };
    picture::envelope(&settings, y);
}

fn lfo<const N: usize>(values: &Values<'_>, y: &mut [f32]) {
    let shape: LfoShape = choice(values, &format!("lfo_{N}_shape"));
    picture::slow(shape, values.get(&format!("lfo_{N}_phase")) / 360.0, y);
}
