//! The editor of a plugin: one LV2 UI for all its layouts.

use dyad_core::Description;

use crate::turtle::{Properties, Term};
use crate::{PortKind, PortTable, editor_uri};

/// The UI as `NAME.ttl` has it. What it offers and can use; it requires nothing, and opens from ports alone.
pub(super) fn describe(description: &Description) -> Properties {
    let mut ui = Properties::default();
    ui.names("a", &["ui:X11UI"]);
    ui.names(
        "lv2:optionalFeature",
        &["ui:parent", "ui:idleInterface", "ui:resize", "ui:touch", "ui:portMap", "ui:portSubscribe"],
    );
    ui.names("lv2:optionalFeature", &["urid:map", "opts:options", "log:log"]);
    if !description.properties.is_empty() {
        ui.names("lv2:optionalFeature", &["ui:requestValue"]);
    }
    ui.names("lv2:extensionData", &["ui:idleInterface", "ui:resize", "ui:showInterface"]);
    ui.names(
        "opts:supportedOption",
        &["ui:scaleFactor", "ui:updateRate", "ui:backgroundColor", "ui:foregroundColor", "ui:windowTitle"],
    );
    // Hosts need only tell control inputs, unless they are asked for more.
    for layout in &description.layouts {
        let table = PortTable::new(description, layout);
        let told = table.ports.iter().filter_map(|port| match port.kind {
            PortKind::EventsOut => Some((port, "atom:eventTransfer")),
            PortKind::Meter { .. } => Some((port, "ui:floatProtocol")),
            _ => None,
        });
        ui.add(
            "ui:portNotification",
            told.map(|(port, protocol)| {
                let mut notification = Properties::default();
                notification.add("ui:plugin", [Term::Iri(table.uri.clone())]);
                notification.string("lv2:symbol", &port.symbol);
                notification.names("ui:protocol", &[protocol]);
                Term::Blank(notification)
            }),
        );
    }
    ui
}

/// The UI as `manifest.ttl` has it.
pub(super) fn entry(name: &str, binary: &str) -> Properties {
    let mut entry = Properties::default();
    entry.names("a", &["ui:X11UI"]);
    entry.add("ui:binary", [Term::Iri(binary.to_owned())]);
    entry.add("rdfs:seeAlso", [Term::Iri(format!("{name}.ttl"))]);
    entry
}

/// Says which UI a layout has.
pub(super) fn refer(description: &Description, plugin: &mut Properties) {
    plugin.add("ui:ui", [Term::Iri(editor_uri(description.info.id))]);
}
