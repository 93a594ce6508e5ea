//! The audio thread's priority.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the audio thread of a plugin's process got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Priority {
    /// It was not asked for: the plugin runs offline.
    Unasked,
    /// As any other thread, and why.
    Normal {
        /// In words.
        reason: String,
    },
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Priority::Unasked => f.write_str("normal"),
            Priority::Normal { reason } => write!(f, "normal ({reason})"),
        }
    }
}

pub(super) fn raise() -> Priority {
    Priority::Normal { reason: "not yet".into() }
}
