//! States of other versions, and of other frameworks.

use dyad_core::Plugin;
use dyad_core::state::{
    Document, Fields, Migration, PropertyValue, SavedProperties, StateError, Writer, read, read_with,
};

use super::plugin::{Data, Looper, OldData, Rig};

const ID: &str = "urn:dyad:looper";

/// What 0.0.9 saved.
pub(crate) fn old_state() -> Vec<u8> {
    let mut writer = Writer::new(ID, "0.0.9", 4);
    writer.float("level", 0.5);
    writer.int("mode", 2);
    writer.int("number", 12);
    writer.bool("obsolete", true);
    writer.properties(&[("file", "/music/old.wav".into()), ("name", "Old one".into())]);
    writer.finish_with(&Fields::of(&OldData { pattern: "x..x".into() }).unwrap())
}

/// What a later version may save: more of everything.
pub(crate) fn newer_state() -> Vec<u8> {
    let mut writer = Writer::new(ID, "7.0.0", 4);
    writer.float("brand_new", 1.0);
    writer.float("gain", 3.0);
    writer.choice("mode", "sideways");
    writer.bool("on", false);
    writer.properties(&[("comment", "x".into()), ("title", "New".into())]);
    let more = std::collections::BTreeMap::from([("pattern", vec![1, 1]), ("swing", vec![3])]);
    let mut bytes = writer.finish_with(&Fields::of(&more).unwrap());
    // One more entry at the top: a nested value of types that we never write.
    bytes[0] += 1;
    bytes.extend(b"\xa5extra\x93\xc0\x81\xa1x\xc4\x02ab\xd6\x01abcd");
    bytes
}

#[test]
fn everything_that_is_saved_comes_back() {
    let used = Rig::used();
    let mut rig = Rig::new();
    assert_eq!(rig.load(&used.save()), Ok(vec![]));
    assert_eq!(rig.content(), used.content());
    assert_eq!(rig.save(), used.save(), "the same state gives the same bytes");
    let bytes = used.save();
    let document = Document::parse(&bytes).unwrap();
    assert_eq!(document.properties.iter().count(), Looper::PROPERTIES.len());
    assert_eq!(Fields::from_bytes(document.fields).unwrap().decode(), Ok(used.data()));
}

#[test]
fn an_old_state_is_migrated() {
    let mut rig = Rig::used();
    assert_eq!(rig.load(&old_state()), Ok(vec![]));
    assert!((rig.value("gain") + 6.0206).abs() < 1e-3, "{}", rig.value("gain"));
    assert_eq!((rig.value("mode"), rig.value("steps"), rig.value("on")), (2.0, 12.0, 1.0));
    assert_eq!(rig.properties(), ["Old one", "/music/old.wav"]);
    assert_eq!(rig.data(), Data { pattern: vec![1, 0, 0, 1], ..Data::default() });
}

#[test]
fn a_newer_state_gives_what_it_can() {
    let mut rig = Rig::used();
    assert_eq!(rig.load(&newer_state()), Ok(vec!["mode".to_owned()]));
    assert_eq!((rig.value("gain"), rig.value("mode"), rig.value("on")), (3.0, 1.0, 0.0));
    assert_eq!(rig.properties(), ["New", ""]);
    assert_eq!(rig.data(), Data { pattern: vec![1, 1], ..Data::default() });
}

#[test]
fn only_other_versions_are_migrated() {
    let rig = Rig::new();
    let seen = |version: &str| {
        let mut seen = None;
        let bytes = Writer::new(ID, version, 0).finish();
        let note = |old: &mut Migration<'_>| seen = Some((old.version().to_owned(), old.numbers()));
        read_with(rig.description, &bytes, note, |_| None).unwrap();
        seen
    };
    assert_eq!(seen("0.2.0"), None);
    assert_eq!(seen("0.1.12"), Some(("0.1.12".into(), (0, 1, 12))));
    assert_eq!(seen("3.0.0"), Some(("3.0.0".into(), (3, 0, 0))), "somebody went back");
    assert_eq!(seen("1.x"), Some(("1.x".into(), (1, 0, 0))));
    assert_eq!(seen(""), Some((String::new(), (0, 0, 0))));
}

#[test]
fn a_migration_sees_and_changes_everything() {
    let rig = Rig::new();
    let migrate = |old: &mut Migration<'_>| {
        assert_eq!(old.params().count(), 4);
        assert!(old.param("gain").is_none() && old.property("file") == Some("/music/old.wav"));
        assert!(!old.rename_param("no_such", "gain") && !old.map_param("no_such", |x| x));
        assert!(!old.rename_param("level", "mode"), "what is there stays");
        assert!(old.remove_param("mode") && !old.remove_param("mode"));
        assert!(old.map_param("obsolete", |x| x + 1.0), "a switch counts as a number");
        assert!(old.rename_param("obsolete", "steps"), "it wins over `number`, an older id of steps");
        old.set_param("gain", -3.0);
        old.set_param("on", false);
        assert!(old.remove_property("file"));
        old.set_property("title", "t");
        old.set_fields(Fields::none());
    };
    let loaded = read_with(rig.description, &old_state(), migrate, |_| None).unwrap();
    let at = |id| loaded.values[rig.description.index_of(id).unwrap()];
    assert_eq!((at("gain"), at("mode"), at("on"), at("steps")), (-3.0, 1.0, 0.0, 2.0));
    let properties = SavedProperties::of(&[("name", "Old one"), ("title", "t")]);
    assert_eq!((loaded.properties, loaded.fields), (properties, Fields::none()));
}

#[test]
fn old_ids_count_where_the_present_one_is_absent() {
    let rig = Rig::new();
    let steps = |ids: &[(&str, i64)]| {
        let mut writer = Writer::new(ID, "0.2.0", ids.len());
        ids.iter().for_each(|(id, value)| writer.int(id, *value));
        let loaded = read(rig.description, &writer.finish()).unwrap();
        loaded.values[rig.description.index_of("steps").unwrap()]
    };
    assert_eq!(steps(&[("count", 5)]), 5.0);
    assert_eq!(steps(&[("number", 6)]), 6.0);
    assert_eq!(steps(&[("count", 5), ("number", 6)]), 5.0, "the latest of the old ids");
    assert_eq!(steps(&[("number", 6), ("count", 5)]), 5.0, "in any order");
    assert_eq!(steps(&[("count", 5), ("steps", 7)]), 7.0);
    assert_eq!(steps(&[("steps", 7), ("count", 5)]), 7.0);
    assert_eq!(steps(&[("count", 99)]), 64.0, "in its range");
    assert_eq!(steps(&[("kount", 5)]), 16.0);
    let mut writer = Writer::new(ID, "0.2.0", 1);
    writer.choice("count", "many");
    assert_eq!(read(rig.description, &writer.finish()).unwrap().refused, ["steps"]);
}

#[test]
fn another_frameworks_state_is_taken_where_the_plugin_knows_it() {
    let mut rig = Rig::used();
    assert_eq!(rig.load(b"gain=-12.5"), Ok(vec![]));
    assert_eq!((rig.value("gain"), rig.value("mode"), rig.value("bypass")), (-12.5, 0.0, 0.0));
    assert_eq!(rig.properties(), ["Imported", ""]);
    let before = rig.content();
    for bytes in [&b"gain=loud"[..], b"<xml/>", b"", b"\x80", b"\x81\xa6format\xa4JUCE"] {
        assert!(matches!(rig.load(bytes), Err(StateError::Malformed(_))), "{bytes:?}");
    }
    let mut ours = rig.save();
    ours.pop();
    let asked = |_: &[u8]| panic!("a damaged document of ours is nobody else's");
    assert!(read_with(rig.description, &ours, |_| {}, asked).is_err());
    let other = Writer::new("urn:other", "1.0.0", 0).finish();
    assert!(matches!(rig.load(&other), Err(StateError::OtherPlugin { .. })));
    assert_eq!(rig.content(), before);
}

#[test]
fn fields_that_the_plugin_refuses_refuse_the_whole_state() {
    let mut rig = Rig::used();
    let before = rig.content();
    let with_fields = |fields: Fields| {
        let mut writer = Writer::new(ID, "0.2.0", 1);
        writer.float("gain", 3.0);
        writer.properties(&[("title", "New".into())]);
        writer.finish_with(&fields)
    };
    let long = Fields::of(&Data { pattern: vec![0; 65], ..Data::default() }).unwrap();
    let error = rig.load(&with_fields(long)).unwrap_err().to_string();
    assert_eq!(error, "the state's fields: a pattern has at most 64 steps");
    let wrong = Fields::from_bytes(b"\x81\xa4note\x07").unwrap();
    let error = rig.load(&with_fields(wrong)).unwrap_err().to_string();
    assert!(error.starts_with("the state's fields: field \"note\": invalid type"), "{error}");
    assert_eq!(rig.content(), before);
}

#[test]
fn a_property_may_come_with_a_hash_and_nonsense_costs_only_itself() {
    let mut rig = Rig::used();
    let mut bytes = Writer::new(ID, "0.2.0", 0).finish();
    bytes[0] += 1;
    bytes.extend(b"\xaaproperties\x83");
    bytes.extend(b"\xa4file\x83\xa4size\x07\xa4path\xa6/a.wav\xa4hash\xa9sha256:00");
    bytes.extend(b"\xa5title\x91\x01");
    bytes.extend(b"\xa5other\x81\xa4hash\xc0");
    let document = Document::parse(&bytes).unwrap();
    let found: Vec<_> = document.properties.iter().collect();
    let file = PropertyValue { text: "/a.wav", hash: Some("sha256:00") };
    assert_eq!(found, [("file", Some(file)), ("title", None), ("other", None)]);
    assert_eq!(rig.load(&bytes), Ok(vec!["title".into()]));
    assert_eq!(rig.properties(), ["", "/a.wav"]);
    assert_eq!(rig.heard(), [(1, "/a.wav".into(), "sha256:00".into())]);
}

#[test]
fn the_hash_of_a_file_goes_beside_its_path_and_comes_back() {
    let rig = Rig::used();
    let path_alone = rig.save();
    rig.set_hash("sha256:12");
    let value = |bytes: &[u8], path: &str, hash: Option<&str>| {
        let document = Document::parse(bytes).unwrap();
        let mut properties = document.properties.iter();
        assert_eq!(properties.next(), Some(("file", Some(PropertyValue { text: path, hash }))));
        let title = PropertyValue { text: "Rain on tin", hash: None };
        assert_eq!(properties.next(), Some(("title", Some(title))), "a text has none");
    };
    value(&path_alone, "/music/rain.wav", None);
    value(&rig.save(), "/music/rain.wav", Some("sha256:12"));
    value(&rig.save_mapped(), "session/rain.wav", Some("sha256:12"));
    let mut other = Rig::new();
    other.load(&rig.save()).unwrap();
    assert_eq!(other.properties(), ["Rain on tin", "/music/rain.wav"]);
    assert_eq!(other.heard(), [(1, "/music/rain.wav".into(), "sha256:12".into())]);
    other.load(&path_alone).unwrap();
    assert_eq!(other.heard(), []);
}

/// The file may hold something else by now; a text can't.
#[test]
fn a_path_is_told_again_with_every_state() {
    let mut rig = Rig::used();
    let state = rig.save();
    assert_eq!(rig.changed(), [1, 1]);
    rig.load(&state).unwrap();
    assert_eq!(rig.changed(), [0, 1], "it is the same, and is looked at again");
    let mut fresh = Rig::new();
    fresh.load(&Rig::new().save()).unwrap();
    assert_eq!(fresh.changed(), [0, 0], "there is no file");
}

#[test]
fn fields_must_be_a_map_of_names() {
    let rig = Rig::new();
    let whole = Writer::new(ID, "0.2.0", 0).finish();
    for fields in [&b"\xc0"[..], b"\x90", b"\x81\x01\x01", b"\x81\xa1a"] {
        let mut bytes = whole.clone();
        bytes.pop();
        bytes.extend(fields);
        assert!(read(rig.description, &bytes).is_err(), "{fields:x?}");
    }
}

/// Hosts save and load from several threads.
#[test]
fn states_are_never_mixed() {
    let mut one = Rig::new();
    one.use_it();
    let states = [Rig::new().save(), one.save()];
    let shared = Rig::new();
    std::thread::scope(|scope| {
        for state in &states {
            scope.spawn(|| (0..300).for_each(|_| drop(shared.load_shared(state))));
        }
        for _ in 0..300 {
            assert!(states.contains(&shared.save()), "a state that nobody loaded");
        }
    });
}
