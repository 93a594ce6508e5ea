//! What is put into a block's slot and taken out of it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::layout::{Counts, Slot};
use super::{Change, Direction, EVENTS, Memory, Midi, Status, Transport};

const PLAYING: u32 = 1;
const RECORDING: u32 = 2;
const QUARTERS: u32 = 4;
const BAR: u32 = 8;
const CYCLE: u32 = 16;

/// A block as the child finds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) frames: u32,
    pub(crate) transport: Transport,
    /// Input buses that carry a signal, one bit each.
    pub(crate) fed: u64,
}

impl Slot {
    fn counts(&self, direction: Direction) -> &Counts {
        match direction {
            Direction::Input => &self.question.counts,
            Direction::Output => &self.reply.counts,
        }
    }
}

// All of it is published by the hand-over's number, so the order within does not matter.
impl Memory {
    /// Puts the block's size and transport in place.
    pub(crate) fn write_head(&self, number: u32, Head { frames, transport, fed }: &Head) {
        let slot = &self.slot(number).question;
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        let flags = flag(transport.playing, PLAYING)
            | flag(transport.recording, RECORDING)
            | flag(transport.quarters.is_some(), QUARTERS)
            | flag(transport.bar.is_some(), BAR)
            | flag(transport.cycle.is_some(), CYCLE);
        slot.frames.store(*frames, Ordering::Relaxed);
        slot.flags.store(flags, Ordering::Relaxed);
        slot.position.store(transport.position, Ordering::Relaxed);
        slot.tempo.store(transport.tempo.to_bits(), Ordering::Relaxed);
        slot.numerator.store(transport.numerator, Ordering::Relaxed);
        slot.denominator.store(transport.denominator, Ordering::Relaxed);
        // Nobody reads what the flags don't announce.
        if let Some(quarters) = transport.quarters {
            slot.quarters.store(quarters.to_bits(), Ordering::Relaxed);
        }
        if let Some(bar) = transport.bar {
            slot.bar.store(bar.to_bits(), Ordering::Relaxed);
        }
        for (end, value) in slot.cycle.iter().zip(transport.cycle.into_iter().flatten()) {
            end.store(value.to_bits(), Ordering::Relaxed);
        }
        slot.fed.store(*fed, Ordering::Relaxed);
    }

    /// The block's size and transport; `None` where the size is out of bounds.
    pub(crate) fn read_head(&self, number: u32) -> Option<Head> {
        let slot = &self.slot(number).question;
        let frames = slot.frames.load(Ordering::Relaxed);
        if !(1..=self.sizes().max_block).contains(&frames) {
            return None;
        }
        let flags = slot.flags.load(Ordering::Relaxed);
        let value = |word: &AtomicU64| f64::from_bits(word.load(Ordering::Relaxed));
        let announced = |flag, word: &AtomicU64| (flags & flag != 0).then(|| value(word));
        let transport = Transport {
            playing: flags & PLAYING != 0,
            recording: flags & RECORDING != 0,
            position: slot.position.load(Ordering::Relaxed),
            tempo: value(&slot.tempo),
            numerator: slot.numerator.load(Ordering::Relaxed),
            denominator: slot.denominator.load(Ordering::Relaxed),
            quarters: announced(QUARTERS, &slot.quarters),
            bar: announced(BAR, &slot.bar),
            cycle: (flags & CYCLE != 0).then(|| [value(&slot.cycle[0]), value(&slot.cycle[1])]),
        };
        Some(Head { frames, transport, fed: slot.fed.load(Ordering::Relaxed) })
    }

    /// Puts the events of one direction in place; what does not fit is counted as lost.
    pub(crate) fn write_events(
        &self,
        number: u32,
        direction: Direction,
        changes: &[Change],
        midi: &[Midi],
    ) {
        let events = self.events(number, direction);
        for (slot, change) in events.changes.iter().zip(changes) {
            slot.index.store(change.index, Ordering::Relaxed);
            slot.offset.store(change.offset, Ordering::Relaxed);
            slot.value.store(change.native.to_bits(), Ordering::Relaxed);
        }
        for (slot, message) in events.midi.iter().zip(midi) {
            let mut data = [0; 8];
            data[..message.bytes().len()].copy_from_slice(message.bytes());
            slot.offset.store(message.offset, Ordering::Relaxed);
            slot.len.store(message.bytes().len() as u32, Ordering::Relaxed);
            slot.port.store(message.port.into(), Ordering::Relaxed);
            slot.data.store(u64::from_le_bytes(data), Ordering::Relaxed);
        }
        let lost = changes.len().saturating_sub(EVENTS) + midi.len().saturating_sub(EVENTS);
        let counts = self.slot(number).counts(direction);
        counts.changes.store(changes.len().min(EVENTS) as u32, Ordering::Relaxed);
        counts.midi.store(midi.len().min(EVENTS) as u32, Ordering::Relaxed);
        counts.lost.store(lost as u32, Ordering::Relaxed);
    }

    /// Appends the events of one direction to the two lists, leaving out those that make no sense in a block
    /// of `frames` and those for which the lists have no room; returns how many were lost or left out.
    pub(crate) fn read_events(
        &self,
        number: u32,
        direction: Direction,
        frames: u32,
        changes: &mut Vec<Change>,
        midi: &mut Vec<Midi>,
    ) -> u32 {
        let (counts, events) = (self.slot(number).counts(direction), self.events(number, direction));
        let mut dropped = counts.lost.load(Ordering::Relaxed);
        let count = counts.changes.load(Ordering::Relaxed) as usize;
        for slot in events.changes.iter().take(count) {
            let change = Change {
                index: slot.index.load(Ordering::Relaxed),
                offset: slot.offset.load(Ordering::Relaxed),
                native: f64::from_bits(slot.value.load(Ordering::Relaxed)),
            };
            if change.offset < frames && change.native.is_finite() && changes.len() < changes.capacity() {
                changes.push(change);
            } else {
                dropped = dropped.saturating_add(1);
            }
        }
        let count = counts.midi.load(Ordering::Relaxed) as usize;
        for slot in events.midi.iter().take(count) {
            let offset = slot.offset.load(Ordering::Relaxed);
            let len = slot.len.load(Ordering::Relaxed) as usize;
            let port = slot.port.load(Ordering::Relaxed).min(u8::MAX.into()) as u8;
            let data = slot.data.load(Ordering::Relaxed).to_le_bytes();
            let message = data.get(..len).and_then(|bytes| Midi::new(offset, bytes));
            match message.filter(|m| m.offset < frames && midi.len() < midi.capacity()) {
                Some(message) => midi.push(message.on_port(port)),
                None => dropped = dropped.saturating_add(1),
            }
        }
        dropped
    }

    /// Says how a block went, before it is answered.
    pub(crate) fn write_status(&self, number: u32, status: Status) {
        self.slot(number).reply.status.store(status.to_word(), Ordering::Relaxed);
    }

    /// How an answered block went.
    pub(crate) fn status(&self, number: u32) -> Status {
        Status::from_word(self.slot(number).reply.status.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::Sizes;

    fn memory() -> Memory {
        Memory::create(Sizes { max_block: 100, inputs: 2, outputs: 3 }).unwrap().0
    }

    fn room() -> (Vec<Change>, Vec<Midi>) {
        (Vec::with_capacity(EVENTS), Vec::with_capacity(EVENTS))
    }

    #[test]
    fn a_block_comes_out_as_it_went_in() {
        let memory = memory();
        let changes = [Change { index: 4, offset: 99, native: -0.5 }];
        let midi = [Midi::new(7, &[0x90, 1, 2]).unwrap().on_port(3)];
        memory.write_events(1, Direction::Input, &changes, &midi);
        let plain = Transport::playing_at(5);
        let full = Transport {
            recording: true,
            quarters: Some(1.5),
            bar: Some(-4.0),
            cycle: Some([0.0, 8.0]),
            ..plain
        };
        for transport in [full, plain, Transport { playing: false, ..plain }] {
            let head = Head { frames: 100, transport, fed: 5 };
            memory.write_head(1, &head);
            assert_eq!(memory.read_head(1), Some(head));
        }
        let (mut got_changes, mut got_midi) = room();
        assert_eq!(memory.read_events(1, Direction::Input, 100, &mut got_changes, &mut got_midi), 0);
        assert_eq!((got_changes.as_slice(), got_midi.as_slice()), (&changes[..], &midi[..]));
        memory.write_events(2, Direction::Input, &[], &[]);
        let (mut again, mut more) = room();
        memory.read_events(1, Direction::Input, 100, &mut again, &mut more);
        assert_eq!(again, changes, "slots are apart");
        memory.write_status(1, Status::Paused);
        assert_eq!((memory.status(1), memory.status(2)), (Status::Paused, Status::Ok));
    }

    #[test]
    fn nonsense_from_the_other_side_is_left_out() {
        let memory = memory();
        for bad in [0, 101, u32::MAX] {
            memory.write_head(0, &Head { frames: bad, transport: Transport::playing_at(0), fed: 0 });
            assert_eq!(memory.read_head(0), None);
        }
        let bad = [
            Change { index: 0, offset: 10, native: 1.0 },
            Change { index: 0, offset: 0, native: f64::NAN },
        ];
        memory.write_events(0, Direction::Output, &bad, &[Midi::new(10, &[1]).unwrap()]);
        let counts = memory.slot(0).counts(Direction::Output);
        memory.events(0, Direction::Output).midi[1].len.store(9, Ordering::Relaxed);
        counts.midi.store(2, Ordering::Relaxed);
        let (mut changes, mut midi) = room();
        assert_eq!(memory.read_events(0, Direction::Output, 10, &mut changes, &mut midi), 4);
        assert!(changes.is_empty() && midi.is_empty());
        counts.changes.store(u32::MAX, Ordering::Relaxed);
        counts.midi.store(u32::MAX, Ordering::Relaxed);
        for _ in 0..3 {
            memory.read_events(0, Direction::Output, 10, &mut changes, &mut midi);
        }
        assert!(changes.len() <= EVENTS && midi.len() <= EVENTS, "without a new allocation");
        memory.slot(0).reply.status.store(77, Ordering::Relaxed);
        assert_eq!(memory.status(0), Status::BadBlock);
    }

    #[test]
    fn too_many_events_are_counted() {
        let memory = memory();
        let many = vec![Change { index: 0, offset: 0, native: 0.0 }; EVENTS + 5];
        memory.write_events(0, Direction::Input, &many, &[]);
        let (mut changes, mut midi) = room();
        assert_eq!(memory.read_events(0, Direction::Input, 1, &mut changes, &mut midi), 5);
        assert_eq!(changes.len(), EVENTS);
    }
}
