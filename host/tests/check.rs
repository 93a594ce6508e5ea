//! Does `check` find what was planted, and nothing else?

mod common;

use std::path::Path;

use common::{Bench, example, run};
use serde_json::Value;

/// A bundle with one defect, or with a lie in its data.
fn lv2(bench: &Bench, defect: &str, lie: fn(String) -> String) -> String {
    let port = |index: u32, kinds: &str, symbol: &str, more: &str| {
        format!(
            "[ a {kinds} ; lv2:index {index} ; lv2:symbol \"{symbol}\" ; lv2:name \"{symbol}\" ; {more} ]"
        )
    };
    let (input, output) = ("lv2:InputPort, lv2:ControlPort", "lv2:OutputPort, lv2:ControlPort");
    let manifest = format!(
        "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .\n\
         @prefix doap: <http://usefulinc.com/ns/doap#> .\n\
         @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n\
         <urn:dyad:bad:{defect}> a lv2:Plugin ; lv2:binary <plugin.so> ; doap:name \"Bad\" ;\n\
         doap:license <urn:none> ; lv2:minorVersion 2 ; lv2:microVersion 0 ;\n\
         doap:maintainer [ foaf:name \"Fixture maker\" ] ;\n\
         lv2:optionalFeature lv2:hardRTCapable ;\n\
         lv2:port {} , {} , {} , {} , {} .\n",
        port(0, "lv2:InputPort, lv2:AudioPort", "in", ""),
        port(1, "lv2:OutputPort, lv2:AudioPort", "out", ""),
        port(2, input, "gain", "lv2:default 1.0 ; lv2:minimum 0.0 ; lv2:maximum 2.0"),
        port(3, output, "level", "lv2:minimum 0.0 ; lv2:maximum 1.0"),
        port(4, output, "late", "lv2:portProperty lv2:reportsLatency"),
    );
    bench.lv2_bundle("bad.lv2", &lie(manifest), Some(&example("fixture_bad_lv2")))
}

fn vst3(bench: &Bench) -> String {
    bench.vst3_bundle("bad.vst3", &example("fixture_bad_vst3"))
}

/// The report, as JSON, and the exit code.
fn report(words: &[&str]) -> (Value, i32) {
    let output = run(&[&["check", "--json", "--limit", "2"], words].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{words:?}: {e}: {text}"));
    (json, output.status.code().unwrap())
}

/// All findings as (severity, rule, text).
fn findings(report: &Value) -> Vec<(String, String, String)> {
    let word = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let plugins = report["plugins"].as_array().unwrap();
    let trials = plugins.iter().flat_map(|plugin| plugin["trials"].as_array().unwrap());
    let findings = trials.flat_map(|trial| trial["findings"].as_array().unwrap());
    findings.map(|f| (word(f, "severity"), word(f, "rule"), word(f, "text"))).collect()
}

#[track_caller]
fn finds(words: &[&str], rule: &str, part: &str) {
    let (report, code) = report(words);
    let found = findings(&report);
    assert!(found.iter().any(|f| f.1 == rule && f.2.contains(part)), "{words:?}: no {rule} in {found:?}");
    let bad = found.iter().any(|f| f.0 == "error");
    assert_eq!(code, if bad { 16 } else { 0 }, "{words:?}: {found:?}");
}

#[test]
fn planted_defects_of_lv2_plugins_are_found() {
    for (defect, trial, rule, part) in [
        ("nan", "parameters", "nan-output", "frame 3 of 128"),
        ("allocates", "allocation", "allocates-in-process", "while processing noise"),
        ("crashes-at-17", "blocks", "crashed", "SIGSEGV while processing 17 frames of noise"),
        ("hangs", "blocks", "hung", "while processing 64 frames of noise"),
        ("exits", "blocks", "exited", "exit code 3"),
        ("late", "latency", "latency-wrong", "100 frames late"),
        ("leaks-memory", "life", "leaks-memory", "15 instances"),
        ("leaks-files", "life", "leaks-descriptors", "left 15 descriptors"),
        ("leaks-threads", "life", "leaks-threads", "left 15 threads"),
        ("beyond", "blocks", "writes-beyond-block", "frame 1+0 of output channel 0"),
        ("silent-port", "parameters", "output-out-of-range", "level"),
        ("writes-input", "blocks", "writes-input", "frame 0 of input channel 0"),
        ("writes-control", "lv2-ports", "input-port-written", "gain"),
        ("writes-control", "parameters", "value-lost", "gain"),
        ("global", "instances", "sound-not-independent", "a new instance"),
        ("in-place", "lv2-ports", "in-place-differs", "output 0"),
        ("zero-frames", "lv2-ports", "zero-frames-written", "out"),
        ("never-recovers", "bad-input", "no-recovery", "NaN"),
        ("unreset", "reset", "reset-incomplete", "output channel 0"),
    ] {
        let bench = Bench::new();
        finds(&[&lv2(&bench, defect, |turtle| turtle), "--only", trial], rule, part);
    }
}

#[test]
fn lies_in_turtle_are_found() {
    type Lie = fn(String) -> String;
    let lies: [(&str, Lie); 9] = [
        ("port-symbol", |t| t.replace("\"gain\" ; lv2:name", "\"my gain\" ; lv2:name")),
        ("port-symbol-duplicate", |t| t.replace("lv2:symbol \"level\"", "lv2:symbol \"gain\"")),
        ("port-index", |t| t.replace("lv2:index 4", "lv2:index 7")),
        ("port-direction", |t| t.replacen("lv2:InputPort, lv2:ControlPort", "lv2:ControlPort", 1)),
        ("binary-missing", |t| t.replace("plugin.so", "nothing.so")),
        ("uri-not-in-binary", |t| t.replace("urn:dyad:bad:good", "urn:dyad:bad:better")),
        ("extension-missing", |t| {
            t.replace(
                "doap:name",
                "lv2:extensionData <http://lv2plug.in/ns/ext/state#interface> ; doap:name",
            )
        }),
        ("feature-required", |t| {
            t.replace("doap:name", "lv2:requiredFeature lv2:hardRTCapable ; doap:name")
        }),
        ("file-missing", |t| {
            t.replace("doap:name", "<http://www.w3.org/2000/01/rdf-schema#seeAlso> <no.ttl> ; doap:name")
        }),
    ];
    for (rule, lie) in lies {
        let bench = Bench::new();
        let bundle = lv2(&bench, "good", lie);
        let (report, _) = report(&[&bundle, "--only", "turtle", "turtle-binary"]);
        let found = findings(&report);
        assert!(found.iter().any(|f| f.1 == rule), "no {rule} in {found:?}");
    }
    let bench = Bench::new();
    let outside = lv2(&bench, "good", |t| t.replace("lv2:default 1.0", "lv2:default 5.0"));
    finds(&[&outside, "--only", "describe"], "default-out-of-range", "gain");
}

#[test]
fn planted_defects_of_vst3_plugins_are_found() {
    let bench = Bench::new();
    let module = vst3(&bench);
    for (defect, trial, rule) in [
        ("duplicate-id", "describe", "parameter-id-duplicate"),
        ("default-outside", "vst3-parameters", "default-out-of-range"),
        ("conversion", "vst3-parameters", "normalized-round-trip"),
        ("forgets", "state", "state-loses-parameters"),
        ("forgets-hidden", "state", "state-loses-parameters"),
        ("forgets-mapped", "state", "state-loses-parameters"),
        ("refuses-state", "state", "state-load-failed"),
        ("latency", "latency", "latency-wrong"),
        ("allocates", "allocation", "allocates-in-process"),
        ("in-place", "vst3-process", "vst3-in-place-differs"),
        ("arrangement", "vst3-buses", "arrangement-not-kept"),
        ("unit", "vst3-parameters", "unit-missing"),
        ("refuses-flush", "vst3-process", "flush-refused"),
        ("crashes-on-garbage", "bad-state", "crashed"),
    ] {
        finds(&[&module, "--class", defect, "--only", trial], rule, "");
    }
}

#[test]
fn good_plugins_pass() {
    let bench = Bench::new();
    let module = vst3(&bench);
    let bundle = lv2(&bench, "good", |turtle| turtle);
    // What stands for a MIDI controller is in no state.
    let midi = &[module.as_str(), "--class", "midi-controller"][..];
    for words in [&[module.as_str(), "--class", "good"][..], midi, &[&bundle]] {
        let (report, code) = report(&[words, &["--strict"]].concat());
        let found: Vec<_> = findings(&report).into_iter().filter(|f| f.0 != "note").collect();
        assert_eq!((code, found.as_slice()), (0, &[][..]), "{words:?}");
        assert!(report["plugins"][0]["trials"].as_array().unwrap().len() > 20);
    }
}

#[test]
fn dyads_own_bundles_pass() {
    let Some(folder) = std::env::var_os("DYAD_BUNDLES") else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for entry in std::fs::read_dir(root.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "lv2" || ending == "vst3") {
            let path = path.to_str().unwrap().to_owned();
            let (report, code) = report(&[&path, "--strict"]);
            assert_eq!(code, 0, "{path}: {:?}", findings(&report));
        }
    }
}

#[test]
fn reports_are_for_people_and_programs() {
    let bench = Bench::new();
    let module = vst3(&bench);
    let file = bench.path("report.xml");
    let words = ["check", &module, "--class", "forgets", "--only", "state,describe", "--junit", &file];
    let output = run(&words);
    assert_eq!(output.status.code(), Some(16));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("  describe  ok\n"), "{text}");
    assert!(text.contains("1 plugin, 2 trials: 1 error, 1 warning, 0 notes"), "{text}");
    let xml = std::fs::read_to_string(file).unwrap();
    let junit = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    assert_eq!(junit.test_suites.len(), 1);
    assert_eq!((junit.test_suites[0].tests, junit.test_suites[0].failures), (2, 1));
}

#[test]
fn what_does_not_load_is_told_apart() {
    let bench = Bench::new();
    let nothing = bench.lv2_bundle("none.lv2", "", None);
    let (report, code) = report(&[&nothing]);
    assert_eq!(code, 5);
    assert!(findings(&report).iter().any(|f| f.1 == "load-failed"), "{report}");
    assert_eq!(run(&["check", "/no/such.vst3"]).status.code(), Some(4));
    let unknown = run(&["check", "--only", "nonsense", &nothing]);
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("no trial has this name"));
}

#[test]
fn the_documentation_lists_every_rule() {
    let listed = String::from_utf8(run(&["check", "--list"]).stdout).unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check.md");
    let documented = std::fs::read_to_string(path).unwrap();
    assert!(
        documented.ends_with(&listed),
        "docs/check.md must end with what `dyad-host check --list` says"
    );
    let mut rules: Vec<_> = listed.lines().filter_map(|line| line.split('`').nth(1)).collect();
    rules.sort_unstable();
    let all = rules.len();
    rules.dedup();

    assert_eq!(rules.len(), all, "a name is listed twice");
}
