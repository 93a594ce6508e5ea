//! What a trial finds, and how it tells.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Worth knowing; taste, or what can't be proved from outside.
    Note,
    /// Hosts cope, users may not.
    Warning,
    /// Against a specification, or harmful in a host.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One thing that a plugin must, should or could do.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name, which stays.
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    /// What was expected.
    pub(crate) expected: &'static str,
    /// Where that is written, or who suffers.
    pub(crate) reference: &'static str,
}

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) rule: String,
    /// What was seen, and on what.
    pub(crate) text: String,
    pub(crate) expected: String,
    pub(crate) reference: String,
}

impl Finding {
    pub(crate) fn new(rule: &Rule, text: String) -> Self {
        Self {
            severity: rule.severity,
            rule: rule.id.to_owned(),
            text: crate::error::one_line(&text),
            expected: rule.expected.to_owned(),
            reference: rule.reference.to_owned(),
        }
    }
}

/// One line from a trial's process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Line {
    /// What it does from here on.
    Step(String),
    /// Something is wrong.
    Found(Finding),
    /// It has nothing to look at in this plugin.
    Skipped(String),
    /// This program itself failed.
    Broken(String),
    /// The trial is through; what comes now is the end of the process.
    Done,
}
