//! Live plugins that tests play, and gates at which fixtures wait for them.

use std::io::{ErrorKind, Read as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::time::Instant;

use dyad_host::{
    Audio, Block, Change, Host, Live, LiveEvent, Options, Outcome, Planar, Setup, Target, Transport,
};

use super::Bench;
use super::display::{LIMIT, until};

/// Frames of each block.
pub(crate) const FRAMES: u32 = 64;

/// The audio of a live plugin.
pub(crate) struct Player {
    audio: Audio,
    input: Planar,
    output: Planar,
    blocks: u64,
}

/// Time enough on any machine, so that a late block is late because of its plugin.
pub(crate) fn patient() -> Options {
    let setup = Setup { max_block: FRAMES, ..Setup::default() };
    Options { setup, inputs: Some(2), patience: 1000.0, snapshots: None, ..Options::default() }
}

impl Player {
    pub(crate) fn start(host: &Host, target: &str, options: Options) -> (Live, Self) {
        let (live, audio) = host.live(&Target::parse(target).unwrap(), options).unwrap();
        let mut input = Planar::new(2, FRAMES as usize);
        for channel in 0..2 {
            input.channel_mut(channel).fill(0.25);
        }
        (live, Self { audio, input, output: Planar::new(2, FRAMES as usize), blocks: 0 })
    }

    pub(crate) fn play(&mut self, changes: &[Change]) -> Outcome {
        let transport = Transport::playing_at(self.blocks * u64::from(FRAMES));
        self.blocks += 1;
        let block = Block { frames: FRAMES, transport, input: &self.input, aux: &[], changes, midi: &[] };
        self.audio.process(&block, &mut self.output)
    }

    /// Plays until the plugin has worked on so many blocks.
    #[track_caller]
    pub(crate) fn processes(&mut self, count: usize) {
        let end = Instant::now() + LIMIT;
        let mut outcomes = vec![];
        while outcomes.iter().filter(|outcome| **outcome == Outcome::Processed).count() < count {
            outcomes.push(self.play(&[]));
            assert!(Instant::now() < end, "after {} blocks: {:?}", outcomes.len(), outcomes.last());
        }
    }

    /// The last sample of the first channel.
    pub(crate) fn sample(&self) -> f32 {
        self.output.channel(0)[FRAMES as usize - 1]
    }
}

/// Waits for an event, and gives all that came on the way too.
#[track_caller]
pub(crate) fn hears(live: &Live, what: &str, wanted: impl Fn(&LiveEvent) -> bool) -> Vec<LiveEvent> {
    let (end, mut events) = (Instant::now() + LIMIT, vec![]);
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let event = live.await_event(left);
        events.push(event.unwrap_or_else(|| panic!("{what} did not come: {events:?}")));
        if events.last().is_some_and(&wanted) {
            return events;
        }
    }
}

/// A place of gates for fixtures, all open.
pub(crate) struct Gates {
    folder: PathBuf,
}

/// A gate that is shut while this lives.
pub(crate) struct Gate {
    path: PathBuf,
    door: UnixListener,
}

/// Somebody who waits at a gate, until this is dropped.
pub(crate) struct Held(UnixStream);

impl Gates {
    pub(crate) fn new(bench: &Bench) -> Self {
        let folder = PathBuf::from(bench.path("gates"));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// For the environment of the fixtures.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        ("DYAD_FIXTURE_GATES", self.folder.to_str().unwrap())
    }

    pub(crate) fn shut(&self, name: &str) -> Gate {
        let path = self.folder.join(name);
        let door = UnixListener::bind(&path).unwrap();
        door.set_nonblocking(true).unwrap();
        Gate { path, door }
    }
}

impl Gate {
    /// Waits until somebody stands there.
    #[track_caller]
    pub(crate) fn held(&self) -> Held {
        let (stream, _) = until("somebody at the gate", || self.door.accept().ok());
        stream.set_nonblocking(true).unwrap();
        Held(stream)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Held {
    /// Whether they still wait: a fixture says nothing, and goes only with its process.
    pub(crate) fn waits(&mut self) -> bool {
        self.0.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}
