//! Messages between the test plugin's sound and an editor, as objects on the atom ports.
#![allow(unsafe_code)]

use dyad_tests::command::hush;
use dyad_tests::gain::RATE;
use dyad_tests::lv2::{Event, Offers, Rig, Value};
use dyad_ttl::{MESSAGE, MESSAGE_BYTES, WATCH};

fn active() -> Rig {
    hush();
    let rig = Rig::probe("stereo", Offers::default(), 512);
    rig.activate();
    rig
}

fn say(rig: &Rig, bytes: &[u8]) -> Event {
    rig.object(3, MESSAGE, &[(MESSAGE_BYTES, Value::Bytes(bytes.to_vec()))])
}

fn watch(rig: &Rig) -> Event {
    rig.object(0, WATCH, &[])
}

/// The messages that came out.
fn said(rig: &Rig, events: &[Event]) -> Vec<Vec<u8>> {
    let chunk = rig.urid("http://lv2plug.in/ns/ext/atom#Chunk");
    let message = |properties: Vec<(u32, u32, Vec<u8>)>| {
        let [(key, kind, bytes)] = <[_; 1]>::try_from(properties).expect("one property");
        assert_eq!((key, kind), (rig.urid(MESSAGE_BYTES), chunk));
        bytes
    };
    rig.objects(events, MESSAGE).into_iter().map(message).collect()
}

#[test]
fn a_message_is_answered_while_somebody_watches() {
    let mut rig = active();
    let hello = say(&rig, b"hello");
    let out = rig.cycle(64, std::slice::from_ref(&hello));
    assert_eq!(said(&rig, &out).len(), 0, "nobody watches");
    let both = [watch(&rig), hello.clone()];
    let out = rig.cycle(64, &both);
    assert_eq!(said(&rig, &out), [b"olleh"], "once, and not what was said before");
    let out = rig.cycle(64, &[]);
    assert_eq!(said(&rig, &out).len(), 0);
    let out = rig.cycle(64, std::slice::from_ref(&hello));
    assert_eq!(said(&rig, &out), [b"olleh"]);
}

#[test]
fn a_stream_ends_three_seconds_after_the_last_word() {
    let mut rig = active();
    let begin = [watch(&rig), say(&rig, b"stream")];
    rig.cycle(512, &begin);
    let blocks = |seconds: f64, rig: &mut Rig| {
        let count = (seconds * RATE / 512.0) as usize;
        (0..count)
            .map(|_| {
                let out = rig.cycle(512, &[]);
                said(rig, &out).len()
            })
            .collect::<Vec<_>>()
    };
    let first = blocks(2.5, &mut rig);
    assert!(first.iter().skip(3).all(|count| *count == 1), "one for each block");
    let again = [watch(&rig)];
    rig.cycle(512, &again);
    let second = blocks(2.9, &mut rig);
    assert!(second.iter().all(|count| *count == 1), "the lease was renewed");
    let rest = blocks(3.0, &mut rig);
    let last = rest.iter().rposition(|count| *count > 0).unwrap_or(0);
    assert!(last < (0.2 * RATE / 512.0) as usize, "it ended {last} blocks later");
    // A new editor gets nothing of what was said to the old one.
    rig.cycle(512, &again);
    let fresh = blocks(0.5, &mut rig);
    assert!(fresh.iter().all(|count| *count <= 2), "no backlog: {fresh:?}");
}

#[test]
fn no_more_goes_out_than_hosts_can_hand_on() {
    let mut rig = active();
    let begin = [watch(&rig), say(&rig, b"stream")];
    rig.cycle(1, &begin);
    // Pieces of one frame are the most messages that there can be.
    let (mut bytes, mut count) = (0, 0);
    for _ in 0..(RATE as usize / 4) {
        let out = rig.cycle(1, &[]);
        bytes += out.iter().map(|event| 16 + event.body.len().next_multiple_of(8)).sum::<usize>();
        count += out.len();
    }
    assert!(count > 100 && bytes <= 30_000, "{count} messages, {bytes} bytes in a quarter of a second");
}

#[test]
fn what_finds_no_room_waits() {
    let mut rig = active();
    let begin = [watch(&rig), say(&rig, b"stream")];
    rig.cycle(64, &begin);
    let small = rig.cycle_within(64, &[], 60);
    assert_eq!(said(&rig, &small).len(), 0, "no room");
    let out = rig.cycle(64, &[]);
    assert!(said(&rig, &out).len() >= 2, "all that waited, in order");
    let numbers: Vec<_> = said(&rig, &out).into_iter().filter(|bytes| bytes.len() == 10).collect();
    assert!(numbers.is_sorted() && numbers.len() >= 2, "{numbers:?}");
}

#[test]
fn what_is_no_message_changes_nothing() {
    let mut rig = active();
    let whole = say(&rig, b"hello");
    let cut = Event::new(0, whole.kind, &whole.body[..whole.body.len() - 8]);
    let events = [
        watch(&rig),
        cut,
        rig.object(0, MESSAGE, &[]),
        rig.object(0, MESSAGE, &[(MESSAGE_BYTES, Value::Text("hello".into()))]),
        rig.object(0, MESSAGE, &[("urn:example:bytes", Value::Bytes(b"hello".to_vec()))]),
        rig.object(0, "urn:example:Message", &[(MESSAGE_BYTES, Value::Bytes(b"hello".to_vec()))]),
        say(&rig, &[7; 4097]),
    ];
    let out = rig.cycle(64, &events);
    let later = rig.cycle(64, &[]);
    assert_eq!(said(&rig, &out).len() + said(&rig, &later).len(), 0);
    let empty = say(&rig, &[]);
    let out = rig.cycle(64, &[empty]);
    assert_eq!(said(&rig, &out), [b""], "an empty one is one");
    rig.deactivate();
    rig.activate();
    let again = [watch(&rig), say(&rig, b"on")];
    let out = rig.cycle(64, &again);
    assert_eq!(said(&rig, &out), [b"no"], "in the next run too");
}
