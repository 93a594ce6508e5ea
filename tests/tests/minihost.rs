//! Both bundles in minihost, a host made of JUCE (which most commercial hosts' plugins are, too).

use std::path::Path;
use std::process::Command;

use dyad_tests::command::{python, run};
use dyad_tests::gain::{RAMP, assert_close, curve, factor, position};
use dyad_tests::{bundle, lv2info};
use serde_json::Value;

fn drive(bundle: &Path) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/in_minihost.py");
    let mut command = Command::new(python());
    command.arg(script).arg(bundle).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    // The LV2 world is what the host finds vocabulary in.
    if let Some((key, value)) = lv2info::in_world("").get_envs().next() {
        command.env(key, value.unwrap_or_default());
    }
    let said = run(&mut command).expect_success("minihost");
    let json = said.out.lines().last().unwrap_or_default();
    serde_json::from_str(json).unwrap_or_else(|error| panic!("no JSON ({error}): {}", said.all()))
}

fn sound(seen: &Value, key: &str) -> Vec<f32> {
    let samples = seen[key].as_array().unwrap_or_else(|| panic!("{key}: {}", seen[key]));
    // NaN is not JSON's, so a sample that is none stands out as one.
    samples.iter().map(|sample| sample.as_f64().map_or(f32::NAN, |sample| sample as f32)).collect()
}

fn near(value: &Value, expected: f64, what: &str) {
    assert_close(&[value.as_f64().unwrap_or(f64::NAN) as f32], &[expected], 1e-6, what);
}

/// What must be so in both formats.
fn check(seen: &Value, channels: u32) {
    assert_eq!(seen["probe"]["vendor"], "Dyad");
    assert_eq!(seen["channels"], serde_json::json!([channels, channels]));
    assert_eq!(seen["buses"], serde_json::json!([1, 1]));
    assert_eq!((&seen["latency"], &seen["midi"]), (&0.into(), &false.into()));
    near(&seen["default"], position(0.0), "the default");
    near(&seen["from_text"], position(-6.0), "a value typed in");
    assert_close(&sound(seen, "default_sound"), &[1.0; 512], 0.0, "the default");
    near(&seen["set"], position(-6.0), "a value set");
    assert_close(&sound(seen, "set_sound"), &[factor(-6.0); 512], 1e-5, "a value set");
    let expected = curve(-6.0, &[(100, -20.0)], 512, RAMP);
    assert_close(&sound(seen, "automated_sound"), &expected, 1e-5, "automation at frame 100");
    assert_eq!(seen["bypass"], true);
    assert_close(&sound(seen, "bypassed_sound"), &[f64::from(0.3f32); 512], 0.0, "bypassed");
    assert_close(&sound(seen, "back_sound"), &[factor(-20.0); 512], 1e-5, "and back");
    assert_eq!(seen["same_state"], true, "a state that is saved twice is the same");
    near(&seen["fresh"], position(0.0), "a fresh instance");
    near(&seen["restored"], position(-20.0), "a restored value");
    assert_close(&sound(seen, "restored_sound"), &[factor(-20.0); 512], 1e-5, "a restored sound");
}

#[test]
fn vst3() {
    let seen = drive(&bundle::vst3());
    assert_eq!(seen["probe"]["format"], "VST3");
    assert_eq!(seen["probe"]["name"], "Dyad Gain");
    assert_eq!(seen["probe"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(seen["names"], serde_json::json!(["Bypass", "Gain", "Peak", "RMS"]));
    assert_eq!(seen["automatable"], serde_json::json!([true, true, false, false]));
    let texts = serde_json::json!({ "-60": "-inf", "-6": "-6.0", "0": "0.0", "24": "24.0" });
    assert_eq!(seen["texts"], texts);
    check(&seen, 2);
}

#[test]
fn lv2() {
    // A path gives the first plugin by URI, which is the mono one.
    let seen = drive(&bundle::lv2());
    assert_eq!(seen["probe"]["format"], "LV2");
    assert_eq!(seen["probe"]["name"], "Dyad Gain (Mono)");
    // The host shows lv2:enabled as its bypass, and keeps what is not on a panel to itself.
    assert_eq!(seen["names"], serde_json::json!(["Bypass", "Gain"]));
    assert_eq!(seen["automatable"], serde_json::json!([true, true]));
    near(&seen["texts"]["-6"].as_str().and_then(|text| text.parse::<f64>().ok()).into(), -6.0, "text");
    check(&seen, 1);
}
