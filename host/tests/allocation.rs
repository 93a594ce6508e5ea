//! No memory is taken or given back for a block, on either side: counted by this program's allocator, which is
//! the shipped program's own, and by the one in the plugin's process.
#![cfg(all(target_env = "gnu", not(any(dyad_rtsan, dyad_tsan))))]

#[path = "../src/allocator.rs"]
mod allocator;
mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::display::Display;
use common::playing::{FRAMES, Player, edited, hears, patient, show, three_in_a_chain};
use common::{Bench, PROGRAM};
use dyad_host::count::{self, Counts};
use dyad_host::{
    Block, Change, Dry, EditorPlace, Host, LiveEvent, Midi, Options, Outcome, Planar, Transport,
};

/// Blocks of each kind.
const BLOCKS: usize = 300;

/// Plays a block that must take nothing on this side.
#[track_caller]
fn play(player: &mut Player, changes: &[Change], midi: &[Midi]) -> Outcome {
    let (outcome, counts) = count::armed(|| player.play_with(changes, midi));
    assert_eq!(counts, Counts::NONE, "{outcome:?}");
    outcome
}

/// Events of a block, from none to very many.
fn events(at: usize) -> (Vec<Change>, Vec<Midi>) {
    let offsets = (0..FRAMES).cycle().take([0, 1, 17, 64][at % 4]);
    let native = at as f64 / BLOCKS as f64;
    let changes = offsets.clone().map(|offset| Change { index: 0, offset, native });
    let notes = offsets.map(|offset| Midi::new(offset, &[0x90, 60, 100]).unwrap());
    (changes.collect(), notes.collect())
}

fn program_change(way: u8) -> [Midi; 1] {
    [Midi::new(3, &[0xC0, way]).unwrap()]
}

#[test]
fn neither_side_takes_memory_for_a_block() {
    assert!(count::available(), "this program's allocator counts");
    let host = Host::with_program(PROGRAM);
    for spin in [false, true] {
        let (live, mut player) = Player::start(&host, "__counting__", Options { spin, ..patient() });
        for at in 0..BLOCKS {
            let (changes, midi) = events(at);
            let outcome = play(&mut player, &changes, &midi);
            assert_eq!(outcome, Outcome::Processed, "block {at}");
            assert_eq!(player.audio().changes_out(), changes, "block {at}: the events came back");
            assert_eq!(player.audio().midi_out(), midi, "block {at}: the events came back");
            assert_eq!(player.sample(), 0.0, "calls to the plugin's allocator before block {at}");
        }
        // What is planted is seen: memory is taken and given back.
        let _ = play(&mut player, &[], &program_change(8));
        assert_eq!(play(&mut player, &[], &[]), Outcome::Processed);
        assert_eq!(player.sample(), 2.0);
        live.close().unwrap();
    }
}

#[test]
fn a_chain_takes_no_memory_for_a_block() {
    let (lives, mut chain) = three_in_a_chain("__counting__");
    let (input, transport) = (Planar::new(2, FRAMES as usize), Transport::playing_at(0));
    for at in 0..BLOCKS {
        let (changes, midi) = events(at);
        let block =
            Block { frames: FRAMES, transport, input: &input, aux: &[], changes: &changes, midi: &midi };
        let mut outcomes = [Outcome::Dry(Dry::Absent); 3];
        let ((), counts) = count::armed(|| chain.process(&block, |at, outcome| outcomes[at] = outcome));
        assert_eq!(counts, Counts::NONE, "block {at}");
        assert_eq!(outcomes, [Outcome::Processed; 3], "block {at}");
        assert_eq!(chain.stage(2).unwrap().midi_out(), midi, "block {at}: through all of them");
        assert_eq!(chain.output().unwrap().channel(0), [0.0; FRAMES as usize], "block {at}");
    }
    lives.into_iter().for_each(|live| live.close().unwrap());
}

#[test]
fn a_failing_plugin_costs_no_memory_on_the_audio_thread() {
    let host = Host::with_program(PROGRAM);
    let options = Options { patience: 0.5, ..patient() };
    let (live, mut player) = Player::start(&host, "__faulty__", options);
    let mut seen = BTreeSet::new();
    let mut note = |outcome: Outcome| {
        seen.insert(format!("{outcome:?}"));
        outcome
    };
    while note(play(&mut player, &[], &[])) != Outcome::Processed {}
    // It stops: late, behind, and late answers that are dropped.
    let _ = play(&mut player, &[], &program_change(7));
    while note(play(&mut player, &events(2).0, &events(2).1)) != Outcome::Dry(Dry::Behind) {}
    let pid = rustix::process::Pid::from_raw(live.process_id()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).unwrap();
    while note(play(&mut player, &[], &[])) != Outcome::Processed {}
    // It crashes, then it writes nonsense; each time another one takes its place, with the values.
    for way in [1, 6] {
        let mut next = program_change(way).to_vec();
        loop {
            let _ = note(play(&mut player, &events(1).0, &next));
            next.clear();
            if let Some(LiveEvent::Replaced) = live.await_event(Duration::from_millis(1)) {
                break;
            }
        }
        while note(play(&mut player, &[], &[])) != Outcome::Processed {}
    }
    assert!(live.counters().dropped > 0, "{:?}", live.counters());
    assert_eq!(live.counters().replaced, 2);
    assert_eq!(
        seen.into_iter().collect::<Vec<_>>(),
        ["Dry(Absent)", "Dry(Behind)", "Dry(Late)", "Processed"]
    );
    live.close().unwrap();
}

#[test]
fn a_plugin_that_restarts_itself_costs_no_memory_on_the_audio_thread() {
    let (bench, display) = (Bench::new(), Display::new());
    let one = &edited(&bench)[1];
    let (mut live, mut player) = one.start(&display.host(&bench, &[]));
    show(&mut live, &EditorPlace::default());
    display.painted(one.control);
    display.point(one.control);
    display.button(2, true);
    display.button(2, false);
    hears(&live, "the restart", |event| matches!(event, LiveEvent::Ports(_)));
    // Its buses, which are told anew, are taken by the next block.
    for _ in 0..BLOCKS {
        let _ = play(&mut player, &[], &[]);
    }
    assert_eq!(player.sample(), 0.25, "the plugin's own sound");
    live.close().unwrap();
}
