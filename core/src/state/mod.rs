//! Saved state: one MessagePack document, the same in every format.
//!
//! `docs/state.md` has the layout with an example in hex. Writing is deterministic (hosts compare
//! states to see whether a session changed), reading takes what it knows, leaves what it does not
//! know, and gives defaults for what is missing or makes no sense: one value that a newer version
//! wrote must not cost somebody the rest of a session. A document that can't be read changes nothing.

mod fields;
mod migrate;
mod properties;
pub(crate) mod read;
mod reader;
#[cfg(test)]
mod tests;
mod write;

use thiserror::Error;

use crate::describe::Description;
use crate::param::{Property, PropertyKind, Role};
pub use fields::{FieldError, Fields};
pub use migrate::{Draft, Migration};
pub use properties::{PropertyValue, SavedProperties};
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
    /// The plugin can't have its fields.
    #[error("the state's fields: {0}")]
    Fields(#[from] FieldError),
}

/// Writes the state of a plugin without properties and fields. `value` gives the plain value of the
/// parameter at an index.
#[must_use]
pub fn write(description: &Description, value: impl Fn(usize) -> f64) -> Vec<u8> {
    write_with(description, value, &[], &Fields::none())
}

/// Writes the state of a plugin. `value` gives the plain value of the parameter at an index,
/// `properties` come from [`Properties::to_save`](crate::param::Properties::to_save).
#[must_use]
pub fn write_with(
    description: &Description,
    value: impl Fn(usize) -> f64,
    properties: &[(&str, String)],
    fields: &Fields,
) -> Vec<u8> {
    write_hashed(description, value, properties, |_| None, fields)
}

/// The same with the hashes of files; `hash` gives that of a path's file, by the property's id.
// Generic and inlined, so that a plugin without files has no code for them.
#[inline]
#[must_use]
pub fn write_hashed(
    description: &Description,
    value: impl Fn(usize) -> f64,
    properties: &[(&str, String)],
    hash: impl Fn(&str) -> Option<String>,
    fields: &Fields,
) -> Vec<u8> {
    write::plugin_state(description, |_| true, value, properties, hash, fields)
}

/// As [`write_with`], without the bypass: for a preset, which has none.
#[must_use]
pub fn write_preset(
    description: &Description,
    value: impl Fn(usize) -> f64,
    properties: &[(&str, String)],
    fields: &Fields,
) -> Vec<u8> {
    write::plugin_state(description, |role| role != Role::Bypass, value, properties, |_| None, fields)
}

/// What a document means for a plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// A plain value for each parameter, in the description's order.
    pub values: Vec<f64>,
    /// Ids of parameters whose value in the document is none that they can have; they got their
    /// defaults.
    pub refused: Vec<String>,
    /// Texts and paths as they were saved, for
    /// [`Properties::resolve`](crate::param::Properties::resolve).
    pub properties: SavedProperties<'static>,
    /// The fields, for the plugin to decode.
    pub fields: Fields,
    /// It is a factory preset, and so leaves some things as they are; see [`Loaded::keeps`].
    pub is_preset: bool,
}

impl Loaded {
    /// Whether a property stays as it is: a path that a factory preset does not mention is the user's own file.
    #[must_use]
    pub fn keeps(&self, property: &Property) -> bool {
        let is_path = property.kind == PropertyKind::Path;
        self.is_preset && is_path && self.properties.iter().all(|(id, _)| id != property.id)
    }
}

/// How a plugin's states are read: [`read`], or [`read_with`] with the hooks of its author.
pub type ReadState = fn(&Description, &[u8]) -> Result<Loaded, StateError>;

/// Reads a state that the running version of the plugin wrote, or that needs no migration.
///
/// # Errors
/// See [`StateError`].
pub fn read(description: &Description, document: &[u8]) -> Result<Loaded, StateError> {
    read_with(description, document, |_| {}, |_| None)
}

/// Reads the state of a plugin.
///
/// `migrate` is called for a document that another version of the plugin wrote, older or newer. It
/// may change the content before that is read. `foreign` is called for bytes that are not a
/// document at all, and may say what they mean.
///
/// Nothing is applied here. Whoever applies the result keeps this order, so that a state that is
/// refused changes nothing: first the plugin's fields, which it may refuse; then properties and
/// parameters, which can't fail.
///
/// # Errors
/// See [`StateError`].
// Generic and inlined, so that a plugin whose hooks do nothing has no code for them.
#[inline]
pub fn read_with(
    description: &Description,
    bytes: &[u8],
    migrate: impl FnOnce(&mut Migration<'_>),
    foreign: impl FnOnce(&[u8]) -> Option<Draft>,
) -> Result<Loaded, StateError> {
    let (loaded, version) = match read::content(description, bytes, read::Owner::Named) {
        Ok(content) => content,
        Err(error) if read::is_document(bytes) => return Err(error),
        Err(error) => return foreign(bytes).map(|draft| draft.load(description)).ok_or(error),
    };
    if version == description.info.version {
        return Ok(loaded);
    }
    let mut migration = Migration::new(bytes, version);
    migrate(&mut migration);
    Ok(match migration.into_draft() {
        Some(draft) => Loaded { is_preset: loaded.is_preset, ..draft.load(description) },
        None => loaded,
    })
}
