//! Measuring: that it measures what it says, in order and completely. No time is asserted.

mod common;

use common::{Bench, run};

/// The numbers of times that `text` is in a result.
fn count(result: &str, text: &str) -> usize {
    result.matches(text).count()
}

#[test]
fn every_floor_says_every_number_back() {
    // A number that is lost or comes out of turn ends the program with an error.
    let bench = Bench::new();
    let ways = "pipe+poll,eventfd,futex,futex-if-asleep,spin-5-futex";
    let words =
        ["round-trip", "--cores", "0,0", "--rounds", "2", "--hot", "300", "--paced", "10", "--ways"];
    let result = bench.good(&[&words[..], &[ways, "--json"]].concat());
    let parts: serde_json::Value = serde_json::from_str(&result).unwrap();
    let parts = parts.as_array().unwrap();
    assert_eq!(
        parts.iter().map(|part| part["pace"].as_str().unwrap()).collect::<Vec<_>>(),
        ["hot", "paced"]
    );
    for part in parts {
        let lines = part["lines"].as_array().unwrap();
        let floors = lines.iter().filter(|line| line["subject"].as_str().unwrap().starts_with("floor: "));
        assert_eq!(floors.count(), 5);
        assert!(lines.iter().all(|line| line["median"].as_f64().unwrap() > 0.0), "{result}");
        let ours = lines.iter().find(|line| line["subject"] == "dyad-host: 64 frames, stereo").unwrap();
        assert_eq!(ours["ratio"]["goal"], if part["pace"] == "hot" { 1.25 } else { 1.5 });
    }
}

#[test]
fn a_round_trip_is_printed_beside_its_goals() {
    let bench = Bench::new();
    let text = bench.good(&[
        "round-trip",
        "--cores",
        "0,0",
        "--rounds",
        "1",
        "--hot",
        "20",
        "--paced",
        "0",
        "--ways",
        "futex",
    ]);
    assert!(text.starts_with("Round trip both on core 0, one after the other:\n"), "{text}");
    assert_eq!((count(&text, "≤ 1.25 ×"), count(&text, "≤ +0.5 µs"), count(&text, "≤ +3 µs")), (1, 1, 1));
}

#[test]
fn plugins_are_measured_with_all_that_they_take() {
    let bench = Bench::new();
    let words = ["--block", "1,64", "--events", "0,16", "--seconds", "0.1", "--json"];
    let measure = |plugin: &str| -> serde_json::Value {
        let result = bench.good(&[&["bench", plugin][..], &words].concat());
        serde_json::from_str(&result).unwrap()
    };
    let result = measure("__parameters_100__");
    let loads = result["loads"].as_array().unwrap();
    let of = |load: &serde_json::Value| format!("{} {}", load["frames"], load["events"]);
    let all = ["1 \"none\"", "1 {\"changes\":16}", "1 {\"notes\":16}"];
    let all = all.iter().map(|of| of.to_string()).chain(all.iter().map(|of| of.replacen('1', "64", 1)));
    assert!(loads.iter().map(of).eq(all), "{result}");
    for load in loads {
        assert!(
            load["plugin"]["blocks"].as_u64().unwrap() >= 2 && load["floor"]["median"].as_f64().is_some()
        );
    }
    // It takes no MIDI, and has two parameters: not sixteen changes in one frame.
    let result = measure(&bench.lv2_fixture("shy"));
    let loads = result["loads"].as_array().unwrap();
    assert_eq!(
        loads.iter().map(of).collect::<Vec<_>>(),
        ["1 \"none\"", "64 \"none\"", "64 {\"changes\":16}"]
    );
}

#[test]
fn notes_are_held_and_values_set() {
    let bench = Bench::new();
    let words = ["--block", "64", "--events", "0", "--seconds", "0.2", "--notes", "16", "--set", "p0=0.5"];
    let result = bench.good(&[&["bench", "__parameters_100__"][..], &words].concat());
    assert!(result.contains(", 48000 Hz, 16 notes held\n"), "{result}");
    let error = bench.bad(&["bench", &bench.lv2_fixture("shy"), "--notes", "1", "--seconds", "0.1"]);
    assert!(error.contains("--notes") && error.contains("takes no MIDI"), "{error}");
    let error = bench.bad(&["bench", "__parameters_100__", "--set", "nonsense=1", "--seconds", "0.1"]);
    assert!(error.contains("nonsense"), "{error}");
    // An instrument has more to do with notes than without.
    let piano = |notes: &str| -> f64 {
        let words = ["--block", "256", "--events", "0", "--seconds", "0.5", "--json", "--notes", notes];
        let result =
            bench.good(&[&["bench", "http://drobilla.net/plugins/mda/EPiano"][..], &words].concat());
        let result: serde_json::Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["loads"][0]["held"].to_string(), notes);
        result["loads"][0]["plugin"]["mean"].as_f64().unwrap()
    };
    assert!(piano("16") > piano("0"), "sixteen voices are heard");
}

#[test]
fn a_plugin_that_fails_while_it_is_measured_is_named() {
    let bench = Bench::new();
    let error = bench.bad(&["bench", "__crash_process__", "--seconds", "0.1"]);
    assert!(error.contains("crashed") && error.contains("measured"), "{error}");
    let error = bench.bad(&["--limit", "0.5", "bench", "__hang_process__", "--seconds", "0.1"]);
    assert!(error.contains("no progress") && error.contains("measured"), "{error}");
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    for (option, bad) in [
        ("--block", "0"),
        ("--block", "64,x"),
        ("--events", "-1"),
        ("--events", "5000"),
        ("--notes", "-1"),
        ("--notes", "65"),
        ("--seconds", "0"),
        ("--seconds", "NaN"),
        ("--rate", "0"),
    ] {
        let error = Bench::new().bad(&["bench", "__through__", option, bad]);
        assert!(error.contains(option) && error.contains("expected"), "{error}");
    }
    for (option, bad) in [("--cores", "0"), ("--ways", "telepathy"), ("--rounds", "0"), ("--hot", "x")] {
        let error = Bench::new().bad(&["round-trip", option, bad]);
        assert!(error.contains(option) && error.contains("expected"), "{error}");
    }
    let error = Bench::new().bad(&["round-trip", "--cores", "0,1000"]);
    assert!(error.contains("core 1000"), "{error}");
}

#[test]
fn the_other_end_ends_with_its_channel() {
    // Standard input is no channel here, and nothing is measured with it.
    let result = run(&["floor-partner", "futex"]);
    assert!(!result.status.success());
}
