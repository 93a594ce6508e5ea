//! One port.

use dyad_core::Description;
use dyad_core::param::{ParamInfo, Role, ValueKind};

use super::{group, unit};
use crate::turtle::{Properties, Term, decimal, integer};
use crate::{PortKind, PortTable};

/// A version of a plugin may add ports only where hosts need not connect them, and no port of today
/// knows whether it was there from the start. An unconnected one stays at its default.
const OPTIONAL: &str = "lv2:connectionOptional";
/// Whole numbers up to here are exact in a control port.
const LARGEST_EXACT: u32 = 1 << 24;

/// Everything about the port at an index.
pub(super) fn describe(description: &Description, table: &PortTable, index: usize) -> Properties {
    let source = &table.ports[index];
    let mut port = Properties::default();
    let (direction, kind) = match source.kind {
        PortKind::AudioIn { .. } => ("lv2:InputPort", "lv2:AudioPort"),
        PortKind::AudioOut { .. } => ("lv2:OutputPort", "lv2:AudioPort"),
        PortKind::EventsIn => ("lv2:InputPort", "atom:AtomPort"),
        PortKind::EventsOut => ("lv2:OutputPort", "atom:AtomPort"),
        PortKind::Latency | PortKind::Meter { .. } | PortKind::RemovedMeter { .. } => {
            ("lv2:OutputPort", "lv2:ControlPort")
        }
        PortKind::Freewheel
        | PortKind::Enabled { .. }
        | PortKind::Param { .. }
        | PortKind::RemovedParam { .. } => ("lv2:InputPort", "lv2:ControlPort"),
    };
    port.names("a", &[direction, kind]);
    port.add("lv2:index", [Term::count(index as u64)]);
    port.string("lv2:symbol", &source.symbol);
    port.string("lv2:name", &source.name);
    match source.kind {
        PortKind::AudioIn { channel } => audio(table, true, channel, &mut port),
        PortKind::AudioOut { channel } => audio(table, false, channel, &mut port),
        PortKind::EventsIn => {
            port.names("lv2:designation", &["lv2:control"]);
            events(description, &mut port);
            if description.transport {
                port.names("atom:supports", &["time:Position"]);
            }
            // Reaper sends the transport only where it may send MIDI.
            if description.events.input || description.transport {
                port.names("atom:supports", &["midi:MidiEvent"]);
            }
        }
        PortKind::EventsOut => {
            events(description, &mut port);
            if description.events.output {
                port.names("atom:supports", &["midi:MidiEvent"]);
            }
        }
        PortKind::Latency => {
            port.names("lv2:designation", &["lv2:latency"]);
            bounds(&mut port, None, "0", &LARGEST_EXACT.to_string());
            port.names("lv2:portProperty", &["lv2:integer", "lv2:reportsLatency"]);
            port.names("lv2:portProperty", &[OPTIONAL, "pprops:notOnGUI"]);
            port.names("units:unit", &["units:frame"]);
        }
        PortKind::Freewheel => {
            port.names("lv2:designation", &["lv2:freeWheeling"]);
            bounds(&mut port, Some("0"), "0", "1");
            port.names("lv2:portProperty", &["lv2:toggled", OPTIONAL, "pprops:notOnGUI"]);
        }
        PortKind::Enabled { .. } => {
            port.names("lv2:designation", &["lv2:enabled"]);
            bounds(&mut port, Some("1"), "0", "1");
            port.names("lv2:portProperty", &["lv2:toggled", OPTIONAL]);
        }
        PortKind::Param { param } => {
            let info = &description.params[param].info;
            control(info, &mut port);
            grouped(table, info, &mut port);
        }
        PortKind::Meter { param } => {
            let info = &description.params[param].info;
            bounds(&mut port, None, &decimal(info.range.min()), &decimal(info.range.max()));
            port.names("lv2:portProperty", &[OPTIONAL]);
            if info.hidden {
                port.names("lv2:portProperty", &["pprops:notOnGUI"]);
            }
            unit::add(info.unit, &mut port);
            grouped(table, info, &mut port);
        }
        PortKind::RemovedParam { .. } => {
            bounds(&mut port, Some("0.0"), "0.0", "1.0");
            port.names("lv2:portProperty", &[OPTIONAL, "pprops:notOnGUI", "pprops:notAutomatic"]);
        }
        PortKind::RemovedMeter { .. } => {
            bounds(&mut port, None, "0.0", "1.0");
            port.names("lv2:portProperty", &[OPTIONAL, "pprops:notOnGUI"]);
        }
    }
    port
}

fn bounds(port: &mut Properties, default: Option<&str>, min: &str, max: &str) {
    let numbers = [("lv2:default", default), ("lv2:minimum", Some(min)), ("lv2:maximum", Some(max))];
    for (predicate, number) in numbers {
        port.add(predicate, number.map(|number| Term::Number(number.to_owned())));
    }
}

/// Puts a parameter into the innermost of its groups.
fn grouped(table: &PortTable, info: &ParamInfo, port: &mut Properties) {
    port.add("pg:group", info.groups.last().map(|group| Term::Iri(group::of_params(table, group))));
}

fn audio(table: &PortTable, input: bool, channel: usize, port: &mut Properties) {
    let Some((bus, n)) = group::bus_of(&table.layout, input, channel) else { return };
    port.add("pg:group", [Term::Iri(group::iri(table, bus))]);
    if let Some(designation) = group::designation(bus, n) {
        port.names("lv2:designation", &[designation]);
    }
    if group::is_sidechain(bus, input) {
        port.names("lv2:portProperty", &["lv2:isSideChain", OPTIONAL]);
    }
}

fn events(description: &Description, port: &mut Properties) {
    if !description.properties.is_empty() {
        port.names("atom:supports", &["patch:Message"]);
    }
    port.names("lv2:portProperty", &[OPTIONAL]);
    port.names("atom:bufferType", &["atom:Sequence"]);
    port.add("rsz:minimumSize", [Term::count(minimum_size(description))]);
}

/// Room for an editor's largest message (4 KB), a change of every parameter and, with MIDI, as many
/// events as the plugin holds and its SysEx: each with its event header, all with the sequence's, up to
/// a power of two.
fn minimum_size(description: &Description) -> u32 {
    const SEQUENCE: u32 = 16;
    const MESSAGE: u32 = 16 + 4096;
    const CHANGE: u32 = 128;
    const NOTE: u32 = 16 + 8;
    let params = u32::try_from(description.params.len()).unwrap_or(u32::MAX / 2);
    let events = &description.events;
    let notes = u32::from(events.events).max(256) * NOTE;
    let midi = if events.input || events.output { events.sysex.saturating_add(notes) } else { 0 };
    let all = params.saturating_mul(CHANGE).saturating_add(SEQUENCE + MESSAGE).saturating_add(midi);
    all.checked_next_power_of_two().unwrap_or(u32::MAX)
}

fn control(info: &ParamInfo, port: &mut Properties) {
    let number = if info.kind == ValueKind::Float { decimal } else { integer };
    let (min, max) = (info.range.min(), info.range.max());
    // Reaper refuses a default outside the ends.
    let default = info.default.clamp(min, max);
    bounds(port, Some(&number(default)), &number(min), &number(max));
    let points = f64::from(info.range.steps()) + 1.0;
    match info.kind {
        ValueKind::Float => {
            let ends = [(info.off_at_min, "Off", min), (info.infinite_at_max, "∞", max)];
            port.add(
                "lv2:scalePoint",
                ends.into_iter().filter(|(named, ..)| *named).map(|(_, label, value)| {
                    let mut point = Properties::default();
                    point.string("rdfs:label", label);
                    point.add("rdf:value", [Term::Number(number(value))]);
                    Term::Blank(point)
                }),
            );
        }
        ValueKind::Int => port.names("lv2:portProperty", &["lv2:integer"]),
        ValueKind::Bool => port.names("lv2:portProperty", &["lv2:toggled"]),
        ValueKind::Choice(variants) => {
            port.names("lv2:portProperty", &["lv2:integer", "lv2:enumeration"]);
            port.add(
                "lv2:scalePoint",
                (0u64..).zip(variants).map(|(value, variant)| {
                    let mut point = Properties::default();
                    point.string("rdfs:label", variant.name);
                    point.add("rdf:value", [Term::count(value)]);
                    point.string("lv2:symbol", variant.id);
                    Term::Blank(point)
                }),
            );
        }
    }
    if info.range.is_log() {
        port.names("lv2:portProperty", &["pprops:logarithmic"]);
    }
    port.names("lv2:portProperty", &["pprops:hasStrictBounds", OPTIONAL]);
    for (there, property) in [
        (info.role == Role::Trigger, "pprops:trigger"),
        (info.hidden, "pprops:notOnGUI"),
        (!info.automatable, "pprops:notAutomatic"),
    ] {
        if there {
            port.names("lv2:portProperty", &[property]);
        }
    }
    if let Some(controller) = info.midi_cc {
        let mut event = Properties::default();
        event.names("a", &["midi:Controller"]);
        event.add("midi:controllerNumber", [Term::count(controller)]);
        port.add("midi:binding", [Term::Blank(event)]);
    }
    let every_integer = info.kind != ValueKind::Float && points == max - min + 1.0;
    if points > 2.0 && !every_integer {
        port.add("pprops:rangeSteps", [Term::Number(integer(points))]);
    }
    unit::add(info.unit, port);
}
