//! The sidechain of an LV2 plugin in minihost, a host made of JUCE.
//!
//! Host quirk: it opens the first plugin of a bundle and no other. So the test plugin's bundle is copied
//! with a manifest that lists the layout with a sidechain alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use dyad_tests::command::{python, run};
use dyad_tests::probe;
use serde_json::{Value, json};

#[test]
fn the_sidechain_is_heard() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sidechain in minihost");
    let _ = fs::remove_dir_all(&folder);
    let bundle = folder.join("probe.lv2");
    fs::create_dir_all(&bundle).expect("a folder can be made");
    for file in ["probe.ttl", "probe.so"] {
        fs::copy(probe::built("probe.lv2").join(file), bundle.join(file)).expect("a file can be copied");
    }
    let manifest = fs::read_to_string(probe::built("probe.lv2/manifest.ttl")).expect("it can be read");
    let paragraphs = manifest.split("\n\n");
    let wanted = |text: &&str| text.starts_with('#') || text.starts_with("<urn:dyad:probe#sidechained>");
    let only: Vec<_> = paragraphs.filter(wanted).collect();
    assert_eq!(only.len(), 2, "{manifest}");
    fs::write(bundle.join("manifest.ttl"), only.join("\n\n") + "\n").expect("a file can be written");

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hosts/sidechain_in_minihost.py");
    let mut command = Command::new(python());
    command.arg(script).arg(&bundle).env_remove("PYTHONPATH").env_remove("PYTHONHOME");
    command.env("LV2_PATH", format!("{}:/usr/lib/lv2", folder.display()));
    let said = run(&mut command).expect_success("minihost");
    let seen: Value = serde_json::from_str(said.out.lines().last().unwrap_or_default())
        .unwrap_or_else(|error| panic!("no JSON ({error}): {}", said.all()));
    assert_eq!(seen["inputs"], json!([["Input", 2, true], ["Sidechain", 1, false]]));
    assert_eq!(seen["out"], json!([0.375, 0.375, 0.125]), "with the sidechain, and that alone");
}
