//! Automation files.

mod common;
mod rendering;

use common::{Bench, FIXTURE, difference, example, noise, read};
use rendering::late;

fn write(bench: &Bench, name: &str, text: &str) -> String {
    let path = bench.path(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// The value at a frame of a ramp between two points, told every 32 frames.
fn ramp(frame: usize, from: (usize, f64), to: (usize, f64)) -> f64 {
    let at = from.0 + (frame - from.0) / 32 * 32;
    from.1 + (to.1 - from.1) * (at - from.0) as f64 / (to.0 - from.0) as f64
}

#[test]
fn ramps_have_their_closed_form_in_blocks_of_any_size() {
    let bench = Bench::new();
    let plugin = late(&bench);
    let signal = noise(1, 30_000);
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    // Not in order; 0.1 s is frame 4800.
    let sheet = write(
        &bench,
        "a.csv",
        "# a song\nseconds,parameter,value,ramp\n0.4,gain,-2,yes\n0.1,gain,2,no\n\n0.2,gain,4,yes\n0.3,gain,1,\n",
    );
    let gain = |frame: usize| match frame {
        0..4_800 => 1.0,
        4_800..9_600 => ramp(frame, (4_800, 2.0), (9_600, 4.0)),
        9_600..14_400 => 4.0,
        14_400..19_200 => ramp(frame, (14_400, 1.0), (19_200, -2.0)),
        _ => -2.0,
    };
    for blocks in ["512", "1,16,64,333,1024", "8192"] {
        let words = ["render", &plugin, "--automation", &sheet, "--in", &input, "--out", &output];
        bench.good(&[&words[..], &["--block", blocks]].concat());
        let expected = signal.iter().enumerate().map(|(frame, sample)| sample * gain(frame) as f32);
        assert!(difference(&read(&output)[0], expected) < 1e-6, "blocks {blocks}");
    }
}

#[test]
fn ramps_are_straight_in_plain_units_in_vst3_too() {
    let bench = Bench::new();
    let signal = noise(2, 10_000);
    let input = bench.wav("a.wav", &[signal.clone(), signal.clone()]);
    let output = bench.path("b.wav");
    let fixture = example("fixture_vst3");
    let sheet = write(
        &bench,
        "a.csv",
        "seconds, parameter, value, ramp\n0, \"Output Gain\", 0 dB\n0.1, output_gain, -60, yes\n",
    );
    let text = std::fs::read_to_string(&sheet).unwrap().replace("0 dB\n", "0 dB,\n");
    std::fs::write(&sheet, text).unwrap();
    let words = ["render", fixture.to_str().unwrap(), "--class", FIXTURE, "--automation", &sheet];
    bench.good(&[&words[..], &["--in", &input, "--out", &output]].concat());
    let gain = |frame: usize| match frame {
        0..4_800 => 10_f64.powf(ramp(frame, (0, 0.0), (4_800, -60.0)) / 20.0),
        _ => 0.001,
    };
    let expected = signal.iter().enumerate().map(|(frame, sample)| sample * gain(frame) as f32);
    assert!(difference(&read(&output)[0], expected) < 1e-5);
}

#[test]
fn mistakes_name_file_and_line() {
    let bench = Bench::new();
    let plugin = late(&bench);
    let (input, _) = bench.noise("a.wav", 1);
    let (stereo, _) = bench.noise("b.wav", 2);
    let output = bench.path("b.wav.out");
    let head = "seconds,parameter,value,ramp\n";
    for (lines, reason) in [
        ("0,gian,1,\n", "line 2: unknown parameter gian; there are: gain"),
        ("# here\n0,gain,99,\n", "line 3: parameter gain: value 99 is out of range"),
        ("0,gain,loud,\n", "line 2: parameter gain: value \"loud\""),
        ("0,gain,1\n\n0.5,gain\n", "line 4: 2 fields; expected 4"),
        ("1,gain,1,\n", "line 2: 1 s lies after the end of the input, which is 1 s long"),
        ("0.5,gain,1,yes\n", "line 2: a ramp of gain has nowhere to begin"),
        ("0,delay,1,\n0.5,delay,100,yes\n", "line 3: parameter delay takes certain values only"),
        ("soon,gain,1,\n", "line 2: \"soon\": expected a time"),
    ] {
        let sheet = write(&bench, "a.csv", &format!("{head}{lines}"));
        let error =
            bench.bad(&["render", &plugin, "--automation", &sheet, "--in", &input, "--out", &output]);
        assert!(error.contains(&format!("a.csv: {reason}")), "{error:?} should mention {reason:?}");
    }
    let empty = write(&bench, "a.csv", "");
    let words = ["render", &plugin, "--in", &input, "--out", &output, "--automation"];
    assert!(bench.bad(&[&words[..], &[&empty]].concat()).contains("a.csv: the file is empty"));
    let folder = bench.path("");
    assert!(
        bench.bad(&[&words[..], &[&folder]].concat()).contains("a folder; expected an automation file")
    );
    assert!(bench.bad(&[&words[..], &[&bench.path("none.csv")]].concat()).contains("no such file"));
    let fixture = example("fixture_vst3");
    let sheet = write(&bench, "a.csv", &format!("{head}0,delay,5,\n"));
    let words = ["render", fixture.to_str().unwrap(), "--class", FIXTURE, "--automation", &sheet];
    let error = bench.bad(&[&words[..], &["--in", &stereo, "--out", &output]].concat());
    assert!(error.contains("a.csv: line 2: parameter delay can't be automated"), "{error}");
}

#[test]
fn the_example_of_the_documentation_works() {
    let text = include_str!("../../docs/render.md");
    let sheet = text.split("```csv\n").nth(1).unwrap().split("```").next().unwrap();
    let bench = Bench::new();
    let signal = vec![0.5; 4 * 48_000];
    let input = bench.wav("a.wav", std::slice::from_ref(&signal));
    let output = bench.path("b.wav");
    let sheet = write(&bench, "fade.csv", sheet);
    let amp = "http://lv2plug.in/plugins/eg-amp";
    bench.good(&["render", amp, "--in", &input, "--out", &output, "--automation", &sheet]);
    let heard = read(&output).remove(0);
    let gain = |decibels: f32| 0.5 * 10_f32.powf(decibels * 0.05);
    for (seconds, expected) in [(0.5, gain(0.0)), (1.5, gain(-6.0)), (2.5, gain(-45.0)), (3.5, 0.0)] {
        let sample = heard[(seconds * 48_000.0) as usize];
        assert!((sample - expected).abs() < 1e-3, "at {seconds} s: {sample}, expected {expected}");
    }
}
