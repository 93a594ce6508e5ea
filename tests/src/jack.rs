//! A JACK server without a sound card, for hosts that are JACK clients.
//!
//! JACK has eight places for servers on a machine, and the place of one that died is only free again for
//! a server of the same name. So the name is always the same; `DYAD_JACK` gives another one, where two
//! checkouts are tested at once.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::process::{PATIENCE, Running};

/// The server's name.
pub(crate) fn name() -> String {
    std::env::var("DYAD_JACK").unwrap_or_else(|_| "dyad-tests".into())
}

/// How long a small client may take.
const SOON: Duration = Duration::from_secs(20);

/// A server that runs. Its clients must have ended before it is dropped.
#[derive(Debug)]
pub struct Jack(Running);

impl Jack {
    /// Starts the server and waits until clients can come. One that does not start gets one more try.
    ///
    /// # Panics
    /// Where it does not start.
    #[must_use]
    pub fn start() -> Self {
        // Synchronous and patient: otherwise a client that is late once, on a busy machine, may never
        // be woken again.
        Self::with(&["-r", "-S", "-t", "10000"], 1024)
    }

    /// The same as a musician has it, who plays: with blocks of so many frames, which nobody waits for, and at
    /// this real-time priority, if any.
    ///
    /// # Panics
    /// Where it does not start.
    #[must_use]
    pub fn tight(frames: u32, priority: Option<i32>) -> Self {
        match priority {
            Some(priority) => Self::with(&["-R", "-P", &priority.to_string()], frames),
            None => Self::with(&["-r"], frames),
        }
    }

    fn with(how: &[&str], frames: u32) -> Self {
        forget_metadata();
        let mut failed = String::new();
        for _ in 0..2 {
            let mut command = client("jackd");
            command.args(how).args(["-n", &name()]);
            command.args(["-d", "dummy", "-r", "48000", "-p", &frames.to_string()]);
            let mut server = Running::start(&mut command);
            // It comes back at once where the server is there, and after the time given where not.
            let (_, said) = Self::ask(client("jack_wait").args(["-w", "-t", "10"]));
            if said.contains("server is available") && server.runs() {
                return Self(server);
            }
            server.kill();
            failed = server.all();
        }
        panic!("jackd does not start:\n{failed}");
    }

    /// Stops the engine: no block is played until [`resume`](Self::resume).
    pub fn suspend(&mut self) {
        self.0.suspend();
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Lets the engine go on.
    pub fn resume(&mut self) {
        self.0.resume();
    }

    /// Waits for a port.
    ///
    /// # Errors
    /// Where the program ends that should make it, or after [`PATIENCE`].
    pub fn wait_for(&self, port: &str, of: &mut Running) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        // A question takes JACK some milliseconds, so this is no busy loop.
        while !Self::ask(&mut client("jack_lsp")).1.lines().any(|line| line == port) {
            if !of.runs() || Instant::now() > until {
                of.kill();
                return Err(format!("{port} does not come:\n{}", of.all()));
            }
        }
        Ok(())
    }

    /// Connects two ports.
    ///
    /// # Errors
    /// Where JACK refuses.
    pub fn connect(&self, from: &str, to: &str) -> Result<(), String> {
        let (_, refused) = Self::ask(client("jack_connect").args([from, to]));
        let (_, said) = Self::ask(client("jack_lsp").args(["-c", from]));
        let there = said.lines().any(|line| line.trim() == to);
        there.then_some(()).ok_or_else(|| format!("{from} is not connected to {to}:\n{refused}\n{said}"))
    }

    /// Runs a small client to its end; gives whether all went well for it, and what it said. One that
    /// JACK leaves hanging is ended.
    pub fn ask(command: &mut Command) -> (bool, String) {
        let mut client = Running::start(command);
        let well = client.ends_well_within(SOON);
        client.kill();
        (well, client.all())
    }
}

/// Takes away JACK's database of properties, unless somebody uses it. Each client that was killed has left locks in it;
/// once it is full of them, clients crash when they end.
fn forget_metadata() {
    let user = rustix::process::getuid().as_raw();
    let folder = format!("/dev/shm/jack_db-{user}");
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let in_use = |process: std::fs::DirEntry| {
        let read = |file: &str| std::fs::read_to_string(process.path().join(file)).unwrap_or_default();
        // A server may know of properties while no client is there.
        let maps = read("maps");
        // One that has ended, and that nobody has asked about yet, has none.
        maps.contains(&folder) || !maps.is_empty() && read("comm").starts_with("jackd")
    };
    if !processes.into_iter().any(in_use) {
        let _ = std::fs::remove_dir_all(folder);
    }
}

/// A program that finds the server, and starts none where it is gone.
#[must_use]
pub fn client(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("JACK_DEFAULT_SERVER", name());
    command.env("JACK_NO_AUDIO_RESERVATION", "1").env("JACK_NO_START_SERVER", "1");
    command
}
