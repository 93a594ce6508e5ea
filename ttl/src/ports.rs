//! The LV2 port table.

use std::fmt::Write as _;

use dyad_core::identity::{self, Kind};
use dyad_core::param::{Role, ValueKind, number};
use dyad_core::{Description, Layout};

/// What a port carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortKind {
    /// An audio input; the channel counts over all input buses of the layout.
    AudioIn {
        /// Counted over all input buses.
        channel: usize,
    },
    /// An audio output; the channel counts over all output buses of the layout.
    AudioOut {
        /// Counted over all output buses.
        channel: usize,
    },
    /// The atom input, `lv2:control`.
    EventsIn,
    /// The atom output for notifications and MIDI.
    EventsOut,
    /// Latency in frames.
    Latency,
    /// The host is free-wheeling.
    Freewheel,
    /// The bypass parameter turned round: 1 = enabled.
    Enabled {
        /// Index of the parameter in the description.
        param: usize,
    },
    /// A parameter.
    Param {
        /// Index in the description.
        param: usize,
    },
    /// A meter.
    Meter {
        /// Index in the description.
        param: usize,
    },
    /// A parameter that this version no longer has.
    RemovedParam {
        /// Index in the description.
        param: usize,
    },
    /// A meter that this version no longer has.
    RemovedMeter {
        /// Index in the description.
        param: usize,
    },
}

/// One port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its `lv2:symbol`.
    pub symbol: String,
    /// Its `lv2:name`.
    pub name: String,
    /// What it carries.
    pub kind: PortKind,
}

/// The ports of one layout; a port's index is its place in the list.
#[derive(Clone, Debug)]
pub struct PortTable {
    /// The LV2 URI of the layout.
    pub uri: String,
    /// The layout.
    pub layout: Layout,
    /// In the order of their indices.
    pub ports: Vec<Port>,
}

impl PortTable {
    /// The table of one of the description's layouts.
    #[must_use]
    pub fn new(description: &Description, layout: &Layout) -> Self {
        let entries = description.entries.iter().filter(|entry| entry.applies_to(layout.id));
        let ports = entries.filter_map(|entry| {
            let param = || description.index_of_symbol(&entry.symbol);
            let (kind, symbol, name) = match entry.kind {
                Kind::Layout => return None,
                Kind::AudioIn => {
                    let (channel, name) = channel(layout, true, &entry.symbol)?;
                    (PortKind::AudioIn { channel }, entry.symbol.clone(), name)
                }
                Kind::AudioOut => {
                    let (channel, name) = channel(layout, false, &entry.symbol)?;
                    (PortKind::AudioOut { channel }, entry.symbol.clone(), name)
                }
                Kind::EventsIn => (PortKind::EventsIn, entry.symbol.clone(), "Control".into()),
                Kind::EventsOut => (PortKind::EventsOut, entry.symbol.clone(), "Notify".into()),
                Kind::Latency => (PortKind::Latency, entry.symbol.clone(), "Latency".into()),
                Kind::Freewheel => (PortKind::Freewheel, entry.symbol.clone(), "Free-wheeling".into()),
                Kind::Param | Kind::Meter | Kind::RemovedParam | Kind::RemovedMeter => {
                    let param = param()?;
                    let info = &description.params[param].info;
                    let title = description.title(param);
                    let (kind, symbol, name) = match (entry.kind, info.role) {
                        (Kind::Param, Role::Bypass) => {
                            (PortKind::Enabled { param }, identity::ENABLED, "Enabled")
                        }
                        (Kind::Param, _) => (PortKind::Param { param }, &*entry.symbol, &*title),
                        (Kind::Meter, _) => (PortKind::Meter { param }, &*entry.symbol, &*title),
                        (Kind::RemovedMeter, _) => {
                            (PortKind::RemovedMeter { param }, &*entry.symbol, &*title)
                        }
                        _ => (PortKind::RemovedParam { param }, &*entry.symbol, &*title),
                    };
                    (kind, symbol.to_owned(), name.to_owned())
                }
            };
            Some(Port { symbol, name, kind })
        });
        Self { uri: description.lv2_uri(layout), layout: *layout, ports: ports.collect() }
    }

    /// The table as text, one line for each port. Golden files hold it, and each LV2 binary gives
    /// its own on request, so that a test can compare what was described with what was built.
    #[must_use]
    pub fn to_text(&self, description: &Description) -> String {
        let mut out = format!("{}\n", self.uri);
        for (index, port) in self.ports.iter().enumerate() {
            let kind = match port.kind {
                PortKind::AudioIn { .. } => "audio-in",
                PortKind::AudioOut { .. } => "audio-out",
                PortKind::EventsIn => "atom-in",
                PortKind::EventsOut => "atom-out",
                PortKind::Latency => "latency",
                PortKind::Freewheel => "freewheel",
                PortKind::Enabled { .. } => "enabled",
                PortKind::Param { .. } => "control-in",
                PortKind::Meter { .. } => "control-out",
                PortKind::RemovedParam { .. } => "removed-in",
                PortKind::RemovedMeter { .. } => "removed-out",
            };
            let _ = write!(out, "{index} {kind} {} {:?}", port.symbol, port.name);
            if let PortKind::Param { param } | PortKind::Meter { param } = port.kind {
                let info = &description.params[param].info;
                // The library's way to write a float is 12 KB of code in every binary.
                let short = |x: f64| {
                    let text = number::fixed(x, 6);
                    text.trim_end_matches('0').trim_end_matches('.').to_owned()
                };
                let [min, max, default] = [info.range.min(), info.range.max(), info.default].map(short);
                let _ = write!(out, " {min}..{max} = {default} {}", info.unit.label());
                if let ValueKind::Choice(variants) = info.kind {
                    let ids: Vec<_> = variants.iter().map(|variant| variant.id).collect();
                    let _ = write!(out, "{}", ids.join("|"));
                }
            }
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        out
    }
}

/// The channel with this symbol, counted over all buses of one direction, and its name.
fn channel(layout: &Layout, input: bool, symbol: &str) -> Option<(usize, String)> {
    let buses = if input { layout.inputs } else { layout.outputs };
    let mut channels = buses.iter().flat_map(|bus| (0..bus.channels).map(move |n| (bus, n)));
    let at = channels.position(|(bus, n)| bus.channel_symbol(n) == symbol)?;
    let (bus, n) = buses.iter().flat_map(|bus| (0..bus.channels).map(move |n| (bus, n))).nth(at)?;
    Some((at, bus.channel_name(n)))
}
