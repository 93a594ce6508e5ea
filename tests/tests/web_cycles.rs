//! The built editor binaries' pages opened and closed again and again, as hosts of both formats do it: nothing may
//! be left of them, and no process. 12 times each in `make test`; `DYAD_SOAK` is how often in `make soak`.
#![allow(unsafe_code)]

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Instant;

use dyad_tests::command::run;
use dyad_tests::gain;
use dyad_tests::lv2ui::{Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::system::{descendants, page_of, process};
use dyad_tests::vst3::{Frame, Plugin, Seen};
use dyad_tests::x11::{Place, SOON, Screen};
use vst3::Steinberg::kResultOk;

/// What this process has open.
#[derive(Clone, Copy, Debug)]
struct Left {
    files: usize,
    threads: usize,
    kilobytes: usize,
}

fn left() -> Left {
    let count = |path: &str| fs::read_dir(path).expect("Linux says what is open").count();
    let status = fs::read_to_string("/proc/self/status").expect("Linux says what a process has");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    Left {
        files: count("/proc/self/fd"),
        threads: count("/proc/self/task"),
        kilobytes: kilobytes.expect("Linux says what a process has"),
    }
}

/// All that ran for pages, by number: those whose names are theirs.
fn of_pages() -> BTreeSet<u32> {
    let mut all = descendants(std::process::id());
    all.retain(|process| process.name != "Xvfb");
    all.into_iter().map(|process| process.id).collect()
}

/// Waits until this is so.
fn until(screen: &Screen, what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + SOON;
    while !so() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        screen.look_later();
    }
}

const PLACE: Place = Place { x: 40, y: 30, width: 300, height: 200 };

fn is_drawn(screen: &Screen) -> bool {
    page_of(std::process::id()).is_some() && screen.picture(PLACE).colors() > 100
}

/// One life as an LV2 UI. Some are closed before they have drawn; of some the host destroys the window first.
fn lv2(screen: &Screen, n: usize, seen: &mut BTreeSet<u32>) {
    let window = HostWindow::new(screen, 420, 260);
    let offers = UiOffers::all(window.id);
    let editor = Editor::open(UiModule::gain(), &gain::description(), "stereo", &offers);
    let editor = editor.expect("the editor opens");
    editor.tell("gain", n as f32 % 20.0);
    if !n.is_multiple_of(5) {
        editor.until("a picture of the page", |_| is_drawn(screen).then_some(()));
    }
    seen.extend(of_pages());
    if n.is_multiple_of(3) {
        window.destroy();
        editor.until("the end", |editor| (!editor.idle()).then_some(()));
    }
    drop(editor);
    if !n.is_multiple_of(3) {
        window.destroy();
    }
}

/// One life as a VST3 view.
fn vst3(screen: &Screen, n: usize, seen: &mut BTreeSet<u32>) {
    let window = HostWindow::new(screen, 420, 260);
    let view = Seen::new(Plugin::new(), Frame::new());
    assert_eq!(view.attach(window.id as usize), kResultOk);
    if !n.is_multiple_of(5) {
        view.frame.run_until("a picture of the page", || is_drawn(screen));
    }
    seen.extend(of_pages());
    if n.is_multiple_of(3) {
        window.destroy();
        view.frame.run(3);
    }
    let frame = view.frame.clone();
    drop(view);
    assert_eq!(frame.registered(), [0, 0], "nothing stays with the host");
    assert_eq!(frame.faults(), [""; 0]);
    if !n.is_multiple_of(3) {
        window.destroy();
    }
}

/// A way to have a life.
type Live = fn(&Screen, usize, &mut BTreeSet<u32>);

#[test]
#[ignore = "run by the test below"]
fn lives() {
    let (screen, _turn) = screen();
    let count = std::env::var("DYAD_CYCLES").expect("set below").parse().expect("a number");
    for (format, live) in [("LV2", lv2 as Live), ("VST3", vst3)] {
        let mut seen = BTreeSet::new();
        let threads = left().threads;
        let mut cycle = |n: usize| {
            live(&screen, n, &mut seen);
            // Also those whose parent is another one by now.
            let gone = |id: &u32| process(*id).is_none();
            until(&screen, &format!("{format}: the end of all processes of life {n}"), || {
                of_pages().is_empty() && seen.iter().all(gone)
            });
            seen.clear();
        };
        (0..10).for_each(&mut cycle);
        until(&screen, "the end of threads", || left().threads <= threads);
        let before = left();
        (0..count).for_each(&mut cycle);
        until(&screen, "the end of threads", || left().threads <= before.threads);
        let after = left();
        println!("{format}: {before:?} after 10, {after:?} after {}", count + 10);
        assert_eq!(after.files, before.files, "{format}: open files");
        let grown = after.kilobytes.saturating_sub(before.kilobytes);
        assert!(grown < 4096 + 4 * count, "{format}: {grown} kB more after {count}");
    }
}

#[test]
fn nothing_is_left_of_pages_in_either_format() {
    let count = std::env::var("DYAD_SOAK").unwrap_or_else(|_| "12".into());
    let mut alone = Command::new(std::env::current_exe().expect("this program"));
    alone.args(["--exact", "lives", "--ignored", "--nocapture"]);
    let said = run(alone.env("DYAD_CYCLES", count).env_remove("DYAD_EDITOR")).expect_success("many lives");
    print!("{}", said.all());
}
