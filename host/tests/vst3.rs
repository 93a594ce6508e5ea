//! The VST3 fixture through the program.

mod common;

use common::{Bench, FIXTURE, difference, example, read};

fn fixture() -> String {
    example("fixture_vst3").to_str().unwrap().to_owned()
}

#[test]
fn separate_halves_are_brought_up_and_described() {
    // The fixture shows parameters only to a host that has connected its halves and passed the
    // component's state on.
    let bench = Bench::new();
    let text = bench.good(&["info", &fixture(), "--class", FIXTURE]);
    let row = |name: &str| {
        let line = text.lines().find(|line| line.contains(name)).unwrap_or_else(|| panic!("{text}"));
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        row("Output Gain"),
        ["100", "Output", "Gain", "-60", "6", "0", "dB", "0.0", "dB", "automatable"]
    );
    assert!(row("Off").contains(&"bypass".to_owned()));
    assert!(row("Level").contains(&"read-only".to_owned()));
    for fact in ["Fixture maker", "1.2.3", "Fx|Fixture", "Audio (main, 2 channels)"] {
        assert!(text.contains(fact), "{text}");
    }
    assert!(!text.contains("noise"), "what the module prints is not ours: {text}");
}

#[test]
fn every_name_finds_the_parameter() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 2);
    let output = bench.path("b.wav");
    let gain = 10_f64.powf(-6.0 / 20.0) as f32;
    for name in ["100", "0x64", "Output Gain", "output_gain"] {
        let set = format!("{name}=-6");
        let words = ["render", &fixture(), "--class", FIXTURE, "--in", &input, "--out", &output];
        bench.good(&[&words[..], &["--set", &set]].concat());
        for (rendered, signal) in read(&output).iter().zip(&signal) {
            // The plain value survives the way through the normalized one to within its precision.
            assert!(difference(rendered, signal.iter().map(|x| x * gain)) < 1e-6, "{name}");
        }
    }
    let words = ["render", &fixture(), "--class", "Fixture", "--in", &input, "--out", &output];
    bench.good(&[&words[..], &["--set", "shape=Hard", "--set", "bypass=on"]].concat());
    assert_eq!(read(&output), signal);
    let error = bench.bad(&[&words[..], &["--set", "shape=Odd"]].concat());
    assert!(error.contains("Soft, Medium, Hard"), "{error}");
}

#[test]
fn channels_follow_the_file() {
    let bench = Bench::new();
    for channels in [1, 2] {
        let (input, signal) = bench.noise("a.wav", channels);
        let output = bench.path("b.wav");
        bench.good(&["render", &fixture(), "--class", FIXTURE, "--in", &input, "--out", &output]);
        assert_eq!(read(&output), signal);
    }
}

#[test]
fn automation_lands_on_its_frame_at_any_block_size() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    for blocks in ["1", "512", "8192", "1,16,64,333,1024"] {
        bench.good(&[
            "render",
            &fixture(),
            "--class",
            FIXTURE,
            "--in",
            &input,
            "--out",
            &output,
            "--automate",
            "100@0.25=-60",
            "--block",
            blocks,
        ]);
        let gain = |frame| if frame < 12_000 { 1.0 } else { 1e-3 };
        let want = signal[0].iter().enumerate().map(|(frame, x)| x * gain(frame));
        assert!(difference(&read(&output)[0], want) < 1e-6, "blocks {blocks}");
    }
}

#[test]
fn latency_is_made_up_for() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 2);
    let output = bench.path("b.wav");
    for blocks in ["1", "512", "1,16,64,333,1024"] {
        let said = bench.good(&[
            "render",
            &fixture(),
            "--class",
            FIXTURE,
            "--in",
            &input,
            "--out",
            &output,
            "--set",
            "delay=700",
            "--block",
            blocks,
        ]);
        assert!(said.contains("latency 700 frames"), "{said}");
        assert_eq!(read(&output), signal, "blocks {blocks}");
    }
}

#[test]
fn what_cannot_be_automated_is_refused() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let output = bench.path("b.wav");
    let error = bench.bad(&[
        "render",
        &fixture(),
        "--class",
        FIXTURE,
        "--in",
        &input,
        "--out",
        &output,
        "--automate",
        "delay@0.5=10",
    ]);
    assert!(error.contains("delay") && error.contains("--set"), "{error}");
}
