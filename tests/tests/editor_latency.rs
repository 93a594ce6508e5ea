//! What the built editors add between a user's hand and the host, and between the host and a user's eye,
//! beside what the host's own pace adds. `make bench` prints it; nothing is asserted but that all arrives.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, clippy::disallowed_methods, reason = "no audio thread is near")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle, sleep};
use std::time::{Duration, Instant};

use dyad_tests::gain::{self, id};
use dyad_tests::lv2ui::{Call, Editor, HostWindow, UiModule, UiOffers, screen};
use dyad_tests::vst3::{Edit, Frame, Plugin, Seen};
use dyad_tests::x11::{Button, Picture, Place, Reference, SOON, Screen};
use vst3::Steinberg::Vst::IEditControllerTrait;
use vst3::Steinberg::kResultOk;

/// How often each way is measured.
const TIMES: usize = 200;
/// Where the host's window is.
const CORNER: (i32, i32) = (40, 30);
/// The knob's value as a text, which changes with every value.
const TEXT: Place = Place { x: 40 + 110, y: 30 + 204, width: 70, height: 20 };

/// Looks at the screen all the time, and says when something else is to be seen. In a real user's place it
/// would be the display that shows the next picture.
struct Watcher {
    seen: Receiver<Instant>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    fn new() -> Self {
        let (say, seen) = channel();
        let ends = Arc::new(AtomicBool::new(false));
        let (until, screen) = (Arc::clone(&ends), Screen::of_this_program());
        let thread = thread::spawn(move || {
            let mut last: Option<Picture> = None;
            while !until.load(Ordering::Relaxed) {
                let now = screen.picture(TEXT);
                if last.as_ref().is_some_and(|last| *last != now) {
                    let _ = say.send(Instant::now());
                }
                last = Some(now);
                sleep(Duration::from_micros(200));
            }
        });
        Self { seen, ends, thread: Some(thread) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

/// A host: what it does over and over.
struct Host<'a> {
    turn: Box<dyn FnMut() + 'a>,
}

impl Host<'_> {
    /// Runs until something is there.
    fn until<T>(&mut self, mut look: impl FnMut() -> Option<T>) -> T {
        let until = Instant::now() + SOON;
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(Instant::now() < until, "what was done has no effect");
            (self.turn)();
        }
    }

    /// Runs for a while, which is another one each time, so that no two clocks go in step.
    fn pause(&mut self, n: usize) {
        let until = Instant::now() + Duration::from_micros(40_000 + (n as u64 * 7_919) % 40_000);
        self.until(|| (Instant::now() > until).then_some(()));
    }
}

/// Milliseconds from what `act` does to what `seen` says.
fn measure(
    host: &mut Host<'_>,
    mut act: impl FnMut(usize),
    mut forget: impl FnMut(),
    mut seen: impl FnMut() -> Option<Instant>,
) -> Vec<f64> {
    let once = |n| {
        host.pause(n);
        forget();
        let start = Instant::now();
        act(n);
        host.until(&mut seen).saturating_duration_since(start).as_secs_f64() * 1000.0
    };
    (0..TIMES).map(once).collect()
}

fn print(way: &str, pace: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    println!("{way:<34} {pace:<30} {median:>8.2} {p99:>8.2}");
}

/// Where the knob is held while it is moved up and down.
fn hold(screen: &Screen) -> (i32, i32) {
    let (x, y) = Reference::new(gain::description(), 1.0).place("gain");
    let knob = (CORNER.0 + x, CORNER.1 + y);
    screen.hold(knob, (0, 30));
    (knob.0, knob.1 + 30)
}

/// A value that differs from the one before in what is written.
fn value(n: usize) -> f64 {
    -1.0 - (n % 40) as f64
}

fn lv2(screen: &Screen, tick: Duration, pace: &str) {
    let window = HostWindow::new(screen, 420, 260);
    let offers = UiOffers::all(window.id);
    let editor = Editor::open(UiModule::gain(), &gain::description(), "stereo", &offers);
    let editor = editor.expect("the editor opens");
    editor.until("a picture", |_| (screen.picture(TEXT).colors() > 10).then_some(()));
    let heard = Mutex::new(None);
    let mut next = Instant::now();
    let mut host = Host {
        turn: Box::new(|| {
            let now = Instant::now();
            if now < next {
                return sleep((next - now).min(Duration::from_micros(200)));
            }
            next = now + tick;
            assert!(editor.idle(), "the editor is there");
            if editor.host.take().iter().any(|call| matches!(call, Call::Set(..))) {
                heard.lock().expect("one thread").get_or_insert_with(Instant::now);
            }
        }),
    };
    let at = hold(screen);
    let forget = || *heard.lock().expect("one thread") = None;
    let hand = measure(
        &mut host,
        |n| screen.point((at.0, at.1 + if n.is_multiple_of(2) { 3 } else { 0 })),
        forget,
        || *heard.lock().expect("one thread"),
    );
    print("LV2: pointer → host", pace, hand);
    screen.button(Button::Left, false);
    screen.point_away();
    host.pause(0);
    let watcher = Watcher::new();
    let eye = measure(
        &mut host,
        |n| editor.tell("gain", value(n) as f32),
        || while watcher.seen.try_recv().is_ok() {},
        || watcher.seen.try_recv().ok(),
    );
    print("LV2: host → pixels", pace, eye);
    drop(watcher);
    drop(host);
    drop(editor);
    window.destroy();
}

fn vst3(screen: &Screen, blind: bool, pace: &str) {
    let window = HostWindow::new(screen, 420, 260);
    let seen = Seen::new(Plugin::new(), Frame::new());
    if blind {
        seen.frame.look_away();
    }
    assert_eq!(seen.attach(window.id as usize), kResultOk);
    seen.frame.run_until("a picture", || screen.picture(TEXT).colors() > 10);
    let count = || seen.edits.heard().iter().filter(|edit| matches!(edit, Edit::Set(..))).count();
    let mut host = Host { turn: Box::new(|| seen.frame.run(1)) };
    let at = hold(screen);
    host.pause(0);
    let before = Mutex::new(0);
    let hand = measure(
        &mut host,
        |n| screen.point((at.0, at.1 + if n.is_multiple_of(2) { 3 } else { 0 })),
        || *before.lock().expect("one thread") = count(),
        || (count() > *before.lock().expect("one thread")).then(Instant::now),
    );
    print("VST3: pointer → host", pace, hand);
    screen.button(Button::Left, false);
    screen.point_away();
    host.pause(0);
    let watcher = Watcher::new();
    let eye = measure(
        &mut host,
        // SAFETY: any id and value are allowed.
        |n| unsafe {
            seen.plugin.controller.setParamNormalized(id("gain"), gain::position(value(n)));
        },
        || while watcher.seen.try_recv().is_ok() {},
        || watcher.seen.try_recv().ok(),
    );
    print("VST3: host → pixels", pace, eye);
    drop(watcher);
    drop(host);
    drop(seen);
    window.destroy();
}

#[test]
#[ignore = "a measurement"]
fn between_hand_host_and_eye() {
    let (screen, _turn) = screen();
    println!("\n{:<34} {:<30} {:>8} {:>8}", "milliseconds", "the host's own pace", "median", "p99");
    lv2(&screen, Duration::from_millis(33), "idle every 33 ms, as Ardour");
    lv2(&screen, Duration::from_millis(1), "idle every 1 ms");
    vst3(&screen, false, "run loop, sockets at once");
    vst3(&screen, true, "run loop, timers alone");
}
