//! What a person should know goes to the host's log, where there is one: one line, which names the plugin.
#![allow(unsafe_code)]

use dyad_tests::lv2::{Host, Module, Offers, Property, Rig, StateStore, sys};

const ERROR: &str = "http://lv2plug.in/ns/ext/log#Error";
const WARNING: &str = "http://lv2plug.in/ns/ext/log#Warning";
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";

fn offers() -> Offers {
    Offers { log: true, ..Offers::default() }
}

/// One line of this kind, about the probe, with a word in it.
#[track_caller]
fn assert_said(rig: &Rig, kind: &str, word: &str) {
    let said = rig.host.logged();
    let [(found, line)] = &said[..] else { panic!("one line: {said:?}") };
    assert_eq!(found, kind, "{line}");
    assert!(line.contains("urn:dyad:probe") && line.contains(word), "{line}");
    assert!(!line.contains('\n'), "one line: {line:?}");
}

#[test]
fn a_broken_state_is_an_error() {
    let rig = Rig::probe("stereo", offers(), 64);
    let (key, kind) = (rig.urid(dyad_ttl::STATE_KEY), rig.urid(CHUNK));
    let store = StateStore(vec![Property { key, kind, flags: 3, value: b"100% %s nonsense".to_vec() }]);
    let status = store.restore(rig.state(), rig.handle, std::ptr::null());
    assert_eq!(status, sys::LV2_State_Status_LV2_STATE_ERR_BAD_TYPE);
    assert_said(&rig, ERROR, "nothing restored");
}

#[test]
fn a_rate_that_is_none_is_an_error() {
    let host = Host::offering(None, offers());
    let descriptor = Module::probe().find("urn:dyad:probe#stereo");
    let instantiate = descriptor.instantiate.expect("instantiate is there");
    // SAFETY: a descriptor of the binary, a path, and features that live until the end.
    let handle = unsafe { instantiate(descriptor, -1.0, c"/".as_ptr(), host.features()) };
    assert!(handle.is_null());
    let said = host.logged();
    assert!(said.len() == 1 && said[0].0 == ERROR && said[0].1.contains("sample rate"), "{said:?}");
}

#[test]
fn what_was_lost_in_a_run_is_a_warning_when_it_ends() {
    let mut rig = Rig::probe("stereo", offers(), 64);
    rig.activate();
    let notes: Vec<_> = (0..64).map(|key| rig.midi(0, &[0x90, key, 1])).collect();
    rig.cycle_within(64, &notes, 56);
    assert_eq!(rig.host.logged(), [], "not on the audio thread");
    rig.deactivate();
    assert_said(&rig, WARNING, "62 events found no room");
    rig.activate();
    rig.cycle(64, &[]);
    rig.deactivate();
    assert_eq!(rig.host.logged(), [], "once");
}
