//! One rendering from beginning to end.

use std::time::{Duration, Instant};

use super::audio::{AudioFormat, Sink, Source};
use super::chain::{Chain, Feed, Papers, within};
use super::job::{Input, Job, Progress, Report, Silence, Stage};
use super::midi::{self, Song};
use super::passage::Passage;
use crate::atomic::{self, Pending};
use crate::error::{Error, Result};
use crate::parent::Host;
use crate::shared::MAX_CHANNELS;
use crate::state::Container;

/// The longest tail that can be asked for, in seconds.
const MAX_TAIL: f64 = 3600.0;
/// The longest silence that can be asked for, in seconds.
const MAX_SECONDS: f64 = 86_400.0;

/// Renders a file; `progress` hears after each block how far it is, on the calling thread.
///
/// # Errors
/// Where anything fails; then no file was written, except where only unloading a plugin failed.
pub fn run(host: &Host, job: &Job, progress: &mut dyn FnMut(Progress)) -> Result<Report> {
    if job.stages.is_empty() {
        return Err(Error::Usage("expected at least one plugin".into()));
    }
    if job.output.is_none() && job.midi_output.is_none() {
        return Err(Error::Usage("expected a file to write: --out or --midi-out".into()));
    }
    job.check_files()?;
    let (mut source, song) = music(job)?;
    let format = source.format();
    let tail = job.tail.map(|seconds| tail_frames(seconds, format.rate)).transpose()?;
    let feed = Feed {
        format,
        file: matches!(job.input, Input::File(_)),
        midi: job.midi.is_some(),
        frames: source.frames().max(song.frames),
    };
    let papers = job.stages.iter().map(|stage| Papers::read(stage, format.rate)).collect::<Result<_>>()?;
    try_places(job, format.rate)?;

    let started = Instant::now();
    let chain = Chain::load(host, job, papers, feed)?;
    let load_time = started.elapsed();
    check_midi(job, &chain, &song)?;
    let exact_tail = tail.or_else(|| ends_at_once(job, &chain).then_some(0));
    let channels = chain.links.last().map_or(0, |link| link.output.channels() as u32);
    let out_format = AudioFormat { channels, rate: format.rate };
    let sink = job.output.as_ref().map(|to| Sink::create(&to.path, out_format, to.encoding)).transpose()?;
    let mut lost = chain.lost.clone();
    lost.extend(match (song.left_out, &job.midi) {
        (left @ 1.., Some(path)) => {
            Some(format!("{}: {left} system exclusive messages were left out", path.display()))
        }
        _ => None,
    });
    let mut passage = Passage::new(job, chain, song, sink, feed.frames);
    let latency = passage.all(&mut source, exact_tail, progress)?;

    let states = save_states(&job.stages, &mut passage.chain)?;
    let midi = write_midi(&mut passage, format.rate, latency, &mut lost)?;
    let finished = passage.sink.take().map(|sink| sink.complete(latency)).transpose()?;
    let report = Report {
        load_time,
        process_time: passage.chain.links.iter().map(|link| link.process_time).sum::<Duration>(),
        processed: passage.processed,
        frames: finished.as_ref().map_or(0, |finished| finished.frames),
        format: out_format,
        peak: finished.as_ref().map_or(0.0, |finished| finished.peak),
        clipped: finished.as_ref().map_or(0, |finished| finished.clipped),
        latency,
        messages: passage.messages.len(),
        lost,
    };
    // The results are complete, so a plugin that fails from here on can't take them with it.
    finished.map_or(Ok(()), |finished| finished.finish())?;
    for pending in midi.into_iter().chain(states) {
        pending.finish()?;
    }
    for (number, link) in passage.chain.links.into_iter().enumerate() {
        let mut plugin = link.plugin;
        let closed = plugin.deactivate().and_then(|()| plugin.close());
        closed.map_err(|error| within(error, &job.stages, number))?;
    }
    Ok(report)
}

/// Opens the audio and the MIDI that go in.
fn music(job: &Job) -> Result<(Source, Song)> {
    let song = |rate| job.midi.as_deref().map_or(Ok(Song::default()), |path| Song::open(path, rate));
    match &job.input {
        Input::File(path) => {
            let source = Source::open(path)?;
            let song = song(source.format().rate)?;
            Ok((source, song))
        }
        Input::Silence(Silence { rate, channels, seconds }) => {
            if !crate::child::RATES.contains(rate) {
                let (low, high) = crate::child::RATES.into_inner();
                return Err(Error::Usage(format!("--rate {rate}: expected {low} to {high} Hz")));
            }
            if channels.is_some_and(|channels| !(1..=MAX_CHANNELS).contains(&channels)) {
                return Err(Error::Usage(format!("--channels: expected 1 to {MAX_CHANNELS}")));
            }
            let song = song(*rate)?;
            let frames = match seconds {
                Some(seconds) => {
                    let frames = (seconds * f64::from(*rate)).round();
                    if !(*seconds <= MAX_SECONDS && frames >= 1.0) {
                        return Err(Error::Usage(format!(
                            "--seconds {seconds}: expected at least one frame and at most {MAX_SECONDS} seconds"
                        )));
                    }
                    frames as u64
                }
                None if job.midi.is_some() => song.frames,
                None => {
                    return Err(Error::Usage(
                        "nothing says how long to render; expected --in FILE, --midi FILE or --seconds S"
                            .into(),
                    ));
                }
            };
            let format = AudioFormat { channels: channels.unwrap_or(0), rate: *rate };
            let song = match seconds {
                Some(_) => song.until(frames),
                None => song,
            };
            Ok((Source::silence(format, frames), song))
        }
    }
}

fn tail_frames(seconds: f64, rate: u32) -> Result<u64> {
    if !(0.0..=MAX_TAIL).contains(&seconds) {
        return Err(Error::Usage(format!("--tail {seconds}: expected 0 to {MAX_TAIL} seconds")));
    }
    Ok((seconds * f64::from(rate)).round() as u64)
}

/// Finds out before the work rather than after it whether the results can be written.
fn try_places(job: &Job, rate: u32) -> Result<()> {
    if let Some(output) = &job.output {
        // How many channels there will be is known later.
        drop(Sink::create(&output.path, AudioFormat { channels: 1, rate }, output.encoding)?);
    }
    let states = job.stages.iter().filter_map(|stage| stage.save_state.as_ref());
    for path in states.chain(&job.midi_output) {
        drop(atomic::create(path)?);
    }
    Ok(())
}

/// Refuses messages that nobody hears, and a MIDI file that nobody plays into. A file with tempos alone is for
/// every plugin.
fn check_midi(job: &Job, chain: &Chain, song: &Song) -> Result<()> {
    let refuse = |option: &str, path: &std::path::Path, does: &str| {
        let who = if job.stages.len() == 1 { "the plugin" } else { "each plugin of the chain" };
        Err(Error::Usage(format!("{option} {}: {who} {does} no MIDI", path.display())))
    };
    match (&job.midi, &job.midi_output) {
        (Some(path), _) if !song.messages.is_empty() && !chain.links.iter().any(|link| link.takes_midi) => {
            refuse("--midi", path, "takes")
        }
        (_, Some(path)) if !chain.links.iter().any(|link| link.gives_midi) => {
            refuse("--midi-out", path, "gives out")
        }
        _ => Ok(()),
    }
}

/// Whether there is no end to wait for: the length was asked for, or nothing goes in that could end.
fn ends_at_once(job: &Job, chain: &Chain) -> bool {
    let asked = matches!(job.input, Input::Silence(Silence { seconds: Some(_), .. }));
    let fed = chain.links.first().is_some_and(|link| link.input.channels() > 0);
    asked || (!fed && job.midi.is_none())
}

/// Saves the states that were asked for. They have the values that came last.
fn save_states(stages: &[Stage], chain: &mut Chain) -> Result<Vec<Pending>> {
    let mut saved = Vec::new();
    for (number, (stage, link)) in stages.iter().zip(&mut chain.links).enumerate() {
        let plugin = &mut link.plugin;
        let mut save = || {
            plugin.set(&link.schedule.last_values())?;
            plugin.set(&link.echoes)?;
            let Some(path) = &stage.save_state else { return Ok(None) };
            let state = plugin.save_state()?;
            Container { plugin: plugin.info().id.clone(), state }.prepare(path).map(Some)
        };
        saved.extend(save().map_err(|error| within(error, stages, number))?);
    }
    Ok(saved)
}

/// Writes what the last plugin gave out, as early as it would be without any latency.
fn write_midi(
    passage: &mut Passage<'_>,
    rate: u32,
    latency: u64,
    lost: &mut Vec<String>,
) -> Result<Option<Pending>> {
    let Some(path) = &passage.job.midi_output else { return Ok(None) };
    for (frame, _) in &mut passage.messages {
        *frame = frame.saturating_sub(latency);
    }
    // Passing messages and those of a plugin may have come in turns.
    passage.messages.sort_by_key(|(frame, _)| *frame);
    let pending = atomic::create(path)?;
    let left_out = midi::write(&pending, &passage.messages, &passage.song.tempo, rate)
        .map_err(|e| Error::file(path, format_args!("cannot write: {}", crate::error::why(&e))))?;
    if left_out > 0 {
        lost.push(format!("{}: {left_out} messages that are no channel's were left out", path.display()));
    }
    Ok(Some(pending))
}
