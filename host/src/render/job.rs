//! One rendering from beginning to end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::assignment::{Assignment, Automation};
use super::passage::Passage;
use super::schedule::{BlockSizes, Schedule};
use super::wav::{WavFormat, WavSink, WavSource};
use crate::atomic;
use crate::error::{Error, Result};
use crate::info::main_channels;
use crate::parameter;
use crate::parent::{Host, Instance, Setup};
use crate::planar::Planar;
use crate::state::{Container, fit};
use crate::target::Target;

/// What is to be rendered.
#[derive(Clone, Debug)]
pub struct Job {
    /// The plugin.
    pub target: Target,
    /// Which one, where the target holds several.
    pub class: Option<String>,
    /// The file to read.
    pub input: PathBuf,
    /// The file to write.
    pub output: PathBuf,
    /// Values from the start on.
    pub set: Vec<Assignment>,
    /// Values from later moments on.
    pub automate: Vec<Automation>,
    /// Sizes of the blocks.
    pub blocks: BlockSizes,
    /// A state to load first.
    pub state: Option<PathBuf>,
    /// Where to save the state in the end.
    pub save_state: Option<PathBuf>,
    /// Seconds to render after the input's end; otherwise until it is silent.
    pub tail: Option<f64>,
}

impl Job {
    /// Refuses one file for two things. A result may take the place of the input it is made from,
    /// and a state that of the one it began with: both appear only when everything is done, and the
    /// old files are read to their end first.
    fn check_files(&self) -> Result<()> {
        let refuse = |path: &Path, both: &str| {
            Err(Error::Usage(format!("{}: {both} are the same file; expected two", path.display())))
        };
        if let Some(saved) = &self.save_state {
            if atomic::same(saved, &self.output) {
                return refuse(saved, "--out and --save-state");
            }
            if atomic::same(saved, &self.input) {
                return refuse(saved, "--in and --save-state");
            }
        }
        match &self.state {
            Some(state) if atomic::same(state, &self.output) => refuse(state, "--out and --state"),
            _ => Ok(()),
        }
    }
}

/// How a rendering went.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// From starting the child until the plugin was loaded.
    pub load_time: Duration,
    /// Time spent in processing, both processes included.
    pub process_time: Duration,
    /// Frames processed.
    pub processed: u64,
    /// Frames written.
    pub frames: u64,
    /// Channels and rate written.
    pub format: WavFormat,
    /// The largest sample.
    pub peak: f32,
    /// The plugin's latency in frames, made up for.
    pub latency: u32,
    /// Values of the loaded state that were lost, one line each.
    pub lost: Vec<String>,
}

impl Report {
    /// How many times faster than the music it was.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.processed as f64 / f64::from(self.format.rate) / self.process_time.as_secs_f64()
    }
}

/// The longest tail that can be asked for, in seconds.
const MAX_TAIL: f64 = 3600.0;

/// Renders a file; `progress` hears how many frames are done, and of how many in the input.
///
/// # Errors
/// Where anything fails; then no file was written, except where only unloading the plugin failed.
pub fn run(host: &Host, job: &Job, progress: &mut dyn FnMut(u64, u64)) -> Result<Report> {
    job.check_files()?;
    let mut source = WavSource::open(&job.input)?;
    let format = source.format();
    let mut exact_tail = job.tail.map(|seconds| tail_frames(seconds, format.rate)).transpose()?;
    let automation = job
        .automate
        .iter()
        .map(|point| point.frame(format.rate, source.frames()))
        .collect::<Result<Vec<_>>>()?;
    let state = job.state.as_deref().map(Container::read).transpose()?;
    // Found out before the work rather than after it; the number of channels comes later.
    drop(WavSink::create(&job.output, format)?);
    if let Some(path) = &job.save_state {
        drop(atomic::create(path)?);
    }

    let started = Instant::now();
    let setup = Setup { sample_rate: format.rate, max_block: job.blocks.max() };
    let session = host.open(&job.target, setup)?;
    let mut plugin = match &job.class {
        Some(class) => session.load(Some(class))?,
        None => session.load_for(format.channels)?,
    };
    let load_time = started.elapsed();
    let mut lost = Vec::new();
    if let (Some(container), Some(path)) = (state, &job.state) {
        let fitted =
            fit(container, plugin.info()).map_err(|reason| Error::State { path: path.clone(), reason })?;
        plugin.load_state(fitted.state)?;
        lost = fitted.lost;
    }
    let schedule = schedule(&mut plugin, job, &automation)?;
    let channels = activate(&mut plugin, format.channels)?;
    let out_format = WavFormat { channels: channels.1, rate: format.rate };
    if channels.0 == 0 {
        // Without an input nothing ends, so there is no tail to wait for.
        exact_tail = exact_tail.or(Some(0));
    }
    let mut render = Passage {
        input: Planar::new(channels.0 as usize, job.blocks.max() as usize),
        output: Planar::new(channels.1 as usize, job.blocks.max() as usize),
        sink: WavSink::create(&job.output, out_format)?,
        held: Vec::new(),
        schedule,
        echoes: Vec::new(),
        processed: 0,
        process_time: Duration::ZERO,
    };
    let latency = render.all(&mut plugin, &mut source, &job.blocks, exact_tail, progress)?;
    render.sink.drop_start(latency.into())?;
    plugin.set(&render.schedule.last_values())?;
    plugin.set(&render.echoes)?;
    let saved = match &job.save_state {
        Some(path) => {
            let state = plugin.save_state()?;
            Some(Container { plugin: plugin.info().id.clone(), state }.prepare(path)?)
        }
        None => None,
    };
    let report = Report {
        load_time,
        process_time: render.process_time,
        processed: render.processed,
        frames: render.sink.frames(),
        format: out_format,
        peak: render.sink.peak(),
        latency,
        lost,
    };
    // The results are complete, so a plugin that fails from here on can't take them with it.
    render.sink.finish()?;
    if let Some(pending) = saved {
        pending.finish()?;
    }
    plugin.deactivate()?;
    plugin.close()?;
    Ok(report)
}

fn tail_frames(seconds: f64, rate: u32) -> Result<u64> {
    if !(0.0..=MAX_TAIL).contains(&seconds) {
        return Err(Error::Usage(format!("--tail {seconds}: expected 0 to {MAX_TAIL} seconds")));
    }
    Ok((seconds * f64::from(rate)).round() as u64)
}

/// Looks up all values; those from the start on are told to the plugin's main-thread side too.
fn schedule(plugin: &mut Instance, job: &Job, automation: &[u64]) -> Result<Schedule> {
    let mut changes = Vec::new();
    let mut initial = Vec::new();
    for Assignment { name, value } in &job.set {
        let value = parameter::resolve(plugin, name, value)?;
        initial.push((value.index, value.native));
        changes.push((0, value.index, value.native));
    }
    for (point, frame) in job.automate.iter().zip(automation) {
        let value = parameter::resolve(plugin, &point.name, &point.value)?;
        if !plugin.info().parameters[value.index as usize].flags.automatable {
            return Err(Error::Parameter(format!(
                "parameter {} can't be automated; use --set",
                point.name
            )));
        }
        changes.push((*frame, value.index, value.native));
    }
    if !initial.is_empty() {
        plugin.set(&initial)?;
    }
    Ok(Schedule::new(changes))
}

/// Activates the plugin for a file and returns its main inputs and outputs.
fn activate(plugin: &mut Instance, file: u32) -> Result<(u32, u32)> {
    let active = plugin.activate(Some(file))?;
    let (inputs, outputs) = (main_channels(&active.inputs), main_channels(&active.outputs));
    let refuse = |reason: String| Err(Error::Plugin { plugin: plugin.name().to_owned(), reason });
    if outputs == 0 {
        return refuse("the plugin has no audio output to render".into());
    }
    if inputs != 0 && inputs != file && !(file == 1 && inputs > 1) {
        return refuse(format!("the input file has {file} channels and the plugin takes {inputs}"));
    }
    Ok((inputs, outputs))
}
