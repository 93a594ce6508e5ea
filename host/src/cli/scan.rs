//! `dyad-host scan`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::interrupt::Interrupt;
use super::render_all::progress_bar;
use super::table::{Align, Table};
use crate::error::{Error, Result, one_line};
use crate::parent::Host;
use crate::scan::{DEFAULT_TIMEOUT, Entry, Scan as Found, Scanner, State, default_cache, unblock};

pub(super) const ABOUT: &str = "\
Find all plugins, and find out which of them work

Every bundle is opened, and every plugin loaded, in a process of its own, so one that crashes or hangs is a row \
of the table. What was found out is kept in a cache; the next scan opens what has changed since. Plugins that \
crashed or hung are blocked: they are not loaded again until their files change, or --rescan or --unblock says so. \
The other commands load blocked plugins too. Ctrl-C ends the scan and keeps what was found so far.";

/// The command's arguments.
#[derive(Debug, Args)]
pub(super) struct Scan {
    /// Bundles, and folders with bundles [default: those of LV2_PATH and VST3_PATH, or the standard folders]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print JSON, as docs/scan.md describes it
    #[arg(long)]
    json: bool,
    /// Seconds after which a plugin that makes no progress counts as hung; takes the place of --limit
    #[arg(long, value_name = "SECONDS", default_value_t = DEFAULT_TIMEOUT.as_secs_f64(), value_parser = super::arguments::seconds, allow_hyphen_values = true)]
    timeout: f64,
    /// Open everything anew, blocked plugins too
    #[arg(long)]
    rescan: bool,
    /// Neither read nor write the cache
    #[arg(long)]
    no_cache: bool,
    /// Take the plugins of a bundle, or of all bundles in a folder, from the block list, and scan nothing
    #[arg(long, value_name = "PATH", conflicts_with_all = ["paths", "json", "rescan", "no_cache"])]
    unblock: Option<PathBuf>,
}

pub(super) fn run(host: &Host, command: &Scan) -> Result<bool> {
    let cache = default_cache();
    if let Some(place) = &command.unblock {
        let cache = cache.ok_or_else(|| Error::Usage(format!("--unblock: {NO_HOME}")))?;
        return free(&cache, place);
    }
    if cache.is_none() && !command.no_cache {
        super::complain(&NO_HOME);
    }
    let scanner = Scanner::new(host.clone())
        .paths(command.paths.clone())
        .timeout(Duration::from_secs_f64(command.timeout))
        .cache(cache.filter(|_| !command.no_cache))
        .rescan(command.rescan);
    let interrupt = Interrupt::new()?;
    let bar = progress_bar(0);
    let scan = scanner.run(&mut |progress| {
        bar.set_length(progress.total as u64);
        bar.set_position(progress.done as u64);
        bar.set_message(format!("{} of {} bundles", progress.done, progress.total));
        if interrupt.is_raised() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    let scan = scan?;
    scan.remarks.iter().for_each(|remark| super::complain(remark));
    if !scan.complete {
        let (done, total) = (scan.progress.done, scan.progress.total);
        super::complain(&format!("the scan was ended after {done} of {total} bundles"));
    }
    super::say(&if command.json { json(&scan)? } else { text(&scan) })?;
    Ok(scan.is_good())
}

const NO_HOME: &str = "there is no cache: neither XDG_CACHE_HOME nor HOME is set";

fn free(cache: &Path, place: &Path) -> Result<bool> {
    let names = unblock(cache, place)?;
    let text = match names.as_slice() {
        [] => format!("{}: nothing is blocked\n", place.display()),
        names => {
            let names: Vec<_> = names.iter().map(|name| one_line(name)).collect();
            format!("{}: no longer blocked: {}\n", place.display(), names.join(", "))
        }
    };
    super::say(&text)?;
    Ok(true)
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    program: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete: Option<bool>,
    plugins: &'a [Entry],
}

fn json(scan: &Found) -> Result<String> {
    document("dyad-host scan", Some(scan.complete), &scan.entries)
}

/// The JSON of `scan` and `info`.
pub(super) fn document(format: &'static str, complete: Option<bool>, plugins: &[Entry]) -> Result<String> {
    let program = env!("CARGO_PKG_VERSION");
    super::pretty(&Document { format, version: 1, program, complete, plugins })
}

fn text(scan: &Found) -> String {
    if scan.entries.is_empty() {
        return "no plugins\n".into();
    }
    let columns = [
        ("name", Align::Left),
        ("format", Align::Left),
        ("id", Align::Left),
        ("vendor", Align::Left),
        ("kind", Align::Left),
        ("in", Align::Right),
        ("out", Align::Right),
        ("params", Align::Right),
        ("latency", Align::Right),
        ("state", Align::Left),
    ];
    let mut table = Table::new(0, &columns);
    for entry in &scan.entries {
        table.row(row(entry));
    }
    format!("{table}\n{}{}\n", duplicates(&scan.entries), summary(&scan.entries))
}

fn row(entry: &Entry) -> Vec<String> {
    let id = entry.id.as_ref().unwrap_or(&entry.path);
    let mut cells = vec![one_line(&entry.name), entry.format.to_string(), one_line(id)];
    match &entry.details {
        Some(details) => cells.extend([
            one_line(&details.vendor),
            details.kind.to_string(),
            details.main_inputs.to_string(),
            details.main_outputs.to_string(),
            details.parameter_count.to_string(),
            details.latency.to_string(),
        ]),
        None => cells.extend(["–"; 6].map(String::from)),
    }
    cells.push(match &entry.reason {
        Some(reason) => format!("{}: {}", entry.state, one_line(reason)),
        None => entry.state.to_string(),
    });
    cells
}

/// A line for each plugin that is in several places.
fn duplicates(entries: &[Entry]) -> String {
    let several = entries.iter().filter(|entry| !entry.duplicates.is_empty());
    let mut places = BTreeMap::<_, Vec<_>>::new();
    for entry in several {
        places.entry((&entry.id, entry.format)).or_default().push(one_line(&entry.path));
    }
    let line = |((id, format), paths): ((&Option<String>, _), Vec<_>)| {
        let id = one_line(id.as_deref().unwrap_or_default());
        format!("the {format} plugin {id} is in {} bundles: {}\n", paths.len(), paths.join(", "))
    };
    places.into_iter().map(line).collect()
}

fn summary(entries: &[Entry]) -> String {
    let count = |state| entries.iter().filter(|entry| entry.state == state).count();
    let states = [State::Ok, State::Failed, State::Blocked];
    let counts = states.map(|state| (count(state), state)).into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<_> = counts.map(|(count, state)| format!("{count} {state}")).collect();
    counts.join(", ")
}
