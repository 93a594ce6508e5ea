//! A plugin's background task in jalv and Ardour: a user's preset hands the test plugin a file, a task finds
//! out how long it is, and the host shows the answer in an output port. How tasks run in a host without a
//! worker is shown by `lv2_probe_properties`.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dyad_core::state::{Fields, Writer};
use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::jack::{Jack, client};
use dyad_tests::probe;
use dyad_tests::process::{Running, alone};

const PRESET: &str = "urn:dyad:test:preset";

/// A file of a length of its own, and a bundle with a preset that names it, as a host saves one for its user.
fn preset(name: &str, length: usize) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    let bundle = folder.join("user.preset.lv2");
    fs::create_dir_all(&bundle).expect("a folder can be made");
    let file = folder.join("a file.wav");
    fs::write(&file, vec![0; length]).expect("a file can be written");
    let mut writer = Writer::new("urn:dyad:probe", "1.2.3", 0);
    writer.properties(&[("file", file.to_str().expect("Unicode").to_owned())]);
    let state = STANDARD.encode(writer.finish_with(&Fields::none()));
    let prefixes = "@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
";
    let listed = format!(
        "{prefixes}<{PRESET}> a pset:Preset ; lv2:appliesTo <urn:dyad:probe#stereo> ; \
         rdfs:label \"With a file\" ; rdfs:seeAlso <file.ttl> .\n"
    );
    let full = format!(
        "{prefixes}<{PRESET}> a pset:Preset ; lv2:appliesTo <urn:dyad:probe#stereo> ; \
         rdfs:label \"With a file\" ; state:state [ <{}> \"{state}\"^^xsd:base64Binary ] .\n",
        dyad_ttl::STATE_KEY
    );
    fs::write(bundle.join("manifest.ttl"), listed).expect("a file can be written");
    fs::write(bundle.join("file.ttl"), full).expect("a file can be written");
    bundle
}

#[test]
fn jalv_shows_what_a_task_found_out() {
    let _alone = alone();
    let bundle = preset("task in jalv", 4321);
    let jack = Jack::start();
    let mut command = client("stdbuf");
    let users = bundle.parent().expect("it lies in a folder").display();
    command.env("LV2_PATH", format!("{users}:{}", probe::lv2_path()));
    command.args(["-oL", "jalv", "-x", "-n", "task", "urn:dyad:probe#stereo"]);
    let mut jalv = Running::start(&mut command);
    jack.wait_for("task:in_l", &mut jalv).unwrap_or_else(|failed| panic!("{failed}"));
    // It knows only presets that it has listed.
    jalv.say("presets");
    jalv.say(&format!("preset {PRESET}"));
    loop {
        jalv.say("monitors");
        let length = jalv.hear(|line| {
            let (name, value) = line.trim_start_matches(['>', ' ']).split_once(" = ")?;
            (name == "file_length").then(|| value.parse::<f64>().ok()).flatten()
        });
        let length = length.unwrap_or_else(|| panic!("jalv ended:\n{}", jalv.all()));
        if length == 4321.0 {
            break;
        }
        assert_eq!(length, 0.0, "nothing, or the answer");
    }
    jalv.hang_up();
    assert!(jalv.end().success(), "jalv ends well:\n{}", jalv.all());
    drop(jack);
}

#[test]
fn ardour_shows_what_a_task_found_out() {
    let _alone = alone();
    let bundle = preset("task in Ardour", 54_321);
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "task", Format::Lv2, bundles);
    ardour.add_lv2(&bundle);
    let said = ardour.perform("task.lua", &[("DYAD_STEP", "make")]);
    near(words(&said, "before")[0], 0.0);
    near(words(&said, "length")[0], 54_321.0);
}
