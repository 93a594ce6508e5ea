//! The editor of Dyad Gain, as its parameters make it.
dyad_ui::editor!(gain);
