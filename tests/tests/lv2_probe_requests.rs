//! What the test plugin asks of an LV2 host, and what it tells: changed controls, changed state, latency.
#![allow(unsafe_code)]

use dyad_tests::lv2::{Offers, Rig};

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
