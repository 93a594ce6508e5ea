//! Saved state: one MessagePack document, the same in every format.
//!
//! `docs/state.md` has the layout with an example in hex. Writing is deterministic (hosts compare
//! states to see whether a session changed), reading takes what it knows, leaves what it does not
//! know, and gives defaults for what is missing or makes no sense: one value that a newer version
//! wrote must not cost somebody the rest of a session. A document that can't be read changes nothing.

mod read;
#[cfg(test)]
mod tests;
mod write;

use thiserror::Error;

use crate::describe::Description;
pub use read::{Document, Value};
pub use write::Writer;

/// First entry of every document: key `format`, this value.
pub const FORMAT: &str = "dyad";
/// Version of the layout. Readers refuse newer ones.
pub const VERSION: u64 = 1;

/// Why a document was refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StateError {
    /// Not one of our documents, or cut off, or damaged.
    #[error("not a Dyad state: {0}")]
    Malformed(&'static str),
    /// Written by a newer layout.
    #[error("the state has layout version {0}, and this plugin reads up to {VERSION}")]
    TooNew(u64),
    /// Belongs to another plugin.
    #[error("the state belongs to {found:?}, not to {expected:?}")]
    OtherPlugin {
        /// Whose it is.
        found: String,
        /// Who read it.
        expected: String,
    },
}

/// Writes the state of a plugin. `value` gives the plain value of the parameter at an index.
#[must_use]
pub fn write(description: &Description, value: impl Fn(usize) -> f64) -> Vec<u8> {
    write::plugin_state(description, value)
}

/// What a document means for a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// A plain value for each parameter, in the description's order.
    pub values: Vec<f64>,
    /// Ids of parameters whose value in the document is none that they can have; they got their
    /// defaults.
    pub refused: Vec<String>,
}

/// Reads the state of a plugin.
///
/// # Errors
/// See [`StateError`].
pub fn read(description: &Description, document: &[u8]) -> Result<Loaded, StateError> {
    read::plugin_state(description, document)
}
