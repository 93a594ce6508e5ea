//! Factory presets: `NAME_presets.ttl`, and what the manifest says of each.
//!
//! A preset is for all layouts of its plugin, which have the same control ports. It sets every parameter
//! that a state holds, and hands the plugin a document with what no port carries, so that texts and fields
//! that it does not mention get their defaults, as in VST3, and paths stay. The bypass is the host's.

use std::fmt::Write as _;

use dyad_core::param::{ParamInfo, PropertyKind, Role, ValueKind};
use dyad_core::preset::{self, Preset};
use dyad_core::{Description, state};

use crate::turtle::{Document, Properties, Term, decimal, integer};

/// The URI of a factory preset, by which hosts remember it. Layout ids hold no slash, so it is no layout's.
#[must_use]
pub fn preset_uri(plugin_id: &str, preset_id: &str) -> String {
    format!("{plugin_id}#preset/{preset_id}")
}

/// The URI of a category. Its text is a person's, so all but letters, digits and a few signs is percent-encoded.
fn bank_uri(plugin_id: &str, category: &str) -> String {
    let mut uri = format!("{plugin_id}#bank/");
    for byte in category.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// What the manifest says: enough for a host's menu. `file` holds the rest.
pub(super) fn list(plugin: &Description, file: &str, document: &mut Document) {
    let mut banks: Vec<&str> = Vec::new();
    for preset in plugin.presets {
        let mut entry = Properties::default();
        entry.names("a", &["pset:Preset"]);
        entry.add("lv2:appliesTo", plugin.layouts.iter().map(|layout| Term::Iri(plugin.lv2_uri(layout))));
        entry.string("rdfs:label", preset.name);
        if !preset.category.is_empty() {
            entry.add("pset:bank", [Term::Iri(bank_uri(plugin.info.id, preset.category))]);
            if !banks.contains(&preset.category) {
                banks.push(preset.category);
            }
        }
        entry.add("rdfs:seeAlso", [Term::Iri(file.to_owned())]);
        document.subjects.push((preset_uri(plugin.info.id, preset.id), entry));
    }
    for bank in banks {
        let mut entry = Properties::default();
        entry.names("a", &["pset:Bank"]);
        entry.string("rdfs:label", bank);
        document.subjects.push((bank_uri(plugin.info.id, bank), entry));
    }
}

/// Everything about a plugin's presets.
pub(super) fn add(plugin: &Description, document: &mut Document) {
    for preset in plugin.presets {
        document.subjects.push((preset_uri(plugin.info.id, preset.id), describe(plugin, preset)));
    }
}

/// Says what the key is, because validators ask.
pub(super) fn define(document: &mut Document) {
    let mut key = Properties::default();
    key.names("a", &["rdf:Property"]);
    key.string("rdfs:label", "state");
    key.string("rdfs:comment", "A state document of Dyad's, of which ports have their own part.");
    document.subjects.push((crate::STATE_KEY.to_owned(), key));
}

fn describe(plugin: &Description, preset: &Preset) -> Properties {
    let mut entry = Properties::default();
    entry.names("a", &["pset:Preset"]);
    entry.add("lv2:appliesTo", plugin.layouts.iter().map(|layout| Term::Iri(plugin.lv2_uri(layout))));
    entry.string("rdfs:label", preset.name);
    if !preset.comment.is_empty() {
        entry.string("rdfs:comment", preset.comment);
    }
    // Presets are checked with their plugin, before any of this is written.
    let Ok(loaded) = preset::load(plugin, preset) else { return entry };
    let ports = plugin.saved_params().iter().filter_map(|index| {
        let param = &plugin.params[*index];
        (param.info.role == Role::Normal).then(|| {
            let mut port = Properties::default();
            port.string("lv2:symbol", &param.symbol);
            port.add("pset:value", [Term::Number(value(&param.info, loaded.values[*index]))]);
            Term::Blank(port)
        })
    });
    entry.add("lv2:port", ports);
    let mut writer = state::Writer::new(plugin.info.id, plugin.info.version, 0);
    let texts = loaded.properties.iter().filter_map(|(id, value)| Some((id, value?.text.to_owned())));
    let mut texts: Vec<_> = texts.collect();
    if !texts.is_empty() {
        texts.sort();
        writer.properties(&texts);
    }
    if plugin.properties.iter().any(|property| property.kind == PropertyKind::Path) {
        writer.preset();
    }
    let mut state = Properties::default();
    state.add(KEY, [Term::Bytes(writer.finish_with(&loaded.fields))]);
    entry.add("state:state", [Term::Blank(state)]);
    entry
}

/// [`STATE_KEY`](crate::STATE_KEY) with a prefix.
const KEY: &str = "dyad:state";

/// A plain value as a port has it.
fn value(info: &ParamInfo, plain: f64) -> String {
    // What the sound half gets is an f32.
    let plain = f64::from(plain as f32);
    if info.kind == ValueKind::Float { decimal(plain) } else { integer(plain) }
}

#[test]
fn the_key_is_the_adaptors() {
    assert_eq!(KEY.replace("dyad:", "urn:dyad:ns#"), crate::STATE_KEY);
}
