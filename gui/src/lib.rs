//! Editors of plugins, in the parts that need no window.
//!
//! | module | holds |
//! |---|---|
//! | [`view`] | what an author writes who wants an editor of its own |
//! | [`generated`] | the editor of everybody else, made from the plugin's description |
//! | [`widgets`] | knobs, sliders, switches, menus, meters, fields; graphs and other pictures |
//! | [`shows`] | what the sound half has to show, as a view keeps it |
//! | [`curves`] | what follows from values and is drawn as a line |
//! | [`files`] | folders as an editor lists them |
//! | [`editor`] | one open editor: events in, a picture out, gestures to the host |
//! | [`session`] | presets, A and B, undo: the same for both kinds of editors |
//! | [`grip`] | what a view draws and lets the user drag by itself |
//! | [`spots`] | which parameter is where in the picture |
//! | [`bridge`] | between a web editor's page and the host: JSON-RPC |
//! | [`raster`] | pictures drawn by the processor, where there is no GPU |
//! | [`theme`] | how it all looks, from the file that the web's editors read too |
//!
//! A window feeds [`Editor::frame`] with its events, and either gives the [`Frame`] to a GPU or lets
//! a [`Raster`] paint it and shows what [`Raster::paint`] says has changed. The other side of an
//! editor is an [`EditorHost`](dyad_core::EditorHost), of which each format has its own. Everything
//! here is `[main-thread]`.

#![forbid(unsafe_code)]

pub mod bridge;
pub mod context;
pub mod curves;
pub mod editor;
pub mod files;
pub mod generated;
mod gesture;
pub mod grip;
pub mod raster;
pub mod session;
pub mod shows;
pub mod spots;
pub mod text;
pub mod theme;
pub mod view;
pub mod widgets;

pub use bridge::Bridge;
pub use context::Context;
pub use curves::{Curve, Values};
pub use editor::{Editor, Frame, Input};
pub use generated::Generated;
pub use grip::Grip;
pub use raster::{Area, Raster};
pub use shows::Shows;
pub use spots::Spot;
pub use theme::Theme;
pub use view::View;
pub use widgets::{
    Axis, Bypass, Envelope, Field, FileField, Graph, GraphResponse, Handle, Header, History, Keyboard,
    Knob, Line, Matrix, MatrixRow, Meter, Node, Notice, Readout, Scale, Select, Slider, SpectrumLayer,
    Steps, Toggle, Tone, Trigger, Value, Waveform, XyPad,
};

/// The toolkit that views are written with, in the version that fits.
pub use egui;
