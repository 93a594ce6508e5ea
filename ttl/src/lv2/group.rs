//! Port groups: the channels of one bus.

use dyad_core::{Bus, Layout};

use crate::PortTable;
use crate::turtle::{Document, Properties, Term};

/// The IRI of a bus's group. Layout ids hold no slash, so it is no layout's URI.
pub(super) fn iri(table: &PortTable, bus: &Bus) -> String {
    format!("{}/{}", table.uri, bus.symbol)
}

/// The bus of a channel that is counted over all buses of one direction, and its place there.
pub(super) fn bus_of(layout: &Layout, input: bool, channel: usize) -> Option<(&'static Bus, usize)> {
    let buses = if input { layout.inputs } else { layout.outputs };
    buses.iter().flat_map(|bus| (0..bus.channels).map(move |n| (bus, n))).nth(channel)
}

/// What a channel is within its group, where that is known.
pub(super) fn designation(bus: &Bus, channel: usize) -> Option<&'static str> {
    match (bus.channels, channel) {
        (1, 0) => Some("pg:center"),
        (2, 0) => Some("pg:left"),
        (2, 1) => Some("pg:right"),
        _ => None,
    }
}

/// Describes the group of each bus of a layout.
pub(super) fn add(table: &PortTable, document: &mut Document) {
    let main = table.layout.inputs.iter().find(|bus| bus.main);
    for (buses, direction) in
        [(table.layout.inputs, "pg:InputGroup"), (table.layout.outputs, "pg:OutputGroup")]
    {
        for bus in buses {
            let mut group = Properties::default();
            let kind = match bus.channels {
                1 => "pg:MonoGroup",
                2 => "pg:StereoGroup",
                _ => "pg:DiscreteGroup",
            };
            group.names("a", &[kind, direction]);
            // Groups and ports share one space of symbols; ports' are in small letters.
            group.string("lv2:symbol", &bus.symbol.to_uppercase());
            group.string("lv2:name", bus.name);
            group.string("rdfs:label", bus.name);
            if let (true, Some(main)) = (is_sidechain(bus, direction == "pg:InputGroup"), main) {
                group.add("pg:sideChainOf", [Term::Iri(iri(table, main))]);
            }
            document.subjects.push((iri(table, bus), group));
        }
    }
}

/// Whether a bus feeds the plugin beside its main input.
pub(super) fn is_sidechain(bus: &Bus, input: bool) -> bool {
    input && !bus.main
}
