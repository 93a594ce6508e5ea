//! The audio's way to one child and back, seen from the parent. `[audio-thread]`
//!
//! Nothing here allocates, and nothing but [`Link::wait`] waits. What comes from the child is checked: a
//! number that makes no sense means that the memory was overwritten.

use std::sync::Arc;
use std::time::Instant;

use super::instance::{Active, Block};
use crate::info::{Bus, BusKind};
use crate::planar::Planar;
use crate::shared::{Change, Direction, Head, LookOut, Memory, Midi, SLOTS, Status, reached};

/// The shared memory holds what no child would write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// Where the channels of each bus are.
#[derive(Clone, Debug, Default)]
pub(super) struct Wiring {
    inputs: Vec<Place>,
    outputs: Vec<Place>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    main: bool,
    first: u32,
    count: u32,
}

impl Wiring {
    pub(super) fn new(active: &Active) -> Self {
        Self { inputs: places(&active.inputs), outputs: places(&active.outputs) }
    }
}

fn places(buses: &[Bus]) -> Vec<Place> {
    let (mut next, mut seen) = (0, false);
    let place = |bus: &Bus| {
        let main = bus.kind == BusKind::Main && !seen;
        seen |= main;
        let first = next;
        next += bus.channels;
        Place { main, first, count: bus.channels }
    };
    buses.iter().map(place).collect()
}

/// The way to one child.
pub(super) struct Link {
    memory: Arc<Memory>,
    wiring: Wiring,
    /// How many parameters the plugin has.
    parameters: u32,
    /// Number of the last block that was asked for; the shared memory's own may be overwritten.
    asked: u32,
    /// Number of the last block whose answer was looked at.
    taken: u32,
    /// Frames of the blocks on their way.
    frames: [u32; SLOTS as usize],
    look_out: LookOut,
    spin: bool,
}

impl Link {
    pub(super) fn new(memory: &Arc<Memory>, active: &Active, parameters: u32, spin: bool) -> Self {
        // A plugin that was activated before goes on counting.
        let asked = memory.asked();
        Self {
            memory: Arc::clone(memory),
            wiring: Wiring::new(active),
            parameters,
            asked,
            taken: asked,
            frames: [0; SLOTS as usize],
            look_out: LookOut::new(),
            spin,
        }
    }

    /// The longest block.
    pub(super) fn max_block(&self) -> u32 {
        self.memory.sizes().max_block
    }

    /// The plugin's buses are others now. Returns the old ones, to be dropped elsewhere.
    pub(super) fn rewire(&mut self, wiring: Wiring) -> Wiring {
        std::mem::replace(&mut self.wiring, wiring)
    }

    /// Channels of the main output.
    pub(super) fn main_outputs(&self) -> u32 {
        self.wiring.outputs.iter().find(|place| place.main).map_or(0, |place| place.count)
    }

    /// Blocks on their way.
    pub(super) fn waiting(&self) -> u32 {
        self.asked.wrapping_sub(self.taken)
    }

    /// Sends a block, whose size and events are in order; there must be room for it.
    pub(super) fn send(&mut self, block: &Block<'_>, changes: &[Change], midi: &[Midi]) {
        let number = self.asked.wrapping_add(1);
        let memory = &*self.memory;
        let frames = block.frames as usize;
        let (mut fed, mut aux) = (0_u64, block.aux.iter());
        for (place, bit) in self.wiring.inputs.iter().zip(0_u32..) {
            let signal = if place.main { Some(block.input) } else { aux.next().copied() };
            if signal.is_some() {
                fed |= 1_u64.checked_shl(bit).unwrap_or(0);
            }
            for channel in 0..place.count {
                let to = place.first + channel;
                match signal.filter(|signal| (channel as usize) < signal.channels()) {
                    Some(signal) => {
                        let samples = signal.channel(channel as usize);
                        let samples = &samples[..frames.min(samples.len())];
                        memory.write_channel(number, Direction::Input, to, samples);
                    }
                    None => memory.silence(number, Direction::Input, to, frames),
                }
            }
        }
        memory.write_head(number, &Head { frames: block.frames, transport: block.transport, fed });
        memory.write_events(number, Direction::Input, changes, midi);
        self.frames[(number % SLOTS) as usize] = block.frames;
        self.asked = number;
        memory.ask(number);
    }

    /// Waits for the answer to the last block, until some moment; whether it is there.
    pub(super) fn wait(&mut self, until: Instant) -> Result<bool, Broken> {
        let number = self.asked;
        if !self.spin && !self.memory.is_answered(number) {
            let memory = &*self.memory;
            self.look_out.keep(Some(until), || memory.is_answered(number));
        }
        let there = self.memory.await_answer(number, until, self.spin);
        self.check().map(|()| there)
    }

    /// Whether the child's number is one that it may have.
    fn check(&self) -> Result<(), Broken> {
        let answered = self.memory.answered();
        if reached(answered, self.taken) && reached(self.asked, answered) { Ok(()) } else { Err(Broken) }
    }

    /// Takes the events of the oldest answer that was not looked at; its audio can be [read](Self::read)
    /// until the next block is sent. `None` where there is none.
    pub(super) fn take(
        &mut self,
        changes: &mut Vec<Change>,
        midi: &mut Vec<Midi>,
    ) -> Result<Option<Taken>, Broken> {
        self.check()?;
        if self.taken == self.memory.answered() {
            return Ok(None);
        }
        let number = self.taken.wrapping_add(1);
        self.taken = number;
        let frames = self.frames[(number % SLOTS) as usize];
        let first = changes.len();
        let lost = self.memory.read_events(number, Direction::Output, frames, changes, midi);
        let mut at = first;
        while at < changes.len() {
            if changes[at].index < self.parameters {
                at += 1;
            } else {
                changes.remove(at);
            }
        }
        let status = self.memory.status(number);
        Ok(Some(Taken { status, lost, last: number == self.asked }))
    }

    /// Copies one output bus of the last block; channels beyond its own are silent.
    pub(super) fn read(&self, bus: OutputBus, output: &mut Planar) {
        let place = match bus {
            OutputBus::Main => self.wiring.outputs.iter().find(|place| place.main),
            OutputBus::Number(number) => self.wiring.outputs.get(number),
        };
        let frames = self.frames[(self.asked % SLOTS) as usize] as usize;
        let count = place.map_or(0, |place| place.count);
        for channel in 0..output.channels() {
            let samples = output.channel_mut(channel);
            let len = frames.min(samples.len());
            match place {
                Some(place) if (channel as u32) < count => {
                    let from = place.first + channel as u32;
                    self.memory.read_channel(self.asked, Direction::Output, from, &mut samples[..len]);
                }
                _ => samples[..len].fill(0.0),
            }
        }
    }
}

/// Which output.
#[derive(Clone, Copy, Debug)]
pub(super) enum OutputBus {
    Main,
    Number(usize),
}

/// What an answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) status: Status,
    /// Events that found no place or made no sense.
    pub(super) lost: u32,
    /// It is the answer to the last block; otherwise it is late.
    pub(super) last: bool,
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsFd as _;

    use super::*;
    use crate::info::{Tail, Timing};
    use crate::shared::{Sizes, Transport};

    fn bus(kind: BusKind, channels: u32) -> Bus {
        Bus { name: String::new(), kind, channels }
    }

    fn linked() -> (Link, Memory) {
        let (memory, fd) = Memory::create(Sizes { max_block: 4, inputs: 4, outputs: 4 }).unwrap();
        let child = Memory::attach(fd.as_fd()).unwrap();
        let active = Active {
            inputs: vec![bus(BusKind::Main, 2), bus(BusKind::Aux, 1)],
            outputs: vec![bus(BusKind::Main, 1), bus(BusKind::Aux, 1)],
            timing: Timing { latency: 0, tail: Tail::Unknown },
            priority: None,
        };
        (Link::new(&Arc::new(memory), &active, 3, false), child)
    }

    fn lists() -> (Vec<Change>, Vec<Midi>) {
        (Vec::with_capacity(8), Vec::with_capacity(8))
    }

    #[test]
    fn buses_go_to_their_places_and_come_back() {
        let (mut link, child) = linked();
        let (mut main, mut side, mut output) = (Planar::new(1, 4), Planar::new(1, 4), Planar::new(2, 4));
        main.channel_mut(0).fill(1.0);
        side.channel_mut(0).fill(2.0);
        output.channel_mut(1).fill(9.0);
        let transport = Transport::playing_at(0);
        let sides = [&side];
        let block = Block { frames: 4, transport, input: &main, aux: &sides, changes: &[], midi: &[] };
        link.send(&block, &[], &[]);
        let number = child.asked();
        assert_eq!(child.read_head(number).map(|head| head.fed), Some(3));
        for (channel, expected) in [(0, 1.0), (1, 0.0), (2, 2.0)] {
            let mut got = [7.0; 4];
            child.read_channel(number, Direction::Input, channel, &mut got);
            assert_eq!(got, [expected; 4]);
        }
        child.write_channel(number, Direction::Output, 0, &[3.0; 4]);
        child.write_channel(number, Direction::Output, 1, &[4.0; 4]);
        let events = [0, 3, 2].map(|index| Change { index, offset: 0, native: 0.5 });
        child.write_events(number, Direction::Output, &events, &[]);
        child.answer(number, Status::Ok);
        assert_eq!(link.wait(Instant::now()), Ok(true));
        let (mut changes, mut midi) = lists();
        let taken = link.take(&mut changes, &mut midi).unwrap().unwrap();
        assert_eq!((taken.status, taken.last), (Status::Ok, true));
        assert_eq!(changes.iter().map(|change| change.index).collect::<Vec<_>>(), [0, 2]);
        link.read(OutputBus::Main, &mut output);
        assert_eq!((output.channel(0), output.channel(1)), (&[3.0; 4][..], &[0.0; 4][..]));
        link.read(OutputBus::Number(1), &mut output);
        assert_eq!(output.channel(0), [4.0; 4]);
    }

    #[test]
    fn late_answers_are_told_apart_by_their_numbers() {
        let (mut link, child) = linked();
        let input = Planar::new(2, 4);
        let block = Block {
            frames: 4,
            transport: Transport::playing_at(0),
            input: &input,
            aux: &[],
            changes: &[],
            midi: &[],
        };
        let (mut changes, mut midi) = lists();
        link.send(&block, &[], &[]);
        assert_eq!(link.wait(Instant::now()), Ok(false));
        link.send(&block, &[], &[]);
        assert_eq!(link.waiting(), 2);
        child.answer(1, Status::Ok);
        assert_eq!(link.wait(Instant::now()), Ok(false), "that was the one before");
        assert!(!link.take(&mut changes, &mut midi).unwrap().unwrap().last);
        assert_eq!(link.take(&mut changes, &mut midi), Ok(None));
        child.answer(2, Status::Ok);
        assert_eq!(link.wait(Instant::now()), Ok(true));
        assert!(link.take(&mut changes, &mut midi).unwrap().unwrap().last);
    }

    #[test]
    fn numbers_that_make_no_sense_are_seen() {
        for nonsense in [2, u32::MAX, 0xDEAD_BEEF] {
            let (mut link, child) = linked();
            let (mut changes, mut midi) = lists();
            child.answer(nonsense, Status::Ok);
            assert_eq!(link.take(&mut changes, &mut midi), Err(Broken));
            assert_eq!(link.wait(Instant::now()), Err(Broken));
        }
    }
}
