//! The validator: everything this project knows of both formats' rules and of hosts' habits, tried on a
//! plugin.
//!
//! A *trial* is a short story with a plugin in it: load it twenty times, give it blocks of every length,
//! save it and load it again. Each runs in a process of its own (`run`, the hidden subcommand
//! [`SUBCOMMAND`]) and writes a line for each step and each *finding* to a socket (`finding`). The parent
//! (`supervise`) reads them; a crash, an exit or a hang is a finding with the last step's name. What can be
//! found is one table of *rules* (`rules`), what is tried is one table of trials (`trials`). Trials reach
//! the plugin through `rig` or, for a format's own rules, in `lv2::trials` and `vst3::trials`.

mod context;
mod finding;
mod report;
pub(crate) mod rig;
pub(crate) mod rules;
mod run;
pub(crate) mod signal;
mod supervise;
mod trials;

pub(crate) use context::{Outcome, Subject, Trial};
pub(crate) use finding::{Rule, Severity};
pub(crate) use report::{Plugin, Report, junit, text};
pub(crate) use run::{SUBCOMMAND_NAME, main_trial};
pub(crate) use supervise::{Supervisor, Tried};
pub(crate) use trials::{Entry, all, is_first, is_load};

use std::process::ExitCode;

/// The hidden subcommand that runs one trial.
pub const SUBCOMMAND: &str = SUBCOMMAND_NAME;

/// Runs one trial with the arguments that follow [`SUBCOMMAND`].
///
/// A program that uses this crate as a library and names itself as the host's program calls this first
/// thing in `main`, on the main thread.
#[must_use]
pub fn main(arguments: &[String]) -> ExitCode {
    main_trial(arguments)
}
