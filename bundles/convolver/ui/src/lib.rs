//! The editor of Dyad Convolver: its page, and where that can't be shown, a view that is its sibling.

mod view;

use convolver::{Envelope, height};
use dyad_ui::{Curve, Values};

dyad_ui::editor!(
    convolver,
    view::view,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = CURVES,
    accent = "#e0a3c8"
);

const CURVES: &[Curve] = &[Curve { id: "envelope", points: 321, of: envelope }];

/// What length, fade and decay leave of a response, from its beginning to its end, as heights in its picture.
fn envelope(values: &Values<'_>, y: &mut [f32]) {
    let part = |id: &str| values.get(id) as f32 * 0.01;
    let envelope =
        Envelope { length: part("length"), fade: part("fade"), decay: values.get("decay") as f32 };
    let last = y.len().saturating_sub(1).max(1) as f32;
    for (n, y) in y.iter_mut().enumerate() {
        *y = height(envelope.at(n as f32 / last));
    }
}
