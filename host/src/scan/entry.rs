//! What is known of one plugin: the rows of the table, of the JSON, and of the cache.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::info::{Bus, Format, Parameter as Described, PluginInfo, Tail, main_channels};

/// One plugin, or a bundle that failed before its plugins were known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The bundle.
    pub path: String,
    /// Its format.
    #[serde(with = "tag")]
    pub format: Format,
    /// LV2 URI, or VST3 class id as 32 hexadecimal digits; `None` for a bundle that failed as a whole.
    pub id: Option<String>,
    /// Display name; that of the file for a bundle that failed as a whole.
    pub name: String,
    /// Whether it works.
    pub state: State,
    /// Why it does not.
    pub reason: Option<String>,
    /// Other bundles that hold the same plugin.
    pub duplicates: Vec<String>,
    /// What it said about itself; `None` where it could not be loaded.
    pub details: Option<Details>,
}

/// Whether a plugin works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It was loaded and let go.
    Ok,
    /// It could not be, or crashed, or hung.
    Failed,
    /// It crashed or hung in an earlier scan, and was not loaded again.
    Blocked,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Ok => "ok",
            State::Failed => "failed",
            State::Blocked => "blocked",
        })
    }
}

/// What a plugin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It says so, or makes sound from notes alone.
    Instrument,
    /// Everything else.
    Effect,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Instrument => "instrument",
            Kind::Effect => "effect",
        })
    }
}

/// What a plugin said about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// Author or company; may be empty.
    pub vendor: String,
    /// Version; may be empty.
    pub version: String,
    /// What kind of plugin it says it is; may be empty.
    pub category: String,
    /// What it is for.
    pub kind: Kind,
    /// Channels of the main input.
    pub main_inputs: u32,
    /// Channels of the main output.
    pub main_outputs: u32,
    /// Audio and CV inputs.
    pub inputs: Vec<Channels>,
    /// Audio and CV outputs.
    pub outputs: Vec<Channels>,
    /// Names of the event inputs.
    pub event_inputs: Vec<String>,
    /// Names of the event outputs.
    pub event_outputs: Vec<String>,
    /// Latency in frames, as known before processing.
    pub latency: u32,
    /// Tail in frames; `None` where it is unknown.
    pub tail: Option<u32>,
    /// Whether the tail never ends by itself.
    pub infinite_tail: bool,
    /// How many parameters it has, hidden ones too.
    pub parameter_count: usize,
    /// The parameters, where they were wanted; scans leave them out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Vec<Parameter>>,
}

/// A group of channels that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    /// Display name.
    pub name: String,
    /// What it is for: `main`, `aux` or `cv`.
    pub kind: String,
    /// How many channels.
    pub channels: u32,
}

/// One parameter, in plain units. Numbers that JSON can't hold, such as an infinite bound, are null there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// LV2 port symbol, or VST3 parameter id in decimal.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Unit, such as `dB`; may be empty.
    pub unit: String,
    /// Smallest value.
    pub min: Option<f64>,
    /// Largest value.
    pub max: Option<f64>,
    /// Default value.
    pub default: Option<f64>,
    /// Value after loading.
    pub value: Option<f64>,
    /// That value in the plugin's own words.
    pub text: String,
    /// Named values.
    pub points: Vec<Point>,
    /// What it is and what may be done with it, in the words of `dyad-host info`.
    pub flags: Vec<String>,
}

/// A named value of a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The plain value.
    pub value: Option<f64>,
    /// Its name.
    pub label: String,
}

impl Entry {
    /// The entry of a plugin that was loaded from a bundle.
    #[must_use]
    pub fn loaded(path: &str, info: &PluginInfo) -> Self {
        Self {
            path: path.to_owned(),
            format: info.format,
            id: Some(info.id.clone()),
            name: info.name.clone(),
            state: State::Ok,
            reason: None,
            duplicates: vec![],
            details: Some(Details::of(info)),
        }
    }

    /// With the parameters, which `info` describes.
    #[must_use]
    pub fn with_parameters(mut self, info: &PluginInfo) -> Self {
        if let Some(details) = &mut self.details {
            details.parameters = Some(info.parameters.iter().map(Parameter::of).collect());
        }
        self
    }
}

impl Details {
    fn of(info: &PluginInfo) -> Self {
        let (tail, infinite_tail) = match info.timing.tail {
            Tail::Unknown => (None, false),
            Tail::Frames(frames) => (Some(frames), false),
            Tail::Infinite => (None, true),
        };
        Self {
            vendor: info.vendor.clone(),
            version: info.version.clone(),
            category: info.category.clone(),
            kind: kind(info),
            main_inputs: main_channels(&info.inputs),
            main_outputs: main_channels(&info.outputs),
            inputs: info.inputs.iter().map(Channels::of).collect(),
            outputs: info.outputs.iter().map(Channels::of).collect(),
            event_inputs: info.event_inputs.clone(),
            event_outputs: info.event_outputs.clone(),
            latency: info.timing.latency,
            tail,
            infinite_tail,
            parameter_count: info.parameters.len(),
            parameters: None,
        }
    }
}

impl Channels {
    fn of(bus: &Bus) -> Self {
        Self { name: bus.name.clone(), kind: bus.kind.to_string().to_lowercase(), channels: bus.channels }
    }
}

impl Parameter {
    fn of(parameter: &Described) -> Self {
        let finite = |number: f64| Some(number).filter(|number| number.is_finite());
        let point =
            |point: &crate::info::Point| Point { value: finite(point.value), label: point.label.clone() };
        Self {
            id: parameter.id.clone(),
            name: parameter.name.clone(),
            unit: parameter.unit.clone(),
            min: finite(parameter.min),
            max: finite(parameter.max),
            default: finite(parameter.default),
            value: finite(parameter.value),
            text: parameter.text.clone(),
            points: parameter.points.iter().map(point).collect(),
            flags: parameter.flags.to_string().split_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// LV2 has a class for instruments and VST3 a word in the category; not every author uses them.
fn kind(info: &PluginInfo) -> Kind {
    let says_so = info.category.split(['|', ',']).any(|word| word.trim() == "Instrument");
    let plays = info.inputs.is_empty() && !info.outputs.is_empty() && !info.event_inputs.is_empty();
    if says_so || plays { Kind::Instrument } else { Kind::Effect }
}

/// Tells every plugin where else it is.
pub(super) fn mark_duplicates(entries: &mut [Entry]) {
    let mut places = BTreeMap::<_, Vec<String>>::new();
    for entry in entries.iter() {
        if let Some(id) = &entry.id {
            places.entry((entry.format, id.clone())).or_default().push(entry.path.clone());
        }
    }
    for entry in entries {
        let Some(id) = entry.id.clone() else { continue };
        let all = places.get(&(entry.format, id)).into_iter().flatten();
        entry.duplicates = all.filter(|path| **path != entry.path).cloned().collect();
    }
}

/// A format by its tag.
mod tag {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    use crate::info::Format;

    pub(super) fn serialize<S: Serializer>(format: &Format, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(format.tag())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Format, D::Error> {
        let tag = String::deserialize(deserializer)?;
        Format::from_tag(&tag).ok_or_else(|| D::Error::custom("unknown format"))
    }
}
