//! What the test plugin asks of an LV2 host, and what it tells: changed controls, changed state, latency.
#![allow(unsafe_code)]

use dyad_tests::lv2::{Event, Module, Offers, Rig, StateStore, Value, sys};
use dyad_tests::probe;

const CHANGED: &str = "http://lv2plug.in/ns/ext/state#StateChanged";

/// After its first block: what a trigger has when a run begins is no press.
fn active(offers: Offers) -> Rig {
    let mut rig = Rig::probe("stereo", offers, 512);
    rig.activate();
    rig.cycle(64, &[]);
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

/// Blocks until an output shows something else than 0, which must not take long; gives what it shows. The host's worker
/// comes after each block, where it is to.
fn until_shown(rig: &mut Rig, output: &str, worker: bool) -> f32 {
    let start = std::time::Instant::now();
    while rig.get(output) == 0.0 {
        assert!(start.elapsed().as_secs() < 20, "nobody has done it");
        if worker {
            rig.work();
        }
        rig.cycle(64, &[]);
        std::thread::yield_now();
    }
    rig.get(output)
}

#[test]
fn main_thread_tasks_are_done_by_the_worker() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 1);
    rig.cycle(64, &[]);
    assert_eq!([rig.get("told"), rig.get("worker")], [1.0, 1.0], "in this one visit");
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 0, "nothing is left, nothing is asked for");
}

#[test]
fn main_thread_tasks_are_done_by_the_service_thread_where_there_is_no_worker() {
    let mut rig = active(Offers::default());
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(until_shown(&mut rig, "told", false), 1.0);
    assert_eq!(rig.get("worker"), 0.0);
}

#[test]
fn nothing_that_waits_is_lost_when_a_run_ends_or_begins_anew() {
    let rate = |rig: &Rig| {
        let extension = rig.descriptor.extension_data.expect("extension_data is there");
        // SAFETY: a string; the answer is the struct that this URI stands for.
        let options = unsafe { extension(sys::LV2_OPTIONS__interface.as_ptr().cast()) };
        // SAFETY: as above.
        let options = unsafe { options.cast::<sys::LV2_Options_Interface>().as_ref() }.expect("options");
        let rate = 96_000f32;
        let end = sys::LV2_Options_Option {
            context: 0,
            subject: 0,
            key: 0,
            size: 0,
            type_: 0,
            value: std::ptr::null(),
        };
        let key = rig.urid("http://lv2plug.in/ns/ext/parameters#sampleRate");
        let kind = rig.urid("http://lv2plug.in/ns/ext/atom#Float");
        let value = (&raw const rate).cast();
        let list = [sys::LV2_Options_Option { key, size: 4, type_: kind, value, ..end }, end];
        // SAFETY: the instance, and a list that ends.
        assert_eq!(unsafe { options.set.expect("set")(rig.handle, list.as_ptr()) }, 0);
    };
    for how in ["deactivated", "activated twice", "at another rate"] {
        let mut rig = active(Offers::default());
        let title = [set_text(&rig, "urn:dyad:probe#property/title", Value::Text(how.into()))];
        rig.cycle(64, &title);
        match how {
            "deactivated" => rig.deactivate(),
            "activated twice" => rig.activate(),
            _ => rate(&rig),
        }
        let saved = StateStore::save(rig.state(), rig.handle).expect("it saves");
        let has = saved.0[0].value.windows(how.len()).any(|bytes| bytes == how.as_bytes());
        assert!(has, "{how}");
    }
}

#[test]
fn a_trigger_that_is_left_pressed_does_not_press_again_when_a_run_begins() {
    let mut rig = active(Offers::default());
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(until_shown(&mut rig, "told", false), 1.0);
    for _ in 0..3 {
        rig.deactivate();
        rig.activate();
        let out = rig.cycle(64, &[]);
        assert_eq!(rig.objects(&out, CHANGED).len(), 0, "nothing was pressed");
    }
    rig.set("press", 0.0);
    rig.cycle(64, &[]);
    rig.set("press", 1.0);
    let out = rig.cycle(64, &[]);
    assert_eq!(rig.objects(&out, CHANGED).len(), 1, "and now it was");
}

fn set_text(rig: &Rig, property: &str, value: Value) -> Event {
    let patch = |name: &str| format!("http://lv2plug.in/ns/ext/patch#{name}");
    let properties = [(patch("property"), Value::Uri(property.into())), (patch("value"), value)];
    let properties: Vec<_> = properties.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    rig.object(0, &patch("Set"), &properties)
}

/// Hands the plugin a file, whose length a background task finds out.
fn hand_over(rig: &mut Rig, name: &str, bytes: usize) {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, vec![0; bytes]).expect("a file can be written");
    let path = Value::Path(file.to_str().expect("text").into());
    let event = [set_text(rig, "urn:dyad:probe#property/file", path)];
    rig.cycle(64, &event);
}

#[test]
fn the_hosts_worker_has_background_tasks_done_at_once() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    hand_over(&mut rig, "a file for the worker", 1234);
    assert_eq!(rig.work(), 1, "the text is set, and the service thread woken for its task");
    // No worker comes any more; a thread that was not woken would look after 200 ms or more, and only then.
    let start = std::time::Instant::now();
    assert_eq!(until_shown(&mut rig, "file_length", false), 1234.0);
    let quick = start.elapsed();
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 0, "nothing is left, nothing is asked for");
    println!("{quick:?} from the worker's visit to the answer");
}

#[test]
fn a_worker_that_never_comes_keeps_nothing_for_ever() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    for bytes in [4321, 1234] {
        hand_over(&mut rig, "a file for a worker that sleeps", bytes);
        // The service thread does it, and a worker that was asked in vain is asked again.
        let start = std::time::Instant::now();
        while rig.get("file_length") != bytes as f32 {
            assert!(start.elapsed().as_secs() < 20, "nobody has done it");
            rig.cycle(64, &[]);
            std::thread::yield_now();
        }
    }
    assert!(rig.work() >= 2, "it was asked each time");
}

#[test]
fn a_job_that_the_host_has_lost_is_asked_for_again() {
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    rig.host.lose_jobs(1);
    rig.set("press", 1.0);
    // A tenth of a second of blocks, and one more.
    let blocks = 48_000 / 10 / 64 + 2;
    let asked: Vec<_> = (0..blocks)
        .filter(|_| {
            rig.cycle(64, &[]);
            rig.work() > 0
        })
        .collect();
    assert_eq!(asked.len(), 1, "asked again: {asked:?}");
}

/// Has a job scheduled that the host's worker has not come for when the instance is gone; and then it comes.
/// `between` happens before it does. Gives what was logged until then.
fn late_worker(mut rig: Rig, deactivate: bool, between: impl FnOnce()) -> Vec<(String, String)> {
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    if deactivate {
        rig.deactivate();
    }
    // SAFETY: the instance, given back once.
    unsafe { rig.descriptor.cleanup.expect("cleanup is there")(rig.handle) };
    let said = rig.host.logged();
    // The interface is in the binary, so it is asked for before that may be gone.
    let worker = dyad_tests::lv2::worker(rig.descriptor);
    between();
    dyad_tests::lv2::work(worker, rig.handle, &[0; 4]);
    assert_eq!(rig.host.logged(), [], "a late worker does nothing");
    // Nothing is left to be given back.
    rig.handle = std::ptr::null_mut();
    said
}

#[track_caller]
fn assert_said_to_be_late(said: &[(String, String)]) {
    let [(kind, line)] = said else { panic!("one line: {said:?}") };
    assert_eq!(kind, "http://lv2plug.in/ns/ext/log#Warning");
    assert!(line.contains("urn:dyad:probe") && line.contains("worker has not come"), "{line}");
}

#[test]
fn a_worker_that_comes_after_the_instance_is_gone_does_nothing() {
    for deactivate in [true, false] {
        let rig = active(Offers { worker: true, log: true, ..Offers::default() });
        assert_said_to_be_late(&late_worker(rig, deactivate, || {}));
    }
    // And one that has come in time leaves nothing to say.
    let mut rig = active(Offers { worker: true, log: true, ..Offers::default() });
    rig.set("press", 1.0);
    rig.cycle(64, &[]);
    assert_eq!(rig.work(), 1);
    // SAFETY: the instance, given back once.
    unsafe { rig.descriptor.cleanup.expect("cleanup is there")(rig.handle) };
    rig.handle = std::ptr::null_mut();
    assert_eq!(rig.host.logged(), []);
}

/// Whether a file is mapped into this process.
fn is_mapped(file: &std::path::Path) -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux has it");
    maps.contains(file.to_str().expect("text"))
}

#[test]
fn code_that_a_late_worker_may_run_is_not_unloaded() {
    // A binary of its own, which nobody else in this program keeps.
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.canonicalize().expect("it is there").join("probe of a late worker.so");
    for late in [false, true] {
        let _ = std::fs::remove_file(&file);
        std::fs::copy(probe::built("probe.lv2/probe.so"), &file).expect("a file can be written");
        let module = Module::load(&file);
        let offers = Offers { worker: true, log: true, ..Offers::default() };
        let mut rig = Rig::probe("stereo", offers, 512);
        let cleanup = rig.descriptor.cleanup.expect("cleanup is there");
        // SAFETY: an instance of the program's own module, given back once.
        unsafe { cleanup(rig.handle) };
        // SAFETY: descriptors live as long as the module, and none is used after it.
        rig.descriptor = unsafe { &*std::ptr::from_ref(module.find(&rig.table.uri)) };
        let instantiate = rig.descriptor.instantiate.expect("instantiate is there");
        // SAFETY: a descriptor of the binary, a path, and features that live in the rig.
        rig.handle = unsafe { instantiate(rig.descriptor, 48_000.0, c"/".as_ptr(), rig.host.features()) };
        rig.connect_all();
        rig.activate();
        rig.cycle(64, &[]);
        if late {
            let unload = || {
                drop(module);
                assert!(is_mapped(&file), "a worker may still come");
            };
            assert_said_to_be_late(&late_worker(rig, true, unload));
        } else {
            drop(rig);
            drop(module);
            assert!(!is_mapped(&file), "nobody can come");
        }
    }
    let _ = std::fs::remove_file(&file);
}

#[test]
fn a_host_that_does_the_work_at_once_is_not_kept_waiting() {
    // As jalv does while it free-wheels, and Ardour while it loads a session: `work` is called within `run`.
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    rig.host.work_at_once(rig.descriptor, rig.handle);
    hand_over(&mut rig, "a file that takes long.slow", 99);
    rig.cycle(64, &[]);
    assert_eq!(rig.get("file_length"), 0.0, "run came back long before the task was done");
    assert_eq!(until_shown(&mut rig, "file_length", false), 99.0);
}

#[test]
fn texts_that_come_too_fast_end_with_the_last_one_or_the_host_is_told() {
    // Nobody comes by in between: the queue has 16 places.
    let mut rig = active(Offers { worker: true, ..Offers::default() });
    let title = |rig: &Rig, n: usize| {
        set_text(rig, "urn:dyad:probe#property/title", Value::Text(format!("value {n}")))
    };
    let events: Vec<_> = (0..20).map(|n| title(&rig, n)).collect();
    rig.cycle(64, &events);
    rig.work();
    let out = rig.cycle(64, &[]);
    let told = rig.objects(&out, "http://lv2plug.in/ns/ext/patch#Set");
    let value = |set: &Vec<(u32, u32, Vec<u8>)>| String::from_utf8_lossy(&set[1].2).into_owned();
    assert_eq!(told.iter().map(value).next().as_deref(), Some("value 15\0"), "what the value is now");
    let events = [title(&rig, 99)];
    rig.cycle(64, &events);
    rig.work();
    let saved = StateStore::save(rig.state(), rig.handle).expect("it saves");
    assert!(saved.0[0].value.windows(8).any(|bytes| bytes == b"value 99"));
}
