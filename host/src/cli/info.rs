//! `dyad-host info`.

use std::fmt::Write as _;

use super::arguments::Info;
use super::info_json;
use super::table::{Align, Table};
use crate::error::{Result, one_line};
use crate::info::{Bus, Parameter, PluginInfo};
use crate::missing;
use crate::parent::{Host, Setup};
use crate::target::Target;

pub(super) fn run(host: &Host, command: &Info) -> Result<bool> {
    let target = Target::parse(&command.plugin.plugin)?;
    let run = if command.json { info_json::run } else { run_for };
    run(host, command, &target)
        .map_err(|e| missing::or_failed(host, &target, command.plugin.class.as_deref(), e))
}

fn run_for(host: &Host, command: &Info, target: &Target) -> Result<bool> {
    let mut session = host.open(target, Setup::default())?;
    if let Some(class) = &command.plugin.class {
        let plugin = session.load(Some(class))?;
        super::say(&describe(plugin.info(), command.all))?;
        plugin.close()?;
        return Ok(true);
    }
    let plugins = session.scan()?;
    // Where there is none, loading says what there is instead.
    if plugins.len() <= 1 {
        let plugin = session.load(None)?;
        super::say(&describe(plugin.info(), command.all))?;
        plugin.close()?;
        return Ok(true);
    }
    drop(session);
    let mut table = Table::new(2, &[("id", Align::Left), ("name", Align::Left)]);
    for plugin in &plugins {
        table.row(vec![plugin.id.clone(), one_line(&plugin.name)]);
    }
    super::say(&format!("{} plugins in {}\n\n{table}\n", plugins.len(), target.spec()))?;
    let mut good = true;
    for summary in &plugins {
        // A fresh process each: one plugin's crash is not the next one's.
        let loaded =
            host.open(target, Setup::default()).and_then(|session| session.load(Some(&summary.id)));
        let shown = loaded.and_then(|plugin| {
            super::say(&format!("{}\n", describe(plugin.info(), command.all)))?;
            plugin.close()
        });
        if let Err(error) = shown {
            super::complain(&error);
            good = false;
        }
    }
    Ok(good)
}

fn describe(info: &PluginInfo, all: bool) -> String {
    let mut text = String::new();
    let mut facts = Table::new(2, &[("id", Align::Left), (&info.id, Align::Left)]);
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.row(vec![name.to_owned(), one_line(&value)]);
        }
    };
    fact("vendor", info.vendor.clone());
    fact("version", info.version.clone());
    fact("category", info.category.clone());
    fact("inputs", buses(&info.inputs));
    fact("outputs", buses(&info.outputs));
    fact("events in", info.event_inputs.join(", "));
    fact("events out", info.event_outputs.join(", "));
    fact("latency", format!("{} frames", info.timing.latency));
    fact("tail", info.timing.tail.to_string());
    // Writing to a string never fails.
    let _ = writeln!(text, "{} ({})\n{facts}", one_line(&info.name), info.format);
    let shown: Vec<_> = info.parameters.iter().filter(|p| all || !p.flags.hidden).collect();
    let hidden = info.parameters.len() - shown.len();
    if !shown.is_empty() {
        let _ = writeln!(text, "{}", parameters(&shown));
    }
    match (shown.len(), hidden) {
        (0, 0) => text.push_str("  no parameters\n"),
        (_, 0) => {}
        (_, hidden) => {
            let _ = writeln!(text, "  {hidden} hidden parameters (--all lists them)");
        }
    }
    text
}

fn buses(buses: &[Bus]) -> String {
    if buses.is_empty() {
        return "none".into();
    }
    let bus = |bus: &Bus| {
        let plural = if bus.channels == 1 { "" } else { "s" };
        format!("{} ({}, {} channel{plural})", bus.name, bus.kind, bus.channels)
    };
    buses.iter().map(bus).collect::<Vec<_>>().join(", ")
}

fn parameters(list: &[&Parameter]) -> Table {
    let columns = [
        ("parameter", Align::Left),
        ("name", Align::Left),
        ("min", Align::Right),
        ("max", Align::Right),
        ("default", Align::Right),
        ("unit", Align::Left),
        ("now", Align::Left),
        ("flags", Align::Left),
    ];
    let mut table = Table::new(2, &columns);
    for parameter in list {
        table.row(vec![
            one_line(&parameter.id),
            one_line(&parameter.name),
            number(parameter.min),
            number(parameter.max),
            number(parameter.default),
            one_line(&parameter.unit),
            one_line(&parameter.text),
            parameter.flags.to_string(),
        ]);
    }
    table
}

/// Six digits are enough to read; trailing zeros are noise.
pub(super) fn number(value: f64) -> String {
    let value = value as f32;
    let digits = match value.abs() {
        0.0..1.0 => 6,
        1.0..1000.0 => 4,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') && value.is_finite() {
        let short = text.trim_end_matches('0').trim_end_matches('.');
        return if short == "-0" { "0".into() } else { short.into() };
    }
    match value {
        f32::INFINITY => "∞".into(),
        f32::NEG_INFINITY => "-∞".into(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (-24.0, "-24"),
            (20_000.0, "20000"),
            (1.0 / 3.0, "0.333333"),
            (f64::INFINITY, "∞"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
