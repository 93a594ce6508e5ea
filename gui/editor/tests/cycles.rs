//! Editors opened and closed again and again: nothing may be left of them.
//!
//! 25 times each in `make test`; `DYAD_SOAK` is how often in `make soak`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Heard, Screen, gain, probe, request, until};
use dyad_editor::Session;
use dyad_editor_abi::ToEditor;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt as _;

/// What a process has open.
#[derive(Clone, Copy, Debug)]
struct Left {
    files: usize,
    threads: usize,
    kilobytes: usize,
}

fn entries(path: &str) -> usize {
    std::fs::read_dir(path).unwrap().count()
}

fn left() -> Left {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    let kilobytes = line.trim().trim_end_matches(" kB").parse().unwrap();
    Left { files: entries("/proc/self/fd"), threads: entries("/proc/self/task"), kilobytes }
}

/// One life of an editor: some are closed, some lose their window, some never get to draw.
fn live(screen: &Screen, n: usize) {
    let plugin = if n.is_multiple_of(2) { gain() } else { probe() };
    let size = dyad_editor::measure(&plugin, Some(1.0));
    let parent = screen.window([size.width, size.height]);
    let mut session = Session::open(&plugin, &request(parent)).unwrap();
    if !n.is_multiple_of(5) {
        session.tell(&ToEditor::Value { index: 1, plain: n as f64 });
        session.tell(&ToEditor::Ping(7));
        let mut painted = false;
        until("the picture", || {
            session.poll(&mut |frame| painted |= Heard::from(frame) == Heard::Painted(7));
            painted
        });
        let libraries = std::fs::read_to_string("/proc/self/maps").unwrap();
        let gl = std::env::var("DYAD_EDITOR").unwrap() == "gl";
        assert_eq!(libraries.contains("libEGL"), gl, "who draws");
        // Closed while there is something to draw.
        session.tell(&ToEditor::Value { index: 1, plain: 0.0 });
    }
    let destroyed = n.is_multiple_of(3);
    if destroyed {
        screen.connection.destroy_window(parent).unwrap();
        screen.connection.flush().unwrap();
        if n.is_multiple_of(2) {
            until("the end", || !session.poll(&mut |_| {}));
        }
    }
    session.close(&mut |_| {});
    if !destroyed {
        screen.destroy(parent);
    }
}

/// In a process of its own, so that nothing else comes and goes: see the tests below.
#[test]
#[ignore = "run by other tests"]
fn cycles() {
    let count: usize = std::env::var("DYAD_CYCLES").unwrap().parse().unwrap();
    let screen = Screen::new();
    (0..10).for_each(|n| live(&screen, n));
    let settled = |before: Left| {
        // Threads that have ended are seen for a moment longer.
        until("all threads' end", || left().threads <= before.threads);
        left()
    };
    let before = settled(Left { threads: 2, ..left() });
    println!("after 10: {before:?}");
    let mut last = before;
    for n in 0..count {
        live(&screen, n);
        if (n + 1) % count.div_ceil(4) == 0 || n + 1 == count {
            last = settled(before);
            println!("after {}: {last:?}", n + 11);
            assert_eq!(last.files, before.files, "open files");
        }
    }
    let grown = last.kilobytes.saturating_sub(before.kilobytes);
    println!("{:.1} kB for each editor", grown as f64 / count as f64);
    let each: usize = std::env::var("DYAD_CYCLE_KB").unwrap().parse().unwrap();
    assert!(grown < 4096 + each * count, "{grown} kB more after {count}");
}

fn run(kind: &str, count: usize, kilobytes: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "cycles", "--ignored", "--nocapture"]).env("DYAD_EDITOR", kind);
    child.env("DYAD_CYCLES", count.to_string()).env("DYAD_CYCLE_KB", kilobytes.to_string());
    let output = child.output().unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    println!("{kind}: {said}");
    assert!(output.status.success(), "{kind}: {said}");
}

#[test]
fn nothing_is_left_of_editors_that_the_processor_drew() {
    let count = std::env::var("DYAD_SOAK").map_or(25, |count| count.parse().unwrap());
    run("cpu", count, 1);
}

#[test]
fn nothing_is_left_of_editors_that_a_gpu_drew() {
    assert!(Path::new("/usr/lib/x86_64-linux-gnu/libEGL.so.1").exists(), "apt: libegl1");
    // Drivers keep something of every window.
    run("gl", 25, 100);
}
