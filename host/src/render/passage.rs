//! The audio's way through the plugin, block by block.

use std::time::{Duration, Instant};

use super::schedule::{BlockSizes, Schedule};
use super::tail::{Fate, Rule, Trimmer};
use super::wav::{WavSink, WavSource};
use crate::error::{Error, Result};
use crate::info::{Tail, Timing};
use crate::parent::{Block, Instance};
use crate::planar::Planar;
use crate::shared::{Change, Transport};

/// More latency than any plugin has, in seconds.
const MAX_LATENCY: u64 = 60;

/// A rendering under way.
pub(super) struct Passage {
    pub(super) input: Planar,
    pub(super) output: Planar,
    pub(super) sink: WavSink,
    /// Silent frames that may turn out to be the end.
    pub(super) held: Vec<f32>,
    pub(super) schedule: Schedule,
    /// The last values that the plugin itself gave out.
    pub(super) echoes: Vec<(u32, f64)>,
    pub(super) processed: u64,
    pub(super) process_time: Duration,
}

impl Passage {
    /// Sends the whole input through the plugin, and returns the latency.
    pub(super) fn all(
        &mut self,
        plugin: &mut Instance,
        source: &mut WavSource,
        blocks: &BlockSizes,
        exact_tail: Option<u64>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<u32> {
        let rate = source.format().rate;
        let mut changes: Vec<Change> = Vec::new();
        let mut trimmer = Trimmer::new(source.frames(), rate);
        let mut latency = 0;
        for frames in blocks.cycle() {
            source.read(&mut self.input, frames as usize)?;
            self.schedule.take(self.processed, frames, &mut changes);
            let block = Block {
                frames,
                transport: Transport::playing_at(self.processed),
                input: &self.input,
                aux: &[],
                changes: &changes,
                midi: &[],
            };
            let started = Instant::now();
            plugin.process(&block, &mut self.output)?;
            self.process_time += started.elapsed();
            self.processed += u64::from(frames);
            self.note_echoes(plugin);
            if trimmer.wants_latency(self.processed) {
                let rule;
                (latency, rule) = ending(plugin, rate, exact_tail)?;
                trimmer.input_ended(latency.into(), rule);
            }
            self.keep(&mut trimmer, frames as usize)?;
            progress(self.processed.min(source.frames()), source.frames());
            if trimmer.finished() {
                break;
            }
        }
        Ok(latency)
    }

    fn keep(&mut self, trimmer: &mut Trimmer, frames: usize) -> Result<()> {
        let channels = self.output.channels();
        for frame in 0..frames {
            let output = &self.output;
            let samples = (0..channels).map(|channel| output.channel(channel)[frame]);
            match trimmer.frame(samples.clone()) {
                Fate::Drop => {}
                Fate::Hold => self.held.extend(samples),
                Fate::Keep => {
                    for held in self.held.chunks(channels) {
                        self.sink.frame(held.iter().copied())?;
                    }
                    self.held.clear();
                    self.sink.frame(samples)?;
                }
            }
        }
        Ok(())
    }

    fn note_echoes(&mut self, plugin: &Instance) {
        for Change { index, native, .. } in plugin.changes_out() {
            match self.echoes.iter_mut().find(|(other, _)| other == index) {
                Some((_, value)) => *value = *native,
                None => self.echoes.push((*index, *native)),
            }
        }
    }
}

/// The latency to make up for, and how to go on after the input.
///
/// Plugins may change their latency while they run (LV2 plugins can only tell it then), so what
/// counts is what it has become by the end of the input.
fn ending(plugin: &mut Instance, rate: u32, exact_tail: Option<u64>) -> Result<(u32, Rule)> {
    let Timing { latency, tail } = plugin.timing()?;
    if u64::from(latency) > MAX_LATENCY * u64::from(rate) {
        return Err(Error::Plugin {
            plugin: plugin.name().to_owned(),
            reason: format!(
                "the plugin claims a latency of {latency} frames; more than {MAX_LATENCY} s is not believed"
            ),
        });
    }
    let rule = match (exact_tail, tail) {
        (Some(frames), _) => Rule::Exact(frames),
        (None, Tail::Frames(frames)) => Rule::Silent { at_least: frames.into() },
        (None, Tail::Unknown | Tail::Infinite) => Rule::Silent { at_least: 0 },
    };
    Ok((latency, rule))
}
