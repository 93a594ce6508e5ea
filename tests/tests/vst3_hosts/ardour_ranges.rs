//! Ardour reads a parameter's range from what 0 and 1 are in plain values, looks for the units "dB" and "Hz", and
//! shows a list where `kIsList` is set.

use dyad_tests::vst3::{Plugin, utf16};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::Vst::ParameterInfo_::ParameterFlags_::kIsList;
use vst3::Steinberg::kResultOk;

use crate::plugins::{infos, locked, plugins};

fn plain(plugin: &Plugin, id: u32, position: f64) -> f64 {
    // SAFETY: any id and value are allowed.
    unsafe { plugin.controller.normalizedParamToPlain(id, position) }
}

fn text(plugin: &Plugin, id: u32, position: f64) -> String {
    let mut text = [0; 128];
    // SAFETY: a place for the answer.
    assert_eq!(unsafe { plugin.controller.getParamStringByValue(id, position, &mut text) }, kResultOk);
    utf16(&text)
}

#[test]
fn the_ends_of_each_range_are_those_of_the_lock() {
    for (plugin, description) in plugins() {
        for (info, line) in infos(&plugin).iter().zip(locked(description.info.id)) {
            let what = format!("{} {}", description.info.name, line.symbol);
            let number = |n: usize| line.numbers[n].parse::<f64>().unwrap_or_else(|_| panic!("{what}"));
            let stepped = |min: f64, max: f64, step: f64| (min, max, ((max - min) / step).round() as i32);
            let (min, max, steps) = match line.numbers[0].as_str() {
                "bool" => (0.0, 1.0, 1),
                "choice" => (0.0, line.numbers.len() as f64 - 2.0, line.numbers.len() as i32 - 2),
                _ => match line.numbers.iter().position(|word| word == "step") {
                    Some(at) => stepped(number(1), number(2), number(at + 1)),
                    None => (number(1), number(2), 0),
                },
            };
            assert_eq!([plain(&plugin, info.id, 0.0), plain(&plugin, info.id, 1.0)], [min, max], "{what}");
            assert_eq!(info.stepCount, steps, "{what}");
            let list = info.flags & kIsList as i32 != 0;
            assert_eq!(list, line.numbers[0] == "choice", "{what}");
            // There and back, and never down again.
            let mut last = f64::MIN;
            for n in 0..=100 {
                let there = plain(&plugin, info.id, f64::from(n) / 100.0);
                // SAFETY: any id and value are allowed.
                let back = unsafe { plugin.controller.plainParamToNormalized(info.id, there) };
                assert!((plain(&plugin, info.id, back) - there).abs() < 1e-6, "{what}: {there}");
                assert!((min..=max).contains(&there) && there >= last, "{what}: {there}");
                last = there;
            }
            assert!((0.0..=1.0).contains(&info.defaultNormalizedValue), "{what}");
        }
    }
}

#[test]
fn a_list_has_a_word_for_each_of_its_values() {
    let mut lists = 0;
    for (plugin, description) in plugins() {
        for (info, line) in infos(&plugin).iter().zip(locked(description.info.id)) {
            if info.flags & kIsList as i32 == 0 {
                continue;
            }
            lists += 1;
            let position = |n: i32| f64::from(n) / f64::from(info.stepCount);
            let words: Vec<_> = (0..=info.stepCount).map(|n| text(&plugin, info.id, position(n))).collect();
            let lower: Vec<_> = words.iter().map(|word| word.to_lowercase()).collect();
            assert_eq!(lower, line.numbers[1..], "{}", line.symbol);
        }
    }
    assert!(lists > 0);
}

#[test]
fn decibels_are_called_db_and_other_units_are_not() {
    for (plugin, description) in plugins() {
        for (info, param) in infos(&plugin).iter().zip(&description.params) {
            let unit = utf16(&info.units);
            let decibels = param.info.unit == dyad_core::param::Unit::Decibels;
            assert_eq!(unit == "dB", decibels, "{} has {unit:?}", param.info.id);
        }
        let gain = description.index_of("gain").map(|index| utf16(&infos(&plugin)[index].units));
        assert!(gain.is_none_or(|unit| unit == "dB"));
    }
    assert_eq!(dyad_core::param::Unit::Hertz.label(), "Hz");
}
