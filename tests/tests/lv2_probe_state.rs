//! State of the test plugin through its LV2 binary: fields and properties, older versions, moved
//! sessions. Host quirk shown here: Reaper keeps the chunk as base64 text.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::path::Path;

use dyad_core::state::{Document, Fields, Writer};
use dyad_tests::command::hush;
use dyad_tests::lv2::{Offers, Property, Rig, Session, StateStore, sys};

const OK: u32 = sys::LV2_State_Status_LV2_STATE_SUCCESS;
const BAD_TYPE: u32 = sys::LV2_State_Status_LV2_STATE_ERR_BAD_TYPE;
const CHUNK: &str = "http://lv2plug.in/ns/ext/atom#Chunk";
const STRING: &str = "http://lv2plug.in/ns/ext/atom#String";
const BASE64: &str = "http://www.w3.org/2001/XMLSchema#base64Binary";

fn probe() -> Rig {
    hush();
    Rig::probe("stereo", Offers::default(), 64)
}

/// A document as some version of the plugin wrote it.
fn document(version: &str, words: &[&str], properties: &[(&str, &str)]) -> Vec<u8> {
    let fields = BTreeMap::from([("words", words)]);
    let properties: Vec<_> = properties.iter().map(|(id, text)| (*id, (*text).to_owned())).collect();
    let mut writer = Writer::new("urn:dyad:probe", version, 0);
    writer.properties(&properties);
    writer.finish_with(&Fields::of(&fields).expect("fields"))
}

fn restore(rig: &Rig, kind: &str, value: &[u8], session: Option<&Session>) -> u32 {
    let property = Property {
        key: rig.urid(dyad_ttl::STATE_KEY),
        kind: rig.urid(kind),
        flags: 3,
        value: value.to_vec(),
    };
    let features = session.map_or(std::ptr::null(), Session::features);
    StateStore(vec![property]).restore(rig.state(), rig.handle, features)
}

fn saved(rig: &Rig, session: Option<&Session>) -> Vec<u8> {
    let features = session.map_or(std::ptr::null(), Session::features);
    let store = StateStore::save_with(rig.state(), rig.handle, features).expect("it saves");
    store.0[0].value.clone()
}

/// Words and properties of a document.
fn content(bytes: &[u8]) -> (Vec<String>, Vec<(String, String)>) {
    let document = Document::parse(bytes).expect("a document of ours");
    let fields = Fields::from_bytes(document.fields).expect("fields");
    let mut fields: BTreeMap<String, Vec<String>> = fields.decode().expect("fields");
    let properties = document.properties.iter();
    let properties = properties.map(|(id, value)| (id.to_owned(), value.expect("a text").text.to_owned()));
    (fields.remove("words").unwrap_or_default(), properties.collect())
}

fn pairs(properties: &[(&str, &str)]) -> Vec<(String, String)> {
    properties.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn fields_and_properties_are_saved_and_restored_in_any_order_of_calls() {
    let bytes = document("1.2.3", &["one", "two"], &[("file", "/a b.wav"), ("title", "Ünïtled")]);
    let expected =
        (vec!["one".to_owned(), "two".to_owned()], pairs(&[("file", "/a b.wav"), ("title", "Ünïtled")]));
    let mut rig = probe();
    assert_eq!(restore(&rig, CHUNK, &bytes, None), OK, "before activation");
    assert_eq!(content(&saved(&rig, None)), expected);
    rig.activate();
    rig.cycle(64, &[]);
    assert_eq!(saved(&rig, None), bytes, "the same bytes");
    assert_eq!(restore(&rig, CHUNK, &document("1.2.3", &[], &[]), None), OK, "while active");
    assert_eq!(content(&saved(&rig, None)), (vec![], pairs(&[("file", ""), ("title", "")])));
    rig.deactivate();
    assert_eq!(restore(&rig, CHUNK, &bytes, None), OK, "after it");
    assert_eq!(content(&saved(&rig, None)), expected);
}

#[test]
fn older_and_newer_versions_are_read() {
    for version in ["0.9.0", "1.2.4", "7.0.0"] {
        let rig = probe();
        let bytes = document(version, &["old"], &[("title", "From then"), ("unknown", "x")]);
        assert_eq!(restore(&rig, CHUNK, &bytes, None), OK, "{version}");
        let now = saved(&rig, None);
        assert_eq!(content(&now), (vec!["old".into()], pairs(&[("file", ""), ("title", "From then")])));
        assert_eq!(Document::parse(&now).expect("a document").plugin_version, "1.2.3");
    }
}

#[test]
fn fields_that_the_plugin_refuses_change_nothing() {
    let mut rig = probe();
    let before = document("1.2.3", &["kept"], &[("file", "/x"), ("title", "kept")]);
    assert_eq!(restore(&rig, CHUNK, &before, None), OK);
    rig.activate();
    let bad = document("1.2.3", &["refuse"], &[("title", "lost")]);
    assert_eq!(restore(&rig, CHUNK, &bad, None), BAD_TYPE);
    assert_eq!(restore(&rig, CHUNK, &before[..before.len() - 1], None), BAD_TYPE);
    rig.cycle(64, &[]);
    assert_eq!(saved(&rig, None), before);
}

#[test]
fn reapers_base64_is_read() {
    let bytes = document("1.2.3", &["word"], &[("title", "t")]);
    let text = base64(&bytes);
    for kind in [STRING, BASE64, CHUNK] {
        let rig = probe();
        assert_eq!(restore(&rig, kind, text.as_bytes(), None), OK, "{kind}");
        assert_eq!(content(&saved(&rig, None)).0, ["word"], "{kind}");
        let terminated: Vec<u8> = text.bytes().chain([0]).collect();
        assert_eq!(restore(&rig, kind, &terminated, None), OK, "{kind} with its 0");
        assert_eq!(
            restore(&rig, kind, &text.as_bytes()[..text.len() - 5], None),
            BAD_TYPE,
            "{kind} cut off"
        );
        assert_eq!(restore(&rig, kind, b"no base64!", None), BAD_TYPE, "{kind}");
    }
    let rig = probe();
    assert_eq!(restore(&rig, "urn:example:Type", text.as_bytes(), None), BAD_TYPE);
}

#[test]
fn a_session_moves_with_its_files() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lv2 sessions");
    let (here, there) = (folder.join("here"), folder.join("there"));
    for session in [&here, &there] {
        std::fs::create_dir_all(session).expect("a folder can be made");
        std::fs::write(session.join("loop.wav"), session.to_str().expect("text")).expect("a file");
    }
    let path = |session: &Path| session.join("loop.wav").to_str().expect("text").to_owned();
    let (old, new) = (Session::new(&here), Session::new(&there));
    let rig = probe();
    let bytes = document("1.2.3", &[], &[("file", &path(&here)), ("title", &path(&here))]);
    assert_eq!(restore(&rig, CHUNK, &bytes, None), OK, "without the feature paths are as they are");
    let moved = saved(&rig, Some(&old));
    let expected = pairs(&[("file", "loop.wav"), ("title", &path(&here))]);
    assert_eq!(content(&moved).1, expected, "the path is the session's, the text is not");
    assert_eq!((old.given(), old.freed()), (1, 1), "the host's strings are given back");
    let mut other = probe();
    assert_eq!(restore(&other, CHUNK, &moved, Some(&new)), OK);
    assert_eq!(content(&saved(&other, None)).1[0].1, path(&there));
    other.activate();
    other.set("freewheel", 1.0);
    other.cycle(64, &[]);
    assert_eq!(
        other.get("file_length"),
        path(&there).len() as f32 - "/loop.wav".len() as f32,
        "it is read"
    );
    // A host that has no way to free: the C library's.
    let plain = Session::without_free(&here);
    assert_eq!(content(&saved(&rig, Some(&plain))).1[0].1, "loop.wav");
    // One that fails.
    let failing = Session::failing();
    assert_eq!(content(&saved(&rig, Some(&failing))).1[0].1, path(&here));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let all =
            three.iter().fold(0u32, |all, byte| all << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for digit in 0..4 {
            let value = (all >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit <= three.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}
