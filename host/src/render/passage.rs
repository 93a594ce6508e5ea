//! The audio's way through the plugins, block by block.

use super::audio::{Sink, Source};
use super::chain::{Chain, within};
use super::job::{Job, Progress};
use super::midi::Song;
use super::tail::{Fate, Rule, Trimmer};
use crate::error::Result;
use crate::shared::Midi;

/// A rendering under way.
pub(super) struct Passage<'a> {
    pub(super) job: &'a Job,
    pub(super) chain: Chain,
    pub(super) song: Song,
    pub(super) sink: Option<Sink>,
    /// Silent frames that may turn out to be the end.
    held: Vec<f32>,
    /// What the last plugin gave out, each with its frame.
    pub(super) messages: Vec<(u64, Midi)>,
    pub(super) processed: u64,
    /// Frames until the music ends.
    frames: u64,
}

impl<'a> Passage<'a> {
    pub(super) fn new(
        job: &'a Job,
        mut chain: Chain,
        mut song: Song,
        sink: Option<Sink>,
        frames: u64,
    ) -> Self {
        if let Some(first) = chain.links.first_mut() {
            first.inbox = std::mem::take(&mut song.messages).into();
        }
        Self { job, chain, song, sink, held: Vec::new(), messages: Vec::new(), processed: 0, frames }
    }

    /// Sends the whole input through the plugins, and returns the latency of all of them.
    ///
    /// Plugins may change their latency while they run (LV2 plugins can only tell it then), so what
    /// counts is what it has become by the end of the input.
    pub(super) fn all(
        &mut self,
        source: &mut Source,
        exact_tail: Option<u64>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<u64> {
        let rate = source.format().rate;
        let mut trimmer = Trimmer::new(self.frames, rate);
        let mut latency = 0;
        for frames in self.job.blocks.cycle() {
            self.block(source, frames)?;
            self.processed += u64::from(frames);
            if trimmer.wants_latency(self.processed) {
                let tail;
                (latency, tail) = self.timing()?;
                let silent = Rule::Silent { at_least: tail };
                trimmer.input_ended(latency, exact_tail.map_or(silent, Rule::Exact));
            }
            self.keep(&mut trimmer, frames as usize)?;
            progress(Progress { done: self.processed.min(self.frames), all: self.frames, rate });
            if trimmer.finished() {
                break;
            }
        }
        Ok(latency)
    }

    /// One block through all plugins.
    fn block(&mut self, source: &mut Source, frames: u32) -> Result<()> {
        let stages = &self.job.stages;
        let mut delay = 0;
        // What leaves one plugin in this block; what has left the last one before is none of it.
        let mut leaving = Vec::new();
        for number in 0..self.chain.links.len() {
            let (before, rest) = self.chain.links.split_at_mut(number);
            let [link, after @ ..] = rest else { break };
            match before.last() {
                None => source.read(&mut link.input, frames as usize)?,
                Some(before) => link.input.take_from(&before.output, frames as usize),
            }
            link.delay = delay;
            let run = link.run(self.processed, frames, &self.song.tempo, &mut leaving);
            delay += run.map_err(|error| within(error, stages, number))?;
            if let [next, ..] = after {
                // What went by is as late as the audio, so it may come before what was given out.
                next.inbox.extend(leaving.drain(..));
                next.inbox.make_contiguous().sort_by_key(|(frame, _)| *frame);
            }
        }
        if self.job.midi_output.is_some() {
            self.messages.append(&mut leaving);
        }
        Ok(())
    }

    /// Latencies and promised tails of all plugins together.
    fn timing(&mut self) -> Result<(u64, u64)> {
        let mut sum = (0, 0);
        for (number, link) in self.chain.links.iter_mut().enumerate() {
            let timing = link.timing().map_err(|error| within(error, &self.job.stages, number))?;
            sum = (sum.0 + timing.0, sum.1 + timing.1);
        }
        Ok(sum)
    }

    fn keep(&mut self, trimmer: &mut Trimmer, frames: usize) -> Result<()> {
        let Some(output) = self.chain.links.last().map(|link| &link.output) else { return Ok(()) };
        let channels = output.channels();
        for frame in 0..frames {
            let samples = (0..channels).map(|channel| output.channel(channel)[frame]);
            let fate = trimmer.frame(samples.clone());
            let Some(sink) = &mut self.sink else { continue };
            match fate {
                Fate::Drop => {}
                Fate::Hold => self.held.extend(samples),
                Fate::Keep => {
                    for held in self.held.chunks(channels) {
                        sink.frame(held.iter().copied())?;
                    }
                    self.held.clear();
                    sink.frame(samples)?;
                }
            }
        }
        Ok(())
    }
}
