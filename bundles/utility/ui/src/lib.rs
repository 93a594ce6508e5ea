//! The editor of Dyad Utility: its page, and where that can't be shown, a view that looks like it.

mod correlation;
mod field;
mod loudness;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;

use dyad_ui::{Curve, Description, Theme, Values, View};

dyad_ui::editor!(
    utility,
    view,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = CURVES,
    accent = ACCENT,
);

/// What the plugin does is drawn in this colour.
const ACCENT: &str = "#b3a4f7";

/// Points of the stereo picture's line.
const POINTS: usize = 65;

const CURVES: &[Curve] = &[
    Curve { id: "image_x", points: POINTS, of: |values, points| image(values, points, 0) },
    Curve { id: "image_y", points: POINTS, of: |values, points| image(values, points, 1) },
];

/// Writes a coordinate of where sounds from left to right come out.
fn image(values: &Values<'_>, points: &mut [f32], coordinate: usize) {
    let image = utility::image::image(|id| values.get(id), points.len());
    for (point, place) in points.iter_mut().zip(image) {
        *point = place[coordinate];
    }
}

fn view(_: &Arc<Description>, _: &Theme) -> Option<Box<dyn View>> {
    Some(Box::new(view::Utility::default()))
}
