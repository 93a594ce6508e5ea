//! The editor of Dyad Gain: its page, and where that can't be shown, what its parameters make.
dyad_ui::editor!(
    gain,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt")
);
