//! Ardour shows texts and paths that have one `rdfs:range`, and asks for them with an empty `patch:Get` when the
//! plugin begins to run; of answers it reads `patch:Set`, and `patch:Put` since June 2026 only.

use dyad_tests::command::hush;
use dyad_tests::lv2::{Offers, Rig, StateStore};

use crate::patch::{filed, for_another, get, set_file, set_title, titled, told};
use crate::world::world;

#[test]
fn each_text_and_path_has_one_range_and_one_label() {
    let mut seen = 0;
    for plugin in world().plugins() {
        let properties = world().all(plugin, "patch:writable");
        for property in &properties {
            assert!(world().one(property, "rdfs:range").starts_with("atom:"), "{plugin} {property}");
            assert!(!world().one(property, "rdfs:label").is_empty(), "{plugin} {property}");
            seen += 1;
        }
        // Where the question goes to, and where the answer comes from.
        for direction in ["lv2:InputPort", "lv2:OutputPort"] {
            let mut ports = world().ports(plugin, &[direction, "atom:AtomPort"]);
            ports.retain(|port| world().says(port, "atom:supports", "patch:Message"));
            assert_eq!(ports.len(), usize::from(!properties.is_empty()), "{plugin} {direction}");
        }
    }
    assert!(seen > 0, "the probe has some");
}

#[test]
fn a_question_in_the_first_block_is_answered_with_every_value() {
    hush();
    let mut rig = Rig::probe("stereo", Offers { worker: true, ..Offers::default() }, 64);
    rig.activate();
    let question = [get(&rig)];
    rig.cycle(64, &question);
    rig.work();
    let out = rig.cycle(64, &[]);
    assert_eq!(told(&rig, &out), [titled(&rig, ""), filed(&rig, "")], "defaults too");
    let out = rig.cycle(64, &[]);
    assert_eq!(out, [], "once");
}

#[test]
fn a_loaded_session_is_asked_for_and_answered() {
    hush();
    let offers = Offers { worker: true, ..Offers::default() };
    let mut rig = Rig::probe("stereo", offers, 64);
    rig.activate();
    let events = [set_title(&rig, "Ünïtled"), set_file(&rig, "/no such file")];
    rig.cycle(64, &events);
    let state = StateStore::save(rig.state(), rig.handle).expect("it saves");
    let mut other = Rig::probe("stereo", offers, 64);
    let state = for_another(&other, state);
    assert_eq!(state.restore(other.state(), other.handle, std::ptr::null()), 0);
    other.activate();
    let question = [get(&other)];
    let mut out = other.cycle(64, &question);
    other.work();
    out.extend(other.cycle(64, &[]));
    let values = told(&other, &out);
    for expected in [titled(&other, "Ünïtled"), filed(&other, "/no such file")] {
        assert!(values.contains(&expected), "{expected:?} is not among {values:?}");
    }
    assert!(values.iter().all(|value| !value.text.is_empty()), "and nothing that is not so: {values:?}");
}
