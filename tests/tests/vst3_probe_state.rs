//! State with properties and fields, units, and note expressions: what is said beside the sound.
#![allow(unsafe_code)]

use dyad_core::state::{Fields, Writer};
use dyad_tests::command::hush;
use dyad_tests::gain::RATE;
use dyad_tests::vst3::{Plugin, utf16};
use serde_json::json;
use vst3::Steinberg::Vst::{
    INoteExpressionController, INoteExpressionControllerTrait, IUnitInfo, IUnitInfoTrait,
};
use vst3::Steinberg::{kInvalidArgument, kResultFalse, kResultOk};

fn words(words: &[&str]) -> Fields {
    Fields::of(&json!({ "words": words })).expect("fields")
}

fn contains(document: &[u8], text: &str) -> bool {
    document.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn fields_and_properties_come_back_before_the_plugin_ever_ran() {
    hush();
    let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 2);
    writer.float("follow", 0.25);
    writer.int("steps", 7);
    writer.properties(&[("file", "/a/b.wav".into()), ("title", "Größe".into())]);
    let document = writer.finish_with(&words(&["one", "two"]));
    let plugin = Plugin::probe();
    assert_eq!(plugin.load(&document), kResultOk);
    assert_eq!((plugin.plain("follow"), plugin.plain("stages")), (0.25, 7.0));
    let saved = plugin.save();
    for text in ["one", "two", "Größe", "/a/b.wav", "steps"] {
        assert!(contains(&saved, text), "{text}");
    }
    assert!(!contains(&saved, "MIDI") && !contains(&saved, "press") && !contains(&saved, "tempo"));
    let other = Plugin::probe();
    assert_eq!(other.load(&saved), kResultOk);
    assert_eq!(other.save(), saved, "the same bytes");
    assert_eq!(other.set_up(RATE, 64), kResultOk);
    other.start();
    assert_eq!(other.save(), saved, "and while it runs");
}

#[test]
fn fields_that_the_plugin_refuses_change_nothing() {
    hush();
    for active in [false, true] {
        let plugin = Plugin::probe();
        assert_eq!(plugin.set_up(RATE, 64), kResultOk);
        if active {
            plugin.start();
        }
        let before = plugin.save();
        let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 1);
        writer.float("follow", 0.25);
        writer.properties(&[("title", "new".into())]);
        assert_eq!(plugin.load(&writer.finish_with(&words(&["refuse"]))), kResultFalse);
        assert_eq!(plugin.save(), before, "active {active}");
        assert_eq!(plugin.plain("follow"), 0.0);
        for junk in [&b"somebody else's state"[..], &[], &before[..before.len() - 1]] {
            assert_eq!(plugin.load(junk), kResultFalse);
            assert_eq!(plugin.save(), before, "{} bytes", junk.len());
        }
    }
}

#[test]
fn an_older_versions_state_finds_the_renamed_parameter() {
    hush();
    let mut writer = Writer::new("urn:dyad:probe", "1.0.0", 2);
    writer.int("stages", 9);
    writer.choice("shape", "saw");
    let plugin = Plugin::probe();
    assert_eq!(plugin.load(&writer.finish()), kResultOk);
    assert_eq!((plugin.plain("stages"), plugin.plain("shape")), (9.0, 1.0));
    assert!(contains(&plugin.save(), "1.2.3"), "saved as this version's");
}

#[test]
fn groups_are_units_and_every_parameter_is_in_one() {
    let units = |plugin: &Plugin, lists: i32| {
        let info = plugin.component.cast::<IUnitInfo>().expect("IUnitInfo");
        // SAFETY: numbers and text, for which zeros are fine; places for the answers.
        unsafe {
            let list: Vec<_> = (0..info.getUnitCount())
                .map(|n| {
                    let mut unit = std::mem::zeroed();
                    assert_eq!(info.getUnitInfo(n, &mut unit), kResultOk);
                    (unit.id, unit.parentUnitId, utf16(&unit.name), unit.programListId)
                })
                .collect();
            for n in [info.getUnitCount(), -1, i32::MAX] {
                assert_eq!(info.getUnitInfo(n, &mut std::mem::zeroed()), kInvalidArgument);
            }
            assert_eq!(info.getUnitInfo(0, std::ptr::null_mut()), kInvalidArgument);
            assert_eq!((info.getProgramListCount(), info.getSelectedUnit()), (lists, 0));
            assert_eq!((info.selectUnit(0), info.selectUnit(99)), (kResultOk, kResultFalse));
            list
        }
    };
    let root = |list| (0, -1, "Root".to_owned(), list);
    // The probe has presets, which are the root's one list, and gain has none.
    let expected = [root(1), (1, 0, "Voice 1".to_owned(), -1), (2, 0, "Voice 2".to_owned(), -1)];
    assert_eq!(units(&Plugin::probe(), 1), expected);
    assert_eq!(units(&Plugin::new(), 0), [root(-1)]);
}

#[test]
fn note_expressions_have_names_ranges_and_text() {
    let of = |plugin: &Plugin| plugin.component.cast::<INoteExpressionController>().expect("it is there");
    let (probe, gain) = (of(&Plugin::probe()), of(&Plugin::new()));
    // SAFETY: any numbers are allowed; places for the answers, for which zeros are fine.
    unsafe {
        assert_eq!((probe.getNoteExpressionCount(0, 0), probe.getNoteExpressionCount(0, 15)), (6, 6));
        for (bus, channel) in [(1, 0), (-1, 0), (0, 16), (0, -1)] {
            assert_eq!(probe.getNoteExpressionCount(bus, channel), 0);
            let answer = probe.getNoteExpressionInfo(bus, channel, 0, &mut std::mem::zeroed());
            assert_eq!(answer, kInvalidArgument);
        }
        assert_eq!(gain.getNoteExpressionCount(0, 0), 0, "it takes no notes");
        assert_eq!(gain.getNoteExpressionInfo(0, 0, 0, &mut std::mem::zeroed()), kInvalidArgument);
        let expected = [
            ("Volume", "", 0.25, [(0.0, "0.00"), (0.25, "1.00"), (1.0, "4.00")]),
            ("Pan", "", 0.5, [(0.0, "-1.00"), (0.5, "0.00"), (1.0, "1.00")]),
            ("Tuning", "st", 0.5, [(0.0, "-120.00"), (0.5, "0.00"), (0.75, "60.00")]),
            ("Vibrato", "", 0.0, [(0.0, "0.00"), (0.5, "0.50"), (1.0, "1.00")]),
            ("Expression", "", 1.0, [(0.0, "0.00"), (0.5, "0.50"), (1.0, "1.00")]),
            ("Brightness", "", 0.5, [(0.0, "0.00"), (0.5, "0.50"), (1.0, "1.00")]),
        ];
        for (n, (name, unit, neutral, texts)) in expected.into_iter().enumerate() {
            let mut info = std::mem::zeroed();
            assert_eq!(probe.getNoteExpressionInfo(0, 3, n as i32, &mut info), kResultOk);
            assert_eq!((info.typeId, utf16(&info.title).as_str()), (n as u32, name));
            assert_eq!(
                (utf16(&info.units).as_str(), info.valueDesc.defaultValue),
                (unit, neutral),
                "{name}"
            );
            assert_eq!((info.valueDesc.minimum, info.valueDesc.maximum, info.unitId), (0.0, 1.0, -1));
            for (value, text) in texts {
                let mut shown = [0; 128];
                let answer = probe.getNoteExpressionStringByValue(0, 0, info.typeId, value, &mut shown);
                assert_eq!((answer, utf16(&shown).as_str()), (kResultOk, text), "{name}");
                let mut back = -1.0;
                let answer =
                    probe.getNoteExpressionValueByString(0, 0, info.typeId, shown.as_ptr(), &mut back);
                assert_eq!((answer, back), (kResultOk, value), "{name} {text}");
            }
        }
        let mut value = 0.0;
        let loud: Vec<u16> = "loud".encode_utf16().chain([0]).collect();
        assert_eq!(probe.getNoteExpressionValueByString(0, 0, 0, loud.as_ptr(), &mut value), kResultFalse);
        let null = std::ptr::null_mut::<u8>();
        assert_eq!(probe.getNoteExpressionInfo(0, 0, 6, &mut std::mem::zeroed()), kInvalidArgument);
        assert_eq!(probe.getNoteExpressionInfo(0, 0, 0, null.cast()), kInvalidArgument);
        assert_eq!(probe.getNoteExpressionStringByValue(0, 0, 0, 0.5, null.cast()), kInvalidArgument);
        assert_eq!(probe.getNoteExpressionStringByValue(0, 0, 6, 0.5, &mut [0; 128]), kInvalidArgument);
        let nothing = std::ptr::null();
        assert_eq!(probe.getNoteExpressionValueByString(0, 0, 0, nothing, &mut value), kInvalidArgument);
    }
}
