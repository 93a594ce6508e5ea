//! The editor of Dyad Synth: its page, and where that can't be shown, a view that is its sibling.

mod curves;
mod motion;
mod panel;
mod rest;
mod sound;
mod view;

dyad_ui::editor!(
    synth,
    view::view,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = curves::CURVES,
    accent = "#ee6cb5"
);
