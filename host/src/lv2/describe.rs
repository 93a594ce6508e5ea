//! From ports to the format-free description.

use lilv::World;
use lilv::plugin::Plugin;

use super::bundle::text;
use super::controls::Controls;
use super::ports::{self, Control, Kind, Port};
use super::uris;
use crate::info::{Bus, BusKind, Format, Parameter, ParameterFlags, PluginInfo, Tail, Timing};

/// The buses of one direction.
pub(super) struct Side {
    pub(super) list: Vec<Bus>,
    /// The port of every channel, in the order of the buses.
    pub(super) ports: Vec<u32>,
    /// Ports for control voltage that may stay unconnected.
    pub(super) unconnected: Vec<u32>,
}

/// The audio and CV ports grouped into buses.
pub(super) struct Buses {
    pub(super) inputs: Side,
    pub(super) outputs: Side,
}

impl Buses {
    pub(super) fn new(world: &World, plugin: &Plugin, ports: &[Port]) -> Self {
        let side = |input| Side::new(ports, input, ports::main_group(world, plugin, input));
        Self { inputs: side(true), outputs: side(false) }
    }
}

impl Side {
    fn new(ports: &[Port], input: bool, main_group: Option<String>) -> Self {
        let mut side = Self { list: vec![], ports: vec![], unconnected: vec![] };
        let mine: Vec<_> = ports.iter().filter(|port| port.input == input).collect();
        // A main group that no port belongs to says nothing.
        let main_group = main_group.filter(|main| mine.iter().any(|p| p.group() == Some(main)));
        let is_main = |port: &Port| match (&port.kind, &main_group) {
            (Kind::Audio { group, .. }, Some(main)) => group.as_ref() == Some(main),
            (Kind::Audio { side_chain, .. }, None) => !side_chain,
            _ => false,
        };
        let main: Vec<_> = mine.iter().filter(|port| is_main(port)).collect();
        if !main.is_empty() {
            side.ports.extend(main.iter().map(|port| port.index));
            side.list.push(bus("Main", BusKind::Main, main.len()));
        }
        let others = mine.iter().filter(|port| !is_main(port));
        let mut last_group: Option<&str> = None;
        for port in others {
            match &port.kind {
                // An unmoved knob and no knob may be two things. Sound is silent where there is none, as in other
                // hosts: many plugins that call a sidechain optional can't do without.
                Kind::Cv if port.optional => side.unconnected.push(port.index),
                Kind::Audio { group, .. } => {
                    side.ports.push(port.index);
                    let group = group.as_deref();
                    match side.list.last_mut() {
                        Some(bus) if group.is_some() && group == last_group => bus.channels += 1,
                        _ => side.list.push(bus(&port.name, BusKind::Aux, 1)),
                    }
                    last_group = group;
                }
                Kind::Cv => {
                    side.ports.push(port.index);
                    side.list.push(bus(&port.name, BusKind::Cv, 1));
                    last_group = None;
                }
                Kind::Control(_) | Kind::Atom { .. } | Kind::Other => {}
            }
        }
        side
    }
}

impl Port {
    fn group(&self) -> Option<&String> {
        match &self.kind {
            Kind::Audio { group, .. } => group.as_ref(),
            _ => None,
        }
    }

    /// Whether the control port is one that the host serves itself.
    pub(super) fn served_by_host(&self) -> bool {
        match &self.kind {
            Kind::Control(control) => {
                (control.latency && !self.input)
                    || (self.input && self.designation.as_deref() == Some(uris::FREE_WHEELING))
            }
            _ => false,
        }
    }
}

fn bus(name: &str, kind: BusKind, channels: usize) -> Bus {
    Bus { name: name.to_owned(), kind, channels: channels as u32 }
}

/// The control ports that are parameters, in port order.
pub(super) fn parameter_ports(ports: &[Port]) -> impl Iterator<Item = (&Port, &Control)> {
    ports.iter().filter(|port| !port.served_by_host()).filter_map(|port| match &port.kind {
        Kind::Control(control) => Some((port, control)),
        _ => None,
    })
}

/// The whole description.
pub(super) fn info(
    world: &World,
    plugin: &Plugin,
    ports: &[Port],
    buses: &Buses,
    controls: &Controls,
) -> PluginInfo {
    let version = |key| {
        let nodes = plugin.value(&world.new_uri(key));
        nodes.iter().next().and_then(|node| node.as_int())
    };
    let version = match (version(uris::MINOR_VERSION), version(uris::MICRO_VERSION)) {
        (None, None) => String::new(),
        (minor, micro) => format!("{}.{}", minor.unwrap_or(0), micro.unwrap_or(0)),
    };
    let events = |input: bool| {
        ports
            .iter()
            .filter(|p| p.input == input && matches!(p.kind, Kind::Atom { .. }))
            .map(|p| p.name.clone())
            .collect()
    };
    PluginInfo {
        format: Format::Lv2,
        id: text(Some(plugin.uri())),
        name: text(Some(plugin.name())),
        vendor: text(plugin.author_name()),
        version,
        category: category(world, plugin),
        inputs: buses.inputs.list.clone(),
        outputs: buses.outputs.list.clone(),
        event_inputs: events(true),
        event_outputs: events(false),
        parameters: parameter_ports(ports).map(|(p, c)| parameter(p, c, controls)).collect(),
        timing: Timing { latency: 0, tail: Tail::Unknown },
    }
}

/// The kind of plugin: its class in LV2's own words, such as `Amplifier`.
fn category(world: &World, plugin: &Plugin) -> String {
    let types = plugin.value(&world.new_uri(uris::TYPE));
    let names = types.iter().filter_map(|node| {
        let name = node.as_uri()?.strip_prefix(uris::LV2)?.strip_suffix("Plugin")?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    names.collect::<Vec<_>>().join(", ")
}

fn parameter(port: &Port, control: &Control, controls: &Controls) -> Parameter {
    let value = f64::from(controls.get(port.index));
    let output = !port.input;
    Parameter {
        id: port.symbol.clone(),
        number: None,
        name: port.name.clone(),
        unit: control.unit.clone(),
        min: control.min,
        max: control.max,
        default: control.default,
        value,
        text: value_text(control, value),
        points: control.points.clone(),
        flags: ParameterFlags {
            automatable: port.input && control.automatable,
            bypass: false,
            enabled: port.input && port.designation.as_deref() == Some(uris::ENABLED),
            read_only: output,
            output,
            hidden: control.hidden,
            integer: control.integer,
            toggled: control.toggled,
            list: control.list,
            program: false,
            midi: false,
        },
    }
}

/// A value in words: its scale point's label, or the number with its unit.
pub(super) fn value_text(control: &Control, value: f64) -> String {
    if let Some(point) = control.points.iter().find(|point| point.value == value) {
        return point.label.clone();
    }
    if control.toggled {
        return if value > 0.0 { "on" } else { "off" }.to_owned();
    }
    let separator = if control.unit.is_empty() { "" } else { " " };
    format!("{}{separator}{}", value as f32, control.unit)
}
