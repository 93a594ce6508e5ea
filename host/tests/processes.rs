//! What a plugin leaves behind: processes and files.

mod common;

use std::path::Path;
use std::time::Instant;

use common::{Bench, names, noise, run_with};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags};

/// Whether the process that the fixture has left ends within a few seconds.
fn ends(path: &str) -> bool {
    let pid = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let Ok(handle) = rustix::process::pidfd_open(Pid::from_raw(pid).unwrap(), PidfdFlags::empty()) else {
        return true;
    };
    let mut ended = [PollFd::new(&handle, PollFlags::IN)];
    rustix::event::poll(&mut ended, Some(&Timespec { tv_sec: 5, tv_nsec: 0 })).unwrap() == 1
}

#[test]
fn a_process_that_a_plugin_starts_ends_with_it() {
    let bench = Bench::new();
    let pid = bench.path("pid");
    let plugin = bench.lv2_fixture("forks");
    let result = run_with(("DYAD_FIXTURE_PID", &pid), &["info", &plugin]);
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    assert!(ends(&pid), "it lives on");
}

#[test]
fn a_process_that_a_plugin_starts_hides_no_crash() {
    let bench = Bench::new();
    let pid = bench.path("pid");
    let plugin = bench.lv2_fixture("forks-and-crashes");
    let started = Instant::now();
    let result = run_with(("DYAD_FIXTURE_PID", &pid), &["--limit", "20", "info", &plugin]);
    let error = String::from_utf8(result.stderr).unwrap();
    assert!(error.contains("SIGABRT") && error.contains("loading"), "{error}");
    assert!(started.elapsed().as_secs() < 10, "noticed late");
    assert!(ends(&pid), "it lives on");
}

/// The files that plugins have made, as `folder/…`.
fn made(data: &str) -> Vec<String> {
    let folder = Path::new(data).join("dyad-host/files");
    if folder.exists() { names(&folder) } else { vec![] }
}

#[test]
fn files_of_plugins_go_unless_a_saved_state_names_them() {
    let bench = Bench::new();
    let input = bench.wav("a.wav", &[noise(7, 480)]);
    let [output, state, data] = ["b.wav", "s.state", "data"].map(|name| bench.path(name));
    let good = |words: &[&str]| {
        let result = run_with(("XDG_DATA_HOME", &data), words);
        assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    };
    let (scratch, keeps) = (bench.lv2_fixture("scratch"), bench.lv2_fixture("keeps"));
    good(&["info", &scratch]);
    good(&["render", &scratch, "--in", &input, "--out", &output, "--save-state", &state]);
    good(&["render", &keeps, "--in", &input, "--out", &output]);
    assert!(made(&data).is_empty(), "{:?}", made(&data));
    good(&["render", &keeps, "--in", &input, "--out", &output, "--save-state", &state]);
    let kept = made(&data);
    assert_eq!(kept.len(), 1);
    let note = Path::new(&data).join("dyad-host/files").join(&kept[0]).join("notes/a.txt");
    assert_eq!(std::fs::read_to_string(&note).unwrap(), "a note");
    // Loading it makes a file of that run's own, and leaves the named one.
    good(&["render", &keeps, "--in", &input, "--out", &output, "--state", &state]);
    assert_eq!(made(&data), kept);
    assert!(note.exists());
}
