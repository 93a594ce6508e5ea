//! Gates at which fixtures wait for a test.

use std::io::{ErrorKind, Read as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;

use super::Bench;
use super::display::until;

/// A place of gates for fixtures, all open.
pub(crate) struct Gates {
    folder: PathBuf,
}

/// A gate that is shut while this lives.
pub(crate) struct Gate {
    path: PathBuf,
    door: UnixListener,
}

/// Somebody who waits at a gate, until this is dropped.
pub(crate) struct Held(UnixStream);

impl Gates {
    pub(crate) fn new(bench: &Bench) -> Self {
        let folder = PathBuf::from(bench.path("gates"));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// For the environment of the fixtures.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        ("DYAD_FIXTURE_GATES", self.folder.to_str().unwrap())
    }

    pub(crate) fn shut(&self, name: &str) -> Gate {
        let path = self.folder.join(name);
        let door = UnixListener::bind(&path).unwrap();
        door.set_nonblocking(true).unwrap();
        Gate { path, door }
    }
}

impl Gate {
    /// Waits until somebody stands there.
    #[track_caller]
    pub(crate) fn held(&self) -> Held {
        let (stream, _) = until("somebody at the gate", || self.door.accept().ok());
        stream.set_nonblocking(true).unwrap();
        Held(stream)
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Held {
    /// Whether they still wait: a fixture says nothing, and goes only with its process.
    pub(crate) fn waits(&mut self) -> bool {
        self.0.read(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }
}
