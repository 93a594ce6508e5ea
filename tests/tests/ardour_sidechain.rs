//! A sidechain in Ardour, which has a way of its own to add one; and an export, which the plugin sees as
//! offline.

use dyad_tests::ardour::{Ardour, BLOCK, Format, Subject, words};
use dyad_tests::probe;
use dyad_tests::process::alone;
use dyad_tests::wav::assert_same;

#[test]
fn ardour_sends_another_track_into_the_sidechain() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    let ardour = Ardour::with(Subject::Probe, "sidechain", Format::Lv2, bundles);
    let (said, sound) = ardour.render("sidechain.lua", &[("DYAD_ID", "urn:dyad:probe#sidechained")]);
    assert_eq!(words(&said, "sidechain"), ["1"]);
    // T2 is silent: all that is heard on both channels is what came through the sidechain.
    let key = &Ardour::sound()[0];
    assert_same(&sound, &vec![key.clone(), key.clone()], 1e-6, "the sidechain");
    // Before it says that it has exported, Ardour ends the run.
    let offline =
        said.iter().find_map(|line| line.strip_prefix("probe: ")?.strip_suffix(" pieces offline"));
    let offline: usize = offline.unwrap_or_else(|| panic!("{said:?}")).parse().expect("a number");
    assert!(offline >= sound[0].len() / BLOCK, "{offline} pieces offline");
}
