//! Port groups: the channels of one bus, and the groups of the author's parameters.

use dyad_core::param::Group;
use dyad_core::{Bus, Description, Layout, Speaker};

use crate::turtle::{Document, Properties, Term};
use crate::{PortKind, PortTable};

/// The IRI of a bus's group. Layout ids hold no slash, so it is no layout's URI.
pub(super) fn iri(table: &PortTable, bus: &Bus) -> String {
    format!("{}/{}", table.uri, bus.symbol)
}

/// The IRI of a group of parameters. Bus symbols hold no slash, so it is no bus's.
pub(super) fn of_params(table: &PortTable, group: &Group) -> String {
    format!("{}/group/{}", table.uri, group.id)
}

/// The bus of a channel that is counted over all buses of one direction, and its place there.
pub(super) fn bus_of(layout: &Layout, input: bool, channel: usize) -> Option<(&'static Bus, usize)> {
    let buses = if input { layout.inputs } else { layout.outputs };
    buses.iter().flat_map(|bus| (0..bus.channels).map(move |n| (bus, n))).nth(channel)
}

/// What a channel is within its group, where that is known.
pub(super) fn designation(bus: &Bus, channel: usize) -> Option<&'static str> {
    // Beside channels at the back, the surround ones stand beside the listener.
    let sides = bus.speakers.contains(&Speaker::BackLeft);
    Some(match bus.speaker(channel)? {
        Speaker::Mono | Speaker::Center | Speaker::Mid => "pg:center",
        Speaker::Left => "pg:left",
        Speaker::Right => "pg:right",
        Speaker::LowFrequency => "pg:lowFrequencyEffects",
        Speaker::SurroundLeft if sides => "pg:sideLeft",
        Speaker::SurroundRight if sides => "pg:sideRight",
        Speaker::SurroundLeft | Speaker::BackLeft => "pg:rearLeft",
        Speaker::SurroundRight | Speaker::BackRight => "pg:rearRight",
        Speaker::SurroundCenter => "pg:rearCenter",
        Speaker::Side => "pg:side",
        _ => return None,
    })
}

/// The kind of a bus's group: one that LV2 knows has these very channels, in any order.
fn kind(bus: &Bus) -> &'static str {
    const FRONT: [&str; 2] = ["pg:left", "pg:right"];
    const BACK: [&str; 2] = ["pg:rearLeft", "pg:rearRight"];
    const SIDES: [&str; 2] = ["pg:sideLeft", "pg:sideRight"];
    const CENTER: &[&str] = &["pg:center"];
    const LFE: &[&str] = &["pg:lowFrequencyEffects"];
    let known: [(&str, &[&[&str]]); 7] = [
        ("pg:MonoGroup", &[CENTER]),
        ("pg:StereoGroup", &[&FRONT]),
        ("pg:MidSideGroup", &[CENTER, &["pg:side"]]),
        ("pg:FourPointZeroGroup", &[&FRONT, CENTER, &["pg:rearCenter"]]),
        ("pg:FivePointZeroGroup", &[&FRONT, CENTER, &BACK]),
        ("pg:FivePointOneGroup", &[&FRONT, CENTER, &BACK, LFE]),
        ("pg:SevenPointOneGroup", &[&FRONT, CENTER, &SIDES, &BACK, LFE]),
    ];
    let has: Vec<_> = (0..bus.channels).filter_map(|channel| designation(bus, channel)).collect();
    let same = |channels: &[&str]| {
        channels.len() == bus.channels && channels.iter().all(|channel| has.contains(channel))
    };
    let found = known.iter().find(|(_, channels)| same(&channels.concat()));
    found.map_or("pg:DiscreteGroup", |(kind, _)| kind)
}

/// Describes the group of each bus of a layout, and each group of parameters.
pub(super) fn add(description: &Description, table: &PortTable, document: &mut Document) {
    buses(table, document);
    params(description, table, document);
}

fn buses(table: &PortTable, document: &mut Document) {
    let main = table.layout.inputs.iter().find(|bus| bus.main);
    for (buses, direction) in
        [(table.layout.inputs, "pg:InputGroup"), (table.layout.outputs, "pg:OutputGroup")]
    {
        for bus in buses {
            let mut group = Properties::default();
            group.names("a", &[kind(bus), direction]);
            // Groups and ports share one space of symbols; ports' are in small letters.
            names(&mut group, &bus.symbol.to_uppercase(), bus.name);
            if let (true, Some(main)) = (is_sidechain(bus, direction == "pg:InputGroup"), main) {
                group.add("pg:sideChainOf", [Term::Iri(iri(table, main))]);
            }
            document.subjects.push((iri(table, bus), group));
        }
    }
}

fn params(description: &Description, table: &PortTable, document: &mut Document) {
    // Each group with the group around it, in the order of the ports, and what its ports are.
    let mut found: Vec<(&Group, Option<&Group>, bool, bool)> = Vec::new();
    for port in &table.ports {
        let (param, input) = match port.kind {
            PortKind::Param { param } => (param, true),
            PortKind::Meter { param } => (param, false),
            _ => continue,
        };
        let mut around = None;
        for group in &description.params[param].info.groups {
            let at = found.iter().position(|(known, ..)| known.id == group.id).unwrap_or_else(|| {
                found.push((group, around, false, false));
                found.len() - 1
            });
            found[at].2 |= input;
            found[at].3 |= !input;
            around = Some(group);
        }
    }
    for (group, around, inputs, outputs) in found {
        let mut properties = Properties::default();
        properties.names(
            "a",
            &[match (inputs, outputs) {
                (true, false) => "pg:InputGroup",
                (false, true) => "pg:OutputGroup",
                _ => "pg:Group",
            }],
        );
        // The letter before it keeps it apart from a bus of that name.
        names(&mut properties, &format!("_{}", group.id.to_uppercase()), &group.name);
        properties.add("pg:subGroupOf", around.map(|around| Term::Iri(of_params(table, around))));
        document.subjects.push((of_params(table, group), properties));
    }
}

fn names(group: &mut Properties, symbol: &str, name: &str) {
    group.string("lv2:symbol", symbol);
    group.string("lv2:name", name);
    group.string("rdfs:label", name);
}

/// Whether a bus feeds the plugin beside its main input.
pub(super) fn is_sidechain(bus: &Bus, input: bool) -> bool {
    input && !bus.main
}
