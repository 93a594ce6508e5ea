//! One layout of a plugin, as LV2 plugin; and the project that its layouts are part of.

use dyad_core::param::{Property, PropertyKind};
use dyad_core::{Description, Info, Layout};

use super::{group, licence, plugin_name, port, version};
use crate::category::lv2_class;
use crate::turtle::{Document, Properties, Term};
use crate::{PortTable, property_uri};

/// With it a plugin asks the host to set its control inputs.
pub(super) const PORT_CHANGES: &str = "http://kx.studio/ns/lv2ext/control-input-port-change-request";

/// The project: the plugin without a layout.
pub(super) fn project(info: &Info) -> Properties {
    let mut project = Properties::default();
    project.names("a", &["doap:Project"]);
    project.string("doap:name", info.name);
    if !info.description.is_empty() {
        project.string("doap:shortdesc", info.description);
    }
    if !info.url.is_empty() {
        project.add("doap:homepage", [Term::Iri(info.url.to_owned())]);
    }
    licences(info, &mut project);
    // Here and not at the layouts: LV2's vocabulary gives maintainers to projects, and lilv looks
    // for a plugin's author here.
    let mut maintainer = Properties::default();
    maintainer.names("a", &["foaf:Agent"]);
    maintainer.string("foaf:name", info.vendor);
    if !info.url.is_empty() {
        maintainer.add("foaf:homepage", [Term::Iri(info.url.to_owned())]);
    }
    if !info.email.is_empty() {
        let address = info.email.trim_start_matches("mailto:");
        maintainer.add("foaf:mbox", [Term::Iri(format!("mailto:{address}"))]);
    }
    project.add("doap:maintainer", [Term::Blank(maintainer)]);
    project
}

fn licences(info: &Info, properties: &mut Properties) {
    properties.add("doap:license", licence::iris(info.license, info.id).into_iter().map(Term::Iri));
}

/// A text or path.
pub(super) fn property(property: &Property) -> Properties {
    let mut parameter = Properties::default();
    parameter.names("a", &["lv2:Parameter"]);
    parameter.string("rdfs:label", property.name);
    parameter.names(
        "rdfs:range",
        &[match property.kind {
            PropertyKind::Text => "atom:String",
            PropertyKind::Path => "atom:Path",
        }],
    );
    parameter
}

/// One layout with its groups.
pub(super) fn add(description: &Description, layout: &Layout, document: &mut Document) {
    let table = PortTable::new(description, layout);
    let info = &description.info;
    let mut plugin = Properties::default();
    plugin.names("a", &["lv2:Plugin", lv2_class(info.category)]);
    plugin.add("lv2:project", [Term::Iri(info.id.to_owned())]);
    plugin.string("doap:name", &plugin_name(description, layout));
    if !info.description.is_empty() {
        plugin.string("doap:shortdesc", info.description);
        plugin.string("rdfs:comment", info.description);
    }
    licences(info, &mut plugin);
    version::add(info.version, &mut plugin);
    // Ardour refuses plugins that require more than a short list of features.
    plugin.names("lv2:requiredFeature", &["urid:map"]);
    plugin.names(
        "lv2:optionalFeature",
        &["lv2:hardRTCapable", "bufsz:boundedBlockLength", "opts:options", "state:threadSafeRestore"],
    );
    plugin.names("lv2:optionalFeature", &["log:log"]);
    // Not one of LV2's own, and so without a prefix.
    plugin.add("lv2:optionalFeature", [Term::Iri(PORT_CHANGES.to_owned())]);
    plugin.names(
        "opts:supportedOption",
        &["bufsz:maxBlockLength", "bufsz:nominalBlockLength", "param:sampleRate"],
    );
    plugin.names("lv2:extensionData", &["state:interface", "opts:interface"]);
    if !description.events.note_names.is_empty() {
        plugin.add("lv2:extensionData", [Term::Iri(crate::MIDNAM_INTERFACE.to_owned())]);
    }
    if description.tasks || !description.properties.is_empty() {
        plugin.names("lv2:optionalFeature", &["work:schedule"]);
        plugin.names("lv2:extensionData", &["work:interface"]);
    }
    if !description.properties.is_empty() {
        let uris = description.properties.iter().map(|property| property_uri(info.id, property.id));
        plugin.add("patch:writable", uris.map(Term::Iri));
    }
    if description.properties.iter().any(|property| property.kind == PropertyKind::Path) {
        plugin.names("lv2:optionalFeature", &["state:mapPath", "state:freePath"]);
    }
    for (buses, predicate) in [(layout.inputs, "pg:mainInput"), (layout.outputs, "pg:mainOutput")] {
        if let Some(main) = buses.iter().find(|bus| bus.main) {
            plugin.add(predicate, [Term::Iri(group::iri(&table, main))]);
        }
    }
    let ports = (0..table.ports.len()).map(|index| port::describe(description, &table, index));
    plugin.add("lv2:port", ports.map(Term::Blank));
    document.subjects.push((table.uri.clone(), plugin));
    group::add(description, &table, document);
}
