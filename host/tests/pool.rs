//! Processes that are started before they are needed. By itself, as it looks for this process's children.

mod common;

use std::path::Path;
use std::time::Duration;

use common::PROGRAM;
use dyad_host::{Host, Options, Pool, Setup, Target};
use rustix::process::{Pid, Signal, kill_process};

/// This process's children that have greeted: they wait, and do nothing.
fn waiting() -> Vec<Pid> {
    let own = format!("PPid:\t{}", std::process::id());
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let child = |path: &Path| {
        let status = std::fs::read_to_string(path.join("status")).ok()?;
        let threads = std::fs::read_dir(path.join("task")).ok()?.count();
        let ready = status.lines().any(|line| line == own) && threads > 1;
        Pid::from_raw(path.file_name()?.to_str()?.parse().ok().filter(|_| ready)?)
    };
    all.filter_map(|entry| child(&entry.path())).collect()
}

#[test]
fn a_spare_that_does_not_answer_is_no_spare() {
    let host = Host::with_program(PROGRAM).limit(Duration::from_secs(600));
    let pool = Pool::new(&host, Setup::default(), 1);
    let spare = loop {
        if let [spare] = waiting()[..] {
            break spare;
        }
        std::thread::yield_now();
    };
    kill_process(spare, Signal::STOP).unwrap();
    let target = Target::parse("__through__").unwrap();
    let (mut live, _audio) = host.pool(&pool).live(&target, Options::default()).unwrap();
    assert_ne!(spare.as_raw_nonzero().get(), live.process_id());
    live.save_state().unwrap();
    live.close().unwrap();
}
