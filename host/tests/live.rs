//! Plugins that run live: what comes late passes dry, and a process that fails is replaced.

mod common;

use std::time::Duration;

use common::PROGRAM;
use common::playing::{FRAMES, patient};
use dyad_host::state::{Bytes, PluginState, Property};
use dyad_host::{
    Audio, Block, Chain, Change, Dry, Host, Live, LiveEvent, Midi, Options, Outcome, Planar, Pool, Target,
    Transport,
};

/// A live plugin with its audio and a signal.
struct Player {
    live: Live,
    audio: Audio,
    input: Planar,
    output: Planar,
    blocks: u64,
}

impl Player {
    fn start(options: Options) -> Self {
        Self::with(&Host::with_program(PROGRAM), options)
    }

    fn with(host: &Host, options: Options) -> Self {
        let (live, audio) = host.live(&Target::parse("__faulty__").unwrap(), options).unwrap();
        let mut input = Planar::new(2, FRAMES as usize);
        for channel in 0..2 {
            input.channel_mut(channel).fill(0.25);
        }
        Self { live, audio, input, output: Planar::new(2, FRAMES as usize), blocks: 0 }
    }

    fn play_with(&mut self, changes: &[Change], midi: &[Midi]) -> Outcome {
        let transport = Transport::playing_at(self.blocks * u64::from(FRAMES));
        self.blocks += 1;
        let block = Block { frames: FRAMES, transport, input: &self.input, aux: &[], changes, midi };
        self.output.channel_mut(0).fill(9.0);
        let outcome = self.audio.process(&block, &mut self.output);
        match outcome {
            Outcome::Processed => assert!(self.sample() < 0.0, "the plugin's own sound"),
            Outcome::Dry(_) => assert_eq!(self.sample(), 0.25, "the input as it was"),
        }
        outcome
    }

    fn play(&mut self) -> Outcome {
        self.play_with(&[], &[])
    }

    fn sample(&self) -> f32 {
        assert!(self.output.channel(0).iter().all(|sample| *sample == self.output.channel(1)[0]));
        self.output.channel(0)[0]
    }

    fn fail(&mut self, way: u8) -> Outcome {
        self.play_with(&[], &[Midi::new(3, &[0xC0, way]).unwrap()])
    }

    /// Plays until another process has taken the plugin's place.
    fn await_replacement(&mut self) {
        let mut failed = false;
        loop {
            let _ = self.play();
            match self.live.await_event(Duration::from_millis(1)) {
                Some(LiveEvent::Failed(_)) => failed = true,
                Some(LiveEvent::Replaced) => break,
                Some(LiveEvent::GivenUp) => panic!("it was given up"),
                _ => {}
            }
        }
        assert!(failed, "what happened is told first");
        while self.play() != Outcome::Processed {}
    }
}

#[test]
fn a_failing_plugin_is_replaced_with_its_state_while_another_plays_on() {
    let mut other = Player::start(patient());
    let ways =
        [(1, "crash"), (2, "hang"), (3, "exit"), (4, "abort"), (5, "endless memory"), (6, "garbage")];
    for (way, name) in ways {
        // Two seconds are a long time ten times over; they are what counts unless told otherwise.
        let options = Options { stall: Some(Duration::from_millis(200)), patience: 4.0, ..patient() };
        let mut failing = Player::with(&Host::with_program(PROGRAM).memory(256 << 20), options);
        let ports = [("p0".to_owned(), 1.0)].into();
        failing.live.load_state(PluginState::Lv2 { ports, properties: vec![] }).unwrap();
        while failing.play() != Outcome::Processed {}
        assert_eq!(failing.sample(), -0.5, "{name}: the state");
        let before = other.live.counters();
        let _ = failing.fail(way);
        for _ in 0..50 {
            let _ = failing.play();
            assert_eq!(other.play(), Outcome::Processed, "{name}: the other one");
        }
        failing.await_replacement();
        assert_eq!(failing.sample(), -0.5, "{name}: the state after the replacement");
        assert!(failing.live.counters().replaced >= 1, "{name}");
        let after = other.live.counters();
        assert_eq!(after.processed - before.processed, 50, "{name}: no gap");
        assert_eq!((after.late, after.absent, after.behind), (0, 0, 0), "{name}");
        failing.live.close().unwrap();
    }
    other.live.close().unwrap();
}

#[test]
fn a_stopped_process_is_replaced() {
    let options = Options { stall: Some(Duration::from_millis(200)), patience: 4.0, ..patient() };
    let mut player = Player::start(options);
    while player.play_with(&[Change { index: 0, offset: 0, native: 3.0 }], &[]) != Outcome::Processed {}
    let list = std::fs::read_dir("/proc/self/task").unwrap().flat_map(|task| {
        let children = task.unwrap().path().join("children");
        let words = std::fs::read_to_string(children).unwrap_or_default();
        words.split_whitespace().map(|pid| pid.parse::<i32>().unwrap()).collect::<Vec<_>>()
    });
    // Other tests of this program have children too: only the one that holds this plugin's thread is stopped.
    let mine = player.live.process_id();
    assert!(list.into_iter().any(|pid| pid == mine));
    let pid = rustix::process::Pid::from_raw(mine).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).unwrap();
    player.await_replacement();
    assert_eq!(player.sample(), -1.0, "a value that was automated comes back: 0.25 × −(1 + 3)");
    player.live.close().unwrap();
}

#[test]
fn what_changes_while_there_is_no_plugin_reaches_the_next_one() {
    let mut player = Player::start(Options { patience: 4.0, ..patient() });
    while player.play() != Outcome::Processed {}
    let _ = player.fail(1);
    let mut value = 0.0;
    loop {
        value += 1.0;
        let _ = player.play_with(&[Change { index: 0, offset: 0, native: value }], &[]);
        if let Some(LiveEvent::Replaced) = player.live.await_event(Duration::from_millis(1)) {
            break;
        }
    }
    while player.play() != Outcome::Processed {}
    assert_eq!(player.sample(), -0.25 * (1.0 + value as f32), "the last value, whenever it came");
    player.live.close().unwrap();
}

#[test]
fn a_late_block_passes_dry_and_its_answer_is_dropped() {
    let mut player = Player::start(Options { patience: 0.5, ..patient() });
    // Until the machine is quick enough once.
    while player.play() != Outcome::Processed {}
    let before = player.live.counters();
    assert_eq!(player.fail(7), Outcome::Dry(Dry::Late));
    let changes = [Change { index: 0, offset: 5, native: 1.0 }];
    assert_eq!(player.play_with(&changes, &[]), Outcome::Dry(Dry::Late));
    for _ in 0..2 {
        assert_eq!(player.play(), Outcome::Dry(Dry::Late));
    }
    assert_eq!(player.play(), Outcome::Dry(Dry::Behind), "all places are taken");
    let pid = rustix::process::Pid::from_raw(player.live.process_id()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    while player.play() != Outcome::Processed {}
    assert_eq!(player.sample(), -0.5, "what was sent to the late plugin has reached it");
    let after = player.live.counters();
    assert!(after.dropped - before.dropped >= 4, "{before:?} {after:?}");
    assert_eq!(after.replaced, 0);
    player.live.close().unwrap();
}

#[test]
fn a_state_of_64_mib_is_saved_and_loaded_while_audio_runs() {
    let mut player = Player::start(patient());
    let value = Bytes((0..64 << 20).map(|at: u32| (at % 251) as u8).collect());
    let (key, kind) = ("urn:test:key".to_owned(), "http://lv2plug.in/ns/ext/atom#Chunk".to_owned());
    let properties = vec![Property { key, kind, flags: 3, value }];
    let state = PluginState::Lv2 { ports: [("p0".to_owned(), 0.5)].into(), properties };
    let playing = std::sync::atomic::AtomicBool::new(true);
    let Player { live, audio, input, output, .. } = &mut player;
    std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut outcomes = Vec::new();
            while playing.load(std::sync::atomic::Ordering::Relaxed) {
                let transport = Transport::playing_at(0);
                let block =
                    Block { frames: FRAMES, transport, input: &*input, aux: &[], changes: &[], midi: &[] };
                outcomes.push(audio.process(&block, output));
            }
            outcomes
        });
        live.load_state(state.clone()).unwrap();
        assert!(live.save_state().unwrap() == state, "all of it comes back");
        playing.store(false, std::sync::atomic::Ordering::Relaxed);
        let outcomes = audio.join().unwrap();
        assert!(outcomes.len() > 10 && outcomes.iter().all(|outcome| *outcome == Outcome::Processed));
    });
    assert_eq!(player.live.counters().late, 0);
    player.live.close().unwrap();
}

#[test]
fn a_plugin_that_always_fails_is_given_up_and_can_be_restarted() {
    let mut player = Player::start(Options { tries: 2, ..patient() });
    for _ in 0..2 {
        let _ = player.fail(1);
        player.await_replacement();
    }
    let _ = player.fail(1);
    loop {
        match player.live.await_event(Duration::from_secs(60)) {
            Some(LiveEvent::GivenUp) => break,
            Some(_) => {}
            None => panic!("nothing was told"),
        }
    }
    assert_eq!(player.play(), Outcome::Dry(Dry::Absent));
    player.live.restart().unwrap();
    while player.play() != Outcome::Processed {}
    player.live.close().unwrap();
}

#[test]
fn a_plugin_that_stays_away_keeps_its_state_and_takes_one() {
    let mut player = Player::start(Options { tries: 1, ..patient() });
    let set = |native| [Change { index: 0, offset: 0, native }];
    let _ = player.play_with(&set(0.25), &[]);
    let _ = player.fail(1);
    player.await_replacement();
    let _ = player.play_with(&set(0.75), &[]);
    let _ = player.fail(1);
    while !matches!(player.live.await_event(Duration::from_secs(60)), Some(LiveEvent::GivenUp)) {}
    assert_eq!(player.play(), Outcome::Dry(Dry::Absent));
    let value = |state: &PluginState| match state {
        PluginState::Lv2 { ports, .. } => ports.get("p0").copied(),
        PluginState::Vst3 { .. } => None,
    };
    let state = player.live.save_state().unwrap();
    assert_eq!(value(&state), Some(0.75), "nobody has ever saved it, and it was set a moment ago");
    let ports = [("p0".to_owned(), 0.5)].into();
    player.live.load_state(PluginState::Lv2 { ports, properties: vec![] }).unwrap();
    player.live.restart().unwrap();
    while player.play() != Outcome::Processed {}
    assert_eq!(player.sample(), -0.375, "what it took while it was away");
    player.live.close().unwrap();
}

#[test]
fn a_bundle_that_is_away_for_a_moment_is_tried_again() {
    let bench = common::Bench::new();
    let bundle = bench.lv2_fixture("scratch");
    let (target, away) = (Target::parse(&bundle).unwrap(), format!("{bundle}.away"));
    let options = Options { inputs: None, ..patient() };
    let (mut live, _audio) = Host::with_program(PROGRAM).live(&target, options).unwrap();
    std::fs::rename(&bundle, &away).unwrap();
    let child = rustix::process::Pid::from_raw(live.process_id()).unwrap();
    rustix::process::kill_process(child, rustix::process::Signal::KILL).unwrap();
    let mut failed = 0;
    while failed < 2 {
        match live.await_event(Duration::from_secs(60)).expect("something is told") {
            LiveEvent::Failed(_) => failed += 1,
            other => assert!(!matches!(other, LiveEvent::Replaced | LiveEvent::GivenUp), "{other:?}"),
        }
    }
    std::fs::rename(&away, &bundle).unwrap();
    loop {
        match live.await_event(Duration::from_secs(60)).expect("something is told") {
            LiveEvent::Replaced => break,
            other => assert!(!matches!(other, LiveEvent::GivenUp), "given up at once"),
        }
    }
    live.save_state().unwrap();
    live.close().unwrap();
}

#[test]
fn midi_goes_past_a_plugin_that_is_gone_and_what_has_no_room_is_counted() {
    let host = Host::with_program(PROGRAM);
    let (live, audio) = host.live(&Target::parse("__faulty__").unwrap(), patient()).unwrap();
    live.close().unwrap();
    let mut chain = Chain::new([(audio, 2)], FRAMES);
    let input = Planar::new(2, FRAMES as usize);
    let midi: Vec<_> = (0..4097).map(|_| Midi::new(1, &[0x90, 60, 100]).unwrap()).collect();
    for (midi, passed, dropped) in [(&midi[..2], 2, 0), (&midi[..], 4096, 1), (&[], 0, 1)] {
        let transport = Transport::playing_at(0);
        let block = Block { frames: FRAMES, transport, input: &input, aux: &[], changes: &[], midi };
        chain.process(&block, |_, outcome| assert_eq!(outcome, Outcome::Dry(Dry::Absent)));
        assert_eq!((chain.midi_out().len(), chain.midi_dropped()), (passed, dropped));
    }
}

#[test]
fn chains_and_pools() {
    let host = Host::with_program(PROGRAM);
    let pool = Pool::new(&host, patient().setup, 2);
    let host = host.pool(&pool);
    let mut lives = Vec::new();
    let mut stages = Vec::new();
    for _ in 0..3 {
        let (live, audio) = host.live(&Target::parse("__faulty__").unwrap(), patient()).unwrap();
        lives.push(live);
        stages.push((audio, 2));
    }
    let mut chain = Chain::new(stages, FRAMES);
    let mut input = Planar::new(2, FRAMES as usize);
    input.channel_mut(0).fill(0.5);
    let transport = Transport::playing_at(0);
    let block = Block { frames: FRAMES, transport, input: &input, aux: &[], changes: &[], midi: &[] };
    let mut outcomes = Vec::new();
    chain.process(&block, |at, outcome| outcomes.push((at, outcome)));
    assert_eq!(outcomes, [0, 1, 2].map(|at| (at, Outcome::Processed)));
    assert_eq!(chain.output().unwrap().channel(0)[0], -0.5, "three signs");
    lives.into_iter().for_each(|live| live.close().unwrap());
}
