//! Factory presets of this crate's own fixture, from files beside this one.

use super::*;
use crate::fixture::{Fixture, FixtureParams, FixtureProcessor, description};
use crate::instance::{Content, Instance};
use crate::layout::Layout;
use crate::param::{Property, Role};
use crate::plugin::{Activation, Info, Plugin};
use crate::state::{Fields, Writer, read};

const PRESETS: &[Preset] = presets!("src/preset/presets");
const PROPERTIES: &[Property] = &[Property::text("title", "Title").max_len(8)];

/// The fixture with a file.
#[derive(Default)]
struct Filed;

impl Plugin for Filed {
    type Params = FixtureParams;
    type Processor = FixtureProcessor<0>;
    const INFO: Info = Fixture::<0>::INFO;
    const LAYOUTS: &'static [Layout] = Fixture::<0>::LAYOUTS;
    const PROPERTIES: &'static [Property] = &[PROPERTIES[0], Property::path("file", "File")];
    const PRESETS: &'static [Preset] = PRESETS;

    fn activate(&mut self, run: &mut Activation<'_>) -> Self::Processor {
        Fixture::<0>.activate(run)
    }
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Data {
    steps: Vec<u8>,
    swing: f32,
}

#[test]
fn the_folder_becomes_a_list() {
    let names: Vec<_> = PRESETS.iter().map(|p| [p.id, p.category, p.name, p.comment]).collect();
    let want = [["init", "", "Init", ""], ["bass_low_end", "Bass", "Low end", "All that there is."]];
    assert_eq!(names, want);
}

#[test]
fn a_preset_loads_and_the_rest_is_at_its_default() {
    let description = description();
    let at = |loaded: &Loaded, id| loaded.values[description.index_of(id).unwrap()];
    let init = load(description, &PRESETS[0]).unwrap();
    assert!(description.params.iter().zip(&init.values).all(|(param, value)| param.info.default == *value));
    let low = load(description, &PRESETS[1]).unwrap();
    assert_eq!(
        (at(&low, "gain"), at(&low, "steps"), at(&low, "on"), at(&low, "shape")),
        (-12.5, 3.0, 0.0, 0.0)
    );
    assert_eq!(low.fields.decode(), Ok(Data { steps: vec![1, 0, 1], swing: 0.5 }));
    assert_eq!(
        low.properties.iter().map(|(id, value)| (id, value.unwrap().text)).next(),
        Some(("title", "Low"))
    );
    assert_eq!(low.refused, [""; 0]);
}

#[test]
fn a_path_that_a_factory_preset_does_not_mention_stays() {
    let filed: &'static Description = Box::leak(Box::new(Description::of::<Filed>("").unwrap()));
    let instance = Instance::<Filed>::new(filed);
    let texts = || instance.shared().properties.snapshot();
    instance.set_property(0, "Mine").unwrap();
    instance.set_property(1, "/a.wav").unwrap();
    instance.load_preset(1).unwrap();
    assert_eq!(texts(), ["Low", "/a.wav"]);
    instance.load_preset(0).unwrap();
    assert_eq!(texts(), ["", "/a.wav"], "a text is at its default");

    // As LV2 hosts load them.
    let load = |properties: &[(&str, String)], version| {
        let mut writer = Writer::new(Filed::INFO.id, version, 0);
        if !properties.is_empty() {
            writer.properties(properties);
        }
        writer.preset();
        let document = writer.finish_with(&Fields::none());
        instance.load(&document, Content::WithoutParams, &|path| format!("/elsewhere{path}")).unwrap();
    };
    load(&[("title", "Low".into())], Filed::INFO.version);
    assert_eq!(texts(), ["Low", "/a.wav"]);
    load(&[], "0.9.0");
    assert_eq!(texts(), ["", "/a.wav"]);
    load(&[("file", "/b.wav".into())], Filed::INFO.version);
    assert_eq!(texts(), ["", "/elsewhere/b.wav"]);
    let saved = instance.save(Content::All, &str::to_owned);
    assert!(!read(filed, &saved).unwrap().is_preset);

    // "Default" among programs, and a session that knows of no file.
    let bare = Writer::new(Filed::INFO.id, Filed::INFO.version, 0).finish_with(&Fields::none());
    instance.load_user_preset(&bare).unwrap();
    assert_eq!(texts(), ["", ""]);
    for content in [Content::All, Content::WithoutParams] {
        instance.set_property(1, "/a.wav").unwrap();
        instance.load(&bare, content, &str::to_owned).unwrap();
        assert_eq!(texts(), ["", ""]);
    }
}

#[test]
fn a_preset_is_no_session() {
    let document = PRESETS[0].document;
    assert!(crate::state::read(description(), document).is_err(), "it does not say whose it is");
    let foreign = crate::state::Writer::new("urn:other", "1.0.0", 0).finish();
    let foreign = Preset { document: foreign.leak(), ..PRESETS[0] };
    assert!(matches!(load(description(), &foreign), Err(StateError::OtherPlugin { .. })));
    let cut = Preset { document: &document[..20], ..PRESETS[0] };
    assert!(load(description(), &cut).is_err());
}

#[test]
fn checking_names_what_is_wrong() {
    let description = description();
    for preset in PRESETS {
        assert_eq!(check(description, PROPERTIES, preset), Ok(()));
    }
    let low = &PRESETS[1];
    assert!(check(description, &[], low).unwrap_err().contains("no property \"title\""));
    let short = &[Property::text("title", "Title").max_len(2)];
    assert!(check(description, short, low).unwrap_err().contains("at most 2 bytes"));
    let fault = |entry: &[u8]| {
        let document =
            [&b"\x84\xa6format\xa4dyad\xa7version\x01\xa6params\x81"[..], entry, b"\xa6fields\x80"];
        let preset = Preset { document: document.concat().leak(), ..PRESETS[0] };
        check(description, PROPERTIES, &preset).unwrap_err()
    };
    let prefix = "preset \"init\": parameter \"gain\"";
    assert_eq!(
        fault(b"\xa4gain\x63"),
        format!("{prefix}: 99.000 is not among its values -60.000 to 24.000")
    );
    assert_eq!(fault(b"\xa4gain\xc3"), format!("{prefix} takes a number"));
    assert_eq!(fault(b"\xa5shape\x01"), "preset \"init\": parameter \"shape\" takes the id of a variant");
    let shape = fault(b"\xa5shape\xa4ramp");
    assert_eq!(shape, "preset \"init\": parameter \"shape\" has no variant \"ramp\", but sine, saw");
    for (entry, part) in [
        (&b"\xa4pain\x00"[..], "no parameter \"pain\""),
        (b"\xa5steps\xcb\x3f\xe0\0\0\0\0\0\0", "0.500 is not among"),
        (b"\xa2on\x01", "true or false"),
        (b"\xa4peak\x01", "is a meter"),
        (b"\xa6bypass\xc3", "belongs to the host"),
    ] {
        let fault = fault(entry);
        assert!(fault.starts_with("preset \"init\": ") && fault.contains(part), "{fault}");
    }
    assert!(check(description, PROPERTIES, &Preset { name: "", ..PRESETS[0] }).is_err());
    assert!(check(description, PROPERTIES, &Preset { id: "a/b", ..PRESETS[0] }).is_err());
    let mut renamed = description.clone();
    let gain = renamed.params.iter_mut().find(|param| param.info.id == "gain").unwrap();
    gain.info.id = "level".into();
    gain.info.renamed_from = vec!["gain".into()];
    assert_eq!(gain.info.role, Role::Normal);
    let fault = check(&renamed, PROPERTIES, low).unwrap_err();
    assert_eq!(fault, "preset \"bass_low_end\": parameter \"gain\" is called \"level\" now");
}
