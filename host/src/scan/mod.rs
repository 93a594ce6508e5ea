//! Finding out which plugins there are, and which of them work.
//!
//! Every bundle is opened, and every plugin loaded, in a process of its own: one that crashes or hangs is
//! a row of the result and no more. What was found out lies in a cache, so that the next scan opens only what
//! has changed since. Plugins that crashed or hung are remembered there too and not loaded again, until
//! their files change or a rescan is wanted.
//!
//! ```no_run
//! use std::ops::ControlFlow;
//!
//! # fn main() -> dyad_host::Result<()> {
//! let scanner = dyad_host::scan::Scanner::new(dyad_host::Host::new());
//! let scan = scanner.run(&mut |_| ControlFlow::Continue(()))?;
//! for entry in &scan.entries {
//!     println!("{} {}", entry.format, entry.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `docs/scan.md` describes what `dyad-host scan --json` prints, which is made of these types.

mod cache;
mod entry;
mod fingerprint;
mod look;
mod places;
mod record;
mod work;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

pub use cache::{default_cache, unblock};
pub use entry::{Details, Entry, Kind, Parameter, State};

use crate::error::Result;
use crate::parent::Host;
use cache::Cache;

/// How long a plugin may take for one step, such as loading, unless told otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Finds plugins.
#[derive(Clone, Debug)]
pub struct Scanner {
    host: Host,
    paths: Vec<PathBuf>,
    cache: Option<PathBuf>,
    rescan: bool,
    threads: usize,
}

/// How far a scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bundles that are done.
    pub done: usize,
    /// All bundles.
    pub total: usize,
}

/// What a scan has found.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// Sorted by path; within a bundle in its own order.
    pub entries: Vec<Entry>,
    /// Whether everything was looked at; not so where the scan was ended early.
    pub complete: bool,
    /// How far it came.
    pub progress: Progress,
    /// One line each for what is no plugin's fault, such as a cache that could not be read.
    pub remarks: Vec<String>,
}

impl Scan {
    /// Whether no plugin has failed or is blocked.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.entries.iter().all(|entry| entry.state == State::Ok)
    }
}

impl Scanner {
    /// A scan of the usual places (`LV2_PATH`, `VST3_PATH`, or the formats' standard folders), with the
    /// [usual cache](default_cache) and as many processes at a time as there are processors.
    #[must_use]
    pub fn new(host: Host) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let host = host.limit(DEFAULT_TIMEOUT);
        Self { host, paths: vec![], cache: default_cache(), rescan: false, threads }
    }

    /// Looks in these places instead: bundles, and folders with bundles in them at any depth.
    #[must_use]
    pub fn paths(mut self, paths: Vec<PathBuf>) -> Self {
        self.paths = paths;
        self
    }

    /// How long a plugin may go without progress before it counts as hung.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.host = self.host.limit(timeout);
        self
    }

    /// The cache's file; `None` for a scan that neither reads nor writes one.
    #[must_use]
    pub fn cache(mut self, cache: Option<PathBuf>) -> Self {
        self.cache = cache;
        self
    }

    /// Whether to open everything anew, blocked plugins too.
    #[must_use]
    pub fn rescan(mut self, rescan: bool) -> Self {
        self.rescan = rescan;
        self
    }

    /// Scans. `progress` hears of every bundle that is done, and at least ten times a second; where it breaks,
    /// the scan ends early with what there is so far.
    ///
    /// # Errors
    /// Where a path that was given can't be read, or the system refuses threads.
    pub fn run(&self, progress: &mut dyn FnMut(Progress) -> ControlFlow<()>) -> Result<Scan> {
        let (found, mut remarks) = places::find(&self.paths)?;
        let cache = self.cache.as_deref().map(Cache::read);
        if let Some(remark) = cache.as_ref().and_then(|cache| cache.remark.clone()) {
            remarks.push(remark);
        }
        let known = cache.filter(|_| !self.rescan);
        let bundles = found.into_iter().map(|found| record::Bundle::new(found, known.as_ref())).collect();
        let mut done = work::all(&self.host, self.threads, bundles, progress)?;
        if let Some(path) = &self.cache
            && let Err(error) = cache::write(path, &done.bundles)
        {
            remarks.push(format!("the scan's cache could not be kept: {error}"));
        }
        let mut entries: Vec<_> = done.bundles.drain(..).flat_map(record::Bundle::into_entries).collect();
        entry::mark_duplicates(&mut entries);
        Ok(Scan { entries, complete: done.complete, progress: done.progress, remarks })
    }
}
