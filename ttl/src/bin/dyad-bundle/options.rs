//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use dyad_ttl::arguments::{ArgumentError, Arguments};

use crate::error::{Error, Result};

pub(crate) const HELP: &str = "\
Builds plugin crates and makes LV2 and VST3 bundles from them.

usage: dyad-bundle [options]

  -p, --package PACKAGE  only this package; may be given more than once
      --out DIR          where the bundles go [target/bundles]
      --target TRIPLE    build for another system
      --debug            build quickly and without optimisation
      --lock             bring each package's ports.lock up to date, and do nothing else
      --check            check the plugins and their ports.lock, and do nothing else
  -h, --help             this text

A package takes part when it has the examples NAME_lv2 and NAME_vst3 (crate-type cdylib) and
NAME_describe (a program). One with `[package.metadata.dyad] test = true` does so only by name.
A package whose library is a cdylib NAME_ui makes the editor of both bundles.
";

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    Bundle,
    Lock,
    Check,
    Help,
}

#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) task: Task,
    /// Empty for all.
    pub(crate) packages: Vec<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) target: Option<String>,
    pub(crate) debug: bool,
}

impl From<ArgumentError> for Error {
    fn from(error: ArgumentError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl Options {
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Self> {
        let mut options =
            Self { task: Task::Bundle, packages: Vec::new(), out: None, target: None, debug: false };
        let mut arguments = Arguments::new(words);
        while let Some(option) = arguments.next()? {
            let mut task = |task| {
                let first = options.task == Task::Bundle || options.task == task;
                options.task = task;
                if first {
                    Ok(())
                } else {
                    Err(Error::Usage("--lock and --check exclude each other".into()))
                }
            };
            match option.as_str() {
                "-p" | "--package" => options.packages.push(arguments.value(&option)?),
                "--out" => options.out = Some(arguments.value(&option)?.into()),
                "--target" => options.target = Some(arguments.value(&option)?),
                "--debug" => options.debug = true,
                "--lock" => task(Task::Lock)?,
                "--check" => task(Task::Check)?,
                "-h" | "--help" => return Ok(Self { task: Task::Help, ..options }),
                _ => return Err(ArgumentError::Unknown(option).into()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options> {
        Options::parse(words.iter().map(OsString::from))
    }

    #[test]
    fn all_options() {
        let options = parse(&["-p", "a", "--package=b", "--out", "x y", "--debug"]).unwrap();
        assert_eq!((options.task, options.debug), (Task::Bundle, true));
        assert_eq!((options.packages, options.out), (vec!["a".into(), "b".into()], Some("x y".into())));
        assert_eq!(parse(&["--lock"]).unwrap().task, Task::Lock);
        assert_eq!(parse(&["--lock", "-h", "--what"]).unwrap().task, Task::Help);
        for bad in [&["--lock", "--check"][..], &["gain"], &["--out"], &["--release"]] {
            assert!(matches!(parse(bad), Err(Error::Usage(_))), "{bad:?}");
        }
    }
}
