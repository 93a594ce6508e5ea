//! `dyad-host check`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use clap::Args;

use crate::check::{self, Entry, Report, Severity, Subject, Supervisor, Tried};
use crate::error::{Error, Result};
use crate::parent::{Host, Setup};
use crate::target::Target;

/// Trials at once, where the machine has room.
const AT_ONCE: usize = 4;

/// What `check` can be told.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// LV2 bundle (NAME.lv2), LV2 URI, VST3 bundle (NAME.vst3) or VST3 module (.so)
    #[arg(value_name = "PLUGIN", required_unless_present = "list")]
    plugin: Option<String>,
    /// Which plugin of the bundle: LV2 URI, or VST3 class id or name [default: all]
    #[arg(long, value_name = "ID")]
    class: Option<String>,
    /// Report as JSON
    #[arg(long)]
    json: bool,
    /// Write a report as JUnit's XML too
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Run these trials only
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = trial)]
    only: Vec<String>,
    /// Leave these trials out
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',', value_parser = trial)]
    skip: Vec<String>,
    /// List all trials and rules as a table, and check nothing
    #[arg(long)]
    list: bool,
    /// Fail for warnings too
    #[arg(long)]
    strict: bool,
}

fn trial(name: &str) -> Result<String, String> {
    if check::all().iter().any(|entry| entry.name == name) {
        return Ok(name.into());
    }
    let names: Vec<_> = check::all().iter().map(|entry| entry.name).collect();
    Err(format!("no trial has this name, only {}", names.join(", ")))
}

impl Check {
    fn wanted(&self, entry: &Entry) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == entry.name);
        (self.only.is_empty() || names(&self.only)) && !names(&self.skip)
    }
}

/// Runs it; whether nothing is wrong.
pub(super) fn run(host: &Host, command: &Check, limit: f64, verbose: bool) -> Result<bool> {
    if command.list {
        super::say(&list())?;
        return Ok(true);
    }
    // Asked for by clap unless there is `--list`.
    let target = Target::parse(command.plugin.as_deref().unwrap_or_default())?;
    let program = std::env::current_exe().map_err(Error::system("find this program"))?;
    let supervisor = Supervisor { program, limit: Duration::from_secs_f64(limit), verbose };
    let mut report = Report { target: target.spec().to_owned(), ..Report::default() };
    for (id, name) in plugins(host, &target, command)? {
        let plugin = one(&supervisor, &target, id, name, command)?;
        if !command.json {
            super::say(&format!("{}\n", check::text(&plugin)))?;
        }
        report.add(plugin);
    }
    if command.json {
        super::say(&super::pretty(&report)?)?;
    } else {
        super::say(&format!("{}\n", report.summary()))?;
    }
    if let Some(path) = &command.junit {
        let xml = check::junit(&report, command.strict).map_err(Error::Usage)?;
        let pending = crate::atomic::create(path)?;
        let written = pending.file().write_all(xml.as_bytes());
        written.map_err(|e| Error::file(path, crate::error::why(&e)))?;
        pending.finish()?;
    }
    let bad = report.errors > 0 || (command.strict && report.warnings > 0);
    if let Some(plugin) = report.plugins.iter().find(|plugin| !plugin.loads) {
        return Err(Error::Load { plugin: plugin.id.clone(), reason: "the report says why".into() });
    }
    Ok(!bad)
}

/// The ids and names of what is to be checked.
fn plugins(host: &Host, target: &Target, command: &Check) -> Result<Vec<(Option<String>, String)>> {
    if let Some(class) = &command.class {
        return Ok(vec![(Some(class.clone()), class.clone())]);
    }
    // A process that only lists them: even that can crash.
    match host.open(target, Setup::default()).and_then(|mut session| session.scan()) {
        Ok(list) => Ok(list.into_iter().map(|plugin| (Some(plugin.id), plugin.name)).collect()),
        // What is wrong is for the trials to say.
        Err(
            Error::Crashed { .. }
            | Error::Exited { .. }
            | Error::Hung { .. }
            | Error::Plugin { .. }
            | Error::Load { .. },
        ) => Ok(vec![(None, target.spec().to_owned())]),
        Err(error) => Err(error),
    }
}

fn one(
    supervisor: &Supervisor,
    target: &Target,
    id: Option<String>,
    name: String,
    command: &Check,
) -> Result<check::Plugin> {
    let format = target.format();
    let subject = Subject { format, plugin: target.location().to_owned(), class: id.clone() };
    let id = id.unwrap_or_else(|| target.location().to_owned());
    let mut plugin = check::Plugin { format: format.tag(), id, name, loads: true, trials: vec![] };
    let entries = check::all().iter().filter(|entry| entry.suits(format));
    let (first, rest): (Vec<_>, Vec<_>) = entries.partition(|entry| check::is_first(entry));
    for entry in first {
        // Whether it loads is always looked at: without that nothing else makes sense.
        if command.wanted(entry) || check::is_load(entry) {
            let tried = supervisor.run(entry, &subject)?;
            let failed = tried.findings.iter().any(|finding| finding.severity == Severity::Error);
            plugin.loads &= !(check::is_load(entry) && failed);
            if command.wanted(entry) || failed {
                plugin.add(tried);
            }
        }
    }
    if !plugin.loads {
        return Ok(plugin);
    }
    let wanted: Vec<_> = rest.into_iter().filter(|entry| command.wanted(entry)).collect();
    for tried in all_at_once(supervisor, &subject, &wanted) {
        plugin.add(tried?);
    }
    Ok(plugin)
}

/// Runs trials side by side; what comes of them is in their order.
fn all_at_once(
    supervisor: &Supervisor,
    subject: &Subject,
    entries: &[&'static Entry],
) -> Vec<Result<Tried>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(AT_ONCE);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            // Relaxed: only who takes which counts.
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = entries.get(at) else { return done };
            done.push((at, supervisor.run(entry, subject)));
        }
    };
    let mut all: Vec<(usize, Result<Tried>)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, tried)| tried).collect()
}

/// The tables of the documentation.
fn list() -> String {
    let mut text = String::from("| trial | format | what is done |\n|---|---|---|\n");
    // Writing to a string never fails.
    for entry in check::all() {
        let format = entry.format.map_or_else(|| "both".to_owned(), |format| format.to_string());
        let _ = writeln!(text, "| `{}` | {format} | {} |", entry.name, entry.what);
    }
    text.push_str("\n| rule | severity | expected | reference |\n|---|---|---|---|\n");
    for rule in check::rules::all() {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} |",
            rule.id, rule.severity, rule.expected, rule.reference
        );
    }
    text
}
