//! Several live plugins one after the other. `[audio-thread]`

use std::time::Instant;

use super::audio::{Audio, Outcome};
use crate::parent::instance::Block;
use crate::planar::Planar;
use crate::shared::{EVENTS, Midi};

/// A chain of plugins, each in its own process. They share one deadline: what comes too late passes dry, and
/// the rest of the chain still gets it.
pub struct Chain {
    stages: Vec<Stage>,
    midi: Vec<Midi>,
    order: Order,
    dropped: u64,
}

struct Stage {
    audio: Audio,
    output: Planar,
}

impl Chain {
    /// A chain of these plugins with so many output channels each, for blocks of up to `max_block` frames.
    #[must_use]
    pub fn new(plugins: impl IntoIterator<Item = (Audio, usize)>, max_block: u32) -> Self {
        let stage = |(audio, channels)| Stage { audio, output: Planar::new(channels, max_block as usize) };
        Self {
            stages: plugins.into_iter().map(stage).collect(),
            midi: Vec::with_capacity(EVENTS),
            order: Order::new(),
            dropped: 0,
        }
    }

    /// Runs one block through all of them. Its parameter changes are the first plugin's; MIDI goes to the
    /// first that takes any, and what that one gives out goes to the next; past one that is
    /// [absent](super::Dry::Absent) it goes as the sound does. Mono fills all channels there are.
    /// `each` hears what became of the block in each plugin. The result is in [`output`](Self::output) and
    /// [`midi_out`](Self::midi_out).
    ///
    /// The whole chain has the time that the first plugin alone would have.
    pub fn process(&mut self, block: &Block<'_>, each: impl FnMut(usize, Outcome)) {
        if let Some(until) = self.stages.first().map(|stage| stage.audio.until(block.frames)) {
            self.process_until(block, until, each);
        }
    }

    /// The same with another moment until which all answers are awaited.
    pub fn process_until(
        &mut self,
        block: &Block<'_>,
        until: Instant,
        mut each: impl FnMut(usize, Outcome),
    ) {
        for at in 0..self.stages.len() {
            let (before, rest) = self.stages.split_at_mut(at);
            let Some(stage) = rest.first_mut() else { return };
            let step = match before.last() {
                None => *block,
                Some(last) => {
                    Block { input: &last.output, aux: &[], changes: &[], midi: &self.midi, ..*block }
                }
            };
            stage.audio.send_until(&step, until);
            let outcome = stage.audio.receive(&step, &mut stage.output);
            let frames = block.frames as usize;
            if outcome == Outcome::Processed && stage.audio.main_outputs() == 1 {
                stage.output.spread(frames.min(stage.output.frames()));
            }
            each(at, outcome);
            let passes = !stage.audio.takes_midi() || stage.audio.was_absent();
            if at == 0 || !passes {
                self.midi.clear();
            }
            let past = if at == 0 && passes { block.midi } else { &[] };
            for message in past.iter().chain(stage.audio.midi_out()) {
                if message.offset < block.frames && self.midi.len() < EVENTS {
                    self.midi.push(*message);
                } else {
                    self.dropped += 1;
                }
            }
            self.order.put(&mut self.midi);
        }
    }

    /// The messages that leave the last plugin, in order of their offsets.
    #[must_use]
    pub fn midi_out(&self) -> &[Midi] {
        &self.midi
    }

    /// MIDI messages so far for which there was no room between the plugins or behind the last one, or which
    /// made no sense.
    #[must_use]
    pub fn midi_dropped(&self) -> u64 {
        self.dropped
    }

    /// What the last plugin gave out.
    #[must_use]
    pub fn output(&self) -> Option<&Planar> {
        self.stages.last().map(|stage| &stage.output)
    }

    /// One plugin's audio end.
    pub fn stage(&mut self, at: usize) -> Option<&mut Audio> {
        self.stages.get_mut(at).map(|stage| &mut stage.audio)
    }
}

/// Puts messages in order, with the memory that it takes.
struct Order {
    keys: Vec<(u32, u32)>,
    sorted: Vec<Midi>,
}

impl Order {
    fn new() -> Self {
        Self { keys: Vec::with_capacity(EVENTS), sorted: Vec::with_capacity(EVENTS) }
    }

    /// Puts up to [`EVENTS`] messages in order of their offsets; those of one frame stay in theirs.
    fn put(&mut self, messages: &mut Vec<Midi>) {
        if messages.is_sorted_by_key(|message| message.offset) {
            return;
        }
        let Self { keys, sorted } = self;
        keys.clear();
        keys.extend((0..).zip(&*messages).map(|(at, message)| (message.offset, at)));
        // The stable sort would take memory.
        keys.sort_unstable();
        sorted.clear();
        sorted.extend(keys.iter().map(|(_, at)| messages[*at as usize]));
        std::mem::swap(messages, sorted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_one_frame_stay_in_their_order() {
        let message = |offset, key| Midi::new(offset, &[0x90, key, 1]).unwrap();
        let mut messages = vec![message(3, 0), message(1, 1), message(3, 2), message(0, 3), message(1, 4)];
        Order::new().put(&mut messages);
        let order: Vec<_> = messages.iter().map(|message| (message.offset, message.bytes()[1])).collect();
        assert_eq!(order, [(0, 3), (1, 1), (1, 4), (3, 0), (3, 2)]);
    }
}
