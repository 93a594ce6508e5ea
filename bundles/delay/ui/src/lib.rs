//! The editor of Dyad Delay.
dyad_ui::editor!(delay);
