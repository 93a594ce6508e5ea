//! Live plugins that tests play, with their editors.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use dyad_host::{
    Audio, Block, Chain, Change, Counters, EditorPlace, Host, Live, LiveEvent, Midi, Options, Outcome,
    Planar, Setup, Target, Transport,
};

use super::display::LIMIT;
use super::{Bench, PROGRAM, example};

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
    pub(crate) fn audio(&self) -> &Audio {
        &self.audio
    }

    pub(crate) fn start(host: &Host, target: &str, options: Options) -> (Live, Self) {
        let (live, audio) = host.live(&Target::parse(target).unwrap(), options).unwrap();
        let mut input = Planar::new(2, FRAMES as usize);
        for channel in 0..2 {
            input.channel_mut(channel).fill(0.25);
        }
        (live, Self { audio, input, output: Planar::new(2, FRAMES as usize), blocks: 0 })
    }

    pub(crate) fn play(&mut self) -> Outcome {
        self.play_with(&[], &[])
    }

    pub(crate) fn play_with(&mut self, changes: &[Change], midi: &[Midi]) -> Outcome {
        let transport = Transport::playing_at(self.blocks * u64::from(FRAMES));
        self.blocks += 1;
        let block = Block { frames: FRAMES, transport, input: &self.input, aux: &[], changes, midi };
        self.audio.process(&block, &mut self.output)
    }

    /// Plays until the plugin has worked on so many blocks.
    #[track_caller]
    pub(crate) fn processes(&mut self, count: usize) {
        let end = Instant::now() + LIMIT;
        let mut outcomes = vec![];
        while outcomes.iter().filter(|outcome| **outcome == Outcome::Processed).count() < count {
            outcomes.push(self.play());
            assert!(Instant::now() < end, "after {} blocks: {:?}", outcomes.len(), outcomes.last());
        }
    }

    /// The last sample of the first channel.
    pub(crate) fn sample(&self) -> f32 {
        self.output.channel(0)[FRAMES as usize - 1]
    }
}

/// Three of a plugin, one after the other.
pub(crate) fn three_in_a_chain(plugin: &str) -> (Vec<Live>, Chain) {
    let (host, target) = (Host::with_program(PROGRAM), Target::parse(plugin).unwrap());
    let one = |_| {
        let (live, audio) = host.live(&target, patient()).unwrap();
        (live, (audio, 2))
    };
    let (lives, stages): (Vec<_>, Vec<_>) = (0..3).map(one).unzip();
    (lives, Chain::new(stages, FRAMES))
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

/// A plugin with an editor.
#[derive(Clone, Debug)]
pub(crate) struct Edited {
    pub(crate) plugin: String,
    pub(crate) class: Option<&'static str>,
    /// The title of its window.
    pub(crate) title: &'static str,
    /// Where a control is in its picture.
    pub(crate) control: [i16; 2],
}

/// Both formats' fixtures that work, and our own bundles where `make test` says that they are there.
pub(crate) fn edited(bench: &Bench) -> Vec<Edited> {
    let one = |plugin: String, class, title, control| Edited { plugin, class, title, control };
    let module = bench.vst3_bundle("views.vst3", &example("fixture_view"));
    let mut all = vec![
        one(bench.lv2_editor_of("waits", "good"), None, "Fixture", [80, 50]),
        one(module, Some("Good"), "Good", [80, 50]),
    ];
    if let Ok(folder) = std::env::var("DYAD_BUNDLES") {
        for (file, class) in [("gain.lv2", Some("urn:dyad:gain#stereo")), ("gain.vst3", None)] {
            all.push(one(format!("{folder}/{file}"), class, "Dyad Gain", [144, 120]));
        }
    }
    all
}

impl Edited {
    pub(crate) fn start(&self, host: &Host) -> (Live, Player) {
        Player::start(host, &self.plugin, Options { class: self.class.map(str::to_owned), ..patient() })
    }
}

pub(crate) fn show(live: &mut Live, place: &EditorPlace) {
    live.show_editor(place).unwrap();
    hears(live, "an open editor", |event| matches!(event, LiveEvent::EditorOpened(_)));
}

/// Tells the playing thread to stop, also where what it accompanies panics.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Plays blocks beside `action`; the plugin, which stays the same process, has to work on each in time.
#[track_caller]
pub(crate) fn beside_blocks<T>(
    live: &mut Live,
    player: &mut Player,
    action: impl FnOnce(&mut Live) -> T,
) -> T {
    let (before, process) = (live.counters(), live.process_id());
    let over = AtomicBool::new(false);
    let (result, outcomes) = std::thread::scope(|scope| {
        let playing = scope.spawn(|| {
            let mut outcomes = vec![];
            while !over.load(Ordering::Relaxed) {
                outcomes.push(player.play());
            }
            outcomes
        });
        let end = Over(&over);
        let result = action(live);
        drop(end);
        (result, playing.join().unwrap())
    });
    let other = outcomes.iter().find(|outcome| **outcome != Outcome::Processed);
    assert_eq!(other, None, "{}, of {} blocks", live.name(), outcomes.len());
    let processed = before.processed + outcomes.len() as u64;
    assert_eq!(live.counters(), Counters { processed, ..before }, "{}", live.name());
    assert_eq!(live.process_id(), process, "{}", live.name());
    result
}
