//! The child's part: how long a plugin's process function takes, without the way there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Load, MOST_HELD, Measured, Summary, noise};
use crate::child::{Activation, Block, Hosted, Output, Processor, float};
use crate::info::{Bus, BusKind};
use crate::protocol::Mode;
use crate::shared::{Change, Direction, EVENTS, Memory, Status, Transport};

/// Most blocks of one measurement: enough for every number, and no more memory than that.
const MOST: usize = 1 << 20;

/// Blocks that take fewer nanoseconds than this are timed several at once: clocks tell tens of nanoseconds.
const SHORTEST: f64 = 2000.0;

/// Measures a plugin that is not active, for so long; it is active meanwhile. It begins with these values.
pub(crate) fn measure(
    plugin: &mut dyn Hosted,
    memory: &Arc<Memory>,
    load: Load,
    values: &[(u32, f64)],
    inputs: Option<u32>,
    time: Duration,
) -> Result<Measured, String> {
    if !(1..=memory.sizes().max_block).contains(&load.frames) || load.events.count() as usize > EVENTS {
        return Err(format!("cannot measure blocks of {} frames with {} events", load.frames, load.events));
    }
    if load.held > MOST_HELD || values.len() > EVENTS {
        return Err(format!("cannot begin with {} notes and {} values", load.held, values.len()));
    }
    let info = plugin.info();
    let changes = load.changes(&info, |index, plain| plugin.native(index, plain))?;
    let midi = load.notes();
    let set: Vec<_> =
        values.iter().map(|(index, native)| Change { index: *index, offset: 0, native: *native }).collect();
    let held = load.held_notes();
    let Activation { inputs, mut processor, .. } = plugin.activate(inputs, memory, Mode::Live)?;
    let block = |changes, midi| Block {
        number: 0,
        frames: load.frames,
        fed: u64::MAX,
        transport: Transport::playing_at(0),
        changes,
        midi,
    };
    let first = block(&set, &held);
    let blocks = [0, 1].map(|odd| block(&changes[odd], &midi[odd]));
    fill(memory, &inputs, load.frames);
    // On a thread of its own, as always: plugins may tell threads apart.
    let measured = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("audio".into());
        let thread =
            builder.spawn_scoped(scope, || float::with(|| run(&mut *processor, first, blocks, time)));
        let thread = thread.map_err(|e| format!("cannot start the audio thread: {e}"))?;
        // A panic on the audio thread has ended the process already.
        thread.join().unwrap_or_else(|_| std::process::abort())
    });
    plugin.deactivate(processor);
    measured
}

/// Noise on all audio inputs, silence on control voltages.
fn fill(memory: &Memory, inputs: &[Bus], frames: u32) {
    let channels = inputs.iter().flat_map(|bus| (0..bus.channels).map(move |_| bus.kind));
    for (channel, kind) in (0..).zip(channels) {
        match kind {
            BusKind::Cv => memory.silence(0, Direction::Input, channel, frames as usize),
            _ => {
                memory.write_channel(0, Direction::Input, channel, &noise(channel.into(), frames as usize));
            }
        }
    }
}

fn run(
    processor: &mut dyn Processor,
    first: Block<'_>,
    blocks: [Block<'_>; 2],
    time: Duration,
) -> Result<Measured, String> {
    let mut work = Work { processor, blocks, output: Output::default(), number: 0 };
    work.output.changes.reserve(EVENTS);
    work.output.midi.reserve(EVENTS);
    let usual = std::mem::replace(&mut work.blocks[0], first);
    work.group(1)?;
    work.blocks[0] = usual;
    let clock = clock_cost();
    let begin = Instant::now();
    // Gets warm, with at least two blocks, and finds out how many make a group that the clock can tell.
    let mut warm_up = Vec::new();
    while warm_up.len() < 2 || begin.elapsed() < time / 10 && warm_up.len() < MOST {
        warm_up.push(work.group(1)?);
    }
    let usual = Summary::of(warm_up).median - clock as f64;
    let group = (SHORTEST / usual.max(1.0)).ceil().clamp(1.0, 1024.0) as u32;
    let mut times = Vec::new();
    while times.is_empty() || begin.elapsed() < time && times.len() < MOST {
        times.push(work.group(group)?.saturating_sub(clock));
    }
    let size = f64::from(group);
    let mean = times.iter().sum::<u64>() as f64 / times.len() as f64 / size;
    let blocks = times.len() as u64 * u64::from(group);
    let Summary { median, p99, max } = Summary::of(times);
    let times = Summary { median: median / size, p99: p99 / size, max: max / size };
    Ok(Measured { times, mean, blocks })
}

/// A plugin and what it gets, over and over.
struct Work<'a> {
    processor: &'a mut dyn Processor,
    blocks: [Block<'a>; 2],
    output: Output,
    number: usize,
}

impl Work<'_> {
    /// Nanoseconds of so many blocks.
    fn group(&mut self, size: u32) -> Result<u64, String> {
        let start = Instant::now();
        for _ in 0..size {
            let block = &mut self.blocks[self.number % 2];
            block.transport.position = self.number as u64 * u64::from(block.frames);
            self.number += 1;
            self.output.changes.clear();
            self.output.midi.clear();
            // As the audio thread does it.
            let status = float::with(|| self.processor.process(block, &mut self.output));
            if status != Status::Ok {
                return Err(format!("it returned an error from a block of {} frames", block.frames));
            }
        }
        Ok(nanoseconds(start.elapsed()))
    }
}

/// What asking for the time adds to a measurement.
fn clock_cost() -> u64 {
    let cost = |_| {
        let start = Instant::now();
        nanoseconds(start.elapsed())
    };
    (0..1000).map(cost).min().unwrap_or(0)
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
