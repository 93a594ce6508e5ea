//! Events on their way through the cycle.

use super::bypass::{note_off, note_on, notes};
use super::probe::{Effect, Feed, NoteEffect, Rig, Synth};
use crate::event::{Address, Event, EventKind, Incoming};

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
