//! Web editors in hosts: how hosts are started with them, and the processes that this brings.
//!
//! Hosts get a mark in their environment, which all that is started for them inherits, so that a test finds
//! what its own host has brought, whoever's child it is by now.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use crate::bundle;
use crate::process::Running;
use crate::x11::{SOON, pause};

/// The name of the mark.
const MARK: &str = "DYAD_TEST_MARK";

/// The program that shows pages: `DYAD_WEBVIEW`, or the one that cargo built beside the test.
///
/// # Panics
/// Where it is missing.
#[must_use]
pub fn program() -> PathBuf {
    let built = || bundle::target().join("debug/dyad-webview");
    let program = std::env::var_os("DYAD_WEBVIEW").map_or_else(built, PathBuf::from);
    assert!(program.exists(), "{} is missing: run `cargo build -p dyad-webview`", program.display());
    program
}

/// The same program, for a system that lacks the library which shows pages: the loader ends it with 127.
///
/// # Panics
/// Where the copy can't be made.
#[must_use]
pub fn program_without_its_library() -> PathBuf {
    let (needed, absent) = (b"libwebkit2gtk-4.1.so.0\0", b"libwebkit2gtk-4.1.so.X\0");
    let mut bytes = fs::read(program()).expect("the program can be read");
    let places: Vec<_> =
        (0..bytes.len() - needed.len()).filter(|at| bytes[*at..].starts_with(needed)).collect();
    assert!(!places.is_empty(), "the program is linked with WebKitGTK");
    for at in places {
        bytes[at..at + absent.len()].copy_from_slice(absent);
    }
    let folder = bundle::target().join("tests/web");
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    let copy = folder.join("dyad-webview-without-its-library");
    // A new file: one that runs can't be written to.
    let _ = fs::remove_file(&copy);
    fs::write(&copy, bytes).expect("the target folder can be written to");
    let mode = fs::metadata(program()).expect("the program is there").permissions();
    fs::set_permissions(&copy, mode).expect("the file is ours");
    copy
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// The first 15 letters of its program's name.
    pub name: String,
    /// When it was started: a number may be another process's later.
    started: String,
}

/// A host with web editors, and all that is started for it.
#[derive(Debug)]
pub struct Web {
    mark: String,
    program: Option<OsString>,
}

impl Web {
    /// One whose editors find the program.
    #[must_use]
    pub fn new() -> Self {
        Self::with(program())
    }

    /// One whose editors take this for the program.
    #[must_use]
    pub fn with(program: impl Into<OsString>) -> Self {
        Self::marked(Some(program.into()))
    }

    /// One whose editors look for the program where it may be installed.
    #[must_use]
    pub fn installed() -> Self {
        Self::marked(None)
    }

    fn marked(program: Option<OsString>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self { mark: format!("{}-{number}", std::process::id()), program }
    }

    /// Has a host show web editors, as it does for a user who says nothing of editors.
    pub fn prepare(&self, command: &mut Command) {
        command.env_remove("DYAD_EDITOR").env_remove("DYAD_WEBVIEW_LOG").env(MARK, &self.mark);
        match &self.program {
            Some(program) => command.env("DYAD_WEBVIEW", program),
            None => command.env_remove("DYAD_WEBVIEW"),
        };
    }

    /// All processes of the host, itself among them, that have not ended.
    #[must_use]
    pub fn processes(&self) -> Vec<Process> {
        let mark = format!("{MARK}={}", self.mark);
        let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
        let read = |folder: &Path| {
            let id = folder.file_name()?.to_str()?.parse().ok()?;
            // What is another user's, or has just ended, can't be read.
            let settings = fs::read(folder.join("environ")).ok()?;
            settings.split(|byte| *byte == 0).find(|setting| *setting == mark.as_bytes())?;
            let stat = fs::read_to_string(folder.join("stat")).ok()?;
            let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
            let rest: Vec<_> = rest.split_whitespace().collect();
            let (state, started) = (rest.first()?, rest.get(19)?);
            (*state != "Z").then(|| Process { id, name: name.into(), started: (*started).into() })
        };
        folders.filter_map(|folder| read(&folder.path())).collect()
    }

    /// Its programs that show pages.
    #[must_use]
    pub fn helpers(&self) -> Vec<Process> {
        let mut all = self.processes();
        all.retain(|process| process.name.starts_with("dyad-webview"));
        all
    }

    /// All that shows pages: these programs, and WebKit's own.
    #[must_use]
    pub fn shows(&self) -> Vec<Process> {
        let mut all = self.processes();
        all.retain(|process| {
            process.name.starts_with("dyad-webview") || process.name.starts_with("WebKit")
        });
        all
    }

    /// Ends the only program that shows a page as nothing else would, and gives its process.
    ///
    /// # Panics
    /// Where there is not exactly one.
    pub fn kill_helper(&self) -> Process {
        let [helper] = &self.helpers()[..] else { panic!("not one helper: {:?}", self.processes()) };
        Self::kill(helper);
        helper.clone()
    }

    /// Ends a process as nothing else would.
    pub fn kill(process: &Process) {
        // SAFETY: numbers only; the process has this test's mark.
        unsafe { libc::kill(process.id as i32, libc::SIGKILL) };
    }

    /// Waits until nothing that shows pages is there any more, while the host may go on.
    ///
    /// # Panics
    /// After [`SOON`].
    #[track_caller]
    pub fn no_page_remains(&self) {
        self.until_gone(Self::shows);
    }

    /// Waits until nothing of the host's is there any more.
    ///
    /// # Panics
    /// After [`SOON`].
    #[track_caller]
    pub fn nothing_remains(&self) {
        self.until_gone(Self::processes);
    }

    #[track_caller]
    fn until_gone(&self, look: impl Fn(&Self) -> Vec<Process>) {
        let until = Instant::now() + SOON;
        loop {
            let remains = look(self);
            if remains.is_empty() {
                return;
            }
            assert!(Instant::now() < until, "they remain: {remains:?}");
            pause();
        }
    }
}

impl Default for Web {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Web {
    /// A test that fails leaves nothing either.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.shows().iter().for_each(Self::kill);
        }
    }
}

/// The lines so far in which a host repeats what its plugin and editor have logged.
#[must_use]
pub fn logged(host: &Running) -> Vec<&str> {
    host.said().iter().filter(|line| line.contains("dyad: ")).map(String::as_str).collect()
}
