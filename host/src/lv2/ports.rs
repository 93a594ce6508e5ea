//! A plugin's ports as its Turtle describes them.

use lilv::World;
use lilv::node::Node;
use lilv::plugin::Plugin;
use lilv::port::Port as LilvPort;

use super::{atoms, units, uris};
use crate::info::Point;

/// One port.
pub(super) struct Port {
    pub(super) index: u32,
    pub(super) symbol: String,
    pub(super) name: String,
    pub(super) input: bool,
    /// Whether it may stay unconnected.
    pub(super) optional: bool,
    pub(super) designation: Option<String>,
    pub(super) kind: Kind,
}

/// What a port carries.
pub(super) enum Kind {
    Audio {
        side_chain: bool,
        group: Option<String>,
    },
    Cv,
    Control(Control),
    Atom {
        capacity: usize,
        midi: bool,
        time: bool,
    },
    /// Nothing this host knows.
    Other,
}

/// A control port's range and properties.
pub(super) struct Control {
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) default: f64,
    pub(super) unit: String,
    pub(super) points: Vec<Point>,
    pub(super) integer: bool,
    pub(super) toggled: bool,
    pub(super) list: bool,
    pub(super) latency: bool,
    pub(super) automatable: bool,
    pub(super) hidden: bool,
}

/// Reads all ports; ranges in multiples of the sample rate are multiplied with `rate`.
pub(super) fn read(world: &World, plugin: &Plugin, rate: f64) -> Result<Vec<Port>, String> {
    let reader = Reader { world, rate };
    plugin.iter_ports().map(|port| reader.port(&port)).collect()
}

/// Whether a plugin's main port group on this side is the given one; `None` where it names none.
pub(super) fn main_group(world: &World, plugin: &Plugin, input: bool) -> Option<String> {
    let key = if input { uris::MAIN_INPUT } else { uris::MAIN_OUTPUT };
    let group = plugin.value(&world.new_uri(key)).iter().next()?;
    Some(group.turtle_token())
}

struct Reader<'a> {
    world: &'a World,
    rate: f64,
}

impl Reader<'_> {
    fn port(&self, port: &LilvPort) -> Result<Port, String> {
        let index = u32::try_from(port.index()).map_err(|_| "a port index is out of bounds")?;
        let text = |node: Option<Node>| node.and_then(|n| n.as_str().map(str::to_owned));
        let symbol = text(port.symbol()).ok_or_else(|| format!("port {index} has no symbol"))?;
        let (input, output) = (self.is_a(port, uris::INPUT_PORT), self.is_a(port, uris::OUTPUT_PORT));
        if input == output {
            return Err(format!("port {symbol} must be either an input or an output"));
        }
        Ok(Port {
            index,
            name: text(port.name()).unwrap_or_else(|| symbol.clone()),
            input,
            optional: self.has(port, uris::CONNECTION_OPTIONAL),
            designation: port
                .get(&self.world.new_uri(uris::DESIGNATION))
                .and_then(|n| n.as_uri().map(str::to_owned)),
            kind: self.kind(port),
            symbol,
        })
    }

    fn kind(&self, port: &LilvPort) -> Kind {
        if self.is_a(port, uris::AUDIO_PORT) {
            let group = port.get(&self.world.new_uri(uris::GROUP));
            let of = self.world.new_uri(uris::SIDE_CHAIN_OF);
            let group_is_side_chain =
                group.as_ref().is_some_and(|g| self.world.get(Some(g), Some(&of), None).is_some());
            Kind::Audio {
                side_chain: group_is_side_chain || self.has(port, uris::IS_SIDE_CHAIN),
                group: group.map(|g| g.turtle_token()),
            }
        } else if self.is_a(port, uris::CV_PORT) {
            Kind::Cv
        } else if self.is_a(port, uris::CONTROL_PORT) {
            Kind::Control(self.control(port))
        } else if self.is_a(port, uris::ATOM_PORT) && self.is_sequence(port) {
            let wanted = port
                .get(&self.world.new_uri(uris::MINIMUM_SIZE))
                .and_then(|n| n.as_int())
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(0);
            Kind::Atom {
                capacity: wanted.max(atoms::CAPACITY),
                midi: self.supports(port, uris::MIDI_EVENT),
                time: self.supports(port, uris::POSITION),
            }
        } else {
            Kind::Other
        }
    }

    fn control(&self, port: &LilvPort) -> Control {
        let range = port.range();
        let scale = if self.has(port, uris::SAMPLE_RATE) { self.rate } else { 1.0 };
        let toggled = self.has(port, uris::TOGGLED);
        let number = |node: Option<Node>| node.as_ref().and_then(number);
        let min = number(range.minimum).map_or(f64::NEG_INFINITY, |n| n * scale);
        let max = number(range.maximum).map_or(f64::INFINITY, |n| n * scale);
        let (min, max) = if toggled { (min.max(0.0), max.min(1.0)) } else { (min, max) };
        let default = number(range.default)
            .map_or(if min.is_finite() { min.max(0.0).min(max) } else { 0.0 }, |n| n * scale);
        let designation = port.get(&self.world.new_uri(uris::DESIGNATION));
        Control {
            min,
            max,
            default,
            unit: units::of_port(self.world, port),
            points: self.points(port),
            integer: self.has(port, uris::INTEGER),
            toggled,
            list: self.has(port, uris::ENUMERATION),
            latency: self.has(port, uris::REPORTS_LATENCY)
                || designation.is_some_and(|d| d.as_uri() == Some(uris::LATENCY)),
            automatable: ![uris::NOT_AUTOMATIC, uris::EXPENSIVE, uris::CAUSES_ARTIFACTS]
                .iter()
                .any(|property| self.has(port, property)),
            hidden: self.has(port, uris::NOT_ON_GUI),
        }
    }

    /// The scale points, smallest value first.
    fn points(&self, port: &LilvPort) -> Vec<Point> {
        // lilv gives label and value in the user's language, the Turtle itself may add a symbol.
        let nodes = port.value(&self.world.new_uri(uris::SCALE_POINT));
        let get = |node: &Node, key| self.world.get(Some(node), Some(&self.world.new_uri(key)), None);
        let symbols: Vec<_> = nodes
            .iter()
            .filter_map(|point| {
                let value = get(&point, uris::VALUE).as_ref().and_then(number)?;
                Some((value, get(&point, uris::SYMBOL)?.as_str()?.to_owned()))
            })
            .collect();
        let mut points: Vec<_> = port
            .scale_points()
            .iter()
            .filter_map(|point| {
                let value = number(&point.value())?;
                let symbol = symbols.iter().find(|(other, _)| *other == value).map(|(_, s)| s.clone());
                Some(Point { value, label: point.label().as_str()?.to_owned(), symbol })
            })
            .collect();
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        points
    }

    fn is_a(&self, port: &LilvPort, class: &str) -> bool {
        port.is_a(&self.world.new_uri(class))
    }

    fn has(&self, port: &LilvPort, property: &str) -> bool {
        port.has_property(&self.world.new_uri(property))
    }

    fn supports(&self, port: &LilvPort, kind: &str) -> bool {
        port.value(&self.world.new_uri(uris::SUPPORTS)).contains(&self.world.new_uri(kind))
    }

    fn is_sequence(&self, port: &LilvPort) -> bool {
        let types = port.value(&self.world.new_uri(uris::BUFFER_TYPE));
        types.contains(&self.world.new_uri(uris::SEQUENCE))
    }
}

/// The value of a number node of any kind.
fn number(node: &Node) -> Option<f64> {
    let value = if let Some(whole) = node.as_int() {
        f64::from(whole)
    } else if let Some(truth) = node.as_bool() {
        f64::from(u8::from(truth))
    } else {
        // The node's text holds more digits than its float.
        match node.as_str().and_then(|text| text.parse::<f64>().ok()) {
            Some(value) => value,
            None => f64::from(node.as_float()?),
        }
    };
    // Ports are floats, so this is the value that the plugin gets.
    let value = f64::from(value as f32);
    value.is_finite().then_some(value)
}
