//! Documents written, read, damaged.

use super::*;
use crate::fixture::description;
use proptest::prelude::*;

fn values() -> Vec<f64> {
    let description = description();
    let value = |id: &str| match id {
        "gain" => -6.5,
        "steps" => -2.0,
        "on" | "shape" => 0.0,
        "bypass" => 1.0,
        _ => 0.0,
    };
    description.params.iter().map(|param| value(&param.info.id)).collect()
}

fn document() -> Vec<u8> {
    let values = values();
    write(description(), |index| values[index])
}

/// Nothing but parameters.
fn loaded(values: Vec<f64>) -> Loaded {
    let (properties, fields) = (SavedProperties::none(), Fields::none());
    Loaded { values, refused: vec![], properties, fields, is_preset: false }
}

fn default_values() -> Vec<f64> {
    description().params.iter().map(|param| param.info.default).collect()
}

#[test]
fn what_is_written_is_read() {
    assert_eq!(read(description(), &document()), Ok(loaded(values())));
    assert_eq!(document(), document(), "the same state gives the same bytes");
}

/// The bytes of version 1. A change here is a change of the layout.
#[test]
fn layout_of_version_1() {
    let text: String = document().iter().map(|b| format!("{b:02x}")).collect();
    let expected = concat!(
        "86",
        "a6666f726d6174",
        "a464796164",
        "a776657273696f6e",
        "01",
        "a6706c7567696e",
        "b075726e3a647961643a66697874757265",
        "ae706c7567696e5f76657273696f6e",
        "a5312e322e33",
        "a6706172616d73",
        "85",
        "a6627970617373",
        "c3",
        "a46761696e",
        "cbc01a000000000000",
        "a26f6e",
        "c2",
        "a57368617065",
        "a473696e65",
        "a57374657073",
        "fe",
        "a66669656c6473",
        "80",
    );
    assert_eq!(text, expected);
}

#[test]
fn unknown_keys_are_passed_over_and_missing_ones_are_defaults() {
    let mut writer = Writer::new("urn:dyad:fixture", "9.0.0", 3);
    writer.float("brand_new", 1.0);
    writer.float("gain", 3.0);
    writer.choice("newer", "thing");
    let mut bytes = writer.finish();
    // One more entry at the top: a nested value of types that we never write.
    bytes[0] = 0x87;
    bytes.extend(b"\xa5extra\x93\xc0\x81\xa1x\xc4\x02ab\xd6\x01abcd");
    let mut expected = default_values();
    expected[description().index_of("gain").unwrap()] = 3.0;
    assert_eq!(read(description(), &bytes), Ok(loaded(expected)));
}

#[test]
fn values_that_make_no_sense_cost_only_themselves() {
    let mut writer = Writer::new("urn:dyad:fixture", "1.2.3", 5);
    writer.float("gain", f64::NAN);
    writer.float("on", 0.0);
    writer.choice("shape", "no_such");
    writer.float("steps", 99.0);
    writer.choice("bypass", "yes");
    let loaded = read(description(), &writer.finish()).unwrap();
    assert_eq!(loaded.refused, ["gain", "shape", "bypass"]);
    let at = |id| loaded.values[description().index_of(id).unwrap()];
    assert_eq!((at("gain"), at("on"), at("shape"), at("steps")), (0.0, 0.0, 1.0, 3.0));
}

#[test]
fn what_is_not_ours_is_refused_by_name() {
    let other = Writer::new("urn:other", "1.0.0", 0).finish();
    let error = read(description(), &other).unwrap_err().to_string();
    assert_eq!(error, "the state belongs to \"urn:other\", not to \"urn:dyad:fixture\"");
    let mut newer = document();
    let at = newer.windows(7).position(|w| w == b"version").unwrap() + 7;
    newer[at] = 2;
    assert_eq!(read(description(), &newer), Err(StateError::TooNew(2)));
    for bytes in [&b""[..], b"\x80", b"\xc0", b"{\"json\": 1}", b"\x81\xa6format\xa4nope"] {
        assert!(matches!(read(description(), bytes), Err(StateError::Malformed(_))), "{bytes:?}");
    }
    let deep: Vec<u8> = [&b"\x81\xa5extra"[..], &[0x91; 100_000]].concat();
    assert!(matches!(read(description(), &deep), Err(StateError::Malformed(_))), "deep nesting");
    let huge = b"\x81\xa6params\xdf\xff\xff\xff\xff";
    assert!(matches!(read(description(), huge), Err(StateError::Malformed(_))), "a length that lies");
}

#[test]
fn every_cut_is_noticed() {
    let whole = document();
    for end in 0..whole.len() {
        assert!(read(description(), &whole[..end]).is_err(), "cut at {end}");
    }
}

proptest! {
    #[test]
    fn damage_never_panics(at in 0usize..200, bits in 1u8.., more in proptest::collection::vec(any::<u8>(), 0..20)) {
        let mut bytes = document();
        let len = bytes.len();
        bytes[at % len] ^= bits;
        let _ = read(description(), &bytes);
        bytes.truncate(at % len);
        bytes.extend(more);
        let _ = read(description(), &bytes);
    }
}
