//! What the system says of processes: their time, their priorities, what they leave behind.
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A process, as `/proc` has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// The one that started it.
    pub parent: u32,
    /// Its name, of which Linux keeps 15 letters.
    pub name: String,
    /// What it has used of processors so far.
    pub time: Duration,
}

/// The fields of a `stat` file behind the name, and the name.
fn stat(path: &str) -> Option<(String, Vec<String>)> {
    let stat = fs::read_to_string(path).ok()?;
    let (head, rest) = stat.rsplit_once(')')?;
    let name = head.split_once('(')?.1.to_owned();
    Some((name, rest.split_whitespace().map(str::to_owned).collect()))
}

/// A process that is there and not over.
#[must_use]
pub fn process(id: u32) -> Option<Process> {
    let (name, fields) = stat(&format!("/proc/{id}/stat"))?;
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    // A hundred for each second, on every Linux.
    let time = Duration::from_millis((number(11)? + number(12)?) * 10);
    (fields.first()? != "Z").then(|| Some(Process { id, parent: number(1)? as u32, name, time }))?
}

/// All processes that are there and not over.
///
/// # Panics
/// Where there is no `/proc`.
#[must_use]
pub fn processes() -> Vec<Process> {
    let folders = fs::read_dir("/proc").expect("Linux says which processes there are").flatten();
    folders.filter_map(|folder| process(folder.file_name().to_str()?.parse().ok()?)).collect()
}

/// The children of a process, and theirs.
#[must_use]
pub fn descendants(of: u32) -> Vec<Process> {
    let all = processes();
    let (mut found, mut parents) = (Vec::new(), vec![of]);
    while let Some(parent) = parents.pop() {
        for process in all.iter().filter(|process| process.parent == parent) {
            parents.push(process.id);
            found.push(process.clone());
        }
    }
    found
}

/// The program that shows pages, if a process has started one.
#[must_use]
pub fn page_of(process: u32) -> Option<Process> {
    descendants(process).into_iter().find(|process| process.name.starts_with("dyad-webview"))
}

/// The real-time priorities of a process's threads: how many have which. Others are not there.
#[must_use]
pub fn priorities(process: u32) -> Vec<(u64, usize)> {
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let mut found = std::collections::BTreeMap::new();
    for thread in threads {
        let path = thread.path().join("stat");
        let Some((_, fields)) = stat(&path.to_string_lossy()) else { continue };
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        let (priority, policy) = (number(37), number(38));
        if policy == libc::SCHED_FIFO as u64 || policy == libc::SCHED_RR as u64 {
            *found.entry(priority).or_insert(0) += 1;
        }
    }
    found.into_iter().collect()
}

/// The highest of these real-time priorities that a thread of this process, or of one that it starts, may
/// have.
#[must_use]
pub fn allowed_priority(of: &[i32]) -> Option<i32> {
    // SAFETY: numbers, and places for them.
    unsafe {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        if libc::getrlimit(libc::RLIMIT_RTPRIO, &raw mut limit) == 0 {
            limit.rlim_cur = limit.rlim_max;
            libc::setrlimit(libc::RLIMIT_RTPRIO, &raw const limit);
        }
    }
    let tries = |priority: i32| {
        let tried = std::thread::spawn(move || {
            let wish = libc::sched_param { sched_priority: priority };
            // SAFETY: this thread, which ends at once, and a number.
            unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const wish) == 0 }
        });
        tried.join().unwrap_or(false)
    };
    of.iter().copied().find(|priority| tries(*priority))
}

/// The time that this machine's processors were wanted, but another machine on the same iron had them.
#[must_use]
pub fn stolen() -> Duration {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let ticks = stat.lines().next().and_then(|line| line.split_whitespace().nth(8)?.parse().ok());
    Duration::from_millis(ticks.unwrap_or(0) * 10)
}

/// What a real-time thread that does nothing but wake up at every block's time has seen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wakes {
    /// How often it woke up.
    pub count: u64,
    /// How often later than the block's end.
    pub missed: u64,
    /// The latest of all.
    pub worst: Duration,
}

/// A thread that tells what the machine itself costs, whoever plays.
pub struct Clock {
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<Wakes>>,
}

impl Clock {
    /// Begins, at this real-time priority, if any.
    #[must_use]
    pub fn begin(block: Duration, priority: Option<i32>) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            if let Some(priority) = priority {
                let wish = libc::sched_param { sched_priority: priority };
                // SAFETY: this thread, and a number.
                unsafe { libc::sched_setscheduler(0, libc::SCHED_FIFO, &raw const wish) };
            }
            let (mut wakes, mut due) = (Wakes::default(), Instant::now());
            while !until.load(Ordering::Relaxed) {
                due += block;
                #[expect(clippy::disallowed_methods, reason = "it waits, and does nothing else")]
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let late = due.elapsed();
                wakes.count += 1;
                wakes.worst = wakes.worst.max(late);
                if late > block {
                    wakes.missed += 1;
                    due = Instant::now();
                }
            }
            wakes
        });
        Self { ends, thread: Some(thread) }
    }

    /// Ends, with what was seen.
    pub fn end(mut self) -> Wakes {
        self.ends.store(true, Ordering::Relaxed);
        self.thread.take().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}
