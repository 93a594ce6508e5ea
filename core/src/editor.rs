//! The boundary between a plugin's sound and its editor.
//!
//! The two may run in different processes (LV2), so they share no pointer. An editor sees a copy of
//! the plugin's values and talks through one interface, [`EditorHost`]; each adaptor has its own
//! way to carry it: control ports and atoms in LV2, calls to the controller in VST3. No toolkit is
//! known here.
//!
//! Three stories:
//!
//! - **A knob is turned.** The editor calls [`begin`](EditorHost::begin), then
//!   [`set`](EditorHost::set) for each step and [`end`](EditorHost::end) at last, so that the host
//!   records one gesture and takes it back by one undo.
//! - **Automation runs, or a session is loaded.** Nobody calls the editor: it asks for the values
//!   that it shows whenever it draws.
//! - **The sound has more to show than meters**, a spectrum for instance. It comes as messages of
//!   at most [`MAX_MESSAGE`] bytes, and the editor may send such messages too.

use thiserror::Error;

use crate::param::PropertyError;

/// The most bytes of a message between sound and editor.
pub const MAX_MESSAGE: usize = 4096;

/// What an editor sees of its plugin and can ask of its host. All of it is `[main-thread]`: the
/// thread on which the editor was opened.
///
/// Parameters and meters are named by their position in
/// [`Description::params`](crate::Description::params), properties by theirs in
/// [`Description::properties`](crate::Description::properties). A position that does not exist reads
/// as 0 or an empty text; setting it does nothing.
pub trait EditorHost {
    /// The plain value of a parameter, as last set by anybody. `[main-thread]`
    fn value(&self, index: usize) -> f64;

    /// Begins a gesture: the user holds this parameter, and automation should let go of it. Each
    /// `begin` is followed by exactly one [`end`](Self::end). `[main-thread]`
    fn begin(&mut self, index: usize);

    /// Sets a plain value within a gesture. From now on [`value`](Self::value) gives it, unless
    /// something else sets another one. NaN changes nothing; anything else is brought into the range.
    /// `[main-thread]`
    fn set(&mut self, index: usize, plain: f64);

    /// Ends a gesture. `[main-thread]`
    fn end(&mut self, index: usize);

    /// The plain value that a meter last showed (a linear factor for levels). `[main-thread]`
    fn meter(&self, index: usize) -> f64;

    /// Asks for another size in logical pixels. `true` where the host will resize the window, which
    /// then comes as any other change of size. `[main-thread]`
    fn resize(&mut self, width: u32, height: u32) -> bool;

    /// The value of a text or path. `[main-thread]`
    fn property(&self, index: usize) -> String;

    /// Sets a text or path. `[main-thread]`
    ///
    /// # Errors
    /// See [`PropertyError`]; the value stays as it was then.
    fn set_property(&mut self, index: usize, text: &str) -> Result<(), PropertyError>;

    /// Sends a message to the sound half, where it arrives with a later block. `[main-thread]`
    ///
    /// # Errors
    /// See [`SendError`]; nothing was sent then.
    fn send(&mut self, message: &[u8]) -> Result<(), SendError>;

    /// Takes the oldest message of the sound half: `message` becomes its bytes, at most
    /// [`MAX_MESSAGE`]. `false` where there is none. `[main-thread]`
    fn receive(&mut self, message: &mut Vec<u8>) -> bool;

    /// Plays a note in the sound: it begins with a later block, on MIDI channel 1. The key is 0 to 127, the velocity 0
    /// to 1. A key that is held already begins anew. Notes end with [`release_note`](Self::release_note), and with the
    /// editor at the latest. Does nothing where the plugin takes no notes. `[main-thread]`
    fn play_note(&mut self, _key: u8, _velocity: f32) {}

    /// Ends a note that was played here. `[main-thread]`
    fn release_note(&mut self, _key: u8) {}

    /// Has the host let the user choose a file for a path property. `false` where the host can't, so
    /// that the editor asks for the path itself. The choice comes as any other change, or never.
    /// `[main-thread]`
    fn browse(&mut self, _property: usize) -> bool {
        false
    }

    /// Opens the host's own menu for a parameter at this place of the editor, in logical pixels.
    /// `false` where the host has none. `[main-thread]`
    fn menu(&mut self, _index: usize, _x: f32, _y: f32) -> bool {
        false
    }
}

/// Why a message was not sent.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SendError {
    /// More than [`MAX_MESSAGE`] bytes.
    #[error("a message holds at most {MAX_MESSAGE} bytes, and this one has {0}")]
    TooLong(usize),
    /// The sound half has not yet taken the messages before.
    #[error("the sound half has not taken the messages before")]
    Full,
    /// This plugin takes no messages.
    #[error("this plugin takes no messages")]
    Unsupported,
}
