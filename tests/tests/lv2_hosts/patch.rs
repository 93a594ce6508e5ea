//! Texts and paths of the test plugin, as hosts set them and hear of them.

use dyad_tests::lv2::{Event, Property, Rig, StateStore, Value};

const PATCH: &str = "http://lv2plug.in/ns/ext/patch#";
const ATOM: &str = "http://lv2plug.in/ns/ext/atom#";
pub(crate) const TITLE: &str = "urn:dyad:probe#property/title";
pub(crate) const FILE: &str = "urn:dyad:probe#property/file";

/// A question for all values.
pub(crate) fn get(rig: &Rig) -> Event {
    rig.object(0, &format!("{PATCH}Get"), &[])
}

/// A new title.
pub(crate) fn set_title(rig: &Rig, text: &str) -> Event {
    set(rig, TITLE, Value::Text(text.to_owned()))
}

/// A new file.
pub(crate) fn set_file(rig: &Rig, path: &str) -> Event {
    set(rig, FILE, Value::Path(path.to_owned()))
}

fn set(rig: &Rig, property: &str, value: Value) -> Event {
    let (key, content) = (format!("{PATCH}property"), format!("{PATCH}value"));
    rig.object(0, &format!("{PATCH}Set"), &[(&key, Value::Uri(property.to_owned())), (&content, value)])
}

/// A value that the plugin tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    /// URID of the property.
    pub(crate) property: u32,
    /// URID of the value's type.
    pub(crate) kind: u32,
    /// The text, without its 0.
    pub(crate) text: String,
}

/// What it should tell.
pub(crate) fn titled(rig: &Rig, text: &str) -> Told {
    Told { property: rig.urid(TITLE), kind: rig.urid(&format!("{ATOM}String")), text: text.to_owned() }
}

/// The same of the path.
pub(crate) fn filed(rig: &Rig, path: &str) -> Told {
    Told { property: rig.urid(FILE), kind: rig.urid(&format!("{ATOM}Path")), text: path.to_owned() }
}

/// The values among what came out.
pub(crate) fn told(rig: &Rig, events: &[Event]) -> Vec<Told> {
    let read = |properties: Vec<(u32, u32, Vec<u8>)>| {
        let value = |name: &str| {
            let key = rig.urid(&format!("{PATCH}{name}"));
            let found = properties.iter().find(|(found, ..)| *found == key);
            found.unwrap_or_else(|| panic!("no {name}: {properties:?}"))
        };
        let (_, kind, property) = value("property");
        assert_eq!(*kind, rig.urid(&format!("{ATOM}URID")));
        let property = u32::from_ne_bytes(property[..].try_into().expect("a number"));
        let (_, kind, text) = value("value");
        let text = text.strip_suffix(&[0]).expect("a 0 at its end").to_vec();
        Told { property, kind: *kind, text: String::from_utf8(text).expect("UTF-8") }
    };
    rig.objects(events, &format!("{PATCH}Set")).into_iter().map(read).collect()
}

/// What an instance has saved, for another one: each host numbers URIs itself.
pub(crate) fn for_another(other: &Rig, saved: StateStore) -> StateStore {
    let (key, kind) = (other.urid(dyad_ttl::STATE_KEY), other.urid(&format!("{ATOM}Chunk")));
    StateStore(saved.0.into_iter().map(|property| Property { key, kind, ..property }).collect())
}
