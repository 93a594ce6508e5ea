//! `dyad-host bench`.

use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::arguments::Plugin;
use super::render_all::progress_bar;
use super::table::{Align, Table};
use crate::bench::{Cell, Cost, Events, Load, MOST_HELD, measure_plugin, plugin_steps};
use crate::child::RATES;
use crate::error::{Result, one_line};
use crate::parent::Host;
use crate::render::Assignment;
use crate::shared::{EVENTS, MAX_BLOCK};
use crate::target::Target;

pub(super) const ABOUT: &str = "\
Measure how long a plugin takes for a block

The plugin is measured in its own process, once for every block size and number of events, with noise on its \
inputs, in turns with a built-in plugin that only copies its input: the floor. Events are changes of parameters, \
spread over the block, and notes where the plugin takes MIDI; --notes are held all the time, and the song plays. Times are medians over the turns, without the way \
to the plugin's process and back; the mean is far above the median where only some blocks have much to do.";

#[derive(Debug, Args)]
pub(super) struct Bench {
    #[command(flatten)]
    plugin: Plugin,
    /// Block sizes in frames
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1,16,64,256,1024", value_parser = block, allow_hyphen_values = true)]
    block: Vec<u32>,
    /// How many events each block has
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "0,1,16,128", value_parser = events, allow_hyphen_values = true)]
    events: Vec<u32>,
    /// Notes to hold meanwhile, for instruments
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = notes, allow_hyphen_values = true)]
    notes: u32,
    /// Set a parameter first, in plain units; may be repeated
    #[arg(long, value_name = "ID=VALUE", allow_hyphen_values = true)]
    set: Vec<String>,
    /// Frames per second
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = rate, allow_hyphen_values = true)]
    rate: u32,
    /// How long all of it takes, about
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds, allow_hyphen_values = true)]
    seconds: f64,
    /// Print JSON, with times in nanoseconds
    #[arg(long)]
    json: bool,
}

fn whole(text: &str, range: std::ops::RangeInclusive<u32>, of: &str) -> Result<u32, String> {
    let number = text.trim().parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| format!("expected {} to {} {of}", range.start(), range.end()))
}

fn block(text: &str) -> Result<u32, String> {
    whole(text, 1..=MAX_BLOCK, "frames")
}

fn events(text: &str) -> Result<u32, String> {
    whole(text, 0..=EVENTS as u32, "events")
}

fn notes(text: &str) -> Result<u32, String> {
    whole(text, 0..=MOST_HELD, "notes")
}

fn rate(text: &str) -> Result<u32, String> {
    whole(text, RATES, "Hz")
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.01..=86_400.0).contains(seconds));
    seconds.ok_or_else(|| "expected 0.01 to 86400 seconds".into())
}

/// Every block size with every number of events, of both kinds.
fn loads(blocks: &[u32], events: &[u32], held: u32) -> Vec<Load> {
    let mut loads = Vec::new();
    for frames in blocks {
        for count in events {
            let kinds = match count {
                0 => vec![Events::None],
                _ => vec![Events::Changes(*count), Events::Notes(*count)],
            };
            loads.extend(kinds.into_iter().map(|events| Load { frames: *frames, events, held }));
        }
    }
    loads
}

/// The whole result, for programs.
#[derive(Serialize)]
struct Report<'a> {
    plugin: &'a str,
    id: &'a str,
    name: &'a str,
    format: &'a str,
    rate: u32,
    loads: &'a [Cell],
}

pub(super) fn run(host: &Host, command: &Bench) -> Result<bool> {
    let cost = Cost {
        target: Target::parse(&command.plugin.plugin)?,
        class: command.plugin.class.clone(),
        rate: command.rate,
        set: command.set.iter().map(|set| Assignment::parse(set)).collect::<Result<_>>()?,
        loads: loads(&command.block, &command.events, command.notes),
        time: Duration::from_secs_f64(command.seconds),
    };
    let bar = progress_bar(plugin_steps(&cost));
    let measured = measure_plugin(host, &cost, &mut || bar.inc(1));
    bar.finish_and_clear();
    let (plugin, cells) = measured?;
    let info = plugin.info();
    if command.json {
        let report = Report {
            plugin: plugin.name(),
            id: &info.id,
            name: &info.name,
            format: info.format.tag(),
            rate: command.rate,
            loads: &cells,
        };
        super::say(&super::pretty(&report)?)?;
    } else {
        let held = match command.notes {
            0 => String::new(),
            1 => ", 1 note held".into(),
            more => format!(", {more} notes held"),
        };
        let title = format!("{} ({}), {} Hz{held}", one_line(&info.name), info.format, command.rate);
        super::say(&format!("{title}\n{}", table(&cells, command.rate)))?;
    }
    plugin.close()?;
    Ok(true)
}

fn table(cells: &[Cell], rate: u32) -> Table {
    let columns = [
        ("frames", Align::Right),
        ("events", Align::Right),
        ("ns per block", Align::Right),
        ("per frame", Align::Right),
        ("mean", Align::Right),
        ("p99", Align::Right),
        ("floor", Align::Right),
        ("× floor", Align::Right),
        ("% of real time", Align::Right),
    ];
    let mut table = Table::new(2, &columns);
    for Cell { load, plugin, floor, ratio } in cells {
        let frames = f64::from(load.frames);
        let block = frames / f64::from(rate) * 1e9;
        table.row(vec![
            load.frames.to_string(),
            load.events.to_string(),
            format!("{:.1}", plugin.median),
            format!("{:.2}", plugin.median / frames),
            format!("{:.1}", plugin.mean),
            format!("{:.1}", plugin.p99),
            format!("{:.1}", floor.median),
            format!("{ratio:.1}"),
            format!("{:.2}", plugin.mean / block * 100.0),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked() {
        assert_eq!((block("64"), events("0"), rate("48000")), (Ok(64), Ok(0), Ok(48_000)));
        for bad in ["", "0", "-1", "8193", "1.5", "x"] {
            assert!(block(bad).unwrap_err().contains("frames"), "{bad}");
        }
        assert!(events("4097").unwrap_err().contains("events"));
        for bad in ["0", "NaN", "inf", "-1", ""] {
            assert!(seconds(bad).unwrap_err().contains("seconds"), "{bad}");
        }
    }

    #[test]
    fn both_kinds_of_events() {
        let loads = loads(&[1, 64], &[0, 16], 0);
        let frames =
            |frames| loads.iter().filter(move |load| load.frames == frames).map(|load| load.events);
        let all = [Events::None, Events::Changes(16), Events::Notes(16)];
        assert!(frames(1).eq(all) && frames(64).eq(all));
    }
}
