//! The Turtle of an LV2 bundle.
//!
//! `manifest.ttl` is what hosts read of every bundle at start, so it is small; `NAME.ttl` holds the
//! rest. Each layout of a plugin is an LV2 plugin of its own; the plugin's id stands for all of
//! them as their `lv2:project`. The default layout has the plugin's name, the others have their
//! own name after it ("Dyad Gain (Mono)"), because hosts list them side by side.
//!
//! Nothing is said that the LV2 adaptor does not do.

mod editor;
mod fault;
mod group;
mod licence;
mod plugin;
mod port;
mod preset;
mod unit;
mod version;

use dyad_core::{Description, Layout};

pub use fault::faults;
pub use preset::preset_uri;
pub use version::{VersionError, lv2_version};

use crate::turtle::{Document, Properties, Term};

const COMMENT: &str = "Made by dyad-bundle from the plugin's code. Changes here are lost.";

/// The text of `manifest.ttl`. `name` is the bundle's, `binary` and `editor` are files beside it.
#[must_use]
pub fn manifest(plugins: &[Description], name: &str, binary: &str, editor: Option<&str>) -> String {
    let mut document = Document { comment: COMMENT, ..Document::default() };
    for (plugin, layout) in layouts(plugins) {
        let mut entry = Properties::default();
        entry.names("a", &["lv2:Plugin"]);
        // lilv looks here, before it reads the rest, for the newest of several bundles.
        version::add(plugin.info.version, &mut entry);
        entry.add("lv2:binary", [Term::Iri(binary.to_owned())]);
        entry.add("rdfs:seeAlso", [Term::Iri(format!("{name}.ttl"))]);
        if editor.is_some() {
            editor::refer(plugin, &mut entry);
        }
        document.subjects.push((plugin.lv2_uri(layout), entry));
    }
    for (plugin, binary) in plugins.iter().filter_map(|plugin| Some((plugin, editor?))) {
        let uri = crate::editor_uri(plugin.info.id);
        document.subjects.push((uri, editor::entry(name, binary)));
    }
    for plugin in plugins {
        preset::list(plugin, &presets_file(name), &mut document);
    }
    document.to_text()
}

/// The text of `NAME_presets.ttl`: the factory presets of all plugins of a bundle. `None` without any.
#[must_use]
pub fn presets(plugins: &[Description]) -> Option<String> {
    let mut document = Document { comment: COMMENT, ..Document::default() };
    for plugin in plugins {
        preset::add(plugin, &mut document);
    }
    if document.subjects.is_empty() {
        return None;
    }
    preset::define(&mut document);
    Some(document.to_text())
}

/// What the file with the presets is called.
#[must_use]
pub fn presets_file(name: &str) -> String {
    format!("{name}_presets.ttl")
}

/// The text of `NAME.ttl`: all about all plugins of a bundle, and whether they have editors.
#[must_use]
pub fn turtle(plugins: &[Description], editor: bool) -> String {
    let mut document = Document { comment: COMMENT, ..Document::default() };
    for plugin in plugins {
        document.subjects.push((plugin.info.id.to_owned(), plugin::project(&plugin.info)));
        for layout in &plugin.layouts {
            plugin::add(plugin, layout, &mut document);
        }
        for property in plugin.properties {
            let uri = crate::property_uri(plugin.info.id, property.id);
            document.subjects.push((uri, plugin::property(property)));
        }
        if editor {
            let uri = crate::editor_uri(plugin.info.id);
            document.subjects.push((uri, editor::describe(plugin)));
        }
    }
    // Validators know LV2's own names only.
    let mut feature = Properties::default();
    feature.names("a", &["lv2:Feature"]);
    document.subjects.push((plugin::PORT_CHANGES.to_owned(), feature));
    if plugins.iter().any(|plugin| !plugin.events.note_names.is_empty()) {
        let mut interface = Properties::default();
        interface.names("a", &["lv2:ExtensionData"]);
        document.subjects.push((crate::MIDNAM_INTERFACE.to_owned(), interface));
    }
    document.to_text()
}

/// What a host calls a layout of a plugin.
#[must_use]
pub fn plugin_name(plugin: &Description, layout: &Layout) -> String {
    let default = plugin.layouts.first().is_some_and(|first| first.id == layout.id);
    if default { plugin.info.name.to_owned() } else { format!("{} ({})", plugin.info.name, layout.name) }
}

fn layouts(plugins: &[Description]) -> impl Iterator<Item = (&Description, &Layout)> {
    plugins.iter().flat_map(|plugin| plugin.layouts.iter().map(move |layout| (plugin, layout)))
}
