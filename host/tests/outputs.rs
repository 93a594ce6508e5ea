//! What may be written over and what not, and that a kill leaves nothing behind.

mod common;

use std::os::unix::fs::{FileTypeExt as _, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use common::{Bench, PROGRAM, names, read, run};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags, Signal};

const AMP: &str = "http://lv2plug.in/plugins/eg-amp";

fn is_link(path: &str) -> bool {
    std::fs::symlink_metadata(path).unwrap().is_symlink()
}

fn fifo(path: &str) {
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
}

#[test]
fn links_lead_to_what_is_replaced() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let [target, link, further, state, state_link, nothing, dangling] =
        ["t.wav", "l.wav", "m.wav", "t.state", "l.state", "n.wav", "d.wav"].map(|name| bench.path(name));
    std::fs::write(&target, "old").unwrap();
    std::fs::write(&state, "old").unwrap();
    // One of them relative, through another.
    symlink("t.wav", &link).unwrap();
    symlink(&link, &further).unwrap();
    symlink("t.state", &state_link).unwrap();
    symlink("n.wav", &dangling).unwrap();
    bench.good(&["render", AMP, "--in", &input, "--out", &further, "--save-state", &state_link]);
    assert!(is_link(&link) && is_link(&further) && is_link(&state_link));
    assert_eq!(read(&target), signal);
    assert_ne!(std::fs::read(&state).unwrap(), b"old");
    bench.good(&["render", AMP, "--in", &input, "--out", &dangling]);
    assert!(is_link(&dangling) && !is_link(&nothing));
    assert_eq!(read(&nothing), signal);
}

#[test]
fn a_device_stays_a_device() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    // Links, so that even a program that replaces them does no harm.
    let [null, full] = ["null", "full"].map(|name| bench.path(name));
    symlink("/dev/null", &null).unwrap();
    symlink("/dev/full", &full).unwrap();
    bench.good(&["render", AMP, "--in", &input, "--out", &null, "--save-state", &null]);
    assert!(is_link(&null));
    assert!(std::fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let error = bench.bad(&["render", AMP, "--in", &input, "--out", &full]);
    assert!(error.contains("full"), "{error}");
    assert!(is_link(&full));
}

#[test]
fn what_is_no_file_is_refused_by_name() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let [pipe, folder, socket, output] = ["pipe", "folder", "socket", "b.wav"].map(|name| bench.path(name));
    fifo(&pipe);
    std::fs::create_dir(&folder).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (place, what) in [(&pipe, "a FIFO"), (&folder, "a folder"), (&socket, "a socket")] {
        let out = bench.bad(&["render", AMP, "--in", &input, "--out", place]);
        let state = bench.bad(&["render", AMP, "--in", &input, "--out", &output, "--save-state", place]);
        for error in [out, state] {
            assert!(error.contains(place.as_str()) && error.contains(what), "{error}");
        }
    }
    let nowhere = bench.path("no/such/b.wav");
    let error = bench.bad(&["render", AMP, "--in", &input, "--out", &nowhere]);
    let folder = Path::new(&nowhere).parent().unwrap().to_str().unwrap();
    assert!(error.contains(&format!("cannot write here: no such folder {folder}")), "{error}");
}

#[test]
fn render_all_treats_its_results_alike() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let [plugins, results, target] = ["plugins", "results", "t.wav"].map(|name| bench.path(name));
    std::fs::create_dir(&plugins).unwrap();
    std::fs::create_dir(&results).unwrap();
    let place = |name: &str| Path::new(&results).join(name);
    symlink("/usr/lib/lv2/eg-amp.lv2", Path::new(&plugins).join("amp.lv2")).unwrap();
    symlink("/usr/lib/lv2/eg-amp.lv2", Path::new(&plugins).join("other.lv2")).unwrap();
    std::fs::write(&target, "old").unwrap();
    symlink(&target, place("amp.lv2.wav")).unwrap();
    fifo(place("other.lv2.wav").to_str().unwrap());
    let output = run(&["render-all", &plugins, "--in", &input, "--out", &results]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.lines().count() == 1 && error.contains("a FIFO"), "{error}");
    assert!(is_link(place("amp.lv2.wav").to_str().unwrap()));
    assert_eq!(read(&target), signal);
    assert!(std::fs::metadata(place("other.lv2.wav")).unwrap().file_type().is_fifo());
    // The input is never one of the results.
    std::fs::remove_file(place("other.lv2.wav")).unwrap();
    std::fs::copy(&input, place("other.lv2.wav")).unwrap();
    let own = place("other.lv2.wav");
    let output = run(&["render-all", &plugins, "--in", own.to_str().unwrap(), "--out", &results]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--in") && !output.status.success(), "{error}");
    assert_eq!(read(own.to_str().unwrap()), signal);
}

#[test]
fn the_mode_of_a_file_is_kept() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 1);
    let output = bench.path("b.wav");
    for mode in [0o600, 0o640, 0o666] {
        std::fs::write(&output, "old").unwrap();
        std::fs::set_permissions(&output, PermissionsExt::from_mode(mode)).unwrap();
        bench.good(&["render", AMP, "--in", &input, "--out", &output]);
        assert_eq!(std::fs::metadata(&output).unwrap().permissions().mode() & 0o777, mode);
    }
}

#[test]
fn one_file_is_not_used_for_two_things() {
    let bench = Bench::new();
    let (input, signal) = bench.noise("a.wav", 1);
    let [output, link, state] = ["b.wav", "l", "s.state"].map(|name| bench.path(name));
    symlink("b.wav", &link).unwrap();
    let folder = Path::new(&output).parent().unwrap().to_str().unwrap();
    let roundabout = format!("{folder}/../{}/b.wav", Path::new(folder).file_name().unwrap().display());
    for other in [&output, &link, &roundabout] {
        let error = bench.bad(&["render", AMP, "--in", &input, "--out", &output, "--save-state", other]);
        assert!(error.contains("--out") && error.contains("--save-state"), "{error}");
    }
    let error = bench.bad(&["render", AMP, "--in", &input, "--out", &output, "--save-state", &input]);
    assert!(error.contains("--in") && error.contains("--save-state"), "{error}");
    // A result may replace what it was made from, and a state likewise.
    bench.good(&["render", AMP, "--in", &input, "--out", &output, "--save-state", &state]);
    let error = bench.bad(&["render", AMP, "--in", &input, "--out", &state, "--state", &state]);
    assert!(error.contains("--out") && error.contains("--state"), "{error}");
    bench.good(&[
        "render",
        AMP,
        "--in",
        &output,
        "--out",
        &output,
        "--state",
        &state,
        "--save-state",
        &state,
    ]);
    assert_eq!(read(&output), signal);
}

/// Waits at most 20 s for a process to end.
fn ends(pid: Pid) -> bool {
    let Ok(handle) = rustix::process::pidfd_open(pid, PidfdFlags::empty()) else { return true };
    let mut ended = [PollFd::new(&handle, PollFlags::IN)];
    rustix::event::poll(&mut ended, Some(&Timespec { tv_sec: 20, tv_nsec: 0 })).unwrap() == 1
}

#[test]
fn a_kill_leaves_nothing_behind() {
    let bench = Bench::new();
    let (input, _) = bench.noise("a.wav", 2);
    let [output, state] = ["b.wav", "b.state"].map(|name| bench.path(name));
    let before = bench.files();
    for signal in [Signal::INT, Signal::TERM, Signal::HUP, Signal::KILL] {
        let words =
            ["render", "__hang_process__", "--in", &input, "--out", &output, "--save-state", &state];
        let mut program = Command::new(PROGRAM).args(words).stderr(Stdio::null()).spawn().unwrap();
        let list = format!("/proc/{0}/task/{0}/children", program.id());
        // Its audio thread runs from the moment that the plugin is active.
        let child = loop {
            assert!(program.try_wait().unwrap().is_none(), "the program ended by itself");
            let children = std::fs::read_to_string(&list).unwrap_or_default();
            let active = children.split_whitespace().find(|child| {
                let threads = std::fs::read_dir(format!("/proc/{child}/task")).into_iter().flatten();
                let name = |path: &Path| std::fs::read_to_string(path.join("comm")).unwrap_or_default();
                threads.flatten().any(|thread| name(&thread.path()) == "audio\n")
            });
            if let Some(child) = active {
                break Pid::from_raw(child.parse().unwrap()).unwrap();
            }
            std::thread::yield_now();
        };
        // A moment, so that it is in the middle of the block.
        let _ = rustix::event::poll(&mut [], Some(&Timespec { tv_sec: 0, tv_nsec: 200_000_000 }));
        let pid = Pid::from_raw(program.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
        assert!(ends(pid), "{signal:?}");
        program.wait().unwrap();
        assert!(ends(child), "{signal:?}: the child lives on");
        assert_eq!(bench.files(), before, "{signal:?}");
    }
    assert_eq!(names(Path::new(&bench.path(""))), before);
}
