//! This host's own round trip, as it is measured beside the floors.

use super::noise;
use crate::error::{Error, Result};
use crate::parent::{Audio, Block, Host, Live, Options, Outcome, Setup};
use crate::planar::Planar;
use crate::protocol::Mode;
use crate::shared::{Change, Transport};
use crate::target::Target;

/// Frames of the blocks that are measured.
const FRAMES: u32 = 64;

/// What the plugin at the other end is, and what it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Stereo audio and nothing else.
    Audio,
    /// The same, by a plugin with 100 parameters that stay as they are.
    Idle,
    /// The same, and all of them change in every block.
    Changed,
    /// Stereo audio and nothing else, and both sides look for each other instead of sleeping.
    Spin,
}

impl Case {
    pub(crate) const ALL: [Self; 4] = [Self::Audio, Self::Idle, Self::Changed, Self::Spin];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Audio => "64 frames, stereo",
            Self::Idle => "and 100 parameters, idle",
            Self::Changed => "and 100 parameters, all changed",
            Self::Spin => "64 frames, stereo, spinning",
        }
    }
}

/// A plugin in its process.
pub(crate) struct Ours {
    plugin: Live,
    audio: Audio,
    input: Planar,
    output: Planar,
    /// Those of even blocks and of odd ones.
    changes: [Vec<Change>; 2],
    blocks: u64,
}

impl Ours {
    /// Starts it, on the cores of the calling thread, and runs one block.
    pub(crate) fn start(case: Case) -> Result<Self> {
        let name = match case {
            Case::Audio | Case::Spin => "__through__",
            Case::Idle | Case::Changed => "__parameters_100__",
        };
        let setup = Setup { max_block: FRAMES, ..Setup::default() };
        // Offline, as the audio thread then has no other priority than the floors.
        let options = Options {
            setup,
            inputs: Some(2),
            mode: Mode::Offline,
            spin: case == Case::Spin,
            tries: 0,
            ..Options::default()
        };
        let (plugin, audio) = Host::new().live(&Target::parse(name)?, options)?;
        let changed = if case == Case::Changed { plugin.info().parameters.len() as u32 } else { 0 };
        let changes = [0.25, 0.75]
            .map(|native| {
                (0..changed).map(|index| Change { index, offset: index % FRAMES, native }).collect()
            })
            .map(in_order);
        let mut input = Planar::new(2, FRAMES as usize);
        for channel in 0..2 {
            input.channel_mut(channel).copy_from_slice(&noise(channel as u64, FRAMES as usize));
        }
        let output = Planar::new(2, FRAMES as usize);
        let mut ours = Self { plugin, audio, input, output, changes, blocks: 0 };
        ours.round_trip()?;
        ours.check()?;
        Ok(ours)
    }

    /// One block, there and back.
    pub(crate) fn round_trip(&mut self) -> Result<()> {
        let block = Block {
            frames: FRAMES,
            transport: Transport::playing_at(self.blocks * u64::from(FRAMES)),
            input: &self.input,
            aux: &[],
            changes: &self.changes[(self.blocks % 2) as usize],
            midi: &[],
        };
        self.blocks += 1;
        match self.audio.process(&block, &mut self.output) {
            Outcome::Processed => Ok(()),
            Outcome::Dry(_) => Err(self.broken()),
        }
    }

    /// Whether the last block did what it was meant to.
    pub(crate) fn check(&mut self) -> Result<()> {
        let same = (0..2).all(|channel| self.input.channel(channel) == self.output.channel(channel));
        let values = self.plugin.values()?;
        let last = &self.changes[((self.blocks - 1) % 2) as usize];
        let set = last.iter().all(|change| {
            values.get(change.index as usize).is_some_and(|value| value.plain == change.native)
        });
        if same && set {
            return Ok(());
        }
        Err(self.broken())
    }

    fn broken(&self) -> Error {
        let reason = "what was measured did not do its work".into();
        Error::Protocol { plugin: self.plugin.name().to_owned(), reason }
    }
}

fn in_order(mut changes: Vec<Change>) -> Vec<Change> {
    changes.sort_by_key(|change| change.offset);
    changes
}
