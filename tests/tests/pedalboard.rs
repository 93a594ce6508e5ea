//! The VST3 bundle in pedalboard, Spotify's library for sound in Python, which is made of JUCE.

use std::path::Path;
use std::process::Command;

use dyad_tests::bundle;
use dyad_tests::command::{python, run};
use dyad_tests::gain::position;
use dyad_tests::process::alone;
use serde_json::{Value, json};

fn near(seen: &Value, key: &str, expected: f64, tolerance: f64) {
    let close = seen[key].as_f64().is_some_and(|value| (value - expected).abs() <= tolerance);
    assert!(close, "{key} is {} instead of {expected}", seen[key]);
}

#[test]
fn sound_parameters_and_state() {
    let _alone = alone();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/pedalboard_gain.py");
    let mut command = Command::new(python());
    command.arg(script).arg(bundle::vst3()).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    let said = run(&mut command).expect_success("pedalboard");
    let json = said.out.lines().last().unwrap_or_default();
    let seen: Value =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("no JSON ({error}): {}", said.all()));

    assert_eq!((&seen["name"], &seen["vendor"]), (&json!("Dyad Gain"), &json!("Dyad")));
    assert_eq!((&seen["is_effect"], &seen["latency"]), (&json!(true), &json!(0)));
    assert_eq!(seen["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(seen["parameters"], json!(["bypass", "gain_db", "peak", "rms"]));
    assert_eq!(seen["automatable"], json!(["bypass", "gain_db"]));
    // -60 dB is silence, and called so.
    assert_eq!((&seen["range"], &seen["unit"]), (&json!(["-inf", "24.0"]), &json!("dB")));
    near(&seen, "default", 0.0, 1e-5);
    near(&seen, "default_error", 0.0, 0.0);
    near(&seen, "set", -6.0, 1e-5);
    assert_eq!(seen["text"], "-6.0");
    near(&seen, "position", position(-6.0), 1e-3);
    near(&seen, "exact", -6.0, 1e-5);
    for key in ["error_64", "error_1000", "error_8192", "mono_error"] {
        near(&seen, key, 0.0, 1e-5);
    }
    near(&seen, "fresh", 0.0, 1e-5);
    near(&seen, "restored", -6.0, 1e-5);
    assert_eq!(seen["same_state"], true);
    near(&seen, "restored_error", 0.0, 1e-5);
    near(&seen, "bypass_error", 0.0, 0.0);
    assert_eq!(seen["least"], "-inf");
    near(&seen, "least_error", 0.0, 0.0);
}
