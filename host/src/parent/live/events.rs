//! What happens to a live plugin by itself.

use super::super::instance::Active;
use crate::error::Error;
use crate::gui::{Edit, Event, NoView};
use crate::info::Timing;

/// Something that happened.
#[derive(Debug)]
pub enum LiveEvent {
    /// The editor is open, in a window of this size in pixels.
    EditorOpened([u32; 2]),
    /// The editor is closed, by the user or because the plugin's process is gone.
    EditorClosed,
    /// The editor went away, or no picture came of it.
    EditorLost(NoView),
    /// The user does something with the editor.
    Edited(Edit),
    /// A picture of the editor, as a PNG file.
    Picture(Vec<u8>),
    /// Something that every user should know.
    Remark(String),
    /// Something for those who want to know everything.
    Detail(String),
    /// Latency or tail are others now.
    Timing(Timing),
    /// The plugin has restarted itself, and may have other buses now.
    Ports(Active),
    /// Values have changed that nobody was told of: read them anew.
    Values,
    /// The plugin's process has failed; blocks pass dry.
    Failed(Error),
    /// Another process has taken its place, with the last state.
    Replaced,
    /// It failed too often; blocks pass dry until it is restarted.
    GivenUp,
}

impl LiveEvent {
    /// What an editor's event is to the user; `None` for a sign of life.
    pub(super) fn of_editor(event: Event) -> Option<Self> {
        Some(match event {
            Event::Opened(size) => LiveEvent::EditorOpened(size),
            Event::Closed => LiveEvent::EditorClosed,
            Event::Refused(reason) => LiveEvent::EditorLost(reason),
            Event::Edit(edit) => LiveEvent::Edited(edit),
            Event::Picture(bytes) => LiveEvent::Picture(bytes.0),
            Event::Remark(text) => LiveEvent::Remark(text),
            Event::Detail(text) => LiveEvent::Detail(text),
            Event::Alive => return None,
        })
    }
}
