//! Naming parameters and their values in words, the same way for both formats.

use dyad_core::identity::vst3_param_id;

use crate::error::{Error, Result};
use crate::info::{Parameter, PluginInfo, Point};
use crate::step::Step;

/// A loaded plugin that can be asked about its parameters' values.
pub trait Convert {
    /// Its description.
    fn info(&self) -> &PluginInfo;

    /// The format's own number for a plain value.
    ///
    /// # Errors
    /// Where the plugin makes no sense of the value, or the child fails.
    fn native(&mut self, index: u32, plain: f64) -> Result<f64>;

    /// The plain value that the plugin reads in `text`, if it can.
    ///
    /// # Errors
    /// Where the child fails.
    fn parse_text(&mut self, index: u32, text: &str) -> Result<Option<f64>>;

    /// Where a plain value lies among those that the parameter takes.
    ///
    /// # Errors
    /// Where the child fails.
    fn step(&mut self, index: u32, plain: f64) -> Result<Step>;
}

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
pub fn resolve(instance: &mut impl Convert, name: &str, text: &str) -> Result<Value> {
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
    let plain = match instance.step(index, f64::from(plain))? {
        Step::Free => f64::from(plain),
        Step::On(value) => f64::from(value as f32),
        // To round would be to guess, and each format and plugin rounds in its own way.
        Step::Between(low, high) => {
            let (low, high) = if inverted { (1.0 - high, 1.0 - low) } else { (low, high) };
            return Err(Error::Parameter(format!(
                "parameter {name}: value {text} lies between two steps; expected {}",
                steps(&parameter, low, high)
            )));
        }
    };
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

/// The named values, or the two neighbours.
fn steps(parameter: &Parameter, low: f64, high: f64) -> String {
    let named = |point: &Point| format!("{} ({})", point.label, point.value as f32);
    match parameter.points.as_slice() {
        points @ [_, ..] if parameter.flags.list && points.len() <= SUGGESTIONS => {
            format!("one of: {}", points.iter().map(named).collect::<Vec<_>>().join(", "))
        }
        _ if low == high => format!("{}", low as f32),
        _ => format!("{} or {}", low as f32, high as f32),
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
mod tests;
