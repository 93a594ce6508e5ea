//! A plugin's editor in a window of this host's own, inside the child process.
//!
//! The child's main thread runs the editor ([`run`]): it serves the window, the editor's own sockets and
//! timers, and the parent, whose blocks meanwhile go through the audio thread. The formats give a [`View`]
//! each and know nothing of windows but [`window::Window`].
//!
//! The parent touches no window system: an editor that takes the window down with it takes its own
//! process only.

mod keys;
mod picture;
mod run;
mod view;
mod window;

pub(crate) use keys::Key;
pub(crate) use run::run;
pub(crate) use view::{Deed, View};
pub use view::{Edit, EditStep, NoView, Refusal};
pub(crate) use window::{Limits, Window};

use serde::{Deserialize, Serialize};

use crate::state::Bytes;

/// The longest side of a window, in pixels.
pub(crate) const MAX_SIDE: u32 = 16_384;

/// The scale factors that make sense.
pub(crate) const SCALES: std::ops::RangeInclusive<f32> = 0.25..=8.0;

/// How an editor is to be shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EditorSetup {
    /// The window's title.
    pub(crate) title: String,
    /// In pixels; otherwise what the editor wants.
    pub(crate) size: Option<[u32; 2]>,
    /// Physical pixels for each logical one, told to editors that ask.
    pub(crate) scale: Option<f32>,
    /// Whether a picture is wanted; the editor is closed after it.
    pub(crate) picture: bool,
    /// An X11 window to be inside; otherwise the editor has one of its own.
    pub(crate) parent: Option<u32>,
    /// Closes it after so many seconds.
    pub(crate) seconds: Option<f64>,
}

/// What happens to an editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// It is open, in a window of this size.
    Opened([u32; 2]),
    /// The main thread is well.
    Alive,
    /// A step of a gesture.
    Edit(Edit),
    /// Something for those who want to know everything.
    Detail(String),
    /// Something that every user should know.
    Remark(String),
    /// The picture that was wanted, as a PNG file.
    Picture(Bytes),
    /// No picture came of it, or the display went away.
    Refused(NoView),
    /// It is closed.
    Closed,
}
