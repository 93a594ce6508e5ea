//! Tails that a plugin tells: awaited even through a silence longer than the one that ends others.

mod common;

use common::{Bench, noise, read};

/// The echo's delay: three seconds.
const DELAY: usize = 144_000;
const INPUT: usize = 4_800;

#[test]
fn a_told_tail_is_awaited_in_lv2_too() {
    let bench = Bench::new();
    let signal = noise(7, INPUT);
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    let render = |plugin: &str, more: &[&str]| {
        bench.good(&[&["render", plugin, "--in", &input, "--out", &output], more].concat());
        read(&output).remove(0)
    };
    let echo = bench.lv2_fixture("echo");
    for blocks in ["512", "1,16,64,333,1024"] {
        let heard = render(&echo, &["--set", "tail=150000", "--block", blocks]);
        assert_eq!(heard.len(), DELAY + INPUT, "blocks {blocks}");
        assert_eq!((&heard[..INPUT], &heard[DELAY..]), (&signal[..], &signal[..]));
    }
    // No tail, and one that never ends, leave it to the ear; so does a plugin that tells nothing.
    assert_eq!(render(&echo, &["--set", "tail=0"]), signal);
    assert_eq!(render(&echo, &["--set", "tail=-1"]), signal);
    assert_eq!(render(&bench.lv2_fixture("shy"), &["--set", "tail=150000"]), signal);
}

#[test]
fn a_latency_that_cannot_be_is_refused() {
    let bench = Bench::new();
    let input = bench.wav("a.wav", &[noise(7, INPUT)]);
    let echo = bench.lv2_fixture("echo");
    for (claim, said) in [("-2", "NaN"), ("-1", "-1"), ("99999999", "100000000")] {
        let words = ["render", &echo, "--in", &input, "--out", &bench.path("b.wav")];
        let error = bench.bad(&[&words[..], &["--set", &format!("claim={claim}")]].concat());
        assert!(error.contains(&format!("latency of {said} frames")), "{error}");
    }
    // What it says before it runs means nothing.
    bench.good(&["info", &echo]);
}
