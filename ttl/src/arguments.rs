//! The little command line that the describe program and `dyad-bundle` share.
//!
//! By hand, because the describe program is built anew with every plugin.

use std::ffi::OsString;

use thiserror::Error;

/// A command line that can't be understood.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ArgumentError {
    /// An option that does not exist.
    #[error("unknown option {0:?}")]
    Unknown(String),
    /// An option without its value.
    #[error("{0} needs a value")]
    Missing(String),
    /// A word that is not Unicode.
    #[error("{0:?} is not valid Unicode")]
    Encoding(OsString),
}

/// Options taken one after the other, as `--option value` or `--option=value`.
#[derive(Debug)]
pub struct Arguments {
    words: std::vec::IntoIter<OsString>,
    /// What followed `=`.
    value: Option<String>,
}

impl Arguments {
    /// The words after the program's name.
    pub fn new(words: impl IntoIterator<Item = OsString>) -> Self {
        Self { words: words.into_iter().collect::<Vec<_>>().into_iter(), value: None }
    }

    /// The next option.
    ///
    /// # Errors
    /// Where a word is not Unicode, or the last option was given a value that nobody took.
    #[expect(clippy::should_implement_trait, reason = "an iterator would hide which `?` is meant")]
    pub fn next(&mut self) -> Result<Option<String>, ArgumentError> {
        if let Some(value) = self.value.take() {
            return Err(ArgumentError::Unknown(format!("={value}")));
        }
        let Some(word) = self.words.next() else { return Ok(None) };
        let word = word.into_string().map_err(ArgumentError::Encoding)?;
        match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => {
                self.value = Some(value.to_owned());
                Ok(Some(option.to_owned()))
            }
            _ => Ok(Some(word)),
        }
    }

    /// The value of the option just taken.
    ///
    /// # Errors
    /// Where there is none, or it is not Unicode.
    pub fn value(&mut self, option: &str) -> Result<String, ArgumentError> {
        if let Some(value) = self.value.take() {
            return Ok(value);
        }
        let word = self.words.next().ok_or_else(|| ArgumentError::Missing(option.to_owned()))?;
        word.into_string().map_err(ArgumentError::Encoding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(words: &[&str]) -> Arguments {
        Arguments::new(words.iter().map(OsString::from))
    }

    #[test]
    fn both_forms() {
        let mut arguments = arguments(&["--out", "a b", "--name=x=y", "--lock"]);
        assert_eq!(arguments.next().unwrap().as_deref(), Some("--out"));
        assert_eq!(arguments.value("--out").unwrap(), "a b");
        assert_eq!(arguments.next().unwrap().as_deref(), Some("--name"));
        assert_eq!(arguments.value("--name").unwrap(), "x=y");
        assert_eq!(arguments.next().unwrap().as_deref(), Some("--lock"));
        assert_eq!(arguments.value("--lock"), Err(ArgumentError::Missing("--lock".into())));
        assert_eq!(arguments.next(), Ok(None));
    }

    #[test]
    fn a_value_that_nobody_takes_is_an_error() {
        let mut arguments = arguments(&["--lock=yes"]);
        assert_eq!(arguments.next().unwrap().as_deref(), Some("--lock"));
        assert_eq!(arguments.next(), Err(ArgumentError::Unknown("=yes".into())));
    }
}
