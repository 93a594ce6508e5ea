//! `dyad-host state`: save, load, convert, print; and files that are none.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::{Bench, FIXTURE, complaint, example, run};
use dyad_core::identity::vst3_class_words;
use dyad_core::state::Writer;
use dyad_host::state::{Bytes, Container, Layout, PluginState};
use serde_json::{Value, json};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";
/// The plugin and the id of the LV2 fixture with a VST3 form.
const ECHO: &str = "urn:dyad:fixture:echo";

fn vst3() -> String {
    example("fixture_vst3").to_str().unwrap().to_owned()
}

/// All files of a bench with what is in them.
fn everything(bench: &Bench) -> BTreeMap<String, Vec<u8>> {
    let files = bench.files().into_iter().filter(|name| Path::new(&bench.path(name)).is_file());
    files.map(|name| (name.clone(), std::fs::read(bench.path(&name)).unwrap())).collect()
}

/// Runs it; it has to fail with this code and one line that names all of this, and to change no file.
#[track_caller]
fn refused(bench: &Bench, words: &[&str], code: i32, named: &[&str]) {
    let before = everything(bench);
    let output = run(&[&["state"], words].concat());
    let (was, error) = complaint(&output);
    assert_eq!(was, code, "{words:?}: {error}");
    assert!(output.stdout.is_empty(), "{words:?}: {output:?}");
    for part in named {
        assert!(error.contains(part), "{words:?}: {error:?} should mention {part:?}");
    }
    assert!(everything(bench) == before, "{words:?} changed a file");
}

/// What a table shows for a parameter: its value and its text.
#[track_caller]
fn shown(table: &str, id: &str) -> (String, String) {
    let line = table.lines().find(|line| line.split_whitespace().next() == Some(id));
    let line = line.unwrap_or_else(|| panic!("no {id} in {table}"));
    let columns: Vec<_> = line.split("  ").map(str::trim).filter(|column| !column.is_empty()).collect();
    (columns[2].to_owned(), columns.last().unwrap().to_string())
}

fn json(bench: &Bench, file: &str) -> Value {
    serde_json::from_str(&bench.good(&["state", "print", "--json", file])).unwrap()
}

/// A state of the VST3 form of the LV2 fixture `echo`.
fn echo_of_vst3() -> Container {
    let mut writer = Writer::new(ECHO, "1.0.0", 1);
    writer.float("claim", 100.0);
    let [a, b, c, d] = vst3_class_words(ECHO);
    let state = PluginState::Vst3 { component: Bytes(writer.finish()), controller: None };
    Container { plugin: format!("{a:08X}{b:08X}{c:08X}{d:08X}"), state }
}

#[test]
fn what_is_saved_is_loaded() {
    let bench = Bench::new();
    let module = vst3();
    let lv2 = (&[AMP][..], "gain", "gain=-12", "-12", "-12 dB");
    let vst3 = (&[module.as_str(), "--class", FIXTURE][..], "100", "output_gain=-7", "-7", "-7.0 dB");
    for (plugin, parameter, set, value, text) in [lv2, vst3] {
        let [file, again, plain] = ["a.state", "b.state", "c.state"].map(|name| bench.path(name));
        // What was there is replaced.
        std::fs::write(&file, "old").unwrap();
        let save = |file: &str, more: &[&str]| {
            assert_eq!(bench.good(&[&["state", "save"], plugin, &[file], more].concat()), "", "{plugin:?}");
        };
        save(&file, &["--set", set]);
        save(&plain, &[]);
        let load = |more: &[&str]| bench.good(&[&["state", "load"], plugin, more].concat());
        let loaded = load(&[&file, "--out", &again]);
        assert_eq!(shown(&loaded, parameter), (value.to_owned(), text.to_owned()), "{plugin:?}");
        assert_ne!(shown(&load(&[&plain]), parameter).0, value, "{plugin:?}: not what it begins with");
        assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&again).unwrap(), "{plugin:?}");
        assert_ne!(std::fs::read(&file).unwrap(), std::fs::read(&plain).unwrap(), "{plugin:?}");
        for name in ["a.state", "b.state", "c.state"] {
            std::fs::remove_file(bench.path(name)).unwrap();
        }
    }
}

#[test]
fn presets_of_vst3_go_out_and_come_in() {
    let bench = Bench::new();
    let module = vst3();
    let [state, preset, back] = ["a.state", "a.vstpreset", "b.state"].map(|name| bench.path(name));
    let plugin = [module.as_str(), "--class", FIXTURE];
    let set = ["--set", "output_gain=-7"];
    bench.good(&[&["state", "save"], &plugin[..], &[&state], &set].concat());
    bench.good(&[&["state", "save"], &plugin[..], &[&preset, "--as", "vstpreset"], &set].concat());
    // As other hosts know it.
    let bytes = std::fs::read(&preset).unwrap();
    assert_eq!((&bytes[..8], &bytes[8..40]), (&b"VST3\x01\0\0\0"[..], FIXTURE.as_bytes()));
    assert_eq!(json(&bench, &preset), json(&bench, &state), "the same in both");
    let loaded = bench.good(&[&["state", "load"], &plugin[..], &[&preset]].concat());
    assert_eq!(shown(&loaded, "100").0, "-7");
    // The layouts turn into each other, and back to the very bytes.
    bench.good(&[&["state", "convert", &preset], &plugin[..], &[&back]].concat());
    assert_eq!(std::fs::read(&back).unwrap(), std::fs::read(&state).unwrap());
    bench.good(&[&["state", "convert", &state], &plugin[..], &[&preset, "--as", "vstpreset"]].concat());
    assert_eq!(std::fs::read(&preset).unwrap(), bytes);
}

#[test]
fn a_state_of_a_dyad_plugin_turns_into_one_of_the_other_format() {
    let bench = Bench::new();
    let plugin = bench.lv2_fixture("echo");
    let out = bench.path("out.state");
    for (name, layout) in [("in.state", Layout::Container), ("in.vstpreset", Layout::Vstpreset)] {
        let file = bench.path(name);
        echo_of_vst3().write_as(layout, Path::new(&file)).unwrap();
        bench.good(&["state", "convert", &file, &plugin, &out]);
        let converted = json(&bench, &out);
        assert_eq!(
            (&converted["kind"], &converted["plugin"]),
            (&json!("lv2"), &json!(format!("{ECHO}#mono")))
        );
        assert_eq!(
            converted["ports"],
            json!({ "claim": 100.0, "tail": 0.0 }),
            "{name}: the rest by default"
        );
        assert_eq!(shown(&bench.good(&["state", "load", &plugin, &out]), "claim").0, "100");
        // It needs no conversion to be loaded.
        assert_eq!(shown(&bench.good(&["state", "load", &plugin, &file]), "claim").0, "100");
    }
}

/// Our own bundles, where `make test` says that they are there: there and back again.
#[test]
fn our_own_states_change_formats_and_come_back() {
    let Ok(folder) = std::env::var("DYAD_BUNDLES") else { return };
    let bench = Bench::new();
    let [lv2, vst3] = ["gain.lv2", "gain.vst3"].map(|name| format!("{folder}/{name}"));
    let lv2 = [lv2.as_str(), "--class", "urn:dyad:gain#stereo"];
    let [first, preset, last] = ["a.state", "b.vstpreset", "c.state"].map(|name| bench.path(name));
    bench.good(
        &[&["state", "save"], &lv2[..], &[&first, "--set", "gain=-6", "--set", "enabled=0"]].concat(),
    );
    bench.good(&["state", "convert", &first, &vst3, &preset, "--as", "vstpreset"]);
    let document = json(&bench, &preset)["document"].clone();
    assert_eq!(document["params"], json!({ "bypass": 1.0, "gain": -6.0 }));
    let text = bench.good(&["state", "print", &preset]);
    assert!(text.contains("\n    gain: -6.0\n") && text.contains("plugin: urn:dyad:gain\n"), "{text}");
    let loaded = bench.good(&["state", "load", &vst3, &preset]);
    assert_eq!(shown(&loaded, "458499838").1, "-6.0 dB");
    bench.good(&[&["state", "convert", &preset], &lv2[..], &[&last]].concat());
    assert_eq!(std::fs::read(&first).unwrap(), std::fs::read(&last).unwrap());
}

#[test]
fn a_state_is_printed_for_people_and_programs() {
    let bench = Bench::new();
    let [file, keeps, module] = ["a.state", "k.state", "v.state"].map(|name| bench.path(name));
    bench.good(&["state", "save", AMP, &file, "--set", "gain=-12.3"]);
    let expected = json!({
        "format": "dyad-host state", "version": 1, "kind": "lv2", "plugin": AMP,
        "ports": { "gain": -12.3 }, "properties": [], "document": null,
    });
    assert_eq!(json(&bench, &file), expected, "with no more digits than it has");
    let text = bench.good(&["state", "print", &file]);
    assert!(
        text.contains(&format!("plugin: {AMP}\n")) && text.contains("ports:\n  gain: -12.3\n"),
        "{text}"
    );
    // A property whose type is known, and bytes that nobody knows.
    bench.good(&["state", "save", &bench.lv2_fixture("keeps"), &keeps]);
    let property = json(&bench, &keeps)["properties"][0].clone();
    assert_eq!(property["key"], "urn:dyad:fixture#file");
    assert!(property["value"].as_str().unwrap().ends_with("/notes/a.txt"), "{property}");
    assert!(property.get("base64").is_none(), "{property}");
    let value = property["value"].as_str().unwrap();
    assert!(bench.good(&["state", "print", &keeps]).contains(&format!("  value: {value}\n")));
    bench.good(&["state", "save", &vst3(), "--class", FIXTURE, &module]);
    let component = json(&bench, &module)["component"].clone();
    assert_eq!(component["size"], 48);
    assert!(component["base64"].as_str().unwrap().starts_with("Zml4dHVyZTE"), "{component}");
}

#[test]
fn what_a_file_names_keeps_to_its_line() {
    let bench = Bench::new();
    let file = bench.path("a.state");
    let ports = [("a\nb: 2\u{1b}[31m".to_owned(), 1.0)].into();
    let state = PluginState::Lv2 { ports, properties: vec![] };
    let container = Container { plugin: "urn:a\nports:".into(), state };
    container.write(Path::new(&file)).unwrap();
    let text = bench.good(&["state", "print", &file]);
    assert!(!text.contains('\u{1b}') && !text.contains("\nb:"), "{text:?}");
    assert_eq!(text.lines().filter(|line| *line == "ports:").count(), 1, "{text:?}");
    assert_eq!(json(&bench, &file)["plugin"], "urn:a\nports:", "as it is");
}

#[test]
fn files_that_are_no_state_are_named() {
    let bench = Bench::new();
    let plugin = bench.lv2_fixture("echo");
    let [good, preset, file, out] =
        ["good.state", "good.vstpreset", "bad.file", "out.state"].map(|name| bench.path(name));
    echo_of_vst3().write(Path::new(&good)).unwrap();
    echo_of_vst3().write_as(Layout::Vstpreset, Path::new(&preset)).unwrap();
    let [good, preset] = [good, preset].map(|path| std::fs::read(path).unwrap());
    std::fs::write(&out, "precious").unwrap();
    let bad = |bytes: &[u8], reason: &str| {
        std::fs::write(&file, bytes).unwrap();
        for words in [
            &["print", &file][..],
            &["print", "--json", &file],
            &["load", &plugin, &file, "--out", &out],
            &["convert", &file, &plugin, &out],
        ] {
            refused(&bench, words, 10, &["bad.file", reason]);
        }
    };
    bad(b"", "not a state file");
    bad(b"hello", "not a state file");
    bad(b"{\"format\": \"dyad-host\"}", "expected the map of a state file");
    bad(b"\x7fELF\x02\x01\x01\0", "not a state file");
    bad(b"VST3", "cut short");
    for part in 1..8 {
        bad(&good[..good.len() * part / 8], "cut short");
        bad(&preset[..preset.len() * part / 8], "cut short");
    }
    bad(&[&good[..], b"x"].concat(), "more behind it");
    bad(&[&preset[..4], b"\x02", &preset[5..]].concat(), "version is 2");
    let mut newer = good.clone();
    let at = good.windows(8).position(|part| part == b"\xa7version").unwrap() + 8;
    newer[at] = 9;
    bad(&newer, "version 9");
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 0x10;
    bad(&damaged, "damaged");
    let mut other = good;
    other[9] = b'D';
    bad(&other, "not a state file");
}

#[test]
fn every_changed_byte_of_a_state_is_noticed() {
    let bench = Bench::new();
    let file = bench.path("a.state");
    echo_of_vst3().write(Path::new(&file)).unwrap();
    let good = std::fs::read(&file).unwrap();
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        std::fs::write(&file, bad).unwrap();
        refused(&bench, &["print", &file], 10, &["a.state"]);
    }
}

#[test]
fn what_fails_leaves_files_as_they_were() {
    let bench = Bench::new();
    let module = vst3();
    let [amp, out, other] = ["amp.state", "out.state", "other.state"].map(|name| bench.path(name));
    bench.good(&["state", "save", AMP, &amp]);
    bench.good(&["state", "save", &module, "--class", FIXTURE, &other]);
    // One that the plugin itself refuses.
    let strange = bench.path("strange.state");
    let state = PluginState::Vst3 { component: Bytes(b"not its own".to_vec()), controller: None };
    Container { plugin: FIXTURE.into(), state }.write(Path::new(&strange)).unwrap();
    std::fs::write(&out, "precious").unwrap();
    let delay = "http://drobilla.net/plugins/mda/Delay";
    let nowhere = bench.path("no/folder/a.state");
    let folder = bench.path("folder");
    std::fs::create_dir(&folder).unwrap();
    for (words, code, named) in [
        // A state of another plugin, or of another format.
        (&["convert", &amp, delay, &out][..], 9, &["amp.state", "belongs to plugin", AMP][..]),
        (&["load", delay, &amp, "--out", &out], 9, &["amp.state", "belongs to plugin"]),
        (&["convert", &amp, &module, "--class", FIXTURE, &out], 9, &["made with Dyad"]),
        (&["convert", &other, AMP, &out], 9, &["other.state", "made with Dyad"]),
        (&["load", &module, "--class", FIXTURE, &strange, "--out", &out], 9, &["refused"]),
        (&["convert", &strange, &module, "--class", FIXTURE, &out], 9, &["refused"]),
        // Words that make no sense.
        (&["save", AMP, &out, "--set", "nothing=1"], 1, &["nothing"]),
        (&["save", AMP, &out, "--set", "gain=loud"], 1, &["loud"]),
        (&["save", AMP, &out, "--as", "vstpreset"], 1, &["only VST3"]),
        (&["convert", &amp, AMP, &out, "--as", "vstpreset"], 1, &["only VST3"]),
        (&["save", AMP, &out, "--as", "mp3"], 1, &["mp3"]),
        // Plugins that are not there, or die.
        (&["save", "urn:none", &out], 4, &["urn:none"]),
        (&["convert", &amp, "/no/such.lv2", &out], 4, &["/no/such.lv2"]),
        (&["save", "__crash_state__", &out], 7, &["SIGSEGV", "saving its state"]),
        (&["save", "__hang_state__", &out, "--limit", "1"], 8, &["no progress"]),
        // Places that are none.
        (&["save", AMP, &nowhere], 10, &["no/folder/a.state"]),
        (&["save", AMP, &folder], 10, &["folder"]),
        (&["load", AMP, &nowhere, "--out", &out], 10, &["no/folder/a.state", "no such file"]),
        (&["convert", &amp, AMP, &nowhere], 10, &["no/folder/a.state"]),
    ] {
        refused(&bench, words, code, named);
    }
}

#[test]
fn a_file_may_be_converted_in_its_place() {
    let bench = Bench::new();
    let [state, first] = ["a.state", "b.state"].map(|name| bench.path(name));
    bench.good(&["state", "save", AMP, &state, "--set", "gain=-12"]);
    std::fs::copy(&state, &first).unwrap();
    bench.good(&["state", "convert", &state, AMP, &state]);
    assert_eq!(std::fs::read(&state).unwrap(), std::fs::read(&first).unwrap());
    assert_eq!(bench.files(), ["a.state", "b.state"]);
}
