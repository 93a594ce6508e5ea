//! Children that crash, hang or are started wrongly.

mod common;

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{Bench, PROGRAM, read, run};
use dyad_host::{Host, Setup, Target};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags};

#[test]
fn the_self_test_reaches_the_shared_memory() {
    Host::with_program(PROGRAM).self_test().unwrap();
}

#[test]
fn a_program_that_is_no_child_is_noticed() {
    let host = Host::with_program("/bin/true").limit(Duration::from_secs(5));
    let error = host.self_test().unwrap_err().to_string();
    // It is gone before or after it was greeted.
    assert!(error.contains("self-test") || error.contains("ended"), "{error}");
    assert!(Host::with_program("/no/such/program").self_test().is_err());
}

#[test]
fn crashes_name_the_signal_and_the_moment() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [output, state] = ["b.wav", "b.state"].map(|name| bench.path(name));
    for (probe, moment) in [
        ("__crash__", "loading"),
        ("__crash_process__", "processing at frame 0"),
        ("__crash_state__", "saving its state"),
    ] {
        let error = bench.bad(&["render", probe, "--in", &input, "--out", &output, "--save-state", &state]);
        assert!(error.contains("SIGSEGV") && error.contains(moment), "{error}");
    }
}

#[test]
fn hangs_are_ended() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [output, state] = ["b.wav", "b.state"].map(|name| bench.path(name));
    for (probe, moment) in [
        ("__hang__", "loading"),
        ("__hang_process__", "processing at frame 0"),
        ("__hang_state__", "saving its state"),
    ] {
        let error = bench.bad(&[
            "--limit",
            "1",
            "render",
            probe,
            "--in",
            &input,
            "--out",
            &output,
            "--save-state",
            &state,
        ]);
        assert!(error.contains("no progress for 1 s") && error.contains(moment), "{error}");
    }
}

/// DrumGizmo does it at 384 kHz.
#[test]
fn an_exception_that_leaves_a_plugin_is_its_crash() {
    let bench = Bench::new();
    let throws = bench.lv2_fixture("throws");
    let error = bench.bad(&["--limit", "2", "info", &throws]);
    assert!(error.contains("SIGABRT") && error.contains("loading"), "{error}");
    let check = run(&["--limit", "2", "check", &throws, "--only", "load", "--json"]);
    let report = String::from_utf8(check.stdout).unwrap();
    assert!(report.contains("SIGABRT while instantiating"), "{report}");
}

#[test]
fn results_outlive_a_plugin_that_fails_to_unload() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 2);
    for (probe, reason, code) in [("__crash_unload__", "SIGSEGV", 7), ("__hang_unload__", "no progress", 8)]
    {
        let output = bench.path("b.wav");
        let result = run(&["--limit", "1", "render", probe, "--in", &input, "--out", &output]);
        assert_eq!(result.status.code(), Some(code));
        let error = String::from_utf8(result.stderr).unwrap();
        assert!(error.contains(reason) && error.lines().count() == 1, "{error}");
        assert_eq!(read(&output)[0].len(), signal[0].len());
        std::fs::remove_file(&output).unwrap();
    }
}

#[test]
fn nonsense_from_a_child_is_no_more_than_an_error() {
    let bench = Bench::new();
    // Standard input is the control channel, in both directions.
    for words in ["\\377\\377\\377\\377", "\\4\\0\\0\\0abcd", "\\0\\0\\0\\0", "\\200\\0\\0\\0x"] {
        let program = bench.script("liar", &format!("#!/bin/sh\nprintf '{words}' >&0\n"));
        let host = Host::with_program(&program).limit(Duration::from_secs(5));
        let target = Target::parse("urn:any").unwrap();
        let error = host.open(&target, Setup::default()).err().unwrap().to_string();
        assert!(error.contains("protocol") || error.contains("ended"), "{error}");
    }
}

#[test]
fn output_that_nobody_reads_is_no_error() {
    let mut child = Command::new(PROGRAM)
        .args(["info", "/usr/lib/lv2/mda.lv2"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_crash_while_describing_is_an_error_too() {
    let bench = Bench::new();
    assert!(bench.bad(&["info", "__crash__"]).contains("SIGSEGV"));
    assert!(bench.bad(&["info", "__nothing__"]).contains("no such plugin"));
}

#[test]
fn the_child_refuses_bad_usage_with_its_own_codes() {
    for (words, code) in [
        (&["child"][..], 1),
        (&["child", "--format", "lv2"], 1),
        (&["child", "--format", "lv2", "--plugin", "x", "--rate", "fast", "--block", "64"], 1),
        (&["child", "--format", "lv2", "--plugin", "x", "--rate", "48000", "--block", "0"], 1),
        (&["child", "--format", "clap", "--plugin", "x", "--rate", "48000", "--block", "64"], 4),
        // Right words, but nobody at the other end.
        (&["child", "--format", "lv2", "--plugin", "x", "--rate", "48000", "--block", "64"], 6),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("dyad-host child: "), "{error}");
        assert_eq!(error.contains("usage:"), code == 1, "{error}");
    }
}

#[test]
fn the_child_ends_before_it_is_greeted_when_its_parent_is_gone() {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut child = Command::new(PROGRAM)
        .args(["child", "--format", "lv2", "--plugin", "__hang__", "--rate", "48000", "--block", "64"])
        .stdin(OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(ours);
    // Returns at all: that is the test.
    assert_eq!(child.wait().unwrap().code(), Some(6));
}

#[test]
fn a_hanging_child_ends_when_its_parent_is_killed() {
    let mut parent = Command::new(PROGRAM).args(["info", "__hang__"]).spawn().unwrap();
    let list = format!("/proc/{0}/task/{0}/children", parent.id());
    let child = loop {
        assert!(parent.try_wait().unwrap().is_none(), "the program ended by itself");
        let children = std::fs::read_to_string(&list).unwrap();
        if let Some(pid) = children.split_whitespace().next() {
            break Pid::from_raw(pid.parse().unwrap()).unwrap();
        }
        std::thread::yield_now();
    };
    let handle = rustix::process::pidfd_open(child, PidfdFlags::empty()).unwrap();
    parent.kill().unwrap();
    parent.wait().unwrap();
    let mut ended = [PollFd::new(&handle, PollFlags::IN)];
    let patience = Timespec { tv_sec: 20, tv_nsec: 0 };
    assert_eq!(rustix::event::poll(&mut ended, Some(&patience)).unwrap(), 1, "the child lives on");
}
