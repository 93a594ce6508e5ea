//! What must run in a process of its own: blocks under the watcher of `hosts/watch.c`, which is
//! preloaded, and plugins whose complaints are read from standard error.
//!
//! ```text
//! dyad-tests-driver watch self|lv2|vst3    one line for each scenario: calls of malloc and its
//!                                          relatives, system calls, the first one's number, name
//! dyad-tests-driver no-map                 makes an LV2 instance without urid:map
//! dyad-tests-driver leak                   bytes that a hundred instances of each format leave behind
//! dyad-tests-driver reload lv2|vst3 10     loads and unloads a binary many times, each time with as
//!                                          many instances, for AddressSanitizer
//! dyad-tests-driver reload freed|kept      what that must report: memory used too late, or never freed
//! dyad-tests-driver beside lv2             a session that is saved and restored while the test plugin runs, for
//!                                          ThreadSanitizer
//! dyad-tests-driver beside planted         a race that it must report
//! dyad-tests-driver view missing|...       a VST3 plugin with this editor binary beside it: whether it
//!                                          gives a view and opens it, three times, and what it plays then
//! dyad-tests-driver web lv2|vst3 22500 none|memory|call|skip|sample
//!                                          so many blocks beside the plugin's page, which moves, with a fault
//!                                          planted in one of them: all that was seen of them, in one line
//! ```
#![allow(unsafe_code)]

mod beside;
mod lv2;
mod reload;
mod view;
mod vst3;
mod web;

use std::hint::black_box;
use std::process::ExitCode;

use dyad_tests::gain::RATE;
use dyad_tests::lv2::Rig;
use dyad_tests::vst3::Plugin;
use dyad_tests::watch::{Seen, Watch};

/// Prints what each scenario did.
struct Report {
    watch: Watch,
    count: usize,
}

impl Report {
    /// Watches `body` a few times and prints the sum: what happens at a first time only is seen too.
    fn watch(&mut self, name: &str, mut body: impl FnMut()) {
        let mut sum = Seen { first: -1, ..Seen::default() };
        for _ in 0..8 {
            let seen = self.watch.over(&mut body);
            sum.allocations += seen.allocations;
            sum.system_calls += seen.system_calls;
            sum.first = if sum.first < 0 { seen.first } else { sum.first };
        }
        println!("{} {} {} {name}", sum.allocations, sum.system_calls, sum.first);
        self.count += 1;
    }
}

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args().skip(1).collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let scenarios: fn(&mut Report) = match words[..] {
        ["watch", "self"] => of_the_watcher_itself,
        ["watch", "lv2"] => lv2::scenarios,
        ["watch", "vst3"] => vst3::scenarios,
        ["no-map"] => return lv2::without_map(),
        ["leak"] => return leak(),
        ["reload", "lv2", count] if let Ok(count) = count.parse() => return reload::lv2(count),
        ["reload", "vst3", count] if let Ok(count) = count.parse() => return reload::vst3(count),
        ["reload", "freed"] => return reload::freed(),
        ["beside", "lv2"] => return beside::lv2(),
        ["beside", "planted"] => return beside::planted(),
        ["web", format, count, fault] if let Ok(count) = count.parse() => {
            return web::run(format, count, fault);
        }
        ["view", what] => return view::with(what),
        ["reload", "kept"] => return reload::kept(),
        _ => {
            eprintln!(
                "usage: dyad-tests-driver watch self|lv2|vst3\n       dyad-tests-driver no-map|leak\n       \
                 dyad-tests-driver reload lv2|vst3 COUNT\n       dyad-tests-driver reload freed|kept\n       \
                 dyad-tests-driver beside lv2|planted\n       dyad-tests-driver view WHAT\n       \
                 dyad-tests-driver web lv2|vst3 COUNT FAULT"
            );
            return ExitCode::from(2);
        }
    };
    match Watch::find() {
        Ok(watch) => {
            let mut report = Report { watch, count: 0 };
            scenarios(&mut report);
            println!("done {}", report.count);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints how much memory is taken that was not before a hundred instances came and went.
fn leak() -> ExitCode {
    // SAFETY: asks for numbers.
    let in_use = || unsafe { libc::mallinfo2() }.uordblks;
    let life = || {
        let plugin = Plugin::ready(RATE, 64);
        plugin.play(&[0.5; 64], &[(3, 0.2)]);
        let state = plugin.save();
        let _ = plugin.load(&state);
        let mut rig = Rig::active("stereo", 64);
        rig.play(&[0.5; 64]);
    };
    // What is made once and kept is made by now.
    life();
    let before = in_use();
    (0..100).for_each(|_| life());
    println!("{}", in_use() as i64 - before as i64);
    // The measure itself: memory that is taken is seen.
    let (before, kept) = (in_use(), black_box(vec![0u8; 10_000]));
    println!("{}", in_use() as i64 - before as i64);
    drop(kept);
    ExitCode::SUCCESS
}

/// Things that the watcher must see, and one that it must not.
fn of_the_watcher_itself(report: &mut Report) {
    report.watch("nothing", || {
        black_box(0);
    });
    report.watch("planted malloc", || {
        // SAFETY: memory of our own, given back at once.
        unsafe { libc::free(black_box(libc::malloc(64))) };
    });
    report.watch("planted posix_memalign", || {
        let mut memory = std::ptr::null_mut();
        // SAFETY: as above.
        unsafe {
            libc::posix_memalign(&mut memory, 64, 64);
            libc::free(black_box(memory));
        }
    });
    report.watch("planted Box", || drop(black_box(Box::new([0u8; 100]))));
    report.watch("planted write", || {
        // SAFETY: writes no bytes at all.
        unsafe { libc::write(2, b"".as_ptr().cast(), 0) };
    });
    // The same in the shipped binary: making an instance takes memory, and a bad document is
    // complained about on standard error.
    report.watch("instance of the plugin", || drop(Plugin::new()));
    let plugin = Plugin::new();
    report.watch("complaint of the plugin", || {
        let _ = plugin.load(b"no document");
    });
}
