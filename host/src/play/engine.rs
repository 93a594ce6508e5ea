//! What a driver's audio thread runs: one block of any length through the chain. `[audio-thread]`
//!
//! Nothing here allocates or locks, and the only system call is the library's own waiting for answers. Engines
//! are made and dropped elsewhere: a new one comes through a queue, and the old one goes back through another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};

use super::meter::Meter;
use crate::child::float;
use crate::count;
use crate::parent::{Block, Chain, Outcome};
use crate::planar::Planar;
use crate::shared::{EVENTS, Midi, Transport};

/// The most inputs beside the main one that a plugin gets from outside.
pub(super) const SIDES: usize = 8;

/// The driver's side of a block. Buses are numbered from 0, the main one; frames count from the block's start.
pub(super) trait Ends {
    /// Fills `to` with an input's frames from `at` on.
    fn read(&mut self, bus: usize, channel: usize, at: usize, to: &mut [f32]);

    /// Takes an output's frames from `at` on.
    fn write(&mut self, bus: usize, channel: usize, at: usize, from: &[f32]);

    /// The next message before frame `end`; the bytes are any number.
    fn receive(&mut self, end: u32, take: &mut dyn FnMut(u32, &[u8])) -> bool;

    /// Whether anybody takes the messages that leave the plugins.
    fn listens(&self) -> bool;

    /// Takes a message that left the plugins; whether there was room for it.
    fn send(&mut self, frame: u32, bytes: &[u8]) -> bool;
}

/// Where a block is in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) transport: Transport,
    /// Whether the driver waits for however long it takes.
    pub(super) patient: bool,
}

/// The plugins with all memory that a block needs.
pub(super) struct Engine {
    chain: Chain,
    rate: u32,
    longest: u32,
    input: Planar,
    sides: Vec<Planar>,
    /// Outputs of the last plugin beside its main one, with their places among all.
    extras: Vec<(usize, Planar)>,
    last: usize,
    midi: Vec<Midi>,
}

/// What an engine has beside its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) rate: u32,
    /// The longest block that the plugins take.
    pub(super) longest: u32,
    /// How many plugins.
    pub(super) plugins: usize,
    /// Channels of the first plugin's main input.
    pub(super) input: usize,
    /// Channels of each of its other inputs.
    pub(super) sides: Vec<usize>,
    /// Outputs of the last plugin beside its main one: place and channels.
    pub(super) extras: Vec<(usize, usize)>,
}

/// How long plugins may take where the driver waits; `docs/play.md` says so.
const PATIENT: Duration = Duration::from_secs(5);

impl Engine {
    pub(super) fn new(chain: Chain, shape: &Shape) -> Self {
        let planar = |channels: usize| Planar::new(channels, shape.longest as usize);
        Self {
            chain,
            rate: shape.rate,
            longest: shape.longest,
            input: planar(shape.input),
            sides: shape.sides.iter().take(SIDES).copied().map(planar).collect(),
            extras: shape.extras.iter().map(|(place, channels)| (*place, planar(*channels))).collect(),
            last: shape.plugins.saturating_sub(1),
            midi: Vec::with_capacity(EVENTS),
        }
    }

    /// A piece of a block that is no longer than the plugins take.
    fn piece(&mut self, moment: Moment, at: u32, frames: u32, ends: &mut impl Ends, meter: &Meter) {
        let (from, len) = (at as usize, frames as usize);
        for channel in 0..self.input.channels() {
            ends.read(0, channel, from, &mut self.input.channel_mut(channel)[..len]);
        }
        for (bus, side) in (1..).zip(&mut self.sides) {
            for channel in 0..side.channels() {
                ends.read(bus, channel, from, &mut side.channel_mut(channel)[..len]);
            }
        }
        self.gather(at, frames, ends, meter);
        let sides: [&Planar; SIDES] = std::array::from_fn(|at| self.sides.get(at).unwrap_or(&self.input));
        let block = Block {
            frames,
            transport: later(moment.transport, at, self.rate),
            input: &self.input,
            aux: &sides[..self.sides.len()],
            changes: &[],
            midi: &self.midi,
        };
        let (last, mut outcome) = (self.last, None);
        let dropped = self.chain.midi_dropped();
        let each = |plugin, became| {
            if plugin == last {
                outcome = Some(became);
            }
        };
        if moment.patient {
            self.chain.process_until(&block, Instant::now() + PATIENT, each);
        } else {
            self.chain.process(&block, each);
        }
        meter.midi_dropped.add(self.chain.midi_dropped() - dropped);
        if let Some(output) = self.chain.output() {
            for channel in 0..output.channels() {
                ends.write(0, channel, from, &output.channel(channel)[..len]);
            }
        }
        if ends.listens() {
            let (mut sent, mut dropped) = (0, 0);
            for message in self.chain.midi_out() {
                if ends.send(at + message.offset, message.bytes()) { sent += 1 } else { dropped += 1 }
            }
            meter.midi_out.add(sent);
            meter.midi_dropped.add(dropped);
        }
        self.write_extras(from, len, outcome, ends);
    }

    fn gather(&mut self, at: u32, frames: u32, ends: &mut impl Ends, meter: &Meter) {
        self.midi.clear();
        let (mut taken, mut dropped) = (0, 0);
        let mut take = |frame: u32, bytes: &[u8]| {
            let offset = frame.saturating_sub(at).min(frames - 1);
            match Midi::new(offset, bytes) {
                Some(message) if self.midi.len() < EVENTS => {
                    self.midi.push(message);
                    taken += 1;
                }
                _ => dropped += 1,
            }
        };
        while ends.receive(at + frames, &mut take) {}
        meter.midi_in.add(taken);
        meter.midi_dropped.add(dropped);
    }

    fn write_extras(&mut self, from: usize, len: usize, outcome: Option<Outcome>, ends: &mut impl Ends) {
        let (Some(outcome), Some(audio)) = (outcome, self.chain.stage(self.last)) else { return };
        for (bus, (place, extra)) in (1..).zip(&mut self.extras) {
            audio.read_output(*place, outcome, extra);
            for channel in 0..extra.channels() {
                ends.write(bus, channel, from, &extra.channel(channel)[..len]);
            }
        }
    }
}

/// A transport so many frames further on.
fn later(transport: Transport, frames: u32, rate: u32) -> Transport {
    if !transport.playing || frames == 0 {
        return transport;
    }
    let more = f64::from(frames) / f64::from(rate) * transport.tempo / 60.0;
    let quarters = transport.quarters.map(|before| before + more);
    let bar = match (transport.bar, quarters) {
        (Some(bar), Some(quarters)) => {
            let length = transport.quarters_per_bar();
            let bars = ((quarters - bar) / length).floor();
            Some(if bars.is_finite() { bar + bars * length } else { bar })
        }
        (bar, _) => bar,
    };
    Transport { position: transport.position + u64::from(frames), quarters, bar, ..transport }
}

/// An engine under way, in the driver's hands.
pub(super) struct Player {
    engine: Box<Engine>,
    fresh: Consumer<Box<Engine>>,
    old: Producer<Box<Engine>>,
    meter: Arc<Meter>,
}

/// The other end of a [`Player`]: hands it another engine. `[main-thread]`
pub(super) struct Exchange {
    fresh: Producer<Box<Engine>>,
    old: Consumer<Box<Engine>>,
}

impl Player {
    pub(super) fn new(engine: Box<Engine>, meter: Arc<Meter>) -> (Self, Exchange) {
        // One on its way each time; there is room for two, so that none is ever lost.
        let ((to_player, fresh), (old, from_player)) = (RingBuffer::new(1), RingBuffer::new(2));
        (Self { engine, fresh, old, meter }, Exchange { fresh: to_player, old: from_player })
    }

    /// Plays one block of any length.
    pub(super) fn play(&mut self, moment: Moment, frames: u32, ends: &mut impl Ends) {
        let started = Instant::now();
        let run = || {
            if !self.old.is_full()
                && let Ok(fresh) = self.fresh.pop()
            {
                let before = std::mem::replace(&mut self.engine, fresh);
                if let Err(rtrb::PushError::Full(before)) = self.old.push(before) {
                    // It was not full a moment ago, and nobody else fills it.
                    std::mem::forget(before);
                }
            }
            let engine = &mut self.engine;
            let mut at = 0;
            while at < frames {
                let piece = engine.longest.min(frames - at);
                engine.piece(moment, at, piece, ends, &self.meter);
                at += piece;
            }
        };
        let ((), counts) = count::armed(|| float::with(run));
        self.meter.allocations.add(u64::from(counts.taken) + u64::from(counts.freed));
        self.meter.note(frames, self.engine.rate, started.elapsed());
    }
}

impl Exchange {
    /// Hands over another engine, where the one before has arrived.
    pub(super) fn give(&mut self, engine: Box<Engine>) -> Result<(), Box<Engine>> {
        self.fresh.push(engine).map_err(|rtrb::PushError::Full(engine)| engine)
    }

    /// Drops the engines that are done; whether there was one.
    pub(super) fn clear(&mut self) -> bool {
        std::iter::from_fn(|| self.old.pop().ok()).count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_song_goes_on_within_a_block() {
        let start = Transport { quarters: Some(1.0), ..Transport::playing_at(100) };
        let later_on = later(start, 24_000, 48_000);
        assert_eq!((later_on.position, later_on.quarters), (24_100, Some(2.0)));
        let bars = Transport { quarters: Some(7.5), bar: Some(4.0), ..start };
        assert_eq!(later(bars, 6_000, 48_000).bar, Some(4.0));
        assert_eq!(later(bars, 12_000, 48_000).bar, Some(8.0));
        let still = Transport { playing: false, ..start };
        assert_eq!(later(still, 24_000, 48_000), still);
    }
}
