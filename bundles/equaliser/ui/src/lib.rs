dyad_ui::editor!(equaliser);
