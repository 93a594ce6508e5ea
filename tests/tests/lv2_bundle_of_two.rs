//! A bundle with two plugins, one of them an instrument: hosts list both, and both run from one binary.
#![allow(unsafe_code)]

use std::collections::BTreeSet;
use std::ffi::CStr;
use std::process::Command;

use dyad_tests::command::run;
use dyad_tests::lv2::{Module, Offers, Rig};
use dyad_tests::probe;

const TONE: &str = "urn:dyad:probe-tone#stereo";

#[test]
fn lilv_and_the_binary_list_the_layouts_of_both() {
    let mut lv2ls = Command::new("lv2ls");
    lv2ls.env("LV2_PATH", probe::lv2_path()).env("LC_ALL", "C");
    let said = run(&mut lv2ls).expect_success("lv2ls");
    let listed: BTreeSet<_> = said.out.lines().filter(|uri| uri.starts_with("urn:dyad:")).collect();
    let expected = ["stereo", "sidechained", "mono"].map(|layout| format!("urn:dyad:probe#{layout}"));
    let expected: BTreeSet<_> = expected.iter().map(String::as_str).chain([TONE]).collect();
    assert_eq!(listed, expected);
    let module = Module::probe();
    let all = (0..).map_while(|index| module.descriptor(index));
    // SAFETY: a descriptor's URI is a string.
    let built: BTreeSet<_> =
        all.map(|d| unsafe { CStr::from_ptr(d.URI) }.to_str().expect("text")).collect();
    assert_eq!(built, expected, "the binary has what the Turtle says");
}

#[test]
fn both_run_side_by_side() {
    let mut tone = Rig::tone(Offers::default(), 480);
    let mut effect = Rig::probe("stereo", Offers::default(), 480);
    tone.activate();
    effect.activate();
    let note = [tone.midi(100, &[0x90, 69, 127])];
    let silent = tone.cycle(480, &note).is_empty() && tone.outs[0][..100].iter().all(|x| *x == 0.0);
    assert!(silent, "nothing before the note, and an instrument without output sends nothing");
    for (frame, sample) in tone.outs[0][100..480].iter().enumerate() {
        let expected = 0.25 * (std::f64::consts::TAU * 440.0 / 48_000.0 * frame as f64).sin();
        assert!((f64::from(*sample) - expected).abs() < 1e-6, "frame {frame}: {sample}, {expected}");
    }
    assert_eq!(tone.get("voices"), 1.0);
    assert_eq!(effect.play(&[0.5; 480]), [0.5; 480]);
    let off = [tone.midi(7, &[0x80, 69, 0])];
    tone.cycle(480, &off);
    assert_eq!(tone.get("voices"), 0.0);
    assert!(tone.outs[1][7..480].iter().all(|x| *x == 0.0));
}
