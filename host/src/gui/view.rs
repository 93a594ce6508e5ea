//! What the window's loop knows of an editor, whatever its format.

use std::os::fd::RawFd;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Key;
use crate::child::Hosted;

/// An open editor, inside a [`Window`](super::Window). All of it on the child's main thread.
pub(crate) trait View {
    /// Whether it is inside the host's window, and not in one of its own.
    fn is_inside(&self) -> bool {
        true
    }

    /// Shows or hides the window of its own that it has in that case.
    ///
    /// # Errors
    /// Where it can't.
    fn set_shown(&mut self, _shown: bool) -> Result<(), NoView> {
        Ok(())
    }

    /// The window's size was changed by the user.
    fn resized(&mut self, size: [u32; 2]);

    /// A window inside the host's has changed its size by itself.
    fn inner_resized(&mut self, _window: u32, _size: [u32; 2]) {}

    /// A key that came to the window. Whether the editor uses it.
    fn key(&mut self, _key: &Key) -> bool {
        false
    }

    /// Sockets that the editor wants to have served.
    fn sockets(&self) -> Vec<RawFd> {
        vec![]
    }

    /// A socket among them is no open one any more: it is not asked for again.
    fn lose(&mut self, _socket: RawFd) {}

    /// When the editor wants to be served next, from now; none for whenever.
    fn due(&self) -> Option<Duration> {
        None
    }

    /// Serves the editor: its timers that are due, and the sockets in `ready`. `false` once the editor
    /// has closed itself.
    fn serve(&mut self, ready: &[RawFd]) -> bool;

    /// The plugin behind it, for what has nothing to do with the editor.
    fn plugin(&mut self) -> &mut dyn Hosted;

    /// Takes what the editor has done since the last time.
    fn deeds(&mut self) -> Vec<Deed>;
}

/// Something an editor does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// A parameter takes a native value, which the sound has not heard of.
    Change { index: u32, native: f64 },
    /// A step of a gesture.
    Edit(Edit),
    /// The plugin wants to be stopped and started again.
    Restart,
    /// Values have changed that nobody was told of.
    Values,
    /// It wants to be this large.
    Wish([u32; 2]),
    /// Anything else worth a word.
    Detail(String),
}

/// A step of a gesture that a user makes in an editor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    /// The parameter's index.
    pub index: u32,
    /// Which step.
    pub step: EditStep,
    /// The step in words.
    pub text: String,
}

impl Edit {
    /// The value that it sets, where it sets one.
    pub(crate) fn value(&self) -> Option<f64> {
        match self.step {
            EditStep::Value(native) => Some(native),
            EditStep::Begin | EditStep::End => None,
        }
    }
}

/// Which step of a gesture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum EditStep {
    /// The user takes hold.
    Begin,
    /// A value, as the format counts it: plain in LV2, normalized in VST3.
    Value(f64),
    /// The user lets go.
    End,
}

/// Why there is no editor to see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoView {
    /// In kind.
    pub refusal: Refusal,
    /// In words.
    pub reason: String,
}

/// Why there is no editor to see, in kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// There is no X11 display.
    Display,
    /// The plugin has none.
    None,
    /// It has none for X11.
    Foreign,
    /// It has one that did not open.
    Broken,
    /// It is open, but nothing was painted.
    Blank,
}

impl NoView {
    pub(crate) fn new(refusal: Refusal, reason: impl Into<String>) -> Self {
        Self { refusal, reason: reason.into() }
    }

    /// For editors that did not open.
    pub(crate) fn broken(reason: impl Into<String>) -> Self {
        Self::new(Refusal::Broken, reason)
    }
}
