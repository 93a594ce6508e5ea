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
        Self { stages: plugins.into_iter().map(stage).collect(), midi: Vec::with_capacity(EVENTS) }
    }

    /// Runs one block through all of them. Its parameter changes are the first plugin's; MIDI goes to the
    /// first, and what a plugin gives out goes to the next. `each` hears what became of the block in each
    /// plugin. The result is in [`output`](Self::output).
    ///
    /// The whole chain has the time that the first plugin alone would have.
    pub fn process(&mut self, block: &Block<'_>, mut each: impl FnMut(usize, Outcome)) {
        let until: Option<Instant> = self.stages.first().map(|stage| stage.audio.until(block.frames));
        for at in 0..self.stages.len() {
            let (before, rest) = self.stages.split_at_mut(at);
            let (Some(stage), Some(until)) = (rest.first_mut(), until) else { return };
            let step = match before.last() {
                None => *block,
                Some(last) => {
                    Block { input: &last.output, aux: &[], changes: &[], midi: &self.midi, ..*block }
                }
            };
            stage.audio.send_until(&step, until);
            let outcome = stage.audio.receive(&step, &mut stage.output);
            each(at, outcome);
            self.midi.clear();
            let frames = block.frames;
            let room = self.midi.capacity();
            let made = stage.audio.midi_out().iter().filter(|message| message.offset < frames);
            self.midi.extend(made.take(room));
        }
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
