//! VST3 preset files (`.vstpreset`), which other hosts read and write.
//!
//! All numbers are little-endian. A head of 48 bytes: `VST3`, version (u32, 1), the class id as 32 letters, the
//! list's offset (u64). Then the streams, then the list: `List`, the number of entries (u32), and for each its
//! name (4 letters), offset (u64) and size (u64). `Comp` is the component's stream, `Cont` the controller's;
//! others, such as the description in `Info`, are passed over.

use super::container::{Container, ContainerError};
use super::{Bytes, PluginState};

const MAGIC: &[u8; 4] = b"VST3";
const VERSION: u32 = 1;
const HEAD: usize = 48;
const ENTRY: usize = 20;
/// What a file can sensibly list; the format knows a handful of names.
const MAX_ENTRIES: u32 = 128;

/// Whether a file's bytes begin like a preset.
pub(super) fn is_preset(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// Reads a preset.
pub(super) fn decode(bytes: &[u8]) -> Result<Container, ContainerError> {
    let bad = |reason: &str| ContainerError::Preset(reason.to_owned());
    let cut = || bad("it is cut short");
    let version = u32_at(bytes, 4).ok_or_else(cut)?;
    if version != VERSION {
        return Err(bad(&format!("its version is {version}; expected {VERSION}")));
    }
    let id = bytes.get(8..40).ok_or_else(cut)?;
    let id = std::str::from_utf8(id).ok().filter(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let plugin = id.ok_or_else(|| bad("it names no class"))?.to_ascii_uppercase();
    let list = stretch(bytes, u64_at(bytes, 40).ok_or_else(cut)?, None).ok_or_else(cut)?;
    if !list.starts_with(b"List") {
        return Err(bad("it has no list of its parts"));
    }
    let count = u32_at(list, 4).ok_or_else(cut)?;
    if count > MAX_ENTRIES {
        return Err(bad(&format!("it lists {count} parts; at most {MAX_ENTRIES} make sense")));
    }
    let (mut component, mut controller) = (None, None);
    for entry in 0..count as usize {
        let at = 8 + entry * ENTRY;
        let name = list.get(at..at + 4).ok_or_else(cut)?;
        let (offset, size) = (u64_at(list, at + 4), u64_at(list, at + 12));
        let (offset, size) = (offset.ok_or_else(cut)?, size.ok_or_else(cut)?);
        let part = stretch(bytes, offset, Some(size)).ok_or_else(cut)?;
        let slot = match name {
            b"Comp" => &mut component,
            b"Cont" => &mut controller,
            _ => continue,
        };
        if slot.replace(Bytes(part.to_vec())).is_some() {
            return Err(bad("it has a part twice"));
        }
    }
    let component = component.ok_or_else(|| bad("it lacks the component's state"))?;
    Ok(Container { plugin, state: PluginState::Vst3 { component, controller } })
}

/// Writes a preset.
pub(super) fn encode(container: &Container) -> Result<Vec<u8>, ContainerError> {
    let PluginState::Vst3 { component: Bytes(component), controller } = &container.state else {
        return Err(ContainerError::Preset("only states of VST3 plugins can be presets".into()));
    };
    if container.plugin.len() != 32 || !container.plugin.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(ContainerError::Preset(format!("{} is no class id", container.plugin)));
    }
    let parts = [(b"Comp", Some(component)), (b"Cont", controller.as_ref().map(|Bytes(bytes)| bytes))];
    let parts: Vec<_> = parts.into_iter().filter_map(|(name, part)| Some((name, part?))).collect();
    let list = HEAD + parts.iter().map(|(_, part)| part.len()).sum::<usize>();
    let mut bytes = Vec::with_capacity(list + 8 + parts.len() * ENTRY);
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(container.plugin.as_bytes());
    bytes.extend((list as u64).to_le_bytes());
    parts.iter().for_each(|(_, part)| bytes.extend(*part));
    bytes.extend(b"List");
    bytes.extend((parts.len() as u32).to_le_bytes());
    let mut offset = HEAD as u64;
    for (name, part) in &parts {
        bytes.extend(*name);
        bytes.extend(offset.to_le_bytes());
        bytes.extend((part.len() as u64).to_le_bytes());
        offset += part.len() as u64;
    }
    Ok(bytes)
}

/// A part of the file; to its end where no size is given. `None` where the file has no such part.
fn stretch(bytes: &[u8], offset: u64, size: Option<u64>) -> Option<&[u8]> {
    let rest = bytes.get(usize::try_from(offset).ok()?..)?;
    match size {
        Some(size) => rest.get(..usize::try_from(size).ok()?),
        None => Some(rest),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(controller: Option<&[u8]>) -> Container {
        Container {
            plugin: "0123456789ABCDEF".repeat(2),
            state: PluginState::Vst3 {
                component: Bytes(b"component".to_vec()),
                controller: controller.map(|bytes| Bytes(bytes.to_vec())),
            },
        }
    }

    #[test]
    fn round_trip() {
        for container in [example(None), example(Some(b"")), example(Some(b"controller"))] {
            let bytes = encode(&container).unwrap();
            assert!(is_preset(&bytes));
            assert_eq!(decode(&bytes).unwrap(), container);
        }
    }

    #[test]
    fn the_layout_is_the_documented_one() {
        let bytes = encode(&example(None)).unwrap();
        assert_eq!(&bytes[..8], b"VST3\x01\0\0\0");
        assert_eq!(&bytes[40..48], &57_u64.to_le_bytes());
        assert_eq!(&bytes[48..57], b"component");
        assert_eq!(&bytes[57..65], b"List\x01\0\0\0");
        assert_eq!(&bytes[65..69], b"Comp");
        assert_eq!(bytes.len(), 57 + 8 + 20);
    }

    #[test]
    fn damage_is_refused() {
        let good = encode(&example(Some(b"controller"))).unwrap();
        for len in 4..good.len() {
            assert!(decode(&good[..len]).is_err(), "cut at {len}");
        }
        for at in 4..good.len() {
            for byte in [0, 0xff, good[at] ^ 1] {
                let mut bad = good.clone();
                bad[at] = byte;
                // Any change may be read as another preset, but nothing panics or takes memory for nothing.
                let _ = decode(&bad);
            }
        }
        let lv2 = PluginState::Lv2 { ports: [].into(), properties: vec![] };
        assert!(encode(&Container { plugin: "urn:a".into(), state: lv2 }).is_err());
    }
}
