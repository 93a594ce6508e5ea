//! The controls. Each is named by the parameter's index, reads its value from the host in every
//! frame, and sets it by gestures. All texts and curves are the core's.
//!
//! A widget is placed by egui ([`Knob::show`] and its like) or into a rectangle (`put`).

mod axis;
mod bypass;
mod envelope;
mod field;
mod file_field;
mod file_panel;
mod graph;
mod handle;
mod header;
mod history;
mod ink;
mod keyboard;
mod knob;
mod matrix;
mod meter;
mod node;
mod notice;
mod readout;
mod select;
mod slider;
mod spectrum;
mod steps;
mod tip;
mod toggle;
mod trigger;
mod value;
mod waveform;
mod xy_pad;

pub use axis::Axis;
pub use bypass::Bypass;
pub use envelope::Envelope;
pub use field::Field;
pub(crate) use field::{FieldState, take_fields};
pub use file_field::FileField;
pub(crate) use file_field::FileState;
pub use graph::{Graph, GraphResponse, Line};
pub use handle::Handle;
pub use header::Header;
pub(crate) use header::HeaderState;
pub use history::History;
pub use ink::Tone;
pub use keyboard::Keyboard;
pub(crate) use keyboard::{Played, end_notes};
pub use knob::Knob;
pub use matrix::{Matrix, MatrixRow};
pub(crate) use meter::MeterState;
pub use meter::{Meter, MeterKind, Scale, meter_kind};
pub use node::Node;
pub use notice::Notice;
pub use readout::Readout;
pub use select::Select;
pub use slider::Slider;
pub use spectrum::SpectrumLayer;
pub use steps::Steps;
pub use toggle::Toggle;
pub use trigger::Trigger;
pub use value::Value;
pub(crate) use value::{Entry, take_entry};
pub use waveform::Waveform;
pub use xy_pad::XyPad;

use egui::{Color32, CornerRadius, Rect, Stroke, StrokeKind, Ui};

use crate::theme::Theme;

/// Shows that the keyboard operates what is in this rectangle.
fn focus_ring(ui: &Ui, theme: &Theme, rect: Rect, radius: impl Into<CornerRadius>) {
    let stroke = Stroke::new(1.5, theme.colors.signal);
    ui.painter().rect_stroke(rect, radius, stroke, StrokeKind::Outside);
}

/// A colour between two, in the space that screens show.
fn mix(a: Color32, b: Color32, part: f32) -> Color32 {
    let part = part.clamp(0.0, 1.0);
    let between = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * part).round() as u8;
    Color32::from_rgb(between(a.r(), b.r()), between(a.g(), b.g()), between(a.b(), b.b()))
}
