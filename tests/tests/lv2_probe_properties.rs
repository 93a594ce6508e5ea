//! Texts and paths of the test plugin through LV2's patch messages.
#![allow(unsafe_code)]

use dyad_core::state::Document;
use dyad_tests::command::hush;
use dyad_tests::lv2::Value::{Path, Text, Uri};
use dyad_tests::lv2::{Event, Offers, Rig, StateStore, Value};

const PATCH: &str = "http://lv2plug.in/ns/ext/patch#";
const TITLE: &str = "urn:dyad:probe#property/title";
const FILE: &str = "urn:dyad:probe#property/file";
const ATOM: &str = "http://lv2plug.in/ns/ext/atom#";

fn active(worker: bool) -> Rig {
    hush();
    let rig = Rig::probe("stereo", Offers { worker, ..Offers::default() }, 64);
    rig.activate();
    rig
}

fn patch(rig: &Rig, kind: &str, properties: &[(&str, Value)]) -> Event {
    let keys: Vec<_> = properties.iter().map(|(key, _)| format!("{PATCH}{key}")).collect();
    let all = keys.iter().zip(properties).map(|(key, (_, value))| (key.as_str(), value.clone()));
    rig.object(5, &format!("{PATCH}{kind}"), &all.collect::<Vec<_>>())
}

fn set(rig: &Rig, property: &str, value: Value) -> Event {
    patch(rig, "Set", &[("property", Uri(property.into())), ("value", value)])
}

/// The values that the plugin tells: property, text.
fn told(rig: &Rig, events: &[Event]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for properties in rig.objects(events, &format!("{PATCH}Set")) {
        let [(key, kind, property), (value_key, value_kind, value)] = &properties[..] else {
            panic!("a property and a value: {properties:?}")
        };
        assert_eq!(
            (*key, *kind),
            (rig.urid(&format!("{PATCH}property")), rig.urid(&format!("{ATOM}URID")))
        );
        assert_eq!(*value_key, rig.urid(&format!("{PATCH}value")));
        let number = u32::from_ne_bytes(property[..].try_into().expect("a number"));
        let (property, kind) =
            if number == rig.urid(TITLE) { ("title", "String") } else { ("file", "Path") };
        assert!(number == rig.urid(TITLE) || number == rig.urid(FILE));
        assert_eq!(*value_kind, rig.urid(&format!("{ATOM}{kind}")));
        let text = value.strip_suffix(&[0]).expect("a 0 at its end");
        all.push((property.to_owned(), String::from_utf8(text.to_vec()).expect("UTF-8")));
    }
    all
}

fn pairs(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

/// The properties in what it saves.
fn saved(rig: &Rig) -> Vec<(String, String)> {
    let store = StateStore::save(rig.state(), rig.handle).expect("it saves");
    let document = Document::parse(&store.0[0].value).expect("a document");
    let properties = document.properties.iter();
    properties.map(|(id, value)| (id.to_owned(), value.expect("a text").text.to_owned())).collect()
}

#[test]
fn the_hosts_worker_sets_a_property() {
    let mut rig = active(true);
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 0, "nothing to do, nothing scheduled");
    let events = [set(&rig, TITLE, Text("Ünïtled".into())), set(&rig, FILE, Path("/no such file".into()))];
    rig.cycle(64, &events);
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 1, "one visit for both");
    rig.cycle(64, &[]);
    assert!(rig.work() <= 1, "the file is read, unless the thread that was woken has seen that at once");
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 0);
    assert_eq!(saved(&rig), pairs(&[("file", "/no such file"), ("title", "Ünïtled")]));
    let again = [set(&rig, TITLE, Text(String::new()))];
    rig.cycle(64, &again);
    assert_eq!(rig.work(), 1);
    assert_eq!(saved(&rig)[1].1, "");
}

#[test]
fn every_block_may_have_work_for_a_prompt_worker() {
    let mut rig = active(true);
    for n in 0..10 {
        let event = [set(&rig, TITLE, Text(n.to_string()))];
        rig.cycle(64, &event);
        assert_eq!(rig.work(), 1, "block {n}");
    }
    assert_eq!(saved(&rig)[1].1, "9");
}

#[test]
fn saving_and_deactivating_take_what_was_set() {
    let mut rig = active(false);
    let event = [set(&rig, TITLE, Text("one".into()))];
    rig.cycle(64, &event);
    assert_eq!(saved(&rig)[1].1, "one", "without a worker");
    let event = [set(&rig, TITLE, Text("two".into()))];
    rig.cycle(64, &event);
    rig.deactivate();
    assert_eq!(saved(&rig)[1].1, "two");
}

#[test]
fn the_service_thread_does_it_where_nobody_else_comes() {
    let mut rig = active(false);
    let event = [set(&rig, TITLE, Text("late".into())), patch(&rig, "Get", &[])];
    let mut out = rig.cycle(64, &event);
    // It comes after 200 ms or more; the test has no clock, but ends.
    while told(&rig, &out).is_empty() {
        std::thread::yield_now();
        out = rig.cycle(64, &[]);
    }
    assert_eq!(told(&rig, &out), pairs(&[("title", "late"), ("file", "")]));
}

#[test]
fn free_wheeling_waits_for_nobody() {
    let mut rig = active(false);
    rig.set("freewheel", 1.0);
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("a file of 12.bytes");
    std::fs::write(&file, "twelve bytes").expect("a file can be written");
    let events = [set(&rig, FILE, Path(file.to_str().expect("text").into())), patch(&rig, "Get", &[])];
    rig.cycle(64, &events);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.get("file_length"), 12.0, "set after one block, read before the next");
    assert_eq!(told(&rig, &out)[1].1, file.to_str().expect("text"));
}

#[test]
fn questions_are_answered() {
    let mut rig = active(true);
    let events = [set(&rig, TITLE, Text("t".into())), set(&rig, FILE, Path("/f".into()))];
    rig.cycle(64, &events);
    rig.work();
    rig.cycle(64, &[]);
    let one = [patch(&rig, "Get", &[("property", Uri(FILE.into()))])];
    let out = rig.cycle(64, &one);
    assert_eq!(told(&rig, &out), [], "not before the worker has been there");
    rig.work();
    let out = rig.cycle(64, &[]);
    assert_eq!(told(&rig, &out), pairs(&[("file", "/f")]));
    let out = rig.cycle(64, &[]);
    assert_eq!(out, [], "once");
    // What is set just before is in the answer.
    let both = [set(&rig, TITLE, Text("new".into())), patch(&rig, "Get", &[])];
    rig.cycle(64, &both);
    rig.work();
    let out = rig.cycle(64, &[]);
    assert_eq!(told(&rig, &out), pairs(&[("title", "new"), ("file", "/f")]));
    let ours = [patch(&rig, "Get", &[("subject", Uri("urn:dyad:probe#stereo".into()))])];
    rig.cycle(64, &ours);
    assert_eq!(rig.work(), 1, "it is the subject");
    let others = [
        patch(&rig, "Get", &[("subject", Uri("urn:example:other".into()))]),
        patch(&rig, "Get", &[("property", Uri("urn:example:other".into()))]),
        patch(&rig, "Put", &[("property", Uri(TITLE.into()))]),
    ];
    rig.cycle(64, &others);
    assert_eq!(rig.work(), 0, "others' questions");
}

#[test]
fn answers_wait_for_room() {
    let mut rig = active(true);
    let long = "x".repeat(4096);
    let events = [set(&rig, TITLE, Text(long.clone())), patch(&rig, "Get", &[])];
    rig.cycle(64, &events);
    rig.work();
    let small = rig.cycle_within(64, &[], 1000);
    assert_eq!(told(&rig, &small), pairs(&[("file", "")]), "the short one fits");
    let out = rig.cycle(64, &[]);
    assert_eq!(told(&rig, &out), pairs(&[("title", &long)]));
}

#[test]
fn a_restored_session_is_told() {
    let mut rig = active(true);
    let event = [set(&rig, TITLE, Text("saved".into()))];
    rig.cycle(64, &event);
    rig.work();
    let state = StateStore::save(rig.state(), rig.handle).expect("it saves");
    let event = [set(&rig, TITLE, Text("later".into()))];
    rig.cycle(64, &event);
    assert_eq!(state.restore(rig.state(), rig.handle, std::ptr::null()), 0);
    rig.work();
    let out = rig.cycle(64, &[]);
    assert_eq!(
        told(&rig, &out),
        pairs(&[("title", "saved"), ("file", "")]),
        "and what was set before is gone"
    );
}

#[test]
fn several_are_put_at_once() {
    let mut rig = active(true);
    let body = |rig: &Rig| {
        let all = [
            (TITLE, Text("both".into())),
            ("urn:example:other", Text("x".into())),
            (FILE, Path("/a b.wav".into())),
        ];
        rig.object(0, "", &all)
    };
    let (mine, its) = (Uri("urn:dyad:probe#stereo".into()), Value::Object(body(&rig)));
    let put = [patch(&rig, "Put", &[("subject", mine), ("body", its)])];
    rig.cycle(64, &put);
    rig.work();
    assert_eq!(saved(&rig), pairs(&[("file", "/a b.wav"), ("title", "both")]));
    rig.cycle(64, &[]);
    assert!(rig.work() <= 1, "for the file");
    // Somebody else's, one without a body, and one whose body is none.
    let (others, its) = (Uri("urn:example:plugin".into()), Value::Object(body(&rig)));
    let bad = [
        patch(&rig, "Put", &[("subject", others), ("body", its)]),
        patch(&rig, "Put", &[]),
        patch(&rig, "Put", &[("body", Text("no object".into()))]),
    ];
    rig.cycle(64, &bad);
    assert_eq!(rig.work(), 0, "nothing to do");
}

#[test]
fn what_is_no_value_changes_nothing() {
    let mut rig = active(true);
    let good = [set(&rig, TITLE, Text("good".into()))];
    rig.cycle(64, &good);
    rig.work();
    let whole = set(&rig, TITLE, Text("cut off".into()));
    let cut = Event::new(whole.frame, whole.kind, &whole.body[..whole.body.len() - 8]);
    let mut latin = set(&rig, TITLE, Text("????".into()));
    for byte in latin.body.iter_mut().filter(|byte| **byte == b'?') {
        *byte = 0xE4;
    }
    let events = [
        cut,
        set(&rig, TITLE, Value::Int(5)),
        set(&rig, "urn:example:other", Text("x".into())),
        patch(&rig, "Set", &[("value", Text("x".into()))]),
        patch(&rig, "Set", &[("property", Uri(TITLE.into()))]),
    ];
    for event in &events {
        rig.cycle(64, std::slice::from_ref(event));
        assert_eq!(rig.work(), 0, "an event of {} bytes", event.size);
    }
    rig.cycle(64, &events);
    assert_eq!((rig.work(), saved(&rig)), (0, pairs(&[("file", ""), ("title", "good")])), "all at once");
    rig.cycle(64, &[latin]);
    rig.work();
    let out = rig.cycle(64, &[]);
    assert_eq!(
        told(&rig, &out)[0],
        ("title".to_owned(), "good".to_owned()),
        "the host hears what it still is"
    );
    assert_eq!(saved(&rig)[1].1, "good");
}

#[test]
fn a_text_that_is_too_long_changes_nothing_and_the_host_is_told() {
    let mut rig = active(true);
    let events = [set(&rig, TITLE, Text("good".into())), set(&rig, TITLE, Text("x".repeat(4097)))];
    rig.cycle(64, &events);
    assert_eq!(rig.work(), 1);
    let out = rig.cycle(64, &[]);
    assert_eq!(
        told(&rig, &out),
        pairs(&[("title", "good"), ("file", "")]),
        "the host hears what it still is"
    );
    assert_eq!(saved(&rig)[1].1, "good");
    let out = rig.cycle(64, &[]);
    assert_eq!((told(&rig, &out), rig.work()), (vec![], 0), "once");
}

#[test]
fn a_flood_is_dropped_and_what_came_first_is_kept() {
    let mut rig = active(true);
    let flood: Vec<_> = (0..100).map(|n| set(&rig, TITLE, Text(n.to_string()))).collect();
    rig.cycle(64, &flood);
    rig.work();
    assert_eq!(saved(&rig)[1].1, "15", "16 can wait");
    let one = [set(&rig, TITLE, Text("after".into()))];
    rig.cycle(64, &one);
    rig.work();
    assert_eq!(saved(&rig)[1].1, "after");
    rig.deactivate();
}
