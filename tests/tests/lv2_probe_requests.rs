//! What the test plugin asks of an LV2 host, and what it tells: changed controls, changed state, latency.
#![allow(unsafe_code)]

use dyad_tests::lv2::{Offers, Rig, StateStore, Value};

const CHANGED: &str = "http://lv2plug.in/ns/ext/state#StateChanged";

fn active(offers: Offers) -> Rig {
    let rig = Rig::probe("stereo", offers, 512);
    rig.activate();
    rig
}

fn named(changes: &[(&str, f32)]) -> Vec<(String, f32)> {
    changes.iter().map(|(symbol, value)| ((*symbol).to_owned(), *value)).collect()
}

#[test]
fn the_host_is_asked_to_set_what_the_plugin_has_set() {
    let mut rig = active(Offers { port_changes: true, ..Offers::default() });
    rig.cycle(64, &[]);
    assert_eq!(rig.port_changes(), []);
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(rig.port_changes(), named(&[("follow", 0.75), ("press", 0.0)]), "and the button comes back");
    // The host does as it is told.
    rig.set("press", 0.0);
    rig.set("follow", 0.75);
    rig.cycle(64, &[]);
    assert_eq!(rig.port_changes(), [], "what the host has set itself is not asked for");
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(rig.port_changes(), named(&[("press", 0.0)]), "pressed again; it follows already");
}

#[test]
fn without_the_feature_nobody_is_asked_and_a_port_that_stays_does_not_press_again() {
    let mut rig = active(Offers::default());
    rig.set("press", 1.0);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.objects(&out, CHANGED).len(), 1);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.objects(&out, CHANGED).len(), 0, "the port still holds 1");
    rig.set("press", 0.0);
    rig.cycle(64, &[]);
    rig.set("press", 1.0);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.objects(&out, CHANGED).len(), 1);
    assert_eq!(rig.port_changes(), []);
}

#[test]
fn a_changed_state_is_told_once_and_when_there_is_room() {
    let mut rig = active(Offers::default());
    rig.set("press", 1.0);
    // Room for the sequence, and none for the object.
    for room in [8, 31] {
        let out = rig.cycle_within(512, &[], room);
        assert_eq!(out, [], "{room} bytes");
    }
    let out = rig.cycle_within(512, &[rig.midi(5, &[0x90, 60, 1])], 56);
    assert_eq!(rig.midi_of(&out).len(), 1, "MIDI comes first");
    assert_eq!(rig.objects(&out, CHANGED), [vec![]]);
    assert_eq!(out.last().map(|event| event.frame), Some(511));
    let out = rig.cycle(512, &[]);
    assert_eq!(out, [], "once");
}

#[test]
fn latency_is_written_with_every_run() {
    let mut rig = active(Offers::default());
    rig.cycle(64, &[]);
    assert_eq!(rig.get("latency"), 0.0);
    rig.set("delay", 300.0);
    rig.cycle(64, &[]);
    assert_eq!(rig.get("latency"), 300.0);
    rig.set("latency", f32::NAN);
    rig.cycle(64, &[]);
    assert_eq!(rig.get("latency"), 300.0, "it is written, changed or not");
}

#[test]
fn main_thread_tasks_are_done_by_the_worker_and_without_one_by_the_service_thread() {
    for worker in [true, false] {
        let mut rig = active(Offers { worker, ..Offers::default() });
        rig.set("press", 1.0);
        rig.cycle(64, &[]);
        let start = std::time::Instant::now();
        while rig.get("told") < 1.0 {
            assert!(start.elapsed().as_secs() < 20, "nobody has done it, worker {worker}");
            if worker {
                rig.work();
            }
            rig.cycle(64, &[]);
            std::thread::yield_now();
        }
    }
}

/// Hands the plugin a file, whose length a background task finds out.
fn hand_over(rig: &mut Rig, name: &str, bytes: usize) {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, vec![0; bytes]).expect("a file can be written");
    let patch = |name: &str| format!("http://lv2plug.in/ns/ext/patch#{name}");
    let properties = [
        (patch("property"), Value::Uri("urn:dyad:probe#property/file".into())),
        (patch("value"), Value::Path(file.to_str().expect("text").into())),
    ];
    let properties: Vec<_> = properties.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let event = [rig.object(0, &patch("Set"), &properties)];
    rig.cycle(64, &event);
}

#[test]
fn background_tasks_are_done_by_the_hosts_worker_alone() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    hand_over(&mut rig, "a file for the worker", 1234);
    assert_eq!(rig.work(), 1, "the text is set, and its task done with it");
    rig.cycle(64, &[]);
    assert_eq!([rig.get("file_length"), rig.get("worker")], [1234.0, 1.0]);
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 0, "nothing is left, nothing is scheduled");
    // A session is restored, which hands the task over outside of any block: the next block has it scheduled.
    hand_over(&mut rig, "another file for the worker", 77);
    let _ = StateStore::save(rig.state(), rig.handle).expect("saving sets the text");
    rig.cycle(64, &[]);
    assert!(rig.work() > 0);
    rig.cycle(64, &[]);
    assert_eq!(rig.get("file_length"), 77.0);
}

#[test]
fn a_worker_that_never_comes_is_waited_for_no_longer_than_needed() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    hand_over(&mut rig, "a file for a worker that sleeps", 4321);
    // After 200 ms for the text, and as much for the task, the service thread does it. The test has no clock,
    // but ends.
    let start = std::time::Instant::now();
    while rig.get("file_length") != 4321.0 {
        assert!(start.elapsed().as_secs() < 20, "nobody has done it");
        rig.cycle(64, &[]);
        std::thread::yield_now();
    }
    assert_eq!(rig.get("worker"), 0.0, "it was the module's own thread");
}

#[test]
fn without_a_worker_the_service_thread_does_background_tasks() {
    let mut rig = active(Offers::default());
    hand_over(&mut rig, "a file for the service thread", 555);
    let start = std::time::Instant::now();
    while rig.get("file_length") != 555.0 {
        assert!(start.elapsed().as_secs() < 20, "nobody has done it");
        rig.cycle(64, &[]);
        std::thread::yield_now();
    }
    assert_eq!(rig.get("worker"), 0.0);
}

#[test]
fn a_host_that_does_the_work_at_once_is_well_served() {
    // As jalv does while it free-wheels: `work` is called within `run`.
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    rig.host.work_at_once(rig.descriptor, rig.handle);
    hand_over(&mut rig, "a file for a worker that is quick", 99);
    for _ in 0..4 {
        rig.cycle(64, &[]);
    }
    assert_eq!(rig.get("file_length"), 99.0);
}
