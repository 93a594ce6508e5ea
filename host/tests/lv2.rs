//! Debian's LV2 plugins through the program: is the sound what it must be?

mod common;

use common::{Bench, RATE, difference, noise, read};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";
const AMBIENCE: &str = "http://drobilla.net/plugins/mda/Ambience";
const DELAY: &str = "http://drobilla.net/plugins/mda/Delay";
const NO_DELAY: &str = "http://gareus.org/oss/lv2/nodelay";
const MIXED_BLOCKS: &str = "1,16,64,333,1024";

fn decibels(gain: f64) -> f32 {
    10_f64.powf(gain / 20.0) as f32
}

#[test]
fn gain_is_what_was_asked_for() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    bench.good(&["render", AMP, "--in", &input, "--out", &output, "--set", "gain=-6"]);
    let rendered = read(&output);
    assert_eq!(rendered.len(), 1);
    assert!(difference(&rendered[0], signal[0].iter().map(|x| x * decibels(-6.0))) < 1e-6);
}

#[test]
fn automation_lands_on_its_frame_at_any_block_size() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let points = ["gain@0.1=-20", "gain@0.10002083=6", "gain@0.5=0"];
    let frames = [(0, -6.0), (4_800, -20.0), (4_801, 6.0), (24_000, 0.0)];
    for blocks in ["512", "1", "8192", MIXED_BLOCKS] {
        let output = bench.path("b.wav");
        let mut words = vec!["render", AMP, "--in", &input, "--out", &output, "--set", "gain=-6"];
        words.extend(["--block", blocks]);
        for point in points {
            words.extend(["--automate", point]);
        }
        bench.good(&words);
        let gain = |frame: usize| {
            let last = frames.iter().rev().find(|(start, _)| *start <= frame).unwrap();
            decibels(last.1)
        };
        let want = signal[0].iter().enumerate().map(|(frame, x)| x * gain(frame));
        assert!(difference(&read(&output)[0], want) < 1e-6, "blocks {blocks}");
    }
}

#[test]
fn a_unit_or_a_percent_of_text_is_understood() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [with, without] = ["b.wav", "c.wav"].map(|name| bench.path(name));
    bench.good(&["render", AMP, "--in", &input, "--out", &with, "--set", "gain=-6 dB"]);
    bench.good(&["render", AMP, "--in", &input, "--out", &without, "--set", "gain=-6"]);
    assert_eq!(read(&with), read(&without));
}

#[test]
fn a_bundle_path_does_as_well_as_a_uri() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [by_uri, by_path] = ["b.wav", "c.wav"].map(|name| bench.path(name));
    bench.good(&["render", AMP, "--in", &input, "--out", &by_uri]);
    bench.good(&["render", "/usr/lib/lv2/eg-amp.lv2", "--in", &input, "--out", &by_path]);
    assert_eq!(read(&by_uri), read(&by_path));
}

#[test]
fn latency_is_made_up_for() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    for blocks in ["1", "512", MIXED_BLOCKS] {
        let said = bench.good(&[
            "render",
            NO_DELAY,
            "--in",
            &input,
            "--out",
            &output,
            "--set",
            "delay=777",
            "--set",
            "report_latency=Delay and report latency",
            "--block",
            blocks,
        ]);
        assert!(said.contains("latency 777 frames"), "{said}");
        // The plugin fades when its delay first changes from 0: that is its sound, not ours.
        let rendered = read(&output);
        assert_eq!(rendered[0].len(), signal[0].len(), "blocks {blocks}");
        assert_eq!(rendered[0][2_000..], signal[0][2_000..], "blocks {blocks}");
    }
}

#[test]
fn echoes_ring_out_and_are_cut_where_they_are_silent() {
    let bench = Bench::new();
    let signal: Vec<f32> = noise(3, 4_800);
    let input = bench.wav("a.wav", &[signal.clone(), signal]);
    let output = bench.path("b.wav");
    bench.good(&["render", DELAY, "--in", &input, "--out", &output]);
    let rendered = read(&output);
    let len = rendered[0].len();
    assert!(len > 48_000, "it rings: {len}");
    let last = [rendered[0][len - 1], rendered[1][len - 1]];
    assert!(last.iter().any(|x| x.abs() >= 1e-6), "the last frame is audible: {last:?}");

    // The rule looks at the audio, not at the blocks.
    bench.good(&["render", DELAY, "--in", &input, "--out", &output, "--block", MIXED_BLOCKS]);
    assert_eq!(read(&output), rendered);

    bench.good(&["render", DELAY, "--in", &input, "--out", &output, "--tail", "0.25"]);
    assert_eq!(read(&output)[0], rendered[0][..4_800 + 12_000]);
    bench.good(&["render", DELAY, "--in", &input, "--out", &output, "--tail", "0"]);
    assert_eq!(read(&output)[0], rendered[0][..4_800]);
}

#[test]
fn a_mono_file_feeds_both_channels() {
    let bench = Bench::new();
    let signal = noise(5, 4_800);
    let mono = bench.wav("mono.wav", std::slice::from_ref(&signal));
    let stereo = bench.wav("stereo.wav", &[signal.clone(), signal]);
    let [from_mono, from_stereo] = ["b.wav", "c.wav"].map(|name| bench.path(name));
    bench.good(&["render", AMBIENCE, "--in", &mono, "--out", &from_mono]);
    bench.good(&["render", AMBIENCE, "--in", &stereo, "--out", &from_stereo]);
    assert_eq!(read(&from_mono), read(&from_stereo));
}

#[test]
fn the_fitting_plugin_of_a_bundle_is_taken() {
    let bench = Bench::new();
    for channels in [1, 2] {
        let (input, _) = bench.noise("a.wav", channels);
        let output = bench.path("b.wav");
        bench.good(&["render", "/usr/lib/lv2/fil4.lv2", "--in", &input, "--out", &output]);
        assert_eq!(read(&output).len() as u64, channels);
    }
}

#[test]
fn bypass_is_the_enabled_port_turned_round() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let [plain, bypassed, disabled] = ["b.wav", "c.wav", "d.wav"].map(|name| bench.path(name));
    let eq = "http://gareus.org/oss/lv2/fil4#mono";
    let boost = ["--set", "gain=12", "--tail", "0"];
    let render = |output: &str, more: &[&str]| {
        let words = [&["render", eq, "--in", &input, "--out", output], &boost[..], more].concat();
        bench.good(&words);
    };
    render(&plain, &[]);
    render(&bypassed, &["--set", "bypass=true"]);
    render(&disabled, &["--set", "enable=0"]);
    assert_eq!(read(&bypassed), read(&disabled));
    // It fades over to the dry signal.
    let end = RATE as usize / 2;
    assert_eq!(read(&bypassed)[0][end..], signal[0][end..]);
    assert_ne!(read(&plain)[0][end..], signal[0][end..]);
}

#[test]
fn an_instrument_lasts_as_long_as_the_input() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    bench.good(&["render", "http://drobilla.net/plugins/mda/EPiano", "--in", &input, "--out", &output]);
    let rendered = read(&output);
    assert_eq!((rendered.len(), rendered[0].len()), (2, signal[0].len()));
    assert!(rendered.iter().flatten().all(|x| *x == 0.0), "nobody plays");
}

#[test]
fn info_tells_what_there_is() {
    let bench = Bench::new();
    let text = bench.good(&["info", AMP]);
    let row = text.lines().find(|line| line.trim_start().starts_with("gain ")).unwrap();
    let cells: Vec<_> = row.split_whitespace().collect();
    assert_eq!(cells, ["gain", "Gain", "-90", "24", "0", "dB", "0", "automatable"]);
    assert!(text.contains("Main (main, 1 channel)"), "{text}");

    let text = bench.good(&["info", "/usr/lib/lv2/fil4.lv2"]);
    assert!(text.starts_with("2 plugins"), "{text}");
    for id in ["#mono", "#stereo"] {
        assert!(text.contains(&format!("id          http://gareus.org/oss/lv2/fil4{id}")), "{text}");
    }
    let one =
        bench.good(&["info", "/usr/lib/lv2/fil4.lv2", "--class", "http://gareus.org/oss/lv2/fil4#mono"]);
    assert!(one.contains("fil4#mono") && !one.contains("fil4#stereo"), "{one}");
}

#[test]
fn every_installed_plugin_can_be_described() {
    let bench = Bench::new();
    for bundle in
        ["mda", "eg-params", "eg-sampler", "eg-scope", "eg-fifths", "matrixmixer", "controlfilter"]
    {
        bench.good(&["info", &format!("/usr/lib/lv2/{bundle}.lv2")]);
    }
}
