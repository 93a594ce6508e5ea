//! The editor of Dyad Delay: its page, and where that can't be shown, a view with the same pictures.

mod curves;
mod echoes;
mod freeze;
mod view;

dyad_ui::editor!(
    delay,
    view::make,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    curves = curves::CURVES,
    accent = "#b294f2"
);
