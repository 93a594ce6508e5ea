//! The plugin beside its page: 30 seconds of blocks at 64 frames in the shipped binaries, while a hand moves the
//! page's knob, the host moves it too, and meters move. No block takes memory or calls the system, and each is
//! processed and sounds as without an editor. In a process of its own; see `hosts/watch.c` for how.

use std::collections::BTreeMap;
use std::path::Path;

use dyad_tests::command::run;
use dyad_tests::watched::driver;

/// 30 seconds at 48,000 Hz.
const BLOCKS: usize = 22_500;

/// What was seen of so many blocks.
fn watch(format: &str, blocks: usize, fault: &str) -> BTreeMap<String, i64> {
    let folder =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_realtime").join(format!("{format}-{fault}"));
    let mut driver = driver(env!("CARGO_BIN_EXE_dyad-tests-driver"), &folder);
    driver.args(["web", format, &blocks.to_string(), fault]).env_remove("DYAD_EDITOR");
    let said = run(&mut driver).expect_success("the driver");
    let line = said
        .out
        .lines()
        .find(|line| line.starts_with("blocks="))
        .unwrap_or_else(|| panic!("{}", said.all()));
    println!("{format}: {line}");
    let pair = |word: &str| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_owned(), value.parse().ok()?))
    };
    line.split(' ').map(|word| pair(word).unwrap_or_else(|| panic!("{word} in {line}"))).collect()
}

fn assert_clean(format: &str) {
    let seen = watch(format, BLOCKS, "none");
    let all = BLOCKS as i64;
    assert_eq!(seen["page"], 1, "{format}: the page was shown from the beginning to the end: {seen:?}");
    assert_eq!((seen["blocks"], seen["processed"]), (all, all), "{format}: every block is processed");
    assert_eq!(
        (seen["allocations"], seen["calls"]),
        (0, 0),
        "{format}: nothing is taken, nobody called: {seen:?}"
    );
    assert_eq!(seen["differing"], 0, "{format}: each sounds as without an editor, bit by bit: {seen:?}");
    assert_eq!(seen["unlike"], 0, "{format}: with a gain that stands still it is a product: {seen:?}");
    // All of it was there.
    for (what, least) in
        [("still", 1_000), ("edits", 100), ("told", 200), ("meters", 300), ("pictures", 20)]
    {
        assert!(seen[what] >= least, "{format}: {what} are too few: {seen:?}");
    }
}

#[test]
fn lv2_beside_its_page() {
    assert_clean("lv2");
}

#[test]
fn vst3_beside_its_page() {
    assert_clean("vst3");
}

#[test]
fn what_is_wrong_in_one_block_is_seen() {
    let of = |fault: &str| {
        let seen = watch("lv2", 600, fault);
        assert_eq!(seen["page"], 1, "{seen:?}");
        ["blocks", "processed", "allocations", "calls", "differing"].map(|name| seen[name])
    };
    assert_eq!(of("none"), [600, 600, 0, 0, 0]);
    assert_eq!(of("memory"), [600, 600, 2, 0, 0]);
    assert_eq!(of("call"), [600, 600, 0, 1, 0]);
    let [blocks, processed, _, _, differing] = of("skip");
    assert_eq!((blocks, processed), (600, 599));
    assert!(differing >= 1, "{differing}");
    assert_eq!(of("sample"), [600, 600, 0, 0, 1]);
}
