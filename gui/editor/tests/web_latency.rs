//! How long things take on their way to Dyad Gain's own page and back, how often it is told of meters, and what it
//! costs. Printed, and looked at by people: no test can say what another machine takes.
//! `DYAD_WEBVIEW=… cargo test --release -p dyad-editor --test web_latency -- --ignored --nocapture`
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use common::web::{alone, descendants, gain_page, helper, program};
use common::{Heard, Rig, gain};
use dyad_editor::{Page, Plugin};
use dyad_editor_abi::ToEditor;
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat};
use x11rb::rust_connection::RustConnection;

/// How often each way is measured at each pace; `DYAD_ROUNDS` is another number.
fn rounds() -> usize {
    std::env::var("DYAD_ROUNDS").map_or(200, |rounds| rounds.parse().unwrap())
}

/// The gain's own page, and beside it a script that counts and answers.
fn spied() -> Plugin {
    const PAGE: &str = include_str!("../../../bundles/gain/ui/web/dist/index.html");
    program();
    let begin = r#"<script src="app.js""#;
    assert!(PAGE.contains(begin), "there is a script to stand before");
    let html = PAGE.replace(begin, &format!(r#"<script src="spy.js" defer></script>{begin}"#));
    let files: &'static [(&str, &[u8])] = Vec::leak(vec![
        ("/index.html", html.leak().as_bytes()),
        ("/spy.js", include_bytes!("pages/spy.js")),
        ("/app.css", include_bytes!("../../../bundles/gain/ui/web/dist/app.css")),
        ("/app.js", include_bytes!("../../../bundles/gain/ui/web/dist/app.js")),
    ]);
    Plugin { page: Some(Page::new(files)), ..gain() }
}

/// A host that waits on the editor's socket, as those with a run loop do, and tells meters meanwhile.
struct Host {
    rig: Rig,
    /// How often meters are told, if at all.
    every: Option<Duration>,
    next: Instant,
    told: u32,
}

impl Host {
    fn new(rig: Rig) -> Self {
        Self { rig, every: None, next: Instant::now(), told: 0 }
    }

    fn turn(&mut self, until: Instant) {
        let now = Instant::now();
        let mut end = until;
        if let Some(every) = self.every {
            if now >= self.next {
                self.told += 1;
                self.next = (self.next + every).max(now);
                for (meter, phase) in [("peak", 0), ("rms", 7)] {
                    let plain = 0.1 + f64::from((self.told + phase) % 40) / 50.0;
                    let index = self.rig.index(meter);
                    self.rig.session.tell(&ToEditor::Value { index, plain });
                }
            }
            end = end.min(self.next);
        }
        let left = end.saturating_duration_since(Instant::now());
        common::readable(self.rig.session.fd().unwrap(), left);
        // Last, so that what is heard is looked at at once.
        self.rig.poll();
    }

    fn pause(&mut self, long: Duration) {
        let end = Instant::now() + long;
        while Instant::now() < end {
            self.turn(end);
        }
    }

    /// Runs until there is something, and gives it.
    #[track_caller]
    fn until<T>(&mut self, mut look: impl FnMut(&[Heard]) -> Option<T>) -> T {
        let end = Instant::now() + common::PATIENCE;
        loop {
            if let Some(found) = look(&self.rig.heard) {
                return found;
            }
            assert!(Instant::now() < end, "what was done has no effect: {:?}", self.rig.heard.last());
            self.turn(Instant::now() + Duration::from_millis(5));
        }
    }

    #[track_caller]
    fn hears(&mut self, is: impl Fn(&Heard) -> bool) -> Instant {
        self.until(|heard| heard.iter().any(&is).then(Instant::now))
    }

    fn says(&mut self, order: &str) {
        self.rig.session.tell(&ToEditor::Message(order.as_bytes()));
    }

    /// Batches of meters that the page has got so far.
    fn meter_frames(&mut self) -> u32 {
        self.rig.heard.clear();
        self.says("count");
        self.until(|heard| {
            heard.iter().find_map(|heard| {
                let Heard::Message(bytes) = heard else { return None };
                let mut words = std::str::from_utf8(bytes).ok()?.strip_prefix("counts ")?.split(' ');
                words.next()?.parse().ok()
            })
        })
    }
}

/// Looks at a part of the screen all the time, and says when something else is to be seen there.
struct Watcher {
    seen: Receiver<Instant>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watcher {
    fn new(root: u32, [x, y]: [i16; 2], [width, height]: [u16; 2]) -> Self {
        let (say, seen) = channel();
        let ends = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            let (connection, _) = RustConnection::connect(None).unwrap();
            let mut last = None;
            while !until.load(Ordering::Relaxed) {
                let now = connection
                    .get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, u32::MAX)
                    .unwrap()
                    .reply()
                    .unwrap()
                    .data;
                if last.as_ref().is_some_and(|last| *last != now) {
                    let _ = say.send(Instant::now());
                }
                last = Some(now);
                std::thread::sleep(Duration::from_micros(200));
            }
        });
        Self { seen, ends, thread: Some(thread) }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn print(what: &str, with: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize].as_secs_f64() * 1e3;
    println!("{what:<46} {with:<24} {:>7.2} {:>7.2} {:>7.2}", at(0.5), at(0.99), at(1.0));
}

/// A value that differs from the one before in what is written.
fn value(n: usize) -> f64 {
    -1.0 - (n % 40) as f64
}

fn pointer(host: &mut Host, pause: Duration) -> Vec<Duration> {
    let [[x, y], _] = host.rig.places("gain");
    host.rig.screen.point([x, y]);
    host.rig.painted();
    host.rig.heard.clear();
    host.rig.screen.button(1, true);
    host.rig.painted();
    host.rig.screen.point([x, y + 8.0]);
    host.hears(|heard| matches!(heard, Heard::Set(..)));
    let once = |n: usize| {
        host.pause(pause);
        host.rig.heard.clear();
        let start = Instant::now();
        host.rig.screen.point([x, y + 10.0 + (n % 8) as f32]);
        host.hears(|heard| matches!(heard, Heard::Set(..))) - start
    };
    let times = (0..rounds()).map(once).collect();
    host.rig.screen.point([x, y]);
    host.rig.screen.button(1, false);
    host.hears(|heard| matches!(heard, Heard::End(_)));
    host.rig.screen.motion(2390, 1790);
    // For as long as the editor takes what the host says for an echo.
    host.pause(Duration::from_millis(400));
    times
}

fn echo_at_once(host: &mut Host, pause: Duration) -> Vec<Duration> {
    echo(host, pause, "echo at once")
}

fn echo_when_done(host: &mut Host, pause: Duration) -> Vec<Duration> {
    echo(host, pause, "echo when done")
}

fn echo(host: &mut Host, pause: Duration, order: &str) -> Vec<Duration> {
    host.says(order);
    host.rig.painted();
    let index = host.rig.index("gain");
    let once = |n: usize| {
        host.pause(pause);
        host.rig.heard.clear();
        let start = Instant::now();
        host.rig.session.tell(&ToEditor::Value { index, plain: value(n) });
        let word = format!("has {}", value(n));
        host.hears(|heard| matches!(heard, Heard::Message(bytes) if *bytes == word.as_bytes())) - start
    };
    (0..rounds()).map(once).collect()
}

fn pixels(host: &mut Host, pause: Duration) -> Vec<Duration> {
    let index = host.rig.index("gain");
    let [_, [x, y]] = host.rig.places("gain");
    let watcher = Watcher::new(host.rig.screen.root, [20 + x as i16 - 35, 30 + y as i16 - 10], [70, 20]);
    host.pause(Duration::from_millis(100));
    let once = |n: usize| {
        host.pause(pause);
        while watcher.seen.try_recv().is_ok() {}
        let start = Instant::now();
        host.rig.session.tell(&ToEditor::Value { index, plain: value(n) });
        host.until(|_| watcher.seen.try_recv().ok()) - start
    };
    (0..rounds()).map(once).collect()
}

/// A way to measure, at a pace.
type Way = fn(&mut Host, Duration) -> Vec<Duration>;

#[test]
#[ignore = "run by the test below"]
fn ways() {
    let mut host = Host::new(Rig::open(spied()));
    assert!(helper().is_some(), "it is a page that is seen");
    println!("\n{:<46} {:<24} {:>7} {:>7} {:>7}", "milliseconds", "", "median", "p99", "worst");
    for meters in [false, true] {
        host.every = meters.then(|| Duration::from_micros(16_667));
        for (name, way) in [
            ("pointer → page → host", pointer as Way),
            ("host → page → host, answered at once", echo_at_once),
            ("host → page → host, answered when it is done", echo_when_done),
            ("host → page → pixels", pixels),
        ] {
            for pause in [0, 7, 33] {
                let times = way(&mut host, Duration::from_millis(pause));
                let beside = if meters { ", meters move" } else { "" };
                print(name, &format!("every {pause} ms{beside}"), times);
            }
        }
    }
    println!("\nmeters told each second → batches of meters that the page gets each second");
    for rate in [30, 60, 200] {
        host.every = Some(Duration::from_secs(1) / rate);
        host.pause(Duration::from_millis(300));
        let (told, before, start) = (host.told, host.meter_frames(), Instant::now());
        host.pause(Duration::from_secs(4));
        let got = host.meter_frames() - before;
        let long = start.elapsed().as_secs_f64();
        println!("{:>6.1} → {:>5.1}", f64::from(host.told - told) / long, f64::from(got) / long);
    }
    assert!(helper().is_some(), "the page is still there");
    host.rig.close();
}

/// What each of our processes has used of processors so far.
fn cpu() -> BTreeMap<String, Duration> {
    let mut all: Vec<_> = descendants(std::process::id()).into_iter().map(|it| (it.id, it.name)).collect();
    all.push((std::process::id(), "host".into()));
    let mut sums = BTreeMap::new();
    for (id, name) in all {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        *sums.entry(name).or_default() += Duration::from_millis(ticks * 10);
    }
    sums
}

#[test]
#[ignore = "run by the test below"]
fn costs() {
    let kind = std::env::var("DYAD_EDITOR").unwrap();
    let plugin = if kind == "web" { gain_page() } else { gain() };
    let (watch, tick) = (Duration::from_secs(8), Duration::from_micros(16_667));
    let line = |state: &str, before: &BTreeMap<String, Duration>, long: Duration| {
        let (mut sum, mut parts) = (0.0, String::new());
        for (name, time) in cpu() {
            let used = time.saturating_sub(before.get(&name).copied().unwrap_or_default());
            let part = used.as_secs_f64() / long.as_secs_f64() * 100.0;
            parts += &format!("  {name} {part:.1}");
            // The display is another one for every user.
            sum += if name == "Xvfb" { 0.0 } else { part };
        }
        println!("{kind:<7} {state:<22} {sum:>6.1} %   of which{parts}");
    };
    let wait = |long: Duration, mut each: Box<dyn FnMut(u32) + '_>| {
        let start = Instant::now();
        for n in 0_u32.. {
            if start.elapsed() >= long {
                break;
            }
            each(n);
            std::thread::sleep(tick);
        }
        start.elapsed()
    };
    {
        let _screen = common::Screen::new();
        let before = cpu();
        let long = wait(watch, Box::new(|_| {}));
        line("closed", &before, long);
    }
    let mut rig = Rig::open(plugin);
    assert_eq!(helper().is_some(), kind == "web", "the kind of editor");
    let meters = [rig.index("peak"), rig.index("rms")];
    wait(Duration::from_secs(2), Box::new(|_| assert!(rig.poll())));
    let before = cpu();
    let long = wait(watch, Box::new(|_| assert!(rig.poll())));
    line("open, nothing moves", &before, long);
    let before = cpu();
    let each = |n: u32| {
        for (index, phase) in meters.into_iter().zip([0, 7]) {
            let plain = 0.1 + f64::from((n + phase) % 40) / 50.0;
            rig.session.tell(&ToEditor::Value { index, plain });
        }
        rig.poll();
    };
    let long = wait(watch, Box::new(each));
    line("open, meters at 60 Hz", &before, long);
    rig.close();
}

#[test]
#[ignore = "a measurement"]
fn of_a_page() {
    let lines = |said: String| {
        let of_the_runner = |line: &&str| line.starts_with("running ") || line.starts_with("test ");
        said.lines().filter(|line| !of_the_runner(line)).for_each(|line| println!("{line}"));
    };
    lines(alone("ways", &[("DYAD_EDITOR", "web")]));
    println!("\nprocessor time, the display's own apart");
    for kind in ["web", "native"] {
        lines(alone("costs", &[("DYAD_EDITOR", kind)]));
    }
}
