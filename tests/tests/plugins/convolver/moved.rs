//! An LV2 session with a file beside it, opened where it was moved to.
#![allow(unsafe_code)]

use dyad_core::{Bundle, Description, Plugin, Visitor};
use dyad_tests::lv2::{Module, Property, Rig, Session, StateStore};

use super::*;

const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";

fn description() -> Description {
    struct All(Vec<Description>);
    impl Visitor for All {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            self.0.push(Description::of::<P>(lock).expect("the convolver describes itself"));
        }
    }
    let mut all = All(Vec::new());
    ::convolver::Bundle::visit(&mut all);
    all.0.swap_remove(0)
}

fn instance() -> Rig {
    let module: &'static Module =
        Box::leak(Box::new(Module::load(&bundle::built("convolver.lv2/convolver.so"))));
    // SAFETY: the module is never unloaded.
    unsafe { Rig::any(module, &description(), "stereo", f64::from(RATE), 512) }
}

fn restore(rig: &Rig, document: &[u8], session: Option<&Session>) {
    let property = Property {
        key: rig.urid(dyad_ttl::STATE_KEY),
        kind: rig.urid(CHUNK),
        flags: 3,
        value: document.to_vec(),
    };
    let features = session.map_or(std::ptr::null(), Session::features);
    assert_eq!(StateStore(vec![property]).restore(rig.state(), rig.handle, features), 0);
}

/// What it makes of an impulse, offline.
fn heard(rig: &mut Rig) -> Vec<f32> {
    rig.set("normalise", 0.0);
    rig.set("freewheel", 1.0);
    rig.activate();
    let mut impulse = vec![0.0; 512];
    impulse[0] = 1.0;
    let heard = rig.play(&impulse);
    rig.deactivate();
    heard
}

#[test]
fn a_session_is_opened_with_the_file_beside_it() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    let responses = [1, 2].map(|seed| decaying(seed, 512));
    for (session, response) in [&here, &there].into_iter().zip(&responses) {
        std::fs::create_dir(session).expect("a folder can be made");
        wav::write_at(&session.join("room.wav"), RATE, &vec![response.clone()]);
    }
    let mut writer = Writer::new(ID, env!("CARGO_PKG_VERSION"), 0);
    writer.properties(&[("impulse", here.join("room.wav").to_str().expect("text").to_owned())]);
    let mut rig = instance();
    restore(&rig, &writer.finish_with(&Fields::none()), None);
    let near = |is: &[f32], want: &[f32]| is.iter().zip(want).all(|(is, want)| (is - want).abs() < 1e-6);
    assert!(near(&heard(&mut rig), &responses[0]));

    let (old, new) = (Session::new(&here), Session::new(&there));
    let store = StateStore::save_with(rig.state(), rig.handle, old.features()).expect("it saves");
    let saved = store.0[0].value.clone();
    let text = here.to_str().expect("text").as_bytes();
    assert!(!saved.windows(text.len()).any(|window| window == text), "the session's folder is not in it");
    let mut moved = instance();
    restore(&moved, &saved, Some(&new));
    assert!(near(&heard(&mut moved), &responses[1]), "what lies there, though its content is another");

    std::fs::remove_file(there.join("room.wav")).expect("it can be removed");
    let mut gone = instance();
    restore(&gone, &saved, Some(&new));
    let dry = heard(&mut gone);
    assert!(dry[0] == 1.0 && dry[1..].iter().all(|sample| *sample == 0.0), "the sound passes");
    wav::write_at(&there.join("room.wav"), RATE, &vec![responses[1].clone()]);
    assert!(near(&heard(&mut gone), &responses[1]), "it has come back, and the next run finds it");
}
