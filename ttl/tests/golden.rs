//! What bundles say, word for word, and whether LV2's own tools accept it.
//!
//! `DYAD_GOLDEN=write cargo test -p dyad-ttl` writes the files anew; look at the difference before
//! committing it.
#![allow(missing_docs)]

extern crate dyad_core as dyad;

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use common::{Both, Old};
use dyad_core::{Bundle, Visitor};
use dyad_ttl::describe::{self, Described};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn compare(name: &str, text: &str) {
    let path = golden(name);
    if env::var_os("DYAD_GOLDEN").is_some_and(|word| word == "write") {
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let different = kept.lines().zip(text.lines()).position(|(kept, now)| kept != now);
    assert!(
        kept == text,
        "{name} differs from line {}; if that is meant, run with DYAD_GOLDEN=write:\n{text}",
        different.unwrap_or(kept.lines().count().min(text.lines().count())) + 1
    );
}

/// A fresh folder below cargo's own for tests.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

#[test]
fn every_file_is_as_it_was() {
    let described = Described::of::<Both>().unwrap();
    for (path, text) in described.files("rich", ".so", true) {
        compare(path.file_name().unwrap().to_str().unwrap(), &text);
    }
    compare("ports.txt", &described.ports_text());
}

#[test]
fn a_lock_is_brought_up_to_date_and_stays_so() {
    let old = Described::of::<Old>().unwrap();
    assert!(old.check_lock().unwrap_err().to_string().contains("dyad-bundle --lock"));
    compare("ports.lock", &old.lock_text());
    let both = Described::of::<Both>().unwrap();
    both.check_lock().unwrap();
    assert_eq!(both.lock_text(), fs::read_to_string(golden("ports.lock")).unwrap());
}

#[test]
fn the_program_writes_the_files_or_nothing() {
    let out = folder("the_program_writes");
    let words = |words: &[&str]| words.iter().map(Into::into).collect::<Vec<_>>();
    let mut all = words(&["--name", "rich", "--binary-suffix", ".dylib", "--out"]);
    all.push(out.clone().into());
    assert!(describe::run::<Old>(all.clone()).is_err(), "the lock is not up to date");
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
    describe::run::<Both>(all).unwrap();
    let manifest = fs::read_to_string(out.join("rich.lv2/manifest.ttl")).unwrap();
    assert!(manifest.contains("<rich.dylib>"), "{manifest}");
    assert!(out.join("rich.vst3/Contents/Info.plist").exists());
    assert!(describe::run::<Old>(words(&["--check"])).is_err());
    assert_eq!(describe::run::<Both>(words(&["--check"])).unwrap(), "");
    for bad in [&["--name", "rich"][..], &["--lock", "--ports"], &["--what"], &["--out"], &[]] {
        let error = describe::run::<Both>(words(bad)).unwrap_err().to_string();
        assert!(error.contains("usage:"), "{error}");
    }
    assert!(describe::run::<Both>(words(&["--lock"])).unwrap().starts_with("# "));
    assert!(describe::run::<Both>(words(&["--ports"])).unwrap().contains("urn:example:rich#wide\n0 "));
}

#[test]
fn a_plugin_exported_twice_is_a_fault() {
    struct Twice;
    impl Bundle for Twice {
        fn visit(visitor: &mut impl Visitor) {
            Both::visit(visitor);
            Both::visit(visitor);
        }
    }
    let error = Described::of::<Twice>().unwrap_err().to_string();
    assert_eq!(error, "urn:example:rich: the bundle has two plugins with this id");
}

#[test]
fn no_layout_may_have_the_editors_uri() {
    let mut described = Described::of::<Both>().unwrap();
    described.plugins[1].layouts[0].id = dyad_ttl::EDITOR_ID;
    let faults = dyad_ttl::lv2::faults(&described.plugins);
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].1.contains("\"ui\""), "{faults:?}");
}

#[test]
fn without_an_editor_there_is_no_word_of_one() {
    for (path, text) in Described::of::<Both>().unwrap().files("rich", ".so", false) {
        assert!(!text.contains("#ui>") && !text.contains("ui:"), "{}: {text}", path.display());
    }
}

/// `lv2_validate` may exit with 0 and errors; its last line tells.
#[test]
fn lv2_tools_accept_the_turtle() {
    let out = folder("lv2_tools_accept");
    for (path, text) in Described::of::<Both>().unwrap().files("rich", ".so", true) {
        let path = out.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let bundle = out.join("rich.lv2");
    let run = |program: &str, arguments: &[&str]| {
        let output =
            Command::new(program).args(arguments).current_dir(&bundle).env("LV2_PATH", &out).output();
        let output = output.unwrap_or_else(|error| panic!("{program}: {error}; see ci/apt.txt"));
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        assert!(output.status.success(), "{program} {arguments:?}: {err}");
        (out, err)
    };
    for file in ["manifest.ttl", "rich.ttl"] {
        let (_, err) = run("sordi", &[bundle.join(file).to_str().unwrap()]);
        assert_eq!(err, "");
    }
    let (said, warned) = run("lv2_validate", &["manifest.ttl", "rich.ttl"]);
    let all = said + &warned;
    assert!(all.lines().any(|line| line.starts_with("Found 0 errors")), "{all}");
    let (listed, _) = run("lv2ls", &[]);
    assert_eq!(
        listed.lines().collect::<Vec<_>>(),
        [
            "https://example.org/synth#stereo",
            "urn:example:rich#mono",
            "urn:example:rich#surround",
            "urn:example:rich#surround_5_1",
            "urn:example:rich#wide",
        ]
    );
}
