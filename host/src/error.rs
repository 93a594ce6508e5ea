//! Everything that can go wrong, each with one line that names the thing and what was expected.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::gui::{NoView, Refusal};
use crate::state::ConvertError;

/// The result of nearly every function of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of the host. Its text is one line, fit to be shown as it is.
#[derive(Clone, Debug, Error)]
pub enum Error {
    /// The named plugin is nothing this host can open.
    #[error("{spec}: {reason}")]
    Target {
        /// What the caller named.
        spec: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The plugin could not be loaded.
    #[error("{plugin}: cannot load the plugin: {reason}")]
    Load {
        /// The plugin as the caller named it.
        plugin: String,
        /// What was missing or refused.
        reason: String,
    },
    /// The plugin answered a request with an error.
    #[error("{plugin}: {reason}")]
    Plugin {
        /// The plugin as the caller named it.
        plugin: String,
        /// What failed.
        reason: String,
    },
    /// The plugin's editor could not be shown, or no picture came of it.
    #[error("{}", editor(plugin, reason))]
    Editor {
        /// The plugin as the caller named it.
        plugin: String,
        /// Why.
        reason: NoView,
    },
    /// The child process died of a signal.
    #[error("{plugin}: the plugin crashed ({signal}) while {doing}")]
    Crashed {
        /// The plugin as the caller named it.
        plugin: String,
        /// Name of the signal, such as `SIGSEGV`.
        signal: String,
        /// What was going on.
        doing: String,
    },
    /// The child process ended although it was still needed.
    #[error("{plugin}: the plugin's process ended (exit code {code}) while {doing}")]
    Exited {
        /// The plugin as the caller named it.
        plugin: String,
        /// Its exit code.
        code: i32,
        /// What was going on.
        doing: String,
    },
    /// The child process made no progress and was killed.
    #[error("{plugin}: the plugin made no progress for {} s while {doing}, and was killed", limit.as_secs_f32())]
    Hung {
        /// The plugin as the caller named it.
        plugin: String,
        /// The limit that passed.
        limit: Duration,
        /// What was going on.
        doing: String,
    },
    /// The other side of the control channel did not follow the protocol.
    #[error("{plugin}: the plugin's process broke the protocol: {reason}")]
    Protocol {
        /// The plugin as the caller named it.
        plugin: String,
        /// What was wrong.
        reason: String,
    },
    /// A parameter, its value or its time was refused.
    #[error("{0}")]
    Parameter(String),
    /// A file could not be used.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The saved state does not suit the plugin.
    #[error("{}: {reason}", path.display())]
    State {
        /// The file that it is from.
        path: PathBuf,
        /// Why it does not.
        reason: ConvertError,
    },
    /// The request itself makes no sense.
    #[error("{0}")]
    Usage(String),
    /// There is no shared memory for a child.
    #[error("cannot make shared memory: {0}")]
    SharedMemory(Arc<std::io::Error>),
    /// The two processes have no way to wake each other.
    #[error("cannot {doing}: {source}")]
    Events {
        /// What was attempted.
        doing: &'static str,
        /// The system's answer.
        source: Arc<std::io::Error>,
    },
    /// An audio or MIDI device could not be used.
    #[error("{device}: {reason}")]
    Device {
        /// The device, or the server that has it.
        device: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The operating system refused something that has no file name.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was attempted.
        doing: &'static str,
        /// The system's answer.
        source: Arc<std::io::Error>,
    },
}

impl Error {
    /// A file error whose reason is any displayable thing.
    pub(crate) fn file(path: &Path, reason: impl std::fmt::Display) -> Self {
        Error::File { path: path.to_owned(), reason: reason.to_string() }
    }

    /// For `map_err` on what lets one side wake another.
    pub(crate) fn events<E: Into<std::io::Error>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Error::Events { doing, source: Arc::new(source.into()) }
    }

    /// For `map_err` on system calls.
    pub(crate) fn system<E: Into<std::io::Error>>(doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Error::System { doing, source: Arc::new(source.into()) }
    }
}

/// A missing display is no fault of the plugin's, which is then not named.
fn editor(plugin: &str, NoView { refusal, reason }: &NoView) -> String {
    let reason = one_line(reason);
    match refusal {
        Refusal::Display => reason,
        _ => format!("{plugin}: {reason}"),
    }
}

/// The system's reason in words; Rust's own for a missing file is "entity not found".
pub(crate) fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::NotADirectory => "part of the path is not a folder".into(),
        // Errors of the program's own carry their text, those of the system a number.
        _ if error.raw_os_error().is_none() && error.get_ref().is_some() => error.to_string(),
        kind => kind.to_string(),
    }
}

/// Text on one line: line breaks, with the indents around them, and control characters become one
/// space each. For what comes from plugins, files and argument parsers.
pub(crate) fn one_line(text: &str) -> String {
    let pieces = text.split(char::is_control).map(str::trim).filter(|piece| !piece.is_empty());
    pieces.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_words() {
        let missing = std::fs::File::open("/no/such/file").unwrap_err();
        assert_eq!(why(&missing), "no such file");
        assert_eq!(why(&std::io::Error::other("odd")), "odd");
        assert_eq!(why(&std::io::Error::from_raw_os_error(libc::EACCES)), "permission denied");
    }

    #[test]
    fn one_line_has_no_breaks() {
        assert_eq!(one_line(" a\n   b\t\u{7}c  d\r\n"), "a b c  d");
        assert_eq!(one_line("\n\n"), "");
    }
}
