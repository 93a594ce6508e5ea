//! Tests of names and numbers.

use super::*;
use crate::info::{Format, ParameterFlags, Tail, Timing};

fn parameter(id: &str, number: Option<u32>, name: &str, flags: ParameterFlags) -> Parameter {
    Parameter {
        id: id.into(),
        number,
        name: name.into(),
        unit: "dB".into(),
        min: -60.0,
        max: 6.0,
        default: 0.0,
        value: 0.0,
        text: String::new(),
        points: vec![],
        flags,
    }
}

fn plugin(parameters: Vec<Parameter>) -> PluginInfo {
    PluginInfo {
        format: Format::Vst3,
        id: String::new(),
        name: String::new(),
        vendor: String::new(),
        version: String::new(),
        category: String::new(),
        inputs: vec![],
        outputs: vec![],
        event_inputs: vec![],
        event_outputs: vec![],
        parameters,
        timing: Timing { latency: 0, tail: Tail::Unknown },
    }
}

fn index(info: &PluginInfo, name: &str) -> Option<u32> {
    find(info, name).ok().map(|found| found.index)
}

#[test]
fn vst3_names_in_their_order() {
    let none = ParameterFlags::default();
    let info = plugin(vec![
        parameter("17", Some(17), "Dry / Wet", none),
        parameter("x", Some(vst3_param_id("gain")), "Output Level", none),
        parameter("y", Some(255), "17", none),
        parameter("z", Some(3), "Off", ParameterFlags { bypass: true, ..none }),
    ]);
    assert_eq!(index(&info, "17"), Some(0), "the number comes before the title");
    assert_eq!(index(&info, "0xff"), Some(2));
    assert_eq!(index(&info, "gain"), Some(1), "Dyad's number of the id");
    assert_eq!(index(&info, "Dry / Wet"), Some(0));
    assert_eq!(index(&info, "dry_wet"), Some(0));
    assert_eq!(index(&info, "output_level"), Some(1));
    assert_eq!(index(&info, "bypass"), Some(3));
    assert_eq!(index(&info, "Dry_Wet"), None);
}

#[test]
fn enabled_is_bypass_turned_round() {
    let enabled = ParameterFlags { enabled: true, ..ParameterFlags::default() };
    let info = plugin(vec![parameter("on", None, "On", enabled)]);
    assert_eq!(find(&info, "bypass").unwrap(), Found { index: 0, inverted: true });
    assert_eq!(find(&info, "on").unwrap(), Found { index: 0, inverted: false });
}

#[test]
fn unknown_names_list_the_closest_first() {
    let none = ParameterFlags::default();
    let info =
        plugin(vec![parameter("release", None, "Release", none), parameter("gain", None, "Gain", none)]);
    let error = find(&info, "gian").unwrap_err().to_string();
    assert_eq!(error, "unknown parameter gian; there are: gain, release");
}

#[test]
fn numbers_with_and_without_unit() {
    assert_eq!(parse_number("-6", "dB"), Some(-6.0));
    assert_eq!(parse_number("-6 dB", "dB"), Some(-6.0));
    assert_eq!(parse_number("-6dB", "dB"), Some(-6.0));
    assert_eq!(parse_number("1e3", ""), Some(1000.0));
    assert_eq!(parse_number("dB", "dB"), None);
    assert_eq!(parse_number("", ""), None);
    assert!(parse_number("NaN", "").unwrap().is_nan());
    assert_eq!(switch("True"), Some(1.0));
    assert_eq!(switch("off"), Some(0.0));
    assert_eq!(switch("maybe"), None);
}

#[test]
fn distances() {
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(distance("kitten", "sitting"), 3);
    assert_eq!(distance("same", "same"), 0);
}
