//! The editor of the plugin for tests, as its parameters make it.
dyad_ui::editor!(probe);
