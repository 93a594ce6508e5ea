//! A plugin's state: how it travels between the processes and how it lies in a file.

mod bytes;
mod container;
mod convert;
mod vstpreset;

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use bytes::Bytes;
pub use container::{Container, ContainerError, Layout};
pub(crate) use convert::document_of;
pub use convert::{ConvertError, Fitted, fit};

/// What a plugin gave out as its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PluginState {
    /// Of an LV2 plugin.
    #[serde(rename = "lv2")]
    Lv2 {
        /// Values of the input control ports by symbol.
        ports: BTreeMap<String, f32>,
        /// What the plugin stored through `state:interface`, in its order.
        properties: Vec<Property>,
    },
    /// Of a VST3 plugin.
    #[serde(rename = "vst3")]
    Vst3 {
        /// The component's stream.
        component: Bytes,
        /// The controller's stream, where it has one of its own.
        controller: Option<Bytes>,
    },
}

impl PluginState {
    /// Whether it holds this path, or one that begins with it.
    pub(crate) fn names(&self, path: &Path) -> bool {
        self.holds(path, |_| true)
    }

    /// Whether it holds this path with nothing behind it: a folder, with all that is in it.
    pub(crate) fn names_whole(&self, path: &Path) -> bool {
        self.holds(path, |rest| {
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            let goes_on =
                |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"/._-".contains(byte);
            !rest.first().is_some_and(goes_on)
        })
    }

    /// Whether it holds this path somewhere, followed by what is `good`.
    fn holds(&self, path: &Path, good: impl Fn(&[u8]) -> bool) -> bool {
        let path = path.as_os_str().as_encoded_bytes();
        let in_value = |value: &[u8]| {
            value
                .windows(path.len())
                .enumerate()
                .any(|(at, w)| w == path && good(&value[at + path.len()..]))
        };
        match self {
            PluginState::Lv2 { properties, .. } => {
                properties.iter().any(|Property { value: Bytes(value), .. }| in_value(value))
            }
            // Only LV2 plugins are given places for files.
            PluginState::Vst3 { .. } => false,
        }
    }
}

/// One property of an LV2 state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// URI of the key.
    pub key: String,
    /// URI of the value's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The `LV2_State_Flags` it was stored with.
    pub flags: u32,
    /// The value's body, byte by byte; paths stay paths.
    pub value: Bytes,
}
