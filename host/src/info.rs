//! What a plugin says about itself, without any word of its format.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A plugin format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Format {
    /// LV2.
    Lv2,
    /// VST 3.
    Vst3,
}

impl Format {
    /// The short name used on command lines and in files: `lv2` or `vst3`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Format::Lv2 => "lv2",
            Format::Vst3 => "vst3",
        }
    }

    /// The format of a [tag](Format::tag).
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag {
            "lv2" => Some(Format::Lv2),
            "vst3" => Some(Format::Vst3),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Lv2 => "LV2",
            Format::Vst3 => "VST3",
        })
    }
}

/// One plugin of a bundle, known without instantiating it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginSummary {
    /// LV2 URI, or VST3 class id as 32 hexadecimal digits.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Channels of the main input; `None` where only an instance can tell (VST3).
    pub main_inputs: Option<u32>,
    /// Channels of the main output; `None` where only an instance can tell (VST3).
    pub main_outputs: Option<u32>,
    /// Sidechains: inputs of audio beside the main one; `None` as above.
    pub sidechains: Option<u32>,
}

impl PluginSummary {
    /// Whether this is what `--class` names: by id, in VST3 with or without hyphens and braces, or by name.
    pub(crate) fn is_named(&self, class: &str) -> bool {
        self.id == class
            || self.name == class
            || self.id == class.replace(['-', '{', '}'], "").to_ascii_uppercase()
    }
}

/// A loaded plugin's description.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PluginInfo {
    /// Its format.
    pub format: Format,
    /// LV2 URI, or VST3 class id as 32 hexadecimal digits.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Author or company; may be empty.
    pub vendor: String,
    /// Version; may be empty.
    pub version: String,
    /// What kind of plugin it says it is; may be empty.
    pub category: String,
    /// Audio and CV inputs. Channels are numbered through all buses in this order.
    pub inputs: Vec<Bus>,
    /// Audio and CV outputs. Channels are numbered through all buses in this order.
    pub outputs: Vec<Bus>,
    /// Names of the event inputs.
    pub event_inputs: Vec<String>,
    /// Names of the event outputs.
    pub event_outputs: Vec<String>,
    /// Parameters in the plugin's order; a parameter's index is its place here.
    pub parameters: Vec<Parameter>,
    /// Latency and tail as known before processing.
    pub timing: Timing,
}

impl PluginInfo {
    /// Channels of the main input; 0 without one.
    #[must_use]
    pub fn main_inputs(&self) -> u32 {
        main_channels(&self.inputs)
    }

    /// Channels of the main output; 0 without one.
    #[must_use]
    pub fn main_outputs(&self) -> u32 {
        main_channels(&self.outputs)
    }
}

/// Channels of the main bus among `buses`; 0 without one.
#[must_use]
pub fn main_channels(buses: &[Bus]) -> u32 {
    buses.iter().find(|bus| bus.kind == BusKind::Main).map_or(0, |bus| bus.channels)
}

/// Channels of all buses together.
#[must_use]
pub fn all_channels(buses: &[Bus]) -> u32 {
    buses.iter().fold(0, |sum, bus| sum.saturating_add(bus.channels))
}

/// A group of channels that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bus {
    /// Display name.
    pub name: String,
    /// What it is for.
    pub kind: BusKind,
    /// How many channels.
    pub channels: u32,
}

/// What a bus is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BusKind {
    /// The signal path.
    Main,
    /// Sidechains and further outputs.
    Aux,
    /// Control voltage: control data at audio rate.
    Cv,
}

impl fmt::Display for BusKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BusKind::Main => "main",
            BusKind::Aux => "aux",
            BusKind::Cv => "CV",
        })
    }
}

/// Latency and tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Frames by which the output is late.
    pub latency: u32,
    /// How long the output goes on after the input has ended.
    pub tail: Tail,
}

/// How long the output goes on after the input has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tail {
    /// The plugin has no way to tell (LV2, but for plugins made with Dyad).
    Unknown,
    /// This many frames.
    Frames(u32),
    /// It never ends by itself.
    Infinite,
}

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tail::Unknown => f.write_str("unknown"),
            Tail::Frames(0) => f.write_str("none"),
            Tail::Frames(frames) => write!(f, "{frames} frames"),
            Tail::Infinite => f.write_str("infinite"),
        }
    }
}

/// One parameter, in plain units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// LV2 port symbol, or VST3 parameter id in decimal.
    pub id: String,
    /// The VST3 parameter id.
    pub number: Option<u32>,
    /// Display name.
    pub name: String,
    /// Unit, such as `dB`; may be empty.
    pub unit: String,
    /// Smallest plain value.
    pub min: f64,
    /// Largest plain value.
    pub max: f64,
    /// Default plain value.
    pub default: f64,
    /// Value when the description was made.
    pub value: f64,
    /// That value in the plugin's own words.
    pub text: String,
    /// Named values.
    pub points: Vec<Point>,
    /// What may be done with it.
    pub flags: ParameterFlags,
}

/// A named value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The plain value.
    pub value: f64,
    /// Its name.
    pub label: String,
    /// Its name for programs, where it has one (LV2).
    pub symbol: Option<String>,
}

/// What may be done with a parameter, and what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterFlags {
    /// Hosts may automate it.
    pub automatable: bool,
    /// It switches the plugin's processing off (VST3) …
    pub bypass: bool,
    /// … or on (`lv2:enabled`): reachable as `bypass` too, inverted.
    pub enabled: bool,
    /// The host may not set it.
    pub read_only: bool,
    /// The plugin writes it.
    pub output: bool,
    /// Not meant to be shown.
    pub hidden: bool,
    /// It takes whole numbers only.
    pub integer: bool,
    /// It is on or off.
    pub toggled: bool,
    /// Its values are named ones.
    pub list: bool,
    /// It chooses a program, which changes others (VST3).
    pub program: bool,
    /// It stands for a MIDI controller and for nothing else: hidden, not automatable, and what the plugin has a
    /// controller move (VST3). Its value belongs to a performance, and not to what is saved.
    pub midi: bool,
}

impl fmt::Display for ParameterFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (self.automatable, "automatable"),
            (self.bypass, "bypass"),
            (self.enabled, "enabled"),
            (self.output, "output"),
            (self.read_only && !self.output, "read-only"),
            (self.hidden, "hidden"),
            (self.midi, "MIDI"),
            (self.toggled, "toggle"),
            (self.list, "list"),
            (self.integer && !self.toggled && !self.list, "integer"),
        ];
        let mut first = true;
        for (_, name) in names.iter().filter(|(set, _)| *set) {
            if !first {
                f.write_str(" ")?;
            }
            f.write_str(name)?;
            first = false;
        }
        Ok(())
    }
}

/// A parameter's value at some moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterValue {
    /// In plain units.
    pub plain: f64,
    /// In the plugin's own words.
    pub text: String,
}
