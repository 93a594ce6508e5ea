//! Events on their way through the cycle.

use std::sync::mpsc;

use super::bypass::{note_off, note_on, notes};
use super::probe::{BendSynth, Effect, Feed, MpeSynth, NoteEffect, Rig, Synth};
use crate::event::{Address, Event, EventKind, Expression, Incoming};
use proptest::prelude::*;

fn seen(rig: &Rig<Synth>) -> Vec<(u32, u32)> {
    rig.engine.processor.events.iter().map(|(start, event)| (*start, event.frame)).collect()
}

#[test]
fn events_arrive_at_their_frame_in_their_piece() {
    let mut rig = Rig::<Synth>::new();
    let mut feed = rig.plain(&[(20, "level", 0.1), (40, "level", 0.2)]);
    feed.events = [0, 19, 20, 45, 63, 64, 5_000_000].map(|frame| note_on(frame, frame as u8 % 128)).into();
    rig.run(64, feed);
    let expected = [(0, 0), (0, 19), (20, 0), (40, 5), (40, 23), (40, 23), (40, 23)];
    assert_eq!(seen(&rig), expected, "what lies beyond the block comes at its last frame");
}

#[test]
fn a_block_without_frames_loses_no_event() {
    let mut rig = Rig::<Synth>::new();
    rig.run(0, Feed { events: vec![note_on(0, 60)], ..Feed::default() });
    assert_eq!(seen(&rig), []);
    rig.run(8, Feed { events: vec![note_off(3, 60)], ..Feed::default() });
    assert_eq!(notes(rig.engine.processor.events.iter().map(|e| &e.1)), [60, -60]);
    rig.run(8, Feed::default());
    assert_eq!(seen(&rig), [], "and gives it once");
}

#[test]
fn controllers_come_only_where_they_are_asked_for() {
    let mut rig = Rig::<Synth>::new();
    let kinds = [
        EventKind::Controller { channel: 0, controller: 1, value: 0.5 },
        EventKind::PitchBend { channel: 0, value: 0.5 },
        EventKind::ProgramChange { channel: 0, program: 5 },
    ];
    let events = kinds.map(|kind| Incoming::Event(Event::<Address> { frame: 0, kind })).into();
    rig.run(8, Feed { events, ..Feed::default() });
    let kinds: Vec<_> = rig.engine.processor.events.iter().map(|(_, event)| event.kind).collect();
    assert_eq!(kinds, [EventKind::ProgramChange { channel: 0, program: 5 }]);
}

#[test]
fn more_than_fits_is_dropped_and_counted_and_notes_end_nevertheless() {
    let mut rig = Rig::<Synth>::new();
    let keys = |n: u32| (n / 1000, (n % 100) as u8);
    let mut events: Vec<_> = (0..5000).map(|n| note_on(keys(n).0, keys(n).1)).collect();
    events.extend((0..5000).map(|n| note_off(30 + keys(n).0, keys(n).1)));
    rig.run(64, Feed { events, ..Feed::default() });
    let events = &rig.engine.processor.events;
    assert!(events.len() <= 1024 && rig.engine.events.losses().0 > 4000, "{}", events.len());
    let mut sounding = std::collections::BTreeSet::new();
    for (_, event) in events {
        match event.kind {
            EventKind::NoteOn { note, .. } => assert!(sounding.insert(note.id), "an id of its own"),
            EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                assert!(sounding.remove(&note.id), "known, and ended once");
            }
            _ => {}
        }
    }
    assert!(sounding.is_empty(), "every note that came in has its end");
}

#[test]
fn system_exclusive_passes_whole_or_not_at_all() {
    let mut rig = Rig::<NoteEffect>::new();
    rig.engine.processor.script = Some(Box::new(|_, _, context| {
        for n in 0..context.event_count() {
            let event = context.event(n).unwrap();
            if let EventKind::SysEx(message) = event.kind {
                assert_eq!(context.sysex(message).first(), Some(&0xf0));
            }
            context.send(event);
        }
        context.send_sysex(3, &[0xf0, 1, 0xf7]);
    }));
    let small = [0xf0, 0x7e, 0x7f, 0xf7];
    let mut large = vec![0u8; 65_536];
    (large[0], large[65_535]) = (0xf0, 0xf7);
    let events = vec![
        Incoming::SysEx { frame: 5, data: &small },
        Incoming::SysEx { frame: 6, data: &large },
        note_on(7, 60),
    ];
    rig.run(64, Feed { events, ..Feed::default() });
    let out = rig.engine.output_events();
    let bytes: Vec<_> = out
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::SysEx(message) => Some((event.frame, out.sysex(message).to_vec())),
            _ => None,
        })
        .collect();
    assert_eq!(bytes, [(3, vec![0xf0, 1, 0xf7]), (5, small.to_vec())]);
    assert_eq!(rig.engine.events.losses().0, 1, "64 KiB do not fit into 1000 bytes, and that is counted");
    assert_eq!(notes(out.iter()), [60]);
}

#[test]
fn sending_without_an_output_is_refused_and_counted() {
    let mut rig = Rig::<Effect>::new();
    rig.engine.processor.script = Some(Box::new(|_, _, context| {
        let kind = EventKind::ProgramChange { channel: 0, program: 1 };
        assert!(!context.send(Event { frame: 0, kind }));
    }));
    rig.run(8, Feed::default());
    assert_eq!(rig.engine.events.losses().2, 1);
}

#[test]
fn after_a_panic_nothing_is_sent_again_and_nothing_hangs() {
    let mut rig = Rig::<NoteEffect>::new();
    let mut pieces = 0;
    rig.engine.processor.script = Some(Box::new(move |params, _, context| {
        context.send(context.event(0).unwrap());
        context.set(&mut params.count, 0, 3);
        pieces += 1;
        assert!(pieces < 2, "on purpose");
    }));
    rig.run(8, Feed { events: vec![note_on(0, 60)], ..Feed::default() });
    let second = Feed { events: vec![note_on(0, 62)], ..Feed::default() };
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| rig.run(8, second)));
    assert!(caught.is_err());
    rig.run(8, Feed::default());
    assert_eq!(notes(rig.engine.output_events().iter()), [-60, -62], "what it had begun ends");
    assert_eq!(rig.engine.edits(), []);
    rig.run(8, Feed::default());
    assert!(rig.engine.output_events().is_empty());
}

#[test]
fn an_instrument_ends_its_notes_without_complaint() {
    let mut rig = Rig::<Synth>::new();
    rig.engine.processor.script = Some(Box::new(|_, _, context| {
        let Some(Event { kind: EventKind::NoteOff { note, .. }, .. }) = context.event(0) else { return };
        context.end_note(0, note);
        assert!(!context.send_sysex(0, &[0xf0, 0xf7]));
    }));
    rig.run(8, Feed { events: vec![note_on(0, 60)], ..Feed::default() });
    rig.run(8, Feed { events: vec![note_off(0, 60)], ..Feed::default() });
    assert_eq!(rig.engine.events.losses(), (0, 0, 1), "only what it tried to send");
}

#[test]
fn a_parameter_switches_mpe_at_its_frame_however_blocks_are_cut() {
    let said = [
        (0, EventKind::NoteOn { note: Address::key(1, 60), velocity: 0.5 }),
        (10, EventKind::PitchBend { channel: 1, value: 0.5 }),
        (20, EventKind::NoteOn { note: Address::key(1, 62), velocity: 0.5 }),
        (30, EventKind::PitchBend { channel: 1, value: -0.5 }),
        (40, EventKind::NoteOn { note: Address::key(1, 64), velocity: 0.5 }),
    ];
    for block in [64, 8, 1] {
        let mut rig = Rig::<MpeSynth>::new();
        let mut seen = Vec::new();
        for start in (0..64).step_by(block) {
            let here = |at: u32| at.checked_sub(start).filter(|at| *at < block as u32);
            // To plain MIDI at frame 20, and back at frame 40.
            let switches = [(20, "count", 2.0), (40, "count", 0.0)];
            let switches = switches.into_iter().filter_map(|(at, id, to)| Some((here(at)?, id, to)));
            let mut feed = rig.plain(&switches.collect::<Vec<_>>());
            let events =
                said.iter().filter_map(|(at, kind)| Some(Event { frame: here(*at)?, kind: *kind }));
            feed.events = events.map(Incoming::Event).collect();
            rig.run(block, feed);
            let events = &rig.engine.processor.events;
            seen.extend(events.iter().filter_map(|(piece, event)| {
                let what = match event.kind {
                    EventKind::NoteOn { note, .. } => f32::from(note.key),
                    EventKind::NoteOff { note, .. } => -f32::from(note.key),
                    EventKind::Expression { expression: Expression::Tuning, value, .. } => value,
                    _ => return None,
                };
                Some((start + piece + event.frame, what))
            }));
        }
        let want = [(0, 60.0), (10, 24.0), (20, -60.0), (20, 62.0), (40, -62.0), (40, 64.0)];
        assert_eq!(seen, want, "in blocks of {block}: the bends in between are not the notes' own");
    }
}

#[test]
fn zones_and_bend_ranges_are_told_at_their_frame_however_blocks_are_cut() {
    let rpn = |at: u32, number: f32, value: f32| {
        [(101, 0.0), (100, number), (6, value)].map(|(controller, value)| {
            (at, EventKind::Controller { channel: 0, controller, value: value / 127.0 })
        })
    };
    let note = |at: u32| [(at, EventKind::NoteOn { note: Address::key(0, at as u8), velocity: 0.5 })];
    let said = [
        &note(5)[..],
        &rpn(10, 0.0, 7.0),
        &note(15),
        &rpn(20, 6.0, 3.0),
        &note(25),
        &rpn(30, 0.0, 12.0),
        &note(35),
        // No zone, and at once one again.
        &rpn(40, 6.0, 0.0),
        &note(45),
        &rpn(50, 6.0, 15.0),
        &note(55),
    ]
    .concat();
    for block in [64, 16, 1] {
        let mut rig = Rig::<BendSynth>::new();
        let (witness, seen) = mpsc::channel();
        rig.engine.processor.script = Some(Box::new(move |_, _, context| {
            let (mut range, mut manager) = (context.bend_range(0), context.mpe_manager(2));
            for event in context.events() {
                match event.kind {
                    EventKind::Zone { channel: 0, bend_range, .. } => range = bend_range,
                    EventKind::Zone { channel: 2, manager: now, .. } => manager = now,
                    EventKind::NoteOn { note, .. } => {
                        witness.send((note.key, range, manager)).expect("it is heard")
                    }
                    _ => {}
                }
            }
        }));
        for start in (0..64).step_by(block) {
            let here = |at: u32| at.checked_sub(start).filter(|at| *at < block as u32);
            let events =
                said.iter().filter_map(|(at, kind)| Some(Event { frame: here(*at)?, kind: *kind }));
            rig.run(block, Feed { events: events.map(Incoming::Event).collect(), ..Feed::default() });
        }
        let want = [
            (5, None, Some(0)),
            (15, Some(7.0), Some(0)),
            (25, Some(2.0), Some(0)),
            (35, Some(12.0), Some(0)),
            (45, None, None),
            (55, Some(2.0), Some(0)),
        ];
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), want, "in blocks of {block}");
    }
}

#[test]
fn the_first_block_reads_mpe_as_the_parameters_say() {
    let mut rig = Rig::<MpeSynth>::new();
    rig.instance.shared().store.load(rig.index("count"), 2.0);
    let bend = EventKind::PitchBend { channel: 1, value: 0.5 };
    let events = vec![
        Incoming::Event(Event {
            frame: 0,
            kind: EventKind::NoteOn { note: Address::key(1, 60), velocity: 0.5 },
        }),
        Incoming::Event(Event { frame: 0, kind: bend }),
    ];
    rig.run(8, Feed { events, ..Feed::default() });
    assert_eq!(rig.engine.processor.events.len(), 1, "the note, and no bend of its own");
}

/// `+key` and `-key`, block after block, of what an editor does before each.
fn play<K: super::probe::Kind>(
    rig: &mut Rig<K>,
    before: &[&dyn Fn(&crate::played::EditorNotes)],
) -> Vec<Vec<i32>> {
    let shared = std::sync::Arc::clone(rig.instance.shared());
    let mut block = |act: &&dyn Fn(&crate::played::EditorNotes)| {
        act(&shared.notes);
        rig.run(8, Feed::default());
        notes(rig.engine.processor.events.iter().map(|event| &event.1))
    };
    before.iter().map(&mut block).collect()
}

#[test]
fn notes_of_the_editor_reach_the_plugin_as_any_others() {
    let mut rig = Rig::<Synth>::new();
    let seen = play(
        &mut rig,
        &[
            &|keys| keys.press(60, 0.5),
            &|_| {},
            &|keys| keys.press(60, 0.5),
            &|keys| keys.release_all(u128::MAX),
            &|_| {},
        ],
    );
    assert_eq!(seen, [vec![60], vec![], vec![-60, 60], vec![-60], vec![]]);
}

#[test]
fn a_key_that_the_host_plays_too_keeps_its_own_end() {
    let mut rig = Rig::<Synth>::new();
    let shared = std::sync::Arc::clone(rig.instance.shared());
    shared.notes.press(60, 0.25);
    rig.run(8, Feed { events: vec![note_on(4, 60)], ..Feed::default() });
    let begun: Vec<_> = rig.engine.processor.events.iter().map(|(_, event)| event.kind).collect();
    let [EventKind::NoteOn { note: ours, velocity: 0.25 }, EventKind::NoteOn { note: hosts, .. }] =
        begun[..]
    else {
        panic!("{begun:?}")
    };
    assert!(ours.id != hosts.id && (ours.channel, ours.key) == (0, 60));
    shared.notes.release(60);
    rig.run(8, Feed::default());
    let ended: Vec<_> = rig.engine.processor.events.iter().map(|(_, event)| event.kind).collect();
    assert!(matches!(ended[..], [EventKind::NoteOff { note, .. }] if note.id == ours.id), "{ended:?}");
}

#[test]
fn notes_of_the_editor_pass_a_bypassed_note_effect_and_end() {
    let mut rig = Rig::<NoteEffect>::new();
    let feed = rig.plain(&[(0, "bypass", 1.0)]);
    rig.run(512, feed);
    for _ in 0..20 {
        rig.run(512, Feed::default());
    }
    let shared = std::sync::Arc::clone(rig.instance.shared());
    shared.notes.press(60, 0.5);
    rig.run(8, Feed::default());
    assert_eq!(notes(rig.engine.output_events().iter()), [60]);
    shared.notes.release(60);
    rig.run(8, Feed::default());
    assert_eq!(notes(rig.engine.output_events().iter()), [-60]);
}

#[test]
fn a_run_that_begins_does_not_play_what_was_held_before() {
    let mut rig = Rig::<Synth>::new();
    let shared = std::sync::Arc::clone(rig.instance.shared());
    shared.notes.press(60, 0.5);
    rig.engine.reset();
    let seen = play(&mut rig, &[&|_| {}, &|keys| keys.release(60), &|keys| keys.press(62, 0.5)]);
    assert_eq!(seen, [vec![], vec![], vec![62]]);
}

/// Something of a whole run: a key pressed, or the level moved.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Key(u32, u8),
    Level(u32, f64),
}

/// What a synth saw of a run that was cut into blocks of these sizes: keys and levels at frames of the
/// whole run.
fn run_in(blocks: &[usize], happenings: &[Happening]) -> Vec<(u32, u8, f32)> {
    let mut rig = Rig::<Synth>::new();
    let (send, receive) = std::sync::mpsc::channel();
    rig.engine.processor.script = Some(Box::new(move |params, _, context| {
        for event in context.events() {
            if let EventKind::NoteOn { note, .. } = event.kind {
                send.send((context.start + event.frame, note.key, params.level.value())).unwrap();
            }
        }
    }));
    let (mut start, mut seen) = (0, Vec::new());
    for frames in blocks.iter().copied() {
        let here = |at: u32| (start..start + frames as u32).contains(&at);
        let mut levels = Vec::new();
        let mut events = Vec::new();
        for happening in happenings {
            match *happening {
                Happening::Level(at, level) if here(at) => levels.push((at - start, "level", level)),
                Happening::Key(at, key) if here(at) => events.push(note_on(at - start, key)),
                _ => {}
            }
        }
        let feed = Feed { events, ..rig.plain(&levels) };
        rig.run(frames, feed);
        seen.extend(receive.try_iter().map(|(at, key, level)| (start + at, key, level)));
        start += frames as u32;
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever happens when, and however the host cuts its blocks: each note comes once, in order, at its
    /// frame, and sees the level that was set at or before that frame.
    #[test]
    fn any_order_of_events_arrives_as_it_happened(
        happenings in prop::collection::vec((0u32..600, any::<bool>(), 0u8..128, 0.0f64..1.0), 0..60),
        cuts in prop::collection::vec(1usize..200, 1..8),
    ) {
        let mut happenings = happenings;
        happenings.sort_by_key(|(at, ..)| *at);
        let list: Vec<_> = happenings
            .iter()
            .map(|&(at, key, number, level)| if key { Happening::Key(at, number) } else { Happening::Level(at, level) })
            .collect();
        let mut blocks = Vec::new();
        while blocks.iter().sum::<usize>() < 600 {
            blocks.push(cuts[blocks.len() % cuts.len()]);
        }
        let level_at = |frame: u32| {
            let mut set = list.iter().filter_map(|happening| match *happening {
                Happening::Level(at, level) if at <= frame => Some(level as f32),
                _ => None,
            });
            set.next_back().unwrap_or(0.5)
        };
        let expected: Vec<_> = list
            .iter()
            .filter_map(|happening| match *happening {
                Happening::Key(at, key) => Some((at, key, level_at(at))),
                Happening::Level(..) => None,
            })
            .collect();
        prop_assert_eq!(run_in(&blocks, &list), expected);
    }
}
