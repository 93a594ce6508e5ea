//! The Turtle of every bundle, word for word: what hosts and their sessions rely on is changed on purpose only.
//! It comes out the same on every machine, because nothing but the plugin's code is in it.
//!
//! `DYAD_GOLDEN=write cargo test -p dyad-tests --test turtle_golden`, after `make bundles`, writes the files anew;
//! look at the difference before committing it.

use std::path::{Path, PathBuf};
use std::{env, fs};

use dyad_tests::{bundle, probe, turtle};

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn compare(bundle: &Path) {
    let kept = golden().join(bundle.file_name().expect("a bundle has a name"));
    let files = turtle::files(bundle);
    let name = |file: &PathBuf| file.file_name().expect("a file has a name").to_owned();
    if env::var_os("DYAD_GOLDEN").is_some_and(|word| word == "write") {
        let _ = fs::remove_dir_all(&kept);
        fs::create_dir_all(&kept).expect("the folder can be made");
        for file in &files {
            fs::copy(file, kept.join(name(file))).expect("the file can be written");
        }
    }
    let mut known: Vec<_> = turtle::files(&kept).iter().map(name).collect();
    let mut built: Vec<_> = files.iter().map(name).collect();
    known.sort();
    built.sort();
    assert_eq!(known, built, "{}: its files", bundle.display());
    for file in &files {
        let read = |path: &Path| fs::read_to_string(path).expect("the file can be read");
        let (was, is) = (read(&kept.join(name(file))), read(file));
        let line = was.lines().zip(is.lines()).position(|(was, is)| was != is);
        let line = line.unwrap_or(was.lines().count().min(is.lines().count()));
        assert!(
            was == is,
            "{} differs from tests/golden in line {}:\nwas: {}\nis:  {}",
            file.display(),
            line + 1,
            was.lines().nth(line).unwrap_or_default(),
            is.lines().nth(line).unwrap_or_default()
        );
    }
}

#[test]
fn every_bundle_says_what_it_said() {
    let all =
        fs::read_dir(bundle::folder()).expect("there are bundles").flatten().map(|entry| entry.path());
    let all: Vec<_> = all.filter(|path| path.extension().is_some_and(|end| end == "lv2")).collect();
    assert!(all.iter().any(|path| path.ends_with("gain.lv2")), "run `make bundles`: {all:?}");
    all.iter().for_each(|bundle| compare(bundle));
}

#[test]
fn so_does_the_one_for_tests() {
    compare(&probe::built("probe.lv2"));
}
