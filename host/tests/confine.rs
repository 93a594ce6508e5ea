//! What a child keeps of its parent, and the bounds that it puts around the plugin.

mod common;

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::{Bench, PROGRAM, run};
use dyad_host::{Block, Error, Host, Planar, Session, Setup, Target, Transport};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, PidfdFlags, Signal};

const LIMIT: u64 = 256 << 20;

/// Opens a probe that is never asked for anything; its process number too.
fn open(host: &Host) -> (Session, Pid) {
    let session = host.open(&Target::parse("__hang_process__").unwrap(), Setup::default()).unwrap();
    let list = format!("/proc/self/task/{}/children", rustix::thread::gettid());
    let children = std::fs::read_to_string(list).unwrap();
    let pid = children.split_whitespace().next_back().unwrap().parse().unwrap();
    (session, Pid::from_raw(pid).unwrap())
}

/// What one of the process's files in `/proc` says.
fn about(pid: Pid, file: &str) -> String {
    std::fs::read_to_string(format!("/proc/{}/{file}", pid.as_raw_nonzero())).unwrap()
}

/// The line of such a file that starts with a title.
fn line(pid: Pid, file: &str, title: &str) -> String {
    let text = about(pid, file);
    let line = text.lines().find_map(|line| line.strip_prefix(title)).expect(title);
    line.trim().to_owned()
}

#[test]
fn no_descriptor_of_the_parent_comes_along() {
    let bench = Bench::new();
    let path = bench.path("secret");
    std::fs::write(&path, "not for plugins").unwrap();
    // As C code opens files: without "close on exec".
    let leak: OwnedFd = rustix::fs::open(&path, OFlags::RDONLY, Mode::empty()).unwrap();
    let high = rustix::io::fcntl_dupfd_cloexec(&leak, 300).unwrap();
    rustix::io::fcntl_setfd(&high, rustix::io::FdFlags::empty()).unwrap();
    for fd in [&leak, &high] {
        let link = format!("/proc/self/fd/{}", fd.as_raw_fd());
        let other = Command::new("readlink").arg(link).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&other.stdout).trim_end(), path, "others get it");
    }
    let (_session, pid) = open(&Host::with_program(PROGRAM));
    let mut links = vec![];
    for entry in std::fs::read_dir(format!("/proc/{}/fd", pid.as_raw_nonzero())).unwrap() {
        links.push(std::fs::read_link(entry.unwrap().path()).unwrap().to_str().unwrap().to_owned());
    }
    assert!(links.len() > 3, "{links:?}");
    for link in &links {
        let own = ["/dev/null", "socket:", "anon_inode:", "/memfd:", "pipe:"];
        assert!(own.iter().any(|kind| link.starts_with(kind)), "{link}");
    }
}

#[test]
fn signals_are_as_a_program_expects_them() {
    let bench = Bench::new();
    let program = bench.path("nohup");
    let script = format!("#!/bin/sh\ntrap '' HUP INT USR1 CHLD\nexec {PROGRAM} \"$@\"\n");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let (_session, pid) = open(&Host::with_program(&program));
    let set = |title| u64::from_str_radix(&line(pid, "status", title), 16).unwrap();
    // 32 to 34 are the C library's own, which sets them up where it needs them.
    assert_eq!(set("SigIgn:") & !(7 << 31), 0, "ignored signals");
    assert_eq!(set("SigBlk:"), 0, "blocked signals");
    // Caught, so that programs that the plugin starts have it as usual.
    assert_ne!(set("SigCgt:") & (1 << (libc::SIGPIPE - 1)), 0, "a closed pipe ends the plugin");
}

#[test]
fn the_kernel_ends_the_plugin_before_its_host() {
    let (_session, pid) = open(&Host::with_program(PROGRAM));
    assert_eq!(about(pid, "oom_score_adj").trim(), "500");
    assert_ne!(std::fs::read_to_string("/proc/self/oom_score_adj").unwrap().trim(), "500");
}

#[test]
fn limits() {
    let soft = |pid, title| line(pid, "limits", title).split_whitespace().next().unwrap().to_owned();
    let (_session, pid) = open(&Host::with_program(PROGRAM).memory(LIMIT));
    assert_eq!(soft(pid, "Max data size"), LIMIT.to_string());
    assert!(["0", "1"].contains(&soft(pid, "Max core file size").as_str()));
    let (_session, pid) = open(&Host::with_program(PROGRAM).verbose(true));
    let usual: u64 = soft(pid, "Max data size").parse().unwrap();
    assert!(usual >= 8 << 30, "{usual}");
    let own = rustix::process::getrlimit(rustix::process::Resource::Core).current;
    assert_eq!(soft(pid, "Max core file size"), own.map_or("unlimited".into(), |own| own.to_string()));
    let host = Host::with_program(PROGRAM).memory((64 << 20) - 1);
    let error = host.open(&Target::parse("__hang__").unwrap(), Setup::default()).err().unwrap();
    assert!(matches!(error, Error::Usage(_)), "{error}");
}

#[test]
fn a_plugin_that_takes_all_memory_is_ended() {
    let host = Host::with_program(PROGRAM).memory(LIMIT);
    let open = |name| host.open(&Target::parse(name).unwrap(), Setup::default()).unwrap();
    let error = open("__alloc__").load(None).err().unwrap();
    assert!(matches!(&error, Error::Crashed { signal, .. } if signal.starts_with("SIGABRT")), "{error}");
    let mut plugin = open("__alloc_process__").load(None).unwrap();
    plugin.activate(Some(2)).unwrap();
    let (input, mut output) = (Planar::new(2, 64), Planar::new(2, 64));
    let block = Block {
        frames: 64,
        transport: Transport::playing_at(0),
        input: &input,
        aux: &[],
        changes: &[],
        midi: &[],
    };
    let error = plugin.process(&block, &mut output).unwrap_err();
    assert!(matches!(&error, Error::Crashed { signal, .. } if signal.starts_with("SIGABRT")), "{error}");
}

#[test]
fn a_tied_child_ends_with_the_thread_even_while_it_is_stopped() {
    let thread = std::thread::spawn(|| {
        let (session, pid) = open(&Host::with_program(PROGRAM).tied(true));
        rustix::process::kill_process(pid, Signal::STOP).unwrap();
        // Its channel stays open, and nobody kills it.
        std::mem::forget(session);
        pid
    });
    let handle = rustix::process::pidfd_open(thread.join().unwrap(), PidfdFlags::empty()).unwrap();
    let mut ended = [PollFd::new(&handle, PollFlags::IN)];
    let patience = Timespec { tv_sec: 20, tv_nsec: 0 };
    assert_eq!(rustix::event::poll(&mut ended, Some(&patience)).unwrap(), 1, "the child lives on");
}

#[test]
fn a_child_whose_parent_is_gone_does_not_start() {
    let start = ["child", "--format", "lv2", "--plugin", "__hang__", "--rate", "48000", "--block", "64"];
    let result = run(&[&start[..], &["--tied", "2147483647"]].concat());
    assert_eq!(result.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&result.stderr).contains("the parent is gone"));
}
