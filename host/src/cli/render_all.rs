//! `dyad-host render-all`.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::RenderAll;
use super::render::decibels;
use super::table::{Align, Table};
use crate::atomic;
use crate::error::{Error, Result, why};
use crate::info::Format;
use crate::parent::Host;
use crate::render::{self, BlockSizes, Difference, Job, Report, Source, Stage};
use crate::target::{Found, Target, bundles_in};

/// One bundle's rendering.
struct Rendered {
    found: Found,
    output: PathBuf,
    outcome: Result<Report>,
}

pub(super) fn run(host: &Host, command: &RenderAll) -> Result<bool> {
    let blocks = BlockSizes::parse(&command.block)?;
    let found = bundles_in(&command.folder)?;
    if found.is_empty() {
        return Err(Error::file(&command.folder, "no plugins here; expected NAME.lv2 or NAME.vst3"));
    }
    let frames = Source::open(&command.input)?.frames();
    std::fs::create_dir_all(&command.output).map_err(|e| {
        Error::file(&command.output, format_args!("cannot make the output folder: {}", why(&e)))
    })?;
    let output_of =
        |found: &Found| command.output.join(format!("{}.{}.wav", found.name, found.format.tag()));
    // Old results are removed first, and one of them would be the input.
    if let Some(own) = found.iter().map(output_of).find(|own| atomic::same(own, &command.input)) {
        return Err(Error::file(&own, "--in is one of the files to write; expected another"));
    }
    let bar = progress_bar(frames * found.len() as u64);
    let mut all = Vec::new();
    for (done, found) in (0..).zip(found) {
        bar.set_message(format!("{} {}", found.name, found.format));
        let output = output_of(&found);
        let outcome = render(host, command, &blocks, &found.path, &output, |position| {
            bar.set_position(done * frames + position);
        });
        all.push(Rendered { found, output, outcome });
    }
    bar.finish_and_clear();
    report(&all)
}

fn render(
    host: &Host,
    command: &RenderAll,
    blocks: &BlockSizes,
    plugin: &Path,
    output: &Path,
    progress: impl Fn(u64),
) -> Result<Report> {
    let spec = plugin.to_str().ok_or_else(|| Error::file(plugin, "the path must be valid UTF-8"))?;
    // An old result must not pass for this one's if it fails.
    atomic::forget(output)?;
    let stage = Stage::new(Target::parse(spec)?);
    let job = Job {
        blocks: blocks.clone(),
        tail: command.tail,
        ..Job::new(stage, command.input.clone(), output.to_owned())
    };
    render::run(host, &job, &mut |now| progress(now.done))
}

/// Seen only where standard error is a terminal; indicatif hides it elsewhere.
pub(super) fn progress_bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:30} {percent:>3} %  {msg}");
    let bar = ProgressBar::new(length);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn report(all: &[Rendered]) -> Result<bool> {
    let columns = [
        ("plugin", Align::Left),
        ("format", Align::Left),
        ("load ms", Align::Right),
        ("× real time", Align::Right),
        ("peak dBFS", Align::Right),
        ("identical to the other format", Align::Left),
    ];
    let mut table = Table::new(0, &columns);
    let mut good = true;
    for rendered in all {
        let mut cells = vec![rendered.found.name.clone(), rendered.found.format.to_string()];
        match &rendered.outcome {
            Ok(report) => {
                cells.push(format!("{:.1}", report.load_time.as_secs_f64() * 1000.0));
                cells.push(format!("{:.0}", report.speed()));
                cells.push(decibels(report.peak));
                let (text, same) = compare(rendered, all)?;
                good &= same;
                cells.push(text);
            }
            Err(_) => {
                good = false;
                cells.extend(["–", "–", "–", "failed"].map(String::from));
            }
        }
        table.row(cells);
    }
    super::say(&table.to_string())?;
    for rendered in all {
        if let Err(error) = &rendered.outcome {
            super::complain(error);
        }
    }
    Ok(good)
}

/// Compares a result with the same plugin's in the other format.
fn compare(rendered: &Rendered, all: &[Rendered]) -> Result<(String, bool)> {
    let other =
        all.iter().find(|o| o.found.name == rendered.found.name && o.found.format != rendered.found.format);
    let Some(other) = other else { return Ok(("–".into(), true)) };
    if other.outcome.is_err() {
        return Ok(("–".into(), true));
    }
    let (lv2, vst3) = match rendered.found.format {
        Format::Lv2 => (&rendered.output, &other.output),
        Format::Vst3 => (&other.output, &rendered.output),
    };
    Ok(match render::compare(lv2, vst3)? {
        None => ("yes".into(), true),
        Some(difference) => (format!("no: {}", explain(difference)), false),
    })
}

fn explain(difference: Difference) -> String {
    match difference {
        Difference::Format => "other channels".into(),
        Difference::Length(lv2, vst3) => format!("{lv2} frames in LV2, {vst3} in VST3"),
        Difference::Samples { first, largest } => {
            format!("from frame {first} on, by up to {largest:e}")
        }
    }
}
