//! Pages opened and closed again and again, in every state that a page can be in: nothing may be left of them, in
//! this process or outside.
//!
//! 25 times in `make test`; `DYAD_SOAK` is how often in `make soak`.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "tests wait")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use common::web::{Process, alone, descendants, gain_page, helper, nothing_remains, signal, square};
use common::{Heard, Screen, request, until};
use dyad_editor::{Plugin, Session};
use dyad_editor_abi::ToEditor;
use rustix::process::Signal;

/// In which state a page is when it is closed.
const WAYS: [&str; 10] = [
    "painted",
    "at once",
    "started",
    "its window destroyed",
    "its window destroyed at once",
    "killed",
    "killed, and painted again",
    "its engine killed",
    "dragged",
    "dragged, its window destroyed",
];

/// What this process has, and what is there outside.
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

/// Once threads that have ended are no longer seen.
fn settled(before: Left) -> Left {
    let end = Instant::now() + common::PATIENCE;
    while left().threads > before.threads && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(1));
    }
    left()
}

/// The segments of System V's shared memory, and who has made them.
fn segments() -> BTreeMap<u64, u32> {
    let table = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
    let row = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        Some((fields.get(1)?.parse().ok()?, fields.get(4)?.parse().ok()?))
    };
    table.lines().skip(1).filter_map(row).collect()
}

/// Files where programs put what others are to find.
fn files() -> BTreeSet<String> {
    let folders = ["/tmp", "/dev/shm", "/var/tmp"].map(std::path::PathBuf::from);
    let own = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
    let all = folders.into_iter().chain(own).filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    all.flatten().map(|entry| entry.path().display().to_string()).collect()
}

/// Whether a name is one that an editor, its page or what shows that gives. Others are other programs'.
fn may_be_ours(path: &str) -> bool {
    let name = path.to_lowercase();
    ["webkit", "wk2", "wpe", "gtk", "gdk", "dconf", "dbus", "dyad-", "cairo", "pixman"]
        .iter()
        .any(|part| name.contains(part))
}

/// What is known of all lives.
#[derive(Default)]
struct Seen {
    /// Processes that were started.
    started: BTreeSet<u32>,
    /// How long closing took, by way.
    closing: BTreeMap<&'static str, Vec<Duration>>,
}

impl Seen {
    fn note(&mut self) -> Option<Process> {
        let helper = helper()?;
        self.started.insert(helper.id);
        self.started.extend(descendants(helper.id).iter().map(|process| process.id));
        Some(helper)
    }
}

struct Open {
    session: Session,
    tag: u32,
}

impl Open {
    /// Waits until the page shows all that it was told.
    fn painted(&mut self) {
        self.tag += 1;
        let (tag, mut painted) = (self.tag, false);
        self.session.tell(&ToEditor::Ping(tag));
        until("the picture", || {
            self.session.poll(&mut |frame| painted |= Heard::from(frame) == Heard::Painted(tag));
            painted
        });
    }
}

/// One life of a page.
fn live(screen: &Screen, n: usize, seen: &mut Seen) {
    let way = WAYS[n % WAYS.len()];
    // The gain's own every other time.
    let plugin: Plugin = if (n / WAYS.len()).is_multiple_of(2) { gain_page() } else { square() };
    let size = dyad_editor::measure(&plugin, Some(1.0));
    let parent = screen.window([size.width, size.height]);
    let session = Session::open(&plugin, &request(parent)).unwrap();
    let mut open = Open { session, tag: 0 };
    open.session.tell(&ToEditor::Value { index: 1, plain: (n % 20) as f64 });
    let early = matches!(way, "at once" | "its window destroyed at once" | "started");
    if !early {
        open.painted();
    } else if way == "started" {
        // Somewhere on its way: a little further each time.
        until("a program", || helper().is_some());
        std::thread::sleep(Duration::from_millis((n as u64 * 37) % 400));
    }
    let program = seen.note();
    assert!(early || program.is_some(), "it is a page that is seen");
    let mut destroyed = false;
    match way {
        "killed" | "killed, and painted again" => {
            let program = program.unwrap();
            signal(&program, Signal::KILL);
            if way == "killed, and painted again" {
                until("another one", || {
                    open.session.poll(&mut |_| {});
                    helper().is_some_and(|now| now.id != program.id)
                });
                open.painted();
                seen.note();
            }
        }
        "its engine killed" => {
            let all = descendants(program.unwrap().id);
            let engine = all.iter().find(|process| process.name.starts_with("WebKitWebPro")).unwrap();
            signal(engine, Signal::KILL);
        }
        "dragged" | "dragged, its window destroyed" => {
            let middle = [size.width as f32 * 0.3, size.height as f32 * 0.4];
            screen.point(middle);
            screen.button(1, true);
            let mut held = false;
            until("the beginning of a gesture", || {
                screen.point([middle[0], middle[1] - 5.0]);
                screen.point([middle[0], middle[1] - 9.0]);
                open.session.poll(&mut |frame| held |= matches!(frame.into(), Heard::Set(..)));
                held
            });
        }
        _ => {}
    }
    if way.contains("window destroyed") {
        screen.destroy(parent);
        destroyed = true;
        if n.is_multiple_of(2) {
            until("the end", || !open.session.poll(&mut |_| {}));
        }
    }
    let start = Instant::now();
    let (mut begun, mut ended) = (0, 0);
    open.session.close(&mut |frame| match frame.into() {
        Heard::Begin(_) => begun += 1,
        Heard::End(_) => ended += 1,
        _ => {}
    });
    seen.closing.entry(way).or_default().push(start.elapsed());
    if way == "dragged" {
        assert_eq!((begun, ended), (0, 1), "the gesture under way is ended");
    }
    screen.button(1, false);
    screen.motion(2390, 1790);
    if !destroyed {
        screen.destroy(parent);
    }
    nothing_remains();
}

/// In a process of its own, so that nothing else comes and goes.
#[test]
#[ignore = "run by the test below"]
fn cycles() {
    let count: usize = std::env::var("DYAD_CYCLES").unwrap().parse().unwrap();
    let (screen, mut seen) = (Screen::new(), Seen::default());
    let older = segments();
    // What is made once.
    (0..WAYS.len()).for_each(|n| live(&screen, n, &mut seen));
    let (others, files_before) = (segments(), files());
    let early: Vec<_> = others
        .iter()
        .filter(|(id, maker)| !older.contains_key(id) && seen.started.contains(maker))
        .collect();
    assert!(early.is_empty(), "shared memory that stays: {early:?}");
    let before = settled(Left { threads: 2, ..left() });
    println!("after {}: {before:?}", WAYS.len());
    let mut last = before;
    for n in 0..count {
        live(&screen, n, &mut seen);
        let way = WAYS[n % WAYS.len()];
        last = settled(before);
        assert_eq!(last.files, before.files, "open files after life {n}, {way}");
        assert_eq!(last.threads, before.threads, "threads after life {n}, {way}");
        let ours: Vec<_> =
            // What was there before has a maker whose number one of ours may have been given since.
            segments()
                .into_iter()
                .filter(|(id, maker)| !others.contains_key(id) && seen.started.contains(maker))
                .collect();
        assert!(
            ours.is_empty(),
            "segments of shared memory, and who made them, after life {n}, {way}: {ours:?}"
        );
        if (n + 1) % count.div_ceil(4) == 0 || n + 1 == count {
            println!("after {}: {last:?}", n + 1 + WAYS.len());
        }
    }
    let new: Vec<String> = files().difference(&files_before).cloned().collect();
    let (ours, theirs): (Vec<_>, Vec<_>) = new.into_iter().partition(|path| may_be_ours(path));
    assert!(ours.is_empty(), "files that stay: {ours:?}");
    println!("files that are new, and somebody else's: {theirs:?}");
    let own = std::env::temp_dir();
    let kept: Vec<_> = std::fs::read_dir(&own).unwrap().flatten().map(|entry| entry.path()).collect();
    assert!(kept.is_empty(), "files that stay: {kept:?}");
    for (way, mut times) in seen.closing {
        times.sort_unstable();
        let ms = |at: usize| times[at].as_secs_f64() * 1e3;
        println!(
            "closed {way:<32} median {:>6.1} ms, longest {:>6.1} ms",
            ms(times.len() / 2),
            ms(times.len() - 1)
        );
    }
    let grown = last.kilobytes.saturating_sub(before.kilobytes);
    println!("{:.1} kB for each page; {} processes seen", grown as f64 / count as f64, seen.started.len());
    assert!(grown < 4096 + 2 * count, "{grown} kB more after {count}");
}

#[test]
fn nothing_is_left_of_pages() {
    let count = std::env::var("DYAD_SOAK").unwrap_or_else(|_| "25".into());
    // Where temporary files are its own alone.
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_cycles");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let said = alone(
        "cycles",
        &[("DYAD_EDITOR", "web"), ("DYAD_CYCLES", &count), ("TMPDIR", folder.to_str().unwrap())],
    );
    println!("{said}");
}
