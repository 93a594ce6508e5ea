//! One open editor, as its host's side sees it.

use std::sync::Arc;

use dyad_core::Description;
use dyad_editor_abi::{Colors, Flags, FromEditor, Malformed, Measure, ToEditor};
use dyad_gui::{Theme, View};
use thiserror::Error;

/// Makes the content of an editor; see [`Plugin::view`].
pub type MakeView = fn(&Arc<Description>, &Theme) -> Option<Box<dyn View>>;

/// A plugin whose editor can be opened.
#[derive(Clone)]
pub struct Plugin {
    /// The plugin.
    pub description: Arc<Description>,
    /// Its author's view. `None`, or a function that gives none, for the one made from the description.
    pub view: Option<MakeView>,
}

/// How an editor is to be opened.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The host's window; none for a window of its own.
    pub parent: Option<u32>,
    /// Physical pixels for each logical one; none for the display's own.
    pub scale: Option<f64>,
    /// In physical pixels; none for what the editor wants.
    pub size: Option<[u32; 2]>,
    /// What the host can do.
    pub flags: Flags,
    /// The host's colours.
    pub colors: Colors,
    /// Pictures for each second at most.
    pub rate: Option<f32>,
    /// The title of a window of its own.
    pub title: Option<String>,
}

/// Why no editor was opened.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// There is no X11 display, or it lets nobody in.
    #[error("no X11 display: {0}")]
    Display(String),
    /// The host's window is not there.
    #[error("the host's window {0:#x} is not there")]
    Parent(u32),
    /// Something else that the window system refused.
    #[error("no window: {0}")]
    Window(String),
}

/// One open editor. `[main-thread]`
pub struct Session {}

/// How large a plugin's editor wants to be at this scale. Needs no display.
#[must_use]
pub fn measure(_plugin: &Plugin, _scale: Option<f64>) -> Measure {
    Measure::default()
}

impl Session {
    /// Opens an editor.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(_plugin: &Plugin, _request: &Request) -> Result<Self, OpenError> {
        Err(OpenError::Display("not made yet".into()))
    }

    /// Tells it something.
    pub fn tell(&mut self, _frame: &ToEditor<'_>) {}

    /// Tells it frames, as the other binary sends them.
    ///
    /// # Errors
    /// Where they are malformed; those before the fault were taken.
    pub fn tell_bytes(&mut self, _frames: &[u8]) -> Result<(), Malformed> {
        Ok(())
    }

    /// Has it say what it has to say. `false` once the window is gone.
    pub fn poll(&mut self, _hear: &mut dyn FnMut(FromEditor<'_>)) -> bool {
        false
    }

    /// A socket that can be read while [`poll`](Self::poll) has something to do.
    #[must_use]
    pub fn fd(&self) -> Option<i32> {
        None
    }

    /// The window that it made.
    #[must_use]
    pub fn window(&self) -> u32 {
        0
    }

    /// A key that the host got, as in `EditorV1::key`. Whether the editor uses it.
    pub fn key(&mut self, _character: u32, _code: u32, _modifiers: u32, _down: bool) -> bool {
        false
    }

    /// Closes it. A gesture that was under way is ended first.
    pub fn close(self, _hear: &mut dyn FnMut(FromEditor<'_>)) {}
}
