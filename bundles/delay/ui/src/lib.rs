//! The editor of Dyad Delay: a page, and natively a view, with the same pictures.

mod curves;
mod echoes;
mod freeze;
mod view;

dyad_ui::editor!(delay, view::make, curves = curves::CURVES, accent = "#b294f2");
