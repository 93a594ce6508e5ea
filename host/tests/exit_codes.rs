//! The exit codes: one table in every `--help`, and the program keeps to it.

mod common;

use std::collections::BTreeMap;
use std::process::{Command, Output};

use common::display::Display;
use common::{Bench, PROGRAM, complaint, example, run};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";

/// All commands, as words.
const COMMANDS: [&[&str]; 12] = [
    &[],
    &["info"],
    &["render"],
    &["render-all"],
    &["gui"],
    &["scan"],
    &["state"],
    &["state", "save"],
    &["state", "load"],
    &["state", "convert"],
    &["state", "print"],
    &["man"],
];

/// The table in a help text.
fn table(help: &str) -> BTreeMap<i32, String> {
    let (_, table) = help.split_once("Exit codes:\n").unwrap_or_else(|| panic!("no table: {help}"));
    let lines = table.lines().take_while(|line| line.starts_with("  "));
    let entry = |line: &str| {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        (code.parse().unwrap(), meaning.to_owned())
    };
    lines.map(entry).collect()
}

fn help(command: &[&str]) -> String {
    let output = run(&[command, &["--help"]].concat());
    assert!(output.status.success() && output.stderr.is_empty(), "{command:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_help_has_the_same_table() {
    let first = table(&help(&[]));
    assert_eq!(first.keys().copied().collect::<Vec<_>>(), (0..=18).collect::<Vec<_>>());
    for command in COMMANDS {
        assert_eq!(table(&help(command)), first, "{command:?}");
    }
    // No command is forgotten here.
    let help = help(&[]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    for line in commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter(|l| l.starts_with("  ") && !l.starts_with("   "))
    {
        let name = line.split_whitespace().next().unwrap();
        let output = run(&[name, "--help"]);
        assert!(name == "help" || table(&String::from_utf8(output.stdout).unwrap()) == first, "{name}");
    }
}

/// A run that has to end with a code, and whose complaint has to name something.
#[track_caller]
fn ends(output: &Output, code: i32, named: &str) {
    let (was, error) = complaint(output);
    assert!(was == code, "{was} instead of {code}: {error}");
    assert!(error.contains(named), "{error:?} should mention {named:?}");
}

/// Limits what the program may have, with the shell's `ulimit`.
fn limited(limit: &str, words: &[&str]) -> Output {
    // A file that may not grow is an error then, and no signal.
    let script = format!("trap '' XFSZ; ulimit {limit}; exec \"$0\" \"$@\"");
    Command::new("sh").args(["-c", &script, PROGRAM]).args(words).output().unwrap()
}

#[test]
fn words_and_values_that_make_no_sense() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    let render = |more: &[&str]| run(&[&["render", AMP, "--in", &input, "--out", &output], more].concat());
    for more in [
        &["--block", "0"][..],
        &["--tail", "-1"],
        &["--tail", "soon"],
        &["--set", "gain"],
        &["--set", "gain=99"],
        &["--set", "gian=1"],
        &["--automate", "gain=1"],
        &["--nonsense"],
        &["--limit", "0"],
    ] {
        let output = render(more);
        ends(&output, 1, more[1..].last().unwrap_or(&more[0]).split('=').next().unwrap());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.lines().nth(1).unwrap().starts_with("Usage: dyad-host render"), "{error}");
    }
    for (words, usage) in [
        (&[][..], ""),
        (&["dance"], ""),
        (&["info"], "info"),
        (&["state"], "state"),
        (&["state", "print"], "state print"),
        (&["gui", AMP, "--size", "0x0"], "gui"),
        (&["scan", "--timeout", "-1"], "scan"),
        (&["completions", "csh"], "completions"),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(1), "{words:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.starts_with("dyad-host: ") && !error.starts_with("dyad-host: error"), "{error}");
        assert!(error.contains(&format!("Usage: dyad-host {usage}")), "{words:?}: {error}");
    }
    assert!(!std::path::Path::new(&output).exists());
}

#[test]
fn what_the_system_refuses() {
    // The shared memory is a file to the system.
    ends(&limited("-f 0", &["info", AMP]), 2, "shared memory");
    // One descriptor more than are there is enough for the shared memory, and not for the channel.
    ends(&limited("-n 4", &["info", AMP]), 18, "control channel");
    // What wakes those who wait for an editor needs two of its own.
    ends(&limited("-n 4", &["gui", AMP]), 3, "event descriptor");
}

#[test]
fn plugins_that_are_not_there() {
    let bench = Bench::new();
    let fixture = example("fixture_vst3");
    let fixture = fixture.to_str().unwrap();
    let [file, state] = ["a.txt", "a.state"].map(|name| bench.path(name));
    std::fs::write(&file, "").unwrap();
    for words in [
        &["/no/such.lv2"][..],
        &["nothing"],
        &["urn:no-such-plugin"],
        &[&file],
        &[AMP, "--class", "urn:no-such-class"],
        &[fixture, "--class", "00"],
    ] {
        ends(&run(&[&["info"], words].concat()), 4, words.last().unwrap());
        ends(&run(&[&["state", "save"], &words[..1], &[&state], &words[1..]].concat()), 4, "");
    }
    ends(&run(&["state", "save", fixture, &state]), 4, "--class");
    let (input, output) = (bench.noise("a.wav", 1).0, bench.path("b.wav"));
    let render = ["render", AMP, "--class", "urn:no-such-class", "--in", &input, "--out", &output];
    ends(&run(&render), 4, "no-such-class");
    ends(&run(&["state", "save", "/usr/lib/lv2/eg-scope.lv2", &state]), 4, "--class");
}

#[test]
fn plugins_that_fail() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [output, state] = ["b.wav", "a.state"].map(|name| bench.path(name));
    let null = bench.vst3_bundle("null.vst3", &example("fixture_no_factory"));
    ends(&run(&["info", &null]), 5, "GetPluginFactory");
    ends(&run(&["info", "/usr/lib/lv2/atom.lv2"]), 5, "specification");
    ends(&run(&["info", "__crash__"]), 7, "SIGSEGV");
    ends(&run(&["info", "__hang__", "--limit", "1"]), 8, "no progress");
    ends(&run(&["state", "save", "__crash_state__", &state]), 7, "SIGSEGV");
    let three = bench.wav("three.wav", &[vec![0.0; 9], vec![0.0; 9], vec![0.0; 9]]);
    ends(&run(&["render", AMP, "--in", &three, "--out", &output]), 9, "3 channels");
    ends(&run(&["render", AMP, "--in", "/no/such.wav", "--out", &output]), 10, "/no/such.wav");
    ends(&run(&["render", "__crash_process__", "--in", &input, "--out", &output]), 7, "processing");
    let broken = bench.lv2_bundle("broken.lv2", "no Turtle", None);
    let scan = Command::new(PROGRAM).args(["scan", "--no-cache", &broken]).output().unwrap();
    assert_eq!((scan.status.code(), scan.stderr.as_slice()), (Some(16), &b""[..]));
}

#[test]
fn editors() {
    let (bench, display) = (Bench::new(), Display::new());
    let gui = |display: &str, words: &[&str]| {
        Command::new(PROGRAM).env("DISPLAY", display).arg("gui").args(words).output().unwrap()
    };
    let on = |words: &[&str]| gui(&display.name, words);
    ends(&gui("", &[&bench.lv2_editor("good")]), 11, "no X11 display");
    ends(&on(&[AMP]), 12, "no editor");
    ends(&on(&["http://lv2plug.in/plugins/eg-sampler"]), 13, "GtkUI");
    ends(&on(&[&bench.lv2_editor("null")]), 14, "refused");
    let picture = bench.path("a.png");
    ends(&on(&[&bench.lv2_editor("blank"), "--screenshot", &picture]), 15, "painted nothing");
}

#[test]
fn a_process_that_breaks_the_protocol() {
    // The child is the program itself, so this takes the library.
    let bench = Bench::new();
    let program = bench.script("liar", "#!/bin/sh\nprintf '\\200\\0\\0\\0x' >&0\nexec sleep 100\n");
    let host = dyad_host::Host::with_program(&program).limit(std::time::Duration::from_secs(5));
    let target = dyad_host::Target::parse(AMP).unwrap();
    let error = host.open(&target, dyad_host::Setup::default()).err().unwrap();
    assert!(!matches!(error, dyad_host::Error::System { .. }), "{error}");
}
