//! What both audio threads ask of the system: to wait for the other process and to wake it, by futex, and nothing
//! else. A lock that somebody else holds would be a futex of this process alone. `strace` looks on, over this
//! program, which plays, and the plugins' processes.

mod common;
mod rendering;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use common::display::Display;
use common::playing::{FRAMES, Player, beside_blocks, edited, patient, show, three_in_a_chain};
use common::{Bench, FIXTURE, PROGRAM, example};
use dyad_host::{Block, Change, EditorPlace, Host, Live, Midi, Options, Outcome, Planar, Transport};

/// Where the traced run writes which thread is to be looked at, and when; it runs only where this is set.
const NOTES: &str = "DYAD_TRACED_NOTES";

/// What a run looks at: this thread, or a plugin's audio thread.
const THIS: &str = "this side";
const THAT: &str = "that side";

/// What a call is called here that waits for another thread of the same process, or wakes one.
const LOCK: &str = "futex of a lock";

/// A thread within a time.
struct Watched {
    name: String,
    thread: u32,
    from: f64,
    to: f64,
}

/// The calls of watched threads by name, and how often each came.
fn calls(trace: &str, watched: &Watched) -> BTreeMap<String, usize> {
    let mut calls = BTreeMap::new();
    for line in trace.lines() {
        // "123 1700000000.123456 futex(…" or "… <... futex resumed>" or "--- SIGCHLD".
        let mut words = line.split_ascii_whitespace();
        let thread = words.next().and_then(|word| word.parse::<u32>().ok());
        let time = words.next().and_then(|word| word.parse::<f64>().ok());
        let (Some(thread), Some(time)) = (thread, time) else { panic!("what is {line:?}?") };
        if thread != watched.thread || !(watched.from..=watched.to).contains(&time) {
            continue;
        }
        let call = words.next().unwrap_or_default();
        let call = if call == "<..." { words.next().unwrap_or_default() } else { call };
        let name = match call.split('(').next().unwrap_or_default() {
            _ if line.contains("_PRIVATE") => LOCK,
            // A signal, which no thread asks for, and the wait that goes on after it.
            "---" => continue,
            "restart_syscall" => "futex",
            name => name,
        };
        *calls.entry(name.to_owned()).or_insert(0) += 1;
    }
    calls
}

/// Runs the test `traced` of this program under `strace`.
fn trace() -> (String, Vec<Watched>) {
    let bench = Bench::new();
    let (trace, notes) = (bench.path("trace"), bench.path("notes"));
    let mut command = Command::new("strace");
    command.args(["-f", "-ttt", "-s", "0", "-o", &trace]).arg(std::env::current_exe().unwrap());
    command.args(["--exact", "traced", "--ignored"]).env(NOTES, &notes);
    let output = command.output().expect("strace runs: is the package strace there?");
    assert!(output.status.success(), "{output:?}");
    let read = |path: &str| fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}: {output:?}"));
    let watched = |line: &str| {
        let [name, thread, from, to] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let name = name.to_owned();
        Watched {
            name,
            thread: thread.parse().unwrap(),
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        }
    };
    let watched = read(&notes).lines().map(watched).collect();
    (read(&trace), watched)
}

#[test]
fn both_sides_only_wait_and_wake() {
    let (trace, all) = trace();
    let (planted, all): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.name.contains("planted"));
    assert!(all.len() > 10, "{}", all.len());
    // What is planted is seen.
    let planted: Vec<_> = planted.iter().map(|one| calls(&trace, one)).collect();
    let [this, that] = &planted[..] else { panic!("{planted:?}") };
    assert!(this.contains_key("getppid") && this.contains_key(LOCK), "{this:?}");
    assert!(that.contains_key("getppid"), "{that:?}");
    for one in all {
        let mut calls = calls(&trace, &one);
        let futex = calls.remove("futex").unwrap_or(0);
        assert!(calls.is_empty(), "{}: {calls:?}", one.name);
        // Who spins has no need to.
        assert!(futex > 0 || one.name.contains("spinning"), "{}: nothing was seen", one.name);
    }
}

/// Seconds since 1970, as `strace` counts them.
fn now() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64()
}

fn this_thread() -> u32 {
    rustix::thread::gettid().as_raw_pid().cast_unsigned()
}

/// The audio thread of a plugin's process.
fn that_thread(live: &Live) -> u32 {
    let tasks = format!("/proc/{}/task", live.process_id());
    let named = |task: &Path| fs::read_to_string(task.join("comm")).is_ok_and(|name| name == "audio\n");
    let task = fs::read_dir(tasks).unwrap().map(|task| task.unwrap().path()).find(|task| named(task));
    task.unwrap().file_name().unwrap().to_str().unwrap().parse().unwrap()
}

struct Notebook {
    lines: String,
}

impl Notebook {
    /// Notes what the threads did while `action` ran.
    fn note<T>(&mut self, name: &str, threads: &[(&str, u32)], action: impl FnOnce() -> T) -> T {
        let from = now();
        let result = action();
        let to = now();
        for (side, thread) in threads {
            self.lines += &format!("{name}, {side}\t{thread}\t{from}\t{to}\n");
        }
        result
    }
}

/// Events of a block, of which the first parameter and the notes' port make something.
fn events(at: u32) -> ([Change; 1], [Midi; 1]) {
    let native = f64::from(at % 2);
    let changes = [Change { index: 0, offset: at % FRAMES, native }];
    (changes, [Midi::new(at % FRAMES, &[0x90 - 0x10 * (at % 2) as u8, 60, 100]).unwrap()])
}

fn play(player: &mut Player, parameters: usize, blocks: u32) {
    for at in 0..blocks {
        let (changes, midi) = events(at);
        let changes = if parameters > 0 { &changes[..] } else { &[] };
        assert_eq!(player.play_with(changes, &midi), Outcome::Processed);
    }
}

#[test]
#[ignore = "run under strace, by the test above"]
fn traced() {
    let Some(notes) = std::env::var_os(NOTES) else { return };
    let (bench, display) = (Bench::new(), Display::new());
    let mut book = Notebook { lines: String::new() };
    let host = display.host(&bench, &[("DYAD_FIXTURE_LIVE", "1")]);
    let mine = (THIS, this_thread());
    let vst3 = example("fixture_vst3").to_str().unwrap().to_owned();
    for (name, plugin, class, spin) in [
        ("LV2", rendering::notes(&bench), None, false),
        ("LV2 with a port", rendering::late(&bench), None, false),
        ("VST3", vst3.clone(), Some(FIXTURE), false),
        ("VST3 spinning", vst3, Some(FIXTURE), true),
    ] {
        let class = class.map(str::to_owned);
        let (live, mut player) = Player::start(&host, &plugin, Options { class, spin, ..patient() });
        let parameters = live.info().parameters.len();
        play(&mut player, parameters, 20);
        book.note(name, &[mine, (THAT, that_thread(&live))], || play(&mut player, parameters, 200));
        live.close().unwrap();
    }
    // With an editor that works, and states that are saved, on other threads.
    for one in &edited(&bench)[..2] {
        let (mut live, mut player) = one.start(&host);
        show(&mut live, &EditorPlace::default());
        display.window(one.title);
        display.point(one.control);
        display.button(1, true);
        player.processes(20);
        let that = (THAT, that_thread(&live));
        book.note(&format!("{} with an editor", one.title), &[that], || {
            beside_blocks(&mut live, &mut player, |live| {
                for way in 0..20 {
                    display.point([one.control[0] + way, one.control[1]]);
                    live.save_state().unwrap();
                }
            });
        });
        display.button(1, false);
        live.close().unwrap();
    }
    chain(&mut book);
    late(&mut book);
    planted(&mut book);
    fs::write(notes, book.lines).unwrap();
}

fn chain(book: &mut Notebook) {
    let (lives, mut chain) = three_in_a_chain("__through__");
    let (input, transport) = (Planar::new(2, FRAMES as usize), Transport::playing_at(0));
    let mut run = |blocks: u32| {
        for at in 0..blocks {
            let (changes, midi) = events(at);
            let block = Block {
                frames: FRAMES,
                transport,
                input: &input,
                aux: &[],
                changes: &changes,
                midi: &midi,
            };
            chain.process(&block, |at, outcome| assert_eq!(outcome, Outcome::Processed, "stage {at}"));
        }
    };
    run(20);
    let threads: Vec<_> = [(THIS, this_thread())]
        .into_iter()
        .chain(lives.iter().map(|live| (THAT, that_thread(live))))
        .collect();
    book.note("chain", &threads, || run(200));
    lives.into_iter().for_each(|live| live.close().unwrap());
}

/// A plugin that stops, so that blocks are late and then have no place, and that is replaced.
fn late(book: &mut Notebook) {
    let options = Options { patience: 0.5, stall: Some(Duration::from_millis(200)), ..patient() };
    let (live, mut player) = Player::start(&Host::with_program(PROGRAM), "__faulty__", options);
    player.processes(20);
    let stop = [Midi::new(3, &[0xC0, 7]).unwrap()];
    book.note("late and replaced", &[(THIS, this_thread())], || {
        let _ = player.play_with(&[], &stop);
        while live.counters().replaced == 0 {
            let _ = player.play();
        }
        while player.play() != Outcome::Processed {}
    });
    assert!(live.counters().late > 0 && live.counters().absent > 0, "{:?}", live.counters());
    live.close().unwrap();
}

/// Both sides, with a call that has no place there.
fn planted(book: &mut Notebook) {
    let (live, mut player) = Player::start(&Host::with_program(PROGRAM), "__faulty__", patient());
    player.processes(20);
    let calls = [Midi::new(3, &[0xC0, 9]).unwrap()];
    let threads = [(THIS, this_thread()), (THAT, that_thread(&live))];
    book.note("planted", &threads, || {
        let _ = rustix::process::getppid();
        let word = std::sync::atomic::AtomicU32::new(0);
        let _ = rustix::thread::futex::wake(&word, rustix::thread::futex::Flags::PRIVATE, 1);
        assert_eq!(player.play_with(&[], &calls), Outcome::Processed);
    });
    live.close().unwrap();
}
