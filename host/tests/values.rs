//! Values between two steps mean different things in each format, so they are refused.

mod common;

use common::{Bench, FIXTURE, example};

#[test]
fn values_between_steps_are_refused() {
    let bench = Bench::new();
    let fixture = example("fixture_vst3");
    let fixture = [fixture.to_str().unwrap(), "--class", FIXTURE];
    let eq = ["http://gareus.org/oss/lv2/fil4#mono"];
    let delay = ["http://gareus.org/oss/lv2/nodelay"];
    let (input, _) = bench.noise("a.wav", 1);
    for (plugin, set, words) in [
        (&fixture[..], "bypass=0.5", &["parameter bypass", "0.5", "0 or 1"][..]),
        (&fixture, "shape=0.5", &["parameter shape", "Soft (0)", "Medium (1)", "Hard (2)"]),
        (&fixture, "delay=0.5", &["parameter delay", "0.5", "0 or 1"]),
        (&fixture, "delay=700.25", &["parameter delay", "700 or 701"]),
        (&eq, "enable=0.5", &["parameter enable", "0 or 1"]),
        (&eq, "bypass=0.25", &["parameter bypass", "0.25", "0 or 1"]),
        (&delay, "report_latency=0.5", &["parameter report_latency", "(0)", "(1)"]),
    ] {
        for way in [&["--set", set][..], &["--automate", &set.replace('=', "@0.1=")]] {
            if way[0] == "--automate" && set.starts_with("delay") {
                continue;
            }
            let words_given = [&["render"], plugin, way, &["--in", &input, "--out", &bench.path("b.wav")]];
            let error = bench.bad(&words_given.concat());
            for word in words {
                assert!(error.contains(word), "{error:?} should mention {word:?}");
            }
        }
    }
}

#[test]
fn values_on_steps_are_taken() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    let fixture = example("fixture_vst3");
    for set in ["bypass=1", "bypass=off", "shape=2", "shape=1.0", "delay=701", "output_gain=-3.3"] {
        let fixture = [fixture.to_str().unwrap(), "--class", FIXTURE];
        let files = ["--in", &input, "--out", &output, "--set", set];
        bench.good(&[&["render"], &fixture[..], &files].concat());
    }
}
