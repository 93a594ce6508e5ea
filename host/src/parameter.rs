//! Naming parameters and their values in words, the same way for both formats.

use dyad_core::identity::vst3_param_id;

use crate::error::{Error, Result};
use crate::info::{Parameter, PluginInfo};
use crate::parent::Instance;

/// A parameter that was found by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its index in [`PluginInfo::parameters`].
    pub index: u32,
    /// Whether the name means the opposite: `bypass` for an `lv2:enabled` port.
    pub inverted: bool,
}

/// A value ready to be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// The parameter's index.
    pub index: u32,
    /// The plain value, rounded to 32 bits: what both formats give the plugin.
    pub plain: f64,
    /// As the format counts it.
    pub native: f64,
}

/// Finds a parameter: by its LV2 symbol or VST3 number (decimal or 0x…), by the number that Dyad
/// gives to that id, by its exact title, or by its title in lower case with `_` for everything that
/// is neither letter nor digit. `bypass` also finds the bypass parameter of any name.
///
/// # Errors
/// [`Error::Parameter`] naming what there is instead.
pub fn find(info: &PluginInfo, name: &str) -> Result<Found> {
    let position = |test: &dyn Fn(&Parameter) -> bool| {
        info.parameters.iter().position(test).and_then(|at| u32::try_from(at).ok())
    };
    let number = match name.strip_prefix("0x").or_else(|| name.strip_prefix("0X")) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => name.parse().ok(),
    };
    let hash = vst3_param_id(name);
    let plain = position(&|p| p.id == name)
        .or_else(|| number.and_then(|n| position(&|p| p.number == Some(n))))
        .or_else(|| position(&|p| p.number == Some(hash)))
        .or_else(|| position(&|p| p.name == name))
        .or_else(|| position(&|p| normalise(&p.name) == name))
        .or_else(|| position(&|p| name == "bypass" && p.flags.bypass));
    if let Some(index) = plain {
        return Ok(Found { index, inverted: false });
    }
    if name == "bypass"
        && let Some(index) = position(&|p| p.flags.enabled)
    {
        return Ok(Found { index, inverted: true });
    }
    Err(unknown(info, name))
}

/// Turns a text into a value of the named parameter: a number in plain units, with or without the
/// unit, `true` or `false`, or whatever the plugin itself understands.
///
/// # Errors
/// [`Error::Parameter`] naming parameter, value and range.
pub fn resolve(instance: &mut Instance, name: &str, text: &str) -> Result<Value> {
    let Found { index, inverted } = find(instance.info(), name)?;
    let parameter = instance.info().parameters[index as usize].clone();
    if parameter.flags.read_only || parameter.flags.output {
        return Err(Error::Parameter(format!("parameter {name} can only be read")));
    }
    let number = match parse_number(text, &parameter.unit) {
        Some(number) => Some(number),
        None => match instance.parse_text(index, text)? {
            Some(number) => Some(number),
            None => switch(text),
        },
    };
    let Some(number) = number else {
        let names: Vec<_> = parameter.points.iter().map(|point| point.label.as_str()).collect();
        let expected = if names.is_empty() {
            format!("a number, {}", range(&parameter))
        } else {
            format!("{} or one of: {}", range(&parameter), names.join(", "))
        };
        return Err(Error::Parameter(format!(
            "parameter {name}: value {text:?} is not understood; expected {expected}"
        )));
    };
    if number.is_nan() {
        return Err(Error::Parameter(format!(
            "parameter {name}: NaN is no value; expected {}",
            range(&parameter)
        )));
    }
    let number = if inverted { 1.0 - number } else { number };
    // Both formats get the same 32-bit value, so that is the one which must be in range.
    let plain = number as f32;
    let (low, high) = (parameter.min.min(parameter.max), parameter.max.max(parameter.min));
    if !plain.is_finite() || plain < low as f32 || plain > high as f32 {
        return Err(Error::Parameter(format!(
            "parameter {name}: value {text} is out of range; expected {}",
            range(&parameter)
        )));
    }
    let plain = f64::from(plain);
    Ok(Value { index, plain, native: instance.native(index, plain)? })
}

/// A title in lower case, with `_` for every run of other characters.
pub(crate) fn normalise(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    for c in title.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    while out.ends_with('_') {
        out.pop();
    }
    out
}

fn parse_number(text: &str, unit: &str) -> Option<f64> {
    let text = text.trim();
    let bare = text.strip_suffix(unit).map(str::trim_end).filter(|bare| !bare.is_empty());
    text.parse().ok().or_else(|| bare.and_then(|bare| bare.parse().ok()))
}

fn switch(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "on" => Some(1.0),
        "false" | "off" => Some(0.0),
        _ => None,
    }
}

fn range(parameter: &Parameter) -> String {
    let unit = if parameter.unit.is_empty() { String::new() } else { format!(" {}", parameter.unit) };
    format!("{} to {}{unit}", parameter.min as f32, parameter.max as f32)
}

/// How many other names an error lists.
const SUGGESTIONS: usize = 8;

fn unknown(info: &PluginInfo, name: &str) -> Error {
    if info.parameters.is_empty() {
        return Error::Parameter(format!("unknown parameter {name}: the plugin has none"));
    }
    let wanted = normalise(name);
    let mut names: Vec<(usize, String)> = info
        .parameters
        .iter()
        .filter(|p| !p.flags.hidden && !p.flags.output && !p.flags.read_only)
        .map(|p| if p.number.is_some() { normalise(&p.name) } else { p.id.clone() })
        .map(|id| (distance(&wanted, &normalise(&id)), id))
        .collect();
    names.sort();
    let more = if names.len() > SUGGESTIONS { ", …" } else { "" };
    let names: Vec<_> = names.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect();
    Error::Parameter(format!("unknown parameter {name}; there are: {}{more}", names.join(", ")))
}

/// Levenshtein's distance: how many characters to change, add or drop.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::info::{Format, ParameterFlags, Tail, Timing};

    fn parameter(id: &str, number: Option<u32>, name: &str, flags: ParameterFlags) -> Parameter {
        Parameter {
            id: id.into(),
            number,
            name: name.into(),
            unit: "dB".into(),
            min: -60.0,
            max: 6.0,
            default: 0.0,
            value: 0.0,
            text: String::new(),
            points: vec![],
            flags,
        }
    }

    fn plugin(parameters: Vec<Parameter>) -> PluginInfo {
        PluginInfo {
            format: Format::Vst3,
            id: String::new(),
            name: String::new(),
            vendor: String::new(),
            version: String::new(),
            category: String::new(),
            inputs: vec![],
            outputs: vec![],
            event_inputs: vec![],
            event_outputs: vec![],
            parameters,
            timing: Timing { latency: 0, tail: Tail::Unknown },
        }
    }

    fn index(info: &PluginInfo, name: &str) -> Option<u32> {
        find(info, name).ok().map(|found| found.index)
    }

    #[test]
    fn vst3_names_in_their_order() {
        let none = ParameterFlags::default();
        let info = plugin(vec![
            parameter("17", Some(17), "Dry / Wet", none),
            parameter("x", Some(vst3_param_id("gain")), "Output Level", none),
            parameter("y", Some(255), "17", none),
            parameter("z", Some(3), "Off", ParameterFlags { bypass: true, ..none }),
        ]);
        assert_eq!(index(&info, "17"), Some(0), "the number comes before the title");
        assert_eq!(index(&info, "0xff"), Some(2));
        assert_eq!(index(&info, "gain"), Some(1), "Dyad's number of the id");
        assert_eq!(index(&info, "Dry / Wet"), Some(0));
        assert_eq!(index(&info, "dry_wet"), Some(0));
        assert_eq!(index(&info, "output_level"), Some(1));
        assert_eq!(index(&info, "bypass"), Some(3));
        assert_eq!(index(&info, "Dry_Wet"), None);
    }

    #[test]
    fn enabled_is_bypass_turned_round() {
        let enabled = ParameterFlags { enabled: true, ..ParameterFlags::default() };
        let info = plugin(vec![parameter("on", None, "On", enabled)]);
        assert_eq!(find(&info, "bypass").unwrap(), Found { index: 0, inverted: true });
        assert_eq!(find(&info, "on").unwrap(), Found { index: 0, inverted: false });
    }

    #[test]
    fn unknown_names_list_the_closest_first() {
        let none = ParameterFlags::default();
        let info = plugin(vec![
            parameter("release", None, "Release", none),
            parameter("gain", None, "Gain", none),
        ]);
        let error = find(&info, "gian").unwrap_err().to_string();
        assert_eq!(error, "unknown parameter gian; there are: gain, release");
    }

    #[test]
    fn numbers_with_and_without_unit() {
        assert_eq!(parse_number("-6", "dB"), Some(-6.0));
        assert_eq!(parse_number("-6 dB", "dB"), Some(-6.0));
        assert_eq!(parse_number("-6dB", "dB"), Some(-6.0));
        assert_eq!(parse_number("1e3", ""), Some(1000.0));
        assert_eq!(parse_number("dB", "dB"), None);
        assert_eq!(parse_number("", ""), None);
        assert!(parse_number("NaN", "").unwrap().is_nan());
        assert_eq!(switch("True"), Some(1.0));
        assert_eq!(switch("off"), Some(0.0));
        assert_eq!(switch("maybe"), None);
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
