//! Plugins one after the other: loading them, and letting them go.

use super::audio::AudioFormat;
use super::audio::Source;
use super::automation::Sheet;
use super::job::{Job, Stage};
use super::link::Link;
use super::schedule::Schedule;
use super::sidechain::Sidechain;
use crate::error::{Error, Result};
use crate::info::main_channels;
use crate::missing;
use crate::parameter;
use crate::parent::{Host, Instance, Session, Setup};
use crate::planar::Planar;
use crate::state::{Container, fit};

/// What a stage needs from files, read before any plugin is started.
pub(super) struct Papers {
    state: Option<Container>,
    sheets: Vec<Sheet>,
    sidechain: Option<Source>,
}

impl Papers {
    /// For an input at this rate.
    pub(super) fn read(stage: &Stage, rate: u32) -> Result<Self> {
        Ok(Self {
            state: stage.state.as_deref().map(Container::read).transpose()?,
            sheets: stage.automation.iter().map(|path| Sheet::read(path)).collect::<Result<_>>()?,
            sidechain: stage.sidechain.as_deref().map(|path| Sidechain::open(path, rate)).transpose()?,
        })
    }
}

/// What the first plugin gets.
#[derive(Clone, Copy)]
pub(super) struct Feed {
    pub(super) format: AudioFormat,
    /// Whether it is a file's; otherwise silence, of a number of channels that was asked for if it
    /// is not 0.
    pub(super) file: bool,
    pub(super) midi: bool,
    /// How long it lasts.
    pub(super) frames: u64,
}

/// Plugins ready to process, one after the other.
pub(super) struct Chain {
    pub(super) links: Vec<Link>,
    /// Values of loaded states that were lost, one line each.
    pub(super) lost: Vec<String>,
}

impl Chain {
    /// Loads and activates all plugins.
    pub(super) fn load(host: &Host, job: &Job, papers: Vec<Papers>, feed: Feed) -> Result<Self> {
        let mut chain = Self { links: Vec::new(), lost: Vec::new() };
        for (stage, papers) in job.stages.iter().zip(papers) {
            let number = chain.links.len();
            let link = chain.link(host, job, stage, papers, feed);
            let link = link.map_err(|error| within(error, &job.stages, number))?;
            chain.links.push(link);
        }
        let last = chain.links.last().map_or(0, |link| link.output.channels());
        if job.output.is_some() && last == 0 {
            let stage = job.stages.last().map_or("", |stage| stage.target.spec());
            let reason = "the plugin has no audio output to render".to_owned();
            let error = Error::Plugin { plugin: stage.to_owned(), reason };
            return Err(within(error, &job.stages, job.stages.len() - 1));
        }
        Ok(chain)
    }

    fn link(&mut self, host: &Host, job: &Job, stage: &Stage, papers: Papers, feed: Feed) -> Result<Link> {
        let before = self.links.last().map(|link| link.output.channels() as u32);
        let offered = before.unwrap_or(feed.format.channels);
        let setup = Setup { sample_rate: feed.format.rate, max_block: job.blocks.max() };
        let session = host.open(&stage.target, setup)?;
        let sidechain = papers.sidechain.is_some();
        let loaded = match &stage.class {
            Some(class) => session.load(Some(class)),
            None if offered == 0 => load_without(session, stage),
            None => session.load_for(offered, sidechain),
        };
        let class = stage.class.as_deref();
        let mut plugin = loaded.map_err(|e| missing::or_failed(host, &stage.target, class, e))?;
        if let (Some(container), Some(path)) = (papers.state, &stage.state) {
            let fitted = fit(container, plugin.info())
                .map_err(|reason| Error::State { path: path.clone(), reason })?;
            plugin.load_state(fitted.state)?;
            self.lost.extend(fitted.lost);
        }
        let mut schedule = schedule(&mut plugin, stage, feed)?;
        for sheet in &papers.sheets {
            sheet.resolve(&mut plugin, feed.format.rate, feed.frames, &mut schedule)?;
        }
        schedule.sort();
        let active = plugin.activate((offered > 0).then_some(offered))?;
        let (inputs, outputs) = (main_channels(&active.inputs), main_channels(&active.outputs));
        let block = job.blocks.max() as usize;
        let sidechain = papers.sidechain.map(|source| Sidechain::connect(source, &active.inputs, block));
        let sidechain = sidechain
            .transpose()
            .map_err(|reason| Error::Plugin { plugin: plugin.name().to_owned(), reason })?;
        let takes = !plugin.info().event_inputs.is_empty();
        match before {
            Some(_) => {
                let before = job.stages[self.links.len() - 1].target.spec();
                follows(plugin.name(), inputs, takes, before, offered)?;
            }
            None => suits_feed(&plugin, inputs, takes, feed)?,
        }
        let planar = |channels: u32| Planar::new(channels as usize, block);
        Ok(Link::new(plugin, planar(inputs), planar(outputs), schedule, sidechain))
    }
}

/// Refuses a plugin that can't take what the one before it gives: as many channels, mono for several, or nothing
/// for a plugin that is `played` by MIDI.
pub(crate) fn follows(plugin: &str, takes: u32, played: bool, before: &str, gives: u32) -> Result<()> {
    let fits = takes == gives || (gives == 1 && takes > 1) || (gives == 0 && played);
    if fits {
        return Ok(());
    }
    let count = |channels: u32| match channels {
        0 => "no audio".to_owned(),
        1 => "1 channel".to_owned(),
        more => format!("{more} channels"),
    };
    Err(Error::Plugin {
        plugin: plugin.to_owned(),
        reason: format!(
            "the plugin takes {}, and {before} before it gives {}; expected as many, or 1",
            count(takes),
            count(gives)
        ),
    })
}

/// Whether the first plugin can use what there is.
fn suits_feed(plugin: &Instance, inputs: u32, takes: bool, feed: Feed) -> Result<()> {
    let offered = feed.format.channels;
    if inputs == 0 || inputs == offered || (offered == 1 && inputs > 1 && feed.file) {
        return Ok(());
    }
    if offered == 0 {
        // An instrument with an input for sounds to shape can be played without one.
        if takes && feed.midi {
            return Ok(());
        }
        return Err(Error::Usage(format!(
            "{}: the plugin takes {inputs} channels; expected --in FILE, or --channels {inputs} for silence",
            plugin.name()
        )));
    }
    let what = if feed.file { "the input file has" } else { "--channels says" };
    Err(Error::Plugin {
        plugin: plugin.name().to_owned(),
        reason: format!("{what} {offered} channels and the plugin takes {inputs}"),
    })
}

/// Loads the plugin that suits best where there is no audio to go by: the only one, or the only one
/// without an input.
fn load_without(mut session: Session, stage: &Stage) -> Result<Instance> {
    let plugins = session.scan()?;
    if plugins.len() <= 1 {
        return session.load(None);
    }
    let mut free = plugins.iter().filter(|plugin| plugin.main_inputs == Some(0));
    if let (Some(only), None) = (free.next(), free.next()) {
        return session.load(Some(&only.id.clone()));
    }
    let ids: Vec<_> = plugins.iter().take(4).map(|plugin| plugin.id.as_str()).collect();
    let more = if plugins.len() > ids.len() { ", …" } else { "" };
    Err(Error::Target {
        spec: stage.target.spec().to_owned(),
        reason: format!(
            "it holds {} plugins; choose one with --class: {}{more}",
            plugins.len(),
            ids.join(", ")
        ),
    })
}

/// Looks up all values; those from the start on are told to the plugin's main-thread side too.
fn schedule(plugin: &mut Instance, stage: &Stage, feed: Feed) -> Result<Schedule> {
    let mut schedule = Schedule::default();
    let mut initial = Vec::new();
    for super::Assignment { name, value } in &stage.set {
        let value = parameter::resolve(plugin, name, value)?;
        initial.push((value.index, value.native));
        schedule.change(0, value.index, value.native);
    }
    for point in &stage.automate {
        let frame = point.frame(feed.format.rate, feed.frames)?;
        let value = parameter::resolve(plugin, &point.name, &point.value)?;
        if !plugin.info().parameters[value.index as usize].flags.automatable {
            return Err(Error::Parameter(format!(
                "parameter {} can't be automated; use --set",
                point.name
            )));
        }
        schedule.change(frame, value.index, value.native);
    }
    if !initial.is_empty() {
        plugin.set(&initial)?;
    }
    Ok(schedule)
}

/// An error of one of several plugins says which one of them it was.
pub(super) fn within(error: Error, stages: &[Stage], number: usize) -> Error {
    let [_, _, ..] = stages else { return error };
    let spec = stages.get(number).map_or("", |stage| stage.target.spec());
    about(error, &place_in_chain(spec, number, stages.len()))
}

/// A plugin's name where there may be others beside it.
pub(crate) fn place_in_chain(spec: &str, number: usize, count: usize) -> String {
    if count > 1 { format!("{spec} (plugin {} of {count})", number + 1) } else { spec.to_owned() }
}

/// The error with another name for its plugin.
pub(crate) fn about(mut error: Error, name: &str) -> Error {
    match &mut error {
        Error::Target { spec, .. } => *spec = name.to_owned(),
        Error::Load { plugin, .. }
        | Error::Plugin { plugin, .. }
        | Error::Editor { plugin, .. }
        | Error::Crashed { plugin, .. }
        | Error::Exited { plugin, .. }
        | Error::Hung { plugin, .. }
        | Error::Protocol { plugin, .. } => *plugin = name.to_owned(),
        Error::Parameter(reason) => *reason = format!("{name}: {reason}"),
        // A file has a name of its own, and what else there is concerns no plugin.
        Error::File { .. }
        | Error::State { .. }
        | Error::SharedMemory(_)
        | Error::Events { .. }
        | Error::Device { .. }
        | Error::Usage(_)
        | Error::System { .. } => {}
    }
    error
}
