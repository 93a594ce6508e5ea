//! Programs that run beside a test and are talked to: real hosts, and what they need.
//!
//! Tests wait for what a program says or for its end, with a deadline, and never just for time to
//! pass. A program is ended by its own process number when its owner is dropped.
#![allow(clippy::disallowed_types, reason = "no audio thread is near")]

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::bundle;

/// How long a program may take for anything at all. Most take a second or two; this is for a machine
/// that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// One host at a time, over all test programs: while this lives, no other test has it.
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "the lock goes when the file is closed")] File);

/// Waits until no other test runs a host.
///
/// # Panics
/// Where the target folder can't be written to.
#[must_use]
pub fn alone() -> Alone {
    let folder = bundle::target().join("tests");
    std::fs::create_dir_all(&folder).expect("the target folder can be written to");
    let file = File::create(folder.join("hosts.lock")).expect("the target folder can be written to");
    file.lock().expect("files can be locked");
    Alone(file)
}

/// A program that runs.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    lines: Receiver<String>,
    said: Vec<String>,
}

impl Running {
    /// Starts a program; one that is not installed fails the test, with what installs it.
    ///
    /// # Panics
    /// Where it can't be started.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().display().to_string();
        command.env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => panic!("{name} is missing: run `ci/deps.sh test`"),
            _ => panic!("can't run {name}: {error}"),
        });
        let (sender, lines) = channel();
        forward(child.stdout.take(), sender.clone());
        forward(child.stderr.take(), sender);
        Self { name, child, lines, said: Vec::new() }
    }

    /// Sends a line to its standard input.
    ///
    /// # Panics
    /// Where it no longer listens.
    pub fn say(&mut self, line: &str) {
        let written = self.child.stdin.as_mut().is_some_and(|stdin| writeln!(stdin, "{line}").is_ok());
        assert!(written, "{} does not listen:\n{}", self.name, self.all());
    }

    /// Closes its standard input, which ends programs that read commands.
    pub fn hang_up(&mut self) {
        self.child.stdin = None;
    }

    /// Waits for a line and gives what `find` makes of it; `None` where the program ended before.
    ///
    /// # Panics
    /// After [`PATIENCE`].
    pub fn hear<T>(&mut self, mut find: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let until = Instant::now() + PATIENCE;
        loop {
            let line = self.next(until)?;
            if let Some(found) = find(&line) {
                return Some(found);
            }
        }
    }

    /// Waits for the end.
    ///
    /// # Panics
    /// After [`PATIENCE`].
    pub fn end(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        while self.next(until).is_some() {}
        // Both of its streams are closed, so it ends; unless it closed them to hide, which hosts don't.
        self.child.wait().expect("a child can be waited for")
    }

    /// Waits for the end, but not for longer than a time; gives whether it came, and came well.
    pub fn ends_well_within(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => self.said.push(line),
                Err(RecvTimeoutError::Disconnected) => {
                    return self.child.wait().is_ok_and(|end| end.success());
                }
                Err(RecvTimeoutError::Timeout) => return false,
            }
        }
    }

    /// Ends it and waits until it has.
    pub fn kill(&mut self) {
        // By number, and it is ours until it was waited for. It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            self.said.push(line);
        }
    }

    /// Stops it where it is until [`resume`](Self::resume), as a machine that is overloaded does.
    pub fn suspend(&mut self) {
        self.signal(libc::SIGSTOP);
    }

    /// Lets it go on.
    pub fn resume(&mut self) {
        self.signal(libc::SIGCONT);
    }

    /// Asks it to end, as Ctrl-C does.
    pub fn interrupt(&mut self) {
        self.signal(libc::SIGINT);
    }

    /// Asks it to end, as services are asked to.
    pub fn terminate(&mut self) {
        self.signal(libc::SIGTERM);
    }

    fn signal(&mut self, signal: i32) {
        assert!(self.runs(), "{} has ended:\n{}", self.name, self.all());
        // SAFETY: numbers only; the process is ours, and was not waited for.
        unsafe { libc::kill(self.child.id() as i32, signal) };
    }

    /// Its process's number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended.
    pub fn runs(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The lines so far.
    #[must_use]
    pub fn said(&self) -> &[String] {
        &self.said
    }

    /// The lines so far as one text, for messages.
    #[must_use]
    pub fn all(&self) -> String {
        self.said.join("\n")
    }

    fn next(&mut self, until: Instant) -> Option<String> {
        match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                self.said.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("{} takes more than {} s:\n{}", self.name, PATIENCE.as_secs(), self.all())
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends the lines of a stream on until it closes.
fn forward(stream: Option<impl Read + Send + 'static>, to: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if to.send(text).is_err() {
                break;
            }
        }
    });
}
