//! The audio thread's priority: by limits, by RealtimeKit, and neither.
#![allow(unsafe_code)]

mod common;

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use common::{Bench, PROGRAM};

/// Who may do everything here may also give a thread any priority.
fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program that ends with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command) -> (Running, Lines<BufReader<ChildStdout>>) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (Running(child), lines)
}

/// A bus of the test's own, and perhaps a RealtimeKit on it.
struct Bus {
    bench: Bench,
    service: Option<(Running, Lines<BufReader<ChildStdout>>)>,
    _daemon: Running,
}

impl Bus {
    fn start(mode: Option<&str>) -> Self {
        let bench = Bench::new();
        let address = format!("--address=unix:path={}", bench.path("bus"));
        let words = ["--session", "--nofork", "--nopidfile", "--print-address=1", &address];
        let (daemon, mut lines) = start(Command::new("dbus-daemon").args(words));
        assert!(lines.next().unwrap().unwrap().contains("unix:path="));
        let mut bus = Self { bench, service: None, _daemon: daemon };
        if let Some(mode) = mode {
            // Debian's own Python has the module.
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/realtimekit.py");
            let mut command = Command::new("/usr/bin/python3");
            command.args([script, mode]).env("DBUS_SYSTEM_BUS_ADDRESS", bus.address());
            let (service, mut lines) = start(&mut command);
            let ready = lines.next().expect("python3-dbus and python3-gi are there").unwrap();
            assert_eq!(ready, "ready");
            bus.service = Some((service, lines));
        }
        bus
    }

    fn address(&self) -> String {
        format!("unix:path={}", self.bench.path("bus"))
    }

    /// Ends the service; what it was asked.
    fn asked(&mut self) -> Vec<String> {
        let (service, lines) = self.service.take().unwrap();
        drop(service);
        lines.map(Result::unwrap).collect()
    }
}

/// The child's audio thread, as it stands once it has been raised.
struct Raised {
    said: String,
    policy: i32,
    process: u32,
}

fn raise(command: &mut Command, bus: &str) -> Raised {
    command.args([
        "child",
        "--format",
        "lv2",
        "--plugin",
        "__priority__",
        "--rate",
        "48000",
        "--block",
        "64",
    ]);
    command.args(["--realtime", "60"]).env("DBUS_SYSTEM_BUS_ADDRESS", bus);
    let (mut running, mut lines) = start(command);
    let said = lines.next().unwrap().unwrap();
    let process = running.0.id();
    // SAFETY: no more than a question.
    let policy = unsafe { libc::sched_getscheduler(process as libc::pid_t) };
    let stdin: Option<ChildStdin> = running.0.stdin.take();
    drop(stdin);
    assert!(running.0.wait().unwrap().success());
    Raised { said, policy, process }
}

/// The program with neither a limit nor a capability that would let it raise its own threads.
fn without_rights() -> Command {
    let mut command = Command::new("prlimit");
    command.args(["--rtprio=0:0", "--"]);
    if is_root() {
        command.args(["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"]);
    }
    command.arg(PROGRAM);
    command
}

#[test]
fn by_a_right() {
    let raised = raise(&mut Command::new(PROGRAM), "unix:path=/no/such/bus");
    if raised.said.starts_with("real-time, priority ") {
        assert_eq!(raised.policy, libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK);
    } else {
        assert!(!is_root() || !may_raise(), "{}", raised.said);
        assert_eq!(raised.policy, libc::SCHED_OTHER);
    }
}

/// Whether the system lets root do it at all; not every container does.
fn may_raise() -> bool {
    Command::new("chrt").args(["-f", "60", "true"]).status().is_ok_and(|status| status.success())
}

#[test]
fn by_a_limit() {
    for (limit, priority) in [("20:20", 20), ("0:30", 30), ("99:99", 60)] {
        let mut command = Command::new("prlimit");
        command.args([&format!("--rtprio={limit}"), "--"]);
        if !command.arg("true").output().unwrap().status.success() {
            eprintln!("not tried with the limit {limit}: the system does not let this user raise it");
            continue;
        }
        let mut command = Command::new("prlimit");
        command.args([&format!("--rtprio={limit}"), "--"]);
        if is_root() {
            command.args(["setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"]);
        }
        let raised = raise(command.arg(PROGRAM), "unix:path=/no/such/bus");
        assert_eq!(raised.said, format!("real-time, priority {priority}"));
        assert_eq!(raised.policy, libc::SCHED_FIFO | libc::SCHED_RESET_ON_FORK);
    }
}

#[test]
fn by_realtimekit() {
    let mut bus = Bus::start(Some("grant"));
    let raised = raise(&mut without_rights(), &bus.address());
    let asked = [
        "get org.freedesktop.RealtimeKit1 MaxRealtimePriority".to_owned(),
        "get org.freedesktop.RealtimeKit1 RTTimeUSecMax".to_owned(),
        // The main thread of a process has its number; 60 is more than it grants.
        format!("raise {0} {0} 20 150000 200000", raised.process),
    ];
    assert_eq!(bus.asked(), asked, "{}", raised.said);
    if is_root() && may_raise() {
        assert_eq!(raised.said, "real-time, priority 20 by RealtimeKit");
        assert_eq!(raised.policy, libc::SCHED_RR | libc::SCHED_RESET_ON_FORK);
    } else {
        assert!(raised.said.ends_with("it said yes, but the thread is as before"), "{}", raised.said);
    }
}

#[test]
fn refusals_have_a_reason() {
    for (mode, reason) in [
        (Some("refuse"), "Operation not permitted (org.freedesktop.DBus.Error.AccessDenied)"),
        (Some("silent"), "no answer within 1 s"),
        (Some("nonsense"), "MaxRealtimePriority is no number"),
        (None, "(org.freedesktop.DBus.Error.ServiceUnknown)"),
    ] {
        let bus = Bus::start(mode);
        let raised = raise(&mut without_rights(), &bus.address());
        let start = "normal: the limit rtprio is 0, and RealtimeKit did not grant it: ";
        assert!(raised.said.starts_with(start) && raised.said.ends_with(reason), "{}", raised.said);
        assert_eq!(raised.policy, libc::SCHED_OTHER);
    }
    let raised = raise(&mut without_rights(), "unix:path=/no/such/bus");
    let reason =
        "normal: the limit rtprio is 0, and RealtimeKit is out of reach: /no/such/bus: no such file";
    assert_eq!((raised.said.as_str(), raised.policy), (reason, libc::SCHED_OTHER));
}
