//! One plugin of a chain under way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::midi::TempoMap;
use super::schedule::Schedule;
use super::sidechain::Sidechain;
use crate::error::{Error, Result};
use crate::info::{Tail, Timing};
use crate::parent::{Block, Instance};
use crate::planar::Planar;
use crate::shared::{Change, EVENTS, Midi};

/// More latency than any plugin has, in seconds.
const MAX_LATENCY: u64 = 60;

/// A plugin, what goes into it and what comes out.
pub(super) struct Link {
    pub(super) plugin: Instance,
    pub(super) input: Planar,
    pub(super) output: Planar,
    pub(super) schedule: Schedule,
    sidechain: Option<Sidechain>,
    /// Messages on their way to it, each with the frame that it arrives at, in order.
    pub(super) inbox: VecDeque<(u64, Midi)>,
    /// By how much the plugins before it are late, as they said after their first block.
    pub(super) delay: u64,
    /// The plugin's own latency after its first block.
    latency: Option<u64>,
    /// The last values that the plugin itself gave out.
    pub(super) echoes: Vec<(u32, f64)>,
    pub(super) takes_midi: bool,
    pub(super) gives_midi: bool,
    /// Time spent in processing.
    pub(super) process_time: Duration,
    changes: Vec<Change>,
    midi: Vec<Midi>,
    /// Messages that go by a plugin which takes none.
    passing: Vec<(u64, Midi)>,
}

impl Link {
    pub(super) fn new(
        plugin: Instance,
        input: Planar,
        output: Planar,
        schedule: Schedule,
        sidechain: Option<Sidechain>,
    ) -> Self {
        let takes_midi = !plugin.info().event_inputs.is_empty();
        let gives_midi = !plugin.info().event_outputs.is_empty();
        Self {
            plugin,
            input,
            output,
            schedule,
            sidechain,
            inbox: VecDeque::new(),
            delay: 0,
            latency: None,
            echoes: Vec::new(),
            takes_midi,
            gives_midi,
            process_time: Duration::ZERO,
            changes: Vec::new(),
            midi: Vec::new(),
            passing: Vec::new(),
        }
    }

    /// Runs one block, from `input` to `output`; the messages that leave go to `out`. Returns the
    /// plugin's latency as it was after the first block.
    pub(super) fn run(
        &mut self,
        start: u64,
        frames: u32,
        tempo: &TempoMap,
        out: &mut Vec<(u64, Midi)>,
    ) -> Result<u64> {
        self.collect(start, frames)?;
        if let Some(sidechain) = &mut self.sidechain {
            sidechain.read(frames as usize, self.delay)?;
        }
        let aux = self.sidechain.as_ref().map_or_else(Vec::new, Sidechain::buses);
        let block = Block {
            frames,
            transport: tempo.transport(start.saturating_sub(self.delay), self.plugin.setup().sample_rate),
            input: &self.input,
            aux: &aux,
            changes: &self.changes,
            midi: &self.midi,
        };
        let started = Instant::now();
        self.plugin.process(&block, &mut self.output)?;
        self.process_time += started.elapsed();
        self.note_echoes();
        let latency = match self.latency {
            Some(latency) => latency,
            None => self.timing()?.0,
        };
        self.latency = Some(latency);
        // What goes by is as late then as the audio is.
        out.extend(self.passing.drain(..).map(|(frame, message)| (frame + latency, message)));
        if self.gives_midi {
            let messages = self.plugin.midi_out();
            out.extend(messages.iter().map(|message| (start + u64::from(message.offset), *message)));
        }
        Ok(latency)
    }

    /// Gathers the events of a block.
    fn collect(&mut self, start: u64, frames: u32) -> Result<()> {
        let rate = self.plugin.setup().sample_rate;
        let plugin = &mut self.plugin;
        let native = |index, plain| plugin.native(index, plain);
        self.schedule.take(start, frames, self.delay, &mut self.changes, native)?;
        self.midi.clear();
        let end = start + u64::from(frames);
        while let Some((frame, mut message)) = self.inbox.front().copied().filter(|(at, _)| *at < end) {
            self.inbox.pop_front();
            if self.takes_midi {
                message.offset = frame.saturating_sub(start) as u32;
                self.midi.push(message);
            } else {
                self.passing.push((frame, message));
            }
        }
        for (what, count) in [("parameter changes", self.changes.len()), ("MIDI messages", self.midi.len())]
        {
            if count > EVENTS {
                return Err(Error::Usage(format!(
                    "{}: {count} {what} within {frames} frames at {:.3} s; expected at most {EVENTS} in a block: a smaller --block holds fewer",
                    self.plugin.name(),
                    start as f64 / f64::from(rate)
                )));
            }
        }
        Ok(())
    }

    fn note_echoes(&mut self) {
        for Change { index, native, .. } in self.plugin.changes_out() {
            match self.echoes.iter_mut().find(|(other, _)| other == index) {
                Some((_, value)) => *value = *native,
                None => self.echoes.push((*index, *native)),
            }
        }
    }

    /// The latency as it is now, and the tail that the plugin promises.
    pub(super) fn timing(&mut self) -> Result<(u64, u64)> {
        let Timing { latency, tail } = self.plugin.timing()?;
        if u64::from(latency) > MAX_LATENCY * u64::from(self.plugin.setup().sample_rate) {
            return Err(Error::Plugin {
                plugin: self.plugin.name().to_owned(),
                reason: format!(
                    "the plugin claims a latency of {latency} frames; more than {MAX_LATENCY} s is not believed"
                ),
            });
        }
        let tail = match tail {
            Tail::Frames(frames) => frames.into(),
            Tail::Unknown | Tail::Infinite => 0,
        };
        Ok((latency.into(), tail))
    }
}
