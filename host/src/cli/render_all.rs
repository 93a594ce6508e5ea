//! `dyad-host render-all`.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::arguments::RenderAll;
use super::render::decibels;
use super::table::{Align, Table};
use crate::atomic;
use crate::error::{Error, Result, why};
use crate::info::{Format, PluginInfo};
use crate::parent::{Host, Setup};
use crate::render::{
    self, AudioFormat, BlockSizes, Difference, Input, Job, Progress, Report, Silence, Source, Stage,
};
use crate::target::{Found, Target, bundles_in};

/// One bundle's rendering.
struct Rendered {
    found: Found,
    output: PathBuf,
    outcome: Result<Report>,
}

/// What a plugin is given, and what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The audio file, to audio.
    Audio,
    /// The MIDI file, to audio.
    Instrument,
    /// The MIDI file, to MIDI.
    Notes,
}

impl Part {
    /// The one that suits a plugin.
    fn of(info: &PluginInfo) -> Self {
        match (info.main_inputs(), info.main_outputs()) {
            _ if info.event_inputs.is_empty() => Self::Audio,
            (_, 0) if !info.event_outputs.is_empty() => Self::Notes,
            (0, 1..) => Self::Instrument,
            _ => Self::Audio,
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Audio | Self::Instrument => "wav",
            Self::Notes => "mid",
        }
    }
}

pub(super) fn run(host: &Host, command: &RenderAll) -> Result<bool> {
    let blocks = BlockSizes::parse(&command.block)?;
    let found = bundles_in(&command.folder)?;
    if found.is_empty() {
        return Err(Error::file(&command.folder, "no plugins here; expected NAME.lv2 or NAME.vst3"));
    }
    let source = Source::open(&command.input)?;
    let (frames, format) = (source.frames(), source.format());
    drop(source);
    std::fs::create_dir_all(&command.output).map_err(|e| {
        Error::file(&command.output, format_args!("cannot make the output folder: {}", why(&e)))
    })?;
    let output_of = |found: &Found, part: Part| {
        let Found { name, format, .. } = found;
        command.output.join(format!("{name}.{}.{}", format.tag(), part.extension()))
    };
    // Old results are removed first, and one of them would be the input.
    for (option, input) in [("--in", Some(&command.input)), ("--midi", command.midi.as_ref())] {
        let Some(input) = input else { continue };
        let mut all =
            found.iter().flat_map(|found| [Part::Audio, Part::Notes].map(|part| output_of(found, part)));
        if let Some(own) = all.find(|own| atomic::same(own, input)) {
            let reason = format!("{option} is one of the files to write; expected another");
            return Err(Error::file(&own, reason));
        }
    }
    let bar = progress_bar(frames * found.len() as u64);
    let mut all = Vec::new();
    for (done, found) in (0..).zip(found) {
        bar.set_message(format!("{} {}", found.name, found.format));
        // An old result must not pass for this one's if it fails.
        for part in [Part::Audio, Part::Notes] {
            atomic::forget(&output_of(&found, part))?;
        }
        let mut output = output_of(&found, Part::Audio);
        let outcome = part(host, command, &found.path, format).and_then(|part| {
            output = output_of(&found, part);
            render(host, command, &blocks, (&found.path, part), (&output, format), |now| {
                // As long as the file, whatever it plays.
                bar.set_position(done * frames + now.done * frames / now.all.max(1));
            })
        });
        all.push(Rendered { found, output, outcome });
    }
    bar.finish_and_clear();
    report(&all)
}

/// What a plugin is to be given.
fn part(host: &Host, command: &RenderAll, plugin: &Path, format: AudioFormat) -> Result<Part> {
    if command.midi.is_none() {
        return Ok(Part::Audio);
    }
    let setup = Setup { sample_rate: format.rate, ..Setup::default() };
    let loaded = host.open(&target(plugin)?, setup)?.load_for(format.channels, false)?;
    let part = Part::of(loaded.info());
    loaded.close()?;
    Ok(part)
}

fn target(plugin: &Path) -> Result<Target> {
    let spec = plugin.to_str().ok_or_else(|| Error::file(plugin, "the path must be valid UTF-8"))?;
    Target::parse(spec)
}

fn render(
    host: &Host,
    command: &RenderAll,
    blocks: &BlockSizes,
    (plugin, part): (&Path, Part),
    (output, format): (&Path, AudioFormat),
    mut progress: impl FnMut(Progress),
) -> Result<Report> {
    let mut job = Job {
        blocks: blocks.clone(),
        tail: command.tail,
        ..Job::new(Stage::new(target(plugin)?), command.input.clone(), output.to_owned())
    };
    if part != Part::Audio {
        job.input = Input::Silence(Silence { rate: format.rate, channels: None, seconds: None });
        job.midi.clone_from(&command.midi);
    }
    if part == Part::Notes {
        job.output = None;
        job.midi_output = Some(output.to_owned());
    }
    render::run(host, &job, &mut progress)
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
                let notes = rendered.output.extension().is_some_and(|extension| extension == "mid");
                cells.push(if notes { "–".into() } else { decibels(report.peak) });
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
    if [lv2, vst3].iter().any(|path| path.extension().is_some_and(|extension| extension == "mid")) {
        let read = |path: &Path| {
            std::fs::read(path).map_err(|e| Error::file(path, format_args!("cannot read: {}", why(&e))))
        };
        let same = read(lv2)? == read(vst3)?;
        return Ok((if same { "yes" } else { "no: other messages" }.into(), same));
    }
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
