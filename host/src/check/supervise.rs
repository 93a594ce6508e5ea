//! Starts trials, listens to them, and says how those that ended early have ended.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::context::Subject;
use super::finding::{Finding, Line};
use super::rules;
use super::trials::Entry;
use crate::error::{Error, Result};

/// How long a process that has said its last word may take to be gone.
const END_LIMIT: Duration = Duration::from_secs(5);
/// The longest line that is believed.
const LONGEST: usize = 1 << 20;

/// How to run trials.
#[derive(Clone, Debug)]
pub(crate) struct Supervisor {
    pub(crate) program: PathBuf,
    /// How long a trial may go without a word.
    pub(crate) limit: Duration,
    /// Whether what the plugin prints is shown.
    pub(crate) verbose: bool,
}

/// What came of a trial.
#[derive(Clone, Debug)]
pub(crate) struct Tried {
    pub(crate) name: &'static str,
    pub(crate) findings: Vec<Finding>,
    /// Why there was nothing to try.
    pub(crate) skipped: Option<String>,
    pub(crate) took: Duration,
}

impl Supervisor {
    /// Runs one trial to its end.
    pub(crate) fn run(&self, entry: &'static Entry, subject: &Subject) -> Result<Tried> {
        let start = Instant::now();
        let (ours, theirs) =
            UnixStream::pair().map_err(Error::system("make a socket to a trial's process"))?;
        let mut command = Command::new(&self.program);
        command.args([super::SUBCOMMAND_NAME, entry.name, subject.format.tag(), &subject.plugin]);
        command.args(&subject.class).stdin(OwnedFd::from(theirs)).process_group(0);
        let streams = || if self.verbose { Stdio::inherit() } else { Stdio::null() };
        command.stdout(Stdio::null()).stderr(streams());
        let mut child = command.spawn().map_err(Error::system("start a trial's process"))?;
        // The command keeps the other end, which would hide the child's end.
        drop(command);
        let mut heard = Heard::default();
        let ended = self.listen(&mut child, ours, &mut heard);
        kill_all(&child);
        let status = child.wait().map_err(Error::system("wait for a trial's process"))?;
        if ended? {
            heard.ended(status);
        }
        Ok(Tried {
            name: entry.name,
            findings: heard.findings,
            skipped: heard.skipped,
            took: start.elapsed(),
        })
    }

    /// Whether the process ended by itself.
    fn listen(&self, child: &mut Child, stream: UnixStream, heard: &mut Heard) -> Result<bool> {
        stream.set_read_timeout(Some(self.limit)).map_err(Error::system("listen to a trial's process"))?;
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            match lines.read_until(b'\n', &mut line) {
                Ok(_) if line.last() == Some(&b'\n') && line.len() < LONGEST => {
                    heard.hear(&line)?;
                    line.clear();
                }
                // The end: of the process, or of its use for this.
                Ok(_) => break,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    heard.hung(self.limit);
                    return Ok(false);
                }
                Err(_) => break,
            }
        }
        let ended = ends_within(child, END_LIMIT.max(self.limit))?;
        if !ended {
            heard.hung(self.limit);
        }
        Ok(ended)
    }
}

/// What was said so far.
#[derive(Default)]
struct Heard {
    step: String,
    findings: Vec<Finding>,
    skipped: Option<String>,
    done: bool,
}

impl Heard {
    fn hear(&mut self, line: &[u8]) -> Result<()> {
        match serde_json::from_slice(line) {
            Ok(Line::Step(step)) => self.step = step,
            Ok(Line::Found(finding)) => self.findings.push(finding),
            Ok(Line::Skipped(reason)) => self.skipped = Some(reason),
            Ok(Line::Done) => {
                self.done = true;
                self.step = "ending the process".into();
            }
            Ok(Line::Broken(reason)) => return Err(broken(&reason)),
            Err(e) => return Err(broken(&format!("a line that makes no sense: {e}"))),
        }
        Ok(())
    }

    fn while_doing(&self) -> String {
        if self.step.is_empty() { "starting".into() } else { self.step.clone() }
    }

    fn hung(&mut self, limit: Duration) {
        let doing = self.while_doing();
        let text = format!("made no progress for {} s while {doing}, and was killed", limit.as_secs_f32());
        self.findings.push(Finding::new(&rules::HUNG, text));
    }

    fn ended(&mut self, status: ExitStatus) {
        let doing = self.while_doing();
        if let Some(number) = status.signal() {
            let text = format!("crashed with {} while {doing}", name_of(number));
            self.findings.push(Finding::new(&rules::CRASHED, text));
        } else if !self.done || status.code() != Some(0) {
            let code = status.code().unwrap_or(-1);
            let text = format!("ended the process (exit code {code}) while {doing}");
            self.findings.push(Finding::new(&rules::EXITED, text));
        }
    }
}

fn broken(reason: &str) -> Error {
    Error::Protocol { plugin: "a trial".into(), reason: reason.to_owned() }
}

/// Ends the process and whatever it has started.
fn kill_all(child: &Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        // Gone already is good.
        let _ = rustix::process::kill_process_group(group, Signal::KILL);
    }
}

/// Whether it ends in time. It stays there to be waited for, so that its number stays its own.
#[expect(clippy::disallowed_methods, reason = "the command line may wait")]
fn ends_within(child: &Child, limit: Duration) -> Result<bool> {
    let Some(pid) = Pid::from_raw(child.id().cast_signed()) else { return Ok(true) };
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    let end = Instant::now() + limit;
    loop {
        let seen = rustix::process::waitid(WaitId::Pid(pid), look);
        if seen.map_err(Error::system("wait for a trial's process"))?.is_some() {
            return Ok(true);
        }
        if Instant::now() >= end {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn name_of(signal: i32) -> String {
    let known = [
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGABRT, "SIGABRT"),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGFPE, "SIGFPE"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGSYS, "SIGSYS"),
        (libc::SIGTRAP, "SIGTRAP"),
    ];
    let name = known.iter().find(|(number, _)| *number == signal);
    name.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}
