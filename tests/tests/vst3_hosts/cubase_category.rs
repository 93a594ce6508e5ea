//! Cubase takes a class without a category, or without a subcategory, for a broken one.

use dyad_core::Category;
use dyad_tests::vst3::{Module, text};
use dyad_tests::{bundle, probe};
use serde_json::Value;
use vst3::Steinberg::{IPluginFactory2Trait, IPluginFactory3Trait, IPluginFactoryTrait, kResultOk};

/// Fails where words separated by `|` are none that VST3 has for effects and instruments.
#[track_caller]
fn assert_subcategories(words: &str, what: &str) {
    let all: Vec<_> = words.split('|').collect();
    assert!(["Fx", "Instrument"].contains(&all[0]), "{what}: {words:?}");
    assert!(all.iter().all(|word| !word.trim().is_empty()), "{what}: {words:?}");
}

#[test]
fn every_class_has_both_in_the_binary() {
    for module in [Module::gain(), Module::probe()] {
        let factory = module.factory();
        // SAFETY: valid.
        let count = unsafe { factory.countClasses() };
        assert!(count > 0);
        for n in 0..count {
            // SAFETY: numbers and text, for which zeros are fine; places for the answers.
            let (info, info2, wide) = unsafe {
                let (mut info, mut info2, mut wide) =
                    (std::mem::zeroed(), std::mem::zeroed(), std::mem::zeroed());
                assert_eq!(factory.getClassInfo(n, &mut info), kResultOk);
                assert_eq!(factory.getClassInfo2(n, &mut info2), kResultOk);
                assert_eq!(factory.getClassInfoUnicode(n, &mut wide), kResultOk);
                (info, info2, wide)
            };
            for category in [&info.category, &info2.category, &wide.category] {
                assert_eq!(text(category), "Audio Module Class");
            }
            for words in [&info2.subCategories, &wide.subCategories] {
                assert_subcategories(&text(words), &text(&info.name));
            }
        }
    }
}

#[test]
fn every_class_has_both_in_the_bundle() {
    let resources = "Contents/Resources/moduleinfo.json";
    for file in [bundle::vst3().join(resources), probe::built("probe.vst3").join(resources)] {
        let json = std::fs::read_to_string(&file).expect("a bundle says what is in it");
        let json: Value = serde_json::from_str(&json).expect("it is JSON");
        let classes = json["Classes"].as_array().expect("there are classes");
        assert!(!classes.is_empty());
        for class in classes {
            assert_eq!(class["Category"], "Audio Module Class");
            let words = class["Sub Categories"].as_array().expect("a list");
            let words: Vec<_> = words.iter().filter_map(Value::as_str).collect();
            assert_subcategories(&words.join("|"), &class["Name"].to_string());
        }
    }
}

#[test]
fn no_category_of_ours_is_without_a_word() {
    use Category::*;
    let all = [
        Amplifier, Dynamics, Delay, Reverb, Filter, Equaliser, Distortion, Modulation, Spectral, Analyser,
        Utility, Instrument, NoteEffect,
    ];
    for category in all {
        assert_subcategories(dyad_ttl::vst3_subcategories(category), &format!("{category:?}"));
    }
}
