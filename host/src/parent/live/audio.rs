//! The audio end of a live plugin. `[audio-thread]`
//!
//! A block is sent and awaited for a part of its own length. What does not come in time passes dry, and the
//! late answer is dropped by its number when it comes; the plugin still gets every event, because blocks keep
//! their places in the shared memory. Nothing here allocates, frees, or waits for anything but that answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer};

use super::super::instance::Block;
use super::super::link::{Broken, Link, OutputBus, Taken, Wiring};
use super::shared::{Shared, count};
use crate::planar::Planar;
use crate::protocol::Mode;
use crate::shared::{Change, EVENTS, Midi, SLOTS, Status};

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The plugin's own sound.
    Processed,
    /// The input as it was, and why.
    Dry(Dry),
}

/// Why a block passed dry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dry {
    /// The answer did not come in time.
    Late,
    /// Too many blocks are on their way already.
    Behind,
    /// The plugin takes in a state, or restarts itself.
    Paused,
    /// The plugin returned an error, or the block made no sense.
    Refused,
    /// There is no plugin: its process has failed, and is being replaced if it can be.
    Absent,
}

/// Something new from the supervisor.
pub(super) enum Fresh {
    /// A child; its plugin is to have the values that are known when it is taken.
    Child(Box<Link>),
    /// The same child's buses are others.
    Wiring(Wiring),
    /// The child is gone.
    Gone,
}

/// How often one who waits for longer sees whether the child is still there.
const LOOK: Duration = Duration::from_millis(20);

/// What is to be dropped elsewhere.
pub(super) enum Old {
    Child(#[allow(dead_code, reason = "only dropped")] Box<Link>),
    Wiring(#[allow(dead_code, reason = "only dropped")] Wiring),
}

/// The audio end of a [`Live`](super::Live) plugin, for one thread.
pub struct Audio {
    pub(super) shared: Arc<Shared>,
    pub(super) fresh: Consumer<Fresh>,
    pub(super) old: Producer<Old>,
    link: Option<Box<Link>>,
    manner: Manner,
    /// Values for a new plugin's first block.
    replay: Vec<Change>,
    /// Events that wait for a block that can be sent, with those of the block at hand.
    changes: Vec<Change>,
    midi: Vec<Midi>,
    changes_out: Vec<Change>,
    midi_out: Vec<Midi>,
    sent: Option<Sent>,
    was_absent: bool,
}

/// How blocks are awaited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub(super) mode: Mode,
    /// The part of a block's length that its answer may take.
    pub(super) patience: f64,
    pub(super) rate: u32,
    /// How long a block may take offline.
    pub(super) limit: Duration,
}

/// A block between [`Audio::send`] and [`Audio::receive`].
#[derive(Clone, Copy, Debug)]
struct Sent {
    until: Instant,
    /// What is known already.
    fate: Result<(), Dry>,
}

impl Audio {
    pub(super) fn new(
        shared: Arc<Shared>,
        fresh: Consumer<Fresh>,
        old: Producer<Old>,
        manner: Manner,
    ) -> Self {
        let replay = shared.values.len();
        Self {
            shared,
            fresh,
            old,
            link: None,
            manner,
            replay: Vec::with_capacity(replay),
            changes: Vec::with_capacity(EVENTS),
            midi: Vec::with_capacity(EVENTS),
            // The answers to all blocks that may be on their way.
            changes_out: Vec::with_capacity(EVENTS * SLOTS as usize),
            midi_out: Vec::with_capacity(EVENTS * SLOTS as usize),
            sent: None,
            was_absent: false,
        }
    }

    /// Runs one block; the main output's channels go to `output`, which has as many frames at least.
    pub fn process(&mut self, block: &Block<'_>, output: &mut Planar) -> Outcome {
        self.send(block);
        self.receive(block, output)
    }

    /// Sends a block without waiting for its answer, so that several plugins can work at the same time; the
    /// answer must be [received](Self::receive) before the next one is sent.
    pub fn send(&mut self, block: &Block<'_>) {
        let until = self.until(block.frames);
        self.send_until(block, until);
    }

    /// The same with another moment until which the answer is awaited.
    pub fn send_until(&mut self, block: &Block<'_>, until: Instant) {
        self.take_fresh();
        self.changes_out.clear();
        self.midi_out.clear();
        let fate = self.try_send(block);
        self.was_absent = fate == Err(Dry::Absent);
        self.sent = Some(Sent { until, fate });
    }

    /// When the answer to a block of `frames` that begins now is late.
    #[must_use]
    pub fn until(&self, frames: u32) -> Instant {
        let wait = match self.manner.mode {
            Mode::Live => {
                let length = f64::from(frames) / f64::from(self.manner.rate);
                Duration::from_secs_f64(length * self.manner.patience)
            }
            Mode::Offline => self.manner.limit,
        };
        Instant::now() + wait
    }

    /// Takes the answer to the block that was sent.
    pub fn receive(&mut self, block: &Block<'_>, output: &mut Planar) -> Outcome {
        let fate = match self.sent.take() {
            Some(Sent { until, fate: Ok(()) }) => self.await_answer(until),
            Some(Sent { fate: Err(dry), .. }) => Err(dry),
            None => Err(Dry::Refused),
        };
        let shared = &self.shared;
        match fate {
            Ok(()) => {
                if let Some(link) = &self.link {
                    link.read(OutputBus::Main, output);
                }
                count(&shared.processed, 1);
                Outcome::Processed
            }
            Err(dry) => {
                pass(block, output);
                let counter = match dry {
                    Dry::Late => &shared.late,
                    Dry::Behind => &shared.behind,
                    Dry::Paused => &shared.paused,
                    Dry::Refused => &shared.refused,
                    Dry::Absent => &shared.absent,
                };
                count(counter, 1);
                Outcome::Dry(dry)
            }
        }
    }

    /// Parameter changes that came with the last block, late ones among them: meters, and what the plugin has
    /// moved by itself.
    #[must_use]
    pub fn changes_out(&self) -> &[Change] {
        &self.changes_out
    }

    /// MIDI messages that came with the last block; those of a late answer come at its start.
    #[must_use]
    pub fn midi_out(&self) -> &[Midi] {
        &self.midi_out
    }

    /// Whether there was no plugin that the last block could be sent to. One that fails while it works on a block
    /// has had its MIDI.
    pub(super) fn was_absent(&self) -> bool {
        self.was_absent
    }

    /// Whether the plugin takes MIDI at all.
    #[must_use]
    pub fn takes_midi(&self) -> bool {
        self.shared.takes_midi
    }

    /// Channels of the plugin's main output as it is now; 0 where there is no plugin.
    #[must_use]
    pub fn main_outputs(&self) -> u32 {
        self.link.as_ref().map_or(0, |link| link.main_outputs())
    }

    /// Copies any output of the last block, by its place in [`Active::outputs`](crate::Active::outputs); only
    /// after [`Outcome::Processed`], otherwise it is silent.
    pub fn read_output(&self, bus: usize, processed: Outcome, output: &mut Planar) {
        match (&self.link, processed) {
            (Some(link), Outcome::Processed) => link.read(OutputBus::Number(bus), output),
            _ => output.clear(),
        }
    }

    fn take_fresh(&mut self) {
        while let Ok(fresh) = self.fresh.pop() {
            let old = match fresh {
                Fresh::Child(link) => {
                    // Now, not when the child was made: what changed meanwhile has reached nobody.
                    let replay = &mut self.replay;
                    replay.clear();
                    self.shared.values.each_known(|index, native| {
                        replay.push(Change { index, offset: 0, native });
                    });
                    self.link.replace(link).map(Old::Child)
                }
                Fresh::Wiring(wiring) => match &mut self.link {
                    Some(link) => Some(Old::Wiring(link.rewire(wiring))),
                    None => Some(Old::Wiring(wiring)),
                },
                Fresh::Gone => self.link.take().map(Old::Child),
            };
            if let Some(old) = old {
                self.discard(old);
            }
        }
    }

    fn discard(&mut self, old: Old) {
        // There is room for more than the supervisor sends before it empties the queue.
        if let Err(rtrb::PushError::Full(old)) = self.old.push(old) {
            std::mem::forget(old);
        }
    }

    fn try_send(&mut self, block: &Block<'_>) -> Result<(), Dry> {
        self.keep_events(block);
        let Some(link) = &mut self.link else {
            // A new plugin gets the values; notes begin anew.
            self.changes.clear();
            self.midi.clear();
            return Err(Dry::Absent);
        };
        if block.frames == 0 || block.frames > link.max_block() {
            return Err(Dry::Refused);
        }
        self.drain()?;
        let Some(link) = &mut self.link else { return Err(Dry::Absent) };
        if link.waiting() >= SLOTS {
            return Err(Dry::Behind);
        }
        if !self.replay.is_empty() {
            // In front of what has come since, as far as there is room.
            let room = EVENTS - self.changes.len();
            let replayed = self.replay.len().min(room);
            // As they are now: what did not fit into an earlier block may have been set since.
            let values = &self.shared.values;
            let now = |old: &Change| Change { native: values.get(old.index).unwrap_or(old.native), ..*old };
            self.changes.extend(self.replay[..replayed].iter().map(now));
            self.changes.rotate_right(replayed);
            self.replay.drain(..replayed);
        }
        link.send(block, &self.changes, &self.midi);
        self.changes.clear();
        self.midi.clear();
        Ok(())
    }

    /// Puts the block's events behind those that wait, which belong to earlier frames.
    fn keep_events(&mut self, block: &Block<'_>) {
        for change in &mut self.changes {
            change.offset = 0;
        }
        for message in &mut self.midi {
            message.offset = 0;
        }
        let mut lost = 0;
        for change in block.changes {
            self.shared.note(change.index, change.native);
            if self.changes.len() < EVENTS && change.offset < block.frames {
                self.changes.push(*change);
            } else {
                lost += 1;
            }
        }
        for message in block.midi {
            if self.midi.len() < EVENTS && message.offset < block.frames {
                self.midi.push(*message);
            } else {
                lost += 1;
            }
        }
        if lost > 0 {
            count(&self.shared.lost_events, lost);
        }
    }

    /// Looks at the answers that have come too late.
    fn drain(&mut self) -> Result<(), Dry> {
        while self.take()?.is_some() {
            count(&self.shared.dropped, 1);
            // What it put out belongs to frames that are over.
            self.changes_out.iter_mut().for_each(|change| change.offset = 0);
            self.midi_out.iter_mut().for_each(|message| message.offset = 0);
        }
        Ok(())
    }

    fn await_answer(&mut self, until: Instant) -> Result<(), Dry> {
        let Some(link) = &mut self.link else { return Err(Dry::Absent) };
        loop {
            let look = until.min(Instant::now() + LOOK);
            match link.wait(look) {
                Ok(true) => break,
                Ok(false) if look == until => break,
                // Nobody answers any more; the next block finds out what there is instead.
                Ok(false) if matches!(self.fresh.peek(), Ok(Fresh::Gone)) => return Err(Dry::Absent),
                Ok(false) => {}
                Err(Broken) => return Err(self.broken()),
            }
        }
        while let Some(Taken { status, last, .. }) = self.take()? {
            if last {
                return match status {
                    Status::Ok => Ok(()),
                    Status::Paused => Err(Dry::Paused),
                    Status::Refused | Status::BadBlock => Err(Dry::Refused),
                };
            }
            count(&self.shared.dropped, 1);
            self.changes_out.iter_mut().for_each(|change| change.offset = 0);
            self.midi_out.iter_mut().for_each(|message| message.offset = 0);
        }
        Err(Dry::Late)
    }

    /// Takes the oldest answer's events.
    fn take(&mut self) -> Result<Option<Taken>, Dry> {
        let Some(link) = &mut self.link else { return Err(Dry::Absent) };
        let first = self.changes_out.len();
        match link.take(&mut self.changes_out, &mut self.midi_out) {
            Ok(taken) => {
                for change in &self.changes_out[first..] {
                    self.shared.note(change.index, change.native);
                }
                if let Some(Taken { lost: lost @ 1.., .. }) = taken {
                    count(&self.shared.lost_events, lost.into());
                }
                Ok(taken)
            }
            Err(Broken) => Err(self.broken()),
        }
    }

    /// The child is not believed any more; the supervisor replaces it.
    fn broken(&mut self) -> Dry {
        if let Some(link) = self.link.take() {
            self.discard(Old::Child(link));
        }
        self.shared.broken.store(true, Ordering::Release);
        Dry::Absent
    }
}

/// The input as it is: channel by channel, a mono one to all; silence where there is none.
fn pass(block: &Block<'_>, output: &mut Planar) {
    let (input, frames) = (block.input, block.frames as usize);
    for channel in 0..output.channels() {
        let from = if input.channels() == 1 { 0 } else { channel };
        let to = output.channel_mut(channel);
        let len = frames.min(to.len());
        if from < input.channels() {
            let from = &input.channel(from)[..len.min(input.frames())];
            to[..from.len()].copy_from_slice(from);
            to[from.len()..len].fill(0.0);
        } else {
            to[..len].fill(0.0);
        }
    }
}
