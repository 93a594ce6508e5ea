//! Taking a state saved from one format into the other.
//!
//! Only Dyad's own plugins carry one document in both formats; for everyone else's a state belongs
//! to the plugin and the format that it was saved from.

use thiserror::Error;

use super::{Container, PluginState};
use crate::info::PluginInfo;

/// Why a saved state does not suit a plugin.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ConvertError {
    /// It belongs to another plugin.
    #[error("the state belongs to plugin {saved}, not to {loaded}")]
    OtherPlugin {
        /// Id in the file.
        saved: String,
        /// Id of the loaded plugin.
        loaded: String,
    },
    /// The formats differ and the state holds no document that both would understand.
    #[error(
        "the state was saved from the {saved} plugin and this is {loaded}: only plugins made with \
         Dyad share their state between formats"
    )]
    OtherFormat {
        /// Format in the file.
        saved: crate::info::Format,
        /// Format of the loaded plugin.
        loaded: crate::info::Format,
    },
}

/// The state to hand to the plugin described by `info`.
///
/// # Errors
/// [`ConvertError`] where the state is not for this plugin.
pub fn fit(container: Container, info: &PluginInfo) -> Result<PluginState, ConvertError> {
    if container.format() != info.format {
        return Err(ConvertError::OtherFormat { saved: container.format(), loaded: info.format });
    }
    if container.plugin != info.id {
        return Err(ConvertError::OtherPlugin {
            saved: container.plugin,
            loaded: info.id.clone(),
        });
    }
    Ok(container.state)
}
