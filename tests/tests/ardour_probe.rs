//! The plugin for tests in Ardour 7, both formats: values, and a latency that a parameter sets, in a new
//! session and in the same one opened by a second process.
//!
//! Host quirk shown here: Ardour lists every VST3 parameter but those whose titles it takes for MIDI
//! controllers.

use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::probe;
use dyad_tests::process::alone;

#[test]
fn ardour_compensates_a_latency_that_changes_and_keeps_it_in_the_session() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    for format in [Format::Lv2, Format::Vst3] {
        let ardour = Ardour::with(Subject::Probe, "probe", format, bundles);
        for step in ["make", "load"] {
            let said = ardour.perform("probe.lua", &[("DYAD_STEP", step)]);
            assert_eq!(words(&said, "latency"), ["250"], "{format:?}, {step}");
            let values: Vec<_> = said.iter().filter_map(|line| line.strip_prefix("value")).collect();
            assert_eq!(values.len(), 3, "{said:?}");
            for (text, expected) in values.iter().zip([-6.0, 7.0, 250.0]) {
                near(text.trim(), expected);
            }
            assert!(!said.iter().any(|line| line.starts_with("midi")), "{said:?}");
        }
    }
}
