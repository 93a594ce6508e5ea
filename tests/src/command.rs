//! Running programs that must be there.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::bundle;

/// What a program printed.
#[derive(Debug)]
pub struct Said {
    /// Whether it ended with status 0.
    pub success: bool,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Said {
    /// Both streams, for messages.
    #[must_use]
    pub fn all(&self) -> String {
        format!("{}{}", self.out, self.err)
    }

    /// Fails the test where the program failed.
    ///
    /// # Panics
    /// That is its purpose.
    pub fn expect_success(self, what: &str) -> Self {
        assert!(self.success, "{what} failed:\n{}", self.all());
        self
    }
}

/// Runs a program; one that is not installed fails the test, with what installs it.
///
/// # Panics
/// Where the program can't be started.
pub fn run(command: &mut Command) -> Said {
    // Numbers and messages as the tests expect them, whatever the user's language.
    match command.env("LC_ALL", "C").output() {
        Ok(Output { status, stdout, stderr }) => Said {
            success: status.success(),
            out: String::from_utf8_lossy(&stdout).into_owned(),
            err: String::from_utf8_lossy(&stderr).into_owned(),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("{} is missing: run `ci/deps.sh test`", command.get_program().display())
        }
        Err(error) => panic!("can't run {}: {error}", command.get_program().display()),
    }
}

/// The Python with the hosts in it: `DYAD_PYTHON`, or the one of `target/venv`.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn python() -> PathBuf {
    if let Some(python) = std::env::var_os("DYAD_PYTHON") {
        return python.into();
    }
    let python = bundle::target().join("venv/bin/python");
    assert!(python.exists(), "{} is missing: run `ci/venv.sh`", python.display());
    python
}

/// Sends the standard error of this test program nowhere from now on. For tests that give a plugin
/// hundreds of bad documents, each of which it rightly complains about; what the tests themselves
/// have to say comes through the test runner, on standard output.
pub fn hush() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // SAFETY: a path and numbers; the descriptor that is opened stays open for good.
        unsafe {
            let nowhere = libc::open(c"/dev/null".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
            if nowhere >= 0 {
                libc::dup2(nowhere, libc::STDERR_FILENO);
            }
        }
    });
}
