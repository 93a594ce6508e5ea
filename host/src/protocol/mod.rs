//! What the two processes say to each other, apart from audio.
//!
//! The parent asks, the child answers: one reply per request, in order; between the replies it gives notice
//! of what happens by itself. Every message is a [`frame`] holding one MessagePack value. The first one each
//! way is the [`Hello`]; the parent's carries the shared memory with it.

pub(crate) mod frame;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::bench::{Load, Measured};
use crate::child::Priority;
use crate::gui::{EditorSetup, Event, NoView};
use crate::info::{Bus, Format, ParameterValue, PluginInfo, PluginSummary, Timing};
use crate::state::PluginState;
use crate::step::Step;

/// Marks a peer that speaks this protocol at all: "DYAD".
pub(crate) const MAGIC: u32 = u32::from_be_bytes(*b"DYAD");

/// Counts up with every change of a message or of the shared memory.
pub(crate) const VERSION: u32 = 5;

/// The first message in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Hello {
    magic: u32,
    version: u32,
}

impl Hello {
    pub(crate) const OURS: Self = Self { magic: MAGIC, version: VERSION };

    /// Says why the peer's greeting can't be accepted.
    pub(crate) fn check(self) -> Result<(), String> {
        if self.magic != MAGIC {
            return Err(format!("wrong magic number {:#010x}", self.magic));
        }
        if self.version != VERSION {
            return Err(format!("it speaks version {}, this is version {VERSION}", self.version));
        }
        Ok(())
    }
}

/// How a plugin is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// As fast as it goes, with nobody listening.
    #[default]
    Offline,
    /// In time with the clock.
    Live,
}

/// From the parent to the child's main thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Request {
    /// Go to the place where plugins lie; for children that were started without one.
    Open { format: Format, location: String },
    /// List the plugins at the place.
    Scan,
    /// Instantiate the plugin with this id, or the only one.
    Load { id: Option<String> },
    /// The format's own number for a plain value.
    Native { index: u32, plain: f64 },
    /// Where a plain value lies among those that the parameter takes.
    Step { index: u32, plain: f64 },
    /// The plain value of a text that the plugin may understand.
    ParseText { index: u32, text: String },
    /// All parameters as they are now.
    Values,
    /// Tell the main-thread side that these parameters have these native values.
    Set { values: Vec<(u32, f64)> },
    /// Get ready to process; the main input shall have this many channels where that is possible.
    Activate { inputs: Option<u32>, mode: Mode, spin: bool },
    /// Latency and tail as they are now.
    Timing,
    /// Stop processing.
    Deactivate,
    /// Find out how long the plugin takes for a block, with these native values; it must not be active.
    Measure { load: Load, values: Vec<(u32, f64)>, inputs: Option<u32>, time: Duration },
    /// Give out the plugin's state.
    SaveState,
    /// Take a state in.
    LoadState { state: PluginState },
    /// Open the plugin's editor; one that is open already is shown.
    OpenEditor { setup: EditorSetup },
    /// Take the editor's window from the screen; the editor stays.
    HideEditor,
    /// Close the editor.
    CloseEditor,
    /// Let the plugin go and end.
    Shutdown,
}

impl Request {
    /// Whether a failure means that there is no plugin.
    pub(crate) fn is_loading(&self) -> bool {
        matches!(self, Request::Open { .. } | Request::Scan | Request::Load { .. })
    }

    /// What is going on while the answer is awaited, as the end of "… while".
    pub(crate) fn doing(&self) -> &'static str {
        match self {
            Request::Open { .. } => "opening the place of the plugins",
            Request::Scan => "listing its plugins",
            Request::Load { .. } => "loading",
            Request::Native { .. } | Request::Step { .. } | Request::ParseText { .. } => {
                "converting a parameter value"
            }
            Request::Values => "reading its parameters",
            Request::Set { .. } => "setting parameters",
            Request::Activate { .. } => "activating",
            Request::Timing => "reading its latency",
            Request::Deactivate => "deactivating",
            Request::Measure { .. } => "being measured",
            Request::SaveState => "saving its state",
            Request::LoadState { .. } => "loading a state",
            Request::OpenEditor { .. } => "opening its editor",
            Request::HideEditor => "hiding its editor",
            Request::CloseEditor => "closing its editor",
            Request::Shutdown => "unloading",
        }
    }
}

/// From the child to the parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Said {
    /// To the oldest request without one.
    Answer(Reply),
    /// By itself.
    Notice(Notice),
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Reply {
    Listing(Vec<PluginSummary>),
    Loaded(Box<PluginInfo>),
    Number(f64),
    Plain(Option<f64>),
    Step(Step),
    Values(Vec<ParameterValue>),
    Activated {
        ports: Ports,
        /// What a live audio thread got.
        priority: Option<Priority>,
    },
    Timing(Timing),
    Measured(Measured),
    State(PluginState),
    /// The editor did not open.
    NoEditor(NoView),
    Done,
    /// The request failed; the text says why.
    Failed(String),
}

/// What an active plugin has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub(crate) inputs: Vec<Bus>,
    pub(crate) outputs: Vec<Bus>,
    pub(crate) timing: Timing,
}

/// What happens by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Notice {
    /// Something happened to the editor.
    Editor(Event),
    /// The plugin went through a pause of its own, and this is how it is now.
    Restarted(Ports),
    /// Latency or tail are others now.
    Timing(Timing),
    /// Values changed that nobody was told of, as with a preset chosen in the editor.
    Values,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared;

    #[test]
    fn the_documents_numbers_are_these() {
        let document = include_str!("../../../docs/host-protocol.md");
        let memory = String::from_utf8(shared::MAGIC.to_le_bytes().into()).unwrap();
        for (name, value) in [
            ("magic of the stream", format!("`{MAGIC:#010x}` (\"DYAD\")")),
            ("magic of the memory", format!("`{memory}`, eight bytes")),
            ("version", VERSION.to_string()),
            ("longest block", format!("{} frames", shared::MAX_BLOCK)),
            ("channels in each direction", shared::MAX_CHANNELS.to_string()),
            ("slots (blocks on their way)", shared::SLOTS.to_string()),
            ("events of each kind, block and direction", shared::EVENTS.to_string()),
            ("longest message", format!("{} bytes", frame::MAX_LEN)),
        ] {
            let row = format!("| {name} | {value} |\n");
            assert!(document.contains(&row), "docs/host-protocol.md lacks: {row}");
        }
    }

    #[test]
    fn hello_is_checked() {
        assert_eq!(Hello::OURS.check(), Ok(()));
        assert!(Hello { magic: 1, ..Hello::OURS }.check().unwrap_err().contains("magic"));
        assert!(Hello { version: 99, ..Hello::OURS }.check().unwrap_err().contains("version 99"));
    }
}
