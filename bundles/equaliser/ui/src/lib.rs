//! The editor of Dyad Equaliser: its page, and where that can't be shown, a view that is its sibling.

mod bands;
mod view;

use dyad_ui::param::Variants;
use dyad_ui::{Curve, Values};
use equaliser::analogue::Prototype;
use equaliser::settings::{Kind, Settings, Slope};

dyad_ui::editor!(
    equaliser,
    view::view,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = CURVES,
    accent = "#7cc4a0"
);

/// The picture's ends, in hertz and in decibels: those of the parameters.
pub(crate) const HERTZ: (f64, f64) = (20.0, 20_000.0);
pub(crate) const DECIBELS: (f64, f64) = (-24.0, 24.0);

/// So many that the sharpest notch is seen.
const FINE: usize = 961;
const COARSE: usize = 481;

const CURVES: &[Curve] = &[
    Curve { id: "response", points: FINE, of: response },
    Curve { id: "band_1", points: COARSE, of: band::<1> },
    Curve { id: "band_2", points: COARSE, of: band::<2> },
    Curve { id: "band_3", points: COARSE, of: band::<3> },
    Curve { id: "band_4", points: COARSE, of: band::<4> },
    Curve { id: "band_5", points: COARSE, of: band::<5> },
    Curve { id: "band_6", points: COARSE, of: band::<6> },
    Curve { id: "band_7", points: COARSE, of: band::<7> },
    Curve { id: "band_8", points: COARSE, of: band::<8> },
];

/// What all bands do together, in decibels.
fn response(values: &Values<'_>, y: &mut [f32]) {
    let bands: Vec<_> = (1..=equaliser::BANDS).map(|n| Prototype::of(&settings(values, n))).collect();
    for (n, hertz) in frequencies(y.len()).enumerate() {
        y[n] = bands.iter().map(|band| band.decibels(hertz)).sum::<f64>() as f32;
    }
}

/// What one does, in decibels; 0 while it is off.
fn band<const N: usize>(values: &Values<'_>, y: &mut [f32]) {
    let band = Prototype::of(&settings(values, N));
    for (n, hertz) in frequencies(y.len()).enumerate() {
        y[n] = band.decibels(hertz) as f32;
    }
}

fn frequencies(points: usize) -> impl Iterator<Item = f64> {
    let last = points.saturating_sub(1).max(1) as f64;
    (0..points).map(move |n| HERTZ.0 * (HERTZ.1 / HERTZ.0).powf(n as f64 / last))
}

/// What a band is set to; they count from 1.
fn settings(values: &Values<'_>, band: usize) -> Settings {
    let get = |id: &str| values.get(&format!("band_{band}_{id}"));
    Settings {
        on: get("on") >= 0.5,
        kind: Kind::from_index(get("kind") as usize),
        slope: Slope::from_index(get("slope") as usize),
        hertz: get("freq"),
        gain: get("gain"),
        q: get("q"),
    }
}
