//! The state file: one MessagePack map that says what it is and proves that it is whole.
//!
//! The entries are written in this order, and equal states give equal bytes.
//!
//! | key | type | meaning |
//! |---|---|---|
//! | `format` | str | the magic: always `dyad-host` |
//! | `version` | uint | version of this layout: 1 |
//! | `kind` | str | the plugin's format: `lv2` or `vst3` |
//! | `plugin` | str | the plugin's id: an LV2 URI, or a VST3 class id as 32 hexadecimal digits |
//! | `check` | uint | FNV-1a, 64 bit, over `plugin`, a zero byte and `content` |
//! | `content` | bin | the plugin's state, a MessagePack map of its own |
//!
//! `content` has one entry, whose key is the kind again and whose value is a map.
//!
//! | kind | key | type | meaning |
//! |---|---|---|---|
//! | `lv2` | `ports` | map | symbol → value (float 32) of every input control port |
//! | | `properties` | array | what the plugin stored through `state:interface`, in its order |
//! | `vst3` | `component` | bin | the component's stream |
//! | | `controller` | bin or nil | the controller's stream, where it has one of its own |
//!
//! A property is a map of `key` (str, URI), `type` (str, URI), `flags` (uint, `LV2_State_Flags`) and
//! `value` (bin, the atom's body; paths as they were).

use std::io::{Read as _, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Bytes, PluginState, vstpreset};
use crate::atomic::Pending;
use crate::error::{Error, Result, why};
use crate::fnv::fnv1a;
use crate::info::Format;

const FORMAT: &str = "dyad-host";
const VERSION: u32 = 1;
/// The longest file that is read: as much as a child takes in one message.
const MAX_LEN: u64 = crate::protocol::frame::MAX_LEN as u64;

/// A plugin's state with the plugin it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    /// LV2 URI or VST3 class id.
    pub plugin: String,
    /// The state itself.
    pub state: PluginState,
}

/// Why bytes are no state file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ContainerError {
    /// They are something else altogether, or cut short.
    #[error("not a state file of dyad-host, or cut short ({0})")]
    Foreign(String),
    /// A newer program wrote them.
    #[error("a state file of version {0}; this program reads version {VERSION}")]
    Version(u32),
    /// They were changed after they were written.
    #[error("the state file is damaged (its check sum does not fit)")]
    Damaged,
    /// Something was put behind them.
    #[error("the state file is damaged (there is more behind it)")]
    Longer,
    /// They are no VST3 preset, or can't be one.
    #[error("no VST3 preset: {0}")]
    Preset(String),
}

/// How a state lies in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// This host's own, for both formats.
    #[default]
    Container,
    /// A VST3 preset (`.vstpreset`), which other hosts read.
    Vstpreset,
}

#[derive(Serialize, Deserialize)]
#[serde(expecting = "the map of a state file")]
struct Envelope {
    format: String,
    version: u32,
    kind: String,
    plugin: String,
    check: u64,
    content: Bytes,
}

impl Container {
    /// Which format the state is of.
    #[must_use]
    pub fn format(&self) -> Format {
        match self.state {
            PluginState::Lv2 { .. } => Format::Lv2,
            PluginState::Vst3 { .. } => Format::Vst3,
        }
    }

    /// The file's bytes; equal states give equal bytes.
    ///
    /// # Errors
    /// [`ContainerError::Foreign`] where the state can't be written as MessagePack.
    pub fn encode(&self) -> Result<Vec<u8>, ContainerError> {
        let foreign = |e: rmp_serde::encode::Error| ContainerError::Foreign(e.to_string());
        let content = rmp_serde::to_vec_named(&self.state).map_err(foreign)?;
        let envelope = Envelope {
            format: FORMAT.into(),
            version: VERSION,
            kind: self.format().tag().into(),
            plugin: self.plugin.clone(),
            check: check(&self.plugin, &content),
            content: Bytes(content),
        };
        rmp_serde::to_vec_named(&envelope).map_err(foreign)
    }

    /// Reads a file's bytes, in any [`Layout`].
    ///
    /// # Errors
    /// [`ContainerError`], for anything but a whole and unchanged file. A VST3 preset has no check sum, so
    /// of one only damage to its structure is noticed.
    pub fn decode(bytes: &[u8]) -> Result<Self, ContainerError> {
        if vstpreset::is_preset(bytes) {
            return vstpreset::decode(bytes);
        }
        let foreign = |e: rmp_serde::decode::Error| ContainerError::Foreign(e.to_string());
        let mut rest = bytes;
        let envelope: Envelope = rmp_serde::from_read(&mut rest).map_err(foreign)?;
        if envelope.format != FORMAT {
            return Err(ContainerError::Foreign(format!("its format is {:?}", envelope.format)));
        }
        if envelope.version != VERSION {
            return Err(ContainerError::Version(envelope.version));
        }
        if !rest.is_empty() {
            return Err(ContainerError::Longer);
        }
        let Envelope { kind, plugin, content: Bytes(content), check: expected, .. } = envelope;
        if check(&plugin, &content) != expected {
            return Err(ContainerError::Damaged);
        }
        let state = rmp_serde::from_slice(&content).map_err(foreign)?;
        let container = Self { plugin, state };
        if container.format().tag() != kind {
            return Err(ContainerError::Damaged);
        }
        Ok(container)
    }

    /// Reads a state file.
    ///
    /// # Errors
    /// [`Error::File`], naming the file.
    pub fn read(path: &Path) -> Result<Self> {
        let (file, len) = crate::input::open(path, "a state file of dyad-host")?;
        if len > MAX_LEN {
            return Err(Error::file(
                path,
                format_args!("{len} bytes long; a state file of dyad-host has at most {MAX_LEN}"),
            ));
        }
        let mut bytes = Vec::new();
        let read = file.take(MAX_LEN).read_to_end(&mut bytes);
        read.map_err(|e| Error::file(path, format_args!("cannot read: {}", why(&e))))?;
        Self::decode(&bytes).map_err(|e| Error::file(path, e))
    }

    /// Writes a state file whole or not at all.
    ///
    /// # Errors
    /// [`Error::File`], naming the file.
    pub fn write(&self, path: &Path) -> Result<()> {
        self.write_as(Layout::Container, path)
    }

    /// Writes a file of another layout, whole or not at all.
    ///
    /// # Errors
    /// [`Error::File`], naming the file, also where that layout can't hold the state.
    pub fn write_as(&self, layout: Layout, path: &Path) -> Result<()> {
        self.prepare_as(layout, path)?.finish()
    }

    /// Writes everything but the name.
    pub(crate) fn prepare(&self, path: &Path) -> Result<Pending> {
        self.prepare_as(Layout::Container, path)
    }

    fn prepare_as(&self, layout: Layout, path: &Path) -> Result<Pending> {
        let bytes = match layout {
            Layout::Container => self.encode(),
            Layout::Vstpreset => vstpreset::encode(self),
        };
        let bytes = bytes.map_err(|e| Error::file(path, e))?;
        let pending = crate::atomic::create(path)?;
        let written = pending.file().write_all(&bytes);
        written.map_err(|e| Error::file(path, format_args!("cannot write: {}", why(&e))))?;
        Ok(pending)
    }
}

/// FNV-1a, 64 bit, over the plugin's id, a zero byte and the content.
fn check(plugin: &str, content: &[u8]) -> u64 {
    fnv1a(plugin.bytes().chain([0]).chain(content.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Property;

    fn examples() -> [Container; 2] {
        let property = Property {
            key: "urn:a:key".into(),
            kind: "http://lv2plug.in/ns/ext/atom#Path".into(),
            flags: 1,
            value: Bytes(b"/tmp/a b.wav\0".to_vec()),
        };
        [
            Container {
                plugin: "urn:a".into(),
                state: PluginState::Lv2 {
                    ports: [("gain".into(), -6.0), ("odd".into(), f32::MIN_POSITIVE)].into(),
                    properties: vec![property],
                },
            },
            Container {
                plugin: "00".repeat(16),
                state: PluginState::Vst3 {
                    component: Bytes((0..=255).collect()),
                    controller: Some(Bytes(vec![])),
                },
            },
        ]
    }

    /// A small generator (xorshift, Marsaglia 2003): the same mutations on every run.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 % limit as u64) as usize
        }
    }

    #[test]
    fn round_trip() {
        for container in examples() {
            let bytes = container.encode().unwrap();
            assert_eq!(Container::decode(&bytes).unwrap(), container);
            assert_eq!(container.encode().unwrap(), bytes, "deterministic");
        }
    }

    #[test]
    fn every_truncation_is_refused() {
        for container in examples() {
            let bytes = container.encode().unwrap();
            for len in 0..bytes.len() {
                assert!(Container::decode(&bytes[..len]).is_err(), "cut at {len}");
            }
        }
    }

    #[test]
    fn a_thousand_mutations_are_refused_or_harmless() {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for container in examples() {
            let good = container.encode().unwrap();
            for _ in 0..1000 {
                let mut bad = good.clone();
                for _ in 0..=random.below(3) {
                    match random.below(3) {
                        0 => {
                            let at = random.below(bad.len());
                            bad[at] = random.below(256) as u8;
                        }
                        1 => bad.truncate(random.below(bad.len()).max(1)),
                        _ => {
                            let at = random.below(bad.len());
                            bad.insert(at, random.below(256) as u8);
                        }
                    }
                }
                // Only a change that leaves the meaning alone may pass.
                if let Ok(read) = Container::decode(&bad) {
                    assert_eq!(read, container);
                }
            }
        }
    }

    #[test]
    fn reasons_are_told_apart() {
        let good = examples()[0].encode().unwrap();
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(Container::decode(&flipped), Err(ContainerError::Damaged));
        assert!(matches!(Container::decode(b"RIFF"), Err(ContainerError::Foreign(_))));
        assert!(matches!(Container::decode(&[]), Err(ContainerError::Foreign(_))));
    }
}
