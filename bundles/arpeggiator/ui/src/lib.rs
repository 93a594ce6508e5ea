//! The editor of Dyad Arpeggiator: its page, and where that can't be shown, a view that is its sibling.

mod view;

dyad_ui::editor!(
    arpeggiator,
    view::make,
    page = dyad_ui::page!("web/dist", "index.html", "app.js", "app.css", "licenses.txt"),
    accent = "#e3cb5c"
);
