//! Presets: those that come with a plugin, and those that users save.
//!
//! `docs/presets.md` has the formats. Factory presets are one TOML file each in the plugin's crate,
//! and [`presets!`] puts them into the binary as documents; LV2 and VST3 make theirs from the same
//! list. User presets are files with the same bytes as a saved state, so both formats share them.
//!
//! All of this is for the main thread. A plugin that has no presets has no code for them.

mod check;
mod name;
mod programs;
#[cfg(test)]
mod tests;
mod user;

pub use check::check;
pub use dyad_derive::presets;
pub use programs::{DEFAULT, Program, programs};
pub use user::{PresetError, UserPreset, UserPresets};

use crate::describe::Description;
use crate::state::read::{Owner, content};
use crate::state::{Loaded, StateError};

/// A preset that comes with a plugin; made by [`presets!`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its folder and file, joined by `_`: `bass_deep_sub`. Follows the id grammar, and never
    /// changes once released: hosts remember presets by it.
    pub id: &'static str,
    /// What a person reads.
    pub name: &'static str,
    /// What hosts group it under; may be empty.
    pub category: &'static str,
    /// What it is good for; may be empty.
    pub comment: &'static str,
    /// A state document that does not say which plugin it is for.
    pub document: &'static [u8],
}

/// Reads a factory preset. What it does not mention is at its default, but for paths: whoever applies it leaves those
/// as they are; see [`Loaded::keeps`].
///
/// The bypass is the host's: whoever applies a preset leaves parameters with
/// [`Role::Bypass`](crate::param::Role::Bypass) as they are.
///
/// # Errors
/// See [`StateError`]. None where the preset comes from [`presets!`].
pub fn load(description: &Description, preset: &Preset) -> Result<Loaded, StateError> {
    let (loaded, _) = content(description, preset.document, Owner::Anybody)?;
    Ok(Loaded { is_preset: true, ..loaded })
}
