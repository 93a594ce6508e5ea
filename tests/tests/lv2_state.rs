//! State as LV2 hosts keep it. The ports hold the parameters, so the document holds none; but it
//! must be there, be ours, and do no harm when it is not.
#![allow(unsafe_code)]

use dyad_core::state::{Document, Writer};
use dyad_tests::command::hush;
use dyad_tests::gain::{RATE, assert_close};
use dyad_tests::lv2::{Module, Property, Rig, StateStore, sys};

const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
const OK: u32 = sys::LV2_State_Status_LV2_STATE_SUCCESS;
const BAD_TYPE: u32 = sys::LV2_State_Status_LV2_STATE_ERR_BAD_TYPE;

fn quiet() -> Rig {
    hush();
    let mut rig = Rig::new("stereo", RATE, None, 64);
    rig.set("gain", -20.0);
    rig.activate();
    rig.play(&[1.0; 64]);
    rig
}

fn saved(rig: &Rig) -> StateStore {
    StateStore::save(rig.state(), rig.handle).expect("it saves")
}

/// Restores one value under our key.
fn restore(rig: &Rig, kind: u32, value: &[u8]) -> u32 {
    let key = rig.host.urid(dyad_ttl::STATE_KEY);
    let store = StateStore(vec![Property { key, kind, flags: 3, value: value.to_vec() }]);
    store.restore(rig.state(), rig.handle, std::ptr::null())
}

#[track_caller]
fn assert_untouched(rig: &mut Rig, before: &StateStore, what: &str) {
    assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, what);
    assert_eq!(&saved(rig), before, "{what}");
}

#[test]
fn one_portable_chunk_is_saved_the_same_every_time() {
    let rig = quiet();
    let StateStore(properties) = saved(&rig);
    let [property] = &properties[..] else { panic!("one property, not {}", properties.len()) };
    assert_eq!(property.key, rig.host.urid(dyad_ttl::STATE_KEY));
    assert_eq!(property.kind, rig.host.urid(CHUNK));
    assert_eq!(property.flags, 3, "POD and portable");
    let document = Document::parse(&property.value).expect("a document of ours");
    assert_eq!(document.plugin, "urn:dyad:gain");
    assert_eq!(document.params, [], "the ports hold the parameters");
    assert_eq!(saved(&rig).0, properties, "hosts compare states to see whether a session changed");
}

#[test]
fn saving_needs_no_activation_and_both_layouts_share_their_state() {
    let stereo = Rig::new("stereo", RATE, None, 64);
    let mono = Rig::new("mono", RATE, None, 64);
    let (a, b) = (saved(&stereo), saved(&mono));
    assert_eq!(a.0[0].value, b.0[0].value);
    let moved = restore(&mono, mono.host.urid(CHUNK), &a.0[0].value);
    assert_eq!(moved, OK, "a stereo track that became mono");
}

#[test]
fn what_was_saved_is_restored_with_and_without_features() {
    let mut rig = quiet();
    let before = saved(&rig);
    assert_eq!(before.restore(rig.state(), rig.handle, std::ptr::null()), OK, "as Ardour does");
    assert_untouched(&mut rig, &before, "without features");
    assert_eq!(before.restore(rig.state(), rig.handle, rig.host.features()), OK);
    assert_untouched(&mut rig, &before, "with features");
    let inactive = Rig::new("stereo", RATE, None, 64);
    assert_eq!(restore(&inactive, inactive.host.urid(CHUNK), &before.0[0].value), OK, "never activated");
}

#[test]
fn a_session_without_our_document_is_no_error() {
    let mut rig = quiet();
    let before = saved(&rig);
    assert_eq!(StateStore::default().restore(rig.state(), rig.handle, std::ptr::null()), OK);
    let foreign = Property { key: 5, kind: 6, flags: 0, value: vec![1, 2, 3] };
    assert_eq!(StateStore(vec![foreign]).restore(rig.state(), rig.handle, std::ptr::null()), OK);
    assert_untouched(&mut rig, &before, "without a document");
}

#[test]
fn corrupt_and_foreign_documents_are_refused_and_change_nothing() {
    let mut rig = quiet();
    let before = saved(&rig);
    let (chunk, good) = (rig.host.urid(CHUNK), before.0[0].value.clone());
    assert_eq!(restore(&rig, chunk + 1, &good), BAD_TYPE, "another type");
    assert_eq!(restore(&rig, 0, &good), BAD_TYPE, "no type");
    let foreign = Writer::new("urn:example:other", "1.0.0", 0).finish();
    assert_eq!(restore(&rig, chunk, &foreign), BAD_TYPE, "another plugin's");
    for cut in 0..good.len() {
        assert_eq!(restore(&rig, chunk, &good[..cut]), BAD_TYPE, "cut off after {cut} bytes");
    }
    let longer: Vec<u8> = good.iter().copied().chain([0]).collect();
    assert_eq!(restore(&rig, chunk, &longer), BAD_TYPE, "with something behind it");
    for junk in [&[0xff; 64][..], b"{\"gain\":-6}", &[0xdf, 0xff, 0xff, 0xff, 0xff], &[0x81; 4096]] {
        assert_eq!(restore(&rig, chunk, junk), BAD_TYPE, "{junk:?}");
    }
    assert_untouched(&mut rig, &before, "after all of them");
    assert_eq!(restore(&rig, chunk, &good), OK, "and the good one is taken");
}

#[test]
fn damage_to_any_one_byte_is_survived() {
    let mut rig = quiet();
    let (chunk, good) = (rig.host.urid(CHUNK), saved(&rig).0[0].value.clone());
    let before = saved(&rig);
    for at in 0..good.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            let status = restore(&rig, chunk, &bad);
            assert!(status == OK || status == BAD_TYPE, "byte {at}: status {status}");
        }
    }
    assert_untouched(&mut rig, &before, "after all of them");
}

#[test]
fn the_hosts_functions_may_be_missing_or_fail() {
    unsafe extern "C" fn full(
        _: sys::LV2_State_Handle,
        _: u32,
        _: *const std::ffi::c_void,
        _: usize,
        _: u32,
        _: u32,
    ) -> sys::LV2_State_Status {
        sys::LV2_State_Status_LV2_STATE_ERR_NO_SPACE
    }
    let mut rig = quiet();
    let before = saved(&rig);
    let state = Module::state(rig.descriptor);
    let null = std::ptr::null_mut();
    // SAFETY: what this test is about.
    unsafe {
        let save = state.save.unwrap();
        assert_ne!(save(rig.handle, None, null, 0, std::ptr::null()), OK);
        assert_ne!(state.restore.unwrap()(rig.handle, None, null, 0, std::ptr::null()), OK);
        let status = save(rig.handle, Some(full), null, 0, std::ptr::null());
        assert_eq!(status, sys::LV2_State_Status_LV2_STATE_ERR_NO_SPACE, "the host's own word");
    }
    assert_untouched(&mut rig, &before, "afterwards");
}

#[test]
fn saving_and_restoring_beside_the_sound() {
    let mut rig = quiet();
    let good = saved(&rig);
    let (state, handle, key) = (rig.state(), rig.handle.expose_provenance(), good.0[0].key);
    let running = std::sync::atomic::AtomicBool::new(true);
    std::thread::scope(|scope| {
        // What `state:threadSafeRestore` promises.
        scope.spawn(|| {
            let handle = std::ptr::with_exposed_provenance_mut(handle);
            let bad = StateStore(vec![Property { key, value: vec![0xff; 9], ..good.0[0].clone() }]);
            while running.load(std::sync::atomic::Ordering::Relaxed) {
                assert_eq!(StateStore::save(state, handle).expect("it saves"), good);
                assert_eq!(good.restore(state, handle, std::ptr::null()), OK);
                assert_eq!(bad.restore(state, handle, std::ptr::null()), BAD_TYPE);
            }
        });
        for _ in 0..2000 {
            assert_close(&rig.play(&[1.0; 64]), &[0.1; 64], 1e-6, "undisturbed");
        }
        running.store(false, std::sync::atomic::Ordering::Relaxed);
    });
}
