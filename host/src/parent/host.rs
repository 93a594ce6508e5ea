//! Starting children.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::files::Files;
use super::live::{Audio, Live, Options};
use super::pool::Pool;
use super::process::{Launch, Process};
use super::session::Session;
use crate::child::{Arguments, Confines, LEAST_MEMORY};
use crate::error::{Error, Result};
use crate::info::Format;
use crate::protocol::{Reply, Request};
use crate::shared::{MAX_BLOCK, MAX_CHANNELS, SELF_TEST, Sizes};
use crate::target::Target;

/// How long a child may go without progress unless told otherwise: the offline limit.
pub const DEFAULT_LIMIT: Duration = Duration::from_secs(30);

/// Starts children that hold one plugin each.
#[derive(Clone, Debug)]
pub struct Host {
    program: PathBuf,
    limit: Duration,
    verbose: bool,
    pool: Option<Arc<Pool>>,
    memory: Option<u64>,
    tied: bool,
}

/// How a plugin will be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setup {
    /// Frames per second.
    pub sample_rate: u32,
    /// The longest block that will be asked for, in frames; at most 8192.
    pub max_block: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self { sample_rate: 48_000, max_block: 512 }
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// A host whose children run the very program that is running now.
    ///
    /// That program must call [`child::main`](crate::child_main) when its first argument is
    /// [`CHILD_SUBCOMMAND`](crate::CHILD_SUBCOMMAND); `dyad-host` does.
    #[must_use]
    pub fn new() -> Self {
        // This name reaches the running file itself, even where an update has replaced it on disk.
        Self::with_program("/proc/self/exe")
    }

    /// A host whose children run `program`.
    #[must_use]
    pub fn with_program(program: impl AsRef<Path>) -> Self {
        let program = program.as_ref().to_owned();
        Self { program, limit: DEFAULT_LIMIT, verbose: false, memory: None, tied: false, pool: None }
    }

    /// How long a child may go without progress before it is killed.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    pub(super) fn limit_of(&self) -> Duration {
        self.limit
    }

    /// Whether what plugins print goes to standard error instead of nowhere, and crashes may leave
    /// core files.
    #[must_use]
    pub fn verbose(mut self, verbose: bool) -> Self {
        self.verbose = verbose;
        self
    }

    /// Takes children from this pool, which are running already.
    #[must_use]
    pub fn pool(mut self, pool: &Arc<Pool>) -> Self {
        self.pool = Some(Arc::clone(pool));
        self
    }

    /// How much memory each child may allocate, in bytes; at least 64 MiB. A child that wants more mostly
    /// ends, as [`Error::Crashed`]. What is reserved counts, whether it is used or not, and each process
    /// that a plugin starts has as much again; a web editor's reserve up to 6 GB.
    ///
    /// Unless told otherwise it is three quarters of the machine's memory, and at least 8 GiB.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.memory = Some(bytes);
        self
    }

    /// Whether children end with the **thread** that opens them, even while they are stopped.
    ///
    /// Without it they end with the process, unless they are stopped (`SIGSTOP`) at that time.
    #[must_use]
    pub fn tied(mut self, tied: bool) -> Self {
        self.tied = tied;
        self
    }

    /// Starts a child for the plugins at `target`; nothing is loaded yet.
    ///
    /// # Errors
    /// Where the setup is out of bounds or the child can't be started.
    pub fn open(&self, target: &Target, setup: Setup) -> Result<Session> {
        Ok(Session::new(self.process(target, setup)?, setup))
    }

    /// Loads a plugin to run in time with the clock, supervised. The first is for everything but audio, the
    /// second for the audio thread.
    ///
    /// # Errors
    /// Where the setup is out of bounds, or the plugin can't be started, loaded, given its state or activated.
    pub fn live(&self, target: &Target, options: Options) -> Result<(Live, Audio)> {
        Live::start(self.clone(), target.clone(), options)
    }

    /// A child that has greeted and knows where the plugins are.
    pub(super) fn process(&self, target: &Target, setup: Setup) -> Result<Process> {
        if let Some(mut process) = self.pool.as_ref().and_then(|pool| pool.take(setup)) {
            process.rename(target.spec(), self.limit)?;
            let (format, location) = (target.format(), target.location().to_owned());
            return match process.ask(&Request::Open { format, location })? {
                Reply::Done => Ok(process),
                other => Err(process.unexpected(&other)),
            };
        }
        let mut process = self.start(target.spec(), target.format(), Some(target.location()), setup)?;
        process.receive_hello()?;
        Ok(process)
    }

    /// A child that has greeted and waits to be told where plugins are.
    pub(super) fn spare(&self, setup: Setup) -> Result<Process> {
        let mut process = self.start("a spare process", Format::Lv2, None, setup)?;
        process.receive_hello()?;
        Ok(process)
    }

    /// Starts a child that only proves that it can be started and sees the shared memory.
    ///
    /// # Errors
    /// Where it can't, or does not end well.
    pub fn self_test(&self) -> Result<()> {
        let name = "__test__";
        let mut process = self.start(name, Format::Lv2, Some(name), Setup::default())?;
        let status = process.wait_for_end()?;
        // Acquire: pairs with the child's store, though its end alone would do.
        let word = process.memory().scratch().load(Ordering::Acquire);
        if status.success() && word == SELF_TEST {
            return Ok(());
        }
        Err(Error::Protocol {
            plugin: name.into(),
            reason: format!("the self-test ended with {status} and left {word:#010x}"),
        })
    }

    fn start(&self, name: &str, format: Format, location: Option<&str>, setup: Setup) -> Result<Process> {
        if !(1..=MAX_BLOCK).contains(&setup.max_block) {
            return Err(Error::Usage(format!(
                "block size {} is out of range: expected 1 to {MAX_BLOCK} frames",
                setup.max_block
            )));
        }
        if !crate::child::RATES.contains(&setup.sample_rate) {
            return Err(Error::Usage(format!(
                "sample rate {} Hz is out of range: expected {} to {} Hz",
                setup.sample_rate,
                crate::child::RATES.start(),
                crate::child::RATES.end()
            )));
        }
        if let Some(memory) = self.memory.filter(|memory| *memory < LEAST_MEMORY) {
            return Err(Error::Usage(format!(
                "{memory} bytes of memory are too few: expected at least {LEAST_MEMORY}"
            )));
        }
        let files = Files::new();
        let arguments = Arguments {
            format,
            plugin: location.map(str::to_owned),
            rate: setup.sample_rate,
            max_block: setup.max_block,
            files: files.as_ref().and_then(|files| files.folder().to_str()).map(str::to_owned),
            realtime: None,
            confines: Confines {
                memory: self.memory,
                tied: self.tied.then(std::process::id),
                cores: self.verbose,
            },
        };
        Process::start(Launch {
            program: &self.program,
            arguments: &arguments,
            files,
            name,
            // Pages that no plugin uses are never touched, so room for many channels costs nothing.
            sizes: Sizes { max_block: setup.max_block, inputs: MAX_CHANNELS, outputs: MAX_CHANNELS },
            limit: self.limit,
            verbose: self.verbose,
        })
    }
}
