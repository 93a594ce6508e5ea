//! What bundles say about the plugins in them.
//!
//! [`PortTable`] is the one source of LV2 port indices and symbols: the Turtle is written from it
//! and the LV2 adaptor connects by it. [`category`] and [`vst3`] hold what the VST3 adaptor and
//! `moduleinfo.json` must say alike. The rest is needed on the build machine only (feature
//! `describe`):
//!
//! | module | makes |
//! |---|---|
//! | `lv2` | `manifest.ttl` and `NAME.ttl` |
//! | `moduleinfo`, `plist` | what stands beside a VST3 binary |
//! | `describe` | the program that writes them for one crate's plugins |
//!
//! The program `dyad-bundle` builds a crate's binaries and puts bundles together from all of it.

pub mod category;
mod ports;
pub mod vst3;

#[cfg(feature = "describe")]
pub mod arguments;
#[cfg(feature = "describe")]
pub mod describe;
#[cfg(feature = "describe")]
pub mod lv2;
#[cfg(feature = "describe")]
pub mod moduleinfo;
#[cfg(feature = "describe")]
pub mod plist;
#[cfg(feature = "describe")]
mod turtle;

pub use category::vst3_subcategories;
pub use ports::{Port, PortKind, PortTable};
pub use vst3::VST3_SDK_VERSION;

/// The key under which LV2 hosts keep a plugin's state document (an `atom:Chunk`).
pub const STATE_KEY: &str = "urn:dyad:ns#state";
/// `extension_data` of this URI tells how long a plugin sounds on, which LV2 has no way to say.
pub const TAIL_INTERFACE: &str = "urn:dyad:ns#tail";
/// `extension_data` of this URI gives names of notes: Ardour's extension.
pub const MIDNAM_INTERFACE: &str = "http://ardour.org/lv2/midnam#interface";
/// `extension_data` of this URI gives the built binary's own port tables as text.
pub const SELF_DESCRIPTION: &str = "urn:dyad:ns#selfDescription";

/// The type of an object that carries a message between sound and editor, through the atom ports.
pub const MESSAGE: &str = "urn:dyad:ns#Message";
/// The message's bytes, an `atom:Chunk`.
pub const MESSAGE_BYTES: &str = "urn:dyad:ns#bytes";
/// The type of an object by which an editor says that it is open: for three seconds the sound sends it
/// messages.
pub const WATCH: &str = "urn:dyad:ns#Watch";
/// The type of an object by which an editor says which keys the user holds: at each change, and once a second while
/// there are any. Three seconds without one let go of them.
pub const NOTES: &str = "urn:dyad:ns#Notes";
/// An `atom:Chunk` of 20 bytes: a bit for each MIDI key that is held, key 0 the lowest bit of the first byte, and a
/// float, the lesser byte first: the velocity of those that were not held before.
pub const NOTES_HELD: &str = "urn:dyad:ns#held";

/// The URI of a text or path, for LV2's `patch` messages. Layout ids hold no slash, so it is no layout's.
#[must_use]
pub fn property_uri(plugin_id: &str, property_id: &str) -> String {
    format!("{plugin_id}#property/{property_id}")
}

/// The URI of a plugin's LV2 UI, which no layout has.
#[must_use]
pub fn editor_uri(plugin_id: &str) -> String {
    format!("{plugin_id}#{EDITOR_ID}")
}

/// No layout may have this id: its URI is the editor's.
pub const EDITOR_ID: &str = "ui";
