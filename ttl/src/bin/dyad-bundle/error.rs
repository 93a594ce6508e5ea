//! What can go wrong, each in one line that names the thing.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use thiserror::Error;

pub(crate) type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("{0}; see dyad-bundle --help")]
    Usage(String),
    #[error("can't {what} {path}: {error}")]
    Io { what: &'static str, path: PathBuf, error: io::Error },
    #[error("can't run {program}: {error}")]
    Start { program: String, error: io::Error },
    #[error("{0} failed; its own words are above")]
    Failed(String),
    #[error("package {0} has no ports.lock; `dyad-bundle --lock -p {0}` makes it")]
    NoLock(String),
    #[error("{0} said what can't be understood: {1}")]
    Answer(String, String),
    #[error("no package of this workspace has the examples NAME_lv2, NAME_vst3 and NAME_describe")]
    NoPackages,
    #[error("there is no package {0:?} in this workspace")]
    NoPackage(String),
    #[error("package {package} has the example {there}, but no {missing}")]
    Incomplete { package: String, there: String, missing: String },
    #[error("package {0} has no examples NAME_lv2, NAME_vst3 and NAME_describe")]
    NoBundle(String),
    #[error("packages {0} and {1} both make {2:?}")]
    Twice(String, String, String),
    #[error("packages {1} and {2} both have a plugin {0}; a plugin's id is its own")]
    SameId(String, String, String),
    #[error("package {package}: cargo built no {artifact}; is it declared {wanted}?")]
    NotBuilt { package: String, artifact: String, wanted: &'static str },
    #[error("package {0}: an editor is made with dyad-ui, and this one is not")]
    NoToolkit(String),
    #[error("don't know how bundles for {0} look")]
    System(String),
    #[error("{0}")]
    Plugin(String),
    #[error("{} ended with {}", .0.display(), .1)]
    Died(PathBuf, ExitStatus),
    #[error("{} is not valid Unicode", .0.display())]
    Unicode(PathBuf),
}

impl Error {
    pub(crate) fn io(what: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io { what, path: path.to_owned(), error }
    }
}
