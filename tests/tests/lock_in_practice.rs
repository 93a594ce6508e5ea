//! `ports.lock` at work: sessions that were saved with Dyad Gain open with its next version in its place,
//! which has a parameter, a meter and a sidechain more, all before the gain in its struct.
//!
//! Host quirk shown here: Ardour knows parameters by their position, LV2 ports and VST3 lists alike.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use dyad_tests::ardour::{Ardour, Format, assert_automation, near, words};
use dyad_tests::command::run;
use dyad_tests::process::alone;
use dyad_tests::vst3::{Module, Plugin, utf16};
use dyad_tests::wav::assert_same;
use dyad_tests::{bundle, gain};
use vst3::Steinberg::Vst::SpeakerArr::{kEmpty, kMono};
use vst3::Steinberg::Vst::{IEditControllerTrait, ParameterInfo};
use vst3::Steinberg::kResultOk;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/gain_next")
}

/// The folder with the bundles of the next version, which `dyad-bundle` makes here: its crate is a
/// workspace of its own, so it is no part of `make bundles`. It has a target folder of its own, too,
/// because the flags that keep paths out of its binaries differ.
fn next() -> &'static Path {
    static BUNDLES: OnceLock<PathBuf> = OnceLock::new();
    BUNDLES.get_or_init(|| {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "-p", "dyad-ttl", "--features", "describe", "--bin", "dyad-bundle"]);
        build.current_dir(bundle::workspace()).env("CARGO_TARGET_DIR", bundle::target());
        run(&mut build).expect_success("building dyad-bundle");
        // The same versions of everything as in the workspace.
        std::fs::copy(bundle::workspace().join("Cargo.lock"), fixture().join("Cargo.lock"))
            .expect("the workspace's Cargo.lock can be copied");
        let target = bundle::target().join("gain_next");
        let mut make = Command::new(bundle::target().join("debug/dyad-bundle"));
        make.current_dir(fixture()).env("CARGO_TARGET_DIR", &target);
        run(&mut make).expect_success("making the next version");
        target.join("bundles")
    })
}

/// The ports of a layout in a folder of bundles, as lilv sees them: symbols by index.
fn ports(bundles: &Path, uri: &str) -> BTreeMap<usize, String> {
    let said = run(Command::new("lv2info").env("LV2_PATH", bundles).arg(uri)).expect_success("lv2info");
    let mut ports = BTreeMap::new();
    let mut index = None;
    for line in said.out.lines().map(str::trim) {
        if let Some(number) = line.strip_prefix("Port ").and_then(|rest| rest.strip_suffix(':')) {
            index = number.parse().ok();
        } else if let (Some(symbol), Some(index)) = (line.strip_prefix("Symbol:"), index) {
            ports.insert(index, symbol.trim().to_owned());
        }
    }
    ports
}

/// The parameters of a VST3 binary: ids and titles by index.
fn parameters(bundles: &Path) -> BTreeMap<i32, (u32, String)> {
    let binary = format!("gain.vst3/Contents/{}-linux/gain.so", std::env::consts::ARCH);
    let module = Module::load(&bundles.join(binary));
    let plugin = Plugin::of(&module);
    // SAFETY: valid; a place for the answer, which is numbers and text and may be zeros before.
    let info = |index| unsafe {
        let mut info: ParameterInfo = std::mem::zeroed();
        assert_eq!(plugin.controller.getParameterInfo(index, &mut info), kResultOk);
        (index, (info.id, utf16(&info.title)))
    };
    // SAFETY: valid.
    (0..unsafe { plugin.controller.getParameterCount() }).map(info).collect()
}

#[test]
fn the_lock_has_only_grown() {
    let lines = |path: PathBuf| -> Vec<Vec<String>> {
        let text = std::fs::read_to_string(path).expect("there is a ports.lock");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
    };
    let old = lines(bundle::workspace().join("bundles/gain/ports.lock"));
    let new = lines(fixture().join("ports.lock"));
    for (old, new) in old.iter().zip(&new) {
        if old[0] == "layout" {
            assert_eq!(old[..3], new[..3], "layouts stay in their places, and may get buses");
        } else {
            assert_eq!(old, new, "all else stays as it is");
        }
    }
    let kinds: Vec<_> = new[old.len()..].iter().map(|line| line[0].as_str()).collect();
    assert_eq!(kinds, ["audio-in", "param", "meter"], "and these are new");
}

/// Ardour gives an empty arrangement to a sidechain that nothing is connected to.
#[test]
fn a_sidechain_that_is_not_connected_does_not_keep_a_host_from_mono() {
    let _alone = alone();
    let binary = format!("gain.vst3/Contents/{}-linux/gain.so", std::env::consts::ARCH);
    let module = Module::load(&next().join(binary));
    let plugin = Plugin::of(&module);
    assert_eq!(plugin.arrange(&[kMono, kEmpty], &[kMono]), kResultOk);
    assert_eq!(plugin.arrangement(), [kMono, kMono]);
}

#[test]
fn every_old_position_is_unchanged() {
    let _alone = alone();
    for uri in ["urn:dyad:gain#stereo", "urn:dyad:gain#mono"] {
        let (old, mut new) = (ports(bundle::folder(), uri), ports(next(), uri));
        assert!(old.len() >= 10, "{uri}: {old:?}");
        for (index, symbol) in &old {
            assert_eq!(new.remove(index).as_ref(), Some(symbol), "{uri}, port {index}");
        }
        assert_eq!(new.into_values().collect::<Vec<_>>(), ["sidechain", "trim", "sidechain_peak"], "{uri}");
    }
    let (old, mut new) = (parameters(bundle::folder()), parameters(next()));
    assert_eq!(old.len(), 4, "{old:?}");
    for (index, param) in &old {
        assert_eq!(new.remove(index).as_ref(), Some(param), "VST3, parameter {index}");
    }
    let ids: Vec<_> = new.into_values().map(|(id, _)| id).collect();
    assert_eq!(ids, [gain::id("trim"), gain::id("sidechain_peak")]);
}

/// A session of the old version in the new one.
fn story(format: Format) {
    let mut ardour = Ardour::new("next", format, bundle::folder());
    let id = ardour.id().to_owned();
    let (_, automated) = ardour.make();
    let (_, fixed) = ardour.play("fixed", &[]);

    ardour.install(next());
    assert_eq!(ardour.id(), id, "it is the same plugin");
    let (said, sound) = ardour.play("fixed", &[("DYAD_ALSO", "Trim")]);
    near(words(&said, "value")[0], -6.0);
    assert_eq!(words(&said, "also")[0], "Trim", "this is the new version");
    near(words(&said, "also")[2], 0.0);
    assert_same(&sound, &fixed, 1e-5, "a value of the old version");

    // The new version saves the session, and is what the sound comes from after that.
    assert_automation(&ardour.look("automated", &[("DYAD_ALSO", "Trim")]), format);
    let (said, sound) = ardour.play("automated", &[]);
    assert_automation(&said, format);
    assert_same(&sound, &automated, 1e-5, "automation of the old version");
}

#[test]
fn an_old_session_in_lv2() {
    let _alone = alone();
    story(Format::Lv2);
}

#[test]
fn an_old_session_in_vst3() {
    let _alone = alone();
    story(Format::Vst3);
}
