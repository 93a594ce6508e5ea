//! Many children at a time.
#![allow(clippy::disallowed_types, reason = "no audio thread is near a scan")]

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::Progress;
use super::look::{Listed, Place, Row};
use super::record::Bundle;
use crate::error::{Error, Result};
use crate::info::PluginSummary;
use crate::parent::Host;

/// How often the caller is asked whether to go on.
const BEAT: Duration = Duration::from_millis(50);

/// What a scan came to.
pub(super) struct Done {
    pub(super) bundles: Vec<Bundle>,
    pub(super) complete: bool,
    pub(super) progress: Progress,
}

/// Something to do in a child; the number is the bundle's.
struct Job {
    bundle: usize,
    place: Place,
    /// Which plugin to load; without one the bundle is listed.
    plugin: Option<(usize, PluginSummary)>,
}

/// What came of it.
enum News {
    Listed(usize, Listed),
    Loaded(usize, usize, Row),
}

impl Job {
    fn run(self, host: &Host) -> News {
        match self.plugin {
            None => News::Listed(self.bundle, self.place.list(host)),
            Some((at, plugin)) => News::Loaded(self.bundle, at, self.place.load(host, &plugin)),
        }
    }
}

/// Finds out all that is not known yet, on as many threads as were asked for.
///
/// Where the caller breaks off, it is answered at once. The threads then end after what they are doing, which
/// the time-out bounds, or with the program, which takes their children with it.
pub(super) fn all(
    host: &Host,
    threads: usize,
    mut bundles: Vec<Bundle>,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Done> {
    let mut waiting: VecDeque<Job> = VecDeque::new();
    for (number, bundle) in bundles.iter_mut().enumerate() {
        let place = bundle.place.clone();
        if bundle.is_unknown() {
            waiting.push_back(Job { bundle: number, place, plugin: None });
        } else {
            waiting.extend(jobs(number, &place, bundle.due()));
        }
    }
    let mut counted =
        Progress { done: bundles.iter().filter(|bundle| bundle.is_done()).count(), total: bundles.len() };
    let (jobs_out, jobs_in) = mpsc::channel();
    let (news_out, news_in) = mpsc::channel();
    let jobs_in = Arc::new(Mutex::new(jobs_in));
    // One bundle can hold many plugins, so there is work for all of them where there is any.
    for _ in 0..if waiting.is_empty() { 0 } else { threads.max(1) } {
        start(host.clone(), Arc::clone(&jobs_in), news_out.clone())?;
    }
    drop(news_out);
    let mut running = 0;
    loop {
        // No more than the threads can take, so that little is left to do after a break.
        while running < threads.max(1)
            && let Some(job) = waiting.pop_front()
            && jobs_out.send(job).is_ok()
        {
            running += 1;
        }
        let broken = progress(counted).is_break();
        if broken || running == 0 {
            return Ok(Done { bundles, complete: !broken, progress: counted });
        }
        let number = match news_in.recv_timeout(BEAT) {
            Ok(News::Listed(number, listed)) => {
                let more = bundles[number].take_listing(listed);
                // In front: a bundle that was begun is finished first.
                let place = bundles[number].place.clone();
                jobs(number, &place, more).rev().for_each(|job| waiting.push_front(job));
                number
            }
            Ok(News::Loaded(number, at, row)) => {
                bundles[number].take_row(at, row);
                number
            }
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => {
                return Ok(Done { bundles, complete: false, progress: counted });
            }
        };
        running -= 1;
        counted.done += usize::from(bundles[number].is_done());
    }
}

fn jobs(
    bundle: usize,
    place: &Place,
    plugins: Vec<(usize, PluginSummary)>,
) -> impl DoubleEndedIterator<Item = Job> {
    plugins.into_iter().map(move |plugin| Job { bundle, place: place.clone(), plugin: Some(plugin) })
}

fn start(host: Host, jobs: Arc<Mutex<Receiver<Job>>>, news: Sender<News>) -> Result<()> {
    let work = move || {
        loop {
            // Nothing can go wrong while it is held, so it is never poisoned.
            let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = job else { return };
            if news.send(job.run(&host)).is_err() {
                return;
            }
        }
    };
    let started = thread::Builder::new().name("scan".into()).spawn(work);
    started.map(drop).map_err(Error::system("start a thread"))
}
