//! The built editor binaries opened and closed again and again, as hosts of both formats do it: nothing may
//! be left of them. 25 times each in `make test`; `DYAD_SOAK` is how often in `make soak`.
#![allow(unsafe_code)]

use std::fs;
use std::time::Instant;

use dyad_tests::gain;
use dyad_tests::lv2ui::{Editor, HostWindow, UiModule, UiOffers, screen};
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

/// What is left once all threads that are ending have ended.
fn settled(screen: &Screen, threads: usize) -> Left {
    let until = Instant::now() + SOON;
    while left().threads > threads && Instant::now() < until {
        screen.look_later();
    }
    left()
}

/// Whether something was drawn at the window's place, which is (40, 30).
fn is_drawn(screen: &Screen, place: Place) -> bool {
    screen.picture(place).colors() > 100
}

const PLACE: Place = Place { x: 40, y: 30, width: 300, height: 200 };

/// One life as an LV2 UI. The host destroys every third one's window first.
fn lv2(screen: &Screen, n: usize) {
    let window = HostWindow::new(screen, 420, 260);
    let module = UiModule::gain();
    let editor = Editor::open(module, &gain::description(), "stereo", &UiOffers::all(window.id));
    let editor = editor.expect("the editor opens");
    editor.tell("gain", n as f32 % 20.0);
    // Some are closed before they have drawn.
    if !n.is_multiple_of(5) {
        editor.until("a picture", |_| is_drawn(screen, PLACE).then_some(()));
    }
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
fn vst3(screen: &Screen, n: usize) {
    let window = HostWindow::new(screen, 420, 260);
    let seen = Seen::new(Plugin::new(), Frame::new());
    assert_eq!(seen.attach(window.id as usize), kResultOk);
    if !n.is_multiple_of(5) {
        seen.frame.run_until("a picture", || is_drawn(screen, PLACE));
    }
    if n.is_multiple_of(3) {
        window.destroy();
        seen.frame.run(3);
    }
    let frame = seen.frame.clone();
    drop(seen);
    assert_eq!(frame.registered(), [0, 0], "nothing stays with the host");
    assert_eq!(frame.faults(), [""; 0]);
    if !n.is_multiple_of(3) {
        window.destroy();
    }
}

/// A way to have a life.
type Live = fn(&Screen, usize);

#[test]
fn nothing_is_left_of_editors_in_either_format() {
    let (screen, _turn) = screen();
    let count =
        std::env::var("DYAD_SOAK").map_or(25, |count| count.parse().expect("DYAD_SOAK is a number"));
    for (format, live) in [("LV2", lv2 as Live), ("VST3", vst3)] {
        let threads = left().threads;
        // What is made once: fonts, the display's library, the modules.
        (0..10).for_each(|n| live(&screen, n));
        let before = settled(&screen, threads);
        (0..count).for_each(|n| live(&screen, n));
        let after = settled(&screen, before.threads);
        println!("{format}: {before:?} after 10, {after:?} after {}", count + 10);
        assert_eq!(after.files, before.files, "{format}: open files");
        assert_eq!(after.threads, before.threads, "{format}: threads");
        let grown = after.kilobytes.saturating_sub(before.kilobytes);
        assert!(grown < 4096 + 2 * count, "{format}: {grown} kB more after {count}");
    }
}
