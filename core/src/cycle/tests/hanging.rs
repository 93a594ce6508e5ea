//! No note hangs, on either side, whatever a host does.

use super::probe::{Crowded, Feed, Kind, NoteEffect, Rig};
use crate::event::{Address, Event, EventKind, Expression, Incoming};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A block: its length, the plugin's latency from then on, where the bypass is switched, and what happens:
/// frame, kind, key.
type Happenings = (usize, u32, Vec<(u32, bool)>, Vec<(u32, u8, u8)>);

fn blocks() -> impl Strategy<Value = Vec<Happenings>> {
    let frames = prop::sample::select(vec![0usize, 0, 1, 5, 64, 100, 300, 600]);
    let switches = prop::collection::vec((0u32..320, any::<bool>()), 0..3);
    let events = prop::collection::vec((0u32..320, 0u8..7, 60u8..63), 0..14);
    let block =
        (frames, 0u32..100, switches, events).prop_map(|(frames, latency, mut switches, mut events)| {
            switches.sort_by_key(|switch| switch.0);
            events.sort_by_key(|event| event.0);
            (frames, latency, switches, events)
        });
    prop::collection::vec(block, 1..25)
}

fn event((frame, what, key): (u32, u8, u8)) -> Incoming<'static> {
    let id = Some(i32::from(key) * 2 + i32::from(what & 1)).filter(|_| what > 2);
    let note = Address { id, ..Address::key(0, key) };
    let kind = match what {
        0 | 1 | 3 => EventKind::NoteOn { note, velocity: 0.5 },
        2 | 4 => EventKind::NoteOff { note, velocity: 0.5 },
        5 => EventKind::Expression { note, expression: Expression::Pan, value: 0.1 },
        _ => EventKind::Controller { channel: 0, controller: 123, value: 0.0 },
    };
    Incoming::Event(Event { frame, kind })
}

fn check<K: Kind>(mut blocks: Vec<Happenings>) -> Result<(), TestCaseError> {
    let mut rig = Rig::<K>::new();
    // Passes everything on, and what it could not begin it does not end.
    let mut sent = BTreeSet::new();
    rig.engine.processor.script = Some(Box::new(move |_, _, context| {
        for n in 0..context.event_count() {
            let event = context.event(n).unwrap();
            match event.kind {
                EventKind::NoteOn { note, .. } if context.send(event) => assert!(sent.insert(note.id)),
                EventKind::NoteOff { note, .. } | EventKind::Choke { note } if sent.remove(&note.id) => {
                    assert!(context.send(event), "there is room for every end");
                }
                EventKind::Expression { .. } => _ = context.send(event),
                _ => {}
            }
        }
    }));
    // All notes off; out of the bypass; and again.
    blocks.extend([
        (64, 0, vec![], vec![(3, 6, 0)]),
        (600, 0, vec![(0, false)], vec![]),
        (600, 0, vec![], vec![(3, 6, 0)]),
    ]);
    // What the plugin knows, and whether it is held; and what sounds behind it.
    let (mut known, mut sounding) = (BTreeMap::new(), BTreeSet::new());
    for (frames, latency, switches, events) in blocks {
        rig.engine.processor.latency = latency;
        let switches: Vec<_> =
            switches.iter().map(|(at, on)| (*at, "bypass", f64::from(u8::from(*on)))).collect();
        let events = events.into_iter().map(event).collect();
        let feed = Feed { events, ..rig.plain(&switches) };
        rig.run(frames, feed);
        for (n, (_, event)) in rig.engine.processor.events.iter().enumerate() {
            if rig.engine.processor.reset_at.contains(&n) {
                known.clear();
            }
            match event.kind {
                EventKind::NoteOn { note, .. } => prop_assert_eq!(known.insert(note.id, true), None),
                EventKind::NoteOff { note, .. } => {
                    prop_assert_eq!(known.insert(note.id, false), Some(true), "it is held");
                }
                EventKind::Choke { note } => prop_assert!(known.remove(&note.id).is_some()),
                EventKind::Expression { note, .. } => prop_assert!(known.contains_key(&note.id)),
                _ => {}
            }
        }
        if rig.engine.processor.reset_at.contains(&rig.engine.processor.events.len()) {
            known.clear();
        }
        for event in rig.engine.output_events() {
            match event.kind {
                EventKind::NoteOn { note, .. } => prop_assert!(sounding.insert(note.id)),
                EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                    _ = sounding.remove(&note.id)
                }
                _ => {}
            }
        }
    }
    prop_assert!(sounding.is_empty(), "behind it: {:?}", sounding);
    prop_assert!(known.values().all(|held| !held), "in it: {:?}", known);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn not_with_few_places_and_fades(blocks in blocks()) {
        check::<Crowded>(blocks)?;
    }

    #[test]
    fn not_in_a_note_effect(blocks in blocks()) {
        check::<NoteEffect>(blocks)?;
    }
}
