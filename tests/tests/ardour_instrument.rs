//! An instrument in Ardour 7, both formats: put on a MIDI track, automated, played, saved, and opened by a second
//! process. It is the second plugin of its bundle.

use dyad_tests::ardour::{Ardour, Format, Subject, near, words};
use dyad_tests::probe;
use dyad_tests::process::alone;

#[test]
fn ardour_plays_it_from_a_midi_track_and_keeps_it_in_the_session() {
    let _alone = alone();
    let bundles = probe::built("probe.lv2");
    let bundles = bundles.parent().expect("bundles lie in a folder");
    for format in [Format::Lv2, Format::Vst3] {
        let ardour = Ardour::with(Subject::Tone, "instrument", format, bundles);
        for step in ["make", "load"] {
            let said = ardour.perform("instrument.lua", &[("DYAD_STEP", step)]);
            if step == "make" {
                assert_eq!(words(&said, "instrument"), ["true"], "{format:?}");
            }
            assert_eq!(words(&said, "points"), ["4"], "{format:?}, {step}");
            near(words(&said, "level")[0], 0.5);
            // A key at full velocity is a sine of −12 dB, at half the level one of −18 dB.
            let heard: f64 = words(&said, "heard")[0].parse().expect("a number");
            assert!((heard + 18.06).abs() < 0.5, "{format:?}, {step}: {heard} dB");
        }
    }
}
