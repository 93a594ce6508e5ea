//! Coming and going.
#![allow(unsafe_code)]

use super::support::{self, BLOCK, RATE};
use crate::check::context::{Outcome, Trial};
use crate::check::rig::{Events, Place};
use crate::check::rules;
use crate::check::signal::Signal;

/// One load and unload, to know whether the rest makes sense.
pub(super) fn once(trial: &mut Trial) -> Outcome {
    trial.step("opening the plugin's files");
    let place = match Place::open(&trial.subject) {
        Ok(place) => place,
        Err(reason) => {
            trial.find(&rules::LOAD, reason);
            return Ok(());
        }
    };
    trial.step("instantiating");
    let mut rig = match place.load(RATE, BLOCK) {
        Ok(rig) => rig,
        Err(reason) => {
            trial.find(&rules::LOAD, reason);
            return Ok(());
        }
    };
    trial.step("activating");
    rig.activate(None)?;
    trial.step("deactivating");
    rig.deactivate();
    trial.step("destroying the instance");
    drop(rig);
    trial.step("closing the plugin's files");
    drop(place);
    Ok(())
}

const TIMES: usize = 20;
/// Before these are over, caches may fill.
const SETTLED: usize = 5;
/// Bytes for each instance that are worth a note (less may be this host's), and that are too many.
const SOME: usize = 32 * 1024;
const MANY: usize = 256 * 1024;

#[derive(Clone, Copy, Debug)]
struct Held {
    files: usize,
    threads: usize,
    bytes: usize,
}

/// Twenty lives.
pub(super) fn often(trial: &mut Trial) -> Outcome {
    let place = support::place(trial)?;
    let mut settled = held();
    let mut last = settled;
    for time in 1..=TIMES {
        trial.step(format!("loading for the {time}. time"));
        let mut rig = place.load(RATE, BLOCK)?;
        rig.activate(None)?;
        let noise = rig.signal(Signal::Noise, 64);
        rig.run(&noise, 64, Events::default())?;
        trial.step(format!("unloading for the {time}. time"));
        drop(rig);
        last = held();
        if time == SETTLED {
            settled = last;
        }
    }
    let lives = TIMES - SETTLED;
    // A thread that was told to end may need a moment.
    for _ in 0..50 {
        if last.threads <= settled.threads {
            break;
        }
        pause();
        last = held();
    }
    let more = |now: usize, then: usize| now.saturating_sub(then);
    let (files, threads) = (more(last.files, settled.files), more(last.threads, settled.threads));
    trial.find_if(files >= lives, &rules::LEAK_FILES, || {
        format!("{lives} instances came and went, and left {files} descriptors open")
    });
    trial.find_if(threads >= lives, &rules::LEAK_THREADS, || {
        format!("{lives} instances came and went, and left {threads} threads")
    });
    // What this host's own reading of the bundle leaves is no fault of the plugin's.
    let own = match trial.subject.format {
        crate::info::Format::Lv2 => crate::lv2::trials::read_again(&trial.subject, lives, || held().bytes),
        crate::info::Format::Vst3 => 0,
    };
    let each = more(last.bytes, settled.bytes + own) / lives;
    if each >= SOME {
        let rule = if each >= MANY { &rules::LEAK_MEMORY } else { &rules::LEAK_LITTLE };
        trial.find(rule, format!("each of {lives} instances that came and went left {each} bytes"));
    }
    Ok(())
}

fn held() -> Held {
    let count = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
    // SAFETY: no arguments; it only counts.
    let heap = unsafe { libc::mallinfo2() };
    Held {
        files: count("/proc/self/fd"),
        threads: count("/proc/self/task"),
        bytes: heap.uordblks + heap.hblkhd,
    }
}

#[expect(clippy::disallowed_methods, reason = "nothing is processed meanwhile")]
fn pause() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}
