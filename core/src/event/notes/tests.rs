use proptest::prelude::*;

use super::*;
use crate::event::Expression;

fn resolve(map: &mut NoteMap, kind: EventKind<Address>) -> Vec<EventKind> {
    let mut events = Vec::new();
    map.resolve(Event { frame: 5, kind }, &mut |event| {
        assert_eq!(event.frame, 5);
        events.push(event.kind);
    });
    events
}

fn address(id: i32, channel: u8, key: u8) -> Address {
    Address { id: Some(id), channel: Some(channel), key: Some(key) }
}

fn id_only(id: i32) -> Address {
    Address { id: Some(id), ..Address::default() }
}

/// Starts a note and gives what the plugin knows it by.
fn start(map: &mut NoteMap, note: Address) -> Note {
    match resolve(map, EventKind::NoteOn { note, velocity: 0.5 })[..] {
        [EventKind::NoteOn { note, velocity: 0.5 }] => note,
        ref other => panic!("{other:?}"),
    }
}

fn off(map: &mut NoteMap, note: Address) -> Vec<Note> {
    let note_of = |kind: &EventKind| match kind {
        EventKind::NoteOff { note, velocity: 0.25 } => *note,
        other => panic!("{other:?}"),
    };
    resolve(map, EventKind::NoteOff { note, velocity: 0.25 }).iter().map(note_of).collect()
}

/// Which notes a tuning of `note` reaches.
fn tuned(map: &mut NoteMap, note: Address) -> Vec<Note> {
    let note_of = |kind: &EventKind| match kind {
        EventKind::Expression { note, expression: Expression::Tuning, value: 1.0 } => *note,
        other => panic!("{other:?}"),
    };
    let kind = EventKind::Expression { note, expression: Expression::Tuning, value: 1.0 };
    resolve(map, kind).iter().map(note_of).collect()
}

#[test]
fn overlapping_equal_notes_are_released_in_the_order_of_their_starts() {
    let mut map = NoteMap::new(8);
    let key = Address::key(3, 60);
    let (first, second) = (start(&mut map, key), start(&mut map, key));
    assert_ne!(first.id, second.id);
    assert_eq!(tuned(&mut map, key), [first, second]);
    assert_eq!(
        resolve(&mut map, EventKind::NoteOn { note: key, velocity: 0.0 }),
        [EventKind::NoteOff { note: first, velocity: RELEASE_VELOCITY }]
    );
    assert_eq!(tuned(&mut map, key), [second], "the tail of a released note stays as it is");
    assert_eq!((map.held(), map.len(), map.get(first.id)), (1, 2, Some(first)));
    assert_eq!(off(&mut map, key), [second]);
    assert_eq!((off(&mut map, key), map.unmatched()), (vec![], 1));
}

#[test]
fn ids_that_hosts_get_wrong_fall_back_to_channel_and_key() {
    let mut map = NoteMap::new(8);
    let a = start(&mut map, address(7, 0, 60));
    let b = start(&mut map, address(-1, 0, 64));
    assert_eq!(tuned(&mut map, id_only(7)), [a]);
    assert_eq!(tuned(&mut map, id_only(8)), [], "a stale id is not everybody");
    assert_eq!(tuned(&mut map, id_only(-1)), [a, b], "no id and no key is everybody");
    assert_eq!(tuned(&mut map, address(8, 0, 64)), [b]);
    assert_eq!(off(&mut map, address(7, 0, 64)), [b], "an id that contradicts its key");
    assert_eq!(off(&mut map, address(7, 0, 60)), [a]);
    let again = start(&mut map, address(-1, 0, 60));
    assert_eq!(off(&mut map, address(7, 0, 60)), [again], "an id of a note that was released before");
    assert_eq!(tuned(&mut map, id_only(7)), [a], "a released note's expression");
    assert_eq!((off(&mut map, id_only(99)), map.unmatched()), (vec![], 1));
}

#[test]
fn a_host_id_used_again_belongs_to_the_later_note() {
    let mut map = NoteMap::new(8);
    let first = start(&mut map, address(7, 0, 60));
    let second = start(&mut map, address(7, 0, 61));
    assert_eq!(tuned(&mut map, id_only(7)), [second]);
    assert_eq!(tuned(&mut map, Address::key(0, 60)), [first]);
    assert_eq!(off(&mut map, address(7, 0, 60)), [first]);
    assert_eq!(map.end(first.id), Some(Address::key(0, 60)));
    assert_eq!(map.end(second.id), Some(address(7, 0, 61)));
    assert_eq!(map.end(second.id), None);
}

#[test]
fn a_note_too_many_takes_the_place_of_a_released_one_or_chokes_the_oldest() {
    let mut map = NoteMap::new(3);
    let notes: Vec<_> = (0..3).map(|key| start(&mut map, Address::key(0, key))).collect();
    off(&mut map, Address::key(0, 2));
    off(&mut map, Address::key(0, 1));
    let fourth = start(&mut map, Address::key(0, 3));
    assert_eq!((map.get(notes[2].id), map.evicted()), (None, 0), "the one released first");
    let fifth = start(&mut map, Address::key(0, 4));
    assert_eq!(map.get(notes[1].id), None);
    let events = resolve(&mut map, EventKind::NoteOn { note: Address::key(0, 5), velocity: 1.0 });
    assert_eq!(events[0], EventKind::Choke { note: notes[0] });
    assert!(matches!(events[1], EventKind::NoteOn { note: Note { key: 5, .. }, velocity: 1.0 }));
    assert_eq!((map.evicted(), map.held(), map.len()), (1, 3, 3));
    assert_eq!(off(&mut map, Address::key(0, 0)), [], "its note off finds nobody");
    assert_eq!(
        off(&mut map, Address::default()),
        [fourth, fifth, Note { id: NoteId(5), channel: 0, key: 5 }]
    );
}

#[test]
fn all_notes_off_and_all_sound_off_mean_one_channel() {
    let mut map = NoteMap::new(8);
    let [a, b, c] = [(0, 60), (0, 61), (1, 60)].map(|(ch, key)| start(&mut map, Address::key(ch, key)));
    let controller = |controller| EventKind::Controller { channel: 0, controller, value: 0.0 };
    let passed = |number| EventKind::Controller { channel: 0, controller: number, value: 0.0 };
    off(&mut map, Address::key(0, 61));
    let note_off = EventKind::NoteOff { note: a, velocity: RELEASE_VELOCITY };
    assert_eq!(resolve(&mut map, controller(123)), [note_off, passed(123)]);
    assert_eq!(resolve(&mut map, controller(123)), [passed(123)]);
    let chokes = [EventKind::Choke { note: a }, EventKind::Choke { note: b }];
    assert_eq!(resolve(&mut map, controller(120)), [chokes[0], chokes[1], passed(120)]);
    assert_eq!(resolve(&mut map, controller(64)), [passed(64)]);
    assert_eq!((map.len(), map.get(c.id)), (1, Some(c)));
}

#[test]
fn everything_can_be_released_and_choked() {
    let mut map = NoteMap::new(8);
    let notes: Vec<_> = (0..4).map(|key| start(&mut map, Address::key(key, key))).collect();
    off(&mut map, Address::key(1, 1));
    map.end(notes[2].id);
    let mut events = Vec::new();
    map.release_all(3, &mut |event| events.push(event));
    let off = |note| Event { frame: 3, kind: EventKind::NoteOff { note, velocity: RELEASE_VELOCITY } };
    assert_eq!(events, [off(notes[0]), off(notes[3])]);
    events.clear();
    map.choke_all(4, &mut |event| events.push(event));
    assert_eq!(
        events,
        [0, 1, 3].map(|n: usize| Event { frame: 4, kind: EventKind::Choke { note: notes[n] } })
    );
    assert!(map.is_empty() && map.held() == 0 && map.free.len() == 8);
}

#[test]
fn the_note_off_of_a_note_that_the_plugin_ended_ends_no_other() {
    let mut map = NoteMap::new(8);
    let key = Address::key(0, 36);
    let drum = start(&mut map, key);
    assert_eq!(map.end(drum.id), Some(key));
    assert_eq!((map.held(), map.get(drum.id)), (0, None));
    let next = start(&mut map, key);
    assert_eq!(tuned(&mut map, key), [next]);
    assert_eq!((off(&mut map, key), map.unmatched()), (vec![], 0));
    assert_eq!(off(&mut map, key), [next]);
}

#[test]
fn what_makes_no_sense_is_dropped() {
    let mut map = NoteMap::new(0);
    for note in [Address::key(16, 60), Address::key(0, 128), Address::default(), id_only(1)] {
        assert_eq!(resolve(&mut map, EventKind::NoteOn { note, velocity: 1.0 }), []);
    }
    assert_eq!(map.unmatched(), 4);
    let note = start(&mut map, Address { key: Some(60), ..Address::default() });
    assert_eq!((note.channel, note.key), (0, 60));
    assert_eq!(tuned(&mut map, Address::key(16, 60)), []);
    assert_eq!(tuned(&mut map, Address::key(0, 255)), []);
    let tuning = |value| {
        let expression = Expression::Tuning;
        EventKind::Expression { note: Address::key(0, 60), expression, value }
    };
    assert_eq!(resolve(&mut map, tuning(f32::NAN)), []);
    let reached = EventKind::Expression { note, expression: Expression::Tuning, value: 120.0 };
    assert_eq!(resolve(&mut map, tuning(500.0)), [reached]);
}

#[test]
fn ids_wrap_and_skip_notes_that_still_sound() {
    let mut map = NoteMap::new(4);
    map.next = IDS - 2;
    let long = start(&mut map, Address::key(0, 1));
    let other = start(&mut map, Address::key(0, 2));
    assert_eq!((long.id.0, other.id.0), (IDS - 2, IDS - 1));
    let zero = start(&mut map, Address::key(0, 3));
    assert_eq!((zero.id.0, map.get(long.id), map.get(zero.id)), (0, Some(long), Some(zero)));
    map.end(other.id);
    off(&mut map, Address::key(0, 2));
    map.next = IDS - 2;
    assert_eq!(start(&mut map, Address::key(0, 4)).id.0, IDS - 1);
    assert_eq!(start(&mut map, Address::key(0, 5)).id.0, 1);
}

/// The same by searching through one list.
struct Model {
    capacity: usize,
    /// In the order of note ons.
    notes: Vec<ModelNote>,
    next: u32,
    releases: u64,
    evicted: u64,
    unmatched: u64,
}

#[derive(Clone, Copy, Debug)]
struct ModelNote {
    note: Note,
    host: Option<i32>,
    /// Which release it was.
    released: Option<u64>,
    ended: bool,
}

impl Model {
    fn resolve(&mut self, kind: EventKind<Address>) -> Vec<EventKind> {
        match kind {
            EventKind::NoteOn { note, velocity } => self.start(note, velocity),
            EventKind::NoteOff { note, velocity } => {
                let all = note.id.is_none() && (note.channel.is_none() || note.key.is_none());
                let mut meant = self.meant(note, |other| other.released.is_none());
                meant.retain(|other| other.released.is_none());
                if !all {
                    meant.truncate(1);
                    self.unmatched += u64::from(meant.is_empty());
                }
                self.release(&meant, velocity)
            }
            EventKind::Choke { note } => {
                let meant = self.meant(note, |_| true);
                self.choke(&meant)
            }
            EventKind::Expression { note, expression, value } => {
                let by_id = note.id.is_some_and(|_| self.by_id(note).is_some());
                let mut meant = self.meant(note, |_| true);
                meant.retain(|other| (by_id || other.released.is_none()) && !other.ended);
                meant
                    .iter()
                    .map(|other| EventKind::Expression { note: other.note, expression, value })
                    .collect()
            }
            EventKind::Controller { channel, controller, value } => {
                let address = Address { channel: Some(channel), ..Address::default() };
                let mut meant = self.meant(address, |_| true);
                let mut events = match controller {
                    120 => self.choke(&meant),
                    123 => {
                        meant.retain(|other| other.released.is_none());
                        self.release(&meant, RELEASE_VELOCITY)
                    }
                    _ => vec![],
                };
                events.push(EventKind::Controller { channel, controller, value });
                events
            }
            other => panic!("not tried: {other:?}"),
        }
    }

    fn start(&mut self, address: Address, velocity: f32) -> Vec<EventKind> {
        let mut events = Vec::new();
        if self.notes.len() == self.capacity {
            let released = (0..self.notes.len()).filter(|n| self.notes[*n].released.is_some());
            let at = released.min_by_key(|n| self.notes[*n].released).unwrap_or(0);
            let gone = self.notes.remove(at);
            if gone.released.is_none() && !gone.ended {
                self.evicted += 1;
                events.push(EventKind::Choke { note: gone.note });
            }
        }
        for other in &mut self.notes {
            if other.host == address.id {
                other.host = None;
            }
        }
        let note =
            Note { id: NoteId(self.next), channel: address.channel.unwrap(), key: address.key.unwrap() };
        self.next += 1;
        self.notes.push(ModelNote { note, host: address.id, released: None, ended: false });
        events.push(EventKind::NoteOn { note, velocity });
        events
    }

    fn by_id(&self, address: Address) -> Option<&ModelNote> {
        self.notes.iter().find(|other| {
            other.host == address.id
                && address.channel.is_none_or(|channel| channel == other.note.channel)
                && address.key.is_none_or(|key| key == other.note.key)
        })
    }

    fn meant(&self, address: Address, fits: impl Fn(&ModelNote) -> bool) -> Vec<ModelNote> {
        if address.id.is_some() {
            if let Some(found) = self.by_id(address).filter(|other| fits(other)) {
                return vec![*found];
            }
            if address.channel.is_none() || address.key.is_none() {
                return vec![];
            }
        }
        let matches = |other: &&ModelNote| {
            address.channel.is_none_or(|channel| channel == other.note.channel)
                && address.key.is_none_or(|key| key == other.note.key)
        };
        self.notes.iter().filter(matches).copied().collect()
    }

    fn release(&mut self, meant: &[ModelNote], velocity: f32) -> Vec<EventKind> {
        let mut meant = meant.to_vec();
        // As the map does it; it decides who is evicted first.
        meant.sort_by_key(|other| (other.note.channel, other.note.key));
        let mut events = Vec::new();
        for note in meant {
            let at = self.notes.iter().position(|other| other.note.id == note.note.id).unwrap();
            if note.ended {
                self.notes.remove(at);
            } else {
                self.notes[at].released = Some(self.releases);
                self.releases += 1;
                events.push(EventKind::NoteOff { note: note.note, velocity });
            }
        }
        events
    }

    fn choke(&mut self, meant: &[ModelNote]) -> Vec<EventKind> {
        self.notes.retain(|other| meant.iter().all(|gone| gone.note.id != other.note.id));
        let sounding = meant.iter().filter(|other| !other.ended);
        sounding.map(|other| EventKind::Choke { note: other.note }).collect()
    }

    fn end(&mut self, id: NoteId) -> Option<Address> {
        let at = self.notes.iter().position(|other| other.note.id == id && !other.ended)?;
        let ModelNote { note, host, released, .. } = self.notes[at];
        if released.is_some() {
            self.notes.remove(at);
        } else {
            self.notes[at].ended = true;
        }
        Some(Address { id: host, channel: Some(note.channel), key: Some(note.key) })
    }
}

fn id_of(kind: &EventKind) -> NoteId {
    match kind {
        EventKind::NoteOn { note, .. }
        | EventKind::NoteOff { note, .. }
        | EventKind::Choke { note }
        | EventKind::Expression { note, .. } => note.id,
        _ => NoteId(u32::MAX),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Host(EventKind<Address>),
    /// The plugin ends the note that started so many notes ago.
    End(u32),
}

fn steps() -> impl Strategy<Value = Step> {
    let id = || prop::option::weighted(0.4, 0_i32..12);
    let exact = (id(), 0_u8..2, 60_u8..63).prop_map(|(id, channel, key)| Address {
        id,
        channel: Some(channel),
        key: Some(key),
    });
    let open = (id(), prop::option::of(0_u8..2), prop::option::of(60_u8..63))
        .prop_map(|(id, channel, key)| Address { id, channel, key });
    let any = prop_oneof![6 => exact.clone(), 1 => open.clone()];
    prop_oneof![
        50 => exact.prop_map(|note| Step::Host(EventKind::NoteOn { note, velocity: 0.5 })),
        30 => any.prop_map(|note| Step::Host(EventKind::NoteOff { note, velocity: 0.25 })),
        10 => open.clone().prop_map(|note| {
            Step::Host(EventKind::Expression { note, expression: Expression::Pan, value: 0.5 })
        }),
        1 => open.prop_map(|note| Step::Host(EventKind::Choke { note })),
        1 => (0_u8..2, prop::sample::select(vec![7_u8, 120, 123])).prop_map(|(channel, controller)| {
            Step::Host(EventKind::Controller { channel, controller, value: 0.0 })
        }),
        10 => (0_u32..40).prop_map(Step::End),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 20_000, ..ProptestConfig::default() })]
    /// About 10,000 notes a case.
    #[test]
    fn it_is_the_naive_list_but_faster(
        capacity in 1_u16..60,
        steps in prop::collection::vec(steps(), 20_000),
    ) {
        let mut map = NoteMap::new(capacity);
        let memory = (map.free.as_ptr(), map.ids.as_ptr(), map.hosts.as_ptr());
        let mut model = Model {
            capacity: capacity.into(),
            notes: vec![],
            next: 0,
            releases: 0,
            evicted: 0,
            unmatched: 0,
        };
        let mut offs = vec![0_u8; steps.len()];
        for step in steps {
            match step {
                Step::End(ago) => {
                    let id = NoteId(model.next.wrapping_sub(ago));
                    prop_assert_eq!(map.end(id), model.end(id));
                }
                Step::Host(kind) => {
                    let mut events = resolve(&mut map, kind);
                    let mut expected = model.resolve(kind);
                    for event in &events {
                        if let EventKind::NoteOff { note, .. } = event {
                            offs[note.id.0 as usize] += 1;
                            prop_assert_eq!(offs[note.id.0 as usize], 1, "one note off for a note");
                        }
                    }
                    events.sort_by_key(id_of);
                    expected.sort_by_key(id_of);
                    prop_assert_eq!(events, expected);
                }
            }
            let sounding = model.notes.iter().filter(|note| !note.ended);
            prop_assert_eq!(map.len(), sounding.clone().count());
            prop_assert_eq!(map.held(), sounding.filter(|note| note.released.is_none()).count());
            prop_assert!(map.ids.windows(2).all(|pair| pair[0].0 < pair[1].0), "ids are unique");
        }
        prop_assert_eq!((map.evicted(), map.unmatched()), (model.evicted, model.unmatched));
        for note in &model.notes {
            prop_assert_eq!(map.get(note.note.id), (!note.ended).then_some(note.note));
        }
        prop_assert_eq!((map.free.as_ptr(), map.ids.as_ptr(), map.hosts.as_ptr()), memory);
    }
}
