//! What both editors draw, as the plugin's own code works it out.

use delay::picture::{LOWEST, MOST, Settings};
use delay::{balance, milliseconds, response};
use dyad_dsp::note::NoteValue;
use dyad_ui::param::Variants;
use dyad_ui::{Curve, Values};

/// Numbers of an echo in the curve `echoes`.
pub(crate) const ECHO: usize = 4;
/// Numbers of a line in the curve `grid`.
pub(crate) const LINE: usize = 3;
/// The most lines of a grid.
const LINES: usize = 12;

pub(crate) const CURVES: &[Curve] = &[
    // How many echoes there are and how high the sound itself is; then of each echo the place on the x axis, left's
    // and right's height, and what is left of its treble, all 0 to 1.
    Curve { id: "echoes", points: 2 + ECHO * MOST, of: echoes },
    // How many lines there are, and whether they count quarter notes (1) or milliseconds (0); then of each line its
    // place on the x axis, 0 to 1, its number, and whether it begins a bar of four.
    Curve { id: "grid", points: 2 + LINE * LINES, of: grid },
    // What the filters leave in one pass, in decibels, from 20 Hz to 20 kHz.
    Curve { id: "filter", points: 181, of: filter },
];

/// What parameters and tempo are now.
fn settings(values: &Values<'_>) -> Settings {
    let on = |id: &str| values.get(id) >= 0.5;
    let tempo = if on("sync") { Some(values.get("tempo")) } else { None };
    let time = |note: &str, time: &str| match tempo {
        Some(tempo) => milliseconds(NoteValue::from_index(values.get(note).round() as usize), tempo),
        None => values.get(time),
    };
    let left = time("note_left", "time_left");
    let right = if on("link") { left } else { time("note_right", "time_right") };
    Settings {
        times: [left, right],
        feedback: values.get("feedback") / 100.0,
        ping_pong: on("ping_pong"),
        frozen: on("freeze"),
        cuts: (values.get("low_cut") as f32, values.get("high_cut") as f32),
        width: values.get("width") / 100.0,
        mix: values.get("mix") / 100.0,
        tempo,
    }
}

/// How high a level stands: 0 at [`LOWEST`], 1 at full scale, even in decibels.
fn height(level: f64) -> f32 {
    if level <= LOWEST { 0.0 } else { (1.0 - level.ln() / LOWEST.ln()).clamp(0.0, 1.0) as f32 }
}

fn echoes(values: &Values<'_>, y: &mut [f32]) {
    let settings = settings(values);
    let span = settings.span();
    let [dry, _] = balance(settings.mix as f32);
    let all = settings.echoes(span);
    let seen: Vec<_> = all.iter().filter(|echo| echo.levels.iter().any(|level| *level > LOWEST)).collect();
    y.fill(0.0);
    let Some((head, places)) = y.split_at_mut_checked(2) else { return };
    (head[0], head[1]) = (seen.len() as f32, if settings.frozen { 0.0 } else { height(f64::from(dry)) });
    for (place, echo) in places.chunks_exact_mut(ECHO).zip(seen) {
        let [left, right] = echo.levels.map(height);
        place.copy_from_slice(&[(echo.time / span) as f32, left, right, echo.treble as f32]);
    }
}

fn grid(values: &Values<'_>, y: &mut [f32]) {
    let settings = settings(values);
    let (span, lines) = (settings.span(), settings.grid());
    y.fill(0.0);
    let Some((head, places)) = y.split_at_mut_checked(2) else { return };
    (head[0], head[1]) = (lines.len().min(LINES) as f32, f32::from(u8::from(settings.tempo.is_some())));
    for (place, (at, number, bar)) in places.chunks_exact_mut(LINE).zip(lines) {
        place.copy_from_slice(&[(at / span) as f32, number as f32, f32::from(u8::from(bar))]);
    }
}

fn filter(values: &Values<'_>, y: &mut [f32]) {
    let cuts = (values.get("low_cut") as f32, values.get("high_cut") as f32);
    let last = y.len().saturating_sub(1).max(1) as f64;
    for (n, y) in y.iter_mut().enumerate() {
        let hertz = 20.0 * 1000f64.powf(n as f64 / last);
        // As at a high sample rate: what the ear hears is alike at all of them.
        *y = (20.0 * response(hertz, cuts.0, cuts.1, 192_000.0).log10()) as f32;
    }
}
