//! `play` without a sound card: with ALSA's devices that write to files, and where there is nothing to play with.
//! With a JACK server it is tested in `tests/tests/play.rs`.

mod common;

use std::process::{Command, Output};

use common::{Bench, PROGRAM};

/// A name that no server has.
const NOBODY: &str = "dyad-nobody";

/// A machine whose only devices are those of this configuration, and without a JACK server.
fn play(bench: &Bench, devices: &str, words: &[&str]) -> Output {
    let config = bench.path("asound.conf");
    std::fs::write(&config, devices).unwrap();
    let mut command = Command::new(PROGRAM);
    command.env("ALSA_CONFIG_PATH", config).env("JACK_DEFAULT_SERVER", NOBODY).env("LC_ALL", "C");
    command.arg("play").args(words).output().unwrap()
}

/// The exit code, and the one line of complaint. JACK's own library may print lines that are not ours.
fn refused(output: &Output) -> (Option<i32>, String) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    let lines: Vec<_> = error.lines().filter(|line| line.starts_with("dyad-host: ")).collect();
    let [line] = lines[..] else { panic!("one line: {error}") };
    (output.status.code(), line.to_owned())
}

/// A `card` that plays into a file, a `tape` that records from one, and `nothing`.
fn devices(bench: &Bench, played: &str, recorded: &[f32]) -> String {
    let bytes: Vec<u8> = recorded.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let (input, output) = (bench.path("in.raw"), bench.path(played));
    std::fs::write(&input, bytes).unwrap();
    format!(
        "pcm.nothing {{ type null }}\n\
         pcm.card {{ type file slave.pcm nothing file \"{output}\" format raw }}\n\
         pcm.tape {{ type file slave.pcm nothing file /dev/null infile \"{input}\" format raw }}\n"
    )
}

fn samples(path: &str) -> Vec<f32> {
    let bytes = std::fs::read(path).unwrap();
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

#[test]
fn sound_goes_through_with_alsa() {
    let bench = Bench::new();
    let devices = devices(&bench, "out.raw", &[0.25; 96_000]);
    let words =
        ["__faulty__", "--device", "card", "--input", "tape", "--set", "p0=0.5", "--seconds", "0.2"];
    let more = ["--patience", "1000", "--frames", "64", "--rate", "44100"];
    let output = play(&bench, &devices, &[&words[..], &more].concat());
    let (said, error) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(0), "{said}{error}");
    assert!(
        said.starts_with("playing __faulty__ with ALSA on card: 44100 Hz, 64 frames, 2 in, 2 out"),
        "{said}"
    );
    assert!(said.contains(", 0 xruns") && !said.contains("allocator"), "{said}");
    let played = samples(&bench.path("out.raw"));
    // Silence fills the device at first, and the file that is recorded ends at some time.
    let first = played.iter().position(|sample| *sample != 0.0).expect("there is sound");
    assert!(first >= 2 * 64, "{first} samples of silence");
    let loud = &played[first..][..96_000.min(played.len() - first)];
    assert!(loud.len() > 2 * 44_100 / 10, "{} samples", loud.len());
    assert!(loud.iter().all(|sample| *sample == -0.375), "the plugin's sound, from both channels");
}

#[test]
fn a_device_need_not_record() {
    let bench = Bench::new();
    let devices = devices(&bench, "out.raw", &[0.25; 1000]);
    for input in ["none", "nothing"] {
        let words =
            ["__faulty__", "--device", "card", "--input", input, "--seconds", "0.1", "--patience", "1000"];
        let output = play(&bench, &devices, &words);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let played = samples(&bench.path("out.raw"));
        assert!(!played.is_empty() && played.iter().all(|sample| *sample == 0.0), "{input}");
    }
}

#[test]
fn the_state_is_saved_in_the_end() {
    let bench = Bench::new();
    let devices = devices(&bench, "out.raw", &[0.25; 1000]);
    let state = bench.path("saved.state");
    let words = ["__faulty__", "--device", "card", "--set", "p0=0.5", "--save", &state, "--seconds", "0.2"];
    let output = play(&bench, &devices, &words);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = common::run(&["state", "print", &state]);
    assert!(String::from_utf8_lossy(&printed.stdout).contains("p0: 0.5"), "the state in the end");
}

#[test]
fn where_nothing_can_play_one_line_says_what_was_tried() {
    let bench = Bench::new();
    let (code, line) = refused(&play(&bench, "", &["__through__"]));
    assert_eq!(code, Some(17), "{line}");
    for tried in ["JACK: no server called dyad-nobody is running", "ALSA: default: can't play: "] {
        assert!(line.contains(tried), "{line}");
    }
    let (code, line) = refused(&play(&bench, "", &["__through__", "--driver", "jack"]));
    assert_eq!(
        (code, line.as_str()),
        (Some(17), "dyad-host: JACK: no server called dyad-nobody is running")
    );
    // What is ALSA's own says that ALSA is meant.
    for words in [&["--device", "card"][..], &["--driver", "alsa", "--device", "card"]] {
        let (code, line) = refused(&play(&bench, "", &[&["__through__"], words].concat()));
        assert_eq!(code, Some(17), "{line}");
        assert!(line.starts_with("dyad-host: card: can't play: "), "{line}");
    }
}

#[test]
fn what_is_named_and_not_there_is_an_error() {
    let bench = Bench::new();
    let devices = devices(&bench, "out.raw", &[]);
    let with =
        |words: &[&str]| refused(&play(&bench, &devices, &[&["--device", "nothing"], words].concat()));
    let (code, line) = with(&["__through__", "--input", "elsewhere"]);
    assert_eq!(code, Some(17), "{line}");
    assert!(line.starts_with("dyad-host: elsewhere: can't record: "), "{line}");
    let (code, line) = with(&["__through__", "--midi", "keys"]);
    assert_eq!(code, Some(17), "{line}");
    let (code, line) = with(&["/nowhere.lv2"]);
    assert_eq!(code, Some(4), "{line}");
    let (code, line) = with(&["__through__", "--state", &bench.path("missing")]);
    assert_eq!(code, Some(10), "{line}");
    let (code, line) = with(&["__through__", "--save", &bench.path("no/folder")]);
    assert_eq!(code, Some(10), "{line}");
    let (code, line) = with(&["__through__", "--set", "loud=1"]);
    assert_eq!(code, Some(1), "{line}");
}

#[test]
fn words_that_make_no_sense() {
    let bench = Bench::new();
    for (words, reason) in [
        (&[][..], "<PLUGIN>"),
        (&["__through__", "--driver", "oss"], "oss"),
        (&["__through__", "--driver", "jack", "--rate", "44100"], "--rate"),
        (&["__through__", "--rate", "0"], "Hz"),
        (&["__through__", "--frames", "8193"], "8192 frames"),
        (&["__through__", "--channels", "0"], "expected 1"),
        (&["__through__", "--tempo", "0"], "expected 1 to 1000"),
        (&["__through__", "--patience", "no"], "expected 0.01"),
        (&["__through__", "--name", "a:b"], "without a colon"),
        (&["__through__", "--name", ""], "1 to 63"),
        (&["__through__", "--name", "a\nb"], "control character"),
        (&[""], "PLUGIN is empty"),
        (&["__through__", "--then", ""], "PLUGIN is empty"),
        (&["__through__", "--midi", ""], "--midi"),
        (&["__through__", "--list"], "--list"),
        (&["__through__", "--automate", "p0@1=1"], "--automate"),
        (&["__through__", "--state", "a", "--state", "b"], "twice"),
        (&["__through__", "--save", "same", "--then", "__through__", "--save", "same"], "expected two"),
    ] {
        let error = bench.bad(&[&["play"], words].concat());
        assert!(error.contains(reason), "{words:?}: {error}");
    }
}

#[test]
fn what_there_is_can_be_listed() {
    let bench = Bench::new();
    let hint = "pcm.card { type null hint { show on description \"A card for tests\" } }\n\
                defaults.namehint.showall off\n";
    let output = play(&bench, hint, &["--list"]);
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    let row: Vec<_> =
        said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert!(row.contains(&"ALSA both card A card for tests".to_owned()), "{said}");
    assert_eq!(refused(&output).1, "dyad-host: JACK: no server called dyad-nobody is running");
}
