//! What bundles say about the plugins in them.
//!
//! [`PortTable`] is the one source of LV2 port indices and symbols: the Turtle is written from it
//! and the LV2 adaptor connects by it. The rest is needed on the build machine only (feature
//! `describe`).

mod ports;

pub use ports::{Port, PortKind, PortTable};

/// The key under which LV2 hosts keep a plugin's state document (an `atom:Chunk`).
pub const STATE_KEY: &str = "urn:dyad:ns#state";
/// `extension_data` of this URI gives the built binary's own port tables as text.
pub const SELF_DESCRIPTION: &str = "urn:dyad:ns#selfDescription";
