//! Factory presets through LV2: listed and applied by lilv's tools, lv2file and Ardour, values of ports and
//! what no port carries alike.
//!
//! Host quirk, not shown: jalv 1.6 without a window sets a preset's values only in plugins without
//! `state:threadSafeRestore`; to the others it sends them on a way that only its windows make it read.
#![allow(unsafe_code)]

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use dyad_core::state::{Document, Fields, Writer};
use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::command::run;
use dyad_tests::lv2::{Offers, Property, Rig, StateStore};
use dyad_tests::probe;
use dyad_tests::process::alone;
use dyad_ttl::lv2::preset_uri;

const ID: &str = "urn:dyad:probe";

fn in_world(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("LV2_PATH", probe::lv2_path()).env("LC_ALL", "C");
    command
}

#[test]
fn hosts_list_them_for_every_layout() {
    for layout in ["stereo", "mono", "sidechained"] {
        let uri = format!("{ID}#{layout}");
        let said = run(in_world("lv2file").args(["-L", &uri])).expect_success("lv2file");
        let mut presets: Vec<_> = said.all().lines().filter_map(label).collect();
        presets.sort();
        assert_eq!(presets, ["Loud", "Soft"], "{layout}");
        let said = run(in_world("lv2info").arg(&uri)).expect_success("lv2info");
        assert!(said.all().contains("Presets:"), "{}", said.all());
    }
}

fn label(line: &str) -> Option<String> {
    line.strip_prefix("Preset: ").map(str::to_owned)
}

/// The loudest sample of a file of floats.
fn peak(path: &Path) -> f32 {
    let mut reader = hound::WavReader::open(path).expect("lv2file wrote a WAV");
    reader.samples::<f32>().map(|sample| sample.expect("a sample").abs()).fold(0.0, f32::max)
}

#[test]
fn lv2file_applies_them() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lv2 presets");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let (from, to) = (folder.join("in.wav"), folder.join("out.wav"));
    let (channels, sample_format) = (2, hound::SampleFormat::Float);
    let spec = hound::WavSpec { channels, sample_rate: 48_000, bits_per_sample: 32, sample_format };
    let mut writer = hound::WavWriter::create(&from, spec).expect("a file can be made");
    for n in 0..48_000 {
        writer.write_sample(if n % 2 == 0 { 0.25 } else { -0.25f32 }).expect("a file can be written");
    }
    writer.finalize().expect("a file can be written");
    for (preset, decibels) in [("Loud", 6.0f32), ("Soft", -12.0)] {
        let _ = std::fs::remove_file(&to);
        let mut command = in_world("lv2file");
        command.arg("-i").arg(&from).arg("-o").arg(&to).args(["-P", preset, "urn:dyad:probe#stereo"]);
        run(&mut command).expect_success("lv2file");
        let expected = 0.25 * 10f32.powf(decibels / 20.0);
        assert!((peak(&to) - expected).abs() < 1e-4, "{preset}: {} instead of {expected}", peak(&to));
    }
}

#[test]
fn texts_and_fields_are_in_them() {
    // What lilv hands the plugin: the value of the key in the preset's file.
    let file = probe::built("probe.lv2/probe_presets.ttl");
    let said = run(Command::new("sordi").args(["-o", "ntriples"]).arg(&file)).expect_success("sordi");
    let text = said.all();
    let documents: Vec<Vec<u8>> = text
        .lines()
        .filter(|line| line.contains(&format!(" <{}> \"", dyad_ttl::STATE_KEY)))
        .map(|line| line.split('"').nth(1).expect("a literal"))
        .map(|text| base64::engine::general_purpose::STANDARD.decode(text).expect("base64"))
        .collect();
    assert_eq!(documents.len(), 2);
    let rig = Rig::probe("stereo", Offers::default(), 64);
    let restore = |bytes: &[u8]| {
        let property = Property {
            key: rig.urid(dyad_ttl::STATE_KEY),
            kind: rig.urid("http://lv2plug.in/ns/ext/atom#Chunk"),
            flags: 3,
            value: bytes.to_vec(),
        };
        let restored = StateStore(vec![property]).restore(rig.state(), rig.handle, std::ptr::null());
        assert_eq!(restored, 0, "LV2_STATE_SUCCESS");
    };
    // A file of the user's, which no preset of the factory mentions.
    let mut own = Writer::new(ID, "1.2.3", 0);
    own.properties(&[("file", "/mine.wav".to_owned())]);
    restore(&own.finish_with(&Fields::none()));
    let texts_and_words = |bytes: &[u8]| {
        restore(bytes);
        let saved = StateStore::save(rig.state(), rig.handle).expect("it saves");
        let document = Document::parse(&saved.0[0].value).expect("a document of ours");
        let text = |id: &str| {
            let value = document.properties.iter().find(|(it, _)| *it == id).and_then(|(_, value)| value);
            value.map_or_else(String::new, |value| value.text.to_owned())
        };
        let fields = Fields::from_bytes(document.fields).expect("fields");
        let fields: std::collections::BTreeMap<String, Vec<String>> = fields.decode().expect("fields");
        (text("title"), text("file"), fields["words"].clone())
    };
    // One after the other: what the second does not mention is at its default again, but for the file.
    let words = ["from", "a", "preset"].map(str::to_owned).to_vec();
    assert_eq!(texts_and_words(&documents[0]), ("Loud and clear".into(), "/mine.wav".into(), words));
    assert_eq!(texts_and_words(&documents[1]), (String::new(), "/mine.wav".into(), vec![]));
}

#[test]
fn ardour_lists_and_applies_them_and_the_session_keeps_it() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "preset", Format::Lv2, bundles);
    for step in ["make", "load"] {
        let said = ardour.perform("preset.lua", &[("DYAD_STEP", step)]);
        if step == "make" {
            assert_eq!(words(&said, "preset"), [preset_uri(ID, "loud")]);
        }
        let values: Vec<_> = said.iter().filter_map(|line| line.strip_prefix("value")).collect();
        assert_eq!(values.len(), 3, "{said:?}");
        for (text, expected) in values.iter().zip([6.0, 1.0, 0.0]) {
            near(text.trim(), expected);
        }
    }
}
