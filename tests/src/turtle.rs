//! Turtle files, and what sord_validate says of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::run;
use crate::lv2info;

/// The Turtle files in a folder, in the order of their names.
///
/// # Panics
/// Where the folder can't be read.
#[must_use]
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("a folder can be read").path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "ttl")).collect();
    files.sort();
    files
}

/// What sord_validate says of files beside the specifications: the number of errors, and all lines
/// that are about them.
///
/// # Panics
/// Where it does not finish.
#[must_use]
pub fn validate(about: &[PathBuf]) -> (u32, Vec<String>) {
    let specifications = lv2info::specifications();
    let said = run(Command::new("sord_validate")
        .arg("-l")
        .args(specifications.iter().flat_map(|folder| files(folder)))
        .args(about));
    let text = said.all();
    // Its exit status says nothing, so its last line has to.
    let count = text.lines().find_map(|line| line.strip_prefix("Found ")?.split(' ').next()?.parse().ok());
    let count = count.unwrap_or_else(|| panic!("sord_validate did not finish:\n{text}"));
    let about = |line: &&str| line.contains("warning:") || line.contains("error:");
    (count, text.lines().filter(about).map(str::to_owned).collect())
}
