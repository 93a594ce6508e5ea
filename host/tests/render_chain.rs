//! Several plugins one after the other.

mod common;
mod rendering;

use common::{Bench, FIXTURE, difference, example, noise, read};
use rendering::late;

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";

#[test]
fn two_gains_are_their_product_and_latency_is_made_up_for() {
    let bench = Bench::new();
    let plugin = late(&bench);
    let signal = noise(1, 20_000);
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    let first = ["--set", "gain=2", "--set", "delay=100"];
    let second = ["--set", "gain=-0.5", "--set", "delay=1234"];
    for blocks in ["512", "1,16,64,333,1024"] {
        let words = ["render", &plugin, "--in", &input, "--out", &output, "--block", blocks];
        let said = bench.good(&[&words[..], &first, &["--then", &plugin], &second].concat());
        assert!(said.contains("latency 1334 frames"), "{said}");
        let expected = signal.iter().map(|sample| sample * -1.0);
        assert_eq!(difference(&read(&output)[0], expected), 0.0, "blocks {blocks}");
    }
    // The files may come last, and each plugin's options are its own.
    let words = [&["render", &plugin], &first[..2], &["--then", &plugin, "--then", &plugin], &first[..2]];
    let files = ["--in", &input, "--out", &output];
    bench.good(&[&words.concat()[..], &files].concat());
    assert_eq!(difference(&read(&output)[0], signal.iter().map(|sample| sample * 4.0)), 0.0);
}

#[test]
fn automation_is_as_late_as_the_audio() {
    let bench = Bench::new();
    let plugin = late(&bench);
    let signal = vec![0.5; 20_000];
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    // Frame 4800 of the music, wherever the chain is by then.
    for (delay, blocks) in [("0", "512"), ("777", "512"), ("777", "33,1000")] {
        let words = ["render", &plugin, "--set", &format!("delay={delay}"), "--then", &plugin];
        let moved = ["--automate", "gain@0.1=0", "--block", blocks];
        let files = ["--in", &input, "--out", &output, "--tail", "0"];
        bench.good(&[&words[..], &moved, &files].concat());
        let expected = (0..20_000).map(|frame| if frame < 4_800 { 0.5 } else { 0.0 });
        assert_eq!(difference(&read(&output)[0], expected), 0.0, "late by {delay}, blocks {blocks}");
    }
}

#[test]
fn both_formats_follow_each_other_and_mono_becomes_stereo() {
    let bench = Bench::new();
    let signal = noise(5, 10_000);
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let [output, state, other] = ["b.wav", "s.state", "t.state"].map(|name| bench.path(name));
    let fixture = bench.vst3_bundle("fixture.vst3", &example("fixture_vst3"));
    let stereo = "http://gareus.org/oss/lv2/fil4#stereo";
    let words = ["render", AMP, "--set", "gain=6", "--save-state", &state, "--then", &fixture];
    let vst3 = ["--class", FIXTURE, "--set", "output_gain=-6", "--set", "delay=50", "--save-state", &other];
    let files = ["--in", &input, "--out", &output];
    let said = bench.good(&[&words[..], &vst3, &files].concat());
    assert!(said.contains("1 channel,") && said.contains("latency 50 frames"), "{said}");
    let expected = signal.clone();
    assert!(difference(&read(&output)[0], expected) < 1e-5);
    // The other way round, from the states; then a plugin that has two channels in any case.
    let words =
        ["render", &fixture, "--class", FIXTURE, "--state", &other, "--then", AMP, "--state", &state];
    bench.good(&[&words[..], &files].concat());
    assert!(difference(&read(&output)[0], signal.clone()) < 1e-5);
    bench.good(&[&["render", AMP, "--then", stereo, "--set", "enable=0"], &files[..]].concat());
    let [left, right] = <[_; 2]>::try_from(read(&output)).unwrap();
    assert_eq!(left, right);
}

#[test]
fn tails_add_up() {
    let bench = Bench::new();
    let echo = bench.lv2_fixture("echo");
    let signal = noise(7, 4_800);
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    let words = ["render", &echo, "--set", "tail=150000", "--then", &echo, "--set", "tail=150000"];
    bench.good(&[&words[..], &["--in", &input, "--out", &output]].concat());
    let heard = read(&output).remove(0);
    // Two echoes of three seconds: once, twice and once.
    assert_eq!(heard.len(), 2 * 144_000 + 4_800);
    assert_eq!(difference(&heard[144_000..148_800], signal.iter().map(|sample| sample * 2.0)), 0.0);
    assert_eq!(heard[288_000..], signal);
}

#[test]
fn mistakes_name_the_plugin() {
    let bench = Bench::new();
    let plugin = late(&bench);
    let (mono, _) = bench.noise("a.wav", 1);
    let (stereo, _) = bench.noise("b.wav", 2);
    let output = bench.path("c.wav");
    let fil4 = "http://gareus.org/oss/lv2/fil4#stereo";
    let state = bench.path("s.state");
    std::fs::write(&state, "no state").unwrap();
    for (words, reasons) in [
        (&[AMP, "--in", &mono, "--then"][..], &["--then"][..]),
        (&[AMP, "--in", &mono, "--then", "--set", "gain=1"], &["--then"]),
        (&[AMP, "--in", &mono, "--then", "nothing"], &["nothing", "no such plugin"]),
        (&[AMP, "--in", &mono, "--then", "urn:none"], &["urn:none (plugin 2 of 2)", "LV2_PATH"]),
        (
            &[AMP, "--in", &mono, "--then", AMP, "--set", "gian=1"],
            &["eg-amp (plugin 2 of 2)", "unknown parameter gian"],
        ),
        (&[AMP, "--set", "gain=99", "--then", AMP, "--in", &mono], &["eg-amp (plugin 1 of 2)", "99"]),
        (&[AMP, "--in", &mono, "--then", AMP, "--state", &state], &["s.state"]),
        (&[AMP, "--class", "a", "--class", "b", "--in", &mono], &["--class is there twice"]),
        (&[fil4, "--in", &stereo, "--then", AMP], &["eg-amp (plugin 2 of 2)", "fil4#stereo", "2 channels"]),
        (
            &[&plugin, "--in", &mono, "--save-state", &state, "--then", AMP, "--save-state", &state],
            &["--save-state and --save-state", "the same file"],
        ),
        (&["__crash__", "--in", &mono, "--then", AMP], &["__crash__ (plugin 1 of 2)"]),
    ] {
        let error = bench.bad(&[&["render", "--out", &output], words].concat());
        for reason in reasons {
            assert!(error.contains(reason), "{error:?} should mention {reason:?}");
        }
    }
}
