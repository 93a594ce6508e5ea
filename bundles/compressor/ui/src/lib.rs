//! The editor of Dyad Compressor: its page, and where that can't be shown, a view that is its sibling.

mod view;

use compressor::curve::Curve as Static;
use dyad_ui::{Curve, Values};

dyad_ui::editor!(
    compressor,
    view::view,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = CURVES,
);

/// Levels of the transfer curve, in dBFS.
pub(crate) const LEVELS: (f64, f64) = (-60.0, 0.0);

const CURVES: &[Curve] = &[Curve { id: "transfer", points: 241, of: transfer }];

/// What comes out for each level that goes in, before make-up.
fn transfer(values: &Values<'_>, y: &mut [f32]) {
    let [threshold, ratio, knee] = ["threshold", "ratio", "knee"].map(|id| values.get(id) as f32);
    let curve = Static::new(threshold, ratio, knee);
    let (low, high) = (LEVELS.0 as f32, LEVELS.1 as f32);
    let step = (high - low) / y.len().saturating_sub(1).max(1) as f32;
    for (n, y) in y.iter_mut().enumerate() {
        let level = low + step * n as f32;
        *y = level - curve.reduction(level);
    }
}
