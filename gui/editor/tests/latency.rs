//! How long things take on their way. Printed, and looked at by people: no test can say what another
//! machine takes. `cargo test --release -p dyad-editor --test latency -- --ignored --nocapture`
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::time::{Duration, Instant};

use common::{Heard, Rig, gain};
use dyad_editor_abi::ToEditor;

const ROUNDS: usize = 400;

fn print(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!("{what:<44} median {:>6.2} ms, p99 {:>6.2} ms, worst {:>6.2} ms", at(0.5), at(0.99), at(1.0));
}

/// Waits as a host does, on the editor's socket.
#[track_caller]
fn wait(rig: &mut Rig, heard: impl Fn(&Heard) -> bool) {
    let (fd, start) = (rig.session.fd().unwrap(), Instant::now());
    loop {
        let first = rig.heard.len();
        rig.poll();
        if rig.heard[first..].iter().any(&heard) {
            return;
        }
        let last = &rig.heard[rig.heard.len().saturating_sub(8)..];
        assert!(start.elapsed() < common::PATIENCE, "nothing after {last:?}");
        common::readable(fd, Duration::from_millis(100));
    }
}

/// What this process has used of the processor.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

#[test]
#[ignore = "measures"]
fn times_on_the_way() {
    let mut rig = Rig::open(gain());
    let index = rig.index("gain");
    let [[x, y], _] = rig.places("gain");
    // At the pace of pictures, of a slow hand, and as fast as can be.
    for pause in [0, 7, 33] {
        let pause = Duration::from_millis(pause);
        rig.screen.point([x, y]);
        rig.painted();
        rig.screen.button(1, true);
        rig.painted();
        rig.screen.point([x, y + 8.0]);
        rig.painted();
        let mut times = Vec::new();
        for n in 0..ROUNDS {
            std::thread::sleep(pause);
            let start = Instant::now();
            rig.screen.point([x, y + 10.0 + (n % 8) as f32]);
            wait(&mut rig, |heard| matches!(heard, Heard::Set(..)));
            times.push(start.elapsed());
        }
        rig.screen.point([x, y]);
        wait(&mut rig, |heard| matches!(heard, Heard::Set(..)));
        rig.screen.button(1, false);
        wait(&mut rig, |heard| matches!(heard, Heard::End(_)));
        print(&format!("mouse to host, every {pause:?}"), times);
    }
    rig.screen.motion(2390, 1790);
    std::thread::sleep(Duration::from_millis(400));
    for pause in [0, 7, 33] {
        let pause = Duration::from_millis(pause);
        let mut times = Vec::new();
        for n in 0..ROUNDS as u32 {
            std::thread::sleep(pause);
            let start = Instant::now();
            rig.session.tell(&ToEditor::Value { index, plain: f64::from(n % 60) - 48.0 });
            rig.session.tell(&ToEditor::Ping(1000 + n));
            wait(&mut rig, |heard| *heard == Heard::Painted(1000 + n));
            times.push(start.elapsed());
        }
        print(&format!("host to screen, every {pause:?}"), times);
    }
    let (watch, start) = (Duration::from_secs(5), cpu());
    std::thread::sleep(watch);
    let part = (cpu() - start).as_secs_f64() / watch.as_secs_f64() * 100.0;
    println!("{:<44} {part:>6.2} % of a processor", "nothing happens");
    let (meters, start, begun) = (rig.index("peak"), cpu(), Instant::now());
    for n in 0u32.. {
        if begun.elapsed() >= watch {
            break;
        }
        rig.session.tell(&ToEditor::Value { index: meters, plain: 0.2 + f64::from(n % 20) / 40.0 });
        std::thread::sleep(Duration::from_millis(16));
    }
    let part = (cpu() - start).as_secs_f64() / watch.as_secs_f64() * 100.0;
    println!("{:<44} {part:>6.2} % of a processor", "a meter moves");
    let mut times = Vec::new();
    let (plugin, parent) = (gain(), rig.parent);
    for _ in 0..50 {
        let start = Instant::now();
        let mut session = dyad_editor::Session::open(&plugin, &common::request(parent)).unwrap();
        session.tell(&ToEditor::Ping(1));
        let mut painted = false;
        while !painted {
            session.poll(&mut |_| painted = true);
            common::readable(session.fd().unwrap(), Duration::from_millis(1));
        }
        times.push(start.elapsed());
        session.close(&mut |_| {});
    }
    print("opened and painted", times);
}
