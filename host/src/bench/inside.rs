//! The child's part: how long a plugin's process function takes, without the way there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Load, Measured, Summary, noise};
use crate::child::{Activation, Block, Hosted, Mode, Output, Processor};
use crate::info::{Bus, BusKind};
use crate::shared::{Direction, EVENTS, Memory, Status, Transport};

/// Most blocks of one measurement: enough for every number, and no more memory than that.
const MOST: usize = 1 << 20;

/// Measures a plugin that is not active, for so long; it is active meanwhile.
pub(crate) fn measure(
    plugin: &mut dyn Hosted,
    memory: &Arc<Memory>,
    load: Load,
    inputs: Option<u32>,
    time: Duration,
) -> Result<Measured, String> {
    if !(1..=memory.sizes().max_block).contains(&load.frames) || load.events.count() as usize > EVENTS {
        return Err(format!("cannot measure blocks of {} frames with {} events", load.frames, load.events));
    }
    let info = plugin.info();
    let changes = load.changes(&info, |index, plain| plugin.native(index, plain))?;
    let midi = load.notes();
    let Activation { inputs, mut processor, .. } = plugin.activate(inputs, memory, Mode::Live)?;
    let blocks = [0, 1].map(|odd| Block {
        frames: load.frames,
        transport: Transport::playing_at(0),
        changes: &changes[odd],
        midi: &midi[odd],
    });
    fill(memory, &inputs, load.frames);
    // On a thread of its own, as always: plugins may tell threads apart.
    let measured = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("audio".into());
        let thread = builder.spawn_scoped(scope, || run(&mut *processor, blocks, time));
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
            BusKind::Cv => memory.silence(Direction::Input, channel, frames as usize),
            _ => {
                memory.write_channel(Direction::Input, channel, &noise(channel.into(), frames as usize));
            }
        }
    }
}

fn run(
    processor: &mut dyn Processor,
    mut blocks: [Block<'_>; 2],
    time: Duration,
) -> Result<Measured, String> {
    let mut output = Output { changes: Vec::with_capacity(EVENTS), midi: Vec::with_capacity(EVENTS) };
    let mut times = Vec::new();
    let clock = clock_cost();
    let mut total = 0;
    let begin = Instant::now();
    let warm = time / 10;
    for number in 0_usize.. {
        let gone = begin.elapsed();
        // At least one block to get warm, and one that counts.
        let counts = number > 0 && gone >= warm;
        if !times.is_empty() && (gone >= time || times.len() == MOST) {
            break;
        }
        let block = &mut blocks[number % 2];
        block.transport.position = number as u64 * u64::from(block.frames);
        output.changes.clear();
        output.midi.clear();
        let start = Instant::now();
        let status = processor.process(block, &mut output);
        let taken = nanoseconds(start.elapsed()).saturating_sub(clock);
        if status != Status::Ok {
            return Err(format!("it returned an error from a block of {} frames", block.frames));
        }
        if counts {
            total += taken;
            times.push(taken);
        }
    }
    let blocks = times.len() as u64;
    Ok(Measured { mean: total as f64 / blocks as f64, blocks, times: Summary::of(times) })
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
